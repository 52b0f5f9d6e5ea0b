//! Policy: what an organisation makes of a scan. Layers of configuration choose weights and severities, profiles add
//! theirs, and the names in them are checked against the rules.

mod baseline;
mod check;
mod framework;
mod gates;
mod loosen;
mod profile;
mod waiver;

use std::collections::BTreeMap;

pub use baseline::Baseline;
pub use loosen::loosened;
pub use profile::{Profile, main_kind};
pub use waiver::Applied;

use crate::config::{
    self, Entry, FileRules, Found, Key, Layer, Limits, Listing, RecentMigrations, Resolved, Settings, Source,
};
use crate::facts::{ComponentKind, Diagnostic, Level};
use crate::model::Repository;
use crate::packs::PackError;
use crate::rules::{Catalogue, Outcome};
use crate::score::{Assessment, Governance};
use crate::walk::{Changes, CommitTree};

/// The layers of a scan, apart from the profile, which the evidence may choose.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Organisations' files, the repository's file and arguments, the weakest first.
    pub layers: Vec<Layer>,
    /// The scanned folder as seen from the folder that globs are relative to.
    pub prefix: String,
    /// The date of the report: what waivers compare themselves with.
    pub date: Option<String>,
    /// Show the result without any waiver.
    pub ignores_waivers: bool,
    /// Findings that are known, so that gates look at new ones alone.
    pub baseline: Option<Baseline>,
    /// Scores that may not get worse.
    pub ratchet: Option<Baseline>,
    /// What a change touches, so that gates look at findings there alone.
    pub changes: Option<Changes>,
    /// The commit that the policy comes from.
    pub commit: Option<CommitTree>,
    /// What the work tree would loosen of that commit's policy.
    pub loosened: Vec<String>,
}

/// The configuration of a scan when the profile is known.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The name of the profile, `other` where nothing tells.
    pub profile: String,
    /// The names of overlays, sorted.
    pub overlays: Vec<String>,
    /// All layers, merged.
    pub resolved: Resolved,
}

impl Policy {
    /// The policy of the files that were found and of arguments. `scanned` is the scanned folder below the root of the
    /// repository.
    pub fn new(found: &Found, arguments: Vec<Layer>, scanned: &str) -> Self {
        let prefix = scanned.strip_prefix(found.base.as_str()).unwrap_or(scanned).trim_start_matches('/').to_owned();
        Self { layers: found.layers.iter().cloned().chain(arguments).collect(), prefix, ..Self::default() }
    }

    /// Takes what is accepted out of the outcomes. `today` is the date of the report.
    pub fn waive(
        &self,
        repository: &Repository,
        catalogue: &Catalogue,
        today: Option<&str>,
        outcomes: &mut [Outcome],
    ) -> Applied {
        let paths = FileRules::new(&config::Form::default(), &self.prefix);
        let commit = self.commit.as_ref().map(|commit| (commit as &dyn config::Tree, &paths));
        let mut waivers = waiver::of_layers(&self.layers);
        let (inline, mut diagnostics) = waiver::of_comments(repository, catalogue, commit);
        waivers.extend(inline);
        // Waivers of rules that are not judged wait for a scan that judges them.
        waivers.retain(|waiver| outcomes.iter().any(|outcome| outcome.rule.id == *waiver.rule()));
        if self.ignores_waivers {
            let message = format!("--no-waivers: {} not applied", plural(waivers.len(), "waiver"));
            diagnostics.push(Diagnostic { path: None, span: None, level: Level::Note, message });
            return Applied { waived: Vec::new(), diagnostics };
        }
        let mut applied = waiver::apply(&waivers, outcomes, &paths, today);
        applied.diagnostics.append(&mut diagnostics);
        applied
    }

    /// What the policy says of the result: gates and where it comes from.
    pub fn govern(&self, chosen: &Chosen, catalogue: &Catalogue, assessment: &Assessment) -> Governance {
        let wanted = chosen.resolved.form.frameworks.as_deref().unwrap_or_default();
        let frameworks = catalogue.frameworks.iter().filter(|own| wanted.contains(&own.id));
        Governance {
            gates: gates::judge(self, chosen, assessment),
            policy_commit: self.commit.as_ref().map(|commit| commit.commit.clone()),
            loosened: self.loosened.clone(),
            frameworks: frameworks.map(|own| framework::assess(own, &assessment.outcomes)).collect(),
        }
    }

