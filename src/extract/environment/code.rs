//! Which bytes of a source file are code: a scan that knows comments and strings of a family of languages, for
//! languages without a grammar here and for files that nothing else parses.

use std::ops::Range;

use crate::facts::Language;

/// How a family of languages writes comments and strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    /// Starts of comments that end with the line.
    line: &'static [&'static str],
    /// Starts and ends of longer comments.
    blocks: &'static [(&'static str, &'static str)],
    /// Quotes of strings of one line.
    quotes: &'static [u8],
    /// Starts and ends of strings of many lines.
    long: &'static [(&'static str, &'static str)],
    /// Whether text between `` ` `` holds code between `${` and `}`.
    has_templates: bool,
}

const C: Style = Style { line: &["//"], blocks: &[("/*", "*/")], quotes: b"\"'", long: &[], has_templates: false };

fn style_of(language: Language) -> Style {
    match language {
        _ if language.is_javascript_family() => {
            Style { blocks: &[("/*", "*/"), ("<!--", "-->")], has_templates: true, ..C }
        }
        Language::Python => Style { line: &["#"], blocks: &[], long: &[("\"\"\"", "\"\"\""), ("'''", "'''")], ..C },
        Language::Ruby => Style { line: &["#"], blocks: &[("\n=begin", "\n=end")], ..C },
        Language::Elixir => Style { line: &["#"], blocks: &[], quotes: b"\"", long: &[("\"\"\"", "\"\"\"")], ..C },
        Language::Perl | Language::R | Language::Julia => Style { line: &["#"], blocks: &[], ..C },
        Language::Php => Style { line: &["//", "#"], ..C },
        // An apostrophe starts a lifetime as well as a character.
        Language::Rust => Style { quotes: b"\"", ..C },
        Language::Go => Style { long: &[("`", "`")], ..C },
        Language::Java | Language::Kotlin | Language::Scala | Language::Groovy => {
            Style { long: &[("\"\"\"", "\"\"\"")], ..C }
        }
        _ => C,
    }
}

/// The regions of a text that are comments or strings.
#[derive(Debug)]
pub(super) struct Code {
    others: Vec<Range<usize>>,
}

impl Code {
    /// Scans a text.
    pub(super) fn of(language: Language, text: &str) -> Self {
        let mut scanner = Scanner { style: style_of(language), text, at: 0, others: Vec::new(), templates: Vec::new() };
        scanner.run();
        Self { others: scanner.others }
    }

    /// Whether a byte is code.
    pub(super) fn holds(&self, at: usize) -> bool {
        let before = self.others.partition_point(|range| range.start <= at);
        before.checked_sub(1).and_then(|index| self.others.get(index)).is_none_or(|range| range.end <= at)
    }
}

struct Scanner<'a> {
    style: Style,
    text: &'a str,
    at: usize,
    others: Vec<Range<usize>>,
    /// For each open template, how many braces are open in its code.
    templates: Vec<usize>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            if !self.skip_other() {
                self.step();
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn starts_with(&self, part: &str) -> bool {
        self.rest().starts_with(part.as_bytes())
    }

    /// Moves over a comment or a string, where one starts here.
    fn skip_other(&mut self) -> bool {
        let style = self.style;
        if style.line.iter().any(|start| self.starts_with(start)) {
            let length = memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
            self.leave_out(length);
            return true;
        }
        for (start, end) in style.blocks.iter().chain(style.long) {
            if self.starts_with(start) {
                let after = self.text.get(self.at + start.len()..).unwrap_or("");
                let length = after.find(end).map_or(self.rest().len(), |at| start.len() + at + end.len());
                self.leave_out(length);
                return true;
            }
        }
        match self.rest().first() {
            Some(quote) if style.quotes.contains(quote) => {
                let length = self.length_of_string(*quote);
                self.leave_out(length);
                true
            }
            Some(b'`') if style.has_templates => {
                self.at += 1;
                self.skip_template();
                true
            }
            Some(b'/') if style.has_templates && self.is_start_of_expression() => {
                let length = self.length_of_string(b'/');
                self.leave_out(length);
                true
            }
            _ => false,
        }
    }

    fn leave_out(&mut self, length: usize) {
        self.others.push(self.at..self.at + length);
        self.at += length.max(1);
    }

    /// The length of a string that ends with its quote or with the line.
    fn length_of_string(&self, quote: u8) -> usize {
        let mut escaped = false;
        for (index, &byte) in self.rest().iter().enumerate().skip(1) {
            match byte {
                b'\n' => return index,
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                _ if byte == quote => return index + 1,
                _ => {}
            }
        }
        self.rest().len()
    }

    /// Whether a slash starts a regular expression: it stands where no value ends.
    fn is_start_of_expression(&self) -> bool {
        let before = self.text.as_bytes().get(..self.at).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        last.is_none_or(|byte| b"(=,:[!&|?{};\n".contains(byte))
    }

    /// Moves over the text of a template up to its end or to its next piece of code.
    fn skip_template(&mut self) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'`' => break,
                b'$' if bytes.get(self.at + 1) == Some(&b'{') => {
                    self.others.push(start..self.at);
                    self.templates.push(0);
                    self.at += 2;
                    return;
                }
                _ => self.at += 1,
            }
        }
        self.others.push(start..self.at);
        self.at += 1;
    }

    /// Moves over one byte of code.
    fn step(&mut self) {
        let byte = self.rest().first().copied();
        self.at += 1;
        match (byte, self.templates.last_mut()) {
            (Some(b'{'), Some(depth)) => *depth += 1,
            (Some(b'}'), Some(depth)) if *depth > 0 => *depth -= 1,
            (Some(b'}'), Some(_)) => {
                self.templates.pop();
                self.skip_template();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether each `X` of a text is code.
    fn code(language: Language, text: &str) -> Vec<bool> {
        let code = Code::of(language, text);
        text.match_indices('X').map(|(at, _)| code.holds(at)).collect()
    }

    #[test]
    fn comments_and_strings_are_no_code() {
        assert_eq!(
            code(Language::TypeScript, "X // X\nX /* X\nX */ 'X' \"\\\"X\" X"),
            [true, false, true, false, false, false, false, true]
        );
        assert_eq!(
            code(Language::Python, "X # X\n\"\"\"X\n'X\n\"\"\" X 'X'"),
            [true, false, false, false, true, false]
        );
        assert_eq!(code(Language::Ruby, "X # X\nX"), [true, false, true]);
    }

    #[test]
    fn templates_hold_code_between_braces() {
        assert_eq!(
            code(Language::TypeScript, "`X ${X + `X${{a: X}}X`} X` X"),
            [false, true, false, true, false, false, true]
        );
    }

    #[test]
    fn an_apostrophe_or_a_slash_does_not_hide_the_rest_of_the_file() {
        assert_eq!(code(Language::Tsx, "<p>Don't</p>\nX"), [true]);
        assert_eq!(code(Language::Rust, "fn f<'a>() { X }"), [true]);
        assert_eq!(code(Language::JavaScript, "a.match(/['\"`]/); X"), [true]);
    }
}
