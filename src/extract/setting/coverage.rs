//! Minimum coverages in the configuration of test tools. Those on command lines are purposes of their commands.

use super::{add, positive_number, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Role, SettingSubject, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// How many lines after its key a threshold in code may stand.
const NEAR: usize = 12;

/// Reads coverage thresholds.
#[derive(Clone, Copy)]
pub(super) struct CoverageThresholds;

impl Extractor for CoverageThresholds {
    fn name(&self) -> &'static str {
        "coverage-threshold"
    }

    fn demand(&self) -> Demand {
        const KEYS: &[&str] = &[
            "coverageThreshold",
            "thresholds",
            "check-coverage",
            "fail_under",
            "--cov-fail-under",
            "minimum_coverage",
            "violationRules",
            "<minimum>",
            "threshold",
            "summary:",
        ];
        Demand::AnyOf(KEYS.iter().map(|key| (*key).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        // A test helper of Ruby holds its threshold; the other tools have files of their own.
        file.role.is_written() && !matches!(file.role, Role::Example | Role::Documentation) && reader_of(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some((tool, reader)) = reader_of(source.file) else { return };
        if let Some((span, minimum)) = reader(source) {
            add(found, span, setting(SettingSubject::CoverageThreshold, tool, &format!("{minimum}%")));
        }
    }
}

/// Finds the threshold of a file: where it is, and how much it asks for.
type Reader = fn(&Source<'_>) -> Option<(Span, f64)>;

fn reader_of(file: &File) -> Option<(&'static str, Reader)> {
    let name = file.name();
    Some(match name {
        "package.json" => ("Jest", |source| in_tree(source.json().ok()?.at(&["jest"])?, "coverageThreshold")),
        ".nycrc" | ".nycrc.json" | ".c8rc.json" | ".c8rc" => ("Istanbul", nyc),
        "pyproject.toml" => ("coverage.py", pyproject),
        ".coveragerc" | "setup.cfg" | "tox.ini" | "pytest.ini" => ("coverage.py", ini),
        ".testcoverage.yml" | ".testcoverage.yaml" => {
            ("go-test-coverage", |source| in_tree(source.yaml().ok()?.first()?, "threshold"))
        }
        "build.gradle" | "build.gradle.kts" => ("JaCoCo", |source| after_key(source, "violationRules", "minimum")),
        "pom.xml" => ("JaCoCo", |source| after_key(source, "<minimum>", "<minimum>")),
        _ if name.starts_with("jest.config.") => ("Jest", |source| after_key(source, "coverageThreshold", "")),
        _ if name.starts_with("vitest.") || name.starts_with("vite.config.") => {
            ("Vitest", |source| after_key(source, "thresholds", ""))
        }
        ".simplecov" => ("SimpleCov", |source| after_key(source, "minimum_coverage", "minimum_coverage")),
        _ if file.extension() == "rb" && name.contains("helper") => {
            ("SimpleCov", |source| after_key(source, "minimum_coverage", "minimum_coverage"))
        }
        _ => return None,
    })
}

/// The first positive number at or below a key, wherever that key is.
fn in_tree(root: &Node, key: &str) -> Option<(Span, f64)> {
    let mut pending: Vec<&Node> = vec![root];
    while let Some(node) = pending.pop() {
        if let Some((key, value)) = node.entry(key) {
            return Some((key.span, first_number(value)?));
        }
        pending.extend(node.entries().iter().map(|(_, value)| value));
    }
    None
}

fn first_number(root: &Node) -> Option<f64> {
    let mut pending: Vec<&Node> = vec![root];
    while let Some(node) = pending.pop() {
        if let Some(number) = node.text().and_then(positive_number) {
            return Some(number);
        }
        pending.extend(node.entries().iter().map(|(_, value)| value));
    }
    None
}

fn nyc(source: &Source<'_>) -> Option<(Span, f64)> {
    let root = source.json().ok()?;
    let (key, flag) = root.entry("check-coverage")?;
    // Without numbers of its own, Istanbul asks for ninety percent of the lines.
    let own = ["lines", "statements", "branches", "functions"]
        .iter()
        .find_map(|name| positive_number(root.get(name)?.text()?));
    (flag.flag() == Some(true)).then(|| (key.span, own.unwrap_or(90.0)))
}

fn pyproject(source: &Source<'_>) -> Option<(Span, f64)> {
    let root = source.toml().ok()?;
    if let Some((key, value)) = root.at(&["tool", "coverage", "report"]).and_then(|report| report.entry("fail_under")) {
        return Some((key.span, positive_number(value.text()?)?));
    }
    let (key, options) = root.at(&["tool", "pytest", "ini_options"])?.entry("addopts")?;
    let option = options.texts().join(" ");
    Some((key.span, positive_number(option.split("--cov-fail-under").nth(1)?)?))
}

fn ini(source: &Source<'_>) -> Option<(Span, f64)> {
    let key = |line: &str| line.starts_with("fail_under") || line.contains("--cov-fail-under");
    let (index, line) = source.text().lines().enumerate().find(|(_, line)| key(line.trim_start()))?;
    let number = line.split("fail-under").nth(1).or_else(|| line.split("fail_under").nth(1))?;
    Some((at_line(index), positive_number(number)?))
}

/// The first positive number behind a key, and behind a word that follows it, in code without comments.
fn after_key(source: &Source<'_>, key: &str, word: &str) -> Option<(Span, f64)> {
    let code = source.code();
    let (index, _) = code.lines().enumerate().find(|(_, line)| line.contains(key))?;
    let number = code.lines().skip(index).take(NEAR).find_map(|line| {
        let after = if word.is_empty() { line.split(key).last()? } else { line.split(word).nth(1)? };
        positive_number(after)
    })?;
    // A fraction of one is a share, as JaCoCo writes it.
    Some((at_line(index), if number <= 1.0 && key != "thresholds" { number * 100.0 } else { number }))
}

fn at_line(index: usize) -> Span {
    let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
    Span { line, column: 1, end_line: line, end_column: 1 }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::CoverageThresholds;

    fn of(path: &str, text: &str) -> Vec<String> {
        settings(&CoverageThresholds, path, text)
    }

    #[test]
    fn thresholds_are_read_where_each_tool_keeps_them() {
        for (path, text, expected) in [
            ("package.json", "{\"jest\": {\"coverageThreshold\": {\"global\": {\"lines\": 80}}}}", "Jest 80%"),
            ("pyproject.toml", "[tool.coverage.report]\nfail_under = 90\n", "coverage.py 90%"),
            ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=75\"\n", "coverage.py 75%"),
            (".coveragerc", "[report]\nfail_under = 85\n", "coverage.py 85%"),
            ("vitest.config.ts", "x({ coverage: { thresholds: {\n lines: 70 } } })", "Vitest 70%"),
            ("spec/spec_helper.rb", "SimpleCov.start do\n  minimum_coverage 95\nend\n", "SimpleCov 95%"),
            ("build.gradle", "violationRules {\n rule { limit { minimum = 0.8 } } }", "JaCoCo 80%"),
        ] {
            assert_eq!(of(path, text), [expected], "{path}");
        }
    }

    #[test]
    fn a_threshold_of_nothing_and_one_in_a_comment_are_none() {
        assert!(of("pyproject.toml", "[tool.coverage.report]\nfail_under = 0\n").is_empty());
        assert!(of("vitest.config.ts", "// thresholds: { lines: 70 }\n").is_empty());
        assert!(of(".nycrc", "{\"check-coverage\": false, \"lines\": 90}").is_empty());
    }
}
