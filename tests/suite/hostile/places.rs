//! What is no plain file: links, loops, pipes, sockets, devices, what may not be read, what changes meanwhile.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use auditor::config::{Listing, Settings};
use auditor::facts::Level;
use auditor::walk;

use super::{messages, report, run_command, says};
use crate::support::trees::Tree;

const PACKAGE: (&str, &str) = ("package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^5.0.0\"}}");

/// A word that stands outside of the tree alone.
const SECRET: &str = "outside-of-the-tree";

#[test]
fn links_that_lead_around_or_out_are_not_followed() {
    let outside =
        Tree::new(&[("secret.js", &format!("console.log('{SECRET}');\n")), ("deep/a.js", "console.log(2);\n")]);
    let tree = Tree::new(&[PACKAGE, ("src/a.js", "console.log(1);\n")]);
    symlink("..", tree.path().join("src/up")).unwrap();
    symlink("loop-b", tree.path().join("loop-a")).unwrap();
    symlink("loop-a", tree.path().join("loop-b")).unwrap();
    symlink(".", tree.path().join("self")).unwrap();
    symlink(outside.path().join("secret.js"), tree.path().join("src/secret.js")).unwrap();
    symlink(outside.path(), tree.path().join("src/elsewhere")).unwrap();
    symlink("/etc/passwd", tree.path().join(".env")).unwrap();
    symlink("/dev/zero", tree.path().join("src/zero.js")).unwrap();
    symlink("nowhere", tree.path().join("Dockerfile")).unwrap();
    let check = |arguments: &[&str]| {
        let report = report(tree.path(), arguments);
        let text = report.to_string();
        assert!(!text.contains(SECRET) && !text.contains("root:x:0"), "{arguments:?}");
        assert!(!text.contains("src/elsewhere/") && !text.contains("src/up/"), "{arguments:?}");
        let findings: Vec<_> =
            report["rules"].as_array().unwrap().iter().flat_map(|rule| rule["findings"].as_array().unwrap()).collect();
        assert!(findings.iter().all(|it| it["path"] != "src/secret.js" && it["path"] != ".env"), "{arguments:?}");
    };
    check(&[]);
    tree.run(&["init", "-q", "-b", "main"]);
    tree.commit("2026-11-01");
    check(&["--no-git"]);
    check(&[]);
    check(&["--history"]);
}

#[test]
fn a_link_to_a_file_of_the_tree_counts_as_that_file() {
    let tree = Tree::new(&[
        PACKAGE,
        ("src/server.js", "const app = require('express')();\napp.get('/a', (q, r) => r.send());\napp.listen(3000);\n"),
        (
            "Dockerfile",
            "FROM node:24-alpine\nWORKDIR /app\nCOPY . .\nUSER node\nEXPOSE 3000\nCMD [\"node\", \"src/server.js\"]\n",
        ),
        (".gitignore", "node_modules\n.env*\n.git\n"),
    ]);
    symlink(".gitignore", tree.path().join(".dockerignore")).unwrap();
    for arguments in [&["--no-git"][..], &[]] {
        let report = report(tree.path(), arguments);
        let rule = report["rules"]
            .as_array()
            .unwrap()
            .iter()
            .find(|rule| rule["id"] == "deployment/dockerignore")
            .unwrap()
            .clone();
        assert_eq!(rule["status"], "pass", "{arguments:?}: {rule}");
    }
}

#[test]
fn pipes_sockets_and_devices_are_not_opened() {
    let tree = Tree::new(&[PACKAGE, ("src/a.js", "console.log(1);\n")]);
    let made =
        Command::new("mkfifo").args(["src/pipe.js", "Dockerfile", "auditor.log"]).current_dir(tree.path()).status();
    assert!(made.unwrap().success());
    let _socket = UnixListener::bind(tree.path().join("src/socket.ts")).unwrap();
    // Only root may make devices.
    let _ = Command::new("mknod").args(["src/zero.py", "c", "1", "5"]).current_dir(tree.path()).output();
    let report = report(tree.path(), &["--no-git"]);
    assert!(says(&report, &["src/pipe.js", "neither a file nor a directory"]));
    assert!(says(&report, &["src/socket.ts", "neither a file nor a directory"]));
}

#[test]
fn a_tracked_file_that_became_a_pipe_is_not_opened() {
    let tree = Tree::new(&[PACKAGE, ("src/a.js", "console.log(1);\n"), ("auditor.toml", "")]).git();
    for path in ["src/a.js", "auditor.toml", ".gitattributes"] {
        let _ = fs::remove_file(tree.path().join(path));
        assert!(Command::new("mkfifo").arg(path).current_dir(tree.path()).status().unwrap().success());
    }
    let ran = super::run(&["scan", ".", "--format", "json"], tree.path());
    assert_eq!(ran.status, Some(2), "a configuration that is a pipe is refused: {}", ran.stderr);
    let report = report(tree.path(), &["--no-config"]);
    assert!(says(&report, &["error src/a.js", "no regular file"]), "{:?}", messages(&report));
}

