//! A rule as code scanning shows it beside an alert.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor};

use super::entry::level;
use crate::facts::Severity;
use crate::report::plain;
use crate::rules::{Outcome, Rule};

/// Tags a rule keeps.
const TAGS: usize = 10;
/// Characters of a description, and of a name.
const DESCRIPTION: usize = 1024;
const NAME: usize = 255;

pub(super) fn of(outcome: &Outcome) -> ReportingDescriptor {
    let (rule, remedy) = (&outcome.rule, outcome.remedy());
    let text = format!("{}\n\n{}\n\nRemedy: {remedy}", rule.what, rule.why);
    let markdown = format!("{}\n\n**Why:** {}\n\n**Remedy:** {remedy}", rule.what, rule.why);
    ReportingDescriptor::builder()
        .id(rule.id.as_str())
        .name(plain::cut(&pascal_case(rule.id.name()), NAME))
        .short_description(described(&rule.title))
        .full_description(described(if rule.what.is_empty() { &rule.title } else { &rule.what }))
        .help(MultiformatMessageString::builder().text(text).markdown(markdown).build())
        .default_configuration(ReportingConfiguration::builder().level(json!(level(rule.severity))).build())
        .properties(properties(rule))
        .build()
}

fn described(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(plain::cut(&plain::one_line(text), DESCRIPTION)).build()
}

/// Only what an attacker can use is graded as a vulnerability: missing practices must not drown it in the security tab.
fn properties(rule: &Rule) -> PropertyBag {
    let severity = security_severity(rule.severity).filter(|_| rule.is_vulnerability);
    let mut tags = vec![rule.id.category().to_owned(), rule.kind.name().to_owned()];
    if severity.is_some() && rule.id.category() != "security" {
        tags.push("security".to_owned());
    }
    for (framework, controls) in &rule.controls {
        tags.extend(controls.iter().map(|control| format!("{framework}/{control}")));
    }
    tags.truncate(TAGS);
    let mut more = BTreeMap::from([("precision".to_owned(), json!("high"))]);
    match severity {
        Some(severity) => more.insert("security-severity".to_owned(), json!(severity)),
        None => more.insert("problem.severity".to_owned(), json!(problem_severity(rule.severity))),
    };
    PropertyBag::builder().tags(tags).additional_properties(more).build()
}

/// How GitHub grades what concerns security: above 9.0 is critical, from 7.0 high, from 4.0 medium.
const fn security_severity(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

/// How GitHub grades the rest.
const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

fn pascal_case(kebab: &str) -> String {
    let capitalize = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    };
    kebab.split('-').map(capitalize).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Catalogue, RuleKind};

    #[test]
    fn every_rule_has_what_the_formats_show() {
        for rule in Catalogue::built_in().unwrap().rules {
            for text in [&rule.title, &rule.what, &rule.why, &rule.remedy.summary] {
                assert!(!text.trim().is_empty(), "{}: a text is missing", rule.id);
            }
            for text in [&rule.title, &rule.what] {
                assert!(text.chars().count() <= DESCRIPTION, "{}: code scanning would cut: {text}", rule.id);
            }
            assert!(!rule.title.ends_with('.') && !rule.title.contains('\n'), "{}: a title is no sentence", rule.id);
            assert!(rule.remedy.hours + rule.remedy.hours_each > 0.0, "{}: a remedy takes time", rule.id);
            assert!(rule.weight > 0, "{}: a weight is positive", rule.id);
        }
    }

    #[test]
    fn only_defects_are_vulnerabilities() {
        let rules = Catalogue::built_in().unwrap().rules;
        let vulnerable: Vec<_> = rules.iter().filter(|rule| rule.is_vulnerability).collect();
        assert!(!vulnerable.is_empty());
        assert!(vulnerable.iter().all(|rule| rule.kind == RuleKind::Forbid), "what is missing cannot be attacked");
    }

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal_case("tests-on-change"), "TestsOnChange");
    }
}
