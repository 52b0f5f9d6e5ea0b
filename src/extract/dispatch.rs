//! One pass over a file's bytes decides which extractors run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};

use super::extractor::{Demand, Extractor, Found, Hit};
use super::pattern::Pattern;
use super::secret::Formats;
use crate::config::Limits;
use crate::facts::{Diagnostic, Fact, File};
use crate::signals::Signals;
use crate::syntax::Source;

/// What a file yields.
#[derive(Debug, Default)]
pub struct Extracted {
    /// Its facts, by extractor and then by place.
    pub facts: Vec<Fact>,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether a grammar parsed it.
    pub was_parsed: bool,
}

/// A literal's owner: which extractor asked, at which index of its list.
#[derive(Debug, Clone, Copy)]
struct Owner {
    extractor: usize,
    literal: usize,
}

/// All extractors behind one automaton.
pub struct Extractors {
    list: Vec<Box<dyn Extractor>>,
    demands: Vec<Demand>,
    automaton: AhoCorasick,
    /// For each pattern of the automaton, who asked for it.
    owners: Vec<Vec<Owner>>,
}

impl Extractors {
    /// Compiles the literals of every extractor into one automaton.
    pub fn new(formats: Formats, signals: &Signals, patterns: &[Arc<Pattern>]) -> Result<Self, BuildError> {
        Self::of(super::all(formats, signals, patterns))
    }

    /// Those alone that find credentials.
    pub fn of_secrets(formats: Formats) -> Result<Self, BuildError> {
        Self::of(super::secret::all(formats).into_iter().collect())
    }

    /// The same for a chosen list.
    pub fn of(list: Vec<Box<dyn Extractor>>) -> Result<Self, BuildError> {
        let demands: Vec<Demand> = list.iter().map(|extractor| extractor.demand()).collect();
        let mut owners: std::collections::BTreeMap<&str, Vec<Owner>> = std::collections::BTreeMap::new();
        for (extractor, demand) in demands.iter().enumerate() {
            if let Demand::AnyOf(literals) | Demand::Positions(literals) = demand {
                for (literal, text) in literals.iter().enumerate() {
                    owners.entry(text).or_default().push(Owner { extractor, literal });
                }
            }
        }
        // The table is built in milliseconds and searches a third faster than what the crate would choose.
        let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(owners.keys())?;
        let owners = owners.into_values().collect();
        Ok(Self { list, demands, automaton, owners })
    }

    /// The facts of a file, within the limits that hold where nobody says others.
    pub fn extract(&self, file: &File, text: &str) -> Extracted {
        self.extract_within(file, text, Limits::default())
    }

    /// The facts of a file within limits.
    pub fn extract_within(&self, file: &File, text: &str, limits: Limits) -> Extracted {
        let wanted: Vec<bool> = self.list.iter().map(|extractor| extractor.wants(file)).collect();
        if !wanted.contains(&true) {
            return Extracted::default();
        }
        let (awake, hits) = self.search(&wanted, text);
        let source = Source::within(file, text, limits);
        let mut found = Found::new(file);
        for (index, extractor) in self.list.iter().enumerate() {
            if awake.get(index) == Some(&true) {
                let hits = hits.get(index).map_or(&[][..], Vec::as_slice);
                // A defect of ours costs one subject of one file, and is said; it must not cost the report.
                if catch_unwind(AssertUnwindSafe(|| extractor.extract(&source, hits, &mut found))).is_err() {
                    found.crashed(extractor.name());
                }
            }
        }
        if let Some(refusal) = source.refusal() {
            found.warn(crate::facts::Span::START, format!("not judged by its syntax: {refusal}"));
        }
        let was_parsed = source.has_tree();
        Extracted { facts: found.facts, diagnostics: found.diagnostics, was_parsed }
    }

    /// Which extractors run, and where the literals of those that ask for positions occur.
    fn search(&self, wanted: &[bool], text: &str) -> (Vec<bool>, Vec<Vec<Hit>>) {
        let mut awake: Vec<bool> =
            self.demands.iter().zip(wanted).map(|(demand, &wanted)| wanted && *demand == Demand::Always).collect();
        let mut hits: Vec<Vec<Hit>> = vec![Vec::new(); self.list.len()];
        let asks = self.demands.iter().zip(wanted).any(|(demand, &wanted)| wanted && *demand != Demand::Always);
        if !asks {
            return (awake, hits);
        }
        for found in self.automaton.find_overlapping_iter(text) {
            for owner in self.owners.get(found.pattern().as_usize()).into_iter().flatten() {
                if wanted.get(owner.extractor) != Some(&true) {
                    continue;
                }
                if let Some(awake) = awake.get_mut(owner.extractor) {
                    *awake = true;
                }
                if let (Some(Demand::Positions(_)), Some(list)) =
                    (self.demands.get(owner.extractor), hits.get_mut(owner.extractor))
                {
                    list.push(Hit { at: found.start(), literal: owner.literal });
                }
            }
        }
        for list in &mut hits {
            list.sort_unstable();
        }
        (awake, hits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Level, RepoPath, Role};

    struct Crashes;

    impl Extractor for Crashes {
        fn name(&self) -> &'static str {
            "crashes"
        }

        fn demand(&self) -> Demand {
            Demand::AnyOf(vec!["boom".to_owned()])
        }

        fn wants(&self, _: &File) -> bool {
            true
        }

        fn extract(&self, _: &Source<'_>, _: &[Hit], _: &mut Found<'_>) {
            panic!("a defect of this test");
        }
    }

    #[test]
    fn an_extractor_that_crashes_makes_the_scan_incomplete_and_stops_nothing_else() {
        let extractors = Extractors::of(vec![Box::new(Crashes)]).unwrap();
        let path = RepoPath::from("a.ts");
        let file = File { path, bytes: 4, role: Role::Product, language: None, lines: 1 };
        let extracted = extractors.extract(&file, "boom");
        let [diagnostic] = extracted.diagnostics.as_slice() else { panic!("one diagnostic") };
        assert_eq!(diagnostic.level, Level::Error);
        assert!(diagnostic.message.contains("crashes"));
        assert!(extractors.extract(&file, "calm").diagnostics.is_empty());
    }
}
