//! Migrations: which files belong together, in what order they are applied, whose tool applies them to which engine, and
//! what they do to a database that is in use.

mod backup;
mod concern;
mod database;
mod declared;
mod disorder;
mod ef_model;
mod engine;
mod history;
mod job_database;
mod journal;
mod layout;
mod liquibase;
mod order;
mod outcome;
mod rebuild;
mod replay;
mod schema;
mod seed;
mod state;
mod table;
mod tested;
mod transaction;
mod trial;
mod types;

use std::collections::BTreeSet;

use self::engine::Engines;
use self::history::History;
use self::layout::Tools;
use self::outcome::End;
use self::state::Schema;
use super::Facts;
use crate::facts::{Data, Fact, File, LockTimeout, Migration, MigrationHistory, MigrationWayBack, Place, Role, Span};
use crate::signals::Signals;

/// Which migrations are news: those that a branch adds, or else the newest of each history.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct News<'a> {
    /// How many of the newest.
    pub(super) newest: usize,
    /// The files that the branch adds to the default branch, where that is known.
    pub(super) added: Option<&'a BTreeSet<String>>,
}

/// The facts that follow: histories, migrations, dangerous changes, and whether there is a relational schema at all.
pub(super) fn derive(facts: &Facts, files: &[File], signals: &Signals, news: News<'_>) -> Vec<Fact> {
    let tools = Tools::new(facts, files, signals);
    let engines = Engines::new(facts, signals);
    let mut derived = Vec::new();
    let histories = history::find(facts, &tools, news);
    let mut ends = Vec::new();
    let has_lock_timeout = facts.each::<LockTimeout>().next().is_some();
    for history in &histories {
        let engine = engines.of(history);
        let end = Schema::replay(history, &engine, &outcome::elsewhere(history, &histories, facts));
        describe(history, &engine, &end.doubt, signals, &mut derived);
        derived.extend(way_back(history, signals));
        derived.extend(disorder::find(history, facts, files));
        derived.extend(replay::dangers(history, &engine, has_lock_timeout));
        ends.push(End { history, engine, schema: end });
    }
    derived.extend(outcome::of(&ends, facts, signals));
    derived.extend(ef_model::compare(facts));
    derived.extend(journal::locks(facts, &histories, signals));
    derived.extend(schema::shown(facts, &histories, &engines, signals));
    derived.extend(seed::find(facts, files));
    derived.extend(backup::find(facts));
    derived.extend(trial::find(facts));
    derived.extend(tested::find(facts, files));
    derived
}

/// A history and its migrations as facts.
fn describe(history: &History<'_>, engine: &str, doubt: &str, signals: &Signals, derived: &mut Vec<Fact>) {
    let (Some(first), Some(last)) = (history.migrations.first(), history.migrations.last()) else { return };
    let unread = history.migrations.iter().filter(|one| !one.begins && !one.understood).count();
    let summary = match history.migrations.len() {
        1 => format!("1 migration, {}", first.version),
        count => format!("{count} migrations, from {} to {}", first.version, last.version),
    };
    let described = MigrationHistory {
        tool: history.tool.clone(),
        title: title(&history.tool, signals),
        history: history.place.clone(),
        engine: engine.to_owned(),
        count: history.migrations.len() as u64,
        first: first.version.clone(),
        last: last.version.clone(),
        summary,
        unread: unread as u64,
        doubt: doubt.to_owned(),
    };
    derived.push(fact(first.place.clone(), first.role, Data::MigrationHistory(described)));
    for (position, migration) in history.migrations.iter().enumerate() {
        let data = Data::Migration(Migration {
            tool: history.tool.clone(),
            version: migration.version.clone(),
            history: history.place.clone(),
            position: position as u64,
            understood: migration.understood,
            age: migration.age,
        });
        derived.push(fact(migration.place.clone(), migration.role, data));
    }
}

/// How many migrations can be taken back, at the newest that can.
fn way_back(history: &History<'_>, signals: &Signals) -> Option<Fact> {
    let newest = history.migrations.iter().rfind(|step| step.has_way_back)?;
    let reversible = history.migrations.iter().filter(|step| step.has_way_back).count();
    let data = Data::MigrationWayBack(MigrationWayBack {
        tool: history.tool.clone(),
        title: title(&history.tool, signals),
        history: history.place.clone(),
        reversible: reversible as u64,
        count: history.migrations.len() as u64,
    });
    Some(fact(newest.place.clone(), newest.role, data))
}

fn title(tool: &str, signals: &Signals) -> String {
    match signals.tool(tool) {
        Some(known) => known.title.clone(),
        None if tool == layout::HOME_MADE => "a home-made runner".to_owned(),
        None => tool.to_owned(),
    }
}

fn fact(place: Place, role: Role, data: Data) -> Fact {
    Fact { place, role, data }
}

/// The start of a file.
fn start_of(path: &str) -> Place {
    Place { path: path.into(), span: Span::START }
}

#[cfg(test)]
mod tests;
