//! Follows a step to the commands that it finally runs.

use std::collections::BTreeSet;

use super::actions::{text_of_action, without_changes};
use super::frames::{Frame, own_frames, says_nothing, script_frames, shell_text, with_slashes};
use super::invocation::{self, Invocation, Scope};
use super::purposes::Purposes;
use super::tasks::{Found, Tasks, UPSTREAM};
use super::values::variants;
use super::without_version;
use super::{compose, gate, redact};
use crate::facts::{PipelineRun, Script, Span, Step, StepAction, TaskRunner};
use crate::syntax::shell::{self, Command, Folder, FolderBase, ShellOptions, join_path};

/// How many tasks stand between a step and a command at most.
const MAX_DEPTH: usize = 12;

/// How many commands one step leads to at most.
const MAX_COMMANDS: usize = 3_000;

/// Follows steps through the tasks of the repository.
pub(super) struct Follower<'a> {
    pub(super) tasks: &'a Tasks<'a>,
    pub(super) purposes: &'a Purposes<'a>,
}

/// The action of this repository that a step uses.
pub(super) fn local_action(step: &Step) -> Option<&str> {
    match &step.action {
        StepAction::Use(name, _) if name.starts_with("./") || name.starts_with("$/") => Some(name),
        _ => None,
    }
}

/// What a step gives to the action that it uses, as values of its inputs.
pub(super) fn call_inputs(step: &Step, inputs: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let StepAction::Use(_, given) = &step.action else { return Vec::new() };
    let values = all_values(step, inputs);
    given.iter().map(|(name, value)| (format!("inputs.{name}"), variants(value, &values))).collect()
}

fn all_values(step: &Step, inputs: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    // Values of `env` may name inputs, so those come last.
    step.values.iter().chain(inputs).cloned().collect()
}

