//! The formats of credentials: their form in TOML and how they load.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;

use super::checks::Check;
use super::named::{NamedForm, Providers};
use crate::facts::Severity;
use crate::packs::{self, PackError};

/// A file of `rules/secrets/formats/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatFile {
    #[serde(default)]
    formats: BTreeMap<String, FormatForm>,
    #[serde(default)]
    named: Vec<NamedForm>,
    #[serde(default)]
    documented: Vec<DocumentedForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatForm {
    title: String,
    provider: String,
    severity: Severity,
    literals: Vec<String>,
    requires: Option<String>,
    #[serde(default)]
    lines: u32,
    expression: String,
    #[serde(default)]
    entropy: f64,
    check: Option<Check>,
    recipe: String,
    #[serde(default)]
    around: Option<String>,
}

/// A value that a vendor documents for everybody, named by its digest.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentedForm {
    digest: String,
    #[expect(dead_code, reason = "says to readers of the file what the value is")]
    what: String,
}

/// One format of credentials.
#[derive(Debug)]
pub struct Format {
    /// Its id: `aws-access-key-id`.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// Who issues it, `""` where anybody does.
    pub provider: String,
    /// How bad its loss is.
    pub severity: Severity,
    /// Texts, one of which stands in or near each credential of the format.
    pub literals: Vec<String>,
    /// How an example is made: literal text with parts such as `{a-f0-9:32}`.
    pub recipe: String,
    /// The text that an example needs around it, with `{}` in its place.
    pub around: Option<String>,
    pub(super) requires: Option<String>,
    pub(super) lines: u32,
    /// Whether its values start with the literal: then a literal inside of a word is none.
    pub(super) is_prefixed: bool,
    pub(super) expression: Expression,
    pub(super) entropy: f64,
    pub(super) check: Option<Check>,
}

/// An expression that is compiled when it is first asked for: most runs meet the literals of few formats.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Format {
    /// The first match in a text from a byte on.
    pub(super) fn captures_at<'t>(&self, text: &'t str, from: usize) -> Option<Captures<'t>> {
        let inner = self.expression()?.captures_at(text.as_bytes(), from)?;
        Some(Captures { text, inner })
    }

    /// Its expression; `None` where it is none, which the tests of the built-in formats rule out.
    fn expression(&self) -> Option<&Regex> {
        self.expression.compiled.get_or_init(|| compile(&self.expression.text).ok()).as_ref()
    }
}

/// Compiles an expression over bytes: classes of Unicode, repeated hundreds of times, would take longer to compile than a
/// tree to be searched.
fn compile(expression: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(expression).unicode(false).build()
}

/// What the groups of an expression matched, as text.
#[derive(Debug)]
pub(super) struct Captures<'t> {
    text: &'t str,
    inner: regex::bytes::Captures<'t>,
}

/// What one group matched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Match<'t> {
    text: &'t str,
    start: usize,
}

impl<'t> Captures<'t> {
    /// The group of that number; 0 is the whole.
    pub(super) fn get(&self, group: usize) -> Option<Match<'t>> {
        self.inner.get(group).map(|found| self.text_of(found.range()))
    }

    /// The group of that name.
    pub(super) fn name(&self, group: &str) -> Option<Match<'t>> {
        self.inner.name(group).map(|found| self.text_of(found.range()))
    }

    /// Counted repetitions may end inside of a character.
    fn text_of(&self, range: Range<usize>) -> Match<'t> {
        let [start, end] = [range.start, range.end].map(|at| self.text.floor_char_boundary(at));
        Match { text: self.text.get(start..end).unwrap_or(""), start }
    }
}

impl<'t> Match<'t> {
    pub(super) const fn as_str(&self) -> &'t str {
        self.text
    }

    pub(super) const fn start(&self) -> usize {
        self.start
    }

    pub(super) const fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.end()
    }
}

