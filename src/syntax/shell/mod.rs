//! Shell text as the simple commands that it runs: their words, the folder they run in, and whether their failure
//! reaches the end of the script. Commands that only start another one (`env`, `npx`, `bash -c`) are taken off.
//!
//! What is not modelled: the values of variables, and which branch of a condition is taken. Every branch counts.

mod flow;
mod images;
mod measured;
mod words;
mod wrappers;

use std::ops::Range;

pub use words::{mask_expressions, quoted};

/// How a shell treats failures when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ShellOptions {
    /// A command that fails ends the script (`set -e`).
    pub stops_on_failure: bool,
    /// A pipe fails when any of its commands does (`set -o pipefail`).
    pub has_pipefail: bool,
}

/// A word of a command, without its quotes; expansions stand as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Its bytes in the shell text.
    pub range: Range<usize>,
}

/// Where a relative folder starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderBase {
    /// The folder in which the text is started.
    Start,
    /// The root of the repository.
    Root,
    /// The folder of the file that holds the text.
    File,
}

/// The folder to which the `cd` commands before a command lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where the path starts.
    pub base: FolderBase,
    /// The path, `""` for the start itself; it may begin with `..`.
    pub path: String,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments; never empty.
    pub words: Vec<Word>,
    /// Variables set for this command alone.
    pub environment: Vec<(String, String)>,
    /// Its line in the text, from 0.
    pub line: u32,
    /// Where it runs, `None` where that is not known.
    pub folder: Option<Folder>,
    /// Whether its failure is hidden: the text as a whole can still succeed.
    pub is_masked: bool,
    /// A manager of Python projects starts it (`hatch run`), whose scripts come before programs.
    pub may_be_script: bool,
}

impl Command {
    /// The program as written.
    pub fn program(&self) -> &str {
        self.words.first().map_or("", |word| &word.text)
    }

    /// The program without its folder.
    pub fn name(&self) -> &str {
        let program = self.program();
        program.rsplit('/').next().unwrap_or(program)
    }

