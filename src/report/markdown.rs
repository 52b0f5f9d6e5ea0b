//! The Markdown report, from the templates in `reports/templates`. Escaping is Handlebars' own, so that no template can
//! forget it: every `{{value}}` is escaped for Markdown. `{{code value}}` and `{{link spot}}` write code and links,
//! `{{cell value}}` what stands in a table, `{{nth @index}}` the number of an item.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, PathAndJson, RenderContext, RenderErrorReason,
};
use serde::Serialize;
use serde_json::Value;

use super::document::Document;
use super::{Audience, ReportError, plain};
use crate::score::Assessment;

/// Name and text of each template; `report` includes the others.
const TEMPLATES: [(&str, &str); 8] = [
    ("report", include_str!("../../reports/templates/report.md.hbs")),
    ("summary", include_str!("../../reports/templates/summary.md.hbs")),
    ("section", include_str!("../../reports/templates/section.md.hbs")),
    ("plan", include_str!("../../reports/templates/plan.md.hbs")),
    ("closing", include_str!("../../reports/templates/closing.md.hbs")),
    ("executive", include_str!("../../reports/templates/executive.md.hbs")),
    ("step-summary", include_str!("../../reports/templates/step-summary.md.hbs")),
    ("step-section", include_str!("../../reports/templates/step-section.md.hbs")),
];

pub(super) fn render(assessment: &Assessment, audience: Audience) -> Result<String, ReportError> {
    let template = match audience {
        Audience::Engineer => "report",
        Audience::Executive => "executive",
    };
    Ok(tidy(&Writer::new()?.write(template, &Document::new(assessment))?))
}

/// The templates, ready to write Markdown.
pub(super) struct Writer(Handlebars<'static>);

impl Writer {
    pub(super) fn new() -> Result<Self, ReportError> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(|text| prose(text, false));
        let mut register = |name, write| handlebars.register_helper(name, Box::new(Writes(write)));
        register("text", |value| within_line(value.as_str().unwrap_or_default()));
        register("code", |value| code(value.as_str().unwrap_or_default()));
        register("cell", |value| prose(value.as_str().unwrap_or_default(), true));
        register("html", |value| handlebars::html_escape(value.as_str().unwrap_or_default()));
        register("link", link);
        register("fence", fence);
        register("nth", |value| (value.as_u64().unwrap_or_default() + 1).to_string());
        for (name, text) in TEMPLATES {
            handlebars.register_partial(name, text).map_err(|error| ReportError::Template(error.into()))?;
        }
        Ok(Self(handlebars))
    }

    /// What a template makes of its data.
    pub(super) fn write(&self, template: &str, data: &impl Serialize) -> Result<String, ReportError> {
        self.0.render(template, data).map_err(|error| ReportError::Template(error.into()))
    }
}

/// One empty line between blocks at most, and one line end at the end.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut is_after_empty = true;
    let mut fence: Option<&str> = None;
    for line in text.lines().map(str::trim_end) {
        // Code keeps its empty lines.
        let start = line.trim_start();
        if fence == Some(start) {
            fence = None;
        } else if fence.is_none() && start.starts_with("```") {
            fence = start.get(..start.find(|c| c != '`').unwrap_or(start.len()));
        }
        if line.is_empty() && is_after_empty && fence.is_none() {
            continue;
        }
        is_after_empty = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

/// A helper that writes Markdown made from its one argument, as it is.
struct Writes(fn(&Value) -> String);

impl HelperDef for Writes {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let argument = helper.param(0).map(PathAndJson::value).filter(|value| !value.is_null());
        let missing = || RenderErrorReason::ParamNotFoundForIndex("a helper of the report", 0);
        out.write(&(self.0)(argument.ok_or_else(missing)?))?;
        Ok(())
    }
}

