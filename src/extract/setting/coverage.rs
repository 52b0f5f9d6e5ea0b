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
            "minBound",
            "<minimum>",
            "threshold",
            "summary:",
        ];
        Demand::AnyOf(KEYS.iter().map(|key| (*key).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        // A test helper of Ruby holds its threshold; the other tools have files of their own.
        file.role.is_written()
            && !matches!(file.role, Role::Example | Role::Documentation)
            && !readers_of(file).is_empty()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        for (tool, reader) in readers_of(source.file) {
            if let Some((span, minimum)) = reader(source) {
                add(found, span, setting(SettingSubject::CoverageThreshold, tool, &format!("{minimum}%")));
                return;
            }
        }
    }
}

/// Finds the threshold of a file: where it is, and how much it asks for.
type Reader = fn(&Source<'_>) -> Option<(Span, f64)>;

/// The tools that may have their threshold in a file; the first that finds one counts.
fn readers_of(file: &File) -> Vec<(&'static str, Reader)> {
    let name = file.name();
    let simplecov: (&str, Reader) = ("SimpleCov", |source| after_key(source, "minimum_coverage", "minimum_coverage"));
    match name {
        "package.json" => vec![
            ("Jest", |source| in_tree(source.json().ok()?.at(&["jest"])?, "coverageThreshold")),
            ("Istanbul", |source| istanbul(source.json().ok()?.get("nyc").or(source.json().ok()?.get("c8"))?)),
        ],
        ".nycrc" | ".nycrc.json" | ".c8rc.json" | ".c8rc" => {
            vec![("Istanbul", |source| istanbul(source.json().ok()?))]
        }
        "pyproject.toml" => vec![("pytest-cov", options_of_pytest), ("coverage.py", pyproject)],
        ".coveragerc" | "setup.cfg" | "tox.ini" | "pytest.ini" => {
            vec![
                ("pytest-cov", |source| ini(source, "--cov-fail-under")),
                ("coverage.py", |source| ini(source, "fail_under")),
            ]
        }
        ".testcoverage.yml" | ".testcoverage.yaml" => {
            vec![("go-test-coverage", |source| in_tree(source.yaml().ok()?.first()?, "threshold"))]
        }
        "build.gradle" | "build.gradle.kts" => vec![
            ("JaCoCo", |source| after_key(source, "violationRules", "minimum")),
            ("Kover", |source| after_key(source, "minBound", "minBound")),
        ],
        "pom.xml" => vec![("JaCoCo", |source| after_key(source, "<minimum>", "<minimum>"))],
        ".simplecov" => vec![simplecov],
        _ if name.starts_with("jest.config.") => vec![("Jest", |source| after_key(source, "coverageThreshold", ""))],
        _ if name.starts_with("vitest.") || name.starts_with("vite.config.") => {
            vec![("Vitest", |source| after_key(source, "thresholds", ""))]
        }
        _ if file.extension() == "rb" && name.contains("helper") => vec![simplecov],
        _ => Vec::new(),
    }
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

fn istanbul(root: &Node) -> Option<(Span, f64)> {
    let (key, flag) = root.entry("check-coverage")?;
    // Without numbers of its own, Istanbul asks for ninety percent of the lines.
    let own = ["lines", "statements", "branches", "functions"]
        .iter()
        .find_map(|name| positive_number(root.get(name)?.text()?));
    let minimum = own.or(root.get("lines").is_none().then_some(90.0))?;
    (flag.flag() == Some(true)).then_some((key.span, minimum))
}

fn pyproject(source: &Source<'_>) -> Option<(Span, f64)> {
    let (key, value) = source.toml().ok()?.at(&["tool", "coverage", "report"])?.entry("fail_under")?;
    Some((key.span, positive_number(value.text()?)?))
}

/// A minimum that every run of pytest enforces: by its own options, or because those measure and another table asks.
fn options_of_pytest(source: &Source<'_>) -> Option<(Span, f64)> {
    let (key, options) = source.toml().ok()?.at(&["tool", "pytest", "ini_options"])?.entry("addopts")?;
    let options = options.texts().join(" ");
    match options.split("--cov-fail-under").nth(1) {
        Some(number) => Some((key.span, positive_number(number)?)),
        None => pyproject(source).filter(|_| options.split_whitespace().any(|word| word.starts_with("--cov"))),
    }
}

fn ini(source: &Source<'_>, key: &str) -> Option<(Span, f64)> {
    let is_key = |line: &str| if key.starts_with('-') { line.contains(key) } else { line.starts_with(key) };
    let (index, line) = source.text().lines().enumerate().find(|(_, line)| is_key(line.trim_start()))?;
    Some((at_line(index), positive_number(line.split(key).nth(1)?)?))
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
            ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=75\"\n", "pytest-cov 75%"),
            (".coveragerc", "[report]\nfail_under = 85\n", "coverage.py 85%"),
            ("vitest.config.ts", "x({ coverage: { thresholds: {\n lines: 70 } } })", "Vitest 70%"),
            ("spec/spec_helper.rb", "SimpleCov.start do\n  minimum_coverage 95\nend\n", "SimpleCov 95%"),
            (".c8rc.json", "{\"check-coverage\": true, \"lines\": 70}", "Istanbul 70%"),
            ("package.json", "{\"nyc\": {\"check-coverage\": true, \"lines\": 60}}", "Istanbul 60%"),
            ("build.gradle.kts", "kover { reports { verify { rule { minBound(55) } } } }", "Kover 55%"),
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
        assert!(of(".nycrc", "{\"check-coverage\": true, \"lines\": 0}").is_empty());
    }
}
