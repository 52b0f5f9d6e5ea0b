//! The names of the JSON report. They are written and read by the same types, so that the two cannot disagree.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::governance::GovernanceV1;
use crate::facts::{ComponentKind, Horizon, Level, Role, Severity, Span};
use crate::rules::{RuleKind, Status};
use crate::score::{CategoryStatus, Verdict};

/// The one name that is read before all others.
#[derive(Deserialize)]
pub(super) struct Version {
    pub schema_version: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ReportV1<'a> {
    pub schema_version: Cow<'a, str>,
    pub tool: ToolV1<'a>,
    pub repository: RepositoryV1<'a>,
    pub components: Vec<ComponentV1<'a>>,
    #[serde(default)]
    pub tools: Vec<FoundToolV1<'a>>,
    pub score: ScoreV1<'a>,
    pub categories: Vec<CategoryV1<'a>>,
    pub rules: Vec<RuleV1<'a>>,
    pub waived: Vec<WaivedV1<'a>>,
    #[serde(default)]
    pub governance: GovernanceV1<'a>,
    pub diagnostics: Vec<DiagnosticV1<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ToolV1<'a> {
    pub name: Cow<'a, str>,
    pub version: Cow<'a, str>,
    pub rules: usize,
    pub rules_digest: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RepositoryV1<'a> {
    pub name: Cow<'a, str>,
    pub commit: Option<Cow<'a, str>>,
    pub branch: Option<Cow<'a, str>>,
    #[serde(default)]
    pub date: Option<Cow<'a, str>>,
    pub dirty: bool,
    pub files: usize,
    #[serde(default)]
    pub source_files: usize,
    pub bytes: u64,
    pub profile: Cow<'a, str>,
    #[serde(default)]
    pub overlays: Cow<'a, [String]>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ComponentV1<'a> {
    pub path: Cow<'a, str>,
    pub name: Cow<'a, str>,
    pub kinds: Vec<ComponentKind>,
    pub languages: Vec<Cow<'a, str>>,
    pub frameworks: Cow<'a, [String]>,
    pub package_manager: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub documentation: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FoundToolV1<'a> {
    pub id: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub purposes: Cow<'a, [String]>,
    pub uses: Vec<UseV1<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct UseV1<'a> {
    #[serde(rename = "use")]
    pub how: Cow<'a, str>,
    pub role: Role,
    pub path: Cow<'a, str>,
    #[serde(flatten)]
    pub region: RegionV1,
}

#[derive(Serialize, Deserialize)]
pub(super) struct ScoreV1<'a> {
    pub overall: Option<Tenths>,
    pub verdict: Verdict,
    pub compliance_percent: Option<u8>,
    pub coverage_percent: u8,
    pub groups: BTreeMap<Cow<'a, str>, Option<Tenths>>,
    pub blockers: Vec<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct CategoryV1<'a> {
    pub id: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub weight: u32,
    pub score: Option<Tenths>,
    pub status: CategoryStatus,
    pub counts: CountsV1,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CountsV1 {
    pub pass: usize,
    pub partial: usize,
    pub fail: usize,
    pub not_applicable: usize,
    pub unknown: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RuleV1<'a> {
    pub id: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub category: Cow<'a, str>,
    pub kind: RuleKind,
    pub severity: Severity,
    pub weight: u32,
    #[serde(default)]
    pub vulnerability: bool,
    #[serde(default)]
    pub what: Cow<'a, str>,
    #[serde(default)]
    pub why: Cow<'a, str>,
    #[serde(default)]
    pub controls: Cow<'a, BTreeMap<String, Vec<String>>>,
    pub status: Status,
    pub ratio: Thousandths,
    pub reason: Cow<'a, str>,
    pub evidence: Vec<EvidenceV1<'a>>,
    pub findings: Vec<FindingV1<'a>>,
    pub counts: FindingCountsV1,
    pub remedy: RemedyV1<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EvidenceV1<'a> {
    pub path: Cow<'a, str>,
    pub line: u32,
    #[serde(default)]
    pub column: Option<u32>,
    #[serde(default)]
    pub end_line: Option<u32>,
    #[serde(default)]
    pub end_column: Option<u32>,
    pub detail: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FindingV1<'a> {
    pub path: Cow<'a, str>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
    pub message: Cow<'a, str>,
    pub severity: Severity,
    pub fingerprint: Cow<'a, str>,
    pub component: Option<Cow<'a, str>>,
    /// Whether it costs anything; older reports leave it to the severity.
    #[serde(default)]
    pub counts: Option<bool>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub old: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_hash: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<ExcerptV1<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adds: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// Lines around a finding.
#[derive(Serialize, Deserialize)]
pub(super) struct ExcerptV1<'a> {
    pub line: u32,
    pub lines: Cow<'a, [String]>,
}

/// Findings that cost something; the others are listed and not counted.
#[derive(Serialize, Deserialize)]
pub(super) struct FindingCountsV1 {
    pub findings: usize,
    pub files: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RemedyV1<'a> {
    pub summary: Cow<'a, str>,
    pub horizon: Horizon,
    /// What it takes here.
    pub hours: Thousandths,
    /// What it takes apart from the number of findings, and for each of them.
    #[serde(default)]
    pub hours_once: Option<Thousandths>,
    #[serde(default)]
    pub hours_each: Option<Thousandths>,
    /// Files that `auditor fix` would create.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileV1<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct FileV1<'a> {
    pub path: Cow<'a, str>,
    pub text: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WaivedV1<'a> {
    pub rule: Cow<'a, str>,
    pub path: Cow<'a, str>,
    #[serde(default)]
    pub line: u32,
    #[serde(default)]
    pub message: Cow<'a, str>,
    #[serde(default)]
    pub fingerprint: Cow<'a, str>,
    pub reason: Cow<'a, str>,
    pub owner: Option<Cow<'a, str>>,
    pub expires: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DiagnosticV1<'a> {
    pub level: Level,
    pub path: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionV1>,
    pub message: Cow<'a, str>,
}

/// A region of a file.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct RegionV1 {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

impl From<RegionV1> for Span {
    fn from(RegionV1 { line, column, end_line, end_column }: RegionV1) -> Self {
        Self { line, column, end_line, end_column }
    }
}

/// A number with one decimal and no noise behind it.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Tenths(pub f64);

impl Serialize for Tenths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 10.0).round() / 10.0)
    }
}

/// A number with at most three decimals.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Thousandths(pub f64);

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64((self.0 * 1000.0).round() / 1000.0)
    }
}
