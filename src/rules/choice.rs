//! A choice among the rules: some categories, or some rules by name. What no chosen rule looks at is not read.

use std::collections::BTreeSet;

use super::{Catalogue, Rule};
use crate::facts::{Kind, RuleId};
use crate::packs::{self, PackError};

/// Which rules are judged: all, unless some were named.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    rules: Option<BTreeSet<RuleId>>,
}

impl Choice {
    /// The rules of categories and ids; all of them where no name is given.
    pub fn of(catalogue: &Catalogue, names: &[String]) -> Result<Self, PackError> {
        if names.is_empty() {
            return Ok(Self::default());
        }
        let mut chosen = BTreeSet::new();
        for name in names {
            let is_meant = |rule: &&RuleId| rule.category() == name || rule.as_str() == name;
            let before = chosen.len();
            chosen.extend(catalogue.rules.iter().map(|rule| &rule.id).filter(is_meant).cloned());
            let is_known = chosen.len() > before || chosen.iter().any(|rule| is_meant(&rule));
            if !is_known {
                return Err(unknown(catalogue, name));
            }
        }
        Ok(Self { rules: Some(chosen) })
    }

    /// Whether a rule is judged.
    pub fn holds(&self, rule: &RuleId) -> bool {
        self.rules.as_ref().is_none_or(|rules| rules.contains(rule))
    }

    /// Whether it is less than all rules.
    pub const fn is_part(&self) -> bool {
        self.rules.is_some()
    }

    /// The kinds of facts that its rules match; `None` where all rules are judged.
    pub fn kinds(&self, catalogue: &Catalogue) -> Option<BTreeSet<Kind>> {
        let rules = self.rules.as_ref()?;
        let chosen = catalogue.rules.iter().filter(|rule| rules.contains(&rule.id));
        Some(chosen.flat_map(|rule| rule.kinds()).chain([Kind::InlineWaiver]).collect())
    }
}

impl Rule {
    /// The kinds of facts that it looks at.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        let matchers = (self.evidence.iter().map(|entry| &entry.matcher))
            .chain(self.defects.iter().map(|entry| &entry.matcher))
            .chain(self.undecided.iter().map(|entry| &entry.matcher))
            .chain(&self.applies.when);
        let scopes = (!self.applies.kinds.is_empty()).then_some(Kind::Component);
        let unit = self.density.and_then(|density| density.per.kind());
        matchers.map(|matcher| matcher.kind).chain(scopes).chain(unit)
    }
}

fn unknown(catalogue: &Catalogue, name: &str) -> PackError {
    let categories = catalogue.categories.iter().map(|category| category.id.as_str());
    let known: Vec<&str> = categories.chain(catalogue.rules.iter().map(|rule| rule.id.as_str())).collect();
    let message = format!("no category and no rule is called `{name}`");
    let error = PackError { file: "--only".to_owned(), line: 0, column: 0, message, help: None };
    match packs::nearest(name, known) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help("`auditor rules list` shows them"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(names: &[&str]) -> Result<Choice, PackError> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        Choice::of(&Catalogue::built_in().unwrap(), &names)
    }

    #[test]
    fn categories_and_rules_are_chosen_by_name() {
        let chosen = choice(&["docs", "ci/pipeline", "ci/pipeline"]).unwrap();
        let holds = |id: &str| chosen.holds(&RuleId::parse(id).unwrap());
        assert!(holds("docs/readme") && holds("ci/pipeline") && !holds("ci/rollback"));
        assert!(choice(&[]).unwrap().holds(&RuleId::parse("ci/rollback").unwrap()));
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        assert_eq!(choice(&["secret"]).unwrap_err().help.as_deref(), Some("did you mean `secrets`?"));
        assert_eq!(choice(&["ci/pipelin"]).unwrap_err().help.as_deref(), Some("did you mean `ci/pipeline`?"));
    }

    #[test]
    fn a_choice_knows_what_its_rules_match() {
        let catalogue = Catalogue::built_in().unwrap();
        let kinds = choice(&["secrets/hardcoded"]).unwrap().kinds(&catalogue).unwrap();
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            [Kind::Secret, Kind::PastSecret, Kind::InlineWaiver, Kind::UnreadFile]
        );
        assert_eq!(choice(&[]).unwrap().kinds(&catalogue), None);
    }
}
