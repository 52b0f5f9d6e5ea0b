//! `JUnit` XML: a suite is a category, a case is a rule. What does not apply or could not be decided is skipped, so that a
//! pipeline shows passes, failures and gaps where it shows those of the tests.

use std::fmt::Write as _;

use super::message;
use crate::report::plain;
use crate::rules::{Outcome, Status};
use crate::score::Assessment;

/// Findings that a case lists.
const FINDINGS: usize = 100;

pub(in crate::report) fn render(assessment: &Assessment) -> String {
    let failures = assessment.outcomes.iter().filter(|outcome| LACKING.contains(&outcome.status)).count();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        xml,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">",
        escape(&format!("auditor: {}", assessment.repository.name)),
        assessment.outcomes.len(),
        failures,
    );
    for category in &assessment.categories {
        let own: Vec<&Outcome> =
            assessment.outcomes.iter().filter(|outcome| outcome.rule.id.category() == &*category.id).collect();
        let count = |status: &[Status]| own.iter().filter(|outcome| status.contains(&outcome.status)).count();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
            escape(&category.title),
            own.len(),
            count(LACKING),
            count(SKIPPED),
        );
        for outcome in own {
            case(outcome, &mut xml);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

const LACKING: &[Status] = &[Status::Partial, Status::Fail];
const SKIPPED: &[Status] = &[Status::NotApplicable, Status::Unknown];

fn case(outcome: &Outcome, xml: &mut String) {
    let rule = &outcome.rule;
    let mut costly = outcome.findings.iter().filter(|finding| finding.counts).peekable();
    let file = match costly.peek() {
        Some(finding) if LACKING.contains(&outcome.status) => format!(" file=\"{}\"", escape(&finding.place.path)),
        _ => String::new(),
    };
    let _ =
        write!(xml, "    <testcase classname=\"{}\" name=\"{}\"{file}", escape(rule.id.as_str()), escape(&rule.title));
    match outcome.status {
        Status::Pass => xml.push_str("/>\n"),
        Status::NotApplicable | Status::Unknown => {
            let reason = format!("{}: {}", outcome.status.name(), outcome.reason);
            let _ = write!(xml, ">\n      <skipped message=\"{}\"/>\n    </testcase>\n", escape(&reason));
        }
        Status::Partial | Status::Fail => {
            let kind = rule.severity.name();
            let _ = writeln!(xml, ">\n      <failure type=\"{kind}\" message=\"{}\">", escape(&outcome.reason));
            let mut listed = 0;
            for finding in costly.by_ref().take(FINDINGS) {
                let (path, line) = (&finding.place.path, finding.place.span.line);
                let _ = writeln!(xml, "{}", escape(&format!("{path}:{line}: {}", message(outcome, finding))));
                listed += 1;
            }
            let rest = costly.count();
            if rest > 0 {
                let _ = writeln!(xml, "and {rest} more beyond these {listed}");
            }
            let _ = writeln!(xml, "{}", escape(&format!("Remedy: {}", outcome.remedy())));
            xml.push_str("      </failure>\n    </testcase>\n");
        }
    }
}

/// One line for XML 1.0, which knows no control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in plain::one_line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}
