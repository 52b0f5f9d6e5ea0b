//! Routes of Python servers: `FastAPI`, Starlette, Flask, Quart, Sanic, aiohttp, Pyramid and Django, bare applications of
//! WSGI and ASGI, and the health service of gRPC.

mod comparison;
mod django;
mod guard;
mod routers;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::handler::{self, Functions, Handling};
use super::regions::Regions;
use super::{add, join, literals, refer, unquoted};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerReference, Language, Route, is_of_interest};
use crate::syntax::{Source, descendants, node_text};
use guard::{depends_on_guard, is_guard};
use routers::Router;

/// Finds routes in Python.
#[derive(Clone, Copy)]
pub(crate) struct PythonRoutes;

/// Modules of these frameworks.
const MODULES: &[(&str, &str)] = &[
    ("fastapi", "FastAPI"),
    ("starlette", "Starlette"),
    ("flask", "Flask"),
    ("quart", "Quart"),
    ("sanic", "Sanic"),
    ("aiohttp", "aiohttp"),
    ("bottle", "Bottle"),
    ("ninja", "Django Ninja"),
    ("pyramid", "Pyramid"),
    ("grpc_health", "gRPC"),
    ("django", "Django"),
];

/// What a server without one of their modules is called.
const BARE: &str = "HTTP server";

