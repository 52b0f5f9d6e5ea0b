//! The `on` of workflows: events, with their filters.

use crate::facts::{After, Span, Trigger, TriggerKind};
use crate::syntax::data::Node;

/// The triggers that `on` declares, in any of its three forms. `push` without a filter comes with tags too, which is
/// worth saying where a condition of the workflow asks for them.
pub(super) fn triggers(key: Span, on: &Node, text: &str) -> Vec<Trigger> {
    let mut found = Vec::new();
    for (name, filters) in on.entries() {
        add(&mut found, name.text().unwrap_or(""), name.span, Some(filters));
    }
    for event in on.one_or_many().iter().filter(|event| event.scalar().is_some()) {
        // A single event stands beside `on` itself.
        let span = if on.items().is_empty() { key } else { event.span };
        add(&mut found, event.text().unwrap_or(""), span, None);
    }
    let asks_for_tags = text.contains("refs/tags") || text.contains("ref_type");
    let has_tags = found.iter().any(|trigger| trigger.kind == TriggerKind::Tag);
    let open = found.iter().find(|trigger| trigger.kind == TriggerKind::Push && trigger.branches.is_empty());
    if let Some(push) = open.filter(|_| asks_for_tags && !has_tags) {
        found.push(Trigger::any(TriggerKind::Tag, push.span));
    }
    found
}

/// The kinds of triggers that an event stands for.
pub(super) fn kinds_of_event(event: &str) -> &'static [TriggerKind] {
    use TriggerKind as Kind;
    match event {
        "push" => &[Kind::Push, Kind::Tag],
        "pull_request" => &[Kind::ChangeRequest],
        "pull_request_target" => &[Kind::ChangeRequestTarget],
        "merge_group" => &[Kind::MergeQueue],
        "release" => &[Kind::Tag],
        "schedule" => &[Kind::Schedule],
        "workflow_dispatch" | "repository_dispatch" => &[Kind::Manual],
        "workflow_call" => &[Kind::Call],
        "deployment" | "deployment_status" => &[Kind::Deployment],
        _ => &[Kind::Other],
    }
}

/// The workflows whose runs start this one.
pub(super) fn after(on: &Node) -> Option<After> {
    let (key, event) = on.entry("workflow_run")?;
    let names = event.get("workflows")?.one_or_many().iter().filter_map(Node::text).map(str::to_owned).collect();
    Some(After { names, branches: filter(event, "branches", "branches-ignore"), span: key.span })
}

/// The patterns of a filter, `!` in front of those of its opposite.
fn filter(event: &Node, chosen: &str, ignored: &str) -> Vec<String> {
    let texts = |key: &str| event.get(key).map_or_else(Vec::new, Node::texts);
    let chosen = texts(chosen).into_iter().map(str::to_owned);
    chosen.chain(texts(ignored).into_iter().map(|pattern| format!("!{pattern}"))).collect()
}

fn add(found: &mut Vec<Trigger>, event: &str, span: Span, filters: Option<&Node>) {
    let both = |chosen: &str, ignored: &str| filters.map_or_else(Vec::new, |filters| filter(filters, chosen, ignored));
    let branches = both("branches", "branches-ignore");
    let paths = both("paths", "paths-ignore");
    let tags = both("tags", "tags-ignore");
    let with = |kind| Trigger { branches: branches.clone(), paths: paths.clone(), ..Trigger::any(kind, span) };
    match event {
        "push" => {
            if tags.is_empty() || !branches.is_empty() {
                found.push(with(TriggerKind::Push));
            }
            if !tags.is_empty() {
                found.push(Trigger { branches: tags, ..with(TriggerKind::Tag) });
            }
        }
        "pull_request" | "pull_request_target" => {
            const CHANGES: &[&str] = &["opened", "synchronize", "reopened", "ready_for_review"];
            let types = filters.and_then(|filters| filters.get("types")).map_or_else(Vec::new, Node::texts);
            let is_change = types.is_empty() || types.iter().any(|kind| CHANGES.contains(kind));
            let kind = match (is_change, event) {
                (false, _) => TriggerKind::Other,
                (true, "pull_request") => TriggerKind::ChangeRequest,
                (true, _) => TriggerKind::ChangeRequestTarget,
            };
            found.push(with(kind));
        }
        other => found.extend(kinds_of_event(other).iter().map(|kind| with(*kind))),
    }
}
