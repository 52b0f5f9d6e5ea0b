//! The servers and routers of a JavaScript or TypeScript file: which names stand for one, where, and under which prefix
//! each is mounted in the same file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tree_sitter::Node;

use crate::extract::code::route::handler::{self, Functions};
use crate::extract::code::route::{join, unquoted};
use crate::syntax::{descendants, node_text};

/// Modules whose objects take routes, and the frameworks' names.
const MODULES: &[(&str, &str)] = &[
    ("express", "Express"),
    ("express-promise-router", "Express"),
    ("fastify", "Fastify"),
    ("fastify-plugin", "Fastify"),
    ("koa", "Koa"),
    ("@koa/router", "Koa"),
    ("koa-router", "Koa"),
    ("hono", "Hono"),
    ("hono/tiny", "Hono"),
    ("hono/quick", "Hono"),
    ("@hono/zod-openapi", "Hono"),
    ("elysia", "Elysia"),
    ("polka", "Polka"),
    ("restify", "Restify"),
    ("@hapi/hapi", "hapi"),
    ("itty-router", "itty-router"),
    ("h3", "h3"),
    ("find-my-way", "find-my-way"),
    ("@godaddy/terminus", "Terminus"),
    ("lightship", "Lightship"),
];

/// Exports of these modules that make a server or a router.
const CONSTRUCTORS: &[&str] = &[
    "default",
    "*",
    "Router",
    "express",
    "fastify",
    "Fastify",
    "Koa",
    "Hono",
    "OpenAPIHono",
    "Elysia",
    "createServer",
    "server",
    "Server",
    "createRouter",
    "AutoRouter",
    "IttyRouter",
];

/// How far mounts and chains of calls are followed.
const MAX_HOPS: usize = 200;
const MAX_MOUNTS: usize = 8;

/// The framework of a module.
pub(super) fn framework_of(module: &str) -> Option<&'static str> {
    MODULES.iter().find(|(name, _)| *name == module).map(|&(_, title)| title)
}

/// Whether a text names one of the modules, before it is worth a parse.
pub(super) fn are_mentioned(text: &str) -> bool {
    MODULES.iter().any(|(name, _)| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}

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
}

/// What a file says about its servers.
pub(super) struct Servers<'tree> {
    text: &'tree str,
    /// Local name → framework and exported name.
    imports: BTreeMap<&'tree str, (&'static str, &'tree str)>,
    constants: BTreeMap<&'tree str, &'tree str>,
    bindings: Vec<Binding<'tree>>,
    /// Named functions.
    pub(super) functions: Functions<'tree>,
    /// Names of parameters of any function.
    pub(super) parameters: BTreeSet<&'tree str>,
    /// Calls of a member, in the order of the text.
    pub(super) member_calls: Vec<Node<'tree>>,
}

impl<'tree> Servers<'tree> {
    /// Reads a file.
    pub(super) fn read(root: Node<'tree>, text: &'tree str) -> Self {
        let mut servers = Self {
            text,
            imports: BTreeMap::new(),
            constants: BTreeMap::new(),
            bindings: Vec::new(),
            functions: Functions::new(),
            parameters: BTreeSet::new(),
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
            "call_expression" => {
                if node.child_by_field_name("function").is_some_and(|callee| callee.kind() == "member_expression") {
                    self.member_calls.push(node);
                }
            }
            _ => {}
        }
    }

    fn import_names(&mut self, statement: Node<'tree>) {
        let module = statement.child_by_field_name("source").and_then(|source| unquoted(self.text_of(source)));
        let Some(framework) = module.and_then(framework_of) else { return };
        let text = self.text;
        let mut names = Vec::new();
        descendants(statement, |node| {
            match node.kind() {
                "import_clause" => {
                    let default = node.named_child(0).filter(|first| first.kind() == "identifier");
                    names.extend(default.map(|name| (node_text(name, text), "default")));
                }
                "namespace_import" => names.extend(node.named_child(0).map(|name| (node_text(name, text), "*"))),
                "import_specifier" => {
                    let name = node.child_by_field_name("name").map_or("", |name| node_text(name, text));
                    let local = node.child_by_field_name("alias").map_or(name, |alias| node_text(alias, text));
                    names.push((local, name));
                }
                _ => {}
            }
            true
        });
        self.imports.extend(names.into_iter().map(|(local, name)| (local, (framework, name))));
    }

