//! Extractors: each makes the facts of one subject from one file's text. None looks at another file.

mod api;
mod binary;
mod code;
mod container;
mod dispatch;
mod document;
pub(crate) mod edge;
mod entry_point;
mod environment;
mod extractor;
mod import;
mod infrastructure;
mod kubernetes;
mod literals;
mod manifest;
mod migration;
mod pattern;
mod pipeline;
mod platform;
mod probe;
pub mod secret;
mod setting;
mod setup;
mod sql;
mod task;
pub mod waiver;

use std::sync::Arc;

use crate::signals::Signals;

pub use binary::binary;
pub use dispatch::{Extracted, Extractors, Spent};
pub use extractor::{Demand, Extractor, Found, Hit};
pub use pattern::{Pattern, Shape};

/// The extractors of this program, in the order in which their facts are listed for a file.
fn all(formats: secret::Formats, signals: &Signals, patterns: &[Arc<Pattern>]) -> Vec<Box<dyn Extractor>> {
    let mut list: Vec<Box<dyn Extractor>> = Vec::new();
    list.extend(manifest::all());
    list.extend(import::all());
    list.extend(entry_point::all());
    list.extend(code::all());
    list.extend(container::all());
    list.extend(kubernetes::all());
    list.extend(pipeline::all());
    list.extend(task::all());
    list.extend(setting::all());
    list.extend(probe::all());
    list.extend(edge::all());
    list.extend(platform::all());
    list.extend(infrastructure::all());
    list.push(Box::new(sql::SqlScripts));
    list.extend(migration::all());
    list.extend(environment::all());
    list.extend(secret::all(formats));
    list.extend(api::all());
    list.extend(document::all(signals));
    list.extend(setup::all(signals));
    if !patterns.is_empty() {
        list.push(Box::new(pattern::Patterns::new(patterns)));
    }
    list.push(Box::new(waiver::InlineWaivers));
    list
}
