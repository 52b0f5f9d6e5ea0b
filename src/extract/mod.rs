//! Extractors: each makes the facts of one subject from one file's text. None looks at another file.

mod code;
mod dispatch;
mod extractor;
mod probe;

pub use dispatch::{Extracted, Extractors};
pub use extractor::{Demand, Extractor, Found, Hit};

use crate::signals::Signals;

/// The extractors of this program, in the order in which their facts are listed for a file.
fn all(_signals: &Signals) -> Vec<Box<dyn Extractor>> {
    let mut list: Vec<Box<dyn Extractor>> = Vec::new();
    list.extend(code::extractors());
    list.extend(probe::extractors());
    list
}
