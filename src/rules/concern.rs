//! What a rule concerns: the components that it is judged for, the facts that count for each, and where people act.

use std::cmp::Reverse;

use super::judge::{Judge, Scope};
use super::placing::Acting;
use crate::facts::{Component, ComponentKind, Conclusion, Data, Fact, Kind, Role, Value};
use crate::model::Repository;

impl<'a> Judge<'a> {
    /// The components that the rule is judged for; one scope for the repository where it names no kinds.
    pub(super) fn scopes(&self) -> Vec<Scope<'a>> {
        if self.rule.applies.kinds.is_empty() {
            return vec![None];
        }
        // What rules ask of a user interface, nobody asks of a site of documentation.
        let concerned = |component: &&Component| {
            !component.is_documentation && self.rule.applies.kinds.iter().any(|kind| component.kinds.contains_key(kind))
        };
        self.repository.components.iter().filter(concerned).map(Some).collect()
    }

    /// The scopes in which there is a cause to judge: their own, else one that serves several. A cause that belongs to none
    /// of them concerns them all.
    pub(super) fn concerned(&self, scopes: Vec<Scope<'a>>) -> Vec<Scope<'a>> {
        let causes = &self.rule.applies.when;
        if causes.is_empty() {
            return scopes;
        }
        let has_cause = |scope| causes.iter().any(|cause| self.facts(cause, scope).next().is_some());
        let has_own_cause = |scope: Scope<'a>| {
            causes.iter().any(|cause| self.facts(cause, scope).any(|fact| is_own_cause(self.repository, scope, fact)))
        };
        let own: Vec<_> = scopes.iter().copied().filter(|&scope| has_own_cause(scope)).collect();
        if !own.is_empty() {
            return own;
        }
        let shared: Vec<_> = scopes.iter().copied().filter(|&scope| has_cause(scope)).collect();
        if shared.is_empty() && has_cause(None) { scopes } else { shared }
    }

    /// Whether a fact counts for a component: in its own files, in those of components that it uses, or in what serves
    /// all components, which is infrastructure and the settings at the root.
    pub(super) fn counts_for(&self, component: &Component, fact: &Fact) -> bool {
        let Some(owner) = self.repository.component_of(&fact.place.path) else { return true };
        let is_shared_root = owner.path.is_empty() && (!owner.is_deployable() || fact.role == Role::Configuration);
        let is_infrastructure = owner.kinds.keys().all(|kind| *kind == ComponentKind::Infra) && !owner.kinds.is_empty();
        // What drives a browser drives whatever the product shows: beside the pages, it is of those pages alone.
        let is_of_the_whole = matches!(&fact.data, Data::TestFile(test) if test.is_end_to_end)
            && !owner.kinds.contains_key(&ComponentKind::Web);
        owner.path == component.path
            || component.uses.contains(&owner.path)
            || is_shared_root
            || is_infrastructure
            || is_of_the_whole
    }

    /// Whom a finding of something missing is about.
    pub(super) fn acting(&self, scope: Scope<'a>) -> Acting<'a> {
        let concerned = match scope {
            Some(component) => vec![(component, self.made_by(component))],
            None => self.concerned_by_cause(),
        };
        Acting { repository: self.repository, scope, concerned }
    }

    /// What makes a component one that the rule is judged for.
    fn made_by(&self, component: &'a Component) -> Option<&'a Conclusion> {
        self.rule.applies.kinds.iter().find_map(|kind| component.kinds.get(kind))
    }

    /// The components that make a rule apply that is judged once, the largest first, each with what makes it of the kind
    /// that the rule names; none where it applies everywhere.
    fn concerned_by_cause(&self) -> Vec<(&'a Component, Option<&'a Conclusion>)> {
        let mut concerned: Vec<(&Component, Option<&Conclusion>)> = Vec::new();
        for cause in self.rule.applies.when.iter().filter(|cause| cause.kind == Kind::Component) {
            let kind = cause.conditions.iter().find(|(field, _)| field == "kind").map(|(_, condition)| condition);
            let is_meant = |own: ComponentKind| kind.is_some_and(|kind| kind.holds(Some(&Value::Text(own.name()))));
            for fact in self.facts(cause, None) {
                let Data::Component(named) = &fact.data else { continue };
                let owner = self.repository.components.iter().find(|component| component.path == named.path);
                let is_new = |owner: &&Component| concerned.iter().all(|(known, _)| known.path != owner.path);
                if let Some(owner) = owner.filter(is_new) {
                    let made_by = owner.kinds.iter().find(|(own, _)| is_meant(**own)).map(|(_, conclusion)| conclusion);
                    concerned.push((owner, made_by));
                }
            }
        }
        concerned.sort_by_key(|(component, _)| Reverse(self.repository.code_of(&component.path)));
        concerned
    }
}

/// Whether a cause is a scope's own. A database that a compose file starts for everybody says nothing of a service that
/// does not use it, where others do.
fn is_own_cause(repository: &Repository, scope: Scope<'_>, fact: &Fact) -> bool {
    let Some(component) = scope else { return true };
    if !matches!(fact.data.kind(), Kind::Tool | Kind::RelationalSchema) {
        return true;
    }
    let owner = repository.component_of(&fact.place.path);
    owner.is_some_and(|owner| owner.path == component.path || component.uses.contains(&owner.path))
}
