//! Credentials without a mark of their own, whose provider is named beside them: `WEATHERBIT_API_KEY=…`. A name of a key
//! leads to its value, and the word of a provider in or shortly before that name to the forms of its values.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::assignment::is_of_public_search;
use super::recipe::Recipe;
use super::{names, placeholder, shape};
use crate::facts::Severity;

/// Parts of names of keys, beside those of other secrets.
pub(super) const LITERALS: &[&str] = &["key", "Key", "KEY", "_PAT", "_pat"];

/// How far before the end of a key's name its provider stands.
const BEFORE: usize = 96;

/// How far after the name its value starts.
const AFTER: usize = 64;

/// The shortest value.
const SHORTEST: usize = 12;

/// Ends of names of keys, in lower case.
const ENDS: &[&str] = &["key", "token", "secret", "password", "passwd", "passphrase", "pat", "pwd", "credential"];

/// What follows the word of a provider where nothing parts them: `weatherbitkey`, `coinapitoken`.
const FOLLOWERS: &[&str] = &["key", "token", "secret", "api", "access", "auth", "private", "password", "client", "app"];

/// Providers whose values have one form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedForm {
    /// The values, as a recipe.
    value: String,
    #[serde(default = "high")]
    severity: Severity,
    /// Their names; in brackets the words by which code knows them, where they are others: `HTTP/2 Pro (http2pro, h2p)`.
    providers: Vec<String>,
}

const fn high() -> Severity {
    Severity::High
}

/// The values of a provider.
#[derive(Debug)]
pub(super) struct Named {
    /// The provider, as people write it.
    pub(super) provider: String,
    /// How bad the loss of a value is.
    pub(super) severity: Severity,
    /// The line that makes a value.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests make values by it"))]
    pub(super) recipe: String,
    form: Recipe,
}

/// All providers, by the words that name them.
#[derive(Debug, Default)]
pub(super) struct Providers {
    list: Vec<Named>,
    /// A word in lower case, of letters and digits, with the places of its providers in the list.
    words: BTreeMap<String, Vec<usize>>,
    automaton: OnceLock<Option<AhoCorasick>>,
}

/// What stands before a value: its letters and digits in lower case, and where in the text each is.
struct Context {
    letters: String,
    places: Vec<usize>,
}

impl Named {
    /// The id of its findings.
    pub(super) fn kind(&self) -> String {
        let slug: String = self
            .provider
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let parts: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
        format!("{}-key", parts.join("-"))
    }
}

impl Providers {
    /// Adds the providers of one entry.
    pub(super) fn add(&mut self, form: &NamedForm) -> Result<(), String> {
        for written in &form.providers {
            let (provider, words) = written.split_once(" (").unwrap_or((written, written));
            for word in words.trim_end_matches(')').split(',') {
                let word = letters_of(word);
                if word.len() < 3 {
                    return Err(format!("`{written}`: a word of at least three letters names a provider"));
                }
                self.words.entry(word).or_default().push(self.list.len());
            }
            self.list.push(Named {
                provider: provider.to_owned(),
                severity: form.severity,
                recipe: form.value.clone(),
                form: Recipe::parse(&form.value)?,
            });
        }
        Ok(())
    }

    /// All of them, for tests, each with a word that names it.
    #[cfg(test)]
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Named)> {
        self.words.iter().flat_map(|(word, places)| places.iter().map(|&place| (word.as_str(), &self.list[place])))
    }

    /// The value that is assigned to the name which holds a byte, where a provider is named that issues such values.
    pub(super) fn read(&self, text: &str, at: usize) -> Option<(Range<usize>, &Named)> {
        let name = names::name_at(text, at);
        let start = value_after(text, name.end)?;
        if !is_name_of_a_key(text.get(name.clone())?) {
            return None;
        }
        let context = Context::before(text, name.end);
        let rest = text.get(start..)?;
        let found = self.named_in(text, &context, &name).find_map(|named| Some((named.form.end_in(rest)?, named)));
        let (length, named) = found?;
        let value = text.get(start..start + length)?;
        let is_secret = could_be_a_key(value) && !is_of_public_search(text, name.start);
        is_secret.then_some((start..start + length, named))
    }

    /// The providers that are named before a value. Short words are common ones, and count in the key's own name or right
    /// before it.
    fn named_in<'a, 'b>(
        &'a self,
        text: &'b str,
        context: &'b Context,
        name: &'b Range<usize>,
    ) -> impl Iterator<Item = &'a Named> + use<'a, 'b> {
        let automaton = self.automaton.get_or_init(|| AhoCorasick::new(self.words.keys()).ok()).as_ref();
        let found = automaton.into_iter().flat_map(|automaton| automaton.find_overlapping_iter(&context.letters));
        found
            .filter_map(move |found| {
                let (first, last) =
                    (*context.places.get(found.start())?, *context.places.get(found.end().checked_sub(1)?)?);
                let is_near = found.len() > 5 || first >= name.start || is_beside(text, last, name.start);
                // What is left of the name says whether it is a secret: a provider may be called Messagebird.
                let left = [text.get(name.start..first.max(name.start))?, text.get(last.max(name.start)..name.end)?];
                let is_secret = is_near && is_apart(text, first, last) && !left.into_iter().any(names::is_innocent);
                let word = context.letters.get(found.range())?;
                if is_secret { self.words.get(word) } else { None }
            })
            .flatten()
            .filter_map(|&place| self.list.get(place))
    }
}

