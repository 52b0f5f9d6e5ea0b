//! YAML documents with positions, from parser events. Anchors are shared, never copied; depth is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::data::{MAX_DEPTH, Node, Scalar, Style, Value};
use super::flow;
use super::source::ParseError;
use crate::facts::Span;

/// Parses every document of a YAML stream.
pub fn parse(text: &str) -> Result<Vec<Node>, ParseError> {
    parse_strictly(text, &BTreeSet::new()).or_else(|error| {
        // The specification forbids a list in brackets that ends as far to the left as its key; other parsers, and
        // with them the systems whose files these are, take it.
        let (mended, moved) = flow::indented(text);
        if moved.is_empty() { Err(error) } else { parse_strictly(&mended, &moved).map_err(|_| error) }
    })
}

/// Parses a text of which some lines were moved to the right by [`flow::SHIFT`].
fn parse_strictly(text: &str, moved: &BTreeSet<usize>) -> Result<Vec<Node>, ParseError> {
    let mut builder = Builder::default();
    let column = |line: usize, column: usize| {
        number((column + 1).saturating_sub(if moved.contains(&line) { flow::SHIFT } else { 0 }).max(1))
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let (line, column) = (error.marker().line(), column(error.marker().line(), error.marker().col()));
            let line = number(line);
            ParseError {
                span: Span { line, column, end_line: line, end_column: column },
                message: error.info().to_owned(),
            }
        })?;
        let (start, end) = (span.start, span.end);
        let span = Span {
            line: number(start.line()),
            column: column(start.line(), start.col()),
            end_line: number(end.line()),
            end_column: column(end.line(), end.col()),
        };
        builder.event(event, span)?;
    }
    Ok(builder.documents)
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The values that a document may hold when every alias is written out, beside those that it holds as it is. Aliases of
/// aliases would keep readers busy forever.
const MOST_ALIASED: usize = 200_000;

struct Open {
    anchor: usize,
    span: Span,
    is_mapping: bool,
    children: Vec<Node>,
    /// The values inside, aliases written out.
    weight: usize,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    /// Nodes with their weights.
    anchors: BTreeMap<usize, (Node, usize)>,
    documents: Vec<Node>,
    /// The values so far, aliases as they stand.
    written: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ParseError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let scalar = Scalar { text: Arc::from(&*text), style, tag: tag.as_deref().map(tag_name) };
                self.add(Node { span, value: Value::Scalar(scalar) }, anchor, 1)?;
            }
            Event::Alias(anchor) => {
                // An alias to an anchor that is still open would be a cycle; it stands for nothing.
                let known = self.anchors.get(&anchor).cloned();
                let (node, weight) = known.unwrap_or((Node { span, value: null() }, 1));
                self.add(Node { span, ..node }, 0, weight)?;
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, span, false)?,
            Event::MappingStart(anchor, _) => self.begin(anchor, span, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn begin(&mut self, anchor: usize, span: Span, is_mapping: bool) -> Result<(), ParseError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(ParseError { span, message: format!("nested deeper than {MAX_DEPTH} levels") });
        }
        self.open.push(Open { anchor, span, is_mapping, children: Vec::new(), weight: 1 });
        Ok(())
    }

    fn end(&mut self, end: Span) -> Result<(), ParseError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let span = Span { end_line: end.end_line, end_column: end.end_column, ..open.span };
        let value = if open.is_mapping { mapping(open.children) } else { Value::Sequence(open.children.into()) };
        self.add(Node { span, value }, open.anchor, open.weight)
    }

    fn add(&mut self, node: Node, anchor: usize, weight: usize) -> Result<(), ParseError> {
        self.written += 1;
        let span = node.span;
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        match self.open.last_mut() {
            Some(open) => {
                open.children.push(node);
                open.weight = open.weight.saturating_add(weight);
                if open.weight > self.written.saturating_add(MOST_ALIASED) {
                    let message = format!("its aliases stand for more than {MOST_ALIASED} values");
                    return Err(ParseError { span, message });
                }
            }
            None => self.documents.push(node),
        }
        Ok(())
    }
}

fn null() -> Value {
    Value::Scalar(Scalar { text: Arc::from(""), style: Style::Plain, tag: None })
}

fn tag_name(tag: &Tag) -> Arc<str> {
    Arc::from(tag.suffix.as_str())
}

/// Pairs up keys and values. Merge keys (`<<`) add what the mapping does not say itself.
fn mapping(children: Vec<Node>) -> Value {
    let mut entries: Vec<(Node, Node)> = Vec::with_capacity(children.len() / 2);
    let mut merged: Vec<Node> = Vec::new();
    let mut children = children.into_iter();
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        let is_merge = key.scalar().is_some_and(|scalar| scalar.style == Style::Plain && &*scalar.text == "<<");
        if is_merge {
            merged.extend(value.one_or_many().iter().cloned());
        } else if key.text().is_some() {
            entries.push((key, value));
        }
    }
    for (key, value) in merged.iter().flat_map(|node| node.entries().iter()) {
        if !entries.iter().any(|(name, _)| name.text() == key.text()) {
            entries.push((key.clone(), value.clone()));
        }
    }
    Value::Mapping(entries.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Node {
        parse(text).unwrap().remove(0)
    }

    #[test]
    fn places_start_at_one() {
        let node = only("on:\n  push: [main]\n");
        let (key, value) = node.at(&["on"]).unwrap().entry("push").unwrap();
        assert_eq!((key.span.line, key.span.column), (2, 3));
        assert_eq!(value.texts(), ["main"]);
    }

    #[test]
    fn the_text_of_a_block_starts_on_the_next_line() {
        let node = only("run: |\n  a\n  b\n");
        let run = node.get("run").unwrap();
        assert_eq!(run.text(), Some("a\nb\n"));
        assert_eq!(run.line_of_text(1), 3);
    }

    #[test]
    fn anchors_merge_and_aliases_are_shared() {
        let node = only("base: &b {image: x, tag: 1}\njob:\n  <<: *b\n  tag: 2\n");
        assert_eq!(node.at(&["job", "image"]).unwrap().text(), Some("x"));
        assert_eq!(node.at(&["job", "tag"]).unwrap().text(), Some("2"));
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let level = |n: usize| format!("a{n}: &a{n} [*a{p}, *a{p}, *a{p}]\n", p = n - 1);
        let text =
            |levels| std::iter::once("a0: &a0 [x, x]\n".to_owned()).chain((1..levels).map(level)).collect::<String>();
        assert_eq!(only(&text(8)).entries().len(), 8);
        let error = parse(&text(60)).unwrap_err();
        assert!(error.message.contains("aliases") && error.span.line > 8, "{error:?}");
    }

    #[test]
    fn deep_nesting_is_an_error_with_its_place() {
        let error = parse(&"[".repeat(100_000)).unwrap_err();
        assert_eq!(error.span.line, 1);
    }

    #[test]
    fn lists_in_brackets_may_end_as_far_left_as_their_key() {
        let text = "on:\n  push:\n    paths: [\n      'a/**',\n    ]\n    tags: [\n    v1\n    ]\njobs: 1\n";
        let node = only(text);
        assert_eq!(node.at(&["on", "push", "paths"]).unwrap().texts(), ["a/**"]);
        let tags = node.at(&["on", "push", "tags"]).unwrap();
        assert_eq!((tags.texts(), tags.items()[0].span.column), (vec!["v1"], 5));
    }

    #[test]
    fn broken_text_is_an_error_with_its_place() {
        assert_eq!(parse("a: 1\nb: [1\nc: }\n").unwrap_err().span.line, 3);
    }
}
