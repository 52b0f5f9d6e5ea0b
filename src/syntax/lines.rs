//! From byte offsets to lines and columns.

use std::cell::OnceCell;
use std::ops::Range;

use crate::facts::Span;

/// Characters are counted from the starts of blocks of this size, so that a place far to the right in a long line costs
/// no more than another.
const BLOCK: usize = 4096;

/// The starts of the lines of a text.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<usize>,
    /// How many characters start before each block; made when a place far from its line's start is asked for.
    blocks: OnceCell<Vec<usize>>,
}

impl Lines {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Self { starts, blocks: OnceCell::new() }
    }

    /// The number of the line (from 1) that holds a byte, and the byte where that line starts.
    pub fn line_at(&self, byte: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|&start| start <= byte).max(1);
        (line, self.starts.get(line - 1).copied().unwrap_or(0))
    }

    /// The byte at which a line (from 1) starts.
    pub fn start_of(&self, line: u32) -> Option<usize> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The region of a range of bytes.
    pub fn span(&self, text: &str, range: Range<usize>) -> Span {
        let (line, column) = self.position(text, range.start);
        let (end_line, end_column) = self.position(text, range.end.max(range.start));
        Span { line, column, end_line, end_column }
    }

    fn position(&self, text: &str, byte: usize) -> (u32, u32) {
        let (line, start) = self.line_at(byte);
        let end = byte.min(text.len());
        let column = if end.saturating_sub(start) <= BLOCK {
            characters(text.as_bytes().get(start..end).unwrap_or_default())
        } else {
            self.before(text, end).saturating_sub(self.before(text, start))
        };
        (saturating(line), saturating(column + 1))
    }

    /// How many characters start before a byte.
    fn before(&self, text: &str, byte: usize) -> usize {
        let blocks = self.blocks.get_or_init(|| {
            let sums = text.as_bytes().chunks(BLOCK).scan(0, |sum, block| {
                *sum += characters(block);
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        });
        let block = byte / BLOCK;
        let rest = text.as_bytes().get(block * BLOCK..byte).unwrap_or_default();
        blocks.get(block).copied().unwrap_or(0) + characters(rest)
    }
}

/// How many characters start in some bytes: one that continues a character is none of its own.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

fn saturating(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_ends_are_exclusive() {
        let text = "a\nüx = 1\n";
        let lines = Lines::new(text);
        let at = text.find('x').unwrap();
        assert_eq!(lines.span(text, at..at + 1), Span { line: 2, column: 2, end_line: 2, end_column: 3 });
    }

    #[test]
    fn columns_far_to_the_right_count_the_same() {
        let text = format!("x\n{}y\n", "ü".repeat(10_000));
        let lines = Lines::new(&text);
        let at = text.find('y').unwrap();
        assert_eq!(lines.span(&text, at..at + 1), Span { line: 2, column: 10_001, end_line: 2, end_column: 10_002 });
        let whole = "a".repeat(3 * BLOCK);
        assert_eq!(Lines::new(&whole).span(&whole, 0..whole.len()).end_column, 3 * 4096 + 1);
    }

    #[test]
    fn a_place_after_the_end_is_the_end() {
        let lines = Lines::new("ab");
        assert_eq!(lines.span("ab", 9..12), Span { line: 1, column: 3, end_line: 1, end_column: 3 });
    }
}
