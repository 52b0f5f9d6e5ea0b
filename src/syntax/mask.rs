//! Code without its comments and strings: the same bytes at the same places, blanks for what is no code.
//!
//! A cheap lexical view for what needs no grammar: whether a word is code, where a string starts. It knows the
//! comments and literals of each family of languages, and gives up on a literal that never ends, so that one odd
//! character costs at most its line. String delimiters stay, so that a reader can tell where a string was.

use crate::facts::Language;

/// The lexical habits of a language.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each habit is there or not, in any combination")]
struct Habits {
    /// `//` and `/* */`.
    slashes: bool,
    /// `#` to the end of the line.
    hash: bool,
    /// `--` to the end of the line.
    dashes: bool,
    /// Block comments inside each other.
    nested: bool,
    /// Backticks hold strings; with `${}` in JavaScript.
    backtick: bool,
    /// `"""` (and `'''` in Python) hold strings.
    triple: bool,
    /// `'` holds strings; else one character.
    apostrophe: bool,
    /// `/…/` may be an expression.
    regex: bool,
    /// `r"…"` and `r#"…"#`.
    raw_rust: bool,
    /// `@"…"` without escapes.
    verbatim: bool,
}

fn habits(language: Language) -> Habits {
    let c = Habits { slashes: true, ..Habits::default() };
    match language {
        language if language.is_javascript_family() => Habits { backtick: true, apostrophe: true, regex: true, ..c },
        Language::Go => Habits { backtick: true, ..c },
        Language::Rust => Habits { nested: true, raw_rust: true, ..c },
        Language::Java | Language::Scala => Habits { triple: true, ..c },
        Language::Kotlin | Language::Swift => Habits { triple: true, nested: true, ..c },
        Language::Groovy | Language::Dart => Habits { triple: true, apostrophe: true, ..c },
        Language::CSharp | Language::FSharp => Habits { triple: true, verbatim: true, ..c },
        Language::Php => Habits { hash: true, apostrophe: true, ..c },
        Language::Python | Language::Elixir => {
            Habits { hash: true, triple: true, apostrophe: true, ..Habits::default() }
        }
        Language::Ruby | Language::Perl | Language::Shell | Language::R => {
            Habits { hash: true, apostrophe: true, ..Habits::default() }
        }
        Language::Sql | Language::Lua | Language::Haskell => {
            Habits { dashes: true, apostrophe: true, ..Habits::default() }
        }
        _ => c,
    }
}

/// The text with comments and the insides of strings replaced by blanks. Line ends stay.
pub(super) fn mask(text: &str, language: Language) -> String {
    let mut masker = Masker {
        bytes: text.as_bytes(),
        out: text.as_bytes().to_vec(),
        at: 0,
        habits: habits(language),
        open: Vec::new(),
        missing: Vec::new(),
    };
    masker.run();
    String::from_utf8(masker.out).unwrap_or_default()
}

/// What is longer is no expression; the search for its end stays cheap.
const LONGEST_REGEX: usize = 1000;

struct Masker<'a> {
    bytes: &'a [u8],
    out: Vec<u8>,
    at: usize,
    habits: Habits,
    /// For each template literal that code is inside of (`${`), how many braces are open in that code.
    open: Vec<usize>,
    /// Delimiters that are known not to come before a byte: what never ends is looked for once, not from every place
    /// where it might have started.
    missing: Vec<(Vec<u8>, usize)>,
}

