//! Arguments that choose the configuration, and how they become a policy. Every command that judges shares them.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use auditor::config::{self, Disk, Layer, Listing, Settings, Wish};
use auditor::policy::Policy;
use auditor::scan::Auditor;
use clap::Args;

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

    /// Also judge by the rules of this folder, `<category>/<name>.toml` (repeatable)
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,

    /// Let the repository's auditor.toml read files outside of the repository
    #[arg(long)]
    pub(crate) trust_config: bool,

    /// What the repository mainly is: service, web, library, cli, infra [default: as the evidence says]
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// What a law asks for on top: healthcare, payments, or none [default: as the evidence says] (repeatable)
    #[arg(long = "overlay", value_name = "NAME")]
    pub(crate) overlays: Vec<String>,

    /// The largest file that is read, in MiB [default: 8]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) max_file_size: Option<u32>,
}

/// Everything that a command needs to judge.
pub(super) struct Prepared {
    pub(super) auditor: Auditor,
    pub(super) policy: Policy,
    pub(super) settings: Settings,
}

impl PolicyArguments {
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
        let mut found = config::find(&Disk::new(&root), &scanned, &wish)?;
        for folder in &self.rules {
            found.packs.extend(super::rules::read(folder)?);
        }
        let auditor = Auditor::with_packs(&found)?;
        let values = self.values().into_iter().chain(more).collect();
        let policy = Policy::new(&found, Layer::arguments(values), &scanned);
        policy.check(&auditor.catalogue, &auditor.profiles)?;
        let settings = policy.settings(listing, threads)?;
        Ok(Prepared { auditor, policy, settings })
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
        if let Some(size) = self.max_file_size {
            set(&["limits", "max-file-size"], toml::Value::Integer(i64::from(size)), format!("--max-file-size {size}"));
        }
        values
    }
}
