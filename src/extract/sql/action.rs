//! The leading words of statements and of `ALTER TABLE` actions in dialects that the grammar does not read.
//!
//! Only words that mean the same everywhere are read; anything else is said to be unread, never guessed.

use super::constraint::{self, Added};
use super::dialect;
use super::statement::{Change, Reading, Unread};
use super::words::Words;
use crate::facts::{Column, Operation, REWRITE_CHARSET, REWRITE_KEY, TEXT_INDEX};
use crate::syntax::sql::Token;

/// Actions that change neither tables nor columns nor indexes in a way that this program judges.
const HARMLESS: &[&str] = &[
    "engine",
    "auto_increment",
    "comment",
    "default",
    "character",
    "charset",
    "collate",
    "row_format",
    "order",
    "force",
    "lock",
    "algorithm",
    "disable",
    "enable",
    "discard",
    "import",
    "with",
    "validate",
    "set",
    "owner",
    "replica",
    "attach",
    "detach",
    "cluster",
    "inherit",
    "no",
    "check",
    "nocheck",
    "optimize",
    "analyze",
    "rebuild",
    "partition",
    "reset",
    "key_block_size",
    "stats_persistent",
];

/// Words after which a new column has a value of its own.
const FILLED: &[&str] = &["default", "auto_increment", "autoincrement", "generated", "identity", "as"];

/// The actions of an `ALTER TABLE`.
pub(super) fn actions(words: &Words<'_>, table: &str) -> Reading {
    let (text, rest) = words.rest();
    let mut reading = Reading::default();
    let mut lost_key = None;
    for tokens in at_commas(text, rest) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
        let range = first.range.start..last.range.end;
        let Some(changes) = dialect::action(text, tokens).or_else(|| by_words(text, tokens)) else {
            let subject = format!("an action on the table `{table}`");
            reading.unread = reading.unread.or(Some(Unread { range, subject }));
            continue;
        };
        reading.changes.extend(changes.into_iter().map(|action| {
            Change::new(action.operation, table, action.object, range.clone()).of(action.columns).saying(action.detail)
        }));
        let is_key = tokens.len() == 3
            && ["drop", "primary", "key"].iter().zip(tokens).all(|(word, token)| token.is_word(text, word));
        lost_key = lost_key.or(is_key.then_some(range));
    }
    // MySQL keeps rows in the order of the key: another one is put in place while writes go on, none is not.
    if let Some(range) = lost_key.filter(|_| !adds_key(&reading)) {
        reading.changes.push(Change::new(Operation::RewriteTable, table, "", range).saying(REWRITE_KEY));
    }
    reading
}

fn adds_key(reading: &Reading) -> bool {
    reading.changes.iter().any(|change| change.operation == Operation::AddPrimaryKey)
}

/// Splits tokens at the commas that are in no bracket.
pub(super) fn at_commas<'t>(text: &str, tokens: &'t [Token]) -> Vec<&'t [Token]> {
    let mut depth = 0_usize;
    tokens
        .split(|token| {
            match token.text(text) {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && token.is_sign(text, ",")
        })
        .collect()
}

/// What an action does, without its place.
pub(super) struct Action {
    pub(super) operation: Operation,
    pub(super) object: String,
    pub(super) columns: Vec<Column>,
    pub(super) detail: String,
}

impl Action {
    pub(super) fn new(operation: Operation, object: impl Into<String>) -> Self {
        Self { operation, object: object.into(), columns: Vec::new(), detail: String::new() }
    }

    pub(super) fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The addition of a constraint.
    pub(super) fn of_constraint(added: Added) -> Self {
        let Added { operation, name, columns, detail } = added;
        Self { operation, object: name, columns, detail }
    }
}

