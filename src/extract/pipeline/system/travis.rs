//! Travis CI: phases, the defaults of its languages, jobs of the matrix, and deployments.

use super::{environment, give, job, owned, runs, shell, uses};
use crate::extract::pipeline::services;
use crate::facts::{Job, Pipeline, Span, Step, Trigger, TriggerKind};
use crate::syntax::data::Node;

use TriggerKind::{ChangeRequest, Push, Schedule, Tag};

const BEFORE: &[&str] = &["before_install", "install", "before_script"];
const AFTER: &[&str] = &["after_success", "after_failure", "after_script"];

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    let Some(root) = documents.first().filter(|root| !root.entries().is_empty()) else { return false };
    let span = root.span;
    let branches = root.at(&["branches", "only"]).map_or_else(Vec::new, |list| owned(list.texts()));
    pipeline.triggers = [Push, ChangeRequest, Tag]
        .map(|kind| Trigger { branches: branches.clone(), ..Trigger::any(kind, span) })
        .to_vec();
    // For change requests the filter is about the branch that they go to.
    if let Some(change) = pipeline.triggers.iter_mut().find(|trigger| trigger.kind == ChangeRequest) {
        change.branches.clear();
    }
    let matrix = ["jobs", "matrix"].iter().find_map(|key: &&str| root.get(key));
    let entries = matrix.and_then(|it| it.get("include")).map_or(&[][..], Node::items);
    let allowed = matrix.and_then(|it| it.get("allow_failures")).map_or(&[][..], Node::items);
    if root.get("script").is_some() || root.get("deploy").is_some() || entries.is_empty() {
        pipeline.jobs.extend(of(root, root, "build"));
    }
    for (index, entry) in entries.iter().enumerate() {
        let name = ["name", "stage", "env"].iter().find_map(|key: &&str| entry.get(key)?.text());
        let id = name.map_or_else(|| format!("job {}", index + 1), str::to_owned);
        let is_allowed = allowed.iter().any(|pattern| covers(pattern, entry));
        let found = of(entry, root, &id).into_iter();
        pipeline.jobs.extend(found.map(|job| Job { may_fail: is_allowed.then_some(true), ..job }));
    }
    true
}

/// Whether an entry has all that a pattern of `allow_failures` names.
fn covers(pattern: &Node, entry: &Node) -> bool {
    let entries = pattern.entries();
    !entries.is_empty()
        && entries.iter().all(|(key, value)| {
            let own = key.text().and_then(|key| entry.get(key));
            own.is_some_and(|own| own.texts() == value.texts())
        })
}

/// A job with what it takes over from the file, and its deployments, which run for other triggers.
fn of(entry: &Node, root: &Node, id: &str) -> Vec<Job> {
    let part = |key: &str| entry.get(key).or_else(|| root.get(key)).filter(|node| node.flag() != Some(false));
    let is_skipped = |key: &str| part(key).and_then(Node::text) == Some("skip");
    let section = |keys: &[&str]| -> Vec<Step> {
        keys.iter().filter(|key| !is_skipped(key)).filter_map(|key| shell(part(key)?)).collect()
    };
    let mut steps = section(&["script"]);
    if part("script").is_none() {
        steps.extend(default(entry, root));
    }
    give(&mut steps, &[environment(root.get("env")), environment(entry.get("env"))].concat());
    let only = entry.get("if").and_then(Node::text).and_then(|text| condition(text, entry.span));
    let main = Job {
        before: Some(section(BEFORE)),
        after: Some(section(AFTER)),
        services: services::of(part("services")),
        ..job(id, entry.span, steps)
    };
    let mut found = vec![Job { only: only.clone(), ..main }];
    let deployments = entry.get("deploy").or_else(|| root.get("deploy").filter(|_| std::ptr::eq(entry, root)));
    for deployment in deployments.map_or(&[][..], Node::one_or_many) {
        let Some((key, provider)) = deployment.entry("provider") else { continue };
        let name = provider.text().unwrap_or_default();
        let step = match deployment.get("script").and_then(shell).filter(|_| name == "script") {
            Some(step) => step,
            None => uses(format!("travis-ci/{name}"), Vec::new(), key.span),
        };
        let conditions = deployment.get("on").or_else(|| deployment.get("true"));
        let is_tag = conditions.and_then(|it| it.get("tags")).and_then(Node::flag) == Some(true);
        let branches = conditions.and_then(|it| it.get("branch")).map_or_else(Vec::new, |it| owned(it.texts()));
        let branches = if branches.is_empty() { vec!["master".to_owned()] } else { branches };
        let trigger = Trigger::any(if is_tag { Tag } else { Push }, key.span);
        let own = if is_tag { trigger } else { Trigger { branches, ..trigger } };
        found
            .push(Job { only: only.clone().or(Some(vec![own])), ..job(&format!("{id} deploy"), key.span, vec![step]) });
    }
    found
}

/// What Travis runs for a language where the file names no script.
fn default(entry: &Node, root: &Node) -> Option<Step> {
    let (key, language) = entry.entry("language").or_else(|| root.entry("language"))?;
    let command = match language.text()? {
        "node_js" => "npm test",
        "ruby" => "rake",
        "go" => "go test ./...",
        "rust" => "cargo test",
        "php" => "phpunit",
        "java" | "groovy" => "mvn test",
        "elixir" => "mix test",
        "swift" | "objective-c" => "xcodebuild test",
        _ => return None,
    };
    Some(runs(command, key.span))
}

/// `if: type = pull_request`, `if: branch = main`, `if: tag IS present`; what says more is not looked into.
fn condition(text: &str, span: Span) -> Option<Vec<Trigger>> {
    let has = |part: &str| text.contains(part);
    let kinds: Vec<TriggerKind> = [
        (has("pull_request"), ChangeRequest),
        (has("type = push") || has("type == push") || has("branch ="), Push),
        (has("tag IS present") || has("tag =~") || has("tag IS NOT blank"), Tag),
        (has("cron"), Schedule),
    ]
    .into_iter()
    .filter_map(|(holds, kind)| holds.then_some(kind))
    .collect();
    let is_negated = has("!=") || has("NOT (") || has("NOT type");
    (!kinds.is_empty() && !is_negated).then(|| {
        let branches = if has("branch =") { vec!["(some)".to_owned()] } else { Vec::new() };
        kinds.iter().map(|kind| Trigger { branches: branches.clone(), ..Trigger::any(*kind, span) }).collect()
    })
}
