//! Wrappers of route handlers in JavaScript and TypeScript: a function takes a handler and gives back a function of a
//! request that calls it inside `try` and answers in `catch`. Middleware of Koa and its kin that awaits all that follows
//! inside `try` is one for every route.

use tree_sitter::Node;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, ErrorWrapper, File};
use crate::syntax::{Grammar, Source, descendants, node_text};

/// Finds wrappers of route handlers.
#[derive(Clone, Copy)]
pub(super) struct ErrorWrappers;

const WORD: &str = "catch";

/// Names of what a wrapper wraps, as they are called.
const HANDLERS: &[&str] = &["handler(", "Handler(", "controller(", "action(", "fn("];

/// What middleware calls to let the rest answer.
const REST: &str = "next";
/// Names of the context that such middleware gets first.
const CONTEXTS: &[&str] = &["c", "ctx", "context"];

/// Names of the first parameter of a function that answers a request.
const REQUESTS: &[&str] = &["req", "_req", "request", "_request", "c", "ctx", "context", "event"];

impl Extractor for ErrorWrappers {
    fn name(&self) -> &'static str {
        "error-wrappers"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(vec![WORD.to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let reads = |grammar| matches!(grammar, Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript);
        file.role.is_written() && file.language.and_then(Grammar::of).is_some_and(reads)
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let has_request =
            REQUESTS.iter().any(|name| text.contains(&format!("({name}")) || text.contains(&format!("{name},")));
        if !has_request || !HANDLERS.iter().chain(&["await next("]).any(|call| text.contains(call)) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        for hit in hits {
            let word = tree.root_node().descendant_for_byte_range(hit.at, hit.at + WORD.len());
            let clause = word.and_then(|word| word.parent()).filter(|it| it.kind() == "catch_clause");
            if let Some((wrapper, name)) = clause.and_then(|clause| wrapper(clause, text)) {
                found.add(source.span(wrapper.byte_range()), Data::ErrorWrapper(ErrorWrapper { name }));
            }
        }
    }
}

/// The wrapper whose inner function catches here, with its name.
fn wrapper<'tree>(clause: Node<'tree>, text: &str) -> Option<(Node<'tree>, String)> {
    let guarded = clause.parent()?.child_by_field_name("body")?;
    if !answers(clause.child_by_field_name("body")?) {
        return None;
    }
    let mut functions = Functions { at: clause };
    let inner = functions.next()?;
    let first = parameters(inner, text).into_iter().next()?;
    if !REQUESTS.contains(&first) {
        return None;
    }
    let called = calls(guarded, text);
    let is_middleware = CONTEXTS.contains(&first) && parameters(inner, text).get(1) == Some(&REST);
    if is_middleware && called.contains(&REST) {
        let name = name_of(inner, text);
        return Some((inner, if name.is_empty() { "app.use".to_owned() } else { name }));
    }
    functions.find_map(|outer| {
        let takes = parameters(outer, text).iter().any(|name| called.contains(name));
        takes.then(|| (outer, name_of(outer, text)))
    })
}

/// Whether a handler of errors gives an answer.
fn answers(body: Node<'_>) -> bool {
    let mut gives = false;
    descendants(body, |node| {
        gives |= matches!(node.kind(), "return_statement" | "call_expression" | "assignment_expression");
        !gives
    });
    gives
}

/// The functions around a node, from the inside.
struct Functions<'tree> {
    at: Node<'tree>,
}

impl<'tree> Iterator for Functions<'tree> {
    type Item = Node<'tree>;

    fn next(&mut self) -> Option<Node<'tree>> {
        loop {
            self.at = self.at.parent()?;
            if matches!(self.at.kind(), "arrow_function" | "function_declaration" | "function_expression") {
                return Some(self.at);
            }
        }
    }
}

/// The names of a function's plain parameters.
fn parameters<'text>(function: Node<'_>, text: &'text str) -> Vec<&'text str> {
    if let Some(only) = function.child_by_field_name("parameter") {
        return vec![node_text(only, text)];
    }
    let Some(list) = function.child_by_field_name("parameters") else { return Vec::new() };
    list.named_children(&mut list.walk())
        .filter(|child| child.kind() != "comment")
        .map(|child| node_text(child.child_by_field_name("pattern").unwrap_or(child), text))
        .collect()
}

/// The names of what a block calls that may be a handler.
fn calls<'text>(block: Node<'_>, text: &'text str) -> Vec<&'text str> {
    let mut names = Vec::new();
    descendants(block, |node| {
        if node.kind() == "call_expression"
            && let Some(function) = node.child_by_field_name("function").filter(|it| it.kind() == "identifier")
        {
            let name = node_text(function, text);
            if name == REST || HANDLERS.iter().any(|handler| name.ends_with(handler.trim_end_matches('('))) {
                names.push(name);
            }
        }
        true
    });
    names
}

fn name_of(function: Node<'_>, text: &str) -> String {
    let named = function.child_by_field_name("name").or_else(|| function.parent()?.child_by_field_name("name"));
    named.map_or_else(String::new, |name| node_text(name, text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrappers(text: &str) -> Vec<String> {
        super::super::wrappers(&ErrorWrappers, "a.ts", text)
    }

    #[test]
    fn a_function_that_catches_for_a_handler_wraps_it() {
        let text = "export const withErrors = (handler: Handler) => {\n  return log(async (req, { params }) => {\n    try { return await handler(req); } catch (e) { return answer(e); }\n  });\n};";
        assert_eq!(wrappers(text), ["withErrors"]);
        let text = "function catching(fn) { return async function (request: Request) { try { return await fn(request); } catch (e) { return answer(e); } }; }";
        assert_eq!(wrappers(text), ["catching"]);
    }

    #[test]
    fn middleware_that_catches_for_all_that_follows() {
        let text =
            "app.use(async function errors(ctx, next) { try { await next(); } catch (e) { ctx.status = 500; } });";
        assert_eq!(wrappers(text), ["errors"]);
        let text = "app.use(async (req, res, next) => { try { await check(req); next(); } catch (e) { next(e); } });";
        assert_eq!(wrappers(text), [""; 0]);
    }

    #[test]
    fn what_catches_for_itself_wraps_nothing() {
        for text in [
            "export async function GET(req) { try { return await handler(req); } catch (e) { return answer(e); } }",
            "const retry = (fn) => async () => { try { return await fn(); } catch (e) { return again(e); } };",
            "const quiet = (handler) => async (req) => { try { return await handler(req); } catch {} };",
            "const f = (handler) => async (req) => { try { return await other(req); } catch (e) { return answer(e); } };",
        ] {
            assert_eq!(wrappers(text), [""; 0], "{text}");
        }
    }
}
