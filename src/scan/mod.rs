//! The pipeline from end to end: walk → facts → repository → rules → score.

mod history;
mod timings;

use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;

use crate::config::{Found, Settings};
use crate::extract::secret::Formats;
use crate::extract::{self, Extracted, Extractors, Wanted};
use crate::facts::{
    Data, Diagnostic, Encoding, Fact, File, Kind, Language, Level, Place, RepoPath, Role, Span, UnreadFile,
};
use crate::model::{self, Parts, Repository};
use crate::packs::{self, PackError};
use crate::policy::{Chosen, Policy, Profile};
use crate::quote;
use crate::remedy::Book;
use crate::rules::{self, Catalogue, Choice};
use crate::score::{self, Assessment, Governance, Summary, Thresholds, Tool};
use crate::signals::Signals;
use crate::walk::{self, Commit, Content, List, Listed, Roles, WalkError};

pub use timings::{Cost, Stopwatch, Timings, Work};

/// Why a scan cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A rule, signal or format file is wrong.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// Nothing can be listed.
    #[error(transparent)]
    Walk(#[from] WalkError),
    /// Threads cannot be started.
    #[error("threads cannot be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Everything that is compiled once and used for any number of scans.
pub struct Auditor {
    /// The rules.
    pub catalogue: Catalogue,
    /// The known tools.
    pub signals: Signals,
    /// Profiles and overlays.
    pub profiles: Vec<Profile>,
    /// Which rules are judged.
    choice: Choice,
    /// Whether the rules that are judged look at components.
    has_components: bool,
    remedies: Book,
    extractors: Extractors,
}

/// The repository as it was understood, with what the walk found.
#[derive(Debug)]
pub struct Understood {
    /// The model.
    pub repository: Repository,
    /// The commit, inside git.
    pub commit: Option<Commit>,
    /// Size of all files, in bytes.
    pub bytes: u64,
    /// How many files a grammar parsed.
    pub parsed_files: usize,
}

impl Auditor {
    /// Compiles the built-in rules.
    pub fn new() -> Result<Self, ScanError> {
        Self::with_packs(&Found::default())
    }

    /// Compiles the built-in rules and those of the packs that a configuration names.
    pub fn with_packs(found: &Found) -> Result<Self, ScanError> {
        Self::only(found, &[])
    }

    /// The same for the rules of some categories and ids: what no other rule looks at is not extracted.
    pub fn only(found: &Found, names: &[String]) -> Result<Self, ScanError> {
        let own = found.packs.iter().map(|(file, text)| (file.as_str(), text.as_str()));
        let files: Vec<(&str, &str)> = packs::BUILT_IN.iter().copied().chain(own).collect();
        let catalogue = Catalogue::load(&files)?;
        let signals = Signals::load(files.iter().copied())?;
        let choice = Choice::of(&catalogue, names)?;
        let kinds = choice.kinds(&catalogue).map(model::needed);
        let has_components = kinds.as_ref().is_none_or(|kinds| kinds.contains(&Kind::Component));
        let (formats, patterns) = (Formats::built_in()?, &catalogue.patterns);
        let extractors = Extractors::wanted(Wanted { formats, signals: &signals, patterns, kinds });
        let remedies = Book::built_in();
        let profiles = Profile::built_in()?;
        Ok(Self { catalogue, signals, profiles, choice, has_components, remedies, extractors })
    }

    /// Audits the tree below a root. `name` is what reports call it.
    pub fn scan(&self, root: &Path, name: &str, settings: &Settings) -> Result<Assessment, ScanError> {
        self.audit(root, name, settings, &Policy::default(), &Stopwatch::default())
    }

    /// Audits the tree below a root as a policy wants it, with the code around findings.
    pub fn audit(
        &self,
        root: &Path,
        name: &str,
        settings: &Settings,
        policy: &Policy,
        watch: &Stopwatch,
    ) -> Result<Assessment, ScanError> {
        let understood = self.read(root, settings, watch)?;
        let secrets = quote::Secrets::of(&understood.repository);
        let mut assessment = self.judge(understood, name, policy, watch)?;
        watch.stage("quoting", || {
            quote::quote(&mut assessment.outcomes, &secrets, root, settings.limits.file_bytes);
        });
        Ok(assessment)
    }

    /// Reads the tree below a root and merges its facts, without judging it.
    pub fn understand(&self, root: &Path, settings: &Settings) -> Result<Understood, ScanError> {
        self.read(root, settings, &Stopwatch::default())
    }

    /// Judges and scores a repository as a policy wants it.
    pub fn assess(&self, understood: Understood, name: &str, policy: &Policy) -> Result<Assessment, ScanError> {
        self.judge(understood, name, policy, &Stopwatch::default())
    }

    fn read(&self, root: &Path, settings: &Settings, watch: &Stopwatch) -> Result<Understood, ScanError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).stack_size(STACK).build()?;
        pool.install(|| {
            let list = watch.stage("listing", || walk::list(root, settings))?;
            self.merge(root, list, settings, watch)
        })
    }

    fn judge(
        &self,
        understood: Understood,
        name: &str,
        policy: &Policy,
        watch: &Stopwatch,
    ) -> Result<Assessment, ScanError> {
        let Understood { repository, commit, bytes, .. } = understood;
        let chosen = policy.choose(&self.catalogue, &self.profiles, &repository)?;
        let mut catalogue = self.catalogue.tuned(&chosen.resolved.form);
        catalogue.rules.retain(|rule| self.choice.holds(&rule.id));
        let branch = commit.as_ref().and_then(|commit| commit.branch.clone());
        let commit = commit.unwrap_or_default();
        let date = policy.date.clone().or(commit.date);
        let judge = || rules::judge(&catalogue, &repository, |id, time| watch.rule(id, time));
        let mut outcomes = watch.stage("judging", judge);
        watch.stage("remedies", || self.remedies.prescribe(&mut outcomes, &repository, branch.as_deref()))?;
        let applied = policy.waive(&repository, &self.catalogue, date.as_deref(), &mut outcomes);
        let categories = score::categories(&catalogue, &outcomes);
        let score = score::overall(&catalogue, thresholds(&chosen), &categories, &outcomes);
        let mut diagnostics = repository.diagnostics.clone();
        diagnostics.extend(applied.diagnostics);
        diagnostics.extend(self.said_of_choice(catalogue.rules.len()));
        diagnostics.sort();
        let summary = Summary {
            name: name.to_owned(),
            commit: commit.id,
            branch: commit.branch,
            dirty: commit.is_dirty,
            files: repository.files.len(),
            bytes,
            source_files: repository.source_files(),
            profile: chosen.profile.clone(),
            overlays: chosen.overlays.clone(),
        };
        let tool = Tool {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            rules: catalogue.rules.len(),
            rules_digest: self.catalogue.digest.clone(),
        };
        let mut assessment = Assessment {
            tool,
            repository: summary,
            tools: if self.has_components { repository.tools() } else { Vec::new() },
            components: repository.components,
            score,
            categories,
            outcomes,
            waived: applied.waived,
            governance: Governance::default(),
            diagnostics,
            date,
        };
        assessment.governance = policy.govern(&chosen, &catalogue, &assessment);
        Ok(assessment)
    }

    /// What a choice of rules means for the report.
    fn said_of_choice(&self, count: usize) -> Option<Diagnostic> {
        let all = self.catalogue.rules.len();
        let apart = if self.has_components { "" } else { ", and components and tools were not looked for" };
        let message = format!("--only: {count} of {all} rules were judged{apart}");
        let note = Diagnostic { path: None, span: None, level: Level::Note, message };
        self.choice.is_part().then_some(note)
    }

    fn merge(&self, root: &Path, list: List, settings: &Settings, watch: &Stopwatch) -> Result<Understood, ScanError> {
        let roles = roles(root, &list.files, settings);
        let mut order: Vec<&Listed> = list.files.iter().collect();
        // The largest first: a big file that comes last would decide how long everything takes.
        order.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.cmp(b)));
        let read_all = || order.par_iter().with_max_len(1).map(|one| self.read_one(root, one, &roles, settings, watch));
        let mut read: Vec<Read> = watch.stage("reading", || read_all().collect());
        read.sort_by(|a, b| a.file.path.cmp(&b.file.path));
        let bytes = read.iter().map(|read| read.file.bytes).sum();
        let parsed_files = read.iter().filter(|read| read.was_parsed).count();
        let mut diagnostics = list.diagnostics;
        let (kinds, recent_migrations) = (settings.kinds.clone(), settings.recent_migrations);
        let tree = list.commit.as_ref().and_then(|_| walk::work_tree(root));
        let added = tree.and_then(|(root, scanned)| walk::added_to_default(&root, &scanned));
        let mut parts = Parts { kinds, recent_migrations, added, ..Parts::default() };
        parts.facts.extend(diagnostics.iter().filter_map(|said| unread(said, Role::Product)));
        for one in read {
            if !one.lines.is_empty() {
                parts.lines.insert(one.file.path.clone(), one.lines);
            }
            parts.files.push(one.file);
            parts.facts.extend(one.facts);
            diagnostics.extend(one.diagnostics);
        }
        if settings.history {
            let (facts, said) = history::secrets(root, &parts.facts, &roles, settings)?;
            parts.facts.extend(facts);
            diagnostics.extend(said);
        }
        let mut repository = watch.stage("understanding", || Repository::build(parts, &self.signals));
        if !self.has_components {
            // What a part of the facts says of them is not to be believed.
            repository.components.clear();
        }
        repository.diagnostics.extend(diagnostics);
        repository.diagnostics.sort();
        repository.diagnostics.dedup();
        Ok(Understood { repository, commit: list.commit, bytes, parsed_files })
    }

    fn read_one(&self, root: &Path, listed: &Listed, roles: &Roles, settings: &Settings, watch: &Stopwatch) -> Read {
        let began = Instant::now();
        let content = walk::read(root, &listed.system_path, &listed.path, settings.limits.file_bytes);
        let Content { text, head, encoding, bytes, diagnostic } = content;
        let extension = listed.path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let language = Language::from_extension(extension);
        let said = settings.files.role(&listed.path);
        let role = said.unwrap_or_else(|| roles.of(&listed.path, language, &text));
        let lines = if encoding == Encoding::Binary { 0 } else { count_lines(&text) };
        let file = File { path: listed.path.clone(), bytes, role, language, lines };
        let Extracted { mut facts, mut diagnostics, was_parsed } = match encoding {
            Encoding::Binary => {
                Extracted { facts: extract::binary(&file, &head).into_iter().collect(), ..Extracted::default() }
            }
            _ if watch.is_running() => {
                let read = began.elapsed();
                let (extracted, spent) = self.extractors.extract_timed(&file, &text, settings.limits);
                watch.file(&file.path, file.bytes, read, &spent);
                extracted
            }
            Encoding::Utf8 | Encoding::Lossy | Encoding::Utf16 => {
                self.extractors.extract_within(&file, &text, settings.limits)
            }
        };
        diagnostics.extend(diagnostic.map(|found| judged_by_role(found, &file)));
        if encoding == Encoding::Binary && bytes > 0 && bytes <= settings.limits.file_bytes && is_code(&file) {
            diagnostics.push(not_text(&file));
        }
        if encoding == Encoding::Binary {
            facts.extend(diagnostics.iter().filter_map(|said| unread(said, file.role)));
        }
        let lines = model::line_hashes(&text, &facts);
        Read { file, facts, lines, diagnostics, was_parsed }
    }
}

