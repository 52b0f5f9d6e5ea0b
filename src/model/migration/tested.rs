//! Pipelines whose tests apply the migrations to a database: the chain from the command to the call, with a place for
//! each of its links.

use super::fact;
use super::job_database::database_of_job;
use crate::facts::{
    Data, Dependency, Ecosystem, Fact, File, Ground, Language, Manifest, MigrationTrial, PipelineRun, Place, Role,
    TestGround, TriggerKind,
};
use crate::model::Facts;

/// Tools that run tests, by the languages that they run.
const RUNNERS: &[(Family, &[&str])] = &[
    (
        Family::JavaScript,
        &["jest", "vitest", "mocha", "ava", "node-test", "bun-test", "tap", "nx-test", "jasmine", "react-scripts-test"],
    ),
    (
        Family::Python,
        &["pytest", "unittest", "coverage-run", "trial", "nose", "tox", "nox", "django-test", "runtests", "hatch-test"],
    ),
    (Family::Go, &["go-test", "ginkgo", "mage-test"]),
    (Family::Rust, &["cargo-test", "cargo-nextest", "cargo-tarpaulin", "cargo-llvm-cov"]),
    (Family::Jvm, &["maven-test", "gradle-test", "sbt-test"]),
    (Family::DotNet, &["dotnet-test", "nuke-test"]),
    (Family::Php, &["phpunit", "pest", "artisan-test", "codeception"]),
    (Family::Elixir, &["mix-test"]),
];

/// Packages that apply migrations when the program starts, without a call of it.
const AT_START: &[&str] = &[
    "org.flywaydb:flyway-core",
    "org.springframework.boot:spring-boot-starter-flyway",
    "org.springframework.boot:spring-boot-starter-liquibase",
    "org.liquibase:liquibase-core",
    "io.quarkus:quarkus-flyway",
    "io.quarkus:quarkus-liquibase",
    "io.micronaut.flyway:micronaut-flyway",
    "io.micronaut.liquibase:micronaut-liquibase",
];

/// Languages whose tests one tool runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    JavaScript,
    Python,
    Go,
    Rust,
    Jvm,
    DotNet,
    Php,
    Elixir,
}

impl Family {
    fn of_language(language: Language) -> Option<Self> {
        Some(match language {
            language if language.is_javascript_family() => Self::JavaScript,
            Language::Python => Self::Python,
            Language::Go => Self::Go,
            Language::Rust => Self::Rust,
            Language::Java | Language::Kotlin | Language::Groovy | Language::Scala => Self::Jvm,
            Language::CSharp | Language::FSharp | Language::VisualBasic => Self::DotNet,
            Language::Php => Self::Php,
            Language::Elixir => Self::Elixir,
            _ => return None,
        })
    }

    fn of_run(run: &PipelineRun) -> Option<Self> {
        let is_one = |tools: &&[&str]| run.tools.iter().any(|tool| tools.contains(&tool.as_str()));
        RUNNERS.iter().find(|(_, tools)| is_one(tools)).map(|(family, _)| *family)
    }

    /// Settings of tests (`application-test.yml`) are the JVM's.
    fn of_path(path: &str) -> Option<Self> {
        match extension(path) {
            "yml" | "yaml" | "properties" => Some(Self::Jvm),
            "toml" | "ini" | "cfg" => Some(Self::Python),
            "xml" | "dist" => Some(Self::Php),
            extension => Language::from_extension(extension).and_then(Self::of_language),
        }
    }
}

/// A place with what it shows.
pub(super) type Link = (Place, Role, String);

/// The links of the best chain: of a run that stops a change, else of any other.
pub(super) fn find(facts: &Facts, files: &[File]) -> Vec<Fact> {
    let grounds = Grounds::new(facts, files);
    if !grounds.can_apply() {
        return Vec::new();
    }
    let mut runs: Vec<(&Fact, &PipelineRun)> =
        facts.each::<PipelineRun>().filter(|(_, run)| is_for_changes(run)).collect();
    runs.sort_by_key(|(_, run)| !(run.on_change && run.can_fail));
    for (run_fact, run) in runs {
        let Some(family) = Family::of_run(run) else { continue };
        let Some(links) = grounds.chain(run_fact, run, family) else { continue };
        let when: Vec<&str> = run.triggers.iter().map(|trigger| trigger.words()).collect();
        let command = format!("`{}` runs the tests on {}", run.command, when.join(", "));
        let first = (run_fact.place.clone(), run_fact.role, command);
        return std::iter::once(first).chain(links).map(|link| trial(run, link)).collect();
    }
    Vec::new()
}

