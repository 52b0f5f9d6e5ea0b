//! `auditor completions`: what a shell needs to complete commands.

use anyhow::Result;
use clap::CommandFactory as _;

use super::Exit;
use super::args::{Cli, Completions};
use super::output::print;

pub(super) fn run(arguments: &Completions) -> Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), env!("CARGO_PKG_NAME"), &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Clean)
}
