//! The JSON report: an interface for other programs, and the form in which an assessment is kept, so that every other
//! format can be made from it later. Its names stand in `form`, apart from the types inside, so that those can change
//! freely; `reports/schema/report.schema.json` describes the same.

mod form;
mod governance;
mod reading;
mod writing;

use super::{ReportError, plain};
use crate::score::Assessment;

/// Changes when a name does.
const SCHEMA_VERSION: &str = "1";

pub(super) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let mut text = serde_json::to_string_pretty(&form::ReportV1::from(assessment))?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}

/// The assessment that a JSON report holds. What a report of an older version did not say is empty.
pub(super) fn read(text: &str) -> Result<Assessment, ReportError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let version: form::Version = serde_json::from_str(text).map_err(ReportError::Unreadable)?;
    if version.schema_version != SCHEMA_VERSION {
        return Err(ReportError::Version { found: version.schema_version, known: SCHEMA_VERSION });
    }
    let report: form::ReportV1<'_> = serde_json::from_str(text).map_err(ReportError::Unreadable)?;
    reading::assessment(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_report_is_refused_with_the_reason() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert!(error("{").contains("not a JSON report"), "{}", error("{"));
        assert!(error("[]").contains("not a JSON report"));
        assert!(error(r#"{"version": "2.1.0"}"#).contains("not a JSON report"));
        assert!(error(r#"{"schema_version": "2"}"#).contains("version 2"));
    }
}
