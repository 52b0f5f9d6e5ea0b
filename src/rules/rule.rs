//! A rule, compiled: ready to be matched against facts.

use std::collections::BTreeMap;

use super::matcher::Matcher;
use crate::facts::{ComponentKind, Horizon, Kind, RuleId, Severity};

/// Whether a rule expects a practice or forbids a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// A practice that should be there.
    Expect,
    /// A defect that should not be there.
    Forbid,
}

impl RuleKind {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Expect => "expect",
            Self::Forbid => "forbid",
        }
    }
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id, from its path.
    pub id: RuleId,
    /// A short title: the practice, or the defect.
    pub title: String,
    /// Whether it expects or forbids.
    pub kind: RuleKind,
    /// How bad a finding is.
    pub severity: Severity,
    /// Its weight inside the category.
    pub weight: u32,
    /// Whether a finding is something that an attacker can use.
    pub is_vulnerability: bool,
    /// What counts, for users.
    pub what: String,
    /// What goes wrong without it.
    pub why: String,
    /// When it applies.
    pub applies: Applies,
    /// What shows the practice (expect).
    pub evidence: Vec<EvidenceMatcher>,
    /// What is a defect (forbid).
    pub defects: Vec<DefectMatcher>,
    /// What leaves the rule undecided.
    pub undecided: Vec<UndecidedMatcher>,
    /// The finding where there is no evidence (expect).
    pub missing: Option<Missing>,
    /// How the cost grows with the number of findings (forbid).
    pub density: Option<Density>,
    /// How to mend it.
    pub remedy: Remedy,
    /// Compliance controls that it gives evidence for, as `rules/frameworks/` says: framework → control ids.
    pub controls: BTreeMap<String, Vec<String>>,
}

/// When a rule applies.
#[derive(Debug, Clone, Default)]
pub struct Applies {
    /// Judged for each component of one of these kinds; empty: for the repository.
    pub kinds: Vec<ComponentKind>,
    /// Those of them that come second: what they lack is listed apart where a component of another kind has it.
    pub beside: Vec<ComponentKind>,
    /// At least one fact must match one of these; empty: always.
    pub when: Vec<Matcher>,
    /// Why it does not apply, otherwise.
    pub otherwise: String,
}

/// A matcher of evidence.
#[derive(Debug, Clone)]
pub struct EvidenceMatcher {
    /// Which facts.
    pub matcher: Matcher,
    /// Why it is only a part of the practice; `None` where it is the whole.
    pub partial_because: Option<String>,
    /// It is no evidence by itself: where it matches, full evidence makes the rule partial.
    pub limits: bool,
    /// What can be seen, with `{field}`s.
    pub detail: String,
}

/// A matcher of defects.
#[derive(Debug, Clone)]
pub struct DefectMatcher {
    /// Which facts.
    pub matcher: Matcher,
    /// What is wrong, with `{field}`s.
    pub message: String,
    /// How bad, where it differs from the rule's.
    pub severity: Option<Severity>,
    /// The field of the fact that says how bad.
    pub severity_from: Option<String>,
    /// Whether it costs anything.
    pub counts: bool,
}

/// A matcher of what leaves a rule undecided.
#[derive(Debug, Clone)]
pub struct UndecidedMatcher {
    /// Which facts.
    pub matcher: Matcher,
    /// Why, with `{field}`s.
    pub reason: String,
}

/// The finding of an expected practice that is missing.
#[derive(Debug, Clone)]
pub struct Missing {
    /// What is missing.
    pub message: String,
    /// Where a person would act: globs, in order of preference.
    pub at: Vec<crate::signals::PathGlob>,
    /// The file or folder that would be added, where that is what to do.
    pub adds: Option<String>,
    /// Where none of them is there, no other file is the one to change.
    pub only_at: bool,
}

/// How the cost of a defect grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Density {
    /// The unit that findings are counted per.
    pub per: DensityUnit,
    /// Findings per unit at which nothing is earned any more.
    pub worst: f64,
}

/// What findings are counted per.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DensityUnit {
    /// Files of product code.
    SourceFile,
    /// Versioned migrations.
    Migration,
    /// Foreign keys of the schema.
    ForeignKey,
    /// Files of pipelines.
    Pipeline,
    /// Images that are built on or deployed.
    DeployedImage,
    /// Workloads of Kubernetes.
    Workload,
    /// Their containers.
    WorkloadContainer,
}

impl DensityUnit {
    /// The kind of facts that are counted, where the unit is one.
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::SourceFile => None,
            Self::Migration => Some(Kind::Migration),
            Self::ForeignKey => Some(Kind::ForeignKey),
            Self::Pipeline => Some(Kind::Pipeline),
            Self::DeployedImage => Some(Kind::DeployedImage),
            Self::Workload => Some(Kind::Workload),
            Self::WorkloadContainer => Some(Kind::WorkloadContainer),
        }
    }
}

/// How to mend a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedy {
    /// What to do.
    pub summary: String,
    /// When it is due.
    pub horizon: Horizon,
    /// Hours that it takes, apart from the number of findings.
    pub hours: f64,
    /// Hours for each finding on top.
    pub hours_each: f64,
}

/// Hours for all findings together: what stands in thousands of places is mended by a program.
const MOST_FOR_FINDINGS: f64 = 80.0;

impl Remedy {
    /// Hours for that many findings, rounded up: a whole day of work to hours, less to halves of one. More would promise
    /// what no estimate keeps.
    pub fn hours_for(&self, findings: usize) -> f64 {
        let findings = u32::try_from(findings).unwrap_or(u32::MAX);
        match self.hours + (self.hours_each * f64::from(findings)).min(MOST_FOR_FINDINGS) {
            hours if hours > 6.0 => hours.ceil(),
            hours => (hours * 2.0).ceil() / 2.0,
        }
    }
}
