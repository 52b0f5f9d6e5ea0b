//! Patterns of commands: `cargo test`, `mvn verify`.

use serde::Deserialize;

/// A command as written in TOML: its words, or its words with a purpose of their own.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum CommandForm {
    Words(String),
    Purposeful(PurposefulForm),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PurposefulForm {
    run: String,
    #[serde(default)]
    purposes: Option<Vec<String>>,
    /// Arguments with which it is something else: `--fix-dry-run`, `install`.
    #[serde(default)]
    without: Vec<String>,
    /// It is this without plain arguments alone: `rake`, `tsc`.
    #[serde(default)]
    alone: bool,
}

impl CommandForm {
    pub(super) fn compile(self, default: &[String]) -> Result<CommandPattern, (String, String)> {
        let form = match self {
            Self::Words(run) => PurposefulForm { run, purposes: None, without: Vec::new(), alone: false },
            Self::Purposeful(form) => form,
        };
        let words: Vec<Vec<String>> =
            form.run.split_whitespace().map(|word| word.split('|').map(str::to_owned).collect()).collect();
        if words.is_empty() {
            return Err((form.run, "a command needs at least one word".to_owned()));
        }
        let purposes = form.purposes.unwrap_or_else(|| default.to_vec());
        Ok(CommandPattern { words, without: form.without, is_alone: form.alone, purposes })
    }
}

/// A program with the arguments that make it what it is. `a|b` in a word stands for either, the word `..` for any
/// arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandPattern {
    words: Vec<Vec<String>>,
    without: Vec<String>,
    is_alone: bool,
    /// What the command is for: `test`, `lint`, …
    pub purposes: Vec<String>,
}

impl CommandPattern {
    /// The words as written.
    pub fn written(&self) -> String {
        self.words.iter().map(|word| word.join("|")).collect::<Vec<_>>().join(" ")
    }

    /// The programs that it is about.
    pub fn programs(&self) -> &[String] {
        self.words.first().map_or(&[], Vec::as_slice)
    }

    /// Whether the words of the pattern stand in a text at all, so that it is worth to be read for commands.
    pub fn may_stand_in(&self, text: &str) -> bool {
        let mut words = self.words.iter().filter(|options| options.iter().all(|word| word != ".."));
        words.all(|options| options.iter().any(|word| stands_in(text, word)))
    }

    /// Whether a command is of this pattern. The program is the first word; its folder does not matter. The other
    /// words are its subcommands: they stand first among the arguments, options and their values aside, so that
    /// `cargo test` is not `cargo run test`; after the word `..` they may stand anywhere behind. A word that starts
    /// with `-` is an option and may stand anywhere, with a value or without (`--cov` is also `--cov=src`).
    pub fn matches(&self, command: &[&str]) -> bool {
        let Some((first, arguments)) = command.split_first() else { return false };
        let name = first.rsplit('/').next().unwrap_or(first);
        let has_program = self.programs().iter().any(|word| word == name || word == first);
        has_program
            && !self.without.iter().any(|word| has_option(arguments, word))
            && !(self.is_alone && arguments.iter().any(|argument| !is_option(argument)))
            && self.has_arguments(arguments)
    }

    fn has_arguments(&self, arguments: &[&str]) -> bool {
        let mut rest = arguments.iter().peekable();
        let mut may_skip = false;
        for options in self.words.iter().skip(1) {
            if options.iter().any(|word| word == "..") {
                may_skip = true;
            } else if options.iter().all(|word| is_option(word)) {
                if !options.iter().any(|word| has_option(arguments, word)) {
                    return false;
                }
            } else {
                let mut follows_option = false;
                loop {
                    let Some(argument) = rest.next() else { return false };
                    if options.iter().any(|word| word == argument) {
                        break;
                    }
                    let is_value = follows_option && !is_option(argument);
                    if !(may_skip || is_value || is_option(argument)) {
                        return false;
                    }
                    follows_option = is_option(argument) && !argument.contains('=');
                }
                may_skip = false;
            }
        }
        true
    }
}

/// Whether a word stands in a text, as a whole or as the last part of a path.
fn stands_in(text: &str, word: &str) -> bool {
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    memchr::memmem::find_iter(text.as_bytes(), word).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        !is_part(before) && !is_part(text.as_bytes().get(at + word.len()))
    })
}

/// Options, and the toolchains that Cargo takes as `+nightly`.
fn is_option(argument: &str) -> bool {
    argument.starts_with(['-', '+'])
}

fn has_option(arguments: &[&str], option: &str) -> bool {
    arguments.iter().any(|argument| {
        *argument == option
            || argument.strip_prefix(option).is_some_and(|rest| option.starts_with('-') && rest.starts_with('='))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(run: &str) -> CommandPattern {
        CommandForm::Words(run.to_owned()).compile(&[]).unwrap()
    }

    fn matches(run: &str, command: &str) -> bool {
        pattern(run).matches(&command.split_whitespace().collect::<Vec<_>>())
    }

    #[test]
    fn subcommands_stand_first_among_the_arguments() {
        assert!(matches("cargo test", "cargo --locked test --workspace"));
        assert!(matches("cargo test", "cargo +nightly --config x test"));
        assert!(matches("mvn test|verify", "./bin/mvn -B -f pom.xml verify"));
        assert!(!matches("cargo test", "cargo build"));
        assert!(!matches("go test", "go run main.go test"));
        assert!(!matches("cargo nextest run", "cargo run nextest"));
    }

    #[test]
    fn a_text_without_one_of_the_words_holds_no_such_command() {
        assert!(pattern("mvn .. test|verify").may_stand_in("$ ./mvn -B \\\n  clean verify"));
        assert!(!pattern("mvn .. test|verify").may_stand_in("mvn clean"));
        assert!(!pattern("act").may_stand_in("npm run action"));
    }

    #[test]
    fn two_dots_stand_for_any_arguments() {
        assert!(matches("mvn .. verify", "mvn clean verify"));
        assert!(!matches("mvn verify", "mvn clean verify"));
    }

    #[test]
    fn options_may_stand_anywhere() {
        assert!(matches("tsc --noEmit", "tsc -p x --noEmit"));
        assert!(matches("pytest --cov", "pytest tests --cov=src"));
        assert!(!matches("pytest --cov", "pytest tests --covfefe"));
    }

    #[test]
    fn arguments_can_make_it_something_else() {
        let form = "{ run = \"vitest\", without = [\"bench\"], alone = false }";
        let form: CommandForm =
            toml::from_str::<std::collections::BTreeMap<String, CommandForm>>(&format!("x = {form}"))
                .unwrap()
                .remove("x")
                .unwrap();
        let pattern = form.compile(&[]).unwrap();
        assert!(pattern.matches(&["vitest", "run"]));
        assert!(!pattern.matches(&["vitest", "bench"]));
    }

    #[test]
    fn some_programs_are_meant_alone() {
        let pattern = CommandForm::Purposeful(PurposefulForm {
            run: "rake".to_owned(),
            purposes: None,
            without: vec![],
            alone: true,
        })
        .compile(&[])
        .unwrap();
        assert!(pattern.matches(&["rake", "--trace"]));
        assert!(!pattern.matches(&["rake", "db:migrate"]));
    }
}
