//! Components whose lack of a practice says little, because what matters more has it: listed apart, at no cost.

use std::collections::BTreeSet;

use super::judge::{Scope, Verdict};
use super::rule::Rule;
use crate::facts::Component;
use crate::model::Repository;

/// What lacks a practice together is small when this many times its code is less than the code of all that is judged.
const SMALL: usize = 20;

/// Decides which components are set apart.
pub(super) struct Lacking<'a> {
    pub(super) rule: &'a Rule,
    pub(super) repository: &'a Repository,
}

type Judged<'a> = Vec<(Scope<'a>, Verdict)>;

impl<'a> Lacking<'a> {
    /// The verdicts that count, and the components that lack the practice and are set apart: those of a kind that comes
    /// second for the rule, and those that together are a small part of the code.
    pub(super) fn set_apart(&self, verdicts: Judged<'a>) -> (Judged<'a>, Vec<Scope<'a>>) {
        let has_it = |verdict: &Verdict| matches!(verdict, Verdict::Pass(_) | Verdict::Partial(..));
        let is_first = |scope: &Scope<'_>| scope.is_some_and(|component| !self.comes_second(component));
        let lacks = |verdict: &Verdict| matches!(verdict, Verdict::Missing);
        if !verdicts.iter().any(|(scope, verdict)| is_first(scope) && has_it(verdict)) {
            return (verdicts, Vec::new());
        }
        let (second, first): (Judged<'a>, Judged<'a>) =
            verdicts.into_iter().partition(|(scope, verdict)| lacks(verdict) && !is_first(scope));
        let (missing, mut counted): (Judged<'a>, Judged<'a>) =
            first.into_iter().partition(|(_, verdict)| lacks(verdict));
        let mut aside: Vec<Scope<'a>> = second.into_iter().map(|(scope, _)| scope).collect();
        if self.code_of(&missing) * SMALL < self.code_of(&counted) + self.code_of(&missing) {
            aside.extend(missing.into_iter().map(|(scope, _)| scope));
        } else {
            counted.extend(missing);
        }
        (counted, aside)
    }

    /// Whether a component is only of kinds that come second for the rule.
    fn comes_second(&self, component: &Component) -> bool {
        let applies = &self.rule.applies;
        applies.kinds.iter().all(|kind| applies.beside.contains(kind) || !component.kinds.contains_key(kind))
    }

    /// How many files of product code components have together.
    fn code_of(&self, judged: &Judged<'a>) -> usize {
        let paths: BTreeSet<&str> =
            judged.iter().filter_map(|(scope, _)| Some(scope.as_ref()?.path.as_str())).collect();
        paths.into_iter().map(|path| self.repository.code_of(path)).sum()
    }
}
