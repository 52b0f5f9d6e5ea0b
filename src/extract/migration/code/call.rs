//! Calls in Python, Ruby, C#, JavaScript, TypeScript, PHP, Elixir and Rust, in one form.

use tree_sitter::Node;

pub(in crate::extract::migration) use super::literal::literal;
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
    "variable_name",
    "class_constant_access_expression",
    "scoped_identifier",
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
    /// The block of Ruby and Elixir.
    pub(in crate::extract::migration) block: Option<Node<'t>>,
    pub(in crate::extract::migration) node: Node<'t>,
    text: &'t str,
}

impl<'t> Call<'t> {
    /// Reads a node that is a call or makes an object.
    pub(in crate::extract::migration) fn of(node: Node<'t>, text: &'t str) -> Option<Self> {
        let function = match node.kind() {
            // Elixir.
            "call" if node.child_by_field_name("target").is_some() => node.child_by_field_name("target")?,
            // Python and Ruby.
            "call" => node.child_by_field_name("function").or_else(|| node.child_by_field_name("method"))?,
            // C#, JavaScript, Rust; functions of PHP.
            "invocation_expression" | "call_expression" | "function_call_expression" => {
                node.child_by_field_name("function")?
            }
            "new_expression" => node.child_by_field_name("constructor")?,
            // PHP.
            "member_call_expression" | "nullsafe_member_call_expression" | "scoped_call_expression" => {
                node.child_by_field_name("name")?
            }
            _ => return None,
        };
        let (target, name) = match function.kind() {
            "attribute" => (function.child_by_field_name("object"), function.child_by_field_name("attribute")?),
            "member_expression" => (function.child_by_field_name("object"), function.child_by_field_name("property")?),
            "member_access_expression" => {
                (function.child_by_field_name("expression"), function.child_by_field_name("name")?)
            }
            // Rust.
            "field_expression" => (function.child_by_field_name("value"), function.child_by_field_name("field")?),
            "scoped_identifier" => (function.child_by_field_name("path"), function.child_by_field_name("name")?),
            // Elixir's `Module.function`.
            "dot" => (function.child_by_field_name("left"), function.child_by_field_name("right")?),
            _ => {
                let receiver = ["receiver", "object", "scope"].iter().find_map(|field| node.child_by_field_name(field));
                (receiver, function)
            }
        };
        let name = node_text(name, text).split('<').next().unwrap_or("").trim();
        let of_kind = |kind: &str| node.named_children(&mut node.walk()).find(|child| child.kind() == kind);
        let list = node.child_by_field_name("arguments").or_else(|| of_kind("arguments"));
        let arguments = list.map(|list| {
            let written = children(list).into_iter().flat_map(|one| match one.kind() {
                // Elixir's options come last, as one argument.
                "keywords" => children(one),
                _ => vec![one],
            });
            written.filter_map(|one| argument(one, text)).collect()
        });
        Some(Self {
            name,
            receiver: target.map_or("", |target| node_text(target, text)),
            target,
            arguments: arguments.unwrap_or_default(),
            block: node.child_by_field_name("block").or_else(|| of_kind("do_block")),
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

    /// The text that the call stands in.
    pub(in crate::extract::migration) fn source(&self) -> &'t str {
        self.text
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
pub(in crate::extract::migration) fn children(node: Node<'_>) -> Vec<Node<'_>> {
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
    let key = node_text(node.child_by_field_name("key")?, text).trim_end().trim_matches([':', '"', '\'']);
    Some(Argument { key, value: node.child_by_field_name("value")? })
}

/// The entries of an object, a hash or a dictionary.
pub(in crate::extract::migration) fn entries<'t>(node: Node<'t>, text: &'t str) -> Vec<Argument<'t>> {
    children(node).into_iter().filter(|child| child.kind() == "pair").filter_map(|pair| entry(pair, text)).collect()
}
