//! The extractor: runs each format's expression around the occurrences of its literals and judges what it matches.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::checks::Check;
use super::format::Captures;
use super::named::Named;
use super::placeholder::{is_counted, is_stand_in};
use super::{Format, Formats, assignment, code, named, redaction, shape, worth};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Secret, Severity, Span};
use crate::syntax::Source;

/// How far before and after a literal its line is searched: lines of minified code and data are long.
const BEFORE: usize = 256;
const AFTER: usize = 4096;

/// The findings of a file after which the search ends.
const MOST: usize = 200;

/// Finds credentials.
pub(super) struct Secrets {
    formats: Formats,
    literals: Vec<String>,
    /// For each literal, the formats that asked for it.
    askers: Vec<Vec<usize>>,
    /// For each literal, whether names of secrets have it.
    is_of_names: Vec<bool>,
    /// For each literal, whether names of keys have it beside which a provider is named.
    is_of_keys: Vec<bool>,
}

/// A value that is accepted, with its rank among values of the same bytes: formats with a start of their own come
/// first, then those that need a name before them, then assignments.
struct Candidate {
    range: Range<usize>,
    rank: u8,
    secret: Secret,
}

impl Secrets {
    /// An extractor for these formats.
    pub(super) fn new(formats: Formats) -> Self {
        let mut askers: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for literal in assignment::LITERALS.iter().chain(named::LITERALS) {
            askers.entry(literal).or_default();
        }
        for (index, format) in formats.all().iter().enumerate() {
            for literal in &format.literals {
                askers.entry(literal).or_default().push(index);
            }
        }
        let literals: Vec<String> = askers.keys().map(|&literal| literal.to_owned()).collect();
        let is_of_names = |literal: &String| assignment::LITERALS.contains(&literal.as_str());
        // A name of a key holds one of its own literals, whatever other one it holds.
        let is_of_keys = |literal: &String| {
            let is_secret = is_of_names(literal) && !literal.to_ascii_lowercase().contains("key");
            is_secret || named::LITERALS.contains(&literal.as_str())
        };
        let (is_of_names, is_of_keys) =
            (literals.iter().map(is_of_names).collect(), literals.iter().map(is_of_keys).collect());
        let askers = askers.into_values().collect();
        Self { formats, literals, askers, is_of_names, is_of_keys }
    }

    /// Every accepted value around the hits, the best first.
    fn candidates(&self, source: &Source<'_>, hits: &[Hit]) -> Vec<Candidate> {
        let text = source.text();
        let reads_assignments = assignment::concerns(source.file);
        let reads_keys = assignment::is_of_settings(source.file);
        let is_data = assignment::is_written_by_a_program(source.file);
        let mut searched: BTreeMap<usize, usize> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut candidates = Vec::new();
        for hit in hits {
            let continues_a_word = continues_a_word(text, hit.at);
            for &index in self.askers.get(hit.literal).into_iter().flatten() {
                let Some(format) = self.formats.all().get(index) else { continue };
                if is_data && format.around.is_some()
                    || format.is_prefixed && (continues_a_word || !may_be_a_value(text, hit.at))
                {
                    continue;
                }
                let window = window(source, hit.at, format.lines);
                let done = searched.get(&index).copied().unwrap_or(0);
                if hit.at < done {
                    continue;
                }
                searched.insert(index, window.end);
                let found = self.matches(format, source, window);
                candidates.extend(found.into_iter().filter(|found| seen.insert((index, found.range.start))));
            }
            if reads_assignments && self.is_of_names.get(hit.literal) == Some(&true) {
                candidates.extend(
                    assignment::read(source.file, text, hit.at)
                        .or_else(|| code::read(source, hit.at))
                        .filter(|found| seen.insert((usize::MAX, found.value.start)))
                        .map(|found| assigned(text, &found))
                        .filter(|found| !self.formats.is_documented(&found.secret.digest)),
                );
            }
            if reads_keys && self.is_of_keys.get(hit.literal) == Some(&true) {
                candidates.extend(
                    self.formats
                        .providers()
                        .read(text, hit.at)
                        .filter(|(value, _)| seen.insert((usize::MAX - 1, value.start)))
                        .and_then(|(value, named)| of_provider(text, value, named))
                        .filter(|found| !self.formats.is_documented(&found.secret.digest)),
                );
            }
            if candidates.len() >= MOST {
                break;
            }
        }
        candidates.sort_by_key(|candidate| (candidate.rank, candidate.range.start));
        candidates
    }

