//! Columns as a `Blueprint` makes them.

use crate::extract::migration::code::call::Call;
use crate::extract::migration::code::php;
use crate::extract::migration::code::rails::plural;
use crate::extract::migration::code::reader::{NewColumn, rewriting};
use crate::facts::{Column, REWRITE_STORED};
use crate::syntax::node_text;

/// The columns of a key or an index: one name, or a list.
pub(super) fn names(first: &Call<'_>, text: &str) -> Vec<Column> {
    php::names(first.get(0, "columns"), text)
}

/// The table that a key refers to: `->references("id")->on("b")`, `->constrained("b")`, or the one of the column's name.
pub(super) fn referred(first: &Call<'_>, rest: &[Call<'_>]) -> String {
    let word = |name: &str| rest.iter().find(|link| link.name == name).and_then(|link| link.word(0, "table"));
    word("on").or_else(|| word("constrained")).unwrap_or_else(|| {
        let is_constrained = rest.iter().any(|link| link.name == "constrained");
        let given = first.word(0, "").filter(|_| is_constrained).unwrap_or_default();
        match given.strip_suffix("::class").and_then(|class| class.rsplit('\\').next()) {
            Some(class) => plural(&snake(class)),
            None => given.strip_suffix("_id").map(plural).unwrap_or_default(),
        }
    })
}

/// The columns that a call makes.
pub(super) fn columns(first: &Call<'_>, rest: &[Call<'_>], text: &str) -> Vec<NewColumn> {
    let named =
        |name: &str, kind: &str| NewColumn { name: name.to_owned(), kind: kind.to_owned(), ..NewColumn::default() };
    let word = |index: usize| first.word(index, "");
    match first.name {
        "timestamps" | "timestampsTz" | "nullableTimestamps" | "datetimes" => {
            vec![named("created_at", "timestamp"), named("updated_at", "timestamp")]
        }
        "softDeletes" | "softDeletesTz" | "softDeletesDatetime" => {
            vec![named(&word(0).unwrap_or_else(|| "deleted_at".to_owned()), "timestamp")]
        }
        "rememberToken" => vec![named("remember_token", "varchar(100)")],
        "morphs"
        | "nullableMorphs"
        | "uuidMorphs"
        | "nullableUuidMorphs"
        | "ulidMorphs"
        | "nullableUlidMorphs"
        | "numericMorphs"
        | "nullableNumericMorphs" => {
            let Some(name) = word(0) else { return Vec::new() };
            let is_required = !first.name.starts_with("nullable");
            let of = |ending: &str, kind: &str| NewColumn { is_required, ..named(&format!("{name}_{ending}"), kind) };
            vec![of("id", "bigint"), of("type", "varchar(255)")]
        }
        _ => column(first, rest, text).into_iter().collect(),
    }
}

/// A column; `None` where its name is computed.
fn column(first: &Call<'_>, rest: &[Call<'_>], text: &str) -> Option<NewColumn> {
    let is_key = matches!(first.name, "id") || first.name.ends_with("ncrements");
    let name = match first.name {
        "id" => first.word(0, "column").unwrap_or_else(|| "id".to_owned()),
        "uuid" | "ulid" => first.word(0, "column").unwrap_or_else(|| first.name.to_owned()),
        "addColumn" => first.word(1, "name")?,
        "foreignIdFor" => {
            let model = first.word(0, "model")?;
            let class = model.trim_end_matches("::class").rsplit('\\').next()?.to_owned();
            first.word(1, "column").unwrap_or_else(|| format!("{}_id", snake(&class)))
        }
        _ => first.word(0, "column")?,
    };
    let says = |wanted: &str| {
        let link = rest.iter().find(|link| link.name == wanted)?;
        let is_no = link.at(0).is_some_and(|value| node_text(value, text).eq_ignore_ascii_case("false"));
        Some(!is_no)
    };
    let is_said = |wanted: &str| says(wanted) == Some(true);
    let fills = |link: &Call<'_>| match link.name {
        "default" => link.at(0).is_some_and(|value| !node_text(value, text).eq_ignore_ascii_case("null")),
        "useCurrent" | "storedAs" | "virtualAs" | "generatedAs" | "autoIncrement" | "always" => true,
        _ => false,
    };
    let is_foreign = first.name.starts_with("foreign") && is_said("constrained");
    Some(NewColumn {
        name,
        kind: kind(first, text),
        is_required: !is_said("nullable"),
        is_filled: is_key || rest.iter().any(fills),
        is_unique: is_said("unique"),
        has_index: is_said("index"),
        is_reference: is_foreign || is_said("references"),
        is_key: is_key || is_said("primary"),
        references: referred(first, rest),
        rewrites: match rest.iter().find(|link| link.name == "default").and_then(|link| link.at(0)) {
            _ if rest.iter().any(|link| link.name == "storedAs") => REWRITE_STORED,
            Some(default) => rewriting(node_text(default, text)),
            None => "",
        },
    })
}

/// The type of a column in SQL's words.
fn kind(first: &Call<'_>, text: &str) -> String {
    let number = |index: usize, name: &str| first.get(index, name).map(|value| node_text(value, text));
    let plain = first.name.trim_start_matches("unsigned").to_ascii_lowercase();
    let is_unsigned = first.name.starts_with("unsigned");
    let name = match plain.as_str() {
        "id" | "bigincrements" | "biginteger" | "foreignid" | "foreignidfor" => "bigint",
        "increments" | "integer" | "integerincrements" => "integer",
        "smallinteger" | "smallincrements" => "smallint",
        "tinyinteger" | "tinyincrements" => "tinyint",
        "mediuminteger" | "mediumincrements" => "mediumint",
        "string" | "char" => {
            let length = number(1, "length").filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()));
            let name = if plain == "char" { "char" } else { "varchar" };
            return format!("{name}({})", length.unwrap_or("255"));
        }
        "decimal" => {
            let (total, places) = (number(1, "total").unwrap_or("8"), number(2, "places").unwrap_or("2"));
            return format!("numeric({total},{places})");
        }
        "datetime" | "timestamp" => "timestamp",
        "datetimetz" | "timestamptz" => "timestamptz",
        "enum" | "set" => return String::new(),
        "foreignuuid" => "uuid",
        "foreignulid" | "ulid" => "char(26)",
        other => other,
    };
    if is_unsigned { format!("{name} unsigned") } else { name.to_owned() }
}

/// `OrderLine` → `order_line`.
pub(in crate::extract::migration) fn snake(name: &str) -> String {
    let mut written = String::new();
    for (index, character) in name.char_indices() {
        if character.is_ascii_uppercase() && index > 0 {
            written.push('_');
        }
        written.push(character.to_ascii_lowercase());
    }
    written
}
