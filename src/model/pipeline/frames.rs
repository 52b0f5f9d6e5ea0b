//! The texts that tasks and scripts lead to, each with where it starts and what is known of it.

use super::make;
use super::tasks::Found;
use crate::facts::TaskRunner;
use crate::syntax::shell::{self, ShellOptions};

/// A text that is being followed.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) text: String,
    pub(super) options: ShellOptions,
    /// The folder in which it starts, `None` where that is not known.
    pub(super) folder: Option<String>,
    /// The folder of the file that holds it.
    pub(super) file_folder: String,
    pub(super) via: Vec<String>,
    pub(super) can_fail: bool,
    pub(super) mask: String,
    pub(super) depth: usize,
    /// What command lines of make give to the makes inside.
    pub(super) assignments: Vec<String>,
}

/// The texts of one task.
pub(super) fn own_frames(found: Found<'_>, arguments: &[String], outer: &Frame) -> Vec<Frame> {
    let mut via = outer.via.clone();
    via.push(found.title());
    let frame = |text: String| Frame {
        text,
        folder: Some(found.folder().to_owned()),
        file_folder: found.folder().to_owned(),
        via: via.clone(),
        ..outer.clone()
    };
    if found.task.runner == TaskRunner::Make {
        let assignments = [outer.assignments.as_slice(), arguments].concat();
        let lines = logical_lines(&make::evaluate(&found.task.command, &assignments));
        return lines.into_iter().map(|line| Frame { assignments: assignments.clone(), ..frame(line) }).collect();
    }
    if found.task.runner.runs_line_by_line() {
        return logical_lines(&found.task.command).into_iter().map(frame).collect();
    }
    vec![frame(shell_text(&found.task.command, arguments))]
}

/// Whether a task that computes its commands leaves nothing to follow; what it is called says more then.
pub(super) fn says_nothing(runner: TaskRunner, frame: &Frame) -> bool {
    matches!(runner, TaskRunner::Nox | TaskRunner::Earthly) && frame.text.trim().is_empty()
}

/// The text of a script with its arguments.
pub(super) fn script_frames(found: Found<'_>, arguments: &[String], outer: &Frame) -> Vec<Frame> {
    let first = found.task.command.lines().next().unwrap_or("");
    let stops = first.starts_with("#!")
        && first.split_whitespace().skip(1).any(|word| word.starts_with('-') && word.contains('e'));
    let mut via = outer.via.clone();
    via.push(found.title());
    let passed = arguments.join(" ");
    vec![Frame {
        text: found.task.command.replace("\"$@\"", &passed).replace("$@", &passed),
        options: ShellOptions { stops_on_failure: stops, has_pipefail: false },
        file_folder: found.folder().to_owned(),
        via,
        ..outer.clone()
    }]
}

/// A text with arguments behind it.
pub(super) fn shell_text(text: &str, arguments: &[String]) -> String {
    let mut whole = text.trim_end().to_owned();
    for argument in arguments {
        whole.extend([" ", &shell::quoted(argument)]);
    }
    whole
}

/// The lines of a recipe, with those that they are continued on.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut is_continued = false;
    for line in text.lines() {
        match lines.last_mut().filter(|_| is_continued) {
            Some(last) => last.extend(["\n", line]),
            None => lines.push(line.to_owned()),
        }
        is_continued = line.ends_with('\\');
    }
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// What a service runs, in the folder that it is built from.
pub(super) fn composed_frame(found: Found<'_>, text: String, folder: &str, outer: &Frame) -> Frame {
    let mut via = outer.via.clone();
    via.push(found.title());
    Frame { text, folder: Some(folder.to_owned()), file_folder: folder.to_owned(), via, ..outer.clone() }
}

/// A text with the paths of Windows written as those of a POSIX shell, which takes a `\` for an escape.
pub(super) fn with_slashes(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let is_path = |word: &str| {
        word.starts_with(".\\")
            || [".ps1", ".cmd", ".bat", ".exe", ".sln", ".csproj"].iter().any(|end| word.ends_with(end))
    };
    let mut result = String::with_capacity(text.len());
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        result.push_str(&if is_path(word.trim_matches(['"', '\''])) {
            part.replace('\\', "/")
        } else {
            part.to_owned()
        });
    }
    result
}

#[cfg(test)]
mod tests {
    use super::with_slashes;

    #[test]
    fn paths_of_windows_are_told_from_escapes() {
        assert_eq!(with_slashes(".\\build.ps1 -Ci\n"), "./build.ps1 -Ci\n");
        assert_eq!(with_slashes("eng\\test.cmd x"), "eng/test.cmd x");
        assert_eq!(with_slashes("echo a\\ b \\\n  c"), "echo a\\ b \\\n  c");
    }
}
