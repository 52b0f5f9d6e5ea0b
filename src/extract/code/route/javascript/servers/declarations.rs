//! What makes a name stand for a server or router: imports, constructors, typed parameters.

use std::ops::Range;

use tree_sitter::Node;

use super::expressions::{argument, bare};
use super::{Binding, MAX_HOPS, Servers, join_prefix};
use crate::extract::code::unquoted;
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

/// The framework of a module.
fn framework_of(module: &str) -> Option<&'static str> {
    MODULES.iter().find(|(name, _)| *name == module).map(|&(_, title)| title)
}

/// Whether a text names one of the modules, before it is worth a parse.
pub(in super::super) fn are_mentioned(text: &str) -> bool {
    MODULES.iter().any(|(name, _)| memchr::memmem::find(text.as_bytes(), name.as_bytes()).is_some())
}

impl<'tree> Servers<'tree> {
    pub(super) fn import_names(&mut self, statement: Node<'tree>) {
        let module = statement.child_by_field_name("source").and_then(|source| unquoted(self.text_of(source)));
        let Some(module) = module else { return };
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
        match framework_of(module) {
            Some(framework) => {
                self.imports.extend(names.into_iter().map(|(local, name)| (local, (framework, name))));
            }
            None => names.into_iter().for_each(|(local, name)| self.import_local(local, module, name)),
        }
    }

    pub(super) fn declare(&mut self, declarator: Node<'tree>, scope: &Range<usize>) {
        let (Some(name), Some(value)) =
            (declarator.child_by_field_name("name"), declarator.child_by_field_name("value"))
        else {
            return;
        };
        let value = bare(value);
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
                } else if let Some(module) = self.required_module(value) {
                    self.import_local(self.text_of(name), module, "");
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
    pub(super) fn required(&self, call: Node<'tree>) -> Option<&'static str> {
        let callee = call.child_by_field_name("function")?;
        let argument = call.child_by_field_name("arguments")?.named_child(0)?;
        (self.text_of(callee) == "require").then(|| framework_of(unquoted(self.text_of(argument))?))?
    }

    pub(super) fn import_pattern(&mut self, pattern: Node<'tree>, framework: &'static str) {
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
    pub(super) fn bind(&mut self, name: &'tree str, value: Node<'tree>, range: Range<usize>) {
        let Some((made_by, framework, prefix)) = self.made(value) else { return };
        let name = name.strip_prefix("this.").unwrap_or(name);
        self.add(name, range, framework, prefix, Some(made_by.id()));
    }

    pub(super) fn add(
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
    pub(super) fn made(&self, value: Node<'tree>) -> Option<(Node<'tree>, &'static str, String)> {
        let mut node = value;
        let mut prefix = String::new();
        for _ in 0..MAX_HOPS {
            node = bare(node);
            if let Some(framework) = self.constructed(node) {
                let own = self.option(node, &["prefix", "basePath"]).unwrap_or("");
                return Some((node, framework, join_prefix(own, &prefix)));
            }
            let callee = node.child_by_field_name("function")?;
            if callee.child_by_field_name("property").is_some_and(|name| self.text_of(name) == "basePath") {
                prefix = join_prefix(argument(node, 0).and_then(|path| self.path(path)).unwrap_or(""), &prefix);
            }
            node = callee.child_by_field_name("object")?;
        }
        None
    }

    /// The framework whose server or router this expression makes: `express()`, `new Hono()`, `express.Router()`.
    pub(super) fn constructed(&self, node: Node<'tree>) -> Option<&'static str> {
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
    pub(super) fn take_parameters(&mut self, function: Node<'tree>) {
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
