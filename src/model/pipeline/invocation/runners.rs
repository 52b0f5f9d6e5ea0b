//! Runners of tasks with manners of their own: Composer, tox, nox, mise, Earthly, Rake, Mix, Devbox, and the shells of
//! Windows.

use super::{Invocation, Scope, plain, skip_word, values};
use crate::facts::TaskRunner;

/// Commands of Composer that are no scripts.
const COMPOSER: &[&str] = &[
    "install",
    "i",
    "update",
    "u",
    "upgrade",
    "require",
    "r",
    "remove",
    "rm",
    "audit",
    "validate",
    "config",
    "dump-autoload",
    "dumpautoload",
    "exec",
    "show",
    "info",
    "outdated",
    "licenses",
    "create-project",
    "global",
    "self-update",
    "selfupdate",
    "diagnose",
    "archive",
    "init",
    "bump",
    "why",
    "why-not",
    "depends",
    "prohibits",
    "clear-cache",
    "clearcache",
    "cc",
    "list",
    "help",
    "about",
    "status",
    "search",
    "suggests",
    "fund",
    "browse",
    "home",
    "reinstall",
    "check-platform-reqs",
];

pub(super) fn composer(arguments: &[&str]) -> Invocation {
    let words: Vec<&str> = plain(arguments);
    let rest = words
        .strip_prefix(["run"].as_slice())
        .or_else(|| words.strip_prefix(["run-script"].as_slice()))
        .unwrap_or(&words);
    let Some(name) = rest.first().filter(|name| !COMPOSER.contains(name)) else {
        return Invocation::Itself;
    };
    let folder = values(arguments, &["-d", "--working-dir"]).pop().unwrap_or_default();
    let names = vec![(*name).to_owned()];
    Invocation::Tasks {
        runner: TaskRunner::Composer,
        names,
        scope: Scope::Folder(folder),
        arguments: Vec::new(),
        or_program: false,
    }
}

pub(super) fn tox(arguments: &[&str]) -> Invocation {
    let chosen = values(arguments, &["-e", "--env"]);
    let names: Vec<String> = chosen.iter().flat_map(|list| list.split(',')).map(str::to_owned).collect();
    let names = if names.is_empty() { vec!["*".to_owned()] } else { names };
    Invocation::Tasks {
        runner: TaskRunner::Tox,
        names,
        scope: Scope::Folder(String::new()),
        arguments: Vec::new(),
        or_program: false,
    }
}

/// `nox -s tests-3.12 lint`: a session may be asked for with its interpreter or with its parameters.
pub(super) fn nox(arguments: &[&str]) -> Invocation {
    const OPTIONS: &[&str] = &["-s", "--session", "--sessions", "-e"];
    let mut names = values(arguments, OPTIONS);
    if let Some(at) = arguments.iter().position(|word| OPTIONS.contains(word)) {
        let further = arguments.iter().skip(at + 2).take_while(|word| !word.starts_with('-'));
        names.extend(further.map(|name| (*name).to_owned()));
    }
    for name in &mut names {
        let end = name.find('(').unwrap_or(name.len());
        let bare = name.get(..end).unwrap_or(name);
        let is_version = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        *name = bare.rsplit_once('-').filter(|(_, end)| is_version(end)).map_or(bare, |(name, _)| name).to_owned();
    }
    // What runs without a name is the task without one.
    let names = if names.is_empty() { vec![String::new()] } else { names };
    let scope = Scope::Folder(String::new());
    Invocation::Tasks { runner: TaskRunner::Nox, names, scope, arguments: Vec::new(), or_program: false }
}

