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
    let prepared = arguments.policy.prepare(&arguments.path, listing, arguments.threads, arguments.gates.values())?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => directory_name(&arguments.path),
    };
    let settings = Settings { history: arguments.history, ..prepared.settings };
    let understood = prepared.auditor.understand(&arguments.path, &settings)?;
    let mut assessment = prepared.auditor.assess(understood, &name, &prepared.policy)?;
    if let Some(date) = &arguments.date {
        assessment.date = Some(date.clone());
    }
    for (path, format) in outputs {
        let text = report::render(&assessment, format, &Style::default())?;
        report::write_file(path, &text)?;
    }
    print(&report::render(&assessment, format_of(arguments.format), &style(arguments.color))?)?;
    let fail_under = arguments.gates.fail_under.iter().find(|(name, _)| name.is_none()).map(|&(_, score)| score);
    Ok(exit(&assessment, fail_under))
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

fn exit(assessment: &Assessment, fail_under: Option<f64>) -> Exit {
    if let (Some(wanted), Some(score)) = (fail_under, assessment.score.overall)
        && score < wanted
    {
        complain(&format!("gate missed: the overall score is {score:.1}, and --fail-under asks for {wanted:.1}"));
        return Exit::GateMissed;
    }
    if assessment.is_incomplete() {
        complain_of_incompleteness(assessment);
        return Exit::Incomplete;
    }
    if fail_under.is_some() && assessment.score.overall.is_none() {
        complain("gate missed: no rule applies here, so there is no score to compare with --fail-under");
        return Exit::GateMissed;
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
