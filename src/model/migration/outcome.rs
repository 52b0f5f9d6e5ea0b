//! What the replayed schemas show: statements that could not run, foreign keys without an index, and what declared schemas
//! say differently.

use std::collections::{BTreeMap, BTreeSet};

use super::engine::engine_of_folder;
use super::history::History;
use super::state::{Origin, Schema};
use super::table::Table;
use super::{fact, title};
use crate::facts::{
    Data, DeclaredSchema, Fact, ForeignKey, HistoryBreak, Operation, Place, Role, SchemaComparison, SchemaDefinition,
    SchemaDifference, SqlScript, Statement,
};
use crate::model::Facts;
use crate::signals::Signals;

/// A history, and the schema that it ends in.
#[derive(Debug)]
pub(super) struct End<'h, 'a> {
    pub(super) history: &'h History<'a>,
    pub(super) engine: String,
    pub(super) schema: Schema,
}

/// Tables, in lower case, that something else than a history makes: another history, a schema file, a written schema.
pub(super) fn elsewhere(history: &History<'_>, histories: &[History<'_>], facts: &Facts) -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    let mut add = |statements: &[Statement]| {
        let created = statements
            .iter()
            .filter(|one| matches!(one.operation, Operation::CreateTable | Operation::CreateTableIfMissing));
        tables.extend(created.map(|one| one.table.to_ascii_lowercase()));
    };
    let others = histories.iter().filter(|other| other.place != history.place || other.tool != history.tool);
    for step in others.flat_map(|other| &other.migrations) {
        add(step.statements);
    }
    let own: BTreeSet<&str> = history.migrations.iter().map(|step| &*step.place.path).collect();
    for (script_fact, script) in facts.each::<SqlScript>() {
        if !own.contains(&*script_fact.place.path) {
            add(&script.statements);
        }
    }
    for (_, declared) in facts.each::<DeclaredSchema>() {
        if declared.tool == "active-record" {
            add(&declared.statements);
        }
    }
    tables
}

/// The facts that follow.
pub(super) fn of(ends: &[End<'_, '_>], facts: &Facts, signals: &Signals) -> Vec<Fact> {
    let mut found = Vec::new();
    for end in ends {
        for one in &end.schema.breaks {
            let data = HistoryBreak { tool: end.history.tool.clone(), explanation: one.explanation.clone() };
            found.push(fact(one.place.clone(), one.role, Data::HistoryBreak(data)));
        }
    }
    let declarations = declarations(facts);
    for end in ends {
        let own: Vec<&Declared<'_>> = declarations.iter().filter(|one| one.is_of(end.history, &declarations)).collect();
        if own.iter().all(|declared| declared.is_without_keys()) {
            keys(&end.schema, &end.engine, &mut found);
        }
        for declared in own {
            compare(end, declared, signals, &mut found);
        }
    }
    for declared in declarations.iter().filter(|declared| !declared.is_without_keys()) {
        keys(&declared.schema, &declared.engine, &mut found);
    }
    if ends.is_empty() && declarations.is_empty() {
        schema_files(facts, &mut found);
    }
    found
}

/// The foreign keys of files that are the schema, where nothing else says what it is.
fn schema_files(facts: &Facts, found: &mut Vec<Fact>) {
    for (script_fact, script) in facts.each::<SqlScript>() {
        let path = &script_fact.place.path;
        let engine = path.rsplit('/').find_map(engine_of_folder).unwrap_or(script.dialect);
        let mut schema = Schema::new(engine);
        schema.run(Origin { path, role: script_fact.role, version: "" }, &script.statements);
        keys(&schema, engine, found);
    }
}

/// A schema that code or a tool's file declares.
struct Declared<'a> {
    tool: &'a str,
    /// The folder of its files.
    folder: &'a str,
    engine: String,
    schema: Schema,
}

impl Declared<'_> {
    /// Whether its foreign keys and indexes are not read, so that those of the history stand for them.
    fn is_without_keys(&self) -> bool {
        self.tool == "django"
    }

    /// Whether a history should end in it: the one beside it, or the only one of the tool. Each app of Django has its own.
    fn is_of(&self, history: &History<'_>, all: &[Declared<'_>]) -> bool {
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
}

