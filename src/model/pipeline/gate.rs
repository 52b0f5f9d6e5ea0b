//! Checks that look as if they could stop a change, and cannot. Precision comes first: what only informs is none.

use std::collections::BTreeMap;

use super::path_filter;
use crate::facts::{
    Data, Fact, File, Pipeline, PipelineRun, Place, Span, StepAction, TestFile, ToothlessGate, TriggerKind,
};
use crate::model::Facts;

/// What a gate is for.
const PURPOSES: &[&str] = &["test", "lint", "type-check", "format-check", "scan"];

/// Words in the names of jobs and tasks that only inform.
const INFORMING: &[&str] = &[
    "nightly",
    "experimental",
    "beta",
    "canary",
    "unstable",
    "inform",
    "advisory",
    "optional",
    "allowed",
    "report",
    "future",
    "next",
    "preview",
    "flaky",
    "dry",
];

/// Switches with which a checker always succeeds.
const SOFT: &[&str] =
    &["--exit-zero", "--soft-fail", "--no-fail", "--issues-exit-code=0", "--exit-code=0", "--audit-level=none"];

/// The same with a value of their own.
const SOFT_PAIRS: &[(&str, &str)] = &[("--issues-exit-code", "0"), ("--exit-code", "0"), ("--audit-level", "none")];

/// The same as inputs of actions.
const SOFT_INPUTS: &[(&str, &str)] = &[
    ("soft_fail", "true"),
    ("soft-fail", "true"),
    ("fail-build", "false"),
    ("no-fail", "true"),
    ("exit-zero", "true"),
];

/// Test runners that are content with no test at all.
const CONTENT: &[&str] = &["go-test", "maven-test", "gradle-test", "dotnet-test"];

/// Notes that a command always succeeds by its own switches.
pub(super) fn soften_command(words: &[&str], run: &mut PipelineRun) {
    let own = words.iter().find(|word| SOFT.contains(word)).copied();
    let pair = words.windows(2).find_map(|pair| match pair {
        [name, value] => SOFT_PAIRS.contains(&(*name, *value)).then_some(*name),
        _ => None,
    });
    // What is written for another tool to judge is no gate of its own.
    if words.iter().any(|word| word.to_ascii_lowercase().contains("sarif")) {
        return;
    }
    if let Some(switch) = own.or(pair).filter(|_| run.can_fail && !run.tools.is_empty()) {
        run.can_fail = false;
        run.mask = format!("`{switch}` lets it always succeed");
    }
}

/// Notes that an action always succeeds by its own inputs.
pub(super) fn soften_action(given: &[(String, String)], run: &mut PipelineRun) {
    let is_soft = |(name, value): &&(String, String)| SOFT_INPUTS.contains(&(name.as_str(), value.as_str()));
    let switch = given.iter().find(is_soft).map(|(name, value)| format!("`{name}: {value}`"));
    let in_arguments = given.iter().filter(|(name, _)| name == "args").find_map(|(_, value)| {
        value.split_whitespace().find(|word| SOFT.contains(word)).map(|word| format!("`{word}`"))
    });
    if let Some(switch) = switch.or(in_arguments).filter(|_| run.can_fail && !run.tools.is_empty()) {
        run.can_fail = false;
        run.mask = format!("{switch} lets it always succeed");
    }
}

/// Why a command that the shell goes on after stops nothing. A text that ends with a failure of its own looks at the
/// results itself.
pub(super) fn mask_of(text: &str) -> String {
    let ends_itself = ["exit 1", "exit $", "exit \"$", "return 1", "FAILED=", "failed=", "status="]
        .iter()
        .any(|it| text.contains(it));
    if ends_itself { String::new() } else { "the shell goes on when it fails".to_owned() }
}

/// The gates that cannot stop a change, among what pipelines run and what is switched off in them.
pub(super) fn derive(facts: &Facts, files: &[File], runs: &[Fact], off: &[Fact]) -> Vec<Fact> {
    let all: Vec<(&Fact, &PipelineRun)> = runs.iter().filter_map(run_of).collect();
    let mut by_job: BTreeMap<&str, Vec<(&Fact, &PipelineRun)>> = BTreeMap::new();
    for (fact, run) in &all {
        by_job.entry(&run.job).or_default().push((fact, run));
    }
    let mut gates = Vec::new();
    for (fact, run) in all.iter().filter(|(_, run)| is_gate(run) && !run.can_fail && !run.mask.is_empty()) {
        let job = by_job.get(run.job.as_str()).map_or(&[][..], Vec::as_slice);
        if !is_also_strict(run, job, &all) && !uploads_findings(run, job) {
            gates.push(gate(fact, run, run.mask.clone()));
        }
    }
    for (fact, run) in off.iter().filter_map(run_of).filter(|(_, run)| is_gate(run)) {
        if !all.iter().any(|(_, other)| is_strict(other) && other.tools == run.tools) {
            gates.push(gate(
                fact,
                run,
                "it is switched off: its condition, its matrix or a job that it needs never lets it run".to_owned(),
            ));
        }
    }
    gates.extend(without_tests(facts, &all));
    gates.extend(dead_filters(facts, files));
    gates.extend(negated(facts));
    gates.sort_by(|a, b| a.place.cmp(&b.place));
    // A script that several steps lead to is one gate at each of its places.
    gates.dedup_by(|a, b| a.place == b.place);
    gates
}

