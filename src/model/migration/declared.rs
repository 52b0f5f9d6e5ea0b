//! Schemas that code or a tool's file declares, and the histories that should end in them.

use std::collections::BTreeMap;

use super::history::History;
use super::outcome::End;
use super::state::{Origin, Schema};
use crate::facts::{DeclaredSchema, Fact, Manifest, Operation, Place, Role, SchemaDefinition, Statement};
use crate::model::Facts;

/// A schema that code or a tool's file declares.
pub(super) struct Declared<'a> {
    pub(super) tool: &'a str,
    /// The folder of its files; that of the history where models may be anywhere.
    folder: &'a str,
    pub(super) engine: String,
    pub(super) schema: Schema,
    /// Why some of it is not known, `""` where all of it is.
    pub(super) doubt: String,
    /// The file that is not known.
    pub(super) unread: Option<(Place, Role)>,
}

/// Tools whose models may be in any file of the program.
const ANYWHERE: &[&str] = &["alembic", "drizzle"];

impl Declared<'_> {
    /// Whether its foreign keys and indexes are not read, so that those of the history stand for them.
    pub(super) fn is_without_keys(&self) -> bool {
        self.tool == "django" || ANYWHERE.contains(&self.tool)
    }

    /// Whether a history should end in it: the one beside it, or the only one of the tool. Each app of Django has its own.
    pub(super) fn is_of(&self, history: &History<'_>, all: &[Declared<'_>]) -> bool {
        if ANYWHERE.contains(&self.tool) {
            return self.tool == history.tool && self.folder == history.place;
        }
        let above = history.place.rsplit_once('/').map_or("", |(above, _)| above);
        if self.tool == "django" {
            let rest = self.folder.strip_prefix(above);
            let is_beside =
                rest.is_some_and(|rest| rest.is_empty() || rest == "/models" || rest.starts_with("/models/"));
            return history.tool == "django" && !above.is_empty() && is_beside;
        }
        let is_near = |one: &Declared<'_>| {
            one.tool == history.tool
                && (one.folder == above || one.folder.starts_with(&format!("{above}/")) || above.is_empty())
        };
        let has_near = all.iter().any(is_near);
        self.tool == history.tool
            && (is_near(self) || !has_near && all.iter().filter(|one| one.tool == history.tool).count() == 1)
    }

    /// The names that a column may have in the database: Drizzle can be told to write those of properties with `_`.
    pub(super) fn names_of(&self, column: &str) -> impl Iterator<Item = String> {
        let other = (self.tool == "drizzle").then(|| snake(column));
        std::iter::once(column.to_owned()).chain(other)
    }
}

/// `userId` → `user_id`.
fn snake(name: &str) -> String {
    let mut written = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() {
            written.push('_');
        }
        written.push(character.to_ascii_lowercase());
    }
    written
}

/// The declared schemas: files of one tool in one folder are one, and those of a program whose models may be anywhere.
pub(super) fn find<'a>(facts: &'a Facts, ends: &'a [End<'_, '_>]) -> Vec<Declared<'a>> {
    let mut groups: BTreeMap<(&str, &str), Vec<(&Fact, &DeclaredSchema)>> = BTreeMap::new();
    let packages: Vec<&str> = facts.each::<Manifest>().map(|(fact, _)| folder_of(&fact.place.path)).collect();
    for (declared_fact, declared) in facts.each::<DeclaredSchema>() {
        let path = &*declared_fact.place.path;
        let folder = if ANYWHERE.contains(&declared.tool.as_str()) {
            match nearest(path, declared, ends, &packages) {
                Some(history) => history,
                None => continue,
            }
        } else {
            folder_of(path)
        };
        groups.entry((declared.tool.as_str(), folder)).or_default().push((declared_fact, declared));
    }
    groups.into_iter().map(|((tool, folder), files)| merged(facts, tool, folder, &files)).collect()
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The history that models belong to: of the same package and database, and where there are several, of the nearest folder.
fn nearest<'e>(path: &str, declared: &DeclaredSchema, ends: &'e [End<'_, '_>], packages: &[&str]) -> Option<&'e str> {
    let package = |path: &str| {
        let holds =
            |folder: &&&str| folder.is_empty() || path.strip_prefix(**folder).is_some_and(|rest| rest.starts_with('/'));
        packages.iter().filter(holds).map(|folder| folder.len()).max()
    };
    let own = package(path);
    let is_candidate = |end: &&End<'_, '_>| {
        let is_of_engine = declared.dialect.is_empty() || end.engine.is_empty() || end.engine == declared.dialect;
        end.history.tool == declared.tool && is_of_engine && package(&format!("{}/", end.history.place)) == own
    };
    let shared = |end: &End<'_, '_>| {
        let pairs = path.split('/').zip(end.history.place.split('/'));
        pairs.take_while(|(one, other)| one == other).count()
    };
    let candidates: Vec<&End<'_, '_>> = ends.iter().filter(is_candidate).collect();
    let most = candidates.iter().map(|end| shared(end)).max()?;
    let mut best = candidates.into_iter().filter(|end| shared(end) == most);
    let first = best.next()?;
    best.next().is_none().then_some(first.history.place.as_str())
}

fn merged<'a>(facts: &Facts, tool: &'a str, folder: &'a str, files: &[(&'a Fact, &'a DeclaredSchema)]) -> Declared<'a> {
    let definition = facts
        .each::<SchemaDefinition>()
        .find(|(other, definition)| definition.tool == tool && folder_of(&other.place.path) == folder);
    let engine = definition.map_or("", |(_, definition)| match definition.engine.as_str() {
        // Keys that the database does not know get no index from it either.
        "mysql" if definition.emulates_keys => "",
        engine => engine,
    });
    // Names that a declaration writes keep their case.
    let mut schema = Schema::new("postgresql");
    let models: BTreeMap<&str, &str> = files
        .iter()
        .flat_map(|(_, declared)| &declared.statements)
        .filter(|one| one.operation == Operation::CreateTable && !one.object.is_empty())
        .map(|one| (one.object.as_str(), one.table.as_str()))
        .collect();
    for (declared_fact, declared) in files {
        let origin = Origin { path: &declared_fact.place.path, role: declared_fact.role, version: "" };
        let statements: Vec<Statement> = declared.statements.iter().filter_map(|one| resolved(one, &models)).collect();
        schema.run(origin, &statements);
    }
    let unread = files.iter().find(|(_, declared)| !declared.understood && ANYWHERE.contains(&tool));
    let doubt = unread.map_or_else(String::new, |(fact, _)| {
        format!("`{}` declares tables whose names or columns are computed", fact.place.path)
    });
    let unread = unread.map(|(fact, _)| (fact.place.clone(), fact.role));
    Declared { tool, folder, engine: engine.to_owned(), schema, doubt, unread }
}

/// A statement with tables in place of models; `None` for a field that stands for rows of another model.
fn resolved(statement: &Statement, models: &BTreeMap<&str, &str>) -> Option<Statement> {
    let mut resolved = statement.clone();
    match statement.operation {
        Operation::AddColumn => {
            let kind = statement.columns.first().map_or("", |column| column.kind.trim_end_matches("[]"));
            if models.contains_key(kind) {
                return None;
            }
        }
        Operation::AddForeignKey => {
            if let Some(table) = models.get(statement.detail.as_str()) {
                (*table).clone_into(&mut resolved.detail);
            }
        }
        _ => {}
    }
    Some(resolved)
}
