//! How each sort of settings names packages.

use super::Names;
use crate::facts::{Ecosystem, Language, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;
use crate::syntax::shell::{self, ShellOptions};

/// The programs that hooks start.
pub(super) fn hooks(source: &Source<'_>, names: &mut Names) {
    if !source.file.name().ends_with("ml") {
        return start(source.text(), Span::START, names);
    }
    let mut open: Vec<&Node> = source.yaml().map_or_else(|_| Vec::new(), |documents| documents.iter().collect());
    while let Some(node) = open.pop() {
        for (key, value) in node.entries() {
            match (key.text(), value.text()) {
                (Some("entry" | "run"), Some(text)) => start(text, value.span, names),
                _ => open.push(value),
            }
        }
        open.extend(node.items());
    }
}

fn start(text: &str, span: Span, names: &mut Names) {
    for command in shell::commands(text, ShellOptions::default()) {
        let name = command.name();
        names.add_text(name, "", span);
        names.add(Ecosystem::PyPi, name, span);
    }
}

/// Generators of a Prisma schema: `provider = "prisma-kysely"`.
pub(super) fn providers(source: &Source<'_>, names: &mut Names) {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let value = line.trim_start().strip_prefix("provider").map(|rest| rest.trim_start().trim_start_matches('='));
        if let Some(text) = value.and_then(|value| value.trim_start().strip_prefix('"')?.split('"').next()) {
            names.add_text(text, "", source.span(start..start + line.trim_end().len()));
        }
    }
}

/// Every text below a node, and every key: tools take names in both places.
pub(super) fn texts(node: &Node, shorthand: &str, names: &mut Names) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if let Some(text) = node.text() {
            names.add_text(text, shorthand, node.span);
        }
        for (key, value) in node.entries() {
            // `@tailwindcss/postcss: {}` in a table of plugins.
            if let Some(text) = key.text().filter(|text| text.contains(['-', '/'])) {
                names.add_text(text, "", key.span);
            }
            open.push(value);
        }
        open.extend(node.items());
    }
}

/// The strings of a file of code.
pub(super) fn code(source: &Source<'_>, names: &mut Names) {
    let code = source.code().as_bytes();
    let mut at = 0;
    while let Some(found) = code.get(at..).and_then(|rest| memchr::memchr3(b'"', b'\'', b'`', rest)) {
        let start = at + found;
        let Some(quote) = code.get(start) else { return };
        let Some(length) = code.get(start + 1..).and_then(|rest| memchr::memchr(*quote, rest)) else { return };
        let inner = start + 1..start + 1 + length;
        at = inner.end + 1;
        let Some(text) = source.text().get(inner.clone()) else { continue };
        if source.file.language == Some(Language::Python) {
            let is_module = text.contains(|c: char| c.is_ascii_lowercase())
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
            if is_module {
                names.add(Ecosystem::PyPi, text, source.span(inner));
            }
        } else {
            names.add_text(text, "", source.span(inner));
        }
    }
    if source.file.name().starts_with("postcss.config") {
        plugins_by_key(source, names);
    }
}

/// `autoprefixer: {}` in the plugins of `PostCSS`.
fn plugins_by_key(source: &Source<'_>, names: &mut Names) {
    let code = source.code();
    for (at, _) in code.match_indices(':') {
        let before = code.get(..at).unwrap_or("").trim_end();
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        if let Some(key) = before.get(start..).filter(|key| !key.is_empty()) {
            names.add_text(key, "", source.span(start..before.len()));
        }
    }
}

/// `@import "tailwindcss"`, `@plugin "@tailwindcss/typography"` and their kin, each at the start of its line.
pub(super) fn style(source: &Source<'_>, names: &mut Names) {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(rule) = line.trim_start().strip_prefix('@') else { continue };
        let takes_package = ["import", "plugin", "reference", "use", "forward", "config"];
        let is_rule =
            takes_package.iter().any(|name| rule.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
        let text = rule.split(['"', '\'']).nth(1).filter(|text| is_rule && !text.contains("://"));
        if let Some(text) = text {
            names.add_text(text.trim_start_matches('~'), "", source.span(start..start + line.trim_end().len()));
        }
    }
}

/// `[tool.ruff]` is settings of ruff; plugins and what the build requires stand in texts.
pub(super) fn pyproject(source: &Source<'_>, names: &mut Names) {
    let Ok(root) = source.toml() else { return };
    for (key, _) in root.get("tool").map(Node::entries).unwrap_or_default() {
        names.add(Ecosystem::PyPi, key.text().unwrap_or(""), key.span);
    }
    let build = root.at(&["build-system", "build-backend"]);
    let plugins = root.at(&["tool", "mypy", "plugins"]).map(Node::one_or_many).unwrap_or_default();
    for node in build.into_iter().chain(plugins) {
        names.add(Ecosystem::PyPi, node.text().unwrap_or(""), node.span);
    }
}
