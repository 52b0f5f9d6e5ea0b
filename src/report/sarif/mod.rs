//! SARIF 2.1.0: every rule, and a result for each finding that costs something. What passes, does not apply or could not
//! be judged makes none. The flavour for code scanning keeps to GitHub's limits, which rejects a file beyond them, and
//! leaves out what is waived, which GitHub would show as an alert; the full one has everything.

mod descriptor;
mod entry;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Message, Notification, Run, RunAutomationDetails, SCHEMA_URL, Sarif, Tool,
    ToolComponent,
};

use super::{ReportError, plain};
use crate::facts::{Diagnostic, Level, Severity, Span};
use crate::score::Assessment;
use entry::{Entry, location};

/// What relative paths are relative to.
const ROOT: &str = "%SRCROOT%";
/// Results that code scanning shows of a run; it refuses more than 25,000.
const RESULTS: usize = 5_000;
/// Bytes of results, before compression: whatever they hold, the compressed file stays under the limit of 10 MB.
const BYTES: usize = 8_000_000;
/// Remarks about the scan that are listed.
const NOTIFICATIONS: usize = 100;

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// GitHub's code scanning, with its limits.
    CodeScanning,
    /// Programs that want everything.
    Full,
}

pub(super) fn render(assessment: &Assessment, flavour: Flavour) -> Result<String, ReportError> {
    let mut results = entry::findings(assessment);
    let mut left_out = 0;
    match flavour {
        Flavour::Full => results.extend(entry::waived(assessment)),
        Flavour::CodeScanning => left_out = keep_the_worst(&mut results)?,
    }
    let driver = ToolComponent::builder()
        .name(assessment.tool.name.as_str())
        .semantic_version(assessment.tool.version.as_str())
        .rules(assessment.outcomes.iter().map(descriptor::of).collect::<Vec<_>>())
        .build();
    let root = ArtifactLocation::builder().description("The root of the repository").build();
    let run = Run::builder()
        .tool(Tool::from(driver))
        .results(results.into_iter().map(|(_, entry)| entry).collect::<Vec<_>>())
        .invocations(vec![invocation(assessment, flavour, left_out)])
        .automation_details(RunAutomationDetails::builder().id("auditor/").build())
        .column_kind(json!("unicodeCodePoints"))
        .original_uri_base_ids(BTreeMap::from([(ROOT.to_owned(), root)]))
        .build();
    let sarif = Sarif::builder().schema(SCHEMA_URL).version(json!("2.1.0")).runs(vec![run]).build();
    let mut text = match flavour {
        Flavour::CodeScanning => serde_json::to_string(&sarif)?,
        Flavour::Full => serde_json::to_string_pretty(&sarif)?,
    };
    text.push('\n');
    Ok(plain::safe_json(&text))
}

/// Drops the least severe results beyond the limits, and says how many; what is kept stays in its order.
fn keep_the_worst(results: &mut Vec<(Severity, Entry)>) -> Result<usize, ReportError> {
    let mut order: Vec<usize> = (0..results.len()).collect();
    order.sort_by_key(|&index| Reverse(results.get(index).map(|(severity, _)| *severity)));
    let mut is_kept = vec![false; results.len()];
    let mut bytes = 0;
    for index in order.into_iter().take(RESULTS) {
        let Some((_, entry)) = results.get(index) else { continue };
        bytes += serde_json::to_string(entry)?.len();
        if bytes > BYTES {
            break;
        }
        if let Some(kept) = is_kept.get_mut(index) {
            *kept = true;
        }
    }
    let before = results.len();
    let mut kept = is_kept.into_iter();
    results.retain(|_| kept.next().unwrap_or(false));
    Ok(before - results.len())
}

fn invocation(assessment: &Assessment, flavour: Flavour, left_out: usize) -> Invocation {
    let limit = if flavour == Flavour::Full { usize::MAX } else { NOTIFICATIONS };
    let mut diagnostics: Vec<&Diagnostic> = assessment.diagnostics.iter().collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.level);
    let mut notifications: Vec<Notification> = diagnostics.iter().take(limit).map(|own| notification(own)).collect();
    if left_out > 0 {
        let message = format!(
            "{left_out} results are left out, the least severe: code scanning shows {RESULTS} of a run. The JSON report has \
             all of them"
        );
        notifications.push(Notification::builder().level(json!("warning")).message(said(&message)).build());
    }
    if diagnostics.len() > limit {
        let message = format!("{} more remarks about the scan are in the JSON report", diagnostics.len() - limit);
        notifications.push(Notification::builder().level(json!("note")).message(said(&message)).build());
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

/// Characters of a message.
const MESSAGE: usize = 1024;

/// A message; brackets before a parenthesis would make a link of it.
fn said(text: &str) -> Message {
    Message::builder().text(plain::cut(&plain::one_line(text), MESSAGE).replace("](", "] (")).build()
}

fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_makes_no_link() {
        assert_eq!(said("[a](1)").text.as_deref(), Some("[a] (1)"));
    }
}