    fn declare(&mut self, declarator: Node<'tree>, scope: &Range<usize>) {
        let (Some(name), Some(value)) =
            (declarator.child_by_field_name("name"), declarator.child_by_field_name("value"))
        else {
            return;
        };
        let value = self.bare(value);
        match value.kind() {
            "string" | "template_string" => {
                if let Some(text) = self.path(value) {
                    self.constants.insert(self.text_of(name), text);
                }
            }
            "arrow_function" | "function_expression" => {
                self.functions.entry(self.text_of(name)).or_insert(value);
            }
            _ => {
                if let Some(framework) = self.required(value) {
                    self.import_pattern(name, framework);
                } else {
                    self.bind(self.text_of(name), value, scope.clone());
                    if value.kind() == "call_expression" {
                        self.functions.entry(self.text_of(name)).or_insert(value);
                    }
                }
            }
        }
    }

    /// The framework that `require("express")` gives.
    fn required(&self, call: Node<'tree>) -> Option<&'static str> {
        let callee = call.child_by_field_name("function")?;
        let argument = call.child_by_field_name("arguments")?.named_child(0)?;
        (self.text_of(callee) == "require").then(|| framework_of(unquoted(self.text_of(argument))?))?
    }

    fn import_pattern(&mut self, pattern: Node<'tree>, framework: &'static str) {
        if pattern.kind() == "identifier" {
            self.imports.insert(self.text_of(pattern), (framework, "default"));
            return;
        }
        for part in pattern.named_children(&mut pattern.walk()) {
            let (exported, local) = match part.kind() {
                "pair_pattern" => (part.child_by_field_name("key"), part.child_by_field_name("value")),
                _ => (Some(part), Some(part)),
            };
            if let (Some(exported), Some(local)) = (exported, local) {
                self.imports.insert(self.text_of(local), (framework, self.text_of(exported)));
            }
        }
    }

    /// Binds a name to the server that a value makes, if it does.
    fn bind(&mut self, name: &'tree str, value: Node<'tree>, range: Range<usize>) {
        let Some((made_by, framework, prefix)) = self.made(value) else { return };
        let name = name.strip_prefix("this.").unwrap_or(name);
        self.add(name, range, framework, prefix, Some(made_by.id()));
    }

    fn add(
        &mut self,
        name: &'tree str,
        range: Range<usize>,
        framework: &'static str,
        prefix: String,
        made_by: Option<usize>,
    ) {
        self.bindings.push(Binding { name, range, framework, prefix, made_by, mounts: Vec::new(), guarded_from: None });
    }

    /// What a chain of calls starts with, if that makes a server: the node, the framework and the prefix.
    fn made(&self, value: Node<'tree>) -> Option<(Node<'tree>, &'static str, String)> {
        let mut node = value;
        let mut prefix = String::new();
        for _ in 0..MAX_HOPS {
            node = self.bare(node);
            if let Some(framework) = self.constructed(node) {
                let own = self.option(node, &["prefix", "basePath"]).unwrap_or("");
                return Some((node, framework, join_prefix(own, &prefix)));
            }
            let callee = node.child_by_field_name("function")?;
            if callee.child_by_field_name("property").is_some_and(|name| self.text_of(name) == "basePath") {
                prefix = join_prefix(self.argument(node, 0).and_then(|path| self.path(path)).unwrap_or(""), &prefix);
            }
            node = callee.child_by_field_name("object")?;
        }
        None
    }

    /// The framework whose server or router this expression makes: `express()`, `new Hono()`, `express.Router()`.
    fn constructed(&self, node: Node<'tree>) -> Option<&'static str> {
        let callee = match node.kind() {
            "call_expression" => node.child_by_field_name("function")?,
            "new_expression" => node.child_by_field_name("constructor")?,
            _ => return None,
        };
        let is_constructor = |name: &str| CONSTRUCTORS.contains(&name);
        if let Some(framework) = self.required(callee) {
            return Some(framework);
        }
        if callee.kind() == "member_expression" {
            let object = callee.child_by_field_name("object")?;
            let framework = self.required(object).or_else(|| Some(self.import(self.text_of(object))?.0))?;
            return is_constructor(self.text_of(callee.child_by_field_name("property")?)).then_some(framework);
        }
        let (framework, exported) = self.import(self.text_of(callee))?;
        is_constructor(exported).then_some(framework)
    }

    /// Parameters that are servers by their type, and Fastify's by their name.
    fn take_parameters(&mut self, function: Node<'tree>) {
        let list = function.child_by_field_name("parameters").or_else(|| function.child_by_field_name("parameter"));
        let Some(list) = list else { return };
        let parameters: Vec<Node<'tree>> =
            if list.kind() == "identifier" { vec![list] } else { list.named_children(&mut list.walk()).collect() };
        for parameter in parameters {
            let pattern = parameter.child_by_field_name("pattern").unwrap_or(parameter);
            if pattern.kind() != "identifier" {
                continue;
            }
            let name = self.text_of(pattern);
            self.parameters.insert(name);
            let typed = parameter.child_by_field_name("type").map(|annotation| {
                let written = self.text_of(annotation).trim_start_matches([':', ' ']);
                written.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$').next().unwrap_or("")
            });
            let framework = match typed {
                Some(root) => {
                    self.import(root).filter(|(_, name)| is_server_type(name)).map(|(framework, _)| framework)
                }
                None => (name == "fastify").then_some("Fastify"),
            };
            if let Some(framework) = framework {
                self.add(name, function.byte_range(), framework, String::new(), None);
            }
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
            node = self.bare(node);
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
            let first = self.argument(node, 0).and_then(|argument| self.path(argument));
            if name == "basePath" {
                prefix = join_prefix(first.unwrap_or(""), &prefix);
            } else if name == "route" && self.argument(node, 1).is_none() {
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
                Receiver { framework: binding.framework, prefixes, path, guarded_from: binding.guarded_from }
            }
            Err(framework) => Receiver { framework, prefixes: vec![extra], path, guarded_from: None },
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

    /// Finds where routers are mounted, and from where on a guard stands before a router's routes.
    fn mount(&mut self) {
        for index in 0..self.member_calls.len() {
            let Some(&call) = self.member_calls.get(index) else { return };
            let Some((parent, name)) = self.member_of_binding(call) else { continue };
            match name {
                "use" | "route" => self.mount_router(call, parent),
                "register" => self.mount_plugin(call, parent),
                _ => {}
            }
        }
    }

    fn member_of_binding(&self, call: Node<'tree>) -> Option<(usize, &'tree str)> {
        let callee = call.child_by_field_name("function")?;
        let name = self.text_of(callee.child_by_field_name("property")?);
        if !matches!(name, "use" | "route" | "register") {
            return None;
        }
        let (binding, ..) = self.chain(callee.child_by_field_name("object")?)?;
        Some((binding.ok()?, name))
    }

    fn mount_router(&mut self, call: Node<'tree>, parent: usize) {
        let first = self.argument(call, 0);
        let prefix = first.and_then(|argument| self.path(argument));
        let arguments = call.child_by_field_name("arguments");
        let Some(list) = arguments else { return };
        for argument in list.named_children(&mut list.walk()) {
            let router = match argument.kind() {
                // Koa mounts `router.routes()`.
                "call_expression" => {
                    argument.child_by_field_name("function").and_then(|f| f.child_by_field_name("object"))
                }
                _ => Some(argument),
            };
            let child = router.and_then(|router| self.lookup(self.text_of(router), call.start_byte()));
            if let Some(child) = child.filter(|&child| child != parent) {
                if let Some(binding) = self.bindings.get_mut(child) {
                    binding.mounts.push((parent, prefix.unwrap_or("").to_owned()));
                }
            } else if prefix.is_none() && stops_strangers(self.text_of(argument)) {
                if let Some(binding) = self.bindings.get_mut(parent) {
                    binding.guarded_from = binding.guarded_from.or(Some(call.start_byte()));
                }
            }
        }
    }

    /// `fastify.register(plugin, { prefix })`: the plugin's first parameter is a server below the prefix.
    fn mount_plugin(&mut self, call: Node<'tree>, parent: usize) {
        let Some(plugin) = self.argument(call, 0) else { return };
        let plugin = self.functions.get(self.text_of(plugin)).copied().unwrap_or(plugin);
        let prefix = self.argument(call, 1).and_then(|options| self.property(options, &["prefix"]));
        let prefix = prefix.and_then(|value| self.path(value)).unwrap_or("").to_owned();
        let list = plugin.child_by_field_name("parameters").or_else(|| plugin.child_by_field_name("parameter"));
        let Some(list) = list else { return };
        let first = if list.kind() == "identifier" { Some(list) } else { list.named_child(0) };
        let Some(first) = first else { return };
        let name = self.text_of(first.child_by_field_name("pattern").unwrap_or(first));
        let range = plugin.byte_range();
        let existing = self.bindings.iter().position(|binding| binding.name == name && binding.range == range);
        let index = existing.unwrap_or(self.bindings.len());
        if existing.is_none() {
            self.add(name, range, "Fastify", String::new(), None);
        }
        if let Some(binding) = self.bindings.get_mut(index) {
            binding.mounts.push((parent, prefix));
        }
    }

    /// An expression without what does not change its value.
    fn bare(&self, node: Node<'tree>) -> Node<'tree> {
        let mut node = node;
        for _ in 0..MAX_HOPS {
            let is_wrapper = matches!(
                node.kind(),
                "await_expression"
                    | "parenthesized_expression"
                    | "as_expression"
                    | "satisfies_expression"
                    | "non_null_expression"
            );
            match node.named_child(0).filter(|_| is_wrapper) {
                Some(inner) => node = inner,
                None => break,
            }
        }
        node
    }

    /// The argument of a call or `new` at an index, comments left out.
    pub(super) fn argument(&self, call: Node<'tree>, index: usize) -> Option<Node<'tree>> {
        let list = call.child_by_field_name("arguments")?;
        list.named_children(&mut list.walk()).filter(|node| node.kind() != "comment").nth(index)
    }

    /// A text: a literal, or the name of a constant of this file. Of a template, what follows an unknown beginning.
    pub(super) fn path(&self, node: Node<'tree>) -> Option<&'tree str> {
        let node = self.bare(node);
        match node.kind() {
            "string" => unquoted(self.text_of(node)),
            "template_string" => {
                let inner = unquoted(self.text_of(node))?;
                if !inner.contains("${") {
                    return Some(inner);
                }
                let (_, rest) = inner.strip_prefix("${")?.split_once('}')?;
                (rest.starts_with('/') && !rest.contains("${")).then_some(rest)
            }
            "identifier" => self.constants.get(self.text_of(node)).copied(),
            _ => None,
        }
    }

    /// The value of one of these keys of an object.
    pub(super) fn property(&self, object: Node<'tree>, keys: &[&str]) -> Option<Node<'tree>> {
        if object.kind() != "object" {
            return None;
        }
        object.named_children(&mut object.walk()).find_map(|pair| {
            let key = pair.child_by_field_name("key").or_else(|| pair.child_by_field_name("name"))?;
            let written = self.text_of(key);
            let name = unquoted(written).unwrap_or(written);
            keys.contains(&name).then(|| pair.child_by_field_name("value").unwrap_or(pair))
        })
    }

    /// The text of an option in the first argument that is an object.
    fn option(&self, call: Node<'tree>, keys: &[&str]) -> Option<&'tree str> {
        let list = call.child_by_field_name("arguments")?;
        let found = list.named_children(&mut list.walk()).find_map(|object| self.property(object, keys))?;
        self.path(found)
    }
}

/// A prefix and what follows it; empty where both are.
fn join_prefix(prefix: &str, rest: &str) -> String {
    let joined = join(prefix, rest);
    if joined == "/" { String::new() } else { joined }
}

/// Types of parameters on which routes are registered.
fn is_server_type(name: &str) -> bool {
    matches!(
        name,
        "*" | "default" | "FastifyInstance" | "FastifyPluginAsync" | "Express" | "Application" | "Elysia" | "Server"
    ) || name.ends_with("Router")
        || name.ends_with("Hono")
        || name.ends_with("Koa")
}

/// Whether a middleware for everything lets nobody in who is not signed in, by its name. What only reads a session
/// (`session()`, `passport.session()`) lets everybody in.
fn stops_strangers(name: &str) -> bool {
    let name = name.split('(').next().unwrap_or(name);
    let words = handler::words(name);
    let acts =
        ["require", "requires", "ensure", "authenticate", "authenticated", "protect", "authorize", "verify", "check"];
    handler::is_guard(name) && words.iter().any(|word| acts.contains(&word.as_str()))
}
