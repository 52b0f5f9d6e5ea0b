//! Routes of Python servers: `FastAPI`, Starlette, Flask, Quart, Sanic, aiohttp and Django.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::handler::{self, Functions, Handling};
use super::{add, join, literals, unquoted};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, Route};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes in Python.
#[derive(Clone, Copy)]
pub(crate) struct PythonRoutes;

/// What makes a server or a router, and whose it is.
const CONSTRUCTORS: &[(&str, &str)] = &[
    ("FastAPI", "FastAPI"),
    ("APIRouter", "FastAPI"),
    ("Starlette", "Starlette"),
    ("Flask", "Flask"),
    ("APIFlask", "Flask"),
    ("OpenAPI", "Flask"),
    ("Blueprint", "Flask"),
    ("APIBlueprint", "Flask"),
    ("Quart", "Quart"),
    ("Sanic", "Sanic"),
    ("Application", "aiohttp"),
    ("RouteTableDef", "aiohttp"),
    ("Bottle", "Bottle"),
    ("NinjaAPI", "Django Ninja"),
    ("Litestar", "Litestar"),
];

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
    ("django", "Django"),
];

impl Extractor for PythonRoutes {
    fn name(&self) -> &'static str {
        "python-routes"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(literals())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Python)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let Some((_, framework)) = MODULES.iter().find(|(module, _)| {
            text.lines().any(|line| {
                let line = line.trim_start();
                let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "));
                rest.and_then(|rest| rest.trim_start().strip_prefix(module))
                    .is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
            })
        }) else {
            return;
        };
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader {
            source,
            text,
            framework,
            routers: BTreeMap::new(),
            functions: Functions::new(),
            is_private: Vec::new(),
        };
        reader.prepare(tree.root_node());
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "decorated_definition" => reader.decorated(node, found),
                "call" => reader.call(node, found),
                _ => {}
            }
            true
        });
    }
}

/// A name that stands for an application or router.
#[derive(Default)]
struct Router<'tree> {
    framework: &'static str,
    prefix: String,
    /// The prefixes under which others include it.
    included: Vec<(&'tree str, String)>,
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
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn prepare(&mut self, root: Node<'tree>) {
        let mut includes = Vec::new();
        descendants(root, |node| {
            match node.kind() {
                "assignment" => self.assignment(node),
                "function_definition" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        self.functions.insert(self.text_of(name), node);
                    }
                }
                "call" => {
                    if let Some((object, "include_router" | "register_blueprint" | "add_router" | "mount")) =
                        self.method(node)
                    {
                        includes.push((node, object));
                    }
                }
                _ => {}
            }
            true
        });
        for (call, parent) in includes {
            let prefix =
                self.keyword(call, &["prefix", "url_prefix"]).and_then(|value| self.string(value)).unwrap_or("");
            let child = Self::argument(call, 0).map_or("", |child| self.text_of(child));
            if let Some(router) = self.routers.get_mut(child) {
                router.included.push((parent, prefix.to_owned()));
            }
        }
    }

    fn assignment(&mut self, node: Node<'tree>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        if right.kind() != "call" {
            return;
        }
        let callee = right.child_by_field_name("function").map_or("", |callee| self.text_of(callee));
        let name = callee.rsplit('.').next().unwrap_or(callee);
        let Some(&(_, framework)) = CONSTRUCTORS.iter().find(|(constructor, _)| *constructor == name) else { return };
        let prefix = self.keyword(right, &["prefix", "url_prefix"]).and_then(|value| self.string(value));
        let router = Router { framework, prefix: prefix.unwrap_or("").to_owned(), included: Vec::new() };
        if self.keyword(right, &["dependencies", "auth"]).is_some_and(|value| is_guard(self.text_of(value))) {
            self.is_private.push(self.text_of(left));
        }
        self.routers.insert(self.text_of(left), router);
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

    /// The framework and the prefixes of a name; a usual name that the file does not make is the imported framework's.
    fn router(&self, name: &str) -> Option<(&'static str, Vec<String>)> {
        let Some(router) = self.routers.get(name) else {
            let is_usual = matches!(name, "app" | "router" | "api" | "bp" | "blueprint" | "application");
            return (is_usual && self.framework != "Django").then(|| (self.framework, vec![String::new()]));
        };
        let mut prefixes: Vec<String> = router
            .included
            .iter()
            .map(|(parent, prefix)| {
                let outer = self.routers.get(parent).map_or("", |parent| parent.prefix.as_str());
                format!("{outer}{prefix}{}", router.prefix)
            })
            .collect();
        if prefixes.is_empty() {
            prefixes.push(router.prefix.clone());
        }
        Some((router.framework, prefixes))
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
            for method in methods {
                let route = Self::route(framework, method, join(prefix, path), handling, is_guarded);
                add(self.source, found, at, route);
            }
        }
    }

    fn route(framework: &str, method: &str, path: String, handling: &Handling, is_guarded: bool) -> Route {
        Route {
            method: method.to_owned(),
            path,
            framework: framework.to_owned(),
            checks: handling.checks(),
            needs_login: is_guarded,
            development_only: false,
            router: String::new(),
        }
    }

    /// Registrations by a call: `app.add_api_route`, `add_url_rule`, aiohttp's `add_get`, Starlette's `Route`, Django's
    /// `path`.
    fn call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some(callee) = call.child_by_field_name("function") else { return };
        let name = self.text_of(callee);
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
                add(self.source, found, call, Self::route(framework, "GET", join("", first), &handling, is_guarded));
            }
            _ => {
                let Some((object, method)) = self.method(call) else { return };
                let object = object.strip_suffix(".router").unwrap_or(object);
                let methods = match method {
                    "add_api_route" | "add_url_rule" | "add_route" => vec!["GET".to_owned()],
                    "add_get" | "add_post" | "add_head" => vec![method.trim_start_matches("add_").to_ascii_uppercase()],
                    _ => return,
                };
                self.emit(object, &methods, first, &handling, is_guarded, call, found);
            }
        }
    }

    fn django(
        &self,
        name: &str,
        pattern: &str,
        view: Option<Node<'tree>>,
        handling: &Handling,
        call: Node<'tree>,
        found: &mut Found<'_>,
    ) {
        let Some(view) = view else { return };
        let written = self.text_of(view);
        let path = if name == "path" { pattern } else { pattern.trim_start_matches('^').trim_end_matches('$') };
        if written.starts_with("include(") {
            // django-health-check brings its routes under any path.
            if written.contains("health_check.urls") {
                let mut route = Self::route("django-health-check", "GET", join("", path), handling, false);
                route.checks = vec!["cache".to_owned(), "database".to_owned()];
                found.add(self.source.span(call.byte_range()), Data::Route(route));
            }
            return;
        }
        let is_guarded = view.kind() == "call" && is_guard(written.split('(').next().unwrap_or(""));
        add(self.source, found, call, Self::route("Django", "ANY", join("", path), handling, is_guarded));
    }
}

