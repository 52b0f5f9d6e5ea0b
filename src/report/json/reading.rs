//! From the names of the report back to an assessment. Matchers and reasons of components are no part of a report, and no
//! format shows them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::form::{
    CategoryV1, ComponentV1, DiagnosticV1, EvidenceV1, FileV1, FindingV1, FoundToolV1, ReportV1, RuleV1, ScoreV1,
    Thousandths, UseV1, WaivedV1,
};
use crate::facts::{Component, Conclusion, Diagnostic, Language, Place, RuleId, Severity, Span};
use crate::model::{FoundTool, FoundUse};
use crate::report::ReportError;
use crate::rules::{Act, Advice, Applies, Counts, Evidence, Excerpt, Finding, NewFile, Outcome, Remedy, Rule, Tally};
use crate::score::{Assessment, CategoryScore, Score, Summary, Tool, Waived};

pub(super) fn assessment(report: ReportV1<'_>) -> Result<Assessment, ReportError> {
    let ReportV1 {
        tool, repository, components, tools, score, categories, rules, waived, governance, diagnostics, ..
    } = report;
    Ok(Assessment {
        tool: Tool {
            name: tool.name.into_owned(),
            version: tool.version.into_owned(),
            rules: tool.rules,
            rules_digest: tool.rules_digest.into_owned(),
        },
        date: repository.date.map(Into::into),
        repository: Summary {
            name: repository.name.into_owned(),
            commit: repository.commit.map(Into::into),
            branch: repository.branch.map(Into::into),
            dirty: repository.dirty,
            files: repository.files,
            bytes: repository.bytes,
            source_files: repository.source_files,
            profile: repository.profile.into_owned(),
            overlays: repository.overlays.into_owned(),
        },
        components: components.into_iter().map(component).collect(),
        tools: tools.into_iter().map(found).collect(),
        score: scores(score)?,
        categories: categories.into_iter().map(category).collect(),
        outcomes: rules.into_iter().map(outcome).collect::<Result<_, _>>()?,
        waived: waived.into_iter().map(accepted).collect::<Result<_, _>>()?,
        governance: governance.read()?,
        diagnostics: diagnostics.into_iter().map(diagnostic).collect(),
    })
}

pub(super) fn rule_id(text: &str) -> Result<RuleId, ReportError> {
    RuleId::parse(text).ok_or_else(|| ReportError::NoRule(super::plain::one_line(text)))
}

fn component(form: ComponentV1<'_>) -> Component {
    let nowhere = || Conclusion { reason: String::new(), place: Place { path: Arc::from(""), span: Span::START } };
    Component {
        path: form.path.into_owned(),
        name: form.name.into_owned(),
        kinds: form.kinds.into_iter().map(|kind| (kind, nowhere())).collect(),
        languages: form.languages.iter().filter_map(|name| Language::from_name(name)).collect(),
        frameworks: form.frameworks.into_owned(),
        package_manager: form.package_manager.map(Into::into),
        is_documentation: form.documentation,
        ..Component::default()
    }
}

fn found(form: FoundToolV1<'_>) -> FoundTool {
    let used = |form: UseV1<'_>| FoundUse {
        how: HOW.iter().copied().find(|how| *how == form.how).unwrap_or_default(),
        role: form.role,
        place: Place { path: Arc::from(&*form.path), span: form.region.into() },
    };
    FoundTool {
        id: form.id.into_owned(),
        title: form.title.into_owned(),
        topics: form.purposes.into_owned(),
        uses: form.uses.into_iter().map(used).collect(),
    }
}

/// How tools show.
const HOW: &[&str] = &["import", "dependency", "setup", "file", "command", "action", "resource"];

fn scores(form: ScoreV1<'_>) -> Result<Score, ReportError> {
    let groups: BTreeMap<String, Option<f64>> =
        form.groups.into_iter().map(|(group, score)| (group.into_owned(), score.map(|score| score.0))).collect();
    Ok(Score {
        overall: form.overall.map(|score| score.0),
        verdict: form.verdict,
        compliance_percent: form.compliance_percent,
        coverage_percent: form.coverage_percent,
        groups,
        blockers: form.blockers.iter().map(|id| rule_id(id)).collect::<Result<_, _>>()?,
    })
}

