//! What the documentation shows is what the program really says. `UPDATE_DOCS=1 cargo test --test suite docs` rewrites the
//! excerpt of the README, the reference of rules, the table of formats and the examples of reports.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use auditor::config::{Listing, Settings};
use auditor::report::{Audience, Format, Style, render, rule_page};
use auditor::rules::Catalogue;
use auditor::scan::Auditor;
use auditor::score::Assessment;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some()
}

/// Compares a file with what it should hold, or writes it.
#[track_caller]
fn keep(path: &Path, text: &str) {
    if is_updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == text, "{} is stale: run `UPDATE_DOCS=1 cargo test --test suite docs`", path.display());
}

/// Keeps what stands between two marks of a file.
#[track_caller]
fn keep_between(path: &Path, name: &str, block: &str) {
    let [open, close] = [format!("<!-- {name} -->"), format!("<!-- /{name} -->")];
    let text = fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(&open).unwrap();
    let (_, after) = rest.split_once(&close).unwrap();
    keep(path, &format!("{before}{open}\n{block}\n{close}{after}"));
}

fn scan(fixture: &str) -> Assessment {
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let path = root().join("fixtures").join(fixture);
    let name = if fixture == "demo" { "demo" } else { "service" };
    Auditor::new().unwrap().scan(&path, name, &settings).unwrap()
}

#[test]
fn the_excerpt_in_the_readme_is_what_the_first_command_prints() {
    let report = render(&scan("demo"), Format::Terminal, &Style::default()).unwrap();
    // The head names the commit of this repository, so the excerpt starts below it.
    let (_, report) = report.split_once("\n\n").unwrap();
    let lines: Vec<&str> = report.trim_end().lines().map(str::trim_end).collect();
    keep_between(&root().join("README.md"), "excerpt", &format!("```text\n{}\n```", lines.join("\n")));
}

#[test]
fn the_reference_of_rules_is_made_from_the_rules() {
    let catalogue = Catalogue::built_in().unwrap();
    let folder = root().join("docs/rules");
    let mut index = String::from(
        "# Rules\n\n`auditor explain RULE` prints the same. This reference is made from the rules' own files; a test keeps it \
         current.\n",
    );
    let mut links = String::new();
    for category in &catalogue.categories {
        let rules: Vec<_> = catalogue.rules.iter().filter(|rule| rule.id.category() == category.id).collect();
        if rules.is_empty() {
            continue;
        }
        let mut page = format!("# {}\n", category.title);
        let _ =
            write!(index, "\n## [{}]({}.md)\n\n| Rule | Severity | |\n|---|---|---|\n", category.title, category.id);
        for rule in rules {
            let body = rule_page(rule).lines().map(demoted).collect::<Vec<_>>().join("\n");
            let _ = write!(page, "\n{body}\n");
            let title = rule.title.replace('|', "\\|");
            let _ = writeln!(index, "| `{}` | {} | {title} |", rule.id, rule.severity.name());
        }
        keep(&folder.join(format!("{}.md", category.id)), &page);
        let _ = writeln!(links, "  - [{}](rules/{}.md)", category.title, category.id);
    }
    keep(&folder.join("README.md"), &index);
    keep_between(&root().join("docs/SUMMARY.md"), "rules", links.trim_end());
}

/// A heading one level deeper, since a category's page holds many rules.
fn demoted(line: &str) -> String {
    if line.starts_with('#') { format!("#{line}") } else { line.to_owned() }
}

#[test]
fn the_table_of_formats_names_all_of_them() {
    let rows: Vec<String> = Format::all()
        .map(|format| format!("| `{}` | {} | {} |", format.name(), format.about(), endings(format)))
        .collect();
    let table = format!("| Format | For | Endings |\n|---|---|---|\n{}", rows.join("\n"));
    keep_between(&root().join("docs/formats.md"), "formats", &format!("\n{table}\n"));
}

fn endings(format: Format) -> String {
    format.endings().iter().map(|ending| format!("`{ending}`")).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_examples_are_the_reports_of_two_fixtures_in_every_format() {
    let folder = root().join("reports/examples");
    let mut expected: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (name, fixture) in [("demo", "demo"), ("service", "observability/structured-logging/pass-slog")] {
        let mut assessment = scan(fixture);
        // They lie in this repository, whose commit they would name.
        assessment.repository.commit = None;
        assessment.repository.branch = None;
        assessment.repository.dirty = false;
        assessment.date = Some("2026-11-24".to_owned());
        for format in Format::all() {
            let ending = match format {
                Format::Annotations => "annotations.txt",
                Format::StepSummary => "step-summary.md",
                other => other.endings().first().map(|ending| ending.trim_start_matches('.')).unwrap_or_default(),
            };
            let text = render(&assessment, format, &Style::default()).unwrap();
            expected.insert(folder.join(format!("{name}.{ending}")), text);
        }
        let style = Style { audience: Audience::Executive, ..Style::default() };
        let text = render(&assessment, Format::Markdown, &style).unwrap();
        expected.insert(folder.join(format!("{name}.executive.md")), text);
    }
    for (path, text) in &expected {
        keep(path, text);
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(expected.contains_key(&path), "{} belongs to no format", path.display());
    }
}

#[test]
fn every_page_is_in_the_book_and_every_link_leads_somewhere() {
    let docs = root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    for entry in walkdir::WalkDir::new(&docs).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let inner = path.strip_prefix(&docs).unwrap().to_string_lossy().replace('\\', "/");
        assert!(inner == "SUMMARY.md" || summary.contains(&format!("({inner})")), "{inner} is not in SUMMARY.md");
        for target in links(&fs::read_to_string(path).unwrap()) {
            let file = target.split('#').next().unwrap();
            assert!(file.is_empty() || path.parent().unwrap().join(file).exists(), "{inner} links to {target}");
        }
    }
}

/// Relative targets of links outside of code.
fn links(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut all = Vec::new();
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        let prose: String = line.split('`').step_by(2).collect();
        if is_code || prose.contains("\\[") {
            continue;
        }
        for (_, rest) in prose.match_indices("](").map(|(at, mark)| (at, &prose[at + mark.len()..])) {
            let target = rest.split(')').next().unwrap();
            if !target.contains("://") {
                all.push(target.to_owned());
            }
        }
    }
    all
}
