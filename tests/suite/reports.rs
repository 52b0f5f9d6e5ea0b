//! One assessment through every format: valid, complete, harmless.

use std::path::Path;

use auditor::config::{Listing, Settings};
use auditor::report::{self, Format, Style};
use auditor::scan::Auditor;
use auditor::score::Assessment;
use serde_json::Value;

use crate::support::sample;
use crate::support::schemas::Schemas;

fn render(assessment: &Assessment, format: Format) -> String {
    report::render(assessment, format, &Style::default()).unwrap()
}

fn json(assessment: &Assessment, format: Format) -> Value {
    serde_json::from_str(&render(assessment, format)).unwrap()
}

#[test]
fn reports_are_valid_by_their_schemas() {
    let schemas = Schemas::new();
    for assessment in [sample::assessment(), sample::empty()] {
        Schemas::check_oscal(&assessment);
    }
    schemas.check(&sample::assessment());
    schemas.check(&sample::empty());
}

#[test]
fn the_schema_refuses_what_the_contract_does_not_name() {
    let schema = Schemas::new().report;
    let mut report = json(&sample::assessment(), Format::Json);
    report["rules"][0]["verdict"] = Value::from("fine");
    assert!(!schema.is_valid(&report));
    let mut report = json(&sample::assessment(), Format::Json);
    report["rules"][0]["findings"][0]["line"] = Value::from(0);
    assert!(!schema.is_valid(&report));
}

#[test]
fn json_holds_every_finding_as_it_is() {
    let assessment = sample::assessment();
    let report = json(&assessment, Format::Json);
    for (rule, outcome) in report["rules"].as_array().unwrap().iter().zip(&assessment.outcomes) {
        assert_eq!(rule["id"], outcome.rule.id.as_str());
        assert_eq!(rule["findings"].as_array().unwrap().len(), outcome.findings.len());
        for (found, finding) in rule["findings"].as_array().unwrap().iter().zip(&outcome.findings) {
            assert_eq!(
                (&found["path"], &found["message"]),
                (&Value::from(&*finding.place.path), &Value::from(finding.message.as_str()))
            );
        }
    }
    let console = &report["rules"][4];
    assert_eq!(
        console["counts"],
        serde_json::json!({ "findings": 9, "files": 2 }),
        "what costs nothing is not counted"
    );
    assert_eq!(report["score"]["groups"]["devops"].to_string(), "3.0", "no noise behind a score");
}

