//! Libraries of Go that answer with the outcome of checks that the project registers: go-sundheit, health-go, healthcheck,
//! health. What the checks exercise is told from their names and functions.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::{add, handler};
use crate::facts::{Data, HEALTH_INDICATOR, HandlerFunction, HandlerReference, Route};
use crate::syntax::descendants;

/// Parts of their import paths.
const MODULES: &[&str] = &[
    "AppsFlyer/go-sundheit",
    "hellofresh/health-go",
    "heptiolabs/healthcheck",
    "alexliesenfeld/health",
    "etherlabsio/healthcheck",
    "InVisionApp/go-health",
    "nelkinda/health-go",
    "dimiro1/health",
];

/// Calls that register a check, or make one.
const REGISTERS: &[&str] = &[
    "Register",
    "RegisterCheck",
    "WithCheck",
    "WithChecks",
    "WithPeriodicCheck",
    "WithChecker",
    "WithObserver",
    "AddReadinessCheck",
    "AddCheck",
    "AddChecks",
    "AddChecker",
    "NewPingCheck",
    "DatabasePingCheck",
];

/// Calls and functions that answer with the outcome.
const ANSWERS: &[&str] = &[
    ".Handler(",
    ".Handler",
    ".HandlerFunc",
    ".NewHandler(",
    ".ReadyEndpoint",
    ".HandleHealthJSON(",
    ".NewJSONHandlerFunc(",
    ".NewBasicHandlerFunc(",
];

/// Whether the file imports one.
pub(super) fn are_imported(text: &str) -> bool {
    MODULES.iter().any(|module| text.contains(module))
}

/// The checks that a file registers, as what all routes of these libraries exercise.
pub(super) fn add_checks(reader: &Reader<'_, '_>, root: Node<'_>, found: &mut Found<'_>) {
    let mut checks = BTreeSet::new();
    let mut first = None;
    descendants(root, |node| {
        let name = node.child_by_field_name("function").and_then(|callee| callee.child_by_field_name("field"));
        if name.is_some_and(|name| REGISTERS.contains(&reader.text_of(name))) {
            let list = node.child_by_field_name("arguments").map_or("", |list| reader.text_of(list));
            let kinds = handler::kinds_named(list);
            if !kinds.is_empty() {
                first.get_or_insert(node.byte_range());
                checks.extend(kinds);
            }
        }
        true
    });
    if let Some(range) = first {
        let data = HandlerFunction {
            owner: String::new(),
            function: HEALTH_INDICATOR.to_owned(),
            checks: checks.into_iter().map(str::to_owned).collect(),
            asks: Vec::new(),
            answers: true,
            needs_login: Some(false),
        };
        found.add(reader.source.span(range), Data::HandlerFunction(data));
    }
}

/// Whether a handler is that of such a library.
pub(super) fn answers(handler: &str) -> bool {
    ANSWERS.iter().any(|sign| if sign.ends_with('(') { handler.contains(sign) } else { handler.ends_with(sign) })
}

/// The handler of heptiolabs/healthcheck has routes of its own: `/live` and `/ready`.
pub(super) fn own_routes(reader: &Reader<'_, '_>, call: Node<'_>, found: &mut Found<'_>) {
    if !reader.text.contains("heptiolabs/healthcheck") {
        return;
    }
    for path in ["/live", "/ready"] {
        if path == "/ready" {
            let data = Data::HandlerReference(HandlerReference::to(HEALTH_INDICATOR.to_owned()));
            found.add(reader.source.span(call.byte_range()), data);
        }
        add(reader.source, found, call, Route::new("healthcheck", "GET", path.to_owned()));
    }
}