    fn matches(&self, format: &Format, source: &Source<'_>, window: Range<usize>) -> Vec<Candidate> {
        let text = source.text();
        let Some(searched) = text.get(..window.end) else { return Vec::new() };
        let is_possible = format
            .requires
            .as_deref()
            .is_none_or(|part| searched.get(window.start..).is_some_and(|own| own.contains(part)));
        let mut found = Vec::new();
        if !is_possible {
            return found;
        }
        let mut at = window.start;
        while at < window.end {
            let Some(captures) = format.captures_at(searched, at) else { break };
            let (Some(whole), Some(secret)) = (captures.get(0), captures.name("secret")) else { break };
            at = text.ceil_char_boundary(whole.end().max(at + 1));
            if let Some((severity, is_counted)) = self.judge(format, &captures, secret.range(), source) {
                let rank = u8::from(format.around.is_some());
                let fact = Secret { is_counted, ..redaction::of_format(format, secret.as_str(), severity) };
                found.push(Candidate { range: secret.range(), rank, secret: fact });
            }
        }
        found
    }

    /// How bad a match is, and whether its characters only count; `None` where it is no credential.
    fn judge(
        &self,
        format: &Format,
        captures: &Captures<'_>,
        range: Range<usize>,
        source: &Source<'_>,
    ) -> Option<(Severity, bool)> {
        let text = source.text();
        let value = text.get(range.clone())?;
        let mut is_typed = false;
        if format.check.is_none_or(Check::is_of_plain_values) {
            let prefix = format.literals.iter().find(|literal| value.starts_with(literal.as_str()));
            let own = value.get(prefix.map_or(0, String::len)..)?;
            if is_within_a_word(text, &range) || is_stand_in(own) || shape::entropy(value) < format.entropy {
                return None;
            }
            is_typed = is_counted(own);
        }
        let severity = match format.check {
            Some(Check::Random) if is_typed => format.severity,
            Some(check) => check.judge(captures, value, text, format.severity)?,
            None => format.severity,
        };
        if self.formats.is_documented(&redaction::digest(value)) {
            return None;
        }
        Some((severity, is_typed))
    }
}

/// Whether so many signs without a gap start at a byte as every value has that starts with the mark of its format.
fn may_be_a_value(text: &str, at: usize) -> bool {
    const SHORTEST: usize = 16;
    let own = text.as_bytes().get(at..at + SHORTEST).unwrap_or_default();
    own.len() == SHORTEST && own.iter().all(|byte| byte.is_ascii_graphic() && !b"\"'`<>(){}".contains(byte))
}

/// Whether letters, digits or `_` touch the value: then it is a part of something longer.
fn is_within_a_word(text: &str, range: &Range<usize>) -> bool {
    let after = text.as_bytes().get(range.end).copied();
    continues_a_word(text, range.start) || after.is_some_and(|byte| is_word(byte) || byte == b'-')
}

/// Whether a letter, a digit or `_` stands before a byte. An escape such as `\n` ends before it.
fn continues_a_word(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let is_escape = at.checked_sub(2).and_then(|at| bytes.get(at)) == Some(&b'\\');
    before.is_some_and(|byte| is_word(byte) && !(is_escape && matches!(byte, b'n' | b't' | b'r')))
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The bytes that are searched around a literal: its line, or some lines from it on.
fn window(source: &Source<'_>, at: usize, lines: u32) -> Range<usize> {
    let text = source.text();
    let (line, start) = source.lines().line_at(at);
    let last = u32::try_from(line).unwrap_or(u32::MAX).saturating_add(lines).saturating_add(1);
    let end = source.lines().start_of(last).unwrap_or(text.len());
    let reach = if lines == 0 { AFTER } else { 4 * AFTER };
    text.floor_char_boundary(start.max(at.saturating_sub(BEFORE)))
        ..text.floor_char_boundary(end.min(at.saturating_add(reach)))
}

fn of_provider(text: &str, range: Range<usize>, named: &Named) -> Option<Candidate> {
    let value = text.get(range.clone())?;
    let secret = Secret { is_counted: is_counted(value), ..redaction::of_provider(named, value) };
    Some(Candidate { range, rank: 1, secret })
}

fn assigned(text: &str, found: &assignment::Assignment) -> Candidate {
    let value = text.get(found.value.clone()).unwrap_or("");
    let title = format!("random value in `{}`", found.name);
    let secret = redaction::of_name("assigned-secret", title, value, Severity::High);
    Candidate { range: found.value.clone(), rank: 2, secret }
}

impl Extractor for Secrets {
    fn name(&self) -> &'static str {
        "secret"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.literals.clone())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let candidates = self.candidates(source, hits);
        if candidates.len() >= MOST {
            found.warn(Span::START, format!("more than {MOST} credentials; the rest of the file was not searched"));
        }
        let mut taken: Vec<Range<usize>> = Vec::new();
        let mut accepted: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            let overlaps = taken.iter().any(|own| own.start < candidate.range.end && candidate.range.start < own.end);
            if !overlaps {
                taken.push(candidate.range.clone());
                accepted.push(candidate);
            }
        }
        accepted.sort_by_key(|candidate| candidate.range.start);
        for Candidate { range, secret, .. } in accepted {
            worth::add(source, range.start, source.span(range), secret, found);
        }
    }
}

#[cfg(test)]
#[path = "scan_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod kinds_tests;
