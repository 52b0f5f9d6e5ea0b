//! What pipelines do around a deployment.

use super::{Attributes, Value};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryAct {
    /// Something asks the deployed program whether it works.
    Check,
    /// Something waits until the platform says that the new version runs.
    Wait,
    /// A change request is deployed before it is merged.
    Preview,
    /// People are told.
    Notice,
}

impl DeliveryAct {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Wait => "wait",
            Self::Preview => "preview",
            Self::Notice => "notice",
        }
    }
}

/// A step of a delivery beside the deployment itself. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryStep {
    /// What it does.
    pub act: DeliveryAct,
    /// The command or the action; of a preview, the environment where the pipeline names one.
    pub command: String,
    /// The pipeline and the job: `deploy.yml/production`.
    pub job: String,
}

impl Attributes for DeliveryStep {
    const FIELDS: &'static [&'static str] = &["act", "command", "job"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "act" => Value::Text(self.act.name()),
            "command" => Value::Text(&self.command),
            "job" => Value::Text(&self.job),
            _ => return None,
        })
    }
}
