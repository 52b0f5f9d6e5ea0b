//! `auditor config`: the configuration that is in effect, with the origin of each value.

use std::path::PathBuf;

use anyhow::Result;
use auditor::config::{self, Listing, Source, key_text, one_line};
use clap::Args;

use super::Exit;
use super::policy::PolicyArguments;
use super::scan::print;

/// Print the configuration that is in effect, with the origin of each value.
///
/// Layers, the weakest first: built-in, profile and overlays, organisation (`--policy`, `extends`), repository
/// (auditor.toml), command line. The output is TOML.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0, or 2 for a mistake in the call or the configuration.")]
pub(crate) struct Config {
    /// The directory that would be audited
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Also print what nobody has changed
    #[arg(long)]
    all: bool,

    /// Print the JSON Schema of auditor.toml, for editors
    #[arg(long)]
    schema: bool,

    #[command(flatten)]
    policy: PolicyArguments,
}

pub(super) fn run(arguments: &Config) -> Result<Exit> {
    if arguments.schema {
        print(config::SCHEMA)?;
        return Ok(Exit::Clean);
    }
    let prepared = arguments.policy.prepare(&arguments.path, Listing::Auto, 0, Vec::new())?;
    let understood = prepared.auditor.understand(&arguments.path, &prepared.settings)?;
    let auditor = &prepared.auditor;
    let chosen = prepared.policy.choose(&auditor.catalogue, &auditor.profiles, &understood.repository)?;
    let mut lines = vec![format!("# Profile: {}{}", chosen.profile, overlays(&chosen.overlays))];
    for layer in prepared.policy.layers.iter().filter(|layer| layer.source != Source::CommandLine) {
        lines.push(format!("# {}: {}", capitalized(layer.source.name()), layer.file));
    }
    lines.push(String::new());
    let shown =
        chosen.resolved.values.iter().filter(|(_, held)| arguments.all || held.origin.source != Source::BuiltIn);
    let values: Vec<(String, String)> = shown
        .map(|(key, held)| {
            let origin = match held.origin.source {
                Source::BuiltIn | Source::Profile => held.origin.place.clone(),
                source => format!("{} ({})", held.origin.place, source.name()),
            };
            (format!("{} = {}", key_text(key), one_line(&held.value)), origin)
        })
        .collect();
    if values.is_empty() {
        lines.push("# Nothing differs from what is built in; --all prints that.".to_owned());
    }
    let width = values.iter().map(|(value, _)| value.chars().count()).max().unwrap_or(0).min(60);
    lines.extend(values.iter().map(|(value, origin)| format!("{value:width$}  # {origin}")));
    print(&format!("{}\n", lines.join("\n")))?;
    Ok(Exit::Clean)
}

fn overlays(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
