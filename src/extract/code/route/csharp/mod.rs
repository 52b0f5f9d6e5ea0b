//! Routes of ASP.NET Core: health checks, minimal APIs, controllers, .NET Aspire's default endpoints.

mod base;

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::{add, join, literals, refer, unquoted};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{
    Data, File, HEALTH_INDICATOR, HandlerFunction, HandlerReference, INHERITED, Language, Route, Span, is_of_interest,
};
use crate::syntax::{Source, node_text};
use base::{OWN_NAME, inherited};

/// Finds routes in C#.
#[derive(Clone, Copy)]
pub(crate) struct CSharpRoutes;

/// Methods that add a check of a dependency to the health checks.
const CHECKS: &[(&str, &str)] = &[
    ("AddDbContextCheck", "database"),
    ("AddNpgSql", "database"),
    ("AddSqlServer", "database"),
    ("AddMySql", "database"),
    ("AddSqlite", "database"),
    ("AddMongoDb", "database"),
    ("AddRedis", "cache"),
    ("AddRabbitMQ", "queue"),
    ("AddKafka", "queue"),
    ("AddAzureServiceBusQueue", "queue"),
    ("AddUrlGroup", "http"),
];

impl Extractor for CSharpRoutes {
    fn name(&self) -> &'static str {
        "csharp-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        let more = [
            "HealthChecks",
            "IHealthCheck",
            "MapDefaultEndpoints",
            "HealthController",
            "StatusController",
            "PingController",
        ];
        literals.extend(more.map(str::to_owned));
        literals.push("ControllerBase".to_owned());
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::CSharp)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let checks = registered_checks(text);
        if !checks.is_empty() && text.contains("AddHealthChecks(") {
            let function = HEALTH_INDICATOR.to_owned();
            let data = HandlerFunction {
                owner: String::new(),
                function,
                checks,
                asks: Vec::new(),
                answers: true,
                needs_login: Some(false),
            };
            found.add(Span::START, Data::HandlerFunction(data));
        }
        base::find(source, found);
        let has = |list: &[&str]| list.iter().any(|sign| text.contains(sign));
        let of_health =
            ["DefaultEndpoints", "ealth", "eady", "live", "Live", "tatus", "Ping", "ping", "eartbeat", "/up"];
        if !has(&["Map", "UseHealthChecks", "HttpGet", "IHealthCheck"]) || !has(&of_health) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader {
            source,
            text,
            groups: BTreeMap::new(),
            development: Vec::new(),
            functions: Functions::new(),
            classes: Vec::new(),
        };
        crate::syntax::descendants(tree.root_node(), |node| {
            if let Some(name) = node.child_by_field_name("name").filter(|_| is_function(node)) {
                reader.functions.insert(node_text(name, text), node);
            }
            true
        });
        crate::syntax::descendants(tree.root_node(), |node| {
            match node.kind() {
                "if_statement" => reader.condition(node),
                "class_declaration" => {
                    reader.class(node);
                    reader.own_check(node, found);
                }
                "variable_declarator" => reader.group(node),
                "invocation_expression" => reader.call(node, found),
                "method_declaration" => reader.action(node, found),
                _ => {}
            }
            true
        });
    }
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    /// Names of groups and their prefixes.
    groups: BTreeMap<&'tree str, String>,
    /// Regions that run in development only.
    development: Vec<std::ops::Range<usize>>,
    /// Methods and local functions by their names.
    functions: Functions<'tree>,
    classes: Vec<Controller>,
}

