//! HTTP routes that code registers with a server's framework. A call that only looks like a registration (a client's
//! `get("/health")`, a mock) is none: the receiver must be known to be a server or a router.
//!
//! For now only routes that could be about health are facts ([`is_of_interest`]), and those at the root of a router that
//! others may mount below such a path; the readers know nothing about that.

mod asked;
mod controller;
mod csharp;
mod elixir;
mod files;
mod go;
mod handler;
mod javascript;
mod jvm;
mod php;
mod python;
mod regions;
mod ruby;
mod rust;
mod services;

use tree_sitter::Node;

use super::unquoted;
use crate::extract::{Extractor, Found};
use crate::facts::{Data, HandlerReference, Route, is_of_interest, join_paths as join};
use crate::syntax::Source;
use handler::Handling;

/// One reader a family of frameworks.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(javascript::JavaScriptRoutes),
        Box::new(files::FileRoutes),
        Box::new(python::PythonRoutes),
        Box::new(go::GoRoutes),
        Box::new(go::GoHandlers),
        Box::new(csharp::CSharpRoutes),
        Box::new(ruby::RubyRoutes),
        Box::new(rust::RustRoutes),
        Box::new(jvm::AnnotatedRoutes),
        Box::new(jvm::RegisteredRoutes),
        Box::new(php::PhpRoutes),
        Box::new(elixir::ElixirRoutes),
        Box::new(controller::Controllers),
        Box::new(services::Services),
    ]
}

/// The beginnings of such parts as they stand in code, to wake the readers.
fn literals() -> Vec<String> {
    let words = ["ready", "readiness", "live", "alive", "status", "up", "ping", "heartbeat"];
    let starts = ['/', '"', '\'', '`'];
    let mut literals: Vec<String> =
        words.iter().flat_map(|word| starts.iter().map(move |start| format!("{start}{word}"))).collect();
    literals.push("health".to_owned());
    literals
}

/// Adds a route at a node, if anybody asks about such paths.
fn add(source: &Source<'_>, found: &mut Found<'_>, at: Node<'_>, route: Route) {
    if is_of_interest(&route.path) || route.path == "/" && !route.router.is_empty() {
        found.add(source.span(at.byte_range()), Data::Route(route));
    }
}

/// Adds the functions of other files that the handler of a route asks.
fn refer(source: &Source<'_>, found: &mut Found<'_>, at: Node<'_>, route: &Route, handling: &Handling) {
    if is_of_interest(&route.path) || route.path == "/" && !route.router.is_empty() {
        for function in asked::named(&handling.asks, source.text(), source.file.language) {
            found.add(source.span(at.byte_range()), Data::HandlerReference(HandlerReference::asks(function)));
        }
    }
}
