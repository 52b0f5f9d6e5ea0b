//! SQL text as statements: where each begins and ends, and the words of those that define the schema.
//!
//! The lexer knows what all dialects share: quotes, dollar quotes, comments, brackets. It splits a file so that one
//! statement that a parser refuses costs no other, and it measures how deep a statement may nest before a parser that
//! works by recursion sees it ([`MAX_NESTING`]).

use std::ops::Range;

/// A statement whose tree could become deeper is not parsed.
pub const MAX_NESTING: usize = 400;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A keyword, a bare name or a number.
    Word,
    /// A name in quotes: `"x"`, `` `x` ``.
    Quoted,
    /// A text: `'x'`, `$$x$$`.
    Text,
    /// A single sign.
    Sign,
}

/// A word, name, text or sign with its bytes in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it is.
    pub range: Range<usize>,
}

impl Token {
    /// Its text in the file.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.range.clone()).unwrap_or("")
    }

    /// Whether it is this keyword, in any case.
    pub fn is_word(&self, text: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text(text).eq_ignore_ascii_case(word)
    }

    /// Whether it is this sign.
    pub fn is_sign(&self, text: &str, sign: &str) -> bool {
        self.kind == TokenKind::Sign && self.text(text) == sign
    }
}

/// A statement: its tokens, without the semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlStatement {
    /// At least one token; only the first few where the statement does not define the schema.
    pub tokens: Vec<Token>,
    /// The bytes of the statement, without the semicolon.
    pub range: Range<usize>,
    /// The deepest tree that it could have: for every open bracket, the tokens since the last comma in it.
    pub nesting: usize,
}

/// How a region of SQL is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlMode {
    /// A file: statements end at semicolons.
    Script,
    /// A block of a procedural language: statements also begin after `BEGIN`, `THEN`, `ELSE` and `LOOP`.
    Block,
}

/// First words of statements of which every token is kept.
const KEPT: &[&str] = &[
    "create", "alter", "drop", "do", "rename", "update", "delete", "truncate", "with", "reindex", "vacuum", "cluster",
];

/// How many tokens are kept of any other statement.
const HEAD: usize = 4;

/// The statements of a region of a text, in order.
pub fn statements(text: &str, region: Range<usize>, mode: SqlMode) -> Vec<SqlStatement> {
    let mut splitter = Splitter { text, mode, done: Vec::new(), current: None, levels: vec![0], nesting: 0, blocks: 0 };
    let mut lexer = Lexer { text, at: region.start, end: region.end.min(text.len()), escapes: text.contains('`') };
    while let Some(token) = lexer.next() {
        splitter.take(token);
    }
    splitter.finish();
    splitter.done
}

struct Splitter<'t> {
    text: &'t str,
    mode: SqlMode,
    done: Vec<SqlStatement>,
    current: Option<SqlStatement>,
    /// For every open bracket of the statement, the tokens since its last comma.
    levels: Vec<usize>,
    /// The sum of the levels.
    nesting: usize,
    /// Open `BEGIN` and `CASE` blocks of a routine's body.
    blocks: usize,
}

