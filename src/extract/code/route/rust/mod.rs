//! Routes of Rust servers: axum, Poem, Actix Web, Rocket, warp, and the health service of tonic.

mod attribute;
mod mounts;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::regions::Regions;
use super::{add, join, literals, refer};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerReference, Language, Route};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes in Rust.
#[derive(Clone, Copy)]
pub(crate) struct RustRoutes;

/// Crates of these frameworks, as code names them.
const CRATES: &[(&str, &str)] = &[
    ("axum", "axum"),
    ("actix_web", "Actix Web"),
    ("rocket", "Rocket"),
    ("poem", "Poem"),
    ("warp", "warp"),
    ("salvo", "Salvo"),
    ("tonic_health", "gRPC"),
];

impl Extractor for RustRoutes {
    fn name(&self) -> &'static str {
        "rust-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.extend([".nest(", ".merge(", ".mount(", ".configure("].map(str::to_owned));
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Rust)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let is_loaded = |name: &str| {
            text.match_indices(name).any(|(at, _)| {
                let rest = text.get(at + name.len()..).unwrap_or("");
                rest.starts_with("::") || rest.starts_with(';') && text.get(..at).is_some_and(|it| it.ends_with(' '))
            })
        };
        let Some((_, framework)) = CRATES.iter().find(|(name, _)| is_loaded(name)) else { return };
        let Some(tree) = source.tree() else { return };
        let root = tree.root_node();
        let tests = crate::extract::code::inline_tests(text);
        let mut reader = Reader { source, text, framework, functions: Functions::new(), regions: Regions::default() };
        reader.prepare(root, found);
        descendants(root, |node| {
            if node.start_byte() > tests {
                return false;
            }
            match node.kind() {
                "call_expression" => reader.call(node, found),
                "macro_invocation" => reader.path_macro(node, found),
                "attribute_item" => reader.attribute(node, found),
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
    functions: Functions<'tree>,
    regions: Regions,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    /// The receiver and the name of a method call.
    fn method(&self, call: Node<'tree>) -> Option<(Node<'tree>, &'tree str)> {
        let callee = call.child_by_field_name("function").filter(|it| it.kind() == "field_expression")?;
        Some((callee.child_by_field_name("value")?, self.text_of(callee.child_by_field_name("field")?)))
    }

    /// The last part of the name of a called function: `get` of `axum::routing::get(f)`.
    fn function(&self, call: Node<'tree>) -> Option<&'tree str> {
        let callee = call.child_by_field_name("function").filter(|_| call.kind() == "call_expression")?;
        matches!(callee.kind(), "identifier" | "scoped_identifier").then(|| self.text_of(callee).rsplit("::").next())?
    }

    fn argument(call: Node<'tree>, index: usize) -> Option<Node<'tree>> {
        let list = call.child_by_field_name("arguments")?;
        list.named_children(&mut list.walk()).filter(|node| !node.kind().ends_with("comment")).nth(index)
    }

    /// A text, also where it is built: `&format!("{}/health", base)` has a known end.
    fn string(&self, node: Node<'tree>) -> Option<&'tree str> {
        matches!(node.kind(), "string_literal" | "raw_string_literal")
            .then(|| self.text_of(node).trim_matches(['r', '#', '"']))
    }

    /// The call at which a chain of methods starts: `web::scope("/api")`, `Router::new()`.
    fn base(&self, call: Node<'tree>) -> Node<'tree> {
        let mut base = call;
        while let Some((receiver, _)) = self.method(base) {
            base = receiver;
        }
        base
    }

    /// The whole chain that a call is the start or the middle of.
    fn chain(node: Node<'tree>) -> Node<'tree> {
        let mut whole = node;
        while let Some(field) = whole.parent().filter(|it| it.kind() == "field_expression") {
            let Some(call) = field.parent().filter(|it| it.kind() == "call_expression") else { break };
            whole = call;
        }
        whole
    }

    /// The name of the function around a node.
    fn function_around(&self, node: Node<'tree>) -> &'tree str {
        let mut inner = node;
        while let Some(parent) = inner.parent() {
            if parent.kind() == "function_item" {
                return parent.child_by_field_name("name").map_or("", |name| self.text_of(name));
            }
            inner = parent;
        }
        ""
    }

    fn call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        match self.function(call) {
            Some("health_reporter") if self.text.contains("tonic_health") => {
                let route = Route::new("gRPC", "ANY", "/grpc.health.v1.Health/Check".to_owned());
                return add(self.source, found, call, route);
            }
            Some("resource") => return self.resource(call, found),
            Some("path") if self.text_of(call).starts_with("warp::") => return self.warp(call, found),
            Some(_) => return,
            None => {}
        }
        let Some((_, "route" | "at" | "api_route" | "api_route_with")) = self.method(call) else { return };
        let (Some(path), Some(target)) =
            (Self::argument(call, 0).and_then(|it| self.string(it)), Self::argument(call, 1))
        else {
            return;
        };
        let Some((method, handler)) = self.target(target) else { return };
        let base = self.base(call);
        let scope = if self.function(base) == Some("scope") { Self::argument(base, 0) } else { None };
        let path = join(scope.and_then(|it| self.string(it)).unwrap_or(""), path);
        self.emit(method, &path, handler, call, found);
    }

    /// `get(health)`, `get(a).post(b)`, `web::get().to(health)`: the method and the handler.
    fn target(&self, target: Node<'tree>) -> Option<(&'static str, Option<Node<'tree>>)> {
        let mut call = target;
        let mut handler = None;
        let mut last = None;
        for _ in 0..16 {
            let (receiver, name) = match self.method(call) {
                Some((receiver, name)) => (Some(receiver), name),
                None => (None, self.function(call)?),
            };
            match name {
                "to" => handler = Self::argument(call, 0),
                "get" | "get_with" | "get_service" | "any" => {
                    let method = if name == "any" { "ANY" } else { "GET" };
                    return Some((method, handler.or_else(|| Self::argument(call, 0))));
                }
                "head" | "head_with" => last = Some(("HEAD", handler.or_else(|| Self::argument(call, 0)))),
                "post" | "post_with" | "put" | "put_with" | "patch" | "delete" => {
                    last = last.or(Some(("POST", handler)));
                }
                _ => {}
            }
            match receiver {
                Some(receiver) => call = receiver,
                None => return last,
            }
        }
        None
    }

    /// `web::resource("/up").route(web::get().to(up))`.
    fn resource(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some(path) = Self::argument(call, 0).and_then(|it| self.string(it)) else { return };
        let whole = Self::chain(call);
        let written = self.text_of(whole);
        let method = if written.contains("get()") || !written.contains("()") { "GET" } else { "POST" };
        self.emit(method, path, Some(whole), call, found);
    }

    /// `warp::path("api").and(warp::path("health"))`, read at its first part.
    fn warp(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let whole = Self::chain(call);
        let mut parts = Vec::new();
        descendants(whole, |node| {
            let is_path = self.function(node) == Some("path");
            if let Some(part) = Self::argument(node, 0).filter(|_| is_path).and_then(|it| self.string(it)) {
                parts.push((node.start_byte(), part));
            }
            node.kind() != "closure_expression"
        });
        parts.sort_unstable();
        // What stands in an `.and(…)` is a part of the chain that holds it.
        let is_inner = whole.parent().is_some_and(|it| it.kind() == "arguments" && self.text_of(it).len() < 200)
            && whole
                .parent()
                .and_then(|it| it.parent())
                .and_then(|it| self.method(it))
                .is_some_and(|(_, name)| name == "and");
        if parts.first().is_some_and(|(at, _)| *at == call.start_byte()) && !is_inner {
            let path = parts.iter().fold(String::new(), |path, (_, part)| join(&path, part));
            self.emit(
                if self.text_of(whole).contains("post()") { "POST" } else { "ANY" },
                &path,
                Some(whole),
                call,
                found,
            );
        }
    }

    /// `warp::path!("api" / "health")`.
    fn path_macro(&self, invocation: Node<'tree>, found: &mut Found<'_>) {
        let name = invocation.child_by_field_name("macro").map_or("", |it| self.text_of(it));
        if name != "warp::path" && !(name == "path" && self.framework == "warp") {
            return;
        }
        let mut path = String::new();
        let mut is_plain = true;
        descendants(invocation, |node| {
            match node.kind() {
                "string_literal" => path = join(&path, self.text_of(node).trim_matches('"')),
                "primitive_type" => is_plain = false,
                _ => {}
            }
            true
        });
        if is_plain {
            self.emit("ANY", &path, Some(Self::chain(invocation)), invocation, found);
        }
    }

    fn emit(&self, method: &str, path: &str, handler: Option<Node<'tree>>, at: Node<'tree>, found: &mut Found<'_>) {
        let (prefix, is_private) = self.regions.at(at.start_byte());
        let mut route = Route::new(self.framework, method, join(&prefix, path));
        self.function_around(at).clone_into(&mut route.router);
        route.needs_login = is_private;
        if let Some(handler) = handler {
            let name = self.text_of(handler);
            let function = self.functions.get(name).copied();
            let handling = handler::read(handler, &self.functions, self.text);
            route.checks = handling.checks();
            refer(self.source, found, at, &route, &handling);
            route.needs_login |= function.is_some_and(|function| self.takes_user(function));
            let is_name = matches!(handler.kind(), "identifier" | "scoped_identifier");
            if is_name && function.is_none() && super::is_of_interest(&route.path) {
                let function = name.replace("::", ".");
                found.add(self.source.span(at.byte_range()), Data::HandlerReference(HandlerReference::to(function)));
            }
        }
        add(self.source, found, at, route);
    }

    /// Whether a handler's parameters hold somebody who is signed in.
    fn takes_user(&self, function: Node<'tree>) -> bool {
        takes_user(function, self.text)
    }
}

/// Whether a handler's parameters hold somebody who is signed in: `user: AuthUser`, `claims: Claims`.
pub(super) fn takes_user(function: Node<'_>, text: &str) -> bool {
    let Some(list) = function.child_by_field_name("parameters") else { return false };
    list.named_children(&mut list.walk()).filter_map(|it| it.child_by_field_name("type")).any(|class| {
        let class = node_text(class, text);
        let is_optional = class.starts_with("Option<") || class.contains("Session");
        !is_optional && (handler::is_guard(class) || matches!(class, "Claims" | "User" | "LocalUserView"))
    })
}