fn run_of(fact: &Fact) -> Option<(&Fact, &PipelineRun)> {
    match &fact.data {
        Data::PipelineRun(run) => Some((fact, run)),
        _ => None,
    }
}

fn gate(fact: &Fact, run: &PipelineRun, problem: String) -> Fact {
    let data = ToothlessGate { job: run.job.clone(), command: run.command.clone(), problem };
    Fact { data: Data::ToothlessGate(data), ..fact.clone() }
}

/// Whether a change is meant to pass it: it checks something, runs on changes, and does not say that it only informs.
fn is_gate(run: &PipelineRun) -> bool {
    let informs = |text: &String| {
        let lower = text.to_ascii_lowercase();
        lower.split(|c: char| !c.is_alphanumeric()).any(|word| INFORMING.contains(&word))
    };
    run.on_change
        && run.purposes.iter().any(|purpose| PURPOSES.contains(&purpose.as_str()))
        && !informs(&run.job)
        && !run.via.iter().any(informs)
}

fn is_strict(run: &PipelineRun) -> bool {
    run.can_fail && run.on_change
}

/// Whether the same tool also runs with teeth: in the same job, or the same command anywhere.
fn is_also_strict(run: &PipelineRun, job: &[(&Fact, &PipelineRun)], all: &[(&Fact, &PipelineRun)]) -> bool {
    job.iter().any(|(_, other)| is_strict(other) && other.tools == run.tools)
        || all.iter().any(|(_, other)| is_strict(other) && other.tools == run.tools && other.command == run.command)
}

/// A scan whose findings are handed to the host, which judges them.
fn uploads_findings(run: &PipelineRun, job: &[(&Fact, &PipelineRun)]) -> bool {
    let uploads = |name: &str| name == "github/codeql-action/upload-sarif" || name.contains("reviewdog");
    run.purposes.iter().any(|it| it == "scan") && job.iter().any(|(_, other)| uploads(&other.command))
}

/// Notes that a check of a format cannot fail where a command of the same job has just written it.
pub(super) fn disarm_rewritten(runs: &mut [Fact]) {
    let mut problems: Vec<(usize, String)> = Vec::new();
    for (index, (fact, run)) in runs.iter().enumerate().filter_map(|(at, fact)| Some((at, run_of(fact)?))) {
        if !(run.can_fail && run.purposes == ["format-check"]) {
            continue;
        }
        let of_job = || runs.iter().filter_map(run_of).filter(|(_, other)| other.job == run.job);
        // What was written still shows to whoever looks at the tree afterwards.
        let is_looked_at = of_job().any(|(_, other)| {
            other.command.starts_with("git diff") && !other.command.contains("--cached")
                || other.command.starts_with("git status")
        });
        let writer = of_job().find(|(earlier, other)| {
            let stands_before = earlier.place.path == fact.place.path && earlier.place.span.line < fact.place.span.line;
            stands_before && writes_like(&other.command, &run.command)
        });
        if let Some((_, writer)) = writer.filter(|_| !is_looked_at) {
            problems.push((index, format!("`{}` rewrites the files before it", writer.command)));
        }
    }
    for (index, problem) in problems {
        if let Some(Data::PipelineRun(run)) = runs.get_mut(index).map(|fact| &mut fact.data) {
            (run.can_fail, run.mask) = (false, problem);
        }
    }
}

fn writes_like(writer: &str, check: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (writer, check) = (words(writer), words(check));
    let same_program = !writer.is_empty() && writer.first() == check.first();
    let has = |name: &str| writer.iter().any(|word| word == name);
    let is_check = ["--check", "-c", "-l", "--list-different", "--diff", "--verify-no-changes", "--dry-run", "check"]
        .iter()
        .any(|it| has(it));
    let is_writing = match writer.first().map(String::as_str) {
        Some("prettier" | "biome" | "gofmt" | "gofumpt" | "goimports" | "shfmt") => has("--write") || has("-w"),
        Some("black" | "isort" | "yapf") => true,
        Some("ruff" | "cargo") => writer.get(1).is_some_and(|word| matches!(word.as_str(), "format" | "fmt")),
        Some("dotnet" | "dprint" | "deno" | "terraform" | "dart" | "mix") => has("fmt") || has("format"),
        _ => false,
    };
    same_program && is_writing && !is_check
}

