//! Lists and mappings in brackets over several lines of YAML, whose lines stand too far to the left.

use std::collections::BTreeSet;

/// How far lines are moved: deeper than any key.
pub(super) const SHIFT: usize = 64;

/// The text with all lines inside brackets moved to the right, and which lines (from 1) those are.
pub(super) fn indented(text: &str) -> (String, BTreeSet<usize>) {
    let mut result = String::with_capacity(text.len() + text.len() / 8);
    let mut moved = BTreeSet::new();
    let mut state = State::default();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if state.depth > 0 && !line.trim().is_empty() {
            moved.insert(index + 1);
            result.extend(std::iter::repeat_n(' ', SHIFT));
        }
        result.push_str(line);
        state.take(line);
    }
    (result, moved)
}

/// Where a reader stands at the end of a line.
#[derive(Default)]
struct State {
    /// Brackets that are open.
    depth: usize,
    quote: Option<char>,
    /// The indentation of the line that starts a block of text.
    block: Option<usize>,
}

impl State {
    fn take(&mut self, line: &str) {
        let content = line.trim_start();
        let indentation = line.len() - content.len();
        if let Some(start) = self.block {
            if content.trim().is_empty() || indentation > start {
                return;
            }
            self.block = None;
        }
        let mut before = ' ';
        for (at, c) in content.char_indices() {
            match (self.quote, c) {
                (Some(open), c) => self.quote = Some(open).filter(|open| *open != c),
                (None, '#') if before.is_whitespace() => break,
                (None, '\'' | '"') if self.starts_value(content, at) => self.quote = Some(c),
                (None, '[' | '{') if self.starts_value(content, at) => self.depth += 1,
                (None, ']' | '}') => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            before = c;
        }
        let words = content.split(" #").next().unwrap_or_default().trim_end();
        let last = words.rsplit(' ').next().unwrap_or_default();
        let is_block = last.starts_with(['|', '>']) && last.trim_start_matches(['|', '>', '-', '+']).len() <= 1;
        if is_block && self.depth == 0 {
            self.block = Some(indentation);
        }
    }

    /// Whether a sign opens a value; in the middle of a word it is a part of it.
    fn starts_value(&self, content: &str, at: usize) -> bool {
        let before = content.get(..at).unwrap_or_default().trim_end();
        before.is_empty() || before.ends_with([':', ',', '[', '{', '-', '?']) || self.depth > 0 && before.ends_with('}')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_inside_brackets_move() {
        let text = "a: [\n  b,\n]\nc: x[1]\nd: |\n  [\n  text\ne: \"[\"\nf: {g: h}\n";
        assert_eq!(indented(text).1.into_iter().collect::<Vec<_>>(), [2, 3]);
    }
}
