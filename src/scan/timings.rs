//! How long a scan takes, by stage, rule, extractor and file: what `--timings` shows. Nothing of it reaches a report.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::extract::Spent;
use crate::facts::{RepoPath, RuleId};

/// What took how long.
#[derive(Debug, Clone, Default)]
pub struct Timings {
    /// The stages of the scan, in their order, by the clock.
    pub stages: Vec<(&'static str, Duration)>,
    /// The parts of reading files, added up over all threads.
    pub work: BTreeMap<Work, Duration>,
    /// What each extractor took, added up over all files.
    pub extractors: BTreeMap<&'static str, Cost>,
    /// What judging each rule took.
    pub rules: Vec<(RuleId, Duration)>,
    /// What each file took, with its size.
    pub files: Vec<(RepoPath, u64, Duration)>,
}

/// A part of the work on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Reading its bytes and deciding what it is for.
    Read,
    /// Searching it for the literals of extractors.
    Search,
    /// Making its syntax tree.
    Parse,
    /// Running extractors.
    Extract,
}

impl Work {
    /// The part in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "reading, roles",
            Self::Search => "search for literals",
            Self::Parse => "syntax trees",
            Self::Extract => "extractors",
        }
    }
}

/// What an extractor cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Its time, without the making of syntax trees.
    pub time: Duration,
    /// Files on which it ran.
    pub files: usize,
    /// Files that were parsed because it was the first to ask.
    pub parsed: usize,
}

/// Takes times where somebody asked for them, and does nothing otherwise.
#[derive(Debug, Default)]
pub struct Stopwatch {
    timings: Option<Mutex<Timings>>,
}

impl Stopwatch {
    /// One that takes times.
    pub fn running() -> Self {
        Self { timings: Some(Mutex::default()) }
    }

    /// Whether it takes times.
    pub const fn is_running(&self) -> bool {
        self.timings.is_some()
    }

    /// Does a stage of the scan.
    pub fn stage<T>(&self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = work();
        self.add(|timings| timings.stages.push((name, began.elapsed())));
        result
    }

    /// Adds what judging a rule took.
    pub(super) fn rule(&self, id: &RuleId, time: Duration) {
        self.add(|timings| timings.rules.push((id.clone(), time)));
    }

    /// Adds what a file took: to read it, and then to extract its facts.
    pub(super) fn file(&self, path: &RepoPath, bytes: u64, read: Duration, spent: &Spent) {
        self.add(|timings| {
            let extract: Duration = spent.extractors.iter().map(|(_, time)| *time).sum();
            let parts = [
                (Work::Read, read),
                (Work::Search, spent.search),
                (Work::Parse, spent.parse),
                (Work::Extract, extract),
            ];
            for (part, time) in parts {
                *timings.work.entry(part).or_default() += time;
            }
            for (name, time) in &spent.extractors {
                let cost = timings.extractors.entry(name).or_default();
                cost.time += *time;
                cost.files += 1;
                cost.parsed += usize::from(spent.parsed_for == Some(name));
            }
            timings.files.push((path.clone(), bytes, parts.iter().map(|(_, time)| *time).sum()));
        });
    }

    fn add(&self, change: impl FnOnce(&mut Timings)) {
        if let Some(timings) = &self.timings {
            change(&mut timings.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// What was taken, the slowest first.
    pub fn read(&self) -> Timings {
        let mut all = Timings::default();
        self.add(|timings| all = timings.clone());
        all.rules.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all.files.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn times_of_files_add_up_by_part_and_by_extractor() {
        let watch = Stopwatch::running();
        assert_eq!(watch.stage("reading", || 7), 7);
        for (path, factor) in [("a.ts", 1), ("b.ts", 3)] {
            let spent = Spent {
                search: MILLI * factor,
                parse: MILLI * 2 * factor,
                parsed_for: Some("console"),
                extractors: vec![("console", MILLI * factor), ("import", MILLI)],
            };
            watch.file(&path.into(), 10, MILLI, &spent);
        }
        let timings = watch.read();
        assert_eq!(timings.stages.len(), 1);
        assert_eq!(timings.work.into_values().collect::<Vec<_>>(), [MILLI * 2, MILLI * 4, MILLI * 8, MILLI * 6]);
        assert_eq!(timings.extractors["console"], Cost { time: MILLI * 4, files: 2, parsed: 2 });
        assert_eq!(timings.extractors["import"], Cost { time: MILLI * 2, files: 2, parsed: 0 });
        assert_eq!(timings.files[0], ("b.ts".into(), 10, MILLI * 14));
    }

    #[test]
    fn one_that_does_not_run_keeps_nothing() {
        let watch = Stopwatch::default();
        watch.stage("reading", || ());
        assert!(!watch.is_running() && watch.read().stages.is_empty());
    }
}
