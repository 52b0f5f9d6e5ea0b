//! Files that pipelines include or call and that the repository does not have.

use std::collections::BTreeSet;

use crate::facts::{Diagnostic, File, Level, Pipeline, RepoPath, Span, StepAction};
use crate::model::Facts;
use crate::signals::PathGlob;

/// A remark for each.
pub(in crate::model) fn diagnose(facts: &Facts, files: &[File]) -> Vec<Diagnostic> {
    let paths: BTreeSet<&str> = files.iter().map(|file| &*file.path).collect();
    let mut found = Vec::new();
    for (fact, pipeline) in facts.each::<Pipeline>() {
        let remark = |span: Span, what: &str, name: &str| Diagnostic {
            path: Some(RepoPath::clone(&fact.place.path)),
            span: Some(span),
            level: Level::Warning,
            message: format!("{what} `{name}`, which is not in the repository: what it would run was not judged"),
        };
        for include in pipeline.includes.iter().filter(|include| include.is_local) {
            // A name with a variable in it is known when the pipeline runs.
            if !include.name.contains('$') && !matches_any(&paths, &include.name) {
                found.push(remark(include.span, "includes", &include.name));
            }
        }
        for job in &pipeline.jobs {
            let called = job.calls.as_ref().map(|(target, _)| (target.as_str(), job.span.unwrap_or(Span::START)));
            let used = job.steps.iter().filter_map(|step| match &step.action {
                StepAction::Use(name, _) => Some((name.as_str(), step.span)),
                StepAction::Run(_) | StepAction::Reference(..) => None,
            });
            for (target, span) in called.into_iter().chain(used) {
                let Some(path) = target.strip_prefix("./").filter(|path| !path.contains('$')) else { continue };
                if !exists(&paths, path.trim_end_matches('/')) {
                    found.push(remark(span, "uses", target));
                }
            }
        }
    }
    found
}

/// Whether a path is a file or a folder with files.
fn exists(paths: &BTreeSet<&str>, path: &str) -> bool {
    let below = format!("{path}/");
    path.is_empty()
        || paths.contains(path)
        || paths.range(below.as_str()..).next().is_some_and(|next| next.starts_with(&below))
}

fn matches_any(paths: &BTreeSet<&str>, name: &str) -> bool {
    if !name.contains('*') {
        return exists(paths, name);
    }
    PathGlob::new(name).ok().is_none_or(|glob| paths.iter().any(|path| glob.is_match(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_folders_and_patterns_exist() {
        let paths = BTreeSet::from([".github/actions/setup/action.yml", "ci/a.yml"]);
        assert!(exists(&paths, ".github/actions/setup"));
        assert!(!exists(&paths, ".github/actions/set"));
        assert!(matches_any(&paths, "ci/*.yml"));
        assert!(!matches_any(&paths, "ci/b.yml"));
    }
}
