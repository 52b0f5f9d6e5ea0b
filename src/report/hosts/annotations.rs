//! GitHub's workflow commands: the worst findings beside the lines of a change. GitHub shows ten warnings and ten errors
//! of a step, so that only the worst are said, and how many more there are.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::{costly, message};
use crate::facts::{Severity, Span};
use crate::report::plain;
use crate::rules::RuleKind;
use crate::score::Assessment;

/// Findings that are said.
const SAID: usize = 10;

pub(in crate::report) fn render(assessment: &Assessment) -> String {
    let mut findings: Vec<_> = costly(assessment).filter(|(_, finding)| !finding.place.path.is_empty()).collect();
    findings.sort_by_key(|(outcome, finding)| Reverse((finding.severity, outcome.rule.weight)));
    let mut text = String::new();
    for (outcome, finding) in findings.iter().take(SAID) {
        let command = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Info => "notice",
        };
        let Span { line, .. } = finding.place.span;
        let path = property(&finding.place.path);
        // The title of a practice that is missing would read as if it were there.
        let title = match outcome.rule.kind {
            RuleKind::Expect => property(outcome.rule.id.as_str()),
            RuleKind::Forbid => property(&format!("{} ({})", outcome.rule.title, outcome.rule.id)),
        };
        let said = data(message(outcome, finding));
        let _ = writeln!(text, "::{command} file={path},line={line},title={title}::{said}");
    }
    let score = assessment.score.overall.map(|score| format!("{score:.1} of 10, ")).unwrap_or_default();
    let rest = match findings.len().saturating_sub(SAID) {
        0 => format!("{} findings", findings.len()),
        rest => format!("{} findings, {rest} beyond the worst {SAID}", findings.len()),
    };
    let _ = writeln!(text, "::notice title=auditor::{score}{rest}");
    text
}

/// What a command says.
fn data(text: &str) -> String {
    plain::one_line(text).replace('%', "%25")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_ends_its_command() {
        assert_eq!(property("50% of a:b,c\r\n::error::x"), "50%25 of a%3Ab%2Cc %3A%3Aerror%3A%3Ax");
        assert_eq!(data("a\n::set-output name=x::y"), "a ::set-output name=x::y");
    }
}
