//! Workflows and composite actions of GitHub Actions and of the systems that read the same files (Forgejo, Gitea).

use super::condition::{Triggers, comparison, judge};
use super::matrix;
use super::risk::permissions;
use super::script::{folder_of, pairs, script, steps_of, values_in};
use super::services;
use super::substance;
use super::{github_keys, github_triggers};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Job, Pipeline, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::Source;
use crate::syntax::data::Node;

const SYSTEMS: &[(&str, &str)] = &[
    (".github/workflows/", "GitHub Actions"),
    (".forgejo/workflows/", "Forgejo Actions"),
    (".gitea/workflows/", "Gitea Actions"),
];

/// Reads workflow files.
pub(super) struct Workflows;

/// Reads composite actions.
pub(super) struct CompositeActions;

impl Extractor for Workflows {
    fn name(&self) -> &'static str {
        "github-workflow"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.extension(), "yml" | "yaml") && system_of(&file.path).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(system) = system_of(&source.file.path) else { return };
        let mut pipeline =
            Pipeline { system: system.to_owned(), name: source.file.name().to_owned(), ..Pipeline::default() };
        let root = match source.yaml() {
            Ok(documents) => documents.first(),
            Err(error) => {
                found.unreadable("workflow", error);
                return found.add(error.span, Data::Pipeline(pipeline));
            }
        };
        let Some(root) = root.filter(|root| !root.entries().is_empty()) else {
            return found.warn(Span::START, "workflow without content");
        };
        if let Some(name) = root.get("name").and_then(Node::text) {
            name.clone_into(&mut pipeline.name);
        }
        let Some((key, on)) = root.entry("on") else {
            return found.warn(root.span, "workflow without `on`: nothing starts it");
        };
        pipeline.triggers = github_triggers::triggers(key.span, on, source.text());
        pipeline.after.extend(github_triggers::after(on));
        for event in ["workflow_call", "workflow_dispatch"] {
            let inputs = on.at(&[event, "inputs"]).map_or(&[][..], Node::entries);
            pipeline.inputs.extend(inputs.iter().filter_map(default_of));
        }
        let Some((key, jobs)) = root.entry("jobs") else {
            return found.warn(root.span, "workflow without `jobs`");
        };
        if jobs.entries().is_empty() {
            found.warn(key.span, "workflow without jobs");
        }
        if system == "GitHub Actions" {
            github_keys::check(root, found);
        }
        pipeline.permissions = root.get("permissions").map(permissions::granted);
        let outer = Scope::default().enter(root);
        pipeline.jobs = jobs.entries().iter().filter_map(|(key, body)| job(key, body, &outer)).collect();
        name_chosen_environments(&mut pipeline.jobs, on);
        pipeline.is_read = true;
        pipeline.is_substantive = substance::is_substantive(&pipeline.jobs);
        found.add(place_of(&pipeline.triggers, key.span), Data::Pipeline(pipeline));
    }
}

impl Extractor for CompositeActions {
    fn name(&self) -> &'static str {
        "composite-action"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["composite".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.name(), "action.yml" | "action.yaml") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.yaml() {
            Ok(documents) => documents.first(),
            Err(error) => return found.unreadable("action", error),
        };
        let Some((key, steps)) = root.and_then(|root| root.get("runs")).and_then(|runs| runs.entry("steps")) else {
            return;
        };
        let scope = Scope::default();
        let job = Job {
            id: "runs".to_owned(),
            steps: steps.items().iter().filter_map(|step| scope.step(step)).collect(),
            span: Some(key.span),
            ..Job::default()
        };
        let inputs = root.and_then(|root| root.get("inputs")).map_or(&[][..], Node::entries);
        let pipeline = Pipeline {
            system: "GitHub Actions".to_owned(),
            name: source.file.path.to_string(),
            triggers: vec![Trigger::any(TriggerKind::Call, key.span)],
            jobs: vec![job],
            inputs: inputs.iter().filter_map(default_of).collect(),
            is_read: true,
            ..Pipeline::default()
        };
        found.add(key.span, Data::Pipeline(pipeline));
    }
}

fn system_of(path: &str) -> Option<&'static str> {
    let (folder, system) = SYSTEMS.iter().find(|(folder, _)| path.starts_with(folder))?;
    let is_direct = path.strip_prefix(folder).is_some_and(|name| !name.contains('/'));
    is_direct.then_some(system)
}

/// Where a reader looks to see that the pipeline runs: its trigger for changes, else its first one.
fn place_of(triggers: &[Trigger], otherwise: Span) -> Span {
    let best = [TriggerKind::ChangeRequest, TriggerKind::Push, TriggerKind::MergeQueue]
        .iter()
        .find_map(|kind| triggers.iter().find(|trigger| trigger.kind == *kind));
    best.or(triggers.first()).map_or(otherwise, |trigger| trigger.span)
}

fn default_of((name, body): &(Node, Node)) -> Option<(String, String)> {
    Some((name.text()?.to_owned(), body.get("default")?.text()?.to_owned()))
}

