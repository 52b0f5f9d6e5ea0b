//! Reports: the assessment in the formats that people and programs read. Renderers decide nothing: whatever a score or a
//! status is, was settled before.

mod document;
mod governance;
pub mod inspect;
mod json;
mod markdown;
mod oscal;
mod plain;
mod sarif;
mod table;
mod terminal;
pub mod tools;
mod write;

use std::path::{Path, PathBuf};

pub use plain::one_line;
pub use write::write_file;

use crate::score::Assessment;

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Scores and the first things to do, on one screen.
    Terminal,
    /// The whole audit, for people.
    Markdown,
    /// The whole audit, for programs: `reports/schema/report.schema.json`.
    Json,
    /// Findings for code scanning, SARIF 2.1.0.
    Sarif,
    /// Observations and evidence for controls, OSCAL assessment results 1.1.
    Oscal,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Terminal, Self::Markdown, Self::Json, Self::Sarif, Self::Oscal];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Oscal => "oscal",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }

    /// The format that a file's name asks for: `.md`, `.json`, `.sarif`, `.sarif.json` or `.txt`.
    pub fn from_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let endings = [
            (".sarif.json", Self::Sarif),
            (".oscal.json", Self::Oscal),
            (".sarif", Self::Sarif),
            (".json", Self::Json),
            (".md", Self::Markdown),
            (".markdown", Self::Markdown),
            (".txt", Self::Terminal),
        ];
        endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, format)| format)
    }
}

/// How a report for the terminal looks; who prints it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether to colour: only where a person looks on, and never against `NO_COLOR`.
    pub colour: bool,
    /// Columns of the terminal, `None` where it is not known.
    pub width: Option<u16>,
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
        Format::Markdown => markdown::render(assessment),
        Format::Json => json::render(assessment),
        Format::Sarif => sarif::render(assessment),
        Format::Oscal => oscal::render(assessment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for &format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("pdf"), None);
    }

    #[test]
    fn a_file_name_tells_the_format() {
        let names = ["out/audit.md", "audit.JSON", "a.sarif", "a.sarif.json", "a.txt", "a.pdf", "json"];
        let formats = names.map(|name| Format::from_path(Path::new(name)));
        let expected = [Format::Markdown, Format::Json, Format::Sarif, Format::Sarif, Format::Terminal];
        assert_eq!(formats[..5], expected.map(Some));
        assert_eq!(formats[5..], [None, None]);
    }
}
