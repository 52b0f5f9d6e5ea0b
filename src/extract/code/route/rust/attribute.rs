//! Handlers with their route in an attribute: `#[get("/health")]` of Actix Web and Rocket.

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::{add, handler, join};
use crate::facts::Route;
use crate::syntax::{descendants, node_text};

/// Whether a request guard takes a connection out of the pool before the handler runs: `conn: DbConn`.
fn takes_connection(function: Node<'_>, text: &str) -> bool {
    let Some(list) = function.child_by_field_name("parameters") else { return false };
    list.named_children(&mut list.walk()).filter_map(|it| it.child_by_field_name("type")).any(|class| {
        let class = node_text(class, text);
        class.ends_with("DbConn") || class.starts_with("Connection<")
    })
}

impl<'tree> Reader<'_, 'tree> {
    pub(super) fn attribute(&self, item: Node<'tree>, found: &mut Found<'_>) {
        let Some(attribute) = item.named_child(0).filter(|it| it.kind() == "attribute") else { return };
        let name = attribute.named_child(0).map_or("", |name| self.text_of(name));
        let method = match name.rsplit("::").next().unwrap_or(name) {
            "get" => "GET",
            "head" => "HEAD",
            "route" => "ANY",
            _ => return,
        };
        let Some(path) = attribute.child_by_field_name("arguments").and_then(|list| self.first_string(list)) else {
            return;
        };
        // Other attributes and comments may stand in between.
        let mut next = item.next_named_sibling();
        while let Some(other) = next.filter(|it| it.kind() == "attribute_item" || it.kind().ends_with("comment")) {
            next = other.next_named_sibling();
        }
        let Some(function) = next.filter(|it| it.kind() == "function_item") else { return };
        let path = path.split('?').next().unwrap_or(path);
        let (prefix, is_private) = self.regions.at(item.start_byte());
        let mut route = Route::new(self.framework, method, join(&prefix, path));
        function.child_by_field_name("name").map_or("", |name| self.text_of(name)).clone_into(&mut route.router);
        route.checks = handler::read(function, &self.functions, self.text).checks();
        if self.framework == "Rocket" && takes_connection(function, self.text) {
            route.checks.push("database".to_owned());
            route.checks.dedup();
        }
        route.needs_login = is_private || super::takes_user(function, self.text);
        add(self.source, found, item, route);
    }

    fn first_string(&self, list: Node<'tree>) -> Option<&'tree str> {
        let mut first = None;
        descendants(list, |node| {
            if first.is_none() {
                first = self.string(node);
            }
            first.is_none()
        });
        first
    }
}
