//! Routes of Go servers: net/http, gorilla/mux, chi, gin, echo, Fiber, and the health service of gRPC.

use std::collections::BTreeMap;
use std::ops::Range;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::{add, join, literals, unquoted};
use crate::extract::code::words::words;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerReference, Language, Route};
use crate::syntax::{Source, descendants, node_text};

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

impl Extractor for GoRoutes {
    fn name(&self) -> &'static str {
        "go-routes"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(literals())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Go)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let Some((_, framework)) = MODULES.iter().find(|(module, _)| text.contains(module)) else { return };
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader {
            source,
            text,
            framework,
            constants: BTreeMap::new(),
            groups: Vec::new(),
            functions: Functions::new(),
            made: BTreeMap::new(),
        };
        reader.prepare(tree.root_node());
        descendants(tree.root_node(), |node| {
            if node.kind() == "call_expression" {
                reader.call(node, found);
            }
            true
        });
    }
}

/// A router below a prefix, in a region of the text.
struct Group<'tree> {
    name: &'tree str,
    range: Range<usize>,
    prefix: String,
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    framework: &'static str,
    constants: BTreeMap<&'tree str, &'tree str>,
    groups: Vec<Group<'tree>>,
    functions: Functions<'tree>,
    /// Handlers that a function makes: `ready := newReadiness(db)`.
    made: BTreeMap<&'tree str, &'tree str>,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
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
                "function_declaration" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        self.functions.insert(self.text_of(name), node);
                    }
                }
                "short_var_declaration" => {
                    self.maker(node);
                    self.group(node);
                }
                "call_expression" => self.nested(node),
                _ => {}
            }
            true
        });
    }

    fn maker(&mut self, declaration: Node<'tree>) {
        let first = |field| declaration.child_by_field_name(field).and_then(|list| list.named_child(0));
        let (Some(name), Some(call)) = (first("left"), first("right")) else { return };
        if let Some(function) = call.child_by_field_name("function").filter(|_| call.kind() == "call_expression") {
            self.made.insert(self.text_of(name), self.text_of(function));
        }
    }

    /// The function of another file that answers, where a handler is one.
    fn elsewhere(&self, handler: Node<'tree>) -> Option<String> {
        let called = handler.child_by_field_name("function").filter(|_| handler.kind() == "call_expression");
        let written = self.text_of(called.unwrap_or(handler));
        let function = self.made.get(written).copied().unwrap_or(written);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        (function.len() < 100 && function.chars().all(is_name) && !self.functions.contains_key(function))
            .then(|| function.to_owned())
    }

    /// `api := r.Group("/api")`, `api := r.PathPrefix("/api").Subrouter()`.
    fn group(&mut self, declaration: Node<'tree>) {
        let first = |field| declaration.child_by_field_name(field).and_then(|list| list.named_child(0));
        let (Some(name), Some(mut call)) = (first("left"), first("right")) else { return };
        for _ in 0..8 {
            let Some((object, method)) = self.method(call) else { return };
            if matches!(method, "Group" | "PathPrefix") {
                let Some(prefix) = Self::argument(call, 0).and_then(|path| self.string(path)) else { return };
                let prefix = join(&self.prefix(self.text_of(object), call.start_byte()), prefix);
                let range = declaration.start_byte()..self.text.len();
                self.groups.push(Group { name: self.text_of(name), range, prefix });
                return;
            }
            call = object;
        }
    }

    /// chi's `r.Route("/api", func(r chi.Router) { … })`.
    fn nested(&mut self, call: Node<'tree>) {
        let Some((object, "Route" | "Group")) = self.method(call) else { return };
        let (Some(path), Some(function)) = (Self::argument(call, 0), Self::argument(call, 1)) else { return };
        let parameter = function
            .child_by_field_name("parameters")
            .and_then(|list| list.named_child(0))
            .and_then(|parameter| parameter.child_by_field_name("name"));
        if let (Some(prefix), Some(parameter)) = (self.string(path), parameter) {
            let prefix = join(&self.prefix(self.text_of(object), call.start_byte()), prefix);
            self.groups.push(Group { name: self.text_of(parameter), range: function.byte_range(), prefix });
        }
    }

    fn prefix(&self, name: &str, at: usize) -> String {
        let groups = self.groups.iter().filter(|group| group.name == name && group.range.contains(&at));
        groups.min_by_key(|group| group.range.len()).map(|group| group.prefix.clone()).unwrap_or_default()
    }

    fn method(&self, call: Node<'tree>) -> Option<(Node<'tree>, &'tree str)> {
        let callee = call.child_by_field_name("function").filter(|callee| callee.kind() == "selector_expression")?;
        Some((callee.child_by_field_name("operand")?, self.text_of(callee.child_by_field_name("field")?)))
    }

    fn argument(call: Node<'tree>, index: usize) -> Option<Node<'tree>> {
        let list = call.child_by_field_name("arguments")?;
        list.named_children(&mut list.walk()).filter(|node| node.kind() != "comment").nth(index)
    }

    fn string(&self, node: Node<'tree>) -> Option<&'tree str> {
        match node.kind() {
            "interpreted_string_literal" | "raw_string_literal" => unquoted(self.text_of(node)),
            "identifier" => self.constants.get(self.text_of(node)).copied(),
            // What follows an unknown beginning: `basePath + "/health"`.
            "binary_expression" => {
                let right =
                    node.child_by_field_name("right").filter(|right| right.kind().ends_with("string_literal"))?;
                unquoted(self.text_of(right))
            }
            _ => None,
        }
    }

    fn call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some((object, name)) = self.method(call) else { return };
        if name == "RegisterHealthServer" {
            let route = self.route("gRPC", "ANY", "/grpc.health.v1.Health/Check".to_owned(), None);
            add(self.source, found, call, route);
            return;
        }
        if name == "Heartbeat" && self.framework == "chi" {
            if let Some(path) = Self::argument(call, 0).and_then(|path| self.string(path)) {
                add(self.source, found, call, self.route("chi", "GET", path.to_owned(), None));
            }
            return;
        }
        let method = match name {
            "HandleFunc" | "Handle" | "Any" | "All" | "Match" | "Add" | "Method" | "MethodFunc" => "ANY",
            "Get" | "GET" => "GET",
            "Head" | "HEAD" => "HEAD",
            _ => return,
        };
        let receiver = self.text_of(object);
        let words = words(receiver);
        let is_client =
            words.iter().any(|word| matches!(word.as_str(), "client" | "resty" | "request" | "req" | "header"));
        let mut arguments = vec![];
        while let Some(argument) = Self::argument(call, arguments.len()) {
            arguments.push(argument);
        }
        let named = arguments.first().filter(|_| arguments.len() > 2).and_then(|it| named_method(self.text_of(*it)));
        let method = match (name, named) {
            ("Match" | "Add" | "Method" | "MethodFunc" | "Handle", Some(method)) => {
                arguments.remove(0);
                method
            }
            ("Match" | "Add" | "Method" | "MethodFunc", None) => return,
            _ => method,
        };
        let [first, .., last] = arguments.as_slice() else { return };
        let Some(pattern) = self.string(*first) else { return };
        let takes_handler = !last.kind().ends_with("literal") || last.kind() == "func_literal";
        if is_client || !takes_handler || matches!(last.kind(), "nil" | "unary_expression") {
            return;
        }
        // Since Go 1.22: "GET /health", and hosts before the path.
        let (method, path) = match pattern.split_once(' ') {
            Some((method, path)) => (method, path.trim_start()),
            None => (method, pattern),
        };
        let Some(path) = path.find('/').and_then(|at| path.get(at..)).filter(|_| !path.contains("://")) else { return };
        let middle = arguments.get(1..arguments.len() - 1).unwrap_or_default();
        let mut route =
            self.route(self.framework, method, join(&self.prefix(receiver, call.start_byte()), path), Some(*last));
        route.needs_login = middle.iter().any(|&node| handler::is_guard(self.text_of(node)))
            || (last.kind() == "call_expression"
                && last.child_by_field_name("function").is_some_and(|callee| handler::is_guard(self.text_of(callee))));
        if super::is_of_interest(&route.path)
            && let Some(function) = self.elsewhere(*last)
        {
            let data = Data::HandlerReference(HandlerReference { function });
            found.add(self.source.span(call.byte_range()), data);
        }
        add(self.source, found, call, route);
    }

    fn route(&self, framework: &str, method: &str, path: String, handler: Option<Node<'tree>>) -> Route {
        let handling = handler.map(|node| handler::read(node, &self.functions, self.text)).unwrap_or_default();
        Route {
            method: method.to_owned(),
            path,
            framework: framework.to_owned(),
            checks: handling.checks(),
            needs_login: false,
            development_only: false,
            router: String::new(),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::super::super::testing::routes;
    use super::*;

    fn at(text: &str) -> Vec<String> {
        routes(&GoRoutes, "server/routes.go", text)
    }

    #[test]
    fn the_standard_library_with_and_without_methods() {
        let text = "package server\nimport \"net/http\"\nfunc live(w http.ResponseWriter, r *http.Request) {}\n\
            func ready(w http.ResponseWriter, r *http.Request) { db.PingContext(r.Context()) }\n\
            func routes(mux *http.ServeMux) {\n\tmux.HandleFunc(\"/liveness\", live)\n\tmux.HandleFunc(\"GET /readyz\", ready)\n}\n";
        assert_eq!(at(text), ["net/http ANY /liveness", "net/http GET /readyz +database"]);
    }

    #[test]
    fn groups_and_nested_routers_give_prefixes() {
        let gin = "package a\nimport \"github.com/gin-gonic/gin\"\nfunc f(r *gin.Engine) {\n\tapi := r.Group(\"/api\")\n\tapi.GET(\"/health\", health)\n}\n";
        assert_eq!(at(gin), ["Gin GET /api/health"]);
        let chi = "package a\nimport \"github.com/go-chi/chi/v5\"\nfunc f(r chi.Router) {\n\tr.Route(\"/ops\", func(r chi.Router) {\n\t\tr.Get(\"/status\", requireAuth(status))\n\t})\n}\n";
        assert_eq!(at(chi), ["chi GET /ops/status login"]);
    }

    #[test]
    fn a_method_may_be_an_argument() {
        for (call, expected) in [
            ("r.Match([]string{\"GET\", \"HEAD\"}, \"/health\", h.Health)", "Gin GET /health"),
            ("r.Handle(\"GET\", \"/ready\", ready)", "Gin GET /ready"),
            ("r.Handle(http.MethodHead, \"/live\", live)", "Gin HEAD /live"),
        ] {
            let text =
                format!("package a\nimport \"github.com/gin-gonic/gin\"\nfunc f(r *gin.Engine) {{\n\t{call}\n}}\n");
            assert_eq!(at(&text), [expected]);
        }
        let text = "package a\nimport \"github.com/gin-gonic/gin\"\nfunc f() {\n\tr.Handle(\"POST\", \"/health\", h)\n\twg.Add(1)\n}\n";
        assert_eq!(at(text), [""; 0]);
    }

    #[test]
    fn the_heartbeat_of_chi_is_a_route() {
        let chi = "package a\nimport \"github.com/go-chi/chi/v5\"\nfunc f(r chi.Router) {\n\tr.Use(middleware.Heartbeat(\"/ping\"))\n}\n";
        assert_eq!(at(chi), ["chi GET /ping"]);
    }

    #[test]
    fn clients_are_none() {
        for call in [
            "http.Get(\"http://x/health\")",
            "client.Get(\"/health\", &out)",
            "fetch(\"/health\")",
            "// mux.HandleFunc(\"/health\", h)",
        ] {
            let text = format!("package a\nimport \"net/http\"\nfunc f() {{\n\t{call}\n}}\n");
            assert_eq!(at(&text), [""; 0], "{call}");
        }
    }

    #[test]
    fn the_grpc_health_service_is_one() {
        let text = "package a\nimport \"google.golang.org/grpc/health\"\nimport healthpb \"google.golang.org/grpc/health/grpc_health_v1\"\nfunc f() { healthpb.RegisterHealthServer(s, health.NewServer()) }\n";
        assert_eq!(at(text), ["gRPC ANY /grpc.health.v1.Health/Check"]);
    }
}
