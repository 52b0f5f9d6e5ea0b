//! SARIF 2.1.0 for code scanning: every rule, and a result for each finding that costs something. What passes, does not
//! apply or could not be judged makes none. The limits are GitHub's, which rejects a file beyond them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, MultiformatMessageString, Notification, PhysicalLocation,
    PropertyBag, Region, ReportingConfiguration, ReportingDescriptor, ResultLevel, Run, RunAutomationDetails,
    SCHEMA_URL, Sarif, Suppression, Tool, ToolComponent,
};

use super::{ReportError, plain};
use crate::facts::{Diagnostic, Level, Severity, Span};
use crate::rules::{Finding, Outcome, Rule, Status};
use crate::score::{Assessment, Waived};

/// One result; the crate's own name for it hides the standard library's.
type Entry = serde_sarif::sarif::Result;

/// What relative paths are relative to.
const ROOT: &str = "%SRCROOT%";
/// The key of our fingerprints; `primaryLocationLineHash` is GitHub's own.
const FINGERPRINT: &str = "auditor/v1";
/// Results a run may hold.
const RESULTS: usize = 25_000;
/// Tags a rule keeps.
const TAGS: usize = 10;
/// Characters of a description, and of a name.
const DESCRIPTION: usize = 1024;
const NAME: usize = 255;

pub(super) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let (results, left_out) = results(assessment);
    let driver = ToolComponent::builder()
        .name(assessment.tool.name)
        .semantic_version(assessment.tool.version)
        .rules(assessment.outcomes.iter().map(|outcome| descriptor(&outcome.rule)).collect::<Vec<_>>())
        .build();
    let root = ArtifactLocation::builder().description("The root of the repository").build();
    let run = Run::builder()
        .tool(Tool::from(driver))
        .results(results)
        .invocations(vec![invocation(assessment, left_out)])
        .automation_details(RunAutomationDetails::builder().id("auditor/").build())
        .column_kind(json!("unicodeCodePoints"))
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
        .build();
    let sarif = Sarif::builder().schema(SCHEMA_URL).version(json!("2.1.0")).runs(vec![run]).build();
    let mut text = serde_json::to_string_pretty(&sarif)?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let remedy = &rule.remedy;
    let text = format!("{}\n\n{}\n\nRemedy: {}", rule.what, rule.why, remedy.summary);
    let markdown = format!("{}\n\n**Why:** {}\n\n**Remedy:** {}", rule.what, rule.why, remedy.summary);
    ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(plain::cut(&pascal_case(rule.id.name()), NAME))
        .short_description(described(&rule.title))
        .full_description(described(&rule.what))
        .help(MultiformatMessageString::builder().text(text).markdown(markdown).build())
        .default_configuration(ReportingConfiguration::builder().level(json!(level(rule.severity))).build())
        .properties(properties(rule))
        .build()
}

fn described(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(plain::cut(&plain::one_line(text), DESCRIPTION)).build()
}

fn properties(rule: &Rule) -> PropertyBag {
    let is_security = matches!(rule.id.category(), "secrets" | "security");
    let mut tags = vec![rule.id.category().to_owned(), rule.kind.name().to_owned()];
    if is_security && rule.id.category() != "security" {
        tags.push("security".to_owned());
    }
    for (framework, controls) in &rule.controls {
        tags.extend(controls.iter().map(|control| format!("{framework}/{control}")));
    }
    tags.truncate(TAGS);
    let mut more = BTreeMap::from([("precision".to_owned(), json!("high"))]);
    match security_severity(rule.severity).filter(|_| is_security) {
        Some(severity) => more.insert("security-severity".to_owned(), json!(severity)),
        None => more.insert("problem.severity".to_owned(), json!(problem_severity(rule.severity))),
    };
    PropertyBag::builder().tags(tags).additional_properties(more).build()
}

/// The worst results first where there are more than a run may hold; with the number of those left out.
fn results(assessment: &Assessment) -> (Vec<Entry>, usize) {
    let mut found: Vec<(usize, &Outcome, &Finding)> = Vec::new();
    for (index, outcome) in assessment.outcomes.iter().enumerate() {
        if matches!(outcome.status, Status::Partial | Status::Fail) {
            found.extend(outcome.findings.iter().filter(|finding| finding.counts).map(|f| (index, outcome, f)));
        }
    }
    let room = RESULTS.saturating_sub(assessment.waived.len());
    let left_out = found.len().saturating_sub(room);
    if left_out > 0 {
        found.sort_by_key(|&(.., finding)| std::cmp::Reverse(finding.severity));
        found.truncate(room);
    }
    let mut results: Vec<Entry> =
        found.iter().map(|&(index, outcome, finding)| result(index, outcome, finding)).collect();
    results.extend(assessment.waived.iter().take(RESULTS).map(|waived| suppressed(assessment, waived)));
    (results, left_out)
}

