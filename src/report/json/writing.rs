//! From an assessment to the names of the report.

use std::borrow::Cow;

use super::SCHEMA_VERSION;
use super::form::{
    CategoryV1, ComponentV1, CountsV1, DiagnosticV1, EvidenceV1, ExcerptV1, FileV1, FindingCountsV1, FindingV1,
    FoundToolV1, RegionV1, RemedyV1, ReportV1, RepositoryV1, RuleV1, ScoreV1, Tenths, Thousandths, ToolV1, UseV1,
    WaivedV1,
};
use super::governance::GovernanceV1;
use crate::facts::{Component, Diagnostic, Span};
use crate::model::{FoundTool, FoundUse};
use crate::report::document::Counted;
use crate::rules::{Act, Counts, Evidence, Excerpt, Finding, NewFile, Outcome};
use crate::score::{Assessment, CategoryScore, Score, Tool, Waived};

/// A list in the form of the report.
fn each<'a, T, F: From<&'a T>>(items: &'a [T]) -> Vec<F> {
    items.iter().map(F::from).collect()
}

impl<'a> From<&'a Assessment> for ReportV1<'a> {
    fn from(assessment: &'a Assessment) -> Self {
        Self {
            schema_version: SCHEMA_VERSION.into(),
            tool: ToolV1::from(&assessment.tool),
            repository: repository(assessment),
            components: each(&assessment.components),
            tools: each(&assessment.tools),
            score: ScoreV1::from(&assessment.score),
            categories: each(&assessment.categories),
            rules: each(&assessment.outcomes),
            waived: each(&assessment.waived),
            governance: GovernanceV1::from(&assessment.governance),
            diagnostics: each(&assessment.diagnostics),
        }
    }
}

impl<'a> From<&'a Tool> for ToolV1<'a> {
    fn from(tool: &'a Tool) -> Self {
        Self {
            name: tool.name.as_str().into(),
            version: tool.version.as_str().into(),
            rules: tool.rules,
            rules_digest: tool.rules_digest.as_str().into(),
        }
    }
}

fn repository(assessment: &Assessment) -> RepositoryV1<'_> {
    let repository = &assessment.repository;
    RepositoryV1 {
        name: repository.name.as_str().into(),
        commit: repository.commit.as_deref().map(Cow::from),
        branch: repository.branch.as_deref().map(Cow::from),
        date: assessment.date.as_deref().map(Cow::from),
        dirty: repository.dirty,
        files: repository.files,
        source_files: repository.source_files,
        bytes: repository.bytes,
        profile: repository.profile.as_str().into(),
        overlays: repository.overlays.as_slice().into(),
    }
}

impl<'a> From<&'a Component> for ComponentV1<'a> {
    fn from(component: &'a Component) -> Self {
        Self {
            path: component.path.as_str().into(),
            name: component.name.as_str().into(),
            kinds: component.kinds.keys().copied().collect(),
            languages: component.languages.iter().map(|language| language.name().into()).collect(),
            frameworks: component.frameworks.as_slice().into(),
            package_manager: component.package_manager.as_deref().map(Cow::from),
            documentation: component.is_documentation,
        }
    }
}

impl<'a> From<&'a FoundTool> for FoundToolV1<'a> {
    fn from(tool: &'a FoundTool) -> Self {
        Self {
            id: tool.id.as_str().into(),
            title: tool.title.as_str().into(),
            purposes: tool.topics.as_slice().into(),
            uses: each(&tool.uses),
        }
    }
}

impl<'a> From<&'a FoundUse> for UseV1<'a> {
    fn from(found: &'a FoundUse) -> Self {
        Self {
            how: found.how.into(),
            role: found.role,
            path: (&*found.place.path).into(),
            region: RegionV1::from(found.place.span),
        }
    }
}

impl<'a> From<&'a Score> for ScoreV1<'a> {
    fn from(score: &'a Score) -> Self {
        Self {
            overall: score.overall.map(Tenths),
            verdict: score.verdict,
            compliance_percent: score.compliance_percent,
            coverage_percent: score.coverage_percent,
            groups: score.groups.iter().map(|(group, score)| (group.as_str().into(), score.map(Tenths))).collect(),
            blockers: score.blockers.iter().map(|rule| rule.as_str().into()).collect(),
        }
    }
}

