//! Which images are shipped: a Dockerfile for development, for tests or for packages makes none that runs anywhere.

use crate::facts::{BuildStage, ComposeService, Dockerfile, Fact, PipelineRun};
use crate::model::Facts;

/// Words of a path that tell what a Dockerfile is for.
const PURPOSES: &[(&str, &[&str])] = &[
    (
        "development",
        &[
            "dev",
            "devel",
            "develop",
            "development",
            "devcontainer",
            "local",
            "debug",
            "gitpod",
            "tilt",
            "skaffold",
            "k3d",
            "minikube",
            "sandbox",
            "hack",
        ],
    ),
    (
        "tests",
        &[
            "test",
            "tests",
            "testing",
            "e2e",
            "playwright",
            "cypress",
            "integration",
            "loadtest",
            "bench",
            "benchmark",
            "benchmarks",
        ],
    ),
    ("pipelines", &["ci", "lint", "linter", "gha", "buildkite", "circleci", "jenkins"]),
    ("packages", &["deb", "rpm", "packager", "packaging"]),
];

/// Stages that are for developers or tests, where a file ends with one.
const ASIDE: &[&str] = &[
    "dev",
    "development",
    "develop",
    "test",
    "tests",
    "testing",
    "debug",
    "lint",
    "e2e",
    "ci",
    "local",
    "devcontainer",
];
/// Stages that are shipped, in the order in which they are looked for.
const SHIPPED: &[&str] = &[
    "production",
    "prod",
    "release",
    "runtime",
    "runner",
    "final",
    "prod-runtime",
    "app",
    "server",
    "deploy",
    "deployment",
];

/// Why the image of a Dockerfile is not shipped, `None` where it is.
pub(super) fn unshipped_because(fact: &Fact, dockerfile: &Dockerfile, facts: &Facts) -> Option<String> {
    if let Some(purpose) = purpose_of(&fact.place.path) {
        return Some(format!("its path says that it is for {purpose}"));
    }
    let last = dockerfile.stages.len().saturating_sub(1);
    let command =
        dockerfile.chain(last).into_iter().find(|stage| !stage.command.is_empty()).map(|stage| &stage.command);
    if let Some(word) = command.and_then(|command| command.iter().find(|word| is_for_once(word))) {
        return Some(format!("it runs `{word}` and ends"));
    }
    is_for_developers_alone(fact, facts).then(|| "only a developer's compose file builds it".to_owned())
}

fn purpose_of(path: &str) -> Option<&'static str> {
    let lower = path.to_ascii_lowercase();
    // `docker/debian` may be a variant of the image; `packaging/debian` builds a package.
    let is_package =
        ["packaging/debian/", "packaging/rpm/", "packaging/deb/"].iter().any(|folder| lower.contains(folder));
    if is_package {
        return Some("packages");
    }
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| *word != "packaging");
    words.find_map(|word| PURPOSES.iter().find(|(_, list)| list.contains(&word)).map(|&(purpose, _)| purpose))
}

/// Whether a Dockerfile is the ground for others: `Dockerfile.base`, `builder.Dockerfile`, `docker/base/Dockerfile`.
pub(super) fn is_base(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let folder = parts.next().unwrap_or_default().to_ascii_lowercase();
    let is_word = |word: &str| matches!(word, "base" | "builder" | "baseimage" | "buildimage");
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(is_word) || folder.split(['-', '_']).any(is_word)
}

/// Whether a word of the image's command is a test or a build, which ends by itself.
fn is_for_once(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    let stem = name.strip_suffix(".sh").unwrap_or(name);
    matches!(
        stem,
        "test" | "tests" | "pytest" | "rspec" | "phpunit" | "jest" | "vitest" | "run-tests" | "run_tests" | "e2e-test"
    ) || name == "build.sh"
        || stem.starts_with("test:")
}