/// A controller.
struct Controller {
    region: std::ops::Range<usize>,
    prefix: String,
    needs_login: bool,
    /// The class that gives it its prefix, as a router.
    base: String,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn condition(&mut self, node: Node<'tree>) {
        let (Some(condition), Some(body)) =
            (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
        else {
            return;
        };
        let condition = self.text_of(condition);
        if condition.contains("IsDevelopment()") && !condition.contains('!') && !condition.contains("||") {
            self.development.push(body.byte_range());
        }
    }

    /// `[Route("api/[controller]")] class HealthController`.
    fn class(&mut self, node: Node<'tree>) {
        let attributes = self.attributes(node);
        let name = node.child_by_field_name("name").map_or("", |name| self.text_of(name));
        let short = name.strip_suffix("Controller").unwrap_or(name);
        let own = attributes.iter().find(|(name, _)| *name == "Route").and_then(|(_, path)| *path);
        let is_open = attributes.iter().any(|(name, _)| *name == "AllowAnonymous");
        let base = if own.is_none() { self.base(node, is_open) } else { String::new() };
        let prefix = own.unwrap_or(if base.is_empty() { "" } else { OWN_NAME });
        let prefix = prefix.replace(OWN_NAME, &short.to_ascii_lowercase());
        let needs_login = attributes.iter().any(|(name, _)| *name == "Authorize");
        self.classes.push(Controller { region: node.byte_range(), prefix, needs_login, base });
    }

    /// The controller of this project that a class extends, as a router: it may have the prefix.
    fn base(&self, class: Node<'tree>, is_open: bool) -> String {
        let head = self.text_of(class).split('{').next().unwrap_or("");
        let bases = head.rsplit_once(':').map_or("", |(_, bases)| bases);
        let first = bases.split(['(', ',', '<', '\n']).next().unwrap_or("").trim();
        let is_own = first.contains("Controller") && !matches!(first, "Controller" | "ControllerBase");
        if is_own { inherited(first, is_open, true) } else { String::new() }
    }

    /// A check of the project's own, `class QueueCheck : IHealthCheck`: what its code exercises.
    fn own_check(&self, class: Node<'tree>, found: &mut Found<'_>) {
        let bases = class.named_children(&mut class.walk()).find(|child| child.kind() == "base_list");
        let is_base = |base: Node<'tree>| self.text_of(base).rsplit('.').next() == Some("IHealthCheck");
        if !bases.is_some_and(|bases| bases.named_children(&mut bases.walk()).any(is_base)) {
            return;
        }
        let checks = handler::read(class, &Functions::new(), self.text).checks();
        if !checks.is_empty() {
            let function = HEALTH_INDICATOR.to_owned();
            let data = HandlerFunction {
                owner: String::new(),
                function,
                checks,
                asks: Vec::new(),
                answers: true,
                needs_login: Some(false),
            };
            found.add(self.source.span(class.byte_range()), Data::HandlerFunction(data));
        }
    }

    /// The attributes of a declaration with their first text.
    fn attributes(&self, node: Node<'tree>) -> Vec<(&'tree str, Option<&'tree str>)> {
        let lists =
            node.named_children(&mut node.walk()).filter(|child| child.kind() == "attribute_list").collect::<Vec<_>>();
        let mut attributes = Vec::new();
        for list in lists {
            for attribute in list.named_children(&mut list.walk()).filter(|child| child.kind() == "attribute") {
                let name = attribute.child_by_field_name("name").map_or("", |name| self.text_of(name));
                let written = self.text_of(attribute);
                let first = written.split_once('(').and_then(|(_, rest)| rest.split(['"']).nth(1));
                attributes.push((name, first));
            }
        }
        attributes
    }

    fn action(&self, method: Node<'tree>, found: &mut Found<'_>) {
        let attributes = self.attributes(method);
        let class = self.classes.iter().rev().find(|class| class.region.contains(&method.start_byte()));
        let (prefix, is_private) = class.map_or(("", false), |class| (class.prefix.as_str(), class.needs_login));
        let is_open = attributes.iter().any(|(name, _)| *name == "AllowAnonymous");
        let own = attributes.iter().any(|(name, _)| *name == "Authorize");
        for (_, path) in attributes.iter().filter(|(name, _)| matches!(*name, "HttpGet" | "HttpHead")) {
            // What starts with `/` or `~/` stands for itself, whatever the class says.
            let path = path.unwrap_or("");
            let absolute = Some(path.trim_start_matches('~')).filter(|path| path.starts_with('/'));
            let full = absolute.map_or_else(|| join(prefix, path), |path| join("", path));
            let mut route = self.route("GET", full, method);
            route.needs_login = !is_open && (is_private || own);
            if let Some(class) = class.filter(|class| !class.base.is_empty() && absolute.is_none()) {
                route.router.clone_from(&class.base);
                // The class above may give a prefix without the controller's name, or none.
                if !path.is_empty() && !is_of_interest(prefix) {
                    let router = class.base.trim_start_matches(INHERITED).to_owned();
                    add(self.source, found, method, Route { path: join("", path), router, ..route.clone() });
                }
            }
            let handling = handler::read(method, &self.functions, self.text);
            route.checks = handling.checks();
            refer(self.source, found, method, &route, &handling);
            add(self.source, found, method, route);
        }
    }

    /// `var api = app.MapGroup("/api")`.
    fn group(&mut self, node: Node<'tree>) {
        let call = node.named_children(&mut node.walk()).find(|child| child.kind() == "invocation_expression");
        let Some(call) = call else { return };
        let name = node.child_by_field_name("name").or_else(|| node.named_child(0));
        let (Some(name), Some((object, "MapGroup"))) = (name, self.method(call)) else { return };
        if let Some(prefix) = self.string(call) {
            let outer = self.groups.get(self.text_of(object)).cloned().unwrap_or_default();
            self.groups.insert(self.text_of(name), join(&outer, prefix));
        }
    }

    fn method(&self, call: Node<'tree>) -> Option<(Node<'tree>, &'tree str)> {
        let callee =
            call.child_by_field_name("function").filter(|callee| callee.kind() == "member_access_expression")?;
        Some((callee.child_by_field_name("expression")?, self.text_of(callee.child_by_field_name("name")?)))
    }

    /// The first argument, where it is a text.
    fn string(&self, call: Node<'tree>) -> Option<&'tree str> {
        let argument = call.child_by_field_name("arguments")?.named_child(0)?;
        unquoted(self.text_of(argument))
    }

    fn call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let Some((object, name)) = self.method(call) else { return };
        match name {
            "MapHealthChecks" | "UseHealthChecks" | "MapGet" => {
                let Some(path) = self.string(call) else { return };
                let prefix = self.groups.get(self.text_of(object)).map_or("", String::as_str);
                let mut route = self.route("GET", join(prefix, path), call);
                if name == "MapGet" {
                    let handling = handler::read(call, &self.functions, self.text);
                    route.checks = handling.checks();
                    refer(self.source, found, call, &route, &handling);
                } else if !self.text_of(call).contains("Predicate") {
                    // All checks that the project registers, wherever it does.
                    let reference = HandlerReference::to(HEALTH_INDICATOR.to_owned());
                    found.add(self.source.span(call.byte_range()), Data::HandlerReference(reference));
                }
                add(self.source, found, call, route);
            }
            "MapDefaultEndpoints" => {
                for path in ["/health", "/alive"] {
                    let mut route = self.route("GET", path.to_owned(), call);
                    ".NET Aspire".clone_into(&mut route.framework);
                    // The template maps them in Development; a project's own version is read where it is defined.
                    route.development_only = true;
                    add(self.source, found, call, route);
                }
            }
            "MapGrpcHealthChecksService" => {
                let mut route = self.route("ANY", "/grpc.health.v1.Health/Check".to_owned(), call);
                "gRPC".clone_into(&mut route.framework);
                add(self.source, found, call, route);
            }
            _ => {}
        }
    }

    fn route(&self, method: &str, path: String, at: Node<'tree>) -> Route {
        let mut around = at;
        while let Some(parent) = around.parent().filter(|_| around.kind() != "method_declaration") {
            around = parent;
        }
        let method_around = around.child_by_field_name("name").filter(|_| around.kind() == "method_declaration");
        let development_only = self.development.iter().any(|range| range.contains(&at.start_byte()));
        Route {
            method: method.to_owned(),
            path,
            framework: "ASP.NET Core".to_owned(),
            checks: Vec::new(),
            needs_login: self.requires_authorization(at),
            development_only,
            router: method_around.map_or("", |name| self.text_of(name)).to_owned(),
        }
    }

    /// `app.MapGet("/status", …).RequireAuthorization()`.
    fn requires_authorization(&self, call: Node<'tree>) -> bool {
        let rest = self.text.get(call.end_byte()..).unwrap_or("");
        rest.split(';').next().unwrap_or("").contains(".RequireAuthorization(")
    }
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "method_declaration" | "local_function_statement")
}

