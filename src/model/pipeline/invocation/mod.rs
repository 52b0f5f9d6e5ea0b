//! What a command starts: tasks of this repository, a shell script, other commands, or nothing but itself.

mod package_manager;
mod runners;

use super::compose::{self, Call};
use crate::facts::TaskRunner;
use crate::syntax::shell::{Command, join_path};
use package_manager::package_manager;

/// Which files the tasks are looked up in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scope {
    /// The folder of the command, changed by a path.
    Folder(String),
    /// The package of that name or path.
    Package(String),
    /// All packages that the filters choose.
    Packages(Vec<String>),
}

/// What a command starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Invocation {
    /// Tasks by name, with arguments that are added to their text.
    Tasks { runner: TaskRunner, names: Vec<String>, scope: Scope, arguments: Vec<String>, or_program: bool },
    /// A shell script by path.
    Script { path: String, arguments: Vec<String> },
    /// Services of compose files.
    Services(Call),
    /// Shell texts, each on its own.
    Texts(Vec<String>),
    /// Nothing that is known to start something else.
    Itself,
}

/// Options of package managers and monorepo tools that take a value.
const VALUED: &[&str] = &[
    "--prefix",
    "-C",
    "--dir",
    "--cwd",
    "-w",
    "--workspace",
    "-F",
    "--filter",
    "--scope",
    "--ignore",
    "--concurrency",
    "--parallel",
    "-j",
    "--from",
    "--include",
    "--exclude",
    "--env-mode",
    "--log-order",
    "--output-logs",
    "--cache-dir",
    "--base",
    "--head",
    "--token",
    "--team",
    "--projects",
    "-p",
    "--targets",
    "--target",
    "-t",
    "--configuration",
    "-c",
    "--reporter",
    "--loglevel",
    "--workspace-concurrency",
    "--cache",
    "--to",
    "--only",
    "--max-parallel",
    "--nxBail",
    "--userconfig",
    "--script-shell",
];

/// What a command starts.
pub(super) fn of(command: &Command) -> Invocation {
    let words = command.texts();
    let Some((_, arguments)) = words.split_first() else { return Invocation::Itself };
    match command.name() {
        "npm" | "yarn" | "pnpm" | "bun" | "yarnpkg" | "corepack" => package_manager(command.name(), arguments),
        "node" => match arguments {
            ["--run", name, rest @ ..] => scripts(vec![(*name).to_owned()], Scope::Folder(String::new()), rest, false),
            _ => Invocation::Itself,
        },
        "turbo" => monorepo(skip_word(arguments, "run")),
        "lerna" | "vp" if arguments.first() == Some(&"run") => monorepo(skip_word(arguments, "run")),
        "nx" => nx(arguments),
        "npm-run-all" | "run-s" | "run-p" | "npm-run-all2" => {
            let names = plain(arguments).into_iter().map(|name| name.replace("**", "*")).collect();
            scripts(names, Scope::Folder(String::new()), &[], false)
        }
        "concurrently" | "conc" => Invocation::Texts(plain(arguments).into_iter().map(concurrent).collect()),
        "start-server-and-test" | "server-test" | "start-test" => match plain(arguments).last() {
            Some(test) if test.contains(' ') => Invocation::Texts(vec![(*test).to_owned()]),
            Some(test) => scripts(vec![(*test).to_owned()], Scope::Folder(String::new()), &[], false),
            None => Invocation::Itself,
        },
        "make" | "gmake" | "mingw32-make" => make(arguments),
        "just" => tasks(TaskRunner::Just, &["-f", "--justfile", "-d", "--working-directory", "--set"], arguments),
        "task" | "go-task" => tasks(TaskRunner::Taskfile, &["-t", "--taskfile", "-d", "--dir"], arguments),
        "deno" if arguments.first() == Some(&"task") => {
            tasks(TaskRunner::Deno, &["--cwd", "--config", "-c"], arguments.get(1..).unwrap_or_default())
        }
        "composer" => runners::composer(arguments),
        "tox" => runners::tox(arguments),
        "nox" => runners::nox(arguments),
        "poe" => tasks(TaskRunner::Project, &["-C", "--directory"], arguments),
        "mise" => runners::mise(arguments),
        "earthly" | "earth" => runners::earthly(arguments),
        "rake" => runners::rake(arguments),
        "mix" => runners::mix(arguments),
        "devbox" => runners::devbox(arguments),
        "docker" | "podman" if arguments.first() == Some(&"compose") => {
            services(arguments.get(1..).unwrap_or_default())
        }
        "docker-compose" | "podman-compose" => services(arguments),
        "pwsh" | "powershell" | "pwsh.exe" | "powershell.exe" | "cmd" | "cmd.exe" | "call" => {
            runners::windows(arguments)
        }
        name if command.may_be_script => Invocation::Tasks {
            runner: TaskRunner::Project,
            names: vec![name.to_owned()],
            scope: Scope::Folder(String::new()),
            arguments: owned(arguments),
            or_program: true,
        },
        "bash" | "sh" | "zsh" | "dash" | "source" | "." => match arguments
            .iter()
            .position(|word| !word.starts_with('-'))
        {
            Some(at) => script(arguments.get(at).copied().unwrap_or(""), arguments.get(at + 1..).unwrap_or_default()),
            None => Invocation::Itself,
        },
        _ if command.program().contains('/') || has_shell_extension(command.program()) => {
            script(command.program(), arguments)
        }
        _ => Invocation::Itself,
    }
}

