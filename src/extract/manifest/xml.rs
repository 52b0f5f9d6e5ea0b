//! XML with positions, for the manifests that are written in it. Documents with a type declaration are refused, so
//! entities cannot multiply, and the number of nodes is bounded.

use roxmltree::{Document, Node, ParsingOptions};

use super::Found;
use crate::facts::Span;
use crate::syntax::{ParseError, Source};

/// Nodes in a document; project files have some hundreds.
const MAX_NODES: u32 = 200_000;

/// Elements inside each other; what is deeper is no project file.
const MAX_DEPTH: usize = 64;

/// Parses the text, or reports why that cannot be done.
pub(super) fn parse<'a>(source: &Source<'a>, subject: &str, found: &mut Found<'_>) -> Option<Document<'a>> {
    let at = |line: u32, column: u32| Span { line, column, end_line: line, end_column: column };
    if depth(source.text()) > MAX_DEPTH {
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        found.unreadable(subject, &ParseError { span: Span::START, message });
        return None;
    }
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    match Document::parse_with_options(source.text(), options) {
        Ok(document) => Some(document),
        Err(error) => {
            let position = error.pos();
            let error = ParseError { span: at(position.row, position.col), message: error.to_string() };
            found.unreadable(subject, &error);
            None
        }
    }
}

/// How deep elements nest, roughly: counted on the text, so that the parser never sees what is too deep.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0_usize);
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'<', bytes) {
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!' | b'?') | None => {}
            Some(_) => {
                let end = bytes.get(at..).and_then(|rest| memchr::memchr(b'>', rest)).map(|length| at + length);
                let is_empty = end.and_then(|end| bytes.get(end.wrapping_sub(1))) == Some(&b'/');
                if !is_empty {
                    depth += 1;
                    most = most.max(depth);
                }
            }
        }
    }
    most
}

/// Where an element is: its start tag's name.
pub(super) fn span(source: &Source<'_>, node: Node<'_, '_>) -> Span {
    let start = node.range().start;
    source.span(start..start + node.tag_name().name().len() + 1)
}

/// The first child element of that name.
pub(super) fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

/// The trimmed text of the first child element of that name.
pub(super) fn child_text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    child(node, name)?.text().map(str::trim).filter(|text| !text.is_empty())
}

/// Every element of that name at any depth.
pub(super) fn all<'a, 'input>(document: &'a Document<'input>, name: &'a str) -> impl Iterator<Item = Node<'a, 'input>> {
    document.descendants().filter(move |node| node.is_element() && node.tag_name().name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded_before_the_parser_sees_it() {
        assert_eq!(depth("<a><b/><c></c></a>"), 2);
        assert!(depth(&"<a>".repeat(100_000)) > MAX_DEPTH);
    }
}
