//! The text of words: quotes removed, expansions kept, workflow expressions protected from the grammar.

use tree_sitter::Node;

use super::Word;
use crate::syntax::node_text;

/// The text with every `${{ … }}` replaced by as many `x`, so that the grammar sees a plain word.
pub fn mask_expressions(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        masked.push_str(before);
        let Some((inside, after)) = after.split_once("}}") else {
            masked.push_str(rest.get(before.len()..).unwrap_or(""));
            return masked;
        };
        masked.extend(std::iter::repeat_n('x', inside.len() + 5));
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// The word of an argument node.
pub(super) fn word(node: Node<'_>, text: &str) -> Word {
    let mut content = String::new();
    if node.kind() == "concatenation" {
        let mut cursor = node.walk();
        for part in node.children(&mut cursor) {
            content.push_str(&unquoted(part, text));
        }
    } else {
        content = unquoted(node, text);
    }
    Word { text: content, range: node.byte_range() }
}

fn unquoted(node: Node<'_>, text: &str) -> String {
    let raw = node_text(node, text);
    let inner = |start: &str, end: char| {
        let rest = raw.strip_prefix(start).unwrap_or(raw);
        rest.strip_suffix(end).unwrap_or(rest).to_owned()
    };
    match node.kind() {
        "string" => inner("\"", '"').replace("\\\"", "\"").replace("\\\n", ""),
        "raw_string" => inner("'", '\''),
        "ansi_c_string" => inner("$'", '\''),
        "translated_string" => inner("$\"", '"'),
        "word" => raw.replace("\\\n", "").replace('\\', ""),
        _ => raw.to_owned(),
    }
}

/// A word as it is written in shell text: with quotes where it needs them.
pub fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./=:@,+%{}$".contains(&b));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_text_keeps_its_length() {
        assert_eq!(mask_expressions("a ${{ b }} c"), "a xxxxxxxx c");
        assert_eq!(mask_expressions("a ${{ b"), "a ${{ b");
        let text = "${{ x }} ü ${{ y.z }}";
        assert_eq!(mask_expressions(text).len(), text.len());
    }
}