/// Whether compose files of developers build it and nobody else does: no other compose file, no pipeline and no file
/// of a platform that builds images.
fn is_for_developers_alone(fact: &Fact, facts: &Facts) -> bool {
    let is_built =
        |service: &&ComposeService| service.build.as_ref().is_some_and(|build| build.dockerfile == *fact.place.path);
    let builds: Vec<&ComposeService> =
        facts.each::<ComposeService>().map(|(_, service)| service).filter(is_built).collect();
    // A Dockerfile beside the one that bears the plain name, run with the working tree mounted over what it holds.
    let is_the_plain_one = fact.place.path.rsplit('/').next() == Some("Dockerfile");
    let has_a_plain_one =
        || facts.each::<Dockerfile>().any(|(other, _)| other.place.path.rsplit('/').next() == Some("Dockerfile"));
    let is_mounted = |service: &&ComposeService| service.build.as_ref().is_some_and(|build| build.mounts_context);
    if !builds.is_empty() && !is_the_plain_one && builds.iter().all(is_mounted) && has_a_plain_one() {
        return true;
    }
    let is_of_developers = !builds.is_empty() && builds.iter().all(|service| service.audience == "developers");
    let makes_images =
        |run: &PipelineRun| run.tools.iter().any(|tool| matches!(tool.as_str(), "docker-build" | "docker-push"));
    is_of_developers && !facts.each::<PipelineRun>().any(|(_, run)| makes_images(run))
}

/// The stage that is shipped: the one that a deployment's compose file asks for, else the last one that is not aside.
pub(super) fn stage(fact: &Fact, dockerfile: &Dockerfile, facts: &Facts) -> usize {
    let last = dockerfile.stages.len().saturating_sub(1);
    let position = |name: &str| dockerfile.stages.iter().rposition(|stage| stage.name.as_deref() == Some(name));
    let asked = facts.each::<ComposeService>().filter(|(_, service)| service.audience != "developers").find_map(
        |(_, service)| {
            let build = service.build.as_ref().filter(|build| build.dockerfile == *fact.place.path)?;
            position(&build.target)
        },
    );
    let is_aside = |stage: &BuildStage| stage.name.as_deref().is_some_and(|name| ASIDE.contains(&name));
    let ends_aside = dockerfile.stages.last().is_some_and(is_aside);
    asked
        .or_else(|| SHIPPED.iter().find_map(|name| position(name)).filter(|_| ends_aside))
        .or_else(|| dockerfile.stages.iter().rposition(|stage| !is_aside(stage)).filter(|_| ends_aside))
        .unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_what_a_dockerfile_is_for() {
        let cases = [
            ("Dockerfile", None),
            ("docker/debian/Dockerfile", None),
            ("device/Dockerfile", None),
            ("packaging/docker/alpine/Dockerfile", None),
            ("packaging/debian/Dockerfile", Some("packages")),
            ("Dockerfile.dev", Some("development")),
            (".devcontainer/Dockerfile", Some("development")),
            ("build/package/e2e-go.dockerfile", Some("tests")),
            ("ci/Dockerfile", Some("pipelines")),
        ];
        for (path, purpose) in cases {
            assert_eq!(purpose_of(path), purpose, "{path}");
        }
    }

    #[test]
    fn names_tell_what_others_are_built_from() {
        for path in ["Dockerfile.base", "docker/base/Dockerfile", "builder.dockerfile", "images/node-base/Dockerfile"] {
            assert!(is_base(path), "{path}");
        }
        for path in ["Dockerfile", "build/Dockerfile", "database/Dockerfile", "codebase/Dockerfile"] {
            assert!(!is_base(path), "{path}");
        }
    }

    #[test]
    fn commands_that_end_by_themselves() {
        assert!(
            ["pytest", "test", "test:e2e", "/src/packaging/build.sh", "/app/run-tests"]
                .iter()
                .all(|word| is_for_once(word))
        );
        assert!(!["node", "server.js", "start", "latest", "/app/builder"].iter().any(|word| is_for_once(word)));
    }
}
