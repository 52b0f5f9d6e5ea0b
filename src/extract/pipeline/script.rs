//! Shell text of pipeline files, with the lines that it stands on, and the values that it names.

use crate::facts::{Script, Span};
use crate::syntax::data::{Node, Style};
use crate::syntax::shell::join_path;

/// The text of a scalar.
pub(super) fn script(node: &Node) -> Script {
    let mut script = Script { stops_on_failure: true, ..Script::default() };
    append(&mut script, node);
    script
}

/// Adds the text of a scalar as further lines.
pub(super) fn append(script: &mut Script, node: &Node) {
    let Some(scalar) = node.scalar() else { return };
    let is_block = scalar.style == Style::Block;
    let last = if is_block { u32::MAX } else { node.span.end_line };
    if !script.text.is_empty() && !script.text.ends_with('\n') {
        script.text.push('\n');
    }
    for (index, line) in scalar.text.lines().enumerate() {
        script.text.push_str(line);
        script.text.push('\n');
        script.lines.push(node.line_of_text(u32::try_from(index).unwrap_or(u32::MAX)).min(last));
    }
}

/// A script of one line that the file does not spell out.
pub(super) fn implied(text: &str, span: Span) -> Script {
    Script { text: text.to_owned(), lines: vec![span.line], stops_on_failure: true, has_pipefail: false }
}

/// The entries of a mapping whose values are scalars.
pub(super) fn pairs(node: &Node) -> Vec<(String, String)> {
    let scalars =
        node.entries().iter().filter_map(|(key, value)| Some((key.text()?.to_owned(), value.text()?.to_owned())));
    scalars.collect()
}

/// The steps of a job, with those that run beside each other.
pub(super) fn steps_of(job: &Node) -> Vec<&Node> {
    let items = job.get("steps").map_or(&[][..], Node::items).iter();
    let own = |step| match Node::get(step, "parallel").map(Node::items) {
        Some(inner) => inner.iter().collect(),
        None => vec![step],
    };
    items.flat_map(own).collect()
}

/// A folder as written, relative to the root. Expressions stand as they are.
pub(super) fn folder_of(text: &str) -> String {
    let inner = text.trim().strip_prefix("${{ github.workspace }}").unwrap_or(text.trim());
    if inner.contains("${{") { inner.trim_start_matches("./").to_owned() } else { join_path("", inner) }
}

/// The values whose names occur in a text, or in one of those values, so that a step does not carry all those around it.
pub(super) fn values_in(text: &str, values: &[(String, Vec<String>)]) -> Vec<(String, Vec<String>)> {
    let occurs = |name: &str, text: &str| {
        text.contains(name)
            || name
                .strip_prefix("env.")
                .is_some_and(|bare| text.contains(&format!("${bare}")) || text.contains(&format!("${{{bare}")))
    };
    let named: Vec<&String> = values.iter().filter(|(name, _)| occurs(name, text)).flat_map(|(_, list)| list).collect();
    let is_meant = |name: &str| occurs(name, text) || named.iter().any(|value| occurs(name, value));
    values.iter().filter(|(name, _)| is_meant(name)).cloned().collect()
}
