//! `auditor rules`: what the rules are, and whether rules of one's own are well formed and say what they should.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use auditor::config::{Found, Listing, Settings};
use auditor::facts::Severity;
use auditor::packs::{self, PackError};
use auditor::rules::{Catalogue, Rule, RuleKind, Status};
use auditor::scan::{Auditor, ScanError};
use clap::{Args, Subcommand, ValueEnum};

use super::scan::print;
use super::{Exit, complain};

/// List, show, check and test rules.
#[derive(Debug, Args)]
pub(crate) struct Rules {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the rules
    List(List),
    /// Show one rule in full
    Show(Show),
    /// Check the rules of a folder: every mistake with its file, line and column
    Validate(Folder),
    /// Judge the fixtures beside the rules of a folder: `<category>/<rule>/<status>[-note]/`
    #[command(after_help = "Exit status: 0 every fixture has its status, 1 one has another, 2 the rules are wrong.")]
    Test(Folder),
}

#[derive(Debug, Args)]
struct List {
    /// Only the rules of this category
    #[arg(long, value_name = "ID")]
    category: Option<String>,

    /// Only the rules of this severity: critical, high, medium, low, info
    #[arg(long, value_name = "NAME", value_parser = severity)]
    severity: Option<Severity>,

    /// Only what is expected, or only what is forbidden
    #[arg(long, value_enum)]
    kind: Option<Kind>,

    /// Also the rules of this folder (repeatable)
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,

    /// The format on standard output
    #[arg(short, long, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

#[derive(Debug, Args)]
struct Show {
    /// The rule's id
    id: String,

