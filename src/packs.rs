//! The TOML files below `rules/`, embedded when the program is built, and how any of them is parsed: strictly, with
//! errors that name the file, the line and what was probably meant.

use std::path::Path;
use std::{fs, io};

use serde::de::DeserializeOwned;

/// The embedded files: path below `rules/` and text, in path order.
pub const BUILT_IN: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The SHA-256 of the same files, each name and text behind its length.
pub(crate) const DIGEST: &str = include_str!(concat!(env!("OUT_DIR"), "/digest.txt"));

/// The same files as JSON, in the same order: it parses many times faster.
const FORMS: &[&str] = &include!(concat!(env!("OUT_DIR"), "/forms.rs"));

/// A rule, signal or format file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}{}", place(file, *line, *column), help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default())]
pub struct PackError {
    /// The file, relative to its pack.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// `file:line:column`, or the name alone of what has no lines.
fn place(file: &str, line: usize, column: usize) -> String {
    if line == 0 { file.to_owned() } else { format!("{file}:{line}:{column}") }
}

impl PackError {
    /// An error at the first place where `needle` stands as a word in the file's text, or at its start.
    pub fn at(file: &str, text: &str, needle: &str, message: impl Into<String>) -> Self {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
        let stands_alone = |&(at, found): &(usize, &str)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + found.len()..).and_then(|after| after.chars().next());
            !is_word(before) && !is_word(after)
        };
        let offset = text.match_indices(needle).find(stands_alone).map_or(0, |(at, _)| at);
        Self::at_offset(file, text, offset, message)
    }

    /// An error at a byte of the file's text.
    pub fn at_offset(file: &str, text: &str, offset: usize, message: impl Into<String>) -> Self {
        let (line, column) = position(text, offset);
        Self { file: file.to_owned(), line, column, message: message.into(), help: None }
    }

    /// The same error with a remedy.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The files of a folder of rules, sorted: `<category>/<name>.toml`, `signals/<topic>.toml` and `categories.toml`.
/// Folders below those hold fixtures, which are not read.
pub fn read(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let mut names = |folder: &Path, prefix: &str| -> io::Result<Vec<String>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let inner = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                folders.push(name);
            } else if inner.strip_suffix(".toml").is_some() && (!prefix.is_empty() || name == "categories.toml") {
                files.push((inner, fs::read_to_string(entry.path())?));
            }
        }
        Ok(folders)
    };
    for category in names(folder, "")?.into_iter().filter(|name| !name.starts_with('.')) {
        names(&folder.join(&category), &format!("{category}/"))?;
    }
    files.sort();
    Ok(files)
}

/// Parses one file into its form.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, PackError> {
    if let Some(form) = embedded_form(file, text).and_then(|json| serde_json::from_str(json).ok()) {
        return Ok(form);
    }
    toml::from_str(text).map_err(|error| {
        let (line, column) = position(text, error.span().map_or(0, |span| span.start));
        let message = error.message().trim().to_owned();
        let help = suggestion_for(&message);
        PackError { file: file.to_owned(), line, column, message, help }
    })
}

/// The embedded file of that name.
pub fn built_in(file: &str) -> Option<&'static str> {
    let index = BUILT_IN.binary_search_by(|(name, _)| (*name).cmp(file)).ok()?;
    BUILT_IN.get(index).map(|(_, text)| *text)
}

/// Whether a text is that of an embedded file.
pub fn is_built_in(file: &str, text: &str) -> bool {
    embedded_form(file, text).is_some()
}

/// An embedded file as JSON, where the text is that of one. What is wrong with it is said of the text.
fn embedded_form(file: &str, text: &str) -> Option<&'static str> {
    let index = BUILT_IN.binary_search_by(|(name, _)| (*name).cmp(file)).ok()?;
    let (_, own) = BUILT_IN.get(index)?;
    FORMS.get(index).filter(|_| *own == text).copied()
}

/// Line and column of a byte, from 1.
pub(crate) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (line, column)
}

/// Serde says "unknown field `x`, expected one of `a`, `b`": from that, the name that was probably meant.
fn suggestion_for(message: &str) -> Option<String> {
    let mut names = message.split('`').skip(1).step_by(2);
    let unknown = names.next().filter(|_| message.starts_with("unknown "))?;
    let nearest = nearest(unknown, names)?;
    Some(format!("did you mean `{nearest}`?"))
}

/// The candidate that differs least from a word, where one is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = word.chars().count() / 3 + 1;
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The number of single edits between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let substitute = row.get(j).copied().unwrap_or(0) + usize::from(x != *y);
            let delete = row.get(j + 1).copied().unwrap_or(0) + 1;
            let insert = next.last().copied().unwrap_or(0) + 1;
            next.push(substitute.min(delete).min(insert));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Form {
        #[expect(dead_code, reason = "only the error matters here")]
        severity: String,
    }

    #[test]
    fn an_unknown_key_is_an_error_with_line_and_hint() {
        let error = parse::<Form>("x.toml", "# rule\nseverty = \"high\"\n").unwrap_err();
        assert_eq!((error.line, error.column), (2, 1));
        assert_eq!(error.help.as_deref(), Some("did you mean `severity`?"));
    }

    #[test]
    fn every_embedded_file_says_the_same_as_json() {
        for (file, text) in BUILT_IN {
            let written: toml::Value = toml::from_str(text).unwrap();
            let form: toml::Value = serde_json::from_str(embedded_form(file, text).unwrap()).unwrap();
            assert_eq!(written, form, "{file}");
        }
        assert_eq!(embedded_form("ci/pipeline.toml", "title = 'my own'"), None);
    }

    #[test]
    fn a_word_that_resembles_nothing_gets_no_suggestion() {
        assert_eq!(nearest("zzz", ["route", "import"]), None);
        assert_eq!(nearest("rout", ["route", "import"]), Some("route"));
    }
}