    /// The texts of all words.
    pub fn texts(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// The commands that a text runs, in its order, wrappers taken off.
pub fn commands(text: &str, options: ShellOptions) -> Vec<Command> {
    wrappers::unwrap_all(flow::simple_commands(text, options))
}

/// The folder in which a text leaves its shell, `None` where that is not known.
pub fn last_folder(text: &str) -> Option<Folder> {
    flow::last_folder(text)
}

/// Joins a folder and a path, resolving `.` and `..`. What leads out of the start keeps its `..`.
pub fn join_path(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CI: ShellOptions = ShellOptions { stops_on_failure: true, has_pipefail: false };

    fn run(text: &str) -> Vec<String> {
        commands(text, CI).iter().map(|command| command.texts().join(" ")).collect()
    }

    fn masked(text: &str, options: ShellOptions) -> Vec<(String, bool)> {
        commands(text, options).into_iter().map(|command| (command.name().to_owned(), command.is_masked)).collect()
    }

    fn is_masked(text: &str, name: &str) -> bool {
        masked(text, CI).iter().find(|(own, _)| own == name).unwrap_or_else(|| panic!("no {name} in {text}")).1
    }

    #[test]
    fn commands_are_split_at_every_operator() {
        assert_eq!(run("npm ci && npm test; make lint | tee log"), ["npm ci", "npm test", "make lint", "tee log"]);
        assert_eq!(run("if true; then\n  go test ./...\nfi\n"), ["true", "go test ./..."]);
        assert_eq!(run("# npm test\necho 'npm test'\n"), ["echo npm test"]);
    }

    #[test]
    fn lines_are_counted_from_the_start_of_the_text() {
        let lines: Vec<u32> = commands("a\n\nb \\\n  --c\nd\n", CI).iter().map(|command| command.line).collect();
        assert_eq!(lines, [0, 2, 4]);
    }

    #[test]
    fn expressions_of_workflows_are_words() {
        assert_eq!(
            run("${{ env.CARGO }} test --target ${{ matrix.x }}")[0],
            "${{ env.CARGO }} test --target ${{ matrix.x }}"
        );
        assert_eq!(
            run("npm run test:${{ matrix.kind || 'unit' }} -- -x")[0],
            "npm run test:${{ matrix.kind || 'unit' }} -- -x"
        );
    }

    #[test]
    fn failures_are_hidden_by_what_always_succeeds() {
        for text in [
            "npm test || true",
            "npm test || echo failed\nx",
            "set +e\nnpm test\nset -e\nls",
            "npm test | tee log",
            "npm test &\nls",
            "npm test || { echo no; exit 0; }",
            "if npm test; then echo ok; fi",
            "npm test && ls\nls",
        ] {
            assert!(is_masked(text, "npm"), "{text}");
        }
    }

    #[test]
    fn failures_that_stop_the_script_are_not_hidden() {
        for text in [
            "npm test\nls",
            "npm test && ls",
            "npm test || exit 1",
            "npm test || { echo no; exit 1; }\nls",
            "set -o pipefail\nnpm test | tee log",
            "npm test | grep ok",
            "if ! npm test; then exit 1; fi",
            "(npm test)\nls",
            "for x in a b; do npm test; done",
        ] {
            assert!(!is_masked(text, "npm"), "{text}");
        }
    }

    #[test]
    fn without_stop_on_failure_the_last_command_decides() {
        let plain = ShellOptions::default();
        assert_eq!(masked("a; b", plain), [("a".to_owned(), true), ("b".to_owned(), false)]);
        assert_eq!(masked("a && b", plain), [("a".to_owned(), false), ("b".to_owned(), false)]);
        assert_eq!(masked("a; exit 0", plain), [("a".to_owned(), true)]);
        assert_eq!(masked("a; s=$?; b; exit $s", plain)[0], ("a".to_owned(), false));
    }

    #[test]
    fn nothing_runs_after_an_exit() {
        assert_eq!(run("ls\nexit 0\nnpm test\n"), ["ls"]);
        assert_eq!(run("if x; then exit 0; fi\nnpm test\n"), ["x", "npm test"]);
    }

    #[test]
    fn cd_leads_to_folders_and_subshells_come_back() {
        let folders: Vec<Option<String>> =
            commands("(cd web && a)\nb\ncd api/../x\nc\ncd $Y\nd\ncd $GITHUB_WORKSPACE/z\ne", CI)
                .into_iter()
                .map(|command| command.folder.map(|folder| format!("{:?}:{}", folder.base, folder.path)))
                .collect();
        let expected = [Some("Start:web"), Some("Start:"), Some("Start:x"), None, Some("Root:z")];
        assert_eq!(folders, expected.map(|text| text.map(str::to_owned)));
    }

    #[test]
    fn a_script_finds_its_own_folder() {
        let list = commands("cd \"$(dirname \"$0\")/..\"\nnpm test\n", CI);
        let npm = list.iter().find(|command| command.name() == "npm").unwrap();
        assert_eq!(npm.folder, Some(Folder { base: FolderBase::File, path: "..".to_owned() }));
    }

    #[test]
    fn functions_run_where_they_are_called() {
        assert_eq!(run("t() {\n  pytest\n}\nu() { nothing; }\nt\n"), ["pytest"]);
    }

    #[test]
    fn commands_inside_substitutions_count() {
        assert_eq!(masked("test -z \"$(gofmt -l .)\"", CI)[1], ("gofmt".to_owned(), false));
        assert!(is_masked("echo \"$(npm test)\"", "npm"));
    }

    #[test]
    fn deep_nesting_ends() {
        let text = "(".repeat(5_000) + "x" + &")".repeat(5_000);
        let _ = commands(&text, CI);
    }

    #[test]
    fn paths_are_joined_without_leaving_dots() {
        assert_eq!(join_path("a/b", "../c"), "a/c");
        assert_eq!(join_path("", "../c"), "../c");
        assert_eq!(join_path("a", "./"), "a");
    }
}
