//! Azure Pipelines: stages, jobs, deployments, steps, tasks, and templates of the same repository.

use super::{azure_tasks, environment, give, is_yaml, job, owned, runs, shell, step, triggers, uses};
use crate::extract::pipeline::script::pairs;
use crate::extract::pipeline::services;
use crate::facts::{Job, Pipeline, Script, Service, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::data::Node;
use crate::syntax::shell::join_path;

use TriggerKind::{Call, ChangeRequest, Manual, Push, Schedule};

/// Files may have any name; most YAML files are something else, which their text tells.
pub(super) fn may_be(path: &str) -> bool {
    let is_others = path.starts_with(".github/") || path.contains("docker-compose") || path.contains("gitlab");
    is_yaml(path) && !is_others && !matches!(path, "action.yml" | "action.yaml")
}

/// Whether a text has steps, jobs or stages at its left edge, and what only Azure's have below.
pub(super) fn looks_like_it(text: &str) -> bool {
    let starts = |keys: &[&str]| text.lines().any(|line| keys.iter().any(|key| line.starts_with(key)));
    starts(&["steps:", "jobs:", "stages:", "extends:"])
        && !starts(&["on:", "version:", "apiVersion:", "workflows:", "orbs:"])
}

/// Whether the path of a file says that it is a pipeline.
pub(super) fn is_named_so(path: &str) -> bool {
    ["azure", "pipeline", ".vsts", "devops"].iter().any(|word| path.to_ascii_lowercase().contains(word))
}

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some(root) = documents.first() else { return false };
    let has = |keys: &[&str]| keys.iter().any(|key| root.get(key).is_some());
    // Charts and compose files have resources as well, of other kinds.
    let kinds = ["repositories", "containers", "pipelines", "packages", "webhooks", "builds"];
    let has_resources = root.get("resources").is_some_and(|it| kinds.iter().any(|kind| it.get(kind).is_some()));
    let is_root =
        has_resources || has(&["trigger", "pr", "pool", "schedules"]) || pipeline.name.starts_with("azure-pipelines");
    let mut jobs = Vec::new();
    collect(root, &Around::default(), &mut jobs);
    let is_template = jobs.iter().any(|job| job.calls.is_some() || !job.steps.is_empty());
    if !is_root && !(is_template && (has(&["parameters"]) || has_own_words(root))) {
        return false;
    }
    if let Some((key, template)) = root.get("extends").and_then(|extends| extends.entry("template")) {
        let given = root.at(&["extends", "parameters"]);
        let has_content = |given: &&Node| ["stages", "jobs", "steps"].iter().any(|key| given.get(key).is_some());
        if let Some(given) = given.filter(has_content) {
            // A template that is given the stages wraps them; what runs is what it is given.
            collect(given, &Around::default(), &mut jobs);
        } else {
            let call = template_of(template, given);
            jobs.push(Job { calls: Some(call), ..job("extends", key.span, Vec::new()) });
        }
    }
    if is_root && jobs.is_empty() && !has(&["steps", "jobs", "stages", "extends"]) {
        return false;
    }
    let values = variables(root);
    for step in jobs.iter_mut().flat_map(|job| &mut job.steps) {
        step.values.extend(values.iter().cloned());
    }
    pipeline.triggers = if is_root { root_triggers(root) } else { triggers(&[Call], root.span) };
    pipeline.inputs = parameters(root);
    pipeline.jobs = jobs;
    containers(root, pipeline);
    true
}

/// Puts images in the place of the names under which the file has them as resources.
fn containers(root: &Node, pipeline: &mut Pipeline) {
    let list = root.at(&["resources", "containers"]).map_or(&[][..], Node::items);
    let image = |name: &str| {
        list.iter().find(|it| it.get("container").and_then(Node::text) == Some(name))?.get("image")?.text()
    };
    for service in pipeline.jobs.iter_mut().flat_map(|job| &mut job.services) {
        if let Some(image) = image(&service.image) {
            image.clone_into(&mut service.image);
        }
    }
}

