//! The formats of hosts: valid for the programs that read them, within their limits, and makeable from the JSON report.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use auditor::config::{Listing, Settings};
use auditor::facts::{Place, Severity, Span};
use auditor::report::{self, Format, Style};
use auditor::rules::{Act, Finding, Outcome, Status};
use auditor::scan::Auditor;
use auditor::score::Assessment;
use serde_json::Value;

use crate::support::{fixtures, sample};

fn render(assessment: &Assessment, format: Format) -> String {
    report::render(assessment, format, &Style::default()).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The sample with so many findings of a rule more, the last of them the worst.
pub(crate) fn crowded(count: u32) -> Assessment {
    let mut assessment = sample::assessment();
    let swallowed = assessment.outcomes.iter_mut().find(|own| own.rule.id.as_str() == "errors/swallowed").unwrap();
    swallowed.findings = (1..=count)
        .map(|line| Finding {
            place: Place {
                path: Arc::from(format!("src/{}.ts", line / 100)),
                span: Span { line, column: 1, end_line: line, end_column: 5 },
            },
            message: format!("the error of call {line} is dropped"),
            severity: if line > count.saturating_sub(1000) { Severity::High } else { Severity::Low },
            fingerprint: format!("{line:032x}"),
            component: None,
            counts: true,
            is_old: false,
            line_hash: Some(format!("{line:x}:1")),
            excerpt: None,
            act: Act::Here,
        })
        .collect();
    assessment
}

#[test]
fn every_format_from_the_json_report_is_the_same_as_at_once() {
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let demo = Path::new(fixtures::ROOT).join("demo");
    let scanned = Auditor::new().unwrap().scan(&demo, "demo", &settings).unwrap();
    for assessment in [sample::assessment(), sample::empty(), scanned] {
        let kept = report::read(&render(&assessment, Format::Json)).unwrap();
        for format in Format::all() {
            assert!(render(&kept, format) == render(&assessment, format), "{}", format.name());
        }
    }
}

#[test]
fn a_report_of_an_older_version_is_still_read() {
    let mut report = json(&render(&sample::assessment(), Format::Json));
    report["repository"].as_object_mut().unwrap().remove("date");
    for rule in report["rules"].as_array_mut().unwrap() {
        let rule = rule.as_object_mut().unwrap();
        for name in ["what", "why", "controls", "vulnerability"] {
            rule.remove(name);
        }
        rule["remedy"].as_object_mut().unwrap().remove("hours_once");
        for finding in rule["findings"].as_array_mut().unwrap() {
            finding.as_object_mut().unwrap().remove("counts");
        }
    }
    let kept = report::read(&report.to_string()).unwrap();
    for format in Format::all() {
        assert!(!render(&kept, format).is_empty(), "{}", format.name());
    }
}

#[test]
fn code_scanning_gets_the_most_severe_results_and_hears_of_the_rest() {
    let assessment = crowded(30_000);
    let text = render(&assessment, Format::Sarif);
    assert!(text.len() < 10_000_000, "{} bytes", text.len());
    let report = json(&text);
    let results = report["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 5_000);
    let of = |level: &str| results.iter().filter(|result| result["level"] == level).count();
    assert!(of("error") > 1_000, "all severe ones are kept");
    assert!(results.iter().any(|result| result["ruleId"] == "ci/pipeline"));
    let said = report["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(said.contains("25012 results are left out"), "{said}");
    let full = json(&render(&assessment, Format::SarifFull));
    assert_eq!(full["runs"][0]["results"].as_array().unwrap().len(), 30_013);
}

#[test]
fn code_scanning_gets_fewer_results_where_they_are_long() {
    let mut assessment = crowded(6_000);
    for outcome in &mut assessment.outcomes {
        for finding in &mut outcome.findings {
            finding.message = "日本 ".repeat(2_000);
            finding.place.path = Arc::from("long/".repeat(600));
        }
    }
    let text = render(&assessment, Format::Sarif);
    assert!(text.len() < 10_000_000, "{} bytes", text.len());
    assert!(json(&text)["runs"][0]["results"].as_array().unwrap().len() > 500);
}

#[test]
fn a_missing_practice_keeps_its_identity_and_a_line_has_that_of_its_text() {
    let report = json(&render(&sample::assessment(), Format::Sarif));
    for result in report["runs"][0]["results"].as_array().unwrap() {
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        let own = result["partialFingerprints"]["auditor/v1"].as_str().unwrap();
        let is_missing = result["ruleId"] == "ci/pipeline";
        assert_eq!(hash == format!("{own}:1"), is_missing, "{result}");
    }
}

#[test]
fn gitlab_gets_an_issue_for_each_finding_that_costs_something() {
    let assessment = sample::assessment();
    let issues = json(&render(&assessment, Format::CodeQuality));
    let issues = issues.as_array().unwrap();
    let costly = |own: &Outcome| {
        if own.status == Status::Pass { 0 } else { own.findings.iter().filter(|own| own.counts).count() }
    };
    assert_eq!(issues.len(), assessment.outcomes.iter().map(costly).sum::<usize>());
    for issue in issues {
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()));
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
        for pointer in ["/description", "/check_name", "/fingerprint", "/location/path"] {
            assert!(!issue.pointer(pointer).and_then(Value::as_str).unwrap().is_empty(), "{pointer}");
        }
    }
}

#[test]
fn junit_has_a_case_for_each_rule_and_counts_them() {
    let text = render(&sample::assessment(), Format::Junit);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    let cases = root.descendants().filter(|node| node.has_tag_name("testcase")).count();
    assert_eq!(root.attribute("tests"), Some(cases.to_string().as_str()));
    for suite in root.children().filter(|node| node.has_tag_name("testsuite")) {
        for (attribute, tag) in [("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")] {
            let count = suite.descendants().filter(|node| node.has_tag_name(tag)).count();
            assert_eq!(suite.attribute(attribute), Some(count.to_string().as_str()), "{suite:?}");
        }
    }
}

#[test]
fn annotations_are_the_worst_ten_each_on_a_line_of_its_own() {
    let text = render(&crowded(500), Format::Annotations);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 11);
    assert!(lines.iter().all(|line| line.starts_with("::")), "{text}");
    assert!(lines[0].starts_with("::error file=package.json,line=1,"), "{}", lines[0]);
    assert!(lines[10].contains("beyond the worst 10"), "{}", lines[10]);
}

