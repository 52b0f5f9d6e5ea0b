//! The same tree gives the same bytes, on one thread and on many.

use std::path::Path;

use crate::support::fixtures;
use auditor::config::{Listing, Settings};
use auditor::report::{Format, Style, render};
use auditor::scan::Auditor;

#[test]
fn one_thread_and_many_threads_give_the_same_bytes_in_every_format() {
    let auditor = Auditor::new().unwrap();
    let root = Path::new(fixtures::ROOT);
    let [one, many] = [1, 8].map(|threads| {
        let settings = Settings { threads, listing: Listing::Walk, ..Settings::default() };
        auditor.scan(root, "fixtures", &settings).unwrap()
    });
    for format in Format::all() {
        let text = |assessment| render(assessment, format, &Style::default()).unwrap();
        assert!(text(&one).len() > 100, "{format:?} says too little");
        assert!(text(&one) == text(&many), "{format:?} depends on the number of threads");
    }
}
