//! Facts by kind, in the order of path and place.

use std::collections::BTreeSet;

use crate::facts::{Fact, Kind, Payload};

/// All facts of a repository.
#[derive(Debug, Default)]
pub struct Facts {
    by_kind: Vec<Vec<Fact>>,
}

impl Facts {
    /// Sorts and indexes facts.
    pub fn new(facts: Vec<Fact>) -> Self {
        let mut all = Self { by_kind: Kind::ALL.iter().map(|_| Vec::new()).collect() };
        all.extend(facts);
        all
    }

    /// Adds facts that follow from others.
    pub fn extend(&mut self, facts: Vec<Fact>) {
        let mut grown = BTreeSet::new();
        for fact in facts {
            let kind = fact.data.kind() as usize;
            if let Some(list) = self.by_kind.get_mut(kind) {
                list.push(fact);
                grown.insert(kind);
            }
        }
        for kind in grown {
            if let Some(list) = self.by_kind.get_mut(kind) {
                list.sort_by(|a, b| a.place.cmp(&b.place));
            }
        }
    }

    /// The facts of a kind, sorted by place.
    pub fn of(&self, kind: Kind) -> &[Fact] {
        self.by_kind.get(kind as usize).map_or(&[], Vec::as_slice)
    }

    /// The facts of one type with their content: `facts.each::<Task>()`.
    pub fn each<T: Payload + 'static>(&self) -> impl Iterator<Item = (&Fact, &T)> {
        self.of(T::KIND).iter().filter_map(|fact| T::of(&fact.data).map(|inner| (fact, inner)))
    }
}
