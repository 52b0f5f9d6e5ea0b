//! One file (or the command line, or a profile) as a layer of settings: each value with its key and place.

use toml::de::{DeTable, DeValue};

use super::form::Form;
use super::keys;
use crate::packs::{self, PackError};

/// Whose settings these are; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// This program's own.
    BuiltIn,
    /// A profile or an overlay.
    Profile,
    /// An organisation's file.
    Organisation,
    /// The repository's file.
    Repository,
    /// An argument.
    CommandLine,
}

impl Source {
    /// The name in what `auditor config` prints.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Profile => "profile",
            Self::Organisation => "organisation",
            Self::Repository => "repository",
            Self::CommandLine => "command line",
        }
    }
}

/// A key as its parts: `rules`, `ci/pipeline`, `weight`.
pub type Key = Vec<String>;

/// A value that a layer sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: Key,
    /// The value; for a list of tables, all of them.
    pub value: toml::Value,
    /// The line, from 1; 0 where there is no file.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// Settings from one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Whose they are.
    pub source: Source,
    /// What messages call the place: a path, a profile, an argument.
    pub file: String,
    /// The text, for the places of errors.
    pub text: String,
    /// The values, in the order of the text.
    pub entries: Vec<Entry>,
    /// The same, typed.
    pub form: Form,
    /// The line of each waiver.
    pub waiver_lines: Vec<usize>,
}

impl Layer {
    /// Reads a file's text. What is wrong is an error at its place, with the name that was probably meant.
    pub fn parse(source: Source, file: &str, text: &str) -> Result<Self, PackError> {
        let form: Form = packs::parse(file, text).map_err(with_key)?;
        form.check().map_err(|(needle, message)| PackError::at(file, text, &needle, message))?;
        let values: toml::Table = packs::parse(file, text)?;
        let places = DeTable::parse(text).map_err(|error| {
            let message = error.message().to_owned();
            PackError::at_offset(file, text, error.span().map_or(0, |span| span.start), message)
        })?;
        let waivers = places.get_ref().get("waivers").map(toml::Spanned::get_ref);
        let waiver_lines = match waivers {
            Some(DeValue::Array(items)) => {
                items.iter().map(|item| packs::position(text, item.span().start).0).collect()
            }
            _ => Vec::new(),
        };
        let mut entries = Vec::new();
        collect(places.get_ref(), &values, text, &mut entries);
        entries.sort_by_key(|entry| (entry.line, entry.column));
        Ok(Self { source, file: file.to_owned(), text: text.to_owned(), entries, form, waiver_lines })
    }

    /// A layer without a file: every value stands for an argument.
    pub fn arguments(values: Vec<(Key, toml::Value, String)>) -> Vec<Self> {
        let layer = |(key, value, argument): (Key, toml::Value, String)| {
            let form = Form::deserialize_from(&nested(&key, value.clone()));
            let entry = Entry { key, value, line: 0, column: 0 };
            Self {
                source: Source::CommandLine,
                file: argument,
                text: String::new(),
                entries: vec![entry],
                form: form.unwrap_or_default(),
                waiver_lines: Vec::new(),
            }
        };
        values.into_iter().map(layer).collect()
    }

    /// An error about one of its values.
    pub fn error(&self, entry: &Entry, message: impl Into<String>) -> PackError {
        PackError {
            file: self.file.clone(),
            line: entry.line,
            column: entry.column,
            message: message.into(),
            help: None,
        }
    }
}

/// The key that an unknown one was meant to be, in whatever table it belongs.
fn with_key(error: PackError) -> PackError {
    let unknown = error.message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    let own = error.help.as_deref().and_then(|help| help.split('`').nth(1));
    match unknown.and_then(|unknown| keys::meant(unknown, own)) {
        Some(meant) => error.with_help(format!("did you mean {meant}?")),
        None => error,
    }
}

impl Form {
    /// From values that are known to be well-formed one by one.
    pub(super) fn deserialize_from(table: &toml::Table) -> Result<Self, toml::de::Error> {
        serde::Deserialize::deserialize(toml::Value::Table(table.clone()))
    }
}

