//! Packages that files of settings name: plugins and presets of JavaScript tools, tables of Python tools, applications
//! of Django. Every text of such a file that could be a package is one; only those that a manifest declares matter.

mod files;
mod readers;

use std::collections::BTreeMap;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, Ecosystem, File, Mention, Span};
use crate::syntax::Source;

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
        let is_other = file.name() == "pyproject.toml"
            || files::is_style(file)
            || files::is_hook(file)
            || file.extension() == "prisma";
        file.role.is_written() && (files::is_settings(file) || files::is_code(file) || is_other)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut names = Names::default();
        if let Some(owner) = files::owner(source.file) {
            names.add(Ecosystem::Npm, owner, Span::START);
        }
        match source.file.name() {
            _ if files::is_hook(source.file) => readers::hooks(source, &mut names),
            "pyproject.toml" => readers::pyproject(source, &mut names),
            "package.json" => {
                let root = source.json().ok();
                for section in SECTIONS.iter().filter_map(|key| root?.get(key)) {
                    readers::texts(section, "", &mut names);
                }
            }
            _ if files::is_code(source.file) => readers::code(source, &mut names),
            _ if source.file.extension() == "prisma" => readers::providers(source, &mut names),
            _ if files::is_style(source.file) => readers::style(source, &mut names),
            name => {
                let shorthand = if name.starts_with(".eslintrc") { "eslint" } else { "" };
                let is_yaml = [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending));
                let root = if is_yaml {
                    source.yaml().ok().and_then(|documents| documents.first())
                } else {
                    source.json().ok()
                };
                if let Some(root) = root {
                    readers::texts(root, shorthand, &mut names);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Language, Role};

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
