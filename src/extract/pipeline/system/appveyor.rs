//! `AppVeyor`: phases of a build, its artifacts and deployments.

use super::{environment, give, job, owned, runs, shell, uses};
use crate::extract::pipeline::services;
use crate::facts::{Job, Pipeline, Span, Step, Trigger, TriggerKind};
use crate::syntax::data::Node;

const BUILD: &[&str] = &["before_build", "build_script", "after_build"];
const TEST: &[&str] = &["before_test", "test_script", "after_test"];

pub(super) fn read(documents: &[Node], pipeline: &mut Pipeline) -> bool {
    for root in documents.iter().flat_map(Node::one_or_many).filter(|root| !root.entries().is_empty()) {
        let branches = root.at(&["branches", "only"]).map_or_else(Vec::new, |list| owned(list.texts()));
        let push = Trigger { branches, ..Trigger::any(TriggerKind::Push, root.span) };
        let change = Trigger::any(TriggerKind::ChangeRequest, root.span);
        // Tags come with the pushes.
        let tag = Trigger::any(TriggerKind::Tag, root.span);
        let skips_tags = root.get("skip_tags").and_then(Node::flag) == Some(true);
        pipeline.triggers = if skips_tags { vec![push, change] } else { vec![push, change, tag] };
        pipeline.jobs.push(build(root));
    }
    !pipeline.jobs.is_empty()
}

fn build(root: &Node) -> Job {
    let is_off = |key: &str| root.get(key).is_some_and(|it| it.flag() == Some(false) || it.text() == Some("off"));
    let section = |keys: &[&str]| keys.iter().filter_map(|key| root.get(key)).flat_map(lines).collect::<Vec<Step>>();
    let mut steps = section(BUILD);
    if steps.is_empty() && !is_off("build") {
        let place = root.entry("build").map_or(root.span, |(key, _)| key.span);
        steps.push(runs("msbuild", place));
    }
    let mut tests = section(TEST);
    if tests.is_empty() && !is_off("test") {
        // Without a script it runs the test assemblies that it finds.
        tests.extend(root.entry("test").map(|(key, _)| runs("vstest.console.exe", key.span)));
    }
    steps.extend(tests);
    steps.extend(section(&["before_deploy", "deploy_script", "after_deploy"]));
    for deployment in root.get("deploy").map_or(&[][..], Node::one_or_many) {
        if let Some((key, provider)) = deployment.entry("provider") {
            let step = uses(format!("appveyor/{}", provider.text().unwrap_or_default()), Vec::new(), key.span);
            steps.push(Step { only: Some(limits(deployment, key.span)), ..step });
        }
    }
    give(&mut steps, &environment(root.get("environment")));
    let after = section(&["on_success", "on_failure", "on_finish"]);
    Job {
        before: Some(section(&["init", "install"])),
        after: Some(after),
        services: services::of(root.get("services")),
        ..job("build", root.span, steps)
    }
}

/// The triggers that a deployment is limited to: a tag, a branch. Nothing is deployed for change requests.
fn limits(deployment: &Node, span: Span) -> Vec<Trigger> {
    // YAML takes a bare `on` for a flag.
    let conditions = deployment.get("on").or_else(|| deployment.get("true"));
    let is_tag = |key: &str| conditions.and_then(|it| it.get(key)).and_then(Node::flag) == Some(true);
    if is_tag("appveyor_repo_tag") || is_tag("APPVEYOR_REPO_TAG") {
        return vec![Trigger::any(TriggerKind::Tag, span)];
    }
    let branches = conditions.and_then(|it| it.get("branch")).map_or_else(Vec::new, |list| owned(list.texts()));
    vec![Trigger { branches, ..Trigger::any(TriggerKind::Push, span) }]
}

/// Lines of a script: texts, or `cmd:`, `ps:` and `sh:` with texts.
fn lines(node: &Node) -> Vec<Step> {
    let of_item = |item: &Node| match item.entries().first() {
        Some((_, text)) => shell(text),
        None => shell(item),
    };
    node.one_or_many().iter().filter_map(of_item).collect()
}