/// Words that only steps of Azure have.
fn has_own_words(root: &Node) -> bool {
    let words = ["task", "script", "bash", "pwsh", "powershell", "template", "checkout", "stage", "deployment", "job"];
    let lists = ["steps", "jobs", "stages"].iter().filter_map(|key: &&str| root.get(key));
    lists.flat_map(Node::items).any(|item| words.iter().any(|word| item.get(word).is_some()))
}

fn root_triggers(root: &Node) -> Vec<Trigger> {
    let mut found = Vec::new();
    for (key, kind) in [("trigger", Push), ("pr", ChangeRequest)] {
        let Some((name, value)) = root.entry(key) else {
            found.push(Trigger::any(kind, Span::START));
            continue;
        };
        if value.text() == Some("none") {
            continue;
        }
        let list = |part: &str, side: &str| value.at(&[part, side]).map_or_else(Vec::new, |it| owned(it.texts()));
        let mut branches = list("branches", "include");
        if value.entries().is_empty() {
            branches = owned(value.texts());
        }
        branches.extend(list("branches", "exclude").into_iter().map(|branch| format!("!{branch}")));
        let mut paths = list("paths", "include");
        paths.extend(list("paths", "exclude").into_iter().map(|path| format!("!{path}")));
        found.push(Trigger { branches, paths, ..Trigger::any(kind, name.span) });
    }
    found.extend(root.entry("schedules").map(|(key, _)| Trigger::any(Schedule, key.span)));
    if found.is_empty() {
        // What neither pushes nor changes start, people and other pipelines do.
        found.push(Trigger::any(Manual, root.span));
    }
    found
}

/// Parameters with their defaults, as a mapping or as a list.
fn parameters(root: &Node) -> Vec<(String, String)> {
    let Some(node) = root.get("parameters") else { return Vec::new() };
    let listed = node
        .items()
        .iter()
        .filter_map(|item| Some((item.get("name")?.text()?.to_owned(), item.get("default")?.text()?.to_owned())));
    pairs(node).into_iter().chain(listed).collect()
}

/// What a stage or a job says for all below it.
#[derive(Clone, Default)]
struct Around {
    name: String,
    only: Option<Vec<Trigger>>,
    never_runs: bool,
    may_fail: Option<bool>,
    services: Vec<Service>,
    values: Vec<(String, Vec<String>)>,
}

impl Around {
    fn inside(&self, body: &Node, name: &str) -> Self {
        let condition = body.get("condition").and_then(Node::text).unwrap_or_default();
        let name = if self.name.is_empty() || name.is_empty() {
            format!("{}{name}", self.name)
        } else {
            format!("{}/{name}", self.name)
        };
        let flag = body.get("continueOnError").and_then(Node::flag);
        Self {
            name,
            only: limits(condition, body.span).or_else(|| self.only.clone()),
            never_runs: self.never_runs || matches!(condition.trim(), "false" | "never()"),
            may_fail: flag.or(self.may_fail),
            services: services::of(body.get("services")),
            values: [self.values.clone(), variables(body)].concat(),
        }
    }

    /// Steps with the variables of what is around them.
    fn given(&self, mut steps: Vec<Step>) -> Vec<Step> {
        give(&mut steps, &self.values);
        steps
    }

    fn job(&self, id: &str, span: Span, steps: Vec<Step>) -> Job {
        let id = match (self.name.as_str(), id) {
            ("", "") => "job",
            ("", id) => id,
            (name, _) => name,
        };
        Job {
            only: self.only.clone(),
            never_runs: self.never_runs,
            may_fail: self.may_fail,
            services: self.services.clone(),
            ..job(id, span, self.given(steps))
        }
    }
}

/// Variables of a file, a stage or a job: a mapping, a list of names and values, and what stands under `${{ if … }}:`.
fn variables(body: &Node) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut pending: Vec<&Node> = body.get("variables").into_iter().collect();
    while let Some(node) = pending.pop() {
        let listed = node.get("name").and_then(Node::text).zip(node.get("value").and_then(Node::text));
        let mapped = pairs(node).into_iter().filter(|_| listed.is_none());
        for (name, value) in listed.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().chain(mapped) {
            let name = format!("env.{}", name.replace(['.', '-'], "_"));
            match found.iter_mut().find(|(own, _)| *own == name) {
                Some((_, values)) => values.push(value),
                None => found.push((name, vec![value])),
            }
        }
        let conditional =
            node.entries().iter().filter(|(key, _)| key.text().is_some_and(|text| text.starts_with("${{")));
        pending.extend(conditional.map(|(_, inner)| inner));
        pending.extend(node.items());
    }
    found
}