impl Splitter<'_> {
    fn take(&mut self, token: Token) {
        let is_end = self.blocks == 0 && token.is_sign(self.text, ";");
        if is_end {
            return self.finish();
        }
        if self.mode == SqlMode::Block && self.begins_statements(&token) {
            return self.finish();
        }
        self.measure(&token);
        self.follow_body(&token);
        let nesting = self.nesting;
        let statement =
            self.current.get_or_insert_with(|| SqlStatement { tokens: vec![], range: token.range.clone(), nesting: 0 });
        statement.range.end = token.range.end;
        statement.nesting = statement.nesting.max(nesting);
        let defines =
            statement.tokens.first().is_none_or(|first| KEPT.iter().any(|word| first.is_word(self.text, word)));
        if defines || statement.tokens.len() < HEAD {
            statement.tokens.push(token);
        }
    }

    /// Whether statements begin after a token of a block. `THEN` and `ELSE` inside the `CASE` of an expression end nothing.
    fn begins_statements(&mut self, token: &Token) -> bool {
        let is = |word: &str| token.is_word(self.text, word);
        let Some(statement) = &self.current else {
            return ["begin", "then", "else", "loop"].iter().any(|word| is(word));
        };
        let is_control = statement.tokens.first().is_some_and(|first| {
            ["case", "if", "elsif", "when", "end"].iter().any(|word| first.is_word(self.text, word))
        });
        if is("case") && !is_control {
            self.blocks += 1;
        } else if is("end") && self.blocks > 0 {
            self.blocks -= 1;
            return false;
        }
        self.blocks == 0 && ["begin", "then", "else", "loop"].iter().any(|word| is(word))
    }

    fn measure(&mut self, token: &Token) {
        let sign = if token.kind == TokenKind::Sign { token.text(self.text) } else { "" };
        match sign {
            "(" | "[" | "{" => {
                self.levels.push(1);
                self.nesting += 1;
            }
            ")" | "]" | "}" if self.levels.len() > 1 => self.nesting -= self.levels.pop().unwrap_or(0),
            _ => {
                if let Some(level) = self.levels.last_mut() {
                    let before = *level;
                    *level = if sign == "," { 0 } else { before + 1 };
                    self.nesting = self.nesting - before + *level;
                }
            }
        }
    }

    /// The body of a trigger or procedure holds semicolons: it goes on until its `BEGIN` is closed.
    fn follow_body(&mut self, token: &Token) {
        if token.kind != TokenKind::Word || self.mode == SqlMode::Block {
            return;
        }
        let Some(statement) = &self.current else { return };
        let follows_end = statement.tokens.last().is_some_and(|last| last.is_word(self.text, "end"));
        let is_inside = self.blocks > 0;
        let is_any = |words: &[&str]| words.iter().any(|word| token.is_word(self.text, word));
        if follows_end && is_routine(statement, self.text) && is_any(&["if", "loop", "while", "repeat"]) {
            // `END IF` closes no `BEGIN`: what its `END` took off is put back.
            self.blocks += 1;
        } else if is_any(&["begin"]) && is_routine(statement, self.text)
            || is_inside && !follows_end && is_any(&["case"])
        {
            self.blocks += 1;
        } else if is_inside && is_any(&["end"]) {
            self.blocks -= 1;
        }
    }

    fn finish(&mut self) {
        self.done.extend(self.current.take());
        self.levels = vec![0];
        self.nesting = 0;
        self.blocks = 0;
    }
}

