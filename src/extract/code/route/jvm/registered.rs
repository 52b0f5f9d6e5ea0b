//! Routes that calls register: the routing of Ktor, Javalin, Vert.x, Spark, Spring's functional routes, and the health
//! service of gRPC.

use tree_sitter::Node;

use super::{is_of_jvm, remember};
use crate::extract::code::route::handler::{self, Functions};
use crate::extract::code::route::regions::Regions;
use crate::extract::code::route::{add, join, literals, refer};
use crate::extract::code::unquoted;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HEALTH_INDICATOR, HandlerReference, Route, RouterMount};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes that calls register.
#[derive(Clone, Copy)]
pub(crate) struct RegisteredRoutes;

/// The HTTP server that comes with Java.
const JDK: &str = "the HTTP server of the JDK";

/// Packages of these frameworks, as imports begin.
const PACKAGES: &[(&str, &str)] = &[
    ("io.ktor.server", "Ktor"),
    ("io.javalin", "Javalin"),
    ("io.vertx", "Vert.x"),
    ("org.http4k", "http4k"),
    ("spark.Spark", "Spark"),
    ("org.springframework.web.reactive.function.server", "Spring WebFlux"),
    ("org.springframework.web.servlet.function", "Spring MVC"),
    ("com.sun.net.httpserver", JDK),
];

