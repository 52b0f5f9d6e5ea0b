//! Wrappers of route handlers: one function calls what it wraps, and turns its error into an answer.

mod go;
mod javascript;

use crate::extract::Extractor;

/// One reader a language.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(javascript::ErrorWrappers), Box::new(go::GoErrorWrappers)]
}
