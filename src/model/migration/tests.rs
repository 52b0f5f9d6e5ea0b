//! Behaviour of the derivation, from files to facts.

use super::{News, derive};
use crate::extract::Extractors;
use crate::facts::{Danger, File, Language, MigrationHistory, RelationalSchema, Role, SchemaChange};
use crate::model::Facts;
use crate::signals::Signals;

/// The facts of a repository of these files.
fn facts_of(files: &[(&str, &str)]) -> Facts {
    let signals = Signals::built_in().unwrap();
    let extractors = Extractors::new(crate::extract::secret::Formats::built_in().unwrap(), &signals, &[]);
    let mut list = Vec::new();
    let mut facts = Vec::new();
    for (path, text) in files {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        let file = File { path: (*path).into(), bytes: text.len() as u64, role: Role::Product, language, lines: 1 };
        facts.extend(extractors.extract(&file, text).facts);
        list.push(file);
    }
    list.sort_by(|a, b| a.path.cmp(&b.path));
    let mut facts = Facts::new(facts);
    let derived = derive(&facts, &list, &signals, News { newest: 10, added: None });
    facts.extend(derived);
    facts
}

fn histories(files: &[(&str, &str)]) -> Vec<MigrationHistory> {
    facts_of(files).each::<MigrationHistory>().map(|(_, history)| history.clone()).collect()
}

/// The dangers of a second migration that follows one that makes the table `a` with the index `i`.
fn dangers(text: &str) -> Vec<(Danger, String)> {
    let first = "CREATE TABLE a (id int, x int); CREATE INDEX i ON a (x);";
    let facts = facts_of(&[("migrations/1_a.sql", first), ("migrations/2_b.sql", text)]);
    let changes = facts.each::<SchemaChange>().map(|(_, change)| (change.danger, change.table.clone()));
    changes.filter(|(danger, _)| *danger != Danger::MissingLockTimeout).collect()
}

#[test]
fn what_an_earlier_migration_made_is_in_use() {
    assert_eq!(dangers("DROP TABLE IF EXISTS a;"), [(Danger::DropTable, "a".into())]);
    assert_eq!(dangers("ALTER TABLE a DROP COLUMN x;"), [(Danger::DropColumn, "a".into())]);
    assert_eq!(dangers("ALTER TABLE a ADD y int NOT NULL;"), [(Danger::NotNullWithoutDefault, "a".into())]);
    assert_eq!(dangers("CREATE UNIQUE INDEX j ON a (id);"), [(Danger::BlockingIndex, "a".into())]);
    assert_eq!(dangers("DROP INDEX i;"), [(Danger::BlockingIndex, "a".into())]);
}

#[test]
fn what_breaks_running_code_or_scans_under_a_lock_is_told() {
    for (text, danger) in [
        ("ALTER TABLE a RENAME TO b;", Danger::RenameTable),
        ("ALTER TABLE a RENAME COLUMN x TO y;", Danger::RenameColumn),
        ("ALTER TABLE a ALTER COLUMN x TYPE bigint;", Danger::ChangeColumnType),
        ("ALTER TABLE a ALTER COLUMN x SET NOT NULL;", Danger::SetNotNull),
        ("ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES b (id);", Danger::ConstraintValidating),
        ("ALTER TABLE a ADD CONSTRAINT k CHECK (x > 0);", Danger::ConstraintValidating),
        ("ALTER TABLE a ADD y int DEFAULT 1 CHECK (y > 0);", Danger::ConstraintValidating),
        ("ALTER TABLE a ADD CONSTRAINT k UNIQUE (x);", Danger::UniqueConstraint),
        ("ALTER TABLE a ADD PRIMARY KEY (id);", Danger::UniqueConstraint),
        ("TRUNCATE a;", Danger::DataLoss),
        ("DELETE FROM a;", Danger::DataLoss),
        ("UPDATE a SET x = 1;", Danger::DataLoss),
        ("DO $$ BEGIN UPDATE a SET x = CASE WHEN id > 1 THEN 1 ELSE 2 END; END $$;", Danger::DataLoss),
        ("BEGIN; CREATE INDEX CONCURRENTLY j ON a (x); COMMIT;", Danger::ConcurrentlyInTransaction),
        (
            "BEGIN; ALTER TABLE a ADD CONSTRAINT k CHECK (x > 0) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT k; COMMIT;",
            Danger::ConstraintValidating,
        ),
    ] {
        assert_eq!(dangers(text), [(danger, "a".into())], "{text}");
    }
}

