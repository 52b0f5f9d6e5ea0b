//! A walk over all rules and tools: what every one of them must have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::fixtures;
use auditor::rules::{Catalogue, RuleKind, Status};
use auditor::signals::Signals;

#[test]
fn every_rule_has_texts_that_a_reader_can_use() {
    let catalogue = Catalogue::built_in().unwrap();
    for rule in &catalogue.rules {
        let id = &rule.id;
        let first = rule.title.chars().next().unwrap();
        assert!(!first.is_lowercase() && !rule.title.ends_with('.'), "{id}: title `{}`", rule.title);
        assert!(rule.title.chars().count() <= 80, "{id}: the title is longer than 80 characters");
        for (name, text) in [("what", &rule.what), ("why", &rule.why), ("remedy", &rule.remedy.summary)] {
            assert!(text.len() >= 40, "{id}: `{name}` says too little");
            assert!(text.ends_with('.') || text.ends_with('`'), "{id}: `{name}` does not end a sentence: {text}");
            assert!(!text.contains("TODO"), "{id}: `{name}` is unfinished");
        }
        if let Some(missing) = &rule.missing {
            assert!(!missing.message.ends_with('.'), "{id}: messages have no full stop");
        }
        for defect in &rule.defects {
            assert!(!defect.message.ends_with('.'), "{id}: messages have no full stop");
        }
        assert!(rule.remedy.hours > 0.0 || rule.remedy.hours_each > 0.0, "{id}: a remedy takes time");
        assert!(!rule.controls.is_empty(), "{id}: names no control that it gives evidence for");
    }
}

#[test]
fn every_rule_has_a_fixture_that_passes_one_that_fails_and_a_near_miss() {
    let catalogue = Catalogue::built_in().unwrap();
    let mut cases: BTreeMap<String, Vec<fixtures::Case>> = BTreeMap::new();
    for case in fixtures::cases() {
        cases.entry(case.rule.clone()).or_default().push(case);
    }
    for rule in &catalogue.rules {
        let id = rule.id.as_str();
        let own = cases.remove(id).unwrap_or_default();
        let has = |status: Status| own.iter().any(|case| case.status == status);
        assert!(has(Status::Pass), "{id}: no fixture passes");
        assert!(has(Status::Fail), "{id}: no fixture fails");
        assert!(own.len() >= 3, "{id}: no near miss");
        let conditional = !rule.applies.kinds.is_empty() || !rule.applies.when.is_empty();
        assert!(!conditional || has(Status::NotApplicable), "{id}: no fixture shows when it does not apply");
    }
    assert!(cases.is_empty(), "fixtures without a rule: {:?}", cases.keys().collect::<Vec<_>>());
}

#[test]
fn ids_are_public_interface() {
    let catalogue = Catalogue::built_in().unwrap();
    let ids: Vec<&str> = catalogue.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice");
    insta::assert_snapshot!(ids.join("\n"));
}

#[test]
fn critical_rules_weigh_at_least_as_much_as_others_of_their_category() {
    let catalogue = Catalogue::built_in().unwrap();
    for rule in
        catalogue.rules.iter().filter(|rule| rule.kind == RuleKind::Expect && rule.severity.name() == "critical")
    {
        assert!(rule.weight >= 4, "{}: a critical practice weighs {}", rule.id, rule.weight);
    }
}

#[test]
fn every_tool_can_be_recognised() {
    let signals = Signals::built_in().unwrap();
    assert!(signals.tools().count() > 50);
    for tool in signals.tools() {
        let named = tool.dependencies.len() + tool.imports.len();
        let ways = named
            + tool.files.len()
            + tool.commands.len()
            + tool.actions.len()
            + tool.setup.len()
            + tool.resources.len();
        let is_found_by_an_extractor = ["own-rate-limiter", "spring-boot-drains"].contains(&tool.id.as_str());
        assert!(ways > 0 || is_found_by_an_extractor, "{}: nothing shows it", tool.id);
        assert!(!tool.title.is_empty(), "{}: no title", tool.id);
    }
}

/// The sections of a framework that are promised whole: all of it, except where its title names some.
fn is_in_scope(framework: &str, id: &str) -> bool {
    let sections: &[&str] = match framework {
        "soc2" => &["CC6.", "CC7.", "CC8."],
        "pci-dss" => &["6.", "10."],
        _ => &[""],
    };
    sections.iter().any(|section| id.starts_with(section))
}

/// What a framework has is a fact of its own publication, whose address stands in the first line of its list.
#[test]
fn every_control_is_one_of_its_framework() {
    let catalogue = Catalogue::built_in().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/controls");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), catalogue.frameworks.len());
    for framework in &catalogue.frameworks {
        let list = fs::read_to_string(folder.join(format!("{}.txt", framework.id))).unwrap();
        let (source, ids) = list.split_once('\n').unwrap();
        let text = fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("rules/frameworks/{}.toml", framework.id)),
        );
        assert!(
            text.unwrap().starts_with(&source.replace("# ", "# Ids: ")),
            "{}: says where its ids are",
            framework.id
        );
        let ids: Vec<&str> = ids.lines().collect();
        let places: Vec<Option<usize>> =
            framework.controls.iter().map(|control| ids.iter().position(|id| *id == control.id)).collect();
        for id in ids.iter().filter(|id| is_in_scope(&framework.id, id)) {
            let is_said = framework.controls.iter().any(|control| control.id == **id);
            assert!(is_said, "{} {id}: neither has rules nor is said to be outside of a repository", framework.id);
        }
        for (control, place) in framework.controls.iter().zip(&places) {
            assert!(place.is_some(), "{} has no control {}", framework.id, control.id);
            assert!(!control.beyond.is_empty(), "{} {}: says what no scan shows", framework.id, control.id);
        }
        let judged = framework.controls.iter().filter(|control| !control.rules.is_empty());
        let judged: Vec<_> = judged.map(|control| ids.iter().position(|id| *id == control.id)).collect();
        assert!(judged.is_sorted() && places.len() > 9, "{}: out of order, or nearly nothing", framework.id);
        let once: BTreeSet<_> = places.iter().collect();
        assert_eq!(once.len(), places.len(), "{}: a control stands twice", framework.id);
    }
}
