//! GitLab CI files. `extends`, `include` and `!reference` cross files; they are resolved in `model::pipeline`.

use super::condition::Triggers;
use super::gitlab_keys;
use super::gitlab_rules::{self, BRANCH_PIPELINE};
use super::script::{append, pairs};
use super::services;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Include, Job, Pipeline, Script, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Top-level keys that are no jobs.
pub(super) const RESERVED: &[&str] = &[
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "before_script",
    "after_script",
    "cache",
    "spec",
    "types",
];

/// Reads `.gitlab-ci.yml` and the files that may be included from it.
pub(super) struct GitLab;

impl Extractor for GitLab {
    fn name(&self) -> &'static str {
        "gitlab-ci"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["script:", "extends:", "include:", "trigger:"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_fragment = file
            .path
            .split('/')
            .rev()
            .skip(1)
            .any(|part| matches!(part, "ci" | ".ci" | "gitlab" | ".gitlab" | ".gitlab-ci" | "gitlab-ci"));
        let is_named = file.name().ends_with(".gitlab-ci.yml")
            || file.name().starts_with("gitlab-ci")
            || file.name().starts_with(".gitlab-ci");
        matches!(file.extension(), "yml" | "yaml")
            && (is_named || is_fragment)
            && !file.path.starts_with(".github/")
            && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let is_root = matches!(&*source.file.path, ".gitlab-ci.yml" | ".gitlab-ci.yaml");
        let mut pipeline =
            Pipeline { system: "GitLab CI".to_owned(), name: source.file.name().to_owned(), ..Pipeline::default() };
        let documents = match source.yaml() {
            Ok(documents) => documents,
            Err(error) if is_root => {
                found.unreadable("GitLab CI file", error);
                return found.add(error.span, Data::Pipeline(pipeline));
            }
            Err(error) => return found.unreadable("GitLab CI file", error),
        };
        // A file may start with a document that holds its `spec`.
        let Some(root) = documents.last().filter(|root| !root.entries().is_empty()) else { return };
        let workflow = root.at(&["workflow", "rules"]).map(|rules| gitlab_rules::of_rules(rules, false));
        pipeline.includes = root.get("include").map_or(&[][..], Node::one_or_many).iter().flat_map(includes).collect();
        pipeline.jobs = root.entries().iter().filter_map(|(key, body)| job(key, body)).collect();
        if pipeline.jobs.is_empty() && pipeline.includes.is_empty() {
            return;
        }
        if is_root {
            gitlab_keys::check(root, !pipeline.includes.is_empty(), found);
        }
        let base = workflow.clone().unwrap_or_else(|| Triggers::of(BRANCH_PIPELINE));
        pipeline.jobs.push(defaults(root, &base));
        pipeline.is_read = true;
        if is_root {
            pipeline.triggers = triggers(root, &pipeline.jobs, workflow.as_ref());
            pipeline.is_substantive =
                !pipeline.includes.is_empty() || pipeline.jobs.iter().any(|job| !job.is_template && !job.never_runs);
        } else {
            pipeline.triggers = vec![Trigger::any(TriggerKind::Call, Span::START)];
        }
        let span = pipeline.triggers.iter().map(|trigger| trigger.span).next().unwrap_or(root.span);
        found.add(span, Data::Pipeline(pipeline));
    }
}

/// Every trigger for which the pipeline or one of its jobs runs.
fn triggers(root: &Node, jobs: &[Job], workflow: Option<&Triggers>) -> Vec<Trigger> {
    let span = root.entry("workflow").map_or(root.span, |(key, _)| key.span);
    let mut all: Vec<Trigger> = Vec::new();
    let own = jobs.iter().filter(|job| !job.never_runs).filter_map(|job| Some((job.only.as_ref()?, job.span)));
    for (trigger, place) in own.flat_map(|(only, place)| only.iter().map(move |trigger| (trigger, place))) {
        let span = if workflow.is_some() { span } else { place.unwrap_or(span) };
        match all.iter_mut().find(|known| known.kind == trigger.kind) {
            Some(known) if trigger.branches.is_empty() => known.branches.clear(),
            Some(_) => {}
            None => all.push(Trigger { span, ..trigger.clone() }),
        }
    }
    all.sort_by_key(|trigger| trigger.kind);
    if let Some(set) = workflow {
        let allowed = set.facts(span);
        all.retain(|trigger| allowed.iter().any(|own| own.kind == trigger.kind));
    }
    all
}

fn includes(node: &Node) -> Vec<Include> {
    let include = |name: &str, is_local| Include { name: name.to_owned(), is_local, span: node.span };
    let local = |name: &str| include(name.trim_start_matches('/'), true);
    if let Some(text) = node.text() {
        let is_foreign = text.starts_with("http");
        return vec![if is_foreign { include(text, false) } else { local(text) }];
    }
    let texts = |key: &str| node.get(key).map_or_else(Vec::new, Node::texts);
    let mut found: Vec<Include> = texts("local").into_iter().map(local).collect();
    for key in ["template", "remote", "component"] {
        found.extend(texts(key).into_iter().map(|name| include(name, false)));
    }
    if let Some(project) = node.get("project").and_then(Node::text) {
        found.extend(
            texts("file")
                .into_iter()
                .map(|file| include(&format!("{project}/{}", file.trim_start_matches('/')), false)),
        );
    }
    found
}