/// Stack of a thread: parsers of nested languages need more than the default.
const STACK: usize = 16 * 1024 * 1024;

/// Whether rules would have judged the file as code, or as settings that nobody writes otherwise than as text.
fn is_code(file: &File) -> bool {
    let is_settings = file.role == Role::Configuration && ["yml", "yaml", "toml"].contains(&file.extension());
    (file.language.is_some() && file.role.is_written()) || is_settings
}

/// A file of code that was not read leaves the scan incomplete; data and bundles that were not read do not.
fn judged_by_role(diagnostic: Diagnostic, file: &File) -> Diagnostic {
    let is_grave = diagnostic.level == Level::Warning && is_code(file);
    Diagnostic { level: if is_grave { Level::Error } else { diagnostic.level }, ..diagnostic }
}

/// A file that is named like a text and holds NUL bytes.
fn not_text(file: &File) -> Diagnostic {
    let message = "not read: it is named like a text and holds NUL bytes".to_owned();
    Diagnostic { path: Some(file.path.clone()), span: None, level: Level::Error, message }
}

/// The fact that something was not read, where a remark says that it should have been.
fn unread(said: &Diagnostic, role: Role) -> Option<Fact> {
    let path = said.path.clone().unwrap_or_else(|| RepoPath::from(""));
    let why = said.message.strip_prefix("not read: ").unwrap_or(&said.message).to_owned();
    let whole = if path.is_empty() { "." } else { &*path };
    let data = Data::UnreadFile(UnreadFile { path: whole.to_owned(), why });
    (said.level == Level::Error).then_some(Fact { place: Place { path, span: Span::START }, role, data })
}

