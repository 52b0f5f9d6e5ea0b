//! Statements about rows and about the transaction, read by their words, which all dialects share.

use std::ops::Range;

use super::constraint;
use super::name::normal;
use super::statement::Change;
use super::words::Words;
use crate::facts::{Column, Operation};
use crate::syntax::sql::{SqlStatement, Token, TokenKind};

/// The words that begin them.
pub(super) const VERBS: &[&str] =
    &["update", "delete", "truncate", "with", "set", "select", "begin", "start", "commit", "end", "rollback"];

/// What a statement about rows or the transaction does; nothing where it is of no concern.
pub(super) fn read(text: &str, statement: &SqlStatement) -> Vec<Change> {
    let range = &statement.range;
    let Some(first) = statement.tokens.first() else { return Vec::new() };
    if first.is_word(text, "truncate") {
        return truncated(text, &statement.tokens, range);
    }
    if !first.is_word(text, "with") {
        return one(text, &statement.tokens, range).into_iter().collect();
    }
    // What changes rows: the statement behind the named ones, and those among them that do.
    let changes = |token: &Token| token.is_word(text, "update") || token.is_word(text, "delete");
    let mut found = Vec::new();
    let mut depth = 0_usize;
    for (at, token) in statement.tokens.iter().enumerate() {
        match token.text(text) {
            "(" => {
                depth += 1;
                let rest = statement.tokens.get(at..).unwrap_or_default();
                if let Some(group) = constraint::group(text, rest).filter(|group| group.first().is_some_and(changes)) {
                    found.extend(one(text, group, range));
                }
            }
            ")" => depth = depth.saturating_sub(1),
            _ if depth == 0 && changes(token) => {
                found.extend(one(text, statement.tokens.get(at..).unwrap_or_default(), range));
                break;
            }
            _ => {}
        }
    }
    found
}

/// `TRUNCATE a, b`.
fn truncated(text: &str, tokens: &[Token], range: &Range<usize>) -> Vec<Change> {
    let mut words = Words::new(text, tokens);
    words.skip_any(&["truncate"]);
    words.skip_any(&["table"]);
    let mut changes = Vec::new();
    loop {
        words.skip_any(&["only"]);
        let Some(table) = words.name() else { return changes };
        changes.push(Change::new(Operation::Truncate, table, String::new(), range.clone()));
        words.skip_sign("*");
        if !words.skip_sign(",") {
            return changes;
        }
    }
}

/// What one statement does, without those that it names before.
fn one(text: &str, tokens: &[Token], range: &Range<usize>) -> Option<Change> {
    let mut words = Words::new(text, tokens);
    let change = |operation, table: String| Some(Change::new(operation, table, String::new(), range.clone()));
    let is_alone = tokens.len() == 1;
    let first = tokens.first()?.text(text).to_ascii_lowercase();
    words.skip_any(&[first.as_str()]);
    match first.as_str() {
        "delete" => {
            if !words.skip_any(&["from"]) {
                // `DELETE a FROM a JOIN b`: what it joins with tells which rows.
                return None;
            }
            words.skip_any(&["only"]);
            let table = words.name()?;
            if has(text, tokens, &["where", "limit", "join"]) { None } else { change(Operation::DeleteAll, table) }
        }
        "update" => {
            words.skip_any(&["only", "ignore", "low_priority"]);
            let table = words.name()?;
            let some = has(text, tokens, &["where", "limit", "join"]);
            let operation = if some { Operation::UpdateSome } else { Operation::UpdateAll };
            Some(change(operation, table)?.of(columns(text, tokens)))
        }
        "set" => {
            words.skip_any(&["local", "session", "global"]);
            let is_limit = words.at("lock_timeout") || words.at("innodb_lock_wait_timeout");
            if is_limit { change(Operation::SetLockTimeout, String::new()) } else { None }
        }
        "select" => {
            let is_setting = words.name().is_some_and(|name| name.ends_with("set_config"));
            let names_limit = tokens.iter().any(|token| token.text(text) == "'lock_timeout'");
            if is_setting && names_limit { change(Operation::SetLockTimeout, String::new()) } else { None }
        }
        "start" if words.at("transaction") => change(Operation::Begin, String::new()),
        "begin" if is_alone || words.skip_any(&["transaction", "work", "isolation"]) => {
            change(Operation::Begin, String::new())
        }
        "commit" | "rollback" if !has(text, tokens, &["to", "savepoint"]) => change(Operation::End, String::new()),
        "end" if is_alone => change(Operation::End, String::new()),
        _ => None,
    }
}

