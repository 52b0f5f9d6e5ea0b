//! What pipelines finally run: every command and action of every job, followed through the repository's own scripts,
//! reusable workflows and composite actions, with what starts it and whether its failure counts.

mod actions;
mod around;
mod compose;
mod coverage;
mod delivery;
mod follow;
mod frames;
mod gate;
mod inherit;
mod inputs;
mod invocation;
mod jobs;
mod make;
mod missing;
mod path_filter;
mod purposes;
mod redact;
mod tasks;
mod throwaway;
mod values;

use std::collections::BTreeMap;

use crate::facts::{Data, Fact, File, Pipeline, PipelineRun, Place, RepoPath, Role, Trigger, TriggerKind};
use crate::model::Facts;
use crate::signals::Signals;

pub(super) use missing::diagnose;

use follow::Follower;
use jobs::ResolvedJob;
use purposes::Purposes;
use tasks::Tasks;

/// How deep pipelines call each other.
const MAX_CALLS: usize = 5;

/// No repository has more; what follows is left out.
const MAX_RUNS: usize = 20_000;

/// The pipelines of the repository by path.
type Pipelines<'a> = BTreeMap<&'a str, (&'a Fact, &'a Pipeline)>;

/// A job that is to be followed, and how it came to run.
struct Start<'a> {
    path: &'a RepoPath,
    role: Role,
    pipeline: &'a Pipeline,
    job: ResolvedJob<'a>,
    origin: Origin,
}

/// What is known of a run before its own steps are read.
#[derive(Debug, Clone, Default)]
struct Origin {
    system: String,
    /// `ci.yml/test`, of the pipeline that starts by itself.
    job: String,
    triggers: Vec<Trigger>,
    via: Vec<String>,
    can_fail: bool,
    /// Why its failure stops nothing.
    mask: String,
    /// It is switched off: it counts as a gate that looks like one alone.
    is_off: bool,
    inputs: Vec<(String, Vec<String>)>,
    calls: usize,
}

impl Origin {
    /// The same where its failure stops nothing, for a reason.
    fn hide(&mut self, is_hidden: bool, reason: &str) {
        if is_hidden && self.can_fail {
            reason.clone_into(&mut self.mask);
        }
        self.can_fail &= !is_hidden;
    }
}

/// Derives the runs of all pipelines, the gates that cannot stop a change, and the way of a delivery.
pub(super) fn derive(facts: &Facts, files: &[File], signals: &Signals) -> Vec<Fact> {
    let pipelines: Pipelines<'_> =
        facts.each::<Pipeline>().map(|(fact, pipeline)| (&*fact.place.path, (fact, pipeline))).collect();
    let (mut runs, off) = runs(facts, &pipelines, signals);
    gate::disarm_rewritten(&mut runs);
    throwaway::disarm(&mut runs);
    coverage::enforce(facts, &mut runs);
    let gates = gate::derive(facts, files, &runs, &off);
    let path = delivery::derive(facts, &runs);
    let steps = around::derive(facts, &runs);
    runs.extend(steps);
    runs.extend(gates);
    runs.extend(path);
    runs.extend(inputs::derive(facts, &pipelines));
    runs
}

/// Everything that pipelines run, and what they would run if it were not switched off.
fn runs<'a>(facts: &'a Facts, pipelines: &Pipelines<'a>, signals: &Signals) -> (Vec<Fact>, Vec<Fact>) {
    let tasks = Tasks::new(facts);
    let purposes = Purposes::new(signals);
    let follower = Follower { tasks: &tasks, purposes: &purposes };
    let mut pending: Vec<Start<'_>> = Vec::new();
    let mut runs = Vec::new();
    let mut off = Vec::new();
    for (fact, pipeline) in pipelines.values() {
        if pipeline.triggers.iter().all(|trigger| trigger.kind == TriggerKind::Call) {
            continue;
        }
        let origin = Origin {
            system: pipeline.system.clone(),
            triggers: inherit::triggers(pipelines, pipeline),
            can_fail: true,
            ..Origin::default()
        };
        runs.extend(foreign_includes(fact, pipeline, &origin, &purposes));
        starts(&mut pending, pipelines, fact, pipeline, &origin);
    }
    pending.reverse();
    while let Some(start) = pending.pop() {
        if runs.len() >= MAX_RUNS {
            break;
        }
        run_job(start, pipelines, &follower, &mut pending, &mut Runs { on: &mut runs, off: &mut off });
    }
    for list in [&mut runs, &mut off] {
        list.sort_by(|a, b| a.place.cmp(&b.place));
        list.dedup();
    }
    (runs, off)
}

