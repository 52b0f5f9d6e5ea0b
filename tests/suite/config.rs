//! Configuration as a repository meets it: layers, locks, what a file may read, and what the commands print.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::trees::{Tree, auditor};

const APP: (&str, &str) = ("package.json", r#"{"name": "shop", "dependencies": {"express": "4"}}"#);
const SERVER: (&str, &str) =
    ("src/server.js", "const app = require('express')();\napp.get('/a', (q, r) => r.send('a'));\napp.listen(3000);\n");

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn report(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(output)))
}

fn rule<'a>(report: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == id).unwrap()
}

#[test]
fn the_file_is_found_upwards_and_weighs_grades_and_switches_off() {
    let text = "[rules.\"ci/pipeline\"]\nseverity = \"low\"\nweight = 1\n[rules.\"ci/rollback\"]\ndisabled = \"the platform does it\"\n";
    let tree = Tree::new(&[APP, SERVER, ("auditor.toml", text)]).git();
    let report = report(&auditor(&["scan", "src", "-f", "json"], tree.path()));
    assert_eq!(
        (rule(&report, "ci/pipeline")["severity"].as_str(), rule(&report, "ci/pipeline")["weight"].as_u64()),
        (Some("low"), Some(1))
    );
    let switched_off = rule(&report, "ci/rollback");
    assert_eq!(switched_off["status"], "not-applicable");
    assert!(switched_off["reason"].as_str().unwrap().contains("the platform does it"));
}

#[test]
fn a_file_above_the_root_of_the_repository_is_not_found() {
    let outer = Tree::new(&[("auditor.toml", "profile = \"infra\"\n")]);
    for (name, with_git) in [("a", true), ("b", false)] {
        let inner = outer.path().join(name);
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("package.json"), "{}").unwrap();
        if with_git {
            assert!(Command::new("git").args(["init", "-q"]).current_dir(&inner).status().unwrap().success());
        }
        let output = auditor(&["scan", "-f", "json", "--no-git"], &inner);
        assert_ne!(report(&output)["repository"]["profile"], "infra", "{name}");
    }
}

#[test]
fn a_mistake_is_status_two_with_its_place_and_the_nearest_name() {
    for (text, place, hint) in [
        ("[gates]\nfail-undr = 7\n", "auditor.toml:2:1", "did you mean `fail-under`?"),
        ("fail_under = 7\n", "auditor.toml:1:1", "did you mean `gates.fail-under`?"),
        ("locked = [\"gates.fail-undr\"]\n", "auditor.toml:1:", "did you mean `gates.fail-under`?"),
        ("[rules.\"ci/pipelin\"]\nweight = 2\n", "auditor.toml:2:1", "did you mean `ci/pipeline`?"),
        ("[categories.cii]\nweight = 2\n", "auditor.toml:2:1", "did you mean `ci`?"),
        ("profile = \"servic\"\n", "auditor.toml:1:12", "did you mean `service`?"),
        ("overlays = [\"helthcare\"]\n", "auditor.toml:1:14", "did you mean `healthcare`?"),
        ("[gates.max]\n\"ci/pipelin\" = 2\n", "auditor.toml:2:1", "did you mean `ci/pipeline`?"),
        ("[files]\nexclude = [\"../x\"]\n", "auditor.toml:2:13", "below the folder"),
        ("profile = \n", "auditor.toml:1:", ""),
    ] {
        let tree = Tree::new(&[APP, ("auditor.toml", text)]);
        let output = auditor(&["scan"], tree.path());
        assert_eq!(output.status.code(), Some(2), "{text}: {}", stderr(&output));
        assert!(stderr(&output).contains(place) && stderr(&output).contains(hint), "{text}: {}", stderr(&output));
    }
}

