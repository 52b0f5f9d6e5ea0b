//! Every fixture of every rule, judged in process. The folder's name is the claim; the snapshot guards the detail.
//!
//! `fixtures/<category>/<name>/<status>[-note]/` is a miniature repository. It is copied to a temporary directory, so
//! that credentials can be made at test time, and audited there as what the ignore rules leave.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::Path;

use crate::support::fixtures::{self, Case};
use crate::support::schemas::Schemas;
use auditor::config::{Found, Listing, Settings};
use auditor::rules::{Outcome, Status};
use auditor::scan::Auditor;

#[test]
fn every_fixture_has_the_status_that_its_folder_names() {
    let auditor = Auditor::new().unwrap();
    let schemas = Schemas::new();
    // `FIXTURES=secrets/` judges one category alone, `FIXTURES=ci/lint` one rule.
    let chosen = std::env::var("FIXTURES").unwrap_or_default();
    let cases: Vec<Case> = fixtures::cases().into_iter().filter(|case| case.rule.starts_with(&chosen)).collect();
    assert!(!cases.is_empty(), "no fixture's rule starts with `{chosen}`");
    let judged = judge_all(&auditor, &schemas, &cases);
    let mut wrong = String::new();
    let mut details: BTreeMap<&str, String> = BTreeMap::new();
    for (case, judged) in cases.iter().zip(&judged) {
        wrong.push_str(&judged.wrong);
        details.entry(&case.rule).or_default().push_str(&judged.detail);
    }
    assert!(wrong.is_empty(), "fixtures with another status than their folder names:\n{wrong}");
    for (rule, text) in details {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(rule.replace('/', "__"), text);
        });
    }
}

/// What one fixture gave: what contradicts its folder's name, and the detail for its rule's snapshot.
struct Judged {
    wrong: String,
    detail: String,
}

/// Plain threads: a scan waits for rayon's pool, and a pool that waits for itself would stack case upon case.
fn judge_all(auditor: &Auditor, schemas: &Schemas, cases: &[Case]) -> Vec<Judged> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let part = cases.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let parts: Vec<_> = cases
            .chunks(part)
            .map(|part| scope.spawn(|| part.iter().map(|case| judge(auditor, schemas, case)).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

fn judge(auditor: &Auditor, schemas: &Schemas, case: &Case) -> Judged {
    let folder = fixtures::materialize(&case.path);
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let assessment = auditor.scan(folder.path(), &case.folder, &settings).unwrap();
    schemas.check(&assessment);
    let Some(outcome) = assessment.outcomes.iter().find(|outcome| outcome.rule.id.as_str() == case.rule) else {
        let wrong = format!("{}: no rule has this id\n", case.path.display());
        return Judged { wrong, detail: String::new() };
    };
    let mut wrong = String::new();
    if outcome.status != case.status {
        writeln!(wrong, "{}\n{}", case.path.display(), describe(outcome)).unwrap();
    }
    let mut detail = format!("## {}: {}", case.folder, describe(outcome));
    let foreign = assessment.outcomes.iter().filter(|other| {
        other.rule.id.as_str() != case.rule && other.rule.kind.name() == "forbid" && other.status == Status::Fail
    });
    for other in foreign {
        writeln!(detail, "also {}: {}", other.rule.id, other.reason).unwrap();
    }
    detail.push('\n');
    Judged { wrong, detail }
}

fn describe(outcome: &Outcome) -> String {
    let mut text = format!("{} ({})\n", outcome.status.name(), outcome.reason);
    for evidence in &outcome.evidence {
        writeln!(text, "evidence {}:{} {}", evidence.place.path, evidence.place.span.line, evidence.detail).unwrap();
    }
    for finding in &outcome.findings {
        let apart = if finding.counts { "" } else { " (apart)" };
        let (path, line) = (&finding.place.path, finding.place.span.line);
        writeln!(text, "finding {path}:{line} {}{apart} {}", finding.severity.name(), finding.message).unwrap();
    }
    text
}

/// `--only` extracts less: what a rule says must not depend on it.
#[test]
fn every_rule_says_the_same_when_it_is_judged_alone() {
    let chosen = std::env::var("FIXTURES").unwrap_or_default();
    let mut cases: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in fixtures::cases().into_iter().filter(|case| case.rule.starts_with(&chosen)) {
        cases.entry(case.rule.clone()).or_default().push(case);
    }
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let mut wrong = String::new();
    for (rule, cases) in cases {
        let alone = Auditor::only(&Found::default(), std::slice::from_ref(&rule)).unwrap();
        for case in cases {
            let folder = fixtures::materialize(&case.path);
            let outcomes = alone.scan(folder.path(), &case.folder, &settings).unwrap().outcomes;
            assert_eq!(outcomes.len(), 1, "{rule}");
            if outcomes[0].status != case.status {
                writeln!(wrong, "{}\n{}", case.path.display(), describe(&outcomes[0])).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "fixtures with another status where their rule is judged alone:\n{wrong}");
}

#[test]
fn fixtures_lie_where_the_harness_looks() {
    assert!(Path::new(fixtures::ROOT).join("ci").is_dir());
}
