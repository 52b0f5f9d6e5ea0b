//! `auditor inspect`: what is understood of a repository, without a judgement.

use anyhow::Result;
use auditor::config::{Limits, Listing, Settings};
use auditor::report::inspect::{self, Subject};
use auditor::scan::Auditor;

use super::args::{Inspect, InspectFormat};
use super::scan::{directory_name, print};
use super::{Exit, complain};

pub(super) fn run(arguments: &Inspect) -> Result<Exit> {
    let settings = Settings {
        limits: Limits { file_bytes: u64::from(arguments.max_file_size) * 1024 * 1024, ..Limits::default() },
        listing: if arguments.no_git { Listing::Walk } else { Listing::Auto },
        threads: arguments.threads,
        ..Settings::default()
    };
    let understood = Auditor::new()?.understand(&arguments.path, &settings)?;
    let name = directory_name(&arguments.path);
    let subject = Subject {
        name: &name,
        repository: &understood.repository,
        commit: understood.commit.as_ref(),
        bytes: understood.bytes,
        with_files: arguments.files,
    };
    print(&match arguments.format {
        InspectFormat::Table => inspect::table(&subject),
        InspectFormat::Json => inspect::json(&subject)?,
    })?;
    if understood.repository.is_incomplete() {
        complain("not everything could be read: see the diagnostics");
        return Ok(Exit::Incomplete);
    }
    Ok(Exit::Clean)
}
