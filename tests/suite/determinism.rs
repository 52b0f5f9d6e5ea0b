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
    for format in [Format::Terminal, Format::Markdown, Format::Json, Format::Sarif] {
        let reports: Vec<String> = [1, 2, 8]
            .into_iter()
            .map(|threads| {
                let settings = Settings { threads, listing: Listing::Walk, ..Settings::default() };
                let assessment = auditor.scan(root, "fixtures", &settings).unwrap();
                render(&assessment, format, &Style::default()).unwrap()
            })
            .collect();
        let [one, rest @ ..] = reports.as_slice() else { panic!("three reports") };
        assert!(one.len() > 1000, "{format:?} says too little");
        assert!(rest.iter().all(|other| other == one), "{format:?} depends on the number of threads");
    }
}
