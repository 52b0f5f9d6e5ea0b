//! Which files are settings, and whose.

use crate::facts::{File, Language};

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

pub(super) fn is_settings(file: &File) -> bool {
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
pub(super) fn is_code(file: &File) -> bool {
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
pub(super) fn owner(file: &File) -> Option<&str> {
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
pub(super) fn is_hook(file: &File) -> bool {
    let is_husky = file.folder().rsplit('/').next() == Some(".husky") && !file.name().contains('.');
    is_husky || matches!(file.name(), ".pre-commit-config.yaml" | "lefthook.yml" | "lefthook.yaml" | ".lefthook.yml")
}

/// Sheets of styles, which import packages too.
pub(super) fn is_style(file: &File) -> bool {
    matches!(file.extension(), "css" | "scss" | "pcss")
}
