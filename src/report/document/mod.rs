//! The view that reports for people share, prepared once: what stands where, in which order and in which words. All texts
//! are single lines without control characters; how a format writes them is the format's business.

mod governance;
mod plan;
mod recommendation;
mod section;
mod snippet;
mod summary;
mod tools;

use serde::Serialize;

pub(super) use governance::Waiver;
pub(super) use plan::{Action, Plan};
pub(super) use section::{Counted, Section};
pub(super) use summary::{Head, Method, Omitted, Part, Practice, Result};

use super::plain;
use crate::facts::Span;
use crate::score::Assessment;

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Document {
    /// What was audited, by what.
    pub head: Head,
    /// Scores and verdict.
    pub result: Result,
    /// Components.
    pub parts: Vec<Part>,
    /// Components beyond those listed.
    pub more_parts: usize,
    /// Known tools that were found, by purpose.
    pub tools: Vec<tools::Purpose>,
    /// Categories that have applicable rules.
    pub sections: Vec<Section>,
    /// What to do.
    pub plan: Plan,
    /// The weightiest practices that are in place.
    pub strengths: Vec<Practice>,
    /// What is in place in each category.
    pub kept: Vec<summary::Kept>,
    /// What the policy asks for.
    pub gates: Vec<governance::GateLine>,
    pub policy_commit: Option<String>,
    pub loosened: Vec<String>,
    pub frameworks: Vec<governance::Framework>,
    /// Accepted findings.
    pub waivers: Vec<Waiver>,
    /// What did not apply and why.
    pub omitted: Vec<Omitted>,
    /// How it was found out and what it cannot tell.
    pub method: Method,
    /// Numbers of the parts that follow the categories.
    pub numbers: Numbers,
}

/// Numbers of the parts that follow the categories; 0 for a part that has nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(super) struct Numbers {
    pub checklist: usize,
    pub compliance: usize,
    pub effort: usize,
    pub actions: usize,
    pub strengths: usize,
    pub conclusion: usize,
    pub gates: usize,
    pub waivers: usize,
    pub omitted: usize,
    pub method: usize,
}

impl Document {
    pub(super) fn new(assessment: &Assessment) -> Self {
        let mut sections = section::sections(assessment);
        snippet::show_files_once(&mut sections);
        recommendation::say_once(&mut sections);
        let plan = Plan::new(assessment, &sections);
        let (parts, more_parts) = summary::parts(assessment);
        let kept = summary::kept(assessment);
        let gates = governance::gates(assessment);
        let mut frameworks = governance::frameworks(assessment);
        let loosened: Vec<String> = assessment.governance.loosened.iter().map(|text| message(text)).collect();
        let waivers = governance::waivers(assessment);
        let omitted = summary::omitted(assessment);
        let mut next = sections.len();
        let mut number = |is_there: bool| {
            next += usize::from(is_there);
            if is_there { next } else { 0 }
        };
        // In the order of the sections.
        let mut numbers = Numbers {
            checklist: number(!plan.priorities.is_empty()),
            compliance: number(!sections.is_empty()),
            effort: number(!plan.priorities.is_empty()),
            actions: number(!plan.horizons.is_empty()),
            strengths: number(!kept.is_empty()),
            conclusion: number(!sections.is_empty()),
            gates: number(!gates.is_empty() || !loosened.is_empty() || assessment.governance.policy_commit.is_some()),
            ..Numbers::default()
        };
        for framework in &mut frameworks {
            framework.number = number(true);
        }
        numbers.waivers = number(!waivers.is_empty());
        numbers.omitted = number(!omitted.is_empty());
        numbers.method = number(true);
        Self {
            head: Head::new(assessment),
            result: Result::new(assessment, &plan),
            parts,
            more_parts,
            tools: tools::purposes(assessment),
            strengths: summary::strengths(assessment),
            method: Method::new(assessment),
            sections,
            plan,
            kept,
            gates,
            policy_commit: assessment.governance.policy_commit.as_deref().map(plain::one_line),
            loosened,
            frameworks,
            waivers,
            omitted,
            numbers,
        }
    }
}

/// A place that a reader can go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Spot {
    /// `src/a.ts:12`, or the path alone where the file as a whole is meant.
    pub label: String,
    /// The path as a relative URI.
    pub uri: String,
    /// The line, 0 for the file as a whole.
    pub line: u32,
}

impl Spot {
    fn new(path: &str, span: Span) -> Self {
        let line = if span == Span::START { 0 } else { span.line };
        let path_label = plain::one_line(path);
        let label = if line == 0 { path_label } else { format!("{path_label}:{line}") };
        Self { label, uri: plain::uri(path), line }
    }

    /// `None` where there is no file to go to.
    fn of(path: &str, span: Span) -> Option<Self> {
        (!path.is_empty()).then(|| Self::new(path, span))
    }
}

/// Characters of a message before it is cut; the JSON report has all of it.
const MESSAGE: usize = 240;

/// A message from a rule or from the tree.
fn message(text: &str) -> String {
    plain::cut(&plain::one_line(text), MESSAGE)
}

/// A reason, to go on in the same sentence.
fn clause(text: &str) -> String {
    let text = message(text);
    text.strip_suffix('.').filter(|rest| !rest.ends_with('.')).map_or_else(|| text.clone(), str::to_owned)
}

/// Hours in a sentence, where quarters would promise too much.
fn about_hours(hours: f64) -> String {
    let (about, text) = if hours < 10.0 { ("", hours_text(hours)) } else { ("about ", hours_text(hours.round())) };
    let unit = if text == "1" { "hour" } else { "hours" };
    format!("{about}{text} {unit}")
}

/// `3.5`, or nothing where there is no score.
fn score_text(score: Option<f64>) -> Option<String> {
    score.map(|score| format!("{score:.1}"))
}

/// A score from 0 to 10 in another unit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 100")]
fn percent(score: f64) -> u8 {
    (score * 10.0).round().clamp(0.0, 100.0) as u8
}

/// `4`, `0.25`, `1,240`.
fn hours_text(hours: f64) -> String {
    let text = format!("{hours:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text.split_once('.') {
        Some((whole, rest)) => format!("{}.{rest}", grouped(whole)),
        None => grouped(text),
    }
}

/// A number with a comma between thousands.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 finding`, `1,204 findings`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    let number = grouped(&count.to_string());
    if count == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}

/// `a, b and c`.
fn listed<T: AsRef<str>>(words: &[T]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => last.as_ref().to_owned(),
        Some((last, rest)) => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(["0", "999", "1000", "1234567"].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([4.0, 0.25, 1240.5, 0.0].map(hours_text), ["4", "0.25", "1,240.5", "0"]);
        assert_eq!([0.25, 1.0, 9.5, 40.4].map(about_hours), ["0.25 hours", "1 hour", "9.5 hours", "about 40 hours"]);
        assert_eq!(plural(1, "file"), "1 file");
        assert_eq!(plural(1204, "file"), "1,204 files");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn the_start_of_a_file_means_the_file() {
        assert_eq!(Spot::new("a.ts", Span::START).label, "a.ts");
        let span = Span { line: 3, column: 1, end_line: 3, end_column: 9 };
        assert_eq!(Spot::new("a.ts", span).label, "a.ts:3");
        assert_eq!(Spot::of("", span), None);
    }
}