#[test]
fn the_safe_forms_are_safe() {
    for text in [
        "ALTER TABLE a ADD y int; ALTER TABLE a RENAME COLUMN y TO z; ALTER TABLE a DROP z;",
        "ALTER TABLE a ADD y int; ALTER TABLE a ALTER y TYPE bigint;",
        "ALTER TABLE a ADD s varchar(9); ALTER TABLE a ALTER s TYPE text;",
        "ALTER TABLE a ADD y int; ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (y) REFERENCES b (id);",
        "ALTER TABLE a ADD y int REFERENCES b (id);",
        "ALTER TABLE a ADD y int UNIQUE;",
        "ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (x) REFERENCES b (id) NOT VALID;",
        "ALTER TABLE a ADD CONSTRAINT k CHECK (x IS NOT NULL) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT k; ALTER TABLE a ALTER x SET NOT NULL;",
        "ALTER TABLE a ADD CONSTRAINT k UNIQUE USING INDEX i;",
        "ALTER TABLE a ADD y int; UPDATE a SET y = x;",
        "UPDATE a SET x = 1 WHERE x IS NULL;",
        "DO $$ BEGIN UPDATE a SET x = CASE WHEN id > 1 THEN 1 ELSE 2 END WHERE x IS NULL; END $$;",
        "DELETE FROM a WHERE x = 1;",
        "CREATE TABLE b (id int); DELETE FROM b; TRUNCATE b; ALTER TABLE b RENAME TO c; ALTER TABLE c ALTER id SET NOT NULL;",
        "ALTER TABLE a ALTER x DROP NOT NULL;",
    ] {
        assert_eq!(dangers(text), [], "{text}");
    }
}

#[test]
fn a_table_that_is_made_anew_may_lose_columns() {
    for text in [
        "CREATE TABLE new_a (id int); DROP TABLE a; ALTER TABLE new_a RENAME TO a;",
        "ALTER TABLE a RENAME TO old_a; CREATE TABLE a (id int); DROP TABLE old_a;",
        "ALTER TABLE a ADD y int; CREATE TABLE new_a (id int); DROP TABLE a; ALTER TABLE new_a RENAME TO a;",
    ] {
        assert_eq!(dangers(text), [(Danger::DropColumn, "a".into())], "{text}");
    }
}

#[test]
fn a_column_that_is_filled_is_scanned_by_its_constraints() {
    let text = "ALTER TABLE a ADD y int; UPDATE a SET y = 1 WHERE x = 2; ALTER TABLE a ADD CONSTRAINT k FOREIGN KEY (y) REFERENCES b (id);";
    assert_eq!(dangers(text), [(Danger::ConstraintValidating, "a".into())]);
}

#[test]
fn a_migration_lacks_a_lock_timeout_once() {
    let missing = |text: &str| {
        let files = [("migrations/1_a.up.sql", "CREATE TABLE a (x int);"), ("migrations/2_b.up.sql", text)];
        let facts = facts_of(&files);
        let changes = facts.each::<SchemaChange>().filter(|(_, one)| one.danger == Danger::MissingLockTimeout);
        changes.map(|(fact, _)| fact.place.span.line).collect::<Vec<_>>()
    };
    assert_eq!(missing("CREATE TABLE b (y int);\nALTER TABLE a ADD y int;\nALTER TABLE a ADD z int;"), [2]);
    assert_eq!(missing("SET LOCAL lock_timeout = '5s';\nALTER TABLE a ADD y int;"), [0; 0]);
    assert_eq!(missing("CREATE TABLE b (y int);\nALTER TABLE b ADD z int;\nUPDATE a SET x = 1;"), [0; 0]);
}

#[test]
fn a_tool_may_wrap_migrations_into_transactions() {
    let told = |path: &str, text: &str| {
        let facts = facts_of(&[(path, text)]);
        facts.each::<SchemaChange>().any(|(_, one)| one.danger == Danger::ConcurrentlyInTransaction)
    };
    let index = "CREATE INDEX CONCURRENTLY i ON a (x);";
    assert!(told("db/1_a.sql", &format!("-- +goose Up\n{index}")));
    assert!(!told("db/1_a.sql", &format!("-- +goose NO TRANSACTION\n-- +goose Up\n{index}")));
    assert!(!told("prisma/migrations/20240101000000_a/migration.sql", index));
    assert!(told("prisma/migrations/20240101000000_a/migration.sql", &format!("SELECT 1; {index}")));
}

#[test]
fn what_the_same_migration_made_is_safe() {
    for text in [
        "CREATE TABLE b (id int); CREATE INDEX j ON b (id); DROP INDEX j; ALTER TABLE b ADD y int NOT NULL; DROP TABLE b;",
        "ALTER TABLE a ADD y int; ALTER TABLE a DROP y;",
        "CREATE INDEX CONCURRENTLY j ON a (id); DROP INDEX CONCURRENTLY i;",
        "ALTER TABLE a ADD y int NOT NULL DEFAULT 0;",
        "CREATE TABLE new_a (id int, x int); INSERT INTO new_a SELECT id, x FROM a; DROP TABLE a; ALTER TABLE new_a RENAME TO a; CREATE INDEX i ON a (id);",
        "ALTER TABLE a RENAME TO old_a; CREATE TABLE a (id int, x int); INSERT INTO a SELECT id, x FROM old_a; DROP TABLE old_a;",
        "DROP TABLE IF EXISTS never_was; CREATE TABLE never_was (id int);",
    ] {
        assert_eq!(dangers(text), [], "{text}");
    }
}

