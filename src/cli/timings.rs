//! What `--timings` prints: where the time of a scan went.

use std::time::Duration;

use auditor::scan::{Cost, Timings};

use super::complain;

/// How many of the slowest are shown.
const SHOWN: usize = 10;

/// Prints the stages, and the slowest extractors, rules and files.
pub(super) fn print(timings: &Timings) {
    complain("stages, by the clock:");
    for (name, time) in &timings.stages {
        row(*time, name);
    }
    complain("reading, all threads together:");
    for (part, time) in &timings.work {
        row(*time, part.name());
    }
    let mut extractors: Vec<(&str, Cost)> = timings.extractors.iter().map(|(name, cost)| (*name, *cost)).collect();
    extractors.sort_by_key(|(_, cost)| std::cmp::Reverse(cost.time));
    complain("slowest extractors, all files together:");
    for (name, Cost { time, files, parsed }) in extractors.iter().take(SHOWN) {
        let first = if *parsed == 0 { String::new() } else { format!(", first to ask for {parsed} syntax trees") };
        row(*time, &format!("{name} ({files} files{first})"));
    }
    complain("slowest rules:");
    for (id, time) in timings.rules.iter().take(SHOWN) {
        row(*time, id.as_str());
    }
    complain("slowest files:");
    for (path, bytes, time) in timings.files.iter().take(SHOWN) {
        row(*time, &auditor::report::one_line(&format!("{path} ({bytes} bytes)")));
    }
}

fn row(time: Duration, what: &str) {
    complain(&format!("  {:>9.3} ms  {what}", time.as_secs_f64() * 1000.0));
}
