//! One pass over a file's bytes decides which extractors run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Wanted;
use super::extractor::{Demand, Extractor, Found, Hit};
use super::literals::Literals;
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

/// All extractors behind one search for literals.
pub struct Extractors {
    list: Vec<Box<dyn Extractor>>,
    demands: Vec<Asks>,
    literals: Literals,
    /// For each literal, who asked for it.
    owners: Vec<Vec<Owner>>,
}

/// The kind of an extractor's demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Nothing,
    Whether,
    Where,
}

impl Extractors {
    /// Prepares the search for the literals of every extractor.
    pub fn new(formats: Formats, signals: &Signals, patterns: &[Arc<Pattern>]) -> Self {
        Self::wanted(Wanted { formats, signals, patterns, kinds: None })
    }

    /// Those alone that make wanted facts.
    pub fn wanted(wanted: Wanted<'_>) -> Self {
        Self::of(super::all(wanted))
    }

    /// Those alone that find credentials.
    pub fn of_secrets(formats: Formats) -> Self {
        Self::of(super::secret::all(formats).into_iter().collect())
    }

    /// The same for a chosen list.
    pub fn of(list: Vec<Box<dyn Extractor>>) -> Self {
        let mut asked: Vec<(String, Owner)> = Vec::new();
        let mut demands = Vec::with_capacity(list.len());
        for (extractor, own) in list.iter().enumerate() {
            let (asks, literals) = match own.demand() {
                Demand::Always => (Asks::Nothing, Vec::new()),
                Demand::AnyOf(literals) => (Asks::Whether, literals),
                Demand::Positions(literals) => (Asks::Where, literals),
            };
            demands.push(asks);
            let own = literals.into_iter().enumerate();
            asked.extend(own.map(|(literal, text)| (text, Owner { extractor, literal })));
        }
        asked.sort_by(|(a, _), (b, _)| a.cmp(b));
        let groups = || asked.chunk_by(|(a, _), (b, _)| a == b);
        let literals = Literals::new(groups().filter_map(|group| group.first().map(|(text, _)| text.as_str())));
        let owners = groups().map(|group| group.iter().map(|(_, owner)| *owner).collect()).collect();
        Self { list, demands, literals, owners }
    }

    /// The facts of a file, within the limits that hold where nobody says others.
    pub fn extract(&self, file: &File, text: &str) -> Extracted {
        self.extract_within(file, text, Limits::default())
    }

    /// The facts of a file within limits.
    pub fn extract_within(&self, file: &File, text: &str, limits: Limits) -> Extracted {
        self.run(file, text, limits, None)
    }

    /// The same, and how long each part of the work took.
    pub fn extract_timed(&self, file: &File, text: &str, limits: Limits) -> (Extracted, Spent) {
        let mut spent = Spent::default();
        let extracted = self.run(file, text, limits, Some(&mut spent));
        (extracted, spent)
    }

    fn run(&self, file: &File, text: &str, limits: Limits, mut spent: Option<&mut Spent>) -> Extracted {
        let began = spent.is_some().then(Instant::now);
        let found = self.search(file, text);
        if let (Some(spent), Some(began)) = (spent.as_deref_mut(), began) {
            spent.search = began.elapsed();
        }
        let source = Source::within(file, text, limits);
        let mut facts = Found::new(file);
        for ((extractor, hits), awake) in self.list.iter().zip(&found.hits).zip(&found.awake) {
            if *awake != Some(true) {
                continue;
            }
            let began = spent.is_some().then(Instant::now);
            // A defect of ours costs one subject of one file, and is said; it must not cost the report.
            if catch_unwind(AssertUnwindSafe(|| extractor.extract(&source, hits, &mut facts))).is_err() {
                facts.crashed(extractor.name());
            }
            if let (Some(spent), Some(began)) = (spent.as_deref_mut(), began) {
                spent.add(extractor.name(), began.elapsed(), source.parsing());
            }
        }
        if let Some(refusal) = source.refusal() {
            facts.warn(crate::facts::Span::START, format!("not judged by its syntax: {refusal}"));
        }
        let was_parsed = source.has_tree();
        Extracted { facts: facts.facts, diagnostics: facts.diagnostics, was_parsed }
    }

    /// Which extractors run, and where the literals of those that ask for places occur.
    fn search(&self, file: &File, text: &str) -> Awake {
        let mut found = Awake { awake: vec![None; self.list.len()], hits: vec![Vec::new(); self.list.len()] };
        // Few extractors look at what nobody wrote: they are asked before the text is searched for the others.
        let mut asks = file.role.is_written();
        for ((extractor, demand), awake) in self.list.iter().zip(&self.demands).zip(&mut found.awake) {
            if *demand == Asks::Nothing {
                *awake = Some(extractor.wants(file));
            } else if !file.role.is_written() {
                let wants = extractor.wants(file);
                *awake = (!wants).then_some(false);
                asks |= wants;
            }
        }
        if asks {
            self.literals.find(text, |literal, at| {
                for owner in self.owners.get(literal).into_iter().flatten() {
                    self.hit(file, *owner, at, &mut found);
                }
            });
            found.hits.iter_mut().for_each(|list| list.sort_unstable());
        }
        found
    }

    /// Wakes an extractor, unless it does not want the file.
    fn hit(&self, file: &File, owner: Owner, at: usize, found: &mut Awake) {
        let index = owner.extractor;
        let (Some(extractor), Some(awake)) = (self.list.get(index), found.awake.get_mut(index)) else { return };
        if !*awake.get_or_insert_with(|| extractor.wants(file)) {
            return;
        }
        if let (Some(Asks::Where), Some(list)) = (self.demands.get(index), found.hits.get_mut(index)) {
            list.push(Hit { at, literal: owner.literal });
        }
    }
}

/// What the search in one file gave, by extractor.
struct Awake {
    /// Whether it runs; `None` where none of its literals occurs.
    awake: Vec<Option<bool>>,
    /// Where its literals occur, in order.
    hits: Vec<Vec<Hit>>,
}

/// How long the parts of one file's extraction took.
#[derive(Debug, Default)]
pub struct Spent {
    /// The search for literals.
    pub search: Duration,
    /// Making the syntax tree.
    pub parse: Duration,
    /// The extractor for which it was made.
    pub parsed_for: Option<&'static str>,
    /// Each extractor that ran, without the parsing.
    pub extractors: Vec<(&'static str, Duration)>,
}

impl Spent {
    /// Adds an extractor's time, of which all parsing is taken off that was not there before it.
    fn add(&mut self, extractor: &'static str, time: Duration, parsing: Duration) {
        let own = parsing.saturating_sub(self.parse);
        if !own.is_zero() {
            self.parsed_for = Some(extractor);
        }
        self.parse = parsing;
        self.extractors.push((extractor, time.saturating_sub(own)));
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
        let extractors = Extractors::of(vec![Box::new(Crashes)]);
        let path = RepoPath::from("a.ts");
        let file = File { path, bytes: 4, role: Role::Product, language: None, lines: 1 };
        let extracted = extractors.extract(&file, "boom");
        let [diagnostic] = extracted.diagnostics.as_slice() else { panic!("one diagnostic") };
        assert_eq!(diagnostic.level, Level::Error);
        assert!(diagnostic.message.contains("crashes"));
        assert!(extractors.extract(&file, "calm").diagnostics.is_empty());
    }
}
