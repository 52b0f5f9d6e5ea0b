//! CI configurations as written, and what they finally run.

use super::{Attributes, Span, Value};

macro_rules! trigger_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal ($words:literal)),+ $(,)?) => {
        /// What starts a pipeline.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum TriggerKind { $($(#[$doc])* $variant),+ }

        impl TriggerKind {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// What people call it, behind "on".
            pub const fn words(self) -> &'static str { match self { $(Self::$variant => $words),+ } }

            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

trigger_kinds! {
    /// A push to a branch.
    Push = "push" ("pushes"),
    /// A pull or merge request.
    ChangeRequest = "change-request" ("pull requests"),
    /// A pull request, in the context of the base (`pull_request_target`).
    ChangeRequestTarget = "change-request-target" ("pull requests with the rights of the base"),
    /// A merge queue.
    MergeQueue = "merge-queue" ("the merge queue"),
    /// A tag or a release.
    Tag = "tag" ("tags"),
    /// The clock.
    Schedule = "schedule" ("a schedule"),
    /// A person.
    Manual = "manual" ("demand"),
    /// Another pipeline calls it.
    Call = "call" ("calls"),
    /// A deployment, or a change of its status.
    Deployment = "deployment" ("deployments"),
    /// Anything else: issues, comments.
    Other = "other" ("other events"),
}

/// One trigger of a pipeline, with its filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// What starts it.
    pub kind: TriggerKind,
    /// Branch patterns, `!` in front of those left out; empty for all.
    pub branches: Vec<String>,
    /// Path patterns, `!` in front of those left out; empty for all.
    pub paths: Vec<String>,
    /// Another pipeline that this one started comes between: the run has the rights of the base, and its result does not
    /// stand at the change.
    pub is_after: bool,
    /// Where it is written.
    pub span: Span,
}

/// How the names of branches start that a bot or a queue makes of proposed changes.
const OF_CHANGES: &[&str] = &["pull-request/", "pull/", "pr/", "pr-*", "gh-readonly-queue/"];

impl Trigger {
    /// A trigger without filters.
    pub fn any(kind: TriggerKind, span: Span) -> Self {
        Self { kind, branches: Vec::new(), paths: Vec::new(), is_after: false, span }
    }

    /// Whether it starts for a change that is not merged yet: a change request, a merge queue, a push to any branch.
    pub fn is_before_merge(&self) -> bool {
        match self.kind {
            TriggerKind::ChangeRequest | TriggerKind::ChangeRequestTarget | TriggerKind::MergeQueue => true,
            TriggerKind::Push => {
                let mut chosen = self.branches.iter().filter(|branch| !branch.starts_with('!')).peekable();
                let is_any = |branch: &str| matches!(branch, "*" | "**" | "**/*" | ".*");
                let is_of_change = |branch: &str| OF_CHANGES.iter().any(|start| branch.starts_with(start));
                chosen.peek().is_none() || chosen.any(|branch| is_any(branch) || is_of_change(branch))
            }
            _ => false,
        }
    }
}

/// A CI configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pipeline {
    /// The system: `GitHub Actions`, `GitLab CI`.
    pub system: String,
    /// Its name, or the file's.
    pub name: String,
    /// What starts it. [`TriggerKind::Call`] alone: it runs only where another one includes or calls it.
    pub triggers: Vec<Trigger>,
    /// Pipelines that it runs after.
    pub after: Vec<After>,
    /// What its jobs may do with the host's token where they do not say themselves: scopes and levels. `None`: the default.
    pub permissions: Option<Vec<(String, String)>>,
    /// Its jobs.
    pub jobs: Vec<Job>,
    /// Other files that are a part of it: paths of this repository, or foreign ones.
    pub includes: Vec<Include>,
    /// Inputs that its callers may set, with their defaults.
    pub inputs: Vec<(String, String)>,
    /// Does more than to keep issues and labels in order.
    pub is_substantive: bool,
    /// Its jobs and steps were read; `false` where only its presence and its triggers are known.
    pub is_read: bool,
}

impl Attributes for Pipeline {
    const FIELDS: &'static [&'static str] = &["system", "name", "trigger", "when", "substantive", "read"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "system" => Value::Text(&self.system),
            "name" => Value::Text(&self.name),
            "trigger" => Value::Words(self.triggers.iter().map(|trigger| trigger.kind.name()).collect()),
            "when" => Value::Words(self.triggers.iter().map(|trigger| trigger.kind.words()).collect()),
            "substantive" => Value::Flag(self.is_substantive),
            "read" => Value::Flag(self.is_read),
            _ => return None,
        })
    }
}

/// Pipelines whose runs start another one (`workflow_run`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// Their names.
    pub names: Vec<String>,
    /// Patterns of the branches whose runs count, `!` in front of those left out; empty for all.
    pub branches: Vec<String>,
    /// Where it is written.
    pub span: Span,
}

/// A file that is a part of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// A path from the root, which may be a glob, or the name of a foreign template.
    pub name: String,
    /// It lives in this repository.
    pub is_local: bool,
    /// Where it is written.
    pub span: Span,
}

