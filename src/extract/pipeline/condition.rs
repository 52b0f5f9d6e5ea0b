//! Conditions of jobs and steps as far as they decide which triggers start them. What is not understood may be true.

use std::collections::BTreeMap;

use crate::facts::{Span, Trigger, TriggerKind};

/// How deep parentheses nest before a condition counts as not understood.
const MAX_DEPTH: usize = 16;

/// A set of triggers; the flag says that only some branches count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Triggers {
    kinds: BTreeMap<TriggerKind, bool>,
}

impl Triggers {
    pub(super) fn all() -> Self {
        Self::of(TriggerKind::ALL)
    }

    pub(super) fn of(kinds: &[TriggerKind]) -> Self {
        Self { kinds: kinds.iter().map(|kind| (*kind, false)).collect() }
    }

    /// The same for some branches only.
    pub(super) fn limited(mut self) -> Self {
        self.kinds.values_mut().for_each(|is_limited| *is_limited = true);
        self
    }

    pub(super) fn except(mut self, kinds: &[TriggerKind]) -> Self {
        self.kinds.retain(|kind, _| !kinds.contains(kind));
        self
    }

    /// What is left when another set is taken away. A limited part takes nothing away.
    pub(super) fn without(mut self, other: &Self) -> Self {
        self.kinds.retain(|kind, _| other.kinds.get(kind) != Some(&false));
        self
    }

    pub(super) fn and(mut self, other: &Self) -> Self {
        self.kinds.retain(|kind, is_limited| match other.kinds.get(kind) {
            Some(also) => {
                *is_limited |= also;
                true
            }
            None => false,
        });
        self
    }

    pub(super) fn or(mut self, other: &Self) -> Self {
        for (kind, is_limited) in &other.kinds {
            let own = self.kinds.entry(*kind).or_insert(*is_limited);
            *own &= is_limited;
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// As facts, written at that place.
    pub(super) fn facts(&self, span: Span) -> Vec<Trigger> {
        let branches = |is_limited: bool| if is_limited { vec!["(some)".to_owned()] } else { Vec::new() };
        let fact = |(kind, is_limited): (&TriggerKind, &bool)| Trigger {
            branches: branches(*is_limited),
            ..Trigger::any(*kind, span)
        };
        self.kinds.iter().map(fact).collect()
    }
}

/// The triggers for which a condition can hold; `None` where it says nothing about them. `atom` judges a comparison.
pub(super) fn judge(text: &str, atom: &dyn Fn(&str) -> Option<Triggers>) -> Option<Triggers> {
    judge_at(text, atom, 0)
}

fn judge_at(text: &str, atom: &dyn Fn(&str) -> Option<Triggers>, depth: usize) -> Option<Triggers> {
    if depth > MAX_DEPTH {
        return None;
    }
    let text = without_parentheses(text.trim());
    let alternatives = split(text, "||");
    if alternatives.len() > 1 {
        let sets: Option<Vec<Triggers>> = alternatives.iter().map(|part| judge_at(part, atom, depth + 1)).collect();
        return sets.map(|sets| sets.iter().fold(Triggers::default(), Triggers::or));
    }
    let conjuncts = split(text, "&&");
    if conjuncts.len() > 1 {
        let sets = conjuncts.iter().filter_map(|part| judge_at(part, atom, depth + 1));
        return sets.reduce(|all, set| all.and(&set));
    }
    if let Some(rest) = text.strip_prefix('!').filter(|rest| !rest.starts_with('=')) {
        let inner = judge_at(rest, atom, depth + 1)?;
        return Some(Triggers::all().without(&inner));
    }
    match text {
        "false" => Some(Triggers::default()),
        "true" => Some(Triggers::all()),
        _ => atom(text),
    }
}

/// The parts of a text between an operator, outside parentheses and quotes.
fn split<'text>(text: &'text str, operator: &str) -> Vec<&'text str> {
    let mut parts = Vec::new();
    let mut depth = 0_usize;
    let mut quote = None;
    let mut start = 0;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) => quote = Some(open).filter(|open| *open != c),
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 && at >= start && text.get(at..).is_some_and(|rest| rest.starts_with(operator)) => {
                parts.extend(text.get(start..at));
                start = at + operator.len();
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// A text without the parentheses around the whole of it.
fn without_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    let is_whole = inner.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    });
    if is_whole { inner.trim() } else { text }
}

/// The two sides of a comparison: `x == 'y'` gives `("x", true, "y")`, `!=` gives `false`.
pub(super) fn comparison(text: &str) -> Option<(&str, bool, &str)> {
    let (left, is_equal, right) = if let Some((left, right)) = text.split_once("==") {
        (left, true, right)
    } else {
        let (left, right) = text.split_once("!=")?;
        (left, false, right)
    };
    Some((left.trim().trim_matches(['\'', '"']), is_equal, right.trim().trim_matches(['\'', '"'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use TriggerKind::{ChangeRequest, Push, Schedule};

    fn atom(text: &str) -> Option<Triggers> {
        match text {
            "push" => Some(Triggers::of(&[Push])),
            "change" => Some(Triggers::of(&[ChangeRequest])),
            _ => None,
        }
    }

    #[test]
    fn operators_and_parentheses_are_understood() {
        assert_eq!(judge("push || change", &atom), Some(Triggers::of(&[Push, ChangeRequest])));
        assert_eq!(judge("(push || change) && x == 'a && b'", &atom), Some(Triggers::of(&[Push, ChangeRequest])));
        assert_eq!(judge("push || x", &atom), None);
        assert_eq!(judge("push && change", &atom), Some(Triggers::default()));
        assert_eq!(judge("false", &atom), Some(Triggers::default()));
        assert_eq!(judge("!push", &atom), Some(Triggers::all().except(&[Push])));
        assert_eq!(judge("(a) || (b)", &atom), None);
    }

    #[test]
    fn a_limited_set_takes_nothing_away() {
        let main = Triggers::of(&[Push]).limited();
        assert_eq!(Triggers::of(&[Push, Schedule]).without(&main), Triggers::of(&[Push, Schedule]));
        assert_eq!(Triggers::of(&[Push]).and(&main), main);
    }

    #[test]
    fn nesting_ends() {
        assert_eq!(judge(&"(!".repeat(1_000), &atom), None);
    }
}
