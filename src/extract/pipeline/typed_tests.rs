//! Our model of workflows against the typed one of the makers of zizmor, over every workflow of the fixtures: triggers, jobs,
//! what they wait for, permissions, services, calls and steps.
//!
//! `WORKFLOWS=folder` compares every workflow below a folder as well.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use github_actions_models::common::{BasePermission, Permission, Permissions, expr::LoE};
use github_actions_models::workflow::event::OptionalBody;
use github_actions_models::workflow::job::{Container, ParallelStep, RunStep, Step as TypedStep, UsesStep};
use github_actions_models::workflow::{Job as TypedJob, Workflow};

use super::github::Workflows;
use super::github_triggers::kinds_of_event;
use super::testing::file;
use crate::extract::{Extractor, Found};
use crate::facts::{Data, Pipeline, Step, StepAction, TriggerKind};
use crate::syntax::Source;

/// What both say of one workflow, as lines that can be compared.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said(Vec<String>);

impl Said {
    fn add(&mut self, what: &str, value: impl std::fmt::Debug) {
        self.0.push(format!("{what}: {value:?}"));
    }
}

fn ours(pipeline: &Pipeline) -> Said {
    let mut said = Said::default();
    said.add(
        "triggers",
        pipeline
            .triggers
            .iter()
            .map(|trigger| trigger.kind)
            .filter(|kind| is_told_alike(*kind))
            .collect::<BTreeSet<_>>(),
    );
    said.add("permissions", &pipeline.permissions);
    for job in &pipeline.jobs {
        said.add("job", &job.id);
        said.add("needs", &job.needs);
        said.add("permissions", &job.permissions);
        said.add(
            "services",
            job.services.iter().map(|service| service.image.trim_start_matches("docker://")).collect::<Vec<_>>(),
        );
        said.add("calls", job.calls.as_ref().map(|(target, _)| target.as_str()));
        for step in &job.steps {
            said.add("step", our_step(step));
        }
    }
    said
}

fn our_step(step: &Step) -> String {
    match &step.action {
        StepAction::Run(script) if script.text == "python -" => "run another language".to_owned(),
        StepAction::Run(script) => format!("run {}", squeezed(&script.text)),
        StepAction::Use(name, _) => format!("use {}", name.trim_start_matches("docker://")),
        StepAction::Reference(..) => unreachable!("GitHub has no references"),
    }
}

