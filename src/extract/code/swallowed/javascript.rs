//! JavaScript and TypeScript: `catch {}`, `.catch(() => {})`, and, around awaited work, handlers that only answer nothing.

use tree_sitter::Node;

use super::{Body, Dropped, behind_parentheses, comments, comments_above, reason, starts_empty};
use crate::syntax::node_text;

/// So far into the argument of `.catch` stands what it is.
const HEAD: usize = 90;

/// Functions that are given to `.catch` by name to do nothing.
const DO_NOTHING: &[&str] = &["noop", "_.noop", "lodash.noop", "doNothing"];

/// What says that there is no result.
const NOTHING: &[&str] = &["null", "undefined", "void 0", "false"];

/// Beginnings of names of functions whose answer is whether something worked.
const PROBES: &[&str] = &["is", "has", "can", "try", "safe", "check", "exists", "supports", "validate", "verify"];

pub(super) fn may_drop(after: &str) -> bool {
    if let Some(arguments) = after.strip_prefix('(') {
        let start = arguments.trim_start();
        let end = start.char_indices().nth(HEAD).map_or(start.len(), |(at, _)| at);
        let head = start.get(..end).unwrap_or(start);
        if ["oop", "doNothing"].iter().any(|word| head.contains(word)) {
            return true;
        }
        if let Some((_, rest)) = head.find("=>").and_then(|at| start.split_at_checked(at + 2)) {
            return answers_nothing(rest);
        }
        if let Some((_, rest)) = head.find("function").and_then(|at| start.split_at_checked(at)) {
            return rest
                .find('(')
                .and_then(|at| rest.get(at..))
                .is_none_or(|rest| answers_nothing(behind_parentheses(rest)));
        }
    }
    answers_nothing(behind_parentheses(after))
}

/// Whether a body may do nothing but answer nothing: it is such an answer, or a block that starts as one that drops an
/// error and returns no value.
fn answers_nothing(body: &str) -> bool {
    let body = body.trim_start();
    let starts = |text: &str, list: &[&str]| list.iter().any(|start| text.starts_with(start));
    if !starts_empty(body) {
        return starts(body, NOTHING) || starts(body, &["//", "/*"]);
    }
    let returned = body.strip_prefix('{').and_then(|inner| inner.trim_start().strip_prefix("return"));
    returned
        .map(str::trim_start)
        .is_none_or(|value| value.is_empty() || starts(value, NOTHING) || starts(value, &[";", "}", "//", "/*"]))
}

pub(super) fn read<'tree>(word: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let around = word.parent()?;
    match around.kind() {
        "catch_clause" => clause(around, text),
        "member_expression" if around.child_by_field_name("property") == Some(word) => {
            let call = around.parent().filter(|it| it.kind() == "call_expression")?;
            (call.child_by_field_name("function") == Some(around)).then(|| method(call, text))?
        }
        _ => None,
    }
}

fn clause<'tree>(clause: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let body = clause.child_by_field_name("body")?;
    let guarded = clause.parent()?.child_by_field_name("body")?;
    let answer = match Body::of(body) {
        Body::Empty if is_probe(guarded, text) => return None,
        Body::Empty => String::new(),
        Body::Single(only) => {
            let written = node_text(only, text).trim_end_matches(';').trim_end();
            let value = written.strip_prefix("return").map(str::trim_start);
            let is_nothing =
                written == "continue" || value.is_some_and(|value| value.is_empty() || NOTHING.contains(&value));
            let waits = node_text(guarded, text).contains("await ") && !only_parses(guarded, text);
            (is_nothing && waits && !answers_whether(clause, text)).then(|| format!(" {written} "))?
        }
        Body::Several => return None,
    };
    let explained = reason::is_given(comments(clause, text).into_iter().chain(above_keyword(clause, text)));
    Some(Dropped { node: clause, handler: format!("catch {{{answer}}}"), explained })
}

/// Comments between the guarded block and the word.
fn above_keyword<'tree>(clause: Node<'tree>, text: &'tree str) -> Vec<&'tree str> {
    let before = clause.prev_named_sibling().filter(|it| it.kind() == "comment");
    before.map(|comment| node_text(comment, text)).into_iter().collect()
}

/// Whether the block only loads something optional.
fn is_probe(block: Node<'_>, text: &str) -> bool {
    let Body::Single(only) = Body::of(block) else { return false };
    let written = node_text(only, text);
    written.contains("require(") || written.contains("require.resolve(") || written.contains("import(")
}

