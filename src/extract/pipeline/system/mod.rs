//! The CI systems beside GitHub and GitLab, one reader each. A table names their files.

mod appveyor;
mod azure;
mod azure_tasks;
mod bitbucket;
mod buildkite;
mod circleci;
mod cirrus;
mod cloud_build;
mod code_build;
mod drone;
mod jenkins;
mod keys;
mod keys_table;
mod semaphore;
mod teamcity;
mod tekton;
mod travis;

use super::condition::Triggers;
use super::script::append;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Job, Pipeline, Script, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::Source;
use crate::syntax::data::Node;

struct System {
    name: &'static str,
    /// Whether a path is its configuration, or may be.
    is_file: fn(&str) -> bool,
    read: Reader,
}

/// Fills a pipeline; `false` where the file is none of the system's.
enum Reader {
    /// From the documents of a YAML file.
    Yaml(fn(&[Node], &mut Pipeline) -> bool),
    /// From the text of a language with blocks in curly brackets.
    Text(fn(&str, &mut Pipeline) -> bool),
}

const SYSTEMS: &[System] = &[
    System {
        name: "CircleCI",
        is_file: |path| path.starts_with(".circleci/") && is_yaml(path),
        read: Reader::Yaml(circleci::read),
    },
    System {
        name: "Travis CI",
        is_file: |path| matches!(path, ".travis.yml" | ".travis.yaml"),
        read: Reader::Yaml(travis::read),
    },
    System {
        name: "AppVeyor",
        is_file: |path| matches!(path, "appveyor.yml" | ".appveyor.yml" | "appveyor.yaml" | ".appveyor.yaml"),
        read: Reader::Yaml(appveyor::read),
    },
    System {
        name: "Bitbucket Pipelines",
        is_file: |path| matches!(path, "bitbucket-pipelines.yml" | "bitbucket-pipelines.yaml"),
        read: Reader::Yaml(bitbucket::read),
    },
    System {
        name: "Buildkite",
        is_file: |path| path.starts_with(".buildkite/") && is_yaml(path),
        read: Reader::Yaml(buildkite::read),
    },
    System {
        name: "Drone",
        is_file: |path| matches!(path, ".drone.yml" | ".drone.yaml"),
        read: Reader::Yaml(drone::drone),
    },
    System {
        name: "Woodpecker CI",
        is_file: |path| {
            (path.starts_with(".woodpecker/") && is_yaml(path))
                || matches!(path, ".woodpecker.yml" | ".woodpecker.yaml")
        },
        read: Reader::Yaml(drone::woodpecker),
    },
    System {
        name: "Cirrus CI",
        is_file: |path| matches!(path, ".cirrus.yml" | ".cirrus.yaml"),
        read: Reader::Yaml(cirrus::read),
    },
    System {
        name: "Google Cloud Build",
        is_file: |path| name_of(path).starts_with("cloudbuild") && is_yaml(path),
        read: Reader::Yaml(cloud_build::read),
    },
    System {
        name: "AWS CodeBuild",
        is_file: |path| name_of(path).starts_with("buildspec") && is_yaml(path),
        read: Reader::Yaml(code_build::read),
    },
    System {
        name: "Semaphore",
        is_file: |path| path.starts_with(".semaphore/") && is_yaml(path),
        read: Reader::Yaml(semaphore::read),
    },
    System {
        name: "Tekton",
        is_file: |path| path.starts_with(".tekton/") && is_yaml(path),
        read: Reader::Yaml(tekton::read),
    },
    System {
        name: "Jenkins",
        is_file: |path| name_of(path).starts_with("Jenkinsfile") || path.ends_with(".jenkinsfile"),
        read: Reader::Text(jenkins::read),
    },
    System {
        name: "TeamCity",
        is_file: |path| path.starts_with(".teamcity/") && matches!(path.rsplit_once('.'), Some((_, "kts" | "kt"))),
        read: Reader::Text(teamcity::read),
    },
    // Last, since its files may have any name.
    System { name: "Azure Pipelines", is_file: azure::may_be, read: Reader::Yaml(azure::read) },
];

/// Reads the files of the systems in the table.
pub(super) struct Systems;

