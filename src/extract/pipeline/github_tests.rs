use super::*;
use crate::extract::pipeline::testing::{only, pipeline};

fn workflow(text: &str) -> Pipeline {
    pipeline(&Workflows, ".github/workflows/ci.yml", text)
}

fn kinds(pipeline: &Pipeline) -> Vec<TriggerKind> {
    pipeline.triggers.iter().map(|trigger| trigger.kind).collect()
}

const JOBS: &str = "\njobs:\n  a:\n    steps:\n      - run: make\n";

#[test]
fn on_has_three_forms() {
    assert_eq!(kinds(&workflow(&format!("on: push{JOBS}"))), [TriggerKind::Push]);
    let list = workflow(&format!("on: [push, pull_request]{JOBS}"));
    assert_eq!(kinds(&list), [TriggerKind::Push, TriggerKind::ChangeRequest]);
    let map = workflow(&format!(
        "on:\n  push:\n    branches: [main]\n    paths-ignore: ['**.md']\n    tags: ['v*']\n  merge_group:\n  schedule:\n    - cron: x{JOBS}"
    ));
    assert_eq!(kinds(&map), [TriggerKind::Push, TriggerKind::Tag, TriggerKind::MergeQueue, TriggerKind::Schedule]);
    let push = &map.triggers[0];
    assert_eq!(
        (push.branches.as_slice(), push.paths.as_slice()),
        (&["main".to_owned()][..], &["!**.md".to_owned()][..])
    );
    assert_eq!(push.span.line, 2);
    assert!(!push.is_before_merge());
}

#[test]
fn a_push_of_tags_alone_is_no_push() {
    assert_eq!(kinds(&workflow(&format!("on:\n  push:\n    tags: ['v*']{JOBS}"))), [TriggerKind::Tag]);
}

#[test]
fn a_push_without_a_filter_comes_with_tags_too_where_a_condition_asks() {
    let jobs = "\njobs:\n  a:\n    steps:\n      - run: make\n        if: startsWith(github.ref, 'refs/tags/v')\n";
    let plain = workflow(&format!("on: push{jobs}"));
    assert_eq!(kinds(&plain), [TriggerKind::Push, TriggerKind::Tag]);
    assert!(!plain.jobs[0].steps[0].never_runs);
    assert_eq!(kinds(&workflow(&format!("on:\n  push:\n    branches: [main]{jobs}"))), [TriggerKind::Push]);
}

#[test]
fn a_closed_pull_request_is_no_change() {
    assert_eq!(kinds(&workflow(&format!("on:\n  pull_request:\n    types: [closed]{JOBS}"))), [TriggerKind::Other]);
}

#[test]
fn steps_know_folder_lines_and_fate() {
    let text = "on: push\ndefaults:\n  run:\n    working-directory: ./web\njobs:\n  a:\n    continue-on-error: true\n    steps:\n      - run: |\n          npm ci\n          npm test\n      - run: make\n        working-directory: api\n        continue-on-error: ${{ true }}\n      - uses: a/b@v1\n        if: ${{ false }}\n        with:\n          x: 1\n";
    let job = &workflow(text).jobs[0];
    assert_eq!(job.may_fail, Some(true));
    let [npm, make, uses] = job.steps.as_slice() else { panic!("three steps") };
    let StepAction::Run(script) = &npm.action else { panic!("a run step") };
    assert_eq!((npm.folder.as_str(), script.lines.as_slice()), ("web", &[10, 11][..]));
    assert!(script.stops_on_failure && !script.has_pipefail);
    assert_eq!((make.folder.as_str(), make.may_fail, make.never_runs), ("api", true, false));
    assert!(uses.never_runs);
    assert_eq!(uses.action, StepAction::Use("a/b@v1".to_owned(), vec![("x".to_owned(), "1".to_owned())]));
}

#[test]
fn values_of_env_and_matrix_go_with_the_steps_that_name_them() {
    let text = "on: push\nenv:\n  CARGO: cargo\njobs:\n  a:\n    strategy:\n      matrix:\n        task: [test, lint]\n        include:\n          - task: build\n    steps:\n      - run: ${{ env.CARGO }} ${{ matrix.task }}\n      - run: ls\n";
    let job = &workflow(text).jobs[0];
    let expected = [("env.CARGO", vec!["cargo"]), ("matrix.task", vec!["test", "lint", "build"])];
    let values: Vec<(&str, Vec<&str>)> = job.steps[0]
        .values
        .iter()
        .map(|(name, list)| (name.as_str(), list.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(values, expected);
    assert!(job.steps[1].values.is_empty());
}

#[test]
fn conditions_say_which_triggers_start_a_job() {
    let only_of = |condition: &str| {
        let text = format!("on: push\njobs:\n  a:\n    if: {condition}\n    steps:\n      - run: make\n");
        only(workflow(&text).jobs[0].only.as_ref())
    };
    assert_eq!(only_of("github.event_name == 'pull_request'").unwrap(), [TriggerKind::ChangeRequest]);
    assert_eq!(only_of("startsWith(github.ref, 'refs/tags/v')").unwrap(), [TriggerKind::Tag]);
    assert!(!only_of("github.ref == 'refs/heads/main'").unwrap().contains(&TriggerKind::ChangeRequest));
    assert!(
        !only_of("${{ github.event_name != 'pull_request' && !cancelled() }}")
            .unwrap()
            .contains(&TriggerKind::ChangeRequest)
    );
    assert_eq!(only_of("always()"), None);
    assert!(workflow("on: push\njobs:\n  a:\n    if: false\n    steps:\n      - run: make\n").jobs[0].never_runs);
}

#[test]
fn a_workflow_for_labels_is_not_substantive() {
    let text =
        "on: pull_request_target\njobs:\n  a:\n    steps:\n      - uses: actions/labeler@v5\n      - run: echo done\n";
    assert!(!workflow(text).is_substantive);
    assert!(workflow(&format!("on: push{JOBS}")).is_substantive);
}

#[test]
fn a_broken_workflow_is_reported_and_not_read() {
    let file = crate::extract::pipeline::testing::file(".github/workflows/ci.yml");
    let source = Source::new(&file, "on: push\njobs: [\n  }\n");
    let mut found = Found::new(&file);
    Workflows.extract(&source, &[], &mut found);
    assert_eq!(found.diagnostics()[0].span.unwrap().line, 3);
    assert!(matches!(&found.facts()[0].data, Data::Pipeline(pipeline) if !pipeline.is_read));
}

#[test]
fn a_composite_action_is_called() {
    let text = "name: x\ninputs:\n  dir:\n    default: web\nruns:\n  using: composite\n  steps:\n    - run: npm test\n      shell: bash\n      working-directory: ${{ inputs.dir }}\n";
    let action = pipeline(&CompositeActions, ".github/actions/t/action.yml", text);
    assert_eq!(kinds(&action), [TriggerKind::Call]);
    assert_eq!(action.inputs, [("dir".to_owned(), "web".to_owned())]);
    assert_eq!(action.jobs[0].steps[0].folder, "${{ inputs.dir }}");
}
