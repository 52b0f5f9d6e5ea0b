//! What was understood of a repository, without a judgement: for people who wonder at an answer, and for programs.

mod table;
mod view;

use super::{ReportError, plain};
use crate::model::Repository;
use crate::walk::Commit;
use view::InspectionV1;

/// What is shown.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What reports call the repository.
    pub name: &'a str,
    /// The model.
    pub repository: &'a Repository,
    /// The commit, inside git.
    pub commit: Option<&'a Commit>,
    /// Size of all files, in bytes.
    pub bytes: u64,
    /// Whether to list every file with its role.
    pub with_files: bool,
}

/// Tables for people, with a line end at the end.
pub fn table(subject: &Subject<'_>) -> String {
    table::render(&InspectionV1::new(subject))
}

/// JSON for programs, as `reports/schema/inspect.schema.json` describes it, with a line end at the end.
pub fn json(subject: &Subject<'_>) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(&InspectionV1::new(subject))?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}