fn job(key: &Node, body: &Node, outer: &Scope) -> Option<Job> {
    let id = key.text()?.to_owned();
    let mut scope = outer.enter(body);
    scope.add_matrix(body);
    let condition = condition_of(body);
    let calls = body
        .get("uses")
        .and_then(Node::text)
        .map(|target| (target.to_owned(), body.get("with").map_or_else(Vec::new, pairs)));
    Some(Job {
        id,
        needs: body.get("needs").map_or_else(Vec::new, Node::texts).into_iter().map(str::to_owned).collect(),
        never_runs: condition.as_ref().is_some_and(Triggers::is_empty) || matrix::is_empty(body),
        only: condition.map(|set| set.facts(key.span)),
        runs_anyway: looks_at_results(body),
        calls,
        environments: environments(body),
        services: services::of(body.get("services")),
        permissions: body.get("permissions").map(permissions::granted),
        may_fail: body.get("continue-on-error").and_then(certain_flag),
        steps: steps_of(body)
            .into_iter()
            .filter_map(|node| {
                let step = scope.step(node)?;
                Some(Step { may_fail: step.may_fail && !is_judged_later(body, node), ..step })
            })
            .collect(),
        span: Some(key.span),
        ..Job::default()
    })
}

/// The environment of a job, literal or as an expression.
fn environments(body: &Node) -> Vec<String> {
    let environment = body.get("environment");
    let name = environment.and_then(|it| it.text().or_else(|| it.get("name")?.text()));
    name.map(|name| expression(name).to_owned()).into_iter().filter(|name| !name.is_empty()).collect()
}

/// An environment that whoever starts the workflow chooses from a list is each of the list.
fn name_chosen_environments(jobs: &mut [Job], on: &Node) {
    for job in jobs {
        let Some(name) = job.environments.first() else { continue };
        let Some(input) = name.strip_prefix("github.event.inputs.").or(name.strip_prefix("inputs.")) else { continue };
        let options = on.at(&["workflow_dispatch", "inputs", input, "options"]).map_or_else(Vec::new, Node::texts);
        job.environments = options.into_iter().map(str::to_owned).collect();
    }
}

/// Whether a later step of the job looks at the outcome of a step that may fail.
fn is_judged_later(job: &Node, step: &Node) -> bool {
    let Some(id) = step.get("id").and_then(Node::text) else { return false };
    let outcome = format!("steps.{id}.outcome");
    let mut pending: Vec<&Node> = job.get("steps").into_iter().collect();
    while let Some(node) = pending.pop() {
        if node.text().is_some_and(|text| text.contains(&outcome)) {
            return true;
        }
        pending.extend(node.items());
        pending.extend(node.entries().iter().map(|(_, value)| value));
    }
    false
}

/// What `env`, `defaults` and `matrix` say around a step.
#[derive(Debug, Clone, Default)]
struct Scope {
    values: Vec<(String, Vec<String>)>,
    folder: String,
    shell: Option<String>,
}

impl Scope {
    /// The scope inside a workflow or a job.
    fn enter(&self, node: &Node) -> Self {
        let mut inner = self.clone();
        inner.add_env(node);
        if let Some(folder) = node.at(&["defaults", "run", "working-directory"]).and_then(Node::text) {
            inner.folder = folder_of(folder);
        }
        if let Some(shell) = node.at(&["defaults", "run", "shell"]).and_then(Node::text) {
            inner.shell = Some(shell.to_owned());
        }
        inner
    }

    fn add_env(&mut self, node: &Node) {
        for (name, value) in node.get("env").map_or_else(Vec::new, pairs) {
            self.set(format!("env.{name}"), value);
        }
    }

    fn set(&mut self, name: String, value: String) {
        self.values.retain(|(own, _)| *own != name);
        self.values.push((name, vec![value]));
    }

    fn add(&mut self, name: &str, value: &Node) {
        let mut texts: Vec<(String, String)> = Vec::new();
        match value.text() {
            Some(text) => texts.push((format!("matrix.{name}"), text.to_owned())),
            None => texts.extend(pairs(value).into_iter().map(|(key, text)| (format!("matrix.{name}.{key}"), text))),
        }
        for (name, text) in texts {
            match self.values.iter_mut().find(|(own, _)| *own == name) {
                Some((_, list)) if list.contains(&text) => {}
                Some((_, list)) => list.push(text),
                None => self.values.push((name, vec![text])),
            }
        }
    }

    fn add_matrix(&mut self, job: &Node) {
        for (key, values) in job.at(&["strategy", "matrix"]).map_or(&[][..], Node::entries) {
            match key.text() {
                Some("exclude") | None => {}
                Some("include") => {
                    for (name, value) in values.items().iter().flat_map(Node::entries) {
                        self.add(name.text().unwrap_or(""), value);
                    }
                }
                Some(name) => values.items().iter().for_each(|value| self.add(name, value)),
            }
        }
    }

