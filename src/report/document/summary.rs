//! The frame of a report: what was audited, the result in words, strengths, what was left out, and the method's limits.

use std::collections::BTreeMap;

use serde::Serialize;

use super::plan::{HOURS_A_DAY, Plan, days_text};
use super::{Spot, about_hours, clause, grouped, hours_text, listed, message, percent, plural, score_text};
use crate::facts::{Diagnostic, Level, Severity, Span};
use crate::report::plain;
use crate::rules::{Counts, Outcome, RuleKind, Status};
use crate::score::{Assessment, Summary, Verdict};

/// Strengths that the summary names.
const STRENGTHS: usize = 6;
/// Components that are listed.
const PARTS: usize = 12;
/// Diagnostics that are listed.
const DIAGNOSTICS: usize = 20;
/// Characters of a commit's id.
const SHORT_COMMIT: usize = 12;

/// What was audited, by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Head {
    pub name: String,
    pub commit: Option<String>,
    pub branch: Option<String>,
    pub dirty: bool,
    pub date: Option<String>,
    pub profile: String,
    /// `1,147 files, 11.8 MB`.
    pub size: String,
    pub tool: String,
    pub rules: String,
    pub digest: String,
}

impl Head {
    pub(super) fn new(assessment: &Assessment) -> Self {
        let repository = &assessment.repository;
        let commit = |id: &String| plain::one_line(&id.chars().take(SHORT_COMMIT).collect::<String>());
        let tool = &assessment.tool;
        Self {
            name: match plain::one_line(&repository.name) {
                name if name.is_empty() => "this repository".to_owned(),
                name => name,
            },
            commit: repository.commit.as_ref().map(commit),
            branch: repository.branch.as_deref().map(plain::one_line),
            dirty: repository.dirty,
            date: assessment.date.as_deref().map(plain::one_line),
            profile: profile_text(repository),
            size: format!("{}, {}", plural(repository.files, "file"), bytes_text(repository.bytes)),
            tool: format!("{} {}", tool.name, tool.version),
            rules: plural(tool.rules, "rule"),
            digest: plain::one_line(&tool.rules_digest),
        }
    }
}

/// `service`, `service with payments`.
fn profile_text(repository: &Summary) -> String {
    let profile = plain::one_line(&repository.profile);
    if repository.overlays.is_empty() { profile } else { format!("{profile} with {}", listed(&repository.overlays)) }
}

/// `812 bytes`, `11.8 MB`.
fn bytes_text(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    for (size, unit) in UNITS {
        if bytes >= size {
            let tenths = bytes / (size / 10);
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
    }
    format!("{bytes} bytes")
}

/// Scores and verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Result {
    pub verdict: &'static str,
    pub icon: &'static str,
    pub score: Option<String>,
    pub percent: Option<u8>,
    pub coverage: u8,
    pub groups: Vec<Group>,
    /// What that rests on, in sentences.
    pub statement: Vec<String>,
    /// What follows from it, in one sentence.
    pub advice: String,
}

/// The score of a group of categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Group {
    pub title: String,
    pub score: Option<String>,
    pub percent: Option<u8>,
}

impl Result {
    pub(super) fn new(assessment: &Assessment, plan: &Plan) -> Self {
        let score = &assessment.score;
        let (verdict, icon) = match (score.overall, score.verdict) {
            (None, _) => ("Nothing to judge", "❓"),
            (_, Verdict::Ready) => ("Ready for production", "✅"),
            (_, Verdict::NearlyReady) => ("Nearly ready for production", "⚠️"),
            (_, Verdict::NotReady) => ("Not ready for production", "❌"),
        };
        let group = |(id, score): (&String, &Option<f64>)| Group {
            title: group_title(id),
            score: score_text(*score),
            percent: score.map(percent),
        };
        Self {
            verdict,
            icon,
            score: score_text(score.overall),
            percent: score.compliance_percent,
            coverage: score.coverage_percent,
            groups: score.groups.iter().map(group).collect(),
            statement: statement(assessment, plan),
            advice: advice(assessment, plan),
        }
    }
}

