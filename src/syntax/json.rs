//! JSON, with comments and trailing commas as tools allow them, as a tree with positions.

use std::sync::Arc;

use jsonc_parser::ast::{ObjectPropName, Value as Json};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::Lines;
use super::data::{MAX_DEPTH, Node, Scalar, Style, Value};
use super::source::ParseError;

/// Parses a document.
pub(super) fn parse(text: &str, lines: &Lines) -> Result<Node, ParseError> {
    let error = |range: std::ops::Range<usize>, message: String| ParseError { span: lines.span(text, range), message };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())
        .map_err(|e| error(e.range().start..e.range().end, e.kind().to_string()))?;
    let root = parsed.value.ok_or_else(|| error(0..0, "the file is empty".to_owned()))?;
    convert(text, lines, &root, 0).ok_or_else(|| error(0..0, format!("nested deeper than {MAX_DEPTH} levels")))
}

fn convert(text: &str, lines: &Lines, value: &Json<'_>, depth: usize) -> Option<Node> {
    if depth > MAX_DEPTH {
        return None;
    }
    let range = value.range();
    let span = lines.span(text, range.start..range.end);
    let scalar = |text: &str, style| Value::Scalar(Scalar { text: Arc::from(text), style, tag: None });
    let value = match value {
        Json::StringLit(literal) => scalar(&literal.value, Style::Quoted),
        Json::NumberLit(literal) => scalar(literal.value, Style::Plain),
        Json::BooleanLit(literal) => scalar(if literal.value { "true" } else { "false" }, Style::Plain),
        Json::NullKeyword(_) => scalar("null", Style::Plain),
        Json::Array(array) => Value::Sequence(
            array.elements.iter().map(|item| convert(text, lines, item, depth + 1)).collect::<Option<Vec<_>>>()?.into(),
        ),
        Json::Object(object) => {
            let mut entries = Vec::with_capacity(object.properties.len());
            for property in &object.properties {
                let (name, range) = match &property.name {
                    ObjectPropName::String(literal) => (&*literal.value, literal.range),
                    ObjectPropName::Word(literal) => (literal.value, literal.range),
                };
                let key = Node { span: lines.span(text, range.start..range.end), value: scalar(name, Style::Quoted) };
                entries.push((key, convert(text, lines, &property.value, depth + 1)?));
            }
            Value::Mapping(entries.into())
        }
    };
    Some(Node { span, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_read() {
        let text = "{\n  // strict\n  \"compilerOptions\": {\"strict\": true,},\n}\n";
        let node = parse(text, &Lines::new(text)).unwrap();
        let strict = node.at(&["compilerOptions", "strict"]).unwrap();
        assert_eq!((strict.flag(), strict.span.line), (Some(true), 3));
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let text = "[".repeat(100_000);
        assert!(parse(&text, &Lines::new(&text)).is_err());
    }
}
