//! What stands in the brackets of a `CREATE TABLE`, in the words that all dialects share: columns and constraints.

use super::action::{self, is_serial};
use super::constraint;
use super::name::normal;
use super::statement::Change;
use super::words::Words;
use crate::facts::{Column, Constraint, ConstraintKind, OPEN_TABLE, Operation, TEXT_INDEX};
use crate::syntax::sql::{SqlStatement, Token};

/// The parts of a new table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) columns: Vec<Column>,
    pub(super) constraints: Vec<Constraint>,
    /// Whether it may have columns that are not written here: those of a query, of another table.
    pub(super) is_open: bool,
}

/// Words behind which a table gets columns from somewhere else.
const OPEN: &[&str] = &["as", "inherits", "partition", "of", "like", "using"];

/// Reads the parts of a new table.
pub(super) fn parts(text: &str, statement: &SqlStatement) -> Parts {
    let Some(open) = statement.tokens.iter().position(|token| token.is_sign(text, "(")) else {
        return Parts { is_open: true, ..Parts::default() };
    };
    let (head, rest) = statement.tokens.split_at_checked(open).unwrap_or((&statement.tokens, &[]));
    let is_open_head = head.iter().skip(2).any(|token| OPEN.iter().any(|word| token.is_word(text, word)));
    let inside = constraint::group(text, rest).unwrap_or_default();
    let tail = rest.get(inside.len() + 2..).unwrap_or_default();
    let is_open_tail =
        tail.iter().any(|token| ["as", "inherits", "select"].iter().any(|word| token.is_word(text, word)));
    let mut parts = Parts { is_open: is_open_head || is_open_tail, ..Parts::default() };
    for part in action::at_commas(text, inside) {
        parts.read(text, part);
    }
    parts
}

impl Parts {
    /// The creation of a table with these parts.
    pub(super) fn of(self, created: Change) -> Change {
        let detail = if self.is_open { OPEN_TABLE } else { "" };
        created.of(self.columns).under(self.constraints).saying(detail)
    }

    /// The same with the types of columns as a grammar reads them.
    pub(super) fn typed(mut self, kinds: Vec<(String, String)>) -> Self {
        for (name, kind) in kinds {
            if let Some(column) = self.columns.iter_mut().find(|column| column.name == name) {
                column.kind = kind;
            }
        }
        self
    }

    fn read(&mut self, text: &str, part: &[Token]) {
        let words = Words::new(text, part);
        let is_at = |names: &[&str]| names.iter().any(|name| words.at(name));
        // `key` alone may be a column's name, in brackets it is MySQL's index.
        let is_key = is_at(&["key", "index"]) && part.iter().any(|token| token.is_sign(text, "("));
        if is_at(&["constraint", "primary", "foreign", "unique", "check", "exclude"]) && part.len() > 1 {
            self.constraints.extend(constraint_of(text, part));
        } else if is_key || is_at(&["fulltext", "spatial"]) {
            let columns = constraint::group(text, part).map(|group| constraint::names(text, group)).unwrap_or_default();
            self.constraints.push(constraint_on(ConstraintKind::Index, columns));
        } else if is_at(&["like"]) {
            self.is_open = true;
        } else {
            self.column(text, part);
        }
    }

    fn column(&mut self, text: &str, part: &[Token]) {
        let mut words = Words::new(text, part);
        let Some(name) = words.name() else { return };
        let kind = words.kind();
        let pair = |first: &str, second: &str| {
            part.windows(2).any(|two| matches!(two, [a, b] if a.is_word(text, first) && b.is_word(text, second)))
        };
        let has = |word: &str| part.iter().skip(1).any(|token| token.is_word(text, word));
        let is_key = pair("primary", "key");
        let of = |kind| constraint_on(kind, vec![Column::named(name.clone())]);
        if is_key {
            self.constraints.push(of(ConstraintKind::PrimaryKey));
        } else if has("unique") {
            self.constraints.push(of(ConstraintKind::Unique));
        }
        if has("references") {
            words.skip_to(&["references"]);
            let references = words.name().unwrap_or_default();
            self.constraints.push(Constraint { references, ..of(ConstraintKind::ForeignKey) });
        }
        let is_filled =
            is_serial(&kind) || has("default") || has("generated") || has("identity") || has("auto_increment");
        self.columns.push(Column { name, kind, is_filled, is_required: is_key || pair("not", "null") });
    }
}

fn constraint_on(kind: ConstraintKind, columns: Vec<Column>) -> Constraint {
    let columns = columns.into_iter().map(|column| column.name).collect();
    Constraint { kind, name: String::new(), columns, references: String::new() }
}

/// A constraint of a table as it stays; checks make no difference here.
fn constraint_of(text: &str, part: &[Token]) -> Option<Constraint> {
    let added = constraint::read(text, part);
    let kind = match added.operation {
        Operation::AddPrimaryKey => ConstraintKind::PrimaryKey,
        Operation::AddUnique => ConstraintKind::Unique,
        Operation::AddForeignKey => ConstraintKind::ForeignKey,
        _ => return None,
    };
    let references = if kind == ConstraintKind::ForeignKey { added.detail } else { String::new() };
    Some(Constraint { name: added.name, references, ..constraint_on(kind, added.columns) })
}