/// All formats, by id.
#[derive(Debug, Default)]
pub struct Formats {
    list: Vec<Format>,
    providers: Providers,
    documented: Vec<String>,
}

impl Formats {
    /// Loads the formats of a pack's `secrets/formats/` files.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, PackError> {
        let mut formats: BTreeMap<String, Format> = BTreeMap::new();
        let mut providers = Providers::default();
        let mut documented = Vec::new();
        for (file, text) in files {
            if !file.starts_with("secrets/formats/") {
                continue;
            }
            let form: FormatFile = packs::parse(file, text)?;
            documented.extend(form.documented.into_iter().map(|entry| entry.digest));
            for entry in &form.named {
                let wrong = |message| PackError::at(file, text, "[[named]]", message);
                providers.add(entry).map_err(wrong)?;
            }
            for (id, entry) in form.formats {
                let place = format!("[formats.{id}]");
                let wrong = |message: String| PackError::at(file, text, &place, format!("format `{id}`: {message}"));
                let format = entry.checked(&id).map_err(wrong)?;
                if formats.insert(id.clone(), format).is_some() {
                    return Err(wrong("declared in two files".to_owned()));
                }
            }
        }
        Ok(Self { list: formats.into_values().collect(), providers, documented })
    }

    /// The formats that are built in.
    pub fn built_in() -> Result<Self, PackError> {
        Self::load(packs::BUILT_IN.iter().copied())
    }

    /// All formats, by id.
    pub fn all(&self) -> &[Format] {
        &self.list
    }

    /// Those whose values have no mark of their own.
    pub(super) fn providers(&self) -> &Providers {
        &self.providers
    }

    /// Whether a digest is that of a value that some documentation gives to everybody.
    pub(super) fn is_documented(&self, digest: &str) -> bool {
        self.documented.iter().any(|known| known == digest)
    }
}

impl FormatForm {
    fn checked(self, id: &str) -> Result<Format, String> {
        if self.literals.is_empty() || self.literals.iter().any(|literal| literal.len() < 3) {
            return Err("needs literals of at least three characters".to_owned());
        }
        if !self.expression.contains("(?<secret>") {
            return Err("its expression has no group `(?<secret>…)`".to_owned());
        }
        let is_prefixed = self.expression.starts_with("(?<secret>")
            && self.literals.iter().any(|literal| self.recipe.starts_with(literal.as_str()));
        Ok(Format {
            id: id.to_owned(),
            title: self.title,
            provider: self.provider,
            severity: self.severity,
            literals: self.literals,
            recipe: self.recipe,
            around: self.around,
            requires: self.requires,
            lines: self.lines,
            is_prefixed,
            expression: Expression { text: self.expression, compiled: OnceLock::new() },
            entropy: self.entropy,
            check: self.check,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Formats, PackError> {
        Formats::load([("secrets/formats/x.toml", text)])
    }

    const ENTRY: &str = "[formats.x]\ntitle = 'x'\nprovider = 'X'\nseverity = 'high'\nrecipe = 'x'\n";

    #[test]
    fn the_built_in_formats_load_and_compile() {
        let formats = Formats::built_in().unwrap();
        assert!(formats.all().len() >= 100);
        for format in formats.all() {
            assert!(format.expression().is_some(), "{}", format.id);
        }
    }

    #[test]
    fn a_format_needs_a_literal() {
        let error = load(&format!("{ENTRY}literals = []\nexpression = '(?<secret>x)'")).unwrap_err();
        assert!(error.message.contains("literals"), "{error}");
    }

    #[test]
    fn an_expression_needs_to_say_which_part_is_the_secret() {
        let error = load(&format!("{ENTRY}literals = ['xyz']\nexpression = 'xyz'")).unwrap_err();
        assert!(error.message.contains("secret"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(load(&format!("{ENTRY}literals = ['xyz']\nexpression = '(?<secret>xyz)'\nregex = ''")).is_err());
    }
}