fn is_routine(statement: &SqlStatement, text: &str) -> bool {
    let mut head = statement.tokens.iter().take(12);
    head.next().is_some_and(|first| first.is_word(text, "create"))
        && head.any(|token| ["trigger", "procedure", "function", "event"].iter().any(|word| token.is_word(text, word)))
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    /// Whether a backslash escapes in texts: MySQL, told by its quotes.
    escapes: bool,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let first = self.byte(start)?;
        let (kind, end) = match first {
            b'\'' => (TokenKind::Text, self.quoted_end(start, b'\'', self.escapes)),
            b'"' | b'`' => (TokenKind::Quoted, self.quoted_end(start, first, false)),
            b'$' => match self.dollar_end(start) {
                Some(end) => (TokenKind::Text, end),
                None => (TokenKind::Word, self.word_end(start + 1)),
            },
            b'e' | b'E' if self.byte(start + 1) == Some(b'\'') => {
                (TokenKind::Text, self.quoted_end(start + 1, b'\'', true))
            }
            _ if is_word_byte(first) => (TokenKind::Word, self.word_end(start)),
            _ => (TokenKind::Sign, start + 1),
        };
        self.at = end.min(self.end);
        Some(Token { kind, range: start..self.at })
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied().filter(|_| at < self.end)
    }

    fn rest(&self, at: usize) -> &[u8] {
        self.text.as_bytes().get(at..self.end).unwrap_or_default()
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.byte(self.at) {
            let rest = self.rest(self.at);
            if byte.is_ascii_whitespace() || rest.starts_with(b"\xEF\xBB\xBF") {
                self.at += if byte.is_ascii_whitespace() { 1 } else { 3 };
            } else if rest.starts_with(b"--") || byte == b'#' && self.is_line_start() {
                self.at = memchr::memchr(b'\n', rest).map_or(self.end, |line| self.at + line + 1);
            } else if rest.starts_with(b"/*") {
                self.skip_comment();
            } else {
                return;
            }
        }
    }

    fn is_line_start(&self) -> bool {
        self.at == 0 || self.text.as_bytes().get(self.at - 1) == Some(&b'\n')
    }

    /// PostgreSQL's comments nest.
    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.end {
            let rest = self.rest(self.at);
            if rest.starts_with(b"/*") {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with(b"*/") {
                depth = depth.saturating_sub(1);
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else {
                self.at += 1;
            }
        }
    }

    fn word_end(&self, from: usize) -> usize {
        let rest = self.rest(from);
        from + rest.iter().position(|&byte| !is_word_byte(byte) && byte != b'$').unwrap_or(rest.len())
    }

    /// The end of a text or name in quotes; a doubled quote stands for itself.
    fn quoted_end(&self, start: usize, quote: u8, escapes: bool) -> usize {
        let mut at = start + 1;
        while let Some(byte) = self.byte(at) {
            if byte == b'\\' && escapes {
                at += 2;
            } else if byte == quote {
                if self.byte(at + 1) != Some(quote) {
                    return at + 1;
                }
                at += 2;
            } else {
                at += 1;
            }
        }
        self.end
    }

    fn dollar_end(&self, start: usize) -> Option<usize> {
        let rest = self.rest(start);
        let tag_length = rest.get(1..)?.iter().position(|&byte| byte == b'$' || !is_word_byte(byte))? + 2;
        let tag = rest.get(..tag_length).filter(|tag| tag.ends_with(b"$"))?;
        let body = rest.get(tag_length..)?;
        Some(memchr::memmem::find(body, tag).map_or(self.end, |at| start + tag_length + at + tag_length))
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        statements(text, 0..text.len(), SqlMode::Script).into_iter().map(|one| text.get(one.range).unwrap()).collect()
    }

    #[test]
    fn semicolons_in_quotes_and_comments_end_nothing() {
        let text = "a ';' \"x;\"; -- b;\n/* c; /* d; */ */ e $f$ ; $f$ `g;`;\nh";
        assert_eq!(split(text), ["a ';' \"x;\"", "e $f$ ; $f$ `g;`", "h"]);
    }

    #[test]
    fn escapes_follow_the_dialect() {
        assert_eq!(split(r"insert '\'; drop"), [r"insert '\'", "drop"]);
        assert_eq!(split(r"insert E'\';'; drop"), [r"insert E'\';'", "drop"]);
        assert_eq!(split(r"insert into `t` '\';'; drop"), [r"insert into `t` '\';'", "drop"]);
    }

    #[test]
    fn the_body_of_a_trigger_is_one_statement() {
        let text = "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE b SET x = CASE WHEN 1 THEN 2 END; IF y THEN z; END IF; END; DROP TABLE c";
        assert_eq!(split(text).len(), 2);
        assert_eq!(split(text)[1], "DROP TABLE c");
    }

    #[test]
    fn a_transaction_is_no_block() {
        assert_eq!(split("BEGIN; DROP TABLE a; COMMIT;"), ["BEGIN", "DROP TABLE a", "COMMIT"]);
    }

    #[test]
    fn a_block_begins_statements_after_its_keywords() {
        let text = "BEGIN IF x THEN ALTER TABLE a DROP b; END IF; END";
        let found = statements(text, 0..text.len(), SqlMode::Block);
        let texts: Vec<_> = found.into_iter().map(|one| text.get(one.range).unwrap()).collect();
        assert_eq!(texts, ["IF x", "ALTER TABLE a DROP b", "END IF", "END"]);
    }

    #[test]
    fn nesting_is_the_depth_that_a_tree_could_have() {
        let depth = |text: &str| statements(text, 0..text.len(), SqlMode::Script)[0].nesting;
        assert!(depth("create table a (b int, c int, d int, e int)") < 10);
        assert!(depth(&format!("create table a ({})", vec!["b int not null"; 5000].join(", "))) < 12);
        assert!(depth(&format!("alter table a add b int default {}1", "(".repeat(1000))) > 1000);
        assert!(depth(&format!("alter table a add b int default {}1", "not ".repeat(1000))) > 1000);
        assert!(depth(&format!("alter table a add b int default f(1, {}1", "f(1, ".repeat(1000))) > 1000);
    }

    #[test]
    fn quotes_that_never_close_end_with_the_file() {
        for text in ["'", "\"", "`a", "$$", "$a$b", "/*", "--", "E'\\", "$", "'''", "é'"] {
            assert!(split(text).len() <= 2, "{text}");
        }
    }
}
