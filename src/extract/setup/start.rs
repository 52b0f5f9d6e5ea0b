//! Programs that files start: commands of containers, of process managers, of shell scripts.

use std::ops::Range;

use crate::facts::{File, Language};

/// Files that start programs, by how their lines are read.
fn starts_programs(file: &File) -> bool {
    let name = file.name();
    let is_dockerfile =
        ["Dockerfile", "Containerfile"].iter().any(|stem| name.starts_with(stem) || name.ends_with(stem))
            || matches!(file.extension(), "dockerfile" | "Dockerfile");
    let is_script = file.language == Some(Language::Shell) || !name.contains('.');
    is_dockerfile
        || is_script
        || matches!(file.extension(), "yml" | "yaml" | "service" | "ini")
        || matches!(name, "supervisord.conf" | "fly.toml" | "railway.toml" | "railway.json")
}

/// What stands before a program and starts it.
const WRAPPERS: &[&str] = &[
    "CMD",
    "ENTRYPOINT",
    "exec",
    "run",
    "bin",
    "sh",
    "-c",
    "c",
    "m",
    "then",
    "node",
    "bun",
    "npx",
    "bunx",
    "pnpm",
    "yarn",
    "bundle",
    "python",
    "python3",
    "uv",
    "poetry",
    "pdm",
    "tini",
    "dumb-init",
    "gosu",
    "su-exec",
    "s6-setuidgid",
    "nohup",
    "sudo",
    "env",
    "ddtrace-run",
    "run-program",
    "opentelemetry-instrument",
];

/// Words that make a line something else than the start of a program.
const OTHERWISE: &[&str] =
    &["install", "uninstall", "RUN", "add", "COPY", "pip", "image:", "FROM", "which", "command -v"];

/// Whether the text at a place is the program, or its first words, of a command that a file starts.
pub(super) fn is_started(file: &File, text: &str, at: Range<usize>) -> bool {
    if !starts_programs(file) {
        return false;
    }
    let before = text.get(..at.start).unwrap_or("").rsplit('\n').next().unwrap_or("");
    let after = text.get(at.end..).unwrap_or("").split('\n').next().unwrap_or("");
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let stands_alone = !before.ends_with(is_word) && !after.starts_with(|c: char| is_word(c) || matches!(c, ':' | '='));
    let is_comment = before.trim_start().starts_with(['#', ';']) || before.contains(" #");
    let line = before.trim_start();
    let is_something_else = OTHERWISE.iter().any(|word| {
        line.match_indices(word).any(|(found, _)| {
            let ends = line.get(found + word.len()..).is_none_or(|rest| !rest.starts_with(is_word));
            let starts = line.get(..found).is_none_or(|head| !head.ends_with(is_word));
            starts && ends
        })
    });
    stands_alone && !is_comment && !is_something_else && starts_here(line, after)
}

/// Options that put an agent into a program: of the JVM, of Node, of Bun.
const ATTACHING: &[&str] = &["-javaagent:", "--require", " -r ", "=-r ", "\"-r ", "--import", "--preload"];

/// Whether an agent whose name begins after that text is put into a program that a file starts: by an option, or by a
/// variable that the program takes options from.
pub(super) fn is_attached(file: &File, before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or("");
    let is_comment = line.trim_start().starts_with(['#', ';']) || line.contains(" #");
    let can_start = starts_programs(file) || file.name() == "package.json";
    can_start && !is_comment && ATTACHING.iter().any(|option| line.contains(option))
}

/// Whether a command can begin after that much of a line: at its start, after a key, an option's separator or a wrapper.
fn starts_here(before: &str, after: &str) -> bool {
    let follows_another = [";", "&", "|", "("].iter().any(|end| before.trim_end().ends_with(end));
    let before = before.trim_end_matches(['"', '\'', '[', ' ', '/', '\t', '-', '|', '>', '&', ';', '(']);
    let word = before.rsplit([' ', '"', '\'', '/', '\t']).next().unwrap_or("");
    let is_key = word.is_empty() || word.ends_with([':', '=']);
    let is_folder = before.contains('/') && !before.contains(' ');
    (follows_another || is_key || is_folder || WRAPPERS.contains(&word) || word.ends_with(','))
        && !after.trim_start().starts_with("==")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn starts(path: &str, line: &str) -> bool {
        let language = Language::from_extension(path.rsplit('.').next().unwrap());
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
        let at = line.find("gunicorn").unwrap();
        is_started(&file, line, at..at + "gunicorn".len())
    }

    #[test]
    fn an_agent_is_attached_by_an_option_or_a_variable() {
        let is_in = |path: &str, line: &str| {
            let file = File { path: path.into(), bytes: 0, role: Role::Product, language: None, lines: 0 };
            is_attached(&file, line.split("otel").next().unwrap())
        };
        assert!(is_in("Dockerfile", "ENV JAVA_TOOL_OPTIONS=\"-javaagent:/opt/otel.jar\""));
        assert!(is_in("Dockerfile", "CMD [\"java\", \"-javaagent:otel.jar\", \"-jar\", \"app.jar\"]"));
        assert!(is_in("package.json", "\"start\": \"node -r otel server.js\""));
        assert!(!is_in("Dockerfile", "ADD https://example.com/otel.jar /opt/"));
        assert!(!is_in("Dockerfile", "# ENV JAVA_TOOL_OPTIONS=-javaagent:otel.jar"));
        assert!(!is_in("README.md", "java -javaagent:otel.jar"));
    }

    #[test]
    fn containers_process_managers_and_scripts_start_programs() {
        for (path, line) in [
            ("Dockerfile", "CMD [\"gunicorn\", \"app.wsgi\"]"),
            ("Dockerfile", "CMD gunicorn app.wsgi"),
            ("Dockerfile", "ENTRYPOINT [\"tini\", \"--\", \"gunicorn\"]"),
            ("Dockerfile", "CMD [\"uv\", \"run\", \"gunicorn\", \"app.wsgi\"]"),
            ("Dockerfile", "CMD [\"/venv/bin/gunicorn\", \"app.wsgi\"]"),
            ("Procfile", "web: gunicorn app.wsgi"),
            ("compose.yml", "    command: gunicorn app.wsgi"),
            ("compose.yml", "    command: [\"gunicorn\", \"app.wsgi\"]"),
            ("docker/entrypoint.sh", "exec gunicorn app.wsgi"),
            ("docker/entrypoint.sh", "python manage.py migrate && gunicorn app.wsgi"),
            ("app.service", "ExecStart=/opt/app/bin/gunicorn app.wsgi"),
        ] {
            assert!(starts(path, line), "{path}: {line}");
        }
    }

    #[test]
    fn installing_or_naming_one_starts_nothing() {
        for (path, line) in [
            ("Dockerfile", "RUN pip install gunicorn"),
            ("Dockerfile", "# CMD gunicorn app.wsgi"),
            ("compose.yml", "    image: gunicorn/server"),
            ("compose.yml", "    container_name: my-gunicorn"),
            ("scripts/setup.sh", "apt-get install -y gunicorn"),
            ("scripts/setup.sh", "gunicorn_version=1"),
            ("README.md", "gunicorn app.wsgi"),
        ] {
            assert!(!starts(path, line), "{path}: {line}");
        }
    }
}