fn result(index: usize, outcome: &Outcome, finding: &Finding) -> Entry {
    let message = match finding.message.as_str() {
        "" => &outcome.rule.title,
        message => message,
    };
    Entry::builder()
        .rule_id(outcome.rule.id.as_str())
        .rule_index(number(index))
        .level(level(finding.severity))
        .message(said(message))
        .locations(vec![location(&finding.place.path, finding.place.span)])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), finding.fingerprint.clone())]))
        .build()
}

fn suppressed(assessment: &Assessment, waived: &Waived) -> Entry {
    let index = assessment.outcomes.iter().position(|outcome| outcome.rule.id == waived.rule);
    let rule = index.and_then(|index| assessment.outcomes.get(index)).map(|outcome| &outcome.rule);
    let owner = waived.owner.as_deref().unwrap_or("a comment in the code");
    let until = waived.expires.as_deref().map(|date| format!(", until {date}")).unwrap_or_default();
    let justification = format!("{} ({owner}{until})", waived.reason);
    let kind = if waived.owner.is_some() { "external" } else { "inSource" };
    let span = Span { line: waived.line.max(1), column: 1, end_line: waived.line.max(1), end_column: 1 };
    let suppression = Suppression::builder()
        .kind(json!(kind))
        .status(json!("accepted"))
        .justification(plain::one_line(&justification))
        .build();
    let mut result = Entry::builder()
        .rule_id(waived.rule.as_str())
        .level(rule.map_or(ResultLevel::Note, |rule| level(rule.severity)))
        .message(said(&waived.message))
        .locations(vec![location(&waived.path, span)])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), waived.fingerprint.clone())]))
        .suppressions(vec![suppression])
        .build();
    result.rule_index = index.map(number);
    result
}

fn invocation(assessment: &Assessment, left_out: usize) -> Invocation {
    let mut notifications: Vec<Notification> = assessment.diagnostics.iter().map(notification).collect();
    if left_out > 0 {
        let message =
            format!("{left_out} results beyond {RESULTS} are left out, the least severe; the JSON report has them");
        notifications.push(Notification::builder().level(json!("warning")).message(said(&message)).build());
    }
    let is_complete = assessment.diagnostics.iter().all(|diagnostic| diagnostic.level != Level::Error);
    Invocation::builder().execution_successful(is_complete).tool_execution_notifications(notifications).build()
}

fn notification(diagnostic: &Diagnostic) -> Notification {
    let level: Value = json!(diagnostic.level);
    let mut notification = Notification::builder().level(level).message(said(&diagnostic.message)).build();
    notification.locations =
        diagnostic.path.as_deref().map(|path| vec![location(path, diagnostic.span.unwrap_or(Span::START))]);
    notification
}

/// A message; brackets before a parenthesis would make a link of it.
fn said(text: &str) -> Message {
    Message::builder().text(plain::one_line(text).replace("](", "] (")).build()
}

fn location(path: &str, span: Span) -> Location {
    let artifact = ArtifactLocation::builder().uri(plain::uri(path)).uri_base_id(ROOT).build();
    let region = Region::builder()
        .start_line(i64::from(span.line.max(1)))
        .start_column(i64::from(span.column.max(1)))
        .end_line(i64::from(span.end_line.max(1)))
        .end_column(i64::from(span.end_column.max(1)))
        .build();
    let physical = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Location::builder().physical_location(physical).build()
}

const fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Critical | Severity::High => ResultLevel::Error,
        Severity::Medium => ResultLevel::Warning,
        Severity::Low | Severity::Info => ResultLevel::Note,
    }
}

/// How GitHub grades what concerns security: above 9.0 is critical, from 7.0 high, from 4.0 medium.
const fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

/// How GitHub grades the rest.
const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

fn pascal_case(kebab: &str) -> String {
    let capitalize = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    kebab.split('-').map(capitalize).collect()
}

fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Catalogue;

    #[test]
    fn every_rule_has_what_the_formats_show() {
        for rule in Catalogue::built_in().unwrap().rules {
            for text in [&rule.title, &rule.what, &rule.why, &rule.remedy.summary] {
                assert!(!text.trim().is_empty(), "{}: a text is missing", rule.id);
            }
            for text in [&rule.title, &rule.what] {
                assert!(text.chars().count() <= DESCRIPTION, "{}: code scanning would cut: {text}", rule.id);
            }
            assert!(!rule.title.ends_with('.') && !rule.title.contains('\n'), "{}: a title is no sentence", rule.id);
            assert!(rule.remedy.hours + rule.remedy.hours_each > 0.0, "{}: a remedy takes time", rule.id);
            assert!(rule.weight > 0, "{}: a weight is positive", rule.id);
        }
    }

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal_case("tests-on-change"), "TestsOnChange");
    }

    #[test]
    fn a_message_makes_no_link() {
        assert_eq!(said("[a](1)").text.as_deref(), Some("[a] (1)"));
    }
}