#[test]
fn a_hostile_file_reads_nothing_outside_unless_the_command_line_trusts_it() {
    let outer = Tree::new(&[
        ("policy.toml", "[categories.docs]\nweight = 9\n"),
        ("repo/auditor.toml", "extends = \"../policy.toml\"\n"),
        ("repo/package.json", "{}"),
    ]);
    let repo = outer.path().join("repo");
    assert!(Command::new("git").args(["init", "-q"]).current_dir(&repo).status().unwrap().success());
    let output = auditor(&["scan", "--no-git"], &repo);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("leads out of the repository") && stderr(&output).contains("--trust-config"));
    for arguments in [
        &["scan", "--no-git", "-f", "json", "--trust-config"][..],
        &["scan", "--no-git", "-f", "json", "--config", "auditor.toml"],
    ] {
        let report = report(&auditor(arguments, &repo));
        let docs = report["categories"].as_array().unwrap().iter().find(|category| category["id"] == "docs").unwrap();
        assert_eq!(docs["weight"], 9, "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_the_configuration_out_of_the_repository() {
    let outer = Tree::new(&[("outside/policy.toml", "profile = \"infra\"\n"), ("repo/package.json", "{}")]);
    let repo = outer.path().join("repo");
    std::os::unix::fs::symlink(outer.path().join("outside"), repo.join("linked")).unwrap();
    fs::write(repo.join("auditor.toml"), "extends = \"linked/policy.toml\"\n").unwrap();
    let output = auditor(&["scan", "--no-git"], &repo);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("leads out of the repository"), "{}", stderr(&output));
    fs::remove_file(repo.join("auditor.toml")).unwrap();
    std::os::unix::fs::symlink(outer.path().join("outside/policy.toml"), repo.join("auditor.toml")).unwrap();
    assert_eq!(auditor(&["scan", "--no-git"], &repo).status.code(), Some(2), "the file itself is a link");
}