impl Extractor for PythonRoutes {
    fn name(&self) -> &'static str {
        "python-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.extend(["include_router(", "register_blueprint(", "include("].map(str::to_owned));
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Python)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let framework = MODULES.iter().find(|(module, _)| {
            text.lines().any(|line| {
                let line = line.trim_start();
                let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "));
                rest.and_then(|rest| rest.trim_start().strip_prefix(module))
                    .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
            })
        });
        let compares_paths = comparison::SIGNS.iter().any(|sign| text.contains(sign));
        if framework.is_none() && !compares_paths {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader {
            source,
            text,
            framework: framework.map_or(BARE, |(_, framework)| framework),
            routers: BTreeMap::new(),
            functions: Functions::new(),
            is_private: Vec::new(),
            imports: BTreeMap::new(),
            regions: Regions::default(),
        };
        reader.prepare(tree.root_node(), found);
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "decorated_definition" => reader.decorated(node, found),
                "call" => reader.call(node, found),
                "if_statement" | "elif_clause" if compares_paths => reader.comparison(node, found),
                _ => {}
            }
            true
        });
    }
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    /// The framework that the file imports.
    framework: &'static str,
    routers: BTreeMap<&'tree str, Router<'tree>>,
    functions: Functions<'tree>,
    /// Routers whose own dependencies want somebody signed in.
    is_private: Vec<&'tree str>,
    /// Names that are imported: the module and the name there.
    imports: BTreeMap<&'tree str, (&'tree str, &'tree str)>,
    /// Lists of patterns below a prefix.
    regions: Regions,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    /// The object and the name of a method call.
    fn method(&self, call: Node<'tree>) -> Option<(&'tree str, &'tree str)> {
        let callee = call.child_by_field_name("function").filter(|callee| callee.kind() == "attribute")?;
        Some((
            self.text_of(callee.child_by_field_name("object")?),
            self.text_of(callee.child_by_field_name("attribute")?),
        ))
    }

    fn argument(call: Node<'tree>, index: usize) -> Option<Node<'tree>> {
        let list = call.child_by_field_name("arguments")?;
        let is_positional = |node: &Node<'tree>| !matches!(node.kind(), "keyword_argument" | "comment");
        list.named_children(&mut list.walk()).filter(is_positional).nth(index)
    }

    fn keyword(&self, call: Node<'tree>, names: &[&str]) -> Option<Node<'tree>> {
        let list = call.child_by_field_name("arguments")?;
        list.named_children(&mut list.walk()).find_map(|node| {
            let name = node.child_by_field_name("name")?;
            (node.kind() == "keyword_argument" && names.contains(&self.text_of(name)))
                .then(|| node.child_by_field_name("value"))?
        })
    }

    fn string(&self, node: Node<'tree>) -> Option<&'tree str> {
        (node.kind() == "string").then(|| unquoted(self.text_of(node)))?
    }

    /// `@app.get("/health")`, `@app.route("/health", methods=["GET"])`.
    fn decorated(&self, node: Node<'tree>, found: &mut Found<'_>) {
        let Some(function) = node.child_by_field_name("definition") else { return };
        let decorators: Vec<Node<'tree>> = node
            .named_children(&mut node.walk())
            .filter(|child| child.kind() == "decorator")
            .filter_map(|decorator| decorator.named_child(0))
            .collect();
        for &decorator in decorators.iter().filter(|decorator| decorator.kind() == "call") {
            let Some((object, name)) = self.method(decorator) else { continue };
            let methods = match name {
                "get" | "head" | "post" | "put" | "patch" | "delete" => vec![name.to_ascii_uppercase()],
                "route" | "api_route" | "view" => self.methods(decorator, name),
                _ => continue,
            };
            let path = Self::argument(decorator, 0).or_else(|| self.keyword(decorator, &["path", "rule"]));
            let Some(path) = path.and_then(|path| self.string(path)) else { continue };
            let parameters = function.child_by_field_name("parameters").map_or("", |list| self.text_of(list));
            let is_guarded = self.is_private.contains(&object)
                || decorators.iter().any(|&other| other != decorator && is_guard(self.text_of(other)))
                || self.keyword(decorator, &["dependencies", "auth"]).is_some_and(|v| is_guard(self.text_of(v)))
                || depends_on_guard(parameters);
            let handling = handler::read(function, &self.functions, self.text);
            self.emit(object, &methods, path, &handling, is_guarded, decorator, found);
        }
    }

    fn methods(&self, call: Node<'tree>, name: &str) -> Vec<String> {
        let Some(list) = self.keyword(call, &["methods"]) else {
            return vec![if name == "route" { "GET" } else { "ANY" }.to_owned()];
        };
        list.named_children(&mut list.walk())
            .filter_map(|item| self.string(item))
            .map(str::to_ascii_uppercase)
            .collect()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one route")]
    fn emit(
        &self,
        object: &str,
        methods: &[String],
        path: &str,
        handling: &Handling,
        is_guarded: bool,
        at: Node<'tree>,
        found: &mut Found<'_>,
    ) {
        let Some((framework, prefixes)) = self.router(object) else { return };
        for prefix in &prefixes {
            let path = join(prefix, path);
            if handling.is_of_another_service(&path) {
                continue;
            }
            for method in methods {
                let mut route = Self::route(framework, method, path.clone(), handling, is_guarded);
                // Included in this file or not at all: then perhaps in another one.
                if self.routers.get(object).is_none_or(|router| router.included.is_empty()) {
                    object.clone_into(&mut route.router);
                }
                refer(self.source, found, at, &route, handling);
                add(self.source, found, at, route);
            }
        }
    }

    fn route(framework: &str, method: &str, path: String, handling: &Handling, is_guarded: bool) -> Route {
        let route = Route::new(framework, method, path);
        Route { checks: handling.checks(), needs_login: is_guarded, ..route }
    }

    /// Registrations by a call: `app.add_api_route`, `add_url_rule`, aiohttp's `add_get`, Starlette's `Route`, Django's
    /// `path`.
    fn call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some(callee) = call.child_by_field_name("function") else { return };
        let name = self.text_of(callee);
        if name.ends_with("add_HealthServicer_to_server") {
            let path = "/grpc.health.v1.Health/Check".to_owned();
            add(self.source, found, call, Route::new("gRPC", "ANY", path));
            return;
        }
        let Some(first) = Self::argument(call, 0).and_then(|first| self.string(first)) else { return };
        let handler =
            self.keyword(call, &["view_func", "endpoint", "handler"]).filter(|value| value.kind() != "string");
        let handler = handler.or_else(|| Self::argument(call, 1));
        let handling = handler.map(|node| handler::read(node, &self.functions, self.text)).unwrap_or_default();
        let is_guarded = handler.is_some_and(|node| node.kind() == "call" && is_guard(self.text_of(node)));
        match (name, self.framework) {
            ("path" | "re_path" | "url", "Django") => self.django(name, first, handler, &handling, call, found),
            ("Route" | "web.get", _) => {
                let framework = if name == "Route" { "Starlette" } else { "aiohttp" };
                let (outer, _) = self.regions.at(call.start_byte());
                for method in self.methods(call, "route") {
                    let route = Self::route(framework, &method, join(&outer, first), &handling, is_guarded);
                    refer(self.source, found, call, &route, &handling);
                    add(self.source, found, call, route);
                }
            }
            _ => {
                let Some((object, method)) = self.method(call) else { return };
                let object = object.strip_suffix(".router").unwrap_or(object);
                if method == "add_route" && self.framework == "Pyramid" {
                    return self.pyramid(first, call, found);
                }
                let methods = match method {
                    "add_api_route" | "add_url_rule" | "add_route" => vec!["GET".to_owned()],
                    "add_get" | "add_post" | "add_head" => vec![method.trim_start_matches("add_").to_ascii_uppercase()],
                    _ => return,
                };
                self.emit(object, &methods, first, &handling, is_guarded, call, found);
            }
        }
    }

    /// Pyramid's `config.add_route("health", "/health")`, whose view names the route: `@view_config(route_name="health")`.
    fn pyramid(&self, name: &str, call: Node<'tree>, found: &mut Found<'_>) {
        let path = Self::argument(call, 1).or_else(|| self.keyword(call, &["pattern"]));
        let Some(path) = path.and_then(|path| self.string(path)) else { return };
        let method = self.keyword(call, &["request_method"]).and_then(|method| self.string(method)).unwrap_or("ANY");
        let path = join("", path);
        if is_of_interest(&path) {
            let data = HandlerReference::to(name.to_owned());
            found.add(self.source.span(call.byte_range()), Data::HandlerReference(data));
        }
        add(self.source, found, call, Route::new("Pyramid", method, path));
    }
}
