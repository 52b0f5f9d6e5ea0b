//! What a program says to those who call it: descriptions of its interface, headers of its answers.

use super::{Attributes, Value};

/// A file that describes an interface for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiDescription {
    /// `OpenAPI`, `AsyncAPI`, `GraphQL`, `gRPC`, …
    pub format: &'static str,
    /// How many operations, messages or fields of the root it describes.
    pub operations: u64,
}

impl Attributes for ApiDescription {
    const FIELDS: &'static [&'static str] = &["format", "operations"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "format" => Value::Text(self.format),
            "operations" => Value::Number(self.operations),
            _ => return None,
        })
    }
}

/// Code or a page sets a header that tells browsers what to refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHeader {
    /// The header's name in lower case.
    pub name: &'static str,
}

impl Attributes for ResponseHeader {
    const FIELDS: &'static [&'static str] = &["name"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "name").then_some(Value::Text(self.name))
    }
}