impl<'a> From<&'a CategoryScore> for CategoryV1<'a> {
    fn from(category: &'a CategoryScore) -> Self {
        let Counts { pass, partial, fail, not_applicable, unknown } = category.counts;
        Self {
            id: (&*category.id).into(),
            title: category.title.as_str().into(),
            weight: category.weight,
            score: category.score.map(Tenths),
            status: category.status,
            counts: CountsV1 { pass, partial, fail, not_applicable, unknown },
        }
    }
}

impl<'a> From<&'a Outcome> for RuleV1<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        let rule = &outcome.rule;
        let counted = Counted::of(outcome);
        Self {
            id: rule.id.as_str().into(),
            title: rule.title.as_str().into(),
            category: rule.id.category().into(),
            kind: rule.kind,
            severity: rule.severity,
            weight: rule.weight,
            vulnerability: rule.is_vulnerability,
            what: rule.what.as_str().into(),
            why: rule.why.as_str().into(),
            controls: Cow::Borrowed(&rule.controls),
            status: outcome.status,
            ratio: Thousandths(outcome.ratio),
            reason: outcome.reason.as_str().into(),
            evidence: each(&outcome.evidence),
            findings: each(&outcome.findings),
            counts: FindingCountsV1 { findings: counted.findings, files: counted.files },
            remedy: RemedyV1 {
                summary: outcome.remedy().into(),
                horizon: outcome.horizon(),
                hours: Thousandths(outcome.hours()),
                hours_once: Some(Thousandths(rule.remedy.hours)),
                hours_each: Some(Thousandths(rule.remedy.hours_each)),
                files: outcome.advice.iter().flat_map(|advice| &advice.files).map(FileV1::from).collect(),
            },
        }
    }
}

impl<'a> From<&'a NewFile> for FileV1<'a> {
    fn from(file: &'a NewFile) -> Self {
        Self { path: file.path.as_str().into(), text: file.text.as_str().into() }
    }
}

impl<'a> From<&'a Evidence> for EvidenceV1<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        let span = evidence.place.span;
        Self {
            path: (&*evidence.place.path).into(),
            line: span.line,
            column: Some(span.column),
            end_line: Some(span.end_line),
            end_column: Some(span.end_column),
            detail: evidence.detail.as_str().into(),
        }
    }
}

impl<'a> From<&'a Finding> for FindingV1<'a> {
    fn from(finding: &'a Finding) -> Self {
        let span = finding.place.span;
        Self {
            path: (&*finding.place.path).into(),
            line: span.line,
            column: span.column,
            end_line: span.end_line,
            end_column: span.end_column,
            message: finding.message.as_str().into(),
            severity: finding.severity,
            fingerprint: finding.fingerprint.as_str().into(),
            component: finding.component.as_deref().map(Cow::from),
            counts: Some(finding.counts),
            old: finding.is_old,
            line_hash: finding.line_hash.as_deref().map(Cow::from),
            excerpt: finding.excerpt.as_ref().map(ExcerptV1::from),
            adds: match &finding.act {
                Act::Add(path) => Some(path.as_str().into()),
                Act::Here | Act::Elsewhere => None,
            },
            elsewhere: finding.act == Act::Elsewhere,
        }
    }
}

impl<'a> From<&'a Excerpt> for ExcerptV1<'a> {
    fn from(excerpt: &'a Excerpt) -> Self {
        Self { line: excerpt.line, lines: excerpt.lines.as_slice().into() }
    }
}

impl From<Span> for RegionV1 {
    fn from(Span { line, column, end_line, end_column }: Span) -> Self {
        Self { line, column, end_line, end_column }
    }
}

impl<'a> From<&'a Waived> for WaivedV1<'a> {
    fn from(waived: &'a Waived) -> Self {
        Self {
            rule: waived.rule.as_str().into(),
            path: waived.path.as_str().into(),
            line: waived.line.max(1),
            message: waived.message.as_str().into(),
            fingerprint: waived.fingerprint.as_str().into(),
            reason: waived.reason.as_str().into(),
            owner: waived.owner.as_deref().map(Into::into),
            expires: waived.expires.as_deref().map(Into::into),
        }
    }
}

impl<'a> From<&'a Diagnostic> for DiagnosticV1<'a> {
    fn from(diagnostic: &'a Diagnostic) -> Self {
        Self {
            level: diagnostic.level,
            path: diagnostic.path.as_deref().map(Cow::from),
            region: diagnostic.span.map(RegionV1::from),
            message: diagnostic.message.as_str().into(),
        }
    }
}