impl Extractor for RegisteredRoutes {
    fn name(&self) -> &'static str {
        "jvm-registered-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.extend(["HealthStatusManager".to_owned(), "routing {".to_owned()]);
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        is_of_jvm(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let imports = |package: &str| {
            text.lines().any(|line| {
                line.strip_prefix("import ").is_some_and(|it| it.trim_start_matches("static ").starts_with(package))
            })
        };
        let framework = PACKAGES.iter().find(|(package, _)| imports(package)).map(|(_, framework)| *framework);
        if framework.is_none() && !text.contains("HealthStatusManager(") {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let framework = framework.unwrap_or("gRPC");
        let mut reader = Reader { source, text, framework, functions: Functions::new(), regions: Regions::default() };
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "method_declaration" | "function_declaration" => remember(node, text, &mut reader.functions),
                "call_expression" => reader.group(node),
                _ => {}
            }
            true
        });
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "call_expression" | "method_invocation" => reader.call(node, found),
                "object_creation_expression" if node_text(node, text).starts_with("new HealthStatusManager") => {
                    reader.grpc(node, found);
                }
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

/// A call with what stands before its name, its name and its arguments; a lambda behind it is the last one.
struct Call<'tree> {
    receiver: &'tree str,
    name: &'tree str,
    arguments: Vec<Node<'tree>>,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    /// A call of either language.
    fn read(&self, node: Node<'tree>) -> Option<Call<'tree>> {
        if node.kind() == "method_invocation" {
            let receiver = node.child_by_field_name("object").map_or("", |it| self.text_of(it));
            let list = node.child_by_field_name("arguments")?;
            let arguments =
                list.named_children(&mut list.walk()).filter(|it| !it.kind().ends_with("comment")).collect();
            return Some(Call { receiver, name: self.text_of(node.child_by_field_name("name")?), arguments });
        }
        let mut callee = node.named_child(0)?;
        let mut arguments = Vec::new();
        let lambda = node.named_child(1).filter(|it| it.kind() == "annotated_lambda");
        let mut holder = node;
        if lambda.is_some() && callee.kind() == "call_expression" {
            holder = callee;
            callee = callee.named_child(0)?;
        }
        let list = holder.named_children(&mut holder.walk()).find(|it| it.kind() == "value_arguments");
        if let Some(list) = list {
            arguments.extend(
                list.named_children(&mut list.walk()).filter_map(|it| it.named_children(&mut it.walk()).last()),
            );
        }
        arguments.extend(lambda);
        let written = self.text_of(callee);
        let written = written.split('<').next().unwrap_or(written);
        let (receiver, name) = written.rsplit_once('.').unwrap_or(("", written));
        Some(Call { receiver, name, arguments })
    }

    /// Ktor's `route("/api") { … }` and `authenticate { … }`, Javalin's `path("/api", () -> …)`.
    fn group(&mut self, node: Node<'tree>) {
        let Some(call) = self.read(node) else { return };
        let Some(&body) = call.arguments.last() else { return };
        let is_body = matches!(body.kind(), "annotated_lambda" | "lambda_literal" | "lambda_expression");
        match call.name {
            _ if !is_body => {}
            "route" | "path" | "nest" => {
                if let Some(prefix) = call.arguments.first().and_then(|it| unquoted(self.text_of(*it))) {
                    self.regions.add(body.byte_range(), prefix, false);
                }
            }
            "authenticate" => self.regions.add(body.byte_range(), "", true),
            _ => {}
        }
    }

    fn call(&self, node: Node<'tree>, found: &mut Found<'_>) {
        let Some(call) = self.read(node) else { return };
        let method = match call.name {
            "createContext" if self.framework == JDK => return self.context(node, &call, found),
            _ if self.framework == JDK => return,
            "get" | "GET" => "GET",
            "head" | "HEAD" => "HEAD",
            "route" if self.framework == "Vert.x" => "ANY",
            "HealthStatusManager" => return self.grpc(node, found),
            name => {
                let is_extension = self.framework == "Ktor" && call.receiver.is_empty() && call.arguments.is_empty();
                if is_extension && self.text_of(node).ends_with("()") && is_for_routes(name) {
                    self.mount(node, name, found);
                }
                return;
            }
        };
        let is_client = handler_words_of_client(call.receiver);
        let Some(path) = call.arguments.first().and_then(|it| unquoted(self.text_of(*it))) else { return };
        let [_, .., handler] = call.arguments.as_slice() else {
            // Vert.x: `router.get("/health").handler(…)`.
            if self.framework == "Vert.x" && call.receiver.to_ascii_lowercase().contains("router") {
                self.emit(method, path, None, node, found);
            }
            return;
        };
        let is_handler = matches!(
            handler.kind(),
            "annotated_lambda"
                | "lambda_literal"
                | "lambda_expression"
                | "method_reference"
                | "callable_reference"
                | "object_creation_expression"
                | "identifier"
                | "field_access"
                | "navigation_expression"
        );
        // Ktor registers on the route that the lambda stands for; the client of Ktor has a receiver.
        let is_server = self.framework != "Ktor" || call.receiver.is_empty() && handler.kind() == "annotated_lambda";
        if is_handler && is_server && !is_client && path.starts_with('/')
            || is_handler && is_server && self.framework == "Ktor"
        {
            self.emit(method, path, Some(*handler), node, found);
        }
    }

    /// `server.createContext("/health", new HealthHandler(checks))`, which may ask the project's own checks.
    fn context(&self, node: Node<'tree>, call: &Call<'tree>, found: &mut Found<'_>) {
        let [path, handler] = call.arguments.as_slice() else { return };
        let Some(path) = unquoted(self.text_of(*path)).filter(|path| path.starts_with('/')) else { return };
        if self.text_of(*handler).to_ascii_lowercase().contains("health") {
            let reference = HandlerReference::to(HEALTH_INDICATOR.to_owned());
            found.add(self.source.span(node.byte_range()), Data::HandlerReference(reference));
        }
        self.emit("ANY", path, Some(*handler), node, found);
    }

    /// `healthRoutes()` inside of a route: an extension function that registers routes.
    fn mount(&self, node: Node<'tree>, name: &str, found: &mut Found<'_>) {
        let (prefix, needs_login) = self.regions.at(node.start_byte());
        let on = self.function_around(node).to_owned();
        let data = RouterMount { module: String::new(), router: name.to_owned(), prefix, needs_login, on };
        found.add(self.source.span(node.byte_range()), Data::RouterMount(data));
    }

    fn function_around(&self, node: Node<'tree>) -> &'tree str {
        let mut inner = node;
        while let Some(parent) = inner.parent() {
            if matches!(parent.kind(), "function_declaration" | "method_declaration") {
                return parent.child_by_field_name("name").map_or("", |name| self.text_of(name));
            }
            inner = parent;
        }
        ""
    }

    fn emit(&self, method: &str, path: &str, handler: Option<Node<'tree>>, at: Node<'tree>, found: &mut Found<'_>) {
        let (prefix, needs_login) = self.regions.at(at.start_byte());
        // Vert.x: `/health*` is the path and all below it.
        let path = path.trim_end_matches('*');
        let mut route = Route::new(self.framework, method, join(&prefix, path));
        route.needs_login = needs_login;
        if self.framework == "Ktor" {
            self.function_around(at).clone_into(&mut route.router);
        }
        if let Some(handler) = handler {
            let name = self.text_of(handler);
            let named = self.functions.get(name.rsplit("::").next().unwrap_or(name)).copied();
            let handling = handler::read(named.unwrap_or(handler), &self.functions, self.text);
            route.checks = handling.checks();
            refer(self.source, found, at, &route, &handling);
        }
        add(self.source, found, at, route);
    }

    fn grpc(&self, node: Node<'tree>, found: &mut Found<'_>) {
        add(self.source, found, node, Route::new("gRPC", "ANY", "/grpc.health.v1.Health/Check".to_owned()));
    }
}

/// Extension functions that register routes are called so by convention.
fn is_for_routes(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["rout", "endpoint", "health", "api", "controller"].iter().any(|part| lower.contains(part))
}

/// Whether a receiver is named like something that asks others.
fn handler_words_of_client(receiver: &str) -> bool {
    crate::extract::code::words::words(receiver).iter().any(|word| {
        matches!(
            word.as_str(),
            "client" | "http" | "rest" | "request" | "webclient" | "given" | "mock" | "cache" | "map"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing::routes;

    #[test]
    fn contexts_of_the_server_of_the_jdk() {
        let text = "import com.sun.net.httpserver.HttpServer;\nclass Management {\n  void start() {\n    server.createContext(\"/health\", new HealthHandler(checks));\n    paths.get(\"/ready\", a);\n  }\n}\n";
        assert_eq!(routes(&RegisteredRoutes, "Management.java", text), ["the HTTP server of the JDK ANY /health"]);
    }

    #[test]
    fn ktor_nests_routes() {
        let text = "import io.ktor.server.routing.*\nfun Application.module() {\n  routing {\n    route(\"/api\") {\n      authenticate(\"jwt\") { get(\"/status\") { call.respondText(\"ok\") } }\n      \
            get(\"/health\") { dataSource.getConnection(); call.respondText(\"ok\") }\n      post(\"/up\") { }\n    }\n    get(\"/ping\") { call.respondText(\"pong\") }\n  }\n  client.get(\"/health\") { header(\"a\", \"b\") }\n}\n";
        assert_eq!(
            routes(&RegisteredRoutes, "Application.kt", text),
            ["Ktor GET /api/status login", "Ktor GET /api/health +database", "Ktor GET /ping"]
        );
    }

    #[test]
    fn javalin_vertx_and_functional_routes() {
        let text = "import io.javalin.Javalin;\nclass A { void f() { app.get(\"/health\", ctx -> ctx.result(\"ok\")); client.get(\"/health\", h); } }";
        assert_eq!(routes(&RegisteredRoutes, "A.java", text), ["Javalin GET /health"]);
        let text = "import io.vertx.ext.web.Router;\nclass A { void f() { router.get(\"/health\").handler(this::h); client.get(\"/health\"); } }";
        assert_eq!(routes(&RegisteredRoutes, "A.java", text), ["Vert.x GET /health"]);
        let text = "import org.springframework.web.reactive.function.server.*;\nclass A { RouterFunction<?> r() { return route().GET(\"/health\", this::h).build(); } Mono<X> h(R r) { return db.ping(); } }";
        assert_eq!(routes(&RegisteredRoutes, "A.java", text), ["Spring WebFlux GET /health +database"]);
    }

    #[test]
    fn the_health_service_of_grpc() {
        let text = "class A { void f() { builder.addService(new HealthStatusManager().getHealthService()); } }";
        assert_eq!(routes(&RegisteredRoutes, "A.java", text), ["gRPC ANY /grpc.health.v1.Health/Check"]);
    }

    #[test]
    fn without_a_server_in_the_file_nothing_is_registered() {
        let text =
            "import okhttp3.OkHttpClient;\nclass A { void f() { app.get(\"/health\", ctx -> ctx.result(\"ok\")); } }";
        assert_eq!(routes(&RegisteredRoutes, "A.java", text), [""; 0]);
    }
}
