//! What the policy asks for, in the JSON report: gates, what a change loosens, compliance frameworks.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::reading::rule_id;
use crate::facts::RuleId;
use crate::report::ReportError;
use crate::score::{ControlResult, ControlStatus, FrameworkResult, Gate, Governance};

#[derive(Serialize, Deserialize, Default)]
pub(super) struct GovernanceV1<'a> {
    gates: Vec<GateV1<'a>>,
    policy_commit: Option<Cow<'a, str>>,
    loosened: Cow<'a, [String]>,
    frameworks: Vec<FrameworkV1<'a>>,
}

#[derive(Serialize, Deserialize)]
struct GateV1<'a> {
    name: Cow<'a, str>,
    asked: Cow<'a, str>,
    actual: Cow<'a, str>,
    met: bool,
    reason: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct FrameworkV1<'a> {
    id: Cow<'a, str>,
    title: Cow<'a, str>,
    version: Cow<'a, str>,
    about: Cow<'a, str>,
    controls: Vec<ControlV1<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ControlV1<'a> {
    id: Cow<'a, str>,
    title: Cow<'a, str>,
    status: ControlStatus,
    supports: Vec<Cow<'a, str>>,
    lacks: Vec<Cow<'a, str>>,
    silent: Vec<Cow<'a, str>>,
    beyond: Cow<'a, str>,
}

impl<'a> From<&'a Governance> for GovernanceV1<'a> {
    fn from(governance: &'a Governance) -> Self {
        Self {
            gates: governance.gates.iter().map(GateV1::from).collect(),
            policy_commit: governance.policy_commit.as_deref().map(Cow::Borrowed),
            loosened: Cow::Borrowed(&governance.loosened),
            frameworks: governance.frameworks.iter().map(FrameworkV1::from).collect(),
        }
    }
}

impl<'a> From<&'a Gate> for GateV1<'a> {
    fn from(gate: &'a Gate) -> Self {
        Self {
            name: gate.name.as_str().into(),
            asked: gate.asked.as_str().into(),
            actual: gate.actual.as_str().into(),
            met: gate.is_met,
            reason: gate.reason.as_str().into(),
        }
    }
}

impl<'a> From<&'a FrameworkResult> for FrameworkV1<'a> {
    fn from(framework: &'a FrameworkResult) -> Self {
        Self {
            id: framework.id.as_str().into(),
            title: framework.title.as_str().into(),
            version: framework.version.as_str().into(),
            about: framework.about.as_str().into(),
            controls: framework.controls.iter().map(ControlV1::from).collect(),
        }
    }
}

impl<'a> From<&'a ControlResult> for ControlV1<'a> {
    fn from(control: &'a ControlResult) -> Self {
        let ids = |rules: &'a [RuleId]| rules.iter().map(|id| Cow::Borrowed(id.as_str())).collect();
        Self {
            id: control.id.as_str().into(),
            title: control.title.as_str().into(),
            status: control.status,
            supports: ids(&control.supports),
            lacks: ids(&control.lacks),
            silent: ids(&control.silent),
            beyond: control.beyond.as_str().into(),
        }
    }
}

impl GovernanceV1<'_> {
    /// What a report says, as it was.
    pub(super) fn read(self) -> Result<Governance, ReportError> {
        let gate = |gate: GateV1<'_>| Gate {
            name: gate.name.into_owned(),
            asked: gate.asked.into_owned(),
            actual: gate.actual.into_owned(),
            is_met: gate.met,
            reason: gate.reason.into_owned(),
        };
        Ok(Governance {
            gates: self.gates.into_iter().map(gate).collect(),
            policy_commit: self.policy_commit.map(Cow::into_owned),
            loosened: self.loosened.into_owned(),
            frameworks: self.frameworks.into_iter().map(FrameworkV1::read).collect::<Result<_, _>>()?,
        })
    }
}

impl FrameworkV1<'_> {
    fn read(self) -> Result<FrameworkResult, ReportError> {
        let ids = |list: Vec<Cow<'_, str>>| list.iter().map(|id| rule_id(id)).collect::<Result<Vec<RuleId>, _>>();
        let control = |control: ControlV1<'_>| {
            Ok(ControlResult {
                id: control.id.into_owned(),
                title: control.title.into_owned(),
                status: control.status,
                supports: ids(control.supports)?,
                lacks: ids(control.lacks)?,
                silent: ids(control.silent)?,
                beyond: control.beyond.into_owned(),
            })
        };
        Ok(FrameworkResult {
            id: self.id.into_owned(),
            title: self.title.into_owned(),
            version: self.version.into_owned(),
            about: self.about.into_owned(),
            controls: self.controls.into_iter().map(control).collect::<Result<_, ReportError>>()?,
        })
    }
}
