//! A category's section: what is in place, what is missing and where, what to do about it and when.

use std::collections::BTreeMap;

use serde::Serialize;

use super::recommendation::{Remedies, horizon_words, remedies};
use super::snippet::{Snippet, snippets};
use super::{Spot, clause, grouped, hours_text, message, percent, plural, score_text};
use crate::facts::Severity;
use crate::report::plain;
use crate::rules::{Act, Finding, Outcome, RuleKind, Status};
use crate::score::{Assessment, CategoryScore, CategoryStatus};

/// Kinds of findings that an entry names before it counts the rest, and places of each.
const KINDS: usize = 6;
const PLACES: usize = 4;
/// Evidence that an entry names.
const EVIDENCE: usize = 3;
/// Files that hold the most findings, and how many make a file worth naming.
const FILES: usize = 5;
const MANY: usize = 3;

/// A category with applicable rules.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Section {
    pub number: usize,
    #[serde(skip)]
    pub id: String,
    pub title: String,
    pub weight: u32,
    /// `3.5`; nothing where no rule could be judged.
    pub score: Option<String>,
    pub percent: Option<u8>,
    pub status: &'static str,
    pub icon: &'static str,
    pub pass: usize,
    pub partial: usize,
    pub fail: usize,
    pub unknown: usize,
    /// Rules that apply.
    pub applicable: usize,
    /// Expected practices, in the order of the rules.
    pub state: Vec<State>,
    /// Titles of defects that were looked for and not found.
    pub absent: Vec<String>,
    pub gaps: Vec<Gap>,
    pub remedies: Vec<Remedies>,
}

/// What became of a rule, in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct State {
    pub icon: &'static str,
    pub title: String,
    /// What can be seen, or why not.
    pub reason: String,
    pub evidence: Vec<Seen>,
    /// Evidence beyond that.
    pub more: usize,
}

/// Something that can be seen somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Seen {
    pub spot: Spot,
    /// Empty where the entry says it already.
    pub detail: String,
}

/// Something missing or wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Gap {
    pub rule: String,
    pub title: String,
    pub severity: &'static str,
    pub why: String,
    /// What to do, when and for how long.
    pub remedy: String,
    pub due: &'static str,
    pub hours: String,
    /// Files that would be created.
    pub snippets: Vec<Snippet>,
    /// The one place to act, where the entry is about one.
    pub act_at: Option<Spot>,
    /// The file to add, where there is none to change.
    pub adds: Option<String>,
    /// Findings that say the same, together; the worst and then the most frequent first.
    pub kinds: Vec<Findings>,
    /// Findings beyond those, in words.
    pub more: Option<String>,
    /// Files with the most findings.
    pub files: Vec<FileCount>,
    /// Findings that are listed and cost nothing, in words.
    pub apart: Option<String>,
}

/// Findings that say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Findings {
    /// Empty where the entry says it already.
    pub message: String,
    pub spots: Vec<Spot>,
    /// Findings beyond those that are shown, grouped by thousands; empty where there are none.
    pub more: String,
    #[serde(skip)]
    count: usize,
}

/// How many findings a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct FileCount {
    pub spot: Spot,
    pub count: usize,
}

/// Findings that cost something, and the files that they are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct Counted {
    pub findings: usize,
    pub files: usize,
}

impl Counted {
    pub(in crate::report) fn of(outcome: &Outcome) -> Self {
        // Findings are sorted by place, so that equal paths stand together.
        let mut paths: Vec<&str> = counting(outcome).map(|finding| &*finding.place.path).collect();
        let findings = paths.len();
        paths.dedup();
        Self { findings, files: paths.len() }
    }
}

/// How bad it is: a defect that stands in old migrations alone is as bad as its findings.
pub(super) fn severity(outcome: &Outcome) -> Severity {
    let worst = counting(outcome).map(|finding| finding.severity).max();
    match outcome.rule.kind {
        RuleKind::Forbid => worst.map_or(outcome.rule.severity, |worst| worst.min(outcome.rule.severity)),
        RuleKind::Expect => outcome.rule.severity,
    }
}

fn counting(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().filter(|finding| finding.counts)
}

/// The sections of all categories in which a rule applies.
pub(super) fn sections(assessment: &Assessment) -> Vec<Section> {
    let mut sections = Vec::new();
    for category in &assessment.categories {
        let outcomes: Vec<&Outcome> = assessment
            .outcomes
            .iter()
            .filter(|outcome| outcome.rule.id.category() == &*category.id && outcome.status != Status::NotApplicable)
            .collect();
        if !outcomes.is_empty() {
            sections.push(section(sections.len() + 1, category, &outcomes));
        }
    }
    sections
}

