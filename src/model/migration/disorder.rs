//! What is wrong with the order of a history: two migrations with one version, branches that nothing joins, files that the
//! tool passes over, numbers that are left out, a journal that says something else.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{History, Step};
use super::{fact, journal, start_of};
use crate::facts::{Data, Fact, File, MigrationDisorder, MigrationLock, MigrationScript, Place, Role};
use crate::model::Facts;

/// Tools that know a migration by the number that begins its name, whatever follows it.
const BY_NUMBER: &[&str] = &[
    "active-record",
    "atlas",
    "dbmate",
    "diesel",
    "ecto",
    "flyway",
    "golang-migrate",
    "goose",
    "phinx",
    "postgrator",
    "refinery",
    "sqlx",
    "supabase",
    "tern",
];

/// Tools whose numbers follow each other, so that one that is missing was lost or comes from somewhere else.
const WITHOUT_GAPS: &[&str] = &["golang-migrate", "tern", "home-made", "postgrator", "goose"];

/// A number from which on versions are dates.
const FIRST_DATE: u128 = 100_000;

/// Fewer migrations show no habit of numbering.
const MIN_FOR_GAPS: usize = 4;

/// What is wrong with the order of a history.
pub(super) fn find(history: &History<'_>, facts: &Facts, files: &[File]) -> Vec<Fact> {
    let mut found = Found { history, facts: Vec::new() };
    if BY_NUMBER.contains(&history.tool.as_str()) {
        found.duplicates();
    }
    if WITHOUT_GAPS.contains(&history.tool.as_str()) {
        found.gaps();
    }
    if matches!(history.tool.as_str(), "alembic" | "django") {
        found.branches(facts);
    }
    found.against_journal(facts);
    found.strays(files);
    found.facts
}

struct Found<'h, 'a> {
    history: &'h History<'a>,
    facts: Vec<Fact>,
}

impl Found<'_, '_> {
    fn add(&mut self, place: Place, role: Role, problem: &'static str, explanation: String) {
        let data = MigrationDisorder { tool: self.history.tool.clone(), problem, explanation };
        self.facts.push(fact(place, role, Data::MigrationDisorder(data)));
    }

    fn duplicates(&mut self) {
        let mut by_number: BTreeMap<Vec<u128>, &Step<'_>> = BTreeMap::new();
        for step in &self.history.migrations {
            let number = number(&self.history.tool, &step.version);
            if number.is_empty() {
                continue;
            }
            if let Some(first) = by_number.get(&number) {
                if first.version != step.version || first.place.path != step.place.path {
                    let explanation = format!("`{}` has the version of `{}`", step.version, first.version);
                    self.add(step.place.clone(), step.role, "duplicate", explanation);
                }
            } else {
                by_number.insert(number, step);
            }
        }
    }

    fn gaps(&mut self) {
        let steps = &self.history.migrations;
        let numbers: Vec<u128> =
            steps.iter().filter_map(|step| number(&self.history.tool, &step.version).first().copied()).collect();
        if numbers.len() != steps.len() || numbers.len() < MIN_FOR_GAPS || numbers.iter().any(|&one| one >= FIRST_DATE)
        {
            return;
        }
        let missing: Vec<(usize, u128)> = numbers
            .windows(2)
            .enumerate()
            .filter_map(|(at, two)| match two {
                &[before, after] if after > before + 1 => Some((at + 1, before + 1)),
                _ => None,
            })
            .collect();
        // Where many are missing, numbers are not counted one by one.
        if missing.len() * 10 > numbers.len().max(10) {
            return;
        }
        for (at, number) in missing {
            if let Some(step) = steps.get(at) {
                let explanation = format!("number {number} is missing before `{}`", step.version);
                self.add(step.place.clone(), step.role, "gap", explanation);
            }
        }
    }