/// The triggers of a condition, `None` where it says nothing of them.
fn limits(condition: &str, span: Span) -> Option<Vec<Trigger>> {
    let has = |part: &str| condition.contains(part);
    if has("ne(variables['Build.Reason'], 'PullRequest')") {
        return Some(triggers(&[Push, Schedule, Manual], span));
    }
    if has("eq(variables['Build.Reason'], 'PullRequest')") {
        return Some(triggers(&[ChangeRequest], span));
    }
    let is_branch = has("eq(variables['Build.SourceBranch'],") || has("eq(variables['Build.SourceBranchName'],");
    is_branch.then(|| {
        let branches = vec!["(some)".to_owned()];
        [Push, Schedule, Manual].map(|kind| Trigger { branches: branches.clone(), ..Trigger::any(kind, span) }).to_vec()
    })
}

/// The jobs of a file, whatever it is: of stages, of jobs, or of steps alone.
fn collect(root: &Node, around: &Around, found: &mut Vec<Job>) {
    let mut pending: Vec<(&Node, Around)> = vec![(root, around.clone())];
    while let Some((body, around)) = pending.pop() {
        if let Some((key, steps)) = body.entry("steps") {
            found.push(around.job("", key.span, list_steps(steps)));
        }
        for key in ["jobs", "stages"] {
            for item in conditional(body.get(key)).into_iter().rev() {
                entry(item, &around, found, &mut pending);
            }
        }
    }
}

/// An item of `jobs` or `stages`.
fn entry<'a>(item: &'a Node, around: &Around, found: &mut Vec<Job>, pending: &mut Vec<(&'a Node, Around)>) {
    if let Some((key, template)) = item.entry("template") {
        let call = template_of(template, item.get("parameters"));
        found.push(Job { calls: Some(call), ..around.inside(item, "").job("template", key.span, Vec::new()) });
        return;
    }
    let name = ["stage", "job", "deployment"].iter().find_map(|key: &&str| item.get(key)?.text()).unwrap_or("job");
    let inner = around.inside(item, name);
    let Some((key, _)) = item.entry("deployment") else { return pending.push((item, inner)) };
    let environment = item.get("environment").and_then(|it| it.text().or_else(|| it.get("name")?.text()));
    let mut steps = Vec::new();
    for (_, strategy) in item.get("strategy").map_or(&[][..], Node::entries) {
        for phase in ["preDeploy", "deploy", "routeTraffic", "postRouteTraffic"] {
            steps.extend(strategy.at(&[phase, "steps"]).map_or_else(Vec::new, list_steps));
        }
        let back = strategy.at(&["on", "failure", "steps"]).map_or_else(Vec::new, list_steps);
        steps.extend(back.into_iter().map(|step| Step { may_fail: true, ..step }));
    }
    let environments = environment.map(|name| name.split('.').next().unwrap_or(name).to_owned()).into_iter().collect();
    found.push(Job { environments, ..inner.job(name, key.span, steps) });
}

/// The items of a list, with those under `${{ if … }}:` and `${{ each … }}:`.
fn conditional(list: Option<&Node>) -> Vec<&Node> {
    let mut found = Vec::new();
    let mut pending: Vec<&Node> = list.map_or(&[][..], Node::items).iter().rev().collect();
    while let Some(item) = pending.pop() {
        let branch = item.entries().first().filter(|(key, _)| key.text().is_some_and(|text| text.starts_with("${{")));
        match branch {
            Some((_, inner)) => pending.extend(inner.items().iter().rev()),
            None => found.push(item),
        }
    }
    found
}

fn list_steps(list: &Node) -> Vec<Step> {
    conditional(Some(list)).into_iter().filter_map(one_step).collect()
}

