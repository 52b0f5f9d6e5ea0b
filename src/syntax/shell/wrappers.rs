//! Commands that only start another one. What a pipeline runs is the inner command.

use super::{Command, FolderBase, ShellOptions, Word, flow, images, measured};

/// How many wrappers are taken off one command, and how deep shells start shells.
const MAX_LAYERS: usize = 12;

/// How a wrapper gives the inner command.
#[derive(Debug, Clone, Copy)]
enum Inner {
    /// It is what follows the options and this many plain arguments.
    After(usize),
    /// It is what follows `--`, which must be there.
    AfterDashes,
    /// It is the shell text that follows one of these options.
    TextOf(&'static [&'static str]),
    /// It is the words that follow one of these options.
    WordsOf(&'static [&'static str]),
}

/// A wrapper: its leading words, the options that take a value, and where the inner command stands.
struct Wrapper {
    words: &'static [&'static str],
    valued: &'static [&'static str],
    inner: Inner,
}

const fn wrapper(words: &'static [&'static str], valued: &'static [&'static str], inner: Inner) -> Wrapper {
    Wrapper { words, valued, inner }
}

const SHELL_TEXT: Inner =
    Inner::TextOf(&["-c", "-ec", "-lc", "-xc", "-exc", "-euc", "-ic", "-lic", "-euxc", "-cx", "-ce"]);
const DOCKER: &[&str] = &[
    "-e",
    "--env",
    "-v",
    "--volume",
    "-w",
    "--workdir",
    "-u",
    "--user",
    "--name",
    "--network",
    "--net",
    "-p",
    "--publish",
    "--entrypoint",
    "--mount",
    "--env-file",
    "-l",
    "--label",
    "--platform",
    "-m",
    "--memory",
    "--cpus",
    "--add-host",
    "-h",
    "--hostname",
    "-f",
    "--file",
    "--profile",
    "--index",
    "--link",
    "--shm-size",
    "--volumes-from",
    "--pull",
];
const PACKAGES: &[&str] =
    &["-p", "--package", "-c", "--call", "-w", "--workspace", "-F", "--filter", "-C", "--dir", "--prefix"];
const UV: &[&str] = &[
    "--with",
    "--extra",
    "--group",
    "--only-group",
    "-p",
    "--python",
    "--project",
    "--directory",
    "--package",
    "--env-file",
    "--with-requirements",
    "--index-url",
    "--from",
    "--no-group",
    "--with-editable",
];

