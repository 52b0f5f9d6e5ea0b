//! Routes of `NestJS`: classes with `@Controller`, methods with `@Get` and its like.

use tree_sitter::Node;

use crate::extract::Found;
use crate::extract::code::route::handler::{self, Functions};
use crate::extract::code::route::{add, join, refer, unquoted};
use crate::facts::Route;
use crate::syntax::{Source, node_text};

/// Reads a class, or an export whose decorators stand before the class.
pub(super) fn class<'tree>(
    source: &Source<'tree>,
    node: Node<'tree>,
    functions: &Functions<'tree>,
    found: &mut Found<'_>,
) {
    let text = source.text();
    let decorators = decorators_of(node);
    let class = node.child_by_field_name("declaration").unwrap_or(node);
    let Some(body) = class.child_by_field_name("body") else { return };
    let Some(controller) = decorators.iter().find_map(|&node| call(node, "Controller", text)) else { return };
    let prefix = controller.and_then(|argument| path(argument, text)).unwrap_or("");
    let is_guarded = decorators.iter().any(|&node| guards(node, text));
    let mut waiting: Vec<Node<'tree>> = Vec::new();
    for member in body.named_children(&mut body.walk()) {
        if member.kind() == "decorator" {
            waiting.push(member);
            continue;
        }
        let mut own = std::mem::take(&mut waiting);
        own.extend(decorators_of(member));
        if member.kind() != "method_definition" {
            continue;
        }
        let is_public = own.iter().any(|&node| is_public(node, text));
        let needs_login = !is_public && (is_guarded || own.iter().any(|&node| guards(node, text)));
        for &decorator in &own {
            for (name, method) in [
                ("Get", "GET"),
                ("Head", "HEAD"),
                ("All", "ANY"),
                ("Post", "POST"),
                ("Put", "PUT"),
                ("Delete", "DELETE"),
            ] {
                let Some(argument) = call(decorator, name, text) else { continue };
                let handling = handler::read(member, functions, text);
                let route = Route {
                    method: method.to_owned(),
                    path: join(prefix, argument.and_then(|argument| path(argument, text)).unwrap_or("")),
                    framework: "NestJS".to_owned(),
                    checks: handling.checks(),
                    needs_login,
                    development_only: false,
                    router: String::new(),
                };
                refer(source, found, decorator, &route, &handling);
                add(source, found, decorator, route);
            }
        }
    }
}

fn decorators_of(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).filter(|child| child.kind() == "decorator").collect()
}

/// The first argument of `@name(…)`; `Some(None)` where there is none.
#[expect(clippy::option_option, reason = "a decorator without an argument is another thing than no such decorator")]
fn call<'tree>(decorator: Node<'tree>, name: &str, text: &str) -> Option<Option<Node<'tree>>> {
    let call = decorator.named_child(0).filter(|node| node.kind() == "call_expression")?;
    let callee = call.child_by_field_name("function")?;
    (node_text(callee, text) == name)
        .then(|| call.child_by_field_name("arguments").and_then(|list| list.named_child(0)))
}

/// `'health'`, `['health']` or `{ path: 'health' }`.
fn path<'text>(argument: Node<'_>, text: &'text str) -> Option<&'text str> {
    match argument.kind() {
        "string" => unquoted(node_text(argument, text)),
        "array" => unquoted(node_text(argument.named_child(0)?, text)),
        "object" => argument.named_children(&mut argument.walk()).find_map(|pair| {
            let key = pair.child_by_field_name("key")?;
            (node_text(key, text) == "path").then(|| unquoted(node_text(pair.child_by_field_name("value")?, text)))?
        }),
        _ => None,
    }
}

fn guards(decorator: Node<'_>, text: &str) -> bool {
    let written = node_text(decorator, text);
    let name = written.trim_start_matches('@').split('(').next().unwrap_or("");
    (name == "UseGuards" && handler::is_guard(written)) || (name != "UseGuards" && handler::is_guard(name))
}

fn is_public(decorator: Node<'_>, text: &str) -> bool {
    let name = node_text(decorator, text).trim_start_matches('@').split('(').next().unwrap_or("");
    matches!(name, "Public" | "SkipAuth" | "AllowAnonymous" | "NoAuth" | "IsPublic")
}
