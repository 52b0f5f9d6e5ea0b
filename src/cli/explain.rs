//! `auditor explain`: what a rule means, why it matters, what counts and how to mend it.

use anyhow::Result;
use auditor::report::rule_page;
use auditor::rules::Catalogue;

use super::Exit;
use super::args::Explain;
use super::output::print;
use super::rule::find;

pub(super) fn run(arguments: &Explain) -> Result<Exit> {
    let catalogue = Catalogue::built_in()?;
    print(&rule_page(find(&catalogue, &arguments.rule)?))?;
    Ok(Exit::Clean)
}
