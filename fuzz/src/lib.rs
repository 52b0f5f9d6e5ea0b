//! What is fuzzed: the parsers and extractors by family of files, whole repositories, rule files, configuration and
//! JSON reports. The targets of cargo-fuzz and the smoke run of the test suite share these functions.
//!
//! An input for files is a path, a line end, and the text. A panic is what a fuzzer looks for; where the program catches
//! one so that it costs a single file, its remark is made a panic again here.

mod family;
mod seeds;
mod subject;

pub use family::Family;
pub use seeds::{Seed, seeds};

use subject::Subject;

/// What stands between the files of an input that is a whole repository.
pub const SEPARATOR: u8 = 0x1E;

/// Everything that can be fuzzed, by the names of targets.
pub const TARGETS: &[&str] = &[
    "yaml",
    "json",
    "toml",
    "markup",
    "container",
    "infrastructure",
    "sql",
    "script",
    "code",
    "shell",
    "document",
    "setting",
    "repository",
    "rules",
    "configuration",
    "report",
];

/// Runs a target on an input.
pub fn run(target: &str, data: &[u8]) {
    match target {
        "repository" => Subject::get().repository(data),
        "rules" => subject::rules(&String::from_utf8_lossy(data)),
        "configuration" => subject::configuration(&String::from_utf8_lossy(data)),
        "report" => subject::report(&String::from_utf8_lossy(data)),
        files => {
            let family = Family::named(files).expect("a family of files");
            if let Some((path, text)) = subject::split(data).filter(|(path, _)| Family::of(path) == family) {
                let _ = Subject::get().extract(&path, &text);
            }
        }
    }
}
