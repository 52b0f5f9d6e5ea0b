//! Checks that cannot stop a change, what workflows risk, and where deliveries lead.

use super::{Attributes, Value};

/// A check of a pipeline that looks as if it could stop a change, and cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToothlessGate {
    /// The pipeline's file name and the job's id.
    pub job: String,
    /// The command or action.
    pub command: String,
    /// Why it cannot stop anything, as the end of a sentence.
    pub problem: String,
}

impl Attributes for ToothlessGate {
    const FIELDS: &'static [&'static str] = &["job", "command", "problem"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "job" => Value::Text(&self.job),
            "command" => Value::Text(&self.command),
            "problem" => Value::Text(&self.problem),
            _ => return None,
        })
    }
}

/// What a workflow risks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskKind {
    /// The token of a job may do more than it needs.
    Permissions,
    /// An action of somebody else by a name that they can move.
    UnpinnedAction,
    /// Text of outsiders becomes code.
    Injection,
    /// Code of outsiders runs beside secrets.
    UntrustedCheckout,
}

impl RiskKind {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permissions => "permissions",
            Self::UnpinnedAction => "unpinned-action",
            Self::Injection => "injection",
            Self::UntrustedCheckout => "untrusted-checkout",
        }
    }
}

/// A risk in a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowRisk {
    /// What sort.
    pub kind: RiskKind,
    /// The job's id.
    pub job: String,
    /// What it is about: the action, the expression, the scope.
    pub subject: String,
    /// Where it gets to, in a few words.
    pub problem: String,
}

impl Attributes for WorkflowRisk {
    const FIELDS: &'static [&'static str] = &["kind", "job", "subject", "problem"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(self.kind.name()),
            "job" => Value::Text(&self.job),
            "subject" => Value::Text(&self.subject),
            "problem" => Value::Text(&self.problem),
            _ => return None,
        })
    }
}

/// Text of an outsider or of an input, on its way into code or into another file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFlow {
    /// The job's id.
    pub job: String,
    /// The expression's name for it: `github.head_ref`, `inputs.title`.
    pub subject: String,
    /// The input of this file that holds it; `None` where an outsider writes it.
    pub input: Option<String>,
    /// Where it goes.
    pub target: InputTarget,
}

/// Where a text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputTarget {
    /// Into code: how, in a few words.
    Code(String),
    /// To an input of a workflow or of an action of the repository.
    Call {
        /// The file or folder, as written.
        path: String,
        /// The input, in small letters.
        input: String,
    },
}

impl InputFlow {
    /// What stands for an input where the text is the code of a change itself, which the called workflow checks out.
    pub const CHANGE: &'static str = "(change)";
}

impl Attributes for InputFlow {
    const FIELDS: &'static [&'static str] = &["job", "subject"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "job" => Value::Text(&self.job),
            "subject" => Value::Text(&self.subject),
            _ => return None,
        })
    }
}

/// The named environments on the way of a delivery, at the first one that is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryPath {
    /// Their names, sorted.
    pub environments: Vec<String>,
}

impl Attributes for DeliveryPath {
    const FIELDS: &'static [&'static str] = &["environments", "count"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "environments" => Value::Words(self.environments.iter().map(String::as_str).collect()),
            "count" => Value::Number(self.environments.len() as u64),
            _ => return None,
        })
    }
}
