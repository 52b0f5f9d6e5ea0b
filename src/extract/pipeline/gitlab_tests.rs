use super::*;
use crate::extract::pipeline::testing::{only, pipeline};
use TriggerKind::{ChangeRequest, Manual, Push, Schedule, Tag};

fn gitlab(text: &str) -> Pipeline {
    pipeline(&GitLab, ".gitlab-ci.yml", text)
}

fn only_of(rules: &str) -> Vec<TriggerKind> {
    only(gitlab(&format!("a:\n  script: make\n{rules}")).jobs[0].only.as_ref()).unwrap()
}

#[test]
fn scripts_are_flattened_and_keep_their_lines() {
    let text = ".setup: &setup\n  - cd web\n  - npm ci\n\ntest:\n  script:\n    - *setup\n    - |\n      npm run lint\n      npm test\n    - !reference [.more, script]\n    - ls\n";
    let found = gitlab(text);
    let job = found.jobs.iter().find(|job| job.id == "test").unwrap();
    let [first, reference, last] = job.steps.as_slice() else { panic!("{:?}", job.steps) };
    let StepAction::Run(script) = &first.action else { panic!("a run step") };
    assert_eq!(script.text, "cd web\nnpm ci\nnpm run lint\nnpm test\n");
    assert_eq!(script.lines, [2, 3, 9, 10]);
    assert_eq!(reference.action, StepAction::Reference(".more".to_owned(), "script".to_owned()));
    assert!(matches!(&last.action, StepAction::Run(script) if script.lines == [12]));
}

#[test]
fn rules_decide_about_triggers() {
    let merge = "  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n";
    assert_eq!(only_of(merge), [ChangeRequest]);
    let scheduled = "  rules:\n    - if: $CI_PIPELINE_SOURCE == \"schedule\"\n      when: always\n    - when: never\n";
    assert_eq!(only_of(scheduled), [Schedule]);
    let skipped =
        "  rules:\n    - if: $CI_PIPELINE_SOURCE == 'schedule'\n      when: never\n    - if: $CI_COMMIT_BRANCH\n";
    assert_eq!(only_of(skipped), [Push, Manual]);
    assert_eq!(only_of("  rules:\n    - when: manual\n"), [Manual]);
    assert!(only_of("  rules:\n    - changes: [src/**]\n").contains(&ChangeRequest));
}

#[test]
fn a_rule_for_the_default_branch_is_limited() {
    let found = gitlab("a:\n  script: make\n  rules:\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n");
    let only = found.jobs[0].only.as_ref().unwrap();
    assert!(only.iter().all(|trigger| !trigger.is_before_merge()));
}

#[test]
fn only_and_except_decide_about_triggers() {
    assert_eq!(only_of("  only: [merge_requests, tags]\n"), [ChangeRequest, Tag]);
    assert_eq!(only_of("  only:\n    refs: [schedules]\n"), [Schedule]);
    assert!(!only_of("  except: [tags]\n").contains(&Tag));
    assert_eq!(only_of("  when: manual\n"), [Manual]);
}

#[test]
fn without_rules_branches_and_tags_start_pipelines() {
    let found = gitlab("a:\n  script: make\n");
    assert_eq!(found.jobs[0].only, None);
    let kinds: Vec<TriggerKind> = found.triggers.iter().map(|trigger| trigger.kind).collect();
    assert!(kinds.contains(&Push) && !kinds.contains(&ChangeRequest));
    let text = "workflow:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'\na:\n  script: make\n";
    assert_eq!(gitlab(text).triggers.iter().map(|trigger| trigger.kind).collect::<Vec<_>>(), [ChangeRequest]);
}

#[test]
fn templates_includes_and_fates_are_read() {
    let text = "include:\n  - local: /ci/test.yml\n  - template: Security/SAST.gitlab-ci.yml\n  - project: a/b\n    file: /x.yml\n.base:\n  before_script: [npm ci]\na:\n  extends: [.base, .other]\n  script: make\n  allow_failure: true\n";
    let found = gitlab(text);
    let names: Vec<(&str, bool)> =
        found.includes.iter().map(|include| (include.name.as_str(), include.is_local)).collect();
    assert_eq!(names, [("ci/test.yml", true), ("Security/SAST.gitlab-ci.yml", false), ("a/b/x.yml", false)]);
    let job = &found.jobs[1];
    assert!(found.jobs[0].is_template && !job.is_template);
    assert_eq!((job.extends.join(" "), job.may_fail), (".other .base".to_owned(), Some(true)));
}

#[test]
fn an_included_file_is_called() {
    let found = pipeline(&GitLab, "ci/test.yml", "a:\n  script: make\n");
    assert_eq!(found.triggers[0].kind, TriggerKind::Call);
}
