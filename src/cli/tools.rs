//! `auditor tools`: the tools that are known, and those that a repository uses.

use anyhow::Result;
use auditor::config::{Listing, Settings};
use auditor::report::tools;
use auditor::scan::Auditor;
use auditor::signals::Signals;

use super::args::{InspectFormat, Tools};
use super::scan::{directory_name, print};
use super::{Exit, complain};

pub(super) fn run(arguments: &Tools) -> Result<Exit> {
    let Some(path) = &arguments.path else {
        let signals = Signals::built_in()?;
        print(&match arguments.format {
            InspectFormat::Table => tools::known_table(&signals),
            InspectFormat::Json => tools::known_json(&signals)?,
        })?;
        return Ok(Exit::Clean);
    };
    let settings = Settings {
        listing: if arguments.no_git { Listing::Walk } else { Listing::Auto },
        threads: arguments.threads,
        ..Settings::default()
    };
    let repository = Auditor::new()?.understand(path, &settings)?.repository;
    let (name, found) = (directory_name(path), repository.tools());
    print(&match arguments.format {
        InspectFormat::Table => tools::found_table(&name, &found),
        InspectFormat::Json => tools::found_json(&name, &found)?,
    })?;
    if repository.is_incomplete() {
        complain("not everything could be read: `auditor inspect` says what");
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Clean)
}