/// Whether a run tests what was changed, before or after the merge.
fn is_for_changes(run: &PipelineRun) -> bool {
    let is_pushed = || run.triggers.contains(&TriggerKind::Push);
    run.purposes.iter().any(|purpose| purpose == "test") && (run.on_change || is_pushed())
}

fn trial(run: &PipelineRun, (place, role, shows): Link) -> Fact {
    let data = MigrationTrial {
        command: run.command.clone(),
        by: "tests",
        shows,
        on_change: run.on_change,
        can_fail: run.can_fail,
    };
    fact(place, role, Data::MigrationTrial(data))
}

/// A run of tests, and the files and folders that it names.
struct Tests<'r> {
    run: &'r PipelineRun,
    paths: Vec<&'r str>,
}

/// What tests stand on in a repository.
struct Grounds<'a> {
    facts: &'a Facts,
    files: &'a [File],
    all: Vec<(&'a Fact, &'a TestGround, Option<Family>)>,
    /// The folders of packages.
    packages: Vec<&'a str>,
}

impl<'a> Grounds<'a> {
    fn new(facts: &'a Facts, files: &'a [File]) -> Self {
        let all = facts.each::<TestGround>().map(|(fact, it)| (fact, it, Family::of_path(&fact.place.path))).collect();
        let packages = facts.each::<Manifest>().filter(|(_, it)| it.is_package).map(|(fact, _)| folder(fact)).collect();
        Self { facts, files, all, packages }
    }

    /// Whether anything here applies migrations when tests run.
    fn can_apply(&self) -> bool {
        let is_applied = |ground: Ground| matches!(ground, Ground::Library | Ground::Call);
        let brings = |it: &Dependency| {
            AT_START.contains(&it.name.as_str()) || it.ecosystem == Ecosystem::PyPi && it.name.contains("django")
        };
        self.all.iter().any(|(_, it, _)| is_applied(it.ground))
            || self.facts.each::<Dependency>().any(|(_, it)| brings(it))
    }

    /// The grounds of a kind that concern a language.
    fn of(&self, ground: Ground, family: Family) -> impl Iterator<Item = (&'a Fact, &'a TestGround)> {
        let found = self.all.iter().filter(move |(_, it, own)| it.ground == ground && *own == Some(family));
        found.map(|(fact, it, _)| (*fact, *it))
    }

