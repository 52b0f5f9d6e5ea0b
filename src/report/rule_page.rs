//! One rule as a page: for `auditor explain` and for the reference in `docs/rules/`, which is made from it.

use std::fmt::Write as _;

use crate::facts::Horizon;
use crate::rules::{Rule, RuleKind};

/// The page of a rule, in Markdown.
pub fn rule_page(rule: &Rule) -> String {
    let kind = match rule.kind {
        RuleKind::Expect => "a practice that should be there",
        RuleKind::Forbid => "a defect that should not be there",
    };
    let mut page = format!("# {}\n\n", rule.title);
    let _ = writeln!(
        page,
        "`{}`: {kind}, severity **{}**, weight {} of 5{}.\n",
        rule.id,
        rule.severity.name(),
        rule.weight,
        if rule.is_vulnerability { ", a vulnerability" } else { "" }
    );
    let _ = writeln!(page, "## What counts\n\n{}\n", rule.what);
    let _ = writeln!(page, "## Why\n\n{}\n", rule.why);
    applies(rule, &mut page);
    examples(rule, &mut page);
    let hours = match (rule.remedy.hours, rule.remedy.hours_each) {
        (once, 0.0) => format!("{once} h"),
        (0.0, each) => format!("{each} h for each finding"),
        (once, each) => format!("{once} h, and {each} h for each finding"),
    };
    let due = match rule.remedy.horizon {
        Horizon::Immediate => "this week",
        Horizon::ShortTerm => "in two to four weeks",
        Horizon::LongTerm => "in one to three months",
    };
    let _ = writeln!(page, "## Remedy\n\n{}\n\nDue {due}; takes about {hours}.\n", rule.remedy.summary);
    if !rule.controls.is_empty() {
        page.push_str("## Controls\n\nGives evidence for, and never proves:\n\n");
        for (framework, controls) in &rule.controls {
            let _ = writeln!(page, "- {framework}: {}", controls.join(", "));
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn applies(rule: &Rule, page: &mut String) {
    let kinds: Vec<&str> = rule.applies.kinds.iter().map(|kind| kind.name()).collect();
    let scope = if kinds.is_empty() {
        "Judged once for the repository".to_owned()
    } else {
        format!("Judged for each component that is: {}", kinds.join(", "))
    };
    let otherwise = match rule.applies.otherwise.as_str() {
        "" => String::new(),
        otherwise => format!("; otherwise it does not apply ({otherwise})"),
    };
    let _ = writeln!(page, "## When it applies\n\n{scope}{otherwise}.\n");
}

/// What it says where it finds something, with the names of what is filled in.
fn examples(rule: &Rule, page: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    for entry in &rule.evidence {
        lines.push(match &entry.partial_because {
            None => format!("- ✅ {}", entry.detail),
            Some(because) => format!("- ⚠️ {}: {because}", entry.detail),
        });
    }
    lines.extend(rule.missing.iter().map(|missing| format!("- ❌ {}", missing.message)));
    for entry in &rule.defects {
        let apart = if entry.counts { "" } else { " (listed, costs nothing)" };
        lines.push(format!("- ❌ {}{apart}", entry.message));
    }
    lines.extend(rule.undecided.iter().map(|entry| format!("- ❓ {}", entry.reason)));
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    if !lines.is_empty() {
        let _ = writeln!(page, "## Examples of what it says\n\n{}\n", lines.join("\n"));
    }
}
