//! `auditor frameworks`: the compliance frameworks, and the controls of one.

use anyhow::{Result, bail};
use auditor::packs::nearest;
use auditor::rules::{Control, Framework};
use auditor::scan::Auditor;
use clap::Args;

use super::Exit;
use super::output::print;

/// List the compliance frameworks, or the controls of one with the rules that give evidence for each.
///
/// `auditor scan --framework ID` adds a section on what a scan can say about its controls: evidence for them, never
/// compliance.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0, or 2 where no framework has that name.")]
pub(crate) struct Frameworks {
    /// The framework whose controls are listed
    id: Option<String>,
}

pub(super) fn run(arguments: &Frameworks) -> Result<Exit> {
    let catalogue = Auditor::new()?.catalogue;
    let Some(id) = &arguments.id else {
        let line = |own: &Framework| {
            format!("{:<14} {} ({}), {} controls\n", own.id, own.title, own.version, own.controls.len())
        };
        print(&catalogue.frameworks.iter().map(line).collect::<String>())?;
        return Ok(Exit::Clean);
    };
    let Some(framework) = catalogue.frameworks.iter().find(|own| own.id == *id) else {
        let near = nearest(id, catalogue.frameworks.iter().map(|own| own.id.as_str()));
        let hint = near.map_or_else(|| "see `auditor frameworks`".to_owned(), |near| format!("did you mean `{near}`?"));
        bail!("no framework is called `{id}`\n  help: {hint}");
    };
    let mut text = format!("{} ({})\n{}\n{}\n", framework.title, framework.version, framework.about, framework.url);
    // Controls of which no rule speaks, and the same is said, are one entry.
    let is_one = |one: &Control, next: &Control| {
        one.rules.is_empty() && next.rules.is_empty() && (&one.title, &one.beyond) == (&next.title, &next.beyond)
    };
    for same in framework.controls.chunk_by(is_one) {
        let [control, ..] = same else { continue };
        let ids: Vec<&str> = same.iter().map(|own| own.id.as_str()).collect();
        let rules: Vec<&str> = control.rules.iter().map(auditor::facts::RuleId::as_str).collect();
        let rules = if rules.is_empty() { "no rule gives evidence".to_owned() } else { rules.join(", ") };
        text.push_str(&["\n", &ids.join(", "), "  ", &control.title, "\n  evidence: ", &rules, "\n"].concat());
        text.push_str(&["  no scan shows: ", &control.beyond, "\n"].concat());
    }
    print(&text)?;
    Ok(Exit::Clean)
}