#[test]
fn a_page_of_a_job_stays_under_its_limit_and_whole() {
    let mut assessment = sample::assessment();
    let one = assessment.outcomes[2].clone();
    for _ in 0..15_000 {
        assessment.outcomes.push(one.clone());
    }
    let text = render(&assessment, Format::StepSummary);
    assert!(text.len() < 1024 * 1024, "{} bytes", text.len());
    assert!(text.contains("Left out, since GitHub shows no larger page: CI/CD pipeline."));
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let folds = || text.lines().filter(|line| line.starts_with("<details>"));
    assert!(folds().count() >= 2 && folds().all(|line| line.matches('<').count() == 3), "no other markup in titles");
}

#[test]
fn a_table_has_every_rule_and_rows_of_one_length() {
    let assessment = sample::assessment();
    let text = render(&assessment, Format::Csv);
    let cells = |line: &str| {
        let mut is_quoted = false;
        1 + line
            .chars()
            .filter(|&c| {
                is_quoted ^= c == '"';
                c == ',' && !is_quoted
            })
            .count()
    };
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.iter().all(|line| cells(line) == cells(lines[0])), "{text}");
    let rules: BTreeSet<&str> = lines[1..].iter().filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(rules.len(), assessment.outcomes.len());
}

#[test]
fn a_badge_says_the_score_and_is_well_formed() {
    for (assessment, score) in [(sample::assessment(), "3.5/10"), (sample::empty(), "not judged")] {
        let svg = render(&assessment, Format::Badge);
        let document = roxmltree::Document::parse(&svg).unwrap();
        let label = format!("production readiness: {score}");
        assert_eq!(document.root_element().attribute("aria-label"), Some(label.as_str()));
        let shields = json(&render(&assessment, Format::Shields));
        assert_eq!((&shields["schemaVersion"], &shields["message"]), (&1.into(), &score.into()));
    }
}
