//! What pipelines do around a deployment: checks after it, waiting for it, previews of changes, notices.

use std::collections::{BTreeMap, BTreeSet};

use super::is_command;
use crate::facts::{Data, DeliveryAct, DeliveryStep, Fact, Pipeline, PipelineRun, Place, Span, TriggerKind};
use crate::model::Facts;

/// Purposes of runs that exercise a program.
const CHECKS: &[&str] = &["test", "end-to-end", "load"];
/// Programs that ask a server something.
const ASKING: &[&str] = &[
    "curl",
    "wget",
    "http",
    "https",
    "newman",
    "hurl",
    "k6",
    "artillery",
    "playwright",
    "cypress",
    "lighthouse",
    "lhci",
];
/// Parts of commands that send something instead of asking.
const SENDING: &[&str] = &[
    "hooks.",
    "webhook",
    "slack",
    "discord",
    "telegram",
    "api.github.com",
    "--data",
    "-X POST",
    "-X PUT",
    "-X DELETE",
    "-XPOST",
    "-XPUT",
    "-d ",
    " -F ",
    " -o ",
    " -O",
    "| bash",
    "| sh",
    "install",
    "raw.githubusercontent.com",
    "download",
];
/// Addresses to which messages to people are sent, as parts of commands.
const ADDRESSES: &[&str] = &[
    "hooks.slack.com",
    "SLACK_WEBHOOK",
    "SLACK_URL",
    "SLACK_HOOK",
    "slack.com/api/chat.postMessage",
    "discord.com/api/webhooks",
    "discordapp.com/api/webhooks",
    "DISCORD_WEBHOOK",
    "api.telegram.org",
    "TEAMS_WEBHOOK",
    "webhook.office.com",
    "chat.googleapis.com",
    "MATTERMOST_",
    "ROCKETCHAT_",
    "open.feishu.cn",
    "oapi.dingtalk.com",
    "qyapi.weixin.qq.com",
];
/// Commands that wait for a deployment.
const WAITING: &[&str] = &[
    "kubectl rollout status",
    "kubectl wait",
    "aws ecs wait",
    "aws deploy wait",
    "aws cloudformation wait",
    "argocd app wait",
    "oc rollout status",
    "nomad deployment status",
    "helm upgrade --wait",
    "helm upgrade --atomic",
];
/// Words in the names of jobs and scripts that check a deployment.
const NAMES: &[&str] = &[
    "smoke",
    "post-deploy",
    "postdeploy",
    "post_deploy",
    "verify-deploy",
    "deploy-verif",
    "after-deploy",
    "synthetic",
];

/// A run with its place.
type Run<'a> = (&'a Fact, &'a PipelineRun);

/// The steps around deployments, in the order of their places.
pub(super) fn derive(facts: &Facts, runs: &[Fact]) -> Vec<Fact> {
    let all: Vec<Run<'_>> = runs
        .iter()
        .filter_map(|fact| match &fact.data {
            Data::PipelineRun(run) if run.triggers != [TriggerKind::Call] => Some((fact, run)),
            _ => None,
        })
        .collect();
    let order = Order::new(facts, &all);
    let mut steps = Vec::new();
    for (fact, run) in &all {
        let text = command_with_origin(run);
        if ADDRESSES.iter().any(|address| run.command.contains(address)) {
            steps.push(step(fact, DeliveryAct::Notice, &run.command, &run.job));
        } else if is_preview(run) {
            steps.push(step(fact, DeliveryAct::Preview, &run.command, &run.job));
        } else if is_check(run, &text) && order.is_after_deployment((fact, run), &text) {
            steps.push(step(fact, DeliveryAct::Check, &run.command, &run.job));
        } else if WAITING.iter().any(|words| is_command(&run.command, words)) {
            steps.push(step(fact, DeliveryAct::Wait, &run.command, &run.job));
        }
    }
    steps.extend(named_previews(facts));
    steps.sort_by(|a, b| a.place.cmp(&b.place));
    steps.dedup();
    steps
}

fn step(fact: &Fact, act: DeliveryAct, command: &str, job: &str) -> Fact {
    let data = DeliveryStep { act, command: command.to_owned(), job: job.to_owned() };
    Fact { data: Data::DeliveryStep(data), ..fact.clone() }
}

/// A command with what led to it, in lower case: names of scripts say what they are for.
fn command_with_origin(run: &PipelineRun) -> String {
    format!("{} {} {}", run.job, run.via.join(" "), run.command).to_ascii_lowercase()
}

/// A deployment of a change that is not merged; what goes to production is none.
fn is_preview(run: &PipelineRun) -> bool {
    let is_change = |kind: &TriggerKind| matches!(kind, TriggerKind::ChangeRequest | TriggerKind::ChangeRequestTarget);
    run.purposes.iter().any(|purpose| purpose == "deploy")
        && run.triggers.iter().any(is_change)
        && !["--prod", "production", "terraform", "cloudformation"].iter().any(|word| run.command.contains(word))
}

