//! Functions of Go that answer requests about health and exercise dependencies: what routes of other files refer to.

use crate::extract::code::route::asked;
use crate::extract::code::route::handler::{self, Functions};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerFunction, Language};
use crate::syntax::{Source, node_text};

/// Finds such functions.
#[derive(Clone, Copy)]
pub(crate) struct GoHandlers;

/// Parts of their names.
const NAMES: &[&str] = &["eadiness", "eady", "ealth", "iveness", "Live", "Status", "Ping"];

/// What a function that answers a request is given.
const REQUESTS: &[&str] = &["http.ResponseWriter", "gin.Context", "echo.Context", "fiber.Ctx"];

impl Extractor for GoHandlers {
    fn name(&self) -> &'static str {
        "go-handlers"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(REQUESTS.iter().map(|&text| text.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Go)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let is_named = |line: &str| {
            let head = line.split(" {").next().unwrap_or(line);
            head.starts_with("func ") && NAMES.iter().any(|name| head.contains(name))
        };
        if !text.lines().any(is_named) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let root = tree.root_node();
        let mut functions = Functions::new();
        for function in root.named_children(&mut root.walk()) {
            if let Some(name) =
                function.child_by_field_name("name").filter(|_| function.kind() == "function_declaration")
            {
                functions.insert(node_text(name, text), function);
            }
        }
        for function in root.named_children(&mut root.walk()) {
            if !matches!(function.kind(), "function_declaration" | "method_declaration") {
                continue;
            }
            let name = function.child_by_field_name("name").map_or("", |name| node_text(name, text));
            let answers = REQUESTS.iter().any(|request| node_text(function, text).contains(request));
            if !answers || !NAMES.iter().any(|part| name.contains(part)) {
                continue;
            }
            let handling = handler::read(function, &functions, text);
            let checks = handling.checks();
            let asks = asked::named(&handling.asks, text, source.file.language);
            if !checks.is_empty() || !asks.is_empty() {
                let data = HandlerFunction {
                    owner: String::new(),
                    function: name.to_owned(),
                    checks,
                    asks,
                    answers: true,
                    needs_login: Some(false),
                };
                found.add(source.span(function.byte_range()), Data::HandlerFunction(data));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing;

    #[test]
    fn a_function_that_answers_after_a_ping_counts() {
        let text = "package a\nfunc newReadiness(store *Store) http.HandlerFunc {\n\treturn func(w http.ResponseWriter, r *http.Request) {\n\t\tif err := store.Ping(); err != nil { fail(w) }\n\t}\n}\n\
            func healthz(w http.ResponseWriter, r *http.Request) { w.Write(ok) }\n\
            func orders(w http.ResponseWriter, r *http.Request) { db.Ping() }\n";
        let found: Vec<String> = testing::facts(&GoHandlers, "a.go", text)
            .into_iter()
            .map(|fact| match fact.data {
                Data::HandlerFunction(it) => format!("{} {}", it.function, it.checks.join(" ")),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(found, ["newReadiness dependency"]);
    }
}
