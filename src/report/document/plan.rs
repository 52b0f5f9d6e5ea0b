//! What to do: every rule that fails or is fulfilled in part, once by priority, once by horizon, and as milestones.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::recommendation::{horizon_words, to_do};
use super::section::{Section, adds, is_elsewhere, is_missing, severity, status_icon, told};
use super::{Spot, hours_text, message, plural, score_text};
use crate::facts::{Horizon, Severity};
use crate::report::plain;
use crate::rules::{Outcome, Status};
use crate::score::{self, Assessment};

/// The compliance that the report measures against.
const TARGET_PERCENT: u8 = 90;
/// Actions that are named where the most important stand for all.
const FIRST: usize = 5;
/// Gaps that the summary names.
const KEY_GAPS: usize = 8;
/// Hours of focused work in a day, for turning effort into duration.
pub(super) const HOURS_A_DAY: f64 = 6.0;

/// Everything that there is to do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Plan {
    /// Number of actions.
    pub count: usize,
    /// Hours for all of them.
    pub hours: String,
    #[serde(skip)]
    pub total_hours: f64,
    /// Critical rules that fail.
    pub blockers: Vec<Action>,
    /// The most important actions.
    pub first: Vec<Action>,
    /// The worst gaps, and how many more are as bad.
    pub key_gaps: Vec<Action>,
    pub more_gaps: usize,
    /// The worst gaps that do not block production.
    pub other_gaps: Vec<Action>,
    pub priorities: Vec<Priority>,
    /// Hours by horizon, as in a priority.
    pub due_hours: [String; 3],
    pub horizons: Vec<Due>,
    pub milestones: Vec<Milestone>,
    pub compliance: Vec<Compliance>,
}

/// A rule that asks for something to be done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Action {
    pub rule: String,
    /// What is lacking, and what there is to do, as titles.
    pub title: String,
    pub to_do: String,
    /// What is the case, where the title of what there is to do does not say it.
    pub case: String,
    pub icon: &'static str,
    pub category: String,
    pub section: usize,
    pub severity: &'static str,
    pub reason: String,
    /// What goes wrong without it, in a few words for those who decide.
    pub why: String,
    pub summary: String,
    pub hours: String,
    /// Whether `auditor fix` has files for it.
    pub has_files: bool,
    /// Where to begin: in a file that is there, or with one to add.
    pub spot: Option<Spot>,
    pub adds: Option<String>,
    #[serde(skip)]
    horizon: Horizon,
    #[serde(skip)]
    priority: usize,
    #[serde(skip)]
    effort: f64,
    /// It changes what is done from now on, and the score only as time passes.
    #[serde(skip)]
    is_past: bool,
}

/// Actions of one priority.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Priority {
    pub title: &'static str,
    pub meaning: &'static str,
    pub actions: Vec<Action>,
    /// Hours by horizon: immediate, short-term, long-term; empty where there is nothing.
    pub immediate: String,
    pub short_term: String,
    pub long_term: String,
    pub hours: String,
}

/// Actions that are due at one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Due {
    pub title: &'static str,
    pub period: &'static str,
    pub hours: String,
    pub count: usize,
    pub actions: Vec<Action>,
    /// Actions beyond the most important, in words.
    pub more: Option<String>,
}

/// A step on the way to production.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(in crate::report) struct Milestone {
    pub number: usize,
    pub title: &'static str,
    pub meaning: &'static str,
    pub actions: String,
    pub hours: String,
    pub days: String,
    /// The overall score when this and what comes before it is done.
    pub score: Option<String>,
    pub categories: Vec<MilestonePart>,
}

/// What a milestone asks of one category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct MilestonePart {
    pub category: String,
    pub rules: Vec<String>,
}

/// A category's distance from the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Compliance {
    pub title: String,
    pub icon: &'static str,
    pub status: &'static str,
    pub section: usize,
    /// `35 %`, or that it could not be judged.
    pub today: String,
    pub target: String,
    /// `-55 points`, empty where the target is met.
    pub gap: String,
    /// The first things that close it.
    pub closed_by: Vec<String>,
}

/// Title and meaning of each priority.
const PRIORITIES: [(&str, &str); 4] = [
    ("Critical blockers", "must be done before production"),
    ("High priority", "should be done next"),
    ("Medium priority", "in the normal course of work"),
    ("Low priority", "when somebody passes by"),
];

