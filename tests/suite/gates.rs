//! Gates, waivers and baselines as a pipeline meets them.

use std::process::Output;

use crate::support::trees::{Tree, auditor};

const APP: (&str, &str) = ("package.json", r#"{"name": "shop", "dependencies": {"express": "4"}}"#);
const SERVER: (&str, &str) = (
    "src/server.js",
    "const app = require('express')();\napp.get('/a', (q, r) => r.send('a'));\nconsole.log('up');\napp.listen(3000);\n",
);
const RULE: &str = "observability/console-logging";

fn shop() -> Tree {
    Tree::new(&[APP, SERVER]).git()
}

fn waiver(expires: &str) -> String {
    format!(
        "[[waivers]]\nrule = \"{RULE}\"\npath = \"src/**\"\nreason = \"a demo\"\nowner = \"ann@example.org\"\nexpires = \"{expires}\"\n"
    )
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn report(arguments: &[&str], tree: &Tree) -> serde_json::Value {
    let arguments: Vec<&str> = ["scan", "-f", "json"].iter().chain(arguments).copied().collect();
    let output = auditor(&arguments, tree.path());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)))
}

fn rule(report: &serde_json::Value) -> &serde_json::Value {
    report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == RULE).unwrap()
}

/// The exit status with what was said.
#[track_caller]
fn scan(arguments: &[&str], tree: &Tree, status: i32) -> String {
    let arguments: Vec<&str> = ["scan"].iter().chain(arguments).copied().collect();
    let output = auditor(&arguments, tree.path());
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", stderr(&output));
    stderr(&output)
}

#[test]
fn a_waiver_accepts_until_it_expires_and_is_listed() {
    let tree = shop();
    assert_eq!(rule(&report(&[], &tree))["status"], "fail");
    tree.write("auditor.toml", &waiver("2026-11-30"));
    let accepted = report(&[], &tree);
    assert_eq!(rule(&accepted)["status"], "pass");
    assert_eq!(rule(&accepted)["findings"], serde_json::json!([]));
    let waived = &accepted["waived"][0];
    assert_eq!((waived["owner"].as_str(), waived["expires"].as_str()), (Some("ann@example.org"), Some("2026-11-30")));
    assert_eq!(waived["line"], 3);
    for format in ["markdown", "sarif-full", "terminal"] {
        let output = auditor(&["scan", "-f", format], tree.path());
        assert!(String::from_utf8_lossy(&output.stdout).contains("a demo"), "{format}");
    }
    let expired = report(&["--date", "2026-12-01"], &tree);
    assert_eq!(rule(&expired)["status"], "fail");
    assert!(expired["diagnostics"].to_string().contains("has expired on 2026-11-30"), "{}", expired["diagnostics"]);
    assert_eq!(rule(&report(&["--date", "2026-11-30"], &tree))["status"], "pass", "the last day counts");
    let without = report(&["--no-waivers"], &tree);
    assert_eq!((rule(&without)["status"].as_str(), without["waived"].as_array().unwrap().len()), (Some("fail"), 0));
}

#[test]
fn without_any_date_a_waiver_that_expires_does_not_count() {
    let tree = Tree::new(&[APP, SERVER, ("auditor.toml", &waiver("2099-01-01"))]);
    let seen = report(&[], &tree);
    assert_eq!(rule(&seen)["status"], "fail");
    assert!(seen["diagnostics"].to_string().contains("give `--date`"));
    assert_eq!(rule(&report(&["--date", "2026-11-25"], &tree))["status"], "pass");
}

#[test]
fn a_waiver_may_name_one_finding_and_one_that_matches_nothing_is_said() {
    let tree = shop();
    let fingerprint = rule(&report(&[], &tree))["findings"][0]["fingerprint"].as_str().unwrap().to_owned();
    let one = waiver("2026-12-31").replace("path = \"src/**\"", &format!("fingerprint = \"{fingerprint}\""));
    tree.write("auditor.toml", &format!("{one}\n{}", waiver("2026-12-31").replace("src/**", "lib/**")));
    let seen = report(&[], &tree);
    assert_eq!(rule(&seen)["status"], "pass");
    let unused: Vec<_> =
        seen["diagnostics"].as_array().unwrap().iter().filter(|it| it["path"] == "auditor.toml").collect();
    assert_eq!(unused.len(), 1, "{unused:?}");
    assert!(unused[0]["message"].as_str().unwrap().contains("accepts nothing"));
}