/// Where runs are put.
struct Runs<'a> {
    on: &'a mut Vec<Fact>,
    off: &'a mut Vec<Fact>,
}

impl Runs<'_> {
    fn list(&mut self, origin: &Origin) -> &mut Vec<Fact> {
        if origin.is_off { self.off } else { self.on }
    }
}

/// Queues the jobs of a pipeline.
fn starts<'a>(
    pending: &mut Vec<Start<'a>>,
    pipelines: &Pipelines<'a>,
    fact: &'a Fact,
    pipeline: &'a Pipeline,
    origin: &Origin,
) {
    for job in jobs::resolve(pipelines, fact, pipeline) {
        let mut origin = origin.clone();
        if origin.job.is_empty() {
            origin.job = format!("{}/{}", fact.place.path.rsplit('/').next().unwrap_or(""), job.id);
        }
        if let Some(only) = job.only.as_ref().filter(|_| !job.never_runs) {
            origin.triggers = both(&origin.triggers, only);
        }
        origin.hide(job.may_fail, "its job is allowed to fail");
        let calls = pipeline.triggers.iter().all(|trigger| trigger.kind == TriggerKind::Call);
        origin.is_off |= job.never_runs;
        if origin.triggers.is_empty() && !calls {
            continue;
        }
        pending.push(Start { path: &fact.place.path, role: fact.role, pipeline, job, origin });
    }
}

/// The triggers that are in both lists; the narrower branches count.
fn both(outer: &[Trigger], inner: &[Trigger]) -> Vec<Trigger> {
    let shared = outer.iter().filter_map(|trigger| {
        let own = inner.iter().find(|own| own.kind == trigger.kind)?;
        let branches = if trigger.branches.is_empty() { own.branches.clone() } else { trigger.branches.clone() };
        Some(Trigger { branches, ..trigger.clone() })
    });
    shared.collect()
}

fn run_job<'a>(
    start: Start<'a>,
    pipelines: &Pipelines<'a>,
    follower: &Follower<'_>,
    pending: &mut Vec<Start<'a>>,
    runs: &mut Runs<'_>,
) {
    let Start { path, role, pipeline, job, origin } = start;
    if let Some((target, inputs)) = job.calls {
        let span = job.span.unwrap_or(crate::facts::Span::START);
        let inputs = inputs.iter().map(|(name, value)| (format!("inputs.{name}"), vec![value.clone()])).collect();
        let origin_title = format!("{path} job \"{}\"", job.id);
        match local_pipeline(pipelines, target) {
            Some((fact, called)) if origin.calls < MAX_CALLS => {
                let mut via = origin.via.clone();
                via.push(origin_title);
                let inputs = with_defaults(inputs, called);
                starts(pending, pipelines, fact, called, &Origin { via, inputs, calls: origin.calls + 1, ..origin });
            }
            Some(_) => {}
            None => {
                let mut run = base_run(&origin);
                without_version(target).clone_into(&mut run.command);
                follower.purposes.of_foreign(target, &mut run);
                runs.list(&origin).push(fact_of(path, span, role, run));
            }
        }
        return;
    }
    let mut folder = None;
    for (step_path, step, is_after) in &job.steps {
        let mut origin = origin.clone();
        origin.is_off |= step.never_runs;
        if let Some(only) = step.only.as_ref().filter(|_| !step.never_runs) {
            origin.triggers = both(&origin.triggers, only);
            if origin.triggers.is_empty() {
                continue;
            }
        }
        origin.hide(step.may_fail, "`continue-on-error` hides its failure");
        origin.hide(*is_after, "");
        let inputs = with_defaults(origin.inputs.clone(), pipeline);
        let action = follow::local_action(step).and_then(|name| local_pipeline(pipelines, name));
        if let Some((fact, called)) = action.filter(|_| origin.calls < MAX_CALLS) {
            let call = follow::call_inputs(step, &inputs);
            let inner = Origin { inputs: with_defaults(call, called), calls: origin.calls + 1, ..origin.clone() };
            let (mut inner_runs, mut inner_off) = (Vec::new(), Vec::new());
            let mut queue = Vec::new();
            starts(&mut queue, pipelines, fact, called, &inner);
            while let Some(start) = queue.pop() {
                let inner = &mut Runs { on: &mut inner_runs, off: &mut inner_off };
                run_job(start, pipelines, follower, &mut queue, inner);
            }
            let inner_runs = if origin.is_off { inner_off } else { inner_runs };
            // A reader of the workflow looks at the step that uses the action.
            for mut run in inner_runs {
                run.place = Place { path: RepoPath::clone(step_path), span: step.span };
                run.role = role;
                if let Data::PipelineRun(run) = &mut run.data {
                    run.via.insert(origin.via.len(), fact.place.path.to_string());
                }
                runs.list(&origin).push(run);
            }
            continue;
        }
        let found = follower.step(step, &inputs, &mut folder, &base_run(&origin));
        runs.list(&origin).extend(found.into_iter().map(|(span, run)| fact_of(step_path, span, role, run)));
    }
}