    /// Branches that nothing joins, and predecessors that are not there.
    fn branches(&mut self, facts: &Facts) {
        let steps = &self.history.migrations;
        let is_linked = |step: &&Step<'_>| step.follows.is_some_and(|names| !names.is_empty());
        if steps.iter().filter(is_linked).count() * 2 < steps.len() {
            return;
        }
        let heads: Vec<String> = journal::heads(self.history).into_iter().map(str::to_owned).collect();
        if let [first, others @ ..] = heads.as_slice()
            && !others.is_empty()
        {
            for step in steps.iter().filter(|step| others.contains(&step.version)) {
                let explanation =
                    format!("`{}` and `{first}` are both last: nothing joins the two branches", step.version);
                self.add(step.place.clone(), step.role, "fork", explanation);
            }
        }
        // Revisions may lie in several folders.
        let scripts = facts.each::<MigrationScript>().map(|(_, script)| script);
        let own = scripts.filter(|script| script.tool == self.history.tool);
        let versions: BTreeSet<&str> = own
            .flat_map(|script| std::iter::once(&script.version).chain(&script.replaces))
            .map(String::as_str)
            .collect();
        for step in steps {
            for name in step.follows.unwrap_or_default().iter().filter(|name| !versions.contains(name.as_str())) {
                let explanation = format!("`{}` follows `{name}`, which is not there", step.version);
                self.add(step.place.clone(), step.role, "unknown-predecessor", explanation);
            }
        }
    }

    fn against_journal(&mut self, facts: &Facts) {
        let prefix = format!("{}/", self.history.place);
        let own = facts.each::<MigrationLock>().filter(|(_, lock)| lock.tool == self.history.tool);
        for (lock_fact, lock) in own {
            let name = lock_fact.place.path.rsplit('/').next().unwrap_or("");
            if self.history.tool == "active-record" {
                self.written_schema(lock_fact, lock);
            } else if lock_fact.place.path.starts_with(&prefix) && !lock.versions.is_empty() {
                let versions: BTreeSet<&str> =
                    self.history.migrations.iter().map(|step| step.version.as_str()).collect();
                let listed: BTreeSet<&str> = lock.versions.iter().map(String::as_str).collect();
                for step in self.history.migrations.iter().filter(|step| !listed.contains(step.version.as_str())) {
                    let explanation = format!("`{}` is not in `{name}`, so it is not applied", step.version);
                    self.add(step.place.clone(), step.role, "journal", explanation);
                }
                for version in listed.iter().filter(|version| !versions.contains(*version)) {
                    let explanation = format!("`{name}` lists `{version}`, of which there is no file");
                    self.add(lock_fact.place.clone(), lock_fact.role, "journal", explanation);
                }
            }
        }
    }

    /// `db/schema.rb` stands at the last migration of `db/migrate`, `db/queue_schema.rb` at that of `db/queue_migrate`.
    fn written_schema(&mut self, lock_fact: &Fact, lock: &MigrationLock) {
        let (folder, name) = lock_fact.place.path.rsplit_once('/').unwrap_or(("", &lock_fact.place.path));
        let database = name.strip_suffix("schema.rb").unwrap_or("");
        if self.history.place != format!("{folder}/{database}migrate") {
            return;
        }
        let (Some(written), Some(last)) = (lock.versions.first(), self.history.migrations.last()) else { return };
        let last = last.version.split('_').next().unwrap_or("");
        if let (Ok(written), Ok(newest)) = (written.parse::<u128>(), last.parse::<u128>())
            && written < newest
        {
            let explanation = format!("`{name}` stands at {written}, and the last migration is {newest}");
            self.add(lock_fact.place.clone(), lock_fact.role, "journal", explanation);
        }
    }

    /// Files beside the migrations that look like some and that the tool passes over.
    fn strays(&mut self, files: &[File]) {
        let prefix = format!("{}/", self.history.place);
        let start = files.partition_point(|file| *file.path < *prefix);
        let taken: BTreeSet<&str> = self.history.migrations.iter().map(|step| &*step.place.path).collect();
        let beside = files.iter().skip(start).take_while(|file| file.path.starts_with(&prefix));
        let strays: Vec<(&File, &str)> = beside
            .filter(|file| !taken.contains(&*file.path))
            .filter_map(|file| Some((file, stray(&self.history.tool, file.path.strip_prefix(&prefix)?)?)))
            .collect();
        for (file, why) in strays {
            self.add(start_of(&file.path), file.role, "stray", format!("`{}` is never applied: {why}", file.name()));
        }
    }
}

