//! A limit on waiting for locks that is set where migrations connect, so that no migration needs to set it.

use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, LockTimeout};
use crate::syntax::Source;

/// Beginnings of the names of files that say how migrations connect.
const NAMES: &[&str] = &[
    "env.py",
    "database.y",
    "strong_migrations.rb",
    "settings",
    "knexfile.",
    "data-source.",
    "ormconfig.",
    "flyway.",
    "mikro-orm.config.",
    "drizzle.config.",
    "kysely.config.",
    ".env",
    "docker-compose",
    "compose.",
    "package.json",
    "liquibase.properties",
    "Makefile",
    "migrate",
];

/// Finds `lock_timeout` in the configuration of migrations.
#[derive(Debug)]
pub(in crate::extract) struct LockTimeouts;

impl Extractor for LockTimeouts {
    fn name(&self) -> &'static str {
        "lock-timeout"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(vec!["lock_timeout".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let is_settings = file.folder().rsplit('/').next() == Some("settings");
        is_own(file) && (is_settings || NAMES.iter().any(|name| file.name().starts_with(name)))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let is_code = |at: usize| {
            let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
            let line = text.get(start..at).unwrap_or("").trim_start();
            !["//", "#", "*", "/*", "--"].iter().any(|comment| line.starts_with(comment))
        };
        if let Some(hit) = hits.iter().find(|hit| is_code(hit.at)) {
            found.add(source.span(hit.at..hit.at + "lock_timeout".len()), Data::LockTimeout(LockTimeout));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn is_set(path: &str, text: &str) -> bool {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(LockTimeouts)]);
        !extractors.extract(&file, text).facts.is_empty()
    }

    #[test]
    fn the_setting_counts_where_migrations_connect() {
        assert!(is_set("config/database.yml", "  variables:\n    lock_timeout: 5s\n"));
        assert!(is_set("app/alembic/env.py", "connection.execute(text(\"SET lock_timeout = '5s'\"))\n"));
        assert!(!is_set("config/database.yml", "  # lock_timeout: 5s\n"));
        assert!(!is_set("app/queue.py", "cursor.execute(\"SET lock_timeout = '5s'\")\n"));
    }
}
