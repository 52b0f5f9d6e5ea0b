//! Every key of `auditor.toml`, as its schema has them: what a lock may name, and what an unknown key was probably meant
//! to be, also where it stands in the wrong table.

use serde_json::Value;

use super::SCHEMA;
use crate::packs;

/// What stands for any id in a key: `rules."…".weight`.
const ANY: &str = "…";

/// A key.
struct Known {
    /// Its parts.
    parts: Vec<String>,
    /// Whether it stands in the entries of a list, `[[waivers]]`.
    is_of_entries: bool,
}

/// Whether a file may lock this key.
pub(super) fn can_be_locked(key: &[String]) -> bool {
    let is = |known: &Known| {
        known.parts.len() == key.len() && known.parts.iter().zip(key).all(|(known, own)| known == ANY || known == own)
    };
    key.first().is_some_and(|first| !matches!(first.as_str(), "extends" | "locked"))
        && all().iter().any(|known| !known.is_of_entries && is(known))
}

/// The key that a name was probably meant to be, as a text for people, where the names that may stand in its place offer
/// `own`: an equal name in another table is nearer than a similar one here.
pub(super) fn meant(name: &str, own: Option<&str>) -> Option<String> {
    let name = spelled(name);
    let known = all();
    let last = |known: &Known| known.parts.last().filter(|part| *part != ANY).cloned();
    let is_own_equal = own.is_some_and(|own| own == name);
    let elsewhere = |wanted: &str| {
        let named = known.iter().filter(|known| last(known).is_some_and(|part| part == wanted));
        named.min_by_key(|known| known.parts.len())
    };
    let equal = elsewhere(&name).filter(|_| !is_own_equal).map(text);
    let near = || {
        let names: Vec<String> = known.iter().filter_map(last).collect();
        let near = packs::nearest(&name, names.iter().map(String::as_str))?;
        elsewhere(near).map(text)
    };
    equal.or_else(|| own.map(|own| format!("`{own}`"))).or_else(near)
}

/// A name as keys are spelled: with hyphens, and the last part of it where somebody wrote several.
fn spelled(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).replace('_', "-").to_ascii_lowercase()
}

fn text(known: &Known) -> String {
    match known.parts.as_slice() {
        [list, name] if known.is_of_entries => format!("`{name}` in `[[{list}]]`"),
        parts => {
            let parts: Vec<String> =
                parts.iter().map(|part| if part == ANY { format!("\"{ANY}\"") } else { part.clone() }).collect();
            format!("`{}`", parts.join("."))
        }
    }
}

fn all() -> Vec<Known> {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap_or_default();
    let mut known = Vec::new();
    for (name, value) in properties(&schema) {
        add(&schema, vec![name.clone()], value, &mut known);
    }
    known
}

/// A key, and those below it: the form has three levels.
fn add(schema: &Value, parts: Vec<String>, value: &Value, known: &mut Vec<Known>) {
    let below = |parts: &[String], name: &str| [parts, &[name.to_owned()]].concat();
    let push = |parts: Vec<String>, is_of_entries: bool, known: &mut Vec<Known>| {
        known.push(Known { parts, is_of_entries });
    };
    for (name, value) in value.pointer("/allOf/0").map(|own| definition(schema, own)).into_iter().flatten() {
        let inner = below(&parts, name);
        if value.get("additionalProperties").is_some() {
            push(below(&inner, ANY), false, known);
        }
        push(inner, false, known);
    }
    for (name, _) in value.get("items").map(|own| definition(schema, own)).into_iter().flatten() {
        push(below(&parts, name), true, known);
    }
    if let Some(each) = value.get("additionalProperties") {
        let any = below(&parts, ANY);
        for (name, _) in definition(schema, each) {
            push(below(&any, name), false, known);
        }
        push(any, false, known);
    }
    push(parts, false, known);
}

fn properties(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.get("properties").and_then(Value::as_object).into_iter().flatten()
}

/// The properties of what a `$ref` names.
fn definition<'a>(schema: &'a Value, reference: &Value) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    let pointer = reference.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    pointer.and_then(|pointer| schema.pointer(pointer)).into_iter().flat_map(properties)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_whatever_table_it_belongs_to() {
        assert_eq!(meant("fail_under", None).as_deref(), Some("`gates.fail-under`"));
        assert_eq!(meant("fail-undr", None).as_deref(), Some("`gates.fail-under`"));
        assert_eq!(meant("exclude", None).as_deref(), Some("`files.exclude`"));
        assert_eq!(meant("disabled", None).as_deref(), Some("`rules.\"…\".disabled`"));
        assert_eq!(meant("category", None).as_deref(), Some("`categories`"));
        assert_eq!(meant("expires", None).as_deref(), Some("`expires` in `[[waivers]]`"));
        assert_eq!(meant("zzzzzz", None), None);
    }

    #[test]
    fn a_similar_name_here_is_nearer_than_a_similar_one_elsewhere_and_farther_than_an_equal_one() {
        assert_eq!(meant("fail_under", Some("fail-under")).as_deref(), Some("`fail-under`"));
        assert_eq!(meant("roles", Some("role")).as_deref(), Some("`roles`"));
        assert_eq!(meant("ruls", Some("rules")).as_deref(), Some("`rules`"));
    }

    #[test]
    fn locks_name_whole_keys() {
        let key = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for known in ["gates", "gates fail-under", "gates max ci/pipeline", "rules ci/pipeline weight", "waivers"] {
            assert!(can_be_locked(&key(known)), "{known}");
        }
        for unknown in
            ["gates fail-undr", "fail-under", "rules ci/pipeline weigt", "waivers owner", "locked", "extends"]
        {
            assert!(!can_be_locked(&key(unknown)), "{unknown}");
        }
    }
}