fn section(number: usize, category: &CategoryScore, outcomes: &[&Outcome]) -> Section {
    let is_absent = |outcome: &Outcome| outcome.rule.kind == RuleKind::Forbid && outcome.status == Status::Pass;
    let is_gap = |outcome: &Outcome| matches!(outcome.status, Status::Partial | Status::Fail);
    let (status, icon) = status_words(category);
    let mut lacking: Vec<&Outcome> = outcomes.iter().copied().filter(|outcome| is_gap(outcome)).collect();
    lacking.sort_by_key(|outcome| std::cmp::Reverse(severity(outcome)));
    let counts = category.counts;
    Section {
        number,
        id: category.id.to_string(),
        title: plain::one_line(&category.title),
        weight: category.weight,
        score: score_text(category.score),
        percent: category.score.map(percent),
        status,
        icon,
        pass: counts.pass,
        partial: counts.partial,
        fail: counts.fail,
        unknown: counts.unknown,
        applicable: outcomes.len(),
        state: outcomes.iter().filter(|outcome| !is_absent(outcome)).map(|outcome| state(outcome)).collect(),
        absent: outcomes
            .iter()
            .filter(|outcome| is_absent(outcome))
            .map(|outcome| message(&outcome.rule.title))
            .collect(),
        gaps: lacking.iter().map(|outcome| gap(outcome)).collect(),
        remedies: remedies(&lacking),
    }
}

/// How a category's status reads.
fn status_words(category: &CategoryScore) -> (&'static str, &'static str) {
    match category.status {
        CategoryStatus::Excellent => ("Excellent", "✅"),
        CategoryStatus::Good => ("Good", "✅"),
        CategoryStatus::NeedsWork => ("Needs work", "⚠️"),
        CategoryStatus::Critical => ("Critical", "❌"),
        CategoryStatus::NotApplicable => ("Not judged", "❓"),
    }
}

pub(super) const fn status_icon(status: Status) -> &'static str {
    match status {
        Status::Pass => "✅",
        Status::Partial => "⚠️",
        Status::Fail => "❌",
        Status::NotApplicable | Status::Unknown => "❓",
    }
}

fn state(outcome: &Outcome) -> State {
    let reason = told(outcome);
    let mut shown: Vec<Seen> = Vec::new();
    let mut places = 0;
    for evidence in &outcome.evidence {
        let Some(spot) = Spot::of(&evidence.place.path, evidence.place.span) else { continue };
        places += 1;
        if shown.len() < EVIDENCE {
            let detail = message(&evidence.detail);
            let is_told = detail == reason || shown.iter().any(|seen| seen.detail == detail);
            shown.push(Seen { spot, detail: if is_told { String::new() } else { detail } });
        }
    }
    let (title, reason) =
        if is_missing(outcome) { (reason, String::new()) } else { (message(&outcome.rule.title), reason) };
    State { icon: status_icon(outcome.status), title, reason, more: places - shown.len(), evidence: shown }
}

/// Why a rule has its status; a single defect speaks for itself.
pub(super) fn told(outcome: &Outcome) -> String {
    let mut findings = counting(outcome);
    match (outcome.rule.kind, findings.next(), findings.next()) {
        (RuleKind::Forbid, Some(only), None) => clause(&only.message),
        _ => clause(&outcome.reason),
    }
}

/// Whether a practice is nowhere: its title would read as if it were there, and the reason says what is missing.
pub(super) fn is_missing(outcome: &Outcome) -> bool {
    outcome.rule.kind == RuleKind::Expect && outcome.status == Status::Fail
}

/// What is lacking, as a title.
fn lacking(outcome: &Outcome) -> String {
    let title = message(&outcome.rule.title);
    match (outcome.rule.kind, outcome.status) {
        (RuleKind::Expect, Status::Fail) => told(outcome),
        (RuleKind::Expect, Status::Partial) => format!("{title}, but only in part: {}", told(outcome)),
        (RuleKind::Forbid, _) if counting(outcome).nth(1).is_none() => format!("{title}: {}", told(outcome)),
        _ => title,
    }
}

fn gap(outcome: &Outcome) -> Gap {
    let rule = &outcome.rule;
    let total = counting(outcome).count();
    let mut kinds = lacking_parts(outcome).map_or_else(|| by_message(outcome), |parts| vec![parts]);
    let shown: usize = kinds.iter().map(|kind| kind.count).sum();
    let act_at = match kinds.as_slice() {
        [only] if only.message.is_empty() && total == 1 => only.spots.first().cloned(),
        _ => None,
    };
    if act_at.is_some() {
        kinds.clear();
    }
    let adds = adds(outcome).map(plain::one_line);
    let act_at = act_at.filter(|_| adds.is_none() && !is_elsewhere(outcome));
    let left = total.saturating_sub(shown);
    let apart = outcome.findings.len() - total;
    let is_cut = left > 0 || kinds.iter().any(|kind| !kind.more.is_empty());
    Gap {
        rule: rule.id.to_string(),
        title: lacking(outcome),
        severity: severity(outcome).name(),
        why: plain::one_line(&rule.why),
        remedy: plain::one_line(outcome.remedy()),
        due: horizon_words(outcome.horizon()).1,
        hours: hours_text(outcome.hours()),
        snippets: snippets(outcome),
        act_at,
        adds,
        kinds,
        more: (left > 0).then(|| plural(left, "more finding")),
        files: if is_cut { most_in(outcome) } else { Vec::new() },
        apart: (apart > 0).then(|| plural(apart, "more finding")),
    }
}

