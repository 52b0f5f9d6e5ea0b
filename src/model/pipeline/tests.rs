use super::*;
use crate::facts::{Job, Script, Span, Step, StepAction, Task, TaskRunner};

/// A repository with one workflow that runs some shell text on pull requests, and tasks beside it.
#[derive(Default)]
struct Repo {
    facts: Vec<Fact>,
}

impl Repo {
    fn fact(mut self, path: &str, data: Data) -> Self {
        let line = u32::try_from(self.facts.len() + 1).unwrap();
        let place = Place { path: path.into(), span: Span { line, ..Span::START } };
        self.facts.push(Fact { place, role: Role::Configuration, data });
        self
    }

    fn task(self, runner: TaskRunner, path: &str, name: &str, command: &str) -> Self {
        self.needing(runner, path, name, command, &[])
    }

    fn needing(self, runner: TaskRunner, path: &str, name: &str, command: &str, needs: &[&str]) -> Self {
        let folder = path.rsplit_once('/').map_or("root", |(folder, _)| folder);
        let task = Task {
            runner,
            name: name.to_owned(),
            command: command.to_owned(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
            package: (runner == TaskRunner::PackageScript)
                .then(|| format!("@x/{}", folder.rsplit('/').next().unwrap())),
        };
        self.fact(path, Data::Task(task))
    }

    fn script(self, path: &str, name: &str, command: &str) -> Self {
        self.task(TaskRunner::PackageScript, path, name, command)
    }

    fn runs(self, text: &str) -> Vec<PipelineRun> {
        let step = run_step(text);
        let job = Job { id: "a".to_owned(), steps: vec![step], ..Job::default() };
        self.pipeline(".github/workflows/ci.yml", TriggerKind::ChangeRequest, vec![job]).derive()
    }

    fn pipeline(self, path: &str, kind: TriggerKind, jobs: Vec<Job>) -> Self {
        let triggers = vec![Trigger::any(kind, Span::START)];
        let pipeline = Pipeline { system: "GitHub Actions".to_owned(), triggers, jobs, ..Pipeline::default() };
        self.fact(path, Data::Pipeline(pipeline))
    }

    fn derive(self) -> Vec<PipelineRun> {
        let signals = Signals::built_in().unwrap();
        let facts = derive(&Facts::new(self.facts), &[], &signals);
        let runs = facts.into_iter().filter_map(|fact| match fact.data {
            Data::PipelineRun(run) => Some(run),
            _ => None,
        });
        runs.collect()
    }
}

fn run_step(text: &str) -> Step {
    let lines = (10..).take(text.lines().count()).collect();
    let script = Script { text: text.to_owned(), lines, stops_on_failure: true, has_pipefail: false };
    Step {
        action: StepAction::Run(script),
        folder: String::new(),
        only: None,
        values: Vec::new(),
        may_fail: false,
        never_runs: false,
        span: Span::START,
    }
}

fn commands(runs: &[PipelineRun]) -> Vec<&str> {
    runs.iter().map(|run| run.command.as_str()).collect()
}

const ROOT: &str = "package.json";
const WEB: &str = "apps/web/package.json";
const API: &str = "apps/api/package.json";

fn workspace() -> Repo {
    Repo::default()
        .script(ROOT, "test", "turbo run test")
        .script(ROOT, "web", "npm test -w @x/web")
        .script(WEB, "test", "vitest run")
        .script(API, "test", "jest")
}

#[test]
fn scripts_are_found_in_their_package() {
    for (text, found) in [
        ("npm test", vec!["jest", "vitest run"]),
        ("npm run web", vec!["vitest run"]),
        ("cd apps/api && npm test", vec!["jest"]),
        ("npm test --prefix apps/api", vec!["jest"]),
        ("pnpm --filter @x/web test", vec!["vitest run"]),
        ("pnpm --filter ./apps/* run test", vec!["jest", "vitest run"]),
        ("pnpm -r test", vec!["jest", "vitest run"]),
        ("yarn workspace @x/api test --ci", vec!["jest --ci"]),
        ("yarn workspaces foreach -A run test", vec!["jest", "vitest run"]),
        ("npx turbo run test --filter=@x/web...", vec!["vitest run"]),
        ("npx turbo test --filter='!@x/web'", vec!["jest"]),
        ("npx nx run-many -t build test", vec!["jest", "vitest run"]),
        ("npx lerna run test --scope @x/api", vec!["jest"]),
        ("cd apps/web/src && npm test -- --bail", vec!["vitest run --bail"]),
        ("cd apps/api && yarn vitest", vec!["vitest"]),
    ] {
        assert_eq!(commands(&workspace().runs(text)), found, "{text}");
    }
}

#[test]
fn the_way_is_told() {
    let runs = workspace().runs("npm run web");
    assert_eq!(runs[0].via, ["package.json script \"web\"", "apps/web/package.json script \"test\""]);
    assert_eq!((runs[0].purposes.join(" "), runs[0].tools.join(" ")), ("test".to_owned(), "vitest".to_owned()));
    assert!(runs[0].on_change && runs[0].can_fail);
}

#[test]
fn scripts_before_and_after_run_too() {
    let repo =
        Repo::default().script(ROOT, "pretest", "tsc").script(ROOT, "test", "jest").script(ROOT, "posttest", "ls");
    assert_eq!(commands(&repo.runs("npm test")), ["tsc", "jest", "ls"]);
}

#[test]
fn several_scripts_start_at_once() {
    let repo = || Repo::default().script(ROOT, "test:a", "jest a").script(ROOT, "test:b", "jest b");
    for text in
        ["npx run-p 'test:*'", "npx concurrently 'npm:test:a' 'npm run test:b'", "npx npm-run-all test:a test:b"]
    {
        assert_eq!(commands(&repo().runs(text)), ["jest a", "jest b"], "{text}");
    }
}

#[test]
fn circles_end() {
    let repo = Repo::default().script(ROOT, "a", "npm run b").script(ROOT, "b", "npm run a && ls");
    assert_eq!(commands(&repo.runs("npm run a")), ["ls"]);
}

#[test]
fn make_runs_prerequisites_and_the_first_target() {
    let repo = || {
        Repo::default()
            .needing(TaskRunner::Make, "Makefile", "all", "", &["test"])
            .needing(TaskRunner::Make, "Makefile", "test", "go test ./...\n", &["gen"])
            .task(TaskRunner::Make, "Makefile", "gen", "go generate\n")
    };
    for text in ["make", "make test", "make -j 4 test X=1"] {
        let runs = repo().runs(text);
        assert!(commands(&runs).contains(&"go test ./..."), "{text}");
        assert!(commands(&runs).contains(&"go generate"), "{text}");
    }
}

#[test]
fn shell_scripts_are_followed_where_they_are() {
    let repo = || {
        Repo::default().task(
            TaskRunner::Script,
            "ci/test.sh",
            "ci/test.sh",
            "#!/bin/sh\nset -e\ncd \"$(dirname \"$0\")/../api\"\npytest \"$@\"\n",
        )
    };
    for text in
        ["./ci/test.sh -q", "bash ci/test.sh -q", "cd ci; ./test.sh -q", "docker compose run app sh ci/test.sh -q"]
    {
        let runs = repo().runs(text);
        let pytest = runs.iter().find(|run| run.command == "pytest -q").unwrap_or_else(|| panic!("{text}: {runs:?}"));
        assert_eq!(pytest.via, ["ci/test.sh"]);
    }
}

#[test]
fn a_hidden_failure_stays_hidden_on_the_way() {
    let repo = || Repo::default().script(ROOT, "test", "jest").script(ROOT, "soft", "jest || true");
    assert!(!repo().runs("npm test || true")[0].can_fail);
    assert!(!repo().runs("npm run soft")[0].can_fail);
    assert!(repo().runs("npm test")[0].can_fail);
}

#[test]
fn values_of_a_matrix_are_tried_one_after_the_other() {
    let mut step = run_step("npm run ${{ matrix.task }}");
    step.values = vec![("matrix.task".to_owned(), vec!["a".to_owned(), "b".to_owned()])];
    let job = Job { id: "a".to_owned(), steps: vec![step], ..Job::default() };
    let repo = Repo::default().script(ROOT, "a", "jest").script(ROOT, "b", "tsc");
    let runs = repo.pipeline(".github/workflows/ci.yml", TriggerKind::Push, vec![job]).derive();
    assert_eq!(commands(&runs), ["jest", "tsc"]);
}

#[test]
fn called_workflows_have_the_triggers_of_their_caller() {
    let outer =
        Job { id: "x".to_owned(), calls: Some(("./.github/workflows/y.yml".to_owned(), vec![])), ..Job::default() };
    let called = Job { id: "y".to_owned(), steps: vec![run_step("go test ./...")], ..Job::default() };
    let repo = Repo::default().pipeline(".github/workflows/ci.yml", TriggerKind::ChangeRequest, vec![outer]).pipeline(
        ".github/workflows/y.yml",
        TriggerKind::Call,
        vec![called],
    );
    let runs = repo.derive();
    assert_eq!(commands(&runs), ["go test ./..."]);
    assert_eq!((runs[0].job.as_str(), runs[0].on_change), ("ci.yml/x", true));
    assert_eq!(runs[0].via, [".github/workflows/ci.yml job \"x\""]);
}

#[test]
fn workflows_that_call_each_other_end() {
    let call = |target: &str| Job { id: "x".to_owned(), calls: Some((target.to_owned(), vec![])), ..Job::default() };
    let repo = Repo::default()
        .pipeline(".github/workflows/a.yml", TriggerKind::Push, vec![call("./.github/workflows/b.yml")])
        .pipeline(".github/workflows/b.yml", TriggerKind::Call, vec![call("./.github/workflows/b.yml")]);
    assert!(repo.derive().is_empty());
}

#[test]
fn foreign_workflows_are_known_by_their_names_alone() {
    let call = |target: &str| Job { id: target.to_owned(), calls: Some((target.to_owned(), vec![])), ..Job::default() };
    let jobs = vec![call("a/b/.github/workflows/ci.yml@v1"), call("a/b/.github/workflows/unit-tests.yml@v1")];
    let runs = Repo::default().pipeline(".github/workflows/ci.yml", TriggerKind::Push, jobs).derive();
    let of = |command: &str| runs.iter().find(|run| run.command.ends_with(command)).unwrap();
    assert!(of("/ci.yml").is_opaque);
    assert_eq!(of("unit-tests.yml").purposes, ["test"]);
}

#[test]
fn a_program_that_only_tells_its_version_is_for_nothing() {
    assert!(Repo::default().runs("pytest --version")[0].purposes.is_empty());
}

#[test]
fn extended_jobs_take_over_what_they_do_not_say() {
    let job = |id: &str| Job { id: id.to_owned(), ..Job::default() };
    let base = Job {
        is_template: true,
        before: Some(vec![run_step("cd web")]),
        may_fail: Some(true),
        steps: vec![run_step("ls")],
        ..job(".base")
    };
    let test = Job { extends: vec![".base".to_owned()], steps: vec![run_step("npm test")], ..job("test") };
    let pipeline = Pipeline {
        system: "GitLab CI".to_owned(),
        triggers: vec![Trigger::any(TriggerKind::Push, Span::START)],
        jobs: vec![base, test],
        ..Pipeline::default()
    };
    let repo =
        Repo::default().script("web/package.json", "test", "jest").fact(".gitlab-ci.yml", Data::Pipeline(pipeline));
    let runs = repo.derive();
    assert_eq!(commands(&runs), ["jest"]);
    assert!(!runs[0].can_fail);
}
