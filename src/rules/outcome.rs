//! What became of a rule: its status with evidence and findings.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Rule;
use crate::facts::{Horizon, Place, Severity};

/// The status of a rule on a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The practice is there, or the defect is not.
    Pass,
    /// There in part.
    Partial,
    /// Missing, or the defect is there.
    Fail,
    /// The rule does not concern this repository.
    NotApplicable,
    /// It could not be decided.
    Unknown,
}

impl Status {
    /// Every status, in the order of reports.
    pub const ALL: &'static [Self] = &[Self::Pass, Self::Partial, Self::Fail, Self::NotApplicable, Self::Unknown];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Partial => "partial",
            Self::Fail => "fail",
            Self::NotApplicable => "not-applicable",
            Self::Unknown => "unknown",
        }
    }
}

/// How many rules have which status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Passed.
    pub pass: usize,
    /// Passed in part.
    pub partial: usize,
    /// Failed.
    pub fail: usize,
    /// Not concerned.
    pub not_applicable: usize,
    /// Not decided.
    pub unknown: usize,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, status: Status) {
        match status {
            Status::Pass => self.pass += 1,
            Status::Partial => self.partial += 1,
            Status::Fail => self.fail += 1,
            Status::NotApplicable => self.not_applicable += 1,
            Status::Unknown => self.unknown += 1,
        }
    }
}

/// A rule's result.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The status.
    pub status: Status,
    /// The share of its weight that it earns, from 0 to 1, three decimals; 0 where it does not count.
    pub ratio: f64,
    /// One sentence that says why.
    pub reason: String,
    /// What shows the practice, sorted by place, each detail once a place.
    pub evidence: Vec<Evidence>,
    /// What is wrong or missing, sorted by place.
    pub findings: Vec<Finding>,
    /// How to mend it in the terms of the stack that was found; `None` where the rule's own remedy says all.
    pub advice: Option<Advice>,
    /// What the ratio was computed from.
    pub tally: Tally,
}

/// A remedy for the stack that was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice {
    /// What to do, where it differs from the rule's own remedy.
    pub summary: Option<String>,
    /// Files that would be created.
    pub files: Vec<NewFile>,
}

/// A file that would be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Where, from the root.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// What a ratio is computed from, so that it can be computed again without accepted findings.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Tally {
    /// Nothing was judged.
    #[default]
    None,
    /// Of a practice: what scopes earned together, and how many were judged.
    Scopes {
        /// One for each that has it, half where it is there in part.
        earned: f64,
        /// Their number.
        judged: u32,
    },
    /// Of defects: what each costs.
    Findings {
        /// The share of the rule's weight.
        cost: f64,
    },
}

/// What a finding, and a migration, weighs that newer ones have followed: what it did has most likely happened everywhere.
const WEIGHT_OF_OLD: f64 = 0.1;

/// Hours to agree on how a change is made from now on.
const AGREEMENT: f64 = 0.5;

/// So many new ones and so many of old, together.
pub(super) fn weighed(new: usize, old: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(new) + number(old) * WEIGHT_OF_OLD
}

impl Outcome {
    /// What to do: for the stack that was found, or as the rule says it.
    pub fn remedy(&self) -> &str {
        let own = self.advice.as_ref().and_then(|advice| advice.summary.as_deref());
        own.unwrap_or(&self.rule.remedy.summary)
    }

    /// Whether it was decided, so that it takes part in the score.
    pub const fn is_judged(&self) -> bool {
        matches!(self.status, Status::Pass | Status::Partial | Status::Fail)
    }

    /// The share of its weight that counts in the score. What is only for information costs nothing: it counts as far as
    /// it is there.
    pub fn counted(&self) -> f64 {
        match self.rule.severity {
            _ if !self.is_judged() => 0.0,
            Severity::Info => self.ratio,
            _ => 1.0,
        }
    }

    /// The weight that it can earn.
    pub fn possible(&self) -> f64 {
        self.counted() * f64::from(self.rule.weight)
    }

    /// The weight that it earns.
    pub fn earned(&self) -> f64 {
        if self.is_judged() { self.ratio * f64::from(self.rule.weight) } else { 0.0 }
    }

    /// Hours that the remedy takes here: none for what passes or does not count. What migrations did that have run
    /// everywhere is not undone; to do otherwise from now on takes the time to agree on it.
    pub fn hours(&self) -> f64 {
        let counting = || self.findings.iter().filter(|finding| finding.counts);
        match self.status {
            Status::Partial | Status::Fail if self.is_past() => AGREEMENT,
            Status::Partial | Status::Fail => {
                self.rule.remedy.hours_for(counting().filter(|finding| !finding.is_old).count())
            }
            Status::Pass | Status::NotApplicable | Status::Unknown => 0.0,
        }
    }

    /// Whether all that counts stands in migrations that newer ones have followed.
    pub fn is_past(&self) -> bool {
        let mut counting = self.findings.iter().filter(|finding| finding.counts).peekable();
        counting.peek().is_some() && counting.all(|finding| finding.is_old)
    }

    /// When the remedy is due: what lies in the past does not press.
    pub fn horizon(&self) -> Horizon {
        if self.is_past() { Horizon::LongTerm } else { self.rule.remedy.horizon }
    }
}

/// Something that shows a practice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where.
    pub place: Place,
    /// What can be seen there.
    pub detail: String,
}

/// Something that is wrong or missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, or where a person would act.
    pub place: Place,
    /// What.
    pub message: String,
    /// How bad.
    pub severity: Severity,
    /// Identifies it across moved lines: hexadecimal, of rule, path and content.
    pub fingerprint: String,
    /// The component it concerns, `None` for the repository as a whole.
    pub component: Option<String>,
    /// Whether it costs anything; listed apart where not (tests, scripts).
    pub counts: bool,
    /// Whether it is of old, and weighs a tenth of a new one.
    pub is_old: bool,
    /// Identity of the line by its text, as GitHub computes it; `None` for what concerns no line.
    pub line_hash: Option<String>,
    /// The code around it, where it may be shown.
    pub excerpt: Option<Excerpt>,
    /// Whether its place is where a person would act.
    pub act: Act,
}

/// Where a person would act to mend what is missing: every finding has a place, and not every file at such a place is the
/// one to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Act {
    /// At its place.
    #[default]
    Here,
    /// In a file or folder that is not there yet.
    Add(String),
    /// In no file that is there.
    Elsewhere,
}

/// Lines of a file, as they stand there but for what makes a terminal act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line.
    pub line: u32,
    /// The lines.
    pub lines: Vec<String>,
}
