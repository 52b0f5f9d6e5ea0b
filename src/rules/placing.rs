//! Where a missing practice is reported, and identities of findings that survive moved lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use globset::GlobMatcher;
use sha2::{Digest, Sha256};

use super::{Outcome, RuleKind};
use crate::facts::{Component, Place, RepoPath, Span};
use crate::model::Repository;

/// The place where a person would act: the first file that one of the globs names (inside the component first), else
/// a manifest, a README, the first file.
pub(super) fn acting_place(repository: &Repository, globs: &[GlobMatcher], scope: Option<&Component>) -> Place {
    let inside = |path: &str| scope.is_none_or(|component| component.contains(path));
    let paths = || repository.files.iter().map(|file| &file.path);
    let named = |glob: &GlobMatcher| {
        let own = scope.map_or("", |component| component.path.as_str());
        let relative = |path: &RepoPath| {
            let rest = path.strip_prefix(own).unwrap_or(path);
            glob.is_match(rest.trim_start_matches('/'))
        };
        paths().find(|path| inside(path) && relative(path)).or_else(|| paths().find(|path| glob.is_match(&***path)))
    };
    let manifest = || match scope {
        Some(component) => component.manifests.first(),
        None => repository.components.iter().find_map(|component| component.manifests.first()),
    };
    let readme = || paths().filter(|path| inside(path)).find(|path| is_readme(path));
    let path = globs
        .iter()
        .find_map(named)
        .or_else(manifest)
        .or_else(readme)
        .or_else(|| paths().find(|path| inside(path)))
        .or_else(|| paths().next());
    Place { path: path.cloned().unwrap_or_else(|| RepoPath::from("")), span: Span::START }
}

fn is_readme(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.to_ascii_lowercase().starts_with("readme"))
}

/// Gives each finding its fingerprint: of rule, component or path, and message, with a number for repeats. The line is
/// left out, so that a finding keeps its identity when lines above it move.
pub(super) fn fingerprint(outcomes: &mut [Outcome]) {
    for outcome in outcomes {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for finding in &mut outcome.findings {
            // A missing practice is the same wherever it is reported.
            let place = match outcome.rule.kind {
                RuleKind::Expect => finding.component.clone().unwrap_or_default(),
                RuleKind::Forbid => finding.place.path.to_string(),
            };
            let key = format!("{}\0{place}\0{}", outcome.rule.id, finding.message);
            let repeat = seen.entry(key.clone()).or_default();
            let hash = Sha256::digest(format!("{key}\0{repeat}"));
            *repeat += 1;
            finding.fingerprint = hash.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
        }
    }
}
