//! `auditor report`: other formats from a JSON report.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use auditor::report;

use super::args::Report;
use super::{Exit, complain, output};

pub(super) fn run(arguments: &Report) -> Result<Exit> {
    let name = arguments.file.display();
    let text = text_of(&arguments.file).with_context(|| format!("cannot read {name}"))?;
    let assessment = report::read(&text).with_context(|| format!("cannot use {name}"))?;
    output::write(&assessment, &arguments.reports)?;
    if assessment.is_incomplete() {
        complain("the scan that this report is of was incomplete: see its remarks");
    }
    Ok(Exit::Clean)
}

fn text_of(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(path)
}