fn is_check(run: &PipelineRun, text: &str) -> bool {
    let is_for_tests = run.purposes.iter().any(|purpose| CHECKS.contains(&purpose.as_str()));
    let program = run.command.split_whitespace().next().unwrap_or("");
    let program = program.rsplit('/').next().unwrap_or(program);
    let asks = ASKING.contains(&program) && !SENDING.iter().any(|part| run.command.contains(part));
    let is_named = NAMES.iter().any(|name| text.contains(name)) && run.purposes.is_empty() && !is_housekeeping(program);
    is_for_tests || asks || is_named || is_command(&run.command, "helm test")
}

/// Programs and actions that prepare a job.
fn is_housekeeping(program: &str) -> bool {
    matches!(
        program,
        "echo" | "cd" | "export" | "set" | "sleep" | "npm" | "pnpm" | "yarn" | "pip" | "apt-get" | "exit" | "chmod"
    ) || program.starts_with("actions/")
        || program.contains("setup-")
        || program.contains("checkout")
}

/// What comes after what, in the jobs of pipelines.
struct Order<'a> {
    /// The jobs that deploy, with the first line at which each does; by the path of the pipeline.
    deploys: BTreeMap<(&'a str, &'a str), Span>,
    /// The files of pipelines that deploy.
    deploying: BTreeSet<&'a str>,
    /// What each job needs, by the name of its file and its id.
    needs: BTreeMap<String, Vec<String>>,
}

impl<'a> Order<'a> {
    fn new(facts: &'a Facts, runs: &[Run<'a>]) -> Self {
        let mut order = Self { deploys: BTreeMap::new(), deploying: BTreeSet::new(), needs: BTreeMap::new() };
        for (fact, run) in runs.iter().filter(|(_, run)| run.purposes.iter().any(|purpose| purpose == "deploy")) {
            let first = order.deploys.entry((&*fact.place.path, run.job.as_str())).or_insert(fact.place.span);
            *first = (*first).min(fact.place.span);
            order.deploying.insert(&*fact.place.path);
        }
        for (fact, pipeline) in facts.each::<Pipeline>() {
            let name = fact.place.path.rsplit('/').next().unwrap_or("");
            for job in &pipeline.jobs {
                let needs = job.needs.iter().map(|need| format!("{name}/{need}")).collect();
                order.needs.insert(format!("{name}/{}", job.id), needs);
            }
        }
        order
    }

    fn is_after_deployment(&self, (fact, run): Run<'_>, text: &str) -> bool {
        if run.triggers == [TriggerKind::Deployment] {
            return true;
        }
        let path = &*fact.place.path;
        if let Some(deploy) = self.deploys.get(&(path, run.job.as_str())) {
            return fact.place.span > *deploy;
        }
        // A job that is named so, in a pipeline that deploys.
        let is_named = NAMES.iter().any(|name| text.contains(name));
        self.needs_a_deployment(&run.job) || is_named && self.deploying.contains(path) && !run.on_change
    }

    /// Whether a job comes after one that deploys.
    fn needs_a_deployment(&self, job: &str) -> bool {
        let deploys = |name: &str| self.deploys.keys().any(|(_, own)| *own == name);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&String> = self.needs.get(job).into_iter().flatten().collect();
        while let Some(name) = open.pop() {
            if deploys(name) {
                return true;
            }
            if seen.insert(name) {
                open.extend(self.needs.get(name).into_iter().flatten());
            }
        }
        false
    }
}

/// Environments that pipelines make for changes: `review/$CI_COMMIT_REF_SLUG`, `pr-${{ github.event.number }}`.
fn named_previews(facts: &Facts) -> Vec<Fact> {
    let mut found = Vec::new();
    for (fact, pipeline) in facts.each::<Pipeline>() {
        for job in pipeline.jobs.iter().filter(|job| !job.never_runs && !job.is_template) {
            let is_preview = |name: &&String| {
                let lower = name.to_ascii_lowercase();
                let starts =
                    ["review/", "preview/", "pr-", "preview-", "review-"].iter().any(|start| lower.starts_with(start));
                starts || matches!(lower.as_str(), "review" | "preview")
            };
            let Some(name) = job.environments.iter().find(is_preview) else { continue };
            let file = fact.place.path.rsplit('/').next().unwrap_or("");
            let place = Place { path: fact.place.path.clone(), span: job.span.unwrap_or(Span::START) };
            let step =
                DeliveryStep { act: DeliveryAct::Preview, command: name.clone(), job: format!("{file}/{}", job.id) };
            found.push(Fact { place, role: fact.role, data: Data::DeliveryStep(step) });
        }
    }
    found
}
