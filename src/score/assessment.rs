//! The scored result: what every renderer gets. Renderers turn it into formats and decide nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::{CategoryId, Component, Diagnostic, RuleId};
use crate::model::FoundTool;
use crate::rules::{Counts, Outcome};

/// The whole result of a scan.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// This program and its rules.
    pub tool: Tool,
    /// What was audited.
    pub repository: Summary,
    /// Its components, sorted by path.
    pub components: Vec<Component>,
    /// The known tools that it uses, by id.
    pub tools: Vec<FoundTool>,
    /// The overall score.
    pub score: Score,
    /// The categories, in the order of the catalogue.
    pub categories: Vec<CategoryScore>,
    /// Every rule, in the order of categories and then by weight (heaviest first) and id.
    pub outcomes: Vec<Outcome>,
    /// Findings that somebody accepted.
    pub waived: Vec<Waived>,
    /// What the policy asks for, and what became of it.
    pub governance: Governance,
    /// What the scan has to say about itself, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The date that reports carry (`2026-11-24`): passed in, or the commit's; never the clock's.
    pub date: Option<String>,
}

/// This program and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// `auditor`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How many rules were loaded.
    pub rules: usize,
    /// A digest over the texts of all rules, signals and formats: `sha256:…`.
    pub rules_digest: String,
}

/// What was audited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The name of the folder that was scanned, or of the root package.
    pub name: String,
    /// The commit, inside git.
    pub commit: Option<String>,
    /// The branch, where one is checked out.
    pub branch: Option<String>,
    /// Whether tracked files differ from the commit.
    pub dirty: bool,
    /// How many files were audited.
    pub files: usize,
    /// Their size.
    pub bytes: u64,
    /// Files of code that somebody wrote: the unit of densities.
    pub source_files: usize,
    /// What the repository mainly is: `service`, `web`, `library`, `cli`, `infra`.
    pub profile: String,
    /// What a law or a contract asks for on top: `healthcare`, `payments`.
    pub overlays: Vec<String>,
}

/// The verdict on production readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing blocks, and the score is high.
    Ready,
    /// Nothing critical is missing, but more than a little is.
    NearlyReady,
    /// Blockers, or a low score.
    NotReady,
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NearlyReady => "nearly-ready",
            Self::NotReady => "not-ready",
        }
    }
}

/// Scores from 0 to 10, one decimal; `None` where nothing applies.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The weighted mean of the categories.
    pub overall: Option<f64>,
    /// What that means.
    pub verdict: Verdict,
    /// The overall score as a percentage.
    pub compliance_percent: Option<u8>,
    /// The share of the applicable weight that could be judged; 100 where nothing applies.
    pub coverage_percent: u8,
    /// Weighted means of groups of categories: `devops`, `infrastructure`.
    pub groups: BTreeMap<String, Option<f64>>,
    /// Critical rules that failed, in the order of the outcomes.
    pub blockers: Vec<RuleId>,
}

/// The state of a category, for its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CategoryStatus {
    /// 8 and more, and nothing of high severity fails.
    Excellent,
    /// 6 and more, nothing critical.
    Good,
    /// Anything in between.
    NeedsWork,
    /// Under 4, or a critical rule fails.
    Critical,
    /// Nothing applies.
    NotApplicable,
}

impl CategoryStatus {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::NeedsWork => "needs-work",
            Self::Critical => "critical",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// A category's score.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryScore {
    /// Its id.
    pub id: CategoryId,
    /// Its title.
    pub title: String,
    /// Its weight in the overall score.
    pub weight: u32,
    /// From 0 to 10, one decimal; `None` where nothing applies.
    pub score: Option<f64>,
    /// The state.
    pub status: CategoryStatus,
    /// How many rules have which status.
    pub counts: Counts,
}

/// A finding that somebody accepted, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waived {
    /// The rule.
    pub rule: RuleId,
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What is accepted.
    pub message: String,
    /// What identifies it.
    pub fingerprint: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepted it; nobody is named in comments.
    pub owner: Option<String>,
    /// Until when, `2026-12-31`; comments do not expire.
    pub expires: Option<String>,
}

/// What the policy asks for, and what became of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Governance {
    /// The gates that are asked for.
    pub gates: Vec<Gate>,
    /// The commit that the policy comes from, where it is not the work tree's.
    pub policy_commit: Option<String>,
    /// What the work tree would loosen of that policy.
    pub loosened: Vec<String>,
    /// Compliance frameworks that are asked for.
    pub frameworks: Vec<FrameworkResult>,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// `fail-under`, `fail-under ci`, `fail-on`, `max ci/pipeline`, `min-coverage`, `ratchet`.
    pub name: String,
    /// What is asked for.
    pub asked: String,
    /// What there is.
    pub actual: String,
    /// Whether that is enough.
    pub is_met: bool,
    /// Why, in one paragraph.
    pub reason: String,
}

/// A compliance framework on a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkResult {
    /// Its id: `soc2`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is about.
    pub about: String,
    /// Its controls, in its own order.
    pub controls: Vec<ControlResult>,
}

/// What a scan can say about a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlStatus {
    /// Every rule that could be judged gives evidence for it.
    Satisfied,
    /// Some do.
    Partial,
    /// None does.
    Failed,
    /// No rule applies or could be decided.
    NotAssessable,
}

impl ControlStatus {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::NotAssessable => "not-assessable",
        }
    }
}

/// A control on a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlResult {
    /// Its id: `CC8.1`.
    pub id: String,
    /// Our own short title.
    pub title: String,
    /// What can be said.
    pub status: ControlStatus,
    /// Rules that give evidence for it.
    pub supports: Vec<RuleId>,
    /// Rules that speak against it.
    pub lacks: Vec<RuleId>,
    /// Rules that could not be decided or do not apply.
    pub silent: Vec<RuleId>,
    /// What no scan of a repository can show.
    pub beyond: String,
}