fn script(path: &str, arguments: &[&str]) -> Invocation {
    Invocation::Script { path: path.to_owned(), arguments: owned(arguments) }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn scripts(names: Vec<String>, scope: Scope, arguments: &[&str], or_program: bool) -> Invocation {
    Invocation::Tasks { runner: TaskRunner::PackageScript, names, scope, arguments: owned(arguments), or_program }
}

/// The arguments that are no options and no values of them, up to `--`.
fn plain<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if *argument == "--" {
            break;
        }
        if !argument.starts_with('-') {
            found.push(*argument);
        } else if VALUED.contains(argument) || matches!(*argument, "-n" | "--names" | "-s" | "--success") {
            arguments.next();
        }
    }
    found
}

fn skip_word<'a, 'b>(arguments: &'b [&'a str], word: &str) -> &'b [&'a str] {
    match arguments.split_first() {
        Some((first, rest)) if *first == word => rest,
        _ => arguments,
    }
}

/// The values of options, written `--x value` or `--x=value`.
fn values(arguments: &[&str], options: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut arguments = arguments.iter().take_while(|argument| **argument != "--");
    while let Some(argument) = arguments.next() {
        match argument.split_once('=') {
            Some((name, value)) if options.contains(&name) => found.push(value.to_owned()),
            None if options.contains(argument) => found.extend(arguments.next().map(|value| (*value).to_owned())),
            _ => {}
        }
    }
    found
}

/// `turbo run a b --filter=x`, `lerna run a --scope x`.
fn monorepo(arguments: &[&str]) -> Invocation {
    let filters = values(arguments, &["--filter", "-F", "--scope"]);
    let names: Vec<String> = plain(arguments).into_iter().map(str::to_owned).collect();
    if names.is_empty() {
        return Invocation::Itself;
    }
    let passed: Vec<&str> = arguments.iter().skip_while(|word| **word != "--").skip(1).copied().collect();
    scripts(names, Scope::Packages(filters), &passed, false)
}

