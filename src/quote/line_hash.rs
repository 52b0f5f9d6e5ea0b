//! The identity of a line by its text, as GitHub's code scanning computes it: an alert keeps its history when lines above
//! it move. A rolling hash over the hundred characters from the line's start, white space left out.

use std::collections::BTreeMap;
use std::fmt;

/// Characters that a hash covers.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
const NEW_LINE: u64 = 10;
const END_OF_FILE: u64 = 65_535;

/// The hash of a line, and how many lines before it have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineHash {
    hash: u64,
    ordinal: u32,
}

impl fmt::Display for LineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{}", self.hash, self.ordinal)
    }
}

/// The hash of each line up to the last that is asked for: the first line's first.
pub(super) fn line_hashes(text: &str, last: usize) -> Vec<LineHash> {
    let mut hasher = Hasher::new();
    let mut is_after_return = false;
    for unit in text.encode_utf16().map(u64::from) {
        if hasher.hashes.len() >= last {
            return hasher.hashes;
        }
        let is_skipped = unit == 32 || unit == 9 || (is_after_return && unit == NEW_LINE);
        is_after_return = unit == 13;
        if !is_skipped {
            hasher.read(if is_after_return { NEW_LINE } else { unit });
        }
    }
    hasher.read(END_OF_FILE);
    hasher.finish()
}

struct Hasher {
    /// The last characters, as a ring.
    window: [u64; WINDOW],
    /// Whether a line starts at that place of the ring and waits for its hash.
    starts: [bool; WINDOW],
    at: usize,
    hash: u64,
    /// `FACTOR` to the power of `WINDOW`: the weight of the character that leaves.
    leaving: u64,
    is_line_start: bool,
    hashes: Vec<LineHash>,
    seen: BTreeMap<u64, u32>,
}

impl Hasher {
    fn new() -> Self {
        Self {
            window: [0; WINDOW],
            starts: [false; WINDOW],
            at: 0,
            hash: 0,
            leaving: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
            is_line_start: true,
            hashes: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    fn read(&mut self, unit: u64) {
        self.emit();
        if self.is_line_start
            && let Some(starts) = self.starts.get_mut(self.at)
        {
            *starts = true;
        }
        self.is_line_start = unit == NEW_LINE;
        self.push(unit);
    }

    /// The line that started a whole window ago is complete.
    fn emit(&mut self) {
        if let Some(starts) = self.starts.get_mut(self.at)
            && std::mem::take(starts)
        {
            let ordinal = self.seen.entry(self.hash).or_default();
            *ordinal += 1;
            self.hashes.push(LineHash { hash: self.hash, ordinal: *ordinal });
        }
    }

    fn push(&mut self, unit: u64) {
        if let Some(place) = self.window.get_mut(self.at) {
            let leaves = std::mem::replace(place, unit);
            self.hash =
                self.hash.wrapping_mul(FACTOR).wrapping_add(unit).wrapping_sub(self.leaving.wrapping_mul(leaves));
        }
        self.at = (self.at + 1) % WINDOW;
    }

    /// Behind the end of the file are zeros.
    fn finish(mut self) -> Vec<LineHash> {
        for _ in 0..WINDOW {
            self.emit();
            self.push(0);
        }
        self.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        line_hashes(text, usize::MAX).iter().map(LineHash::to_string).collect()
    }

    // Values that GitHub's own implementation gives for these texts.
    #[test]
    fn hashes_are_those_of_code_scanning() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
        let mixed = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(hashes(" a\nb\n  \t\tc\n d"), mixed);
    }

    #[test]
    fn the_kind_of_line_end_changes_nothing() {
        let expected = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for text in [
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n",
            " hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r",
            " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n",
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
        ] {
            assert_eq!(hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn equal_lines_are_counted() {
        let hashes = hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(hashes[..2], ["a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2"]);
        assert_eq!(hashes[6..8], ["a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1"]);
    }
}
