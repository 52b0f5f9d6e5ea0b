//! Handlers and middleware that compare the path by hand: `if r.URL.Path == "/healthz" { w.WriteHeader(200) }`.

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::add;
use crate::facts::Route;

/// How code names the path of a request.
const PATHS: &[&str] =
    &["r.URL.Path", "req.URL.Path", "request.URL.Path", "c.Request.URL.Path", "c.Path()", "ctx.Path()"];

/// What answers a request.
const ANSWERS: &[&str] =
    &["Write(", "WriteHeader(", "Fprint", "http.Error(", "NoContent(", "JSON(", "String(", "Status(", "(w,", "(w)"];

/// What hands the request on.
const NEXT: &[&str] = &["ServeHTTP(", ".Next(", "next("];

/// The routes that a condition or a switch over the path answers.
pub(super) fn find<'tree>(reader: &Reader<'_, 'tree>, node: Node<'tree>, found: &mut Found<'_>) {
    let is_path = |node: Node<'tree>| PATHS.contains(&reader.text_of(node));
    if node.kind() == "if_statement" {
        let (Some(condition), Some(body)) =
            (node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
        else {
            return;
        };
        let operator = condition.child_by_field_name("operator").map_or("", |operator| operator.kind());
        let (Some(left), Some(right)) = (condition.child_by_field_name("left"), condition.child_by_field_name("right"))
        else {
            return;
        };
        if operator == "==" && is_path(left) {
            answer(reader, right, reader.text_of(body), found);
        }
        return;
    }
    if !node.child_by_field_name("value").is_some_and(is_path) {
        return;
    }
    for case in node.named_children(&mut node.walk()).filter(|case| case.kind() == "expression_case") {
        let Some(values) = case.child_by_field_name("value") else { continue };
        let body = reader.text.get(values.end_byte()..case.end_byte()).unwrap_or("");
        for value in values.named_children(&mut values.walk()) {
            answer(reader, value, body, found);
        }
    }
}

fn answer<'tree>(reader: &Reader<'_, 'tree>, path: Node<'tree>, body: &str, found: &mut Found<'_>) {
    let answers = ANSWERS.iter().any(|call| body.contains(call)) && !NEXT.iter().any(|call| body.contains(call));
    if let Some(written) = reader.string(path).filter(|it| answers && it.starts_with('/')) {
        add(reader.source, found, path, Route::new(reader.framework, "ANY", written.to_owned()));
    }
}
