//! Where a missing practice is reported, and identities of findings that survive moved lines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::outcome::Act;
use super::{Missing, Outcome, RuleKind};
use crate::facts::{Component, PipelineRun, Place, RepoPath, Span};
use crate::model::Repository;
use crate::signals::PathGlob;

/// Where a missing practice is reported, and whether a person would act there: at the first file that one of the globs
/// names (inside the component first), else somewhere. Of the manifests that the globs name, at the one of the main
/// language.
pub(super) fn missing_place(repository: &Repository, missing: &Missing, scope: Option<&Component>) -> (Place, Act) {
    let found = missing.at.iter().find_map(|glob| named(repository, glob, scope));
    let act = match &missing.adds {
        Some(path) if repository.file(path).is_none() => Act::Add(of_host(repository, path)),
        _ if found.is_none() && missing.only_at => Act::Elsewhere,
        _ => Act::Here,
    };
    let main_manifest = |found: &RepoPath| {
        let owner = repository.components.iter().find(|component| component.manifests.contains(found))?;
        let is_named = |path: &&RepoPath| {
            path.rsplit('/').next().is_some_and(|name| missing.at.iter().any(|glob| glob.is_match(name)))
        };
        owner.manifests.first().filter(is_named)
    };
    let place = found.map(|found| place_of(Some(main_manifest(found).unwrap_or(found))));
    (place.unwrap_or_else(|| some_place(repository, scope)), act)
}

/// A path in the folder of the host that the repository lies on.
fn of_host(repository: &Repository, path: &str) -> String {
    let has = |folder: &str| repository.files.iter().any(|file| file.path.starts_with(folder));
    match path.strip_prefix(".github/") {
        Some(rest) if has(".gitlab") && !has(".github/") => format!(".gitlab/{rest}"),
        _ => path.to_owned(),
    }
}

/// The first file that a glob names, inside the component first.
fn named<'r>(repository: &'r Repository, glob: &PathGlob, scope: Option<&Component>) -> Option<&'r RepoPath> {
    let own = scope.map_or("", |component| component.path.as_str());
    if let Some(path) = glob.literal() {
        let inner = if own.is_empty() { path.to_owned() } else { format!("{own}/{path}") };
        return repository.file(&inner).or_else(|| repository.file(path)).map(|file| &file.path);
    }
    let paths = || repository.files.iter().map(|file| &file.path);
    let inside = |path: &str| scope.is_none_or(|component| component.contains(path));
    let relative = |path: &RepoPath| {
        let rest = path.strip_prefix(own).unwrap_or(path);
        glob.is_match(rest.trim_start_matches('/'))
    };
    paths()
        .find(|path| inside(path) && relative(path))
        .or_else(|| paths().find(|path| glob.is_match(path)))
        .map(|first| main_workflow(repository, glob, first))
}

/// A place for what stands in no file: a manifest, a README, the first file.
pub(super) fn some_place(repository: &Repository, scope: Option<&Component>) -> Place {
    let inside = |path: &str| scope.is_none_or(|component| component.contains(path));
    let paths = || repository.files.iter().map(|file| &file.path);
    let manifest = match scope {
        Some(component) => component.manifests.first(),
        None => repository.components.iter().find_map(|component| component.manifests.first()),
    };
    let path = manifest
        .or_else(|| paths().filter(|path| inside(path)).find(|path| is_readme(path)))
        .or_else(|| paths().find(|path| inside(path)))
        .or_else(|| paths().next());
    place_of(path)
}

fn place_of(path: Option<&RepoPath>) -> Place {
    Place { path: path.cloned().unwrap_or_else(|| RepoPath::from("")), span: Span::START }
}

/// Of the workflows that a glob names, the one that does most of the work on changes: the first by name may be about
/// anything.
fn main_workflow<'r>(repository: &'r Repository, glob: &PathGlob, first: &'r RepoPath) -> &'r RepoPath {
    if !first.starts_with(".github/workflows/") {
        return first;
    }
    let mut work: BTreeMap<&RepoPath, BTreeSet<&str>> = BTreeMap::new();
    for (fact, run) in repository.facts.each::<PipelineRun>() {
        if run.on_change && glob.is_match(&fact.place.path) {
            work.entry(&fact.place.path).or_default().extend(run.purposes.iter().map(String::as_str));
        }
    }
    let weight = |purpose: &&str| match *purpose {
        "test" => 4,
        "build" => 2,
        "lint" => 1,
        _ => 0,
    };
    let weighed = work.into_iter().map(|(path, purposes)| (path, purposes.iter().map(weight).sum::<usize>()));
    let best =
        weighed.filter(|(_, weight)| *weight > 0).max_by_key(|&(path, weight)| (weight, Reverse((path.len(), path))));
    best.map_or(first, |(path, _)| path)
}

fn is_readme(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().starts_with("readme"))
}

/// Characters of a fingerprint that say what; the rest numbers repetitions.
pub const CONTENT: usize = 24;

/// Gives each finding its fingerprint: of the rule, what the finding says, and the content of its line, without blanks.
/// Neither the number of the line nor the path is part of it, so that it survives lines that move and files that are
/// renamed. Where equal content stands in several places, the places are numbered.
///
/// What is missing is the component's, wherever it is reported. A file as a whole is known by its name.
pub(super) fn fingerprint(outcomes: &mut [Outcome], repository: &Repository) {
    for outcome in outcomes {
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for finding in &mut outcome.findings {
            let place = &finding.place;
            let content = match (outcome.rule.kind, repository.line_hash(place)) {
                (RuleKind::Expect, _) => finding.component.clone().unwrap_or_default(),
                (RuleKind::Forbid, Some(line)) => format!("{line:016x}"),
                (RuleKind::Forbid, None) => place.path.rsplit('/').next().unwrap_or_default().to_owned(),
            };
            let key = format!("{}\0{content}\0{}", outcome.rule.id, finding.message);
            let mut fingerprint = String::with_capacity(CONTENT + 8);
            for byte in Sha256::digest(&key).iter().take(CONTENT / 2) {
                let _ = write!(fingerprint, "{byte:02x}");
            }
            let repeat = seen.entry(key).or_default();
            let _ = write!(fingerprint, "{repeat:08x}");
            *repeat += 1;
            finding.fingerprint = fingerprint;
        }
    }
}
