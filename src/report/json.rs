//! The JSON report: an interface for other programs. Its names stand here, apart from the types inside, so that those
//! can change freely; `reports/schema/report.schema.json` describes the same.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::governance::GovernanceV1;
use super::{ReportError, plain};
use crate::facts::{Component, Diagnostic, RuleId};
use crate::model::{FoundTool, FoundUse};
use crate::rules::{Counts, Evidence, Finding, Outcome};
use crate::score::{Assessment, CategoryScore, Score, Summary, Tool, Waived};

/// Changes when a name does.
const SCHEMA_VERSION: &str = "1";

pub(super) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(&ReportV1::new(assessment))?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}

#[derive(Serialize)]
struct ReportV1<'a> {
    schema_version: &'static str,
    tool: ToolV1<'a>,
    repository: RepositoryV1<'a>,
    components: Vec<ComponentV1<'a>>,
    tools: Vec<FoundToolV1<'a>>,
    score: ScoreV1<'a>,
    categories: Vec<CategoryV1<'a>>,
    rules: Vec<RuleV1<'a>>,
    waived: Vec<WaivedV1<'a>>,
    governance: GovernanceV1<'a>,
    diagnostics: Vec<DiagnosticV1<'a>>,
}

#[derive(Serialize)]
struct ToolV1<'a> {
    name: &'a str,
    version: &'a str,
    rules: usize,
    rules_digest: &'a str,
}

#[derive(Serialize)]
struct RepositoryV1<'a> {
    name: &'a str,
    commit: Option<&'a str>,
    branch: Option<&'a str>,
    dirty: bool,
    files: usize,
    bytes: u64,
    profile: &'a str,
    overlays: &'a [String],
}

#[derive(Serialize)]
struct ComponentV1<'a> {
    path: &'a str,
    name: &'a str,
    kinds: Vec<&'static str>,
    languages: Vec<&'static str>,
    frameworks: &'a [String],
    package_manager: Option<&'a str>,
}

#[derive(Serialize)]
struct FoundToolV1<'a> {
    id: &'a str,
    title: &'a str,
    purposes: &'a [String],
    uses: Vec<UseV1<'a>>,
}

#[derive(Serialize)]
struct UseV1<'a> {
    #[serde(rename = "use")]
    how: &'static str,
    path: &'a str,
    line: u32,
}

#[derive(Serialize)]
struct ScoreV1<'a> {
    overall: Option<Tenths>,
    verdict: &'static str,
    compliance_percent: Option<u8>,
    coverage_percent: u8,
    groups: BTreeMap<&'a str, Option<Tenths>>,
    blockers: Vec<&'a str>,
}

#[derive(Serialize)]
struct CategoryV1<'a> {
    id: &'a str,
    title: &'a str,
    weight: u32,
    score: Option<Tenths>,
    status: &'static str,
    counts: CountsV1,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct CountsV1 {
    pass: usize,
    partial: usize,
    fail: usize,
    not_applicable: usize,
    unknown: usize,
}

#[derive(Serialize)]
struct RuleV1<'a> {
    id: &'a str,
    title: &'a str,
    category: &'a str,
    kind: &'static str,
    severity: &'static str,
    weight: u32,
    status: &'static str,
    ratio: Thousandths,
    reason: &'a str,
    evidence: Vec<EvidenceV1<'a>>,
    findings: Vec<FindingV1<'a>>,
    counts: FindingCountsV1,
    remedy: RemedyV1<'a>,
}

#[derive(Serialize)]
struct EvidenceV1<'a> {
    path: &'a str,
    line: u32,
    detail: &'a str,
}

#[derive(Serialize)]
struct FindingV1<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: &'a str,
    severity: &'static str,
    fingerprint: &'a str,
    component: Option<&'a str>,
}

/// Findings that cost something; those of severity `info` are listed and not counted.
#[derive(Serialize)]
struct FindingCountsV1 {
    findings: usize,
    files: usize,
}

#[derive(Serialize)]
struct RemedyV1<'a> {
    summary: &'a str,
    horizon: &'static str,
    hours: Thousandths,
}

#[derive(Serialize)]
struct WaivedV1<'a> {
    rule: &'a str,
    path: &'a str,
    line: u32,
    message: &'a str,
    fingerprint: &'a str,
    reason: &'a str,
    owner: Option<&'a str>,
    expires: Option<&'a str>,
}

#[derive(Serialize)]
struct DiagnosticV1<'a> {
    level: crate::facts::Level,
    path: Option<&'a str>,
    message: &'a str,
}

/// A number with one decimal and no noise behind it.
struct Tenths(f64);

impl Serialize for Tenths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 10.0).round() / 10.0)
    }
}

/// A number with at most three decimals.
struct Thousandths(f64);

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 1000.0).round() / 1000.0)
    }
}

