//! A repository's own configuration and rules: what they may not read, cost or write.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

use super::{Run, report, run, says};
use crate::support::trees::Tree;

const PACKAGE: (&str, &str) = ("package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^5.0.0\"}}");
const SECRET: &str = "outside-of-the-tree";

/// Scans a tree whose configuration must be refused, without telling what stands outside.
fn refused(tree: &Tree) -> Run {
    let ran = run(&["scan", "."], tree.path());
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    let told = format!("{}{}", ran.stderr, String::from_utf8_lossy(&ran.stdout));
    assert!(!told.contains(SECRET) && !told.contains("root:x:0"), "{told}");
    ran
}

#[test]
fn nothing_outside_is_read_by_any_path() {
    let outside = Tree::new(&[
        ("policy.toml", &format!("profile = \"{SECRET}\"\n")),
        ("ci/own.toml", &format!("title = \"{SECRET}\"\n")),
        ("baseline.json", &format!("{{\"{SECRET}\": 1}}\n")),
    ]);
    let away = outside.path().display();
    let texts = [
        format!("extends = \"{away}/policy.toml\""),
        "extends = \"../../../../../../../../etc/passwd\"".to_owned(),
        "extends = \"linked/policy.toml\"".to_owned(),
        "extends = \"linked.toml\"".to_owned(),
        format!("rule-packs = [\"{away}\"]"),
        "rule-packs = [\"linked\"]".to_owned(),
        "rule-packs = [\"..\"]".to_owned(),
        format!("[gates]\nbaseline = \"{away}/baseline.json\""),
        "[gates]\nbaseline = \"linked/baseline.json\"".to_owned(),
        "[gates]\nratchet = \"/proc/self/environ\"".to_owned(),
        "files.exclude = [\"../**\"]".to_owned(),
        "[[roles]]\npaths = [\"/etc/**\"]\nrole = \"test\"".to_owned(),
    ];
    for text in texts {
        let tree = Tree::new(&[PACKAGE, ("auditor.toml", &text)]);
        symlink(outside.path(), tree.path().join("linked")).unwrap();
        symlink(outside.path().join("policy.toml"), tree.path().join("linked.toml")).unwrap();
        refused(&tree);
    }
}

#[test]
fn links_inside_a_pack_are_not_followed() {
    let outside = Tree::new(&[("own.toml", &format!("title = \"{SECRET}\"\n"))]);
    let tree = Tree::new(&[PACKAGE, ("auditor.toml", "rule-packs = [\"rules\"]\n"), ("rules/ci/.keep", "")]);
    symlink(outside.path().join("own.toml"), tree.path().join("rules/ci/own.toml")).unwrap();
    symlink(outside.path(), tree.path().join("rules/more")).unwrap();
    assert!(!report(tree.path(), &[]).to_string().contains(SECRET));
}

#[test]
fn a_configuration_that_is_no_file_is_refused() {
    for make in [["mkfifo", "auditor.toml"], ["mkdir", "auditor.toml"]] {
        let tree = Tree::new(&[PACKAGE]);
        assert!(Command::new(make[0]).arg(make[1]).current_dir(tree.path()).status().unwrap().success());
        refused(&tree);
    }
    for target in ["/etc/passwd", "/dev/zero", "auditor.toml"] {
        let tree = Tree::new(&[PACKAGE]);
        symlink(target, tree.path().join("auditor.toml")).unwrap();
        let ran = run(&["scan", "."], tree.path());
        assert!(!ran.stderr.contains("root:x:0") && ran.status.is_some(), "{}", ran.stderr);
    }
    let tree = Tree::new(&[PACKAGE]);
    fs::write(tree.path().join("auditor.toml"), b"profile = \"\xFF\"").unwrap();
    refused(&tree);
}

#[test]
fn what_is_too_large_is_refused() {
    let tree = Tree::new(&[PACKAGE, ("auditor.toml", &"# x\n".repeat(300_000))]);
    assert!(refused(&tree).stderr.contains("larger than 1 MiB"));
    let tree = Tree::new(&[PACKAGE, ("auditor.toml", "rule-packs = [\"rules\"]\n")]);
    for n in 0..1001 {
        tree.write(&format!("rules/ci/r{n}.toml"), "");
    }
    assert!(refused(&tree).stderr.contains("more than 1000 files"));
    let glob = format!("files.exclude = [\"{}\"]\n", "?".repeat(500_000));
    assert!(refused(&Tree::new(&[PACKAGE, ("auditor.toml", &glob)])).stderr.contains("at most 4096 bytes"));
}

/// A rule that forbids what a pattern finds.
fn rule(pattern: &str, message: &str) -> String {
    let message = toml::Value::String(message.to_owned());
    format!(
        "title = {message}\nkind = \"forbid\"\nseverity = \"high\"\nweight = 1\nwhat = {message}\nwhy = {message}\n\
         [[defect]]\nmessage = {message}\n{pattern}\n[remedy]\nsummary = {message}\nhorizon = \"immediate\"\nhours = 1\n"
    )
}

fn with_rule(rule: &str, code: &str) -> Tree {
    Tree::new(&[
        PACKAGE,
        ("auditor.toml", "rule-packs = [\"rules\"]\n"),
        ("rules/ci/own.toml", rule),
        ("src/a.js", code),
    ])
}

fn expression(text: &str) -> String {
    format!("[defect.text]\nexpression = '{text}'\nliterals = [\"aa\"]")
}

