//! Whose migration a SQL file is, told by its path, its comments and the tools that the repository uses.

use std::collections::BTreeSet;

use crate::facts::{Dependency, File, SqlScript, ToolUse};
use crate::model::Facts;
use crate::signals::Signals;

/// The tool of versioned SQL that no known tool applies.
pub(super) const HOME_MADE: &str = "home-made";

/// Tools that apply plain files of versioned SQL, the more specific first. Those are left out whose files have an ending
/// (golang-migrate), comments (goose, dbmate) or a file of checksums (Atlas) that tell them.
const PLAIN_SQL_TOOLS: &[&str] = &[
    "cloudflare-d1",
    "sqlx",
    "node-pg-migrate",
    "postgrator",
    "tern",
    "yoyo",
    "migratus",
    "refinery",
    "dbup",
    "evolve",
    "grate",
    "bytebase",
];

/// Folders of which the name says that migrations are in them.
const FOLDERS: &[&str] = &["migrations", "migration", "migrate", "drizzle", "flyway", "changelog", "evolutions"];

/// Folders of the way back, and of what was put away: nothing applies what is in them.
const ASIDE: &[&str] =
    &["down", "rollback", "rollbacks", "undo", "revert", "archive", "archived", "_archive", "old_migrations"];

/// Where a SQL file stands in which history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// The tool's id.
    pub(super) tool: String,
    /// The folder of the history.
    pub(super) history: String,
    /// The migration's name in it.
    pub(super) name: String,
}

impl Layout {
    /// The place of a file that a Liquibase changelog runs.
    pub(super) fn of_changelog(root: &str, path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".sql");
        Self { tool: "liquibase".to_owned(), history: root.to_owned(), name: name.to_owned() }
    }
}

/// The tools that the repository uses, and its paths.
#[derive(Debug)]
pub(super) struct Tools<'a> {
    used: BTreeSet<&'a str>,
    paths: BTreeSet<&'a str>,
}

impl<'a> Tools<'a> {
    /// Looks which tools of the topic are in use.
    pub(super) fn new(facts: &'a Facts, files: &'a [File], signals: &'a Signals) -> Self {
        let mut used: BTreeSet<&str> = facts.each::<ToolUse>().map(|(_, tool)| tool.tool.as_str()).collect();
        let paths: BTreeSet<&str> = files.iter().map(|file| &*file.path).collect();
        for tool in signals.topic("migrations") {
            let is_declared = facts.each::<Dependency>().any(|(_, dependency)| {
                tool.dependencies.iter().any(|pattern| pattern.matches(dependency.ecosystem, &dependency.name))
            });
            let is_configured = || files.iter().any(|file| tool.files.iter().any(|glob| glob.is_match(&file.path)));
            if is_declared || is_configured() {
                used.insert(&tool.id);
            }
        }
        Self { used, paths }
    }

    fn uses(&self, tool: &str) -> bool {
        self.used.contains(tool)
    }

    fn has(&self, folder: &str, name: &str) -> bool {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        self.paths.contains(path.as_str())
    }

    /// Whether Diesel is asked for no transaction: the file beside a migration says nothing else.
    pub(super) fn has_metadata(&self, path: &str) -> bool {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.has(folder, "metadata.toml")
    }

    /// Whether a file beside a migration takes it back.
    pub(super) fn has_way_back(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.strip_suffix(".sql").unwrap_or(name);
        if matches!(stem, "up" | "migration") {
            return self.has(folder, "down.sql");
        }
        if let Some(version) = stem.strip_prefix('V').filter(|_| is_flyway(stem)) {
            let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
            let undo = format!("{folder}U{}__", version.split("__").next().unwrap_or(""));
            return self.paths.range(undo.as_str()..).next().is_some_and(|path| path.starts_with(&undo));
        }
        let stem = stem.strip_suffix(".up").or_else(|| stem.strip_suffix("_up")).unwrap_or(stem);
        let names = [".down", "_down", "-down", ".rollback", "_rollback", ".undo", ".revert"];
        names.iter().any(|ending| self.has(folder, &format!("{stem}{ending}.sql")))
            || ["down", "rollback", "undo", "revert"].iter().any(|aside| {
                let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
                self.has(&format!("{folder}/{aside}"), name) || self.has(&format!("{above}/{aside}"), name)
            })
    }

    /// The place of a SQL file in a history; `None` where it is no forward migration.
    pub(super) fn layout(&self, path: &str, script: &SqlScript) -> Option<Layout> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = name.get(..name.len().checked_sub(".sql".len())?)?;
        let layout = |tool: &str, history: &str, name: &str| {
            Some(Layout { tool: tool.to_owned(), history: history.to_owned(), name: name.to_owned() })
        };
        let is_aside = |part: &str| ASIDE.contains(&part.to_ascii_lowercase().as_str());
        if is_way_back(stem) || folder.split('/').any(is_aside) {
            return None;
        }
        if matches!(stem, "migration" | "up") {
            let (history, version) = folder.rsplit_once('/').unwrap_or(("", folder));
            if !starts_with_digit(version) && !history.ends_with("migrations") {
                return None;
            }
            let tool = match stem {
                "migration" if self.has(folder, "snapshot.json") => "drizzle",
                "migration" => "prisma",
                _ if self.uses("diesel") => "diesel",
                _ if self.uses("hasura") => "hasura",
                _ => HOME_MADE,
            };
            return layout(tool, history, version);
        }
        let own = folder.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
        if is_flyway(stem) {
            return layout(if self.uses("refinery") { "refinery" } else { "flyway" }, folder, stem);
        }
        if !script.sections.is_empty() {
            return layout(script.sections, folder, stem);
        }
        if !starts_with_digit(stem) || !stem.contains(['_', '-', '.']) {
            return None;
        }
        if let Some(stem) = stem.strip_suffix(".up") {
            let tool = if self.uses("sqlx") && !self.uses("golang-migrate") { "sqlx" } else { "golang-migrate" };
            return layout(tool, folder, stem);
        }
        let is_named_so = folder.split('/').any(|part| FOLDERS.contains(&part.to_ascii_lowercase().as_str()));
        let tool = match () {
            () if self.has(folder, "meta/_journal.json") => "drizzle",
            () if folder.ends_with("supabase/migrations") => "supabase",
            () if self.has(folder, "atlas.sum") => "atlas",
            () if own == "drizzle" && self.uses("drizzle") => "drizzle",
            () if is_named_so => PLAIN_SQL_TOOLS.iter().find(|tool| self.uses(tool)).copied().unwrap_or(HOME_MADE),
            () if matches!(own.as_str(), "sql" | "db" | "database" | "schema" | "schemas") => HOME_MADE,
            () => return None,
        };
        layout(tool, folder, stem)
    }
}

/// `U1__x`, `1_x.down`: the way back.
fn is_way_back(stem: &str) -> bool {
    let lower = stem.to_ascii_lowercase();
    let is_undo = lower.strip_prefix('u').is_some_and(|rest| starts_with_digit(rest) && rest.contains("__"));
    is_undo
        || lower == "down"
        || [".down", "_down", "-down", ".rollback", "_rollback", ".undo", ".revert"]
            .iter()
            .any(|ending| lower.ends_with(ending))
}

/// `V1__x`, `B1.2__x`.
fn is_flyway(stem: &str) -> bool {
    stem.strip_prefix(['V', 'B']).is_some_and(|rest| starts_with_digit(rest) && rest.contains("__"))
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|character: char| character.is_ascii_digit())
}
