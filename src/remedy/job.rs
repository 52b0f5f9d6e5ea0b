//! The job of a pipeline that changes start already, and that has what the stack needs: a step beside its others is less to
//! keep than a second workflow.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::stack::Stack;
use crate::facts::PipelineRun;
use crate::model::Repository;

/// A job to which a step can be added.
#[derive(Debug, Serialize)]
pub(super) struct Job {
    /// The file.
    pub path: String,
    /// Its id in the file.
    pub id: String,
    /// What stands before a command in a list of its steps; empty where the system has another form.
    pub step: &'static str,
}

/// Actions that bring the runtime of a stack, and the programs that its commands begin with.
const OF_STACKS: &[(&str, &[&str], &[&str])] = &[
    ("node", &["actions/setup-node", "pnpm/action-setup", "oven-sh/setup-bun"], &["npm", "pnpm", "yarn", "bun", "npx"]),
    (
        "python",
        &["actions/setup-python", "astral-sh/setup-uv"],
        &["pip", "uv", "poetry", "pdm", "pipenv", "pytest", "python", "tox", "nox", "hatch"],
    ),
    ("go", &["actions/setup-go"], &["go"]),
    ("rust", &[], &["cargo"]),
    ("java", &["actions/setup-java"], &["mvn", "./mvnw", "gradle", "./gradlew"]),
    ("dotnet", &["actions/setup-dotnet"], &["dotnet"]),
    ("ruby", &["ruby/setup-ruby"], &["bundle", "rake", "rspec", "bin/rails", "rails"]),
    ("php", &["shivammathur/setup-php"], &["composer", "php", "vendor/bin/phpunit", "phpunit"]),
    ("elixir", &["erlef/setup-beam"], &["mix"]),
];

/// How much a job that does this says that checks belong there: tests in a browser are slow and stand apart.
fn weight_of(run: &PipelineRun) -> usize {
    let is_in_browser = ["playwright", "cypress"].iter().any(|program| run.command.starts_with(program));
    let most = run.purposes.iter().map(|purpose| weight(purpose)).max().unwrap_or(0);
    if is_in_browser { most.min(1) } else { most }
}

fn weight(purpose: &str) -> usize {
    match purpose {
        "test" => 4,
        "lint" | "type-check" => 2,
        "build" => 1,
        _ => 0,
    }
}

/// What is known of a job.
#[derive(Default)]
struct Seen<'a> {
    line: u32,
    system: &'a str,
    has_stack: bool,
    weight: usize,
}

/// The ids of jobs of GitHub that check changes, in the order of their files.
pub(super) fn checks(repository: &Repository) -> Vec<String> {
    const SHOWN: usize = 8;
    let mut ids: Vec<&str> = Vec::new();
    for (_, run) in repository.facts.each::<PipelineRun>() {
        let Some((_, id)) = run.job.split_once('/') else { continue };
        let does_check = run.system == "GitHub Actions"
            && run.on_change
            && run.can_fail
            && run.purposes.iter().any(|purpose| weight(purpose) > 0);
        if does_check && !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids.into_iter().take(SHOWN).map(str::to_owned).collect()
}

/// The job that does most of the checks on changes, of those that have the stack.
pub(super) fn of_changes(stack: &Stack<'_>, name: &str) -> Option<Job> {
    let &(_, actions, programs) = OF_STACKS.iter().find(|(own, ..)| *own == name)?;
    let mut jobs: BTreeMap<(&str, &str), Seen<'_>> = BTreeMap::new();
    for (fact, run) in stack.surroundings.repository.facts.each::<PipelineRun>() {
        let path = &*fact.place.path;
        let file = path.rsplit('/').next().unwrap_or(path);
        // What a called workflow or an action of the repository runs stands in another file than its job.
        let Some(id) = run.job.strip_prefix(file).and_then(|rest| rest.strip_prefix('/')) else { continue };
        if !run.on_change || id.is_empty() {
            continue;
        }
        let seen = jobs.entry((path, id)).or_insert_with(|| Seen { line: fact.place.span.line, ..Seen::default() });
        seen.system = &run.system;
        seen.line = seen.line.min(fact.place.span.line);
        let program = run.command.split_whitespace().next().unwrap_or_default();
        let is_script = name == "node" && run.via.iter().any(|via| via.starts_with("package.json"));
        seen.has_stack |= is_script || actions.contains(&run.command.as_str()) || programs.contains(&program);
        seen.weight = seen.weight.max(weight_of(run));
    }
    let fit = jobs.into_iter().filter(|(_, seen)| seen.has_stack && seen.weight > 0);
    let ((path, id), seen) = fit.max_by_key(|((path, _), seen)| (seen.weight, Reverse(*path), Reverse(seen.line)))?;
    Some(Job {
        path: path.to_owned(),
        id: id.to_owned(),
        step: match seen.system {
            "GitHub Actions" => "- run: ",
            "GitLab CI" | "Bitbucket Pipelines" => "- ",
            _ => "",
        },
    })
}
