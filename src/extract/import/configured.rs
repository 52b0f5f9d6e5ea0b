//! Packages that files of settings name: plugins and presets of JavaScript tools, tables of Python tools, applications
//! of Django. Every text of such a file that could be a package is one; only those that a manifest declares matter.

use std::collections::BTreeMap;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, Ecosystem, File, Language, Mention, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;
use crate::syntax::shell::{self, ShellOptions};

pub(super) struct Mentions;

/// Parts of a package.json that are settings of tools, not of the package.
const SECTIONS: &[&str] = &[
    "prettier",
    "eslintConfig",
    "babel",
    "jest",
    "stylelint",
    "commitlint",
    "release",
    "lint-staged",
    "simple-git-hooks",
    "husky",
    "prisma",
    "postcss",
    "nx",
    "config",
];

/// Starts of names of files of settings, in JSON or YAML.
const SETTINGS: &[&str] = &[
    "tsconfig",
    "jsconfig",
    ".eslintrc",
    ".prettierrc",
    ".babelrc",
    "babel.config",
    ".swcrc",
    ".stylelintrc",
    ".commitlintrc",
    ".releaserc",
    ".lintstagedrc",
    ".mocharc",
    ".postcssrc",
    ".c8rc",
    "nest-cli",
    "angular",
    "project",
    "nx",
    "components",
    "jest",
];

/// Texts that one file may name.
const MOST: usize = 2000;

impl Extractor for Mentions {
    fn name(&self) -> &'static str {
        "mention"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_other =
            file.name() == "pyproject.toml" || is_style(file) || is_hook(file) || file.extension() == "prisma";
        file.role.is_written() && (is_settings(file) || is_code(file) || is_other)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut names = Names::default();
        if let Some(owner) = owner(source.file) {
            names.add(Ecosystem::Npm, owner, Span::START);
        }
        match source.file.name() {
            _ if is_hook(source.file) => hooks(source, &mut names),
            "pyproject.toml" => pyproject(source, &mut names),
            "package.json" => {
                let root = source.json().ok();
                for section in SECTIONS.iter().filter_map(|key| root?.get(key)) {
                    texts(section, "", &mut names);
                }
            }
            _ if is_code(source.file) => code(source, &mut names),
            _ if source.file.extension() == "prisma" => providers(source, &mut names),
            _ if is_style(source.file) => style(source, &mut names),
            name => {
                let shorthand = if name.starts_with(".eslintrc") { "eslint" } else { "" };
                let is_yaml = [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending));
                let root = if is_yaml {
                    source.yaml().ok().and_then(|documents| documents.first())
                } else {
                    source.json().ok()
                };
                if let Some(root) = root {
                    texts(root, shorthand, &mut names);
                }
            }
        }
        for ((ecosystem, name), span) in names.first {
            found.add(span, Data::Mention(Mention { ecosystem, name, is_type: false }));
        }
    }
}

#[derive(Default)]
struct Names {
    first: BTreeMap<(Ecosystem, String), Span>,
}

impl Names {
    fn add(&mut self, ecosystem: Ecosystem, name: &str, span: Span) {
        if self.first.len() < MOST {
            self.first.entry((ecosystem, name.to_owned())).or_insert(span);
        }
    }

    /// A text of JavaScript settings: a package, a path in one, a command line, an executor (`@nx/vite:build`).
    fn add_text(&mut self, text: &str, shorthand: &str, span: Span) {
        let plugin = text.strip_prefix("plugin:").and_then(|rest| rest.rsplit_once('/')).map(|(plugin, _)| plugin);
        let text = plugin.unwrap_or(text);
        let name = text.split([' ', ':']).next().unwrap_or(text);
        let is_package = !name.is_empty()
            && name.len() <= 128
            && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '@')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '/' | '-' | '_' | '.'));
        if !is_package {
            return;
        }
        self.add(Ecosystem::Npm, name, span);
        if !shorthand.is_empty() {
            for part in ["plugin", "config"] {
                let long = match name.strip_prefix('@').and_then(|name| name.split_once('/')) {
                    Some((scope, rest)) => format!("@{scope}/{shorthand}-{part}-{rest}"),
                    None if name.starts_with('@') => format!("{name}/{shorthand}-{part}"),
                    None => format!("{shorthand}-{part}-{}", name.split('/').next().unwrap_or(name)),
                };
                self.add(Ecosystem::Npm, &long, span);
            }
        }
    }
}

