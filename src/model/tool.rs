//! Which known tools are in real use: imported, configured, invoked, or declared and one of these.
//!
//! A dependency that is declared and never used shows as `declared`, so that rules can tell the two apart.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::Facts;
use super::recognise::Recognised;
use crate::facts::{
    Component, Data, Dependency, DependencyScope, Dockerfile, DormantTemplate, Ecosystem, Fact, File, FrameworkSetting,
    Import, InfrastructureResource, LocalImport, PipelineRun, Place, PlatformFile, Role, Span, Task, TaskRunner,
    ToolSetup, ToolUse,
};
use crate::signals::{Setting, SetupPattern, Signals, Tool};
use crate::syntax::shell::{self, ShellOptions};

/// The uses of all tools.
pub(super) fn derive<'a>(
    facts: &Facts,
    files: &'a [File],
    components: &'a [Component],
    signals: &'a Signals,
    recognised: &Recognised<'a>,
) -> Vec<Fact> {
    let mut uses =
        Uses { components, used: BTreeSet::new(), tested: BTreeSet::new(), seen: BTreeSet::new(), facts: Vec::new() };
    for (fact, import) in facts.each::<Import>() {
        for tool in recognised.of_import(import) {
            uses.add(tool, "import", &fact.place, fact.role);
        }
    }
    setups(facts, signals, &mut uses);
    settings(facts, signals, &mut uses);
    configuration(files, signals, &mut uses);
    infrastructure(facts, signals, &mut uses);
    for (fact, run) in facts.each::<PipelineRun>() {
        for tool in run.tools.iter().filter_map(|id| signals.tool(id)) {
            // What runs an action has its name as the command; a command line has words.
            let is_action = tool.actions.iter().any(|action| action.matches(&run.command));
            uses.add(tool, if is_action { "action" } else { "command" }, &fact.place, fact.role);
        }
    }
    tasks(facts, signals, &mut uses);
    starts(facts, signals, &mut uses);
    dependencies(facts, recognised, &mut uses);
    uses.facts
}

/// A tool that the repository really uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTool {
    /// Its id: `sentry`.
    pub id: String,
    /// Its name as people write it.
    pub title: String,
    /// What it is for.
    pub topics: Vec<String>,
    /// Where it shows, in the order of paths.
    pub uses: Vec<FoundUse>,
}

/// A place at which a tool shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundUse {
    /// How it shows: `import`, `setup`, `file`, …
    pub how: &'static str,
    /// What the file is for.
    pub role: Role,
    /// The place.
    pub place: Place,
}

/// The tools that are really used, by id.
pub(super) fn found(facts: &Facts) -> Vec<FoundTool> {
    let mut tools: BTreeMap<&str, FoundTool> = BTreeMap::new();
    for (fact, it) in facts.each::<ToolUse>().filter(|(fact, it)| it.is_real(fact.role)) {
        let new =
            || FoundTool { id: it.tool.clone(), title: it.title.clone(), topics: it.topics.clone(), uses: Vec::new() };
        let seen = FoundUse { how: it.how, role: fact.role, place: fact.place.clone() };
        tools.entry(&it.tool).or_insert_with(new).uses.push(seen);
    }
    tools.into_values().collect()
}

struct Uses<'a> {
    components: &'a [Component],
    /// Tools that are imported, configured or invoked, by id.
    used: BTreeSet<&'a str>,
    /// Those that tests use: enough for what is only needed for development.
    tested: BTreeSet<&'a str>,
    /// One use of a sort is enough for a component and a role.
    seen: BTreeSet<(&'a str, &'static str, &'a str, Role, bool)>,
    facts: Vec<Fact>,
}

impl<'a> Uses<'a> {
    fn add(&mut self, tool: &'a Tool, how: &'static str, place: &Place, role: Role) {
        let holders = self.components.iter().filter(|component| component.contains(&place.path));
        let component = holders.max_by_key(|component| component.path.len()).map_or("", |it| it.path.as_str());
        if matches!(role, Role::Generated | Role::Vendored) {
            return;
        }
        match role {
            _ if matches!(how, "declared" | "dormant") => {}
            Role::Example | Role::Documentation => {}
            Role::Test => {
                self.tested.insert(&tool.id);
            }
            _ => {
                self.used.insert(&tool.id);
            }
        }
        let in_examples = is_in_examples(&place.path);
        if self.seen.insert((&tool.id, how, component, role, in_examples)) {
            let (title, topics) = (tool.title.clone(), tool.topics.clone());
            let data = ToolUse { tool: tool.id.clone(), title, topics, how, in_examples };
            self.facts.push(Fact { place: place.clone(), role, data: Data::Tool(data) });
        }
    }
}

/// Whether a folder on the way is called examples.
fn is_in_examples(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|folder| matches!(folder.trim_start_matches('.'), "example" | "examples" | "sample" | "samples"))
}

