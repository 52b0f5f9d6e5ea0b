//! Targets of Makefiles: prerequisites and recipes, simple variables expanded. Functions and conditions are not
//! evaluated; every branch counts.

use std::collections::BTreeMap;

use super::{fact, line_span, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// How often a variable's value is expanded again.
const MAX_EXPANSIONS: usize = 5;

/// No line grows longer by expanding variables.
const MAX_LINE: usize = 10_000;

/// Reads the targets of a Makefile.
pub(super) struct Makefiles;

impl Extractor for Makefiles {
    fn name(&self) -> &'static str {
        "makefile"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_makefile =
            matches!(file.name(), "Makefile" | "makefile" | "GNUmakefile") || matches!(file.extension(), "mk" | "mak");
        is_makefile && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let variables = variables(source.text());
        let mut open: Vec<(usize, &str, Task)> = Vec::new();
        let mut close = |open: &mut Vec<(usize, &str, Task)>| {
            for (line, text, task) in open.drain(..) {
                found.add(line_span(line, text), fact(task));
            }
        };
        let mut is_continued = false;
        let mut is_header = false;
        let mut ignores_failure = false;
        let mut is_defining = false;
        for (index, line) in source.text().lines().enumerate() {
            if line.starts_with("define ") || line == "endef" {
                is_defining = line != "endef";
                continue;
            }
            if is_defining {
                continue;
            }
            if is_header {
                is_header = line.ends_with('\\');
                continue;
            }
            if is_continued || line.starts_with('\t') {
                let is_start = !is_continued;
                is_continued = line.ends_with('\\');
                let mut recipe = line.trim_start();
                if is_start {
                    let command = recipe.trim_start_matches(['@', '-', '+', ' ']);
                    ignores_failure = recipe.strip_suffix(command).is_some_and(|marks| marks.contains('-'));
                    recipe = command;
                }
                let mut expanded = expand(recipe, &variables);
                if ignores_failure && !is_continued {
                    expanded.push_str(" || true");
                }
                for (_, _, task) in &mut open {
                    task.command.push_str(&expanded);
                    task.command.push('\n');
                }
                continue;
            }
            if line.trim().is_empty() || line.starts_with('#') || is_condition(line) {
                continue;
            }
            close(&mut open);
            is_header = line.ends_with('\\');
            let logical = logical_line(source.text(), index);
            open.extend(rule(&logical, &variables).into_iter().map(|task| (index + 1, line, task)));
        }
        close(&mut open);
    }
}

fn is_condition(line: &str) -> bool {
    ["ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"].iter().any(|word| line.trim_start().starts_with(word))
}

/// A line with those that it is continued on.
fn logical_line(text: &str, index: usize) -> String {
    let mut logical = String::new();
    for line in text.lines().skip(index) {
        if let Some(part) = line.strip_suffix('\\') {
            logical.push_str(part);
        } else {
            logical.push_str(line);
            break;
        }
        logical.push(' ');
    }
    logical
}

/// The tasks that a rule declares, without their recipes. None where the line is no rule.
fn rule(line: &str, variables: &BTreeMap<String, String>) -> Vec<Task> {
    let line = expand(line, variables);
    let Some((targets, rest)) = line.split_once(':') else { return Vec::new() };
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    if rest.starts_with('=') || targets.contains('=') || targets.starts_with("export ") || targets.contains("$(") {
        return Vec::new();
    }
    let (prerequisites, inline) = rest.split_once(';').unwrap_or((rest, ""));
    let prerequisites = prerequisites.split('#').next().unwrap_or("");
    if prerequisites.contains('=') {
        return Vec::new();
    }
    let needs: Vec<String> = prerequisites.split_whitespace().filter(|word| *word != "|").map(str::to_owned).collect();
    let is_special =
        |name: &str| name.starts_with('.') && name.bytes().skip(1).all(|b| b.is_ascii_uppercase() || b == b'_');
    let named = targets.split_whitespace().filter(|name| !is_special(name));
    let command = if inline.trim().is_empty() { String::new() } else { format!("{}\n", inline.trim()) };
    named.map(|name| Task { needs: needs.clone(), ..task(TaskRunner::Make, name, command.clone()) }).collect()
}

/// The variables with a plain value. The first assignment counts, for `?=` as for `=`.
fn variables(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with(['\t', '#']) || !line.contains('=') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, _)) = line.split_once('=') else { continue };
        let name = name.trim_end_matches([':', '?', '+', ' ', '\t']);
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) {
            continue;
        }
        let logical = logical_line(text, index);
        let value = logical.split_once('=').map_or("", |(_, value)| value.trim()).to_owned();
        if !value.contains("$(shell") {
            found.entry(name.to_owned()).or_insert(value);
        }
    }
    found.entry("MAKE".to_owned()).or_insert_with(|| "make".to_owned());
    found
}

/// A text with its known variables in place and `$$` as the shell sees it. What is not known stands as written.
fn expand(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut current = text.to_owned();
    for _ in 0..MAX_EXPANSIONS {
        let next = expand_once(&current, variables);
        if next == current || next.len() > MAX_LINE {
            break;
        }
        current = next;
    }
    current.replace("$$", "$")
}

fn expand_once(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        expanded.push_str(before);
        let closing = if from.starts_with("$(") { ')' } else { '}' };
        let inner = from.strip_prefix("$(").or_else(|| from.strip_prefix("${"));
        let value = inner
            .and_then(|inner| inner.split_once(closing))
            .and_then(|(name, after)| Some((variables.get(name)?, after)));
        if let Some((value, after)) = value {
            expanded.push_str(value);
            rest = after;
            continue;
        }
        let kept = if from.starts_with("$$") { "$$" } else { "$" };
        expanded.push_str(kept);
        rest = from.strip_prefix(kept).unwrap_or("");
    }
    expanded.push_str(rest);
    expanded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    fn tasks(text: &str) -> Vec<(u32, Task)> {
        tasks_of(&Makefiles, "Makefile", text)
    }

    #[test]
    fn targets_have_prerequisites_and_recipes() {
        let found = tasks(
            ".PHONY: test\nGO ?= go\n\ntest: lint | build # all\n\t@$(GO) test ./...\n\n\techo $$HOME\n\nlint:\n\t-$(MAKE) -C x vet\n",
        );
        let (line, test) = &found[0];
        assert_eq!(
            (*line, test.name.as_str(), test.needs.as_slice()),
            (4, "test", &["lint".to_owned(), "build".to_owned()][..])
        );
        assert_eq!(test.command, "go test ./...\necho $HOME\n");
        assert_eq!(found[1].1.command, "make -C x vet || true\n");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn continued_lines_stay_lines() {
        let found = tasks("test:\n\tcd x && \\\n\t  go test\n\tdone\n");
        assert_eq!(found[0].1.command, "cd x && \\\ngo test\ndone\n");
    }

    #[test]
    fn prerequisites_may_go_on_in_the_next_line() {
        let found = tasks("test: a \\\n  b\n\tgo test\n");
        assert_eq!((found[0].1.needs.join(" "), found[0].1.command.as_str()), ("a b".to_owned(), "go test\n"));
    }

    #[test]
    fn assignments_are_no_rules() {
        assert!(tasks("A := b:c\nB = x\nexport C := d\nLIST = a \\\n  b: c\n").is_empty());
        assert_eq!(tasks("a b: c; run\n").len(), 2);
    }

    #[test]
    fn a_variable_of_itself_ends() {
        assert!(!tasks("A = $(A) $(A)\nt:\n\t$(A)\n").is_empty());
    }
}
