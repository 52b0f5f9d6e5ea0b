//! The servers and routers of a JavaScript or TypeScript file: which names stand for one, where, and under which prefix
//! each is mounted in the same file.

mod declarations;
mod elsewhere;
mod expressions;
mod mounts;

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::Node;

use crate::extract::code::route::handler::Functions;
use crate::extract::code::route::join;
use crate::syntax::{descendants, node_text};

pub(super) use declarations::are_mentioned;
use elsewhere::Elsewhere;
pub(super) use expressions::argument;
use expressions::bare;

/// How far mounts and chains of calls are followed.
const MAX_HOPS: usize = 200;
const MAX_MOUNTS: usize = 8;

/// A name that stands for a server or router in a region of the text.
struct Binding<'tree> {
    name: &'tree str,
    range: Range<usize>,
    framework: &'static str,
    prefix: String,
    /// The node that makes it.
    made_by: Option<usize>,
    /// Where it is mounted: on which binding, under which prefix.
    mounts: Vec<(usize, String)>,
    /// Bytes from which on all its routes want a session.
    guarded_from: Option<usize>,
}

/// What routes are registered on.
#[derive(Debug)]
pub(super) struct Receiver {
    /// The framework's name.
    pub(super) framework: &'static str,
    /// The paths under which its routes are found.
    pub(super) prefixes: Vec<String>,
    /// A path given by `.route("/x")` in the chain.
    pub(super) path: Option<String>,
    /// The byte from which on its routes want a session.
    pub(super) guarded_from: Option<usize>,
    /// Its name, where it is not mounted in this file: then perhaps in another one.
    pub(super) router: String,
}

impl Receiver {
    /// A server of that framework, of which no more is known.
    pub(super) fn of(framework: &'static str) -> Self {
        Self { framework, prefixes: vec![String::new()], path: None, guarded_from: None, router: String::new() }
    }
}

/// What a file says about its servers.
pub(super) struct Servers<'tree> {
    text: &'tree str,
    /// Local name → framework and exported name.
    imports: BTreeMap<&'tree str, (&'static str, &'tree str)>,
    /// Local name → module and exported name, for modules that are no framework's.
    local: BTreeMap<&'tree str, (&'tree str, &'tree str)>,
    constants: BTreeMap<&'tree str, &'tree str>,
    /// Routers of other files that are mounted here.
    elsewhere: Vec<Elsewhere<'tree>>,
    bindings: Vec<Binding<'tree>>,
    /// Named functions.
    pub(super) functions: Functions<'tree>,
    /// Calls of a member, in the order of the text.
    pub(super) member_calls: Vec<Node<'tree>>,
}

impl<'tree> Servers<'tree> {
    /// Reads a file.
    pub(super) fn read(root: Node<'tree>, text: &'tree str) -> Self {
        let mut servers = Self {
            text,
            imports: BTreeMap::new(),
            local: BTreeMap::new(),
            elsewhere: Vec::new(),
            constants: BTreeMap::new(),
            bindings: Vec::new(),
            functions: Functions::new(),
            member_calls: Vec::new(),
        };
        // The regions of open functions and blocks, the innermost last.
        let mut scopes: Vec<Range<usize>> = vec![root.byte_range()];
        descendants(root, |node| {
            while scopes.len() > 1 && scopes.last().is_some_and(|scope| !scope.contains(&node.start_byte())) {
                scopes.pop();
            }
            let scope = scopes.last().cloned().unwrap_or_default();
            servers.visit(node, &scope);
            let is_function = node.child_by_field_name("body").is_some()
                && (node.child_by_field_name("parameters").is_some()
                    || node.child_by_field_name("parameter").is_some());
            if is_function || node.kind() == "statement_block" {
                scopes.push(node.byte_range());
            }
            true
        });
        servers.mount();
        servers
    }