const WRAPPERS: &[Wrapper] = &[
    wrapper(&["env"], &["-u", "-C", "-S"], Inner::After(0)),
    wrapper(&["cross-env"], &[], Inner::After(0)),
    wrapper(&["cross-env-shell"], &[], Inner::After(0)),
    wrapper(&["env-cmd"], &["-f", "-r", "-e", "--file", "--environments"], Inner::After(0)),
    wrapper(&["dotenv"], &["-e", "-f", "-c", "-v", "-p"], Inner::After(0)),
    wrapper(&["dotenvx", "run"], &["-f", "-e", "--env-file", "--env"], Inner::After(0)),
    wrapper(&["nyc"], measured::VALUED, Inner::After(0)),
    wrapper(&["c8"], measured::VALUED, Inner::After(0)),
    wrapper(&["time"], &["-o", "-f"], Inner::After(0)),
    wrapper(&["nice"], &["-n"], Inner::After(0)),
    wrapper(&["ionice"], &["-c", "-n"], Inner::After(0)),
    wrapper(&["nohup"], &[], Inner::After(0)),
    wrapper(&["exec"], &["-a"], Inner::After(0)),
    wrapper(&["command"], &[], Inner::After(0)),
    wrapper(&["stdbuf"], &["-o", "-e", "-i"], Inner::After(0)),
    wrapper(&["unbuffer"], &[], Inner::After(0)),
    wrapper(&["timeout"], &["-s", "-k", "--signal", "--kill-after"], Inner::After(1)),
    wrapper(&["gtimeout"], &["-s", "-k"], Inner::After(1)),
    wrapper(&["retry"], &["-t", "-d", "-s", "-m", "--times", "--delay"], Inner::After(0)),
    wrapper(&["sudo"], &["-u", "-g", "-h", "-p", "-C"], Inner::After(0)),
    wrapper(&["gosu"], &[], Inner::After(1)),
    wrapper(&["su-exec"], &[], Inner::After(1)),
    wrapper(&["xvfb-run"], &["-s", "-n", "-e", "-f", "-p", "-w", "--server-args", "--server-num"], Inner::After(0)),
    wrapper(&["dbus-run-session"], &["--config-file"], Inner::After(0)),
    wrapper(&["xargs"], &["-n", "-P", "-I", "-L", "-d", "-a", "-s", "-E"], Inner::After(0)),
    wrapper(&["bash"], &["-o", "-O"], SHELL_TEXT),
    wrapper(&["sh"], &["-o"], SHELL_TEXT),
    wrapper(&["zsh"], &["-o"], SHELL_TEXT),
    wrapper(&["dash"], &["-o"], SHELL_TEXT),
    wrapper(&["nix-shell"], &[], Inner::TextOf(&["--run", "--command"])),
    wrapper(&["nix", "develop"], &[], Inner::WordsOf(&["-c", "--command"])),
    wrapper(&["nix", "shell"], &[], Inner::WordsOf(&["-c", "--command"])),
    wrapper(&["npx"], PACKAGES, Inner::After(0)),
    wrapper(&["pnpx"], PACKAGES, Inner::After(0)),
    wrapper(&["bunx"], &["-p", "--package"], Inner::After(0)),
    wrapper(&["npm", "exec"], PACKAGES, Inner::After(0)),
    wrapper(&["npm", "x"], PACKAGES, Inner::After(0)),
    wrapper(&["pnpm", "exec"], PACKAGES, Inner::After(0)),
    wrapper(&["pnpm", "dlx"], PACKAGES, Inner::After(0)),
    wrapper(&["yarn", "exec"], &[], Inner::After(0)),
    wrapper(&["yarn", "dlx"], &["-p", "--package"], Inner::After(0)),
    wrapper(&["bun", "x"], &[], Inner::After(0)),
    wrapper(&["lerna", "exec"], &["--scope", "--ignore", "--concurrency"], Inner::AfterDashes),
    wrapper(&["uv", "run"], UV, Inner::After(0)),
    wrapper(&["uvx"], UV, Inner::After(0)),
    wrapper(&["uv", "tool", "run"], UV, Inner::After(0)),
    wrapper(&["pipx", "run"], &["--spec", "--python", "--pip-args"], Inner::After(0)),
    wrapper(&["poetry", "run"], &[], Inner::After(0)),
    wrapper(&["pipenv", "run"], &[], Inner::After(0)),
    wrapper(&["pdm", "run"], &["-p", "-e"], Inner::After(0)),
    wrapper(&["rye", "run"], &[], Inner::After(0)),
    wrapper(&["hatch", "run"], &["-e"], Inner::After(0)),
    wrapper(&["hatch", "-e"], &[], Inner::After(2)),
    wrapper(&["pixi", "run"], &["-e", "--environment", "--manifest-path"], Inner::After(0)),
    wrapper(&["conda", "run"], &["-n", "-p", "--name", "--prefix"], Inner::After(0)),
    wrapper(&["micromamba", "run"], &["-n", "-p"], Inner::After(0)),
    wrapper(&["bundle", "exec"], &[], Inner::After(0)),
    wrapper(&["dotnet", "tool", "run"], &[], Inner::After(0)),
    wrapper(&["go", "tool"], &["-modfile"], Inner::After(0)),
    wrapper(&["composer", "exec"], &["-d"], Inner::After(0)),
    wrapper(&["mise", "exec"], &[], Inner::AfterDashes),
    wrapper(&["mise", "x"], &[], Inner::AfterDashes),
    wrapper(&["asdf", "exec"], &[], Inner::After(0)),
    wrapper(&["devbox", "run"], &["-c", "-e"], Inner::AfterDashes),
    wrapper(&["direnv", "exec"], &[], Inner::After(1)),
    wrapper(&["doppler", "run"], &[], Inner::AfterDashes),
    wrapper(&["infisical", "run"], &[], Inner::AfterDashes),
    wrapper(&["op", "run"], &[], Inner::AfterDashes),
    wrapper(&["aws-vault", "exec"], &[], Inner::AfterDashes),
    wrapper(&["chamber", "exec"], &[], Inner::AfterDashes),
    wrapper(&["docker", "compose", "run"], DOCKER, Inner::After(1)),
    wrapper(&["docker", "compose", "exec"], DOCKER, Inner::After(1)),
    wrapper(&["docker-compose", "run"], DOCKER, Inner::After(1)),
    wrapper(&["docker-compose", "exec"], DOCKER, Inner::After(1)),
    wrapper(&["docker", "exec"], DOCKER, Inner::After(1)),
    wrapper(&["docker", "run"], DOCKER, Inner::After(1)),
    wrapper(&["podman", "exec"], DOCKER, Inner::After(1)),
    wrapper(&["podman", "run"], DOCKER, Inner::After(1)),
    wrapper(&["devcontainer", "exec"], &["--workspace-folder", "--config"], Inner::After(0)),
    wrapper(&["sail"], &[], Inner::After(0)),
];

