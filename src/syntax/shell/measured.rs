//! Tools that measure the coverage of the command behind them (`nyc mocha`, `c8 vitest run`).

use super::{Command, Word};

/// Their options that take a value.
pub(super) const VALUED: &[&str] = &[
    "-r",
    "--reporter",
    "-x",
    "--exclude",
    "-n",
    "--include",
    "-e",
    "--extension",
    "-i",
    "--require",
    "-t",
    "--temp-dir",
    "--temp-directory",
    "-o",
    "--report-dir",
    "--reports-dir",
    "--src",
    "--cwd",
    "--lines",
    "--branches",
    "--functions",
    "--statements",
];

/// What is measured, and then what the measuring tool does with the result by itself: it reports, or it fails below a
/// minimum.
pub(super) fn commands(command: &Command, words: Vec<Word>) -> Option<Vec<Command>> {
    let own = command.words.len().checked_sub(words.len())?;
    let is_gate = command.words.iter().take(own).any(|word| word.text == "--check-coverage");
    let mut result: Vec<Word> = command.words.iter().take(1).cloned().collect();
    let subcommand = if is_gate { "check-coverage" } else { "report" };
    result.extend(command.words.first().map(|program| Word { text: subcommand.to_owned(), ..program.clone() }));
    let inner = Command { words, ..command.clone() };
    Some(vec![inner, Command { words: result, ..command.clone() }])
}