#[test]
fn a_table_that_exists_is_not_made_again() {
    let text = "CREATE TABLE IF NOT EXISTS a (id int); CREATE TABLE IF NOT EXISTS b (id int); ALTER TABLE b DROP id; ALTER TABLE a DROP x;";
    assert_eq!(dangers(text), [(Danger::DropColumn, "a".into())]);
}

#[test]
fn a_table_that_is_renamed_over_is_lost_when_the_other_is_not_new() {
    let found = dangers("DROP TABLE a; ALTER TABLE c RENAME TO a;");
    assert_eq!(found, [(Danger::DropTable, "a".into()), (Danger::RenameTable, "c".into())]);
}

#[test]
fn first_migrations_and_baselines_find_nothing_in_use() {
    let drop = "DROP TABLE a;";
    let files =
        [("migrations/1_a.up.sql", drop), ("migrations/2_squashed.up.sql", drop), ("migrations/3_c.up.sql", "")];
    assert_eq!(facts_of(&files).each::<SchemaChange>().count(), 0);
}

#[test]
fn lock_rules_are_for_postgresql_and_for_engines_that_are_not_known() {
    let index = "CREATE INDEX i ON a (x);";
    for (provider, expected) in [("postgresql", 1), ("mysql", 0), ("sqlite", 0)] {
        let lock = format!("provider = \"{provider}\"\n");
        let files = [
            ("prisma/migrations/0_init/migration.sql", "CREATE TABLE a (x int);"),
            ("prisma/migrations/20240101000000_i/migration.sql", index),
            ("prisma/migrations/migration_lock.toml", lock.as_str()),
        ];
        let facts = facts_of(&files);
        let indexes = facts.each::<SchemaChange>().filter(|(_, change)| change.danger == Danger::BlockingIndex);
        assert_eq!(indexes.count(), expected, "{provider}");
    }
}

#[test]
fn histories_are_told_by_their_layout() {
    let sql = "CREATE TABLE a (x int);";
    for (path, tool, folder) in [
        ("prisma/migrations/20240101000000_a/migration.sql", "prisma", "prisma/migrations"),
        ("supabase/migrations/20240101000000_a.sql", "supabase", "supabase/migrations"),
        ("src/main/resources/db/migration/V1__a.sql", "flyway", "src/main/resources/db/migration"),
        ("db/000001_a.up.sql", "golang-migrate", "db"),
        ("database/migrations/001_a.sql", "home-made", "database/migrations"),
    ] {
        let found = histories(&[(path, sql)]);
        let told: Vec<_> = found.iter().map(|one| (one.tool.as_str(), one.history.as_str())).collect();
        assert_eq!(told, [(tool, folder)]);
    }
}

#[test]
fn the_way_back_is_no_migration() {
    let files = [
        ("m/1_a.up.sql", "CREATE TABLE a (x int);"),
        ("m/1_a.down.sql", "DROP TABLE a;"),
        ("f/migration/V1__a.sql", "CREATE TABLE a (x int);"),
        ("f/migration/U1__a.sql", "DROP TABLE a;"),
    ];
    let counts: Vec<_> = histories(&files).iter().map(|one| one.count).collect();
    assert_eq!(counts, [1, 1]);
}

#[test]
fn a_history_says_how_many_first_and_last() {
    let files = [("m/10_c.up.sql", ""), ("m/9_b.up.sql", ""), ("m/1_a.up.sql", "")];
    let found = histories(&files);
    assert_eq!((found[0].count, found[0].first.as_str(), found[0].last.as_str()), (3, "1_a", "10_c"));
}

#[test]
fn alembic_goes_by_what_each_revision_follows() {
    let files = [
        ("app/versions/a_x.py", "revision = 'a'\ndown_revision = 'z'\n"),
        ("app/versions/b_x.py", "revision = 'b'\ndown_revision = 'a'\n"),
        ("app/versions/z_x.py", "revision = 'z'\ndown_revision = None\n"),
    ];
    let found = histories(&files);
    assert_eq!((found[0].first.as_str(), found[0].last.as_str(), found[0].unread), ("z", "b", 2));
}

#[test]
fn a_document_database_is_no_relational_schema() {
    let schema = |provider: &str| format!("datasource db {{\n  provider = \"{provider}\"\n}}\n");
    let count =
        |provider: &str| facts_of(&[("prisma/schema.prisma", &schema(provider))]).each::<RelationalSchema>().count();
    assert_eq!((count("mongodb"), count("sqlite")), (0, 1));
}
