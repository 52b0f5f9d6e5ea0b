//! `auditor man`: the manual as roff, the page of the program and one for each command.

use anyhow::{Context as _, Result};
use clap::CommandFactory as _;

use super::args::{Cli, Man};
use super::output::print;
use super::{Exit, complain};

pub(super) fn run(arguments: &Man) -> Result<Exit> {
    let Some(folder) = &arguments.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        print(&String::from_utf8_lossy(&page))?;
        return Ok(Exit::Clean);
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    clap_mangen::generate_to(Cli::command(), folder)
        .with_context(|| format!("cannot write to {}", folder.display()))?;
    complain(&format!("the pages are in {}", folder.display()));
    Ok(Exit::Clean)
}
