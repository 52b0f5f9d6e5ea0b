//! `auditor init`: a commented auditor.toml that fits the repository.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use auditor::config::{Layer, Listing, NAME, Settings, Source};
use auditor::policy::{Policy, main_kind};
use auditor::scan::{Auditor, Understood};
use auditor::score::Assessment;
use clap::Args;

use super::Exit;
use super::scan::{directory_name, print};

/// Write a commented auditor.toml that fits the repository.
///
/// The repository is scanned, and what was found becomes the file: its profile, its components, gates that it meets
/// today. A file that exists is never overwritten.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0, or 2 where the file exists already or cannot be written.")]
pub(crate) struct Init {
    /// The directory to write the file into
    #[arg(default_value = ".")]
    path: PathBuf,

    /// Print the file instead of writing it
    #[arg(long)]
    print: bool,
}

pub(super) fn run(arguments: &Init) -> Result<Exit> {
    let target = arguments.path.join(NAME);
    if !arguments.print && std::fs::symlink_metadata(&target).is_ok() {
        bail!(
            "{} exists already\n  help: change it, or see what a new one would hold with `auditor init --print`",
            target.display()
        );
    }
    let auditor = Auditor::new()?;
    let settings = Settings { listing: Listing::Auto, ..Settings::default() };
    let understood = auditor.understand(&arguments.path, &settings)?;
    let profile = main_kind(&understood.repository);
    let components = components(&understood);
    let assessment = auditor.assess(understood, &directory_name(&arguments.path), &Policy::default())?;
    let text = file(profile, &components, &assessment);
    // What this command writes, every other one must be able to read.
    Layer::parse(Source::Repository, NAME, &text).context("a defect of auditor: please report it")?;
    if arguments.print {
        print(&text)?;
        return Ok(Exit::Clean);
    }
    let written = OpenOptions::new().write(true).create_new(true).open(&target);
    written
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("{} cannot be written", target.display()))?;
    print(&format!("wrote {}\n", target.display()))?;
    Ok(Exit::Clean)
}

/// Components that are more than the repository's one package, as lines.
fn components(understood: &Understood) -> Vec<String> {
    let line = |component: &auditor::facts::Component| {
        let path = if component.path.is_empty() { "." } else { component.path.as_str() };
        let kinds: Vec<String> = component.kinds.keys().map(|kind| format!("\"{}\"", kind.name())).collect();
        format!("# {} = [{}]", toml::Value::String(path.to_owned()), kinds.join(", "))
    };
    understood.repository.components.iter().map(line).collect()
}

fn file(profile: &str, components: &[String], assessment: &Assessment) -> String {
    let mut text = String::from(
        "# Settings of auditor for this repository: `auditor config` prints what is in effect and where it comes from.\n\
         # Editors: `auditor config --schema` prints the JSON Schema of this file.\n\n",
    );
    let known = ["service", "web", "library", "cli", "infra"].contains(&profile);
    let comment = if known { "" } else { "# " };
    let shown = if known { profile } else { "service" };
    let _ = write!(
        text,
        "# What the repository mainly is, as the evidence says: service, web, library, cli or infra.\n\
         {comment}profile = \"{shown}\"\n\n\
         # What a law asks for on top: healthcare, payments. Absent: as the evidence says.\n"
    );
    let overlays: Vec<String> = assessment.repository.overlays.iter().map(|name| format!("\"{name}\"")).collect();
    let _ = write!(text, "# overlays = [{}]\n\n", overlays.join(", "));
    text.push_str(
        "# An organisation's file, which this one refines.\n# extends = \"policy.toml\"\n\n\
         # Folders with rules of your own, `<category>/<name>.toml`.\n# rule-packs = [\"tools/audit-rules\"]\n\n\
         [files]\n# Globs, relative to this file. What git ignores is left out anyway.\n# exclude = [\"legacy/**\"]\n\n\
         # What files are for, where names and places deceive: product, configuration, test, script, example,\n\
         # documentation, generated, vendored.\n# [[roles]]\n# paths = [\"simulator/**\"]\n# role = \"test\"\n\n\
         [components]\n# What was found; name a component here to correct its kinds: service, web, library, cli, infra.\n",
    );
    for line in components {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("\n# What makes `auditor scan` end with exit status 1.\n[gates]\n");
    match assessment.score.overall {
        Some(score) => {
            let met = (score * 2.0).floor() / 2.0;
            let _ = write!(text, "# The overall score is {score:.1} today.\nfail-under = {met:.1}\n");
        }
        None => text.push_str("# fail-under = 7\n"),
    }
    text.push_str("# fail-on = \"critical\"\n# min-coverage = 80\n\n# The least scores of categories; today's are\n[gates.categories]\n");
    for category in &assessment.categories {
        if let Some(score) = category.score {
            let _ = writeln!(text, "# {} = {score:.1}", category.id);
        }
    }
    text.push_str(
        "\n# Rules by id: weight (1 to 5), severity, or a reason to switch one off.\n\
         # [rules.\"testing/load\"]\n# disabled = \"the platform team tests load\"\n\n\
         # Findings that somebody accepts, until a date. `auditor:ignore rule-id -- reason` in a comment does the same for\n\
         # one line.\n\
         # [[waivers]]\n# rule = \"ci/rollback\"\n# path = \".github/workflows/**\"\n# reason = \"the platform rolls back\"\n\
         # owner = \"platform@example.org\"\n# expires = \"2027-06-30\"\n",
    );
    text
}
