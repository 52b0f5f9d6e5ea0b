//! What migration tools keep of a history: Prisma's lock, Drizzle's journal, Atlas' checksums, the schema that Active
//! Record, dbmate and Diesel write down, the model snapshots of EF Core and `MikroORM`.

use super::{is_own, prisma};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, MigrationLock, Role, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the files in which tools keep the state of a history.
#[derive(Debug)]
pub(in crate::extract) struct MigrationLocks;

impl Extractor for MigrationLocks {
    fn name(&self) -> &'static str {
        "migration-lock"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        // Tools write these files, so they may count as generated.
        (is_own(file) || file.role == Role::Generated) && Form::of(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let plain = |tool: &str, versions: Vec<String>| {
            Data::MigrationLock(MigrationLock { tool: tool.to_owned(), engine: String::new(), versions })
        };
        match Form::of(source.file) {
            Some(Form::Prisma) => match source.toml() {
                Ok(root) => prisma_lock(root, found),
                Err(error) => found.unreadable("migration lock", error),
            },
            Some(Form::Drizzle) => match source.json() {
                Ok(root) => drizzle_journal(root, found),
                Err(error) => found.unreadable("migration lock", error),
            },
            Some(Form::Atlas) => {
                let names =
                    text.lines().filter_map(|line| line.split_once(".sql h1:")).map(|(name, _)| name.to_owned());
                found.add(Span::START, plain("atlas", names.collect()));
            }
            Some(Form::RailsSchema) => {
                if let Some(at) = text.find("ActiveRecord::Schema") {
                    let call = text.get(at..).unwrap_or("");
                    let head = call.lines().next().unwrap_or("");
                    let version = head.split_once("version:").map_or("", |(_, after)| after);
                    let digits: String = version.chars().filter(char::is_ascii_digit).collect();
                    found.add(source.span(at..at + head.len()), plain("active-record", vec![digits]));
                }
            }
            Some(Form::SqlSchema) => {
                if text.contains("Dbmate schema migrations") {
                    found.add(Span::START, plain("dbmate", Vec::new()));
                } else if text.contains("schema_migrations") {
                    found.add(Span::START, plain("active-record", Vec::new()));
                }
            }
            Some(Form::Diesel) if text.contains("automatically by Diesel CLI") || is_diesel_schema(text) => {
                found.add(Span::START, plain("diesel", Vec::new()));
            }
            Some(Form::EfCore) => found.add(Span::START, plain("ef-core", Vec::new())),
            Some(Form::MikroOrm) => found.add(Span::START, plain("mikro-orm", Vec::new())),
            Some(Form::Diesel) | None => {}
        }
    }
}

/// Older versions of Diesel write no comment above the tables.
fn is_diesel_schema(text: &str) -> bool {
    text.lines().any(|line| matches!(line.trim_end(), "table! {" | "diesel::table! {")) && text.contains(" -> ")
}

/// Whose file it is, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Prisma,
    Drizzle,
    Atlas,
    RailsSchema,
    SqlSchema,
    Diesel,
    EfCore,
    MikroOrm,
}

impl Form {
    fn of(file: &File) -> Option<Self> {
        let name = file.name();
        let is_in_db = file.folder().rsplit('/').next() == Some("db");
        Some(match name {
            "migration_lock.toml" => Self::Prisma,
            "_journal.json" if file.path.ends_with("meta/_journal.json") => Self::Drizzle,
            "atlas.sum" => Self::Atlas,
            "schema.rs" => Self::Diesel,
            "structure.sql" | "schema.sql" if is_in_db => Self::SqlSchema,
            _ if is_in_db && (name == "schema.rb" || name.ends_with("_schema.rb")) => Self::RailsSchema,
            _ if name.ends_with("ModelSnapshot.cs") => Self::EfCore,
            _ if name.starts_with(".snapshot-") && file.extension() == "json" => Self::MikroOrm,
            _ => return None,
        })
    }
}

fn prisma_lock(root: &Node, found: &mut Found<'_>) {
    let engine = root.get("provider").and_then(Node::text).map(prisma::engine_name).unwrap_or_default();
    let span = root.entry("provider").map_or(Span::START, |(key, _)| key.span);
    found.add(span, Data::MigrationLock(MigrationLock { tool: "prisma".to_owned(), engine, versions: vec![] }));
}

fn drizzle_journal(root: &Node, found: &mut Found<'_>) {
    let Some(entries) = root.get("entries") else { return };
    let engine = root.get("dialect").and_then(Node::text).map(drizzle_engine).unwrap_or_default();
    let tag = |entry: &Node| entry.get("tag").and_then(Node::text).map(str::to_owned);
    let versions = entries.items().iter().filter_map(tag).collect();
    found.add(Span::START, Data::MigrationLock(MigrationLock { tool: "drizzle".to_owned(), engine, versions }));
}

/// The engine that a Drizzle dialect or driver means.
pub(super) fn drizzle_engine(dialect: &str) -> String {
    match dialect {
        "postgresql" | "pg" | "postgres" => "postgresql",
        "mysql" | "mysql2" | "singlestore" => "mysql",
        "sqlite" | "turso" | "libsql" | "better-sqlite" | "d1" | "d1-http" => "sqlite",
        _ => "",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(path: &str, text: &str) -> Option<MigrationLock> {
        let file = File { path: path.into(), bytes: 1, role: Role::Generated, language: None, lines: 1 };
        assert!(MigrationLocks.wants(&file));
        let mut found = Found::new(&file);
        MigrationLocks.extract(&Source::new(&file, text), &[], &mut found);
        found.facts().first().and_then(|fact| match &fact.data {
            Data::MigrationLock(lock) => Some(lock.clone()),
            _ => None,
        })
    }

    #[test]
    fn locks_name_the_engine_and_journals_the_order() {
        let prisma = lock("prisma/migrations/migration_lock.toml", "# x\nprovider = \"mysql\"\n").unwrap();
        assert_eq!((prisma.tool.as_str(), prisma.engine.as_str()), ("prisma", "mysql"));
        let text = r#"{"dialect":"pg","entries":[{"idx":0,"tag":"0000_b"},{"idx":1,"tag":"0001_a"}]}"#;
        let drizzle = lock("drizzle/meta/_journal.json", text).unwrap();
        assert_eq!((drizzle.engine.as_str(), drizzle.versions.len()), ("postgresql", 2));
    }

    #[test]
    fn schemas_and_checksums_say_where_a_history_stands() {
        let text = "# written\nActiveRecord::Schema[7.1].define(version: 2024_01_02_000000) do\n";
        assert_eq!(lock("db/schema.rb", text).unwrap().versions, ["20240102000000"]);
        assert_eq!(lock("db/migrations/atlas.sum", "h1:x=\n1_a.sql h1:y=\n2_b.sql h1:z=\n").unwrap().versions.len(), 2);
        assert_eq!(lock("src/schema.rs", "// @generated automatically by Diesel CLI.\n").unwrap().tool, "diesel");
        assert_eq!(
            lock("src/schema.rs", "table! {\n    a (id) {\n        id -> Int4,\n    }\n}\n").unwrap().tool,
            "diesel"
        );
        assert!(lock("src/schema.rs", "pub struct Schema;\n").is_none());
    }
}
