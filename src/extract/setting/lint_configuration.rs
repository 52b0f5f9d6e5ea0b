//! Linters, formatters and type checkers that are set up in a file of something bigger. Files of their own show as tools.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject, Span};
use crate::syntax::Source;

/// Tables of `pyproject.toml` under `tool`, and the tool that reads them.
const PYTHON: &[(&str, &str, SettingSubject)] = &[
    ("ruff", "Ruff", SettingSubject::LintConfiguration),
    ("black", "Black", SettingSubject::LintConfiguration),
    ("pylint", "Pylint", SettingSubject::LintConfiguration),
    ("flake8", "Flake8", SettingSubject::LintConfiguration),
    ("isort", "isort", SettingSubject::LintConfiguration),
    ("mypy", "mypy", SettingSubject::StrictTypes),
    ("pyright", "Pyright", SettingSubject::StrictTypes),
    ("basedpyright", "basedpyright", SettingSubject::StrictTypes),
    ("ty", "ty", SettingSubject::StrictTypes),
];

/// Sections of ini files.
const SECTIONS: &[(&str, &str, SettingSubject)] = &[
    ("[flake8]", "Flake8", SettingSubject::LintConfiguration),
    ("[pycodestyle]", "pycodestyle", SettingSubject::LintConfiguration),
    ("[mypy]", "mypy", SettingSubject::StrictTypes),
];

/// Keys of `package.json`.
const PACKAGE: &[(&str, &str)] = &[
    ("eslintConfig", "ESLint"),
    ("prettier", "Prettier"),
    ("xo", "XO"),
    ("standard", "standard"),
    ("stylelint", "Stylelint"),
];

/// Reads what files of something bigger say about linters.
#[derive(Clone, Copy)]
pub(super) struct LintConfigurations;

impl Extractor for LintConfigurations {
    fn name(&self) -> &'static str {
        "lint-configuration"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        const NAMES: &[&str] =
            &["pyproject.toml", "setup.cfg", "tox.ini", "package.json", "Cargo.toml", ".editorconfig"];
        NAMES.contains(&file.name()) && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        match source.file.name() {
            "pyproject.toml" => {
                let tools = source.toml().ok().and_then(|root| root.get("tool"));
                for (key, tool, subject) in PYTHON {
                    if let Some((key, _)) = tools.and_then(|tools| tools.entry(key)) {
                        add(found, key.span, setting(*subject, tool, "configured"));
                    }
                }
            }
            "package.json" => {
                for (key, tool) in PACKAGE {
                    if let Some((key, _)) = source.json().ok().and_then(|root| root.entry(key)) {
                        add(found, key.span, setting(SettingSubject::LintConfiguration, tool, "configured"));
                    }
                }
            }
            "Cargo.toml" => {
                let root = source.toml().ok();
                let lints = root.and_then(|root| root.entry("lints").or_else(|| root.get("workspace")?.entry("lints")));
                if let Some((key, _)) = lints {
                    add(found, key.span, setting(SettingSubject::LintConfiguration, "Cargo lints", "configured"));
                }
            }
            // Width and line ends are no rules; those of the compiler for .NET are.
            ".editorconfig" => lines(source, found, |line| {
                let is_rule = line.starts_with("dotnet_") || line.starts_with("csharp_") || line.starts_with("ktlint_");
                is_rule.then_some((".editorconfig", SettingSubject::LintConfiguration))
            }),
            _ => lines(source, found, |line| {
                SECTIONS.iter().find(|(section, ..)| *section == line).map(|(_, tool, subject)| (*tool, *subject))
            }),
        }
    }
}

/// The first line of which something is known.
fn lines(source: &Source<'_>, found: &mut Found<'_>, judge: fn(&str) -> Option<(&'static str, SettingSubject)>) {
    for (index, line) in source.text().lines().enumerate() {
        if let Some((tool, subject)) = judge(line.trim()) {
            let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let span = Span { line, column: 1, end_line: line, end_column: 1 };
            return add(found, span, setting(subject, tool, "configured"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::LintConfigurations;

    #[test]
    fn linters_are_set_up_in_files_of_something_bigger() {
        for (path, text, expected) in [
            ("pyproject.toml", "[tool.ruff]\nline-length = 99\n", "Ruff configured"),
            ("package.json", "{\"eslintConfig\": {}}", "ESLint configured"),
            ("Cargo.toml", "[workspace.lints.rust]\nunsafe_code = \"forbid\"\n", "Cargo lints configured"),
            ("setup.cfg", "[flake8]\nmax-line-length = 99\n", "Flake8 configured"),
            (".editorconfig", "[*.cs]\ndotnet_style_readonly_field = true\n", ".editorconfig configured"),
        ] {
            assert_eq!(settings(&LintConfigurations, path, text), [expected], "{path}");
        }
    }

    #[test]
    fn a_dependency_and_an_indentation_are_no_rules() {
        assert!(
            settings(&LintConfigurations, "package.json", "{\"devDependencies\": {\"prettier\": \"3\"}}").is_empty()
        );
        assert!(settings(&LintConfigurations, ".editorconfig", "[*]\nindent_size = 2\n").is_empty());
    }
}