#[test]
fn what_may_not_be_read_is_said_and_the_rest_is_judged() {
    let tree = Tree::new(&[
        PACKAGE,
        ("src/a.js", "console.log(1);\n"),
        ("src/b.js", "try { f(); } catch (e) {}\n"),
        ("lib/c.js", "f();\n"),
    ]);
    let mode =
        |path: &str, mode| fs::set_permissions(tree.path().join(path), fs::Permissions::from_mode(mode)).unwrap();
    mode("", 0o755);
    mode("src/a.js", 0o000);
    mode("lib", 0o000);
    // Root may read everything: the program is started as somebody who may not, from a place where that one may start it.
    let program = tempfile::tempdir().unwrap();
    fs::set_permissions(program.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let copy = program.path().join("auditor");
    fs::copy(env!("CARGO_BIN_EXE_auditor"), &copy).unwrap();
    let mut command = Command::new(&copy);
    command.args(["scan", ".", "--no-git", "--format", "json"]).current_dir(tree.path());
    if fs::read(tree.path().join("src/a.js")).is_ok() {
        command.uid(65534).gid(65534);
    }
    let ran = run_command(command);
    mode("lib", 0o755);
    assert_eq!(ran.status, Some(3), "{}", ran.stderr);
    let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(says(&report, &["error src/a.js", "not read: permission denied"]), "{:?}", messages(&report));
    assert!(says(&report, &["error lib", "not read: permission denied"]), "{:?}", messages(&report));
    assert!(report.to_string().contains("src/b.js"));
    let statuses = super::statuses(&report);
    let status = |rule: &str| statuses.iter().find(|(id, _)| id == rule).map(|(_, status)| status.as_str());
    assert_eq!(status("secrets/hardcoded"), Some("unknown"), "what was not read may hold one");
    assert_eq!(status("errors/swallowed"), Some("fail"), "what was found stays found");
}

#[test]
fn a_pipeline_that_was_not_read_is_no_missing_pipeline() {
    let tree = Tree::new(&[PACKAGE, ("src/a.js", "f();\n")]);
    assert_eq!(status_of(&tree, "ci/pipeline"), "fail");
    fs::create_dir_all(tree.path().join(".github/workflows")).unwrap();
    fs::write(tree.path().join(".github/workflows/ci.yml"), b"on: push\0\njobs: {}\n").unwrap();
    assert_eq!(status_of(&tree, "ci/pipeline"), "unknown");
}

fn status_of(tree: &Tree, rule: &str) -> String {
    let statuses = super::statuses(&report(tree.path(), &[]));
    statuses.into_iter().find(|(id, _)| id == rule).unwrap().1
}

#[test]
fn a_file_that_vanishes_or_changes_its_kind_is_said() {
    let tree = Tree::new(&[PACKAGE, ("src/a.js", "1\n"), ("src/b.js", "1\n"), ("src/c.js", "1\n")]);
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let list = walk::list(tree.path(), &settings).unwrap();
    fs::remove_file(tree.path().join("src/a.js")).unwrap();
    fs::remove_file(tree.path().join("src/b.js")).unwrap();
    symlink("/etc/passwd", tree.path().join("src/b.js")).unwrap();
    fs::write(tree.path().join("src/c.js"), "x".repeat(5000)).unwrap();
    let read = |path: &str, limit| {
        let listed = list.files.iter().find(|file| &*file.path == path).unwrap();
        walk::read(tree.path(), &listed.system_path, &listed.path, limit)
    };
    let gone = read("src/a.js", 99).diagnostic.unwrap();
    assert_eq!((gone.level, gone.message.as_str()), (Level::Error, "not read: entity not found"));
    let swapped = read("src/b.js", 9999);
    assert_eq!(
        (swapped.text.as_str(), swapped.diagnostic.unwrap().message.as_str()),
        ("", "not read: no regular file")
    );
    let grown = read("src/c.js", 99);
    assert!(grown.text.is_empty() && grown.diagnostic.unwrap().message.contains("over the limit"));
}

#[test]
fn a_tree_that_never_stands_still_gives_a_complete_report() {
    let tree = Tree::new(&[PACKAGE]);
    let names: Vec<String> = (0..200).map(|n| format!("src/{n}/a.js")).collect();
    let write = |name: &String| tree.write(name, "console.log(1);\n");
    names.iter().for_each(write);
    let tree = tree.git();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Also when an assertion fails.
        let _end = End(&is_over);
        scope.spawn(|| {
            let mut round = 0_usize;
            while !is_over.load(Ordering::Relaxed) {
                round += 1;
                for name in &names {
                    let path = tree.path().join(name);
                    // Each call may meet what the one before left: whatever happens, happens.
                    match round % 4 {
                        0 => drop(fs::write(&path, "x".repeat(round % 5000))),
                        1 => drop(fs::remove_file(&path)),
                        2 => drop(fs::remove_dir_all(path.parent().unwrap())),
                        _ => drop(fs::create_dir_all(&path).and_then(|()| symlink("/etc/passwd", path.join("b.js")))),
                    }
                }
            }
        });
        for arguments in [&[][..], &["--no-git"], &["--changed-since", "HEAD"]] {
            let ran = super::run(&[&["scan", ".", "--format", "json"], arguments].concat(), tree.path());
            assert!(matches!(ran.status, Some(0 | 1 | 3)), "{:?} {}", ran.status, ran.stderr);
            let report: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
            assert!(!report.to_string().contains("root:x:0"));
        }
    });
}

/// Ends the thread that changes the tree.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
