//! A reader of the tokens of a statement: words, names and types, which all dialects share.

use super::name::normal;
use super::statement::Change;
use crate::facts::Operation;
use crate::syntax::sql::{Token, TokenKind};

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
            changes.push(Change::new(Operation::RenameTable, table, object, start..end));
            if !self.is_sign(",") {
                return Some(changes);
            }
            self.at += 1;
        }
    }

    /// The text, and the tokens that are left.
    pub(super) fn rest(&self) -> (&'t str, &'t [Token]) {
        (self.text, self.tokens.get(self.at..).unwrap_or_default())
    }

    /// The type that comes next, in lower case: up to a word that ends it.
    pub(super) fn kind(&mut self) -> String {
        const ENDS: &[&str] = &[
            "not",
            "null",
            "default",
            "comment",
            "after",
            "first",
            "character",
            "charset",
            "collate",
            "auto_increment",
            "on",
            "generated",
            "as",
            "primary",
            "unique",
            "key",
            "references",
            "check",
            "constraint",
            "identity",
        ];
        let mut kind = String::new();
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            let written = token.text(self.text);
            if depth == 0 && ENDS.iter().any(|word| written.eq_ignore_ascii_case(word)) {
                break;
            }
            match written {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ if !kind.is_empty() && depth == 0 => kind.push(' '),
                _ => {}
            }
            kind.push_str(&written.to_ascii_lowercase());
            self.at += 1;
        }
        kind
    }

    pub(super) fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|token| token.is_sign(self.text, sign))
    }
}
