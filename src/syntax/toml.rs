//! TOML as a tree with positions.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Lines;
use super::data::{MAX_DEPTH, Node, Scalar, Style, Value};
use super::source::ParseError;

/// Parses a document.
pub(super) fn parse(text: &str, lines: &Lines) -> Result<Node, ParseError> {
    let table = DeTable::parse(text).map_err(|error| ParseError {
        span: lines.span(text, error.span().unwrap_or(0..0)),
        message: error.message().to_owned(),
    })?;
    let span = lines.span(text, table.span());
    let deep = || ParseError { span, message: format!("nested deeper than {MAX_DEPTH} levels") };
    Ok(Node { span, value: mapping(text, lines, table.get_ref(), 0).ok_or_else(deep)? })
}

fn mapping(text: &str, lines: &Lines, table: &DeTable<'_>, depth: usize) -> Option<Value> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table {
        let name = Scalar { text: Arc::from(&**key.get_ref()), style: Style::Quoted, tag: None };
        let key = Node { span: lines.span(text, key.span()), value: Value::Scalar(name) };
        entries.push((key, convert(text, lines, value, depth + 1)?));
    }
    entries.sort_by_key(|(key, _)| key.span);
    Some(Value::Mapping(entries.into()))
}

fn convert(text: &str, lines: &Lines, value: &Spanned<DeValue<'_>>, depth: usize) -> Option<Node> {
    let span = lines.span(text, value.span());
    let scalar = |text: &str, style| Value::Scalar(Scalar { text: Arc::from(text), style, tag: None });
    let value = match value.get_ref() {
        DeValue::String(string) => scalar(string, Style::Quoted),
        DeValue::Integer(number) => scalar(number.as_str(), Style::Plain),
        DeValue::Float(number) => scalar(number.as_str(), Style::Plain),
        DeValue::Boolean(flag) => scalar(if *flag { "true" } else { "false" }, Style::Plain),
        DeValue::Datetime(time) => scalar(&time.to_string(), Style::Plain),
        DeValue::Array(array) if depth <= MAX_DEPTH => Value::Sequence(
            array.iter().map(|item| convert(text, lines, item, depth + 1)).collect::<Option<Vec<_>>>()?.into(),
        ),
        DeValue::Array(_) => return None,
        DeValue::Table(table) => mapping(text, lines, table, depth)?,
    };
    Some(Node { span, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_inline_tables_keep_their_places() {
        let text = "[package]\nname = \"x\"\n\n[dependencies]\nserde = { version = \"1\" }\n";
        let node = parse(text, &Lines::new(text)).unwrap();
        assert_eq!(node.at(&["package", "name"]).unwrap().text(), Some("x"));
        assert_eq!(node.get("dependencies").unwrap().entry("serde").unwrap().0.span.line, 5);
        assert_eq!(node.at(&["dependencies", "serde", "version"]).unwrap().text(), Some("1"));
    }

    #[test]
    fn an_error_points_at_its_line() {
        assert_eq!(parse("a = 1\nb = \n", &Lines::new("a = 1\nb = \n")).unwrap_err().span.line, 2);
    }
}