/// `mise run x`, `mise r x`, `mise x` where that is no command of its own.
pub(super) fn mise(arguments: &[&str]) -> Invocation {
    const OWN: &[&str] = &["install", "i", "use", "exec", "x", "activate", "trust", "settings", "env", "which", "ls"];
    let rest = skip_word(skip_word(arguments, "run"), "r");
    match rest.iter().position(|word| !word.starts_with('-')).and_then(|at| rest.get(at..)) {
        Some([name, passed @ ..]) if rest.len() < arguments.len() || !OWN.contains(name) => Invocation::Tasks {
            runner: TaskRunner::Mise,
            names: vec![(*name).to_owned()],
            scope: Scope::Folder(String::new()),
            arguments: passed.iter().filter(|word| **word != "--").map(|word| (*word).to_owned()).collect(),
            or_program: false,
        },
        _ => Invocation::Itself,
    }
}

/// `earthly -P +test`, `earthly ./api+test`.
pub(super) fn earthly(arguments: &[&str]) -> Invocation {
    let target = arguments.iter().find_map(|word| word.split_once('+').filter(|_| !word.starts_with('-')));
    match target {
        Some((folder, name)) if !folder.contains(':') => Invocation::Tasks {
            runner: TaskRunner::Earthly,
            names: vec![name.split('/').next().unwrap_or(name).to_owned()],
            scope: Scope::Folder(folder.to_owned()),
            arguments: Vec::new(),
            or_program: false,
        },
        _ => Invocation::Itself,
    }
}

/// `rake lint spec`, `rake` alone; each task on its own, since what the repository does not define a library does.
pub(super) fn rake(arguments: &[&str]) -> Invocation {
    let named: Vec<&str> = plain(arguments).into_iter().filter(|word| !word.contains('=')).collect();
    match named.as_slice() {
        [] => own_task(TaskRunner::Rake, "default"),
        [name] => own_task(TaskRunner::Rake, name.split('[').next().unwrap_or(name)),
        names => Invocation::Texts(names.iter().map(|name| format!("rake {name}")).collect()),
    }
}

/// `mix test`, `mix do ecto.migrate, test`. `mix do x` is the task itself, whatever alias has its name.
pub(super) fn mix(arguments: &[&str]) -> Invocation {
    match arguments {
        ["do", rest @ ..] => {
            let line = rest.join(" ");
            let tasks: Vec<&str> = line.split([',', '+']).map(str::trim).filter(|task| !task.is_empty()).collect();
            if tasks.len() < 2 {
                return Invocation::Itself;
            }
            Invocation::Texts(tasks.iter().map(|task| format!("mix {task}")).collect())
        }
        [name, ..] => own_task(TaskRunner::Mix, name),
        [] => Invocation::Itself,
    }
}

/// `devbox run test`: a script, else a program.
pub(super) fn devbox(arguments: &[&str]) -> Invocation {
    let [first, rest @ ..] = arguments else { return Invocation::Itself };
    let rest = skip_word(rest, "--");
    match rest.iter().position(|word| !word.starts_with('-')).and_then(|at| rest.get(at..)) {
        Some([name, passed @ ..]) if *first == "run" => Invocation::Tasks {
            runner: TaskRunner::Devbox,
            names: vec![(*name).to_owned()],
            scope: Scope::Folder(String::new()),
            arguments: passed.iter().map(|word| (*word).to_owned()).collect(),
            or_program: true,
        },
        _ => Invocation::Itself,
    }
}

/// `pwsh -File build.ps1 -Ci`, `cmd /c build.cmd`, `call build.bat`.
pub(super) fn windows(arguments: &[&str]) -> Invocation {
    let is_script = |word: &&&str| matches!(word.rsplit_once('.'), Some((_, "ps1" | "cmd" | "bat")));
    match arguments.iter().find(is_script) {
        Some(path) => Invocation::Script { path: path.replace('\\', "/"), arguments: Vec::new() },
        None => Invocation::Itself,
    }
}

fn own_task(runner: TaskRunner, name: &str) -> Invocation {
    Invocation::Tasks {
        runner,
        names: vec![name.to_owned()],
        scope: Scope::Folder(String::new()),
        arguments: Vec::new(),
        or_program: false,
    }
}
