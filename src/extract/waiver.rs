//! Waivers in comments of any language: `auditor:ignore rule-id[, rule-id] -- reason` as the first words of a comment.

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, InlineWaiver, Role, Span};
use crate::syntax::Source;

/// What starts a waiver.
const LITERAL: &str = "auditor:ignore";
/// What may stand between the start of a comment and its first word. Longer ones first.
const OPENERS: &[&str] =
    &["<!--", "{{!--", "<%#", "{{!", "///", "//", "/*", "{#", "--", "#", ";", "%", "*", "'", "REM", "dnl"];
/// What may end a comment.
const CLOSERS: &[&str] = &["*/", "-->", "--}}", "}}", "#}", "%>"];

pub(super) struct InlineWaivers;

impl Extractor for InlineWaivers {
    fn name(&self) -> &'static str {
        "inline-waiver"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(vec![LITERAL.to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _: &[Hit], found: &mut Found<'_>) {
        let is_prose = source.file.role == Role::Documentation;
        for waiver in read(source.text(), is_prose) {
            let span = Span { line: waiver.at, column: 1, end_line: waiver.at, end_column: 1 };
            for rule in waiver.rules {
                let (reason, line) = (waiver.reason.clone(), waiver.line);
                found.add(span, Data::InlineWaiver(InlineWaiver { rule, reason, line }));
            }
        }
    }
}

/// A waiver as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The line it stands on.
    pub at: u32,
    /// The line it is about.
    pub line: u32,
    /// The ids of rules.
    pub rules: Vec<String>,
    /// Why; may be empty.
    pub reason: String,
}

/// The waivers of a text. In prose, only comments of HTML outside of fenced code are.
pub fn read(text: &str, is_prose: bool) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    // Waivers that stand alone are about the next line that is none.
    let mut waiting: Vec<usize> = Vec::new();
    let mut is_fenced = false;
    for (number, line) in (1_u32..).zip(text.lines()) {
        if is_prose && line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        }
        let is_readable = !is_prose || (!is_fenced && line.trim_start().starts_with("<!--"));
        match comment(line).filter(|_| is_readable) {
            Some((stands_alone, rules, reason)) => {
                if stands_alone {
                    waiting.push(found.len());
                } else {
                    settle(&mut found, &mut waiting, number);
                }
                found.push(Comment { at: number, line: number, rules, reason });
            }
            None => settle(&mut found, &mut waiting, number),
        }
    }
    found
}

fn settle(found: &mut [Comment], waiting: &mut Vec<usize>, line: u32) {
    for index in waiting.drain(..) {
        if let Some(comment) = found.get_mut(index) {
            comment.line = line;
        }
    }
}

/// Whether the comment stands alone, the rules, and the reason.
fn comment(line: &str) -> Option<(bool, Vec<String>, String)> {
    let (before, after) = line.split_once(LITERAL)?;
    let before = before.trim_end();
    let code = OPENERS.iter().find_map(|opener| before.strip_suffix(opener))?;
    // An odd number of quotes before it: a text that looks like a comment. Those of a text in a text are escaped.
    let quotes = code.replace("\\\\", "").replace("\\\"", "").replace("\\`", "");
    let is_open = |quote: char| quotes.matches(quote).count() % 2 == 1;
    if is_open('"') || is_open('`') || !after.starts_with([' ', '\t']) {
        return None;
    }
    let end = CLOSERS.iter().filter_map(|closer| after.find(closer)).min().unwrap_or(after.len());
    let body = after.get(..end)?.trim();
    let (rules, reason) = match body.split_once(" -- ") {
        Some((rules, reason)) => (rules, reason.trim()),
        None => (body.trim_end_matches("--"), ""),
    };
    let rules: Vec<String> =
        rules.split([',', ' ']).map(str::trim).filter(|rule| !rule.is_empty()).map(str::to_owned).collect();
    (!rules.is_empty()).then(|| (code.trim().is_empty(), rules, reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u32, String, String)> {
        read(text, false).into_iter().map(|it| (it.line, it.rules.join("+"), it.reason)).collect()
    }

    #[test]
    fn comments_of_many_languages_are_read() {
        for line in [
            "x(); // auditor:ignore a/b -- why",
            "x = 1  # auditor:ignore a/b -- why",
            "DROP TABLE t; -- auditor:ignore a/b -- why",
            "a { } /* auditor:ignore a/b -- why */",
            "<p></p> <!-- auditor:ignore a/b -- why -->",
            "{% x %} {# auditor:ignore a/b -- why #}",
            "(def x) ; auditor:ignore a/b -- why",
        ] {
            assert_eq!(lines(line), [(1, "a/b".to_owned(), "why".to_owned())], "{line}");
        }
    }

    #[test]
    fn a_comment_that_stands_alone_is_about_the_next_line() {
        let text = "# auditor:ignore a/b -- one\n# auditor:ignore a/c, a/d -- two\nrun: x\n";
        let expected = [(3, "a/b".to_owned(), "one".to_owned()), (3, "a/c+a/d".to_owned(), "two".to_owned())];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn a_reason_may_be_missing_and_is_then_said_so() {
        assert_eq!(lines("x // auditor:ignore a/b"), [(1, "a/b".to_owned(), String::new())]);
        assert_eq!(lines("x // auditor:ignore a/b --"), [(1, "a/b".to_owned(), String::new())]);
    }

    #[test]
    fn what_is_no_comment_is_no_waiver() {
        for line in [
            "const s = \"// auditor:ignore a/b -- why\";",
            "    \"const s = \\\"// auditor:ignore a/b -- why\\\";\",",
            "see auditor:ignore a/b -- why",
            "// the form is auditor:ignore a/b -- why",
            "x // auditor:ignored a/b -- why",
            "x // auditor:ignore",
        ] {
            assert_eq!(lines(line), [], "{line}");
        }
        let prose = "Write\n```js\n<!-- auditor:ignore a/b -- why -->\n```\n<!-- auditor:ignore a/c -- why -->\n";
        let found: Vec<_> = read(prose, true).into_iter().map(|it| it.rules.join("+")).collect();
        assert_eq!(found, ["a/c"]);
    }
}