impl Follower<'_> {
    /// The commands of a step, each with its place. `carried` is the folder in which the shell of the job stands, for
    /// systems whose steps share one.
    pub(super) fn step(
        &self,
        step: &Step,
        inputs: &[(String, Vec<String>)],
        carried: &mut Option<String>,
        base: &PipelineRun,
    ) -> Vec<(Span, PipelineRun)> {
        let values = all_values(step, inputs);
        let mut found = Vec::new();
        match &step.action {
            StepAction::Reference(..) => {}
            StepAction::Use(name, given) => {
                let mut run = base.clone();
                without_version(name).clone_into(&mut run.command);
                self.purposes.of_action(without_version(name), &mut run);
                gate::soften_action(given, &mut run);
                found.push((step.span, run));
                let text = text_of_action(name, given);
                let script = Script {
                    lines: vec![step.span.line; text.lines().count()],
                    text,
                    stops_on_failure: true,
                    has_pipefail: false,
                };
                let base = without_changes(given, base);
                let at_step: Vec<_> = self.script(&script, step, &values, None, &base);
                // A reader looks for the action, not for the command that it stands for.
                let shown = |run: PipelineRun| {
                    let is_given = given.iter().any(|(_, value)| value.contains(&run.command));
                    if is_given { run } else { PipelineRun { command: without_version(name).to_owned(), ..run } }
                };
                found.extend(at_step.into_iter().map(|(_, run)| (step.span, shown(run))));
            }
            StepAction::Run(script) => {
                found = self.script(script, step, &values, carried.as_deref(), base);
                if base.system == "GitLab CI" {
                    let start = carried.take().unwrap_or_default();
                    *carried = shell::last_folder(&script.text).map(|folder| match folder.base {
                        FolderBase::Start => join_path(&start, &folder.path),
                        FolderBase::Root | FolderBase::File => folder.path,
                    });
                }
            }
        }
        found
    }

    fn script(
        &self,
        script: &Script,
        step: &Step,
        values: &[(String, Vec<String>)],
        carried: Option<&str>,
        base: &PipelineRun,
    ) -> Vec<(Span, PipelineRun)> {
        let options = ShellOptions { stops_on_failure: script.stops_on_failure, has_pipefail: script.has_pipefail };
        let mut found: Vec<(Span, PipelineRun)> = Vec::new();
        let folders = variants(&step.folder, values);
        for text in variants(&with_slashes(&script.text), values) {
            for folder in &folders {
                let is_known = !folder.contains(['$', '{']);
                let frame = Frame {
                    text: text.clone(),
                    options,
                    folder: is_known.then(|| join_path(carried.unwrap_or(""), folder)),
                    file_folder: folder.clone(),
                    via: base.via.clone(),
                    can_fail: base.can_fail,
                    mask: base.mask.clone(),
                    depth: 0,
                    assignments: Vec::new(),
                };
                for command in shell::commands(&frame.text, options) {
                    let line = script.lines.get(command.line as usize).copied().unwrap_or(step.span.line);
                    let span = Span { line, column: 1, end_line: line, end_column: 1 };
                    // The entries of a matrix that run the same tool for the same purpose are one run.
                    for run in self.command(&command, &frame, base) {
                        let is_known = |(place, known): &(Span, PipelineRun)| {
                            *place == span
                                && known.via == run.via
                                && known.can_fail == run.can_fail
                                && known.tools == run.tools
                                && known.purposes == run.purposes
                        };
                        if run.tools.is_empty() || !found.iter().any(is_known) {
                            found.push((span, run));
                        }
                    }
                    if found.len() >= MAX_COMMANDS {
                        return found;
                    }
                }
            }
        }
        found
    }

    /// A command of the step itself, with all that it leads to.
    fn command(&self, command: &Command, outer: &Frame, base: &PipelineRun) -> Vec<PipelineRun> {
        let mut runs = Vec::new();
        let mut seen: BTreeSet<(String, Vec<String>, bool)> = BTreeSet::new();
        let mut pending = self.next(command, outer, base, &mut runs);
        pending.reverse();
        while let Some(frame) = pending.pop() {
            let is_new =
                seen.insert((frame.text.clone(), frame.via.last().cloned().into_iter().collect(), frame.can_fail));
            if !is_new || frame.depth > MAX_DEPTH || runs.len() >= MAX_COMMANDS {
                continue;
            }
            let mut inner = Vec::new();
            for command in shell::commands(&frame.text, frame.options) {
                inner.extend(self.next(&command, &frame, base, &mut runs));
            }
            pending.extend(inner.into_iter().rev());
        }
        runs
    }

    /// The texts that a command starts. Where it starts none, it is a run itself.
    fn next(&self, command: &Command, frame: &Frame, base: &PipelineRun, runs: &mut Vec<PipelineRun>) -> Vec<Frame> {
        let folder = folder_of(command.folder.as_ref(), frame);
        let inner = Frame {
            folder: folder.clone(),
            can_fail: frame.can_fail && !command.is_masked,
            mask: if frame.can_fail && command.is_masked { gate::mask_of(&frame.text) } else { frame.mask.clone() },
            depth: frame.depth + 1,
            options: ShellOptions::default(),
            ..frame.clone()
        };
        let frames = match invocation::of(command) {
            Invocation::Texts(texts) => texts.into_iter().map(|text| Frame { text, ..inner.clone() }).collect(),
            Invocation::Script { path, arguments } if !self.purposes.knows(&command.texts()) => {
                let found = self.tasks.script(folder.as_deref(), &path);
                found.map_or_else(Vec::new, |found| script_frames(found, &arguments, &inner))
            }
            Invocation::Services(call) => compose::frames(self.tasks, &call, folder.as_deref(), &inner),
            Invocation::Tasks { runner, names, scope, arguments, or_program } => {
                let names =
                    if names.is_empty() { self.default_target(runner, &scope, folder.as_deref()) } else { names };
                let is_turbo = command.name() == "turbo" && !command.texts().contains(&"--only");
                let needs = if is_turbo { self.tasks.turbo_needs(&names) } else { Vec::new() };
                let of = |name: &String| self.found(runner, name, &scope, folder.as_deref(), command);
                let found: Vec<Found<'_>> = names.iter().flat_map(of).collect();
                let needed = needs.iter().flat_map(of).flat_map(|found| self.task_frames(found, &[], &inner));
                if found.is_empty() && or_program {
                    names.iter().map(|name| Frame { text: shell_text(name, &arguments), ..inner.clone() }).collect()
                } else {
                    let asked = found.into_iter().flat_map(|found| self.task_frames(found, &arguments, &inner));
                    asked.chain(needed).filter(|frame| !says_nothing(runner, frame)).collect()
                }
            }
            _ => Vec::new(),
        };
        // To start services is something by itself.
        if frames.is_empty() || command.texts().contains(&"up") && command.name().starts_with("docker") {
            let mut run = base.clone();
            let words = command.texts();
            run.command = redact::command(&words);
            run.folder = folder;
            run.via.clone_from(&frame.via);
            (run.can_fail, run.mask) = (inner.can_fail, inner.mask);
            self.purposes.of_command(&words, &mut run);
            gate::soften_command(&words, &mut run);
            runs.push(run);
        }
        frames
    }

    fn default_target(&self, runner: TaskRunner, scope: &Scope, folder: Option<&str>) -> Vec<String> {
        let Scope::Folder(inner) = scope else { return Vec::new() };
        let first = self.tasks.first(runner, &join_path(folder.unwrap_or(""), inner));
        first.map(|found| found.task.name.clone()).into_iter().collect()
    }

    fn found(
        &self,
        runner: TaskRunner,
        name: &str,
        scope: &Scope,
        folder: Option<&str>,
        command: &Command,
    ) -> Vec<Found<'_>> {
        match scope {
            Scope::Folder(inner) => {
                let folder = folder.filter(|_| !inner.contains('$')).map(|folder| join_path(folder, inner));
                let mut found = self.tasks.named(runner, folder.as_deref(), name);
                if found.is_empty() && runner == TaskRunner::Make {
                    found.extend(self.tasks.included_target(name));
                }
                if found.is_empty() && runner == TaskRunner::Taskfile {
                    found = self.tasks.named(TaskRunner::Project, folder.as_deref(), name);
                }
                // An environment of tox without a section of its own is a variant of the plain one.
                if found.is_empty() && runner == TaskRunner::Tox {
                    found = self.tasks.named(runner, folder.as_deref(), "");
                }
                found
            }
            Scope::Package(package) => {
                let folder = self.tasks.package_folder(package);
                folder.map_or_else(Vec::new, |folder| self.tasks.named(runner, Some(&folder), name))
            }
            Scope::Packages(_) if name.starts_with(UPSTREAM) => self.tasks.upstream(name.trim_start_matches(UPSTREAM)),
            Scope::Packages(filters) => {
                let (filters, name) = match name.split_once('#') {
                    Some((package, name)) => (vec![package.to_owned()], name),
                    None => (filters.clone(), name),
                };
                // Inside a package, turbo is about that package.
                let own = folder.filter(|folder| !folder.is_empty() && filters.is_empty() && command.name() == "turbo");
                match own {
                    Some(folder) => self.tasks.named(runner, Some(folder), name),
                    None => self.tasks.in_packages(name, &filters),
                }
            }
        }
    }

    /// The texts of a task, of what it needs, and of the scripts around it.
    fn task_frames(&self, found: Found<'_>, arguments: &[String], outer: &Frame) -> Vec<Frame> {
        let folder = Some(found.folder());
        let runner = found.task.runner;
        let same = |name: &str| -> Vec<Found<'_>> {
            let list = self.tasks.named(runner, folder, name);
            list.into_iter().filter(|other| other.path == found.path && other.task.name != found.task.name).collect()
        };
        let mut all: Vec<(Found<'_>, &[String])> = Vec::new();
        if runner == TaskRunner::PackageScript {
            all.extend(same(&format!("pre{}", found.task.name)).into_iter().map(|task| (task, &[][..])));
        }
        let mut needed: Vec<Found<'_>> = found.task.needs.iter().flat_map(|need| same(need)).collect();
        let mut next = 0;
        while let Some(current) = needed.get(next).copied() {
            next += 1;
            for need in current.task.needs.iter().flat_map(|need| same(need)) {
                if !needed.iter().any(|known| known.task.name == need.task.name) {
                    needed.push(need);
                }
            }
        }
        let is_make = runner == TaskRunner::Make;
        all.extend(needed.into_iter().map(|task| (task, if is_make { arguments } else { &[] })));
        all.push((found, arguments));
        if runner == TaskRunner::PackageScript {
            all.extend(same(&format!("post{}", found.task.name)).into_iter().map(|task| (task, &[][..])));
        }
        all.into_iter().flat_map(|(task, arguments)| own_frames(task, arguments, outer)).collect()
    }
}

fn folder_of(folder: Option<&Folder>, frame: &Frame) -> Option<String> {
    let folder = folder?;
    let path = match folder.base {
        FolderBase::Start => join_path(frame.folder.as_deref()?, &folder.path),
        FolderBase::Root => folder.path.clone(),
        FolderBase::File => join_path(&frame.file_folder, &folder.path),
    };
    (!path.starts_with("..")).then_some(path)
}
