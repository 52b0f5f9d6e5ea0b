//! Remarks in a line that tell secret scanners to leave it alone. Other scanners' remarks count here too.

/// Remarks about their own line.
const HERE: &[&str] = &[
    "gitleaks:allow",
    "pragma: allowlist secret",
    "pragma: whitelist secret",
    "nosec",
    "kingfisher:ignore",
    "trufflehog:ignore",
    "ggignore",
    "secretlint-disable-line",
];

/// Remarks about the line that follows.
const NEXT: &[&str] = &["pragma: allowlist nextline secret", "secretlint-disable-next-line"];

/// Whether a remark allows what stands at a byte of the text.
pub(super) fn is_allowed(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(start..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    let previous = before.get(..start).unwrap_or("").lines().next_back().unwrap_or("");
    HERE.iter().any(|remark| line.contains(remark)) || NEXT.iter().any(|remark| previous.contains(remark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_allows_its_own_line_or_the_next() {
        let text = "a\nb # gitleaks:allow\nc\n# pragma: allowlist nextline secret\nd\n";
        let allowed = |what: &str| is_allowed(text, text.find(what).unwrap());
        assert!(!allowed("a"));
        assert!(allowed("b #"));
        assert!(!allowed("c\n"));
        assert!(allowed("d\n"));
    }
}