/// A table that holds one value below a key.
fn nested(key: &[String], value: toml::Value) -> toml::Table {
    let mut parts = key.iter().rev();
    let mut table = toml::Table::new();
    if let Some(last) = parts.next() {
        table.insert(last.clone(), value);
    }
    parts.fold(table, |inner, part| toml::Table::from_iter([(part.clone(), toml::Value::Table(inner))]))
}

/// The leaves of a table. Tables nest as deep as the form does, which has been checked.
fn collect(places: &DeTable<'_>, values: &toml::Table, text: &str, entries: &mut Vec<Entry>) {
    let mut open: Vec<(Key, &DeTable<'_>, &toml::Table)> = vec![(Vec::new(), places, values)];
    while let Some((prefix, places, values)) = open.pop() {
        for (name, place) in places {
            let Some(value) = values.get(&**name.get_ref()) else { continue };
            let key: Key = prefix.iter().cloned().chain([name.get_ref().to_string()]).collect();
            if let (DeValue::Table(places), toml::Value::Table(values)) = (place.get_ref(), value) {
                open.push((key, places, values));
            } else {
                let (line, column) = packs::position(text, name.span().start);
                entries.push(Entry { key, value: value.clone(), line, column });
            }
        }
    }
}

/// A key as TOML writes it: `rules."ci/pipeline".weight`.
pub fn key_text(key: &[String]) -> String {
    let is_bare =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let part = |part: &String| if is_bare(part) { part.clone() } else { toml::Value::String(part.clone()).to_string() };
    key.iter().map(part).collect::<Vec<_>>().join(".")
}

/// The parts of a key as TOML writes it.
pub(super) fn parse_key(text: &str) -> Option<Key> {
    let document = format!("{text} = 0");
    let mut table: toml::Table = toml::from_str(&document).ok()?;
    let mut key = Vec::new();
    loop {
        let (name, value) = table.into_iter().next()?;
        key.push(name);
        match value {
            toml::Value::Table(inner) => table = inner,
            toml::Value::Integer(0) => return Some(key),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places() {
        let text = "profile = \"web\"\n\n[rules.\"ci/pipeline\"]\nweight = 4\n";
        let layer = Layer::parse(Source::Repository, "auditor.toml", text).unwrap();
        let seen: Vec<_> = layer.entries.iter().map(|entry| (key_text(&entry.key), entry.line, entry.column)).collect();
        assert_eq!(seen, [("profile".to_owned(), 1, 1), ("rules.\"ci/pipeline\".weight".to_owned(), 4, 1)]);
    }

    #[test]
    fn an_unknown_key_is_an_error_at_its_place_with_the_nearest() {
        let error = Layer::parse(Source::Repository, "a.toml", "[gates]\nfail-undr = 7\n").unwrap_err();
        assert_eq!((error.line, error.column, error.help.as_deref()), (2, 1, Some("did you mean `fail-under`?")));
    }

    #[test]
    fn a_key_in_the_wrong_table_is_an_error_with_the_right_one() {
        let help = |text: &str| Layer::parse(Source::Repository, "a.toml", text).unwrap_err().help;
        assert_eq!(help("fail_under = 7\n").as_deref(), Some("did you mean `gates.fail-under`?"));
        assert_eq!(help("[gates]\nexclude = []\n").as_deref(), Some("did you mean `files.exclude`?"));
        assert_eq!(
            help("[rules.\"ci/pipeline\"]\nfail-on = \"high\"\n").as_deref(),
            Some("did you mean `gates.fail-on`?")
        );
        assert_eq!(help("nonsense = 1\n"), None);
    }

    #[test]
    fn a_waiver_without_an_owner_is_an_error() {
        let text = "[[waivers]]\nrule = \"a/b\"\npath = \"x\"\nreason = \"r\"\nexpires = \"2027-01-01\"\n";
        let error = Layer::parse(Source::Repository, "a.toml", text).unwrap_err();
        assert!(error.message.contains("owner"), "{error}");
        let both = text.replace("reason", "owner = \"o\"\nfingerprint = \"00\"\nreason");
        assert!(Layer::parse(Source::Repository, "a.toml", &both).unwrap_err().message.contains("either"));
    }

    #[test]
    fn keys_read_as_they_are_written() {
        let key = vec!["rules".to_owned(), "ci/pipeline".to_owned()];
        assert_eq!(parse_key(&key_text(&key)), Some(key));
        assert_eq!(parse_key("a = 1\nb"), None);
    }
}
