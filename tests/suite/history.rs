//! Credentials that were removed from the tree are found where `--history` asks for them.

use std::path::Path;
use std::process::Command;

use auditor::config::Settings;
use auditor::scan::Auditor;

use crate::support::fakes::fake;

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];
    let status = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(status.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
}

fn messages(root: &Path, history: bool) -> Vec<String> {
    let settings = Settings { history, ..Settings::default() };
    let assessment = Auditor::new().unwrap().scan(root, "shop", &settings).unwrap();
    let outcome = assessment.outcomes.iter().find(|outcome| outcome.rule.id.as_str() == "secrets/hardcoded").unwrap();
    outcome.findings.iter().map(|finding| format!("{} {}", finding.place.path, finding.message)).collect()
}

#[test]
fn what_was_removed_is_found_with_its_commit_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    let token = fake("github-token", "history");
    for text in
        [format!("token = \"{token}\"\n"), format!("# moved\ntoken = \"{token}\"\n"), "token = read()\n".to_owned()]
    {
        std::fs::write(root.join("deploy.py"), text).unwrap();
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", "Change", "--date", "2026-01-02T03:04:05Z"]);
    }
    assert!(messages(root, false).is_empty());
    let found = messages(root, true);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("deploy.py ") && found[0].contains("on 2026-01-02"), "{found:?}");
    assert!(!found[0].contains(&token));
}

#[test]
fn what_the_tree_still_holds_is_found_once() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    let token = fake("github-token", "present");
    for text in [format!("token = \"{token}\"\n"), format!("# again\ntoken = \"{token}\"\n")] {
        std::fs::write(root.join("deploy.py"), text).unwrap();
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", "Change"]);
    }
    assert_eq!(messages(root, true).len(), 1);
}

#[test]
fn a_folder_without_a_history_makes_the_scan_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.py"), "x = 1\n").unwrap();
    let settings = Settings { history: true, ..Settings::default() };
    let assessment = Auditor::new().unwrap().scan(folder.path(), "shop", &settings).unwrap();
    assert!(assessment.is_incomplete());
}

#[test]
fn every_branch_of_the_past_is_searched_and_every_path_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    let (first, second) = (fake("github-token", "first"), fake("npm-token", "second"));
    let write = |path: &str, text: String| {
        std::fs::write(root.join(path), text).unwrap();
        git(root, &["add", "-A"]);
        git(root, &["commit", "-q", "-m", "Change", "--date", "2026-02-03T04:05:06Z"]);
    };
    write("a.py", "x = 1\n".to_owned());
    git(root, &["checkout", "-q", "-b", "other"]);
    write("b.py", format!("token = \"{first}\"\n"));
    write("c.py", format!("again = \"{first}\"\nother = \"{second}\"\n"));
    git(root, &["rm", "-q", "b.py", "c.py"]);
    git(root, &["commit", "-q", "-m", "Remove"]);
    git(root, &["checkout", "-q", "main"]);
    git(root, &["merge", "-q", "--no-ff", "-m", "Merge", "other"]);
    let found = messages(root, true);
    assert!(found.iter().all(|message| message.contains("on 2026-02-03")), "{found:?}");
    let in_path = |path: &str| found.iter().filter(|message| message.starts_with(path)).count();
    assert_eq!((in_path("b.py "), in_path("c.py ")), (1, 2), "{found:?}");
}
