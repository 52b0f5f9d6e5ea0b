//! Patterns as rules write them, and how they compile.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::form::Problem;
use super::matcher::{ConditionForm, Matcher, MatcherForm, check_field, placeholders};
use crate::extract::{Pattern, Shape};
use crate::facts::{Kind, Role, RuleId};
use crate::signals::PathGlob;
use crate::syntax::{self, Query};

/// The largest compiled expression, in bytes: what a rule of a repository costs stays small.
const LARGEST_EXPRESSION: usize = 1024 * 1024;

/// A query of syntax trees.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeForm {
    query: String,
    /// The capture that a finding stands at.
    at: String,
    languages: Vec<String>,
    literals: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
}

/// A regular expression.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextForm {
    expression: String,
    literals: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
}

impl CodeForm {
    /// `is_known` says that a test has compiled the query, which then waits until a file asks for it.
    fn compile(&self, id: String, is_known: bool) -> Result<Pattern, Problem> {
        let mut queries = Vec::new();
        for language in &self.languages {
            let grammars = syntax::grammars(language).map_err(|near| {
                let message = format!("no grammar reads `{language}`; there are {}", syntax::language_names());
                (language.clone(), message, near)
            })?;
            for grammar in grammars {
                let query = Query::new(grammar, &self.query, self.at.trim_start_matches('@'));
                let checked = if is_known { Ok(query) } else { query.checked() };
                queries.push(checked.map_err(|mistake| {
                    // The rest of the query is found in the file where the query stands there as it is.
                    let needle = self.query.get(mistake.offset..).filter(|_| mistake.offset > 0).unwrap_or(&self.at);
                    (needle.to_owned(), mistake.message, mistake.near)
                })?);
            }
        }
        if queries.is_empty() {
            return Err(("languages".to_owned(), "a query needs at least one language".to_owned(), None));
        }
        pattern(id, Shape::Code(queries), &self.literals, &self.paths)
    }
}

impl TextForm {
    fn compile(&self, id: String) -> Result<Pattern, Problem> {
        let builder = &mut regex::RegexBuilder::new(&self.expression);
        let regex = builder.multi_line(true).size_limit(LARGEST_EXPRESSION).build().map_err(|error| {
            let message = error.to_string();
            let last = message.lines().last().unwrap_or("").trim_start_matches("error: ").to_owned();
            (self.expression.clone(), format!("not a regular expression: {last}"), None)
        })?;
        pattern(id, Shape::Text(regex), &self.literals, &self.paths)
    }
}

fn pattern(id: String, shape: Shape, literals: &[String], paths: &[String]) -> Result<Pattern, Problem> {
    if literals.is_empty() || literals.iter().any(|literal| literal.trim().len() < 2) {
        let message = "`literals` names texts of two characters or more, one of which every match has near it: files without them are not looked at";
        return Err(("literals".to_owned(), message.to_owned(), None));
    }
    let glob = |text: &str| PathGlob::new(text).map_err(|(glob, message)| (glob, message, None));
    let (not, yes): (Vec<&String>, Vec<&String>) = paths.iter().partition(|path| path.starts_with('!'));
    let paths = yes.into_iter().map(|path| glob(path)).collect::<Result<_, _>>()?;
    let not_paths = not.into_iter().map(|path| glob(path.trim_start_matches('!'))).collect::<Result<_, _>>()?;
    Ok(Pattern { id, shape, literals: literals.to_vec(), paths, not_paths })
}

/// What an entry means: facts of a kind, or what a pattern of its own finds. One of the three.
pub(super) struct Meant {
    pub(super) fact: Option<String>,
    pub(super) code: Option<CodeForm>,
    pub(super) text: Option<TextForm>,
}

/// The patterns of a rule, numbered as they come.
pub(super) struct Patterns<'a> {
    rule: &'a RuleId,
    /// Whether tests have compiled the patterns.
    are_known: bool,
    pub(super) list: Vec<Pattern>,
}

impl<'a> Patterns<'a> {
    pub(super) const fn of(rule: &'a RuleId, are_known: bool) -> Self {
        Self { rule, are_known, list: Vec::new() }
    }

    /// Compiles what an entry means, and checks the names in its text.
    pub(super) fn matcher(
        &mut self,
        what: Meant,
        mut conditions: BTreeMap<String, ConditionForm>,
        roles: Option<Vec<Role>>,
        default_roles: &[Role],
        text: &str,
    ) -> Result<Matcher, Problem> {
        let id = format!("{}#{}", self.rule.as_str(), self.list.len() + 1);
        let fact = match (what.fact, what.code, what.text) {
            (Some(fact), None, None) => fact,
            (None, Some(form), None) => self.add(form.compile(id, self.are_known)?, &mut conditions),
            (None, None, Some(form)) => self.add(form.compile(id)?, &mut conditions),
            _ => {
                let message = "an entry names one of `fact`, `code` and `text`".to_owned();
                return Err((text.to_owned(), message, None));
            }
        };
        let matcher = Matcher::compile(&MatcherForm { fact, conditions, roles }, default_roles)?;
        for name in placeholders(text) {
            check_field(matcher.kind, name).map_err(|(name, message, near)| (format!("{{{name}}}"), message, near))?;
        }
        Ok(matcher)
    }

    /// Keeps a pattern; the entry then means what it finds.
    fn add(&mut self, pattern: Pattern, conditions: &mut BTreeMap<String, ConditionForm>) -> String {
        conditions.insert("pattern".to_owned(), ConditionForm::Text(pattern.id.clone()));
        self.list.push(pattern);
        Kind::PatternMatch.name().to_owned()
    }
}
