//! What the replayed schemas show: statements that could not run, foreign keys without an index, and what declared schemas
//! say differently.

use std::collections::BTreeSet;

use super::declared::{self, Declared};
use super::engine::engine_of_folder;
use super::history::History;
use super::state::{Origin, Schema};
use super::table::Table;
use super::{fact, title};
use crate::facts::{
    Data, DeclaredSchema, Fact, ForeignKey, HistoryBreak, Operation, Place, Role, SchemaComparison, SchemaDifference,
    SqlScript, Statement,
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
    let declarations = declared::find(facts, ends);
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
    if ends.is_empty() && declarations.iter().all(Declared::is_without_keys) {
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
    let first = tables.find_map(|(_, table)| table.place.clone());
    let Some((place, role)) = first.or_else(|| declared.unread.clone()) else { return };
    let comparison = SchemaComparison {
        title: title(&end.history.tool, signals),
        history: end.history.place.clone(),
        doubt: if end.schema.doubt.is_empty() { declared.doubt.clone() } else { end.schema.doubt.clone() },
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
            Some(made) => {
                let compared = Compared { name, table, made, schema: &end.schema, declared };
                columns(&compared, *role, &mut add);
            }
        }
    }
}

/// A declared table beside the one that migrations made.
struct Compared<'c> {
    name: &'c str,
    table: &'c Table,
    made: &'c Table,
    schema: &'c Schema,
    declared: &'c Declared<'c>,
}

/// What differs between the columns of a declared table and those that migrations made.
fn columns(compared: &Compared<'_>, role: Role, add: &mut impl FnMut(&Place, Role, String)) {
    let Compared { name, table, made, schema, declared } = compared;
    let names = |column: &str| -> Vec<String> { declared.names_of(column).map(|name| schema.fold(&name)).collect() };
    for (column, state) in &table.columns {
        if !names(column).iter().any(|name| made.has(name)) {
            let explanation = format!("the column `{name}.{column}` is declared, and no migration makes it");
            add(&state.place, role, explanation);
        }
    }
    let written: BTreeSet<String> = table.columns.keys().flat_map(|column| names(column)).collect();
    for (column, _) in made.columns.iter().filter(|(column, _)| !written.contains(*column)) {
        if let Some((place, role)) = &table.place
            && !table.is_open
            && !made.is_open
        {
            add(place, *role, format!("migrations make the column `{name}.{column}`, and nothing declares it"));
        }
    }
}
