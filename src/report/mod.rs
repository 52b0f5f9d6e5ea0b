//! Reports: the assessment in the formats that people and programs read. Renderers decide nothing: whatever a score or a
//! status is, was settled before.

mod document;
mod format;
mod hosts;
mod html;
pub mod inspect;
mod json;
mod markdown;
mod oscal;
mod plain;
mod rule_page;
mod sarif;
mod table;
mod terminal;
pub mod tools;
mod write;

use std::path::PathBuf;

pub use format::Format;
pub use plain::one_line;
pub use rule_page::rule_page;
pub use write::write_file;

use crate::score::Assessment;

/// How a report looks; who prints it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether to colour: only where a person looks on, and never against `NO_COLOR`.
    pub colour: bool,
    /// Columns of the terminal, `None` where it is not known.
    pub width: Option<u16>,
    /// Its lines, likewise.
    pub height: Option<u16>,
    /// Whom the Markdown report is for.
    pub audience: Audience,
}

/// Whom a report is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    /// Those who will mend it: everything, with places, code and files to add.
    #[default]
    Engineer,
    /// Those who decide: scores, gaps, cost and the way to production.
    Executive,
}

/// A report that could not be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A built-in template is wrong.
    #[error("the report's template failed")]
    Template(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Something has no form in JSON.
    #[error("the report could not be turned into JSON")]
    Json(#[from] serde_json::Error),
    /// A file is not a report in JSON.
    #[error("this is not a JSON report of auditor: {0}")]
    Unreadable(#[source] serde_json::Error),
    /// A report of another time.
    #[error("the report has version {found} of its form, and this program reads version {known}")]
    Version {
        /// The version that it names.
        found: String,
        /// The one that is known.
        known: &'static str,
    },
    /// A report that names what cannot be a rule.
    #[error("the report names `{0}`, which is no id of a rule")]
    NoRule(String),
    /// The file could not be written.
    #[error("the report could not be written to {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The report in a format, with a line end at its end.
pub fn render(assessment: &Assessment, format: Format, style: &Style) -> Result<String, ReportError> {
    match format {
        Format::Terminal => Ok(terminal::render(assessment, *style)),
        Format::Markdown => markdown::render(assessment, style.audience),
        Format::Html => html::render(assessment),
        Format::Json => json::render(assessment),
        Format::Sarif => sarif::render(assessment, sarif::Flavour::CodeScanning),
        Format::SarifFull => sarif::render(assessment, sarif::Flavour::Full),
        Format::CodeQuality => hosts::code_quality::render(assessment),
        Format::Junit => Ok(hosts::junit::render(assessment)),
        Format::Annotations => Ok(hosts::annotations::render(assessment)),
        Format::StepSummary => hosts::step_summary::render(assessment),
        Format::Csv => Ok(hosts::csv::render(assessment)),
        Format::Badge => Ok(hosts::badge::svg(assessment)),
        Format::Shields => hosts::badge::shields(assessment),
        Format::Oscal => oscal::render(assessment),
    }
}

/// The assessment that a JSON report holds, to be rendered in any other format.
pub fn read(text: &str) -> Result<Assessment, ReportError> {
    json::read(text)
}
