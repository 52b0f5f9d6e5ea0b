//! Routes of Go servers: net/http, gorilla/mux, chi, gin, echo, Fiber, and the health service of gRPC.

mod comparison;
mod groups;
mod handlers;
mod libraries;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::{add, join, literals, refer, unquoted};
use crate::extract::code::words::words;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HEALTH_INDICATOR, HandlerReference, Language, Route};
use crate::syntax::{Source, descendants, node_text};
use groups::Groups;

pub(super) use handlers::GoHandlers;

/// Finds routes in Go.
#[derive(Clone, Copy)]
pub(crate) struct GoRoutes;

/// Frameworks by a part of their import paths; the standard library last, because the others import it too.
const MODULES: &[(&str, &str)] = &[
    ("github.com/gin-gonic/gin", "Gin"),
    ("github.com/labstack/echo", "Echo"),
    ("github.com/gofiber/fiber", "Fiber"),
    ("github.com/go-chi/chi", "chi"),
    ("github.com/gorilla/mux", "gorilla/mux"),
    ("google.golang.org/grpc/health", "gRPC"),
    ("net/http", "net/http"),
];

/// Where routers get a prefix, routes at the root of one that may have got it in another file, and middleware that answers.
const ROUTERS: &[&str] = &[
    "StripPrefix(",
    ".Group(\"",
    ".Mount(\"",
    ".Route(\"",
    "GET(\"\"",
    "Get(\"\"",
    "GET(\"/\"",
    "Get(\"/\"",
    "HandleFunc(\"/\"",
    "rest.Ping",
    "R.Ping",
];

