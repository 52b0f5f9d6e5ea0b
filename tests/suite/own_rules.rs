//! Rules of one's own, from the documentation's example to the command line.

use std::fs;
use std::path::Path;
use std::process::Output;

use tempfile::TempDir;

const DOCUMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/writing-rules.md"));

fn auditor(arguments: &[&str]) -> Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_auditor")).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The files of the document's example: each block of code whose introduction ends in a path and a colon.
fn example() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut introduction = "";
    let mut lines = DOCUMENT.lines();
    let mut written = 0;
    while let Some(line) = lines.next() {
        if line.starts_with("```") && line.len() > 3 {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if let Some(path) = introduction.strip_suffix("`:").and_then(|rest| rest.rsplit('`').next()) {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, body.join("\n") + "\n").unwrap();
                written += 1;
            }
        } else if line.contains("`; its id") {
            let path = line.split('`').nth(1).unwrap();
            let body: Vec<&str> = lines
                .by_ref()
                .skip_while(|line| !line.starts_with("```"))
                .skip(1)
                .take_while(|line| *line != "```")
                .collect();
            fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
            fs::write(folder.path().join(path), body.join("\n") + "\n").unwrap();
            written += 1;
        } else if !line.is_empty() {
            introduction = line;
        }
    }
    assert_eq!(written, 4, "the category, the rule and two fixtures");
    folder
}

fn path(folder: &TempDir) -> String {
    folder.path().display().to_string()
}

fn edit(folder: &Path, from: &str, to: &str) {
    let rule = folder.join("house/http-client.toml");
    let text = fs::read_to_string(&rule).unwrap();
    assert!(text.contains(from));
    fs::write(rule, text.replace(from, to)).unwrap();
}

#[test]
fn the_example_of_the_document_is_well_formed_and_says_what_it_should() {
    let folder = example();
    let validated = auditor(&["rules", "validate", &path(&folder)]);
    assert_eq!(validated.status.code(), Some(0), "{}", text(&validated));
    let tested = auditor(&["rules", "test", &path(&folder)]);
    assert_eq!(tested.status.code(), Some(0), "{}", text(&tested));
    assert!(text(&tested).contains("2 fixtures, 0 with another status"), "{}", text(&tested));
}

