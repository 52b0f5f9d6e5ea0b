//! A table for spreadsheets: a row for each finding, and one for each rule that has none, so that every rule is in it.

use crate::report::plain;
use crate::rules::{Finding, Outcome, Status};
use crate::score::Assessment;

const HEAD: &str =
    "category,rule,title,status,severity,counts,component,path,line,message,remedy,horizon,hours,fingerprint";

pub(in crate::report) fn render(assessment: &Assessment) -> String {
    let mut text = format!("{HEAD}\n");
    for outcome in &assessment.outcomes {
        if outcome.findings.is_empty() {
            row(outcome, None, &mut text);
        }
        for finding in &outcome.findings {
            row(outcome, Some(finding), &mut text);
        }
    }
    text
}

fn row(outcome: &Outcome, finding: Option<&Finding>, text: &mut String) {
    let rule = &outcome.rule;
    // What is fulfilled, or concerns nothing here, asks for nothing.
    let is_lacking = matches!(outcome.status, Status::Partial | Status::Fail);
    let severity = finding.map_or(rule.severity, |finding| finding.severity);
    let cells = [
        rule.id.category().to_owned(),
        rule.id.to_string(),
        rule.title.clone(),
        outcome.status.name().to_owned(),
        severity.name().to_owned(),
        finding.map(|finding| if finding.counts { "yes" } else { "no" }).unwrap_or_default().to_owned(),
        finding.and_then(|finding| finding.component.clone()).unwrap_or_default(),
        finding.map(|finding| finding.place.path.to_string()).unwrap_or_default(),
        finding.map(|finding| finding.place.span.line.to_string()).unwrap_or_default(),
        finding.map_or(outcome.reason.clone(), |finding| finding.message.clone()),
        if is_lacking { outcome.remedy().to_owned() } else { String::new() },
        if is_lacking { outcome.horizon().name().to_owned() } else { String::new() },
        if is_lacking { outcome.hours().to_string() } else { String::new() },
        finding.map(|finding| finding.fingerprint.clone()).unwrap_or_default(),
    ];
    text.push_str(&cells.map(|cell| quoted(&cell)).join(","));
    text.push('\n');
}

/// A cell. What a spreadsheet would take for a formula gets an apostrophe before it.
fn quoted(text: &str) -> String {
    let line = plain::one_line(text);
    let line = if line.starts_with(['=', '+', '-', '@']) { format!("'{line}") } else { line };
    if line.contains([',', '"']) { format!("\"{}\"", line.replace('"', "\"\"")) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        assert_eq!(quoted("a, \"b\"\n"), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
    }
}
