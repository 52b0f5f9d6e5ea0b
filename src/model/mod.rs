//! The repository: the facts of all files merged into one model, with what follows from them.
//!
//! Each derivation is a pure function of what was extracted and of the derivations before it.

mod committed;
mod component;
mod container;
mod dependency;
mod environment;
mod facts;
mod kubernetes;
mod lines;
mod locking;
mod migration;
mod needs;
mod pipeline;
mod probe;
mod recognise;
mod route;
mod shared;
mod stage;
mod test_suite;
mod tool;

pub(crate) use environment::is_of_platform;
pub use facts::Facts;
pub use lines::{LineHashes, line_hashes};
pub use needs::needed;
pub use tool::{FoundTool, FoundUse};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use self::migration::News;
use self::needs::Failures;
use crate::config::RecentMigrations;
use crate::facts::{Component, ComponentKind, Diagnostic, Fact, File, Kind, Language, Level, Place, Role};
use crate::signals::Signals;
use recognise::Recognised;

/// What the walk and the extractors found: files sorted by path, facts by path and place.
#[derive(Debug, Default)]
pub struct Parts {
    /// Every file, sorted by path.
    pub files: Vec<File>,
    /// Every extracted fact.
    pub facts: Vec<Fact>,
    /// Kinds of components that somebody says, by folder.
    pub kinds: BTreeMap<String, Vec<ComponentKind>>,
    /// How many migrations of each history are news.
    pub recent_migrations: RecentMigrations,
    /// The files that the branch adds to the default branch; `None` where that is not known, or it is the default branch.
    pub added: Option<BTreeSet<String>>,
    /// What lines with facts hold.
    pub lines: LineHashes,
}

/// The repository as rules see it.
#[derive(Debug, Default)]
pub struct Repository {
    /// Every file, sorted by path.
    pub files: Vec<File>,
    /// Every fact, extracted and derived, by kind.
    pub facts: Facts,
    /// The components, sorted by path. At least one, unless there are no files.
    pub components: Vec<Component>,
    /// What could not be understood.
    pub diagnostics: Vec<Diagnostic>,
    /// The kinds of facts that a defect of ours lost: rules that look at them are not decided.
    pub lost: BTreeSet<Kind>,
    /// What lines with facts hold.
    lines: LineHashes,
    /// Files of product code, by component.
    code: OnceLock<BTreeMap<String, usize>>,
}

impl Repository {
    /// Merges the parts.
    pub fn build(parts: Parts, signals: &Signals) -> Self {
        let Parts { files, facts, kinds, recent_migrations, added, lines } = parts;
        let mut failures = Failures::default();
        let resolved = failures.attempt(Kind::Dependency, || route::complete(shared::resolve(facts)));
        let mut facts = Facts::new(resolved);
        let recognised = Recognised::new(&facts, signals);
        let mut components =
            failures.attempt(Kind::Component, || component::derive(&facts, &files, signals, &recognised));
        let mut diagnostics = component::say_kinds(&mut components, kinds);
        facts.extend(component::facts(&components, &files));
        facts.extend(failures.attempt(Kind::TestSuite, || test_suite::derive(&facts, &files)).into_iter().collect());
        facts.extend(failures.attempt(Kind::PipelineRun, || pipeline::derive(&facts, &files, signals)));
        facts.extend(failures.attempt(Kind::Workload, || kubernetes::derive(&facts)));
        facts.extend(failures.attempt(Kind::ContainerImage, || container::derive(&facts, &files, &components)));
        facts.extend(failures.attempt(Kind::ProbeAnswer, || probe::derive(&facts, &components)));
        // Tools look at what pipelines run.
        let tools = || tool::derive(&facts, &files, &components, signals, &recognised);
        let tools = failures.attempt(Kind::Tool, tools);
        facts.extend(tools);
        let news = News { newest: recent_migrations.0, added: added.as_ref() };
        // Neither looks at what the other finds.
        let mut of_migrations = Failures::default();
        let (dependencies, migrations) = rayon::join(
            || failures.attempt(Kind::DependencyUse, || dependency::derive(&facts, &recognised)),
            || of_migrations.attempt(Kind::Migration, || migration::derive(&facts, &files, signals, news)),
        );
        failures.extend(of_migrations);
        facts.extend(dependencies);
        facts.extend(migrations);
        facts.extend(failures.attempt(Kind::UndocumentedVariable, || environment::derive(&facts, &components)));
        facts.extend(failures.attempt(Kind::StageSeparation, || stage::derive(&facts)));
        facts.extend(failures.attempt(Kind::CommittedOutput, || committed::derive(&files)));
        facts.extend(
            failures.attempt(Kind::VersionLocking, || locking::derive(&facts, &components)).into_iter().collect(),
        );
        diagnostics.extend(failures.diagnostics());
        diagnostics.extend(pipeline::diagnose(&facts, &files));
        Self { files, facts, components, diagnostics, lost: failures.lost(), lines, code: OnceLock::new() }
    }

    /// The file of that path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.binary_search_by(|file| (*file.path).cmp(path)).ok().and_then(|index| self.files.get(index))
    }

    /// A hash of the line that a place starts on, without blanks; `None` for a file as a whole.
    pub fn line_hash(&self, place: &Place) -> Option<u64> {
        lines::find(&self.lines, place)
    }

    /// Whether something that should have been read was not.
    pub fn is_incomplete(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }

    /// How many files of programming languages run in production: the unit of densities.
    pub fn source_files(&self) -> usize {
        self.sources().count()
    }

    fn sources(&self) -> impl Iterator<Item = &File> {
        let is_programming = |file: &&File| file.language.is_some_and(Language::is_programming);
        self.files.iter().filter(|file| file.role == Role::Product).filter(is_programming)
    }

    /// How many of those files the component at a path has.
    pub fn code_of(&self, component: &str) -> usize {
        let count = || {
            let mut code: BTreeMap<String, usize> = BTreeMap::new();
            for owner in self.sources().filter_map(|file| self.component_of(&file.path)) {
                *code.entry(owner.path.clone()).or_default() += 1;
            }
            code
        };
        self.code.get_or_init(count).get(component).copied().unwrap_or(0)
    }

    /// The tools that are really used, by id, each with where.
    pub fn tools(&self) -> Vec<FoundTool> {
        tool::found(&self.facts)
    }

    /// The component that a path belongs to, by its folder and its language.
    pub fn component_of(&self, path: &str) -> Option<&Component> {
        component_holding(&self.components, path)
    }
}

/// The component that a path belongs to: the deepest folder that holds it and whose packages are written in its language
/// (Go code below a package.json is part of the Go module above), else the deepest.
fn component_holding<'a>(components: &'a [Component], path: &str) -> Option<&'a Component> {
    let language = Language::of_code(path);
    let is_its = |component: &Component| language.is_none_or(|language| component.is_written_in(language));
    let holding = components.iter().filter(|component| component.contains(path));
    holding.max_by_key(|component| (is_its(component), component.path.len()))
}
