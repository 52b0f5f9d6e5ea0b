//! Arguments that choose the configuration, and how they become a policy. Every command that judges shares them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use auditor::config::{self, Disk, Layer, Listing, Settings, Wish};
use auditor::policy::{Baseline, Policy, loosened};
use auditor::scan::Auditor;
use auditor::score::Assessment;
use auditor::walk::CommitTree;
use clap::Args;

use super::args::Reading;
use super::gates::GateArguments;
use super::scan::directory_name;

/// Which configuration is in effect.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct PolicyArguments {
    /// Use this file instead of the auditor.toml that is found upwards from the scanned path
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Use no auditor.toml
    #[arg(long)]
    pub(crate) no_config: bool,

    /// An organisation's file, below the repository's: what it locks, the repository cannot change (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,

    /// Take configuration, rules, waivers and baseline from this commit, so that a change cannot weaken its own gate
    #[arg(long, value_name = "REV", conflicts_with_all = ["no_config", "config"])]
    pub(crate) policy_from: Option<String>,

    /// Show the result without any waiver
    #[arg(long)]
    pub(crate) no_waivers: bool,

    /// Also judge by the rules of this folder, `<category>/<name>.toml` (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,

    /// Let the repository's auditor.toml read files outside of the repository
    #[arg(long)]
    pub(crate) trust_config: bool,

    /// Judge only the rules of a category, or one rule: `secrets`, `secrets/hardcoded` (repeatable). What they do not
    /// look at is not read for
    #[arg(long, value_name = "CATEGORY|RULE")]
    pub(crate) only: Vec<String>,

    /// What the repository mainly is: service, web, library, cli, infra [default: as the evidence says]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// What a law asks for on top: healthcare, payments, or none [default: as the evidence says] (repeatable)
    #[arg(long = "overlay", value_name = "NAME")]
    pub(crate) overlays: Vec<String>,

    /// Add a section on a compliance framework: see `auditor frameworks` (repeatable)
    #[arg(long = "framework", value_name = "ID")]
    pub(crate) frameworks: Vec<String>,

    /// The largest file that is read, in MiB [default: 8]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) max_file_size: Option<u32>,

    /// The largest number of files [default: 1000000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_files: Option<u32>,

    /// All files together, in MiB [default: 8192]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_total_size: Option<u32>,
}

/// Everything that a command needs to judge.
pub(super) struct Prepared {
    pub(super) auditor: Auditor,
    pub(super) policy: Policy,
    pub(super) settings: Settings,
    /// The root of the work tree, and the scanned folder below it.
    root: PathBuf,
    scanned: String,
}

impl Prepared {
    /// Adds what gates of the command line compare with.
    pub(super) fn gate(&mut self, gates: &GateArguments) -> Result<()> {
        if let Some(file) = &gates.baseline {
            self.policy.baseline = Some(read_baseline(file)?);
        }
        if let Some(file) = &gates.ratchet {
            self.policy.ratchet = Some(read_baseline(file)?);
        }
        if let Some(since) = &gates.changed_since {
            let changes = auditor::walk::changes(&self.root, &self.scanned, since);
            self.policy.changes = Some(changes.map_err(|message| anyhow!("--changed-since: {message}"))?);
        }
        Ok(())
    }
}

/// A file that `auditor baseline` made.
fn read_baseline(file: &Path) -> Result<Baseline> {
    let shown = file.display();
    let hint = format!("  help: make one with `auditor baseline -o {shown}`");
    let text = std::fs::read_to_string(file).map_err(|error| anyhow!("cannot read {shown}: {error}\n{hint}"))?;
    Baseline::parse(&text).map_err(|message| anyhow!("{shown} is no baseline: {message}\n{hint}"))
}

/// The same from a file that the configuration names.
fn recorded(file: Option<&(String, String)>) -> Result<Option<Baseline>> {
    let parse = |(name, text): &(String, String)| {
        Baseline::parse(text).map_err(|message| anyhow!("{name} is no baseline: {message}"))
    };
    file.map(parse).transpose()
}