impl Plan {
    pub(super) fn new(assessment: &Assessment, sections: &[Section]) -> Self {
        let actions = actions(assessment, sections);
        let of_priority = |wanted: usize| actions.iter().filter(move |action| action.priority == wanted).cloned();
        let total_hours = effort(&actions);
        let blockers: Vec<Action> = of_priority(0).collect();
        let severe = blockers.len() + of_priority(1).count();
        let key_gaps: Vec<Action> = of_priority(0).chain(of_priority(1)).take(KEY_GAPS.max(blockers.len())).collect();
        Self {
            count: actions.len(),
            hours: hours_text(total_hours),
            total_hours,
            first: actions.iter().take(FIRST).cloned().collect(),
            more_gaps: severe - key_gaps.len(),
            other_gaps: key_gaps.iter().filter(|action| action.priority > 0).cloned().collect(),
            key_gaps,
            blockers,
            priorities: priorities(&actions),
            due_hours: due_hours(&actions),
            horizons: horizons(&actions),
            milestones: milestones(assessment, &actions),
            compliance: sections.iter().map(|section| compliance(section, &actions)).collect(),
        }
    }
}

impl Plan {
    /// The first rule that `auditor fix` has files for.
    pub(in crate::report) fn fixable(&self) -> Option<&str> {
        let actions = self.priorities.iter().flat_map(|priority| &priority.actions);
        actions.into_iter().find(|action| action.has_files).map(|action| action.rule.as_str())
    }
}

/// Every action, the most important first: by priority, then heaviest, then in the order of the rules.
fn actions(assessment: &Assessment, sections: &[Section]) -> Vec<Action> {
    let mut weighted: Vec<(u32, Action)> = Vec::new();
    for outcome in &assessment.outcomes {
        let section = sections.iter().find(|section| section.id == outcome.rule.id.category());
        if let (Status::Partial | Status::Fail, Some(section)) = (outcome.status, section) {
            let is_blocker = assessment.score.blockers.contains(&outcome.rule.id);
            weighted.push((outcome.rule.weight, action(outcome, section, is_blocker)));
        }
    }
    weighted.sort_by_key(|(weight, action)| (action.priority, std::cmp::Reverse(*weight)));
    weighted.into_iter().map(|(_, action)| action).collect()
}

fn action(outcome: &Outcome, section: &Section, is_blocker: bool) -> Action {
    let rule = &outcome.rule;
    let first = outcome.findings.iter().filter(|finding| finding.counts).max_by(|a, b| {
        // The first of the worst.
        a.severity.cmp(&b.severity).then_with(|| b.place.cmp(&a.place))
    });
    let severity = severity(outcome);
    let priority = match severity {
        _ if is_blocker => 0,
        Severity::Critical | Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low | Severity::Info => 3,
    };
    let reason = told(outcome);
    let is_missing = is_missing(outcome);
    let adds = adds(outcome).map(plain::one_line);
    Action {
        rule: rule.id.to_string(),
        title: if is_missing { reason.clone() } else { message(&rule.title) },
        to_do: to_do(rule),
        case: if is_missing { String::new() } else { reason.clone() },
        icon: status_icon(outcome.status),
        category: section.title.clone(),
        section: section.number,
        severity: severity.name(),
        reason,
        why: gist(&plain::one_line(&rule.why)),
        summary: plain::one_line(outcome.remedy()),
        hours: hours_text(outcome.hours()),
        has_files: outcome.advice.as_ref().is_some_and(|advice| !advice.files.is_empty()),
        spot: first
            .filter(|_| adds.is_none() && !is_elsewhere(outcome))
            .and_then(|finding| Spot::of(&finding.place.path, finding.place.span)),
        adds,
        horizon: outcome.horizon(),
        priority,
        effort: outcome.hours(),
        is_past: outcome.is_past(),
    }
}

/// The first sentence, and those behind it while all together stay short.
fn gist(text: &str) -> String {
    const SHORT: usize = 200;
    let ends = || text.match_indices(". ").map(|(at, _)| at + 1);
    let end = if text.len() <= SHORT { None } else { ends().take_while(|end| *end <= SHORT).last().or(ends().next()) };
    text.get(..end.unwrap_or(text.len())).unwrap_or(text).to_owned()
}

impl Action {
    /// Hours that it takes.
    pub(super) const fn effort(&self) -> f64 {
        self.effort
    }
}

fn effort<'a>(actions: impl IntoIterator<Item = &'a Action>) -> f64 {
    actions.into_iter().map(|action| action.effort).sum()
}

