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
    purposes: Vec<String>,
}

impl CommandForm {
    pub(super) fn compile(self, default: &[String]) -> Result<CommandPattern, (String, String)> {
        let (run, purposes) = match self {
            Self::Words(run) => (run, default.to_vec()),
            Self::Purposeful(form) => (form.run, form.purposes),
        };
        let words: Vec<Vec<String>> =
            run.split_whitespace().map(|word| word.split('|').map(str::to_owned).collect()).collect();
        if words.is_empty() {
            return Err((run, "a command needs at least one word".to_owned()));
        }
        Ok(CommandPattern { words, purposes })
    }
}

/// A program with the arguments that make it what it is. `a|b` in a word stands for either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandPattern {
    words: Vec<Vec<String>>,
    /// What the command is for: `test`, `lint`, …
    pub purposes: Vec<String>,
}

impl CommandPattern {
    /// Whether a command is of this pattern: the program is the first word (its folder does not matter), and the
    /// other words stand among its arguments, in that order. A word that starts with `-` must be an argument too;
    /// arguments in between may be anything.
    pub fn matches(&self, command: &[&str]) -> bool {
        let (Some(program), Some((first, rest))) = (self.words.first(), command.split_first()) else { return false };
        let name = first.rsplit('/').next().unwrap_or(first);
        if !program.iter().any(|word| word == name || word == first) {
            return false;
        }
        let mut arguments = rest.iter();
        self.words.iter().skip(1).all(|options| arguments.any(|argument| options.iter().any(|word| word == argument)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(run: &str) -> CommandPattern {
        CommandForm::Words(run.to_owned()).compile(&[]).unwrap()
    }

    #[test]
    fn words_are_found_in_order_among_other_arguments() {
        assert!(pattern("cargo test").matches(&["cargo", "--locked", "test", "--workspace"]));
        assert!(pattern("mvn test|verify").matches(&["./bin/mvn", "-B", "verify"]));
        assert!(!pattern("cargo test").matches(&["cargo", "build"]));
        assert!(!pattern("cargo nextest run").matches(&["cargo", "run", "nextest"]));
    }
}
