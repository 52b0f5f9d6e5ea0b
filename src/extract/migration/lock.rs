//! Locks and journals of migration tools: Prisma's `migration_lock.toml`, Drizzle's `meta/_journal.json`.

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
        (is_own(file) || file.role == Role::Generated)
            && (file.name() == "migration_lock.toml" || file.path.ends_with("meta/_journal.json"))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let is_prisma = source.file.name() == "migration_lock.toml";
        let read = if is_prisma { source.toml() } else { source.json() };
        match read {
            Ok(root) if is_prisma => prisma_lock(root, found),
            Ok(root) => drizzle_journal(root, found),
            Err(error) => found.unreadable("migration lock", error),
        }
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
}
