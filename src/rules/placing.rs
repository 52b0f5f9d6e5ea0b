//! Where a missing practice is reported, and identities of findings that survive moved lines.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::outcome::Act;
use super::{Missing, Outcome, RuleKind};
use crate::facts::{Component, ComponentKind, Conclusion, File, Manifest, PipelineRun, Place, RepoPath, Role, Span};
use crate::model::Repository;
use crate::signals::PathGlob;

/// Where rules name one of these, people act in a manifest, whatever that of the component is called.
const MANIFESTS: &[&str] = &["package.json", "pyproject.toml", "go.mod", "Cargo.toml", "pom.xml"];

/// What a finding of something missing is about.
pub(super) struct Acting<'r> {
    pub(super) repository: &'r Repository,
    /// The component that lacks it, where the rule is judged for each.
    pub(super) scope: Option<&'r Component>,
    /// The components that are concerned, the main one first, each with what makes it one that is; none: no more than others.
    pub(super) concerned: Vec<(&'r Component, Option<&'r Conclusion>)>,
}

impl<'r> Acting<'r> {
    /// The place where a person would act: the first file that one of the globs names (the component's own before what
    /// serves all), else what makes the component one that is concerned, a manifest, a README, the first file. Of the
    /// manifests that the globs name, the one of the main language.
    pub(super) fn place(&self, globs: &[PathGlob]) -> Place {
        let paths = || self.repository.files.iter().map(|file| &file.path);
        let inside = |path: &str| self.scope.is_none_or(|component| component.contains(path));
        let first_manifest = || self.repository.components.iter().find_map(|component| component.manifests.first());
        let main = self.concerned.first();
        let manifest = || main.and_then(|(main, _)| main.manifests.first()).or_else(first_manifest);
        let readme = || paths().filter(|path| inside(path)).find(|path| is_readme(path));
        let named = globs.iter().find_map(|glob| self.named(glob));
        let named = named.map(|found| self.main_manifest(found, globs).unwrap_or(found));
        let made_by = main.and_then(|(_, made_by)| *made_by);
        let is_file = |made_by: &&Conclusion| self.repository.file(&made_by.place.path).is_some();
        let asks_for_a_manifest = globs.iter().any(|glob| MANIFESTS.contains(&glob.glob()));
        if let Some(made_by) = made_by.filter(|_| named.is_none() && !asks_for_a_manifest).filter(is_file) {
            return made_by.place.clone();
        }
        let path = named
            .or_else(manifest)
            .or_else(readme)
            .or_else(|| paths().find(|path| inside(path)))
            .or_else(|| paths().next());
        Place { path: path.cloned().unwrap_or_else(|| RepoPath::from("")), span: Span::START }
    }

    /// Whether a person would act at that place.
    pub(super) fn act(&self, missing: &Missing) -> Act {
        match &missing.adds {
            Some(path) if self.repository.file(path).is_none() => Act::Add(of_host(self.repository, path)),
            _ if missing.only_at && !missing.at.iter().any(|glob| self.named(glob).is_some()) => Act::Elsewhere,
            _ => Act::Here,
        }
    }

    /// The manifest of a component's main language, for one of another language.
    fn main_manifest(&self, found: &RepoPath, globs: &[PathGlob]) -> Option<&'r RepoPath> {
        let owner = self.repository.components.iter().find(|component| component.manifests.contains(found))?;
        let is_named =
            |path: &&RepoPath| path.rsplit('/').next().is_some_and(|name| globs.iter().any(|glob| glob.is_match(name)));
        owner.manifests.first().filter(is_named)
    }

    /// The first file that a glob names in the component, else the first that it names in what serves it too.
    fn named(&self, glob: &PathGlob) -> Option<&'r RepoPath> {
        let files = || self.repository.files.iter();
        let serves = |file: &&File| self.serves(file);
        let own = self.scope.map(|component| component.path.as_str());
        let is_own = |file: &&File| self.repository.component_of(&file.path).map(|owner| owner.path.as_str()) == own;
        if let Some(path) = glob.literal() {
            let inner = own.filter(|own| !own.is_empty()).map(|own| format!("{own}/{path}"));
            let inside = inner.and_then(|inner| self.repository.file(&inner)).filter(is_own);
            return inside.or_else(|| self.repository.file(path).filter(serves)).map(|file| &file.path);
        }
        let is_inside = |file: &&File| {
            let inner = own.and_then(|own| file.path.strip_prefix(own));
            inner.is_some_and(|inner| glob.is_match(inner.trim_start_matches('/')))
        };
        let inside = files().filter(is_inside).find(is_own);
        let found = inside.or_else(|| files().filter(|file| glob.is_match(&file.path)).find(serves))?;
        Some(main_workflow(self.repository, glob, &found.path))
    }

    /// Whether a file is for what is concerned: its own, that of a library that it uses, of infrastructure, or what is
    /// no code and lies at the root. A manifest speaks of its own packages alone.
    fn serves(&self, file: &File) -> bool {
        if self.concerned.is_empty() {
            return true;
        }
        let is_manifest = || self.repository.facts.each::<Manifest>().any(|(fact, _)| fact.place.path == file.path);
        let Some(owner) = self.repository.component_of(&file.path) else {
            return self.scope.is_none() || !is_manifest();
        };
        let is_its = |own: &Component| own.path == owner.path || own.uses.contains(&owner.path);
        let is_infrastructure = !owner.kinds.is_empty() && owner.kinds.keys().all(|kind| *kind == ComponentKind::Infra);
        let is_shared = owner.path.is_empty() && file.role != Role::Product;
        self.concerned.iter().any(|(own, _)| is_its(own)) || (is_infrastructure || is_shared) && !is_manifest()
    }
}

/// A path in the folder of the host that the repository lies on.
fn of_host(repository: &Repository, path: &str) -> String {
    let has = |folder: &str| repository.files.iter().any(|file| file.path.starts_with(folder));
    match path.strip_prefix(".github/") {
        Some(rest) if has(".gitlab") && !has(".github/") => format!(".gitlab/{rest}"),
        _ => path.to_owned(),
    }
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
