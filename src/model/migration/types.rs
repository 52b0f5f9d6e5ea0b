//! Whether a column can take another type without a rewrite of its table and without a value that does not fit.

/// A type: its name in one spelling, and its length or precision.
#[derive(Debug, PartialEq, Eq)]
struct Kind<'t> {
    name: &'t str,
    sizes: Vec<u64>,
    is_array: bool,
}

/// Spellings that mean the same.
const SPELLINGS: &[(&str, &str)] = &[
    ("character varying", "varchar"),
    ("nvarchar", "varchar"),
    ("char varying", "varchar"),
    ("character", "char"),
    ("bpchar", "char"),
    ("decimal", "numeric"),
    ("int", "integer"),
    ("int4", "integer"),
    ("int2", "smallint"),
    ("int8", "bigint"),
    ("serial", "integer"),
    ("serial4", "integer"),
    ("bigserial", "bigint"),
    ("serial8", "bigint"),
    ("smallserial", "smallint"),
    ("bool", "boolean"),
    ("float8", "double precision"),
    ("float4", "real"),
    ("timestamp without time zone", "timestamp"),
    ("timestamp with time zone", "timestamptz"),
    ("time without time zone", "time"),
    ("bit varying", "varbit"),
];

/// Whether every value fits and PostgreSQL neither rewrites nor scans the table. `from` may be unknown (`""`).
pub(super) fn is_widening(from: &str, to: &str) -> bool {
    let (old, new) = (Kind::of(from), Kind::of(to));
    if let (Some(before), Some(after)) = (values_of_enum(from), values_of_enum(to)) {
        return after.starts_with(before);
    }
    if from.is_empty() {
        // Nearly all that becomes a text without limit was a shorter text.
        return matches!(new.name, "text" | "varchar") && new.sizes.is_empty() && !new.is_array;
    }
    if old == new {
        return true;
    }
    if old.is_array || new.is_array {
        return false;
    }
    let is_unlimited = new.sizes.is_empty();
    let grows = || match (old.sizes.as_slice(), new.sizes.as_slice()) {
        (&[old], &[new]) => new >= old,
        _ => false,
    };
    match (old.name, new.name) {
        ("varchar" | "text" | "citext", "text") | ("cidr", "inet") => true,
        ("varchar" | "text", "varchar") if is_unlimited => true,
        ("varchar", "varchar") | ("varbit", "varbit") => grows() || is_unlimited && old.name == new.name,
        ("timestamp", "timestamp") | ("timestamptz", "timestamptz") | ("time", "time") | ("interval", "interval") => {
            grows() || is_unlimited
        }
        // Stored alike; values compare in another way.
        ("varchar" | "text", "citext") | ("citext", "varchar") => is_unlimited,
        ("numeric", "numeric") => {
            let scale = |kind: &Kind<'_>| kind.sizes.get(1).copied().unwrap_or(0);
            let keeps_scale = scale(&old) == scale(&new);
            is_unlimited || keeps_scale && !old.sizes.is_empty() && new.sizes.first() >= old.sizes.first()
        }
        _ => false,
    }
}

/// Whether MySQL changes a type without copying the table: what is stored stays as it is, or only its greatest length grows
/// and the length is kept in as many bytes as before, or an enum gets more values at its end.
pub(super) fn is_free_on_mysql(from: &str, to: &str) -> bool {
    if from.is_empty() {
        return false;
    }
    let (old, new) = (Kind::of(from), Kind::of(to));
    if let (Some(before), Some(after)) = (values_of_enum(from), values_of_enum(to)) {
        return after.starts_with(before);
    }
    // How wide an integer is shown changes nothing.
    let is_integer =
        |kind: &Kind<'_>| ["tinyint", "smallint", "mediumint", "integer", "bigint", "boolean"].contains(&kind.name);
    match (old.name, new.name) {
        ("tinyint", "boolean") | ("boolean", "tinyint") => true,
        ("varchar", "varchar") => match (old.sizes.as_slice(), new.sizes.as_slice()) {
            // A length of up to 255 bytes takes one byte, and a character of utf8mb4 up to four.
            (&[old], &[new]) => new >= old && (old > 63 || new <= 255),
            _ => false,
        },
        (before, after) if before == after && is_integer(&old) => true,
        _ => without_width(from) == without_width(to),
    }
}