impl Extractor for Systems {
    fn name(&self) -> &'static str {
        "pipeline"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && SYSTEMS.iter().any(|system| (system.is_file)(&file.path))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(system) = SYSTEMS.iter().find(|system| (system.is_file)(&source.file.path)) else { return };
        let mut pipeline = Pipeline {
            system: system.name.to_owned(),
            name: source.file.name().to_owned(),
            is_substantive: true,
            is_read: true,
            ..Pipeline::default()
        };
        match system.read {
            Reader::Text(read) => {
                if !read(source.text(), &mut pipeline) {
                    return;
                }
                if let Some(span) = jenkins::unbalanced(source.text()) {
                    found.warn(span, format!("{} file with a `{{` or `}}` that has no other half", system.name));
                }
            }
            // Of the files that may be Azure's, most are something else.
            Reader::Yaml(_) if system.name == "Azure Pipelines" && !azure::looks_like_it(source.text()) => {
                return not_understood(source, system.name, found);
            }
            Reader::Yaml(read) => match source.yaml() {
                Ok(documents) => {
                    if !read(documents, &mut pipeline) {
                        return not_understood(source, system.name, found);
                    }
                    keys::check(system.name, documents, found);
                    if system.name == "CircleCI" {
                        for (span, problem) in circleci::undefined(documents) {
                            found.warn(span, problem);
                        }
                    }
                }
                // What only looks like a file of Azure may be a template of anything.
                Err(_) if system.name == "Azure Pipelines" && !azure::is_named_so(&source.file.path) => return,
                Err(error) => {
                    found.unreadable(&format!("{} file", system.name), error);
                    let nothing = Pipeline { is_substantive: false, is_read: false, ..pipeline };
                    return found.add(error.span, Data::Pipeline(nothing));
                }
            },
        }
        azure::complete(&mut pipeline, source.file.folder());
        let span = pipeline.triggers.first().map_or(Span::START, |trigger| trigger.span);
        found.add(span, Data::Pipeline(pipeline));
    }
}

/// Files that have no other meaning than to say what a system runs.
const MAIN: &[&str] = &[
    ".circleci/config.yml",
    ".circleci/config.yaml",
    ".travis.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".cirrus.yml",
    ".buildkite/pipeline.yml",
    ".semaphore/semaphore.yml",
    "bitbucket-pipelines.yml",
    "azure-pipelines.yml",
    "cloudbuild.yaml",
    "cloudbuild.yml",
    "buildspec.yml",
    "buildspec.yaml",
];

/// Reports the main file of a system in which nothing of that system stands.
fn not_understood(source: &Source<'_>, system: &str, found: &mut Found<'_>) {
    if MAIN.contains(&&*source.file.path) {
        found.warn(Span::START, format!("{system} file in which nothing says what to run: it was not judged"));
    }
}

fn is_yaml(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yml" | "yaml"))
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Triggers without filters, at one place.
fn triggers(kinds: &[TriggerKind], span: Span) -> Vec<Trigger> {
    kinds.iter().map(|kind| Trigger::any(*kind, span)).collect()
}

fn owned(texts: Vec<&str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}

/// A job at its key.
fn job(id: &str, span: Span, steps: Vec<Step>) -> Job {
    Job { id: id.to_owned(), steps, span: Some(span), ..Job::default() }
}

fn step(action: StepAction, span: Span) -> Step {
    Step { action, folder: String::new(), only: None, values: Vec::new(), may_fail: false, never_runs: false, span }
}

/// One step for a scalar or a list of scalars that is shell text.
fn shell(lines: &Node) -> Option<Step> {
    let mut script = Script { stops_on_failure: true, ..Script::default() };
    let mut span = None;
    for line in lines.one_or_many().iter().filter(|line| line.scalar().is_some()) {
        span.get_or_insert(line.span);
        append(&mut script, line);
    }
    Some(step(StepAction::Run(script), span?))
}

/// A step that uses something by its name.
fn uses(name: impl Into<String>, inputs: Vec<(String, String)>, span: Span) -> Step {
    step(StepAction::Use(name.into(), inputs), span)
}

/// A step that runs a text which the file does not spell out.
fn runs(text: &str, span: Span) -> Step {
    step(StepAction::Run(super::script::implied(text, span)), span)
}

/// Gives values of variables to steps.
fn give(steps: &mut [Step], values: &[(String, Vec<String>)]) {
    for step in steps {
        step.values.extend_from_slice(values);
    }
}

/// Values of variables that a mapping sets.
fn environment(node: Option<&Node>) -> Vec<(String, Vec<String>)> {
    let pairs = node.map_or_else(Vec::new, super::script::pairs);
    pairs.into_iter().map(|(name, value)| (format!("env.{name}"), vec![value])).collect()
}

/// Names of events as most systems write them.
fn event(name: &str) -> TriggerKind {
    match name {
        "push" => TriggerKind::Push,
        "pull_request" | "pull-request" | "pr" => TriggerKind::ChangeRequest,
        "tag" | "release" => TriggerKind::Tag,
        "cron" | "schedule" => TriggerKind::Schedule,
        "manual" | "custom" | "promote" | "deployment" | "rollback" => TriggerKind::Manual,
        _ => TriggerKind::Other,
    }
}

#[cfg(test)]
mod tests;
