//! What saves a database: commands in scripts and code, and containers and resources that do nothing else.

use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, DatabaseBackup, File, Role};
use crate::syntax::Source;

/// Commands that save a database; what runs them decides when.
const COMMANDS: &[&str] = &[
    "pg_dump",
    "pg_dumpall",
    "pg_basebackup",
    "mysqldump",
    "mariadb-dump",
    "mariabackup",
    "xtrabackup",
    "restic backup",
    "borg create",
    "pgbackrest",
    "wal-g backup-push",
    "barman backup",
    "litestream replicate",
    "pg:backups:capture",
    "create-db-snapshot",
    "sql backups create",
    ".backup '",
    ".backup \"",
];

/// What saves a database by itself, again and again: images, resources of operators, settings.
const STANDING: &[&str] = &[
    "kind: ScheduledBackup",
    "postgres-backup",
    "mysql-backup",
    "db-backup",
    "litestream/litestream",
    "barmanObjectStore",
    "kind: PostgresCluster",
];

/// Finds what saves a database.
#[derive(Debug)]
pub(in crate::extract) struct Backups;

impl Extractor for Backups {
    fn name(&self) -> &'static str {
        "database-backup"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(COMMANDS.iter().chain(STANDING).map(|&literal| literal.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        // What pipelines run is told by their runs.
        let is_pipeline = file.path.starts_with(".github/")
            || file.path.starts_with(".gitlab")
            || file.path.starts_with(".circleci/");
        is_own(file) && !is_pipeline && !matches!(file.extension(), "md" | "sql" | "toml" | "lock")
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        for hit in hits {
            let start = text.get(..hit.at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
            let code = line.trim_start();
            let is_comment = ["//", "#", "*", "/*", "--", "<!--"].iter().any(|mark| code.starts_with(mark));
            // A dump of the schema alone saves no row.
            let is_schema_only = ["--schema-only", " -s ", "--no-data"].iter().any(|option| line.contains(option));
            let is_installed =
                ["apt", "apk add", "brew ", "which ", "command -v", "FROM "].iter().any(|word| line.contains(word));
            let is_standing = hit.literal >= COMMANDS.len();
            let is_file_of_services = matches!(source.file.extension(), "yml" | "yaml");
            if is_comment || is_schema_only || is_installed || is_standing && !is_file_of_services {
                continue;
            }
            let literals = COMMANDS.iter().chain(STANDING);
            let what = literals.copied().nth(hit.literal).unwrap_or("").trim_matches(['.', '\'', '"', ' ']).to_owned();
            let how = if is_standing && source.file.role != Role::Script { "standing" } else { "script" };
            found.add(source.span(start..start + line.len()), Data::DatabaseBackup(DatabaseBackup { what, how }));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn how(path: &str, text: &str) -> Option<&'static str> {
        let file = File { path: path.into(), bytes: 1, role: Role::Product, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(Backups)]);
        extractors.extract(&file, text).facts.into_iter().find_map(|fact| match fact.data {
            Data::DatabaseBackup(backup) => Some(backup.how),
            _ => None,
        })
    }

    #[test]
    fn what_saves_rows_is_told_from_what_only_names_it() {
        assert_eq!(how("bin/backup.sh", "pg_dump \"$URL\" | gzip > x.gz\n"), Some("script"));
        assert_eq!(how("app/backup.rb", "system(sqlite, \".backup '#{path}'\")\n"), Some("script"));
        assert_eq!(how("compose.yml", "  image: prodrigestivill/postgres-backup-local:16\n"), Some("standing"));
        assert_eq!(how("bin/schema.sh", "pg_dump --schema-only \"$URL\"\n"), None);
        assert_eq!(how("bin/x.sh", "# pg_dump saves it\n"), None);
        assert_eq!(how(".github/workflows/x.yml", "run: pg_dump x\n"), None);
    }
}
