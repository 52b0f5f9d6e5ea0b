//! Files that a remedy would create, as a report shows them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Section;
use crate::rules::Outcome;

/// A file that would be created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Snippet {
    pub path: String,
    /// The language of its text, for a fence.
    pub language: &'static str,
    pub text: String,
    /// The report has shown it already, for another rule.
    pub is_above: bool,
}

/// The files that a remedy would create.
pub(super) fn snippets(outcome: &Outcome) -> Vec<Snippet> {
    let files = outcome.advice.iter().flat_map(|advice| &advice.files);
    files
        .map(|file| Snippet {
            path: file.path.clone(),
            language: language(&file.path),
            text: file.text.clone(),
            is_above: false,
        })
        .collect()
}

/// Marks the files that recommendations have shown before: one workflow mends several rules.
pub(super) fn show_files_once(sections: &mut [Section]) {
    let mut shown: BTreeSet<String> = BTreeSet::new();
    let remedies = sections.iter_mut().flat_map(|section| &mut section.remedies);
    for snippet in remedies.flat_map(|remedies| &mut remedies.items).flat_map(|item| &mut item.snippets) {
        snippet.is_above = !shown.insert(snippet.path.clone());
    }
}

/// The name by which fences know the language of a file.
fn language(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or(name, |(_, extension)| extension) {
        "yml" | "yaml" => "yaml",
        "ts" => "ts",
        "kt" => "kotlin",
        "ex" | "exs" => "elixir",
        "php" => "php",
        "json" => "json",
        "js" | "mjs" => "js",
        "py" => "python",
        "go" => "go",
        "rs" => "rust",
        "rb" => "ruby",
        "cs" => "csharp",
        "java" => "java",
        "xml" => "xml",
        "sh" => "sh",
        "Dockerfile" => "dockerfile",
        _ => "text",
    }
}
