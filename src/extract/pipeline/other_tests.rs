use super::*;
use crate::extract::pipeline::testing::pipeline;

fn texts(pipeline: &Pipeline) -> Vec<String> {
    let steps = pipeline.jobs.iter().flat_map(|job| &job.steps);
    let texts = steps.filter_map(|step| match &step.action {
        StepAction::Run(script) => Some(format!("{}:{}", script.lines[0], script.text.trim())),
        _ => None,
    });
    texts.collect()
}

#[test]
fn shell_text_is_found_under_its_keys() {
    let circle = "version: 2.1\njobs:\n  test:\n    steps:\n      - checkout\n      - run: npm ci\n      - run:\n          name: Test\n          command: npm test\n";
    assert_eq!(texts(&pipeline(&Others, ".circleci/config.yml", circle)), ["6:npm ci", "9:npm test"]);
    let cirrus = "task:\n  test_script: cargo test\n";
    assert_eq!(texts(&pipeline(&Others, ".cirrus.yml", cirrus)), ["2:cargo test"]);
}

#[test]
fn travis_has_a_script_for_each_language() {
    assert_eq!(texts(&pipeline(&Others, ".travis.yml", "language: go\n")), ["1:go test ./..."]);
    assert_eq!(texts(&pipeline(&Others, ".travis.yml", "language: go\nscript: make\n")), ["2:make"]);
}

#[test]
fn azure_files_are_known_by_their_content() {
    let text = "trigger:\n  branches:\n    include: [main]\nsteps:\n  - script: dotnet test\n";
    let found = pipeline(&Others, "ci.yml", text);
    let kinds: Vec<TriggerKind> = found.triggers.iter().map(|trigger| trigger.kind).collect();
    assert_eq!(
        (kinds.as_slice(), found.triggers[0].branches.as_slice()),
        (&[Push, ChangeRequest][..], &["main".to_owned()][..])
    );
    assert_eq!(texts(&found), ["5:dotnet test"]);
}

#[test]
fn bitbucket_sections_are_triggers() {
    let text = "pipelines:\n  pull-requests:\n    '**':\n      - step:\n          script:\n            - npm test\n  custom:\n    x:\n      - step:\n          script: [ls]\n";
    let found = pipeline(&Others, "bitbucket-pipelines.yml", text);
    let kinds: Vec<TriggerKind> = found.triggers.iter().map(|trigger| trigger.kind).collect();
    assert_eq!(kinds, [ChangeRequest, Manual]);
}

#[test]
fn jenkins_runs_quoted_texts() {
    let text = "pipeline {\n  steps {\n    sh 'make test'\n    sh '''\n      npm ci\n      npm test\n    '''\n  }\n}\n";
    assert_eq!(
        texts(&pipeline(&Others, "Jenkinsfile", text)),
        ["3:make test", "4:npm ci\n      npm test".replace("\n      ", "\n").as_str()]
    );
}
