//! Targets of an Earthfile.

use super::{fact, line_span, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// Reads the targets of an Earthfile.
pub(super) struct Earthfiles;

impl Extractor for Earthfiles {
    fn name(&self) -> &'static str {
        "earthfile"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "Earthfile" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut open: Option<(usize, &str, Task)> = None;
        let mut is_continued = false;
        for (index, line) in source.text().lines().enumerate() {
            let target = line.trim_end().strip_suffix(':').filter(|name| is_name(name));
            if let Some(name) = target {
                if let Some((line, text, task)) =
                    open.replace((index + 1, line, task(TaskRunner::Earthly, name, String::new())))
                {
                    found.add(line_span(line, text), fact(task));
                }
                continue;
            }
            let Some((_, _, task)) = &mut open else { continue };
            let text = line.trim();
            let command = if is_continued { Some(text) } else { text.strip_prefix("RUN ").map(without_options) };
            if let Some(command) = command {
                task.command.extend([command, "\n"]);
                is_continued = line.ends_with('\\');
            } else if let Some(("BUILD" | "FROM" | "COPY", rest)) = text.split_once(' ') {
                let named = rest.split_whitespace().filter_map(|word| word.trim_start_matches('(').strip_prefix('+'));
                task.needs.extend(named.filter_map(|name| name.split(['/', '(', ')']).next()).map(str::to_owned));
            }
        }
        if let Some((line, text, task)) = open {
            found.add(line_span(line, text), fact(task));
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// A command without the options of `RUN` before it.
fn without_options(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some((option, after)) = rest.split_once(' ').filter(|(word, _)| word.starts_with("--")) {
        rest = after.trim_start();
        if option == "--" {
            break;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn targets_run_and_build_on_each_other() {
        let text = "VERSION 0.8\nFROM golang:1.24\n\nunit:\n    COPY . .\n    RUN --mount=type=cache,target=/root go test \\\n      ./...\nall:\n    BUILD +unit\n    COPY +image/app .\n";
        let tasks = tasks_of(&Earthfiles, "Earthfile", text);
        assert_eq!((tasks[0].1.name.as_str(), tasks[0].1.command.as_str()), ("unit", "go test \\\n./...\n"));
        assert_eq!(tasks[1].1.needs, ["unit", "image"]);
    }
}