impl Context {
    /// The end of a text before a byte: at most that line and the one before it.
    fn before(text: &str, end: usize) -> Self {
        let start = text.floor_char_boundary(end.saturating_sub(BEFORE));
        let part = text.get(start..end).unwrap_or("");
        let start = part.rmatch_indices('\n').nth(1).map_or(start, |(newline, _)| start + newline);
        let letters =
            text.get(start..end).unwrap_or("").bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
        let (places, letters) = letters.map(|(at, byte)| (start + at, char::from(byte.to_ascii_lowercase()))).unzip();
        Self { letters, places }
    }
}

/// The letters and digits of a word, in lower case.
fn letters_of(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether the letters from one byte to another are words of their own and no part of a longer one.
fn is_apart(text: &str, first: usize, last: usize) -> bool {
    let bytes = text.as_bytes();
    let letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let (before, own, after) = (letter(first.checked_sub(1)), letter(Some(first)), letter(Some(last + 1)));
    let starts = !before.is_ascii_alphanumeric() || (before.is_ascii_lowercase() && own.is_ascii_uppercase());
    let follows = text.get(last + 1..text.floor_char_boundary(last + 9)).unwrap_or("").to_ascii_lowercase();
    let ends = !(after.is_ascii_lowercase() || after.is_ascii_uppercase() && letter(Some(last)).is_ascii_uppercase());
    starts && (ends || FOLLOWERS.iter().any(|word| follows.starts_with(word)))
}

/// Whether at most a sign or a space parts a word, whose last byte that is, from a name.
fn is_beside(text: &str, last: usize, name: usize) -> bool {
    let between = text.get(last + 1..name);
    between.is_some_and(|between| between.len() <= 1 && between.bytes().all(|byte| b" .:".contains(&byte)))
}

/// Whether a name is that of a key: `key` itself or a name that ends with it.
fn is_name_of_a_key(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '-')).to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Where the value starts that follows a name: after quotes, signs of an assignment and at most two short words (a type,
/// `Bearer`). It may stand in the next line where a colon or the end of an XML tag precedes it.
fn value_after(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..text.floor_char_boundary(from + AFTER))?;
    let mut at = 0;
    for _ in 0..3 {
        let after = rest.get(at..)?;
        let signs = after.find(|c: char| !c.is_ascii_whitespace() && !r#""'`=:>(,[{|\?]"#.contains(c))?;
        let skipped = after.get(..signs)?;
        let is_broken = skipped.contains('\n') && !skipped.contains([':', '>']);
        if signs == 0 || is_broken || skipped.contains("==") {
            return None;
        }
        let word = text.get(from + at + signs..)?;
        let length = word
            .bytes()
            .take(SHORTEST)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"_-./+=~:%!|".contains(byte))
            .count();
        if length >= SHORTEST {
            return Some(from + at + signs);
        }
        if length == 0 || !word.bytes().take(length).all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        at += signs + length;
    }
    None
}

/// Whether a value looks drawn at random, or as if somebody typed it to stand for such a one.
fn could_be_a_key(value: &str) -> bool {
    let has = |is: fn(&u8) -> bool| value.bytes().any(|byte| is(&byte));
    // Names that tools give to the constraints of tables follow the names of columns.
    let is_of_a_table = ["UQ_", "PK_", "FK_", "IDX_", "REL_", "CHK_"].iter().any(|start| value.starts_with(start));
    if is_of_a_table || placeholder::is_stand_in(value) {
        return false;
    }
    placeholder::is_counted(value)
        || has(u8::is_ascii_digit)
            && has(u8::is_ascii_alphabetic)
            && shape::has_entropy_of_chance(value)
            && shape::word_share(value) < 0.35
}
