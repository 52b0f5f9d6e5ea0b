//! Extractors: each makes the facts of one subject from one file's text. None looks at another file.

mod dispatch;
mod entry_point;
mod extractor;
mod import;
mod manifest;
mod pipeline;
mod task;

pub use dispatch::{Extracted, Extractors};
pub use extractor::{Demand, Extractor, Found, Hit};

use crate::signals::Signals;

/// The extractors of this program, in the order in which their facts are listed for a file.
fn all(signals: &Signals) -> Vec<Box<dyn Extractor>> {
    let mut list: Vec<Box<dyn Extractor>> = Vec::new();
    list.extend(manifest::extractors(signals));
    list.extend(import::extractors(signals));
    list.extend(entry_point::extractors(signals));
    list.extend(pipeline::extractors());
    list.extend(task::extractors());
    list
}