fn priorities(actions: &[Action]) -> Vec<Priority> {
    let mut priorities = Vec::new();
    for (priority, (title, meaning)) in PRIORITIES.into_iter().enumerate() {
        let own: Vec<Action> = actions.iter().filter(|action| action.priority == priority).cloned().collect();
        if own.is_empty() {
            continue;
        }
        let [immediate, short_term, long_term] = due_hours(&own);
        priorities.push(Priority {
            title,
            meaning,
            immediate,
            short_term,
            long_term,
            hours: hours_text(effort(&own)),
            actions: own,
        });
    }
    priorities
}

/// Hours that are due at once, in the short and in the long term; empty where there is nothing.
fn due_hours(actions: &[Action]) -> [String; 3] {
    [Horizon::Immediate, Horizon::ShortTerm, Horizon::LongTerm].map(|horizon| {
        let hours = effort(actions.iter().filter(|action| action.horizon == horizon));
        if hours > 0.0 { hours_text(hours) } else { String::new() }
    })
}

fn horizons(actions: &[Action]) -> Vec<Due> {
    let mut by_horizon: BTreeMap<Horizon, Vec<&Action>> = BTreeMap::new();
    for action in actions {
        by_horizon.entry(action.horizon).or_default().push(action);
    }
    let due = |(horizon, own): (Horizon, Vec<&Action>)| {
        let (title, period) = horizon_words(horizon);
        let left = own.len().saturating_sub(FIRST);
        Due {
            title,
            period,
            hours: hours_text(effort(own.iter().copied())),
            count: own.len(),
            more: (left > 0).then(|| plural(left, "more action")),
            actions: own.into_iter().take(FIRST).cloned().collect(),
        }
    };
    by_horizon.into_iter().map(due).collect()
}

fn milestones(assessment: &Assessment, actions: &[Action]) -> Vec<Milestone> {
    const STEPS: [(&str, &str, std::ops::RangeInclusive<usize>); 3] = [
        ("Ready to deploy", "nothing that blocks production is left", 0..=0),
        ("Safe to operate", "what goes wrong is noticed, contained and undone", 1..=1),
        ("Mature", "what is good practice is also habit", 2..=3),
    ];
    let mut milestones = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (title, meaning, priorities) in STEPS {
        let own: Vec<&Action> = actions.iter().filter(|action| priorities.contains(&action.priority)).collect();
        if own.is_empty() {
            continue;
        }
        let hours = effort(own.iter().copied());
        done.extend(own.iter().filter(|action| !action.is_past).map(|action| action.rule.as_str()));
        let is_done = |outcome: &Outcome| done.contains(outcome.rule.id.as_str());
        let mut categories: BTreeMap<usize, MilestonePart> = BTreeMap::new();
        for action in &own {
            let part = categories
                .entry(action.section)
                .or_insert_with(|| MilestonePart { category: action.category.clone(), rules: Vec::new() });
            part.rules.push(action.rule.clone());
        }
        milestones.push(Milestone {
            number: milestones.len() + 1,
            title,
            meaning,
            actions: plural(own.len(), "action"),
            hours: hours_text(hours),
            days: days_text(hours),
            score: score_text(score::projected(&assessment.categories, &assessment.outcomes, is_done)),
            categories: categories.into_values().collect(),
        });
    }
    milestones
}

/// Hours of work as working days of one person.
pub(super) fn days_text(hours: f64) -> String {
    match (hours / HOURS_A_DAY).ceil() {
        days if days <= 1.0 => "1 working day".to_owned(),
        days => format!("{} working days", hours_text(days)),
    }
}

fn compliance(section: &Section, actions: &[Action]) -> Compliance {
    let gap = section.percent.map_or(0, |today| TARGET_PERCENT.saturating_sub(today));
    let own = actions.iter().filter(|action| gap > 0 && action.section == section.number);
    Compliance {
        title: section.title.clone(),
        icon: section.icon,
        status: section.status,
        section: section.number,
        today: section.percent.map_or_else(|| "not judged".to_owned(), |today| format!("{today} %")),
        target: format!("{TARGET_PERCENT} %"),
        gap: if gap > 0 { format!("−{}", plural(gap.into(), "point")) } else { String::new() },
        closed_by: own.take(3).map(|action| action.to_do.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_decide_read_the_first_sentences() {
        let long = "x".repeat(150);
        assert_eq!(gist("Short. Shorter."), "Short. Shorter.");
        assert_eq!(gist(&format!("One. Two {long}. Three {long}.")), format!("One. Two {long}."));
        assert_eq!(gist(&format!("One {long}{long}. Two.")), format!("One {long}{long}."));
    }

    #[test]
    fn hours_become_whole_working_days() {
        assert_eq!(
            [0.25, 6.0, 6.25, 40.0].map(days_text),
            ["1 working day", "1 working day", "2 working days", "7 working days"]
        );
    }
}
