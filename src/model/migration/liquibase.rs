//! The order of Liquibase changelogs: each file where the changelog that begins it all includes it.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{ChangelogInclude, MigrationScript, SqlScript};
use crate::model::Facts;

/// Where a file stands: the changelog that leads to it, and the lines of the includes that do, with the place among the
/// files that each means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing<'a> {
    pub(super) root: &'a str,
    pub(super) rank: Vec<usize>,
}

/// The files of changelogs in the order in which they are applied.
#[derive(Debug, Default)]
pub(super) struct Order<'a> {
    standings: BTreeMap<&'a str, Standing<'a>>,
    /// Changelogs that run a file which was not read.
    unread: BTreeSet<&'a str>,
}

impl<'a> Order<'a> {
    /// Follows what changelogs include, from those that nothing includes.
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut includes: BTreeMap<&'a str, Vec<(At, &'a ChangelogInclude)>> = BTreeMap::new();
        for (fact, include) in facts.each::<ChangelogInclude>() {
            let at = (fact.place.span.line as usize, fact.place.span.column as usize);
            includes.entry(&fact.place.path).or_default().push((at, include));
        }
        if includes.is_empty() {
            return Self::default();
        }
        let scripts = facts.each::<MigrationScript>().filter(|(_, script)| script.tool == "liquibase");
        let mut known: BTreeSet<&'a str> = scripts.map(|(fact, _)| &*fact.place.path).collect();
        known.extend(facts.each::<SqlScript>().map(|(fact, _)| &*fact.place.path));
        known.extend(includes.keys());
        let mut order = Self::default();
        let mut led: Led<'a> = BTreeMap::new();
        for (&path, list) in &includes {
            let targets = led.entry(path).or_default();
            for (at, include) in list {
                let found = resolve(include, path, &known);
                if found.is_empty() && include.target.to_ascii_lowercase().ends_with("sql") {
                    order.unread.insert(path);
                }
                targets.extend(found.into_iter().enumerate().map(|(place, target)| (*at, place, target)));
            }
        }
        let included: BTreeSet<&str> = led.values().flatten().map(|&(_, _, target)| target).collect();
        for &root in led.keys().filter(|path| !included.contains(*path)) {
            order.follow(root, &led);
        }
        order
    }

    /// Where a file stands; `None` where no changelog leads to it.
    pub(super) fn of(&self, path: &str) -> Option<Standing<'a>> {
        self.standings.get(path).cloned()
    }

    /// Whether a changelog runs a file that was not read.
    pub(super) fn runs_unread(&self, path: &str) -> bool {
        self.unread.contains(path)
    }

    fn follow(&mut self, root: &'a str, led: &Led<'a>) {
        let mut stack = vec![(root, Vec::new())];
        while let Some((path, rank)) = stack.pop() {
            if self.standings.contains_key(path) || rank.len() > 3 * MAX_DEPTH {
                continue;
            }
            for &((line, column), place, target) in led.get(path).into_iter().flatten().rev() {
                stack.push((target, [rank.as_slice(), &[line, column, place]].concat()));
            }
            self.standings.insert(path, Standing { root, rank });
        }
    }
}

/// The line and the column of an include.
type At = (usize, usize);

/// What each changelog leads to: where the include is, the place among what it means, and the file.
type Led<'a> = BTreeMap<&'a str, Vec<(At, usize, &'a str)>>;

/// Changelogs that include each other deeper are not followed.
const MAX_DEPTH: usize = 64;

/// The files that an include means: relative to its changelog, or to a root that only the program knows.
fn resolve<'a>(include: &ChangelogInclude, from: &str, known: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = include.target.trim_matches('/');
    let beside = joined(folder, target);
    let is_meant = |path: &str, wanted: &str| match path.strip_prefix(wanted) {
        Some("") => true,
        Some(rest) => include.is_folder && rest.starts_with('/') && path != from,
        None => false,
    };
    let near: Vec<&str> = known.iter().copied().filter(|path| is_meant(path, &beside)).collect();
    if !near.is_empty() || include.is_relative {
        return near;
    }
    let ending = format!("/{target}");
    let is_ending = |path: &str| match path.rfind(&ending) {
        _ if is_meant(path, target) => true,
        Some(at) => path.get(at + 1..).is_some_and(|tail| is_meant(tail, target)),
        None => false,
    };
    known.iter().copied().filter(|path| is_ending(path)).collect()
}

/// A path from a folder, without `..`.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn include(target: &str, is_relative: bool, is_folder: bool) -> ChangelogInclude {
        ChangelogInclude { target: target.to_owned(), is_relative, is_folder }
    }

    #[test]
    fn an_include_is_found_beside_its_changelog_or_below_a_root_that_is_not_known() {
        let known: BTreeSet<&str> =
            ["app/src/db/master.xml", "app/src/db/changes/1.xml", "app/src/db/changes/2.sql", "app/src/db/a.xml"]
                .into();
        let of = |include: &ChangelogInclude| resolve(include, "app/src/db/master.xml", &known);
        assert_eq!(of(&include("changes/1.xml", true, false)), ["app/src/db/changes/1.xml"]);
        assert_eq!(of(&include("db/a.xml", false, false)), ["app/src/db/a.xml"]);
        assert_eq!(of(&include("/db/changes/", false, true)), ["app/src/db/changes/1.xml", "app/src/db/changes/2.sql"]);
        assert_eq!(of(&include("../db/a.xml", true, false)), ["app/src/db/a.xml"]);
        assert!(of(&include("db/b.xml", false, false)).is_empty());
    }
}
