//! The HTML report: one file without a network, from the template in `reports/templates`. Handlebars escapes every value;
//! the findings travel as JSON, from which the script makes text, never markup. A content security policy names the one
//! script that may run, by its digest, so that even markup that slipped through would do nothing.

mod arithmetic;
mod data;

use handlebars::{Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, html_escape};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::document::Document;
use super::{ReportError, plain};
use crate::score::Assessment;
use arithmetic::Arithmetic;
use data::Data;

const TEMPLATE: &str = include_str!("../../../reports/templates/report.html.hbs");
const STYLE: &str = include_str!("../../../reports/templates/report.css");
const SCRIPT: &str = include_str!("../../../reports/templates/report.js");

#[derive(Serialize)]
struct Page {
    document: Document,
    arithmetic: Arithmetic,
    data: String,
    style: String,
    script: String,
    script_hash: String,
}

pub(super) fn render(assessment: &Assessment) -> Result<String, ReportError> {
    let script = without_empty_lines(SCRIPT);
    let page = Page {
        document: Document::new(assessment),
        arithmetic: Arithmetic::new(assessment),
        data: embedded(&Data::new(assessment))?,
        style: without_empty_lines(STYLE),
        script_hash: format!("sha256-{}", base64(&Sha256::digest(&script))),
        script,
    };
    let text = templates()?.render("page", &page).map_err(|error| ReportError::Template(error.into()))?;
    Ok(without_empty_lines(&text))
}

fn templates() -> Result<Handlebars<'static>, ReportError> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_helper("rich", Box::new(Writes(rich)));
    handlebars.register_helper("anchor", Box::new(Writes(|id| html_escape(&id.replace('/', "-")))));
    handlebars.register_helper("grade", Box::new(Writes(|icon| grade(icon).to_owned())));
    handlebars.register_helper("tone", Box::new(Writes(|icon| tone(icon).to_owned())));
    handlebars.register_template_string("page", TEMPLATE).map_err(|error| ReportError::Template(error.into()))?;
    Ok(handlebars)
}

/// A helper that writes HTML made from the text of its one argument.
struct Writes(fn(&str) -> String);

impl HelperDef for Writes {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc handlebars::Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let argument = helper.param(0).map(handlebars::PathAndJson::value);
        let text = match argument {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(value) if !value.is_null() => value.to_string(),
            _ => return Err(handlebars::RenderErrorReason::ParamNotFoundForIndex("a helper of the report", 0).into()),
        };
        out.write(&(self.0)(&text))?;
        Ok(())
    }
}

/// Text in which what stands between backticks is code.
fn rich(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut html = String::with_capacity(text.len() + 16);
    for (index, part) in parts.iter().enumerate() {
        let is_inside = index % 2 == 1;
        let is_closed = index + 1 < parts.len();
        match (is_inside, is_closed) {
            (true, true) if !part.trim().is_empty() => {
                html.push_str("<code>");
                html.push_str(&html_escape(part));
                html.push_str("</code>");
            }
            // A backtick that opens or closes nothing stands for itself.
            (true, true) => html.push_str(&format_args!("`{}`", html_escape(part)).to_string()),
            (true, false) => {
                html.push('`');
                html.push_str(&html_escape(part));
            }
            (false, _) => html.push_str(&html_escape(part)),
        }
    }
    html
}

/// The class of a gauge: what the icon beside its score says.
fn grade(icon: &str) -> &'static str {
    match tone(icon) {
        "ok" => "good",
        "bad" => "poor",
        _ => "fair",
    }
}

/// The class of an icon, which a style sheet draws itself.
fn tone(icon: &str) -> &'static str {
    match icon {
        "✅" => "ok",
        "❌" => "bad",
        "❓" | "ℹ️" => "open",
        _ => "part",
    }
}

/// JSON inside a script element: nothing in it can end the element or begin a comment.
fn embedded(data: &impl Serialize) -> Result<String, ReportError> {
    let text = plain::safe_json(&serde_json::to_string(data)?);
    Ok(text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
}

/// What conditions leave behind in the template. Code keeps its lines: it stands in one piece with its element.
fn without_empty_lines(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut is_code = false;
    for line in text.lines() {
        if is_code || !line.trim().is_empty() {
            tidy.push_str(line);
            tidy.push('\n');
        }
        if let Some(at) = line.rfind("<pre") {
            is_code = true;
            is_code &= line.rfind("</pre>").is_none_or(|end| end < at);
        } else if line.contains("</pre>") {
            is_code = false;
        }
    }
    tidy
}

/// Base 64 as content security policies write digests.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_usize, |group, at| group << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let letter = LETTERS.get(group >> (18 - 6 * place) & 63).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_marked_and_everything_is_escaped() {
        assert_eq!(rich("run `a<b>` & go"), "run <code>a&lt;b&gt;</code> &amp; go");
        assert_eq!(rich("odd ` <b>"), "odd ` &lt;b&gt;");
        assert_eq!(rich("``<b>"), "``&lt;b&gt;");
    }

    #[test]
    fn data_cannot_leave_its_element() {
        let text = embedded(&["</script><!--<script>&\u{2028}"]).unwrap();
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), ["</script><!--<script>&\u{2028}"]);
    }

    #[test]
    fn digests_are_written_as_policies_want_them() {
        assert_eq!([&b"Man"[..], b"Ma", b"M", b""].map(base64), ["TWFu", "TWE=", "TQ==", ""]);
    }

    #[test]
    fn code_keeps_its_empty_lines() {
        assert_eq!(without_empty_lines("a\n\n<pre>x\n\ny</pre>\n\nb"), "a\n<pre>x\n\ny</pre>\nb\n");
        assert_eq!(without_empty_lines("<pre>x</pre>\n\nb"), "<pre>x</pre>\nb\n");
    }

    #[test]
    fn the_script_cannot_end_its_element() {
        assert!(!SCRIPT.contains("</") && !STYLE.contains("</"));
    }
}