fn is_settings(file: &File) -> bool {
    let name = file.name();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_format = matches!(extension, "json" | "jsonc" | "json5" | "yml" | "yaml" | "");
    name == "package.json"
        || file.path.ends_with(".changeset/config.json")
        || (is_format || name.starts_with('.') && stem.is_empty())
            && SETTINGS
                .iter()
                .any(|start| name.strip_prefix(start).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}

/// Settings written as code.
fn is_code(file: &File) -> bool {
    let name = file.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match file.language {
        Some(Language::Python) => stem == "settings" || file.folder().ends_with("settings"),
        Some(language) if language.is_javascript_family() => {
            stem.ends_with(".config") || stem.ends_with("rc") && stem.starts_with('.')
        }
        _ => false,
    }
}

/// Packages whose files of settings have other names than they.
const OWNERS: &[(&str, &str)] = &[
    ("tsconfig", "typescript"),
    ("tailwind", "tailwindcss"),
    ("babel", "@babel/core"),
    ("swc", "@swc/core"),
    ("playwright", "@playwright/test"),
    ("biome", "@biomejs/biome"),
    ("changeset", "@changesets/cli"),
    ("commitlint", "@commitlint/cli"),
    ("release", "semantic-release"),
    ("lintstaged", "lint-staged"),
    ("react-router", "@react-router/dev"),
    ("vue", "@vue/cli-service"),
    ("angular", "@angular/cli"),
    ("nest-cli", "@nestjs/cli"),
];

/// The package that reads a file of settings, by the file's name: `prettier.config.js`, `.eslintrc.json`.
fn owner(file: &File) -> Option<&str> {
    if file.name() == "package.json" || is_hook(file) {
        return None;
    }
    let stem = file.name().trim_start_matches('.').split('.').next().unwrap_or("");
    let stem = stem.strip_suffix("rc").unwrap_or(stem);
    let is_written_for_node = is_settings(file) || is_code(file) && file.language != Some(Language::Python);
    let known = OWNERS.iter().find(|(name, _)| *name == stem).map_or(stem, |(_, package)| package);
    is_written_for_node.then_some(known).filter(|name| !name.is_empty())
}

/// Git hooks: files of husky, settings of pre-commit and lefthook.
fn is_hook(file: &File) -> bool {
    let is_husky = file.folder().rsplit('/').next() == Some(".husky") && !file.name().contains('.');
    is_husky || matches!(file.name(), ".pre-commit-config.yaml" | "lefthook.yml" | "lefthook.yaml" | ".lefthook.yml")
}

/// The programs that hooks start.
fn hooks(source: &Source<'_>, names: &mut Names) {
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
fn providers(source: &Source<'_>, names: &mut Names) {
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
fn texts(node: &Node, shorthand: &str, names: &mut Names) {
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
fn code(source: &Source<'_>, names: &mut Names) {
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

fn is_style(file: &File) -> bool {
    matches!(file.extension(), "css" | "scss" | "pcss")
}

/// `@import "tailwindcss"`, `@plugin "@tailwindcss/typography"` and their kin, each at the start of its line.
fn style(source: &Source<'_>, names: &mut Names) {
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
fn pyproject(source: &Source<'_>, names: &mut Names) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn mentions(path: &str, text: &str) -> Vec<String> {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language, lines: 0 };
        assert!(Mentions.wants(&file), "{path}");
        let mut found = Found::new(&file);
        Mentions.extract(&Source::new(&file, text), &[], &mut found);
        let name = |data: &Data| match data {
            Data::Mention(it) => it.name.clone(),
            other => format!("{other:?}"),
        };
        found.facts().iter().map(|fact| name(&fact.data)).collect()
    }

    #[test]
    fn settings_name_plugins_and_presets() {
        assert_eq!(
            mentions("tsconfig.json", r#"{"extends": "@tsconfig/node22/tsconfig.json"}"#),
            ["@tsconfig/node22/tsconfig.json", "typescript"]
        );
        let names =
            mentions("package.json", r#"{"dependencies": {"a": "1"}, "lint-staged": {"*.ts": "eslint --fix"}}"#);
        assert_eq!(names, ["eslint"]);
        let names = mentions(
            "postcss.config.mjs",
            "// 'old-plugin'\nexport default { plugins: { '@tailwindcss/postcss': {} } };\n",
        );
        assert_eq!(names, ["@tailwindcss/postcss", "plugins", "postcss"]);
        let names = mentions("postcss.config.js", "module.exports = { plugins: { autoprefixer: {} } };\n");
        assert!(names.contains(&"autoprefixer".to_owned()), "{names:?}");
        assert_eq!(
            mentions("prisma/schema.prisma", "generator k {\n  provider = \"prisma-kysely\"\n}\n"),
            ["prisma-kysely"]
        );
    }

    #[test]
    fn eslint_lets_people_leave_out_parts_of_names() {
        let names = mentions(".eslintrc.json", r#"{"extends": ["next", "plugin:@typescript-eslint/recommended"]}"#);
        for name in ["eslint-config-next", "@typescript-eslint/eslint-plugin"] {
            assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
        }
    }

    #[test]
    fn hooks_start_programs() {
        assert_eq!(mentions(".husky/pre-commit", "npx lint-staged\n"), ["lint-staged", "lint-staged"]);
        let text = "repos:\n  - repo: local\n    hooks:\n      - id: z\n        entry: uv run zizmor .\n";
        assert!(mentions(".pre-commit-config.yaml", text).contains(&"zizmor".to_owned()));
    }

    #[test]
    fn django_names_applications_and_pyproject_tools() {
        assert_eq!(
            mentions("shop/settings.py", "INSTALLED_APPS = ['django.contrib.admin', 'rest_framework']\n"),
            ["django.contrib.admin", "rest_framework"]
        );
        assert_eq!(mentions("pyproject.toml", "[project]\nname = \"x\"\n[tool.ruff]\nline-length = 100\n"), ["ruff"]);
    }

    #[test]
    fn styles_import_packages() {
        let text = "@import 'tailwindcss' source('../src');\n@plugin \"@tailwindcss/typography\";\n@import './own.css';\n/* @import \"old\" */\n";
        assert_eq!(mentions("app/globals.css", text), ["@tailwindcss/typography", "tailwindcss"]);
    }

    #[test]
    fn other_files_are_left_alone() {
        for path in ["src/index.ts", "data.json", "projects.json", "locales/en.json"] {
            let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
            let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
            assert!(!Mentions.wants(&file), "{path}");
        }
    }
}