/// What the health checks that this file registers exercise.
fn registered_checks(text: &str) -> Vec<String> {
    let is_called = |method: &str| {
        text.match_indices(method)
            .any(|(at, _)| text.get(at + method.len()..).is_some_and(|rest| rest.starts_with(['(', '<'])))
    };
    let checks = CHECKS.iter().filter(|(method, _)| is_called(method));
    let names: std::collections::BTreeSet<&str> = checks.map(|&(_, check)| check).collect();
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing::{facts, routes};

    fn at(text: &str) -> Vec<String> {
        routes(&CSharpRoutes, "src/Api/Program.cs", text)
    }

    #[test]
    fn a_check_of_the_project_s_own_is_read() {
        let text = "public class StoreCheck<T>(T store) : IHealthCheck\n{\n    public async Task<HealthCheckResult> \
            CheckHealthAsync(HealthCheckContext context)\n    {\n        await dbContext.Database.CanConnectAsync();\n    }\n}\n";
        let facts = facts(&CSharpRoutes, "src/StoreCheck.cs", text);
        let checks = facts.iter().filter_map(|fact| match &fact.data {
            Data::HandlerFunction(function) => Some(function.checks.clone()),
            _ => None,
        });
        assert_eq!(checks.collect::<Vec<_>>(), [["database"]]);
    }

    #[test]
    fn health_checks_and_what_they_check() {
        let text = "builder.Services.AddHealthChecks().AddNpgSql(connection);\nvar app = builder.Build();\n\
            app.MapHealthChecks(\"/healthz\");\napp.MapHealthChecks(\"/alive\", new HealthCheckOptions { Predicate = r => false });\n";
        assert_eq!(at(text), ["ASP.NET Core GET /healthz", "ASP.NET Core GET /alive"]);
    }

    #[test]
    fn minimal_apis_with_groups_and_authorization() {
        let text = "var api = app.MapGroup(\"/api\");\napi.MapGet(\"/health\", () => \"ok\");\n\
            app.MapGet(\"/status\", () => \"ok\").RequireAuthorization();\n";
        assert_eq!(at(text), ["ASP.NET Core GET /api/health", "ASP.NET Core GET /status login"]);
    }

    #[test]
    fn development_only_is_told() {
        let text = "if (app.Environment.IsDevelopment())\n{\n    app.MapHealthChecks(\"/health\");\n}\n";
        assert_eq!(at(text), ["ASP.NET Core GET /health development"]);
        let text = "app.MapDefaultEndpoints();\n";
        assert_eq!(at(text), [".NET Aspire GET /health development", ".NET Aspire GET /alive development"]);
    }

    #[test]
    fn controllers_are_read() {
        let text = "[ApiController]\n[Route(\"api/[controller]\")]\npublic class HealthController : ControllerBase\n{\n    \
            [HttpGet(\"ready\")]\n    public IActionResult Ready() => Ok();\n}\n";
        assert_eq!(at(text), ["ASP.NET Core GET /api/health/ready"]);
        let text = "[Route(\"info\")]\npublic class InfoController : Controller\n{\n    \
            [HttpGet(\"~/alive\")]\n    [HttpGet(\"health\")]\n    public DateTime GetAlive() => DateTime.UtcNow;\n}\n";
        assert_eq!(at(text), ["ASP.NET Core GET /alive", "ASP.NET Core GET /info/health"]);
    }

    #[test]
    fn clients_and_comments_are_none() {
        let text = "// app.MapHealthChecks(\"/health\");\nvar x = await client.GetAsync(\"/health\"); // MapGet\n";
        assert_eq!(at(text), [""; 0]);
    }
}
