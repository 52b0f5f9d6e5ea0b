//! `TeamCity`: builds of the Kotlin settings, with their steps and with what starts them, as far as it is written out.

use std::collections::BTreeMap;

use super::jenkins::{Token, tokens};
use super::{job, runs, step, uses};
use crate::facts::{Job, Pipeline, Script, Span, Step, StepAction, Trigger, TriggerKind};
use crate::syntax::shell::join_path;

use TriggerKind::{ChangeRequest, Manual, Push, Schedule};

/// How deep blocks nest before the rest is left alone.
const MAX_DEPTH: usize = 64;

/// Steps whose settings are words of a program: the step, the setting, and what comes before its value.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("gradle", "tasks", "./gradlew "),
    ("maven", "goals", "mvn "),
    ("rake", "tasks", "rake "),
    ("ant", "targets", "ant "),
    ("dotnetCustom", "args", "dotnet "),
    ("python", "command", "python -m "),
    ("cargo", "command", "cargo "),
    ("dockerCommand", "commandType", "docker "),
];

/// Steps that are a command by their name.
const NAMED: &[(&str, &str)] = &[
    ("dotnetTest", "dotnet test"),
    ("dotnetBuild", "dotnet build"),
    ("dotnetPublish", "dotnet publish"),
    ("dotnetPack", "dotnet pack"),
    ("dotnetNugetPush", "dotnet nuget push"),
    ("msBuild", "msbuild"),
];

/// Reads a file of the settings; `false` where it holds nothing about builds and others may.
pub(super) fn read(text: &str, pipeline: &mut Pipeline) -> bool {
    let mut reader = Reader::default();
    let tokens = tokens(text);
    for (at, token) in tokens.iter().enumerate() {
        reader.take(&tokens, at, token);
    }
    let Reader { mut builds, chain, .. } = reader;
    if builds.is_empty() && pipeline.name != "settings.kts" {
        return false;
    }
    for (at, id) in chain.iter().enumerate() {
        if let Some(build) = builds.iter_mut().find(|build| build.id == *id) {
            build.needs.extend(chain.iter().take(at).cloned());
        }
    }
    pass_triggers(&mut builds);
    // A build without a trigger may be started by another file, or by the settings of the server.
    pipeline.is_read = !builds.is_empty() && builds.iter().all(|build| !build.triggers.is_empty());
    pipeline.triggers = builds.iter().flat_map(|build| &build.triggers).cloned().collect();
    if !pipeline.is_read {
        pipeline.triggers.push(Trigger::any(Push, Span::START));
    }
    pipeline.triggers.sort_by_key(|trigger| (trigger.kind, trigger.span));
    pipeline.triggers.dedup_by_key(|trigger| (trigger.kind, trigger.branches.clone()));
    pipeline.jobs = builds.into_iter().map(Build::job).collect();
    true
}

/// Lets what a build needs start with it.
fn pass_triggers(builds: &mut [Build]) {
    for _ in 0..builds.len() {
        let given: Vec<(String, Vec<Trigger>)> = builds
            .iter()
            .flat_map(|build| build.needs.iter().map(|need| (need.clone(), build.triggers.clone())))
            .collect();
        let mut is_settled = true;
        for (id, triggers) in given {
            let Some(needed) = builds.iter_mut().find(|build| build.id == id) else { continue };
            let new = triggers.into_iter().filter(|trigger| !needed.triggers.contains(trigger)).collect::<Vec<_>>();
            is_settled &= new.is_empty();
            needed.triggers.extend(new);
        }
        if is_settled {
            break;
        }
    }
}

/// A build configuration.
struct Build {
    id: String,
    span: Span,
    triggers: Vec<Trigger>,
    needs: Vec<String>,
    steps: Vec<Step>,
}

impl Build {
    fn job(self) -> Job {
        let only = if self.triggers.is_empty() { vec![Trigger::any(Manual, self.span)] } else { self.triggers };
        Job { needs: self.needs, only: Some(only), ..job(&self.id, self.span, self.steps) }
    }
}

/// An open block: `script {`.
struct Block {
    name: String,
    span: Span,
    /// What is set in it: `scriptContent = "…"`, `enabled = false`.
    settings: BTreeMap<String, (String, Span)>,
}

#[derive(Default)]
struct Reader {
    builds: Vec<Build>,
    blocks: Vec<Block>,
    /// The name of the last object.
    object: String,
    /// Builds of a `sequential` block: each comes after those before it.
    chain: Vec<String>,
}

