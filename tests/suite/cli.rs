//! The binary as a CI job meets it: exit statuses, files, errors.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn auditor(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_auditor"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_scan_without_gates_ends_well_whatever_it_finds() {
    let folder = tree(&[("src/index.js", "console.log(1);\n"), ("README.md", "# x\n")]);
    let output = auditor(&["scan"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).is_empty());
}

#[test]
fn timings_are_said_apart_and_change_no_report() {
    let folder = tree(&[("src/index.js", "console.log(1);\n"), ("README.md", "# x\n")]);
    let plain = auditor(&["scan", "--format", "json"], folder.path());
    let timed = auditor(&["scan", "--format", "json", "--timings"], folder.path());
    assert_eq!(plain.stdout, timed.stdout);
    let said = stderr(&timed);
    for part in ["loading", "reading", "judging", "syntax trees", "console (1 files", "src/index.js (16 bytes)"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_missed_gate_is_status_one_and_says_both_scores() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let output = auditor(&["scan", ".", "--no-git", "--fail-under", "9.5"], &demo);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--fail-under asks for 9.5"), "{}", stderr(&output));
}

#[test]
fn a_gate_that_is_met_is_status_zero() {
    let folder = tree(&[("src/index.js", "export const a = 1;\n")]);
    assert_eq!(auditor(&["scan", ".", "--fail-under", "0"], folder.path()).status.code(), Some(0));
}

#[test]
fn a_mistake_in_the_call_is_status_two_with_a_remedy() {
    let folder = tree(&[("a.js", "")]);
    for (arguments, hint) in [
        (&["scan", "nowhere"][..], "nowhere"),
        (&["scan", "a.js"][..], "not a directory"),
        (&["scan", "--fail-undr", "3"][..], "--fail-under"),
        (&["scan", "--fail-under", "12"][..], "from 0 to 10"),
        (&["scan", "-o", "report.pdf"][..], ".sarif"),
    ] {
        let output = auditor(arguments, folder.path());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(hint), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn nothing_scanned_is_incomplete() {
    let folder = tree(&[]);
    let output = auditor(&["scan"], folder.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("incomplete"));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_reported_and_makes_the_scan_incomplete() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tree(&[("src/a.js", "export {};\n"), ("src/b.js", "export {};\n")]);
    let path = folder.path().join("src/b.js");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // Root reads everything.
    }
    let output = auditor(&["scan", "--format", "json"], folder.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stdout).contains("src/b.js"));
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    let folder = tree(&[("src/a.js", "export {};\n")]);
    let outside = tree(&[("secret.js", "console.log('outside');\n")]);
    std::os::unix::fs::symlink(outside.path(), folder.path().join("out")).unwrap();
    std::os::unix::fs::symlink("..", folder.path().join("src/loop")).unwrap();
    let output = auditor(&["scan", "--format", "json"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(report.contains("\"files\": 1,"), "{report}");
}

#[test]
fn reports_are_written_in_the_format_of_their_names() {
    let folder = tree(&[("src/index.js", "export const a = 1;\n")]);
    let arguments = ["scan", "-o", "r.md", "-o", "r.json", "-o", "r.sarif", "-o", "r.txt"];
    let output = auditor(&arguments, folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("r.md").starts_with("# "));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&read("r.json")).unwrap()["schema_version"], "1");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&read("r.sarif")).unwrap()["version"], "2.1.0");
    assert!(!read("r.txt").contains('\u{1b}'));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5, "no temporary file is left");
}

#[test]
fn every_format_can_be_made_later_from_the_json_report() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let folder = tree(&[]);
    let kept = folder.path().join("audit.json");
    let output = auditor(&["scan", demo.to_str().unwrap(), "--no-git", "-o", kept.to_str().unwrap()], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let direct = auditor(&["scan", demo.to_str().unwrap(), "--no-git", "-f", "markdown"], folder.path());
    let later = auditor(&["report", "audit.json", "--format", "markdown", "-o", "junit=r.out"], folder.path());
    assert_eq!(later.status.code(), Some(0), "{}", stderr(&later));
    assert_eq!(String::from_utf8_lossy(&later.stdout), String::from_utf8_lossy(&direct.stdout));
    assert!(fs::read_to_string(folder.path().join("r.out")).unwrap().starts_with("<?xml"));
}