/// What one action does by its leading words; `None` where they are not known.
fn by_words(text: &str, tokens: &[Token]) -> Option<Vec<Action>> {
    let mut words = Words::new(text, tokens);
    if words.skip_any(&["add"]) {
        return added(text, tokens, &mut words);
    }
    if words.skip_any(&["drop"]) {
        return dropped(&mut words);
    }
    if words.skip_any(&["rename"]) {
        if words.skip_any(&["index", "key", "constraint"]) {
            return Some(Vec::new());
        }
        if words.skip_any(&["to", "as"]) {
            return Some(vec![Action::new(Operation::RenameTable, words.name()?)]);
        }
        words.skip_any(&["column"]);
        let old = words.name()?;
        return if words.skip_any(&["to"]) {
            Some(vec![Action::new(Operation::RenameColumn, old).saying(words.name()?)])
        } else {
            None
        };
    }
    if words.skip_any(&["change"]) {
        words.skip_any(&["column"]);
        let (old, new) = (words.name()?, words.name()?);
        let mut actions = Vec::new();
        if old != new {
            actions.push(Action::new(Operation::RenameColumn, old).saying(new.clone()));
        }
        actions.push(Action::new(Operation::ChangeType, new).saying(words.kind()));
        return Some(actions);
    }
    if words.skip_any(&["modify"]) {
        words.skip_any(&["column"]);
        let column = words.name()?;
        return Some(vec![Action::new(Operation::ChangeType, column).saying(words.kind())]);
    }
    if words.skip_any(&["alter"]) {
        return Some(altered(&mut words));
    }
    if words.skip_any(&["convert"]) {
        return Some(vec![Action::new(Operation::RewriteTable, "").saying(REWRITE_CHARSET)]);
    }
    HARMLESS.iter().any(|word| words.at(word)).then(|| vec![Action::new(Operation::AlterTable, "")])
}

/// `ALTER COLUMN a …`: a new type in SQL Server's words, which name it at once, or a change of default and the like.
fn altered(words: &mut Words<'_>) -> Vec<Action> {
    let is_column = words.skip_any(&["column"]);
    let is_other = |words: &Words<'_>| {
        ["set", "drop", "add", "type", "restart", "reset"].iter().any(|word| words.at(word)) || words.peek().is_none()
    };
    match words.name() {
        Some(column) if is_column && !is_other(words) => {
            vec![Action::new(Operation::ChangeType, column).saying(words.kind())]
        }
        _ => vec![Action::new(Operation::AlterTable, "")],
    }
}

/// MySQL's `ADD INDEX a (b)`, which PostgreSQL reads as a column `index` of a type `a` that takes a parameter.
pub(super) fn mysql_index(text: &str, tokens: &[Token]) -> Option<Action> {
    let [add, kind, _, open, first, ..] = tokens else { return None };
    let is_index = ["index", "key", "fulltext", "spatial"].iter().any(|word| kind.is_word(text, word));
    let is_number = first.text(text).bytes().all(|byte| byte.is_ascii_digit());
    if !add.is_word(text, "add") || !is_index || !open.is_sign(text, "(") || is_number {
        return None;
    }
    by_words(text, tokens)?.into_iter().next()
}

