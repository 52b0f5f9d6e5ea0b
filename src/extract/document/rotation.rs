//! A sentence that says how often secrets are replaced: the policy, wherever in a text for those who run it it stands.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Words for replacing a secret.
const REPLACED: &[&str] =
    &["rotate", "rotated", "rotates", "rotating", "rotation", "replaced", "renewed", "renew", "reissued", "rolled"];

static WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(REPLACED).ok());

/// What is replaced. A token may be that of a user's session.
const SECRETS: &[&str] = &["secret", "secrets", "credential", "credentials", "password", "passwords", "key", "keys"];

/// Where in a text the first such sentence starts.
pub(super) fn told(text: &str) -> Option<usize> {
    // Most texts have none of the words, in whatever case.
    if !WORDS.as_ref().is_none_or(|words| words.is_match(text)) {
        return None;
    }
    let mut start = 0;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let ends = rest.match_indices(['.', '\n', '|']);
        // A line ends no sentence; an empty one, a list's next item and a cell of a table do.
        let mut ends = ends.filter(|(at, sign)| {
            let after = rest.get(at + 1..).unwrap_or("");
            match *sign {
                "." => after.is_empty() || after.starts_with(char::is_whitespace),
                "|" => after.starts_with('\n'),
                _ => after.starts_with(['\n', '\r', '-', '*', '#', '|']),
            }
        });
        let end = ends.next().map_or(rest.len(), |(at, _)| at + 1);
        if is_policy(rest.get(..end).unwrap_or("")) {
            let blank = rest.len() - rest.trim_start().len();
            return Some(start + blank);
        }
        start += end;
    }
    None
}

fn is_policy(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    has(REPLACED)
        && has(SECRETS)
        && (has(&["annually", "yearly", "quarterly", "monthly", "weekly"]) || has_period(&words))
}

/// Whether a time passes from one to the next: `every 90 days`, `each quarter`, `after twelve months`.
fn has_period(words: &[&str]) -> bool {
    let is_unit = |word: &&str| {
        matches!(*word, "day" | "days" | "week" | "weeks" | "month" | "months" | "quarter" | "year" | "years")
    };
    let starts = words.iter().enumerate().filter(|(_, word)| matches!(**word, "every" | "each" | "after" | "per"));
    starts.into_iter().any(|(at, _)| words.iter().skip(at + 1).take(3).any(is_unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_says_what_is_replaced_and_how_often() {
        for text in [
            "All API keys are rotated every 90 days.",
            "We rotate the password of the database\neach quarter.",
            "| Signing keys | are replaced | annually |\n",
            "Access logs are kept. Credentials of the pipeline are renewed after six months.",
        ] {
            assert!(told(text).is_some(), "{text}");
        }
        assert_eq!(told("Be kind. Secrets are rotated monthly."), Some(9));
    }

    #[test]
    fn advice_and_other_rotations_are_none() {
        for text in [
            "Rotate your API keys regularly.",
            "Rotate certificates according to your security policy.",
            "Logs are rotated every seven days.",
            "Rotate leaked credentials at once.",
            "Keys are sorted.\n\nBackups are rotated every week.",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
