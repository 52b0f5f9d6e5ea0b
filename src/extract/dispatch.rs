//! One pass over a file's bytes decides which extractors run.

use aho_corasick::{AhoCorasick, BuildError};

use super::extractor::{Demand, Extractor, Found, Hit};
use super::secret::Formats;
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
    pub fn new(formats: Formats, signals: &Signals) -> Result<Self, BuildError> {
        Self::of(super::all(formats, signals))
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
        let automaton = AhoCorasick::builder().build(owners.keys())?;
        let owners = owners.into_values().collect();
        Ok(Self { list, demands, automaton, owners })
    }

    /// The facts of a file.
    pub fn extract(&self, file: &File, text: &str) -> Extracted {
        let wanted: Vec<bool> = self.list.iter().map(|extractor| extractor.wants(file)).collect();
        if !wanted.contains(&true) {
            return Extracted::default();
        }
        let (awake, hits) = self.search(&wanted, text);
        let source = Source::new(file, text);
        let mut found = Found::new(file);
        for (index, extractor) in self.list.iter().enumerate() {
            if awake.get(index) == Some(&true) {
                extractor.extract(&source, hits.get(index).map_or(&[], Vec::as_slice), &mut found);
            }
        }
        if source.tree_timed_out() {
            found.warn(crate::facts::Span::START, "parsing took too long; the file was not judged by its syntax");
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
