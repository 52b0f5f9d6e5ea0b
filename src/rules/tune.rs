//! The catalogue as a configuration wants it: weights, severities, densities, and rules that are switched off.

use std::sync::Arc;

use super::{Catalogue, Rule, catalogue};
use crate::config::{Form, RuleForm};

impl Catalogue {
    /// The same rules with the weights and severities of a configuration, whose ids have been checked.
    #[must_use]
    pub fn tuned(&self, form: &Form) -> Self {
        let mut tuned = self.clone();
        for category in &mut tuned.categories {
            if let Some(weight) = form.categories.get(&category.id).and_then(|own| own.weight) {
                category.weight = weight;
            }
        }
        for rule in &mut tuned.rules {
            let Some(own) = form.rules.get(rule.id.as_str()) else { continue };
            if let Some(reason) = &own.disabled {
                tuned.disabled.insert(rule.id.clone(), reason.clone());
            }
            if own.differs_from(rule) {
                Arc::make_mut(rule).tune(own);
            }
        }
        catalogue::sort(&tuned.categories, &mut tuned.rules);
        tuned
    }
}

impl RuleForm {
    /// Whether it says anything else than the rule itself, which is not copied otherwise.
    #[expect(clippy::float_cmp, reason = "what was written down is the same or not")]
    fn differs_from(&self, rule: &Rule) -> bool {
        self.weight.is_some_and(|weight| weight != rule.weight)
            || self.severity.is_some_and(|severity| severity != rule.severity)
            || self.worst.is_some_and(|worst| rule.density.is_some_and(|density| density.worst != worst))
    }
}

impl Rule {
    fn tune(&mut self, form: &RuleForm) {
        if let Some(weight) = form.weight {
            self.weight = weight;
        }
        if let Some(severity) = form.severity.filter(|severity| *severity != self.severity) {
            self.severity = severity;
            // Who grades a rule grades all its findings.
            for defect in &mut self.defects {
                defect.severity = None;
                defect.severity_from = None;
            }
        }
        if let (Some(density), Some(worst)) = (&mut self.density, form.worst) {
            density.worst = worst;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Severity;

    #[test]
    fn a_configuration_weighs_grades_and_switches_off() {
        let text = "[categories.docs]\nweight = 7\n\
                    [rules.\"ci/pipeline\"]\nweight = 1\nseverity = \"low\"\n\
                    [rules.\"testing/load\"]\ndisabled = \"why\"\n\
                    [rules.\"observability/console-logging\"]\nworst = 0.1\n";
        let tuned = Catalogue::built_in().unwrap().tuned(&toml::from_str(text).unwrap());
        assert_eq!(tuned.categories.iter().find(|category| category.id == "docs").unwrap().weight, 7);
        let pipeline = tuned.rule("ci/pipeline").unwrap();
        assert_eq!((pipeline.weight, pipeline.severity), (1, Severity::Low));
        assert_eq!(tuned.disabled.values().collect::<Vec<_>>(), ["why"]);
        let density = tuned.rule("observability/console-logging").unwrap().density.unwrap();
        assert!((density.worst - 0.1).abs() < f64::EPSILON);
        let ci: Vec<u32> =
            tuned.rules.iter().filter(|rule| rule.id.category() == "ci").map(|rule| rule.weight).collect();
        assert!(ci.is_sorted_by(|a, b| a >= b), "heaviest first: {ci:?}");
    }
}
