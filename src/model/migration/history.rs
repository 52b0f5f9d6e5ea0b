//! Histories: the migrations of one tool in one folder, in the order in which they are applied.

use std::collections::{BTreeMap, BTreeSet};

use super::News;
use super::layout::{Layout, Tools};
use super::liquibase::Order;
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
#[expect(clippy::struct_excessive_bools, reason = "each is something that a file says of itself")]
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
    /// The versions that it says it follows, where it says that at all.
    pub(super) follows: Option<&'a [String]>,
    /// The earlier versions that it stands for.
    pub(super) replaces: &'a [String],
    /// Whether it says how it is taken back.
    pub(super) has_way_back: bool,
    /// It is the first, a baseline or a squash: no database that is in use runs it.
    pub(super) begins: bool,
    /// `new`, or `old` where newer ones have most likely been applied since.
    pub(super) age: &'static str,
    /// The dialect that its file gives away, `""` otherwise.
    dialect: &'static str,
    /// Its file's place among those that a changelog includes.
    rank: Option<Vec<usize>>,
}

/// The histories of the repository, by folder and tool.
pub(super) fn find<'a>(facts: &'a Facts, tools: &Tools<'_>, news: News<'_>) -> Vec<History<'a>> {
    let mut groups: BTreeMap<(String, String), Vec<Step<'a>>> = BTreeMap::new();
    let changelogs = Order::new(facts);
    for (fact, script) in facts.each::<SqlScript>() {
        let standing = changelogs.of(&fact.place.path);
        let layout = match &standing {
            Some(standing) => Some(Layout::of_changelog(standing.root, &fact.place.path)),
            None => tools.layout(&fact.place.path, script),
        };
        let Some(layout) = layout else { continue };
        let mut step = step(fact, &layout.name, &script.statements, script.understood);
        step.dialect = script.dialect;
        step.total = script.total;
        step.no_transaction = script.no_transaction || layout.tool == "diesel" && tools.has_metadata(&fact.place.path);
        step.has_way_back = script.has_way_back || tools.has_way_back(&fact.place.path);
        step.rank = standing.map(|standing| standing.rank);
        groups.entry((layout.history, layout.tool)).or_default().push(step);
    }
    for (fact, script) in facts.each::<MigrationScript>() {
        let folder = fact.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_list = script.tool == super::layout::HOME_MADE;
        let standing = if script.tool == "liquibase" { changelogs.of(&fact.place.path) } else { None };
        let history = match &standing {
            Some(standing) => standing.root.to_owned(),
            None if is_list => fact.place.path.to_string(),
            // A changelog that begins all stands for itself: what lies beside it and is not included is not applied by it.
            None if script.tool == "liquibase" && is_master(&fact.place.path) => fact.place.path.to_string(),
            // Flyway's migrations in Java stand beside those in SQL: on its class path they are in one folder.
            None if script.tool == "flyway" => {
                let resources = folder.replace("/java/", "/resources/").replace("/kotlin/", "/resources/");
                let is_shared = groups.contains_key(&(resources.clone(), script.tool.clone()));
                if is_shared { resources } else { folder.to_owned() }
            }
            None => folder.to_owned(),
        };
        let mut step = step(fact, &script.version, &script.statements, script.understood);
        step.rank = standing.map(|standing| standing.rank);
        step.understood &= script.tool != "liquibase" || !changelogs.runs_unread(&fact.place.path);
        step.follows = script.is_linked.then_some(script.follows.as_slice());
        step.replaces = &script.replaces;
        step.has_way_back = script.has_way_back;
        step.no_transaction = script.no_transaction;
        step.dialect = script.dialect;
        step.begins |= script.is_baseline;
        groups.entry((history, script.tool.clone())).or_default().push(step);
    }
    groups.into_iter().map(|((place, tool), steps)| history(facts, tool, place, steps, news)).collect()
}

/// `db.changelog-master.sql`, `changelog-root.xml`.
fn is_master(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    name.contains("changelog") && ["master", "root"].iter().any(|word| name.contains(word))
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
        replaces: &[],
        has_way_back: false,
        begins: is_baseline || is_flyway_baseline,
        age: "new",
        dialect: "",
        rank: None,
    }
}

fn history<'a>(facts: &Facts, tool: String, place: String, mut steps: Vec<Step<'a>>, news: News<'_>) -> History<'a> {
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
        // Change sets are applied as they stand, file by file.
        None if tool == "liquibase" => steps.sort_by_cached_key(|step| {
            let line = step.place.span.line as usize;
            let rank = step.rank.as_ref().map(|rank| [rank.as_slice(), &[line]].concat());
            let name = step.place.path.rsplit('/').next().unwrap_or("");
            (rank.unwrap_or_default(), order::key(name), line)
        }),
        None if steps.iter().any(|step| step.follows.is_some()) => steps = chained(&steps),
        None => steps.sort_by_cached_key(|step| order::key(&step.version)),
    }
    if let Some(first) = steps.first_mut() {
        first.begins = true;
    }
    let old = steps.len().saturating_sub(news.newest);
    for (index, step) in steps.iter_mut().enumerate() {
        let is_new = news.added.map_or(index >= old, |added| added.contains(&*step.place.path));
        step.age = if is_new { "new" } else { "old" };
    }
    let dialect = steps.iter().map(|step| step.dialect).find(|dialect| !dialect.is_empty()).unwrap_or("");
    History { tool, place, dialect, migrations: steps }
}

/// Whether a file is directly or deeper inside a folder.
fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Steps in the order in which each says what it follows; where several may come next, by their names.
fn chained<'a>(steps: &[Step<'a>]) -> Vec<Step<'a>> {
    let versions: BTreeSet<&str> = steps.iter().map(|step| step.version.as_str()).collect();
    let mut followers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut waits: Vec<usize> = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        // A predecessor that is not in the folder begins a chain of its own.
        let known = step.follows.unwrap_or_default().iter().filter(|name| versions.contains(name.as_str()));
        let mut count = 0;
        for name in known {
            followers.entry(name).or_default().push(index);
            count += 1;
        }
        waits.push(count);
    }
    let rank = |index: usize| (steps.get(index).map(|step| order::key(&step.version)), index);
    let mut ready: BTreeSet<_> = (0..steps.len()).filter(|&index| waits.get(index) == Some(&0)).map(rank).collect();
    let mut ordered = Vec::with_capacity(steps.len());
    while let Some((_, index)) = ready.pop_first() {
        ordered.push(index);
        let version = steps.get(index).map_or("", |step| step.version.as_str());
        for &next in followers.get(version).into_iter().flatten() {
            let Some(wait) = waits.get_mut(next) else { continue };
            *wait -= 1;
            if *wait == 0 {
                ready.insert(rank(next));
            }
        }
    }
    // What is left follows itself; it is kept so that nothing is lost.
    let placed: BTreeSet<usize> = ordered.iter().copied().collect();
    ordered.extend((0..steps.len()).filter(|index| !placed.contains(index)));
    ordered.into_iter().filter_map(|index| steps.get(index).cloned()).collect()
}
