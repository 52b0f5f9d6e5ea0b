//! Named commands of task runners: package scripts, make targets and their kin. What they run in the end is followed
//! in `model::pipeline`.

mod compose;
mod composer;
mod deno;
mod devbox;
mod earthfile;
mod git_hooks;
mod justfile;
mod makefile;
mod mix;
mod nox;
mod package_json;
mod pre_commit;
mod project;
mod rakefile;
mod shell_script;
mod taskfile;
mod tox;
mod turbo;
mod windows_script;

use super::Extractor;
use crate::facts::{Data, Span, Task, TaskRunner};

/// The extractors of tasks.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(package_json::PackageScripts),
        Box::new(makefile::Makefiles),
        Box::new(justfile::Justfiles),
        Box::new(taskfile::Taskfiles),
        Box::new(composer::ComposerScripts),
        Box::new(deno::DenoTasks),
        Box::new(tox::ToxEnvironments),
        Box::new(nox::NoxSessions),
        Box::new(project::ProjectScripts),
        Box::new(earthfile::Earthfiles),
        Box::new(pre_commit::PreCommit),
        Box::new(git_hooks::GitHooks),
        Box::new(turbo::TurboTasks),
        Box::new(rakefile::Rakefiles),
        Box::new(mix::MixAliases),
        Box::new(devbox::DevboxScripts),
        Box::new(compose::ComposeCommands),
        Box::new(shell_script::ShellScripts),
        Box::new(windows_script::WindowsScripts),
    ]
}

/// A task with a name and a text alone.
fn task(runner: TaskRunner, name: &str, command: String) -> Task {
    Task { runner, name: name.to_owned(), command, needs: Vec::new(), package: None }
}

/// The region of a whole line.
fn line_span(line: usize, text: &str) -> Span {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Span { line: number(line), column: 1, end_line: number(line), end_column: number(text.chars().count() + 1) }
}

/// A task as a fact's content.
fn fact(task: Task) -> Data {
    Data::Task(task)
}

#[cfg(test)]
mod testing {
    use crate::extract::{Extractor, Found};
    use crate::facts::{File, Language, Role, Task};
    use crate::syntax::Source;

    /// The tasks of a file, each with its line.
    pub(super) fn tasks_of(extractor: &dyn Extractor, path: &str, text: &str) -> Vec<(u32, Task)> {
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        let file = File {
            path: path.into(),
            bytes: text.len() as u64,
            role: Role::Configuration,
            language: Language::from_extension(extension),
            lines: 1,
        };
        assert!(extractor.wants(&file), "{path} is not wanted");
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        extractor.extract(&source, &[], &mut found);
        let tasks = found.facts().iter().filter_map(|fact| match &fact.data {
            crate::facts::Data::Task(task) => Some((fact.place.span.line, task.clone())),
            _ => None,
        });
        tasks.collect()
    }
}
