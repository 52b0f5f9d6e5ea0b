//! Repositories that were made to break the program: no crash, no hang, nothing read outside, nothing leaked, and a
//! complete report whatever they hold. Every tree is made at test time.

mod configuration;
mod encoding;
mod git;
mod limits;
mod names;
mod nesting;
mod places;
mod smoke;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// No hostile tree may take longer, in a debug build on a busy machine. What is quadratic takes minutes.
const PATIENCE: Duration = Duration::from_mins(2);

/// How deep things are nested.
const DEPTH: usize = 100_000;

/// What a run gave.
struct Run {
    /// The exit status, `None` where a signal ended it.
    status: Option<i32>,
    stdout: Vec<u8>,
    stderr: String,
    took: Duration,
}

/// Runs the binary in a folder and kills it when it takes too long.
fn run(arguments: &[&str], folder: &Path) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_auditor"));
    command.args(arguments).current_dir(folder);
    run_command(command)
}

fn run_command(mut command: Command) -> Run {
    let kept = tempfile::tempdir().unwrap();
    let (out, err) = (kept.path().join("out"), kept.path().join("err"));
    let began = Instant::now();
    command.stdin(Stdio::null()).stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let mut child = command.spawn().unwrap();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            break child.wait().unwrap();
        }
        sleep(Duration::from_millis(10));
    };
    let stderr = String::from_utf8_lossy(&std::fs::read(err).unwrap()).into_owned();
    Run { status: status.code(), stdout: std::fs::read(out).unwrap(), stderr, took: began.elapsed() }
}

/// The JSON report of a folder, which must be complete: every rule is judged, whatever lies there.
fn report(folder: &Path, more: &[&str]) -> Value {
    let arguments = [&["scan", ".", "--name", "hostile", "--format", "json"], more].concat();
    let ran = run(&arguments, folder);
    assert!(matches!(ran.status, Some(0 | 3)), "status {:?} after {:?}: {}", ran.status, ran.took, ran.stderr);
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let rules = report["rules"].as_array().unwrap().len();
    assert_eq!(rules as u64, report["tool"]["rules"].as_u64().unwrap(), "every rule has an outcome");
    for message in messages(&report) {
        assert!(!message.contains("a defect of auditor"), "{message}");
    }
    report
}

/// The diagnostics of a report, each as `level path: message`.
fn messages(report: &Value) -> Vec<String> {
    let diagnostics = report["diagnostics"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    diagnostics.map(|it| format!("{} {}: {}", text(&it["level"]), text(&it["path"]), text(&it["message"]))).collect()
}

/// Whether some diagnostic holds all of these words.
fn says(report: &Value, words: &[&str]) -> bool {
    messages(report).iter().any(|message| words.iter().all(|word| message.contains(word)))
}

/// The status of each rule.
fn statuses(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    report["rules"].as_array().unwrap().iter().map(|rule| (text(&rule["id"]), text(&rule["status"]))).collect()
}
