//! Patterns that rules bring along: queries of syntax trees, and regular expressions. The literals of a pattern join the
//! one search, so a file is looked at, and parsed, only where one of them occurs.

use std::sync::Arc;

use regex::Regex;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, PatternMatch, Span};
use crate::signals::PathGlob;
use crate::syntax::{Grammar, Query, Source};

/// A pattern of a rule, compiled.
#[derive(Debug)]
pub struct Pattern {
    /// The rule's id and the number of the pattern there.
    pub id: String,
    /// What matches.
    pub shape: Shape,
    /// A file is looked at where one of these occurs.
    pub literals: Vec<String>,
    /// Which files, as globs over whole paths; empty: all.
    pub paths: Vec<PathGlob>,
    /// Which files not.
    pub not_paths: Vec<PathGlob>,
}

/// What a pattern matches.
#[derive(Debug)]
pub enum Shape {
    /// Parts of syntax trees: one query for each grammar.
    Code(Vec<Query>),
    /// Text, wherever it stands.
    Text(Regex),
}

impl Pattern {
    fn wants(&self, file: &File) -> bool {
        let is_readable = match &self.shape {
            Shape::Code(_) => self.query(file).is_some(),
            Shape::Text(_) => true,
        };
        let is_among = |globs: &[PathGlob]| globs.iter().any(|glob| glob.is_match(&file.path));
        is_readable && (self.paths.is_empty() || is_among(&self.paths)) && !is_among(&self.not_paths)
    }

    fn query(&self, file: &File) -> Option<&Query> {
        let grammar = Grammar::of(file.language?)?;
        match &self.shape {
            Shape::Code(queries) => queries.iter().find(|query| query.grammar() == grammar),
            Shape::Text(_) => None,
        }
    }

    fn extract(&self, source: &Source<'_>, found: &mut Found<'_>) {
        let text = source.text();
        let most = source.limits().matches;
        let (mut places, mut is_cut) = match &self.shape {
            Shape::Text(regex) => (regex.find_iter(text).map(|found| found.range()).take(most + 1).collect(), false),
            Shape::Code(_) => match (self.query(source.file), source.tree()) {
                (Some(query), Some(tree)) => query.places(tree, text, source.limits().parse_steps),
                _ => (Vec::new(), false),
            },
        };
        is_cut |= places.len() > most;
        places.truncate(most);
        if is_cut {
            let message = format!("`{}` has more matches here than are followed (`limits.max-matches`)", self.id);
            found.warn(Span::START, message);
        }
        for place in places {
            let matched = shortened(text.get(place.clone()).unwrap_or(""));
            let data = PatternMatch { pattern: self.id.clone(), text: matched };
            found.add(source.span(place), Data::PatternMatch(data));
        }
    }
}

/// A text in one line, of at most eighty characters.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}

/// Runs the patterns of all rules.
pub(super) struct Patterns {
    list: Vec<Arc<Pattern>>,
    /// For each literal, the pattern that asks for it.
    owners: Vec<usize>,
}

impl Patterns {
    pub(super) fn new(list: &[Arc<Pattern>]) -> Self {
        let owners = list.iter().enumerate().flat_map(|(index, pattern)| pattern.literals.iter().map(move |_| index));
        Self { list: list.to_vec(), owners: owners.collect() }
    }
}

impl Extractor for Patterns {
    fn name(&self) -> &'static str {
        "pattern"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.list.iter().flat_map(|pattern| pattern.literals.iter().cloned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && self.list.iter().any(|pattern| pattern.wants(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let mut asked: Vec<usize> = hits.iter().filter_map(|hit| self.owners.get(hit.literal).copied()).collect();
        asked.sort_unstable();
        asked.dedup();
        for pattern in asked.into_iter().filter_map(|index| self.list.get(index)) {
            if pattern.wants(source.file) {
                pattern.extract(source, found);
            }
        }
    }
}