    /// The folder of the package that a file belongs to.
    fn package(&self, path: &str) -> &'a str {
        let holds =
            |folder: &&&str| folder.is_empty() || path.strip_prefix(**folder).is_some_and(|rest| rest.starts_with('/'));
        self.packages.iter().filter(holds).max_by_key(|folder| folder.len()).copied().unwrap_or("")
    }

    /// The packages that one depends on inside of the repository, with itself.
    fn with_used(&self, package: &'a str) -> Vec<&'a str> {
        let mut found = vec![package];
        let mut next = 0;
        while let Some(current) = found.get(next).copied() {
            next += 1;
            let own = self.facts.each::<Dependency>().filter(|(fact, _)| folder(fact) == current);
            for used in own.filter_map(|(_, it)| it.local.as_deref()) {
                if !found.contains(&used) {
                    found.push(used);
                }
            }
        }
        found
    }

    /// What links a run of tests to migrations on a database.
    fn chain(&self, run_fact: &Fact, run: &PipelineRun, family: Family) -> Option<Vec<Link>> {
        if self.of(Ground::Without, family).next().is_some()
            || run.command.contains("migrations") && run.command.contains("--no")
        {
            return None;
        }
        let beside = database_of_job(self.facts, run_fact, run);
        let tests = &Tests { run, paths: self.paths_of(run) };
        self.by_tests(tests, family, beside.as_ref())
            .or_else(|| self.by_program(tests, family, beside.as_ref()))
            .or_else(|| self.by_framework(tests, family, beside.as_ref()))
    }

    /// Tests that apply the migrations themselves.
    fn by_tests(&self, tests: &Tests<'_>, family: Family, beside: Option<&Link>) -> Option<Vec<Link>> {
        let calls = [Ground::Library, Ground::Call].map(|ground| self.of(ground, family));
        for (fact, it) in calls.into_iter().flatten() {
            let is_test = fact.role == Role::Test || it.text == "#[sqlx::test]";
            let Some(chosen) = self.chosen(tests, &fact.place.path).filter(|_| is_test) else { continue };
            // A call of the repository's own needs one of a library behind it.
            let behind = (it.ground == Ground::Call).then(|| self.library(family)).flatten();
            if it.ground == Ground::Call && behind.is_none() && !is_applied_by_its_name(&it.text) {
                continue;
            }
            let package = self.package(&fact.place.path);
            let database = self.database(tests, family, &[package]).or_else(|| beside.cloned());
            let Some(database) = database else { continue };
            let own = (fact.place.clone(), fact.role, format!("`{}` applies the migrations in the tests", it.text));
            return Some(chosen.into_iter().chain([database, own]).chain(behind).collect());
        }
        None
    }

    /// Tests that start the program, which applies its migrations.
    fn by_program(&self, tests: &Tests<'_>, family: Family, beside: Option<&Link>) -> Option<Vec<Link>> {
        let starts = [Ground::Program, Ground::Host].map(|ground| self.of(ground, family));
        for (fact, it) in starts.into_iter().flatten() {
            let Some(chosen) = self.chosen(tests, &fact.place.path) else { continue };
            let package = self.package(&fact.place.path);
            let used = self.with_used(package);
            // A host brings its databases along; a program is given one by the tests.
            let holders = if it.ground == Ground::Host { used.as_slice() } else { &[package] };
            let database = self.database(tests, family, holders).or_else(|| beside.cloned());
            let (Some(database), Some(applies)) = (database, self.at_start(&used, family)) else { continue };
            let own = (fact.place.clone(), fact.role, format!("`{}` starts the program in the tests", it.text));
            return Some(chosen.into_iter().chain([database, own]).chain(applies).collect());
        }
        None
    }

    /// Frameworks whose tests make their database by the migrations.
    fn by_framework(&self, tests: &Tests<'_>, family: Family, beside: Option<&Link>) -> Option<Vec<Link>> {
        let run = tests.run;
        // What an action of others runs, it runs somewhere else.
        if family != Family::Python || run.command.split_whitespace().count() == 1 && run.command.contains('/') {
            return None;
        }
        let is_own = run.tools.iter().any(|tool| tool == "django-test") || run.command.contains("manage.py test");
        let plugin = self
            .facts
            .each::<Dependency>()
            .find(|(_, it)| it.ecosystem == Ecosystem::PyPi && it.name == "pytest-django");
        let link = |fact: &Fact, name: &str| {
            (fact.place.clone(), fact.role, format!("`{name}` makes the database of the tests by the migrations"))
        };
        let django =
            self.facts.each::<Dependency>().find(|(_, it)| it.ecosystem == Ecosystem::PyPi && it.name == "django");
        let is_of_package = |fact: &Fact| self.runs_in(run, folder(fact));
        let plugin = plugin.filter(|(fact, _)| is_of_package(fact));
        let django = django.filter(|(fact, _)| is_of_package(fact));
        let by = match (plugin, django) {
            (Some((fact, _)), _) if !is_own => link(fact, "pytest-django"),
            (_, Some((fact, _))) if is_own => link(fact, "Django"),
            _ => return None,
        };
        let database = beside.cloned().or_else(|| self.database(tests, family, &[self.package(&by.0.path)]))?;
        Some(vec![database, by])
    }

    /// Whether a run is about a package: it starts in its folder, or at the root where no other package is meant.
    fn runs_in(&self, run: &PipelineRun, package: &str) -> bool {
        let Some(folder) = run.folder.as_deref() else { return self.packages.len() <= 1 };
        let own = self.package(&format!("{folder}/x"));
        own == package && !folder.is_empty() || package.is_empty() && (folder.is_empty() || own.is_empty())
    }

    /// A database that the tests of a package start, where the run chooses them.
    fn database(&self, tests: &Tests<'_>, family: Family, packages: &[&str]) -> Option<Link> {
        let of_package = |(fact, _): &(&Fact, &TestGround)| packages.contains(&self.package(&fact.place.path));
        let is_chosen = |(fact, _): &(&Fact, &TestGround)| {
            fact.role != Role::Test || self.chosen(tests, &fact.place.path).is_some()
        };
        let (fact, it) = self.of(Ground::Database, family).filter(of_package).find(is_chosen)?;
        Some((fact.place.clone(), fact.role, format!("the tests start {}", it.text)))
    }

    /// The call by which a program of these packages applies its migrations.
    fn at_start(&self, packages: &[&str], family: Family) -> Option<Vec<Link>> {
        if family == Family::Jvm {
            let is_meant = |(fact, it): &(&Fact, &Dependency)| {
                packages.contains(&folder(fact)) && AT_START.contains(&it.name.as_str())
            };
            let found = self.facts.each::<Dependency>().find(is_meant);
            if let Some((fact, it)) = found {
                return Some(vec![(
                    fact.place.clone(),
                    fact.role,
                    format!("`{}` applies the migrations at start", it.name),
                )]);
            }
        }
        let of_packages = |(fact, _): &(&Fact, &TestGround)| {
            fact.role == Role::Product && packages.contains(&self.package(&fact.place.path))
        };
        let library = self.library(family)?;
        if let Some((fact, it)) = self.of(Ground::Library, family).find(of_packages) {
            return Some(vec![(fact.place.clone(), fact.role, format!("`{}` applies the migrations", it.text))]);
        }
        let (fact, it) = self.of(Ground::Call, family).find(of_packages)?;
        Some(vec![(fact.place.clone(), fact.role, format!("the program calls `{}`", it.text)), library])
    }

    /// A call in the product by which a library applies migrations.
    fn library(&self, family: Family) -> Option<Link> {
        let found = self.of(Ground::Library, family).find(|(fact, _)| fact.role == Role::Product)?;
        Some((found.0.place.clone(), found.0.role, format!("`{}` applies the migrations", found.1.text)))
    }

    /// Whether a run chooses the tests of a file, with the place of the filter that does.
    fn chosen(&self, tests: &Tests<'_>, path: &str) -> Option<Vec<Link>> {
        let run = tests.run;
        let words: Vec<&str> = run.command.split_whitespace().skip(1).filter(|word| !word.starts_with('-')).collect();
        if let Some(filter) = words.iter().find(|word| extension(word) == "slnf") {
            let is_it = |fact: &Fact| fact.place.path.ends_with(filter.trim_start_matches("./"));
            let projects = self.all.iter().filter(|(fact, it, _)| it.ground == Ground::Project && is_it(fact));
            let holds = |(_, it, _): &&(&Fact, &TestGround, Option<Family>)| {
                let own = it.text.rsplit_once('/').map_or("", |(folder, _)| folder);
                !own.is_empty() && path.contains(&format!("{own}/"))
            };
            let (fact, it, _) = projects.clone().find(holds)?;
            let shows = format!("`{filter}` chooses the project `{}`", it.text);
            return Some(vec![(fact.place.clone(), fact.role, shows)]);
        }
        if run.command.starts_with("mvn") || run.command.contains("/mvnw") || run.command.starts_with("mvnw") {
            let is_late = path.ends_with("IT.java") || path.ends_with("IT.kt");
            let reaches = words.iter().any(|word| matches!(*word, "verify" | "install" | "deploy"));
            return (!is_late || reaches).then(Vec::new);
        }
        let is_below = |part: &&str| {
            let rest = path.strip_prefix(*part).or_else(|| path.split_once(&format!("/{part}")).map(|(_, rest)| rest));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        (tests.paths.is_empty() || tests.paths.iter().any(is_below)).then(Vec::new)
    }

    /// The files and folders of the repository that a command names.
    fn paths_of<'r>(&self, run: &'r PipelineRun) -> Vec<&'r str> {
        let words = run.command.split_whitespace().skip(1);
        let plain = words
            .filter(|word| !word.starts_with('-') && !matches!(*word, "test" | "run" | "nextest" | "check" | "build"));
        plain.filter_map(|word| self.path_named(word)).collect()
    }

    /// The file or the folder of the repository that a word of a command names: `./internal/...`, `tests/unit`,
    /// `tests/Api.Tests/Api.Tests.csproj`.
    fn path_named<'w>(&self, word: &'w str) -> Option<&'w str> {
        let word = word.trim_start_matches("./").trim_end_matches("...").trim_end_matches('/');
        let word = word.split("::").next().unwrap_or(word);
        if word.len() < 2 || matches!(extension(word), "sln" | "slnx") {
            return None;
        }
        let inner = format!("/{word}");
        let is_there = self.files.iter().any(|file| {
            let rest = file.path.strip_prefix(word).or_else(|| file.path.split_once(&inner).map(|(_, rest)| rest));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        // A project stands for its folder.
        let is_project = word.ends_with("proj");
        is_there.then(|| if is_project { word.rsplit_once('/').map_or(word, |(folder, _)| folder) } else { word })
    }
}

/// Names that leave no doubt, where the library's own call is not seen: `runMigrations`.
fn is_applied_by_its_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "");
    ["runmigrations", "applymigrations", "migratedatabase", "migratedb", "migrateasync"]
        .iter()
        .any(|known| lower.starts_with(known))
}

fn folder(fact: &Fact) -> &str {
    fact.place.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}
