//! What commands and actions are for, by the tools of `rules/signals/`.

use std::collections::{BTreeMap, BTreeSet};

use super::without_version;
use crate::facts::PipelineRun;
use crate::signals::{CommandPattern, Signals, Tool};

/// Arguments with which a program only tells about itself.
const TELLING: &[&str] = &["--version", "--help", "-h", "-V"];

/// Words in the names of workflows and templates that say what they do.
const NAMES: &[(&str, &str)] = &[
    ("test", "test"),
    ("tests", "test"),
    ("pytest", "test"),
    ("unittest", "test"),
    ("unittests", "test"),
    ("e2e", "test"),
    ("lint", "lint"),
    ("linter", "lint"),
    ("linters", "lint"),
    ("eslint", "lint"),
    ("build", "build"),
    ("deploy", "deploy"),
    ("deployment", "deploy"),
    ("publish", "publish"),
    ("release", "publish"),
    ("sast", "scan"),
    ("codeql", "scan"),
    ("scan", "scan"),
    ("scanning", "scan"),
    ("coverage", "coverage"),
    ("format", "format-check"),
    ("license", "housekeeping"),
    ("licenses", "housekeeping"),
    ("licence", "housekeeping"),
    ("stale", "housekeeping"),
    ("label", "housekeeping"),
    ("labeler", "housekeeping"),
    ("labels", "housekeeping"),
];

/// The known tools by the programs that they are.
pub(super) struct Purposes<'a> {
    by_program: BTreeMap<&'a str, Vec<(&'a Tool, &'a CommandPattern)>>,
    with_actions: Vec<&'a Tool>,
}

impl<'a> Purposes<'a> {
    pub(super) fn new(signals: &'a Signals) -> Self {
        let mut by_program: BTreeMap<&str, Vec<(&Tool, &CommandPattern)>> = BTreeMap::new();
        for tool in signals.tools() {
            for pattern in &tool.commands {
                for program in pattern.programs() {
                    by_program.entry(program).or_default().push((tool, pattern));
                }
            }
        }
        Self { by_program, with_actions: signals.tools().filter(|tool| !tool.actions.is_empty()).collect() }
    }

    /// Sets what a command is.
    pub(super) fn of_command(&self, words: &[&str], run: &mut PipelineRun) {
        let is_telling = words.iter().any(|word| TELLING.contains(word)) || matches!(words, [_, "version" | "help"]);
        let Some(first) = words.first().filter(|_| !is_telling) else { return };
        let name = first.rsplit('/').next().unwrap_or(first);
        let plain: Vec<&str>;
        let words = if name.starts_with("gradle") {
            plain = words.iter().map(|word| gradle_task(word)).collect();
            plain.as_slice()
        } else {
            words
        };
        let mut found = Found::default();
        let own = self.by_program.get(name).into_iter().flatten();
        let whole = self.by_program.get(first).into_iter().flatten().filter(|_| name != *first);
        for (tool, pattern) in own.chain(whole) {
            if pattern.matches(words) {
                found.add(tool, &pattern.purposes);
            }
        }
        found.store(run);
        build_by_name(run);
        if let Some(function) = dagger_function(words) {
            by_words(function, run);
        }
    }

    /// Whether a command is of a known tool.
    pub(super) fn knows(&self, words: &[&str]) -> bool {
        let name = words.first().map_or("", |first| first.rsplit('/').next().unwrap_or(first));
        self.by_program.get(name).into_iter().flatten().any(|(_, pattern)| pattern.matches(words))
    }

    /// Sets what an action is, by its name without a version.
    pub(super) fn of_action(&self, name: &str, run: &mut PipelineRun) {
        let mut found = Found::default();
        for tool in &self.with_actions {
            if tool.actions.iter().any(|pattern| pattern.matches(name)) {
                found.add(tool, &tool.purposes);
            }
        }
        found.store(run);
    }

    /// Sets what a workflow or a template of another repository is: by a known name, else by the words of its file's.
    pub(super) fn of_foreign(&self, target: &str, run: &mut PipelineRun) {
        let name = without_version(target);
        self.of_action(name, run);
        if run.purposes.is_empty() {
            by_words(name.rsplit('/').next().unwrap_or(name), run);
        }
        run.is_opaque = run.purposes.is_empty();
    }
}

