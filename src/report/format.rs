//! The formats of reports: their names, what each is for, and which endings of files ask for it.

use std::path::Path;

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Scores and the first things to do, on one screen.
    Terminal,
    /// The whole audit, for people.
    Markdown,
    /// The whole audit as one page for a browser.
    Html,
    /// The whole audit, for programs: `reports/schema/report.schema.json`.
    Json,
    /// Findings for code scanning, SARIF 2.1.0 within GitHub's limits.
    Sarif,
    /// All findings as SARIF 2.1.0, what is waived among them.
    SarifFull,
    /// GitLab's Code Quality report.
    CodeQuality,
    /// `JUnit` XML.
    Junit,
    /// GitHub's workflow commands.
    Annotations,
    /// The page of a job on GitHub.
    StepSummary,
    /// A row for each finding.
    Csv,
    /// A badge as SVG.
    Badge,
    /// What shields.io makes a badge from.
    Shields,
    /// Observations and evidence for controls, OSCAL assessment results 1.1.
    Oscal,
}

/// Format, name, what it is for, endings of files.
type Row = (Format, &'static str, &'static str, &'static [&'static str]);

const FORMATS: &[Row] = &[
    (Format::Terminal, "terminal", "a summary that fits a screen", &[".txt"]),
    (Format::Markdown, "markdown", "the whole audit, for people", &[".md", ".markdown"]),
    (Format::Html, "html", "the whole audit as one page for a browser, with filters", &[".html", ".htm"]),
    (Format::Json, "json", "the whole audit, for programs; `auditor report` makes the others from it", &[".json"]),
    (Format::Sarif, "sarif", "findings for GitHub code scanning, within its limits", &[".sarif", ".sarif.json"]),
    (Format::SarifFull, "sarif-full", "all findings as SARIF, accepted ones among them", &[".full.sarif"]),
    (Format::CodeQuality, "codequality", "GitLab's Code Quality report", &[".codequality.json"]),
    (Format::Junit, "junit", "JUnit XML: a suite per category, a case per rule", &[".xml"]),
    (Format::Annotations, "annotations", "GitHub workflow commands for the worst ten findings", &[]),
    (Format::StepSummary, "step-summary", "Markdown for the page of a GitHub job", &[]),
    (Format::Csv, "csv", "a row per finding, for spreadsheets", &[".csv"]),
    (Format::Badge, "badge", "the score as an SVG badge", &[".svg"]),
    (Format::Shields, "shields", "the score as a shields.io endpoint", &[".shields.json"]),
    (Format::Oscal, "oscal", "evidence for controls: OSCAL assessment results", &[".oscal.json"]),
];

impl Format {
    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        FORMATS.iter().map(|&(format, ..)| format)
    }

    fn row(self) -> Option<&'static Row> {
        FORMATS.iter().find(|&&(format, ..)| format == self)
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |&(_, name, ..)| name)
    }

    /// What it is for.
    pub fn about(self) -> &'static str {
        self.row().map_or("", |&(_, _, about, _)| about)
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// The format that a file's name asks for: the one with the longest ending that fits.
    pub fn from_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let fitting = |&&(_, _, _, endings): &&Row| {
            endings.iter().filter(|ending| name.ends_with(**ending)).map(|ending| ending.len()).max()
        };
        let best = FORMATS.iter().filter(|row| fitting(row).is_some()).max_by_key(fitting);
        best.map(|&(format, ..)| format)
    }

    /// The endings of files that ask for it, the usual one first.
    pub fn endings(self) -> &'static [&'static str] {
        self.row().map_or(&[], |&(.., endings)| endings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::all() {
            assert_eq!(Format::from_name(format.name()), Some(format));
            assert!(!format.about().is_empty());
        }
        assert_eq!(Format::from_name("pdf"), None);
    }

    #[test]
    fn a_file_name_tells_the_format() {
        for (name, format) in [
            ("out/audit.md", Some(Format::Markdown)),
            ("audit.JSON", Some(Format::Json)),
            ("a.sarif", Some(Format::Sarif)),
            ("a.sarif.json", Some(Format::Sarif)),
            ("a.full.sarif", Some(Format::SarifFull)),
            ("gl.codequality.json", Some(Format::CodeQuality)),
            ("a.txt", Some(Format::Terminal)),
            ("badge.svg", Some(Format::Badge)),
            ("a.pdf", None),
            ("json", None),
        ] {
            assert_eq!(Format::from_path(Path::new(name)), format, "{name}");
        }
    }
}