/// Test commands that are content with a repository without tests.
fn without_tests(facts: &Facts, all: &[(&Fact, &PipelineRun)]) -> Vec<Fact> {
    if facts.each::<TestFile>().next().is_some() {
        return Vec::new();
    }
    let is_content = |run: &PipelineRun| {
        is_gate(run)
            && run.can_fail
            && run.purposes == ["test"]
            && (run.tools.iter().any(|tool| CONTENT.contains(&tool.as_str()))
                || run.command.contains("--passWithNoTests"))
    };
    let found = all.iter().filter(|(_, run)| is_content(run));
    found
        .map(|(fact, run)| {
            gate(fact, run, "there are no tests in this repository, and it is content with that".to_owned())
        })
        .collect()
}

/// Workflows that start for paths alone, of which the tree has none.
fn dead_filters(facts: &Facts, files: &[File]) -> Vec<Fact> {
    let mut gates = Vec::new();
    for (fact, pipeline) in facts.each::<Pipeline>().filter(|(_, pipeline)| pipeline.is_substantive) {
        let on_change = |kind: TriggerKind| matches!(kind, TriggerKind::ChangeRequest | TriggerKind::Push);
        let triggers: Vec<_> = pipeline.triggers.iter().filter(|trigger| on_change(trigger.kind)).collect();
        let dead = |paths: &[String]| {
            let chosen: Vec<&String> = paths.iter().filter(|path| !path.starts_with('!')).collect();
            !chosen.is_empty() && !chosen.iter().any(|pattern| path_filter::matches_some(pattern, files))
        };
        // Another trigger for changes that is alive still starts it.
        if triggers.is_empty() || files.is_empty() || !triggers.iter().all(|trigger| dead(&trigger.paths)) {
            continue;
        }
        let Some(trigger) = triggers.first() else { continue };
        let patterns = trigger.paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
        let data = ToothlessGate {
            job: fact.place.path.rsplit('/').next().unwrap_or("").to_owned(),
            command: pipeline.name.clone(),
            problem: format!("it starts for {patterns} alone, which no file here matches"),
        };
        let place = Place { span: trigger.span, ..fact.place.clone() };
        gates.push(Fact { place, role: fact.role, data: Data::ToothlessGate(data) });
    }
    gates
}

/// `! grep …` in the middle of a script: `set -e` does not look at what is negated.
fn negated(facts: &Facts) -> Vec<Fact> {
    let mut gates = Vec::new();
    for (fact, pipeline) in facts.each::<Pipeline>() {
        let is_on_change = pipeline.triggers.iter().any(crate::facts::Trigger::is_before_merge);
        for job in pipeline.jobs.iter().filter(|job| is_on_change && !job.never_runs) {
            for step in job.steps.iter().filter(|step| !step.never_runs) {
                let StepAction::Run(script) = &step.action else { continue };
                let lines: Vec<&str> = script.text.lines().collect();
                let last =
                    lines.iter().rposition(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
                for (index, line) in lines.iter().enumerate().filter(|(index, _)| Some(*index) != last) {
                    let line = line.trim();
                    let searches = ["! grep ", "! rg ", "! git grep "].iter().any(|start| line.starts_with(start));
                    if searches
                        && script.stops_on_failure
                        && !line.contains("||")
                        && !line.contains("&&")
                        && !line.ends_with('\\')
                    {
                        let at = script.lines.get(index).copied().unwrap_or(step.span.line);
                        let span = Span { line: at, column: 1, end_line: at, end_column: 1 };
                        let data = ToothlessGate {
                            job: job.id.clone(),
                            command: line.to_owned(),
                            problem: "`set -e` does not stop at a negated command, and more follows".to_owned(),
                        };
                        let place = Place { span, ..fact.place.clone() };
                        gates.push(Fact { place, role: fact.role, data: Data::ToothlessGate(data) });
                    }
                }
            }
        }
    }
    gates
}

#[cfg(test)]
mod tests {
    use super::{mask_of, writes_like};

    #[test]
    fn a_formatter_writes_unless_it_checks() {
        assert!(writes_like("prettier --write .", "prettier --check ."));
        assert!(writes_like("cargo fmt", "cargo fmt --check"));
        assert!(!writes_like("prettier --check .", "prettier --check ."));
        assert!(!writes_like("cargo build", "cargo fmt --check"));
        assert!(!writes_like("black .", "prettier --check ."));
    }

    #[test]
    fn a_text_that_fails_by_itself_hides_nothing() {
        assert!(mask_of("a || failed=1\nexit $failed").is_empty());
        assert!(!mask_of("a || true").is_empty());
    }
}
