//! Calls in Python, Ruby, C#, JavaScript and TypeScript, in one form.

use std::borrow::Cow;

use tree_sitter::Node;

use crate::syntax::node_text;

/// An argument of a call, an entry of an object.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract::migration) struct Argument<'t> {
    /// Its name, `""` where it has none.
    pub(in crate::extract::migration) key: &'t str,
    /// Its value.
    pub(in crate::extract::migration) value: Node<'t>,
}

/// Nodes that stand for a name which is given elsewhere.
const COMPUTED: &[&str] = &[
    "identifier",
    "constant",
    "attribute",
    "member_expression",
    "member_access_expression",
    "subscript",
    "subscript_expression",
    "element_reference",
    "element_access_expression",
    "scope_resolution",
];

/// A call.
#[derive(Debug, Clone)]
pub(in crate::extract::migration) struct Call<'t> {
    /// The function or method, without type arguments.
    pub(in crate::extract::migration) name: &'t str,
    /// What it is called on, as written; `""` where there is nothing.
    pub(in crate::extract::migration) receiver: &'t str,
    /// The node of what it is called on.
    pub(in crate::extract::migration) target: Option<Node<'t>>,
    pub(in crate::extract::migration) arguments: Vec<Argument<'t>>,
    /// Ruby's block.
    pub(in crate::extract::migration) block: Option<Node<'t>>,
    pub(in crate::extract::migration) node: Node<'t>,
    text: &'t str,
}

impl<'t> Call<'t> {
    /// Reads a node that is a call or makes an object.
    pub(in crate::extract::migration) fn of(node: Node<'t>, text: &'t str) -> Option<Self> {
        let function = match node.kind() {
            // Python and Ruby.
            "call" => node.child_by_field_name("function").or_else(|| node.child_by_field_name("method"))?,
            // C# and JavaScript.
            "invocation_expression" | "call_expression" => node.child_by_field_name("function")?,
            "new_expression" => node.child_by_field_name("constructor")?,
            _ => return None,
        };
        let (target, name) = match function.kind() {
            "attribute" => (function.child_by_field_name("object"), function.child_by_field_name("attribute")?),
            "member_expression" => (function.child_by_field_name("object"), function.child_by_field_name("property")?),
            "member_access_expression" => {
                (function.child_by_field_name("expression"), function.child_by_field_name("name")?)
            }
            _ => (node.child_by_field_name("receiver"), function),
        };
        let name = node_text(name, text).split('<').next().unwrap_or("").trim();
        let list = node.child_by_field_name("arguments");
        let arguments = list.map(|list| children(list).into_iter().filter_map(|one| argument(one, text)).collect());
        Some(Self {
            name,
            receiver: target.map_or("", |target| node_text(target, text)),
            target,
            arguments: arguments.unwrap_or_default(),
            block: node.child_by_field_name("block"),
            node,
            text,
        })
    }

    /// The argument at a place, of those without a name.
    pub(in crate::extract::migration) fn at(&self, index: usize) -> Option<Node<'t>> {
        self.arguments.iter().filter(|argument| argument.key.is_empty()).nth(index).map(|argument| argument.value)
    }

    /// The argument of that name.
    pub(in crate::extract::migration) fn key(&self, name: &str) -> Option<Node<'t>> {
        self.arguments.iter().find(|argument| !name.is_empty() && argument.key == name).map(|argument| argument.value)
    }

    /// The argument of that name, or at that place.
    pub(in crate::extract::migration) fn get(&self, index: usize, name: &str) -> Option<Node<'t>> {
        self.key(name).or_else(|| self.at(index))
    }

    /// The text of an argument of that name or at that place; a name that code computes is what it is written as.
    pub(in crate::extract::migration) fn word(&self, index: usize, name: &str) -> Option<String> {
        let node = self.get(index, name)?;
        match literal(node, self.text) {
            Some(literal) => Some(literal.text.into_owned()),
            None => COMPUTED.contains(&node.kind()).then(|| node_text(node, self.text).to_owned()),
        }
    }

    /// What a node is written as.
    pub(in crate::extract::migration) fn written(&self, node: Node<'_>) -> &'t str {
        node_text(node, self.text)
    }

    /// Whether an argument is written so.
    pub(in crate::extract::migration) fn is(&self, name: &str, written: &str) -> bool {
        self.key(name).is_some_and(|value| node_text(value, self.text) == written)
    }
}

/// The named children of a node, without comments.
pub(in crate::extract::migration) fn children<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    node.named_children(&mut node.walk()).filter(|child| child.kind() != "comment").collect()
}

fn argument<'t>(node: Node<'t>, text: &'t str) -> Option<Argument<'t>> {
    match node.kind() {
        "keyword_argument" => {
            let key = node_text(node.child_by_field_name("name")?, text);
            Some(Argument { key, value: node.child_by_field_name("value")? })
        }
        "pair" => entry(node, text),
        "argument" => {
            let key = node.child_by_field_name("name").map_or("", |name| node_text(name, text));
            let value = children(node).into_iter().next_back()?;
            Some(Argument { key, value })
        }
        _ => Some(Argument { key: "", value: node }),
    }
}

/// `key: value` of an object or of Ruby's arguments.
fn entry<'t>(node: Node<'t>, text: &'t str) -> Option<Argument<'t>> {
    let key = node_text(node.child_by_field_name("key")?, text).trim_matches([':', '"', '\'']);
    Some(Argument { key, value: node.child_by_field_name("value")? })
}

/// The entries of an object, a hash or a dictionary.
pub(in crate::extract::migration) fn entries<'t>(node: Node<'t>, text: &'t str) -> Vec<Argument<'t>> {
    children(node).into_iter().filter(|child| child.kind() == "pair").filter_map(|pair| entry(pair, text)).collect()
}

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
        "string" | "template_string" => {
            let is_computed = |child: &Node<'_>| matches!(child.kind(), "interpolation" | "template_substitution");
            if children(node).iter().any(is_computed) {
                return None;
            }
            let prefix = written.find(['"', '\'', '`', '%'])?;
            let quotes = written.get(prefix..)?;
            let width = if quotes.starts_with("\"\"\"") || quotes.starts_with("'''") { 3 } else { 1 };
            inside(node, text, prefix + width, width, !written.starts_with(['r', 'R']))
        }
        "string_literal" => inside(node, text, 1, 1, true),
        "verbatim_string_literal" => {
            let plain = inside(node, text, 2, 1, false)?;
            Some(if plain.text.contains("\"\"") {
                Literal { text: Cow::Owned(plain.text.replace("\"\"", "\"")), start: None }
            } else {
                plain
            })
        }
        "raw_string_literal" => {
            let width = written.bytes().take_while(|&byte| byte == b'"').count();
            inside(node, text, width, width, false)
        }
        "simple_symbol" => inside(node, text, 1, 0, false),
        "heredoc_beginning" => heredoc(node, text),
        "concatenated_string" | "chained_string" => joined(children(node), text),
        "binary_operator" | "binary_expression" | "binary" => {
            let operator = node.child_by_field_name("operator")?;
            if node_text(operator, text) == "+" { joined(children(node), text) } else { None }
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
