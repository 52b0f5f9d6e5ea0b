//! The stack of a component: what a remedy has to know of it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::commands::Commands;
use super::job::{self, Job};
use super::name::{label, last_part, module};
use super::place::Place;
use super::probes;
use super::setup::{Step, setup};
use super::updates::{Update, updates};
use crate::facts::{
    Component, ComponentKind, Dependency, EnvironmentRead, Language, MigrationHistory, Pipeline, Role, ToolUse,
};
use crate::model::{Repository, is_of_platform};

/// What all components of a repository share.
pub(super) struct Surroundings<'a> {
    pub(super) repository: &'a Repository,
    branch: &'a str,
    is_gitlab: bool,
    /// Ids of tools in real use.
    tools: Vec<(&'a str, &'a str)>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(repository: &'a Repository, branch: Option<&'a str>) -> Self {
        let systems: Vec<&str> = repository.facts.each::<Pipeline>().map(|(_, own)| own.system.as_str()).collect();
        let has_folder = |folder: &str| repository.files.iter().any(|file| file.path.starts_with(folder));
        let uses = repository.facts.each::<ToolUse>().filter(|(_, own)| own.how != "declared");
        Self {
            repository,
            branch: branch.filter(|name| matches!(*name, "master" | "trunk" | "develop")).unwrap_or("main"),
            is_gitlab: (systems.contains(&"GitLab CI") || has_folder(".gitlab/") && !has_folder(".github/"))
                && !systems.contains(&"GitHub Actions"),
            tools: uses.map(|(fact, own)| (own.tool.as_str(), &*fact.place.path)).collect(),
        }
    }

    /// The stack of a component, or of the one that the repository is mainly about.
    ///
    /// The code that is to be mended may be in another language than most of the component.
    pub(super) fn stack(&self, path: Option<&str>, language: Option<Language>) -> Stack<'_> {
        let components = &self.repository.components;
        let named = path.and_then(|path| components.iter().find(|component| component.path == path));
        let component = named
            .filter(|component| stack_of(component) != OTHER)
            .or_else(|| components.iter().find(|own| own.is_deployable() && stack_of(own) != OTHER))
            .or_else(|| components.iter().find(|own| stack_of(own) != OTHER));
        let own = component.map_or(OTHER, stack_of);
        let name = language.map(stack_of_language).filter(|name| *name != OTHER).unwrap_or(own);
        Stack { surroundings: self, component, name, is_guest: name != own }
    }

    /// Whether a tool is in use anywhere.
    pub(super) fn uses(&self, tool: &str) -> bool {
        self.tools.iter().any(|&(id, _)| id == tool)
    }

    pub(super) fn is_free(&self, path: &str) -> bool {
        self.repository.file(path).is_none()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        !self.is_free(path)
    }
}

/// A stack that no remedy is written for.
const OTHER: &str = "other";

/// The name of the stack of a component: that of its main language.
fn stack_of(component: &Component) -> &'static str {
    component.main_language().map_or(OTHER, stack_of_language)
}

fn stack_of_language(language: Language) -> &'static str {
    match language {
        Language::TypeScript
        | Language::Tsx
        | Language::JavaScript
        | Language::Vue
        | Language::Svelte
        | Language::Astro => "node",
        Language::Python => "python",
        Language::Go => "go",
        Language::Rust => "rust",
        Language::Java | Language::Kotlin | Language::Scala | Language::Groovy => "java",
        Language::CSharp | Language::FSharp | Language::VisualBasic => "dotnet",
        Language::Ruby => "ruby",
        Language::Php => "php",
        Language::Elixir => "elixir",
        _ => OTHER,
    }
}

/// A component with its surroundings.
pub(super) struct Stack<'a> {
    pub(super) surroundings: &'a Surroundings<'a>,
    pub(super) component: Option<&'a Component>,
    /// `node`, `python`, `go`, …
    name: &'static str,
    /// It is not the component's own, so that nothing but its language is known.
    is_guest: bool,
}

