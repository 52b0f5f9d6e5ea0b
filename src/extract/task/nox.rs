//! Sessions of a noxfile.py: what they run, as far as it is written out.

use super::{fact, line_span, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Task, TaskRunner};
use crate::syntax::Source;

/// Calls that run a program in a session.
const RUNS: &[&str] = &["session.run(", "session.run_always(", "s.run("];

/// Reads the sessions of a noxfile. What runs without a name is the task without one.
pub(super) struct NoxSessions;

impl Extractor for NoxSessions {
    fn name(&self) -> &'static str {
        "nox"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["session".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "noxfile.py"
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let lines: Vec<&str> = source.text().lines().collect();
        let mut decorator: Option<String> = None;
        let mut sessions: Vec<String> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            if line.starts_with('@') && line.contains("session") {
                // Its arguments may go on in the next lines.
                let all = lines.iter().skip(index).take_while(|line| !line.starts_with("def "));
                decorator = Some(all.copied().collect::<Vec<_>>().join(" "));
                continue;
            }
            let Some(name) = line.strip_prefix("def ").and_then(|rest| rest.split('(').next()) else { continue };
            let Some(decorator) = decorator.take() else { continue };
            let own = decorator.split("name=").nth(1).and_then(|rest| texts(rest.get(..rest.find([',', ')'])?)?).pop());
            let body =
                lines.iter().skip(index + 1).take_while(|line| line.is_empty() || line.starts_with([' ', '\t', ')']));
            let body = body.copied().collect::<Vec<_>>().join("\n");
            let name = own.unwrap_or_else(|| name.to_owned());
            found.add(line_span(index + 1, line), fact(task(TaskRunner::Nox, &name, commands(&body))));
            if !decorator.contains("default=False") {
                sessions.push(name);
            }
        }
        let chosen = source.text().split("nox.options.sessions").nth(1).and_then(|rest| rest.split([']', ')']).next());
        let needs = chosen.map_or(sessions, texts);
        if let Some(line) = lines.first().filter(|_| !needs.is_empty()) {
            found.add(line_span(1, line), fact(Task { needs, ..task(TaskRunner::Nox, "", String::new()) }));
        }
    }
}

/// The commands of a session, one a line.
fn commands(body: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = body;
    while let Some((at, call)) = RUNS.iter().filter_map(|call| Some((rest.find(call)?, call))).min() {
        rest = rest.get(at + call.len()..).unwrap_or("");
        // Arguments by name come last; a call ends with its line or with a bracket that stands alone.
        let arguments = rest.split("session.").next().unwrap_or(rest);
        let words = arguments.split('=').next().map_or_else(Vec::new, words);
        if !words.is_empty() {
            lines.push(words.join(" "));
        }
    }
    lines.join("\n")
}

/// The texts in quotes up to the bracket that closes a call.
fn words(arguments: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let mut quote = None;
    let end = arguments.char_indices().find(|(_, c)| {
        match (quote, c) {
            (Some(open), c) if open == *c => quote = None,
            (None, '\'' | '"') => quote = Some(*c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            _ => {}
        }
        depth < 0
    });
    texts(arguments.get(..end.map_or(arguments.len(), |(at, _)| at)).unwrap_or(""))
}

/// The texts in quotes.
fn texts(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['\'', '"']) {
        let quote = if rest.get(at..).is_some_and(|text| text.starts_with('"')) { '"' } else { '\'' };
        let Some((text, after)) = rest.get(at + 1..).and_then(|inner| inner.split_once(quote)) else { break };
        found.push(text.to_owned());
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn sessions_run_what_is_written_out() {
        let text = "import nox\n\nnox.options.sessions = [\"tests\"]\n\n\n@nox.session(python=[\"3.12\"])\ndef tests(session):\n    session.install(\".\")\n    session.run(\n        \"pytest\", \"--cov\",\n        *session.posargs,\n        env={\"A\": \"b\"},\n    )\n    session.run(*command)\n\n\n@nox.session(name=\"types\")\ndef check_types(session):\n    session.run(\"mypy\", \"src\")\n";
        let tasks = tasks_of(&NoxSessions, "noxfile.py", text);
        let shown: Vec<String> = tasks
            .iter()
            .map(|(line, task)| format!("{line} {}: {} {:?}", task.name, task.command, task.needs))
            .collect();
        assert_eq!(shown, ["7 tests: pytest --cov []", "18 types: mypy src []", "1 :  [\"tests\"]"]);
    }
}
