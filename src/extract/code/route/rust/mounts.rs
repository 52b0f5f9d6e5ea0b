//! Where routers are mounted: `.nest("/api", …)`, `web::scope("/api").service(…)`, `.mount("/api", routes![…])`; and what
//! stands behind a layer that wants a login.

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::handler;
use crate::facts::{Data, RouterMount};
use crate::syntax::descendants;

impl<'tree> Reader<'_, 'tree> {
    /// Reads the functions of the file and the regions of its routers.
    pub(super) fn prepare(&mut self, root: Node<'tree>, found: &mut Found<'_>) {
        let mut values = Vec::new();
        let mut calls = Vec::new();
        descendants(root, |node| {
            match node.kind() {
                "function_item" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        self.functions.insert(self.text_of(name), node);
                    }
                }
                "let_declaration" => {
                    if let (Some(name), Some(value)) =
                        (node.child_by_field_name("pattern"), node.child_by_field_name("value"))
                    {
                        values.push((self.text_of(name), value));
                    }
                }
                "call_expression" => calls.push(node),
                _ => {}
            }
            true
        });
        for call in calls {
            self.mount(call, &values, found);
        }
    }

    fn mount(&mut self, call: Node<'tree>, values: &[(&'tree str, Node<'tree>)], found: &mut Found<'_>) {
        let Some((receiver, name)) = self.method(call) else { return };
        let arguments = call.child_by_field_name("arguments");
        let first = Self::argument(call, 0);
        match name {
            // A layer of axum is for the routes before it, one of Actix for its whole scope.
            "layer" | "route_layer" | "wrap" | "with"
                if first.is_some_and(|it| is_layer_of_guard(self.text_of(it))) =>
            {
                let guarded = if name == "wrap" { Self::chain(call) } else { receiver };
                self.regions.add(guarded.byte_range(), "", true);
            }
            "nest" | "nest_api_service" => {
                let Some(prefix) = first.and_then(|it| self.string(it)) else { return };
                if let Some(router) = Self::argument(call, 1) {
                    self.mount_router(router, prefix, values, found);
                }
            }
            "merge" => {
                if let Some(router) = first {
                    self.mount_router(router, "", values, found);
                }
            }
            "service" | "configure" => {
                let base = self.base(call);
                let is_scope = self.function(base) == Some("scope");
                let prefix = Self::argument(base, 0).filter(|_| is_scope).and_then(|it| self.string(it)).unwrap_or("");
                if let (Some(arguments), Some(first)) = (arguments, first) {
                    self.regions.add(arguments.byte_range(), prefix, false);
                    self.mount_named(first, "", found);
                }
            }
            "mount" => {
                let (Some(prefix), Some(routes)) = (first.and_then(|it| self.string(it)), Self::argument(call, 1))
                else {
                    return;
                };
                let list = self.text_of(routes).split_once('[').map_or("", |(_, list)| list.trim_end_matches(']'));
                for route in list.split(',').map(str::trim).filter(|route| !route.is_empty()) {
                    self.mounted(routes, route, prefix, found);
                }
            }
            _ => {}
        }
    }

    fn mount_router(
        &mut self,
        router: Node<'tree>,
        prefix: &str,
        values: &[(&'tree str, Node<'tree>)],
        found: &mut Found<'_>,
    ) {
        self.regions.add(router.byte_range(), prefix, false);
        let base = self.base(router);
        if let Some((_, value)) = values.iter().rev().find(|(name, _)| *name == self.text_of(base)) {
            self.regions.add(value.byte_range(), prefix, false);
        }
        self.mount_named(base, "", found);
    }

    /// `health::routes()`, `health::config`: what a function elsewhere makes.
    fn mount_named(&self, node: Node<'tree>, prefix: &str, found: &mut Found<'_>) {
        let called = if node.kind() == "call_expression" { node.child_by_field_name("function") } else { Some(node) };
        let Some(named) = called.filter(|it| matches!(it.kind(), "identifier" | "scoped_identifier")) else { return };
        let name = self.text_of(named);
        if !matches!(name, "Router::new" | "web::scope" | "Route::new" | "scope") {
            self.mounted(node, name, prefix, found);
        }
    }

    fn mounted(&self, at: Node<'tree>, name: &str, prefix: &str, found: &mut Found<'_>) {
        let (outer, needs_login) = self.regions.at(at.start_byte());
        let (module, router) = name.rsplit_once("::").unwrap_or(("", name));
        let data = RouterMount {
            module: module.rsplit("::").next().unwrap_or(module).to_owned(),
            router: router.to_owned(),
            prefix: super::join(&outer, prefix),
            needs_login,
            on: self.function_around(at).to_owned(),
        };
        found.add(self.source.span(at.byte_range()), Data::RouterMount(data));
    }
}

/// `from_fn(require_auth)`, `HttpAuthentication::bearer(check)`; a layer of sessions or of CORS stops nobody.
fn is_layer_of_guard(layer: &str) -> bool {
    !layer.contains("Session") && handler::is_guard(layer)
}