/// A push without filters comes with tags, and types of events decide more than their names: those stand in other tests.
fn is_told_alike(kind: TriggerKind) -> bool {
    !matches!(kind, TriggerKind::Tag | TriggerKind::Other)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn typed(workflow: &Workflow) -> Said {
    let mut said = Said::default();
    let events = serde_json::to_value(&workflow.on.events).expect("events are data");
    let present = events.as_object().expect("one field an event").iter().filter(|(_, body)| *body != "Missing");
    let mut kinds: BTreeSet<TriggerKind> =
        present.flat_map(|(name, _)| kinds_of_event(name)).copied().filter(|kind| is_told_alike(*kind)).collect();
    if let OptionalBody::Body(push) = &workflow.on.events.push
        && push.tag_filters.is_some()
        && push.branch_filters.is_none()
    {
        kinds.remove(&TriggerKind::Push);
    }
    let closes = |types: &[String]| {
        !types.is_empty()
            && !types
                .iter()
                .any(|kind| ["opened", "synchronize", "reopened", "ready_for_review"].contains(&kind.as_str()))
    };
    for (event, kind) in [
        (&workflow.on.events.pull_request, TriggerKind::ChangeRequest),
        (&workflow.on.events.pull_request_target, TriggerKind::ChangeRequestTarget),
    ] {
        if let OptionalBody::Body(body) = event
            && closes(&body.types)
        {
            kinds.remove(&kind);
        }
    }
    said.add("triggers", kinds);
    said.add("permissions", permissions(&workflow.permissions));
    for (id, job) in &workflow.jobs {
        said.add("job", id);
        match job {
            TypedJob::NormalJob(job) => {
                said.add("needs", &job.needs);
                said.add("permissions", permissions(&job.permissions));
                said.add("services", job.services.values().map(image).collect::<Vec<_>>());
                said.add("calls", None::<&str>);
                for step in &job.steps {
                    typed_step(step, &mut said);
                }
            }
            TypedJob::ReusableWorkflowCallJob(job) => {
                said.add("needs", &job.needs);
                said.add("permissions", permissions(&job.permissions));
                said.add("services", Vec::<&str>::new());
                said.add("calls", Some(job.uses.raw()));
            }
        }
    }
    said
}

fn typed_step(step: &TypedStep, said: &mut Said) {
    match step {
        TypedStep::Uses(step) => said.add("step", uses(step)),
        TypedStep::Run(step) => said.add("step", runs(step)),
        TypedStep::Parallel { parallel } => {
            for step in parallel {
                match step {
                    ParallelStep::Uses(step) => said.add("step", uses(step)),
                    ParallelStep::Run(step) => said.add("step", runs(step)),
                }
            }
        }
        TypedStep::Wait { .. } | TypedStep::WaitAll { .. } | TypedStep::Cancel { .. } => {}
    }
}

fn uses(step: &UsesStep) -> String {
    format!("use {}", step.uses.raw().trim_start_matches("docker://"))
}

fn runs(step: &RunStep) -> String {
    let is_shell = |shell: &str| !shell.starts_with("python") && !shell.starts_with("node");
    match &step.shell {
        Some(LoE::Literal(shell)) if !is_shell(shell) => "run another language".to_owned(),
        _ => format!("run {}", squeezed(&step.run)),
    }
}

fn image(container: &Container) -> String {
    let (Container::Name(image) | Container::Container { image, .. }) = container;
    match image {
        LoE::Literal(image) => image.raw().trim_start_matches("docker://").to_owned(),
        LoE::Expr(text) => text.as_curly().to_owned(),
    }
}

fn permissions(given: &Permissions) -> Option<Vec<(String, String)>> {
    let level = |permission: &Permission| match permission {
        Permission::Read => "read",
        Permission::Write => "write",
        Permission::None => "none",
    };
    match given {
        Permissions::Base(BasePermission::Default) => None,
        Permissions::Base(BasePermission::ReadAll) => Some(vec![("*".to_owned(), "read".to_owned())]),
        Permissions::Base(BasePermission::WriteAll) => Some(vec![("*".to_owned(), "write".to_owned())]),
        Permissions::Explicit(scopes) => {
            Some(scopes.iter().map(|(scope, own)| (scope.clone(), level(own).to_owned())).collect())
        }
    }
}

/// Our pipeline of a text, with the number of remarks on it.
fn read(text: &str) -> (Option<Pipeline>, usize) {
    let file = file(".github/workflows/ci.yml");
    let source = Source::new(&file, text);
    let mut found = Found::new(&file);
    Workflows.extract(&source, &[], &mut found);
    let pipeline = found.facts().iter().find_map(|fact| match &fact.data {
        Data::Pipeline(pipeline) => Some(pipeline.clone()),
        _ => None,
    });
    (pipeline, found.diagnostics().len())
}

/// The workflows below a folder.
fn workflows(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let path = entry.path().to_string_lossy().into_owned();
        let is_yaml = entry.path().extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
        if is_yaml && path.contains("/.github/workflows/") {
            found.extend(fs::read_to_string(&path).ok().map(|text| (path, text)));
        }
    }
    found
}

#[test]
fn the_typed_model_says_the_same_of_every_workflow() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = workflows(&own.join("fixtures"));
    let others = std::env::var("WORKFLOWS").ok();
    all.extend(others.iter().flat_map(|folder| workflows(Path::new(folder))));
    let (mut compared, mut refused) = (0, Vec::new());
    let mut differences = Vec::new();
    for (path, text) in &all {
        let (pipeline, remarks) = read(text);
        match (yaml_serde::from_str::<Workflow>(text), pipeline) {
            (Ok(workflow), Some(pipeline)) => {
                compared += 1;
                let (ours, typed) = (ours(&pipeline), typed(&workflow));
                let differ = ours.0.iter().zip(&typed.0).find(|(own, other)| own != other);
                if ours != typed {
                    differences.push(format!("{path}\n  {differ:?}"));
                }
            }
            (Ok(_), None) => differences.push(format!("{path}: only the typed model reads it")),
            // A typed parse gives all of a file or nothing. What GitHub itself would run is read here.
            (Err(error), _) => refused.push((path, error.to_string(), remarks)),
        }
    }
    assert!(differences.is_empty(), "{} of {compared} differ:\n{}", differences.len(), differences.join("\n"));
    assert!(compared >= 200, "{compared} workflows were compared");
    println!("{compared} compared, {} refused by the typed model", refused.len());
    for (path, error, remarks) in &refused {
        println!("{path}: {error} ({remarks} remarks of ours)");
    }
}
