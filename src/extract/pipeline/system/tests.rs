use super::*;
use crate::extract::pipeline::testing::pipeline;
use crate::facts::TriggerKind::{ChangeRequest, Manual, Push, Tag};

fn texts(pipeline: &Pipeline) -> Vec<String> {
    let steps = pipeline.jobs.iter().flat_map(|job| &job.steps);
    let texts = steps.filter_map(|step| match &step.action {
        StepAction::Run(script) => Some(format!("{}:{}", script.lines[0], script.text.trim())),
        StepAction::Use(name, _) => Some(format!("use {name}")),
        StepAction::Reference(..) => None,
    });
    texts.collect()
}

fn kinds(triggers: &[Trigger]) -> Vec<TriggerKind> {
    triggers.iter().map(|trigger| trigger.kind).collect()
}

#[test]
fn commands_of_circleci_take_parameters_and_orbs_have_their_full_names() {
    let text = "version: 2.1\norbs:\n  node: circleci/node@5\ncommands:\n  check:\n    parameters:\n      what: {type: string, default: unit}\n    steps:\n      - run: npm run << parameters.what >>\njobs:\n  test:\n    docker: [{image: cimg/node:22.0}]\n    steps:\n      - checkout\n      - node/install-packages\n      - check\n      - check: {what: e2e}\n      - run:\n          name: Lint\n          command: npm run lint\nworkflows:\n  ci:\n    jobs:\n      - test\n      - node/test\n      - hold: {type: approval}\n";
    let found = pipeline(&Systems, ".circleci/config.yml", text);
    assert_eq!(
        texts(&found),
        [
            "use circleci/checkout",
            "use circleci/node/install-packages",
            "9:npm run unit",
            "9:npm run e2e",
            "20:npm run lint"
        ]
    );
    assert_eq!(found.jobs[1].calls.as_ref().unwrap().0, "circleci/node/test");
    assert_eq!(found.jobs.len(), 2);
}

#[test]
fn filters_of_circleci_limit_a_job() {
    let text = "version: 2.1\njobs:\n  ship:\n    steps:\n      - run: make deploy\nworkflows:\n  ci:\n    jobs:\n      - ship:\n          filters:\n            branches: {ignore: /.*/}\n            tags: {only: /^v.*/}\n";
    let found = pipeline(&Systems, ".circleci/config.yml", text);
    assert_eq!(kinds(found.jobs[0].only.as_ref().unwrap()), [Tag]);
}

#[test]
fn travis_has_a_script_for_each_language() {
    assert_eq!(texts(&pipeline(&Systems, ".travis.yml", "language: go\n")), ["1:go test ./..."]);
    assert_eq!(texts(&pipeline(&Systems, ".travis.yml", "language: go\nscript: make\n")), ["2:make"]);
}

#[test]
fn jobs_of_travis_take_over_what_they_do_not_say() {
    let text = "language: python\nscript: pytest\njobs:\n  include:\n    - name: lint\n      script: flake8\n    - name: nightly\n      python: nightly\n  allow_failures:\n    - python: nightly\ndeploy:\n  provider: pypi\n  on: {tags: true}\n";
    let found = pipeline(&Systems, ".travis.yml", text);
    assert_eq!(texts(&found), ["2:pytest", "use travis-ci/pypi", "6:flake8", "2:pytest"]);
    assert_eq!(found.jobs.last().unwrap().may_fail, Some(true));
    assert_eq!(kinds(found.jobs[1].only.as_ref().unwrap()), [Tag]);
}

#[test]
fn appveyor_builds_where_it_is_not_told_how() {
    assert_eq!(texts(&pipeline(&Systems, "appveyor.yml", "build:\n  project: a.sln\n")), ["1:msbuild"]);
    let scripts = "build: off\ntest_script:\n  - ps: ./test.ps1\n  - npm test\n";
    assert_eq!(texts(&pipeline(&Systems, "appveyor.yml", scripts)), ["3:./test.ps1", "4:npm test"]);
}