    fn step(&self, node: &Node) -> Option<Step> {
        let mut scope = self.clone();
        scope.add_env(node);
        let condition = condition_of(node);
        let folder = node.get("working-directory").and_then(Node::text).map_or_else(|| self.folder.clone(), folder_of);
        let (span, action) = if let Some((key, run)) = node.entry("run") {
            let mut script = script(run);
            let shell = node.get("shell").and_then(Node::text).or(self.shell.as_deref());
            (script.stops_on_failure, script.has_pipefail) = failure_handling(shell);
            if shell.is_some_and(|shell| shell.starts_with("python") || shell.starts_with("node")) {
                "python -".clone_into(&mut script.text);
            }
            (key.span, StepAction::Run(script))
        } else {
            let (key, uses) = node.entry("uses")?;
            (key.span, StepAction::Use(uses.text()?.to_owned(), node.get("with").map_or_else(Vec::new, pairs)))
        };
        let text = match &action {
            StepAction::Run(script) => format!("{}\n{folder}", script.text),
            StepAction::Use(_, inputs) => inputs.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join("\n"),
            StepAction::Reference(..) => String::new(),
        };
        Some(Step {
            action,
            values: values_in(&text, &scope.values),
            folder,
            never_runs: condition.as_ref().is_some_and(Triggers::is_empty),
            only: condition.map(|set| set.facts(node.span)),
            may_fail: node.get("continue-on-error").and_then(certain_flag) == Some(true),
            span,
        })
    }
}

/// Whether a script stops at a failure, and whether pipes fail, for a step's `shell`.
fn failure_handling(shell: Option<&str>) -> (bool, bool) {
    match shell {
        Some("bash") => (true, true),
        Some(custom) if custom.contains("{0}") && custom.contains("sh") => {
            let stops = custom
                .split_whitespace()
                .any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('e'));
            (stops, custom.contains("pipefail"))
        }
        _ => (true, false),
    }
}

/// A flag that is certain: `true`, or an expression that is nothing else.
fn certain_flag(node: &Node) -> Option<bool> {
    node.flag().or_else(|| match expression(node.text()?) {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    })
}

fn expression(text: &str) -> &str {
    let text = text.trim();
    let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(text);
    // Two expressions in one text are no single one.
    if inner.contains("${{") { text } else { inner.trim() }
}

fn condition_of(node: &Node) -> Option<Triggers> {
    judge(expression(node.get("if")?.text()?), &atom)
}

/// Whether a condition asks how other jobs ended: it is judged even where one of them did not run.
fn looks_at_results(job: &Node) -> bool {
    let condition = job.get("if").and_then(Node::text).unwrap_or("");
    ["always()", "cancelled()", "failure()"].iter().any(|function| condition.contains(function))
}

/// What one comparison of a condition says about triggers.
fn atom(text: &str) -> Option<Triggers> {
    use TriggerKind::{ChangeRequest, ChangeRequestTarget, Manual, MergeQueue, Other, Push, Tag};
    let not_branches = [ChangeRequest, MergeQueue, Tag];
    if let Some(arguments) = text.strip_prefix("startsWith(").and_then(|rest| rest.strip_suffix(')')) {
        let (subject, prefix) = arguments.split_once(',')?;
        return match (subject.trim(), prefix.trim().trim_matches(['\'', '"'])) {
            ("github.ref", prefix) if prefix.starts_with("refs/tags") => Some(Triggers::of(&[Tag])),
            ("github.ref", prefix) if prefix.starts_with("refs/heads") => {
                Some(Triggers::all().except(&not_branches).limited())
            }
            _ => None,
        };
    }
    let (left, is_equal, right) = comparison(text)?;
    let set = match (left, right) {
        // What comes after another workflow has the triggers of that one.
        ("github.event_name", "workflow_run") => return Some(Triggers::all().except(&[Manual])).filter(|_| is_equal),
        ("github.event.workflow_run.event", event) => {
            let kinds = github_triggers::kinds_of_event(event);
            return Some(if is_equal {
                Triggers::of(kinds).or(&Triggers::of(&[Other]))
            } else {
                Triggers::all().except(kinds)
            });
        }
        ("github.event.workflow_run.head_branch", _) => Triggers::all().except(&not_branches).limited(),
        ("github.event_name", event) => Triggers::of(github_triggers::kinds_of_event(event)),
        ("github.ref_type", "tag") => Triggers::of(&[Tag]),
        ("github.ref", name) if name.starts_with("refs/heads/") => Triggers::all().except(&not_branches).limited(),
        ("github.ref_name", _) => Triggers::all().except(&[ChangeRequest, MergeQueue]).limited(),
        ("github.event.pull_request.merged", "true") => Triggers::all().except(&[ChangeRequest, ChangeRequestTarget]),
        _ => return None,
    };
    // On other branches than that one: nothing is certain to be left out but what the comparison names.
    match (is_equal, left) {
        (true, _) => Some(set),
        (false, "github.event_name" | "github.ref_type") => Some(Triggers::all().without(&set)),
        (false, "github.ref") => {
            Some(Triggers::all()).filter(|_| right.starts_with("refs/heads/") && set != Triggers::of(&[Push]))
        }
        (false, _) => None,
    }
}

#[cfg(test)]
#[path = "github_tests.rs"]
mod tests;