fn job(key: &Node, body: &Node) -> Option<Job> {
    let id = key.text()?;
    let is_job = ["script", "trigger", "extends", "run", "before_script", "rules", "after_script", "image"]
        .iter()
        .any(|part| body.get(part).is_some());
    let is_template = id.starts_with('.');
    if RESERVED.contains(&id) || !(is_job || is_template) || body.entries().is_empty() {
        return None;
    }
    let only = gitlab_rules::of_job(body);
    let values = variables(body);
    let section = |name: &str| body.get(name).map(|lines| steps(lines, &values));
    let trigger = body.get("trigger");
    let calls = trigger.and_then(|trigger| {
        let include = trigger.get("include");
        let local =
            include.and_then(|include| include.text().or_else(|| include.one_or_many().first()?.get("local")?.text()));
        let project = trigger.text().or_else(|| trigger.get("project")?.text());
        local.map(|path| format!("./{}", path.trim_start_matches('/'))).or(project.map(str::to_owned))
    });
    Some(Job {
        id: id.to_owned(),
        needs: body
            .get("needs")
            .map_or(&[][..], Node::one_or_many)
            .iter()
            .filter_map(|need| need.text().or_else(|| need.get("job")?.text()))
            .map(str::to_owned)
            .collect(),
        never_runs: only.as_ref().is_some_and(Triggers::is_empty),
        runs_anyway: false,
        only: only.map(|set| set.facts(key.span)),
        calls: calls.map(|target| (target, Vec::new())),
        // The last one wins, so it is asked first.
        extends: body.get("extends").map_or_else(Vec::new, Node::texts).into_iter().rev().map(str::to_owned).collect(),
        is_template,
        environments: body
            .get("environment")
            .and_then(|it| it.text().or_else(|| it.get("name")?.text()))
            .filter(|_| body.at(&["environment", "action"]).and_then(Node::text) != Some("stop"))
            .map(|name| name.split('/').next().unwrap_or(name).to_owned())
            .into_iter()
            .collect(),
        services: services::of(body.get("services")),
        permissions: None,
        may_fail: body.get("allow_failure").map(|flag| flag.flag() == Some(true)),
        before: section("before_script"),
        steps: section("script").unwrap_or_default(),
        after: section("after_script"),
        span: Some(key.span),
    })
}

/// What `default` and the old top-level keys give to every job.
fn defaults(root: &Node, base: &Triggers) -> Job {
    let values = variables(root);
    let section = |name: &str| {
        let lines = root.at(&["default", name]).or_else(|| root.get(name))?;
        Some(steps(lines, &values))
    };
    Job {
        id: Job::DEFAULT.to_owned(),
        is_template: true,
        services: services::of(root.at(&["default", "services"]).or_else(|| root.get("services"))),
        only: Some(base.facts(root.span)),
        before: section("before_script"),
        after: section("after_script"),
        ..Job::default()
    }
}

fn variables(body: &Node) -> Vec<(String, Vec<String>)> {
    let mut values: Vec<(String, Vec<String>)> = body
        .get("variables")
        .map_or_else(Vec::new, pairs)
        .into_iter()
        .map(|(name, value)| (format!("env.{name}"), vec![value]))
        .collect();
    for (name, list) in body.at(&["parallel", "matrix"]).map_or(&[][..], Node::items).iter().flat_map(Node::entries) {
        let texts = list.texts().into_iter().map(str::to_owned).collect();
        values.extend(name.text().map(|name| (format!("env.{name}"), texts)));
    }
    values
}

/// The steps of a list of commands: one for the lines between references, one for each reference.
fn steps(lines: &Node, values: &[(String, Vec<String>)]) -> Vec<Step> {
    let step = |action, span| Step {
        action,
        folder: String::new(),
        only: None,
        values: values.to_vec(),
        may_fail: false,
        never_runs: false,
        span,
    };
    let mut found = Vec::new();
    let mut open: Option<(Script, Span)> = None;
    let mut pending: Vec<&Node> = lines.one_or_many().iter().rev().collect();
    while let Some(item) = pending.pop() {
        if item.scalar().is_some() {
            let (script, _) = open.get_or_insert_with(|| {
                (Script { stops_on_failure: true, has_pipefail: true, ..Script::default() }, item.span)
            });
            append(script, item);
        } else if let Some((job, section)) = reference(item) {
            found.extend(open.take().map(|(script, span)| step(StepAction::Run(script), span)));
            found.push(step(StepAction::Reference(job, section), item.span));
        } else {
            pending.extend(item.items().iter().rev());
        }
    }
    found.extend(open.map(|(script, span)| step(StepAction::Run(script), span)));
    found
}

/// `!reference [job, script]`: a list whose last item names a section. No command is named so.
fn reference(node: &Node) -> Option<(String, String)> {
    let [job, .., section] = node.items() else { return None };
    let section = section.text().filter(|name| matches!(*name, "script" | "before_script" | "after_script"))?;
    Some((job.text()?.to_owned(), section.to_owned()))
}

#[cfg(test)]
#[path = "gitlab_tests.rs"]
mod tests;
