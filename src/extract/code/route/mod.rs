//! HTTP routes that code registers with a server's framework. A call that only looks like a registration (a client's
//! `get("/health")`, a mock) is none: the receiver must be known to be a server or a router.
//!
//! For now only routes that could be about health are facts ([`is_of_interest`]); the readers know nothing about that.

mod csharp;
mod files;
mod go;
mod go_handler;
mod handler;
mod javascript;
mod python;
mod ruby;

use tree_sitter::Node;

use super::unquoted;
use crate::extract::{Extractor, Found};
use crate::facts::{Data, Route};
use crate::syntax::Source;

/// One reader a family of frameworks.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(javascript::JavaScriptRoutes),
        Box::new(files::FileRoutes),
        Box::new(python::PythonRoutes),
        Box::new(go::GoRoutes),
        Box::new(go_handler::GoHandlers),
        Box::new(csharp::CSharpRoutes),
        Box::new(ruby::RubyRoutes),
    ]
}

/// Parts of paths that may be about health.
const WORDS: &[&str] =
    &["ready", "readyz", "readiness", "live", "livez", "liveness", "alive", "status", "up", "ping", "heartbeat"];

/// The beginnings of such parts as they stand in code, to wake the readers.
fn literals() -> Vec<String> {
    let words = ["ready", "readiness", "live", "alive", "status", "up", "ping", "heartbeat"];
    let starts = ['/', '"', '\'', '`'];
    let mut literals: Vec<String> =
        words.iter().flat_map(|word| starts.iter().map(move |start| format!("{start}{word}"))).collect();
    literals.push("health".to_owned());
    literals
}

/// Whether a path names a part that may be about health; rules decide whether it is.
fn is_of_interest(path: &str) -> bool {
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
        let part = part.to_ascii_lowercase();
        part.contains("health") || WORDS.contains(&part.as_str())
    })
}

/// A prefix and a path as one path with a leading `/` and no doubled ones.
fn join(prefix: &str, path: &str) -> String {
    let mut joined = String::with_capacity(prefix.len() + path.len() + 2);
    for part in [prefix, path] {
        for segment in part.split('/').filter(|segment| !segment.is_empty()) {
            joined.push('/');
            joined.push_str(segment);
        }
    }
    if joined.is_empty() || (path.len() > 1 && path.ends_with('/')) {
        joined.push('/');
    }
    joined
}

/// Adds a route at a node, if anybody asks about such paths.
fn add(source: &Source<'_>, found: &mut Found<'_>, at: Node<'_>, route: Route) {
    if is_of_interest(&route.path) {
        found.add(source.span(at.byte_range()), Data::Route(route));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_with_one_slash() {
        assert_eq!(join("/api/", "/health"), "/api/health");
        assert_eq!(join("", "health"), "/health");
        assert_eq!(join("/health", "/"), "/health");
        assert_eq!(join("", ""), "/");
        assert_eq!(join("/utils", "/health-check/"), "/utils/health-check/");
    }

    #[test]
    fn a_path_is_of_interest_by_whole_words() {
        for path in ["/healthz", "/api/health-check/", "/up", "/-/readiness", "/status"] {
            assert!(is_of_interest(path), "{path}");
        }
        for path in ["/upload", "/deliver", "/already", "/statuses", "/pinging"] {
            assert!(!is_of_interest(path), "{path}");
        }
    }
}
