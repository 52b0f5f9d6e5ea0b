//! Files of a job that a CI system keeps by a key of its own. Actions that keep files show as tools.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject, Span};
use crate::syntax::Source;

/// A CI system's file, and the words that keep files in it.
const SYSTEMS: &[(&str, &str, &[&str])] = &[
    (".gitlab-ci.yml", "GitLab CI", &["artifacts:"]),
    (".circleci/", "CircleCI", &["store_artifacts", "store_test_results", "persist_to_workspace"]),
    ("bitbucket-pipelines.yml", "Bitbucket Pipelines", &["artifacts:"]),
    (
        "azure-pipelines",
        "Azure Pipelines",
        &[
            "PublishBuildArtifacts@",
            "PublishPipelineArtifact@",
            "PublishTestResults@",
            "PublishCodeCoverageResults@",
            "- publish:",
        ],
    ),
    ("Jenkinsfile", "Jenkins", &["archiveArtifacts", "junit ", "junit(", "publishHTML", "stash "]),
    (".buildkite/", "Buildkite", &["artifact_paths:", "buildkite-agent artifact upload"]),
    (".cirrus.yml", "Cirrus CI", &["_artifacts:", "artifacts:"]),
    ("appveyor.yml", "AppVeyor", &["artifacts:"]),
    (".appveyor.yml", "AppVeyor", &["artifacts:"]),
    ("cloudbuild.yaml", "Google Cloud Build", &["artifacts:", "images:"]),
    ("buildspec.yml", "AWS CodeBuild", &["artifacts:", "reports:"]),
    (".semaphore/", "Semaphore", &["artifact push"]),
];

/// Reads what CI systems keep.
#[derive(Clone, Copy)]
pub(super) struct KeptFiles;

impl Extractor for KeptFiles {
    fn name(&self) -> &'static str {
        "kept-files"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(SYSTEMS.iter().flat_map(|(_, _, words)| words.iter()).map(|word| (*word).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        system_of(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some((_, system, words)) = system_of(source.file) else { return };
        for (index, line) in source.text().lines().enumerate() {
            let code = line.trim_start();
            let is_comment = code.starts_with('#') || code.starts_with("//");
            // A job that takes over artifacts of another one (`artifacts: false`) keeps none.
            let is_switch = code.ends_with("artifacts: true") || code.ends_with("artifacts: false");
            if !is_comment && !is_switch && words.iter().any(|word| code.contains(word)) {
                let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
                let span = Span { line, column: 1, end_line: line, end_column: 1 };
                return add(found, span, setting(SettingSubject::KeptFiles, system, code.trim_end()));
            }
        }
    }
}

fn system_of(file: &File) -> Option<&'static (&'static str, &'static str, &'static [&'static str])> {
    SYSTEMS.iter().find(|(start, ..)| file.path.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::KeptFiles;

    #[test]
    fn a_job_that_keeps_files_is_found_and_one_that_fetches_them_is_not() {
        let keeps = "test:\n  script: x\n  artifacts:\n    paths: [y]\n";
        assert_eq!(settings(&KeptFiles, ".gitlab-ci.yml", keeps), ["GitLab CI artifacts:"]);
        let fetches = "test:\n  needs:\n    - job: a\n      artifacts: true\n  # artifacts: {}\n";
        assert!(settings(&KeptFiles, ".gitlab-ci.yml", fetches).is_empty());
    }
}