impl PolicyArguments {
    /// Judges a path, without gates and without the code around findings.
    pub(super) fn assess(&self, path: &Path, reading: &Reading, date: Option<&str>) -> Result<Assessment> {
        let mut prepared = self.prepare(path, reading.listing(), reading.threads, Vec::new())?;
        prepared.policy.date = date.map(str::to_owned);
        let understood = prepared.auditor.understand(path, &prepared.settings)?;
        Ok(prepared.auditor.assess(understood, &directory_name(path), &prepared.policy)?)
    }

    /// Finds the configuration of a path, adds arguments and compiles the rules.
    pub(super) fn prepare(
        &self,
        path: &Path,
        listing: Listing,
        threads: usize,
        more: Vec<(Vec<String>, toml::Value, String)>,
    ) -> Result<Prepared> {
        let (root, scanned) = auditor::walk::work_tree(path).with_context(|| {
            format!(
                "cannot scan {}: there is no such directory\n  help: give the path of a directory that you may read",
                path.display()
            )
        })?;
        let wish = Wish {
            no_config: self.no_config,
            config: self.config.clone(),
            policies: self.policy.clone(),
            trust: self.trust_config,
        };
        let here = || config::find(&Disk::new(&root), &scanned, &wish);
        let commit = match &self.policy_from {
            None => None,
            Some(name) => Some(CommitTree::new(&root, name).map_err(|message| anyhow!("--policy-from: {message}"))?),
        };
        let mut found = match &commit {
            None => here()?,
            Some(commit) => config::find(commit, &scanned, &wish)?,
        };
        for folder in &self.rules {
            found.packs.extend(super::rules::read(folder)?);
        }
        let auditor = Auditor::only(&found, &self.only)?;
        let values = self.values().into_iter().chain(more).collect();
        let mut policy = Policy::new(&found, Layer::arguments(values), &scanned);
        policy.ignores_waivers = self.no_waivers;
        policy.baseline = recorded(found.baseline.as_ref())?;
        policy.ratchet = recorded(found.ratchet.as_ref())?;
        if commit.is_some() {
            policy.loosened = match here() {
                Ok(now) => loosened(&found, &now),
                Err(error) => vec![format!("the configuration of the work tree is not valid: {}", error.message)],
            };
        }
        policy.commit = commit;
        policy.check(&auditor.catalogue, &auditor.profiles)?;
        let settings = policy.settings(listing, threads)?;
        Ok(Prepared { auditor, policy, settings, root, scanned })
    }

    /// The arguments as values of the configuration.
    fn values(&self) -> Vec<(Vec<String>, toml::Value, String)> {
        let mut values = Vec::new();
        let mut set = |key: &[&str], value: toml::Value, said: String| {
            values.push((key.iter().map(|&part| part.to_owned()).collect(), value, said));
        };
        if let Some(profile) = &self.profile {
            set(&["profile"], toml::Value::String(profile.clone()), format!("--profile {profile}"));
        }
        if !self.overlays.is_empty() {
            let names = self.overlays.iter().filter(|name| *name != "none");
            let list = names.map(|name| toml::Value::String(name.clone())).collect();
            set(&["overlays"], toml::Value::Array(list), format!("--overlay {}", self.overlays.join(" ")));
        }
        if !self.frameworks.is_empty() {
            let list = self.frameworks.iter().map(|name| toml::Value::String(name.clone())).collect();
            set(
                &["frameworks"],
                toml::Value::Array(list),
                format!("--framework {}", self.frameworks.join(" --framework ")),
            );
        }
        for (name, limit) in [
            ("max-file-size", self.max_file_size),
            ("max-files", self.max_files),
            ("max-total-size", self.max_total_size),
        ] {
            if let Some(limit) = limit {
                set(&["limits", name], toml::Value::Integer(i64::from(limit)), format!("--{name} {limit}"));
            }
        }
        values
    }
}