impl<'a> ReportV1<'a> {
    fn new(assessment: &'a Assessment) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: ToolV1::new(&assessment.tool),
            repository: RepositoryV1::new(&assessment.repository),
            components: assessment.components.iter().map(ComponentV1::new).collect(),
            tools: assessment.tools.iter().map(FoundToolV1::new).collect(),
            score: ScoreV1::new(&assessment.score),
            categories: assessment.categories.iter().map(CategoryV1::new).collect(),
            rules: assessment.outcomes.iter().map(RuleV1::new).collect(),
            waived: assessment.waived.iter().map(WaivedV1::new).collect(),
            governance: GovernanceV1::new(&assessment.governance),
            diagnostics: assessment.diagnostics.iter().map(DiagnosticV1::new).collect(),
        }
    }
}

impl<'a> ToolV1<'a> {
    fn new(tool: &'a Tool) -> Self {
        Self { name: tool.name, version: tool.version, rules: tool.rules, rules_digest: &tool.rules_digest }
    }
}

impl<'a> RepositoryV1<'a> {
    fn new(repository: &'a Summary) -> Self {
        Self {
            name: &repository.name,
            commit: repository.commit.as_deref(),
            branch: repository.branch.as_deref(),
            dirty: repository.dirty,
            files: repository.files,
            bytes: repository.bytes,
            profile: &repository.profile,
            overlays: &repository.overlays,
        }
    }
}

impl<'a> FoundToolV1<'a> {
    fn new(tool: &'a FoundTool) -> Self {
        let one = |it: &'a FoundUse| UseV1 { how: it.how, path: &it.place.path, line: it.place.span.line };
        Self { id: &tool.id, title: &tool.title, purposes: &tool.topics, uses: tool.uses.iter().map(one).collect() }
    }
}

impl<'a> ComponentV1<'a> {
    fn new(component: &'a Component) -> Self {
        Self {
            path: &component.path,
            name: &component.name,
            kinds: component.kinds.keys().map(|kind| kind.name()).collect(),
            languages: component.languages.iter().map(|language| language.name()).collect(),
            frameworks: &component.frameworks,
            package_manager: component.package_manager.as_deref(),
        }
    }
}

impl<'a> ScoreV1<'a> {
    fn new(score: &'a Score) -> Self {
        Self {
            overall: score.overall.map(Tenths),
            verdict: score.verdict.name(),
            compliance_percent: score.compliance_percent,
            coverage_percent: score.coverage_percent,
            groups: score.groups.iter().map(|(group, score)| (group.as_str(), score.map(Tenths))).collect(),
            blockers: score.blockers.iter().map(RuleId::as_str).collect(),
        }
    }
}

impl<'a> CategoryV1<'a> {
    fn new(category: &'a CategoryScore) -> Self {
        let Counts { pass, partial, fail, not_applicable, unknown } = category.counts;
        Self {
            id: &category.id,
            title: &category.title,
            weight: category.weight,
            score: category.score.map(Tenths),
            status: category.status.name(),
            counts: CountsV1 { pass, partial, fail, not_applicable, unknown },
        }
    }
}

impl<'a> RuleV1<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        let rule = &outcome.rule;
        let counted = super::document::Counted::of(outcome);
        Self {
            id: rule.id.as_str(),
            title: &rule.title,
            category: rule.id.category(),
            kind: rule.kind.name(),
            severity: rule.severity.name(),
            weight: rule.weight,
            status: outcome.status.name(),
            ratio: Thousandths(outcome.ratio),
            reason: &outcome.reason,
            evidence: outcome.evidence.iter().map(EvidenceV1::new).collect(),
            findings: outcome.findings.iter().map(FindingV1::new).collect(),
            counts: FindingCountsV1 { findings: counted.findings, files: counted.files },
            remedy: RemedyV1 {
                summary: &rule.remedy.summary,
                horizon: rule.remedy.horizon.name(),
                hours: Thousandths(outcome.hours()),
            },
        }
    }
}

impl<'a> EvidenceV1<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        Self { path: &evidence.place.path, line: evidence.place.span.line, detail: &evidence.detail }
    }
}

impl<'a> FindingV1<'a> {
    fn new(finding: &'a Finding) -> Self {
        let span = finding.place.span;
        Self {
            path: &finding.place.path,
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
            message: &finding.message,
            severity: finding.severity.name(),
            fingerprint: &finding.fingerprint,
            component: finding.component.as_deref(),
        }
    }
}

impl<'a> WaivedV1<'a> {
    fn new(waived: &'a Waived) -> Self {
        Self {
            rule: waived.rule.as_str(),
            path: &waived.path,
            line: waived.line.max(1),
            message: &waived.message,
            fingerprint: &waived.fingerprint,
            reason: &waived.reason,
            owner: waived.owner.as_deref(),
            expires: waived.expires.as_deref(),
        }
    }
}

impl<'a> DiagnosticV1<'a> {
    fn new(diagnostic: &'a Diagnostic) -> Self {
        Self { level: diagnostic.level, path: diagnostic.path.as_deref(), message: &diagnostic.message }
    }
}