    /// Also the rules of this folder (repeatable)
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct Folder {
    /// The folder with the rules
    folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Expect,
    Forbid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// A line for each rule
    Table,
    /// For programs
    Json,
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::from_name(text).ok_or_else(|| "a severity is critical, high, medium, low or info".to_owned())
}

pub(super) fn run(arguments: &Rules) -> Result<Exit> {
    match &arguments.command {
        Command::List(list) => list.run(),
        Command::Show(show) => show.run(),
        Command::Validate(folder) => validate(&folder.folder),
        Command::Test(folder) => test(&folder.folder),
    }
}

/// The files of a folder of rules.
pub(super) fn read(folder: &Path) -> Result<Vec<(String, String)>> {
    let files = packs::read(folder).with_context(|| format!("cannot read the rules in {}", folder.display()))?;
    if files.is_empty() {
        bail!("{} holds no rules\n  help: a rule is a file <category>/<name>.toml in it", folder.display());
    }
    Ok(files)
}

fn auditor(folders: &[PathBuf]) -> Result<Auditor> {
    let packs: Vec<(String, String)> = folders.iter().map(|folder| read(folder)).collect::<Result<Vec<_>>>()?.concat();
    Ok(Auditor::with_packs(&Found { packs, ..Found::default() })?)
}

impl List {
    fn run(&self) -> Result<Exit> {
        let auditor = auditor(&self.rules)?;
        let kind = self.kind.map(|kind| if kind == Kind::Expect { RuleKind::Expect } else { RuleKind::Forbid });
        if let Some(category) = self.category.as_deref() {
            known_category(&auditor.catalogue, category)?;
        }
        let is_meant = |rule: &Rule| {
            self.category.as_deref().is_none_or(|id| rule.id.category() == id)
                && self.severity.is_none_or(|severity| rule.severity == severity)
                && kind.is_none_or(|kind| rule.kind == kind)
        };
        let rules: Vec<&Rule> =
            auditor.catalogue.rules.iter().map(AsRef::as_ref).filter(|rule| is_meant(rule)).collect();
        print(&match self.format {
            ListFormat::Table => table(&rules),
            ListFormat::Json => json(&rules)?,
        })?;
        Ok(Exit::Clean)
    }
}

fn known_category(catalogue: &Catalogue, id: &str) -> Result<()> {
    let ids = || catalogue.categories.iter().map(|category| category.id.as_str());
    if ids().any(|known| known == id) {
        return Ok(());
    }
    let near = packs::nearest(id, ids()).map(|near| format!("\n  help: did you mean `{near}`?")).unwrap_or_default();
    bail!("no category is called `{id}`{near}")
}

fn table(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    rules.iter().fold(String::new(), |mut text, rule| {
        let (id, kind, severity) = (rule.id.as_str(), rule.kind.name(), rule.severity.name());
        let _ = writeln!(text, "{id:width$}  {severity:8}  {kind:6}  {}", rule.title);
        text
    })
}

fn json(rules: &[&Rule]) -> Result<String> {
    let list: Vec<serde_json::Value> = rules
        .iter()
        .map(|rule| {
            serde_json::json!({
                "id": rule.id.as_str(), "title": rule.title, "category": rule.id.category(), "kind": rule.kind.name(),
                "severity": rule.severity.name(), "weight": rule.weight, "controls": rule.controls,
            })
        })
        .collect();
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

impl Show {
    fn run(&self) -> Result<Exit> {
        let auditor = auditor(&self.rules)?;
        let Some(rule) = auditor.catalogue.rule(&self.id) else {
            let ids = auditor.catalogue.rules.iter().map(|rule| rule.id.as_str());
            let near = packs::nearest(&self.id, ids).map(|near| format!("\n  help: did you mean `{near}`?"));
            bail!("no rule is called `{}`{}", self.id, near.unwrap_or_default());
        };
        let mut text = format!("{}\n{}\n\n", rule.id.as_str(), rule.title);
        let _ = writeln!(text, "{} · {} · weight {}\n", rule.kind.name(), rule.severity.name(), rule.weight);
        let _ = writeln!(text, "What counts\n{}\n\nWhy\n{}\n", rule.what, rule.why);
        if !rule.applies.otherwise.is_empty() {
            let _ = writeln!(text, "Does not apply where\n{}\n", rule.applies.otherwise);
        }
        let _ = writeln!(text, "Remedy ({})\n{}", rule.remedy.horizon.name(), rule.remedy.summary);
        for (framework, controls) in &rule.controls {
            let _ = writeln!(text, "\n{framework}: {}", controls.join(", "));
        }
        print(&text)?;
        Ok(Exit::Clean)
    }
}

/// Every file is compiled by itself beside the built-in rules, so that each says its first mistake.
fn validate(folder: &Path) -> Result<Exit> {
    let files = read(folder)?;
    let (categories, rules): (Vec<_>, Vec<_>) = files.iter().cloned().partition(|(file, _)| file == "categories.toml");
    let mut mistakes = 0;
    for file in rules.iter().chain(categories.iter().filter(|_| rules.is_empty())) {
        let packs = categories.iter().filter(|other| *other != file).chain([file]).cloned().collect();
        if let Err(error) = Auditor::with_packs(&Found { packs, ..Found::default() }) {
            mistakes += 1;
            complain(&placed(folder, error));
        }
    }
    if mistakes > 0 {
        complain(&format!("{mistakes} of {} files cannot be used", files.len()));
        return Ok(Exit::Mistake);
    }
    // Two files may still declare the same thing.
    Auditor::with_packs(&Found { packs: files.clone(), ..Found::default() })?;
    print(&format!("{} files are well formed\n", files.len()))?;
    Ok(Exit::Clean)
}

/// An error with the folder before the name of its file, so that an editor finds it.
fn placed(folder: &Path, error: ScanError) -> String {
    match error {
        ScanError::Pack(error) => {
            let file = folder.join(&error.file).display().to_string();
            PackError { file, ..error }.to_string()
        }
        other => other.to_string(),
    }
}

fn test(folder: &Path) -> Result<Exit> {
    let auditor = Auditor::with_packs(&Found { packs: read(folder)?, ..Found::default() })?;
    let cases = cases(folder)?;
    if cases.is_empty() {
        bail!(
            "no fixtures lie beside the rules\n  help: add folders <category>/<rule>/pass/ and <category>/<rule>/fail/"
        );
    }
    let mut failed = 0;
    for case in &cases {
        if let Some(complaint) = judged(&auditor, case)? {
            failed += 1;
            print(&complaint)?;
        }
    }
    print(&format!("{} fixtures, {failed} with another status than their folder names\n", cases.len()))?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::GateMissed })
}

/// A miniature repository beside a rule, whose name starts with the status that the rule must have on it.
struct Case {
    rule: String,
    status: Status,
    path: PathBuf,
}

fn cases(folder: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for category in folders(folder)? {
        for rule in folders(&category)? {
            let id = format!("{}/{}", name(&category), name(&rule));
            for path in folders(&rule)? {
                let own = name(&path);
                let is_it = |status: &&Status| {
                    own.strip_prefix(status.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
                };
                let Some(&status) = Status::ALL.iter().find(is_it) else {
                    let names: Vec<&str> = Status::ALL.iter().map(|status| status.name()).collect();
                    bail!("{}: a fixture's name starts with one of {}", path.display(), names.join(", "));
                };
                cases.push(Case { rule: id.clone(), status, path });
            }
        }
    }
    Ok(cases)
}

/// What is wrong with a case; nothing where its rule has the status that it names.
fn judged(auditor: &Auditor, case: &Case) -> Result<Option<String>> {
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let assessment = auditor.scan(&case.path, &name(&case.path), &settings)?;
    let Some(outcome) = assessment.outcomes.iter().find(|outcome| outcome.rule.id.as_str() == case.rule) else {
        return Ok(Some(format!("{}\n  no rule is called `{}`\n", case.path.display(), case.rule)));
    };
    if outcome.status == case.status {
        return Ok(None);
    }
    let mut text = format!("{}\n  {}: {}\n", case.path.display(), outcome.status.name(), outcome.reason);
    for evidence in &outcome.evidence {
        let _ = writeln!(text, "  + {}:{} {}", evidence.place.path, evidence.place.span.line, evidence.detail);
    }
    for finding in &outcome.findings {
        let _ = writeln!(text, "  - {}:{} {}", finding.place.path, finding.place.span.line, finding.message);
    }
    Ok(Some(text))
}

fn folders(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