    /// Whether the file imports any server framework.
    pub(super) fn imports_any(&self) -> Option<&'static str> {
        self.imports.values().next().map(|&(framework, _)| framework)
    }

    /// The framework that a local name was imported from, under which exported name.
    pub(super) fn import(&self, name: &str) -> Option<(&'static str, &'tree str)> {
        self.imports.get(name).copied()
    }

    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn visit(&mut self, node: Node<'tree>, scope: &Range<usize>) {
        match node.kind() {
            "import_statement" => self.import_names(node),
            "variable_declarator" => self.declare(node, scope),
            "assignment_expression" => {
                if let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
                {
                    self.bind(self.text_of(left), right, 0..self.text.len());
                }
            }
            "public_field_definition" | "field_definition" => {
                let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"));
                if let (Some(name), Some(value)) = (name, node.child_by_field_name("value")) {
                    self.bind(self.text_of(name), value, 0..self.text.len());
                }
            }
            "function_declaration" | "generator_function_declaration" => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.functions.entry(self.text_of(name)).or_insert(node);
                }
                self.take_parameters(node);
            }
            "function_expression" | "arrow_function" | "method_definition" => self.take_parameters(node),
            "call_expression"
                if node.child_by_field_name("function").is_some_and(|callee| callee.kind() == "member_expression") =>
            {
                self.member_calls.push(node);
            }
            _ => {}
        }
    }

    /// The binding of a name at a place: the innermost.
    fn lookup(&self, name: &str, at: usize) -> Option<usize> {
        let name = name.strip_prefix("this.").unwrap_or(name);
        let found = self.bindings.iter().enumerate().filter(|(_, b)| b.name == name && b.range.contains(&at));
        found.min_by_key(|(_, b)| b.range.len()).map(|(index, _)| index)
    }

    /// The binding that a chain of calls starts from, with prefix and `.route()` path on the way.
    fn chain(&self, object: Node<'tree>) -> Option<(Result<usize, &'static str>, String, Option<String>)> {
        let mut node = object;
        let mut prefix = String::new();
        let mut path = None;
        for _ in 0..MAX_HOPS {
            node = bare(node);
            if let Some(framework) = self.constructed(node) {
                let binding = self.bindings.iter().position(|binding| binding.made_by == Some(node.id()));
                let own = self.option(node, &["prefix", "basePath"]).unwrap_or("");
                let prefix = if binding.is_some() { String::new() } else { join_prefix(own, &prefix) };
                return Some((binding.ok_or(framework), prefix, path));
            }
            if node.kind() != "call_expression" {
                return Some((Ok(self.lookup(self.text_of(node), node.start_byte())?), prefix, path));
            }
            let callee = node.child_by_field_name("function")?;
            let name = self.text_of(callee.child_by_field_name("property")?);
            let first = argument(node, 0).and_then(|argument| self.path(argument));
            if name == "basePath" {
                prefix = join_prefix(first.unwrap_or(""), &prefix);
            } else if name == "route" && argument(node, 1).is_none() {
                path = first.map(str::to_owned);
            }
            node = callee.child_by_field_name("object")?;
        }
        None
    }

    /// What a member is called on, where that is a server or router.
    pub(super) fn receiver(&self, object: Node<'tree>) -> Option<Receiver> {
        let (binding, extra, path) = self.chain(object)?;
        Some(match binding {
            Ok(index) => {
                let binding = self.bindings.get(index)?;
                let prefixes = self.prefixes(index).into_iter().map(|prefix| join_prefix(&prefix, &extra)).collect();
                let router = if binding.mounts.is_empty() { binding.name.to_owned() } else { String::new() };
                Receiver { framework: binding.framework, prefixes, path, guarded_from: binding.guarded_from, router }
            }
            Err(framework) => {
                Receiver { framework, prefixes: vec![extra], path, guarded_from: None, router: "router".to_owned() }
            }
        })
    }

    /// Every prefix under which a router is mounted.
    fn prefixes(&self, index: usize) -> Vec<String> {
        let mut complete = Vec::new();
        let mut open = vec![(index, String::new(), 0)];
        while let Some((index, suffix, hops)) = open.pop() {
            let Some(binding) = self.bindings.get(index) else { continue };
            let here = join_prefix(&binding.prefix, &suffix);
            if binding.mounts.is_empty() || hops >= MAX_MOUNTS {
                complete.push(here);
            } else {
                let mounts = binding.mounts.iter().take(MAX_MOUNTS);
                open.extend(mounts.map(|(parent, prefix)| (*parent, join_prefix(prefix, &here), hops + 1)));
            }
            if complete.len() + open.len() > MAX_MOUNTS * 4 {
                break;
            }
        }
        complete
    }
}

/// A prefix and what follows it; empty where both are.
fn join_prefix(prefix: &str, rest: &str) -> String {
    let joined = join(prefix, rest);
    if joined == "/" { String::new() } else { joined }
}
