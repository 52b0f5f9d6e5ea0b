//! Statements about schemas, databases and domains, and those that write tables or indexes anew.

use super::constraint;
use super::statement::Change;
use super::words::Words;
use crate::facts::{Operation, REWRITE_CLUSTER, REWRITE_FULL};
use crate::syntax::sql::{SqlStatement, Token};

/// What such a statement does; `None` where it is another one.
pub(super) fn read(text: &str, statement: &SqlStatement) -> Option<Vec<Change>> {
    let tokens = &statement.tokens;
    let mut words = Words::new(text, tokens);
    let change = |operation, table: String| Change::new(operation, table, "", statement.range.clone());
    let pair = |first: &str, second: &str| {
        tokens.windows(2).any(|two| matches!(two, [a, b] if a.is_word(text, first) && b.is_word(text, second)))
    };
    if words.skip_any(&["drop"]) && (words.at("schema") || words.at("database")) {
        words.skip_any(&["schema", "database"]);
        words.skip_any(&["if", "exists"]);
        let names = words.names()?.into_iter();
        return Some(
            names.map(|name| Change { object: name, ..change(Operation::DropSchema, String::new()) }).collect(),
        );
    }
    words = Words::new(text, tokens);
    if words.skip_any(&["alter"]) && words.skip_any(&["schema"]) {
        let object = words.name()?;
        let renames = words.skip_any(&["rename"]);
        return Some(
            renames.then(|| Change { object, ..change(Operation::RenameSchema, String::new()) }).into_iter().collect(),
        );
    }
    words = Words::new(text, tokens);
    if words.skip_any(&["alter"]) && words.skip_any(&["domain"]) {
        let object = words.name()?;
        let adds = words.skip_any(&["add"]) && !pair("not", "valid");
        return Some(
            adds.then(|| Change { object, ..change(Operation::AddDomainCheck, String::new()) }).into_iter().collect(),
        );
    }
    words = Words::new(text, tokens);
    if words.skip_any(&["set"]) {
        words.skip_any(&["session"]);
        let is_about_keys = words.at("foreign_key_checks");
        let written = text.get(statement.range.clone()).unwrap_or_default().trim_end().to_ascii_lowercase();
        let is_off = ["0", "off", "false"].iter().any(|value| written.ends_with(value));
        let checks = change(Operation::SetKeyChecks, String::new()).saying(if is_off { "off" } else { "on" });
        return is_about_keys.then_some(vec![checks]);
    }
    words = Words::new(text, tokens);
    if words.skip_any(&["reindex"]) {
        let options = constraint::group(text, tokens).unwrap_or_default();
        let is_concurrent = is_on(text, options, "concurrently") || {
            let outside = tokens.iter().filter(|token| !options.contains(token));
            outside.into_iter().any(|token| token.is_word(text, "concurrently"))
        };
        words.skip_to(&["index", "table", "schema", "database", "system"]);
        let object = words.name().unwrap_or_default();
        let is_table = pair_is_table(text, tokens);
        let reindexed = if is_table {
            change(Operation::Reindex, object)
        } else {
            Change { object, ..change(Operation::Reindex, String::new()) }
        };
        return Some((!is_concurrent).then_some(reindexed).into_iter().collect());
    }
    words = Words::new(text, tokens);
    if words.skip_any(&["vacuum"]) {
        let options = constraint::group(text, tokens).unwrap_or_default();
        let is_full = words.at("full") || is_on(text, options, "full");
        let mut names = tokens.iter().rev().filter(|token| !token.is_sign(text, ")"));
        let last = names.next().map(|token| super::name::normal(token.text(text))).unwrap_or_default();
        return Some(is_full.then(|| change(Operation::RewriteTable, last).saying(REWRITE_FULL)).into_iter().collect());
    }
    words = Words::new(text, tokens);
    if words.skip_any(&["cluster"]) {
        // Alone it is about all tables that were clustered before.
        let table = words.name().unwrap_or_default();
        return Some(vec![change(Operation::RewriteTable, table).saying(REWRITE_CLUSTER)]);
    }
    None
}

/// Whether an option in brackets is there and not switched off.
fn is_on(text: &str, options: &[Token], name: &str) -> bool {
    let at = options.iter().position(|token| token.is_word(text, name));
    let value = at.and_then(|at| options.get(at + 1));
    at.is_some() && !value.is_some_and(|value| ["false", "off", "0"].iter().any(|no| value.is_word(text, no)))
}

/// `REINDEX TABLE`, with or without options.
fn pair_is_table(text: &str, tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.is_word(text, "table"))
}

/// `\i other.sql` of a client.
pub(super) fn is_included(text: &str, verb: &Token, object: &Token) -> bool {
    verb.is_sign(text, "\\") && ["i", "ir", "include"].iter().any(|word| object.is_word(text, word))
}

