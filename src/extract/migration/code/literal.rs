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
        // Java's and Kotlin's blocks have three quotes.
        "string_literal" | "multiline_string_literal" => {
            let width = if written.starts_with("\"\"\"") { 3 } else { 1 };
            if children(node).iter().any(|part| part.kind().contains("interpolat")) {
                return None;
            }
            inside(node, text, width, width, width == 1)
        }
        "interpreted_string_literal" => inside(node, text, 1, 1, true),
        // Go's.
        "raw_string_literal" if written.starts_with('`') => inside(node, text, 1, 1, false),
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

/// What a heredoc says, of which the beginning is an argument; `None` where a part of it is computed.
fn heredoc<'t>(beginning: Node<'t>, text: &'t str) -> Option<Literal<'t>> {
    let body = heredoc_body(beginning)?;
    if children(body).iter().any(|part| part.kind() == "interpolation") {
        return None;
    }
    Some(Literal { text: Cow::Borrowed(heredoc_text(beginning, text)?), start: Some(body.start_byte()) })
}

/// The text of a heredoc as it is written.
pub(super) fn heredoc_text<'t>(beginning: Node<'t>, text: &'t str) -> Option<&'t str> {
    let body = heredoc_body(beginning)?;
    let parts = children(body);
    let end = parts.iter().find(|part| part.kind() == "heredoc_end").map_or(body.end_byte(), Node::start_byte);
    text.get(body.start_byte()..end)
}

/// The body of a heredoc: bodies follow in the order of beginnings.
fn heredoc_body(beginning: Node<'_>) -> Option<Node<'_>> {
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
    bodies.get(index).copied()
}

/// The value that a name stands for, where it is given one in one place: before it in the same function, or else outside
/// of functions.
pub(super) fn binding<'t>(name: Node<'t>, text: &str) -> Option<Node<'t>> {
    if !matches!(name.kind(), "identifier" | "constant" | "variable_name") {
        return None;
    }
    let wanted = node_text(name, text);
    let own = function_of(name);
    let mut root = name;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let (mut near, mut outside) = (Vec::new(), Vec::new());
    crate::syntax::descendants(root, |node| {
        let Some((target, value)) = assigned(node) else { return true };
        if node_text(target, text) == wanted {
            match function_of(node) {
                None => outside.push(value),
                function if function == own && node.end_byte() <= name.start_byte() => near.push(value),
                _ => {}
            }
        }
        true
    });
    match (near.as_slice(), outside.as_slice()) {
        ([value], _) | ([], [value]) => Some(*value),
        _ => None,
    }
}

/// The target and the value of an assignment, in every language.
fn assigned(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let pair = |left: &str, right: &str| node.child_by_field_name(left).zip(node.child_by_field_name(right));
    match node.kind() {
        "assignment" | "assignment_expression" => pair("left", "right"),
        "variable_declarator" => pair("name", "value")
            .or_else(|| node.child_by_field_name("name").zip(children(node).into_iter().next_back())),
        // Go's lists of one.
        "short_var_declaration" => pair("left", "right")
            .map(|(left, right)| (left.named_child(0).unwrap_or(left), right.named_child(0).unwrap_or(right))),
        "const_spec" | "var_spec" => {
            pair("name", "value").map(|(name, value)| (name, value.named_child(0).unwrap_or(value)))
        }
        _ => None,
    }
}

/// The function that a node stands in.
fn function_of(node: Node<'_>) -> Option<usize> {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if matches!(
            parent.kind(),
            "function_definition"
                | "function_declaration"
                | "function_expression"
                | "arrow_function"
                | "method"
                | "method_definition"
                | "method_declaration"
                | "singleton_method"
                | "func_literal"
        ) {
            return Some(parent.id());
        }
        at = parent;
    }
    None
}
