//! CircleCI: workflows, jobs, reusable commands with parameters, and orbs by their names.

use super::{Triggers, environment, give, job, owned, shell, step, triggers, uses};
use crate::extract::pipeline::script::pairs;
use crate::extract::pipeline::services;
use crate::facts::{Job, Pipeline, Script, Service, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{Manual, Push, Schedule, Tag};

/// How often a command leads to another.
const MAX_DEPTH: usize = 8;

/// The job that runs where a file has no workflows.
const ONLY_JOB: &str = "build";

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some(root) = documents.first().filter(|root| root.get("jobs").or_else(|| root.get("workflows")).is_some())
    else {
        return false;
    };
    let file = File { root };
    let workflows = root.entry("workflows");
    let span = workflows.map_or(root.span, |(key, _)| key.span);
    pipeline.triggers = triggers(&[Push], span);
    if let Some((_, workflows)) = workflows {
        for (name, workflow) in workflows.entries().iter().filter(|(name, _)| name.text() != Some("version")) {
            let base = schedule(workflow);
            pipeline.triggers.extend(base.iter().flatten().cloned());
            for entry in workflow.get("jobs").map_or(&[][..], Node::items) {
                pipeline.jobs.extend(file.workflow_job(name.text().unwrap_or(""), entry, base.as_deref()));
            }
        }
    } else if let Some((key, body)) = root.get("jobs").and_then(|jobs| jobs.entry(ONLY_JOB)) {
        let services = file.beside(body);
        pipeline.jobs.push(Job { services, ..job(ONLY_JOB, key.span, file.job_steps(body, &[])) });
    }
    // A setup workflow hands over to configuration that it chooses when it runs.
    pipeline.is_read = root.get("setup").and_then(Node::flag) != Some(true);
    true
}

/// Jobs that workflows name and that nothing defines: CircleCI refuses the file.
pub(super) fn undefined(documents: &[Node]) -> Vec<(Span, String)> {
    let Some(root) = documents.first() else { return Vec::new() };
    let file = File { root };
    let workflows = root.get("workflows").map_or(&[][..], Node::entries);
    let named = workflows.iter().flat_map(|(_, workflow)| workflow.get("jobs").map_or(&[][..], Node::items));
    let missing = named.filter_map(|entry| {
        let (key, settings) = entry.entries().first().map_or((entry, None), |(key, settings)| (key, Some(settings)));
        let name = key.text()?;
        let is_approval = settings.and_then(|it| it.get("type")).is_some();
        let is_known = root.get("jobs").and_then(|jobs| jobs.entry(name)).is_some() || file.of_orb(name).is_some();
        (!is_approval && !is_known)
            .then(|| (key.span, format!("a workflow names the job `{name}`, which is not defined")))
    });
    missing.collect()
}

/// The triggers of a workflow that runs by the clock alone.
fn schedule(workflow: &Node) -> Option<Vec<Trigger>> {
    let (key, list) = workflow.entry("triggers")?;
    list.items().iter().any(|it| it.get("schedule").is_some()).then(|| triggers(&[Schedule], key.span))
}

struct File<'a> {
    root: &'a Node,
}