fn group_title(id: &str) -> String {
    if id == "devops" {
        return "DevOps".to_owned();
    }
    let mut letters = id.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn statement(assessment: &Assessment, plan: &Plan) -> Vec<String> {
    let mut counts = Counts::default();
    for outcome in &assessment.outcomes {
        counts.add(outcome.status);
    }
    let applicable = assessment.outcomes.len() - counts.not_applicable;
    if applicable == 0 {
        return vec!["No rule applies to what was found, so that there is no score.".to_owned()];
    }
    let mut statuses = vec![format!("{} fulfilled", counts.pass)];
    let others = [(counts.partial, "fulfilled in part"), (counts.fail, "not fulfilled"), (counts.unknown, "undecided")];
    statuses.extend(others.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}")));
    let verb = if applicable == 1 { "applies" } else { "apply" };
    let mut sentences = vec![format!("{} {verb} here: {}.", plural(applicable, "rule"), listed(&statuses))];
    let names = |wanted: &dyn Fn(f64) -> bool| -> Vec<String> {
        let is_wanted = |score: Option<f64>| score.is_some_and(wanted);
        let named = assessment.categories.iter().filter(|category| is_wanted(category.score));
        named.map(|category| plain::one_line(&category.title)).collect()
    };
    let scores = || assessment.categories.iter().filter_map(|category| category.score);
    let (best, worst) = (scores().fold(f64::MIN, f64::max), scores().fold(f64::MAX, f64::min));
    if best - worst >= 1.0 {
        let at = |score: f64| names(&|own| (own - score).abs() < 0.05);
        sentences.push(format!(
            "Strongest: {} ({best:.1}). Weakest: {} ({worst:.1}).",
            listed(&at(best)),
            listed(&at(worst))
        ));
    }
    if plan.count > 0 {
        let blocking: f64 = plan.blockers.iter().map(super::Action::effort).sum();
        let share = match plan.blockers.len() {
            0 => "; nothing of it blocks production".to_owned(),
            _ if blocking < 10.0 => format!(", {} of them to remove what blocks production", hours_text(blocking)),
            _ => format!(", {} of them to remove what blocks production", hours_text(blocking.round())),
        };
        sentences.push(format!("To mend everything is estimated at {}{share}.", about_hours(plan.total_hours)));
    }
    sentences
}

fn advice(assessment: &Assessment, plan: &Plan) -> String {
    if assessment.score.overall.is_none() {
        return "Nothing can be said about readiness for production.".to_owned();
    }
    let all =
        format!("everything that is left comes to {} ({})", about_hours(plan.total_hours), days_text(plan.total_hours));
    match (assessment.score.verdict, plan.blockers.len()) {
        (Verdict::Ready, _) if plan.count == 0 => "Deploy: every practice that was looked for is in place.".to_owned(),
        (Verdict::Ready, _) => format!("Deploy; {all}."),
        (Verdict::NearlyReady, _) => {
            format!("Nothing blocks a deployment, but mend what has high priority soon; {all}.")
        }
        (Verdict::NotReady, 0) => {
            format!("No single practice blocks a deployment, but too much is missing for a dependable service; {all}.")
        }
        (Verdict::NotReady, count) => {
            let hours: f64 = plan.blockers.iter().map(super::Action::effort).sum();
            let (work, days) = (about_hours(hours), days_text(hours));
            let blockers = if count == 1 { "blocker is".to_owned() } else { format!("{count} blockers are") };
            format!("Do not deploy before the {blockers} removed: {work} of work, {days} for one person.")
        }
    }
}

/// A component.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Part {
    /// Its folder, or "the root".
    pub path: String,
    pub name: String,
    /// Kinds, languages, frameworks and package manager, in words.
    pub about: String,
}

/// The components, deployable ones first, and how many are not listed.
pub(super) fn parts(assessment: &Assessment) -> (Vec<Part>, usize) {
    let (mut components, others): (Vec<_>, Vec<_>) =
        assessment.components.iter().partition(|component| component.is_deployable());
    components.extend(others);
    let part = |component: &&crate::facts::Component| {
        let kinds: Vec<&str> = component.kinds.keys().map(|kind| kind.name()).collect();
        let mut languages: Vec<&str> = component.languages.iter().map(|language| language.family().name()).collect();
        languages.dedup();
        let manager = component.package_manager.as_slice().join("");
        let about = [kinds.join(", "), languages.join(", "), component.frameworks.join(", "), manager];
        let about: Vec<String> =
            about.iter().map(|text| plain::one_line(text)).filter(|text| !text.is_empty()).collect();
        let path = plain::one_line(&component.path);
        Part {
            path: if path.is_empty() { ".".to_owned() } else { path },
            name: plain::one_line(&component.name),
            about: about.join("; "),
        }
    };
    (components.iter().take(PARTS).map(part).collect(), components.len().saturating_sub(PARTS))
}

/// A practice that is in place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Practice {
    pub title: String,
    pub detail: String,
    pub spot: Option<Spot>,
}

/// The weightiest practices that are in place.
pub(super) fn strengths(assessment: &Assessment) -> Vec<Practice> {
    let mut passes: Vec<&Outcome> = assessment
        .outcomes
        .iter()
        .filter(|outcome| outcome.status == Status::Pass && outcome.rule.kind == RuleKind::Expect)
        .collect();
    passes.sort_by_key(|outcome| std::cmp::Reverse((outcome.rule.severity, outcome.rule.weight)));
    let practice = |outcome: &Outcome| {
        let evidence = outcome.evidence.first();
        Practice {
            title: message(&outcome.rule.title),
            detail: message(evidence.map_or(outcome.reason.as_str(), |evidence| &evidence.detail)),
            spot: evidence.and_then(|evidence| Spot::of(&evidence.place.path, evidence.place.span)),
        }
    };
    passes.into_iter().take(STRENGTHS).map(practice).collect()
}

