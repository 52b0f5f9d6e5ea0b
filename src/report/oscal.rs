//! OSCAL assessment results 1.1: what was examined, as observations, and what they say about controls, as findings, for
//! programs of governance and compliance. Every claim is evidence for a control, none is a statement of compliance.
//!
//! Identities are version-5 UUIDs of names, so that two scans of one tree give the same bytes. The time is the report's
//! date; without one, the epoch, since the format wants a time.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{ReportError, plain};
use crate::facts::RuleId;
use crate::rules::{Outcome, Status};
use crate::score::{Assessment, ControlResult, ControlStatus, FrameworkResult, Waived};

/// The version of the format.
const VERSION: &str = "1.1.3";
/// The namespace of our identities.
const NAMESPACE: Uuid = Uuid::from_u128(0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8);

pub(super) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let report = Report { assessment, root: root(assessment) };
    let mut text = serde_json::to_string_pretty(&report.value())?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}

/// What identities of this report start from: the repository, its commit, the rules.
fn root(assessment: &Assessment) -> Uuid {
    let commit = assessment.repository.commit.as_deref().unwrap_or_default();
    let name = [assessment.repository.name.as_str(), commit, assessment.tool.rules_digest.as_str()].join("\n");
    Uuid::new_v5(&NAMESPACE, format!("auditor:{name}").as_bytes())
}

struct Report<'a> {
    assessment: &'a Assessment,
    root: Uuid,
}

