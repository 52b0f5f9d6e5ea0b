//! CI configurations as written, and what they finally run.

use super::{Attributes, Span, Value};

macro_rules! trigger_kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// What starts a pipeline.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum TriggerKind { $($(#[$doc])* $variant),+ }

        impl TriggerKind {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }
        }
    };
}

trigger_kinds! {
    /// A push to a branch.
    Push = "push",
    /// A pull or merge request.
    ChangeRequest = "change-request",
    /// A pull request, in the context of the base (`pull_request_target`).
    ChangeRequestTarget = "change-request-target",
    /// A merge queue.
    MergeQueue = "merge-queue",
    /// A tag or a release.
    Tag = "tag",
    /// The clock.
    Schedule = "schedule",
    /// A person.
    Manual = "manual",
    /// Another pipeline calls it.
    Call = "call",
    /// Anything else: issues, comments, deployments.
    Other = "other",
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
    /// Where it is written.
    pub span: Span,
}

/// A CI configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The system: `GitHub Actions`, `GitLab CI`.
    pub system: String,
    /// Its name, or the file's.
    pub name: String,
    /// What starts it.
    pub triggers: Vec<Trigger>,
    /// Its jobs.
    pub jobs: Vec<Job>,
}

impl Attributes for Pipeline {
    const FIELDS: &'static [&'static str] = &["system", "name", "trigger"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "system" => Value::Text(&self.system),
            "name" => Value::Text(&self.name),
            "trigger" => Value::Words(self.triggers.iter().map(|trigger| trigger.kind.name()).collect()),
            _ => return None,
        })
    }
}

/// A job of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// Jobs that come before it.
    pub needs: Vec<String>,
    /// Triggers of its own, where the system gives jobs some (GitLab `rules`); empty: the pipeline's.
    pub triggers: Vec<Trigger>,
    /// A pipeline file of this repository, or a foreign one (`owner/repo/path@ref`), that it calls.
    pub calls: Option<String>,
    /// Cannot fail the pipeline (`continue-on-error`, `allow_failure`).
    pub may_fail: bool,
    /// Never runs (`if: false`).
    pub never_runs: bool,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Where it is written, `None` where made up.
    pub span: Option<Span>,
}

/// A step of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does.
    pub action: StepAction,
    /// The folder in which it runs, relative to the root; `""` for the root.
    pub folder: String,
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
    Run(String),
    /// Uses an action, orb, component or template: `actions/checkout@v4`, with its inputs.
    Use(String, Vec<(String, String)>),
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
    /// The command as it finally runs (`vitest run`), or the action without its version (`actions/checkout`).
    pub command: String,
    /// Ids of tools of `rules/signals/` that it is.
    pub tools: Vec<String>,
    /// What it is for: `test`, `lint`, `build`, `deploy`, … sorted, without repeats.
    pub purposes: Vec<String>,
    /// How it came here: `package.json script "test"`, outermost first; empty where the step says it itself.
    pub via: Vec<String>,
    /// Whether its failure stops the pipeline.
    pub can_fail: bool,
}

impl Attributes for PipelineRun {
    const FIELDS: &'static [&'static str] =
        &["system", "job", "trigger", "command", "tool", "purpose", "via", "can-fail"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        fn words(list: &[String]) -> Value<'_> {
            Value::Words(list.iter().map(String::as_str).collect())
        }
        Some(match field {
            "system" => Value::Text(&self.system),
            "job" => Value::Text(&self.job),
            "trigger" => Value::Words(self.triggers.iter().map(|trigger| trigger.name()).collect()),
            "command" => Value::Text(&self.command),
            "tool" => words(&self.tools),
            "purpose" => words(&self.purposes),
            "via" => words(&self.via),
            "can-fail" => Value::Flag(self.can_fail),
            _ => return None,
        })
    }
}
