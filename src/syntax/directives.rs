//! Files of directives with blocks, as nginx and Caddy write them: words, then `{ … }` around the inner ones.
//!
//! One flat list in the order of the text; each directive knows the one whose block it stands in. What templates put in
//! (`${PORT}`, `{{ name }}`, `{$DOMAIN}`) stays a part of its word.

use std::ops::Range;

/// How a directive ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// With `;`, over any number of lines.
    Nginx,
    /// With the line.
    Caddy,
}

/// A directive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive<'text> {
    /// Its words without quotes, the name first. Never empty.
    pub words: Vec<&'text str>,
    /// Its bytes, from the first word to the last.
    pub range: Range<usize>,
    /// The index of the directive in whose block it stands.
    pub parent: Option<usize>,
}

impl<'text> Directive<'text> {
    /// The first word.
    pub fn name(&self) -> &'text str {
        self.words.first().copied().unwrap_or("")
    }

    /// The words after the first.
    pub fn arguments(&self) -> &[&'text str] {
        self.words.get(1..).unwrap_or_default()
    }
}

/// No placeholder is longer.
const LONGEST_PLACEHOLDER: usize = 400;

/// Blocks may nest this deep; what is deeper counts for the innermost of them.
const MAX_BLOCKS: usize = 64;

/// Reads the directives of a text. What is no directive is skipped: these files are often templates.
pub fn directives(text: &str, dialect: Dialect) -> Vec<Directive<'_>> {
    let mut reader =
        Reader { text, dialect, at: 0, open: Vec::new(), words: Vec::new(), range: 0..0, list: Vec::new() };
    reader.run();
    reader.list
}

struct Reader<'text> {
    text: &'text str,
    dialect: Dialect,
    at: usize,
    /// The directives whose blocks are open; `None` for a block without a name.
    open: Vec<Option<usize>>,
    words: Vec<&'text str>,
    range: Range<usize>,
    list: Vec<Directive<'text>>,
}