/// Takes the wrappers off commands.
pub(super) fn unwrap_all(commands: Vec<Command>) -> Vec<Command> {
    let mut pending: Vec<(Command, usize)> = commands.into_iter().rev().map(|command| (command, 0)).collect();
    let mut plain = Vec::new();
    while let Some((command, layers)) = pending.pop() {
        if layers >= MAX_LAYERS {
            plain.push(command);
            continue;
        }
        match unwrap_once(&command) {
            Some(inner) if !inner.is_empty() => {
                pending.extend(inner.into_iter().rev().map(|inner| (inner, layers + 1)));
            }
            _ => plain.push(command),
        }
    }
    plain
}

/// The commands inside a wrapper; `None` where it is none, or has nothing inside.
fn unwrap_once(command: &Command) -> Option<Vec<Command>> {
    if let Some(inner) = assignments_first(command).or_else(|| python_module(command)).or_else(|| go_run(command)) {
        return Some(vec![inner]);
    }
    // `command -v x` asks whether there is one.
    if command.name() == "command" && command.words.get(1).is_some_and(|word| matches!(word.text.as_str(), "-v" | "-V"))
    {
        return None;
    }
    let found = WRAPPERS.iter().filter_map(|wrapper| Some((wrapper, arguments_of(command, wrapper)?)));
    let (wrapper, arguments) = found.max_by_key(|(wrapper, _)| wrapper.words.len())?;
    let (at, is_text) = inner_start(wrapper, &command.words, arguments)?;
    if is_text {
        return command.words.get(at).map(|text| shell_text(command, text));
    }
    let mut words: Vec<Word> = command.words.get(at..)?.to_vec();
    if let ["docker" | "podman", "run"] = wrapper.words
        && let Some(program) = command.words.get(at.checked_sub(1)?).and_then(images::program_of)
        && words.first().is_none_or(|first| first.text != program.text)
    {
        words.insert(0, program);
    }
    // Measuring tools have subcommands of their own.
    if matches!(wrapper.words, ["nyc" | "c8"])
        && words.first().is_some_and(|word| matches!(word.text.as_str(), "check-coverage" | "report" | "merge"))
    {
        return None;
    }
    if matches!(wrapper.words, ["nyc" | "c8"]) {
        return measured::commands(command, words);
    }
    if matches!(wrapper.words, ["npx" | "pnpx" | "bunx" | "uvx" | "npm" | "pnpm" | "yarn" | "bun" | "uv" | "pipx", ..])
        && let Some(program) = words.first_mut()
    {
        program.text = without_version(&program.text).to_owned();
    }
    // `hatch run env:script` names the environment too.
    if let (["hatch", ..], Some(program)) = (wrapper.words, words.first_mut())
        && let Some((_, script)) = program.text.split_once(':')
    {
        program.text = script.to_owned();
    }
    let may_be_script =
        command.may_be_script || matches!(wrapper.words.first(), Some(&("hatch" | "pdm" | "rye" | "pixi")));
    (!words.is_empty()).then(|| vec![Command { words, may_be_script, ..command.clone() }])
}

/// The index after the wrapper's own words, where the command is of that wrapper. Options may stand between the
/// program and the subcommand (`docker compose -f x run`).
fn arguments_of(command: &Command, wrapper: &Wrapper) -> Option<usize> {
    let (program, rest) = wrapper.words.split_first()?;
    if command.name() != *program {
        return None;
    }
    let mut at = 1;
    for expected in rest {
        loop {
            let text = command.words.get(at)?.text.as_str();
            at += 1;
            if text == *expected {
                break;
            }
            if !text.starts_with('-') {
                return None;
            }
            if wrapper.valued.contains(&text) {
                at += 1;
            }
        }
    }
    Some(at)
}