#[test]
fn the_example_finds_its_defect_in_a_scan() {
    let folder = example();
    let tree = folder.path().join("house/http-client/fail");
    let scanned = auditor(&[
        "scan",
        &tree.display().to_string(),
        "--no-git",
        "--no-config",
        "--format",
        "json",
        "--rules",
        &path(&folder),
    ]);
    let report: serde_json::Value = serde_json::from_slice(&scanned.stdout).unwrap();
    let rules = report["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "house/http-client").unwrap();
    assert_eq!(rule["status"], "fail");
    let finding = &rule["findings"][0];
    assert_eq!(finding["message"], "`fetch` is called without timeout and retries");
    assert_eq!(finding["path"], "src/orders.ts");
}

#[test]
fn a_fixture_with_another_status_is_told_with_what_was_found() {
    let folder = example();
    edit(folder.path(), "\"!src/http/**\"", "\"!src/none/**\"");
    let tested = auditor(&["rules", "test", &path(&folder)]);
    assert_eq!(tested.status.code(), Some(1), "{}", text(&tested));
    let said = text(&tested);
    assert!(said.contains("pass-in-the-client\n  fail:"), "{said}");
    assert!(said.contains("src/http/client.ts:2 `fetch` is called"), "{said}");
}

#[test]
fn a_mistake_in_a_query_has_its_line_and_column() {
    let folder = example();
    edit(folder.path(), "(call_expression", "(call_expresion");
    let validated = auditor(&["rules", "validate", &path(&folder)]);
    assert_eq!(validated.status.code(), Some(2));
    let said = text(&validated);
    assert!(said.contains("house/http-client.toml:13:2: no node of TypeScript is called `call_expresion`"), "{said}");
    assert!(said.contains("help: did you mean `call_expression`?"), "{said}");
}

/// The document's entry with an expression, as the defect of a rule.
fn add_text_rule(folder: &Path) {
    let entry = DOCUMENT.split("A complete entry:").nth(1).unwrap().split("```").nth(1).unwrap();
    let entry = entry.strip_prefix("toml\n").unwrap();
    let head = "title = \"Hosts of the old network are named\"\nkind = \"forbid\"\nseverity = \"low\"\nweight = 1\n\
        what = \"A host of the old network.\"\nwhy = \"It is switched off in spring.\"\n\n";
    let remedy = "\n[remedy]\nsummary = \"Name the new host.\"\nhorizon = \"short-term\"\nhours = 1\n";
    fs::write(folder.join("house/old-network.toml"), format!("{head}{entry}{remedy}")).unwrap();
    for (fixture, text) in
        [("fail", "host: stock.corp.example\n"), ("pass-another-host", "host: stock.corpus.example.org\n")]
    {
        let fixture = folder.join("house/old-network").join(fixture);
        fs::create_dir_all(&fixture).unwrap();
        fs::write(fixture.join("values.yaml"), text).unwrap();
    }
}

#[test]
fn a_pack_that_auditor_toml_names_judges_by_queries_and_expressions() {
    let repository = example();
    let root = repository.path();
    let pack = root.join("tools/audit-rules");
    fs::create_dir_all(&pack).unwrap();
    for name in ["categories.toml", "house"] {
        fs::rename(root.join(name), pack.join(name)).unwrap();
    }
    add_text_rule(&pack);
    fs::create_dir_all(root.join("src/http")).unwrap();
    let call = "export const stock = (url: string) => fetch(url);\n";
    fs::write(root.join("src/stock.ts"), format!("// fetch(url)\n{call}")).unwrap();
    fs::write(root.join("src/http/client.ts"), call).unwrap();
    fs::write(root.join("values.yaml"), "replicas: 1\nhost: stock.corp.example\n").unwrap();
    fs::write(root.join("auditor.toml"), "rule-packs = [\"tools/audit-rules\"]\n").unwrap();

    let packed = pack.display().to_string();
    let validated = auditor(&["rules", "validate", &packed]);
    assert_eq!(validated.status.code(), Some(0), "{}", text(&validated));
    let tested = auditor(&["rules", "test", &packed]);
    assert!(text(&tested).contains("4 fixtures, 0 with another status"), "{}", text(&tested));

    let scanned = auditor(&["scan", &path(&repository), "--no-git", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&scanned.stdout).unwrap();
    let found = |id: &str| -> Vec<String> {
        let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap();
        let findings = rule["findings"].as_array().unwrap().iter();
        let shown = findings.map(|it| format!("{}:{}:{}", it["path"].as_str().unwrap(), it["line"], it["column"]));
        shown.filter(|place| !place.starts_with("tools/")).collect()
    };
    assert_eq!(found("house/http-client"), ["src/stock.ts:2:39"]);
    assert_eq!(found("house/old-network"), ["values.yaml:2:7"]);
}

#[test]
fn mistakes_on_later_lines_of_a_query_and_in_expressions_have_their_places() {
    let folder = example();
    edit(folder.path(), "function: (identifier)", "function: (identifer)");
    let said = text(&auditor(&["rules", "validate", &path(&folder)]));
    assert!(said.contains("house/http-client.toml:14:14: no node of TypeScript is called `identifer`"), "{said}");
    let folder = example();
    edit(folder.path(), "#eq? @call", "#eq? @cal");
    let said = text(&auditor(&["rules", "validate", &path(&folder)]));
    assert!(said.contains("house/http-client.toml:15:10: nothing is captured as `cal`"), "{said}");
    let folder = example();
    add_text_rule(folder.path());
    let rule = folder.path().join("house/old-network.toml");
    let broken = fs::read_to_string(&rule).unwrap().replace("[a-z0-9-]+", "[a-z0-9-+");
    fs::write(&rule, broken).unwrap();
    let validated = auditor(&["rules", "validate", &path(&folder)]);
    assert_eq!(validated.status.code(), Some(2));
    assert!(
        text(&validated).contains("house/old-network.toml:12:15: not a regular expression"),
        "{}",
        text(&validated)
    );
}

#[test]
fn rules_are_listed_by_filters_and_shown() {
    let folder = example();
    let listed = auditor(&["rules", "list", "--category", "house", "--rules", &path(&folder), "--format", "json"]);
    let rules: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(rules.as_array().unwrap().len(), 1);
    assert_eq!(rules[0]["id"], "house/http-client");
    let critical = auditor(&["rules", "list", "--severity", "critical", "--kind", "forbid"]);
    assert!(text(&critical).lines().all(|line| line.contains("critical  forbid")), "{}", text(&critical));
    assert!(text(&critical).contains("secrets/hardcoded"));
    let shown = auditor(&["rules", "show", "secrets/hardcoded"]);
    assert!(text(&shown).contains("What counts"), "{}", text(&shown));
    let wrong = auditor(&["rules", "show", "secrets/hardcodet"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong).contains("did you mean `secrets/hardcoded`?"), "{}", text(&wrong));
}