/// What the words of a name say that something does.
fn by_words(name: &str, run: &mut PipelineRun) {
    let words = words_of(name);
    let purposes = NAMES.iter().filter(|(word, _)| words.iter().any(|own| own == word));
    run.purposes.extend(purposes.map(|(_, purpose)| (*purpose).to_owned()));
    run.purposes.sort_unstable();
    run.purposes.dedup();
}

/// The function that `dagger call` runs: code of the repository, whose name says what it does.
fn dagger_function<'a>(words: &[&'a str]) -> Option<&'a str> {
    const VALUED: &[&str] = &["-m", "--mod", "--progress", "-o", "--output", "--cloud"];
    let ["dagger", rest @ ..] = words else { return None };
    let mut rest = rest.iter();
    let mut plain = Vec::new();
    while let Some(word) = rest.next() {
        if VALUED.contains(word) {
            rest.next();
        } else if !word.starts_with('-') {
            plain.push(*word);
        } else if plain.len() > 1 {
            break;
        }
    }
    match plain.as_slice() {
        ["call", function, ..] => Some(function),
        _ => None,
    }
}

/// A task of Gradle without its project and without its variant: `:app:testFullDebugUnitTest` tests as
/// `testDebugUnitTest` does.
fn gradle_task(word: &str) -> &str {
    if word.starts_with('-') {
        return word;
    }
    let task = word.rsplit(':').next().unwrap_or(word);
    let is_variant = |start: &str, end: &str| {
        task.strip_prefix(start).is_some_and(|rest| rest.ends_with(end) && rest.starts_with(char::is_uppercase))
    };
    match task {
        _ if is_variant("test", "UnitTest") || is_variant("test", "HostTest") => "testDebugUnitTest",
        _ if is_variant("connected", "AndroidTest") => "connectedAndroidTest",
        _ if is_variant("assemble", "") => "assemble",
        _ if is_variant("lint", "Debug") || is_variant("lint", "Release") => "lint",
        task => task,
    }
}

/// The words of a name in small letters: `unit-tests.yml`, `runUnitTests.yml`.
fn words_of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_small) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.push(c.to_ascii_lowercase());
        }
        was_small = c.is_lowercase();
    }
    words
}

/// A compiler that checks types is a build where the script that runs it is called so.
fn build_by_name(run: &mut PipelineRun) {
    let is_compiler = run.purposes == ["type-check"] && !run.command.contains("--noEmit");
    let is_build = |via: &String| via.ends_with("script \"build\"");
    if is_compiler && run.tools.iter().any(|tool| tool == "tsc") && run.via.iter().any(is_build) {
        run.purposes.insert(0, "build".to_owned());
    }
}

#[derive(Default)]
struct Found<'a> {
    tools: BTreeSet<&'a str>,
    purposes: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn add(&mut self, tool: &'a Tool, purposes: &'a [String]) {
        self.tools.insert(&tool.id);
        self.purposes.extend(purposes.iter().map(String::as_str));
    }

    fn store(self, run: &mut PipelineRun) {
        run.tools = self.tools.into_iter().map(str::to_owned).collect();
        run.purposes = self.purposes.into_iter().map(str::to_owned).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::{dagger_function, gradle_task, words_of};

    #[test]
    fn a_function_of_dagger_stands_behind_its_options() {
        let function = |command: &str| dagger_function(&command.split(' ').collect::<Vec<_>>()).map(str::to_owned);
        assert_eq!(function("dagger call --progress plain unit-tests --source ."), Some("unit-tests".to_owned()));
        assert_eq!(function("dagger -m ci call lint"), Some("lint".to_owned()));
        assert_eq!(function("dagger run make test"), None);
    }

    #[test]
    fn tasks_of_gradle_have_projects_and_variants() {
        assert_eq!(gradle_task(":app:testFullDebugUnitTest"), "testDebugUnitTest");
        assert_eq!(gradle_task(":libs:core:lint"), "lint");
        assert_eq!(gradle_task("assembleFullNightly"), "assemble");
        assert_eq!(gradle_task("testing"), "testing");
        assert_eq!(gradle_task("--tests=a:b"), "--tests=a:b");
    }

    #[test]
    fn names_have_words_in_any_manner_of_writing() {
        assert_eq!(words_of("mavenLicenseCheck.yml"), ["maven", "license", "check", "yml"]);
        assert_eq!(words_of("unit-tests.yml"), ["unit", "tests", "yml"]);
        assert_eq!(words_of("E2E_tests"), ["e2e", "tests"]);
    }
}
