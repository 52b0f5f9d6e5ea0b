//! Middleware and bare applications of WSGI and ASGI, and handlers of `http.server`, that compare the path by hand:
//! `if scope["path"] == "/healthz": …`.

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::add;
use crate::facts::Route;

/// How code names the path of a request.
const PATHS: &[&str] = &[
    "request.path",
    "request.path_info",
    "request.url.path",
    "req.path",
    "req.url.path",
    "self.path",
    "scope[\"path\"]",
    "scope['path']",
    "scope.get(\"path\")",
    "environ[\"PATH_INFO\"]",
    "environ['PATH_INFO']",
    "environ.get(\"PATH_INFO\")",
    "environ.get('PATH_INFO')",
    "environ.get(\"PATH_INFO\", \"\")",
    "environ.get('PATH_INFO', '')",
];

/// What answers a request.
const ANSWERS: &[&str] = &["Response", "start_response(", "send(", "send_response(", "respond(", "return self.health"];

/// What hands it on.
const NEXT: &[&str] = &["get_response(", "call_next(", "self.app(", "self._app(", "self.application("];

/// Texts without one of which no file compares a path.
pub(super) const SIGNS: &[&str] =
    &["PATH_INFO", "scope[", "scope.get(", "request.path", "request.url.path", "self.path"];

impl<'tree> Reader<'_, 'tree> {
    /// The routes that an `if` or an `elif` over the path answers.
    pub(super) fn comparison(&self, node: Node<'tree>, found: &mut Found<'_>) {
        let (Some(condition), Some(body)) =
            (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
        else {
            return;
        };
        let written = self.text_of(body);
        let answers =
            ANSWERS.iter().any(|call| written.contains(call)) && !NEXT.iter().any(|call| written.contains(call));
        if !answers {
            return;
        }
        // `scope["type"] == "http" and scope["path"] == "/healthz"`: each side may be the one.
        let mut open = vec![condition];
        while let Some(part) = open.pop() {
            match part.kind() {
                "boolean_operator" | "parenthesized_expression" => open.extend(part.named_children(&mut part.walk())),
                "comparison_operator" => self.compared(part, body, found),
                _ => {}
            }
        }
    }

    fn compared(&self, comparison: Node<'tree>, body: Node<'tree>, found: &mut Found<'_>) {
        let (Some(left), Some(right)) = (comparison.named_child(0), comparison.named_child(1)) else { return };
        let between = self.text.get(left.end_byte()..right.start_byte()).unwrap_or("").trim();
        if !PATHS.contains(&self.text_of(left)) || !matches!(between, "==" | "in") {
            return;
        }
        let list =
            if right.kind() == "string" { vec![right] } else { right.named_children(&mut right.walk()).collect() };
        let handling = super::handler::read(body, &self.functions, self.text);
        for path in list.into_iter().filter_map(|it| self.string(it)).filter(|path| path.starts_with('/')) {
            let route = Route { checks: handling.checks(), ..Route::new(self.framework, "ANY", path.to_owned()) };
            add(self.source, found, comparison, route);
        }
    }
}