fn one_step(item: &Node) -> Option<Step> {
    let text = ["script", "bash", "pwsh", "powershell"].iter().find_map(|key: &&str| item.get(key));
    let mut found = if let Some(text) = text {
        let StepAction::Run(script) = shell(text)?.action else { return None };
        step(StepAction::Run(Script { text: macros(&script.text), ..script }), text.span)
    } else if let Some((key, name)) = item.entry("task") {
        let inputs = item.get("inputs").map_or_else(Vec::new, pairs);
        let task = name.text()?;
        match azure_tasks::command(task, &inputs) {
            Some(text) => runs(&macros(&text), key.span),
            None => uses(format!("azure-pipelines/{task}"), inputs, key.span),
        }
    } else if let Some((key, template)) = item.entry("template") {
        let (name, inputs) = template_of(template, item.get("parameters"));
        uses(name, inputs, key.span)
    } else {
        let (key, _) = item.entry("publish")?;
        uses("azure-pipelines/publish", Vec::new(), key.span)
    };
    let condition = item.get("condition").and_then(Node::text).unwrap_or_default();
    found.only = limits(condition, item.span);
    found.never_runs = condition.trim() == "false" || item.get("enabled").and_then(Node::flag) == Some(false);
    found.may_fail = item.get("continueOnError").and_then(Node::flag) == Some(true);
    let folder = item.get("workingDirectory").and_then(Node::text).unwrap_or_default();
    folder.trim_start_matches("$(Build.SourcesDirectory)").trim_matches('/').clone_into(&mut found.folder);
    found.values = environment(item.get("env"));
    Some(found)
}

/// A template with its parameters: `./path` where it is of this repository. Paths are relative to the file; those of
/// the model are relative to the root, so the reader's caller completes them.
fn template_of(template: &Node, parameters: Option<&Node>) -> (String, Vec<(String, String)>) {
    let text = template.text().unwrap_or_default();
    let name = match text.split_once('@') {
        Some((path, "self")) => format!("./{}", path.trim_start_matches('/')),
        Some((path, repository)) => format!("{repository}/{path}"),
        None if text.starts_with('/') => format!(".{text}"),
        None => format!("{RELATIVE}{text}"),
    };
    (name, parameters.map_or_else(Vec::new, pairs))
}

/// In front of a template's path that is relative to the file that names it.
pub(super) const RELATIVE: &str = "./(here)/";

/// Completes paths of templates with the folder of their file.
pub(super) fn complete(pipeline: &mut Pipeline, folder: &str) {
    let full = |name: &mut String| {
        if let Some(path) = name.strip_prefix(RELATIVE) {
            *name = format!("./{}", join_path(folder, path));
        }
    };
    for job in &mut pipeline.jobs {
        if let Some((name, _)) = &mut job.calls {
            full(name);
        }
        for step in &mut job.steps {
            if let StepAction::Use(name, _) = &mut step.action {
                full(name);
            }
        }
    }
}

/// A text in which `$(name)` is a variable, not a command, and parameters are inputs.
fn macros(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(") {
        let Some((name, tail)) = after.split_once(')') else { break };
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        result.push_str(before);
        // Few commands stand alone in a substitution.
        if is_name && !matches!(name, "pwd" | "date" | "whoami" | "hostname" | "nproc" | "uname") {
            result.extend(["${", &name.replace(['.', '-'], "_"), "}"]);
        } else {
            result.extend(["$(", name, ")"]);
        }
        rest = tail;
    }
    result.push_str(rest);
    let result = result.replace("${{ parameters.", "${{ inputs.");
    with_variables(&result)
}

/// A text in which `${{ variables.x }}` is a variable of the shell.
fn with_variables(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let Some((inside, tail)) = after.split_once("}}") else { break };
        result.push_str(before);
        match inside.trim().strip_prefix("variables.") {
            Some(name) => result.extend(["${", &name.replace(['.', '-'], "_"), "}"]),
            None => result.extend(["${{", inside, "}}"]),
        }
        rest = tail;
    }
    result.push_str(rest);
    result
}
