//! What the policy asks for, in the JSON report: gates, what a change loosens, compliance frameworks.

use serde::Serialize;

use crate::facts::RuleId;
use crate::score::{ControlResult, FrameworkResult, Gate, Governance};

#[derive(Serialize)]
pub(super) struct GovernanceV1<'a> {
    gates: Vec<GateV1<'a>>,
    policy_commit: Option<&'a str>,
    loosened: &'a [String],
    frameworks: Vec<FrameworkV1<'a>>,
}

#[derive(Serialize)]
struct GateV1<'a> {
    name: &'a str,
    asked: &'a str,
    actual: &'a str,
    met: bool,
    reason: &'a str,
}

#[derive(Serialize)]
struct FrameworkV1<'a> {
    id: &'a str,
    title: &'a str,
    version: &'a str,
    controls: Vec<ControlV1<'a>>,
}

#[derive(Serialize)]
struct ControlV1<'a> {
    id: &'a str,
    title: &'a str,
    status: &'static str,
    supports: Vec<&'a str>,
    lacks: Vec<&'a str>,
    silent: Vec<&'a str>,
    beyond: &'a str,
}

impl<'a> GovernanceV1<'a> {
    pub(super) fn new(governance: &'a Governance) -> Self {
        Self {
            gates: governance.gates.iter().map(GateV1::new).collect(),
            policy_commit: governance.policy_commit.as_deref(),
            loosened: &governance.loosened,
            frameworks: governance.frameworks.iter().map(FrameworkV1::new).collect(),
        }
    }
}

impl<'a> GateV1<'a> {
    fn new(gate: &'a Gate) -> Self {
        Self { name: &gate.name, asked: &gate.asked, actual: &gate.actual, met: gate.is_met, reason: &gate.reason }
    }
}

impl<'a> FrameworkV1<'a> {
    fn new(framework: &'a FrameworkResult) -> Self {
        let controls = framework.controls.iter().map(ControlV1::new).collect();
        Self { id: &framework.id, title: &framework.title, version: &framework.version, controls }
    }
}

impl<'a> ControlV1<'a> {
    fn new(control: &'a ControlResult) -> Self {
        let ids = |rules: &'a [RuleId]| rules.iter().map(RuleId::as_str).collect();
        Self {
            id: &control.id,
            title: &control.title,
            status: control.status.name(),
            supports: ids(&control.supports),
            lacks: ids(&control.lacks),
            silent: ids(&control.silent),
            beyond: &control.beyond,
        }
    }
}
