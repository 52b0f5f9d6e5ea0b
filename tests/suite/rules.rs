//! Every fixture of every rule, judged in process. The folder's name is the claim; the snapshot guards the detail.
//!
//! `fixtures/<category>/<name>/<status>[-note]/` is a miniature repository. It is copied to a temporary directory, so
//! that credentials can be made at test time, and audited there as what the ignore rules leave.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::support::fixtures;
use crate::support::schemas::Schemas;
use auditor::config::{Listing, Settings};
use auditor::rules::{Outcome, Status};
use auditor::scan::Auditor;

#[test]
fn every_fixture_has_the_status_that_its_folder_names() {
    let auditor = Auditor::new().unwrap();
    let schemas = Schemas::new();
    let mut wrong = String::new();
    let mut details: BTreeMap<String, String> = BTreeMap::new();
    for case in fixtures::cases() {
        let folder = fixtures::materialize(&case.path);
        let settings = Settings { listing: Listing::Walk, ..Settings::default() };
        let assessment = auditor.scan(folder.path(), &case.folder, &settings).unwrap();
        schemas.check(&assessment);
        let Some(outcome) = assessment.outcomes.iter().find(|outcome| outcome.rule.id.as_str() == case.rule) else {
            writeln!(wrong, "{}: no rule has this id", case.path.display()).unwrap();
            continue;
        };
        if outcome.status != case.status {
            writeln!(wrong, "{}\n{}", case.path.display(), describe(outcome)).unwrap();
        }
        let text = details.entry(case.rule.clone()).or_default();
        write!(text, "## {}: {}", case.folder, describe(outcome)).unwrap();
        let foreign = assessment.outcomes.iter().filter(|other| {
            other.rule.id.as_str() != case.rule && other.rule.kind.name() == "forbid" && other.status == Status::Fail
        });
        for other in foreign {
            writeln!(text, "also {}: {}", other.rule.id, other.reason).unwrap();
        }
        text.push('\n');
    }
    assert!(wrong.is_empty(), "fixtures with another status than their folder names:\n{wrong}");
    for (rule, text) in details {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(rule.replace('/', "__"), text);
        });
    }
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

#[test]
fn fixtures_lie_where_the_harness_looks() {
    assert!(Path::new(fixtures::ROOT).join("ci").is_dir());
}