impl<'a> File<'a> {
    /// The orbs by the names that the file gives them: code of others, known by their names. An orb runs nothing, its
    /// jobs and commands do.
    fn orbs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let entries = self.root.get("orbs").map_or(&[][..], Node::entries);
        entries.iter().filter_map(|(name, source)| Some((name.text()?, source.text()?)))
    }

    /// `node/test` of the orb `circleci/node@5` as `circleci/node/test`.
    fn of_orb(&self, name: &str) -> Option<String> {
        let (orb, part) = name.split_once('/')?;
        let source = self.orbs().find(|(own, _)| *own == orb)?.1;
        Some(format!("{}/{part}", source.split('@').next().unwrap_or(source)))
    }

    fn workflow_job(&self, workflow: &str, entry: &'a Node, base: Option<&[Trigger]>) -> Option<Job> {
        let (key, settings) = match entry.entries().first() {
            Some((key, settings)) => (key, Some(settings)),
            None => (entry, None),
        };
        let name = key.text()?;
        let needs = settings.and_then(|it| it.get("requires")).map_or_else(Vec::new, Node::texts);
        let is_approval = settings.and_then(|it| it.get("type")).and_then(Node::text) == Some("approval");
        if is_approval {
            return None;
        }
        let only = base.map(<[Trigger]>::to_vec).or_else(|| filters(settings?.get("filters")?, key.span));
        let id = format!("{workflow}/{}", settings.and_then(|it| it.get("name")).and_then(Node::text).unwrap_or(name));
        let given = settings.map_or_else(Vec::new, pairs);
        let own = self.root.get("jobs").and_then(|jobs| jobs.entry(name));
        let mut found = match own {
            Some((_, body)) => {
                let mut steps = self.job_steps(body, &given);
                for (key, is_first) in [("pre-steps", true), ("post-steps", false)] {
                    let extra =
                        settings.and_then(|it| it.get(key)).map_or_else(Vec::new, |it| self.steps(it, &given, 0));
                    let at = if is_first { 0 } else { steps.len() };
                    steps.splice(at..at, extra);
                }
                job(&id, key.span, steps)
            }
            None => Job { calls: Some((self.of_orb(name)?, given)), ..job(&id, key.span, Vec::new()) },
        };
        found.services = own.map_or_else(Vec::new, |(_, body)| self.beside(body));
        found.needs = needs.iter().map(|need| format!("{workflow}/{need}")).collect();
        found.only = only;
        let environments = ["environment", "env", "stage"].iter().filter_map(|key| settings?.get(key)?.text());
        found.environments = environments.map(str::to_owned).collect();
        Some(found)
    }

    /// The containers of a job or of its executor, without the first one, in which the steps run.
    fn beside(&self, body: &Node) -> Vec<Service> {
        let executor = body.get("executor").and_then(|it| it.text().or_else(|| it.get("name")?.text()));
        let executor = executor.and_then(|name| self.root.get("executors")?.get(name));
        let images = body.get("docker").or_else(|| executor?.get("docker"));
        services::of(images).into_iter().skip(1).collect()
    }

    fn job_steps(&self, body: &'a Node, given: &[(String, String)]) -> Vec<Step> {
        let parameters = with_defaults(body, given);
        let folder = body.get("working_directory").and_then(Node::text).filter(|path| !path.starts_with(['~', '/']));
        let mut steps = body.get("steps").map_or_else(Vec::new, |list| self.steps(list, &parameters, 0));
        give(&mut steps, &environment(body.get("environment")));
        for step in &mut steps {
            if let Some(folder) = folder.filter(|_| step.folder.is_empty()) {
                folder.clone_into(&mut step.folder);
            }
        }
        steps
    }

    fn steps(&self, list: &'a Node, parameters: &[(String, String)], depth: usize) -> Vec<Step> {
        let mut found = Vec::new();
        for item in list.items() {
            let Some((key, value)) = item.entries().first() else {
                found.extend(item.text().map_or_else(Vec::new, |name| self.named(name, &[], item.span, depth)));
                continue;
            };
            match key.text().unwrap_or_default() {
                "run" => found.extend(run(value, parameters)),
                "when" | "unless" => {
                    found
                        .extend(value.get("steps").map_or_else(Vec::new, |steps| self.steps(steps, parameters, depth)));
                }
                name => {
                    let given: Vec<(String, String)> =
                        pairs(value).into_iter().map(|(name, value)| (name, filled(&value, parameters))).collect();
                    found.extend(self.named(name, &given, key.span, depth));
                }
            }
        }
        found
    }

    /// A command of the file, of an orb, or of the system itself.
    fn named(&self, name: &str, given: &[(String, String)], span: Span, depth: usize) -> Vec<Step> {
        let own = self.root.get("commands").and_then(|commands| commands.get(name)).filter(|_| depth < MAX_DEPTH);
        if let Some(command) = own {
            let parameters = with_defaults(command, given);
            return command.get("steps").map_or_else(Vec::new, |steps| self.steps(steps, &parameters, depth + 1));
        }
        let name = self.of_orb(name).unwrap_or_else(|| format!("circleci/{name}"));
        vec![uses(name, given.to_vec(), span)]
    }
}

/// What is given, and the defaults of what is not.
fn with_defaults(body: &Node, given: &[(String, String)]) -> Vec<(String, String)> {
    let mut all = given.to_vec();
    for (name, parameter) in body.get("parameters").map_or(&[][..], Node::entries) {
        let default = parameter.get("default").and_then(Node::text);
        if let (Some(name), Some(default)) = (name.text(), default)
            && !all.iter().any(|(own, _)| own == name)
        {
            all.push((name.to_owned(), default.to_owned()));
        }
    }
    all
}

fn run(value: &Node, parameters: &[(String, String)]) -> Option<Step> {
    let text = value.get("command").unwrap_or(value);
    let StepAction::Run(script) = shell(text)?.action else { return None };
    let script = Script { text: filled(&script.text, parameters), has_pipefail: true, ..script };
    let folder = value.get("working_directory").and_then(Node::text).filter(|path| !path.starts_with(['~', '/']));
    Some(Step {
        folder: folder.map_or_else(String::new, |folder| filled(folder, parameters)),
        values: environment(value.get("environment")),
        // What runs when the job has failed already decides nothing.
        may_fail: value.get("when").and_then(Node::text) == Some("on_fail"),
        ..step(StepAction::Run(script), text.span)
    })
}

/// A text with its `<< parameters.x >>` filled in.
fn filled(text: &str, parameters: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    if text.contains("<<") {
        for (name, value) in parameters {
            for form in [format!("<< parameters.{name} >>"), format!("<<parameters.{name}>>")] {
                text = text.replace(&form, value);
            }
        }
    }
    text
}

/// Which branches and tags a job is limited to.
fn filters(node: &Node, span: Span) -> Option<Vec<Trigger>> {
    let list = |kind: &str, key: &str| {
        let part = node.get(kind)?;
        // A filter may be a plain list.
        let list = part.get(key).or_else(|| Some(part).filter(|it| key == "only" && it.entries().is_empty()))?;
        Some(owned(list.texts()))
    };
    let is_all = |pattern: &String| matches!(pattern.as_str(), "/.*/" | ".*");
    let (only, ignored, tags) = (list("branches", "only"), list("branches", "ignore"), list("tags", "only"));
    let mut found = Vec::new();
    if !ignored.as_ref().is_some_and(|list| list.iter().any(is_all)) {
        let mut branches = only.unwrap_or_default();
        branches.retain(|pattern| !is_all(pattern));
        branches.extend(ignored.unwrap_or_default().into_iter().map(|pattern| format!("!{pattern}")));
        found.push(Trigger { branches, ..Trigger::any(Push, span) });
    }
    if tags.is_some() {
        found.push(Trigger::any(Tag, span));
    }
    (!found.is_empty()).then_some(found).or_else(|| Some(Triggers::of(&[Manual]).facts(span)))
}
