//! Budgets for bundles that a configuration of something bigger holds. Tools for budgets alone show by their files.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads budgets of `package.json`, `project.json` and `angular.json`.
#[derive(Clone, Copy)]
pub(super) struct Budgets;

impl Extractor for Budgets {
    fn name(&self) -> &'static str {
        "performance-budget"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(
            ["\"size-limit\"", "\"bundlewatch\"", "\"bundlesize\"", "\"budgets\""].map(str::to_owned).to_vec(),
        )
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.name(), "package.json" | "project.json" | "angular.json")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Ok(root) = source.json() else { return };
        if source.file.name() == "package.json" {
            for name in ["size-limit", "bundlewatch", "bundlesize"] {
                if let Some((key, _)) = root.entry(name).filter(|(_, value)| value.scalar().is_none()) {
                    add(found, key.span, setting(SettingSubject::PerformanceBudget, name, "bundle size"));
                }
            }
            return;
        }
        let mut pending = vec![root];
        while let Some(node) = pending.pop() {
            let fails = |budget: &Node| budget.get("maximumError").is_some() || budget.get("error").is_some();
            if let Some((key, _)) = node.entry("budgets").filter(|(_, budgets)| budgets.items().iter().any(fails)) {
                return add(found, key.span, setting(SettingSubject::PerformanceBudget, "Angular", "bundle size"));
            }
            pending.extend(node.entries().iter().rev().map(|(_, value)| value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::Budgets;

    #[test]
    fn a_budget_is_one_where_it_can_fail() {
        let of = |budget: &str| settings(&Budgets, "angular.json", &format!("{{\"p\": {{\"budgets\": [{budget}]}}}}"));
        assert_eq!(of("{\"type\": \"initial\", \"maximumError\": \"1mb\"}"), ["Angular bundle size"]);
        assert!(of("{\"type\": \"initial\", \"maximumWarning\": \"1mb\"}").is_empty());
    }

    #[test]
    fn a_dependency_is_no_budget() {
        let text = "{\"devDependencies\": {\"size-limit\": \"1\"}, \"scripts\": {\"size\": \"size-limit\"}}";
        assert!(settings(&Budgets, "package.json", text).is_empty());
        let own = "{\"size-limit\": [{\"path\": \"dist/a.js\", \"limit\": \"9 kB\"}]}";
        assert_eq!(settings(&Budgets, "package.json", own), ["size-limit bundle size"]);
    }
}
