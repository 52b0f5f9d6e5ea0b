//! Routes of JavaScript and TypeScript servers: Express, Fastify, Koa, Hono and those that register like them, `NestJS`
//! (by its decorators), and servers that compare the URL by hand.

mod nest;
mod servers;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use super::handler::{self, Handling};
use super::{add, join, literals, refer};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Route};
use crate::syntax::{Grammar, Source, node_text};
use servers::{Receiver, Servers, are_mentioned, argument};

/// Finds routes that are registered by calls or decorators.
#[derive(Clone, Copy)]
pub(crate) struct JavaScriptRoutes;

/// Where routes may be registered without naming a framework's module.
const HINTS: &[&str] = &["@nestjs/common", "req, res", "createServer", "Bun.serve", "Deno.serve", "grpc-health-check"];

impl Extractor for JavaScriptRoutes {
    fn name(&self) -> &'static str {
        "javascript-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.extend([".use(", ".route(", ".register("].map(str::to_owned));
        literals.push("createLightship".to_owned());
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        let reads = |grammar| matches!(grammar, Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript);
        file.role.is_written() && file.language.and_then(Grammar::of).is_some_and(reads)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let has = |hint: &&str| memchr::memmem::find(text.as_bytes(), hint.as_bytes()).is_some();
        if !are_mentioned(text) && !HINTS.iter().any(has) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let servers = Servers::read(tree.root_node(), text);
        servers.add_mounts(source, found);
        let has_grpc_health = has(&"grpc-health-check");
        let reader = Reader { source, text, servers: &servers, has_grpc_health };
        for &call in &servers.member_calls {
            reader.member_call(call, found);
        }
        let compares_urls = ["createServer", "Bun.serve", "Deno.serve"].iter().any(has);
        crate::syntax::descendants(tree.root_node(), |node| {
            match node.kind() {
                "call_expression" => reader.library(node, found),
                "binary_expression" if compares_urls => reader.comparison(node, found),
                "export_statement" | "class_declaration" | "class" => {
                    nest::class(source, node, &servers.functions, found);
                }
                _ => {}
            }
            true
        });
    }
}

/// The method that a registering function stands for.
fn method_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "get" => "GET",
        "head" => "HEAD",
        "post" => "POST",
        "put" => "PUT",
        "patch" => "PATCH",
        "delete" | "del" => "DELETE",
        "options" | "opts" => "OPTIONS",
        "all" | "any" | "use" => "ANY",
        _ => return None,
    })
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    servers: &'a Servers<'tree>,
    /// Whether the file names the package of gRPC's health service.
    has_grpc_health: bool,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn member_call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some(callee) = call.child_by_field_name("function") else { return };
        let (Some(object), Some(property)) =
            (callee.child_by_field_name("object"), callee.child_by_field_name("property"))
        else {
            return;
        };
        let name = self.text_of(property);
        let is_registration = method_of(name).is_some() || matches!(name, "route" | "on" | "openapi");
        if !is_registration {
            return;
        }
        let arguments: Vec<Node<'tree>> = (0..32).map_while(|index| argument(call, index)).collect();
        let Some(receiver) = self.servers.receiver(object).or_else(|| self.conventional(object, &arguments)) else {
            return;
        };
        match name {
            "route" | "openapi" => self.described(&receiver, &arguments, property, found),
            "on" => {
                if let [method, rest @ ..] = arguments.as_slice() {
                    let method = self.servers.path(*method).unwrap_or("ANY").to_ascii_uppercase();
                    self.register(&receiver, &method, rest, property, found);
                }
            }
            _ => self.register(&receiver, method_of(name).unwrap_or("ANY"), &arguments, property, found),
        }
    }

    /// `app.get(path, …middlewares, handler)`, with several paths or with Koa's name before the path.
    fn register(&self, on: &Receiver, method: &str, arguments: &[Node<'tree>], at: Node<'tree>, found: &mut Found<'_>) {
        let (paths, rest) = match (&on.path, arguments) {
            (Some(path), rest) => (vec![path.as_str()], rest),
            (None, [first, rest @ ..]) if first.kind() == "array" => {
                let paths =
                    first.named_children(&mut first.walk()).filter_map(|item| self.servers.path(item)).collect();
                (paths, rest)
            }
            (None, [first, rest @ ..]) => match (self.servers.path(*first), rest) {
                (Some(_), [second, others @ ..]) if on.framework == "Koa" && self.servers.path(*second).is_some() => {
                    (self.servers.path(*second).into_iter().collect(), others)
                }
                (Some(path), rest) => (vec![path], rest),
                (None, _) => return,
            },
            (None, []) => return,
        };
        let Some((&last, before)) = rest.split_last() else { return };
        let is_middleware = self.text_of(at) == "use";
        if is_middleware && (!is_function(last) || self.takes_next(last)) {
            return;
        }
        let handling = handler::read(last, &self.servers.functions, self.text);
        let guarded = before.iter().any(|&node| self.guards(node))
            || self.is_wrapped_by_guard(last)
            || on.guarded_from.is_some_and(|from| from < at.start_byte());
        for path in paths {
            self.emit(on, method, path, &handling, guarded, at, found);
        }
    }

    /// `fastify.route({ method, url, handler })`, hapi's `server.route({ method, path, handler })` or a list of them,
    /// Hono's `app.openapi(createRoute({ method, path }), handler)`.
    fn described(&self, on: &Receiver, arguments: &[Node<'tree>], at: Node<'tree>, found: &mut Found<'_>) {
        let Some(&first) = arguments.first() else { return };
        let named = self.servers.functions.get(self.text_of(first)).copied().unwrap_or(first);
        let list: Vec<Node<'tree>> = match named.kind() {
            "array" => named.named_children(&mut named.walk()).collect(),
            "call_expression" => argument(named, 0).into_iter().collect(),
            _ => vec![named],
        };
        for object in list {
            let path = self.servers.property(object, &["url", "path"]).and_then(|value| self.servers.path(value));
            let Some(path) = path else { continue };
            let method = self.servers.property(object, &["method"]);
            let method = method.and_then(|value| self.servers.path(value)).unwrap_or("ANY").to_ascii_uppercase();
            let handler = self.servers.property(object, &["handler"]).or_else(|| arguments.get(1).copied());
            let handling =
                handler.map(|node| handler::read(node, &self.servers.functions, self.text)).unwrap_or_default();
            let guarded = self.guards(object) || on.guarded_from.is_some_and(|from| from < at.start_byte());
            self.emit(on, &method, path, &handling, guarded, at, found);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one route")]
    fn emit(
        &self,
        on: &Receiver,
        method: &str,
        path: &str,
        handling: &Handling,
        guarded: bool,
        at: Node<'tree>,
        found: &mut Found<'_>,
    ) {
        for prefix in &on.prefixes {
            let path = join(prefix, path);
            if handling.is_of_another_service(&path) {
                continue;
            }
            let route = Route {
                method: method.to_owned(),
                path,
                framework: on.framework.to_owned(),
                checks: handling.checks(),
                needs_login: guarded || handling.asks_for_session,
                development_only: false,
                router: on.router.clone(),
            };
            refer(self.source, found, at, &route, handling);
            add(self.source, found, at, route);
        }
    }

    /// Whether an argument before the handler wants somebody signed in: a middleware, or the hooks of Fastify's options.
    fn guards(&self, argument: Node<'tree>) -> bool {
        if argument.kind() != "object" {
            return !is_function(argument) && handler::is_guard(self.text_of(argument));
        }
        let hooks = ["preHandler", "onRequest", "preValidation", "preParsing", "beforeHandle"];
        hooks.iter().any(|hook| {
            self.servers.property(argument, &[hook]).is_some_and(|value| handler::is_guard(self.text_of(value)))
        })
    }

    fn is_wrapped_by_guard(&self, handler: Node<'tree>) -> bool {
        handler.kind() == "call_expression"
            && handler.child_by_field_name("function").is_some_and(|callee| handler::is_guard(self.text_of(callee)))
    }

    /// A middleware takes a third parameter, an Express handler does not.
    fn takes_next(&self, function: Node<'tree>) -> bool {
        let list = function.child_by_field_name("parameters");
        list.is_some_and(|list| list.named_child_count() > 2 || self.text_of(list).contains("next"))
    }

    /// `app.get("/health", (req, res) => …)` on a parameter or a module's export with a server's usual name: the form of
    /// the handler tells what it is.
    fn conventional(&self, object: Node<'tree>, arguments: &[Node<'tree>]) -> Option<Receiver> {
        let written = self.text_of(object);
        let name = written.strip_prefix("this.").unwrap_or(written);
        if !matches!(name, "app" | "server" | "router" | "fastify" | "expressApp") {
            return None;
        }
        let handler = *arguments.last()?;
        let list = handler.child_by_field_name("parameters").filter(|_| is_function(handler))?;
        let names: Vec<&str> = list
            .named_children(&mut list.walk())
            .map(|node| self.text_of(node.child_by_field_name("pattern").unwrap_or(node)))
            .map(|name| name.trim_start_matches('_'))
            .collect();
        let framework = match (names.as_slice(), self.servers.imports_any()) {
            (["req" | "request", "res" | "response", ..], known) => known.unwrap_or("Express"),
            (["req" | "request", "reply"], known) => known.unwrap_or("Fastify"),
            (["c" | "ctx" | "context" | "req" | "request"], Some(known)) => known,
            _ => return None,
        };
        Some(Receiver { router: name.to_owned(), ..Receiver::of(framework) })
    }

    /// Libraries that answer health checks: `createTerminus(server, { healthChecks })`, `createLightship()`.
    fn library(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some(callee) = call.child_by_field_name("function") else { return };
        match self.servers.import(self.text_of(callee)) {
            Some(("Terminus", "createTerminus")) => {
                let options = argument(call, 1);
                let checks = options.and_then(|options| self.servers.property(options, &["healthChecks"]));
                let Some(checks) = checks else { return };
                for pair in checks.named_children(&mut checks.walk()) {
                    let path = pair.child_by_field_name("key").and_then(|key| self.servers.path(key));
                    let (Some(path), Some(value)) = (path, pair.child_by_field_name("value")) else { continue };
                    let handling = handler::read(value, &self.servers.functions, self.text);
                    self.emit(&Receiver::of("Terminus"), "GET", path, &handling, false, pair, found);
                }
            }
            // `health.addToServer(server)`, and `server.addService(health.service, …)` of the versions before it.
            _ if self.has_grpc_health && self.serves_health_of_grpc(call, callee) => {
                let path = "/grpc.health.v1.Health/Check";
                self.emit(&Receiver::of("gRPC"), "ANY", path, &Handling::default(), false, callee, found);
            }
            Some(("Lightship", "createLightship")) => {
                for path in ["/health", "/live", "/ready"] {
                    self.emit(&Receiver::of("Lightship"), "GET", path, &Handling::default(), false, callee, found);
                }
            }
            _ => {}
        }
    }

    fn serves_health_of_grpc(&self, call: Node<'tree>, callee: Node<'tree>) -> bool {
        let name = callee.child_by_field_name("property").map_or("", |name| self.text_of(name));
        let first = argument(call, 0).map_or("", |first| self.text_of(first));
        name == "addToServer" || name == "addService" && first.to_ascii_lowercase().contains("health")
    }

    /// `if (req.url === "/health")` in a server without a framework.
    fn comparison(&self, node: Node<'tree>, found: &mut Found<'_>) {
        let operator = node.child_by_field_name("operator").map_or("", |operator| operator.kind());
        if !matches!(operator, "==" | "===") {
            return;
        }
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        let is_url = |side: Node<'tree>| {
            matches!(self.text_of(side), "req.url" | "request.url" | "url.pathname" | "pathname" | "req.path")
        };
        let path = match (is_url(left), is_url(right)) {
            (true, false) => self.servers.path(right),
            (false, true) => self.servers.path(left),
            _ => None,
        };
        let Some(path) = path.filter(|path| path.starts_with('/')) else { return };
        self.emit(&Receiver::of("HTTP server"), "ANY", path, &Handling::default(), false, node, found);
    }
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression")
}