#[test]
fn bitbucket_sections_are_triggers_and_steps_behind_a_manual_one_wait() {
    let text = "pipelines:\n  pull-requests:\n    '**':\n      - step:\n          name: Test\n          script:\n            - npm ci\n            - npm test\n            - pipe: atlassian/aws-s3-deploy:1.1\n  branches:\n    main:\n      - step:\n          script: [make]\n      - stage:\n          deployment: production\n          steps:\n            - step:\n                trigger: manual\n                script: [make deploy]\n";
    let found = pipeline(&Systems, "bitbucket-pipelines.yml", text);
    assert_eq!(texts(&found)[..2], ["7:npm ci\nnpm test", "use atlassian/aws-s3-deploy@1.1"]);
    assert_eq!(kinds(&found.triggers), [ChangeRequest, Push, Manual]);
    assert_eq!(found.jobs[2].environments, ["production"]);
}

#[test]
fn buildkite_steps_behind_a_block_wait_for_a_person() {
    let text = "steps:\n  - label: test\n    command: make test\n    plugins:\n      - docker-compose#v5: {run: app}\n  - block: Ship?\n  - command: make deploy\n    soft_fail: true\n";
    let found = pipeline(&Systems, ".buildkite/pipeline.yml", text);
    assert_eq!(texts(&found), ["use buildkite-plugins/docker-compose@v5", "3:make test", "7:make deploy"]);
    assert_eq!(kinds(found.jobs[1].only.as_ref().unwrap()), [Manual]);
    assert!(found.is_read);
    let generated = "steps:\n  - command: ./steps.sh | buildkite-agent pipeline upload\n";
    assert!(!pipeline(&Systems, ".buildkite/pipeline.yml", generated).is_read);
}

#[test]
fn cirrus_tasks_have_scripts_and_conditions() {
    let text = "test_task:\n  only_if: $CIRRUS_PR != ''\n  test_script: cargo test\nship_task:\n  trigger_type: manual\n  script: [make, make ship]\n";
    let found = pipeline(&Systems, ".cirrus.yml", text);
    assert_eq!(texts(&found), ["3:cargo test", "6:make\nmake ship"]);
    assert_eq!(kinds(found.jobs[0].only.as_ref().unwrap()), [ChangeRequest]);
    assert_eq!(kinds(found.jobs[1].only.as_ref().unwrap()), [Manual]);
}

#[test]
fn builders_of_cloud_build_are_their_programs() {
    let text = "steps:\n- name: gcr.io/cloud-builders/docker\n  args: [build, -t, app, .]\n- name: gcr.io/google.com/cloudsdktool/cloud-sdk\n  entrypoint: gcloud\n  args: [run, deploy, app]\n- name: node:22\n  entrypoint: bash\n  args: ['-c', 'npm ci && npm test']\nimages: [app]\n";
    let found = pipeline(&Systems, "cloudbuild.yaml", text);
    assert_eq!(
        texts(&found),
        ["2:docker build -t app .", "4:gcloud run deploy app", "7:npm ci && npm test", "10:docker push app"]
    );
}

#[test]
fn phases_of_code_build_come_in_order() {
    let text = "version: 0.2\nphases:\n  build:\n    commands: [make]\n  pre_build:\n    commands:\n      - make test\nartifacts:\n  files: ['**/*']\n";
    let found = pipeline(&Systems, "buildspec.yml", text);
    assert_eq!(texts(&found), ["7:make test", "4:make", "use code-build/artifacts"]);
}

#[test]
fn what_semaphore_promotes_to_waits() {
    let text = "blocks:\n  - name: Test\n    task:\n      prologue: {commands: [checkout]}\n      jobs:\n        - name: unit\n          commands: [make test]\n";
    assert_eq!(kinds(&pipeline(&Systems, ".semaphore/semaphore.yml", text).triggers), [Push, ChangeRequest]);
    assert_eq!(kinds(&pipeline(&Systems, ".semaphore/deploy.yml", text).triggers), [Manual]);
}

#[test]
fn annotations_start_runs_of_tekton() {
    let text = "apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata:\n  name: pr\n  annotations:\n    pipelinesascode.tekton.dev/on-event: \"[pull_request, push]\"\n    pipelinesascode.tekton.dev/on-target-branch: \"[main]\"\nspec:\n  pipelineSpec:\n    tasks:\n      - name: test\n        taskSpec:\n          steps:\n            - image: golang\n              script: go test ./...\n";
    let found = pipeline(&Systems, ".tekton/pr.yaml", text);
    assert_eq!(
        (texts(&found), kinds(&found.triggers)),
        (vec!["15:go test ./...".to_owned()], vec![ChangeRequest, Push])
    );
    assert_eq!(found.triggers[1].branches, ["main"]);
}

