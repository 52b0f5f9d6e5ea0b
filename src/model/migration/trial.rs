//! Pipelines that apply the migrations of a program's own runner: the program is started with its migrations switched on.

use super::fact;
use crate::facts::{Data, Fact, MigrationTrial, PipelineRun, Task};
use crate::model::Facts;

/// Programs that start the program of the repository.
const STARTERS: &[&str] = &[
    "go run",
    "cargo run",
    "dotnet run",
    "java ",
    "python ",
    "python3 ",
    "node ",
    "php ",
    "bundle exec ",
    "./",
    "bin/",
];

/// Words by which a program is told to migrate.
const WORDS: &[&str] = &["migrate", "-migrate", "--migrate", "migrate:up", "migrate-up", "migrate_up", "db:migrate"];

/// The runs of pipelines that do.
pub(super) fn find(facts: &Facts) -> Vec<Fact> {
    let switched: Vec<&str> = facts
        .each::<Task>()
        .filter(|(_, task)| is_switched_on(&task.command))
        .map(|(_, task)| task.name.as_str())
        .collect();
    let mut found = Vec::new();
    for (run_fact, run) in facts.each::<PipelineRun>() {
        if run.purposes.iter().any(|purpose| purpose == "migrate") {
            continue;
        }
        let starts = STARTERS.iter().any(|starter| run.command.starts_with(starter));
        let is_told = starts && run.command.split_whitespace().skip(1).any(|word| WORDS.contains(&word));
        let is_through = |name: &&str| {
            run.via.iter().any(|via| via.ends_with(&format!("\"{name}\"")) || via.ends_with(&format!("`{name}`")))
        };
        // Of the commands of such a task, those that start the program or its tests show something.
        let uses_it = starts || run.purposes.iter().any(|purpose| purpose == "test");
        if is_told || uses_it && switched.iter().any(is_through) {
            let data = MigrationTrial {
                command: run.command.clone(),
                by: "switch",
                shows: format!("`{}`, with the migrations of the program switched on", run.command),
                on_change: run.on_change,
                can_fail: run.can_fail,
            };
            found.push(fact(run_fact.place.clone(), run_fact.role, Data::MigrationTrial(data)));
        }
    }
    found
}

/// Whether a variable that is named for migrations is set to yes.
fn is_switched_on(command: &str) -> bool {
    command.split_whitespace().any(|word| {
        let Some((name, value)) = word.split_once('=') else { return false };
        let is_variable = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let is_yes = matches!(value.trim_matches(['"', '\'', ';']), "1" | "true" | "yes" | "on");
        is_variable && is_yes && name.contains("MIGRAT") && !name.contains("SKIP") && !name.contains("DISABLE")
    })
}

#[cfg(test)]
mod tests {
    use super::is_switched_on;

    #[test]
    fn a_variable_switches_migrations_on() {
        assert!(is_switched_on("DATABASE_URL=x \\\nRUN_MIGRATIONS=1 go run main.go"));
        assert!(is_switched_on("AUTO_MIGRATE=true ./app"));
        assert!(!is_switched_on("SKIP_MIGRATIONS=1 ./app"));
        assert!(!is_switched_on("RUN_MIGRATIONS=0 ./app"));
        assert!(!is_switched_on("echo migrations=1"));
    }
}