impl Masker<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn starts_with(&self, word: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word))
    }

    fn blank(&mut self, from: usize, to: usize) {
        for byte in self.out.iter_mut().take(to).skip(from) {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() {
            self.step();
        }
    }

    fn step(&mut self) {
        match self.byte(0) {
            b'/' if self.habits.slashes => self.slash(),
            b'#' if self.habits.hash && self.byte(1) != b'[' => self.line_comment(),
            b'-' if self.habits.dashes && self.byte(1) == b'-' => self.line_comment(),
            b'=' if self.habits.hash && self.is_line_start() && self.starts_with(b"=begin") => {
                self.until(b"\n=end", 0);
            }
            quote @ b'"' => self.string(quote),
            quote @ b'\'' if self.habits.apostrophe => self.string(quote),
            b'\'' => self.character(),
            b'`' if self.habits.regex => self.template(),
            b'`' if self.habits.backtick => self.until(b"`", 1),
            b'{' if !self.open.is_empty() => self.brace(1),
            b'}' if !self.open.is_empty() => self.brace(-1),
            _ => self.at += 1,
        }
    }

    /// Whether an end is known not to come.
    fn is_missing(&self, end: &[u8]) -> bool {
        self.missing.iter().any(|(missing, until)| missing == end && self.at < *until)
    }

    /// Goes on behind one byte that starts nothing after all, and remembers that the end does not come before a byte.
    fn give_up(&mut self, end: &[u8], until: usize) {
        self.at += 1;
        match self.missing.iter_mut().find(|(missing, _)| missing == end) {
            Some((_, old)) => *old = until,
            None => self.missing.push((end.to_vec(), until)),
        }
    }

    fn is_line_start(&self) -> bool {
        self.at == 0 || self.bytes.get(self.at - 1) == Some(&b'\n')
    }

    fn line_comment(&mut self) {
        let end = self.bytes.get(self.at..).and_then(|rest| memchr::memchr(b'\n', rest));
        let end = end.map_or(self.bytes.len(), |length| self.at + length);
        self.blank(self.at, end);
        self.at = end;
    }

    /// Blanks up to and with a delimiter after `skip` bytes that stay; one byte only where it never comes.
    fn until(&mut self, end: &[u8], skip: usize) {
        let start = self.at + skip;
        if self.is_missing(end) {
            self.at += 1;
            return;
        }
        match self.bytes.get(start..).and_then(|rest| memchr::memmem::find(rest, end)) {
            Some(length) => {
                let stop = start + length;
                self.blank(start, stop);
                self.at = stop + end.len();
            }
            None => self.give_up(end, self.bytes.len()),
        }
    }

    fn slash(&mut self) {
        match self.byte(1) {
            b'/' => self.line_comment(),
            b'*' if self.habits.nested => self.nested_comment(),
            b'*' => {
                let start = self.at;
                self.until(b"*/", 2);
                if self.at > start + 1 {
                    self.blank(start, self.at);
                }
            }
            _ if self.habits.regex && self.may_start_regex() => self.regex(),
            _ => self.at += 1,
        }
    }

    fn nested_comment(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        while self.at < self.bytes.len() {
            if self.starts_with(b"/*") {
                depth += 1;
                self.at += 2;
            } else if self.starts_with(b"*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    break;
                }
            } else {
                self.at += 1;
            }
        }
        self.blank(start, self.at);
    }

    /// Whether a slash begins an expression: it cannot divide what stands before it.
    fn may_start_regex(&self) -> bool {
        let before = self.out.get(..self.at).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        last.is_none_or(|byte| b"(,=:[!&|?{};\n+".contains(byte)) || before.trim_ascii_end().ends_with(b"return")
    }

    fn regex(&mut self) {
        let mut end = self.at + 1;
        let mut in_class = false;
        let limit = self.at + LONGEST_REGEX;
        loop {
            match self.bytes.get(end).filter(|_| end < limit) {
                None | Some(b'\n') => {
                    self.at += 1;
                    return;
                }
                Some(b'\\') => end += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(_) => {}
            }
            end += 1;
        }
        self.blank(self.at + 1, end);
        self.at = end + 1;
    }

    fn character(&mut self) {
        // A character is 'x', '\n' or '\u{1F600}'; a lifetime has no closing quote.
        let length = if self.byte(1) == b'\\' { 12 } else { 6 };
        let window = self.bytes.get(self.at + 2..(self.at + length).min(self.bytes.len())).unwrap_or_default();
        match memchr::memchr(b'\'', window) {
            Some(length)
                if self.byte(1) == b'\\'
                    || length <= 3 && !window.get(..length).is_some_and(<[u8]>::is_ascii)
                    || length == 0 =>
            {
                let end = self.at + 2 + length;
                self.blank(self.at + 1, end);
                self.at = end + 1;
            }
            _ => self.at += 1,
        }
    }

    fn string(&mut self, quote: u8) {
        let triple = [quote; 3];
        if self.habits.triple && self.starts_with(&triple) {
            self.until(&triple, 3);
            return;
        }
        if self.habits.raw_rust && self.raw_string() {
            return;
        }
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        let verbatim = self.habits.verbatim && matches!(before, Some(b'@' | b'$')) && self.has_verbatim_mark();
        // Where a string may not span lines, an unclosed quote is no string: an apostrophe in markup, say.
        let spans_lines = verbatim || self.habits.raw_rust || (self.habits.hash && !self.habits.triple);
        if self.is_missing(&[quote]) {
            self.at += 1;
            return;
        }
        let mut end = self.at + 1;
        loop {
            match self.bytes.get(end) {
                None => break,
                Some(b'\n') if !spans_lines => {
                    let is_continued = self.bytes.get(end - 1) == Some(&b'\\');
                    if !is_continued {
                        return self.give_up(&[quote], end);
                    }
                }
                Some(b'\\') if !verbatim && self.bytes.get(end + 1) != Some(&b'\n') => end += 1,
                Some(byte) if *byte == quote => break,
                Some(_) => {}
            }
            end += 1;
        }
        if end >= self.bytes.len() {
            return self.give_up(&[quote], end);
        }
        self.blank(self.at + 1, end);
        self.at = end + 1;
    }

    fn has_verbatim_mark(&self) -> bool {
        let before = self.bytes.get(self.at.saturating_sub(2)..self.at).unwrap_or_default();
        before.contains(&b'@')
    }

    /// `r"…"` and `r##"…"##`; the quote is at the current place.
    fn raw_string(&mut self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let hashes = before.iter().rev().take_while(|byte| **byte == b'#').count();
        if before.len().checked_sub(hashes + 1).and_then(|at| before.get(at)) != Some(&b'r') {
            return false;
        }
        let mut end = vec![b'"'];
        end.extend(std::iter::repeat_n(b'#', hashes));
        self.until(&end, 1);
        true
    }

    /// The text of a template literal from its backtick or from the `}` that ends an inserted expression.
    fn template(&mut self) {
        let start = self.at + 1;
        let mut end = start;
        if self.is_missing(b"`") {
            self.at += 1;
            return;
        }
        loop {
            match self.bytes.get(end) {
                None => return self.give_up(b"`", end),
                Some(b'\\') => end += 1,
                Some(b'`') => break,
                Some(b'$') if self.bytes.get(end + 1) == Some(&b'{') => {
                    self.blank(start, end);
                    self.open.push(0);
                    self.at = end + 2;
                    return;
                }
                Some(_) => {}
            }
            end += 1;
        }
        self.blank(start, end);
        self.at = end + 1;
    }

    fn brace(&mut self, change: i8) {
        match self.open.last_mut() {
            Some(0) if change < 0 => {
                self.open.pop();
                self.template();
            }
            Some(depth) if change < 0 => {
                *depth -= 1;
                self.at += 1;
            }
            Some(depth) => {
                *depth += 1;
                self.at += 1;
            }
            None => self.at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blank_and_nothing_moves() {
        let text = "f(\"a // b\"); // c\n/* d */ g('é');\n";
        let masked = mask(text, Language::TypeScript);
        assert_eq!(masked, "f(\"      \");     \n        g('  ');\n");
        assert_eq!(masked.len(), text.len());
    }

    #[test]
    fn code_inside_a_template_is_code_and_its_text_is_not() {
        let masked = mask("x = `import ${f({a: `b`})} y`; g()", Language::JavaScript);
        assert_eq!(masked, "x = `       ${f({a: ` `})}  `; g()");
    }

    #[test]
    fn an_apostrophe_in_markup_costs_its_line_only() {
        let masked = mask("<p>Don't</p>\nimport('x')\n", Language::Tsx);
        assert_eq!(masked, "<p>Don't</p>\nimport(' ')\n");
    }

    #[test]
    fn quotes_in_expressions_start_no_string() {
        assert_eq!(mask("a = /[\"'/`]/; b('c')", Language::JavaScript), "a = /      /; b(' ')");
    }

    #[test]
    fn raw_strings_lifetimes_and_characters_of_rust() {
        let masked = mask("fn f<'a>(x: &'a str) { r#\"say \"hi\"\"#; '\"'; g() }", Language::Rust);
        assert_eq!(masked, "fn f<'a>(x: &'a str) { r#\"        \"#; ' '; g() }");
    }

    #[test]
    fn what_never_ends_is_looked_for_once() {
        let started = std::time::Instant::now();
        for (start, language) in [
            ("/*", Language::Go),
            ("`\\`\\", Language::JavaScript),
            ("'\\'\\", Language::JavaScript),
            ("=/[", Language::JavaScript),
            ("\"\\\"\\", Language::Rust),
            ("${`${`", Language::JavaScript),
        ] {
            assert_eq!(mask(&start.repeat(200_000), language).len(), start.len() * 200_000);
        }
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    }

    #[test]
    fn documentation_of_python_is_no_code() {
        assert_eq!(
            mask("\"\"\"\nimport a\n\"\"\"\nimport b # c", Language::Python),
            "\"\"\"\n        \n\"\"\"\nimport b    "
        );
    }
}
