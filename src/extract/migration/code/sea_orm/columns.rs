//! Columns as `SeaORM` makes them.

use super::Builder;
use crate::extract::migration::code::call::Call;
use crate::extract::migration::code::reader::NewColumn;
use crate::syntax::node_text;

impl<'s> Builder<'s, '_> {
    /// `ColumnDef::new(Orders::Code).string_len(9).not_null()`, or a helper: `string_null(Orders::Code)`.
    pub(super) fn column(&self, link: &Call<'s>, text: &'s str) -> Option<NewColumn> {
        let links = Self::inner(link, text)?;
        let (first, rest) = links.split_first()?;
        let name = self.name(first, 0)?;
        let says = |names: &[&str]| rest.iter().any(|link| names.contains(&link.name));
        let is_plain = matches!(first.name, "new" | "new_with_type");
        let helper = if is_plain { "" } else { first.name };
        let is_key = says(&["primary_key"]) || helper.starts_with("pk_");
        let of_type = if is_plain { rest.iter().find(|link| !kind(link, text).is_empty()) } else { Some(first) };
        Some(NewColumn {
            name,
            kind: of_type.map(|link| kind(link, text)).unwrap_or_default(),
            is_required: says(&["not_null"]) || is_key || !is_plain && !helper.ends_with("_null"),
            is_filled: says(&["default", "auto_increment", "generated"]) || helper == "pk_auto",
            is_unique: says(&["unique_key"]) || helper.ends_with("_uniq"),
            is_key,
            ..NewColumn::default()
        })
    }
}

/// The type of a link that gives one, in SQL's words; `""` where it gives none.
fn kind(link: &Call<'_>, text: &str) -> String {
    let plain = link.name.trim_end_matches("_null").trim_end_matches("_uniq");
    let size = |index: usize| link.at(index).map(|value| node_text(value, text));
    // Helpers have the column before the size.
    let first = usize::from(link.receiver.is_empty());
    match plain {
        "string" | "pk_string" => "varchar".to_owned(),
        "string_len" => format!("varchar({})", size(first).unwrap_or_default()),
        "char" | "char_len" => "char".to_owned(),
        "integer" | "unsigned" | "pk_auto" => "integer".to_owned(),
        "big_integer" | "big_unsigned" | "big_pk_auto" => "bigint".to_owned(),
        "small_integer" | "small_unsigned" => "smallint".to_owned(),
        "tiny_integer" | "tiny_unsigned" => "tinyint".to_owned(),
        "double" => "double precision".to_owned(),
        "timestamp_with_time_zone" => "timestamptz".to_owned(),
        "json_binary" => "jsonb".to_owned(),
        "pk_uuid" => "uuid".to_owned(),
        "decimal_len" => {
            format!("numeric({},{})", size(first).unwrap_or_default(), size(first + 1).unwrap_or_default())
        }
        "text" | "float" | "boolean" | "date" | "time" | "timestamp" | "json" | "uuid" | "binary" | "decimal" => {
            plain.to_owned()
        }
        "date_time" => "timestamp".to_owned(),
        _ => String::new(),
    }
}
