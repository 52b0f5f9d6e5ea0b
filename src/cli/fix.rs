//! `auditor fix`: the files that a remedy would create, as a diff, and on request in the tree. Nothing that exists is ever
//! changed.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};
use auditor::rules::{NewFile, Outcome, Status};
use auditor::scan::Stopwatch;

use super::args::{Fix, Reading};
use super::output::print;
use super::rule::find;
use super::scan::directory_name;
use super::{Exit, complain};

pub(super) fn run(arguments: &Fix) -> Result<Exit> {
    let Reading { threads, .. } = arguments.reading;
    let prepared = arguments.policy.prepare(&arguments.path, arguments.reading.listing(), threads, Vec::new())?;
    let auditor = &prepared.auditor;
    let wanted = arguments.rule.as_ref().map(|rule| find(&auditor.catalogue, rule).map(|rule| rule.id.clone()));
    let wanted = wanted.transpose()?;
    let name = directory_name(&arguments.path);
    let assessment =
        auditor.audit(&arguments.path, &name, &prepared.settings, &prepared.policy, &Stopwatch::default())?;
    let Some(id) = wanted else { return list(&assessment.outcomes) };
    let Some(outcome) = assessment.outcomes.iter().find(|outcome| outcome.rule.id == id) else {
        bail!("{id} was not judged");
    };
    match outcome.status {
        Status::Partial | Status::Fail => {}
        Status::Pass | Status::NotApplicable | Status::Unknown => {
            complain(&format!("nothing to create: {id} is {} here ({})", outcome.status.name(), outcome.reason));
            return Ok(Exit::Clean);
        }
    }
    let files = outcome.advice.iter().flat_map(|advice| &advice.files);
    let mut count = 0;
    for file in files {
        count += 1;
        if arguments.write {
            create(&arguments.path, file)?;
        }
        print(&diff(file))?;
        if arguments.write {
            complain(&format!("created {}", file.path));
        }
    }
    if count == 0 {
        complain(&format!("no file mends {id}; what to do:"));
        print(&format!("{}\n", outcome.remedy()))?;
    } else if !arguments.write {
        complain(&format!("nothing was written: --write creates the files above\nthen: {}", outcome.remedy()));
    }
    Ok(Exit::Clean)
}

/// The rules that have files for this repository.
fn list(outcomes: &[Outcome]) -> Result<Exit> {
    let mut text = String::new();
    for outcome in outcomes {
        for file in outcome.advice.iter().flat_map(|advice| &advice.files) {
            let _ = writeln!(text, "{:<36} {}", outcome.rule.id.as_str(), file.path);
        }
    }
    if text.is_empty() {
        complain("no rule has files for this repository");
    }
    print(&text)?;
    Ok(Exit::Clean)
}

/// A unified diff that creates a file.
fn diff(file: &NewFile) -> String {
    let lines = file.text.lines().count();
    let mut text = format!("--- /dev/null\n+++ b/{}\n@@ -0,0 +1,{lines} @@\n", file.path);
    for line in file.text.lines() {
        let _ = writeln!(text, "+{line}");
    }
    text
}

/// Creates a file below the root, and nowhere else: no folder on the way may be a link.
fn create(root: &Path, file: &NewFile) -> Result<()> {
    let mut folder = root.to_path_buf();
    let parts: Vec<&str> = file.path.split('/').collect();
    let (name, folders) = parts.split_last().context("a file without a name")?;
    for part in folders {
        folder.push(part);
        match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => bail!("cannot create {}: {} is no folder", file.path, folder.display()),
            Err(_) => fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?,
        }
    }
    let mut created = OpenOptions::new().write(true).create_new(true).open(folder.join(name)).map_err(|error| {
        match error.kind() {
            ErrorKind::AlreadyExists => anyhow!("{} exists already: nothing is overwritten", file.path),
            _ => anyhow!("cannot create {}: {error}", file.path),
        }
    })?;
    created.write_all(file.text.as_bytes()).with_context(|| format!("cannot write {}", file.path))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> NewFile {
        NewFile { path: path.to_owned(), text: "a\nb\n".to_owned() }
    }

    #[test]
    fn a_diff_can_be_applied() {
        assert_eq!(diff(&file("x/y.sh")), "--- /dev/null\n+++ b/x/y.sh\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    #[test]
    fn what_exists_is_never_overwritten() {
        let root = tempfile::tempdir().unwrap();
        create(root.path(), &file("x/y.sh")).unwrap();
        fs::write(root.path().join("x/y.sh"), "mine").unwrap();
        assert!(create(root.path(), &file("x/y.sh")).is_err());
        assert_eq!(fs::read_to_string(root.path().join("x/y.sh")).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_tree() {
        let [root, outside] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        std::os::unix::fs::symlink(outside.path(), root.path().join("x")).unwrap();
        assert!(create(root.path(), &file("x/y.sh")).is_err());
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
