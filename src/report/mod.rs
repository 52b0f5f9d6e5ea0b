//! Stub: the reports branch replaces this file as a whole.

use std::path::Path;

use crate::score::Assessment;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Terminal.
    Terminal,
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
    /// SARIF.
    Sarif,
}

impl Format {
    /// By file name.
    pub fn from_path(_path: &Path) -> Option<Self> {
        None
    }
}

/// Style of terminal reports.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Colours.
    pub colour: bool,
    /// Columns.
    pub width: Option<u16>,
}

/// Renders.
pub fn render(assessment: &Assessment, _format: Format, _style: &Style) -> Result<String, std::io::Error> {
    let mut text = format!("{:#?}\n", assessment.score);
    for outcome in &assessment.outcomes {
        text += &format!("{} {} {}\n", outcome.rule.id, outcome.status.name(), outcome.reason);
    }
    Ok(text)
}

/// Writes.
pub fn write_file(path: &Path, text: &str) -> Result<(), std::io::Error> {
    std::fs::write(path, text)
}
