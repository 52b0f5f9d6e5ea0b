//! Columns as `FluentMigrator` states them: `WithColumn("a").AsString(20).NotNullable()`.

use super::Link;
use crate::extract::migration::code::reader::NewColumn;
use crate::facts::REWRITE_VOLATILE;

/// Whether a link of a chain begins a column.
pub(super) fn is_column(name: &str) -> bool {
    matches!(name, "WithColumn" | "AddColumn" | "AlterColumn")
}

/// A column and what the links behind it say of it. It must have a value, unless they say that it need not.
pub(super) fn column(name: String, said: &[&Link<'_>]) -> NewColumn {
    let says = |name: &str| said.iter().any(|link| link.name == name);
    let kind = said.iter().find_map(|link| kind(link)).unwrap_or_default();
    let default = said.iter().find(|link| matches!(link.name, "WithDefaultValue" | "WithDefault"));
    let written = default.and_then(|link| link.call.as_ref()).and_then(|call| Some(call.written(call.at(0)?)));
    let key = said.iter().find(|link| link.name == "ForeignKey");
    // `(name, table, column)` and `(table, column)`.
    let count = key.and_then(|link| link.call.as_ref()).map_or(0, |call| call.arguments.len());
    let references = key.and_then(|link| link.word(count.checked_sub(2)?)).unwrap_or_default();
    NewColumn {
        name,
        kind,
        is_required: !says("Nullable"),
        is_filled: default.is_some() || says("Identity") || says("SetExistingRowsTo"),
        is_unique: says("Unique"),
        has_index: says("Indexed"),
        is_reference: key.is_some(),
        is_key: says("PrimaryKey"),
        references,
        rewrites: if written.is_some_and(|written| written.contains("NewGuid")) { REWRITE_VOLATILE } else { "" },
    }
}

/// The type that `AsString(20)` stands for.
fn kind(link: &Link<'_>) -> Option<String> {
    let argument = |index: usize| {
        let call = link.call.as_ref()?;
        Some(call.written(call.at(index)?)).filter(|written| written.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let sized =
        |name: &str, else_name: &str| argument(0).map_or(else_name.to_owned(), |size| format!("{name}({size})"));
    Some(match link.name {
        "AsString" | "AsAnsiString" => sized("varchar", "text"),
        "AsFixedLengthString" | "AsFixedLengthAnsiString" => sized("char", "char"),
        "AsInt16" | "AsByte" => "smallint".to_owned(),
        "AsInt32" => "integer".to_owned(),
        "AsInt64" => "bigint".to_owned(),
        "AsBoolean" => "boolean".to_owned(),
        "AsDateTime" | "AsDateTime2" => "timestamp".to_owned(),
        "AsDateTimeOffset" => "timestamptz".to_owned(),
        "AsDate" => "date".to_owned(),
        "AsTime" => "time".to_owned(),
        "AsDecimal" => match (argument(0), argument(1)) {
            (Some(precision), Some(scale)) => format!("numeric({precision},{scale})"),
            _ => "numeric".to_owned(),
        },
        "AsDouble" => "double precision".to_owned(),
        "AsFloat" => "real".to_owned(),
        "AsGuid" => "uuid".to_owned(),
        "AsCustom" => link.word(0)?.to_ascii_lowercase(),
        _ => return None,
    })
}
