//! Reports on standard output and in files.

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Result, bail};
use auditor::report::{self, Audience, Style};
use auditor::score::Assessment;

use super::args::{Colour, Reader, Reports};

/// Writes the files first, so that a reader that stops reading standard output loses none of them.
pub(super) fn write(assessment: &Assessment, reports: &Reports) -> Result<()> {
    let audience = match reports.audience {
        Reader::Engineer => Audience::Engineer,
        Reader::Executive => Audience::Executive,
    };
    let in_files = Style { audience, ..Style::default() };
    for target in &reports.outputs {
        report::write_file(&target.path, &report::render(assessment, target.format, &in_files)?)?;
    }
    if reports.quiet {
        return Ok(());
    }
    print(&report::render(assessment, reports.format, &Style { audience, ..style(reports.color) })?)
}

fn style(colour: Colour) -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    let wants_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = match colour {
        Colour::Auto => is_terminal && !wants_none,
        Colour::Always => true,
        Colour::Never => false,
    };
    let (width, height) = terminal_size::terminal_size_of(std::io::stdout())
        .map(|(terminal_size::Width(columns), terminal_size::Height(lines))| (columns, lines))
        .unzip();
    Style { colour, width, height, ..Style::default() }
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
