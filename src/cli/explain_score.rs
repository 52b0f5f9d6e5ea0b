//! `auditor explain-score`: the arithmetic of the score, as tables.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use auditor::score::explain::{Explanation, Share, explain};
use clap::Args;

use super::Exit;
use super::args::Reading;
use super::output::print;
use super::policy::PolicyArguments;

/// Gains that are listed.
const GAINS: usize = 10;

/// Show the arithmetic of the score: which rules move which category by how much, what gains most per hour, and the
/// least effort that reaches a given score.
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0, or 2 for a mistake in the call or the configuration.")]
pub(crate) struct ExplainScore {
    /// The directory to audit
    #[arg(default_value = ".")]
    path: PathBuf,

    /// The overall score to reach with the least effort
    #[arg(long, value_name = "SCORE", default_value_t = 8.0, value_parser = score)]
    reach: f64,

    /// Also list rules that lose nothing
    #[arg(long)]
    all: bool,

    /// The date that waivers compare themselves with [default: the commit's]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = super::args::date)]
    date: Option<String>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    policy: PolicyArguments,
}

fn score(text: &str) -> Result<f64, String> {
    let wrong = || "a score is a number from 0 to 10".to_owned();
    let score: f64 = text.parse().map_err(|_| wrong())?;
    if (0.0..=10.0).contains(&score) { Ok(score) } else { Err(wrong()) }
}

pub(super) fn run(arguments: &ExplainScore) -> Result<Exit> {
    let assessment = arguments.policy.assess(&arguments.path, &arguments.reading, arguments.date.as_deref())?;
    let explanation = explain(&assessment.categories, &assessment.outcomes);
    let mut text = arithmetic(&explanation, arguments.all);
    text.push_str(&gains(&explanation));
    text.push_str(&plan(&explanation, arguments.reach));
    if !assessment.score.blockers.is_empty() {
        let ids: Vec<&str> = assessment.score.blockers.iter().map(auditor::facts::RuleId::as_str).collect();
        let _ = writeln!(text, "\nWhatever the score, these block production: {}", ids.join(", "));
    }
    print(&text)?;
    Ok(Exit::Clean)
}

fn arithmetic(explanation: &Explanation, all: bool) -> String {
    let mut text = String::new();
    let Some(overall) = explanation.overall else {
        return "No rule applies here, so there is no score.\n".to_owned();
    };
    let weights: u32 = explanation.parts.iter().map(|part| part.weight).sum();
    for part in &explanation.parts {
        let _ = writeln!(
            text,
            "{} ({}): {:.2} of 10, weight {} of {weights}, gives {:.2} of the overall score",
            part.title, part.id, part.score, part.weight, part.overall
        );
        for share in part.shares.iter().filter(|share| all || share.ratio < 1.0) {
            let _ = writeln!(
                text,
                "  {:>5.2} of {:>4.2}  {:<8} {:<40} -{:.2} overall, {} h",
                share.earned,
                share.possible,
                share.status.name(),
                share.rule.as_str(),
                share.overall_gain,
                hours(share.hours)
            );
        }
        let kept = part.shares.iter().filter(|share| share.ratio >= 1.0).count();
        if !all && kept > 0 {
            let _ = writeln!(text, "  and {kept} that lose nothing");
        }
    }
    let terms: Vec<String> = explanation.parts.iter().map(|part| format!("{:.2}", part.overall)).collect();
    let _ = writeln!(text, "\nOverall: {} = {overall:.2}", terms.join(" + "));
    text
}

fn gains(explanation: &Explanation) -> String {
    let gains = explanation.gains();
    if gains.is_empty() {
        return String::new();
    }
    let mut text = "\nWhat gains most per hour:\n".to_owned();
    for share in gains.iter().take(GAINS) {
        let _ = writeln!(text, "  {}", gain(share));
    }
    text
}

fn gain(share: &Share) -> String {
    let per_hour = share.gain_per_hour();
    let (rule, gain, hours) = (share.rule.as_str(), share.overall_gain, hours(share.hours));
    format!("+{gain:.2} in {hours:>5} h ({per_hour:.3} an hour)  {rule}: {}", share.title)
}

fn plan(explanation: &Explanation, target: f64) -> String {
    let Some(now) = explanation.overall else { return String::new() };
    if now >= target {
        return format!("\nThe score is {now:.2}, which is {target:.1} or more already.\n");
    }
    match explanation.least_effort(target) {
        None => format!("\nNo set of rules reaches {target:.1} here.\n"),
        Some(plan) => {
            let mut text = format!(
                "\nThe least effort that reaches {target:.1}: {} rules in {} h give {:.2}\n",
                plan.rules.len(),
                hours(plan.hours),
                plan.score
            );
            for share in &plan.rules {
                let _ = writeln!(text, "  {}", gain(share));
            }
            text
        }
    }
}

fn hours(hours: f64) -> String {
    format!("{hours:.2}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
