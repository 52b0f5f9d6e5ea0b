//! Parsers with positions: the views of one file's text that extractors share. Each view is made at most once.
//!
//! This module knows formats, not meanings: what a key of a workflow says is for `extract` to tell.

pub use crate::facts::data;
pub mod directives;
pub mod dockerfile;
mod embedded;
mod flow;
mod json;
mod lines;
mod markup;
mod mask;
mod query;
pub mod shell;
mod source;
pub mod sql;
mod toml;
mod tree;
mod yaml;

pub use lines::Lines;
pub use query::{Query, QueryMistake, grammars, language_names};
pub use source::{ParseError, Source};
pub use tree::{Grammar, Refusal, descendants, node_text};
pub use yaml::parse as parse_yaml;
