//! What lines with facts hold, as hashes: findings are known again by the content of their lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Data, Fact, Place, RepoPath, Span};

/// Hashes of lines by file and number, in order.
pub type LineHashes = BTreeMap<RepoPath, Vec<(u32, u64)>>;

/// The hashes of the lines of a file that facts stand on. A line with a credential has none: from a hash, a weak one
/// could be guessed.
pub fn line_hashes(text: &str, facts: &[Fact]) -> Vec<(u32, u64)> {
    let mut wanted: BTreeSet<u32> = facts.iter().map(|fact| fact.place.span.line).collect();
    for fact in facts.iter().filter(|fact| matches!(fact.data, Data::Secret(_))) {
        for line in fact.place.span.line..=fact.place.span.end_line {
            wanted.remove(&line);
        }
    }
    let Some(&last) = wanted.last() else { return Vec::new() };
    let lines = (1..=last).zip(text.lines());
    lines.filter(|(number, _)| wanted.contains(number)).map(|(number, line)| (number, hash(line))).collect()
}

/// FNV-1a over what is no blank.
fn hash(line: &str) -> u64 {
    let solid = line.bytes().filter(|byte| !byte.is_ascii_whitespace());
    solid.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// The hash of the line that a place starts on; `None` for a file as a whole and where there is none.
pub(super) fn find(hashes: &LineHashes, place: &Place) -> Option<u64> {
    if place.span == Span::START {
        return None;
    }
    let lines = hashes.get(&place.path)?;
    let index = lines.binary_search_by_key(&place.span.line, |&(line, _)| line).ok()?;
    lines.get(index).map(|&(_, hash)| hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_do_not_count() {
        assert_eq!(hash("  a( b );"), hash("\ta(b);"));
        assert_ne!(hash("a(b);"), hash("a(c);"));
    }
}