/// What one file gave.
struct Read {
    file: File,
    facts: Vec<Fact>,
    lines: Vec<(u32, u64)>,
    diagnostics: Vec<Diagnostic>,
    was_parsed: bool,
}

fn count_lines(text: &str) -> u32 {
    let breaks = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let last = usize::from(!text.is_empty() && !text.ends_with('\n'));
    u32::try_from(breaks + last).unwrap_or(u32::MAX)
}

fn roles(root: &Path, files: &[Listed], settings: &Settings) -> Roles {
    let attributes: Vec<(&str, String)> = files
        .iter()
        .filter(|listed| listed.path.rsplit('/').next() == Some(".gitattributes"))
        .map(|listed| {
            let content = walk::read(root, &listed.system_path, &listed.path, settings.limits.file_bytes);
            (&*listed.path, content.text)
        })
        .collect();
    Roles::new(files.iter().map(|listed| &*listed.path), &attributes)
}

/// The scores that verdicts ask for.
fn thresholds(chosen: &Chosen) -> Thresholds {
    let form = &chosen.resolved.form.thresholds;
    let default = Thresholds::default();
    Thresholds {
        ready: form.ready.unwrap_or(default.ready),
        nearly_ready: form.nearly_ready.unwrap_or(default.nearly_ready),
    }
}

impl Assessment {
    /// Whether something that should have been judged was not.
    pub fn is_incomplete(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}