#[test]
fn azure_files_are_known_by_their_content() {
    let text = "trigger:\n  branches:\n    include: [main]\nsteps:\n  - script: dotnet test\n  - task: DotNetCoreCLI@2\n    inputs: {command: publish}\n  - task: PublishBuildArtifacts@1\n    condition: false\n";
    let found = pipeline(&Systems, "ci.yml", text);
    assert_eq!(
        (kinds(&found.triggers), found.triggers[0].branches.clone()),
        (vec![Push, ChangeRequest], vec!["main".to_owned()])
    );
    assert_eq!(texts(&found), ["5:dotnet test", "6:dotnet publish", "use azure-pipelines/PublishBuildArtifacts@1"]);
    assert!(found.jobs[0].steps[2].never_runs);
}

#[test]
fn templates_of_azure_are_called_by_their_paths() {
    let root = "trigger: [main]\nstages:\n  - stage: Test\n    jobs:\n      - template: templates/test.yml\n        parameters: {node: '22'}\n  - stage: Ship\n    condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')\n    jobs:\n      - deployment: Web\n        environment: production\n        strategy:\n          runOnce:\n            deploy:\n              steps:\n                - script: make deploy\n";
    let found = pipeline(&Systems, "build/azure-pipelines.yml", root);
    assert_eq!(found.jobs[0].calls.as_ref().unwrap().0, "./build/templates/test.yml");
    assert_eq!(
        (found.jobs[1].environments.clone(), texts(&found)),
        (vec!["production".to_owned()], vec!["16:make deploy".to_owned()])
    );
    let template = "parameters:\n  node: '20'\nsteps:\n  - ${{ if eq(parameters.node, '22') }}:\n    - script: nvm use ${{ parameters.node }} && echo $(Build.BuildId)\n";
    let found = pipeline(&Systems, "build/templates/test.yml", template);
    assert_eq!(kinds(&found.triggers), [TriggerKind::Call]);
    assert_eq!(texts(&found), ["5:nvm use ${{ inputs.node }} && echo ${Build_BuildId}"]);
}

#[test]
fn other_yaml_with_steps_is_not_azures() {
    let file = crate::extract::pipeline::testing::file("recipe.yml");
    let text = "steps:\n  - chop onions\n  - fry\n";
    let source = Source::new(&file, text);
    let mut found = Found::new(&file);
    Systems.extract(&source, &[], &mut found);
    assert!(found.facts().is_empty());
}

#[test]
fn stages_of_jenkins_have_conditions_folders_and_steps() {
    let text = "pipeline {\n  agent any\n  stages {\n    stage('Test') {\n      steps {\n        dir('web') {\n          sh 'npm test' // not sh 'x'\n        }\n        sh '''\n          make\n          make check\n        '''\n        junit 'out.xml'\n      }\n    }\n    stage('Ship') {\n      when { branch 'main' }\n      steps { sh(script: \"make deploy\", returnStatus: true) }\n    }\n  }\n  post { failure { slackSend channel: '#x' } }\n}\n";
    let found = pipeline(&Systems, "Jenkinsfile", text);
    let ids: Vec<&str> = found.jobs.iter().map(|job| job.id.as_str()).collect();
    assert_eq!(ids, ["pipeline", "Test", "Ship"]);
    assert_eq!(texts(&found), ["7:npm test", "9:make\n          make check", "use jenkins/junit", "18:make deploy"]);
    assert_eq!(found.jobs[1].steps[0].folder, "web");
    assert!(found.jobs[2].steps[0].may_fail);
    assert_eq!(kinds(found.jobs[2].only.as_ref().unwrap()), [Push]);
    assert_eq!(found.jobs[0].after.as_ref().unwrap().len(), 1);
}

#[test]
fn scripted_pipelines_and_libraries_are_read_as_far_as_they_go() {
    let text = "node {\n  stage('Build') {\n    checkout scm\n    sh \"mvn -B verify\"\n  }\n}\n";
    let found = pipeline(&Systems, "Jenkinsfile", text);
    assert_eq!((texts(&found), found.is_read), (vec!["4:mvn -B verify".to_owned()], true));
    let library = "@Library('shared') _\nbuildService(name: 'x')\n";
    assert!(!pipeline(&Systems, "Jenkinsfile", library).is_read);
}

