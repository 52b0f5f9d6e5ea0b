//! CI systems whose files are not read in full yet: what starts them, and the shell text under the keys that hold it.
//! One table names their files; a system that gets a reader of its own leaves it.

use super::script::{append, implied};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Job, Pipeline, Script, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::Source;
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Manual, Push, Tag};

struct System {
    name: &'static str,
    /// Whether a path is its configuration.
    is_file: fn(&str) -> bool,
    /// Keys whose values are shell text; a leading `*` stands for any beginning.
    keys: &'static [&'static str],
    /// What starts it where the file does not say.
    triggers: &'static [TriggerKind],
}

const SYSTEMS: &[System] = &[
    System {
        name: "CircleCI",
        is_file: |path| matches!(path, ".circleci/config.yml" | ".circleci/config.yaml"),
        keys: &["run", "command"],
        triggers: &[Push],
    },
    System {
        name: "Travis CI",
        is_file: |path| matches!(path, ".travis.yml" | ".travis.yaml"),
        keys: &["before_install", "install", "before_script", "script"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "AppVeyor",
        is_file: |path| matches!(path, "appveyor.yml" | ".appveyor.yml" | "appveyor.yaml"),
        keys: &["*_script", "install", "before_build", "before_test"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Bitbucket Pipelines",
        is_file: |path| path == "bitbucket-pipelines.yml",
        keys: &["script"],
        triggers: &[Push],
    },
    System {
        name: "Buildkite",
        is_file: |path| path.starts_with(".buildkite/") && is_yaml(path),
        keys: &["command", "commands"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Drone",
        is_file: |path| matches!(path, ".drone.yml" | ".drone.yaml"),
        keys: &["commands"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Woodpecker CI",
        is_file: |path| {
            (path.starts_with(".woodpecker/") && is_yaml(path))
                || matches!(path, ".woodpecker.yml" | ".woodpecker.yaml")
        },
        keys: &["commands"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Cirrus CI",
        is_file: |path| matches!(path, ".cirrus.yml" | ".cirrus.yaml"),
        keys: &["*script"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Google Cloud Build",
        is_file: |path| matches!(path, "cloudbuild.yaml" | "cloudbuild.yml" | ".cloudbuild/cloudbuild.yaml"),
        keys: &["script"],
        triggers: &[Push],
    },
    System {
        name: "AWS CodeBuild",
        is_file: |path| matches!(path, "buildspec.yml" | "buildspec.yaml"),
        keys: &["commands"],
        triggers: &[Push],
    },
    System {
        name: "Semaphore",
        is_file: |path| path.starts_with(".semaphore/") && is_yaml(path),
        keys: &["commands"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Tekton",
        is_file: |path| path.starts_with(".tekton/") && is_yaml(path),
        keys: &["script"],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "Jenkins",
        is_file: |path| path.rsplit('/').next().is_some_and(|name| name.starts_with("Jenkinsfile")),
        keys: &[],
        triggers: &[Push, ChangeRequest],
    },
    System {
        name: "TeamCity",
        is_file: |path| path == ".teamcity/settings.kts",
        keys: &[],
        triggers: &[Push, ChangeRequest],
    },
    // Last, since its files may have any name.
    System {
        name: "Azure Pipelines",
        is_file: is_azure,
        keys: &["script", "bash", "pwsh", "powershell"],
        triggers: &[Push, ChangeRequest],
    },
];

/// Reads the files of the systems in the table.
pub(super) struct Others;

impl Extractor for Others {
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
            triggers: system.triggers.iter().map(|kind| Trigger::any(*kind, Span::START)).collect(),
            is_substantive: true,
            ..Pipeline::default()
        };
        if system.keys.is_empty() {
            pipeline.jobs = vec![job("pipeline", quoted_scripts(source.text()))];
            return found.add(Span::START, Data::Pipeline(pipeline));
        }
        let documents = match source.yaml() {
            Ok(documents) => documents,
            Err(error) => {
                found.unreadable(&format!("{} file", system.name), error);
                pipeline.triggers.clear();
                pipeline.is_substantive = false;
                return found.add(error.span, Data::Pipeline(pipeline));
            }
        };
        for root in documents {
            match system.name {
                "Azure Pipelines" if !is_azure_content(root) => return,
                "Azure Pipelines" => pipeline.triggers = azure_triggers(root),
                "Bitbucket Pipelines" => {
                    pipeline.jobs.extend(bitbucket_jobs(root, system.keys));
                    continue;
                }
                _ => {}
            }
            let mut steps = steps(root, system.keys);
            if system.name == "Travis CI" && root.get("script").is_none() {
                steps.extend(travis_default(root));
            }
            if !steps.is_empty() {
                pipeline.jobs.push(job("pipeline", steps));
            }
        }
        if system.name == "Bitbucket Pipelines" {
            pipeline.triggers = pipeline.jobs.iter().filter_map(|job| job.only.clone()).flatten().collect();
        }
        // Templates, orbs and images may do more than the shell text says.
        pipeline.is_read = matches!(
            system.name,
            "Travis CI" | "AppVeyor" | "Bitbucket Pipelines" | "Drone" | "Cirrus CI" | "Woodpecker CI"
        );
        let span = pipeline.triggers.first().map_or(Span::START, |trigger| trigger.span);
        found.add(span, Data::Pipeline(pipeline));
    }
}

fn is_yaml(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yml" | "yaml"))
}

/// Azure's files have any name; those at the root are looked into.
fn is_azure(path: &str) -> bool {
    let is_folder = path.starts_with(".azure-pipelines/")
        || path.starts_with(".azuredevops/")
        || path.starts_with("azure-pipelines/");
    let is_root = !path.contains('/') && !matches!(path, "action.yml" | "action.yaml") && !path.contains("compose");
    is_yaml(path)
        && (is_folder || is_root || path.rsplit('/').next().is_some_and(|name| name.starts_with("azure-pipelines")))
}

fn is_azure_content(root: &Node) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| root.get(key).is_some());
    has(&["trigger", "pr", "pool", "schedules"])
        && has(&["steps", "jobs", "stages", "extends"])
        && !has(&["on", "version"])
}

fn azure_triggers(root: &Node) -> Vec<Trigger> {
    let mut found = Vec::new();
    for (key, kind) in [("trigger", Push), ("pr", ChangeRequest)] {
        let Some((name, value)) = root.entry(key) else {
            found.push(Trigger::any(kind, Span::START));
            continue;
        };
        if value.text() == Some("none") {
            continue;
        }
        let branches = value.get("branches").map_or(value, |branches| branches.get("include").unwrap_or(branches));
        let branches = branches.texts().into_iter().map(str::to_owned).collect();
        found.push(Trigger { branches, ..Trigger::any(kind, name.span) });
    }
    if root.get("schedules").is_some() {
        found.push(Trigger::any(TriggerKind::Schedule, root.span));
    }
    found
}

fn bitbucket_jobs(root: &Node, keys: &[&str]) -> Vec<Job> {
    let sections = root.get("pipelines").map_or(&[][..], Node::entries);
    let jobs = sections.iter().filter_map(|(name, body)| {
        let trigger = Trigger::any(
            match name.text()? {
                "default" | "branches" => Push,
                "pull-requests" => ChangeRequest,
                "tags" => Tag,
                _ => Manual,
            },
            name.span,
        );
        let branches = if name.text() == Some("branches") {
            body.entries().iter().filter_map(|(name, _)| name.text().map(str::to_owned)).collect()
        } else {
            Vec::new()
        };
        Some(Job { only: Some(vec![Trigger { branches, ..trigger }]), ..job(name.text()?, steps(body, keys)) })
    });
    jobs.collect()
}

fn job(id: &str, steps: Vec<Step>) -> Job {
    Job { id: id.to_owned(), steps, ..Job::default() }
}

fn step(script: Script, may_fail: bool, span: Span) -> Step {
    let action = StepAction::Run(script);
    Step { action, folder: String::new(), only: None, values: Vec::new(), may_fail, never_runs: false, span }
}

/// One step for each key that holds shell text, wherever it stands.
fn steps(root: &Node, keys: &[&str]) -> Vec<Step> {
    let is_key =
        |name: &str| keys.iter().any(|key| key.strip_prefix('*').map_or(*key == name, |end| name.ends_with(end)));
    let mut found = Vec::new();
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        pending.extend(node.items().iter().rev());
        let flag =
            |key: &str| node.get(key).is_some_and(|value| value.flag() == Some(true) || value.text() == Some("ignore"));
        let may_fail = flag("continueOnError") || flag("soft_fail") || flag("failure") || flag("allow_failures");
        for (key, value) in node.entries().iter().rev() {
            let lines: Vec<&Node> = value.one_or_many().iter().filter(|line| line.scalar().is_some()).collect();
            if lines.is_empty() || !key.text().is_some_and(is_key) {
                pending.push(value);
                continue;
            }
            let mut script = Script { stops_on_failure: true, ..Script::default() };
            for line in lines {
                append(&mut script, line);
            }
            found.push(step(script, may_fail, key.span));
        }
    }
    found.sort_by_key(|step| step.span);
    found
}

/// What Travis runs for a language where the file names no script.
fn travis_default(root: &Node) -> Option<Step> {
    let (key, language) = root.entry("language")?;
    let command = match language.text()? {
        "node_js" => "npm test",
        "ruby" => "rake",
        "go" => "go test ./...",
        "rust" => "cargo test",
        "php" => "phpunit",
        "java" | "groovy" => "mvn test",
        "elixir" => "mix test",
        "swift" | "objective-c" => "xcodebuild test",
        _ => return None,
    };
    Some(step(implied(command, key.span), false, key.span))
}

/// The texts of `sh '…'` and its kin in a Jenkinsfile.
fn quoted_scripts(text: &str) -> Vec<Step> {
    let mut found = Vec::new();
    let mut is_block = None;
    let mut script = Script::default();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let span = Span { line: number, column: 1, end_line: number, end_column: 1 };
        let trimmed = line.trim();
        if let Some(quote) = is_block {
            let (part, ends) = trimmed.split_once(quote).map_or((trimmed, false), |(part, _)| (part, true));
            script.text.extend([part, "\n"]);
            script.lines.push(number);
            if ends {
                is_block = None;
                found.push(step(std::mem::take(&mut script), false, span));
            }
            continue;
        }
        let call = ["sh ", "sh(", "bat ", "bat(", "powershell "].iter().find_map(|call| trimmed.strip_prefix(call));
        let Some(argument) = call.map(|rest| rest.trim_start_matches(['(', ' ']).trim_start_matches("script: ")) else {
            continue;
        };
        for quote in ["'''", "\"\"\"", "'", "\""] {
            let Some(rest) = argument.strip_prefix(quote) else { continue };
            script = Script { stops_on_failure: true, ..Script::default() };
            match rest.split_once(quote) {
                Some((command, _)) => found.push(step(implied(command, span), false, span)),
                None if quote.len() == 3 => {
                    script.text.extend([rest, "\n"]);
                    script.lines.push(number);
                    is_block = Some(quote);
                }
                None => {}
            }
            break;
        }
    }
    found
}

#[cfg(test)]
#[path = "other_tests.rs"]
mod tests;