/// `nx run-many -t a b`, `nx affected --target=a`, `nx run project:target`, `nx target project`.
fn nx(arguments: &[&str]) -> Invocation {
    let (Some(verb), rest) = (arguments.first(), arguments.get(1..).unwrap_or_default()) else {
        return Invocation::Itself;
    };
    let targets = |rest: &[&str]| -> Vec<String> {
        let mut found: Vec<String> = values(rest, &["-t", "--target", "--targets"])
            .iter()
            .flat_map(|list| list.split(','))
            .map(str::to_owned)
            .collect();
        let at = rest
            .iter()
            .position(|word| matches!(*word, "-t" | "--targets" | "--target"))
            .map_or(rest.len(), |at| at + 2);
        found.extend(rest.iter().skip(at).take_while(|word| !word.starts_with('-')).map(|word| (*word).to_owned()));
        found
    };
    match *verb {
        "run-many" | "affected" => {
            let projects = values(rest, &["-p", "--projects"])
                .iter()
                .flat_map(|list| list.split(','))
                .map(str::to_owned)
                .collect();
            scripts(targets(rest), Scope::Packages(projects), &[], false)
        }
        "run" => match rest.first().and_then(|spec| spec.split_once(':')) {
            Some((project, target)) => {
                scripts(vec![target.to_owned()], Scope::Packages(vec![project.to_owned()]), &[], false)
            }
            None => Invocation::Itself,
        },
        verb => match (verb.strip_prefix("affected:"), rest.first()) {
            (Some(target), _) => scripts(vec![target.to_owned()], Scope::Packages(Vec::new()), &[], false),
            (None, Some(project)) if !verb.starts_with('-') && !project.starts_with('-') => {
                scripts(vec![verb.to_owned()], Scope::Packages(vec![(*project).to_owned()]), &[], false)
            }
            _ => Invocation::Itself,
        },
    }
}

/// `concurrently "npm:test" "tsc -w"`: short forms of package managers.
fn concurrent(text: &str) -> String {
    match text.split_once(':') {
        Some((manager @ ("npm" | "yarn" | "pnpm" | "bun"), script)) => format!("{manager} run {script}"),
        _ => text.to_owned(),
    }
}

fn make(arguments: &[&str]) -> Invocation {
    const OPTIONS: &[&str] = &["-C", "--directory", "-f", "--file", "--makefile", "-j", "-l", "-I", "-o", "-W"];
    let mut names = Vec::new();
    let mut assignments = Vec::new();
    let mut rest = arguments.iter().peekable();
    while let Some(argument) = rest.next() {
        if argument.starts_with('-') {
            let takes_value = OPTIONS.contains(argument);
            // `-j` stands alone or with a number.
            let has_value = !matches!(*argument, "-j" | "-l")
                || rest.peek().is_some_and(|next| next.bytes().all(|b| b.is_ascii_digit()));
            if takes_value && has_value {
                rest.next();
            }
        } else if argument.contains('=') {
            assignments.push(*argument);
        } else {
            names.push((*argument).to_owned());
        }
    }
    let mut folder = values(arguments, &["-C", "--directory"]).pop().unwrap_or_default();
    if let Some(file) = values(arguments, &["-f", "--file", "--makefile"]).pop() {
        folder = join_path(&folder, file.rsplit_once('/').map_or("", |(folder, _)| folder));
    }
    Invocation::Tasks {
        runner: TaskRunner::Make,
        names,
        scope: Scope::Folder(folder),
        arguments: owned(&assignments),
        or_program: false,
    }
}

/// A runner whose first plain argument is a task, the others its arguments.
fn tasks(runner: TaskRunner, valued: &[&str], arguments: &[&str]) -> Invocation {
    let folder = values(arguments, &["-d", "--dir", "--working-directory", "--cwd"]).pop().unwrap_or_default();
    let mut names = Vec::new();
    let mut rest = arguments.iter().take_while(|word| **word != "--");
    while let Some(argument) = rest.next() {
        if valued.contains(argument) {
            rest.next();
        } else if !argument.starts_with('-') && !argument.contains('=') {
            names.push((*argument).to_owned());
        }
    }
    if names.is_empty() {
        names.push("default".to_owned());
    }
    Invocation::Tasks { runner, names, scope: Scope::Folder(folder), arguments: Vec::new(), or_program: false }
}

fn services(arguments: &[&str]) -> Invocation {
    compose::call(arguments).map_or(Invocation::Itself, Invocation::Services)
}

fn has_shell_extension(program: &str) -> bool {
    matches!(program.rsplit_once('.'), Some((_, "sh" | "bash" | "ps1" | "cmd" | "bat")))
}
