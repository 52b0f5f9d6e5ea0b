//! Which database engine a history is for: what its tool says, its dialect, its folder, or the only driver around.

use std::collections::BTreeSet;

use super::history::History;
use crate::facts::{Dependency, EngineSetting, MigrationLock, SchemaDefinition};
use crate::model::Facts;
use crate::signals::Signals;

/// Engines with tables and columns.
const RELATIONAL: &[&str] = &["postgresql", "mysql", "sqlite", "sqlserver", "oracle", "cockroachdb"];

/// Tools that know one engine only.
const FIXED: &[(&str, &str)] = &[
    ("supabase", "postgresql"),
    ("node-pg-migrate", "postgresql"),
    ("tern", "postgresql"),
    ("cloudflare-d1", "sqlite"),
];

/// What is known of engines: a tool's or driver's engine, with the path that says so.
#[derive(Debug)]
pub(super) struct Engines<'a> {
    said: Vec<(&'a str, &'a str, &'a str)>,
    drivers: Vec<(&'a str, &'a str)>,
    settings: Vec<(&'a str, &'a str)>,
}

impl<'a> Engines<'a> {
    /// Collects what locks, schemas and drivers say.
    pub(super) fn new(facts: &'a Facts, signals: &'a Signals) -> Self {
        let locks = facts
            .each::<MigrationLock>()
            .map(|(fact, lock)| (lock.tool.as_str(), lock.engine.as_str(), &*fact.place.path));
        let definitions = facts
            .each::<SchemaDefinition>()
            .map(|(fact, schema)| (schema.tool.as_str(), schema.engine.as_str(), &*fact.place.path));
        let said = locks.chain(definitions).filter(|(_, engine, _)| !engine.is_empty()).collect();
        let mut drivers = Vec::new();
        for tool in signals.topic("database-engines") {
            for (fact, dependency) in facts.each::<Dependency>() {
                if tool.dependencies.iter().any(|pattern| pattern.matches(dependency.ecosystem, &dependency.name)) {
                    drivers.push((tool.id.as_str(), &*fact.place.path));
                }
            }
        }
        let settings = facts.each::<EngineSetting>();
        let settings = settings.map(|(_, setting)| (setting.tool, setting.engine)).collect();
        Self { said, drivers, settings }
    }

    /// The engine of a history, `""` where nothing tells.
    pub(super) fn of(&self, history: &History<'_>) -> String {
        let said = self.said.iter().filter(|(tool, _, _)| *tool == history.tool);
        let nearest = said.max_by_key(|(_, _, path)| shared_folders(path, &history.place));
        if let Some((_, engine, _)) = nearest {
            return (*engine).to_owned();
        }
        if let Some((_, engine)) = FIXED.iter().find(|(tool, _)| *tool == history.tool) {
            return (*engine).to_owned();
        }
        if !history.dialect.is_empty() {
            return history.dialect.to_owned();
        }
        let folder = history.place.rsplit('/').find_map(engine_of_folder);
        let nearest = folder.or_else(|| self.only_driver(&history.place));
        nearest.or_else(|| self.only_setting(history)).unwrap_or("").to_owned()
    }

    /// The engine of the settings of a history's tool, where they agree; of any tool's where it has none.
    fn only_setting(&self, history: &History<'_>) -> Option<&'a str> {
        let of = |tool: &str| -> BTreeSet<&'a str> {
            self.settings.iter().filter(|(own, _)| *own == tool).map(|(_, engine)| *engine).collect()
        };
        let own = of(&history.tool);
        let engines = if own.is_empty() { of("") } else { own };
        engines.iter().next().copied().filter(|_| engines.len() == 1)
    }

    /// The engine of the drivers nearest to a folder, where they agree.
    fn only_driver(&self, place: &str) -> Option<&'a str> {
        let above = |path: &str| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            folder.is_empty() || place.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let near: BTreeSet<&str> =
            self.drivers.iter().filter(|(_, path)| above(path)).map(|(engine, _)| *engine).collect();
        let all: BTreeSet<&str> = self.drivers.iter().map(|(engine, _)| *engine).collect();
        let set = if near.is_empty() { all } else { near };
        let relational: Vec<&str> = set.into_iter().filter(|engine| is_relational(engine)).collect();
        match relational.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether everything that names an engine names one without tables.
    pub(super) fn are_only_documents(&self) -> bool {
        let mut named = self.said.iter().map(|(_, engine, _)| *engine).chain(self.drivers.iter().map(|(e, _)| *e));
        let has_any = !self.said.is_empty() || !self.drivers.is_empty();
        has_any && named.all(|engine| !is_relational(engine))
    }
}

/// Whether an engine has tables and columns.
pub(super) fn is_relational(engine: &str) -> bool {
    RELATIONAL.contains(&engine)
}

/// The engine that a folder is named for.
pub(super) fn engine_of_folder(folder: &str) -> Option<&'static str> {
    match folder.to_ascii_lowercase().as_str() {
        "postgres" | "postgresql" | "pg" | "pgsql" => Some("postgresql"),
        "mysql" | "mariadb" => Some("mysql"),
        "sqlite" | "sqlite3" => Some("sqlite"),
        "mssql" | "sqlserver" => Some("sqlserver"),
        "h2" => Some("h2"),
        "clickhouse" => Some("clickhouse"),
        _ => None,
    }
}

fn shared_folders(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}