/// As for other languages, but a session in Python is mostly the database's.
fn is_guard(name: &str) -> bool {
    handler::is_guard(&name.replace("session", "").replace("Session", ""))
}

/// Whether parameters hold a dependency that wants somebody signed in: `Depends(get_current_user)`, `CurrentUser`.
fn depends_on_guard(parameters: &str) -> bool {
    let injected = ["Depends(", "Security("];
    injected
        .iter()
        .any(|call| parameters.split(call).skip(1).any(|rest| is_guard(rest.split([')', ',']).next().unwrap_or(""))))
        || parameters.contains(": CurrentUser")
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::routes;
    use super::*;

    fn at(text: &str) -> Vec<String> {
        routes(&PythonRoutes, "app/main.py", text)
    }

    #[test]
    fn fastapi_joins_prefixes_of_the_same_file() {
        let text = "from fastapi import APIRouter, FastAPI\napp = FastAPI()\nrouter = APIRouter(prefix=\"/utils\")\n\n\
            @router.get(\"/health-check/\")\nasync def health_check() -> bool:\n    return True\n\n\
            app.include_router(router, prefix=\"/api/v1\")\n";
        assert_eq!(at(text), ["FastAPI GET /api/v1/utils/health-check/"]);
    }

    #[test]
    fn dependencies_can_want_a_login() {
        let text = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n\
            @app.get('/status')\ndef status(user = Depends(get_current_user)):\n    return {}\n";
        assert_eq!(at(text), ["FastAPI GET /status login"]);
    }

    #[test]
    fn a_session_of_the_database_is_no_login() {
        let text = "from fastapi import FastAPI, Depends\napp = FastAPI()\n\n\
            @app.get('/health')\ndef health(session = Depends(get_session)):\n    session.execute(text('SELECT 1'))\n";
        assert_eq!(at(text), ["FastAPI GET /health +database"]);
    }

    #[test]
    fn flask_routes_and_blueprints() {
        let text = "from flask import Flask, Blueprint\nbp = Blueprint('ops', __name__, url_prefix='/ops')\n\n\
            @bp.route('/ready')\ndef ready():\n    db.session.execute(text('SELECT 1'))\n    return 'ok'\n\n\
            def create_app():\n    app = Flask(__name__)\n    app.add_url_rule('/ping', view_func=ping)\n    return app\n";
        assert_eq!(at(text), ["Flask GET /ops/ready +database", "Flask GET /ping"]);
    }

    #[test]
    fn django_patterns() {
        let text = "from django.urls import include, path, re_path\nurlpatterns = [\n    path('health/', views.health),\n    \
            re_path(r'^status/$', login_required(views.status)),\n    path('ht/', include('health_check.urls')),\n]\n";
        assert_eq!(
            at(text),
            ["Django ANY /health/", "Django ANY /status/ login", "django-health-check GET /ht/ +cache +database"]
        );
    }

    #[test]
    fn clients_and_comments_are_none() {
        for text in [
            "import requests\nrequests.get('/health')\n",
            "from fastapi.testclient import TestClient\nclient = TestClient(app)\nclient.get('/health')\n",
            "from fastapi import FastAPI\napp = FastAPI()\n# @app.get('/health')\n",
            "from fastapi import FastAPI\ndoc = \"\"\"@app.get('/health')\"\"\"\n",
        ] {
            assert_eq!(at(text), [""; 0], "{text}");
        }
    }
}
