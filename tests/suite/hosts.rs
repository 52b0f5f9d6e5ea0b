//! What stands in the tree for CI systems: the action's script as a job runs it, and the files that hosts read.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use auditor::facts::{File, Role};
use auditor::syntax::Source;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the script of the action on the demo, with inputs as GitHub gives them.
fn run(folder: &Path, inputs: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command
        .arg(root().join(".ci/action"))
        .current_dir(folder)
        .env("AUDITOR", env!("CARGO_BIN_EXE_auditor"))
        .env("RUNNER_TEMP", folder)
        .env("GITHUB_OUTPUT", folder.join("output"))
        .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
        .env("INPUT_PATH", root().join("fixtures/demo"));
    for (name, value) in inputs {
        command.env(name, value);
    }
    command.output().unwrap()
}

#[cfg(unix)]
#[test]
fn the_action_writes_its_reports_its_outputs_and_the_page_of_the_job() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &[("INPUT_REPORTS", "auditor.sarif\njunit=tests.out\n")]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("auditor.sarif").contains("\"version\":\"2.1.0\""));
    assert!(read("tests.out").starts_with("<?xml"));
    assert!(read("summary.md").starts_with("## "));
    assert!(said.lines().any(|line| line.starts_with("::error file=")), "{said}");
    let outputs = read("output");
    let (score, json) = outputs.trim().split_once('\n').unwrap();
    assert!(score.strip_prefix("score=").unwrap().parse::<f64>().is_ok(), "{outputs}");
    assert!(Path::new(json.strip_prefix("json=").unwrap()).is_file(), "{outputs}");
}

#[cfg(unix)]
#[test]
fn the_action_fails_with_its_gate_after_the_reports_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = [("INPUT_FAIL_UNDER", "9.9"), ("INPUT_REPORTS", "auditor.html"), ("INPUT_ANNOTATIONS", "false")];
    let output = run(folder.path(), &inputs);
    assert_eq!(output.status.code(), Some(1));
    assert!(folder.path().join("auditor.html").is_file());
    assert!(!String::from_utf8_lossy(&output.stdout).contains("::error"));
    for (gate, status) in [(("INPUT_FAIL_ON", "low"), 1), (("INPUT_MIN_COVERAGE", "1"), 0)] {
        assert_eq!(run(folder.path(), &[gate]).status.code(), Some(status), "{gate:?}");
    }
}

/// The commands of the template's job, with its inputs, as a runner's shell gets them.
#[cfg(unix)]
#[test]
fn the_template_of_gitlab_writes_what_it_declares() {
    let text = fs::read_to_string(root().join(".ci/gitlab/auditor.yml")).unwrap();
    let (_, rest) = text.split_once("  script:\n    - ").unwrap();
    let (script, artifacts) = rest.split_once("  artifacts:\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_auditor")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(program.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    for (gate, status) in [("0", 0), ("9.9", 1)] {
        let output = Command::new("bash")
            .args(["-c", &script.replace('\n', " ")])
            .current_dir(folder.path())
            .env("PATH", path.as_ref().unwrap())
            .env("AUDITOR_PATH", root().join("fixtures/demo"))
            .env("AUDITOR_FAIL_UNDER", gate)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut named =
        artifacts.lines().filter_map(|line| line.rsplit([' ', ':']).next()).filter(|name| name.contains('.'));
    assert!(named.by_ref().all(|name| folder.path().join(name).is_file()), "{artifacts}");
}

#[test]
fn the_files_for_hosts_are_well_formed() {
    for (path, documents) in [
        ("action.yml", 1),
        (".pre-commit-hooks.yaml", 1),
        (".ci/gitlab/auditor.yml", 2),
        (".ci/examples/compliance-report.yml", 1),
    ] {
        let text = fs::read_to_string(root().join(path)).unwrap();
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
        let source = Source::new(&file, &text);
        assert_eq!(source.yaml().map(<[_]>::len).ok(), Some(documents), "{path}");
    }
    let action = fs::read_to_string(root().join("action.yml")).unwrap();
    let script = fs::read_to_string(root().join(".ci/action")).unwrap();
    for line in action.lines().filter_map(|line| line.trim().strip_prefix("INPUT_")) {
        let (name, _) = line.split_once(':').unwrap();
        assert!(script.contains(&format!("INPUT_{name}")), "the script does not read INPUT_{name}");
    }
}
