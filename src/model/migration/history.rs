//! Histories: the migrations of one tool in one folder, in the order in which they are applied.

use std::collections::{BTreeMap, BTreeSet};

use super::layout::Tools;
use super::order;
use crate::facts::{Fact, MigrationLock, MigrationScript, Place, Role, SqlScript, Statement};
use crate::model::Facts;

/// Migrations that are numbered together.
#[derive(Debug)]
pub(super) struct History<'a> {
    /// The tool's id.
    pub(super) tool: String,
    /// Its folder, or the file that holds all of them.
    pub(super) place: String,
    /// The dialect that one of its files gives away, `""` otherwise.
    pub(super) dialect: &'static str,
    /// In order.
    pub(super) migrations: Vec<Step<'a>>,
}

/// One migration.
#[derive(Debug, Clone)]
pub(super) struct Step<'a> {
    pub(super) version: String,
    pub(super) place: Place,
    pub(super) role: Role,
    pub(super) statements: &'a [Statement],
    pub(super) understood: bool,
    /// How many statements it has, of every kind.
    pub(super) total: u64,
    /// Whether it asks its tool for no transaction.
    pub(super) no_transaction: bool,
    /// The version that it says it follows.
    follows: Option<&'a str>,
    /// It is the first, a baseline or a squash: no database that is in use runs it.
    pub(super) begins: bool,
    /// The dialect that its file gives away, `""` otherwise.
    dialect: &'static str,
}

/// The histories of the repository, by folder and tool.
pub(super) fn find<'a>(facts: &'a Facts, tools: &Tools<'_>) -> Vec<History<'a>> {
    let mut groups: BTreeMap<(String, String), Vec<Step<'a>>> = BTreeMap::new();
    for (fact, script) in facts.each::<SqlScript>() {
        let Some(layout) = tools.layout(&fact.place.path, script) else { continue };
        let mut step = step(fact, &layout.name, &script.statements, script.understood);
        step.dialect = script.dialect;
        step.total = script.total;
        step.no_transaction = script.no_transaction;
        groups.entry((layout.history, layout.tool)).or_default().push(step);
    }
    for (fact, script) in facts.each::<MigrationScript>() {
        let folder = fact.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_list = script.tool == super::layout::HOME_MADE;
        let history = if is_list { fact.place.path.to_string() } else { folder.to_owned() };
        let mut step = step(fact, &script.version, &script.statements, script.understood);
        step.follows = script.follows.as_deref();
        step.no_transaction = script.no_transaction;
        step.begins |= script.is_baseline;
        groups.entry((history, script.tool.clone())).or_default().push(step);
    }
    groups.into_iter().map(|((place, tool), steps)| history(facts, tool, place, steps)).collect()
}

fn step<'a>(fact: &Fact, name: &str, statements: &'a [Statement], understood: bool) -> Step<'a> {
    let mut words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let is_baseline =
        words.any(|word| ["baseline", "squash", "squashed"].iter().any(|known| word.eq_ignore_ascii_case(known)));
    let is_flyway_baseline = name.starts_with('B') && name.contains("__");
    Step {
        version: name.to_owned(),
        place: fact.place.clone(),
        role: fact.role,
        statements,
        understood,
        total: statements.len() as u64,
        no_transaction: false,
        follows: None,
        begins: is_baseline || is_flyway_baseline,
        dialect: "",
    }
}

fn history<'a>(facts: &Facts, tool: String, place: String, mut steps: Vec<Step<'a>>) -> History<'a> {
    let journal = facts
        .each::<MigrationLock>()
        .find(|(fact, lock)| lock.tool == tool && !lock.versions.is_empty() && is_in(&fact.place.path, &place));
    match journal {
        Some((_, lock)) => {
            let ranks: BTreeMap<&str, usize> =
                lock.versions.iter().enumerate().map(|(rank, version)| (version.as_str(), rank)).collect();
            let rank = |version: &str| ranks.get(version).copied().unwrap_or(usize::MAX);
            steps.sort_by_cached_key(|step| (rank(&step.version), order::key(&step.version)));
        }
        None if steps.iter().any(|step| step.follows.is_some()) => steps = chained(steps),
        None => steps.sort_by_cached_key(|step| order::key(&step.version)),
    }
    if let Some(first) = steps.first_mut() {
        first.begins = true;
    }
    let dialect = steps.iter().map(|step| step.dialect).find(|dialect| !dialect.is_empty()).unwrap_or("");
    History { tool, place, dialect, migrations: steps }
}

/// Whether a file is directly or deeper inside a folder.
fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Steps in the order in which each says what it follows: first those that follow nothing, then their followers.
fn chained(steps: Vec<Step<'_>>) -> Vec<Step<'_>> {
    let mut followers: BTreeMap<Option<String>, Vec<Step<'_>>> = BTreeMap::new();
    let versions: BTreeSet<String> = steps.iter().map(|step| step.version.clone()).collect();
    for step in steps {
        // A predecessor that is not in the folder begins a chain of its own.
        let follows = step.follows.filter(|name| versions.contains(*name)).map(str::to_owned);
        followers.entry(follows).or_default().push(step);
    }
    let mut ordered: Vec<Step<'_>> = followers.remove(&None).unwrap_or_default();
    let mut next = 0;
    while let Some(version) = ordered.get(next).map(|step| step.version.clone()) {
        ordered.extend(followers.remove(&Some(version)).unwrap_or_default());
        next += 1;
    }
    // What is left follows itself; it is kept so that nothing is lost.
    ordered.extend(followers.into_values().flatten());
    ordered
}
