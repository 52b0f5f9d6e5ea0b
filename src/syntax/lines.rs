//! From byte offsets to lines and columns.

use std::ops::Range;

use crate::facts::Span;

/// The starts of the lines of a text.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Self { starts }
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
        let before = text.as_bytes().get(start..byte.min(text.len())).unwrap_or_default();
        // A byte that continues a character is no column of its own.
        let column = before.iter().filter(|&&b| b & 0xC0 != 0x80).count() + 1;
        (saturating(line), saturating(column))
    }
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
    fn a_place_after_the_end_is_the_end() {
        let lines = Lines::new("ab");
        assert_eq!(lines.span("ab", 9..12), Span { line: 1, column: 3, end_line: 1, end_column: 3 });
    }
}
