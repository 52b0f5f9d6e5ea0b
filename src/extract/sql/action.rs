//! The leading words of statements and of `ALTER TABLE` actions in dialects that the grammar does not read.
//!
//! Only words that mean the same everywhere are read; anything else is said to be unread, never guessed.

use super::name::normal;
use super::statement::{Change, Reading, Unread};
use crate::facts::Operation;
use crate::syntax::sql::{Token, TokenKind};

/// Actions that change neither tables nor columns nor indexes in a way that this program judges.
const HARMLESS: &[&str] = &[
    "modify",
    "alter",
    "convert",
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

/// A reader of the tokens of a statement.
pub(super) struct Words<'t> {
    text: &'t str,
    tokens: &'t [Token],
    at: usize,
}

impl<'t> Words<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Token]) -> Self {
        Self { text, tokens, at: 0 }
    }

    /// Whether the next token is this word.
    pub(super) fn at(&self, word: &str) -> bool {
        self.peek().is_some_and(|token| token.is_word(self.text, word))
    }

    /// Goes behind the next of these words; to the end where there is none.
    pub(super) fn skip_to(&mut self, words: &[&str]) {
        while let Some(token) = self.peek() {
            self.at += 1;
            if words.iter().any(|word| token.is_word(self.text, word)) {
                return;
            }
        }
    }

    /// Goes behind any of these words that come next; whether there was one.
    pub(super) fn skip_any(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        while words.iter().any(|word| self.at(word)) {
            self.at += 1;
        }
        self.at > start
    }

    /// The dotted name that comes next.
    pub(super) fn name(&mut self) -> Option<String> {
        let mut written = String::new();
        loop {
            let part = self.peek().filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))?;
            written.push_str(part.text(self.text));
            self.at += 1;
            if !self.is_sign(".") {
                return Some(normal(&written));
            }
            written.push('.');
            self.at += 1;
        }
    }

    /// The names that come next, with commas between them; `None` where one is missing.
    pub(super) fn names(&mut self) -> Option<Vec<String>> {
        let mut names = vec![self.name()?];
        while self.is_sign(",") {
            self.at += 1;
            names.push(self.name()?);
        }
        Some(names)
    }

    /// `a TO b, c TO d`.
    pub(super) fn renames(&mut self) -> Option<Vec<Change>> {
        let mut changes = Vec::new();
        loop {
            let start = self.peek()?.range.start;
            let table = self.name()?;
            if !self.skip_any(&["to"]) {
                return None;
            }
            let object = self.name()?;
            let end = self.tokens.get(self.at.checked_sub(1)?)?.range.end;
            changes.push(Change { operation: Operation::RenameTable, table, object, range: start..end });
            if !self.is_sign(",") {
                return Some(changes);
            }
            self.at += 1;
        }
    }

    /// The actions of an `ALTER TABLE`.
    pub(super) fn actions(&self, table: &str) -> Reading {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let mut reading = Reading::default();
        for tokens in at_commas(self.text, rest) {
            let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
            let range = first.range.start..last.range.end;
            let Some(changes) = action(self.text, tokens) else {
                let subject = format!("an action on the table `{table}`");
                reading.unread = reading.unread.or(Some(Unread { range, subject }));
                continue;
            };
            reading.changes.extend(changes.into_iter().map(|(operation, object)| Change {
                operation,
                table: table.to_owned(),
                object,
                range: range.clone(),
            }));
        }
        reading
    }

    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| token.is_sign(self.text, sign))
    }
}

/// Splits tokens at the commas that are in no bracket.
fn at_commas<'t>(text: &str, tokens: &'t [Token]) -> Vec<&'t [Token]> {
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

/// What one action does; `None` where its words are not known.
fn action(text: &str, tokens: &[Token]) -> Option<Vec<(Operation, String)>> {
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
            return Some(vec![(Operation::RenameTable, words.name()?)]);
        }
        words.skip_any(&["column"]);
        let old = words.name()?;
        return if words.at("to") { Some(vec![(Operation::RenameColumn, old)]) } else { None };
    }
    if words.skip_any(&["change"]) {
        words.skip_any(&["column"]);
        let (old, new) = (words.name()?, words.name()?);
        return Some(if old == new { Vec::new() } else { vec![(Operation::RenameColumn, old)] });
    }
    HARMLESS.iter().any(|word| words.at(word)).then(Vec::new)
}

fn added(text: &str, tokens: &[Token], words: &mut Words<'_>) -> Option<Vec<(Operation, String)>> {
    if ["constraint", "primary", "foreign", "unique", "check", "exclude"].iter().any(|word| words.at(word)) {
        return Some(vec![(Operation::AddConstraint, String::new())]);
    }
    if words.skip_any(&["fulltext", "spatial", "index", "key"]) {
        return Some(vec![(Operation::CreateIndex, words.name().unwrap_or_default())]);
    }
    if words.at("partition") {
        return Some(Vec::new());
    }
    words.skip_any(&["column"]);
    words.skip_any(&["if", "not", "exists"]);
    let column = words.name()?;
    let kind = tokens.get(words.at)?;
    let mut depth = 0_usize;
    let mut outside = tokens.iter().filter(|token| {
        match token.text(text) {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let is_filled =
        is_serial(kind.text(text)) || outside.any(|token| FILLED.iter().any(|word| token.is_word(text, word)));
    let pair = |first: &str, second: &str| {
        tokens.windows(2).any(|two| matches!(two, [a, b] if a.is_word(text, first) && b.is_word(text, second)))
    };
    let is_required = (pair("not", "null") || pair("primary", "key")) && !is_filled;
    Some(vec![(if is_required { Operation::AddRequiredColumn } else { Operation::AddColumn }, column)])
}

fn dropped(words: &mut Words<'_>) -> Option<Vec<(Operation, String)>> {
    if words.skip_any(&["constraint", "foreign", "primary", "check"]) {
        words.skip_any(&["key", "if", "exists"]);
        return Some(vec![(Operation::DropConstraint, words.name().unwrap_or_default())]);
    }
    if words.skip_any(&["index", "key"]) {
        return Some(vec![(Operation::DropIndex, words.name()?)]);
    }
    if words.at("partition") {
        return Some(Vec::new());
    }
    words.skip_any(&["column"]);
    words.skip_any(&["if", "exists"]);
    let column = words.name()?;
    words.skip_any(&["cascade", "restrict"]);
    words.peek().is_none().then(|| vec![(Operation::DropColumn, column)])
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
            assert_eq!(found, Ok(vec![(expected, "b".into())]), "{column}");
        }
    }

    #[test]
    fn actions_of_other_dialects_are_read_by_their_words() {
        assert_eq!(changes("alter table t change a b int unsigned"), Ok(vec![(Operation::RenameColumn, "a".into())]));
        assert_eq!(changes("alter table t change a a int unsigned"), Ok(vec![]));
        assert_eq!(changes("alter table t drop foreign key k"), Ok(vec![(Operation::DropConstraint, "k".into())]));
        assert_eq!(changes("rename table a to b"), Ok(vec![(Operation::RenameTable, "b".into())]));
        assert_eq!(changes("drop index i on t"), Ok(vec![(Operation::DropIndex, "i".into())]));
        assert_eq!(changes("create fulltext index i on t (a)"), Ok(vec![(Operation::CreateIndex, "i".into())]));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        assert_eq!(changes("alter table t add (a int not null, b int)"), Err("add (a int not null, b int)".into()));
        assert_eq!(changes("alter table t frobnicate a, drop column b"), Err("frobnicate a".into()));
    }
}