fn category(form: CategoryV1<'_>) -> CategoryScore {
    let counts = form.counts;
    CategoryScore {
        id: Arc::from(&*form.id),
        title: form.title.into_owned(),
        weight: form.weight,
        score: form.score.map(|score| score.0),
        status: form.status,
        counts: Counts {
            pass: counts.pass,
            partial: counts.partial,
            fail: counts.fail,
            not_applicable: counts.not_applicable,
            unknown: counts.unknown,
        },
    }
}

fn outcome(form: RuleV1<'_>) -> Result<Outcome, ReportError> {
    // An older report says only what it takes here, which then is all that is known.
    let Thousandths(hours) = form.remedy.hours_once.unwrap_or(form.remedy.hours);
    let hours_each = form.remedy.hours_each.map_or(0.0, |hours| hours.0);
    let file = |file: FileV1<'_>| NewFile { path: file.path.into_owned(), text: file.text.into_owned() };
    let files: Vec<NewFile> = form.remedy.files.into_iter().map(file).collect();
    let rule = Rule {
        id: rule_id(&form.id)?,
        title: form.title.into_owned(),
        kind: form.kind,
        severity: form.severity,
        weight: form.weight,
        is_vulnerability: form.vulnerability,
        what: form.what.into_owned(),
        why: form.why.into_owned(),
        applies: Applies::default(),
        evidence: Vec::new(),
        defects: Vec::new(),
        undecided: Vec::new(),
        missing: None,
        density: None,
        remedy: Remedy { summary: form.remedy.summary.into_owned(), horizon: form.remedy.horizon, hours, hours_each },
        controls: form.controls.into_owned(),
    };
    Ok(Outcome {
        rule: Arc::new(rule),
        status: form.status,
        ratio: form.ratio.0,
        reason: form.reason.into_owned(),
        evidence: form.evidence.into_iter().map(evidence).collect(),
        findings: form.findings.into_iter().map(finding).collect(),
        tally: Tally::None,
        advice: (!files.is_empty()).then_some(Advice { summary: None, files }),
    })
}

fn evidence(form: EvidenceV1<'_>) -> Evidence {
    let span = Span {
        line: form.line,
        column: form.column.unwrap_or(1),
        end_line: form.end_line.unwrap_or(form.line),
        end_column: form.end_column.unwrap_or(1),
    };
    Evidence { place: Place { path: Arc::from(&*form.path), span }, detail: form.detail.into_owned() }
}

fn finding(form: FindingV1<'_>) -> Finding {
    let span = Span { line: form.line, column: form.column, end_line: form.end_line, end_column: form.end_column };
    Finding {
        place: Place { path: Arc::from(&*form.path), span },
        message: form.message.into_owned(),
        severity: form.severity,
        fingerprint: form.fingerprint.into_owned(),
        component: form.component.map(Into::into),
        counts: form.counts.unwrap_or(form.severity > Severity::Info),
        is_old: form.old,
        line_hash: form.line_hash.map(Into::into),
        act: match form.adds {
            Some(path) => Act::Add(path.into_owned()),
            None if form.elsewhere => Act::Elsewhere,
            None => Act::Here,
        },
        excerpt: form.excerpt.map(|excerpt| Excerpt { line: excerpt.line, lines: excerpt.lines.into_owned() }),
    }
}

fn accepted(form: WaivedV1<'_>) -> Result<Waived, ReportError> {
    Ok(Waived {
        rule: rule_id(&form.rule)?,
        path: form.path.into_owned(),
        line: form.line,
        message: form.message.into_owned(),
        fingerprint: form.fingerprint.into_owned(),
        reason: form.reason.into_owned(),
        owner: form.owner.map(Into::into),
        expires: form.expires.map(Into::into),
    })
}

fn diagnostic(form: DiagnosticV1<'_>) -> Diagnostic {
    Diagnostic {
        path: form.path.map(|path| Arc::from(&*path)),
        span: form.region.map(Span::from),
        level: form.level,
        message: form.message.into_owned(),
    }
}