/// The file or folder that a practice which is nowhere would bring.
pub(super) fn adds(outcome: &Outcome) -> Option<&str> {
    let file = outcome.advice.iter().flat_map(|advice| &advice.files).map(|file| file.path.as_str()).next();
    let of_rule = || match counting(outcome).next().map(|finding| &finding.act) {
        Some(Act::Add(path)) => Some(path.as_str()),
        _ => None,
    };
    file.or_else(of_rule).filter(|_| is_missing(outcome))
}

/// Whether what is missing belongs in no file that is there.
pub(super) fn is_elsewhere(outcome: &Outcome) -> bool {
    counting(outcome).next().is_some_and(|finding| finding.act == Act::Elsewhere)
}

/// What several components lack in one place, or in none that is there: one line for all.
fn lacking_parts(outcome: &Outcome) -> Option<Findings> {
    let lacks = format!("{}: ", told(outcome));
    let found: Vec<&Finding> = counting(outcome).collect();
    let (first, rest) = found.split_first().filter(|(_, rest)| is_missing(outcome) && !rest.is_empty())?;
    let is_nowhere = first.act != Act::Here;
    if !is_nowhere && rest.iter().any(|finding| finding.place != first.place) {
        return None;
    }
    let name = |finding: &&Finding| clause(&finding.message).strip_prefix(&lacks).map(str::to_owned);
    let names: Vec<String> = found.iter().map(name).collect::<Option<_>>()?;
    let left = names.len().saturating_sub(KINDS);
    let shown = names.into_iter().take(KINDS).collect::<Vec<_>>().join(", ");
    let spot = Spot::of(&first.place.path, first.place.span).filter(|_| !is_nowhere);
    Some(Findings {
        message: if left > 0 { format!("{shown} and {left} more") } else { shown },
        spots: spot.into_iter().collect(),
        more: String::new(),
        count: found.len(),
    })
}

/// Findings that count by what they say, the worst first, then the most frequent.
fn by_message(outcome: &Outcome) -> Vec<Findings> {
    let told = told(outcome);
    // A practice that several components lack: the entry says what, each line which.
    let lacks = format!("{told}: ");
    let mut groups: BTreeMap<String, (Severity, Vec<&Finding>)> = BTreeMap::new();
    for finding in counting(outcome) {
        let (severity, own) = groups.entry(clause(&finding.message)).or_insert((finding.severity, Vec::new()));
        *severity = finding.severity.max(*severity);
        own.push(finding);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (severity, own))| {
        (std::cmp::Reverse((*severity, own.len())), own.first().map(|finding| &finding.place))
    });
    let kind = |(message, (_, own)): (String, (Severity, Vec<&Finding>))| {
        let count = own.len();
        let spots = own.iter().filter_map(|finding| Spot::of(&finding.place.path, finding.place.span));
        let mut spots: Vec<Spot> = spots.collect();
        // Two on one line are one place to look at.
        spots.dedup();
        let more = spots.len().saturating_sub(PLACES);
        spots.truncate(PLACES);
        name_files_once(&mut spots);
        Findings {
            message: match message.strip_prefix(&lacks) {
                _ if message == told => String::new(),
                Some(component) if is_missing(outcome) => component.to_owned(),
                _ => message,
            },
            more: if more > 0 { grouped(&more.to_string()) } else { String::new() },
            spots,
            count,
        }
    };
    let says_something = |kind: &Findings| !kind.message.is_empty() || !kind.spots.is_empty();
    groups.into_iter().take(KINDS).map(kind).filter(says_something).collect()
}

/// Leaves `:14` of a place in the file that the one before it names.
fn name_files_once(spots: &mut [Spot]) {
    let mut before = String::new();
    for spot in spots {
        if spot.line > 0 && spot.uri == before {
            spot.label = format!(":{}", spot.line);
        }
        before.clone_from(&spot.uri);
    }
}

/// The files with the most findings, where there are several files and some hold many.
fn most_in(outcome: &Outcome) -> Vec<FileCount> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in counting(outcome) {
        *counts.entry(&finding.place.path).or_default() += 1;
    }
    if counts.len() == 1 {
        return Vec::new();
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().filter(|&(_, count)| count >= MANY).collect();
    counts.sort_by_key(|&(path, count)| (std::cmp::Reverse(count), path));
    let file_count = |(path, count)| Some(FileCount { spot: Spot::of(path, crate::facts::Span::START)?, count });
    counts.into_iter().take(FILES).filter_map(file_count).collect()
}
