//! Gates: what a scan must reach. Each says what was asked, by whom, and in one paragraph why it was missed.

use std::collections::BTreeSet;

use super::baseline::{Baseline, counted};
use super::{Chosen, Policy};
use crate::config::Source;
use crate::facts::Severity;
use crate::rules::{Finding, Outcome, RuleKind};
use crate::score::{Assessment, Gate};
use crate::walk::Changes;

/// Findings that a reason names.
const NAMED: usize = 3;

/// Which findings gates look at.
struct View<'a> {
    new: Option<BTreeSet<(&'a str, &'a str)>>,
    changes: Option<&'a Changes>,
}

impl View<'_> {
    fn sees(&self, outcome: &Outcome, finding: &Finding) -> bool {
        let key = (outcome.rule.id.as_str(), finding.fingerprint.as_str());
        let is_new = self.new.as_ref().is_none_or(|new| new.contains(&key));
        let is_touched = self.changes.is_none_or(|changes| {
            // What is missing is the whole repository's, not a line's: a change cannot be blamed for it.
            outcome.rule.kind == RuleKind::Forbid && changes.touch(&finding.place.path, finding.place.span)
        });
        is_new && is_touched
    }

    /// How the findings that are looked at differ from all: `new `, in the lines of a change.
    fn words(&self) -> (&'static str, &'static str) {
        let new = if self.new.is_some() { "new " } else { "" };
        let touched = if self.changes.is_some() { " in what the change touches" } else { "" };
        (new, touched)
    }
}

/// Judges every gate that is asked for.
pub(super) fn judge(policy: &Policy, chosen: &Chosen, assessment: &Assessment) -> Vec<Gate> {
    let gates = &chosen.resolved.form.gates;
    let new = policy.baseline.as_ref().map(|baseline| baseline.new_among(&assessment.outcomes));
    let view = View { new, changes: policy.changes.as_ref() };
    let asker = |key: &[&str]| asker(chosen, key);
    let mut all = Vec::new();
    if let Some(least) = gates.fail_under {
        all.push(overall(assessment, least, &asker(&["gates", "fail-under"])));
    }
    for (id, &least) in &gates.categories {
        all.push(category(assessment, id, least, &asker(&["gates", "categories", id])));
    }
    let narrowed = view.new.is_some() || view.changes.is_some();
    if let Some(severity) = gates.fail_on {
        all.push(findings(assessment, &view, severity, &asker(&["gates", "fail-on"])));
    } else if narrowed && gates.max.is_empty() {
        let by = if view.new.is_some() { "the baseline" } else { "--changed-since" };
        all.push(findings(assessment, &view, Severity::Low, by));
    }
    for (id, &most) in &gates.max {
        all.push(at_most(assessment, &view, id, most, &asker(&["gates", "max", id])));
    }
    if let Some(least) = gates.min_coverage {
        all.push(coverage(assessment, least, &asker(&["gates", "min-coverage"])));
    }
    if let Some(recorded) = &policy.ratchet {
        all.push(ratchet(assessment, recorded));
    }
    all
}

/// Who asks: the argument, or the key with its file.
fn asker(chosen: &Chosen, key: &[&str]) -> String {
    let owned: Vec<String> = key.iter().map(|&part| part.to_owned()).collect();
    let Some(held) = chosen.resolved.values.get(&owned) else { return crate::config::key_text(&owned) };
    match held.origin.source {
        Source::CommandLine => held.origin.place.split(' ').next().unwrap_or_default().to_owned(),
        _ => format!("`{}` ({})", crate::config::key_text(&owned), held.origin.place),
    }
}

fn gate(name: &str, asked: String, actual: String, is_met: bool, reason: String) -> Gate {
    Gate { name: name.to_owned(), asked, actual, is_met, reason }
}

fn overall(assessment: &Assessment, least: f64, asker: &str) -> Gate {
    let asked = format!("{least:.1}");
    match assessment.score.overall {
        None => {
            let reason = format!("no rule applies here, so there is no score to compare with {asker}");
            gate("fail-under", asked, "no score".to_owned(), false, reason)
        }
        Some(score) => {
            let worst = worst_categories(assessment);
            let reason = format!("the overall score is {score:.1}, and {asker} asks for {least:.1}{worst}");
            gate("fail-under", asked, format!("{score:.1}"), score >= least, reason)
        }
    }
}