#[test]
fn what_is_no_report_is_a_mistake_that_says_so() {
    let folder = tree(&[("a.json", "{}"), ("b.json", r#"{"schema_version": "9"}"#)]);
    for (file, hint) in
        [("a.json", "not a JSON report"), ("b.json", "version 9"), ("none.json", "cannot read none.json")]
    {
        let output = auditor(&["report", file], folder.path());
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(stderr(&output).contains(hint), "{file}: {}", stderr(&output));
    }
}

#[test]
fn a_report_that_cannot_be_written_is_a_mistake_that_names_the_path() {
    let folder = tree(&[("src/index.js", "export const a = 1;\n")]);
    let output = auditor(&["scan", "-o", "no/such/folder/r.json"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no/such/folder/r.json"), "{}", stderr(&output));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = tree(&[("src/index.js", "export const a = 1;\n")]);
    let has_colour = |output: &Output| output.stdout.contains(&0x1b);
    assert!(!has_colour(&auditor(&["scan"], folder.path())));
    assert!(has_colour(&auditor(&["scan", "--color", "always"], folder.path())));
    assert!(!has_colour(&auditor(&["scan", "--color", "never"], folder.path())));
}

#[test]
fn inside_git_the_index_decides_and_outside_the_ignore_rules() {
    let folder = tree(&[
        (".gitignore", "ignored.js\n"),
        ("ignored.js", "export {};\n"),
        ("tracked.js", "export {};\n"),
        ("untracked.js", "export {};\n"),
    ]);
    let files = |arguments: &[&str]| {
        let output = auditor(arguments, folder.path());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (
            report["repository"]["files"].clone(),
            report["repository"]["commit"].clone(),
            report["repository"]["dirty"].clone(),
        )
    };
    assert_eq!(files(&["scan", "-f", "json"]).0, 3, "outside git");
    let git = |arguments: &[&str]| {
        let status = Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
        assert!(status.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", ".gitignore", "tracked.js"]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "x"]);
    let (count, commit, dirty) = files(&["scan", "-f", "json"]);
    assert_eq!((count, dirty), (2.into(), false.into()));
    assert_eq!(commit.as_str().unwrap().len(), 40);
    assert_eq!(files(&["scan", "-f", "json", "--no-git"]).0, 3);
    fs::write(folder.path().join("tracked.js"), "export const changed = 1;\n").unwrap();
    assert_eq!(files(&["scan", "-f", "json"]).2, true, "a changed file");
    git(&["add", "tracked.js"]);
    assert_eq!(files(&["scan", "-f", "json"]).2, true, "a staged change");
}

#[test]
fn a_rule_is_explained_and_a_slip_is_answered() {
    let folder = tree(&[]);
    let output = auditor(&["explain", "toothless-gate"], folder.path());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in ["`ci/toothless-gate`", "## What counts", "## Why", "## Remedy"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let slip = auditor(&["explain", "ci/pipelin"], folder.path());
    assert_eq!(slip.status.code(), Some(2));
    assert!(stderr(&slip).contains("did you mean `ci/pipeline`?"), "{}", stderr(&slip));
}

#[test]
fn a_remedy_is_shown_as_a_diff_and_written_only_on_request_and_only_once() {
    let folder =
        tree(&[("go.mod", "module example.org/shop\n\ngo 1.24\n"), ("main.go", "package main\n\nfunc main() {}\n")]);
    let workflow = folder.path().join(".github/workflows/ci.yml");
    let shown = auditor(&["fix", "ci/pipeline"], folder.path());
    let diff = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(diff.starts_with("--- /dev/null\n+++ b/.github/workflows/ci.yml\n@@ -0,0 +1,"), "{diff}");
    assert!(!workflow.exists() && stderr(&shown).contains("--write"), "{}", stderr(&shown));
    let written = auditor(&["fix", "pipeline", ".", "--write"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert!(fs::read_to_string(&workflow).unwrap().contains("go test ./..."));
    let again = auditor(&["fix", "ci/pipeline", ".", "--write"], folder.path());
    assert_eq!(again.status.code(), Some(0));
    assert!(stderr(&again).contains("nothing to create"), "{}", stderr(&again));
}

#[test]
fn quiet_says_nothing_and_still_judges() {
    let folder = tree(&[("src/index.js", "export const a = 1;\n")]);
    let output = auditor(&["scan", "-q", "-o", "r.json"], folder.path());
    assert!(output.stdout.is_empty() && output.stderr.is_empty() && folder.path().join("r.json").exists());
    let output = auditor(&["scan", "-q", "--fail-under", "10"], folder.path());
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let output = auditor(&["scan", "--verbose"], folder.path());
    assert!(stderr(&output).contains(" files, "), "{}", stderr(&output));
}

#[test]
fn shells_and_manuals_are_served() {
    let folder = tree(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = auditor(&["completions", shell], folder.path());
        assert!(String::from_utf8_lossy(&output.stdout).contains("explain"), "{shell}");
    }
    assert!(String::from_utf8_lossy(&auditor(&["man"], folder.path()).stdout).contains(".TH auditor"));
    let pages = auditor(&["man", "pages"], folder.path());
    assert_eq!(pages.status.code(), Some(0), "{}", stderr(&pages));
    assert!(folder.path().join("pages/auditor-scan.1").exists());
}

#[test]
fn help_names_the_exit_statuses() {
    let output = auditor(&["scan", "--help"], Path::new("."));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Exit status") && text.contains("--fail-under"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_tracked_folder_that_became_a_link_is_not_followed() {
    let folder = tree(&[("src/a.js", "export {};\n"), ("b.js", "export {};\n")]);
    let outside = tree(&[("a.js", "console.log('outside');\n")]);
    for arguments in [&["init", "-q"][..], &["add", "."]] {
        assert!(Command::new("git").args(arguments).current_dir(folder.path()).status().unwrap().success());
    }
    fs::remove_dir_all(folder.path().join("src")).unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join("src")).unwrap();
    let output = auditor(&["scan", "--format", "json"], folder.path());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["repository"]["files"], 1, "{}", stderr(&output));
    assert!(report["diagnostics"].to_string().contains("symbolic link"));
}

#[test]
fn code_that_is_not_read_makes_the_scan_incomplete() {
    let folder = tree(&[("src/a.js", "export {};\n"), ("src/b.js", "console.log(1);\0\n")]);
    let output = auditor(&["scan"], folder.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("src/b.js: not read"), "{}", stderr(&output));
}