/// Inputs that the caller gives, and the defaults of those that it does not.
fn with_defaults(mut inputs: Vec<(String, Vec<String>)>, called: &Pipeline) -> Vec<(String, Vec<String>)> {
    for (name, value) in &called.inputs {
        let name = format!("inputs.{name}");
        if !inputs.iter().any(|(own, _)| *own == name) {
            inputs.push((name, vec![value.clone()]));
        }
    }
    inputs
}

/// The pipeline of this repository that a job or step calls: a file, or a folder with an action in it.
fn local_pipeline<'a>(pipelines: &Pipelines<'a>, target: &str) -> Option<(&'a Fact, &'a Pipeline)> {
    // `$/` is the repository of the workflow itself, which may be asked for at a version.
    let path =
        target.strip_prefix("./").or_else(|| target.strip_prefix("$/").map(without_version))?.trim_end_matches('/');
    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
    [path.to_owned(), format!("{prefix}action.yml"), format!("{prefix}action.yaml")]
        .iter()
        .find_map(|path| pipelines.get(path.as_str()).copied())
}

/// Included templates of other repositories: what they do is known by their names alone.
fn foreign_includes(fact: &Fact, pipeline: &Pipeline, origin: &Origin, purposes: &Purposes<'_>) -> Vec<Fact> {
    let foreign = pipeline.includes.iter().filter(|include| !include.is_local);
    let run = |include: &crate::facts::Include| {
        let mut run = base_run(origin);
        without_version(&include.name).clone_into(&mut run.command);
        fact.place.path.rsplit('/').next().unwrap_or("").clone_into(&mut run.job);
        purposes.of_foreign(&include.name, &mut run);
        fact_of(&fact.place.path, include.span, fact.role, run)
    };
    foreign.map(run).collect()
}

fn base_run(origin: &Origin) -> PipelineRun {
    let mut triggers: Vec<TriggerKind> = origin.triggers.iter().map(|trigger| trigger.kind).collect();
    triggers.sort_unstable();
    triggers.dedup();
    let mut on_change = origin.triggers.iter().filter(|trigger| trigger.is_before_merge()).peekable();
    let is_on_change = on_change.peek().is_some();
    // What only comes after the pipeline of a change has no result that stands at the change.
    let can_stop = !is_on_change || on_change.any(|trigger| !trigger.is_after);
    PipelineRun {
        system: origin.system.clone(),
        job: origin.job.clone(),
        triggers,
        on_change: is_on_change,
        command: String::new(),
        folder: None,
        tools: Vec::new(),
        purposes: Vec::new(),
        via: origin.via.clone(),
        can_fail: origin.can_fail && can_stop,
        mask: origin.mask.clone(),
        is_opaque: false,
    }
}

fn fact_of(path: &RepoPath, span: crate::facts::Span, role: Role, run: PipelineRun) -> Fact {
    Fact { place: Place { path: RepoPath::clone(path), span }, role, data: Data::PipelineRun(run) }
}

/// Whether a command is of these words: the first ones in order, options anywhere.
fn is_command(command: &str, words: &str) -> bool {
    let own: Vec<&str> = command.split_whitespace().collect();
    let (options, plain): (Vec<&str>, Vec<&str>) = words.split_whitespace().partition(|word| word.starts_with('-'));
    let mut rest = own.iter();
    plain.iter().all(|word| rest.any(|own| own == word)) && options.iter().all(|option| own.contains(option))
}

/// The name of an action or a template without its version.
fn without_version(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
