//! The page of a job on GitHub: verdict, scores and what to do first, then the gaps of each category, folded. GitHub
//! refuses a page beyond a size as a whole, so that sections are left out before it, never bytes.

use std::fmt::Write as _;

use crate::report::document::Document;
use crate::report::{ReportError, markdown};
use crate::score::Assessment;

/// Bytes of a page; GitHub refuses more than 1,024 KiB, for all that a step writes together.
const BYTES: usize = 900_000;

pub(in crate::report) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let document = Document::new(assessment);
    let writer = markdown::Writer::new()?;
    let mut page = writer.write("step-summary", &document)?;
    let mut left_out = Vec::new();
    for section in document.sections.iter().filter(|section| !section.gaps.is_empty()) {
        let part = writer.write("step-section", section)?;
        if page.len() + part.len() > BYTES {
            left_out.push(section.title.as_str());
        } else {
            page.push_str("\n\n");
            page.push_str(&part);
        }
    }
    if !left_out.is_empty() {
        let titles = left_out.join(", ");
        let _ = write!(page, "\n\nLeft out, since GitHub shows no larger page: {titles}.\n");
    }
    Ok(markdown::tidy(&page))
}
