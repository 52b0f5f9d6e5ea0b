//! The tools that the audit document names: each is found by its real use, the report says where, and the same words in
//! prose, comments and lock files show none of them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

use crate::tools::NAMED;

#[derive(Deserialize)]
struct Table {
    shows: Vec<Row>,
}

/// A tool, and where the report says that it shows.
#[derive(Deserialize)]
struct Row {
    tool: String,
    file: String,
    line: u64,
    /// What the file holds; a row without it speaks of another row's file.
    text: Option<String>,
}

fn rows() -> Vec<Row> {
    toml::from_str::<Table>(include_str!("named_tools.toml")).unwrap().shows
}

/// The tools of a report as JSON, and the report as Markdown.
fn scanned(folder: &Path) -> (Vec<Value>, String) {
    let arguments = ["scan", ".", "--no-git", "-o", "report.json", "-o", "report.md"];
    let output = Command::new(env!("CARGO_BIN_EXE_auditor")).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_str(&fs::read_to_string(folder.join("report.json")).unwrap()).unwrap();
    (report["tools"].as_array().unwrap().clone(), fs::read_to_string(folder.join("report.md")).unwrap())
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn is_of(tool: &Value, name: &str) -> bool {
    tool["title"].as_str().unwrap().to_lowercase().contains(&name.to_lowercase())
}

#[test]
fn the_report_names_every_tool_with_the_place_of_its_use() {
    let rows = rows();
    let without: Vec<_> =
        NAMED.iter().filter(|name| !rows.iter().any(|row| row.tool.eq_ignore_ascii_case(name))).collect();
    assert!(without.is_empty(), "no row shows {without:?}");
    let tree = tempfile::tempdir().unwrap();
    for module in ["api", "web"] {
        write(
            tree.path(),
            &format!("{module}/package.json"),
            &format!("{{\"name\": \"{module}\", \"private\": true}}\n"),
        );
    }
    for (row, text) in rows.iter().filter_map(|row| Some((row, row.text.as_ref()?))) {
        write(tree.path(), &row.file, text);
    }
    let (tools, markdown) = scanned(tree.path());
    let mut missing = String::new();
    for row in &rows {
        let is_here = |it: &Value| it["path"] == row.file.as_str() && it["line"] == row.line;
        let of_tool = || tools.iter().filter(|tool| is_of(tool, &row.tool));
        if !of_tool().any(|tool| tool["uses"].as_array().unwrap().iter().any(is_here)) {
            writeln!(missing, "{} at {}:{}", row.tool, row.file, row.line).unwrap();
        }
        // The report gives the best of a tool's places.
        let is_named = |tool: &Value| {
            let title = tool["title"].as_str().unwrap();
            let places: BTreeSet<&str> =
                tool["uses"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
            places.iter().any(|path| markdown.contains(&format!("{title} ([`{path}")))
        };
        if !of_tool().any(is_named) {
            writeln!(missing, "{} in the report for people", row.tool).unwrap();
        }
    }
    assert!(missing.is_empty(), "not found:\n{missing}");
}

#[test]
fn words_show_no_tool() {
    let tree = tempfile::tempdir().unwrap();
    let names: Vec<String> = rows().into_iter().map(|row| row.tool).collect();
    let of_each = |line: &dyn Fn(&String) -> String| names.iter().map(line).collect::<Vec<_>>().concat();
    let prose = of_each(&|name| format!("We looked at {name} and may use {name} some day.\n\n"));
    let after = |mark: &str| of_each(&|name| format!("{mark} {name}: later\n"));
    let packages = names.iter().map(|name| {
        let name = name.to_lowercase().replace(' ', "-");
        format!("    \"node_modules/{name}\": {{ \"version\": \"1.0.0\", \"dev\": true }}")
    });
    let lock = packages.collect::<Vec<_>>().join(",\n");
    write(tree.path(), "README.md", &format!("# Orders\n\n{prose}"));
    write(tree.path(), "docs/ideas.md", &prose);
    write(tree.path(), "package.json", "{\"name\": \"orders\", \"private\": true}\n");
    write(
        tree.path(),
        "package-lock.json",
        &format!("{{\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n{lock}\n  }}\n}}\n"),
    );
    write(tree.path(), "src/index.ts", &format!("{}export const orders = [];\n", after("//")));
    write(tree.path(), "jobs/run.py", &format!("{}print(1)\n", after("#")));
    write(tree.path(), "ops/settings.yaml", &format!("{}a: 1\n", after("#")));
    write(tree.path(), "infra/main.tfvars", &format!("{}a = 1\n", after("#")));
    let (tools, _) = scanned(tree.path());
    let misled: Vec<&Value> = tools.iter().filter(|tool| names.iter().any(|name| is_of(tool, name))).collect();
    assert!(misled.is_empty(), "{misled:#?}");
}
