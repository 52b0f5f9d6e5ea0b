//! Checks of the environment at start: by the schema of a library, or by code of the repository's own that names
//! several variables and stops where one is wrong.

mod call;
mod form;
mod own;

use std::collections::BTreeSet;
use std::ops::Range;

use self::form::{FORMS, Form};
use super::read::is_part_of_a_name;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EnvironmentCheck, File, Role};
use crate::syntax::Source;

/// How far a statement reaches in which a call is asked for what stands beside it.
const STATEMENT: usize = 1500;

/// A text beside itself without comments and strings.
#[derive(Clone, Copy)]
struct Code<'a> {
    text: &'a str,
    masked: &'a str,
}

/// What was recognised.
struct Check {
    range: Range<usize>,
    tool: &'static str,
    lack: &'static str,
}

/// Finds checks of the environment.
pub(super) struct EnvironmentChecks {
    literals: Vec<String>,
}

impl EnvironmentChecks {
    pub(super) fn new() -> Self {
        let literals: BTreeSet<&str> =
            FORMS.iter().map(|form| form.literal).chain(call::WHOLE.iter().copied()).chain(own::literals()).collect();
        Self { literals: literals.into_iter().map(str::to_owned).collect() }
    }
}

impl Extractor for EnvironmentChecks {
    fn name(&self) -> &'static str {
        "environment-check"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.literals.clone())
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.role, Role::Product | Role::Configuration)
            && (file.language.is_some() || super::forms::Where::Configured.holds(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let mut checks: Vec<Check> = Vec::new();
        for hit in hits {
            let Some(literal) = self.literals.get(hit.literal) else { continue };
            let form = FORMS.iter().find(|form| form.literal == literal && form.concerns(source.file, text, hit.at));
            let may_be_call = call::WHOLE.contains(&literal.as_str()) || own::has(source.file, literal);
            if form.is_none() && !may_be_call {
                continue;
            }
            let is_code = source.file.language.is_some();
            let code = Code { text, masked: if is_code { source.code() } else { text } };
            if !code.holds(hit.at) || is_part_of_a_name(text, hit.at, literal) {
                continue;
            }
            let range = hit.at..hit.at + literal.len();
            let check = match form {
                Some(form) => Some((form.tool, form.lack)),
                None => call::schema(source.file, code, range.clone())
                    .or_else(|| own::check(source.file, code, range.clone())),
            };
            checks.extend(check.map(|(tool, lack)| Check { range, tool, lack }));
        }
        let mut seen = BTreeSet::new();
        for Check { range, tool, lack } in checks {
            if seen.insert((tool, lack)) {
                let check =
                    EnvironmentCheck { tool: tool.to_owned(), is_complete: lack.is_empty(), lack: lack.to_owned() };
                found.add(source.span(range), Data::EnvironmentCheck(check));
            }
        }
    }
}

impl Form {
    fn concerns(&self, file: &File, text: &str, at: usize) -> bool {
        let holds = |own: &str, parts: &[&str]| parts.is_empty() || parts.iter().any(|part| own.contains(part));
        let line = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("").trim_start();
        self.of.holds(file)
            && (self.line.is_empty()
                || self.line.iter().any(|start| line.starts_with(start) || start.len() == 1 && *start == line))
            && holds(text, self.file)
            && holds(statement(text, at), self.near)
    }
}

impl Code<'_> {
    /// Whether a byte, which is no space, is code.
    fn holds(self, at: usize) -> bool {
        self.masked.as_bytes().get(at) == self.text.as_bytes().get(at)
    }
}

/// The text from a byte to the end of its statement: the semicolon or empty line after it, at most some bytes.
fn statement(text: &str, at: usize) -> &str {
    let rest = text.get(at..text.floor_char_boundary(at.saturating_add(STATEMENT))).unwrap_or("");
    let stop = rest.find("\n\n").into_iter().chain(rest.find(";\n")).min().unwrap_or(rest.len());
    rest.get(..stop).unwrap_or(rest)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