#[test]
fn expressions_cannot_exhaust_time_or_memory() {
    for bomb in [r"\w{1000}{1000}", "((((a{100}){100}){100}){100})", r"\pL{900}\pL{900}\pL{900}"] {
        let ran = refused(&with_rule(&rule(&expression(bomb), "m"), "aa"));
        assert!(ran.stderr.contains("not a regular expression"), "{}", ran.stderr);
    }
    let deep = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
    refused(&with_rule(&rule(&expression(&deep), "m"), "aa"));
    // What others search for minutes takes a moment, since no search goes back.
    let code = "aa".repeat(500_000);
    for slow in ["(a+)+$x", "(a|aa)+y", "(.*)*(.*)*(.*)*z", "a*a*a*a*a*a*b"] {
        report(with_rule(&rule(&expression(slow), "m"), &code).path(), &[]);
    }
}

#[test]
fn queries_cannot_exhaust_time() {
    let query = |text: &str| {
        format!("[defect.code]\nquery = '''{text}'''\nat = \"x\"\nlanguages = [\"javascript\"]\nliterals = [\"aa\"]")
    };
    let code = format!("aa({});\n", vec!["aa"; 60_000].join(", "));
    for text in [
        "(arguments (_)* (_)* (_)* (_)* (_)* (_) @x)",
        "(arguments (_) @x . (_)* . (_)* . (_)* . (_)*)",
        "(_ (_ (_ (_ (_) @x))))",
        "((_)* @x)",
    ] {
        report(with_rule(&rule(&query(text), "m"), &code).path(), &[]);
    }
    refused(&with_rule(&rule(&query(&"(".repeat(20_000)), "m"), "aa"));
    refused(&with_rule(&rule(&query("(identifier) @x (#match? @x \"(a{999}){999}\")"), "m"), "aa"));
}

#[test]
fn rules_have_a_bounded_number_of_patterns() {
    let tree = Tree::new(&[PACKAGE, ("auditor.toml", "rule-packs = [\"rules\"]\n")]);
    for n in 0..600 {
        tree.write(&format!("rules/ci/r{n}.toml"), &rule(&expression("aa"), "m"));
    }
    assert!(refused(&tree).stderr.contains("at most 500 queries and expressions"));
}

#[test]
fn texts_of_rules_and_waivers_stay_texts() {
    let nasty = "<script>alert(1)</script> \u{1b}[31m\u{202e}\n::error::x\n=1+1 [a](javascript:alert(1)) | `b` ]]>";
    let tree = with_rule(&rule(&expression("aa"), nasty), "aa\n");
    let waiver = toml::Value::String(nasty.to_owned());
    tree.write(
        "auditor.toml",
        &format!(
            "rule-packs = [\"rules\"]\n[[waivers]]\nrule = \"deployment/container-image\"\npath = \"**\"\nreason = {waiver}\nowner = {waiver}\nexpires = \"2099-01-01\"\n\
             [rules.\"testing/load\"]\ndisabled = {waiver}\n"
        ),
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), report(tree.path(), &[]).to_string()).unwrap();
    for format in auditor::report::Format::all() {
        let text = super::names::formatted(folder.path(), format.name());
        super::names::assert_harmless(format.name(), &text);
        if format.name() == "html" {
            assert!(!text.contains("<script>alert") && !text.contains("href=\"javascript:"));
        }
        if format.name() == "markdown" {
            super::names::assert_plain_markdown(&text);
        }
        if format.name() == "annotations" {
            assert!(text.lines().all(|line| !line.starts_with("::error::")), "{text}");
        }
    }
    let ran = run(&["scan", "."], tree.path());
    super::names::assert_harmless("terminal", &String::from_utf8_lossy(&ran.stdout));
    super::names::assert_harmless("terminal", &ran.stderr);
}

#[test]
fn mistakes_in_names_do_not_act_on_the_terminal() {
    for text in
        ["profile = \"\\u001b[31mx\\u202e\"", "\"\\u001b]0;x\\u0007\" = 1", "[rules.\"\\u001b[2J\"]\nweight = 1"]
    {
        let ran = refused(&Tree::new(&[PACKAGE, ("auditor.toml", text)]));
        super::names::assert_harmless("terminal", &ran.stderr);
    }
}

#[test]
fn a_glob_of_a_pipeline_cannot_end_the_scan() {
    let long = "?".repeat(400_000);
    let tree = Tree::new(&[PACKAGE]);
    tree.write(".gitlab-ci.yml", &format!("include:\n  - local: '/{long}*.yml'\ntest:\n  script: [npm test]\n"));
    tree.write(".github/workflows/ci.yml", &format!("on:\n  pull_request:\n    paths: ['{long}']\njobs:\n  t:\n    runs-on: x\n    steps:\n      - uses: './{long}'\n      - run: npm test\n"));
    tree.write("package.json", &format!("{{\"name\": \"x\", \"workspaces\": [\"{long}\"]}}"));
    tree.write("pnpm-workspace.yaml", &format!("packages: ['{long}', '{}']\n", "{a,b}".repeat(50_000)));
    tree.write(".gitattributes", &format!("{} linguist-generated\n", "?".repeat(400_000)));
    tree.write(".gitignore", &format!("{}\n", "?".repeat(400_000)));
    let report = report(tree.path(), &[]);
    assert!(!says(&report, &["defect"]));
}
