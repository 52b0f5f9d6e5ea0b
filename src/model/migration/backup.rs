//! Backups around migrations: a step before them, a schedule, or what infrastructure as code asks a managed database for.

use super::fact;
use crate::facts::{
    Data, DatabaseBackup, Fact, InfrastructureResource, PipelineRun, PlatformFile, PlatformPart, TriggerKind,
};
use crate::model::Facts;

/// Words of commands that save a database.
const COMMANDS: &[&str] = &[
    "pg_dump",
    "pg_basebackup",
    "mysqldump",
    "mariadb-dump",
    "mariabackup",
    "xtrabackup",
    "pgbackrest",
    "wal-g",
    "create-db-snapshot",
    "create-db-cluster-snapshot",
    "backups:capture",
    "sql backups create",
    "restic backup",
    "barman backup",
];

/// Parts of the types of resources that are databases.
const DATABASES: &[&str] = &[
    "db_instance",
    "rds",
    "dbinstance",
    "dbcluster",
    "sql_database_instance",
    "flexible_server",
    "flexibleservers",
    "postgresql_server",
    "mysql_server",
    "mssql_database",
    "databaseinstance",
    "databasecluster",
    "alloydb",
    "sql.databaseinstance",
];

/// What takes backups by itself or before migrations.
pub(super) fn find(facts: &Facts) -> Vec<Fact> {
    let mut found = Vec::new();
    let backup = |what: &str, how| Data::DatabaseBackup(DatabaseBackup { what: what.to_owned(), how });
    let runs: Vec<(&Fact, &PipelineRun)> = facts.each::<PipelineRun>().collect();
    for (run_fact, run) in runs.iter().filter(|(_, run)| COMMANDS.iter().any(|command| run.command.contains(command))) {
        let is_schema_only = run.command.contains("--schema-only") || run.command.contains("--no-data");
        let migrates_later = runs.iter().any(|(other_fact, other)| {
            other.job == run.job
                && other.purposes.iter().any(|purpose| purpose == "migrate")
                && other_fact.place.span > run_fact.place.span
        });
        let how = match () {
            () if is_schema_only => continue,
            () if migrates_later => "before-migrations",
            () if run.triggers.contains(&TriggerKind::Schedule) => "standing",
            () => "script",
        };
        found.push(fact(run_fact.place.clone(), run_fact.role, backup(&run.command, how)));
    }
    for (resource_fact, resource) in facts.each::<InfrastructureResource>() {
        let kind = resource.kind.to_ascii_lowercase();
        let setting = resource.attributes.iter().find(|attribute| is_on(attribute));
        if let Some(setting) = setting.filter(|_| DATABASES.iter().any(|database| kind.contains(database))) {
            let what = format!("{} `{}`: {setting}", resource.tool, resource.kind);
            found.push(fact(resource_fact.place.clone(), resource_fact.role, backup(&what, "managed")));
        }
    }
    for (file_fact, file) in facts.each::<PlatformFile>() {
        if file.brings == PlatformPart::Schedule && file.value.to_ascii_lowercase().contains("backup") {
            let what = format!("{}: {}", file.platform, file.value);
            found.push(fact(file_fact.place.clone(), file_fact.role, backup(&what, "standing")));
        }
    }
    found
}

/// Whether an attribute switches backups on.
fn is_on(attribute: &str) -> bool {
    let Some((name, value)) = attribute.split_once('=') else { return false };
    let concerns = name.contains("backup") || name.contains("point_in_time_recovery");
    let is_off = matches!(value.trim(), "0" | "false" | "" | "Duration.days(0)" | "disabled" | "Disabled");
    concerns && !is_off && name != "delete_automated_backups"
}