/// `[label](uri#Lline)` of a spot.
fn link(spot: &Value) -> String {
    let text = |key: &str| spot.get(key).and_then(Value::as_str).unwrap_or_default();
    let anchor = match spot.get("line").and_then(Value::as_u64) {
        None | Some(0) => String::new(),
        Some(line) => format!("#L{line}"),
    };
    format!("[{}]({}{anchor})", code(text("label")), text("uri"))
}

/// A file as a block of code inside an item of a list, with a fence that holds.
fn fence(snippet: &Value) -> String {
    let text = |key: &str| snippet.get(key).and_then(Value::as_str).unwrap_or_default();
    let longest = text("text").split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let lines: Vec<String> = text("text").lines().map(|line| format!("    {line}").trim_end().to_owned()).collect();
    format!("    {fence}{}\n{}\n    {fence}", text("language"), lines.join("\n"))
}

/// Text with `code` in it: what stands between backticks becomes code with a fence that holds, all else is escaped.
fn prose(text: &str, is_cell: bool) -> String {
    written(text, is_cell, true)
}

/// The same behind other words of its line, where nothing can begin a block.
fn within_line(text: &str) -> String {
    written(text, false, false)
}

fn written(text: &str, is_cell: bool, begins_line: bool) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (index, part) in parts.iter().enumerate() {
        let is_code = index % 2 == 1 && index + 1 < parts.len() && !part.trim().is_empty();
        if is_code {
            let code = code(part);
            out.push_str(&if is_cell { code.replace('|', "\\|") } else { code });
            continue;
        }
        // A backtick that opens or closes nothing stands for itself.
        let opens_nothing = index % 2 == 1;
        if opens_nothing {
            out.push_str("\\`");
        }
        escape(part, &mut out, begins_line && index == 0);
        if opens_nothing && index + 1 < parts.len() {
            out.push_str("\\`");
        }
    }
    out
}

/// Escapes what Markdown would read as more than text; at a line's start also what begins a block.
fn escape(text: &str, out: &mut String, is_start: bool) {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    let is_number = |prefix: &str| !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    let mut seen = String::new();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let escapes = match c {
            '\\' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => true,
            // Inside a word an underscore is only itself.
            '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
            '#' | '-' | '+' | '=' => is_start && seen.is_empty(),
            '.' | ')' => is_start && after == ' ' && is_number(&seen),
            _ => false,
        };
        if escapes {
            out.push('\\');
        }
        out.push(c);
        seen.push(c);
        before = c;
    }
}

/// Inline code whose fence is longer than any run of backticks inside.
fn code(text: &str) -> String {
    let text = plain::one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let needs_room = text.starts_with('`') || text.ends_with('`') || text.is_empty();
    let room = if needs_room { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_of_others_is_only_text() {
        assert_eq!(
            prose("<b> *x* [a](b) a|b _y_ snake_case \\", false),
            "\\<b\\> \\*x\\* \\[a\\](b) a\\|b \\_y\\_ snake_case \\\\"
        );
        assert_eq!(prose("# no heading", false), "\\# no heading");
        assert_eq!(prose("12. no item", false), "12\\. no item");
        assert_eq!(prose("- no item - here", false), "\\- no item - here");
        assert_eq!(within_line("1. first *x*"), "1. first \\*x\\*");
    }

    #[test]
    fn code_stays_code_and_cannot_be_left() {
        assert_eq!(prose("run `a|<b>` now", false), "run `a|<b>` now");
        assert_eq!(prose("run `a|b`", true), "run `a\\|b`");
        assert_eq!(prose("odd ` <b>", false), "odd \\` \\<b\\>");
        assert_eq!(prose("`a` ` <b>", false), "`a` \\` \\<b\\>");
        assert_eq!(prose("``<b>", false), "\\`\\`\\<b\\>");
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn blocks_are_one_empty_line_apart() {
        assert_eq!(tidy("\n\na  \n\n\n\nb\n\n"), "a\n\nb\n");
    }

    #[test]
    fn the_templates_are_well_formed() {
        Writer::new().unwrap();
    }
}