/// What templates can name.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word of templates")]
pub(super) struct Context<'p> {
    /// Where it is deployed.
    pub place: Option<&'p Place>,
    pub stack: &'static str,
    pub host: &'static str,
    /// Of the component, without what a file's name could not hold.
    pub name: String,
    /// The name as hosts and labels allow it: `shop-api`.
    pub label: String,
    /// The name as a module is called: `ShopApi`.
    pub module: String,
    /// Its folder with a slash behind it, empty for the root.
    pub dir: String,
    /// Where its commands run in a pipeline: its folder, or the root where a solution or a workspace there has it.
    pub work: String,
    /// Whether an image of it needs more than its folder: the lock file, or projects beside it, lie at the root.
    pub from_root: bool,
    /// The folder of its code below that, likewise: `src/`.
    pub source: &'static str,
    /// The ending of files of code, where a stack has two.
    pub ext: &'static str,
    pub manager: String,
    pub branch: String,
    /// The version of the runtime: `22`, `3.12`.
    pub runtime: String,
    pub setup: Vec<Step>,
    pub commands: Commands,
    /// The migration tool's id: `prisma`, `active-record`; empty where none is known.
    pub tool: String,
    /// `postgresql`, `mysql`.
    pub database: Option<&'static str>,
    /// The one of them that tests need beside them: what also runs on SQLite is tested on that.
    pub engine: Option<&'static str>,
    /// Whether its data lie in a file beside it.
    pub sqlite: bool,
    /// The job that checks changes already.
    pub job: Option<Job>,
    /// The jobs that check changes.
    pub checks: Vec<String>,
    pub redis: bool,
    /// `service` where it listens for requests, `browser` where it runs in browsers alone.
    pub kind: &'static str,
    /// Where it listens and what answers probes.
    pub port: u16,
    pub live: String,
    pub ready: String,
    /// Whether the build tool's own wrapper is there: `gradlew`, `mvnw`.
    pub wrapper: bool,
    /// The environment variables that its code reads.
    pub variables: Vec<String>,
    /// Runs a program of a dependency: `pnpm exec `.
    pub exec: &'static str,
    /// The command that copies the database.
    #[serde(skip)]
    pub dump: &'static str,
    /// Whether Dependabot has a file already, and GitLab's pipelines.
    pub has_dependabot: bool,
    pub has_gitlab_ci: bool,
    /// What Dependabot keeps current.
    pub updates: Vec<Update>,
}

impl Context<'_> {
    /// Whether something is known that a remedy needs.
    pub(super) fn knows(&self, name: &str) -> bool {
        match name {
            "database" => self.database.is_some(),
            "job" => self.job.is_some(),
            "postgresql" => self.database == Some("postgresql"),
            "updates" => !self.updates.is_empty(),
            "typescript" => self.ext == "ts",
            "browser" | "service" => self.kind == name,
            "safe-migration" => self.commands.has("migrate") && self.knows("postgresql"),
            "variables" => !self.variables.is_empty(),
            "services" => self.database.is_some() || self.redis,
            name => self.commands.has(name),
        }
    }
}