#[test]
fn a_comment_accepts_its_line_with_a_reason() {
    let tree = shop();
    let with = |comment: &str| {
        tree.write(
            "src/server.js",
            &SERVER.1.replace("console.log('up');", &format!("console.log('up'); // {comment}")),
        );
        report(&[], &tree)
    };
    let accepted = with(&format!("auditor:ignore {RULE} -- seen in a demo"));
    assert_eq!(rule(&accepted)["status"], "pass");
    assert_eq!(
        (accepted["waived"][0]["reason"].as_str(), &accepted["waived"][0]["owner"]),
        (Some("seen in a demo"), &serde_json::Value::Null)
    );
    for (comment, said) in [
        (format!("auditor:ignore {RULE}"), "needs a reason"),
        (
            "auditor:ignore observability/console-loging -- why".to_owned(),
            "did you mean `observability/console-logging`?",
        ),
        ("auditor:ignore ci/pipeline -- why".to_owned(), ""),
    ] {
        let seen = with(&comment);
        assert_eq!(rule(&seen)["status"], "fail", "{comment}");
        assert!(seen["diagnostics"].to_string().contains(said), "{comment}: {}", seen["diagnostics"]);
    }
}

#[test]
fn fingerprints_survive_lines_that_move_and_files_that_are_renamed() {
    let tree = shop();
    let prints = |tree: &Tree| {
        let report = report(&[], tree);
        let mut all: Vec<String> = report["rules"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|rule| rule["findings"].as_array().unwrap().clone())
            .map(|finding| finding["fingerprint"].as_str().unwrap().to_owned())
            .collect();
        all.sort();
        all
    };
    let before = prints(&tree);
    tree.write("src/server.js", &format!("// moved\n\n{}", SERVER.1.replace("console", "  console")));
    assert_eq!(prints(&tree), before, "lines moved");
    tree.run(&["mv", "src/server.js", "src/main.js"]);
    assert_eq!(prints(&tree), before, "the file is renamed");
}

#[test]
fn a_baseline_lets_old_findings_pass_and_names_the_new_one() {
    let tree = shop();
    let recorded = auditor(&["baseline", "-o", "known.json"], tree.path());
    assert_eq!(recorded.status.code(), Some(0), "{}", stderr(&recorded));
    scan(&["--baseline", "known.json"], &tree, 0);
    scan(&["--fail-on", "low"], &tree, 1);
    tree.write("src/a.js", "export function a() {\n  console.log('up');\n}\n");
    tree.run(&["add", "-A"]);
    let said = scan(&["--baseline", "known.json"], &tree, 1);
    assert!(said.contains("1 new finding") && said.contains("src/a.js:2"), "the new place is named: {said}");
    scan(&["--baseline", "known.json", "--fail-on", "high"], &tree, 0);
    assert!(scan(&["--baseline", "nothing.json"], &tree, 2).contains("auditor baseline -o"));
    tree.write("auditor.toml", "[gates]\nbaseline = \"known.json\"\n");
    scan(&[], &tree, 1);
}

#[test]
fn every_gate_says_what_it_asks_and_why_it_is_missed() {
    let tree = shop();
    for (arguments, said) in [
        (&["--fail-under", "9.5"][..], "--fail-under asks for 9.5"),
        (&["--fail-under", "ci=6"], "`ci` scores 0.0, and --fail-under asks for 6.0"),
        (&["--fail-on", "critical"], "of severity critical, and --fail-on allows none"),
        (
            &["--max", "observability/console-logging=0"],
            "1 finding of observability/console-logging, and --max allows 0",
        ),
    ] {
        let text = scan(arguments, &tree, 1);
        assert!(text.starts_with("gate missed: ") && text.contains(said), "{arguments:?}: {text}");
    }
    scan(&["--max", "observability/console-logging=1", "--min-coverage", "50", "--fail-under", "0"], &tree, 0);
    assert!(scan(&["--max", "observability/console-loging=1"], &tree, 2).contains("did you mean"));
    let seen = report(&["--fail-under", "9.5"], &tree);
    assert_eq!(seen["governance"]["gates"][0]["met"], false);
    let markdown = auditor(&["scan", "-f", "markdown", "--fail-under", "9.5"], tree.path());
    assert!(String::from_utf8_lossy(&markdown.stdout).contains("Gates\n"), "a section of the report");
}