/// What is in place in a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Kept {
    pub category: String,
    pub practices: Vec<String>,
    /// How many defects were looked for and not found, in words.
    pub absent: Option<String>,
}

/// What is in place and worth keeping, by category: practices of medium severity and above.
pub(super) fn kept(assessment: &Assessment) -> Vec<Kept> {
    let mut all = Vec::new();
    for category in &assessment.categories {
        let passes = || {
            let own = assessment.outcomes.iter().filter(|outcome| outcome.rule.id.category() == &*category.id);
            own.filter(|outcome| outcome.status == Status::Pass)
        };
        let is_practice =
            |outcome: &&Outcome| outcome.rule.kind == RuleKind::Expect && outcome.rule.severity >= Severity::Medium;
        let practices: Vec<String> = passes().filter(is_practice).map(|outcome| message(&outcome.rule.title)).collect();
        let absent = passes().filter(|outcome| outcome.rule.kind == RuleKind::Forbid).count();
        if !practices.is_empty() || absent > 0 {
            let absent = (absent > 0).then(|| format!("nothing found for {}", plural(absent, "kind of defect")));
            let absent = absent.map(|text| text.replace("kind of defects", "kinds of defect"));
            all.push(Kept { category: plain::one_line(&category.title), practices, absent });
        }
    }
    all
}

/// Rules that did not apply, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Omitted {
    pub reason: String,
    pub rules: Vec<String>,
}

/// The rules that did not apply, by reason, in the order of the rules.
pub(super) fn omitted(assessment: &Assessment) -> Vec<Omitted> {
    let mut all: Vec<Omitted> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in assessment.outcomes.iter().filter(|outcome| outcome.status == Status::NotApplicable) {
        let reason = clause(&outcome.reason);
        let index = *known.entry(reason.clone()).or_insert(all.len());
        if index == all.len() {
            all.push(Omitted { reason, rules: Vec::new() });
        }
        if let Some(omitted) = all.get_mut(index) {
            omitted.rules.push(outcome.rule.id.to_string());
        }
    }
    all
}

/// How it was found out and what it cannot tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Method {
    pub coverage: u8,
    /// Ids of rules that could not be decided.
    pub unknown: Vec<String>,
    pub hours_a_day: String,
    pub diagnostics: Vec<Remark>,
    /// Counts of diagnostics by level, in words; empty where there are none.
    pub diagnostic_counts: String,
    pub more_diagnostics: usize,
    pub is_incomplete: bool,
}

/// A diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Remark {
    pub icon: &'static str,
    pub spot: Option<Spot>,
    pub message: String,
}

impl Method {
    pub(super) fn new(assessment: &Assessment) -> Self {
        let unknown = assessment.outcomes.iter().filter(|outcome| outcome.status == Status::Unknown);
        let mut diagnostics: Vec<&Diagnostic> = assessment.diagnostics.iter().collect();
        diagnostics.sort_by_key(|diagnostic| diagnostic.level);
        let remark = |diagnostic: &&Diagnostic| Remark {
            icon: match diagnostic.level {
                Level::Error => "❌",
                Level::Warning => "⚠️",
                Level::Note => "ℹ️",
            },
            spot: diagnostic.path.as_deref().and_then(|path| Spot::of(path, diagnostic.span.unwrap_or(Span::START))),
            message: message(&diagnostic.message),
        };
        let count = |level: Level| diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count();
        let levels = [(Level::Error, "error"), (Level::Warning, "warning"), (Level::Note, "note")];
        let counts: Vec<String> = levels
            .into_iter()
            .map(|(level, noun)| (count(level), noun))
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| plural(count, noun))
            .collect();
        Self {
            coverage: assessment.score.coverage_percent,
            unknown: unknown.map(|outcome| outcome.rule.id.to_string()).collect(),
            hours_a_day: grouped(&hours_text(HOURS_A_DAY)),
            diagnostic_counts: listed(&counts),
            more_diagnostics: diagnostics.len().saturating_sub(DIAGNOSTICS),
            is_incomplete: count(Level::Error) > 0,
            diagnostics: diagnostics.iter().take(DIAGNOSTICS).map(remark).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_write_them() {
        assert_eq!([0, 999, 1000, 11_849_999].map(bytes_text), ["0 bytes", "999 bytes", "1.0 kB", "11.8 MB"]);
    }

    #[test]
    fn groups_have_titles() {
        assert_eq!(["devops", "infrastructure", ""].map(group_title), ["DevOps", "Infrastructure", ""]);
    }
}