/// The declared schemas: files of one tool in one folder are one.
fn declarations(facts: &Facts) -> Vec<Declared<'_>> {
    let mut groups: BTreeMap<(&str, &str), Vec<(&Fact, &DeclaredSchema)>> = BTreeMap::new();
    for (declared_fact, declared) in facts.each::<DeclaredSchema>() {
        let path = &*declared_fact.place.path;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        groups.entry((declared.tool.as_str(), folder)).or_default().push((declared_fact, declared));
    }
    let groups = groups.into_iter().map(|((tool, folder), files)| {
        let definition = facts.each::<SchemaDefinition>().find(|(other, definition)| {
            definition.tool == tool && other.place.path.rsplit_once('/').map_or("", |(folder, _)| folder) == folder
        });
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
        for (declared_fact, declared) in &files {
            let origin = Origin { path: &declared_fact.place.path, role: declared_fact.role, version: "" };
            let statements: Vec<Statement> =
                declared.statements.iter().filter_map(|one| resolved(one, &models)).collect();
            schema.run(origin, &statements);
        }
        Declared { tool, folder, engine: engine.to_owned(), schema }
    });
    groups.collect()
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

/// The foreign keys of a schema, and whether an index leads with each.
fn keys(schema: &Schema, engine: &str, found: &mut Vec<Fact>) {
    for (name, table) in &schema.tables {
        for key in &table.keys {
            let indexed = match table.leads_with(&key.columns) {
                Some(true) => "yes",
                Some(false) => "no",
                None => "unknown",
            };
            let data = ForeignKey {
                table: name.clone(),
                columns: key.columns.join(", "),
                references: key.references.clone(),
                engine: engine.to_owned(),
                indexed,
            };
            found.push(fact(key.place.clone(), key.role, Data::ForeignKey(data)));
        }
    }
}

/// What is in a declared schema and not in its migrations, or the other way round.
fn compare(end: &End<'_, '_>, declared: &Declared<'_>, signals: &Signals, found: &mut Vec<Fact>) {
    let mut tables = declared.schema.tables.iter();
    let Some((place, role)) = tables.find_map(|(_, table)| table.place.clone()) else { return };
    let comparison = SchemaComparison {
        title: title(&end.history.tool, signals),
        history: end.history.place.clone(),
        doubt: end.schema.doubt.clone(),
    };
    found.push(fact(place, role, Data::SchemaComparison(comparison)));
    if !end.schema.doubt.is_empty() {
        return;
    }
    let mut add = |place: &Place, role: Role, explanation: String| {
        found.push(fact(place.clone(), role, Data::SchemaDifference(SchemaDifference { explanation })));
    };
    for (name, table) in &declared.schema.tables {
        let Some((place, role)) = &table.place else { continue };
        match end.schema.tables.get(&end.schema.fold(name)) {
            // What is known only in part may be no table.
            None if end.schema.has_view(name) || table.is_open => {}
            None => add(place, *role, format!("the table `{name}` is declared, and no migration makes it")),
            Some(made) => columns(name, table, made, &end.schema, *role, &mut add),
        }
    }
}

/// What differs between the columns of a declared table and those that migrations made.
fn columns(
    name: &str,
    table: &Table,
    made: &Table,
    schema: &Schema,
    role: Role,
    add: &mut impl FnMut(&Place, Role, String),
) {
    for (column, state) in &table.columns {
        if !made.has(&schema.fold(column)) {
            let explanation = format!("the column `{name}.{column}` is declared, and no migration makes it");
            add(&state.place, role, explanation);
        }
    }
    let declared: BTreeSet<String> = table.columns.keys().map(|column| schema.fold(column)).collect();
    for (column, _) in made.columns.iter().filter(|(column, _)| !declared.contains(*column)) {
        if let Some((place, role)) = &table.place
            && !table.is_open
            && !made.is_open
        {
            add(place, *role, format!("migrations make the column `{name}.{column}`, and nothing declares it"));
        }
    }
}