impl Report<'_> {
    fn id(&self, kind: &str, name: &str) -> String {
        Uuid::new_v5(&self.root, format!("{kind}\n{name}").as_bytes()).to_string()
    }

    fn time(&self) -> String {
        format!("{}T00:00:00Z", self.assessment.date.as_deref().unwrap_or("1970-01-01"))
    }

    fn value(&self) -> Value {
        let assessment = self.assessment;
        let name = text(&assessment.repository.name);
        let tool = format!("{} {}", assessment.tool.name, assessment.tool.version);
        let plan = self.id("resource", "plan");
        json!({
            "assessment-results": {
                "uuid": self.id("assessment-results", ""),
                "metadata": {
                    "title": format!("Assessment of the repository {name}"),
                    "last-modified": self.time(),
                    "version": assessment.repository.commit.as_deref().unwrap_or("unversioned"),
                    "oscal-version": VERSION,
                    "remarks": format!("Made by {tool}: evidence for controls, and no statement of compliance."),
                },
                "import-ap": { "href": format!("#{plan}") },
                "results": [self.result(&tool)],
                "back-matter": { "resources": [{
                    "uuid": plan,
                    "title": "Plan of the assessment",
                    "description": format!("The repository is examined as it stands, offline, by the rules {} of {tool}.", assessment.tool.rules_digest),
                }] },
            }
        })
    }

    fn result(&self, tool: &str) -> Value {
        let assessment = self.assessment;
        let frameworks = &assessment.governance.frameworks;
        let judged = frameworks.iter().flat_map(|own| own.controls.iter().map(move |control| (own, control)));
        let findings: Vec<Value> = judged
            .filter(|(_, control)| control.status != ControlStatus::NotAssessable)
            .map(|(framework, control)| self.finding(framework, control))
            .collect();
        let all: Vec<Value> = frameworks
            .iter()
            .flat_map(|own| own.controls.iter().map(move |control| json!({ "control-id": control_id(own, control) })))
            .collect();
        let selection = if all.is_empty() { json!({ "include-all": {} }) } else { json!({ "include-controls": all }) };
        let mut result = Map::new();
        let mut set = |key: &str, value: Value| result.insert(key.to_owned(), value);
        set("uuid", json!(self.id("result", "")));
        set("title", json!(format!("Scan by {tool}")));
        set("description", json!(summary(assessment)));
        set("start", json!(self.time()));
        set("local-definitions", json!({ "components": [self.component(tool)] }));
        set("reviewed-controls", json!({ "control-selections": [selection] }));
        // Empty lists are not valid.
        let observations: Vec<Value> = assessment.outcomes.iter().map(|outcome| self.observation(outcome)).collect();
        if !observations.is_empty() {
            set("observations", json!(observations));
        }
        let risks: Vec<Value> = assessment.waived.iter().map(|waived| self.risk(waived)).collect();
        if !risks.is_empty() {
            set("risks", json!(risks));
        }
        if !findings.is_empty() {
            set("findings", json!(findings));
        }
        Value::Object(result)
    }

    fn component(&self, tool: &str) -> Value {
        json!({
            "uuid": self.id("component", "tool"),
            "type": "software",
            "title": tool,
            "description": "Examines repositories by rules.",
            "status": { "state": "operational" },
        })
    }

    /// What a rule saw.
    fn observation(&self, outcome: &Outcome) -> Value {
        let rule = &outcome.rule;
        let mut value = json!({
            "uuid": self.id("observation", rule.id.as_str()),
            "title": text(&rule.title),
            "description": text(&format!("{}: {}", outcome.status.name(), outcome.reason)),
            "props": [
                { "name": "rule", "ns": "https://auditor.invalid/ns", "value": rule.id.as_str() },
                { "name": "status", "ns": "https://auditor.invalid/ns", "value": outcome.status.name() },
            ],
            "methods": ["EXAMINE"],
            "origins": [{ "actors": [{ "type": "tool", "actor-uuid": self.id("component", "tool") }] }],
            "collected": self.time(),
        });
        let evidence = outcome.evidence.iter().map(|it| (&it.place, it.detail.as_str()));
        let findings = outcome.findings.iter().map(|it| (&it.place, it.message.as_str()));
        let seen: Vec<Value> = evidence
            .chain(findings.filter(|_| matches!(outcome.status, Status::Partial | Status::Fail)))
            .filter(|(place, _)| !place.path.is_empty())
            .map(|(place, said)| {
                let href = format!("{}#L{}", plain::uri(&place.path), place.span.line.max(1));
                json!({ "href": href, "description": text(said) })
            })
            .collect();
        if let (Some(object), false) = (value.as_object_mut(), seen.is_empty()) {
            object.insert("relevant-evidence".to_owned(), json!(seen));
        }
        value
    }

    /// What observations say about a control.
    fn finding(&self, framework: &FrameworkResult, control: &ControlResult) -> Value {
        let (state, reason) = match control.status {
            ControlStatus::Satisfied => ("satisfied", "pass"),
            ControlStatus::Failed => ("not-satisfied", "fail"),
            ControlStatus::Partial | ControlStatus::NotAssessable => ("not-satisfied", "other"),
        };
        let target = control_id(framework, control);
        let rules: std::collections::BTreeSet<&str> =
            control.supports.iter().chain(&control.lacks).map(RuleId::as_str).collect();
        let related: Vec<Value> =
            rules.iter().map(|rule| json!({ "observation-uuid": self.id("observation", rule) })).collect();
        json!({
            "uuid": self.id("finding", &target),
            "title": text(&format!("{} {}: {}", framework.title, control.id, control.title)),
            "description": text(&format!("Evidence for this control: {}. What no scan can show: {}", control.status.name(), control.beyond)),
            "target": {
                "type": "objective-id",
                "target-id": target,
                "status": { "state": state, "reason": reason, "remarks": format!("evidence: {}", control.status.name()) },
            },
            "related-observations": related,
        })
    }

    /// An accepted finding.
    fn risk(&self, waived: &Waived) -> Value {
        let until = waived.expires.as_deref().map(|date| format!(" until {date}")).unwrap_or_default();
        let owner = waived.owner.as_deref().unwrap_or("a comment in the code");
        json!({
            "uuid": self.id("risk", &format!("{}\n{}\n{}", waived.rule, waived.path, waived.fingerprint)),
            "title": text(&format!("Accepted: {}", waived.rule)),
            "description": text(&format!("{}:{} {}", waived.path, waived.line, waived.message)),
            "statement": text(&format!("{} (accepted by {owner}{until})", waived.reason)),
            "status": "deviation-approved",
        })
    }
}

fn summary(assessment: &Assessment) -> String {
    let score = assessment.score.overall.map_or_else(|| "no score".to_owned(), |score| format!("{score:.1} of 10"));
    let coverage = assessment.score.coverage_percent;
    format!(
        "Overall {score}, verdict {}; {coverage} % of what applies could be judged.",
        assessment.score.verdict.name()
    )
}

/// A control as a token: a letter first, and no characters beyond letters, digits, `.`, `-` and `_`.
fn control_id(framework: &FrameworkResult, control: &ControlResult) -> String {
    let id = control.id.to_ascii_lowercase().replace('(', ".").replace(')', "");
    let id: String = id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
    format!("{}_{id}", framework.id)
}

/// A text that is neither empty nor surrounded by blanks, which the format refuses.
fn text(text: &str) -> String {
    match plain::one_line(text).trim() {
        "" => "–".to_owned(),
        text => text.to_owned(),
    }
}