/// Functions of PostgreSQL that give every row of a statement the same value; any other one is called row by row, so that
/// a column with it as default is written into each.
const STEADY: &[&str] = &[
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "timezone",
    "date_trunc",
    "date_part",
    "make_interval",
    "make_date",
    "make_timestamp",
    "make_timestamptz",
    "to_timestamp",
    "to_date",
    "to_char",
    "to_number",
    "age",
    "extract",
    "lower",
    "upper",
    "initcap",
    "trim",
    "btrim",
    "ltrim",
    "rtrim",
    "replace",
    "concat",
    "concat_ws",
    "length",
    "left",
    "right",
    "substr",
    "substring",
    "md5",
    "encode",
    "decode",
    "format",
    "coalesce",
    "nullif",
    "greatest",
    "least",
    "cast",
    "abs",
    "round",
    "floor",
    "ceil",
    "ceiling",
    "power",
    "mod",
    "array",
    "array_append",
    "array_fill",
    "cardinality",
    "json_build_object",
    "json_build_array",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_object",
    "jsonb_object",
    "to_json",
    "to_jsonb",
    "hstore",
    "row",
    "current_setting",
    "current_user",
    "current_schema",
    "current_database",
    "to_tsvector",
    "to_tsquery",
    "uuid_nil",
    "uuid_ns_dns",
    "uuid_ns_url",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
    "point",
    "box",
    "inet",
    "cidr",
    "numeric",
    "varchar",
    "char",
    "interval",
    "timestamp",
    "date",
    "text",
    "integer",
    "bigint",
    "decimal",
    "bit",
    "pi",
    "any",
    "in",
    "current_timestamp",
    "current_time",
    "localtime",
    "localtimestamp",
    "and",
    "or",
    "not",
    "when",
    "then",
    "else",
    "like",
    "distinct",
];

/// Whether a default gives each row a value of its own: it calls a function of which it is not known that it does not.
pub(in crate::extract) fn is_volatile(expression: &str) -> bool {
    for part in expression.split_inclusive('(') {
        let Some(head) = part.strip_suffix('(') else { break };
        // A bracket that opens inside of a text opens none.
        let before = head.trim_end().rsplit(|one: char| !(one.is_alphanumeric() || one == '_')).next().unwrap_or("");
        let is_inside_text = head.matches('\'').count() % 2 == 1;
        let is_name = before.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if is_name && !is_inside_text && !STEADY.iter().any(|name| before.eq_ignore_ascii_case(name)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sql::read as read_any;
    use crate::syntax::sql::{SqlMode, statements};

    fn found(text: &str) -> Vec<(Operation, String, String)> {
        let statement = statements(text, 0..text.len(), SqlMode::Script).remove(0);
        read_any(text, &statement).changes.into_iter().map(|one| (one.operation, one.table, one.object)).collect()
    }

    #[test]
    fn statements_that_are_not_about_one_table_are_told() {
        for (text, operation, table, object) in [
            ("drop schema if exists s cascade", Operation::DropSchema, "", "s"),
            ("DROP DATABASE d", Operation::DropSchema, "", "d"),
            ("alter schema s rename to t", Operation::RenameSchema, "", "s"),
            ("alter domain d add constraint c check (value > 0)", Operation::AddDomainCheck, "", "d"),
            ("reindex index i", Operation::Reindex, "", "i"),
            ("reindex (concurrently false) index i", Operation::Reindex, "", "i"),
            ("reindex table t", Operation::Reindex, "t", ""),
            ("vacuum full t", Operation::RewriteTable, "t", ""),
            ("vacuum (full, analyze) t", Operation::RewriteTable, "t", ""),
            ("cluster t using i", Operation::RewriteTable, "t", ""),
            ("SET SESSION foreign_key_checks = 0", Operation::SetKeyChecks, "", ""),
        ] {
            assert_eq!(found(text), [(operation, table.to_owned(), object.to_owned())], "{text}");
        }
        for text in [
            "reindex index concurrently i",
            "reindex (concurrently) index i",
            "vacuum (full false) t",
            "vacuum t",
            "vacuum (analyze) t",
            "alter domain d add constraint c check (value > 0) not valid",
            "alter schema s owner to o",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_default_is_volatile_where_it_calls_what_is_not_known_to_be_steady() {
        for text in [
            "gen_random_uuid()",
            "random()",
            "uuid_generate_v4()",
            "my_function(1)",
            "my_function ()",
            "(clock_timestamp())",
            "nextval('s')",
        ] {
            assert!(is_volatile(text), "{text}");
        }
        for text in [
            "now()",
            "'a (b'",
            "1",
            "CURRENT_TIMESTAMP",
            "lower('A')",
            "'{}'::jsonb",
            "(now() + interval '1 day')",
            "CURRENT_TIMESTAMP(3)",
        ] {
            assert!(!is_volatile(text), "{text}");
        }
    }
}