#[test]
fn sarif_has_results_for_what_fails_and_only_for_that() {
    let report = json(&sample::assessment(), Format::Sarif);
    let run = &report["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 12, "every rule is listed, whatever became of it");
    let results = run["results"].as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    let failing =
        ["ci/lint-on-change", "ci/pipeline", "ci/toothless-gate", "errors/swallowed", "observability/console-logging"];
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), failing);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        assert!(location["region"]["startLine"].as_u64() >= Some(1));
        assert!(result["partialFingerprints"]["auditor/v1"].is_string());
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().contains(':'));
    }
    let suppressed = |format| {
        let report = json(&sample::assessment(), format);
        let results = report["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().filter(|result| result["suppressions"].is_array()).count()
    };
    assert_eq!(suppressed(Format::Sarif), 0, "code scanning would show what is waived as an alert");
    assert_eq!(suppressed(Format::SarifFull), 1, "what is waived is suppressed");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "an error among the diagnostics");
    assert_eq!(json(&sample::empty(), Format::Sarif)["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn sarif_rules_have_what_code_scanning_shows() {
    let report = json(&sample::assessment(), Format::Sarif);
    for rule in report["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        let texts = ["/name", "/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"];
        for pointer in texts.into_iter().chain(["/defaultConfiguration/level", "/properties/precision"]) {
            assert!(
                rule.pointer(pointer).and_then(Value::as_str).is_some_and(|text| !text.is_empty()),
                "{pointer} of {rule}"
            );
        }
        let is_security = rule["id"] == "errors/swallowed";
        assert_eq!(rule["properties"]["security-severity"].is_string(), is_security);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
    }
}

#[test]
fn no_format_prints_a_control_character() {
    for format in Format::all() {
        let text = render(&sample::assessment(), format);
        let found = text
            .chars()
            .find(|&c| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')));
        assert_eq!(found, None, "{}", format.name());
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}", format.name());
    }
}

#[test]
fn markdown_of_the_tree_stays_text() {
    let text = render(&sample::assessment(), Format::Markdown);
    let outside_code = without_code(&text);
    for (line, original) in outside_code.lines().zip(text.lines()) {
        for mark in ["<", "[link](", "*bold*", " _em_"] {
            let is_escaped = line.match_indices(mark).all(|(at, _)| line[..at].ends_with('\\'));
            assert!(is_escaped, "`{mark}` in: {original}");
        }
    }
    assert!(!text.contains("\n# heading") && text.lines().filter(|line| line.starts_with("# ")).count() == 1);
    assert!(!text.contains("javascript:x)") || text.contains("\\[link\\](javascript:x)"));
}

/// The text with code blanked, in lines and in blocks, fences of any length included.
fn without_code(text: &str) -> String {
    let mut out = String::new();
    let mut block: Option<&str> = None;
    for line in text.lines() {
        let start = line.trim_start();
        let is_fence = start.starts_with("```");
        if block.is_some() || is_fence {
            block = match block {
                Some(fence) if start == fence => None,
                Some(fence) => Some(fence),
                None => Some(&start[..start.len() - start.trim_start_matches('`').len()]),
            };
            out.push('\n');
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find('`') {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let fence = &from[..from.len() - from.trim_start_matches('`').len()];
            let inside = &from[fence.len()..];
            if before.ends_with('\\') {
                rest = &from[1..];
                continue;
            }
            let closing = inside
                .match_indices(fence)
                .map(|(at, _)| at)
                .find(|&at| !inside[..at].ends_with('`') && !inside[at + fence.len()..].starts_with('`'));
            rest = closing.map_or(inside, |at| &inside[at + fence.len()..]);
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn rows_of_a_markdown_table_have_as_many_cells_as_its_head() {
    let text = render(&sample::assessment(), Format::Markdown).replace("\\|", "");
    let mut cells = None;
    for line in text.lines() {
        let own = line.starts_with('|').then(|| line.matches('|').count());
        if let (Some(expected), Some(own)) = (cells, own) {
            assert_eq!(own, expected, "{line}");
        }
        cells = own;
    }
}

#[test]
fn markdown_names_nothing_twice_in_a_list() {
    let text = render(&sample::assessment(), Format::Markdown);
    for block in text.split("\n\n") {
        let mut rows: Vec<&str> = block.lines().filter(|line| line.starts_with(['-', '|', '1'])).collect();
        let number = rows.len();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), number, "{block}");
    }
}

#[test]
fn a_report_for_those_who_decide_is_short_and_names_no_file() {
    let style = Style { audience: report::Audience::Executive, ..Style::default() };
    let short = report::render(&sample::assessment(), Format::Markdown, &style).unwrap();
    let long = render(&sample::assessment(), Format::Markdown);
    assert!(short.len() * 2 < long.len(), "{} of {} bytes", short.len(), long.len());
    for part in ["Not ready for production", "What blocks production", "What it costs", "The way to production"] {
        assert!(short.contains(part), "{part}");
    }
    assert!(!short.contains(".ts") && !short.contains(".yml") && !short.contains("```"), "{short}");
}

#[test]
fn a_file_that_mends_several_rules_is_shown_once_and_as_it_is() {
    let mut assessment = sample::assessment();
    let advice = assessment.outcomes[0].advice.clone();
    assessment.outcomes[1].advice = advice;
    let text = render(&assessment, Format::Markdown);
    assert_eq!(text.matches("on: push # ``` </script>").count(), 1, "{text}");
    assert!(text.contains("    ````yaml\n    name: CI\n\n\n    on: push"), "code keeps its empty lines: {text}");
    assert!(text.contains("`.github/workflows/ci.yml` as above."));
}

#[test]
fn milestones_say_what_they_reach() {
    let text = render(&sample::assessment(), Format::Markdown);
    let scores: Vec<f64> = text
        .lines()
        .filter_map(|line| line.split_once("then the score is ")?.1.trim_end_matches('.').parse().ok())
        .collect();
    assert!(scores.len() >= 2 && scores.windows(2).all(|pair| pair[0] <= pair[1]), "{scores:?}");
    assert_eq!(scores.last(), Some(&10.0), "everything mended is everything earned");
}

#[test]
fn an_assessment_with_nothing_in_it_renders() {
    for format in Format::all() {
        let text = render(&sample::empty(), format);
        assert!(!text.contains("NaN") && !text.trim().is_empty(), "{}", format.name());
    }
}

#[test]
fn a_heading_is_never_empty() {
    for assessment in [sample::assessment(), sample::empty()] {
        let text = render(&assessment, Format::Markdown);
        let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
        for pair in lines.windows(2) {
            let depth = |line: &str| line.bytes().take_while(|&byte| byte == b'#').count();
            let [above, below] = [depth(pair[0]), depth(pair[1])];
            assert!(above == 0 || (below == 0 && pair[1] != "---") || below > above, "{pair:?}");
        }
    }
}

#[test]
fn colours_come_only_when_asked_for() {
    let style = Style { colour: true, width: Some(80), ..Style::default() };
    let coloured = report::render(&sample::assessment(), Format::Terminal, &style).unwrap();
    let plain = report::render(&sample::assessment(), Format::Terminal, &Style { colour: false, ..style }).unwrap();
    assert!(coloured.contains("\u{1b}[1;31mCritical\u{1b}[0m") && !plain.contains('\u{1b}'));
    let codes = ["\u{1b}[1;31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[1m", "\u{1b}[0m"];
    assert_eq!(codes.iter().fold(coloured, |text, code| text.replace(code, "")), plain);
    assert!(plain.lines().all(|line| line.chars().count() <= 80), "{plain}");
}

#[test]
fn a_summary_fits_the_smallest_usual_screen() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    let assessment = Auditor::new().unwrap().scan(&demo, "demo", &settings).unwrap();
    let style = Style { width: Some(80), height: Some(24), ..Style::default() };
    let text = report::render(&assessment, Format::Terminal, &style).unwrap();
    assert!(text.lines().count() < 24, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for part in ["NOT READY", "Blockers (", "What to do first", " 2. ", "The whole report:"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let tall = report::render(&assessment, Format::Terminal, &Style { height: Some(60), ..style }).unwrap();
    assert_eq!(tall, report::render(&assessment, Format::Terminal, &Style { height: None, ..style }).unwrap());
}

#[test]
fn reports_look_as_they_did() {
    let assessment = sample::assessment();
    for format in Format::all() {
        insta::assert_snapshot!(format.name(), render(&assessment, format));
    }
    insta::assert_snapshot!("markdown-empty", render(&sample::empty(), Format::Markdown));
}
