//! The jobs of a pipeline with everything in place: included files, what they extend, defaults and references.

use std::collections::{BTreeMap, BTreeSet};

use super::Pipelines;
use crate::facts::{Fact, Job, Pipeline, RepoPath, Span, Step, StepAction, Trigger};
use crate::signals::PathGlob;

/// How many jobs stand behind one by `extends`, and how often a reference leads to another.
const MAX_LAYERS: usize = 12;

/// Systems that leave out a job where one that it needs was left out.
const SKIPPING: &[&str] = &["GitHub Actions", "Forgejo Actions", "Gitea Actions", "CircleCI"];

/// A job as it runs.
pub(super) struct ResolvedJob<'a> {
    pub(super) id: &'a str,
    pub(super) only: Option<Vec<Trigger>>,
    pub(super) calls: Option<(&'a str, &'a [(String, String)])>,
    pub(super) may_fail: bool,
    pub(super) never_runs: bool,
    /// The steps, each with its file and whether it comes after the result is known.
    pub(super) steps: Vec<(&'a RepoPath, &'a Step, bool)>,
    pub(super) span: Option<Span>,
}

/// A job with the file that it is written in.
type Written<'a> = (&'a RepoPath, &'a Job);

/// The jobs that a pipeline runs.
pub(super) fn resolve<'a>(pipelines: &Pipelines<'a>, fact: &'a Fact, pipeline: &'a Pipeline) -> Vec<ResolvedJob<'a>> {
    let all = with_includes(pipelines, fact, pipeline);
    // A job that is written again in a later file replaces the earlier one; the including file comes last.
    let by_id: BTreeMap<&str, Written<'a>> = all.iter().map(|written| (written.1.id.as_str(), *written)).collect();
    let written: Vec<Written<'a>> = by_id.values().filter(|(_, job)| !job.is_template).copied().collect();
    let mut jobs: Vec<ResolvedJob<'a>> = written.iter().map(|written| resolve_job(&by_id, *written)).collect();
    if SKIPPING.contains(&pipeline.system.as_str()) {
        let waiting: Vec<&Job> = written.iter().map(|(_, job)| *job).collect();
        wait(&waiting, &mut jobs);
    }
    jobs
}

/// Lets a job run only where all that it needs run, unless its condition looks at how they ended.
fn wait(written: &[&Job], jobs: &mut [ResolvedJob<'_>]) {
    let places: BTreeMap<&str, usize> = written.iter().enumerate().map(|(at, job)| (job.id.as_str(), at)).collect();
    // What stands behind others is narrowed with them: once for each link of the longest chain.
    for _ in 0..written.len() {
        let mut is_settled = true;
        for (at, job) in written.iter().enumerate().filter(|(_, job)| !job.runs_anyway) {
            for need in job.needs.iter().filter_map(|need| places.get(need.as_str())).filter(|need| **need != at) {
                let Some((needed, off)) = jobs.get(*need).map(|job| (job.only.clone(), job.never_runs)) else {
                    continue;
                };
                let Some(own) = jobs.get_mut(at) else { continue };
                let only = match (&own.only, needed) {
                    (Some(own), Some(needed)) => Some(super::both(own, &needed)),
                    (None, needed) => needed,
                    (Some(own), None) => Some(own.clone()),
                };
                is_settled &= own.only == only && (own.never_runs || !off);
                own.only = only;
                own.never_runs |= off;
            }
        }
        if is_settled {
            break;
        }
    }
}

fn with_includes<'a>(pipelines: &Pipelines<'a>, fact: &'a Fact, pipeline: &'a Pipeline) -> Vec<Written<'a>> {
    let mut files: Vec<(&'a Fact, &'a Pipeline)> = vec![(fact, pipeline)];
    let mut seen: BTreeSet<&str> = BTreeSet::from([&*fact.place.path]);
    let mut next = 0;
    while let Some((_, current)) = files.get(next).copied() {
        next += 1;
        for include in current.includes.iter().filter(|include| include.is_local) {
            let glob = PathGlob::new(&include.name).ok();
            for (path, found) in pipelines {
                let is_meant = *path == include.name || glob.as_ref().is_some_and(|glob| glob.is_match(path));
                if is_meant && found.1.system == pipeline.system && seen.insert(path) {
                    files.push(*found);
                }
            }
        }
    }
    files.iter().rev().flat_map(|(fact, pipeline)| pipeline.jobs.iter().map(|job| (&fact.place.path, job))).collect()
}

fn resolve_job<'a>(by_id: &BTreeMap<&str, Written<'a>>, (path, job): Written<'a>) -> ResolvedJob<'a> {
    let layers = layers(by_id, (path, job));
    let before = layers.iter().find_map(|(path, job)| Some((*path, job.before.as_deref()?)));
    let main = layers.iter().find(|(_, job)| !job.steps.is_empty()).map(|(path, job)| (*path, job.steps.as_slice()));
    let after = layers.iter().find_map(|(path, job)| Some((*path, job.after.as_deref()?)));
    let mut steps = Vec::new();
    for (section, is_after) in [(before, false), (main, false), (after, true)] {
        let Some((path, list)) = section else { continue };
        steps.extend(expanded(by_id, path, list).into_iter().map(|(path, step)| (path, step, is_after)));
    }
    ResolvedJob {
        id: &job.id,
        only: layers.iter().find_map(|(_, job)| job.only.clone()),
        calls: layers
            .iter()
            .find_map(|(_, job)| job.calls.as_ref())
            .map(|(target, inputs)| (target.as_str(), inputs.as_slice())),
        may_fail: layers.iter().find_map(|(_, job)| job.may_fail).unwrap_or(false),
        never_runs: layers
            .iter()
            .find(|(_, job)| job.only.is_some() || job.never_runs)
            .is_some_and(|(_, job)| job.never_runs),
        steps,
        span: job.span,
    }
}

/// A job and those that it takes over from, the nearest first.
fn layers<'a>(by_id: &BTreeMap<&str, Written<'a>>, written: Written<'a>) -> Vec<Written<'a>> {
    let mut found: Vec<Written<'a>> = Vec::new();
    let mut pending = vec![written];
    while let Some(current) = pending.pop() {
        if found.len() >= MAX_LAYERS || found.iter().any(|(_, job)| job.id == current.1.id) {
            continue;
        }
        found.push(current);
        pending.extend(current.1.extends.iter().rev().filter_map(|id| by_id.get(id.as_str()).copied()));
    }
    found.extend(by_id.get(Job::DEFAULT).copied());
    found
}

/// Steps with references replaced by what they refer to.
fn expanded<'a>(
    by_id: &BTreeMap<&str, Written<'a>>,
    path: &'a RepoPath,
    steps: &'a [Step],
) -> Vec<(&'a RepoPath, &'a Step)> {
    let mut found = Vec::new();
    let mut pending: Vec<(&'a RepoPath, &'a Step, usize)> = steps.iter().rev().map(|step| (path, step, 0)).collect();
    while let Some((path, step, depth)) = pending.pop() {
        let StepAction::Reference(id, section) = &step.action else {
            found.push((path, step));
            continue;
        };
        let Some((path, job)) = by_id.get(id.as_str()).filter(|_| depth < MAX_LAYERS) else { continue };
        let list = match section.as_str() {
            "before_script" => job.before.as_deref().unwrap_or_default(),
            "after_script" => job.after.as_deref().unwrap_or_default(),
            _ => &job.steps,
        };
        pending.extend(list.iter().rev().map(|step| (*path, step, depth + 1)));
    }
    found
}
