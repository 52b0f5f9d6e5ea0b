//! INI files as Python's tools read them: sections, keys, values that go on in indented lines.

use crate::facts::Span;
use crate::syntax::Source;

/// A section with its values, each line of a value on its own.
pub(super) struct Section {
    pub(super) name: String,
    pub(super) lines: Vec<Line>,
}

/// A line of the value of a key.
pub(super) struct Line {
    pub(super) key: String,
    pub(super) text: String,
    start: usize,
    end: usize,
}

impl Line {
    pub(super) fn span(&self, source: &Source<'_>) -> Span {
        source.span(self.start..self.end)
    }
}

/// Reads the sections of a text.
pub(super) fn parse(text: &str) -> Vec<Section> {
    let mut sections = vec![Section { name: String::new(), lines: Vec::new() }];
    let mut key = String::new();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let start = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let end = start + line.len();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.to_owned(), lines: Vec::new() });
            continue;
        }
        let value = if raw.starts_with([' ', '\t']) {
            line
        } else {
            let (name, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
            name.trim().clone_into(&mut key);
            value.trim()
        };
        if let Some(section) = sections.last_mut() {
            section.lines.push(Line { key: key.clone(), text: value.to_owned(), start, end });
        }
    }
    sections
}