impl Extractor for GoRoutes {
    fn name(&self) -> &'static str {
        "go-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        // Where libraries of checks are used, the paths may be known to them alone.
        literals.push("heptiolabs/healthcheck".to_owned());
        literals.extend(ROUTERS.iter().map(|&text| text.to_owned()));
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Go)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let registers = libraries::are_imported(text);
        let framework = MODULES.iter().find(|(module, _)| text.contains(module)).map(|(_, framework)| *framework);
        let Some(framework) = framework.or(registers.then_some("net/http")) else { return };
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader {
            source,
            text,
            framework,
            constants: BTreeMap::new(),
            packages: BTreeMap::new(),
            functions: Functions::new(),
            made: BTreeMap::new(),
            registers,
        };
        reader.prepare(tree.root_node());
        let groups = Groups::read(&reader, tree.root_node());
        groups.add_mounts(&reader, tree.root_node(), found);
        if registers {
            libraries::add_checks(&reader, tree.root_node(), found);
        }
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "call_expression" => reader.call(node, &groups, found),
                "if_statement" | "expression_switch_statement" => comparison::find(&reader, node, found),
                _ => {}
            }
            true
        });
    }
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    framework: &'static str,
    constants: BTreeMap<&'tree str, &'tree str>,
    /// The folders of imported packages by their names here.
    packages: BTreeMap<&'tree str, &'tree str>,
    functions: Functions<'tree>,
    /// Handlers and routers that a function makes: `ready := newReadiness(db)`.
    made: BTreeMap<&'tree str, Node<'tree>>,
    /// Whether a library of checks is imported.
    registers: bool,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'_>) -> &'tree str {
        node_text(node, self.text)
    }

    /// Whether a handler, or what a variable of that name was given, is that of a library of checks.
    fn answers_by_library(&self, handler: Node<'tree>) -> bool {
        let written = self.text_of(handler);
        libraries::answers(written)
            || self
                .made
                .get(written)
                .is_some_and(|&function| libraries::answers(&format!("{}(", self.text_of(function))))
    }

    fn prepare(&mut self, root: Node<'tree>) {
        descendants(root, |node| {
            match node.kind() {
                "const_spec" | "var_spec" => {
                    let value = node.child_by_field_name("value").and_then(|list| list.named_child(0));
                    if let (Some(name), Some(text)) =
                        (node.child_by_field_name("name"), value.and_then(|value| self.string(value)))
                    {
                        self.constants.insert(self.text_of(name), text);
                    }
                }
                "import_spec" => self.import(node),
                "function_declaration" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        self.functions.insert(self.text_of(name), node);
                    }
                }
                "short_var_declaration" => self.maker(node),
                _ => {}
            }
            true
        });
    }

    fn import(&mut self, spec: Node<'tree>) {
        let path = spec.child_by_field_name("path").and_then(|path| unquoted(self.text_of(path)));
        let folder = path.and_then(|path| path.rsplit('/').next());
        if let Some(folder) = folder {
            let name = spec.child_by_field_name("name").map_or(folder, |name| self.text_of(name));
            self.packages.insert(name, folder);
        }
    }

    fn maker(&mut self, declaration: Node<'tree>) {
        let first = |field| declaration.child_by_field_name(field).and_then(|list| list.named_child(0));
        let (Some(name), Some(call)) = (first("left"), first("right")) else { return };
        if let Some(function) = call.child_by_field_name("function").filter(|_| call.kind() == "call_expression") {
            self.made.insert(self.text_of(name), function);
        }
    }

    /// The function of another file that answers, where a handler is one.
    fn elsewhere(&self, handler: Node<'tree>) -> Option<String> {
        let called = handler.child_by_field_name("function").filter(|_| handler.kind() == "call_expression");
        let written = self.text_of(called.unwrap_or(handler));
        let function = self.made.get(written).map_or(written, |&function| self.text_of(function));
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        (function.len() < 100 && function.chars().all(is_name) && !self.functions.contains_key(function))
            .then(|| function.to_owned())
    }

    fn method(&self, call: Node<'tree>) -> Option<(Node<'tree>, &'tree str)> {
        let callee = call.child_by_field_name("function").filter(|callee| callee.kind() == "selector_expression")?;
        Some((callee.child_by_field_name("operand")?, self.text_of(callee.child_by_field_name("field")?)))
    }

    fn arguments(call: Node<'tree>) -> Vec<Node<'tree>> {
        let list = call.child_by_field_name("arguments");
        list.map(|list| list.named_children(&mut list.walk()).filter(|node| node.kind() != "comment").collect())
            .unwrap_or_default()
    }

    fn argument(call: Node<'tree>, index: usize) -> Option<Node<'tree>> {
        Self::arguments(call).get(index).copied()
    }

    fn string(&self, node: Node<'tree>) -> Option<&'tree str> {
        match node.kind() {
            "interpreted_string_literal" | "raw_string_literal" => unquoted(self.text_of(node)),
            "identifier" => self.constants.get(self.text_of(node)).copied(),
            // The paths that Fiber suggests for its health checks.
            "selector_expression" => match self.text_of(node) {
                "healthcheck.LivenessEndpoint" | "healthcheck.DefaultLivenessEndpoint" => Some("/livez"),
                "healthcheck.ReadinessEndpoint" | "healthcheck.DefaultReadinessEndpoint" => Some("/readyz"),
                _ => None,
            },
            // What follows an unknown beginning: `basePath + "/health"`.
            "binary_expression" => {
                let right =
                    node.child_by_field_name("right").filter(|right| right.kind().ends_with("string_literal"))?;
                unquoted(self.text_of(right))
            }
            _ => None,
        }
    }

    fn call(&self, call: Node<'tree>, groups: &Groups<'tree>, found: &mut Found<'_>) {
        let Some((object, name)) = self.method(call) else { return };
        if self.library(call, object, name, found) {
            return;
        }
        let mut arguments = Self::arguments(call);
        let Some(method) = method_of(self, name, &mut arguments) else { return };
        let [first, .., last] = arguments.as_slice() else { return };
        let Some(pattern) = self.string(*first) else { return };
        let takes_handler = !last.kind().ends_with("literal") || last.kind() == "func_literal";
        if !takes_handler || matches!(last.kind(), "nil" | "unary_expression") || is_client(self.text_of(object)) {
            return;
        }
        // Since Go 1.22: "GET /health", and hosts before the path.
        let (method, path) = match pattern.split_once(' ') {
            Some((method, path)) => (method, path.trim_start()),
            None => (self.restricted(call).unwrap_or(method), pattern),
        };
        let Some(path) = path_of(path) else { return };
        let group = groups.resolve(self, object);
        let middle = arguments.get(1..arguments.len() - 1).unwrap_or_default();
        let path = join(&group.prefix, path);
        let handling = handler::read(*last, &self.functions, self.text);
        if handling.is_of_another_service(&path) {
            return;
        }
        let mut route = Route { checks: handling.checks(), ..Route::new(self.framework, method, path) };
        group.router.clone_into(&mut route.router);
        route.needs_login = group.needs_login
            || middle.iter().any(|&node| handler::is_guard(self.text_of(node)))
            || (last.kind() == "call_expression"
                && last.child_by_field_name("function").is_some_and(|callee| handler::is_guard(self.text_of(callee))));
        if super::is_of_interest(&route.path)
            && let Some(function) = self.elsewhere(*last)
        {
            let data = Data::HandlerReference(HandlerReference::to(function));
            found.add(self.source.span(call.byte_range()), data);
        }
        if self.registers && super::is_of_interest(&route.path) && self.answers_by_library(*last) {
            let data = HandlerReference::to(HEALTH_INDICATOR.to_owned());
            found.add(self.source.span(call.byte_range()), Data::HandlerReference(data));
        }
        refer(self.source, found, call, &route, &handling);
        add(self.source, found, call, route);
    }

    /// Calls that bring routes by themselves: the health service of gRPC, chi's heartbeat, Fiber's health checks.
    fn library(&self, call: Node<'tree>, object: Node<'tree>, name: &str, found: &mut Found<'_>) -> bool {
        match name {
            "RegisterHealthServer" => {
                let route = Route::new("gRPC", "ANY", "/grpc.health.v1.Health/Check".to_owned());
                add(self.source, found, call, route);
            }
            "Heartbeat" if self.framework == "chi" => {
                if let Some(path) = Self::argument(call, 0).and_then(|path| self.string(path)) {
                    add(self.source, found, call, Route::new("chi", "GET", path.to_owned()));
                }
            }
            // `router.Use(rest.Ping)` of go-pkgz answers by itself.
            "Use" | "With" if self.text.contains("\"github.com/go-pkgz/rest\"") => {
                let is_ping = |argument: &Node<'tree>| {
                    matches!(self.text_of(*argument).to_ascii_lowercase().as_str(), "r.ping" | "rest.ping")
                };
                if !Self::arguments(call).iter().any(is_ping) {
                    return false;
                }
                add(self.source, found, call, Route::new("net/http", "GET", "/ping".to_owned()));
            }
            "Use" if self.framework == "Fiber" => {
                let brings = |argument: &&Node<'tree>| self.text_of(**argument).starts_with("healthcheck.New(");
                if !Self::arguments(call).iter().any(|argument| brings(&argument)) || is_client(self.text_of(object)) {
                    return false;
                }
                for path in ["/livez", "/readyz"] {
                    add(self.source, found, call, Route::new("Fiber", "GET", path.to_owned()));
                }
            }
            "NewHandler" if self.registers => {
                libraries::own_routes(self, call, found);
                return false;
            }
            _ => return false,
        }
        true
    }

    /// gorilla's `r.HandleFunc("/health", h).Methods("GET")`.
    fn restricted(&self, call: Node<'tree>) -> Option<&'static str> {
        let mut outer = call;
        for _ in 0..4 {
            let selector = outer.parent().filter(|it| it.kind() == "selector_expression")?;
            outer = selector.parent().filter(|it| it.kind() == "call_expression")?;
            if selector.child_by_field_name("field").is_some_and(|field| self.text_of(field) == "Methods") {
                let arguments = Self::arguments(outer);
                let named = |wanted| arguments.iter().any(|it| named_method(self.text_of(*it)) == Some(wanted));
                return Some(["GET", "HEAD"].into_iter().find(|method| named(method)).unwrap_or("OTHER"));
            }
        }
        None
    }
}

/// The method that a registration is for; a method among the arguments is taken away.
fn method_of<'tree>(reader: &Reader<'_, 'tree>, name: &str, arguments: &mut Vec<Node<'tree>>) -> Option<&'static str> {
    let method = match name {
        "HandleFunc" | "Handle" | "Any" | "All" | "Match" | "Add" | "Method" | "MethodFunc" => "ANY",
        "Get" | "GET" => "GET",
        "Head" | "HEAD" => "HEAD",
        _ => return None,
    };
    let named = arguments.first().filter(|_| arguments.len() > 2).and_then(|it| named_method(reader.text_of(*it)));
    match (name, named) {
        ("Match" | "Add" | "Method" | "MethodFunc" | "Handle", Some(method)) => {
            arguments.remove(0);
            Some(method)
        }
        ("Match" | "Add" | "Method" | "MethodFunc", None) => None,
        _ => Some(method),
    }
}

/// The path of a pattern, below the root of a router where it is empty.
fn path_of(pattern: &str) -> Option<&str> {
    if pattern.is_empty() {
        return Some("/");
    }
    pattern.find('/').and_then(|at| pattern.get(at..)).filter(|_| !pattern.contains("://"))
}

fn is_client(receiver: &str) -> bool {
    let words = words(receiver.get(..100).unwrap_or(receiver));
    words.iter().any(|word| matches!(word.as_str(), "client" | "resty" | "request" | "req" | "header"))
}

/// The method that an argument names: `"GET"`, `http.MethodGet`, the first of `[]string{"GET", "HEAD"}`.
fn named_method(argument: &str) -> Option<&'static str> {
    let name = argument.trim_start_matches(|c: char| !c.is_ascii_uppercase());
    let is = |method: &str, constant: &str| {
        name.strip_prefix(method).is_some_and(|rest| rest.starts_with('"')) || name.starts_with(constant)
    };
    if is("GET", "MethodGet") {
        return Some("GET");
    }
    is("HEAD", "MethodHead").then_some("HEAD")
}