/// What a new index leads with, and what its condition leaves out: the columns, and `partial`, `expression` or nothing.
pub(super) fn index(text: &str, statement: &SqlStatement) -> (Vec<Column>, &'static str) {
    let tokens = &statement.tokens;
    let on = tokens.iter().position(|token| token.is_word(text, "on")).unwrap_or(0);
    let rest = tokens.get(on..).unwrap_or_default();
    let Some(group) = constraint::group(text, rest) else { return (Vec::new(), "expression") };
    let mut columns = Vec::new();
    for part in action::at_commas(text, group) {
        // `a DESC`, `a varchar_pattern_ops`, MySQL's `a(10)`; `lower(a)` and `(a + 1)` are no columns.
        let is_name = part.first().is_some_and(|first| !first.is_sign(text, "("));
        let is_call = part.get(1).is_some_and(|second| second.is_sign(text, "(") || second.is_sign(text, "."))
            && !part.get(2).is_some_and(|size| size.text(text).starts_with(|first: char| first.is_ascii_digit()));
        let Some(first) = part.first().filter(|_| is_name && !is_call) else { break };
        columns.push(Column::named(normal(first.text(text))));
    }
    let condition = rest.iter().position(|token| token.is_word(text, "where")).and_then(|at| rest.get(at + 1..));
    let is_text = tokens.iter().take(3).any(|token| token.is_word(text, "fulltext") || token.is_word(text, "spatial"));
    let detail = match condition {
        _ if is_text => TEXT_INDEX,
        Some(condition) if !is_not_null_of(text, condition, columns.first()) => "partial",
        _ if columns.is_empty() => "expression",
        _ => "",
    };
    (columns, detail)
}

/// Whether a condition is `column IS NOT NULL`, so that the index holds every row that a foreign key looks for.
fn is_not_null_of(text: &str, condition: &[Token], column: Option<&Column>) -> bool {
    let bare: Vec<&Token> = condition.iter().filter(|token| !["(", ")"].contains(&token.text(text))).collect();
    match (bare.as_slice(), column) {
        ([name, is, not, null], Some(column)) => {
            is.is_word(text, "is")
                && not.is_word(text, "not")
                && null.is_word(text, "null")
                && normal(name.text(text)) == column.name
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::sql::{SqlMode, statements};

    fn first(text: &str) -> SqlStatement {
        statements(text, 0..text.len(), SqlMode::Script).remove(0)
    }

    #[test]
    fn the_parts_of_a_table_are_columns_and_constraints() {
        let text = "CREATE TABLE t (id bigserial PRIMARY KEY, a int NOT NULL REFERENCES u (id) ON DELETE CASCADE, `key` varchar(9) UNIQUE, b numeric(10, 2) DEFAULT 1, CONSTRAINT k FOREIGN KEY (a, b) REFERENCES s.v (x, y), UNIQUE (a, b), KEY i (b), CHECK (a > 0))";
        let parts = parts(text, &first(text));
        let columns: Vec<_> =
            parts.columns.iter().map(|one| (one.name.as_str(), one.kind.as_str(), one.is_required)).collect();
        assert_eq!(
            columns,
            [
                ("id", "bigserial", true),
                ("a", "int", true),
                ("key", "varchar(9)", false),
                ("b", "numeric(10,2)", false)
            ]
        );
        let told: Vec<_> =
            parts.constraints.iter().map(|one| (one.kind, one.columns.join(" "), one.references.as_str())).collect();
        assert_eq!(
            told,
            [
                (ConstraintKind::PrimaryKey, "id".into(), ""),
                (ConstraintKind::ForeignKey, "a".into(), "u"),
                (ConstraintKind::Unique, "key".into(), ""),
                (ConstraintKind::ForeignKey, "a b".into(), "s.v"),
                (ConstraintKind::Unique, "a b".into(), ""),
                (ConstraintKind::Index, "b".into(), ""),
            ]
        );
        assert!(!parts.is_open);
    }

    #[test]
    fn a_table_of_a_query_or_of_another_table_is_open() {
        for text in [
            "CREATE TABLE t AS SELECT 1",
            "CREATE TABLE t (LIKE u INCLUDING ALL)",
            "CREATE TABLE t PARTITION OF u FOR VALUES IN (1)",
            "CREATE TABLE t (a int) INHERITS (u)",
            "CREATE TABLE t LIKE u",
        ] {
            assert!(parts(text, &first(text)).is_open, "{text}");
        }
        let text = "CREATE TABLE t (a int) PARTITION BY RANGE (a)";
        assert!(!parts(text, &first(text)).is_open);
    }

    #[test]
    fn an_index_leads_with_its_plain_columns() {
        for (text, columns, detail) in [
            ("create index i on t (a, b desc)", "a b", ""),
            ("create index i on t using btree (a, lower(b))", "a", ""),
            ("create index i on t (lower(a))", "", "expression"),
            ("create index i on t (public.f(a) desc)", "", "expression"),
            ("create index i on t (a) where b > 0", "a", "partial"),
            ("create index i on t (a) where a is not null", "a", ""),
            ("create index i on t (`a`(10))", "a", ""),
            ("create fulltext index i on t (a)", "a", "text"),
        ] {
            let (found, told) = index(text, &first(text));
            let names: Vec<_> = found.into_iter().map(|column| column.name).collect();
            assert_eq!((names.join(" ").as_str(), told), (columns, detail), "{text}");
        }
    }
}