#[test]
fn a_template_of_azure_that_is_given_the_stages_wraps_them() {
    let text = "trigger: [main]\nextends:\n  template: v1/Official.yml@templates\n  parameters:\n    pool: {name: x}\n    stages:\n      - stage: Build\n        jobs:\n          - job: Build\n            steps:\n              - script: dotnet build\n";
    let found = pipeline(&Systems, "ci.yml", text);
    assert_eq!(texts(&found), ["11:dotnet build"]);
    assert!(found.jobs.iter().all(|job| job.calls.is_none()));
}

#[test]
fn builds_of_teamcity_start_what_they_need() {
    let text = "project { buildType(Test); buildType(All) }\nobject Test : BuildType({\n  name = \"Test\"\n  steps {\n    script {\n      workingDir = \"web\"\n      scriptContent = \"\"\"\n        npm ci\n        npm test\n      \"\"\".trimIndent()\n    }\n    maven { goals = \"verify\" }\n    gradle { enabled = false; tasks = \"check\" }\n    python { command = pytest { } }\n  }\n})\nobject All : BuildType({\n  type = BuildTypeSettings.Type.COMPOSITE\n  triggers { vcs { branchFilter = \"+:*\" } }\n  features { pullRequests { } }\n  dependencies { snapshot(Test) { } }\n})\n";
    let found = pipeline(&Systems, ".teamcity/settings.kts", text);
    assert_eq!(texts(&found), ["7:npm ci\n        npm test", "12:mvn verify", "14:python -m pytest"]);
    assert_eq!(kinds(found.jobs[0].only.as_ref().unwrap()), [Push, ChangeRequest]);
    assert_eq!((found.jobs[0].steps[0].folder.as_str(), found.is_read), ("web", true));
}

#[test]
fn a_build_of_teamcity_that_nothing_starts_here_is_undecided() {
    let text = "object Verify : BuildType({ steps { gradle { tasks = \"check\" } } })\n";
    let found = pipeline(&Systems, ".teamcity/settings.kts", text);
    assert_eq!((kinds(found.jobs[0].only.as_ref().unwrap()), found.is_read), (vec![Manual], false));
}

/// The diagnostics of a file as `line message`.
fn problems(path: &str, text: &str) -> Vec<String> {
    let file = crate::extract::pipeline::testing::file(path);
    let source = Source::new(&file, text);
    let mut found = Found::new(&file);
    Systems.extract(&source, &[], &mut found);
    let shown = found.diagnostics().iter().map(|it| format!("{} {}", it.span.map_or(0, |at| at.line), it.message));
    shown.collect()
}

#[test]
fn files_that_are_broken_are_reported_with_their_place() {
    for path in [
        ".circleci/config.yml",
        ".travis.yml",
        "appveyor.yml",
        "bitbucket-pipelines.yml",
        ".buildkite/pipeline.yml",
        ".drone.yml",
        ".woodpecker.yml",
        ".cirrus.yml",
        "cloudbuild.yaml",
        "buildspec.yml",
        ".semaphore/semaphore.yml",
        ".tekton/pr.yaml",
        "azure-pipelines.yml",
    ] {
        let found = problems(path, "trigger: [main]\nsteps:\n  - script: make\n  - \"open\n");
        assert!(found.len() == 1 && !found[0].starts_with("0 "), "{path}: {found:?}");
    }
    assert_eq!(
        problems("Jenkinsfile", "pipeline {\n  stages {\n    stage('a') { steps { sh 'make' } }\n  }\n"),
        ["1 Jenkins file with a `{` or `}` that has no other half"]
    );
}

#[test]
fn files_without_anything_to_run_and_jobs_that_are_not_defined_are_reported() {
    assert_eq!(
        problems("bitbucket-pipelines.yml", "image: node\n"),
        ["1 Bitbucket Pipelines file in which nothing says what to run: it was not judged"]
    );
    let text = "version: 2.1\njobs:\n  test:\n    steps: [checkout]\nworkflows:\n  ci:\n    jobs:\n      - test\n      - tests: {requires: [test]}\n      - hold: {type: approval}\n";
    assert_eq!(problems(".circleci/config.yml", text), ["9 a workflow names the job `tests`, which is not defined"]);
}
