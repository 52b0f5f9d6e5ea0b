//! Texts that stand in code, in every language that migrations are written in.

use std::borrow::Cow;

use tree_sitter::Node;

use super::call::{Call, children};
use crate::syntax::node_text;

/// A text that stands in code.
#[derive(Debug)]
pub(in crate::extract::migration) struct Literal<'t> {
    /// What it says.
    pub(in crate::extract::migration) text: Cow<'t, str>,
    /// Where it begins in the file, where it stands there as it is.
    pub(in crate::extract::migration) start: Option<usize>,
}

/// The value of a text without parts that are computed.
pub(in crate::extract::migration) fn literal<'t>(node: Node<'t>, text: &'t str) -> Option<Literal<'t>> {
    let written = node_text(node, text);
    match node.kind() {
        "string" | "template_string" | "encapsed_string" => {
            let is_computed = |child: &Node<'_>| match node.kind() {
                // PHP writes what is computed as any expression.
                "encapsed_string" => !matches!(child.kind(), "string_content" | "escape_sequence"),
                _ => matches!(child.kind(), "interpolation" | "template_substitution"),
            };
            if children(node).iter().any(is_computed) {
                return None;
            }
            let prefix = written.find(['"', '\'', '`', '%'])?;
            let quotes = written.get(prefix..)?;
            let width = if quotes.starts_with("\"\"\"") || quotes.starts_with("'''") { 3 } else { 1 };
            inside(node, text, prefix + width, width, !written.starts_with(['r', 'R']))
        }
        "string_literal" => inside(node, text, 1, 1, true),
        // PHP's.
        "heredoc" | "nowdoc" => {
            let body = node.child_by_field_name("value")?;
            if children(body)
                .iter()
                .any(|part| !matches!(part.kind(), "string_content" | "nowdoc_string" | "escape_sequence"))
            {
                return None;
            }
            Some(Literal { text: Cow::Borrowed(node_text(body, text)), start: Some(body.start_byte()) })
        }
        // Elixir's `~s(…)`.
        "sigil" => {
            let mut parts = children(node).into_iter().filter(|part| part.kind() != "sigil_name");
            let body = parts.next().filter(|part| part.kind() == "quoted_content" && parts.next().is_none())?;
            Some(Literal { text: Cow::Borrowed(node_text(body, text)), start: Some(body.start_byte()) })
        }
        "verbatim_string_literal" => {
            let plain = inside(node, text, 2, 1, false)?;
            Some(if plain.text.contains("\"\"") {
                Literal { text: Cow::Owned(plain.text.replace("\"\"", "\"")), start: None }
            } else {
                plain
            })
        }
        "raw_string_literal" => {
            // C#'s `"""…"""`, Rust's `r#"…"#`.
            let before = written.find('"')?;
            let hashes = written.bytes().take(before).filter(|&byte| byte == b'#').count();
            let quotes = written.bytes().skip(before).take_while(|&byte| byte == b'"').count();
            let quotes = if before > 0 { 1 } else { quotes };
            inside(node, text, before + quotes, quotes + hashes, false)
        }
        "simple_symbol" | "atom" => inside(node, text, 1, 0, false),
        "heredoc_beginning" => heredoc(node, text),
        "concatenated_string" | "chained_string" => joined(children(node), text),
        "binary_operator" | "binary_expression" | "binary" => {
            let operator = node.child_by_field_name("operator")?;
            if matches!(node_text(operator, text), "+" | "." | "<>") { joined(children(node), text) } else { None }
        }
        "parenthesized_expression" => literal(node.named_child(0)?, text),
        // `sa.text("…")`, `Sequelize.literal("…")`.
        "call" | "call_expression" => {
            let call = Call::of(node, text)?;
            if matches!(call.name, "text" | "literal" | "dedent" | "squish" | "strip_heredoc") {
                literal(call.at(0).or(call.target)?, text)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// The bytes of a node without its quotes.
fn inside<'t>(node: Node<'t>, text: &'t str, before: usize, after: usize, escapes: bool) -> Option<Literal<'t>> {
    let start = node.start_byte() + before;
    let inner = text.get(start..node.end_byte().checked_sub(after)?)?;
    if escapes && inner.contains('\\') {
        return Some(Literal { text: Cow::Owned(unescaped(inner)), start: None });
    }
    Some(Literal { text: Cow::Borrowed(inner), start: Some(start) })
}

fn unescaped(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    let mut characters = written.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n' | 'r' | 't' | '\n') => plain.push(' '),
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

fn joined<'t>(parts: Vec<Node<'t>>, text: &'t str) -> Option<Literal<'t>> {
    let mut whole = String::new();
    for part in parts {
        // Sums nest to the left; each level is read once more, so long ones are refused.
        if whole.len() > MAX_JOINED || part.child_count() > 0 && part.kind().starts_with("binary") && depth(part) > 40 {
            return None;
        }
        whole.push_str(&literal(part, text)?.text);
    }
    Some(Literal { text: Cow::Owned(whole), start: None })
}

/// A longer text that is put together is not read.
const MAX_JOINED: usize = 1024 * 1024;

/// How deep sums nest to the left.
fn depth(node: Node<'_>) -> usize {
    let mut depth = 0;
    let mut at = node;
    while let Some(left) = at.named_child(0).filter(|left| left.kind().starts_with("binary")) {
        depth += 1;
        at = left;
    }
    depth
}

/// The body of a heredoc of which the beginning is an argument: bodies follow in the order of beginnings.
fn heredoc<'t>(beginning: Node<'t>, text: &'t str) -> Option<Literal<'t>> {
    let mut root = beginning;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let (mut beginnings, mut bodies) = (Vec::new(), Vec::new());
    crate::syntax::descendants(root, |node| {
        match node.kind() {
            "heredoc_beginning" => beginnings.push(node.id()),
            "heredoc_body" => bodies.push(node),
            _ => {}
        }
        true
    });
    let index = beginnings.iter().position(|&id| id == beginning.id())?;
    let body = *bodies.get(index)?;
    let parts = children(body);
    if parts.iter().any(|part| part.kind() == "interpolation") {
        return None;
    }
    let end = parts.iter().find(|part| part.kind() == "heredoc_end").map_or(body.end_byte(), Node::start_byte);
    let inner = text.get(body.start_byte()..end)?;
    Some(Literal { text: Cow::Borrowed(inner), start: Some(body.start_byte()) })
}
