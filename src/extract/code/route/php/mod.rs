//! Routes of PHP servers: Laravel and Lumen, Slim and Mezzio by calls; Symfony by attributes and annotations.

mod attributes;
mod psr15;
#[cfg(test)]
mod tests;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::regions::Regions;
use super::{add, join, literals, refer, unquoted};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerReference, Language, Route};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes in PHP.
#[derive(Clone, Copy)]
pub(crate) struct PhpRoutes;

impl Extractor for PhpRoutes {
    fn name(&self) -> &'static str {
        "php-routes"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(literals())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Php)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let signs = [
            "Route::",
            "withRouting(",
            "Route(",
            "$app->",
            "$group->",
            "$router->",
            "$routes->",
            "ServerRequestInterface",
            "'middleware'",
        ];
        if !signs.iter().any(|sign| text.contains(sign)) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let is_laravel = source.file.path.ends_with("routes/api.php");
        let mut reader = Reader { source, text, functions: Functions::new(), regions: Regions::default() };
        if is_laravel && text.contains("Route::") {
            // The convention of the framework, which a project may change but seldom does.
            reader.regions.add(0..text.len(), "/api", false);
        }
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "method_declaration" | "function_definition" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        reader.functions.insert(node_text(name, text), node);
                    }
                }
                "scoped_call_expression" | "member_call_expression" => reader.group(node),
                _ => {}
            }
            true
        });
        descendants(tree.root_node(), |node| {
            match node.kind() {
                "scoped_call_expression" | "member_call_expression" => reader.call(node, found),
                "class_declaration" => {
                    reader.class(node, found);
                    reader.handler_with_path(node, found);
                }
                "array_creation_expression" => reader.entry(node, found),
                _ => {}
            }
            true
        });
    }
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    functions: Functions<'tree>,
    regions: Regions,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn name(&self, call: Node<'tree>) -> &'tree str {
        call.child_by_field_name("name").map_or("", |name| self.text_of(name))
    }

    /// The arguments with their names.
    fn arguments(&self, call: Node<'tree>) -> Vec<(&'tree str, Node<'tree>)> {
        let list = call.child_by_field_name("arguments").or_else(|| call.child_by_field_name("parameters"));
        let Some(list) = list else { return Vec::new() };
        let of = |argument: Node<'tree>| {
            let name = argument.child_by_field_name("name");
            let value = argument.named_children(&mut argument.walk()).last()?;
            Some((name.map_or("", |name| self.text_of(name)), value))
        };
        list.named_children(&mut list.walk()).filter(|it| it.kind() == "argument").filter_map(of).collect()
    }

    fn string(&self, node: Node<'tree>) -> Option<&'tree str> {
        matches!(node.kind(), "string" | "encapsed_string").then(|| unquoted(self.text_of(node)))?
    }

    /// What a chain of calls starts with: `Route` of `Route::prefix('api')->middleware('auth')`, `$app`.
    fn start(&self, call: Node<'tree>) -> &'tree str {
        let mut node = call;
        while let Some(object) = node.child_by_field_name("object") {
            node = object;
        }
        node.child_by_field_name("scope").map_or_else(|| self.text_of(node), |scope| self.text_of(scope))
    }

    /// The prefix that the calls before one in its chain give, and whether one of them, or one behind it, wants a login.
    fn chain(&self, call: Node<'tree>) -> (String, bool) {
        let mut prefix = String::new();
        let mut needs_login = false;
        let mut before = call.child_by_field_name("object");
        while let Some(node) = before {
            let first = self.arguments(node).first().copied();
            match self.name(node) {
                "prefix" => prefix = join(first.and_then(|(_, it)| self.string(it)).unwrap_or(""), &prefix),
                "middleware" => needs_login |= self.arguments(node).iter().any(|(_, it)| is_guard(self.text_of(*it))),
                _ => {}
            }
            before = node.child_by_field_name("object");
        }
        let mut behind = call.parent();
        while let Some(node) = behind.filter(|it| it.kind() == "member_call_expression") {
            if matches!(self.name(node), "middleware" | "add") {
                needs_login |= self.arguments(node).iter().any(|(_, it)| is_guard(self.text_of(*it)));
            }
            behind = node.parent();
        }
        (prefix, needs_login)
    }

    /// `Route::prefix('api')->group(function () { … })`, `$app->group('/api', function ($group) { … })`.
    fn group(&mut self, call: Node<'tree>) {
        if self.name(call) != "group" {
            return;
        }
        let arguments = self.arguments(call);
        let Some((_, body)) = arguments.last() else { return };
        let (mut prefix, mut needs_login) = self.chain(call);
        if let [(_, first), _, ..] = arguments.as_slice() {
            if let Some(path) = self.string(*first) {
                prefix = join(&prefix, path);
            } else {
                let options = self.text_of(*first);
                let value = |key: &str| {
                    let rest = options.split_once(key).map_or("", |(_, rest)| rest);
                    rest.trim_start_matches(['\'', '"', ' ', '=', '>'])
                };
                prefix = join(&prefix, value("prefix").split(['\'', '"']).next().unwrap_or(""));
                needs_login |= is_guard(value("middleware").split("=>").next().unwrap_or(""));
            }
        }
        self.regions.add(body.byte_range(), &prefix, needs_login);
    }

    fn call(&self, call: Node<'tree>, found: &mut Found<'_>) {
        let method = match self.name(call) {
            "get" | "view" => "GET",
            "head" => "HEAD",
            "any" | "match" | "map" => "ANY",
            "withRouting" => return self.laravel_health(call, found),
            _ => return,
        };
        let start = self.start(call);
        let framework = match start.rsplit('\\').next().unwrap_or(start) {
            "Route" => "Laravel",
            "$router" if self.text.contains("Laravel\\Lumen") || self.source.file.path.ends_with("routes/web.php") => {
                "Laravel"
            }
            "$app" | "$group" | "$router" | "$r" if self.text.contains("Slim") || self.text.contains("$response") => {
                "Slim"
            }
            "$app" if self.text.contains("Mezzio\\Application") => "Mezzio",
            "$routes" if self.source.file.path.contains("Config/Routes") => "CodeIgniter",
            _ => return,
        };
        let arguments = self.arguments(call);
        let is_list = matches!(self.name(call), "match" | "map");
        let Some((_, path)) = arguments.get(usize::from(is_list)) else { return };
        let Some(path) = self.string(*path) else { return };
        if arguments.len() < 2 + usize::from(is_list) {
            return;
        }
        let (own, is_private) = self.chain(call);
        let (outer, is_outside_private) = self.regions.at(call.start_byte());
        let mut route = Route::new(framework, method, join(&join(&outer, &own), path));
        route.needs_login = is_private || is_outside_private;
        if let Some((_, handler)) = arguments.last() {
            let handling = handler::read(*handler, &self.functions, self.text);
            route.checks = handling.checks();
            refer(self.source, found, call, &route, &handling);
            if super::is_of_interest(&route.path)
                && let Some(function) = self.controller(*handler)
            {
                found.add(self.source.span(call.byte_range()), Data::HandlerReference(HandlerReference::to(function)));
            }
        }
        add(self.source, found, call, route);
    }

    /// `[HealthController::class, 'show']`, `HealthController::class`, `'HealthController@show'`, and Laravel's older
    /// `['uses' => 'HealthController@show', 'as' => 'health']`.
    fn controller(&self, handler: Node<'tree>) -> Option<String> {
        let written = self.text_of(handler);
        let used = written.split_once("'uses'").or_else(|| written.split_once("\"uses\"")).map(|(_, behind)| {
            let value = behind.trim_start_matches([' ', '=', '>']);
            value.split([',', ']']).next().unwrap_or(value)
        });
        let written = used.unwrap_or(written).trim_matches(['[', ']', '\'', '"', ' ', '\n']);
        let (class, method) = match written.split_once("::class") {
            Some((class, rest)) => (class, rest.trim_matches([',', ' ', '\'', '"', ':'])),
            None => written.split_once(['@', ':'])?,
        };
        let class = class.rsplit('\\').next().unwrap_or(class);
        let method = if method.is_empty() { "__invoke" } else { method };
        let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
        (is_name(class) && is_name(method)).then(|| format!("{class}.{method}"))
    }

    /// Laravel's own health route: `->withRouting(health: '/up')`.
    fn laravel_health(&self, call: Node<'tree>, found: &mut Found<'_>) {
        for (name, value) in self.arguments(call) {
            if let Some(path) = self.string(value).filter(|_| name == "health") {
                add(self.source, found, value, Route::new("Laravel", "GET", join("", path)));
            }
        }
    }
}

/// Whether a middleware lets nobody in who is not signed in. A session alone stops nobody.
fn is_guard(middleware: &str) -> bool {
    let plain = middleware.replace("session", "").replace("Session", "");
    handler::is_guard(&plain) || plain.contains("'can:") || plain.contains("verified")
}