impl Reader {
    fn take(&mut self, tokens: &[Token<'_>], at: usize, token: &Token<'_>) {
        let next = |steps: usize| tokens.get(at + steps);
        match token {
            Token::Sign('{', _) if self.blocks.len() < MAX_DEPTH => self.open(opener(tokens, at), token.span()),
            Token::Sign('}', _) => self.close(),
            Token::Word("object", _) => {
                if let Some(Token::Word(name, _)) = next(1) {
                    (*name).clone_into(&mut self.object);
                }
            }
            Token::Word("snapshot" | "dependency", _) if next(1).is_some_and(|it| it.is_sign('(')) => {
                if let (Some(Token::Word(name, _)), Some(build)) = (next(2), self.builds.last_mut()) {
                    build.needs.push((*name).to_owned());
                }
            }
            Token::Word("buildType", _) if next(1).is_some_and(|it| it.is_sign('(')) => {
                if let Some(Token::Word(name, _)) =
                    next(2).filter(|_| self.blocks.iter().any(|it| it.name == "sequential"))
                {
                    self.chain.push((*name).to_owned());
                }
            }
            Token::Word(name, _) if next(1).is_some_and(|it| it.is_sign('=')) => {
                let value = match next(2) {
                    Some(Token::Text(text, line)) => (text.replace("${'$'}", "$"), line_span(*line)),
                    Some(Token::Word(word, line)) => ((*word).to_owned(), line_span(*line)),
                    _ => return,
                };
                // What a block inside a step says belongs to the step, unless the step says it itself.
                let depth = self.blocks.iter().position(|block| block.name == "steps").map(|at| at + 1);
                let last = self.blocks.len().saturating_sub(1);
                if let Some(block) = self.blocks.get_mut(depth.map_or(last, |depth| depth.min(last))) {
                    block.settings.entry((*name).to_owned()).or_insert(value);
                }
            }
            _ => {}
        }
    }

    fn open(&mut self, name: &str, span: Span) {
        if matches!(name, "BuildType" | "buildType") {
            let id =
                if self.object.is_empty() { format!("build {}", self.builds.len() + 1) } else { self.object.clone() };
            self.object.clear();
            self.builds.push(Build { id, span, triggers: Vec::new(), needs: Vec::new(), steps: Vec::new() });
        }
        self.blocks.push(Block { name: name.to_owned(), span, settings: BTreeMap::new() });
    }

    fn close(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        let outer = self.blocks.last().map_or("", |outer| outer.name.as_str());
        let Some(build) = self.builds.last_mut() else { return };
        if block.settings.get("enabled").is_some_and(|(value, _)| value == "false") {
            return;
        }
        match (outer, block.name.as_str()) {
            ("steps", _) => build.steps.push(step_of(&block)),
            ("triggers", "vcs") => {
                let filter = block.settings.get("branchFilter").map_or("", |(text, _)| text.as_str());
                let branches = branches(filter);
                build.triggers.push(Trigger { branches, ..Trigger::any(Push, block.span) });
            }
            ("triggers", "schedule") => build.triggers.push(Trigger::any(Schedule, block.span)),
            ("features", "pullRequests") => build.triggers.push(Trigger::any(ChangeRequest, block.span)),
            _ => {}
        }
    }
}

/// The word that a block belongs to: `steps {`, `BuildType({`, `snapshot(X) {`.
fn opener<'a>(tokens: &[Token<'a>], at: usize) -> &'a str {
    let mut depth = 0_usize;
    for token in tokens.iter().take(at).rev() {
        match token {
            Token::Sign(')', _) => depth += 1,
            Token::Sign('(', _) => depth = depth.saturating_sub(1),
            Token::Word(word, _) if depth == 0 => return word,
            Token::Sign('{' | '}', _) => return "",
            _ => {}
        }
    }
    ""
}

fn line_span(line: u32) -> Span {
    Span { line, column: 1, end_line: line, end_column: 1 }
}

/// The branches of a filter, one rule a line: `+:*`, `-:release/*`, `+:<default>`.
fn branches(filter: &str) -> Vec<String> {
    let rules = filter.lines().map(str::trim).filter(|rule| !rule.is_empty());
    let pattern = |rule: &str| rule.trim_start_matches("+:").trim_start_matches("refs/heads/").to_owned();
    rules.map(|rule| rule.strip_prefix("-:").map_or_else(|| pattern(rule), |left_out| format!("!{left_out}"))).collect()
}

fn step_of(block: &Block) -> Step {
    let setting = |name: &str| block.settings.get(name);
    let script = ["scriptContent", "shellScript", "content"].iter().find_map(|name| setting(name));
    let program = PROGRAMS.iter().filter(|(kind, ..)| *kind == block.name);
    let mut program =
        program.filter_map(|(_, name, start)| Some((format!("{start}{}", setting(name)?.0), setting(name)?.1)));
    let named = NAMED.iter().find(|(kind, _)| *kind == block.name);
    let found = match (script, program.next(), named, setting("path")) {
        (Some((text, span)), ..) => {
            let count = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
            let lines = (span.line..span.line.saturating_add(count)).collect();
            // A script of the command line goes on after a command that fails.
            let script = Script { text: text.clone(), lines, stops_on_failure: stops(text), has_pipefail: false };
            step(StepAction::Run(script), *span)
        }
        (_, Some((text, span)), ..) => runs(&text, span),
        (_, _, Some((_, command)), _) => runs(command, block.span),
        (.., Some((path, span))) => {
            runs(&format!("{path} {}", setting("arguments").map_or("", |(text, _)| text)), *span)
        }
        _ => uses(format!("teamcity/{}", block.name), Vec::new(), block.span),
    };
    let folder = setting("workingDir").map_or_else(String::new, |(folder, _)| join_path("", folder));
    Step { folder, ..found }
}

/// Whether a script says that it ends where a command fails.
fn stops(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("set -") && line.contains('e'))
}
