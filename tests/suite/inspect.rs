//! `auditor inspect`: what people and programs see of a repository that was understood.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn inspect(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_auditor")).arg("inspect").args(arguments).current_dir(folder).output().unwrap()
}

fn text(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json(arguments: &[&str], folder: &Path) -> Value {
    let arguments: Vec<&str> = ["--format", "json"].iter().chain(arguments).copied().collect();
    serde_json::from_str(&text(&inspect(&arguments, folder))).unwrap()
}

fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        (
            "package.json",
            r#"{"name": "shop", "private": true, "packageManager": "pnpm@10.0.0", "engines": {"node": ">=22"},
  "scripts": {"start": "node src/server.js", "test": "vitest run"},
  "dependencies": {"express": "^5.0.0", "left-pad": "1.3.0"},
  "devDependencies": {"vitest": "^3.0.0"}}"#,
        ),
        (
            "src/server.js",
            "import express from 'express';\nconst app = express();\napp.listen(process.env.SHOP_PORT);\n",
        ),
        ("src/server.test.js", "import { test } from 'vitest';\ntest('a', () => {});\n"),
        (".env.example", "SHOP_PORT=3000\n"),
        (
            ".github/workflows/ci.yml",
            "name: CI\non: pull_request\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pnpm test\n",
        ),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn json_is_valid_by_its_schema_and_the_same_each_time() {
    let schema: Value = serde_json::from_str(include_str!("../../reports/schema/inspect.schema.json")).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let shop = shop();
    for folder in [shop.path(), &fixtures.join("demo"), &fixtures.join("components/dotnet-solution")] {
        let report = json(&["--files", "--no-git"], folder);
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
        assert_eq!(report, json(&["--files", "--no-git", "--threads", "1"], folder));
    }
    let mut report = json(&[], shop.path());
    assert!(report.get("files").is_none());
    report["components"][0]["kinds"][0]["because"] = Value::from("x");
    assert!(!validator.is_valid(&report), "names beyond the contract are refused");
}

#[test]
fn a_component_says_why_it_is_of_a_kind() {
    let folder = shop();
    let component = &json(&[], folder.path())["components"][0];
    assert_eq!(component["name"], "shop");
    let kind = &component["kinds"][0];
    assert_eq!((&kind["kind"], &kind["path"]), (&"service".into(), &"src/server.js".into()), "{kind}");
    assert_eq!(component["runtimes"]["node"], ">=22");
    assert_eq!(component["package_manager"], "pnpm");
}

#[test]
fn dependencies_say_how_and_where_they_are_used() {
    let folder = shop();
    let report = json(&[], folder.path());
    let uses: Vec<String> = report["dependencies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {} {}", it["name"], it["scope"], it["use"], it["used_at"]["path"]).replace('"', ""))
        .collect();
    let expected = [
        "express runtime import src/server.js",
        "left-pad runtime declared null",
        "vitest development import src/server.test.js",
    ];
    assert_eq!(uses, expected);
}

#[test]
fn roles_environment_and_pipelines_are_shown() {
    let folder = shop();
    let report = json(&["--files"], folder.path());
    let files = report["files"].as_array().unwrap();
    let test = files.iter().find(|file| file["path"] == "src/server.test.js").unwrap();
    assert_eq!((&test["role"], &test["language"]), (&"test".into(), &"JavaScript".into()));
    let variable = &report["environment"]["variables"][0];
    assert_eq!((&variable["name"], &variable["documented_in"]), (&"SHOP_PORT".into(), &".env.example".into()));
    let pipeline = &report["pipelines"][0];
    assert_eq!(pipeline["triggers"], serde_json::json!(["change-request"]));
    assert_eq!(pipeline["purposes"], serde_json::json!(["test"]));
}

#[test]
fn the_table_shows_the_same_to_people() {
    let folder = shop();
    let table = text(&inspect(&["--files"], folder.path()));
    for part in ["service: ", "src/server.js:3", "Roles of files", "only declared", "SHOP_PORT", "change-request"] {
        assert!(table.contains(part), "{part} is missing in\n{table}");
    }
    assert!(!table.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn hostile_names_do_no_harm() {
    let folder = shop();
    let name = "src/a\u{1b}[31m\u{202e}b.js";
    fs::write(folder.path().join(name), "export const a = process.env.B;\n").unwrap();
    let manifest = "{\"name\": \"sh\\u001b[2Jop\\nx\", \"dependencies\": {\"e\\u001b[1mvil\": \"\\u0007\"}}";
    fs::write(folder.path().join("package.json"), manifest).unwrap();
    for format in ["table", "json"] {
        let shown = text(&inspect(&["--files", "--format", format], folder.path()));
        assert!(!shown.chars().any(|c| c != '\n' && (c.is_control() || c == '\u{202e}')), "{shown}");
    }
    let report = json(&["--files"], folder.path());
    assert!(report["files"].as_array().unwrap().iter().any(|file| file["path"] == name), "the value is kept");
}

#[test]
fn mistakes_and_incomplete_readings_have_their_own_status() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(inspect(&["nowhere"], folder.path()).status.code(), Some(2));
    assert_eq!(inspect(&["--format", "xml"], folder.path()).status.code(), Some(2));
    assert_eq!(inspect(&[], folder.path()).status.code(), Some(3), "nothing to read");
}