/// Where the inner command starts, and whether it is one word of shell text.
fn inner_start(wrapper: &Wrapper, words: &[Word], from: usize) -> Option<(usize, bool)> {
    let text_at = |index: usize| words.get(index).map(|word| word.text.as_str());
    match wrapper.inner {
        Inner::After(plain) => {
            let mut at = from;
            let mut left = plain;
            loop {
                let text = text_at(at)?;
                if text == "--" {
                    at += 1;
                } else if text.starts_with('-') && text.len() > 1 {
                    at += 1 + usize::from(wrapper.valued.contains(&text));
                } else if left > 0 {
                    left -= 1;
                    at += 1;
                } else {
                    return Some((at, false));
                }
            }
        }
        Inner::AfterDashes => {
            let dashes = (from..words.len()).find(|&index| text_at(index) == Some("--"))?;
            Some((dashes + 1, false))
        }
        Inner::TextOf(options) | Inner::WordsOf(options) => {
            let option =
                (from..words.len()).find(|&index| text_at(index).is_some_and(|text| options.contains(&text)))?;
            // `bash x.sh -c` gives the option to the script.
            let is_shell = wrapper.words.len() == 1 && wrapper.words != ["nix-shell"];
            let own = !is_shell || (from..option).all(|index| text_at(index).is_some_and(|text| text.starts_with('-')));
            let is_text = matches!(wrapper.inner, Inner::TextOf(_));
            (own && option + 1 < words.len()).then_some((option + 1, is_text))
        }
    }
}

/// `env A=1 cmd`, `cross-env A=1 cmd`: assignments that stand as words.
fn assignments_first(command: &Command) -> Option<Command> {
    let count = command.words.iter().take_while(|word| assignment(&word.text).is_some()).count();
    if count == 0 || count == command.words.len() {
        return None;
    }
    let mut inner = command.clone();
    let words = inner.words.split_off(count);
    inner.environment.extend(inner.words.iter().filter_map(|word| assignment(&word.text)));
    inner.words = words;
    Some(inner)
}

fn assignment(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then(|| (name.to_owned(), value.to_owned()))
}

/// `python -m pytest` runs pytest.
fn python_module(command: &Command) -> Option<Command> {
    let name = command.name();
    let is_python = name == "py"
        || name.strip_prefix("python").is_some_and(|version| version.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.')));
    let at = command.words.iter().position(|word| word.text == "-m")?;
    let before = command.words.get(1..at)?;
    if !is_python || !before.iter().all(|word| word.text.starts_with('-')) {
        return None;
    }
    let words: Vec<Word> = command.words.get(at + 1..)?.to_vec();
    (!words.is_empty()).then(|| Command { words, ..command.clone() })
}

/// `go run example.org/cmd/tool@v1 …` runs that tool.
fn go_run(command: &Command) -> Option<Command> {
    let [go, run, rest @ ..] = command.words.as_slice() else { return None };
    let path = rest.iter().position(|word| !word.text.starts_with('-'))?;
    let words = rest.get(path..)?;
    let package = &words.first()?.text;
    let (module, _) = package.split_once('@').unwrap_or((package, ""));
    let is_foreign = module.split('/').next().is_some_and(|host| host.contains('.') && !host.starts_with('.'))
        && module.contains('/');
    if go.text != "go" || run.text != "run" || !is_foreign {
        return None;
    }
    let is_version = |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    let tool = module.rsplit('/').find(|part| !is_version(part))?.to_owned();
    let mut words = words.to_vec();
    if let Some(program) = words.first_mut() {
        program.text = tool;
    }
    Some(Command { words, ..command.clone() })
}

/// The package or program of `name@version`, of `name==version` and of `name[extra]`.
fn without_version(program: &str) -> &str {
    let end = program.get(1..).and_then(|rest| rest.find(['@', '=', '['])).map_or(program.len(), |at| at + 1);
    program.get(..end).unwrap_or(program)
}

/// The commands of a shell text that a command is given as one word.
fn shell_text(outer: &Command, text: &Word) -> Vec<Command> {
    let stops = outer.words.iter().any(|word| {
        word.text.starts_with('-') && !word.text.starts_with("--") && word.text.len() < 6 && word.text.contains('e')
    });
    let options = ShellOptions { stops_on_failure: stops, has_pipefail: false };
    let mut inner = flow::simple_commands(&text.text, options);
    for command in &mut inner {
        command.line += outer.line;
        command.is_masked |= outer.is_masked;
        command.environment.extend(outer.environment.iter().cloned());
        for word in &mut command.words {
            word.range = text.range.clone();
        }
        command.folder = match (command.folder.take(), &outer.folder) {
            (Some(own), Some(folder)) if own.base == FolderBase::Start => {
                Some(super::Folder { base: folder.base, path: super::join_path(&folder.path, &own.path) })
            }
            (Some(own), _) if own.base != FolderBase::Start => Some(own),
            _ => None,
        };
    }
    inner
}

#[cfg(test)]
#[path = "wrappers_tests.rs"]
mod tests;