    /// The settings of reading, which no profile changes.
    pub fn settings(&self, listing: Listing, threads: usize) -> Result<Settings, PackError> {
        let form = config::resolve(&self.layers)?.form;
        let kinds: BTreeMap<String, Vec<ComponentKind>> =
            form.components.iter().filter_map(|(path, kinds)| Some((self.below_scan(path)?, kinds.clone()))).collect();
        let files = FileRules::new(&form, &self.prefix);
        let (limits, recent_migrations) = (Limits::new(&form.limits), RecentMigrations::new(&form.migrations));
        Ok(Settings { limits, listing, threads, files, kinds, recent_migrations, ..Settings::default() })
    }

    /// A folder of the configuration as seen from the scanned one; `None` where it lies outside.
    fn below_scan(&self, folder: &str) -> Option<String> {
        let folder = if folder == "." { "" } else { folder.trim_end_matches('/') };
        let rest = folder.strip_prefix(self.prefix.as_str())?;
        let is_inside = rest.is_empty() || self.prefix.is_empty() || rest.starts_with('/');
        is_inside.then(|| rest.trim_start_matches('/').to_owned())
    }

    /// Checks every name of the layers against the loaded rules.
    pub fn check(&self, catalogue: &Catalogue, profiles: &[Profile]) -> Result<(), PackError> {
        let known = check::Known { catalogue, profiles };
        self.layers.iter().try_for_each(|layer| known.check(layer))?;
        config::resolve(&self.layers).map(drop)
    }

    /// Chooses the profile by the layers or else by the evidence, and merges all layers.
    pub fn choose(
        &self,
        catalogue: &Catalogue,
        profiles: &[Profile],
        repository: &Repository,
    ) -> Result<Chosen, PackError> {
        let form = config::resolve(&self.layers)?.form;
        let profile = form.profile.unwrap_or_else(|| main_kind(repository).to_owned());
        let mut overlays = form.overlays.unwrap_or_else(|| {
            let chosen = profiles.iter().filter(|overlay| overlay.is_chosen(repository));
            chosen.map(|overlay| overlay.name.clone()).collect()
        });
        overlays.sort();
        overlays.dedup();
        let built_in = built_in(catalogue);
        let own = profiles.iter().filter(|own| !own.is_overlay && own.name == profile);
        let on_top = profiles.iter().filter(|own| own.is_overlay && overlays.contains(&own.name));
        let chosen = own.chain(on_top).map(|own| &own.layer);
        let resolved = config::resolve(std::iter::once(&built_in).chain(chosen).chain(&self.layers))?;
        Ok(Chosen { profile, overlays, resolved })
    }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun} is") } else { format!("{count} {noun}s are") }
}

/// What holds where nobody says anything.
fn built_in(catalogue: &Catalogue) -> Layer {
    let mut entries = Vec::new();
    let mut set = |key: &[&str], value: toml::Value| {
        let key: Key = key.iter().map(|&part| part.to_owned()).collect();
        entries.push(Entry { key, value, line: 0, column: 0 });
    };
    let integer = |number: u32| toml::Value::Integer(i64::from(number));
    set(&["limits", "max-file-size"], integer(8));
    set(&["limits", "max-files"], integer(1_000_000));
    set(&["migrations", "recent"], integer(10));
    set(&["thresholds", "ready"], toml::Value::Float(8.0));
    set(&["thresholds", "nearly-ready"], toml::Value::Float(6.0));
    for category in &catalogue.categories {
        set(&["categories", &category.id, "weight"], integer(category.weight));
    }
    for rule in &catalogue.rules {
        set(&["rules", rule.id.as_str(), "weight"], integer(rule.weight));
        set(&["rules", rule.id.as_str(), "severity"], toml::Value::String(rule.severity.name().to_owned()));
        if let Some(density) = rule.density {
            set(&["rules", rule.id.as_str(), "worst"], toml::Value::Float(density.worst));
        }
    }
    let form = config::Form::default();
    let (file, text, waiver_lines) = ("built-in".to_owned(), String::new(), Vec::new());
    Layer { source: Source::BuiltIn, file, text, entries, form, waiver_lines }
}