/// What pulls the score down most, as a clause.
fn worst_categories(assessment: &Assessment) -> String {
    let mut scored: Vec<(f64, &str)> =
        assessment.categories.iter().filter_map(|own| Some((own.score?, own.title.as_str()))).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0));
    let named: Vec<String> = scored.iter().take(NAMED).map(|(score, title)| format!("{title} {score:.1}")).collect();
    if named.is_empty() { String::new() } else { format!("; weakest: {}", named.join(", ")) }
}

fn category(assessment: &Assessment, id: &str, least: f64, asker: &str) -> Gate {
    let score = assessment.categories.iter().find(|category| &*category.id == id).and_then(|category| category.score);
    let name = format!("fail-under {id}");
    match score {
        None => {
            let reason = format!("nothing of `{id}` applies here, so that {asker} has nothing to ask");
            gate(&name, format!("{least:.1}"), "not judged".to_owned(), true, reason)
        }
        Some(score) => {
            let reason = format!("`{id}` scores {score:.1}, and {asker} asks for {least:.1}");
            gate(&name, format!("{least:.1}"), format!("{score:.1}"), score >= least, reason)
        }
    }
}

fn findings(assessment: &Assessment, view: &View<'_>, severity: Severity, asker: &str) -> Gate {
    let is_meant =
        |(outcome, finding): &(&Outcome, &Finding)| finding.severity >= severity && view.sees(outcome, finding);
    let mut found: Vec<(&Outcome, &Finding)> = counted(&assessment.outcomes).filter(is_meant).collect();
    found.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    let (new, touched) = view.words();
    let or_worse = match severity {
        Severity::Low | Severity::Info => String::new(),
        Severity::Critical => " of severity critical".to_owned(),
        other => format!(" of severity {} or worse", other.name()),
    };
    let reason = format!("{}{or_worse}{touched}, and {asker} allows none{}", plural(found.len(), new), named(&found));
    gate("fail-on", severity.name().to_owned(), found.len().to_string(), found.is_empty(), reason)
}

fn at_most(assessment: &Assessment, view: &View<'_>, id: &str, most: u32, asker: &str) -> Gate {
    let own = counted(&assessment.outcomes).filter(|(outcome, _)| outcome.rule.id.as_str() == id);
    let found: Vec<_> = own.filter(|(outcome, finding)| view.sees(outcome, finding)).collect();
    let (new, touched) = view.words();
    let reason = format!("{} of {id}{touched}, and {asker} allows {most}{}", plural(found.len(), new), named(&found));
    gate(&format!("max {id}"), most.to_string(), found.len().to_string(), found.len() <= most as usize, reason)
}

fn named(found: &[(&Outcome, &Finding)]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let one = |(outcome, finding): &(&Outcome, &Finding)| {
        format!("{}:{} {} ({})", finding.place.path, finding.place.span.line, finding.message, outcome.rule.id)
    };
    let shown: Vec<String> = found.iter().take(NAMED).map(one).collect();
    let more = match found.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!(": {}{more}", shown.join("; "))
}

fn coverage(assessment: &Assessment, least: u8, asker: &str) -> Gate {
    let actual = assessment.score.coverage_percent;
    let reason = format!("{actual} % of what applies could be judged, and {asker} asks for {least} %");
    gate("min-coverage", format!("{least} %"), format!("{actual} %"), actual >= least, reason)
}

/// No score may be lower than the recorded one. What did not apply then, or does not now, is not compared.
fn ratchet(assessment: &Assessment, recorded: &Baseline) -> Gate {
    const LEAST: f64 = 0.05;
    let mut worse = Vec::new();
    let mut compare = |name: &str, before: Option<f64>, now: Option<f64>| {
        if let (Some(before), Some(now)) = (before, now)
            && before - now >= LEAST
        {
            worse.push(format!("{name} fell from {before:.1} to {now:.1}"));
        }
    };
    compare("the overall score", recorded.scores.overall, assessment.score.overall);
    for category in &assessment.categories {
        let before = recorded.scores.categories.get(&*category.id).copied();
        compare(&format!("`{}`", category.id), before, category.score);
    }
    let since = recorded.date.as_deref().map(|date| format!(" of {date}")).unwrap_or_default();
    let is_met = worse.is_empty();
    let reason = if is_met {
        format!("no score is lower than in the record{since}")
    } else {
        format!("{}; by the record{since} no score may fall", worse.join(", "))
    };
    let text = |score: Option<f64>| score.map_or_else(|| "no score".to_owned(), |score| format!("{score:.1}"));
    gate("ratchet", text(recorded.scores.overall), text(assessment.score.overall), is_met, reason)
}

fn plural(count: usize, adjective: &str) -> String {
    if count == 1 { format!("1 {adjective}finding") } else { format!("{count} {adjective}findings") }
}
