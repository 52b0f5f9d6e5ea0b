//! `rules`, `only` and `except` of GitLab CI as far as they decide which pipelines a job is a part of.

use super::condition::{Triggers, comparison, judge};
use crate::facts::TriggerKind;
use crate::syntax::data::Node;

use TriggerKind::{Call, ChangeRequest, Manual, MergeQueue, Other, Push, Schedule, Tag};

/// The pipelines that exist where nothing says otherwise: of branches and tags.
pub(super) const BRANCH_PIPELINE: &[TriggerKind] = &[Push, Tag, Schedule, Manual, Call, Other];

/// The triggers of a job that says so itself; `None` where it does not.
pub(super) fn of_job(body: &Node) -> Option<Triggers> {
    if let Some(rules) = body.get("rules") {
        return Some(of_rules(rules, true));
    }
    let by_hand = body.get("when").and_then(Node::text) == Some("manual");
    let never = body.get("when").and_then(Node::text) == Some("never");
    if by_hand || never {
        return Some(if never { Triggers::default() } else { Triggers::of(&[Manual]) });
    }
    let refs = |key: &str| body.get(key).map(|filter| filter.get("refs").unwrap_or(filter).texts());
    let (chosen, left_out) = (refs("only"), refs("except"));
    if chosen.is_none() && left_out.is_none() {
        return None;
    }
    let start = match chosen.filter(|list| !list.is_empty()) {
        Some(list) => list.iter().map(|name| of_ref(name)).fold(Triggers::default(), |all, set| all.or(&set)),
        None => Triggers::of(BRANCH_PIPELINE),
    };
    Some(left_out.unwrap_or_default().iter().map(|name| of_ref(name)).fold(start, |all, set| all.without(&set)))
}

/// What a list of rules lets through: the first that holds decides. In jobs, `when: manual` waits for a person.
pub(super) fn of_rules(rules: &Node, is_job: bool) -> Triggers {
    let mut left = Triggers::all().except(&[MergeQueue]);
    let mut chosen = Triggers::default();
    let mut pending: Vec<&Node> = rules.items().iter().rev().collect();
    while let Some(rule) = pending.pop() {
        if rule.entries().is_empty() {
            pending.extend(rule.items().iter().rev());
            continue;
        }
        let condition = rule.get("if").and_then(Node::text);
        let understood = condition.map_or_else(|| Some(Triggers::all()), |text| judge(text, &atom));
        let is_certain = understood.is_some() && rule.get("changes").is_none() && rule.get("exists").is_none();
        let matched = left.clone().and(&understood.unwrap_or_else(Triggers::all));
        match rule.get("when").and_then(Node::text) {
            Some("never") => {}
            Some("manual") if is_job => chosen = chosen.or(&Triggers::of(&[Manual])),
            _ => chosen = chosen.or(&matched),
        }
        if is_certain {
            left = left.without(&matched);
        }
    }
    chosen
}

/// What a name in `only` or `except` stands for.
fn of_ref(name: &str) -> Triggers {
    match name {
        "branches" => Triggers::of(&[Push, Schedule, Manual]),
        "tags" => Triggers::of(&[Tag]),
        "merge_requests" | "external_pull_requests" => Triggers::of(&[ChangeRequest]),
        "pushes" => Triggers::of(&[Push, Tag]),
        "schedules" => Triggers::of(&[Schedule]),
        "web" => Triggers::of(&[Manual]),
        "api" | "triggers" | "pipelines" | "chat" | "external" => Triggers::of(&[Call, Other]),
        // A branch by its name or by a pattern.
        _ => Triggers::of(&[Push, Tag, Schedule, Manual]).limited(),
    }
}

/// What one comparison of a rule says about triggers.
fn atom(text: &str) -> Option<Triggers> {
    let branch = || Triggers::of(&[Push, Schedule, Manual]);
    if let Some((left, right)) = text.split_once("=~") {
        // A bot pushes proposed changes of another host as branches of that name.
        let is_of_changes = ["/^pr-", "/^pr\\/", "/^pull"].iter().any(|start| right.trim().starts_with(start));
        return match left.trim() {
            "$CI_COMMIT_BRANCH" if is_of_changes => Some(branch()),
            "$CI_COMMIT_TAG" => Some(Triggers::of(&[Tag])),
            "$CI_COMMIT_BRANCH" => Some(branch().limited()),
            "$CI_COMMIT_REF_NAME" => Some(Triggers::all().limited()),
            "$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME" | "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" => {
                Some(Triggers::of(&[ChangeRequest]))
            }
            _ => None,
        };
    }
    let Some((left, is_equal, right)) = comparison(text) else {
        return match text {
            "$CI_COMMIT_TAG" => Some(Triggers::of(&[Tag])),
            "$CI_COMMIT_BRANCH" | "$CI_OPEN_MERGE_REQUESTS" => Some(branch()),
            "$CI_MERGE_REQUEST_ID" | "$CI_MERGE_REQUEST_IID" => Some(Triggers::of(&[ChangeRequest])),
            _ => None,
        };
    };
    let set = match (left, right) {
        ("$CI_PIPELINE_SOURCE", source) => Triggers::of(match source {
            "merge_request_event" | "external_pull_request_event" => &[ChangeRequest],
            "push" => &[Push, Tag],
            "schedule" => &[Schedule],
            "web" => &[Manual],
            "parent_pipeline" | "pipeline" => &[Call],
            _ => &[Other],
        }),
        ("$CI_COMMIT_TAG", "null") => Triggers::all().except(&[Tag]),
        ("$CI_COMMIT_BRANCH", "null") => Triggers::of(&[Tag, ChangeRequest]),
        ("$CI_COMMIT_BRANCH", _) => branch().limited(),
        ("$CI_COMMIT_REF_NAME" | "$CI_COMMIT_REF_SLUG", _) => Triggers::all().except(&[ChangeRequest]).limited(),
        ("$CI_MERGE_REQUEST_TARGET_BRANCH_NAME" | "$CI_MERGE_REQUEST_EVENT_TYPE", _) => Triggers::of(&[ChangeRequest]),
        _ => return None,
    };
    match (is_equal, left, right) {
        (true, _, _) => Some(set),
        (false, "$CI_PIPELINE_SOURCE", _) | (false, _, "null") => Some(Triggers::all().without(&set)),
        (false, "$CI_COMMIT_BRANCH", _) => Some(Triggers::all()),
        _ => None,
    }
}
