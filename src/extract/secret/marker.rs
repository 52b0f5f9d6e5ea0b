//! Remarks in a line that tell secret scanners to leave it alone. Other scanners' remarks count here too.

/// Remarks about their own line.
const HERE: &[&str] = &[
    "gitleaks:allow",
    "betterleaks:allow",
    "pragma: allowlist secret",
    "pragma: whitelist secret",
    "nosec",
    "NOSONAR",
    "nosemgrep",
    "kingfisher:ignore",
    "kingfisher:allow",
    "trufflehog:ignore",
    "ggignore",
    "secretlint-disable-line",
    "devskim: ignore",
];

/// Remarks about the line that follows.
const NEXT: &[&str] = &["pragma: allowlist nextline secret", "secretlint-disable-next-line"];

/// The remark that allows what stands at a byte of the text.
pub(super) fn remark(text: &str, at: usize) -> Option<&'static str> {
    let before = text.get(..at)?;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next().unwrap_or("");
    let previous = before.get(..start)?.lines().next_back().unwrap_or("");
    let here = HERE.iter().find(|remark| has(line, remark));
    here.or_else(|| NEXT.iter().find(|remark| has(previous, remark))).copied()
}

/// Whether a line has a remark as words of its own.
fn has(line: &str, remark: &str) -> bool {
    line.match_indices(remark).any(|(at, _)| {
        let ends = |side: Option<char>| side.is_none_or(|letter| !letter.is_alphanumeric());
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + remark.len()..).unwrap_or(""));
        ends(before.chars().next_back()) && ends(after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_remark_allows_its_own_line_alone() {
        for own in HERE {
            let text = format!("before\nvalue // {own}\nafter\n");
            let at = |what: &str| remark(&text, text.find(what).unwrap());
            assert_eq!([at("before"), at("value"), at("after")], [None, Some(*own), None]);
        }
    }

    #[test]
    fn every_remark_about_the_next_line_allows_that_one_alone() {
        for own in NEXT {
            let text = format!("before\n# {own}\nvalue\nafter\n");
            let at = |what: &str| remark(&text, text.find(what).unwrap());
            assert_eq!([at("before"), at("value"), at("after")], [None, Some(*own), None]);
        }
    }

    #[test]
    fn a_part_of_a_word_is_no_remark() {
        assert_eq!(remark("nosecret = 1\n", 0), None);
        assert_eq!(remark("value # nosec B105\n", 0), Some("nosec"));
    }
}
