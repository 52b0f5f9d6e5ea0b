//! `TeamCity`: what the Kotlin settings say of steps and triggers, as far as texts in them go.

use super::{job, runs};
use crate::facts::{Pipeline, Span, Trigger, TriggerKind};

/// A setting that holds a command's words, and what comes before them.
const SETTINGS: &[(&str, &str)] =
    &[("scriptContent", ""), ("goals", "mvn "), ("tasks", "./gradlew "), ("shellScript", "")];

pub(super) fn read(text: &str, pipeline: &mut Pipeline) {
    // Which build a step is in, and what starts it, a reader of text cannot say for sure.
    pipeline.is_read = false;
    let mut kinds = vec![TriggerKind::Push];
    if text.contains("pullRequests {") {
        kinds.push(TriggerKind::ChangeRequest);
    }
    pipeline.triggers = kinds.into_iter().map(|kind| Trigger::any(kind, Span::START)).collect();
    let mut steps = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let span = Span { line: number, column: 1, end_line: number, end_column: 1 };
        let Some((name, value)) = line.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
            continue;
        };
        let Some((_, program)) = SETTINGS.iter().find(|(setting, _)| *setting == name) else { continue };
        if let Some(block) = value.strip_prefix("\"\"\"") {
            let rest = text.lines().skip(index + 1).take_while(|line| !line.contains("\"\"\""));
            let whole: Vec<&str> = std::iter::once(block).chain(rest.map(str::trim)).collect();
            steps.push(runs(whole.join("\n").split("\"\"\"").next().unwrap_or_default(), span));
        } else {
            let inner = value.trim_matches('"');
            steps.push(runs(&format!("{program}{inner}"), span));
        }
    }
    pipeline.jobs = vec![job("settings", Span::START, steps)];
}