/// The tokens that are in no bracket.
fn outside<'t>(text: &'t str, tokens: &'t [Token]) -> impl Iterator<Item = &'t Token> {
    let mut depth = 0_usize;
    tokens.iter().filter(move |token| {
        match token.text(text) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// Whether one of these words is in no bracket.
fn has(text: &str, tokens: &[Token], words: &[&str]) -> bool {
    outside(text, tokens).any(|token| words.iter().any(|word| token.is_word(text, word)))
}

/// The columns that an `UPDATE` sets; none where they are not plain.
fn columns(text: &str, tokens: &[Token]) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut outside = outside(text, tokens).skip_while(|token| !token.is_word(text, "set")).skip(1);
    let mut is_start = true;
    let mut last: Option<&Token> = None;
    for token in &mut outside {
        if token.is_word(text, "where") || token.is_word(text, "from") {
            break;
        }
        if token.is_sign(text, ",") {
            (is_start, last) = (true, None);
        } else if is_start && token.is_sign(text, "=") {
            columns.extend(last.map(|name| Column::named(normal(name.text(text)))));
            is_start = false;
        } else if is_start && matches!(token.kind, TokenKind::Word | TokenKind::Quoted) {
            last = Some(token);
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::sql::{SqlMode, statements};

    fn found(text: &str) -> Option<(Operation, String, Vec<String>)> {
        let statement = statements(text, 0..text.len(), SqlMode::Script).remove(0);
        let change = read(text, &statement).into_iter().next()?;
        Some((change.operation, change.table, change.columns.into_iter().map(|column| column.name).collect()))
    }

    #[test]
    fn an_update_is_of_all_rows_without_a_condition_of_its_own() {
        let all = |columns: &[&str]| {
            Some((Operation::UpdateAll, "t".to_owned(), columns.iter().map(|&one| one.to_owned()).collect()))
        };
        assert_eq!(found("update t set a = (select x from y where y.id = t.id), b = f(1, 2)"), all(&["a", "b"]));
        assert_eq!(found("UPDATE only t AS q SET \"A\" = b.a FROM b"), all(&["A"]));
        assert_eq!(found("update t set a = 1 where b").unwrap().0, Operation::UpdateSome);
        assert_eq!(found("update t join u on t.id = u.id set t.a = 1").unwrap().0, Operation::UpdateSome);
    }

    #[test]
    fn a_delete_is_of_all_rows_without_a_condition() {
        assert_eq!(found("delete from t").unwrap().0, Operation::DeleteAll);
        assert_eq!(found("DELETE FROM t USING u").unwrap().0, Operation::DeleteAll);
        assert_eq!(found("delete from t where (a)"), None);
        assert_eq!(found("delete from t limit 10"), None);
        assert_eq!(found("truncate table only t, u").unwrap().0, Operation::Truncate);
    }

    #[test]
    fn what_stands_behind_named_queries_or_among_them_counts() {
        let all = |text: &str| -> Vec<(Operation, String)> {
            let statement = statements(text, 0..text.len(), SqlMode::Script).remove(0);
            read(text, &statement).into_iter().map(|one| (one.operation, one.table)).collect()
        };
        let t = || "t".to_owned();
        assert_eq!(all("with q as (select 1 where true) update t set a = 1"), [(Operation::UpdateAll, t())]);
        assert_eq!(all("with q as (select 1) update t set a = 1 where b"), [(Operation::UpdateSome, t())]);
        assert_eq!(
            all("with q as (delete from t returning *) insert into u select * from q"),
            [(Operation::DeleteAll, t())]
        );
        assert_eq!(all("with q as (select 1) select * from q"), []);
        assert_eq!(
            all("truncate a, only b restart identity"),
            [(Operation::Truncate, "a".into()), (Operation::Truncate, "b".into())]
        );
    }

    #[test]
    fn transactions_and_limits_are_told_from_other_statements() {
        for (text, operation) in [
            ("BEGIN", Some(Operation::Begin)),
            ("start transaction", Some(Operation::Begin)),
            ("commit work", Some(Operation::End)),
            ("rollback to savepoint a", None),
            ("set local lock_timeout = '5s'", Some(Operation::SetLockTimeout)),
            ("select pg_catalog.set_config('lock_timeout', '5s', true)", None),
            ("select set_config('lock_timeout', '5s', true)", Some(Operation::SetLockTimeout)),
            ("set statement_timeout = 0", None),
            ("select 1", None),
        ] {
            assert_eq!(found(text).map(|one| one.0), operation, "{text}");
        }
    }
}