fn added(text: &str, tokens: &[Token], words: &mut Words<'_>) -> Option<Vec<Action>> {
    if ["constraint", "primary", "foreign", "unique", "check", "exclude"].iter().any(|word| words.at(word)) {
        return Some(vec![Action::of_constraint(constraint::read(text, tokens))]);
    }
    let is_text = words.at("fulltext") || words.at("spatial");
    if words.skip_any(&["fulltext", "spatial", "index", "key"]) {
        let columns = constraint::group(text, tokens).map(|group| constraint::names(text, group)).unwrap_or_default();
        let action = Action::new(Operation::CreateIndex, words.name().unwrap_or_default());
        return Some(vec![Action { columns, ..action.saying(if is_text { TEXT_INDEX } else { "" }) }]);
    }
    if words.at("partition") {
        return Some(Vec::new());
    }
    words.skip_any(&["column"]);
    words.skip_any(&["if", "not", "exists"]);
    let column = words.name()?;
    words.peek()?;
    let kind = words.kind();
    let mut depth = 0_usize;
    let mut outside = tokens.iter().filter(|token| {
        match token.text(text) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let is_filled = is_serial(&kind) || outside.any(|token| FILLED.iter().any(|word| token.is_word(text, word)));
    let pair = |first: &str, second: &str| {
        tokens.windows(2).any(|two| matches!(two, [a, b] if a.is_word(text, first) && b.is_word(text, second)))
    };
    let is_required = (pair("not", "null") || pair("primary", "key")) && !is_filled;
    let operation = if is_required { Operation::AddRequiredColumn } else { Operation::AddColumn };
    let columns = vec![Column { name: column.clone(), kind, is_filled, is_required }];
    Some(vec![Action { columns, ..Action::new(operation, column) }])
}

fn dropped(words: &mut Words<'_>) -> Option<Vec<Action>> {
    let one = |operation, object: String| Some(vec![Action::new(operation, object)]);
    if words.skip_any(&["constraint", "foreign", "primary", "check"]) {
        words.skip_any(&["key", "if", "exists"]);
        return one(Operation::DropConstraint, words.name().unwrap_or_default());
    }
    if words.skip_any(&["index", "key"]) {
        return one(Operation::DropIndex, words.name()?);
    }
    if words.at("partition") {
        return Some(Vec::new());
    }
    words.skip_any(&["column"]);
    words.skip_any(&["if", "exists"]);
    let column = words.name()?;
    words.skip_any(&["cascade", "restrict"]);
    if words.peek().is_none() { one(Operation::DropColumn, column) } else { None }
}

/// Whether a type fills new rows and old ones by itself.
pub(super) fn is_serial(written: &str) -> bool {
    ["serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"]
        .iter()
        .any(|name| written.trim().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sql::read;
    use crate::syntax::sql::{SqlMode, statements};

    fn changes(text: &str) -> Result<Vec<(Operation, String)>, String> {
        let statement = statements(text, 0..text.len(), SqlMode::Script).remove(0);
        let reading = read(text, &statement);
        match reading.unread {
            None => Ok(reading.changes.into_iter().map(|one| (one.operation, one.object)).collect()),
            Some(unread) => Err(text.get(unread.range).unwrap().to_owned()),
        }
    }

    #[test]
    fn a_column_is_required_when_nothing_fills_it() {
        for (column, is_required) in [
            ("b int not null", true),
            ("b int unsigned not null after a", true),
            ("b int primary key", true),
            ("b enum('default','x') not null", true),
            ("b int not null default 1", false),
            ("b int unsigned not null default 1", false),
            ("b int unsigned not null auto_increment", false),
            ("b bigserial not null", false),
            ("b int generated always as identity not null", false),
            ("b int unsigned generated always as (a + 1) stored not null", false),
            ("b int null", false),
            ("b int check (b is not null)", false),
        ] {
            let expected = if is_required { Operation::AddRequiredColumn } else { Operation::AddColumn };
            let found = changes(&format!("alter table t add column {column}"));
            assert_eq!(found.unwrap().first(), Some(&(expected, "b".into())), "{column}");
        }
    }

    #[test]
    fn actions_of_other_dialects_are_read_by_their_words() {
        let renamed = vec![(Operation::RenameColumn, "a".into()), (Operation::ChangeType, "b".into())];
        assert_eq!(changes("alter table t change a b int unsigned"), Ok(renamed));
        assert_eq!(changes("alter table t change a a int unsigned"), Ok(vec![(Operation::ChangeType, "a".into())]));
        let added = vec![(Operation::AddRequiredColumn, "a".into()), (Operation::AddColumn, "b".into())];
        assert_eq!(changes("alter table t add (a int not null, b int)"), Ok(added));
        assert_eq!(changes("alter table t drop foreign key k"), Ok(vec![(Operation::DropConstraint, "k".into())]));
        assert_eq!(changes("rename table a to b"), Ok(vec![(Operation::RenameTable, "b".into())]));
        assert_eq!(changes("drop index i on t"), Ok(vec![(Operation::DropIndex, "i".into())]));
        assert_eq!(changes("create fulltext index i on t (a)"), Ok(vec![(Operation::CreateIndex, "i".into())]));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(changes("alter table t frobnicate a, drop column b"), Err("frobnicate a".into()));
    }
}
