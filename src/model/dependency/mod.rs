//! Which declared dependencies are used, and how: imported, named by settings, started by scripts and pipelines, or
//! loaded without a word. Lock files pin versions and are no use.
//!
//! A use counts for the declarations of the folders above it: the packages of a workspace's root serve all of it.

mod keys;
mod names;

use std::collections::{BTreeMap, BTreeSet};

use self::keys::{keys, npm_program, package_keys};
use super::Facts;
use super::recognise::Recognised;
use crate::facts::{
    Data, Dependency, DependencyScope, DependencyUse, Ecosystem, Fact, Import, Mention, PipelineRun, Place, Role, Task,
    ToolUse,
};
use crate::syntax::shell::{self, ShellOptions};

/// A fact for each declared dependency.
pub(super) fn derive(facts: &Facts, recognised: &Recognised<'_>) -> Vec<Fact> {
    let seen = Seen::new(facts);
    let mut uses: Vec<(&Fact, &Dependency, How)> = Vec::new();
    for (fact, dependency) in facts.each::<Dependency>() {
        if fact.role.is_written() {
            uses.push((fact, dependency, seen.how(fact, dependency, recognised)));
        }
    }
    implied(&mut uses);
    uses.into_iter()
        .map(|(fact, dependency, how)| {
            let data = DependencyUse { dependency: dependency.clone(), how: how.name, at: how.at };
            Fact { place: fact.place.clone(), role: fact.role, data: Data::DependencyUse(data) }
        })
        .collect()
}

#[derive(Debug, Clone)]
struct How {
    name: &'static str,
    at: Option<Place>,
}

impl How {
    fn at(name: &'static str, place: &Place) -> Self {
        Self { name, at: Some(place.clone()) }
    }

    const NOT: Self = Self { name: "declared", at: None };

    fn is_use(&self) -> bool {
        self.name != "declared" && self.name != "test"
    }
}

type Places<'a> = BTreeMap<(Ecosystem, String), Vec<(&'a Place, Role)>>;

/// Everything in the repository that could be a use, by name.
struct Seen<'a> {
    imports: Places<'a>,
    mentions: Places<'a>,
    types: Places<'a>,
    /// Programs that tasks and pipelines start.
    programs: BTreeMap<String, Vec<&'a Place>>,
    /// Uses of known tools, by their ids.
    tools: BTreeMap<(&'a str, &'static str), Vec<&'a Place>>,
    /// Files of pipelines, which run for the whole repository.
    pipelines: BTreeSet<&'a str>,
    /// Where Bundler requires all gems.
    bundler: Option<&'a Place>,
}

impl<'a> Seen<'a> {
    fn new(facts: &'a Facts) -> Self {
        let mut seen = Self {
            imports: BTreeMap::new(),
            mentions: BTreeMap::new(),
            types: BTreeMap::new(),
            programs: BTreeMap::new(),
            tools: BTreeMap::new(),
            pipelines: BTreeSet::new(),
            bundler: None,
        };
        for (fact, import) in facts.each::<Import>() {
            if import.module == "Bundler.require" && fact.role != Role::Test {
                seen.bundler = seen.bundler.or(Some(&fact.place));
            }
            for key in keys(import.ecosystem, &import.module) {
                seen.imports.entry((import.ecosystem, key)).or_default().push((&fact.place, fact.role));
            }
        }
        for (fact, mention) in facts.each::<Mention>() {
            for key in keys(mention.ecosystem, &mention.name) {
                let list = if mention.is_type { &mut seen.types } else { &mut seen.mentions };
                list.entry((mention.ecosystem, key)).or_default().push((&fact.place, fact.role));
            }
        }
        for (fact, task) in facts.each::<Task>() {
            for command in shell::commands(&task.command, ShellOptions::default()) {
                seen.start(command.name(), &fact.place);
                let words = command.texts();
                seen.start_task(&words, &fact.place);
                // `python -m x`, `bundle exec x`, `uv run x`, `dotenv -- x`: what the wrapper starts is a word of it.
                for pair in words.windows(2) {
                    if let ["-m" | "exec" | "run" | "--" | "dlx" | "-r" | "--require" | "--import", program] = pair {
                        seen.start(npm_program(program), &fact.place);
                    }
                }
                words.iter().filter(|word| word.starts_with("--cov")).for_each(|_| seen.start("--cov", &fact.place));
            }
        }
        for (fact, run) in facts.each::<PipelineRun>() {
            seen.pipelines.insert(&fact.place.path);
            let words: Vec<&str> = run.command.split_whitespace().collect();
            let program = words.first().copied().unwrap_or("");
            seen.start_task(&words, &fact.place);
            seen.start(program.rsplit('/').next().unwrap_or(program), &fact.place);
        }
        for (fact, it) in facts.each::<ToolUse>().filter(|(fact, _)| fact.role != Role::Example) {
            seen.tools.entry((it.tool.as_str(), it.how)).or_default().push(&fact.place);
        }
        seen
    }

