//! `auditor scan`: audit, report, judge the gates.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use auditor::config::{Listing, Settings};
use auditor::facts::Level;
use auditor::report::{self, Format, Style};
use auditor::score::Assessment;

use super::args::{Colour, FormatName, Scan};
use super::{Exit, complain};

pub(super) fn run(arguments: &Scan) -> Result<Exit> {
    let outputs = arguments
        .outputs
        .iter()
        .map(|path| {
            let format = Format::from_path(path).with_context(|| {
                format!("no format has the ending of {}\n  help: use .md, .json, .sarif or .txt", path.display())
            });
            format.map(|format| (path, format))
        })
        .collect::<Result<Vec<_>>>()?;
    let listing = if arguments.no_git { Listing::Walk } else { Listing::Auto };
    let mut prepared =
        arguments.policy.prepare(&arguments.path, listing, arguments.threads, arguments.gates.values())?;
    prepared.policy.date.clone_from(&arguments.date);
    prepared.gate(&arguments.gates)?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => directory_name(&arguments.path),
    };
    let settings = Settings { history: arguments.history, ..prepared.settings };
    let understood = prepared.auditor.understand(&arguments.path, &settings)?;
    let assessment = prepared.auditor.assess(understood, &name, &prepared.policy)?;
    for (path, format) in outputs {
        let text = report::render(&assessment, format, &Style::default())?;
        report::write_file(path, &text)?;
    }
    print(&report::render(&assessment, format_of(arguments.format), &style(arguments.color))?)?;
    Ok(exit(&assessment))
}

pub(super) fn directory_name(path: &Path) -> String {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    full.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn format_of(name: FormatName) -> Format {
    match name {
        FormatName::Terminal => Format::Terminal,
        FormatName::Markdown => Format::Markdown,
        FormatName::Json => Format::Json,
        FormatName::Sarif => Format::Sarif,
        FormatName::Oscal => Format::Oscal,
    }
}

fn style(colour: Colour) -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    let wants_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = match colour {
        Colour::Auto => is_terminal && !wants_none,
        Colour::Always => true,
        Colour::Never => false,
    };
    let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(terminal_size::Width(columns), _)| columns);
    Style { colour, width }
}

/// Prints a report. A reader that stops reading (`| head`) is no error.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            bail!("cannot write the report: {error}")
        }
        _ => Ok(()),
    }
}

fn exit(assessment: &Assessment) -> Exit {
    for text in &assessment.governance.loosened {
        complain(&report::one_line(&format!("warning: the work tree loosens the policy, without effect here: {text}")));
    }
    let missed: Vec<_> = assessment.governance.gates.iter().filter(|gate| !gate.is_met).collect();
    // Without a score, an incomplete scan explains more than a gate that had nothing to compare.
    if !missed.is_empty() && (assessment.score.overall.is_some() || !assessment.is_incomplete()) {
        for gate in missed {
            complain(&report::one_line(&format!("gate missed: {}", gate.reason)));
        }
        return Exit::GateMissed;
    }
    if assessment.is_incomplete() {
        complain_of_incompleteness(assessment);
        return Exit::Incomplete;
    }
    Exit::Clean
}

/// Says what was not judged: the first of the errors, and how many more there are.
fn complain_of_incompleteness(assessment: &Assessment) {
    const SHOWN: usize = 5;
    let errors = || assessment.diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error);
    complain("the scan is incomplete:");
    for error in errors().take(SHOWN) {
        let path = error.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
        complain(&format!("  {}", report::one_line(&format!("{path}{}", error.message))));
    }
    if errors().count() > SHOWN {
        complain(&format!("  and {} more, which the report lists", errors().count() - SHOWN));
    }
}