/// A job of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Jobs that come before it.
    pub needs: Vec<String>,
    /// The only triggers that start it, where it has conditions of its own. `None`: the pipeline's.
    pub only: Option<Vec<Trigger>>,
    /// A pipeline file of this repository, or a foreign one (`owner/repo/path@ref`), that it calls, with its inputs.
    pub calls: Option<(String, Vec<(String, String)>)>,
    /// Jobs whose content it takes over where it says nothing itself (GitLab `extends`), the last one first.
    pub extends: Vec<String>,
    /// It is there to be extended and does not run itself.
    pub is_template: bool,
    /// The named environments that it may deliver to.
    pub environments: Vec<String>,
    /// What runs beside its steps.
    pub services: Vec<Service>,
    /// What it may do with the host's token: scopes and levels, `*` for all. `None` where it does not say.
    pub permissions: Option<Vec<(String, String)>>,
    /// Cannot fail the pipeline (`continue-on-error`, `allow_failure`); `None` where it does not say.
    pub may_fail: Option<bool>,
    /// Never runs (`if: false`).
    pub never_runs: bool,
    /// Runs even where a job that it needs did not (`if: always()`).
    pub runs_anyway: bool,
    /// Steps before the main ones, where it says so.
    pub before: Option<Vec<Step>>,
    /// Its main steps.
    pub steps: Vec<Step>,
    /// Steps after them, which cannot fail it, where it says so.
    pub after: Option<Vec<Step>>,
    /// Where it is written, `None` where made up.
    pub span: Option<Span>,
}

/// Something that runs beside the steps of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its image, or the name by which the system knows it.
    pub image: String,
    /// Where it is written.
    pub span: Span,
}

impl Job {
    /// The id of the job that stands for what every other takes over where it says nothing (GitLab `default`).
    pub const DEFAULT: &'static str = "default";
}

/// A step of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub action: StepAction,
    /// The folder in which it runs, relative to the root; `""` for the root.
    pub folder: String,
    /// The only triggers for which it runs, where it has conditions of its own.
    pub only: Option<Vec<Trigger>>,
    /// Values of the variables that its text names: `env.X`, `matrix.x`; several where a matrix gives several.
    pub values: Vec<(String, Vec<String>)>,
    /// Cannot fail the job.
    pub may_fail: bool,
    /// Never runs.
    pub never_runs: bool,
    /// Where it is written.
    pub span: Span,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepAction {
    /// Runs shell text.
    Run(Script),
    /// Uses an action, orb, component or template: `actions/checkout@v4`, with its inputs.
    Use(String, Vec<(String, String)>),
    /// The steps of a section of another job: GitLab's `!reference [job, script]`.
    Reference(String, String),
}

/// Shell text with the lines of the file it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    /// The text.
    pub text: String,
    /// For each line of the text, its line in the file.
    pub lines: Vec<u32>,
    /// A command that fails ends it (`set -e`).
    pub stops_on_failure: bool,
    /// A pipe fails when any of its commands does.
    pub has_pipefail: bool,
}

/// A command or action that a pipeline finally runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineRun {
    /// The system.
    pub system: String,
    /// The pipeline's file name and the job's id: `ci.yml/test`.
    pub job: String,
    /// What starts it, sorted, without repeats.
    pub triggers: Vec<TriggerKind>,
    /// It runs before a change is merged: for change requests, in a merge queue, or for a push to any branch.
    pub on_change: bool,
    /// The command as it finally runs (`vitest run`), shortened and without values of variables and credentials, or the
    /// action without its version (`actions/checkout`).
    pub command: String,
    /// The folder in which it starts, `None` where that is not known.
    pub folder: Option<String>,
    /// Ids of tools of `rules/signals/` that it is.
    pub tools: Vec<String>,
    /// What it is for: `test`, `lint`, `build`, `deploy`, … sorted, without repeats.
    pub purposes: Vec<String>,
    /// How it came here: `package.json script "test"`, outermost first; empty where the step says it itself.
    pub via: Vec<String>,
    /// Whether its failure stops the pipeline.
    pub can_fail: bool,
    /// Why its failure stops nothing, as the end of a sentence; empty where it stops, or where nobody expects it to.
    pub mask: String,
    /// It is code of another repository whose name does not say what it does.
    pub is_opaque: bool,
}

impl Attributes for PipelineRun {
    const FIELDS: &'static [&'static str] =
        &["system", "job", "trigger", "when", "on-change", "command", "tool", "purpose", "via", "can-fail", "opaque"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        fn words(list: &[String]) -> Value<'_> {
            Value::Words(list.iter().map(String::as_str).collect())
        }
        Some(match field {
            "system" => Value::Text(&self.system),
            "job" => Value::Text(&self.job),
            "trigger" => Value::Words(self.triggers.iter().map(|trigger| trigger.name()).collect()),
            "when" => Value::Words(self.triggers.iter().map(|trigger| trigger.words()).collect()),
            "on-change" => Value::Flag(self.on_change),
            "command" => Value::Text(&self.command),
            "tool" => words(&self.tools),
            "purpose" => words(&self.purposes),
            "via" => words(&self.via),
            "can-fail" => Value::Flag(self.can_fail),
            "opaque" => Value::Flag(self.is_opaque),
            _ => return None,
        })
    }
}