impl Stack<'_> {
    pub(super) fn uses_framework(&self, name: &str) -> bool {
        !self.is_guest && self.component.is_some_and(|own| own.frameworks.iter().any(|framework| framework == name))
    }

    /// Whether a tool is in use, in the component or in what belongs to none.
    pub(super) fn uses(&self, tool: &str) -> bool {
        let own = |path: &str| {
            let owner = self.surroundings.repository.component_of(path).map(|owner| owner.path.as_str());
            self.component.is_none_or(|component| owner.is_none_or(|owner| owner.is_empty() || owner == component.path))
        };
        self.surroundings.tools.iter().any(|&(id, path)| id == tool && own(path))
    }

    /// Histories of migrations in the component, or in what belongs to none.
    fn histories(&self) -> impl Iterator<Item = &MigrationHistory> {
        let repository = self.surroundings.repository;
        let is_own = |path: &str| {
            let owner = repository.component_of(path).map(|owner| owner.path.as_str());
            self.component.is_none_or(|own| owner.is_none_or(|owner| owner == own.path))
        };
        repository
            .facts
            .each::<MigrationHistory>()
            .filter(move |(fact, _)| is_own(&fact.place.path))
            .map(|(_, own)| own)
    }

    /// Whether a manifest of the component, or of the root, declares one of these packages.
    pub(super) fn depends_on(&self, names: &[&str]) -> bool {
        let repository = self.surroundings.repository;
        let is_own = |path: &str| {
            let owner = repository.component_of(path).map_or("", |owner| owner.path.as_str());
            owner.is_empty() || self.component.is_some_and(|component| component.path == owner)
        };
        let mut all = repository.facts.each::<Dependency>();
        all.any(|(fact, own)| names.contains(&own.name.as_str()) && is_own(&fact.place.path))
    }

    pub(super) fn dir(&self) -> String {
        match self.component.map(|component| component.path.as_str()) {
            None | Some("") => String::new(),
            Some(path) => format!("{path}/"),
        }
    }

    /// Whether one command at the root builds and tests all components of the stack.
    fn is_built_from_the_root(&self, stack: &str) -> bool {
        let mut names =
            self.surroundings.repository.files.iter().map(|file| &*file.path).filter(|path| !path.contains('/'));
        match stack {
            "dotnet" => names.any(|name| [".sln", ".slnx"].iter().any(|ending| name.ends_with(ending))),
            "rust" => names.any(|name| name == "Cargo.toml"),
            _ => false,
        }
    }

    /// Whether it is a member of a workspace of Node, whose one lock file lies at the root.
    fn is_locked_at_the_root(&self, stack: &str) -> bool {
        const LOCKS: &[&str] = &["package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"];
        let has_lock = |dir: &str| LOCKS.iter().any(|lock| self.surroundings.has(&format!("{dir}{lock}")));
        stack == "node" && has_lock("") && !has_lock(&self.dir())
    }

    pub(super) fn context<'p>(&self, place: Option<&'p Place>) -> Context<'p> {
        let stack = self.name;
        let manager = self.component.and_then(|own| own.package_manager.clone()).unwrap_or_default();
        let languages = self.component.map(|own| own.languages.as_slice()).unwrap_or_default();
        let is_typed = languages.iter().any(|language| matches!(language, Language::TypeScript | Language::Tsx));
        let (live, ready) = probes::paths(self);
        let database = ["postgresql", "mysql"]
            .into_iter()
            .find(|engine| self.uses(engine) || self.histories().any(|own| own.engine == *engine));
        Context {
            place,
            stack,
            live,
            ready,
            port: probes::port(self, stack),
            wrapper: ["gradlew", "mvnw"].iter().any(|file| self.surroundings.has(&format!("{}{file}", self.dir()))),
            variables: self.variables(),
            module: module(&self.name()),
            label: label(&self.name()),
            kind: self.kind(),
            host: if self.surroundings.is_gitlab { "gitlab" } else { "github" },
            name: self.name(),
            source: self.source(),
            ext: if is_typed { "ts" } else { "js" },
            branch: self.surroundings.branch.to_owned(),
            runtime: self.runtime(stack),
            setup: setup(self, stack, &manager),
            commands: Commands::new(self, stack, &manager),
            database,
            engine: database.filter(|_| !self.uses("sqlite")),
            sqlite: database.is_none() && (self.uses("sqlite") || self.histories().any(|own| own.engine == "sqlite")),
            job: job::of_changes(self, stack),
            checks: job::checks(self.surroundings.repository),
            dump: match database {
                Some("postgresql") => "`pg_dump -Fc`",
                Some("mysql") => "`mysqldump --single-transaction`",
                _ => "a dump of the database",
            },
            tool: self.histories().map(|own| own.tool.clone()).next().unwrap_or_default(),
            redis: self.uses("redis"),
            exec: match manager.as_str() {
                "pnpm" => "pnpm exec ",
                "yarn" => "yarn ",
                "bun" => "bunx ",
                "uv" => "uv run ",
                "poetry" => "poetry run ",
                "pdm" => "pdm run ",
                "bundler" => "bundle exec ",
                _ if stack == "node" => "npx ",
                _ => "",
            },
            has_dependabot: [".github/dependabot.yml", ".github/dependabot.yaml"]
                .iter()
                .any(|file| self.surroundings.has(file)),
            has_gitlab_ci: self.surroundings.has(".gitlab-ci.yml"),
            updates: updates(self.surroundings.repository),
            from_root: !self.dir().is_empty()
                && (self.is_built_from_the_root(stack) || self.is_locked_at_the_root(stack)),
            work: if self.is_built_from_the_root(stack) { String::new() } else { self.dir() },
            dir: self.dir(),
            manager,
        }
    }

    /// The environment variables that product code reads, without those that platforms and runtimes set.
    fn variables(&self) -> Vec<String> {
        let repository = self.surroundings.repository;
        let own = self.component.map(|own| own.path.as_str());
        let reads = repository.facts.each::<EnvironmentRead>().filter(|(fact, _)| {
            matches!(fact.role, Role::Product | Role::Configuration)
                && (own.is_none() || repository.component_of(&fact.place.path).map(|own| own.path.as_str()) == own)
        });
        let is_name = |name: &&str| {
            name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
                && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                && !is_of_platform(name)
        };
        let names: BTreeSet<&str> = reads.map(|(_, own)| own.name.as_str()).filter(is_name).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    fn kind(&self) -> &'static str {
        let is = |kind| self.component.is_some_and(|own| own.kinds.contains_key(&kind));
        match (is(ComponentKind::Service), is(ComponentKind::Web)) {
            // A script in a service of another language is one of its pages'.
            (true, _) if self.is_guest && self.name == "node" => "browser",
            (true, _) => "service",
            (false, true) => "browser",
            (false, false) => "",
        }
    }

    fn name(&self) -> String {
        let name = self.component.map(|own| own.name.as_str()).unwrap_or_default();
        // A component without a name has that of its folder, and the root's says nothing.
        let is_nameless = name == "root" && self.component.is_some_and(|own| own.path.is_empty());
        let last = if is_nameless { "" } else { last_part(name) };
        let name: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
        if name.is_empty() { "app".to_owned() } else { name }
    }

    /// Where new code would lie: the first of the usual folders that is there.
    fn source(&self) -> &'static str {
        let dir = self.dir();
        let is_there = |folder: &&str| {
            let prefix = format!("{dir}{folder}");
            self.surroundings.repository.files.iter().any(|file| file.path.starts_with(&prefix))
        };
        ["src/app/", "src/", "app/", "lib/"].into_iter().find(is_there).map_or("", |folder| match folder {
            "src/app/" => "src/",
            "app/" if self.uses_framework("Next.js") => "",
            folder => folder,
        })
    }

    pub(super) fn asked_runtime(&self, name: &str) -> Option<String> {
        let asked = self.component.and_then(|own| own.runtimes.get(name))?;
        let start = asked.find(|c: char| c.is_ascii_digit())?;
        let version: String = asked.get(start..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let parts: Vec<&str> = version.trim_matches('.').split('.').collect();
        let wanted = if name == "node" { 1 } else { 2 };
        Some(parts.into_iter().take(wanted).collect::<Vec<_>>().join("."))
    }

    fn runtime(&self, stack: &str) -> String {
        let (name, usual) = match stack {
            "node" => ("node", "24"),
            "python" => ("python", "3.13"),
            "go" => ("go", "1.25"),
            "rust" => ("rust", "1"),
            "java" => ("java", "21"),
            "dotnet" => ("dotnet", "9.0"),
            "ruby" => ("ruby", "3.4"),
            "php" => ("php", "8.4"),
            "elixir" => ("elixir", "1.18"),
            _ => return String::new(),
        };
        self.asked_runtime(name).unwrap_or_else(|| usual.to_owned())
    }
}
