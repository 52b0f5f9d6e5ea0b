//! A baseline: the findings and scores of a day, kept so that later scans fail only on what is new, or never get worse.
//!
//! A finding is known again by its content, not by its line or file. Where equal content stands in several places, those
//! in files that the baseline names are known first, so that the one that is called new is the one that came.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::rules::{FINGERPRINT_CONTENT, Finding, Outcome, Status};
use crate::score::Assessment;

/// The format of the file.
const VERSION: u32 = 1;

/// The findings and scores of a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// The program that wrote it.
    pub tool: String,
    /// The commit, inside git.
    pub commit: Option<String>,
    /// The date of the report.
    pub date: Option<String>,
    /// The scores.
    pub scores: Scores,
    /// Findings that cost something, sorted by rule and place.
    pub findings: Vec<Known>,
}

/// The scores of a day.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// The overall score.
    pub overall: Option<f64>,
    /// The scores of categories.
    pub categories: BTreeMap<String, f64>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The rule.
    pub rule: String,
    /// The file.
    pub path: String,
    /// What identifies it.
    pub fingerprint: String,
    /// What it says, for readers of the file.
    pub message: String,
}

/// Findings that cost something, with their outcome.
pub(super) fn counted(outcomes: &[Outcome]) -> impl Iterator<Item = (&Outcome, &Finding)> {
    let costs = |outcome: &&Outcome| matches!(outcome.status, Status::Partial | Status::Fail);
    outcomes.iter().filter(costs).flat_map(|outcome| {
        let counting = outcome.findings.iter().filter(|finding| finding.counts);
        counting.map(move |finding| (outcome, finding))
    })
}

impl Baseline {
    /// The baseline of an assessment.
    pub fn of(assessment: &Assessment) -> Self {
        let known = |(outcome, finding): (&Outcome, &Finding)| Known {
            rule: outcome.rule.id.to_string(),
            path: finding.place.path.to_string(),
            fingerprint: finding.fingerprint.clone(),
            message: finding.message.clone(),
        };
        let mut findings: Vec<Known> = counted(&assessment.outcomes).map(known).collect();
        findings.sort();
        let categories = assessment.categories.iter();
        Self {
            version: VERSION,
            tool: format!("{} {}", assessment.tool.name, assessment.tool.version),
            commit: assessment.repository.commit.clone(),
            date: assessment.date.clone(),
            scores: Scores {
                overall: assessment.score.overall,
                categories: categories.filter_map(|own| Some((own.id.to_string(), own.score?))).collect(),
            },
            findings,
        }
    }

    /// The file's text.
    pub fn to_text(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map(|text| format!("{text}\n")).map_err(|error| error.to_string())
    }

    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if baseline.version == VERSION {
            Ok(baseline)
        } else {
            Err(format!("it has version {}, and this program reads {VERSION}", baseline.version))
        }
    }

    /// The findings that it does not hold, by rule and fingerprint.
    pub(super) fn new_among<'a>(&self, outcomes: &'a [Outcome]) -> BTreeSet<(&'a str, &'a str)> {
        let mut known: BTreeMap<(&str, &str), BTreeMap<&str, usize>> = BTreeMap::new();
        for finding in &self.findings {
            let key = (finding.rule.as_str(), content(&finding.fingerprint));
            *known.entry(key).or_default().entry(finding.path.as_str()).or_default() += 1;
        }
        let mut elsewhere = Vec::new();
        for (outcome, finding) in counted(outcomes) {
            let own = known.get_mut(&(outcome.rule.id.as_str(), content(&finding.fingerprint)));
            let same_file = own.and_then(|paths| paths.get_mut(&*finding.place.path)).filter(|left| **left > 0);
            match same_file {
                Some(left) => *left -= 1,
                None => elsewhere.push((outcome, finding)),
            }
        }
        let mut new = BTreeSet::new();
        for (outcome, finding) in elsewhere {
            let own = known.get_mut(&(outcome.rule.id.as_str(), content(&finding.fingerprint)));
            let moved = own.and_then(|paths| paths.values_mut().find(|left| **left > 0));
            match moved {
                Some(left) => *left -= 1,
                None => {
                    new.insert((outcome.rule.id.as_str(), finding.fingerprint.as_str()));
                }
            }
        }
        new
    }
}

/// The part of a fingerprint that says what, without the number of the repetition.
fn content(fingerprint: &str) -> &str {
    fingerprint.get(..FINGERPRINT_CONTENT).unwrap_or(fingerprint)
}
