//! Values of templates, and how they are written as YAML.

use crate::facts::data::{Node, Style, Value as Form};

/// What a chart does not tell stands in the output under this name.
pub(super) const UNKNOWN: &str = crate::facts::UNKNOWN_VALUE;
/// How deep and how long a value is written.
const DEPTH: usize = 24;
const LENGTH: usize = 65_536;

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Nothing: a key that is not there.
    Nothing,
    /// Something that cannot be told from the chart alone.
    Unknown,
    Flag(bool),
    Number(i64),
    Text(String),
    List(Vec<Value>),
    Dict(Vec<(String, Value)>),
    /// Of the chart's `values.yaml`.
    Node(Node),
}

impl Value {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Node(node) => node.get(key).map_or(Self::Nothing, |node| Self::Node(node.clone())),
            Self::Dict(entries) => {
                entries.iter().rev().find(|(own, _)| own == key).map_or(Self::Nothing, |(_, value)| value.clone())
            }
            _ => Self::Nothing,
        }
    }

    /// Whether a condition holds: not for nothing, no, zero and what is empty.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Unknown => true,
            Self::Flag(flag) => *flag,
            Self::Number(number) => *number != 0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Dict(entries) => !entries.is_empty(),
            Self::Node(node) => match &node.value {
                Form::Sequence(items) => !items.is_empty(),
                Form::Mapping(entries) => !entries.is_empty(),
                Form::Scalar(scalar) => {
                    let is_zero = scalar.style == Style::Plain && &*scalar.text == "0";
                    let is_empty = node.is_null() || scalar.text.is_empty();
                    !is_empty && !is_zero && node.flag() != Some(false)
                }
            },
        }
    }

    /// The text of it, as a template prints it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Unknown => UNKNOWN.to_owned(),
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Node(node) => node.text().map_or_else(|| flow(self), str::to_owned),
            Self::List(_) | Self::Dict(_) => flow(self),
        }
    }

    /// The number of it.
    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::Node(_) => self.text().trim().parse().ok(),
            _ => None,
        }
    }

    /// Keys (or numbers) with their values, for `range`.
    pub(super) fn entries(&self) -> Vec<(Self, Self)> {
        let number = |at: usize| Self::Number(i64::try_from(at).unwrap_or(i64::MAX));
        match self {
            Self::List(items) => items.iter().enumerate().map(|(at, item)| (number(at), item.clone())).collect(),
            Self::Dict(entries) => {
                entries.iter().map(|(key, value)| (Self::Text(key.clone()), value.clone())).collect()
            }
            Self::Node(node) => {
                let items = node.items().iter().enumerate().map(|(at, item)| (number(at), Self::Node(item.clone())));
                let entries = node
                    .entries()
                    .iter()
                    .map(|(key, value)| (Self::Text(key.text().unwrap_or("").to_owned()), Self::Node(value.clone())));
                items.chain(entries).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether it has keys.
    pub(super) fn is_mapping(&self) -> bool {
        match self {
            Self::Dict(_) => true,
            Self::Node(node) => matches!(node.value, Form::Mapping(_)),
            _ => false,
        }
    }

    fn is_list(&self) -> bool {
        match self {
            Self::List(_) => true,
            Self::Node(node) => matches!(node.value, Form::Sequence(_)),
            _ => false,
        }
    }

    /// As `toYaml` writes it: an entry a line, with what lies deeper in braces, which YAML reads the same.
    pub(super) fn yaml(&self) -> String {
        let entries = self.entries();
        if entries.is_empty() || !(self.is_mapping() || self.is_list()) {
            return flow(self);
        }
        let is_mapping = self.is_mapping();
        let line = |(key, value): &(Self, Self)| {
            let start = if is_mapping { format!("{}:", quoted(&key.text())) } else { "-".to_owned() };
            format!("{start} {}", flow(value))
        };
        let text = entries.iter().map(line).collect::<Vec<_>>().join("\n");
        if text.len() > LENGTH { UNKNOWN.to_owned() } else { text }
    }
}

/// What is still to be written.
enum Part {
    Value(Value, usize),
    Text(String),
}

/// A value on one line. What is too deep or too long is left out: aliases can multiply without end.
fn flow(value: &Value) -> String {
    let mut out = String::new();
    let mut open = vec![Part::Value(value.clone(), 0)];
    while let Some(part) = open.pop() {
        if out.len() > LENGTH {
            return UNKNOWN.to_owned();
        }
        let (value, depth) = match part {
            Part::Text(text) => {
                out.push_str(&text);
                continue;
            }
            Part::Value(value, depth) => (value, depth),
        };
        let (is_mapping, is_list) = (value.is_mapping(), value.is_list());
        if !is_mapping && !is_list {
            out.push_str(&scalar(&value));
            continue;
        }
        out.push(if is_mapping { '{' } else { '[' });
        open.push(Part::Text(if is_mapping { "}" } else { "]" }.to_owned()));
        let entries = if depth < DEPTH { value.entries() } else { Vec::new() };
        for (at, (key, value)) in entries.into_iter().enumerate().rev() {
            let separator = if at > 0 { ", " } else { "" };
            open.push(Part::Value(value, depth + 1));
            let key = if is_mapping { format!("{}: ", quoted(&key.text())) } else { String::new() };
            open.push(Part::Text(format!("{separator}{key}")));
        }
    }
    out
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Nothing => "null".to_owned(),
        Value::Text(text) => quoted(text),
        Value::Node(node) => match node.scalar() {
            Some(scalar) if scalar.style == Style::Plain && is_plain(&scalar.text) => scalar.text.to_string(),
            Some(scalar) => quoted(&scalar.text),
            None => String::new(),
        },
        other => other.text(),
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~'))
}

/// A text in double quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}
