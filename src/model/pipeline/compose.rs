//! Services of compose files that a command starts: what they run.

use super::frames::{Frame, composed_frame};
use super::tasks::Tasks;
use crate::syntax::shell::join_path;

/// Files that are read where none is named.
const DEFAULTS: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// `docker compose -f x.yml run web`, `docker compose up --exit-code-from tests`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The services; `*` for all.
    pub(super) services: Vec<String>,
    /// The files that it names.
    pub(super) files: Vec<String>,
    /// It ends as the container does.
    pub(super) passes_on: bool,
}

/// Options of compose and of its subcommands that take a value.
const VALUED: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--project-directory",
    "--profile",
    "--env-file",
    "--ansi",
    "--progress",
    "--parallel",
    "-e",
    "--env",
    "-v",
    "--volume",
    "-w",
    "--workdir",
    "-u",
    "--user",
    "--name",
    "-l",
    "--label",
    "--pull",
    "--scale",
    "-t",
    "--timeout",
    "--wait-timeout",
    "--exit-code-from",
    "--attach",
    "--no-attach",
];

/// What the words of a command start; `None` where they start no service without a command of its own.
pub(super) fn call(arguments: &[&str]) -> Option<Call> {
    let mut files = Vec::new();
    let mut plain: Vec<String> = Vec::new();
    let (mut judge, mut passes_on) = (None, false);
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        let (name, value) = word.split_once('=').map_or((*word, None), |(name, value)| (name, Some(value)));
        if !word.starts_with('-') {
            plain.push((*word).to_owned());
            continue;
        }
        let value = value.or_else(|| VALUED.contains(&name).then(|| rest.next().copied()).flatten());
        match (name, value) {
            ("-f" | "--file", Some(file)) => files.push(file.to_owned()),
            ("--exit-code-from", Some(service)) => judge = Some(service.to_owned()),
            ("--abort-on-container-exit" | "--abort-on-container-failure", _) => passes_on = true,
            // What runs behind the command is nobody's result; another entry point is not the service's own.
            ("-d" | "--detach" | "--wait" | "--entrypoint", _) => return None,
            _ => {}
        }
    }
    let (verb, services) = plain.split_first()?;
    match (verb.as_str(), judge, services) {
        ("run", _, [service]) => Some(Call { services: vec![service.clone()], files, passes_on: true }),
        ("up", Some(service), _) => Some(Call { services: vec![service], files, passes_on: true }),
        ("up", None, []) if passes_on => Some(Call { services: vec!["*".to_owned()], files, passes_on }),
        ("up", None, [_, ..]) => Some(Call { services: services.to_vec(), files, passes_on }),
        _ => None,
    }
}

/// What the services run.
pub(super) fn frames(tasks: &Tasks<'_>, call: &Call, folder: Option<&str>, outer: &Frame) -> Vec<Frame> {
    let folder = folder.unwrap_or("");
    let files: Vec<String> = if call.files.is_empty() {
        DEFAULTS.iter().map(|name| join_path(folder, name)).collect()
    } else {
        call.files.iter().map(|name| join_path(folder, name)).collect()
    };
    let mask = "`docker compose up` succeeds however its containers end";
    let is_hidden = outer.can_fail && !call.passes_on;
    let outer = Frame {
        can_fail: outer.can_fail && call.passes_on,
        mask: if is_hidden { mask.to_owned() } else { outer.mask.clone() },
        ..outer.clone()
    };
    let services = call.services.iter().flat_map(|name| tasks.services(&files, name));
    services.map(|(found, text, folder)| composed_frame(found, text, &folder, &outer)).collect()
}

#[cfg(test)]
mod tests {
    use super::call;

    fn services(command: &str) -> Option<(Vec<String>, bool)> {
        call(&command.split_whitespace().collect::<Vec<_>>()).map(|call| (call.services, call.passes_on))
    }

    #[test]
    fn services_run_their_own_command_where_none_is_given() {
        let one = |name: &str, passes_on| Some((vec![name.to_owned()], passes_on));
        assert_eq!(services("-f ci.yml run --rm -e A=1 tests"), one("tests", true));
        assert_eq!(services("up --build --exit-code-from tests"), one("tests", true));
        assert_eq!(services("up --abort-on-container-exit"), one("*", true));
        assert_eq!(services("up tests"), one("tests", false));
        assert_eq!(services("up -d db"), None);
        assert_eq!(services("build tests"), None);
    }
}