#[test]
fn an_organisation_locks_what_the_repository_and_the_command_line_may_not_change() {
    let organisation = "locked = [\"gates.fail-under\"]\n[gates]\nfail-under = 1\n";
    let tree = Tree::new(&[
        APP,
        ("auditor.toml", "extends = \"policy.toml\"\n\n[gates]\nfail-under = 0\n"),
        ("policy.toml", organisation),
    ]);
    let output = auditor(&["scan"], tree.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("auditor.toml:4:1: `gates.fail-under` is locked at 1 by policy.toml:1"),
        "{}",
        stderr(&output)
    );
    fs::write(tree.path().join("auditor.toml"), "extends = \"policy.toml\"\n").unwrap();
    let output = auditor(&["scan", "--fail-under", "0"], tree.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--fail-under 0: `gates.fail-under` is locked"), "{}", stderr(&output));
    fs::write(tree.path().join("auditor.toml"), "[gates]\nfail-under = 0\n").unwrap();
    let output = auditor(&["scan", "--policy", "policy.toml"], tree.path());
    assert_eq!(output.status.code(), Some(2), "an organisation's file of the command line locks as well");
}

#[test]
fn config_prints_each_value_with_its_origin() {
    let tree = Tree::new(&[
        APP,
        SERVER,
        ("auditor.toml", "extends = \"policy.toml\"\noverlays = [\"payments\"]\n[categories.docs]\nweight = 2\n"),
        ("policy.toml", "[thresholds]\nready = 9\n"),
    ]);
    let output = auditor(&["config", ".", "--max-file-size", "3"], tree.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for (value, origin) in [
        ("categories.docs.weight = 2", "# auditor.toml:4 (repository)"),
        ("thresholds.ready = 9", "# policy.toml:2 (organisation)"),
        ("limits.max-file-size = 3", "# --max-file-size 3 (command line)"),
        ("categories.security.weight = 3", "# overlay payments"),
    ] {
        assert!(text.lines().any(|line| line.starts_with(value) && line.ends_with(origin)), "{value}: {text}");
    }
    assert!(text.starts_with("# Profile: service with payments\n"), "{text}");
    assert!(!text.contains("built-in"), "{text}");
    assert!(stdout(&auditor(&["config", "--all"], tree.path())).contains("# built-in"));
    toml::from_str::<toml::Table>(&text).unwrap();
}

#[test]
fn init_writes_a_file_that_scan_accepts_and_overwrites_none() {
    let tree = Tree::new(&[APP, SERVER]);
    let output = auditor(&["init"], tree.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = fs::read_to_string(tree.path().join("auditor.toml")).unwrap();
    assert!(text.contains("profile = \"service\"") && text.contains("fail-under = "), "{text}");
    assert!(text.contains("# \".\" = [\"service\"]"), "{text}");
    assert_eq!(auditor(&["scan"], tree.path()).status.code(), Some(0), "the gates are met today");
    let again = auditor(&["init"], tree.path());
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("exists already"));
}

#[test]
fn profiles_come_from_the_evidence_and_can_be_overridden() {
    let library = Tree::new(&[
        ("package.json", r#"{"name": "x", "main": "index.js", "version": "1.0.0"}"#),
        ("index.js", "exports.a = 1;\n"),
    ]);
    let profile = |arguments: &[&str], tree: &Tree| report(&auditor(arguments, tree.path()))["repository"].clone();
    assert_eq!(profile(&["scan", "-f", "json"], &library)["profile"], "library");
    assert_eq!(profile(&["scan", "-f", "json", "--profile", "cli"], &library)["profile"], "cli");
    let shop = Tree::new(&[
        ("package.json", r#"{"name": "shop", "dependencies": {"express": "4", "stripe": "14"}}"#),
        (
            "src/server.js",
            "const stripe = require('stripe')('x');\nconst app = require('express')();\napp.listen(1);\nstripe.charges.create();\n",
        ),
    ]);
    assert_eq!(profile(&["scan", "-f", "json"], &shop)["overlays"], serde_json::json!(["payments"]));
    assert_eq!(profile(&["scan", "-f", "json", "--overlay", "none"], &shop)["overlays"], serde_json::json!([]));
}

#[test]
fn an_overlay_raises_what_its_law_asks_for_and_only_where_such_records_are_handled() {
    let clinic = |handler: &str| {
        let package = r#"{"name": "clinic", "dependencies": {"express": "4", "fhir-kit-client": "1"}}"#;
        Tree::new(&[("package.json", package), SERVER, ("src/records.js", handler)])
    };
    let used =
        clinic("const Client = require('fhir-kit-client');\nexports.records = new Client({ baseUrl: '/fhir' });\n");
    let seen = report(&auditor(&["scan", "-f", "json"], used.path()));
    assert_eq!(seen["repository"]["overlays"], serde_json::json!(["healthcare"]));
    let plain = report(&auditor(&["scan", "-f", "json", "--overlay", "none"], used.path()));
    for (id, raised) in [
        ("observability/alerting", ("critical", 3)),
        ("observability/log-aggregation", ("high", 4)),
        ("deployment/backups", ("high", 4)),
        ("security/vulnerability-scanning", ("high", 5)),
    ] {
        let of = |report: &serde_json::Value| {
            let rule = rule(report, id);
            (rule["severity"].as_str().unwrap().to_owned(), rule["weight"].as_u64().unwrap())
        };
        assert_eq!(of(&seen), (raised.0.to_owned(), raised.1), "{id}");
        assert_ne!(of(&plain), of(&seen), "{id}");
    }
    let blockers = |report: &serde_json::Value| report["score"]["blockers"].to_string();
    assert!(blockers(&seen).contains("observability/alerting"), "what is critical by law blocks: {}", blockers(&seen));
    assert!(!blockers(&plain).contains("observability/alerting"));
    let declared = report(&auditor(&["scan", "-f", "json"], clinic("exports.records = [];\n").path()));
    assert_eq!(declared["repository"]["overlays"], serde_json::json!([]), "a package that nothing uses");
    let both =
        report(&auditor(&["scan", "-f", "json", "--overlay", "healthcare", "--overlay", "payments"], used.path()));
    assert_eq!(both["repository"]["overlays"], serde_json::json!(["healthcare", "payments"]));
    assert_eq!(rule(&both, "security/static-analysis")["severity"], "high");
}

#[test]
fn each_layer_wins_over_those_below() {
    let tree = Tree::new(&[APP, SERVER]);
    let weight = |arguments: &[&str]| {
        let output = auditor(&[&["config", ".", "--all"], arguments].concat(), tree.path());
        let text = stdout(&output);
        text.lines().find(|line| line.starts_with("categories.security.weight = ")).unwrap_or("").to_owned()
    };
    let ends = |line: String, value: &str, origin: &str| {
        assert!(line.contains(&format!("= {value} ")) && line.ends_with(origin), "{line}");
    };
    ends(weight(&[]), "2", "# built-in");
    ends(weight(&["--profile", "library"]), "3", "# profile library");
    ends(weight(&["--overlay", "payments"]), "3", "# overlay payments");
    fs::write(tree.path().join("policy.toml"), "[categories.security]\nweight = 4\n[gates]\nfail-under = 1\n").unwrap();
    fs::write(tree.path().join("auditor.toml"), "extends = \"policy.toml\"\noverlays = [\"payments\"]\n").unwrap();
    ends(weight(&[]), "4", "# policy.toml:2 (organisation)");
    let own = "extends = \"policy.toml\"\n[categories.security]\nweight = 5\n[gates]\nfail-under = 2\n";
    fs::write(tree.path().join("auditor.toml"), own).unwrap();
    ends(weight(&[]), "5", "# auditor.toml:3 (repository)");
    let gate = |arguments: &[&str]| {
        let seen = report(&auditor(&[&["scan", "-f", "json"], arguments].concat(), tree.path()));
        seen["governance"]["gates"][0]["asked"].as_str().unwrap().to_owned()
    };
    assert_eq!(gate(&[]), "2.0", "the repository over its organisation");
    assert_eq!(gate(&["--fail-under", "9"]), "9.0", "the command line over both");
}

#[test]
fn files_roles_and_kinds_are_what_the_file_says() {
    let text = "[files]\nexclude = [\"legacy/\"]\n[[roles]]\npaths = [\"src/**\"]\nrole = \"test\"\n[components]\n\".\" = [\"library\"]\n\"nowhere\" = [\"cli\"]\n";
    let tree = Tree::new(&[APP, SERVER, ("legacy/a.js", "console.log(1);\n"), ("auditor.toml", text)]);
    let report = report(&auditor(&["scan", "-f", "json"], tree.path()));
    assert_eq!(report["components"][0]["kinds"], serde_json::json!(["library"]));
    assert_eq!(report["repository"]["files"], 3);
    let diagnostics = report["diagnostics"].to_string();
    assert!(diagnostics.contains("leaves out 1 of 4 files") && diagnostics.contains("`nowhere`"), "{diagnostics}");
}

#[test]
fn a_rule_pack_adds_rules_and_its_mistakes_are_found() {
    let pack =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/observability/health-endpoint.toml"))
            .unwrap();
    let tree = Tree::new(&[
        APP,
        SERVER,
        ("auditor.toml", "rule-packs = [\"audit\"]\n"),
        ("audit/observability/own-health.toml", &pack),
    ]);
    let seen = report(&auditor(&["scan", "-f", "json"], tree.path()));
    assert_eq!(
        rule(&seen, "observability/own-health")["status"],
        rule(&seen, "observability/health-endpoint")["status"]
    );
    fs::write(tree.path().join("audit/observability/own-health.toml"), "titel = 1\n").unwrap();
    let output = auditor(&["scan"], tree.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("own-health.toml:1:1") && stderr(&output).contains("`title`"),
        "{}",
        stderr(&output)
    );
}
