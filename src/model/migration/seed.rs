//! Data for development and tests: seed scripts, fixtures and tasks, by the names that people and frameworks give them.

use super::{fact, start_of};
use crate::facts::{Data, Fact, File, Language, Role, SeedData, Task};
use crate::model::Facts;

/// Names of files, without extension and in lower case, that hold seed data wherever they are.
const STEMS: &[&str] = &[
    "seed",
    "seeds",
    "seeder",
    "seeders",
    "seeding",
    "initial_data",
    "initial-data",
    "init_data",
    "init-data",
    "sample_data",
    "sample-data",
    "demo_data",
    "demo-data",
    "fake_data",
    "fake-data",
    "load_fixtures",
    "create_fake_data",
    "create_sample_data",
    "populatedb",
    "populate_db",
    "populate-db",
    "populate_database",
    "populate-database",
];

/// What holds seed data in the repository.
pub(super) fn find(facts: &Facts, files: &[File]) -> Vec<Fact> {
    // Django loads what lies in an app's `fixtures`, Rails what lies in `test/fixtures`.
    let is_django = files.iter().any(|file| file.name() == "manage.py");
    let is_rails = files.iter().any(|file| file.name() == "Rakefile");
    let is_fixture = |file: &File| {
        let is_data = matches!(file.extension(), "json" | "yaml" | "yml");
        let folder = file.folder();
        let is_of_django = is_django && folder.ends_with("/fixtures") && file.role != Role::Test;
        is_data && (is_of_django || is_rails && matches!(folder, "test/fixtures" | "spec/fixtures"))
    };
    let mut found: Vec<Fact> = files
        .iter()
        .filter(|file| is_seed(file) || is_fixture(file))
        .map(|file| {
            let data = SeedData { what: file.name().to_owned() };
            fact(start_of(&file.path), file.role, Data::SeedData(data))
        })
        .collect();
    for (task_fact, task) in facts.each::<Task>() {
        let is_named =
            task.name.split([':', '-', '_', '.', '/']).any(|word| matches!(word, "seed" | "seeds" | "seeders"));
        if is_named {
            let data = SeedData { what: format!("the task `{}`", task.name) };
            found.push(fact(task_fact.place.clone(), task_fact.role, Data::SeedData(data)));
        }
    }
    found
}

/// Whether a file is named for seed data, and is in a place where no other meaning is likely.
fn is_seed(file: &File) -> bool {
    if !matches!(file.role, Role::Product | Role::Configuration | Role::Script | Role::Test) {
        return false;
    }
    let name = file.name();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let lower = stem.to_ascii_lowercase();
    let folders: Vec<&str> = file.folder().split('/').collect();
    let is_code = file.language.is_some_and(Language::is_programming) || matches!(extension, "rake" | "exs");
    let is_data = matches!(extension, "sql" | "json" | "yaml" | "yml" | "csv");
    let in_folder = |names: &[&str]| folders.iter().any(|folder| names.contains(&folder.to_ascii_lowercase().as_str()));
    let is_near_database = file.role == Role::Script
        || in_folder(&["prisma", "db", "database", "drizzle", "supabase", "sql", "migrations", "priv", "playwright"]);
    let parts: Vec<&str> = lower.split(['-', '_', '.']).collect();
    let is_named = STEMS.contains(&lower.as_str())
        || is_near_database && parts.iter().any(|part| matches!(*part, "seed" | "seeds" | "seeder"));
    // `UsersSeed`, `DatabaseSeeder`, `DbInitializer`.
    let is_class = ["Seed", "Seeder", "DbInitializer", "DataSeed", "SeedData"]
        .iter()
        .any(|ending| stem.len() > ending.len() && stem.ends_with(ending) || stem == *ending);
    let is_in_folder = in_folder(&["seeds", "seeders", "seeding"])
        || folders.windows(2).any(|two| matches!(two, ["prisma" | "db" | "database" | "supabase", "seed"]));
    let is_spring = extension == "sql" && matches!(lower.as_str(), "data" | "import") && in_folder(&["resources"]);
    let holds = (is_named || is_class || is_in_folder) && (is_code || is_data);
    (holds || is_spring) && !is_wallet(&lower)
}

/// Seeds of keys and of chance.
fn is_wallet(stem: &str) -> bool {
    ["phrase", "random", "mnemonic", "wallet", "rng"].iter().any(|word| stem.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(path: &str, role: Role) -> bool {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        is_seed(&File { path: path.into(), bytes: 1, role, language, lines: 1 })
    }

    #[test]
    fn seeds_are_told_by_name_and_place() {
        for (path, role) in [
            ("prisma/seed.ts", Role::Script),
            ("packages/prisma/seed-database.ts", Role::Script),
            ("db/seeds.rb", Role::Script),
            ("db/seeds/users.sql", Role::Script),
            ("src/Infrastructure/CatalogContextSeed.cs", Role::Product),
            ("database/seeders/DatabaseSeeder.php", Role::Script),
            ("app/initial_data.py", Role::Product),
            ("shop/core/management/commands/populatedb.py", Role::Product),
            ("lib/tasks/fake_data.rake", Role::Script),
            ("src/main/resources/db/mysql/data.sql", Role::Product),
            ("playwright/seed.ts", Role::Test),
        ] {
            assert!(holds(path, role), "{path}");
        }
        for (path, role) in [
            ("src/wallet/seed_phrase.rs", Role::Product),
            ("src/random_seed.py", Role::Product),
            ("docs/seed.md", Role::Documentation),
            ("src/torrent/seedbox.go", Role::Product),
            ("pkg/parser/testdata/fixtures/a.json", Role::Test),
            ("src/data.sql", Role::Product),
        ] {
            assert!(!holds(path, role), "{path}");
        }
    }
}