#[test]
fn a_gate_may_stand_in_the_configuration_and_is_missed_with_its_place() {
    let tree = shop();
    tree.write("auditor.toml", "[gates]\nfail-under = 9\nfail-on = \"critical\"\n[gates.categories]\nci = 6\n");
    let said = scan(&[], &tree, 1);
    for part in ["auditor.toml:2", "auditor.toml:3", "`ci` scores 0.0", "auditor.toml:5"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn what_could_not_be_judged_can_be_too_much() {
    let tree = Tree::new(&[
        (
            "build.sbt",
            "name := \"orders\"\nlibraryDependencies += \"com.typesafe.akka\" %% \"akka-http\" % \"10.5.0\"\n",
        ),
        (
            "src/main/scala/Main.scala",
            "object Main extends App {\n  Http().newServerAt(\"0.0.0.0\", 8080).bind(routes)\n}\n",
        ),
        ("auditor.toml", "[components]\n\".\" = [\"service\"]\n"),
    ])
    .git();
    let said = scan(&["--min-coverage", "100"], &tree, 1);
    assert!(said.starts_with("gate missed: ") && said.contains("--min-coverage asks for 100"), "{said}");
    scan(&["--min-coverage", "50"], &tree, 0);
}

#[test]
fn a_ratchet_allows_no_step_back() {
    let tree = shop();
    assert_eq!(auditor(&["baseline", "-o", "record.json"], tree.path()).status.code(), Some(0));
    scan(&["--ratchet", "record.json"], &tree, 0);
    tree.write("src/db.js", "const password = '';\ntry { a(); } catch (e) {}\n");
    tree.write(".env", "A=1\n");
    tree.run(&["add", "-f", "."]);
    let said = scan(&["--ratchet", "record.json"], &tree, 1);
    assert!(said.contains("fell from") && said.contains("by the record of "), "{said}");
}

#[test]
fn a_change_answers_for_the_lines_that_it_touches() {
    let tree = shop();
    tree.run(&["checkout", "-q", "-b", "topic"]);
    tree.write("src/server.js", &SERVER.1.replace("'a'", "'b'"));
    scan(&["--changed-since", "main"], &tree, 0);
    tree.write("src/server.js", &format!("{}console.log('new');\n", SERVER.1));
    let said = scan(&["--changed-since", "main"], &tree, 1);
    assert!(said.contains("src/server.js:5") && said.contains("in what the change touches"), "{said}");
    tree.commit("2026-11-02");
    scan(&["--changed-since", "main"], &tree, 1);
    scan(&["--changed-since", "main", "--fail-on", "high"], &tree, 0);
    assert!(scan(&["--changed-since", "nowhere"], &tree, 2).contains("fetch-depth"));
    let plain = Tree::new(&[APP]);
    assert!(scan(&["--changed-since", "main"], &plain, 2).contains("needs git"));
}

#[test]
fn a_branch_answers_for_the_migrations_that_it_adds() {
    let tree = Tree::new(&[
        ("package.json", r#"{"name": "shop", "dependencies": {"@prisma/client": "6", "prisma": "6", "pg": "8"}}"#),
        ("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
        (
            "prisma/migrations/20240101000000_a/migration.sql",
            "CREATE TABLE \"a\" (\"id\" INT, \"b\" INT, \"c\" INT);\n",
        ),
        ("prisma/migrations/20240201000000_b/migration.sql", "ALTER TABLE \"a\" DROP COLUMN \"b\";\n"),
    ])
    .git();
    let drops = |arguments: &[&str]| {
        let seen = report(arguments, &tree);
        let rules = seen["rules"].as_array().unwrap().clone();
        rules.into_iter().find(|rule| rule["id"] == "migrations/drop-column").unwrap()["reason"].clone()
    };
    assert_eq!(drops(&[]), "1 finding in 1 file", "on the default branch the newest are news");
    tree.write("auditor.toml", "[migrations]\nrecent = 0\n");
    assert_eq!(drops(&[]), "1 finding in 1 file, all of older migrations, which weigh less");
    tree.run(&["checkout", "-q", "-b", "topic"]);
    tree.write("auditor.toml", "[migrations]\nrecent = 10\n");
    tree.write("prisma/migrations/20240301000000_c/migration.sql", "ALTER TABLE \"a\" DROP COLUMN \"c\";\n");
    tree.commit("2026-11-02");
    assert_eq!(drops(&[]), "2 findings in 2 files: 1 in recent migrations, 1 in older ones, which weigh less");
    let said = scan(&["--changed-since", "main"], &tree, 1);
    assert!(said.contains("20240301000000_c") && !said.contains("20240201000000_b"), "{said}");
}

#[test]
fn a_change_cannot_weaken_its_own_gate() {
    let tree = Tree::new(&[APP, SERVER, ("auditor.toml", "[gates]\nfail-under = 9\n")]).git();
    tree.run(&["checkout", "-q", "-b", "topic"]);
    tree.write("auditor.toml", &format!("[gates]\nfail-under = 1\n{}", waiver("2026-12-31")));
    tree.write(
        "src/server.js",
        &SERVER.1.replace("console.log('up');", &format!("console.log('up'); // auditor:ignore {RULE} -- mine")),
    );
    tree.commit("2026-11-02");
    scan(&[], &tree, 0);
    let said = scan(&["--policy-from", "main"], &tree, 1);
    assert!(said.contains("loosens the policy") && said.contains("`gates.fail-under` goes from 9 to 1"), "{said}");
    assert!(said.contains("asks for 9.0"), "{said}");
    let seen = report(&["--policy-from", "main"], &tree);
    assert_eq!(rule(&seen)["status"], "fail", "neither the waiver nor the comment counts");
    assert_eq!(seen["governance"]["loosened"].as_array().unwrap().len(), 2);
    assert_eq!(seen["governance"]["policy_commit"].as_str().unwrap().len(), 40);
    assert!(seen["diagnostics"].to_string().contains("is new since the commit"));
    assert!(scan(&["--policy-from", "nowhere"], &tree, 2).contains("nowhere"));
}

#[test]
fn a_framework_is_a_section_of_evidence_and_no_claim() {
    let tree = shop();
    let seen = report(&["--framework", "soc2"], &tree);
    let controls = seen["governance"]["frameworks"][0]["controls"].as_array().unwrap().clone();
    let control = |id: &str| controls.iter().find(|control| control["id"] == id).unwrap();
    assert_eq!(control("CC6.2")["status"], "not-assessable");
    assert!(control("CC8.1")["lacks"].to_string().contains("ci/pipeline"));
    let markdown = auditor(&["scan", "-f", "markdown", "--framework", "soc2"], tree.path());
    let text = String::from_utf8_lossy(&markdown.stdout).into_owned();
    assert!(text.contains("Evidence for SOC 2") && !text.to_lowercase().contains("compliant"), "{text}");
    let numbers: Vec<usize> =
        text.lines().filter_map(|line| line.strip_prefix("## ")?.split_once(". ")?.0.parse().ok()).collect();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "the sections are out of order");
    let whole = auditor(&["scan", "-f", "markdown", "--framework", "iso27001"], tree.path());
    let whole = String::from_utf8_lossy(&whole.stdout).into_owned();
    let outside: Vec<&str> = whole.lines().filter(|line| line.starts_with("| A.7.1, A.7.2, ")).collect();
    assert_eq!(outside.len(), 1, "controls of which the same is said share a line");
    assert!(scan(&["--framework", "soc3"], &tree, 2).contains("did you mean `soc2`?"));
    let list = auditor(&["frameworks"], tree.path());
    assert_eq!(String::from_utf8_lossy(&list.stdout).lines().count(), 10);
    assert_eq!(auditor(&["frameworks", "pci-dss"], tree.path()).status.code(), Some(0));
}

#[test]
fn the_score_is_explained_by_terms_that_add_up() {
    let tree = shop();
    let output = auditor(&["explain-score", "--reach", "6"], tree.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().find(|line| line.starts_with("Overall: ")).unwrap();
    let (terms, sum) = line.trim_start_matches("Overall: ").split_once(" = ").unwrap();
    let terms: f64 = terms.split(" + ").map(|term| term.parse::<f64>().unwrap()).sum();
    assert!((terms - sum.parse::<f64>().unwrap()).abs() < 0.06, "{line}");
    assert!(text.contains("What gains most per hour") && text.contains("The least effort that reaches 6.0"), "{text}");
}
