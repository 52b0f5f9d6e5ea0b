//! Layers become one configuration: tables are merged key by key, later layers win, lists of tables add up, and what a
//! layer locks stays.

use std::collections::BTreeMap;

use super::form::Form;
use super::keys;
use super::layer::{Entry, Key, Layer, Source, key_text, parse_key};
use crate::packs::PackError;

/// Lists that layers add to; other lists are replaced as a whole.
const ADDITIVE: &[&str] = &["locked", "roles", "rule-packs", "waivers"];

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Whose it is.
    pub source: Source,
    /// `auditor.toml:12`, `profile service`, `--fail-under`.
    pub place: String,
}

impl Origin {
    fn new(layer: &Layer, entry: &Entry) -> Self {
        let place = if entry.line == 0 { layer.file.clone() } else { format!("{}:{}", layer.file, entry.line) };
        Self { source: layer.source, place }
    }
}

/// A value with its origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The value.
    pub value: toml::Value,
    /// Where it comes from; for a list that adds up, the last that added.
    pub origin: Origin,
}

/// The configuration that is in effect.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resolved {
    /// Typed.
    pub form: Form,
    /// By key.
    pub values: BTreeMap<Key, Held>,
}

/// Something that a layer has locked.
struct Lock {
    key: Key,
    by: Origin,
}

/// Merges layers, the weakest first.
pub fn resolve<'a>(layers: impl IntoIterator<Item = &'a Layer>) -> Result<Resolved, PackError> {
    let mut values: BTreeMap<Key, Held> = BTreeMap::new();
    let mut locks: Vec<Lock> = Vec::new();
    for layer in layers {
        for entry in &layer.entries {
            check_lock(layer, entry, &locks, &values)?;
            let origin = Origin::new(layer, entry);
            let adds_up = entry.key.first().is_some_and(|name| ADDITIVE.contains(&name.as_str()));
            match (values.get_mut(&entry.key), &entry.value) {
                (Some(held), toml::Value::Array(more)) if adds_up => {
                    if let toml::Value::Array(list) = &mut held.value {
                        list.extend(more.iter().cloned());
                    }
                    held.origin = origin;
                }
                _ => {
                    values.insert(entry.key.clone(), Held { value: entry.value.clone(), origin });
                }
            }
        }
        locks.extend(locks_of(layer)?);
    }
    let mut table = toml::Table::new();
    for (key, held) in &values {
        insert(&mut table, key, held.value.clone());
    }
    let form = Form::deserialize_from(&table).map_err(|error| PackError {
        file: "configuration".to_owned(),
        line: 0,
        column: 0,
        message: error.message().to_owned(),
        help: None,
    })?;
    Ok(Resolved { form, values })
}

fn locks_of(layer: &Layer) -> Result<Vec<Lock>, PackError> {
    let Some(entry) = layer.entries.iter().find(|entry| entry.key == ["locked"]) else { return Ok(Vec::new()) };
    let lock = |text: &String| {
        let key = parse_key(text).filter(|key| keys::can_be_locked(key));
        let wrong = || {
            let error = PackError::at(&layer.file, &layer.text, text, format!("`{text}` is no key that can be locked"));
            let first = text.split('.').next().unwrap_or(text);
            match keys::meant(text, None).or_else(|| keys::meant(first, None)) {
                Some(near) => error.with_help(format!("did you mean {near}?")),
                None => error,
            }
        };
        Ok(Lock { key: key.ok_or_else(wrong)?, by: Origin::new(layer, entry) })
    };
    layer.form.locked.iter().map(lock).collect()
}

/// A locked key may be repeated with the same value, and nothing else.
fn check_lock(layer: &Layer, entry: &Entry, locks: &[Lock], values: &BTreeMap<Key, Held>) -> Result<(), PackError> {
    let Some(lock) = locks.iter().find(|lock| entry.key.starts_with(&lock.key)) else { return Ok(()) };
    if values.get(&entry.key).is_some_and(|held| held.value == entry.value) {
        return Ok(());
    }
    let now = values.get(&entry.key).map(|held| format!(" at {}", one_line(&held.value))).unwrap_or_default();
    let message = format!("`{}` is locked{now} by {}", key_text(&lock.key), lock.by.place);
    Err(layer.error(entry, message).with_help("leave it out, or ask the owner of that file to change it"))
}

/// A value in one line.
pub fn one_line(value: &toml::Value) -> String {
    value.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn insert(table: &mut toml::Table, key: &[String], value: toml::Value) {
    let Some((last, folders)) = key.split_last() else { return };
    let mut at = table;
    for folder in folders {
        let inner = at.entry(folder.clone()).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let toml::Value::Table(inner) = inner else { return };
        at = inner;
    }
    at.insert(last.clone(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(source: Source, text: &str) -> Layer {
        Layer::parse(source, source.name(), text).unwrap()
    }

    #[test]
    fn later_layers_win_key_by_key_and_lists_of_tables_add_up() {
        let waiver =
            "[[waivers]]\nrule = \"a/b\"\npath = \"x\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"2027-01-01\"\n";
        let organisation =
            layer(Source::Organisation, &format!("[gates]\nfail-under = 7\nmin-coverage = 80\n{waiver}"));
        let repository = layer(Source::Repository, &format!("[gates]\nfail-under = 8.5\n{waiver}"));
        let resolved = resolve([&organisation, &repository]).unwrap();
        assert_eq!(resolved.form.gates.fail_under, Some(8.5));
        assert_eq!(resolved.form.gates.min_coverage, Some(80));
        assert_eq!(resolved.form.waivers.len(), 2);
        let origin = |key: [&str; 2]| &resolved.values[&key.map(str::to_owned).to_vec()].origin;
        assert_eq!(origin(["gates", "fail-under"]).place, "repository:2");
        assert_eq!(origin(["gates", "min-coverage"]).place, "organisation:3");
    }

    #[test]
    fn what_is_locked_cannot_be_changed_by_a_file_or_an_argument() {
        let organisation = layer(Source::Organisation, "locked = [\"gates\", \"waivers\"]\n[gates]\nfail-under = 7\n");
        let error = resolve([&organisation, &layer(Source::Repository, "\n[gates]\nfail-under = 3\n")]).unwrap_err();
        assert_eq!((error.line, error.column), (3, 1));
        assert_eq!(error.message, "`gates` is locked at 7 by organisation:1");
        assert!(resolve([&organisation, &layer(Source::Repository, "[gates]\nfail-under = 7\n")]).is_ok());
        let key = vec!["gates".to_owned(), "fail-under".to_owned()];
        let arguments = Layer::arguments(vec![(key, toml::Value::Float(3.0), "--fail-under".to_owned())]);
        let error = resolve([&organisation].into_iter().chain(&arguments)).unwrap_err();
        assert!(error.to_string().starts_with("--fail-under: `gates` is locked"), "{error}");
    }

    #[test]
    fn a_lock_on_a_key_that_does_not_exist_is_an_error() {
        let error = resolve([&layer(Source::Organisation, "locked = [\"gate.x\"]\n")]).unwrap_err();
        assert_eq!((error.line, error.help.as_deref()), (1, Some("did you mean `gates`?")));
        let error = resolve([&layer(Source::Organisation, "locked = [\"gates.fail-undr\"]\n")]).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("did you mean `gates.fail-under`?"));
    }
}
