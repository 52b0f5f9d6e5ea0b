//! The score for a README: an SVG that needs nobody's server, and the answer that shields.io makes one from.

use serde_json::json;

use crate::report::{ReportError, plain};
use crate::score::Assessment;

const LABEL: &str = "production readiness";

/// The answer of an endpoint for shields.io.
pub(in crate::report) fn shields(assessment: &Assessment) -> Result<String, ReportError> {
    let (colour, _) = colour(assessment);
    let answer = json!({ "schemaVersion": 1, "label": LABEL, "message": message(assessment), "color": colour });
    let mut text = serde_json::to_string_pretty(&answer)?;
    text.push('\n');
    Ok(plain::safe_json(&text))
}

/// A badge in the usual flat form.
pub(in crate::report) fn svg(assessment: &Assessment) -> String {
    let message = message(assessment);
    let (_, fill) = colour(assessment);
    let (left, right) = (width(LABEL), width(&message));
    let (label_at, message_at) = (left / 2, left + right / 2);
    let total = left + right;
    let (label_length, message_length) = (left - PADDING, right - PADDING);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" aria-label="{LABEL}: {message}">
  <title>{LABEL}: {message}</title>
  <clipPath id="r"><rect width="{total}" height="20" rx="3"/></clipPath>
  <g clip-path="url(#r)">
    <rect width="{left}" height="20" fill="#444"/>
    <rect x="{left}" width="{right}" height="20" fill="{fill}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    <text x="{label_at}" y="14" textLength="{label_length}" lengthAdjust="spacingAndGlyphs">{LABEL}</text>
    <text x="{message_at}" y="14" textLength="{message_length}" lengthAdjust="spacingAndGlyphs">{message}</text>
  </g>
</svg>
"##
    )
}

fn message(assessment: &Assessment) -> String {
    assessment.score.overall.map_or_else(|| "not judged".to_owned(), |score| format!("{score:.1}/10"))
}

/// The name that shields.io knows, and a shade of it on which white is read well.
fn colour(assessment: &Assessment) -> (&'static str, &'static str) {
    let blocks = !assessment.score.blockers.is_empty();
    match assessment.score.overall {
        None => ("lightgrey", "#6b7280"),
        Some(score) if score < 4.0 => ("red", "#b42318"),
        Some(score) if score < 6.0 || blocks => ("orange", "#b54708"),
        Some(score) if score < 8.0 => ("yellowgreen", "#4d7c0f"),
        Some(_) => ("brightgreen", "#15803d"),
    }
}

/// Room beside a text.
const PADDING: usize = 12;

/// Pixels of a text in the badge's type, roughly; `textLength` makes it exact.
fn width(text: &str) -> usize {
    let tenths: usize = text
        .chars()
        .map(|c| match c {
            'i' | 'l' | '.' | '/' => 35,
            'm' | 'w' => 95,
            _ => 67,
        })
        .sum();
    tenths / 10 + PADDING
}
