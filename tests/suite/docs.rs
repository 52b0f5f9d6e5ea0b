//! The README shows what the program really prints. `UPDATE_DOCS=1 cargo test --test suite docs` rewrites it.

use std::fs;
use std::path::Path;

use auditor::config::{Listing, Settings};
use auditor::report::{Format, Style, render};
use auditor::scan::Auditor;

#[test]
fn the_excerpt_in_the_readme_is_what_the_first_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let assessment = Auditor::new().unwrap().scan(&root.join("fixtures/demo"), "demo", &settings).unwrap();
    let report = render(&assessment, Format::Terminal, &Style::default()).unwrap();
    // The head names the commit of this repository, so the excerpt starts below it.
    let (_, report) = report.split_once("\n\n").unwrap();
    let lines: Vec<&str> = report.trim_end().lines().map(str::trim_end).collect();
    let block = format!("<!-- excerpt -->\n```text\n{}\n```\n<!-- /excerpt -->", lines.join("\n"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (before, rest) = readme.split_once("<!-- excerpt -->").unwrap();
    let (_, after) = rest.split_once("<!-- /excerpt -->").unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(root.join("README.md"), format!("{before}{block}{after}")).unwrap();
        return;
    }
    assert!(readme.contains(&block), "stale: run `UPDATE_DOCS=1 cargo test --test suite docs`\n{block}");
}