    fn start(&mut self, program: &str, place: &'a Place) {
        self.programs.entry(program.to_owned()).or_default().push(place);
    }

    /// A task of Mix is called as the package that brings it, or named with it: `mix credo`, `mix phx.digest`.
    fn start_task(&mut self, words: &[&str], place: &'a Place) {
        if let ["mix", task, ..] = words {
            self.start(task, place);
            if let Some((package, _)) = task.split_once('.') {
                self.start(package, place);
            }
        }
    }

    fn how(&self, fact: &Fact, dependency: &Dependency, recognised: &Recognised<'_>) -> How {
        let base = folder(&fact.place.path);
        if dependency.name.ends_with(".gradle.plugin") || dependency.name.contains("-maven-plugin") {
            return How::at("configuration", &fact.place);
        }
        let tools = recognised.of_dependency(dependency);
        let mut imports = of(&self.imports, dependency, base);
        // Signals know modules that do not follow from the package's name.
        for pattern in tools.iter().flat_map(|tool| &tool.imports) {
            let listed = self.imports.iter().filter(|((ecosystem, key), _)| pattern.matches(*ecosystem, key));
            imports.extend(listed.flat_map(|(_, places)| below(places, base)));
        }
        let is_runtime = dependency.scope == DependencyScope::Runtime;
        let is_for_tests = |role: Role| matches!(role, Role::Test | Role::Example | Role::Documentation);
        imports.sort_by_key(|(place, role)| (is_for_tests(*role), *role, *place));
        if let Some((place, _)) = imports.first().filter(|(_, role)| !is_runtime || !is_for_tests(*role)) {
            return How::at("import", place);
        }
        let mentions = of(&self.mentions, dependency, base);
        if let Some((place, _)) = mentions.first() {
            return How::at("configuration", place);
        }
        let programs = names::programs(dependency.ecosystem, &dependency.name);
        let started = programs.iter().filter_map(|program| self.programs.get(program)).flatten();
        let tool_places = |how: &'static str| {
            let listed = tools.iter().filter_map(move |tool| self.tools.get(&(tool.id.as_str(), how)));
            listed.flatten().copied()
        };
        let commands = started.copied().chain(tool_places("command"));
        if let Some(place) = commands.filter(|place| self.serves(place, base)).min() {
            return How::at("command", place);
        }
        if let Some(place) = tool_places("file").filter(|place| is_below(&place.path, base)).min() {
            return How::at("configuration", place);
        }
        if let Some((place, _)) = of(&self.types, dependency, base).first() {
            return How::at("types", place);
        }
        if let Some(how) = self.implicit(fact, dependency) {
            return how;
        }
        imports.first().map_or(How::NOT, |(place, _)| How::at("test", place))
    }

    /// Whether a command at a place serves the packages below a folder: one from there, from a pipeline, or from a
    /// makefile above. Scripts of a package are for what the package itself declares.
    fn serves(&self, place: &Place, base: &str) -> bool {
        let (above, name) = place.path.rsplit_once('/').unwrap_or(("", &place.path));
        let is_of_package = matches!(name, "package.json" | "composer.json" | "deno.json");
        is_below(&place.path, base)
            || self.pipelines.contains(&*place.path)
            || !is_of_package && (above.is_empty() || is_below(base, above))
    }

    /// What an ecosystem loads by itself.
    fn implicit(&self, fact: &Fact, dependency: &Dependency) -> Option<How> {
        let name = dependency.name.as_str();
        let here = || How::at("implicit", &fact.place);
        match dependency.ecosystem {
            Ecosystem::RubyGems => self.bundler.map(|place| How::at("implicit", place)),
            // Implicit usings, extension methods and analysers leave no import.
            Ecosystem::NuGet => Some(here()),
            // A module of this repository is not called as its packages are.
            Ecosystem::Maven if dependency.local.is_some() || name.contains("-starter") => Some(here()),
            Ecosystem::Maven => self.configures_itself(&fact.place.path).map(|place| How::at("implicit", place)),
            Ecosystem::Composer if name == "php" || name.starts_with("ext-") => Some(here()),
            _ => None,
        }
    }
}