/// What sets tools up, where everything that it takes is set up too.
fn setups<'a>(facts: &Facts, signals: &'a Signals, uses: &mut Uses<'a>) {
    let is_real = |role: Role| !matches!(role, Role::Test | Role::Example | Role::Documentation);
    let set_up: BTreeSet<&str> = facts
        .each::<ToolSetup>()
        .filter(|(fact, _)| is_real(fact.role))
        .map(|(_, setup)| setup.tool.as_str())
        .collect();
    let dormant: BTreeSet<&str> = facts.each::<DormantTemplate>().map(|(fact, _)| &*fact.place.path).collect();
    for (fact, setup) in facts.each::<ToolSetup>() {
        let tool = signals.tool(&setup.tool);
        let is_store = tool.is_some_and(|tool| tool.topics.iter().any(|topic| topic == "shared-caches"));
        if setup.is_exported_only && !is_imported(facts, &fact.place.path, is_store) {
            continue;
        }
        let is_complete = |tool: &&Tool| {
            tool.only_with.is_empty() || tool.only_with.iter().any(|other| set_up.contains(other.as_str()))
        };
        if let Some(tool) = tool.filter(is_complete) {
            let how = if dormant.contains(&*fact.place.path) { "dormant" } else { "setup" };
            uses.add(tool, how, &fact.place, fact.role);
        }
    }
}

/// Settings of frameworks that `properties:` texts name, in whichever format they are written.
fn settings<'a>(facts: &Facts, signals: &'a Signals, uses: &mut Uses<'a>) {
    for (fact, setting) in facts.each::<FrameworkSetting>() {
        let is_named = |pattern: &SetupPattern| {
            matches!(pattern.setting, Setting::File(extensions) if extensions.contains(&"properties"))
                && setting.key.starts_with(&pattern.text.replace('-', ""))
        };
        for tool in signals.tools().filter(|tool| tool.setup.iter().any(is_named)) {
            uses.add(tool, "setup", &fact.place, fact.role);
        }
    }
}

/// Whether another file of the program imports this one, as far as its name tells. Which file an alias means is not
/// followed; a name that says nothing of what the file makes is taken as imported. A store that is only handed to job
/// queues is their broker.
fn is_imported(facts: &Facts, path: &str, is_store: bool) -> bool {
    let name = path.to_lowercase();
    let is_told = ["limit", "throttl", "cache", "redis", "valkey", "/kv"].iter().any(|stem| name.contains(stem));
    let imports = |(fact, import): (&Fact, &LocalImport)| {
        *fact.place.path != *path
            && fact.role != Role::Test
            && import.may_mean(path)
            && !(is_store && import.is_for_queue)
    };
    !is_told || facts.each::<LocalImport>().any(imports)
}

fn configuration<'a>(files: &'a [File], signals: &'a Signals, uses: &mut Uses<'a>) {
    let own = |file: &'a File| (file, if file.role.is_written() { signals.of_file(&file.path) } else { Vec::new() });
    let found: Vec<(&File, Vec<&Tool>)> = files.par_iter().map(own).collect();
    for (file, tools) in found {
        for tool in tools {
            let place = Place { path: file.path.clone(), span: Span::START };
            uses.add(tool, "file", &place, file.role);
        }
    }
}

fn infrastructure<'a>(facts: &Facts, signals: &'a Signals, uses: &mut Uses<'a>) {
    let with_resources: Vec<&Tool> = signals.tools().filter(|tool| !tool.resources.is_empty()).collect();
    for (fact, resource) in facts.each::<InfrastructureResource>() {
        let is_it = |tool: &&&Tool| {
            tool.resources.iter().any(|it| it.matches(resource.tool, &resource.kind, &resource.attributes))
        };
        for tool in with_resources.iter().filter(is_it) {
            uses.add(tool, "resource", &fact.place, fact.role);
        }
    }
}

/// Scripts of packages and targets of makefiles that run a tool: somebody invokes it, if not a pipeline.
fn tasks<'a>(facts: &Facts, signals: &'a Signals, uses: &mut Uses<'a>) {
    let with_commands: Vec<&Tool> = signals.tools().filter(|tool| !tool.commands.is_empty()).collect();
    for (fact, task) in facts.each::<Task>() {
        for command in shell::commands(&task.command, ShellOptions::default()) {
            let words = command.texts();
            let runs = |tool: &&&Tool| tool.commands.iter().any(|pattern| pattern.matches(&words));
            for tool in with_commands.iter().filter(runs) {
                uses.add(tool, "command", &fact.place, fact.role);
            }
        }
    }
}

