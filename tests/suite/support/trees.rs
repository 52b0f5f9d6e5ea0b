//! Trees that tests make, and the binary run on them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A temporary tree.
pub(crate) struct Tree(tempfile::TempDir);

impl Tree {
    /// A tree of these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    /// Its root.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The same tree as a git repository with one commit of all files.
    pub(crate) fn git(self) -> Self {
        self.run(&["init", "-q", "-b", "main"]);
        self.commit("2026-11-01");
        self
    }

    /// Commits everything, dated.
    pub(crate) fn commit(&self, date: &str) {
        self.run(&["add", "-A"]);
        let time = format!("{date}T12:00:00+0000");
        let arguments =
            ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "--allow-empty", "-m", "x"];
        let mut command = Command::new("git");
        command.args(arguments).env("GIT_AUTHOR_DATE", &time).env("GIT_COMMITTER_DATE", &time);
        assert!(command.current_dir(self.path()).status().unwrap().success());
    }

    /// Runs git, which must succeed.
    pub(crate) fn run(&self, arguments: &[&str]) {
        let output = Command::new("git").args(arguments).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Runs the binary in a folder.
pub(crate) fn auditor(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_auditor"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}
