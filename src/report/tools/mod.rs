//! The tools that are known, and those that a repository uses.

mod table;
mod view;

use super::{ReportError, plain};
use crate::model::FoundTool;
use crate::signals::Signals;
use view::{FoundV1, KnownV1};

/// A table of the tools that are known: what each is for and how it is recognised.
pub fn known_table(signals: &Signals) -> String {
    table::known(&KnownV1::new(signals))
}

/// The same as JSON, as `reports/schema/tools.schema.json` describes it.
pub fn known_json(signals: &Signals) -> Result<String, ReportError> {
    json(&KnownV1::new(signals))
}

/// A table of the tools that a repository uses, and where.
pub fn found_table(name: &str, tools: &[FoundTool]) -> String {
    table::found(&FoundV1::new(name, tools))
}

/// The same as JSON, as `reports/schema/tools.schema.json` describes it.
pub fn found_json(name: &str, tools: &[FoundTool]) -> Result<String, ReportError> {
    json(&FoundV1::new(name, tools))
}

fn json(value: &impl serde::Serialize) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}