/// Why the tool passes a file over, by its path in the folder; `None` where it does not, or where it is no migration.
fn stray(tool: &str, path: &str) -> Option<&'static str> {
    let is_direct = !path.contains('/');
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    let sql = (extension == "sql").then_some(stem);
    let digits = path.bytes().take_while(u8::is_ascii_digit).count();
    match tool {
        "prisma" if is_direct && sql.is_some() => Some("Prisma looks for `migration.sql` in a folder of its own"),
        "flyway" if is_direct => {
            let stem = sql?;
            let rest = stem.strip_prefix(['V', 'v'])?;
            let looks_so = rest.starts_with(|first: char| first.is_ascii_digit());
            let is_named = stem.starts_with('V') && rest.contains("__");
            (looks_so && !is_named).then_some("Flyway wants a capital V, a version and two underscores")
        }
        "golang-migrate" if is_direct => {
            let stem = sql?;
            let is_named = digits > 0 && [".up", ".down"].iter().any(|ending| stem.ends_with(ending));
            (digits > 0 && !is_named).then_some("golang-migrate wants `.up.sql` or `.down.sql`")
        }
        "active-record" if is_direct && extension == "rb" => {
            (digits == 0).then_some("Active Record wants a version at the start of the name")
        }
        "supabase" if is_direct && sql.is_some() => {
            (digits == 0).then_some("Supabase wants a date and time at the start of the name")
        }
        "ecto" if extension == "ex" && digits > 0 => Some("Ecto runs files that end in `.exs`"),
        _ => None,
    }
}

/// The number that a tool knows a migration by.
fn number(tool: &str, version: &str) -> Vec<u128> {
    let rest = version.strip_prefix(['V', 'v']).unwrap_or(version);
    let written = match tool {
        "flyway" => rest.split("__").next().unwrap_or(""),
        // Diesel leaves out the dashes of a date.
        "diesel" => rest.split('_').next().unwrap_or(""),
        _ => rest.split(|one: char| !one.is_ascii_digit()).next().unwrap_or(""),
    };
    let parts: Option<Vec<u128>> = match tool {
        "diesel" => written.replace('-', "").parse().ok().map(|number| vec![number]),
        _ => written.split(['.', '_']).map(|part| part.parse().ok()).collect(),
    };
    let mut parts = parts.unwrap_or_default();
    while parts.len() > 1 && parts.last() == Some(&0) {
        parts.pop();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{number, stray};

    #[test]
    fn versions_are_equal_when_the_tool_takes_them_for_equal() {
        assert_eq!(number("flyway", "V1.0__a"), number("flyway", "V1__b"));
        assert_ne!(number("flyway", "V1_1__a"), number("flyway", "V1_2__a"));
        assert_eq!(number("golang-migrate", "000003_a"), number("golang-migrate", "3_b"));
        assert_ne!(number("diesel", "2024-01-02-000000_a"), number("diesel", "2024-01-03-000000_a"));
        assert_eq!(number("goose", "x"), [0; 0]);
    }

    #[test]
    fn a_stray_looks_like_a_migration_and_is_none() {
        for (tool, path) in [
            ("prisma", "20240101_a.sql"),
            ("flyway", "V1_a.sql"),
            ("flyway", "v2__a.sql"),
            ("golang-migrate", "3_a.sql"),
            ("active-record", "add_users.rb"),
        ] {
            assert!(stray(tool, path).is_some(), "{tool} {path}");
        }
        for (tool, path) in [
            ("prisma", "20240101_a/down.sql"),
            ("prisma", "migration_lock.toml"),
            ("flyway", "R__views.sql"),
            ("flyway", "afterMigrate.sql"),
            ("golang-migrate", "3_a.down.sql"),
            ("golang-migrate", "README.md"),
            ("supabase", "20240101000000_a.sql"),
        ] {
            assert!(stray(tool, path).is_none(), "{tool} {path}");
        }
    }
}
