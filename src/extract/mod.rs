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
    vec![
        Box::new(code::ConsoleCalls),
        Box::new(code::JavaScriptRoutes),
        Box::new(code::FileRoutes),
        Box::new(code::PythonRoutes),
        Box::new(code::GoRoutes),
        Box::new(code::CSharpRoutes),
        Box::new(code::RubyRoutes),
        Box::new(probe::Probes),
    ]
}