/// What packages start by their own script, where no file of a container or of a platform says how programs start.
fn starts<'a>(facts: &Facts, signals: &'a Signals, uses: &mut Uses<'a>) {
    let is_said_elsewhere =
        facts.each::<Dockerfile>().next().is_some() || facts.each::<PlatformFile>().next().is_some();
    if is_said_elsewhere {
        return;
    }
    let is_start = |task: &Task| {
        task.runner == TaskRunner::PackageScript && matches!(task.name.as_str(), "start" | "start:prod" | "serve")
    };
    let runs = |tool: &&Tool, words: &str| {
        let is_it = |pattern: &SetupPattern| {
            pattern.setting == Setting::Start && format!(" {words} ").contains(&format!(" {} ", pattern.text))
        };
        tool.only_with.is_empty() && tool.setup.iter().any(is_it)
    };
    for (fact, task) in facts.each::<Task>().filter(|(_, task)| is_start(task)) {
        for command in shell::commands(&task.command, ShellOptions::default()) {
            let words = command.texts().join(" ");
            for tool in signals.tools().filter(|tool| runs(tool, &words)) {
                uses.add(tool, "setup", &fact.place, fact.role);
            }
        }
    }
}

fn dependencies<'a>(facts: &Facts, recognised: &Recognised<'a>, uses: &mut Uses<'a>) {
    let requires_gems = facts
        .each::<Import>()
        .any(|(fact, import)| import.module == "Bundler.require" && !matches!(fact.role, Role::Test | Role::Example));
    for (fact, dependency) in facts.each::<Dependency>() {
        let is_runtime = dependency.scope == DependencyScope::Runtime;
        // Bundler requires every gem of the application by itself; implicit usings hide what a C# project loads.
        let is_implicit = match dependency.ecosystem {
            Ecosystem::RubyGems => requires_gems,
            Ecosystem::NuGet => true,
            _ => false,
        };
        for tool in recognised.of_dependency(dependency) {
            let id = tool.id.as_str();
            // What needs to be set up does nothing before that.
            let needs_setup = tool.setup.iter().any(|pattern| pattern.setting == Setting::Code(dependency.ecosystem));
            let is_used = uses.used.contains(id)
                || !is_runtime && uses.tested.contains(id)
                || is_runtime && is_implicit && !needs_setup;
            uses.add(tool, if is_used { "dependency" } else { "declared" }, &fact.place, fact.role);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    const SIGNALS: &str = "[tools.sentry]\ntitle = \"Sentry\"\ndependencies = [\"npm:@sentry/*\"]\nfiles = [\"**/sentry.server.config.ts\"]\n\
                           [tools.vitest]\ntitle = \"Vitest\"\ndependencies = [\"npm:vitest\"]\ncommands = [\"vitest\"]\n";

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Product, data }
    }

    fn declared(name: &str) -> Fact {
        let scope = DependencyScope::Runtime;
        let (name, requirement) = (name.to_owned(), String::new());
        fact(
            "package.json",
            Data::Dependency(Dependency {
                ecosystem: Ecosystem::Npm,
                name,
                requirement,
                scope,
                local: None,
                alias: None,
                shared: None,
            }),
        )
    }

    fn uses(facts: Vec<Fact>) -> Vec<String> {
        let signals = Signals::load([("signals/x.toml", SIGNALS)]).unwrap();
        let facts = Facts::new(facts);
        let facts = derive(&facts, &[], &[], &signals, &Recognised::new(&facts, &signals));
        facts
            .iter()
            .map(|fact| match &fact.data {
                Data::Tool(it) => format!("{} {}", it.tool, it.how),
                other => format!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_dependency_that_nothing_imports_is_only_declared() {
        assert_eq!(uses(vec![declared("@sentry/node")]), ["sentry declared"]);
    }

    #[test]
    fn an_import_makes_it_a_use() {
        let module = "@sentry/node".to_owned();
        let import = fact("a.ts", Data::Import(Import { ecosystem: Ecosystem::Npm, module }));
        assert_eq!(uses(vec![declared("@sentry/node"), import]), ["sentry import", "sentry dependency"]);
    }

    #[test]
    fn an_import_in_tests_is_no_use_of_what_the_product_declares() {
        let module = "@sentry/node".to_owned();
        let mut import = fact("a.test.ts", Data::Import(Import { ecosystem: Ecosystem::Npm, module }));
        import.role = Role::Test;
        assert_eq!(uses(vec![declared("@sentry/node"), import]), ["sentry import", "sentry declared"]);
    }

    #[test]
    fn a_script_invokes_what_it_names_as_a_command() {
        let script = |text: &str| {
            let (name, command) = ("x".to_owned(), text.to_owned());
            let task = Task { runner: TaskRunner::PackageScript, name, command, needs: Vec::new(), package: None };
            uses(vec![fact("package.json", Data::Task(task))])
        };
        assert_eq!(script("CI=1 npx vitest run && echo done"), ["vitest command"]);
        assert_eq!(script("bash -c \"cd web && pnpm exec vitest\""), ["vitest command"]);
        assert!(script("echo 'then run vitest; or not'").is_empty());
    }
}
