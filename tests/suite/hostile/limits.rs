//! Every limit can be set, is said where it is met, and cuts nothing in silence.

use super::{report, run, says};
use crate::support::trees::Tree;

const PACKAGE: (&str, &str) = ("package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^5.0.0\"}}");

fn limited(limits: &str, files: &[(&str, &str)]) -> serde_json::Value {
    let tree = Tree::new(files);
    tree.write("auditor.toml", &format!("[limits]\n{limits}\n"));
    report(tree.path(), &[])
}

#[test]
fn the_size_of_a_file() {
    let large = format!("try {{ a(); }} catch (e) {{}}\n{}", "// x\n".repeat(300_000));
    let files = [PACKAGE, ("src/a.js", large.as_str()), ("data/a.json", large.as_str())];
    let report = limited("max-file-size = 1", &files);
    assert!(says(&report, &["error src/a.js", "1.4 MiB is over the limit of 1 MiB"]));
    assert!(says(&report, &["warning data/a.json", "over the limit"]));
}

#[test]
fn the_number_of_files() {
    let report = limited("max-files = 2", &[PACKAGE, ("a.js", "1"), ("b.js", "1"), ("c.js", "1")]);
    assert!(says(&report, &["error", "5 files were found and the first 2 audited (`limits.max-files`)"]));
    assert_eq!(report["repository"]["files"], 2);
}

#[test]
fn all_files_together() {
    let large = "x\n".repeat(400_000);
    let files = [PACKAGE, ("a.txt", large.as_str()), ("b.txt", large.as_str()), ("c.txt", large.as_str())];
    let report = limited("max-total-size = 1", &files);
    assert!(
        says(&report, &["error", "3 of 5 files were not audited", "over 1 MiB (`limits.max-total-size`)"]),
        "{report}"
    );
}

#[test]
fn the_depth_of_code() {
    let deep = format!("try {{ a(); }} catch (e) {{}}\nconst a = {}1{};\n", "[\n".repeat(9_000), "]\n".repeat(9_000));
    let report = limited("max-depth = 100", &[PACKAGE, ("src/a.js", &deep)]);
    assert!(says(&report, &["warning src/a.js", "deeper than 100 levels (`limits.max-depth`)"]));
}

#[test]
fn the_steps_of_a_parse() {
    let long = format!("try {{ a(); }} catch (e) {{}}\n{}", "a = b + c;\n".repeat(40_000));
    let report = limited("max-parse-steps = 1", &[PACKAGE, ("src/a.js", &long)]);
    assert!(says(&report, &["warning src/a.js", "more than 1000 steps (`limits.max-parse-steps`)"]));
    assert!(!says(&limited("", &[PACKAGE, ("src/a.js", &long)]), &["src/a.js"]));
}

#[test]
fn the_matches_of_a_rule() {
    let rule = "title = \"t\"\nkind = \"forbid\"\nseverity = \"low\"\nweight = 1\nwhat = \"w\"\nwhy = \"w\"\n[[defect]]\n\
                message = \"m\"\n[defect.text]\nexpression = \"TODO\"\nliterals = [\"TODO\"]\npaths = [\"src/**\"]\n[remedy]\nsummary = \"s\"\n\
                horizon = \"immediate\"\nhours = 1\n";
    let tree = Tree::new(&[PACKAGE, ("src/a.js", &"// TODO\n".repeat(50)), ("rules/ci/todo.toml", rule)]);
    tree.write("auditor.toml", "rule-packs = [\"rules\"]\n[limits]\nmax-matches = 20\n");
    let report = report(tree.path(), &[]);
    let rule = report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "ci/todo").unwrap();
    assert_eq!(rule["findings"].as_array().unwrap().len(), 20);
    assert!(says(&report, &["src/a.js", "`ci/todo", "more matches here than are followed (`limits.max-matches`)"]));
}

#[test]
fn limits_have_limits() {
    for wrong in
        ["max-file-size = 0", "max-file-size = 4096", "max-depth = 1", "max-matches = 0", "max-parse-steps = 0"]
    {
        let tree = Tree::new(&[PACKAGE]);
        tree.write("auditor.toml", &format!("[limits]\n{wrong}\n"));
        let ran = run(&["scan", "."], tree.path());
        assert_eq!(ran.status, Some(2), "{wrong}");
        assert!(ran.stderr.contains("auditor.toml:2") && ran.stderr.contains("this limit is from"), "{}", ran.stderr);
    }
}

#[test]
fn the_command_line_says_limits_too() {
    let tree = Tree::new(&[PACKAGE, ("a.js", "1"), ("b.js", "1")]);
    let report = report(tree.path(), &["--max-files", "1", "--max-total-size", "9"]);
    assert!(says(&report, &["3 files were found and the first 1 audited"]));
}