/// Whether the block only reads a body as JSON: what is none has no value, which is an answer.
fn only_parses(block: Node<'_>, text: &str) -> bool {
    matches!(Body::of(block), Body::Single(only) if node_text(only, text).contains(".json()"))
}

/// Whether the function around is one whose answer is whether something worked.
fn answers_whether(inner: Node<'_>, text: &str) -> bool {
    let mut node = inner;
    while let Some(parent) = node.parent() {
        if matches!(
            parent.kind(),
            "function_declaration" | "function_expression" | "arrow_function" | "method_definition"
        ) {
            let named = if parent.child_by_field_name("name").is_some() { Some(parent) } else { parent.parent() };
            let name = named.and_then(|it| it.child_by_field_name("name").or_else(|| it.child_by_field_name("key")));
            let name = name.map_or("", |name| node_text(name, text));
            return PROBES.iter().any(|start| {
                let rest = name.strip_prefix(start);
                rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
            });
        }
        node = parent;
    }
    false
}

fn method<'tree>(call: Node<'tree>, text: &'tree str) -> Option<Dropped<'tree>> {
    let arguments = call.child_by_field_name("arguments")?;
    let Body::Single(handler) = Body::of(arguments) else { return None };
    let answer = match handler.kind() {
        "arrow_function" | "function_expression" => answer_of(handler, text)?,
        "identifier" | "member_expression" if DO_NOTHING.contains(&node_text(handler, text)) => "{}".to_owned(),
        _ => return None,
    };
    // A value that the caller looks at is an answer, not a loss.
    if answer != "{}" && !is_dropped(call, text) {
        return None;
    }
    let statement = statement_of(call);
    let said =
        comments(arguments, text).into_iter().chain(comments_above(statement, text)).chain(behind(statement, text));
    let property = call.child_by_field_name("function")?.child_by_field_name("property")?;
    Some(Dropped { node: property, handler: format!(".catch(() => {answer})"), explained: reason::is_given(said) })
}

/// What a function that only answers nothing answers.
fn answer_of(function: Node<'_>, text: &str) -> Option<String> {
    let body = function.child_by_field_name("body")?;
    if body.kind() != "statement_block" {
        let written = node_text(body, text);
        return NOTHING.contains(&written).then(|| written.to_owned());
    }
    match Body::of(body) {
        Body::Empty => Some("{}".to_owned()),
        Body::Single(only) if only.kind() == "return_statement" => {
            let value = node_text(only, text).trim_start_matches("return").trim_end_matches(';').trim();
            let value = if value.is_empty() { "undefined" } else { value };
            NOTHING.contains(&value).then(|| value.to_owned())
        }
        _ => None,
    }
}

/// Whether nobody looks at what a call answers: it stands alone, or in a variable that nothing tests.
fn is_dropped(call: Node<'_>, text: &str) -> bool {
    let mut node = call;
    while let Some(parent) = node.parent() {
        match parent.kind() {
            "await_expression" | "parenthesized_expression" | "unary_expression" => node = parent,
            "expression_statement" => return true,
            "variable_declarator" => {
                let name = parent.child_by_field_name("name").filter(|name| name.kind() == "identifier");
                let scope = parent.parent().and_then(|declaration| declaration.parent());
                let (Some(name), Some(scope), Some(_)) =
                    (name, scope, Some(node).filter(|it| it.kind() == "await_expression"))
                else {
                    return false;
                };
                let after = text.get(parent.end_byte()..scope.end_byte()).unwrap_or("");
                return !is_tested(node_text(name, text), after);
            }
            _ => return false,
        }
    }
    false
}

/// Whether code looks at a name as at something that may be absent, or hands it on to somebody who can.
fn is_tested(name: &str, code: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    code.match_indices(name).any(|(at, _)| {
        let before = code.get(..at).unwrap_or("");
        let after = code.get(at + name.len()..).unwrap_or("");
        if before.ends_with(is_part) || before.ends_with('.') || after.starts_with(is_part) {
            return false;
        }
        let after = after.trim_start();
        let is_read_blindly = after.starts_with('.') || after.starts_with('[') || after.starts_with('(');
        !is_read_blindly
    })
}

fn statement_of(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while let Some(parent) = node.parent() {
        if matches!(parent.kind(), "statement_block" | "program" | "switch_case" | "class_body") {
            break;
        }
        node = parent;
    }
    node
}

/// The comment behind a statement on its last line.
fn behind<'tree>(statement: Node<'tree>, text: &'tree str) -> Option<&'tree str> {
    let next = statement.next_named_sibling()?;
    let is_behind = next.kind() == "comment" && next.start_position().row == statement.end_position().row;
    is_behind.then(|| node_text(next, text))
}