impl<'text> Reader<'text> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' if self.dialect == Dialect::Caddy => {
                    self.finish();
                    self.at += 1;
                }
                b'\\' if self.dialect == Dialect::Caddy && matches!(self.peek(1), Some(b'\n' | b'\r')) => {
                    self.at += if self.peek(1) == Some(b'\r') { 3 } else { 2 };
                }
                b if b.is_ascii_whitespace() => self.at += 1,
                b'#' => self.skip_to(b'\n'),
                b';' if self.dialect == Dialect::Nginx => {
                    self.finish();
                    self.at += 1;
                }
                b'{' if self.opens_block() => self.open_block(),
                b'}' => {
                    self.finish();
                    self.open.pop();
                    self.at += 1;
                }
                _ => self.word(),
            }
        }
        self.finish();
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn skip_to(&mut self, end: u8) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(end, rest).unwrap_or(rest.len());
    }

    /// A brace that starts a word (`{{ x }}`, `{%`, `{$VAR}`, `{host}`) opens none.
    fn opens_block(&self) -> bool {
        match self.dialect {
            Dialect::Nginx => !matches!(self.peek(1), Some(b'{' | b'%')),
            Dialect::Caddy => self.peek(1).is_none_or(|next| next.is_ascii_whitespace()),
        }
    }

    fn open_block(&mut self) {
        let is_lua = self.words.first().is_some_and(|name| name.ends_with("_by_lua_block"));
        let owner = self.finish();
        self.at += 1;
        if is_lua {
            self.skip_block();
        } else if self.open.len() < MAX_BLOCKS {
            self.open.push(owner);
        }
    }

    /// Skips code of another language, to the brace that closes its block.
    fn skip_block(&mut self) {
        let mut depth = 1_usize;
        while let Some(byte) = self.peek(0) {
            self.at += 1;
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        if let Some(quote @ (b'"' | b'\'' | b'`')) = self.peek(0) {
            self.at += 1;
            while let Some(byte) = self.peek(0).filter(|&byte| byte != quote) {
                self.at += if byte == b'\\' && quote != b'`' { 2 } else { 1 };
            }
            let word = self.text.get(start + 1..self.at).unwrap_or("");
            self.at += 1;
            self.push(word, start);
            return;
        }
        while let Some(byte) = self.peek(0) {
            match byte {
                b if b.is_ascii_whitespace() => break,
                b';' | b'}' if self.dialect == Dialect::Nginx => break,
                // `\{` in an expression, `${X}`, `{{ x }}`, `{placeholder}`.
                b'\\' => self.at += 2,
                b'{' => match self.end_of_placeholder() {
                    Some(end) => self.at = end,
                    None => break,
                },
                _ => self.at += 1,
            }
        }
        if self.at == start {
            // A stray brace.
            self.at += 1;
            return;
        }
        let word = self.text.get(start..self.at).unwrap_or("");
        self.push(word, start);
    }

    /// Where the braces end that open here, where they do so on this line and soon.
    fn end_of_placeholder(&self) -> Option<usize> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let near = rest.get(..LONGEST_PLACEHOLDER).unwrap_or(rest);
        let line = near.split(|&byte| byte == b'\n').next()?;
        let closing: &[u8] = match line.get(1) {
            Some(b'{') => b"}}",
            Some(b'%') => b"%}",
            _ => b"}",
        };
        Some(self.at + memchr::memmem::find(line, closing)? + closing.len())
    }

    fn push(&mut self, word: &'text str, start: usize) {
        if self.words.is_empty() {
            self.range.start = start;
        }
        self.range.end = self.at.min(self.text.len());
        self.words.push(word);
    }

    /// Ends the directive that is being read; its index.
    fn finish(&mut self) -> Option<usize> {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            return None;
        }
        let parent = self.open.last().copied().flatten();
        self.list.push(Directive { words, range: self.range.clone(), parent });
        Some(self.list.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each directive behind the names of those around it.
    fn read(text: &str, dialect: Dialect) -> Vec<String> {
        let list = directives(text, dialect);
        let describe = |directive: &Directive<'_>| {
            let mut path = vec![directive.words.join(" ")];
            let mut parent = directive.parent;
            while let Some(index) = parent {
                path.insert(0, list[index].name().to_owned());
                parent = list[index].parent;
            }
            path.join(" > ")
        };
        list.iter().map(describe).collect()
    }

    #[test]
    fn nginx_blocks_and_quotes() {
        let text = "# x;\nhttp {\n  server { listen 80; add_header X-A \"a; b\" always;\n    proxy_pass http://${HOST}:80; }\n}\n";
        let expected = [
            "http",
            "http > server",
            "http > server > listen 80",
            "http > server > add_header X-A a; b always",
            "http > server > proxy_pass http://${HOST}:80",
        ];
        assert_eq!(read(text, Dialect::Nginx), expected);
    }

    #[test]
    fn templates_and_code_of_other_languages_open_no_blocks() {
        let text = "{% if x %}\nserver { listen {{ port }}; }\n{% endif %}\naccess_by_lua_block { if a then b({}) end }\ngzip on;";
        let list = read(text, Dialect::Nginx);
        assert!(list.contains(&"gzip on".to_owned()), "{list:?}");
        assert!(list.iter().any(|line| line.ends_with("listen {{ port }}")), "{list:?}");
        let expression = "location ~ \"^/a{2}$\" { deny all; }\nlocation ~ ^/b\\{1\\}$ { allow all; }";
        assert_eq!(read(expression, Dialect::Nginx).len(), 4);
    }

    #[test]
    fn caddy_ends_with_the_line_and_keeps_placeholders() {
        let text = "{\n\temail a@b\n}\n{$DOMAIN:localhost} {\n\theader {\n\t\tX-Frame-Options DENY # why\n\t}\n\treverse_proxy /api/* \\\n\t\tapi:80 {\n\t\theader_up Host {host}\n\t}\n}\n";
        let expected = [
            "email a@b",
            "{$DOMAIN:localhost}",
            "{$DOMAIN:localhost} > header",
            "{$DOMAIN:localhost} > header > X-Frame-Options DENY",
            "{$DOMAIN:localhost} > reverse_proxy /api/* api:80",
            "{$DOMAIN:localhost} > reverse_proxy > header_up Host {host}",
        ];
        assert_eq!(read(text, Dialect::Caddy), expected);
    }

    #[test]
    fn broken_text_ends() {
        for text in ["{{{{", "a { b { c", "}}}}", "a \"b", "a \\", "{%", "server { ü \\"] {
            directives(text, Dialect::Nginx);
            directives(text, Dialect::Caddy);
        }
        assert!(directives(&"a {".repeat(10_000), Dialect::Nginx).len() == 10_000);
    }
}