impl<'a> Seen<'a> {
    /// Where a framework is used that sets up whatever lies on the class path: drivers, migrations, metrics.
    fn configures_itself(&self, manifest: &str) -> Option<&'a Place> {
        let base = folder(manifest);
        let frameworks = ["org.springframework.boot", "io.quarkus", "io.micronaut"];
        let places = frameworks.iter().filter_map(|name| self.imports.get(&(Ecosystem::Maven, (*name).to_owned())));
        places.flatten().map(|(place, _)| *place).filter(|place| is_below(&place.path, base)).min()
    }
}

/// Packages of types, and what others need, are used where those are.
fn implied(uses: &mut [(&Fact, &Dependency, How)]) {
    let mut in_use: BTreeMap<(Ecosystem, String), Vec<Place>> = BTreeMap::new();
    for (_, dependency, how) in uses.iter() {
        if let Some(place) = how.at.as_ref().filter(|_| how.is_use()) {
            in_use.entry((dependency.ecosystem, dependency.name.to_lowercase())).or_default().push(place.clone());
        }
    }
    for (fact, dependency, how) in uses.iter_mut().filter(|(_, _, how)| how.name == "declared") {
        let base = folder(&fact.place.path);
        let typed = names::typed_package(&dependency.name).filter(|_| dependency.ecosystem == Ecosystem::Npm);
        let needing = names::needed_by(dependency.ecosystem, &dependency.name).map(str::to_owned);
        let reasons = typed.into_iter().chain(needing);
        let mut places = reasons.filter_map(|name| in_use.get(&(dependency.ecosystem, name))).flatten();
        if let Some(place) = places.find(|place| is_below(&place.path, base)) {
            *how = How::at("implicit", place);
        }
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_below(path: &str, base: &str) -> bool {
    base.is_empty() || path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
}

fn below<'a>(places: &'a [(&'a Place, Role)], base: &'a str) -> impl Iterator<Item = (&'a Place, Role)> {
    places.iter().copied().filter(move |(place, _)| is_below(&place.path, base))
}

/// The uses of a dependency below a folder.
fn of<'a>(places: &'a Places<'_>, dependency: &Dependency, base: &'a str) -> Vec<(&'a Place, Role)> {
    let ecosystem = dependency.ecosystem;
    let own = package_keys(ecosystem, dependency.alias.as_ref().unwrap_or(&dependency.name));
    let listed = names::modules(ecosystem, &dependency.name).filter_map(|module| keys(ecosystem, module).pop());
    // Code that takes a package by Deno's import map does not say which registry it is from.
    let written = if ecosystem == Ecosystem::Deno { Ecosystem::Npm } else { ecosystem };
    let ecosystems = BTreeSet::from([ecosystem, written]);
    let mut found = Vec::new();
    for key in own.into_iter().chain(listed) {
        for ecosystem in &ecosystems {
            let places = places.get(&(*ecosystem, key.clone())).map_or(&[][..], Vec::as_slice);
            found.extend(below(places, base));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Span, TaskRunner};
    use crate::signals::Signals;

    fn fact(path: &str, role: Role, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role, data }
    }

    fn declared(path: &str, ecosystem: Ecosystem, name: &str, scope: DependencyScope) -> Fact {
        let (name, requirement) = (name.to_owned(), String::new());
        fact(
            path,
            Role::Configuration,
            Data::Dependency(Dependency {
                ecosystem,
                name,
                requirement,
                scope,
                local: None,
                alias: None,
                shared: None,
            }),
        )
    }

    fn import(path: &str, role: Role, ecosystem: Ecosystem, module: &str) -> Fact {
        fact(path, role, Data::Import(Import { ecosystem, module: module.to_owned() }))
    }

    fn script(command: &str) -> Fact {
        let (name, command) = ("start".to_owned(), command.to_owned());
        let task = Task { runner: TaskRunner::PackageScript, name, command, needs: Vec::new(), package: None };
        fact("package.json", Role::Configuration, Data::Task(task))
    }

    fn uses(facts: Vec<Fact>) -> Vec<String> {
        let signals = Signals::load([]).unwrap();
        let facts = Facts::new(facts);
        let derived = derive(&facts, &Recognised::new(&facts, &signals));
        let text = |fact: &Fact| match &fact.data {
            Data::DependencyUse(it) => format!("{} {}", it.dependency.name, it.how),
            other => format!("{other:?}"),
        };
        derived.iter().map(text).collect()
    }

    const RUN: DependencyScope = DependencyScope::Runtime;
    const DEV: DependencyScope = DependencyScope::Development;

    #[test]
    fn a_framework_that_only_scripts_start_is_in_use() {
        let facts =
            vec![declared("package.json", Ecosystem::Npm, "next", RUN), script("NODE_ENV=production next start")];
        assert_eq!(uses(facts), ["next command"]);
    }

    #[test]
    fn a_pipeline_and_a_makefile_serve_the_packages_below() {
        let task = |path: &str, runner| {
            let (name, command) = ("lint".to_owned(), "cd backend && ruff check".to_owned());
            let task = Task { runner, name, command, needs: Vec::new(), package: None };
            fact(path, Role::Configuration, Data::Task(task))
        };
        let ruff = || declared("backend/pyproject.toml", Ecosystem::PyPi, "ruff", DEV);
        assert_eq!(uses(vec![ruff(), task("Makefile", TaskRunner::Make)]), ["ruff command"]);
        assert_eq!(uses(vec![ruff(), task("package.json", TaskRunner::PackageScript)]), ["ruff declared"]);
        assert_eq!(uses(vec![ruff(), task("frontend/Makefile", TaskRunner::Make)]), ["ruff declared"]);
    }

    #[test]
    fn what_nothing_names_is_declared_only() {
        let facts = vec![
            declared("package.json", Ecosystem::Npm, "left-pad", RUN),
            script("echo left-pad"),
            import("src/a.ts", Role::Product, Ecosystem::Npm, "left-padding"),
        ];
        assert_eq!(uses(facts), ["left-pad declared"]);
    }

    #[test]
    fn an_import_elsewhere_is_no_use_and_one_below_is() {
        let facts = vec![
            declared("apps/a/package.json", Ecosystem::Npm, "zod", RUN),
            declared("package.json", Ecosystem::Npm, "zod", DEV),
            import("apps/b/x.ts", Role::Product, Ecosystem::Npm, "zod/v4"),
        ];
        assert_eq!(uses(facts), ["zod declared", "zod import"]);
    }

    #[test]
    fn tests_use_what_is_for_development() {
        let facts = |scope| {
            vec![
                declared("pyproject.toml", Ecosystem::PyPi, "PyYAML", scope),
                import("tests/test_a.py", Role::Test, Ecosystem::PyPi, "yaml"),
            ]
        };
        assert_eq!(uses(facts(DEV)), ["PyYAML import"]);
        assert_eq!(uses(facts(RUN)), ["PyYAML test"]);
    }

    #[test]
    fn a_framework_of_the_jvm_sets_up_what_lies_on_the_class_path() {
        let driver = || declared("build.gradle", Ecosystem::Maven, "org.flywaydb:flyway-core", RUN);
        assert_eq!(uses(vec![driver()]), ["org.flywaydb:flyway-core declared"]);
        let boot =
            import("src/App.java", Role::Product, Ecosystem::Maven, "org.springframework.boot.SpringApplication");
        assert_eq!(uses(vec![driver(), boot]), ["org.flywaydb:flyway-core implicit"]);
    }

    #[test]
    fn types_are_used_with_what_they_describe() {
        let facts = vec![
            declared("package.json", Ecosystem::Npm, "@types/express", DEV),
            declared("package.json", Ecosystem::Npm, "express", RUN),
            import("src/a.ts", Role::Product, Ecosystem::Npm, "express"),
        ];
        assert_eq!(uses(facts), ["@types/express implicit", "express import"]);
    }

    #[test]
    fn a_package_that_is_called_otherwise_is_not_found_by_what_it_shares() {
        let facts = vec![
            declared("pom.xml", Ecosystem::Maven, "com.google.guava:guava", RUN),
            import("A.java", Role::Product, Ecosystem::Maven, "com.google.gson.Gson"),
        ];
        assert_eq!(uses(facts), ["com.google.guava:guava declared"]);
    }

    #[test]
    fn names_of_modules_follow_the_ecosystem() {
        for (ecosystem, package, module) in [
            (Ecosystem::Go, "github.com/x/y/v2", "github.com/x/y/v2/z"),
            (Ecosystem::Cargo, "serde-json", "serde_json"),
            (Ecosystem::RubyGems, "rack-attack", "rack/attack"),
            (Ecosystem::Composer, "symfony/mailer", "Symfony\\Component\\Mailer\\Mailer"),
            (Ecosystem::Hex, "phoenix_live_view", "Phoenix.LiveView.Router"),
            (Ecosystem::Maven, "io.micrometer:micrometer-core", "io.micrometer.core.Counter"),
            (Ecosystem::Maven, "com.google.guava:guava", "com.google.common.collect.Lists"),
            (Ecosystem::Composer, "guzzlehttp/promises", "GuzzleHttp\\Promise\\Utils"),
        ] {
            let facts = vec![declared("x", ecosystem, package, RUN), import("a", Role::Product, ecosystem, module)];
            assert_eq!(uses(facts), [format!("{package} import")], "{module}");
        }
    }
}
