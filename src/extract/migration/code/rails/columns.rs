//! Columns as Active Record makes them.

use crate::extract::migration::code::call::{Call, entries, literal};
use crate::extract::migration::code::reader::{NewColumn, rewriting};
use crate::extract::sql::is_volatile;
use crate::facts::{REWRITE_STORED, REWRITE_VOLATILE};
use crate::syntax::node_text;

/// The columns that a call makes: of `t.string :a, :b`, `t.references :c`, `add_timestamps`, `add_reference`.
pub(super) fn new_columns(call: &Call<'_>, text: &str) -> Vec<NewColumn> {
    let is_statement = call.name.starts_with("add_");
    let first = usize::from(is_statement);
    match call.name {
        "timestamps" | "add_timestamps" => {
            let is_null = call.is("null", "true");
            ["created_at", "updated_at"]
                .map(|name| NewColumn { is_required: !is_null, ..column(call, name.to_owned(), "datetime", text) })
                .into()
        }
        "references" | "belongs_to" | "add_reference" | "add_belongs_to" => {
            let Some(name) = call.word(first, "") else { return Vec::new() };
            let index = call.key("index");
            let is_safe = index.is_some_and(|value| {
                node_text(value, text) == "false"
                    || entries(value, text).iter().any(|one| node_text(one.value, text) == ":concurrently")
            });
            let reference = call.key("foreign_key");
            let is_reference = reference.is_some_and(|value| {
                node_text(value, text) != "false" && !entries(value, text).iter().any(|one| one.key == "validate")
            });
            let kind = call.word(usize::MAX, "type").unwrap_or_else(|| "bigint".to_owned());
            let options = reference.map(|value| entries(value, text)).unwrap_or_default();
            let table = options.iter().find(|one| one.key == "to_table").and_then(|one| literal(one.value, text));
            let references = table.map_or_else(|| plural(&name), |table| table.text.into_owned());
            let mut columns = vec![NewColumn {
                has_index: !is_safe,
                is_reference,
                references,
                ..column(call, format!("{name}_id"), &kind, text)
            }];
            if call.key("polymorphic").is_some() {
                columns.push(NewColumn {
                    name: format!("{name}_type"),
                    kind: "varchar".to_owned(),
                    ..NewColumn::default()
                });
            }
            columns
        }
        "add_columns" => {
            let kind = call.word(usize::MAX, "type").unwrap_or_default();
            let names = (1..call.arguments.len()).map_while(|index| call.word(index, ""));
            names.map(|name| column(call, name, &kind, text)).collect()
        }
        "column" => match (call.word(0, ""), call.word(1, "")) {
            (Some(name), kind) => vec![column(call, name, &kind.unwrap_or_default(), text)],
            _ => Vec::new(),
        },
        "index" | "foreign_key" | "check_constraint" | "unique_constraint" | "primary_key" => Vec::new(),
        kind if !is_statement => {
            let names = (0..call.arguments.len()).map_while(|index| call.word(index, ""));
            names.map(|name| column(call, name, kind, text)).collect()
        }
        _ => Vec::new(),
    }
}

/// The table of a model, as Active Record names it where nothing irregular is meant.
pub(in crate::extract::migration::code) fn plural(name: &str) -> String {
    match name.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with(['s', 'x']) || name.ends_with("ch") || name.ends_with("sh") => format!("{name}es"),
        None => format!("{name}s"),
    }
}

/// The column that refers to a table, as Active Record names it where nothing irregular is meant.
pub(super) fn reference_to(table: &str) -> String {
    let singular = match table.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => ["sses", "xes", "ches", "shes", "uses"]
            .iter()
            .find(|ending| table.ends_with(*ending))
            .and_then(|_| table.strip_suffix("es"))
            .or_else(|| table.strip_suffix('s'))
            .unwrap_or(table)
            .to_owned(),
    };
    format!("{singular}_id")
}

/// A type with its size, where one is given.
fn sized(name: &str, size: Option<&str>) -> String {
    size.map_or_else(|| name.to_owned(), |size| format!("{name}({size})"))
}

/// A column of a call, with the options that the call gives.
pub(super) fn column(call: &Call<'_>, name: String, kind: &str, text: &str) -> NewColumn {
    let number = |key: &str| call.key(key).map(|value| node_text(value, text));
    let kind = match (kind, number("limit"), number("precision"), number("scale")) {
        ("string", Some(limit), _, _) => format!("varchar({limit})"),
        ("string", None, _, _) => "varchar".to_owned(),
        ("datetime" | "timestamp", limit, precision, _) => sized("timestamp", precision.or(limit)),
        ("timestamptz" | "time" | "interval", limit, precision, _) => sized(kind, precision.or(limit)),
        ("decimal" | "numeric", _, Some(precision), scale) => format!("numeric({precision},{})", scale.unwrap_or("0")),
        ("integer", Some("8"), ..) => "bigint".to_owned(),
        ("primary_key", ..) => "bigserial".to_owned(),
        (other, ..) => other.to_owned(),
    };
    let rewrites = match call.key("default") {
        _ if call.is("stored", "true") => REWRITE_STORED,
        // Rails takes a text with brackets for a function where the column is a UUID.
        Some(default) if kind == "uuid" && is_volatile(node_text(default, text)) => REWRITE_VOLATILE,
        Some(default) => rewriting(node_text(default, text)),
        None => "",
    };
    let is_filled = kind == "bigserial" || call.key("default").is_some_and(|value| node_text(value, text) != "nil");
    let index = call.key("index").filter(|value| node_text(*value, text) != "false");
    NewColumn {
        name,
        kind,
        is_required: call.is("null", "false"),
        is_filled,
        rewrites,
        has_index: index.is_some(),
        ..NewColumn::default()
    }
}
