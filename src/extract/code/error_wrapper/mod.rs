//! Wrappers of route handlers: one function calls what it wraps, and turns its error into an answer.

mod go;
mod javascript;

use crate::extract::Extractor;

/// One reader a language.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(javascript::ErrorWrappers), Box::new(go::GoErrorWrappers)]
}

/// The names of the wrappers that a reader finds in a text.
#[cfg(test)]
fn wrappers<E: Extractor + Copy + 'static>(reader: &E, path: &str, text: &str) -> Vec<String> {
    let name = |fact: crate::facts::Fact| match fact.data {
        crate::facts::Data::ErrorWrapper(wrapper) => wrapper.name,
        other => panic!("{other:?}"),
    };
    super::testing::facts(reader, path, text).into_iter().map(name).collect()
}
