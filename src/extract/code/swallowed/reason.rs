//! Whether a comment says why an error may be dropped. `// ignore` does not.

/// Words that say that nothing is done, never why.
const EMPTY: &[&str] = &[
    "a",
    "all",
    "an",
    "and",
    "any",
    "are",
    "be",
    "block",
    "can",
    "catch",
    "continue",
    "deliberate",
    "deliberately",
    "do",
    "e",
    "empty",
    "err",
    "error",
    "errors",
    "except",
    "exception",
    "exceptions",
    "fail",
    "failed",
    "fails",
    "failure",
    "failures",
    "fine",
    "fixme",
    "handle",
    "handled",
    "handler",
    "handling",
    "here",
    "ignore",
    "ignored",
    "ignores",
    "ignoring",
    "intended",
    "intentional",
    "intentionally",
    "is",
    "it",
    "just",
    "later",
    "left",
    "me",
    "need",
    "needed",
    "no",
    "noop",
    "nop",
    "nothing",
    "of",
    "ok",
    "okay",
    "on",
    "op",
    "pass",
    "please",
    "proper",
    "properly",
    "purpose",
    "purposely",
    "quiet",
    "quietly",
    "rescue",
    "safe",
    "safely",
    "silence",
    "silent",
    "silently",
    "skip",
    "squash",
    "suppress",
    "suppressed",
    "swallow",
    "swallowed",
    "that",
    "the",
    "them",
    "then",
    "this",
    "to",
    "todo",
    "we",
];

/// Directives to linters, which say what is switched off.
const DIRECTIVES: &[&str] = &[
    "eslint-",
    "biome-ignore",
    "oxlint-",
    "tslint:",
    "@ts-",
    "istanbul",
    "c8 ",
    "v8 ",
    "noqa",
    "pylint:",
    "type:",
    "nosec",
    "pragma:",
    "rubocop:",
    "nolint",
    "noinspection",
    "resharper",
    "standard:",
    "lint:",
];

/// Whether comments give a reason: two words that are more than a name for doing nothing.
pub(super) fn is_given<'a>(comments: impl IntoIterator<Item = &'a str>) -> bool {
    comments.into_iter().flat_map(str::lines).any(says_why)
}

fn says_why(line: &str) -> bool {
    let plain = line.trim().trim_matches(|c: char| matches!(c, '/' | '*' | '#' | '!' | '-') || c.is_whitespace());
    let lower = plain.to_lowercase();
    let said = if DIRECTIVES.iter().any(|directive| lower.starts_with(directive)) {
        // Both of them have a place for the reason.
        lower.split_once(" -- ").or_else(|| lower.strip_prefix("biome-ignore")?.split_once(':')).map_or("", |it| it.1)
    } else if is_code(plain) {
        ""
    } else {
        &lower
    };
    said.split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .nth(1)
        .is_some()
}

/// Whether a line is a statement that was commented out: `logger.error(e);`, `Rails.logger.error "…"`, `x = f(y)`.
fn is_code(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or("");
    let name = first.split('(').next().unwrap_or("");
    let is_member = name.split_once('.').is_some_and(|(owner, member)| {
        !owner.is_empty() && member.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with('.')
    });
    let is_call = first.contains('(') && !name.is_empty();
    let is_assignment = line.split_whitespace().nth(1).is_some_and(|word| matches!(word, "=" | ":=" | "+="));
    let ends = line.ends_with([';', '{', '}']);
    is_member
        || is_call
        || is_assignment
        || ends
        || matches!(first, "raise" | "throw" | "return") && !line.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_more_than_a_name_for_doing_nothing() {
        for reason in [
            "// the file may be gone already",
            "/* best effort */",
            "# not critical: the cache is filled again later",
            "// Private mode forbids storage.",
            "// eslint-disable-next-line no-empty -- the browser has no clipboard",
            "// see closeQuietly() above: the socket is closed anyway",
        ] {
            assert!(is_given([reason]), "{reason}");
        }
    }

    #[test]
    fn names_directives_and_old_code_are_no_reason() {
        for empty in [
            "// ignore",
            "// Do nothing.",
            "// ignore errors silently",
            "/* noop */",
            "# pass",
            "// TODO: handle this error properly",
            "// eslint-disable-next-line no-empty",
            "# noqa: E722",
            "# Rails.logger.error \"error mailing #{user.email}: #{e}\"",
            "// console.error(e, 'sending the mail failed');",
            "// throw new MailError(e);",
        ] {
            assert!(!is_given([empty]), "{empty}");
        }
    }
}
