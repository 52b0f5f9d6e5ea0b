//! What tools keep of their histories, where it is in the repository: locks, journals, checksums, written schemas, and the
//! one head of revisions that name what they follow.

use std::collections::BTreeSet;

use super::history::{History, Step};
use super::{fact, title};
use crate::facts::{Data, Fact, HistoryLock, MigrationLock};
use crate::model::Facts;
use crate::signals::Signals;

/// The locks and journals that are committed.
pub(super) fn locks(facts: &Facts, histories: &[History<'_>], signals: &Signals) -> Vec<Fact> {
    let lock = |tool: &str, what: String| {
        Data::HistoryLock(HistoryLock { tool: tool.to_owned(), title: title(tool, signals), what })
    };
    let mut found = Vec::new();
    for (lock_fact, kept) in facts.each::<MigrationLock>() {
        let name = lock_fact.place.path.rsplit('/').next().unwrap_or("").to_owned();
        found.push(fact(lock_fact.place.clone(), lock_fact.role, lock(&kept.tool, name)));
    }
    for history in histories.iter().filter(|history| history.tool == "alembic") {
        let heads = heads(history);
        if let ([head], Some(last)) = (heads.as_slice(), history.migrations.last()) {
            let what = format!("one head, `{head}`");
            found.push(fact(last.place.clone(), last.role, lock("alembic", what)));
        }
    }
    found
}

/// The versions that no other one follows, without those that a squash stands for.
pub(super) fn heads<'h>(history: &'h History<'_>) -> Vec<&'h str> {
    let names = |list: fn(&Step<'h>) -> &'h [String]| -> BTreeSet<&'h str> {
        history.migrations.iter().flat_map(list).map(String::as_str).collect()
    };
    let followed = names(|step| step.follows.unwrap_or_default());
    let replaced = names(|step| step.replaces);
    let is_head = |step: &&Step<'_>| {
        let stands_for_one = step.replaces.iter().any(|name| followed.contains(name.as_str()));
        !followed.contains(step.version.as_str()) && !replaced.contains(step.version.as_str()) && !stands_for_one
    };
    history.migrations.iter().filter(is_head).map(|step| step.version.as_str()).collect()
}