/// What stands between the brackets of an enum or set.
fn values_of_enum(kind: &str) -> Option<&str> {
    let rest = kind.strip_prefix("enum(").or_else(|| kind.strip_prefix("set("))?;
    rest.strip_suffix(')')
}

/// `int(10) unsigned` → `int unsigned`.
fn without_width(kind: &str) -> String {
    match (kind.contains("int"), kind.split_once('(')) {
        (true, Some((name, rest))) => {
            let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
            format!("{} {}", name.trim(), rest.trim()).trim_end().replace("integer", "int")
        }
        (true, None) => kind.replace("integer", "int"),
        (false, _) => kind.to_owned(),
    }
}

/// Whether the indexes on a column are built anew for another type that is stored alike.
pub(super) fn builds_indexes(from: &str, to: &str) -> bool {
    (Kind::of(from).name == "citext") != (Kind::of(to).name == "citext")
}

impl<'t> Kind<'t> {
    fn of(written: &'t str) -> Self {
        let is_array = written.ends_with("[]");
        let plain = written.trim_end_matches("[]").trim();
        let (name, rest) = plain.split_once('(').unwrap_or((plain, ""));
        let (inside, after) = rest.split_once(')').unwrap_or(("", ""));
        let name = name.trim();
        let sizes = inside.split(',').filter_map(|size| size.trim().parse().ok()).collect();
        let name = match after.trim() {
            "with time zone" if name == "timestamp" => "timestamptz",
            "" | "without time zone" => name,
            // What else is said (a collation, `unsigned`) makes it a type of its own.
            _ => plain,
        };
        let name = SPELLINGS.iter().find(|(spelling, _)| *spelling == name).map_or(name, |&(_, name)| name);
        Self { name, sizes, is_array }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_free_on_mysql, is_widening};

    #[test]
    fn mysql_copies_a_table_unless_the_stored_form_stays() {
        for (from, to) in [
            ("int(11)", "int"),
            ("int(10) unsigned", "int unsigned"),
            ("integer", "int"),
            ("tinyint(1)", "boolean"),
            ("varchar(20)", "varchar(200)"),
            ("varchar(100)", "varchar(500)"),
            ("enum('a','b')", "enum('a','b','c')"),
            ("decimal(10,2)", "decimal(10,2)"),
        ] {
            assert!(is_free_on_mysql(from, to), "{from} {to}");
        }
        for (from, to) in [
            ("", "int"),
            ("int", "int unsigned"),
            ("int unsigned", "bigint unsigned"),
            ("varchar(20)", "varchar(300)"),
            ("varchar(20)", "varchar(10)"),
            ("varchar(20)", "text"),
            ("enum('a','b')", "enum('b','a')"),
            ("enum('a','b')", "enum('a')"),
            ("decimal(10,2)", "decimal(12,2)"),
        ] {
            assert!(!is_free_on_mysql(from, to), "{from} {to}");
        }
    }

    #[test]
    fn only_what_keeps_all_values_where_they_are_is_a_widening() {
        for (from, to) in [
            ("varchar(20)", "varchar(50)"),
            ("character varying(20)", "text"),
            ("text", "varchar"),
            ("varchar(20)", "varchar"),
            ("int", "integer"),
            ("numeric(10,2)", "decimal(12,2)"),
            ("numeric(10, 2)", "numeric"),
            ("timestamp(3) without time zone", "timestamp(6)"),
            ("", "text"),
            ("varchar(20)", "citext"),
            ("interval(3)", "interval(6)"),
            ("cidr", "inet"),
        ] {
            assert!(is_widening(from, to), "{from} {to}");
        }
        for (from, to) in [
            ("varchar(50)", "varchar(20)"),
            ("varchar", "varchar(255)"),
            ("text", "varchar(255)"),
            ("integer", "bigint"),
            ("integer", "text"),
            ("numeric(10,2)", "numeric(12,3)"),
            ("timestamp", "timestamptz"),
            ("timestamp(3)", "timestamp(3) with time zone"),
            ("text", "text[]"),
            ("varchar", "varchar collate nocase"),
            ("inet", "cidr"),
            ("interval(6)", "interval(3)"),
            ("citext", "varchar(20)"),
            ("enum('a','b')", "enum('a')"),
            ("", "integer"),
            ("", "varchar(20)"),
        ] {
            assert!(!is_widening(from, to), "{from} {to}");
        }
    }
}
