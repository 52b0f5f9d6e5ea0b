//! Whether the repository owns a relational schema, and what shows it.

use std::collections::BTreeSet;

use super::engine::{Engines, is_relational};
use super::history::History;
use super::{fact, start_of, title};
use crate::facts::{Data, Fact, Language, Operation, RelationalSchema, Role, SchemaDefinition, SqlScript, ToolUse};
use crate::model::Facts;
use crate::signals::Signals;

/// What shows a relational schema: histories, declarations, schema files, and migration tools in use.
pub(super) fn shown(facts: &Facts, histories: &[History<'_>], engines: &Engines<'_>, signals: &Signals) -> Vec<Fact> {
    let mut shown = Vec::new();
    let schema = |engine: &str, shown_by, tool: &str| {
        let title = if tool.is_empty() { Language::Sql.name().to_owned() } else { title(tool, signals) };
        Data::RelationalSchema(RelationalSchema { engine: engine.to_owned(), shown_by, tool: tool.to_owned(), title })
    };
    for history in histories {
        if let Some(first) = history.migrations.first() {
            let data = schema(&engines.of(history), "history", &history.tool);
            shown.push(fact(first.place.clone(), first.role, data));
        }
    }
    for (definition_fact, definition) in facts.each::<SchemaDefinition>() {
        if is_own(definition_fact.role) && (definition.engine.is_empty() || is_relational(&definition.engine)) {
            let data = schema(&definition.engine, "definition", &definition.tool);
            shown.push(fact(definition_fact.place.clone(), definition_fact.role, data));
        }
    }
    let in_histories: BTreeSet<&str> =
        histories.iter().flat_map(|one| &one.migrations).map(|step| &*step.place.path).collect();
    for (script_fact, script) in facts.each::<SqlScript>() {
        let path = &script_fact.place.path;
        let creates = script
            .statements
            .iter()
            .any(|statement| matches!(statement.operation, Operation::CreateTable | Operation::CreateTableIfMissing));
        if creates && !in_histories.contains(&**path) && is_own(script_fact.role) {
            shown.push(fact(start_of(path), script_fact.role, schema(script.dialect, "script", "")));
        }
    }
    if !engines.are_only_documents() {
        for (tool_fact, tool) in facts.each::<ToolUse>() {
            if is_own(tool_fact.role) && tool.topics.iter().any(|topic| topic == "migrations") {
                shown.push(fact(tool_fact.place.clone(), tool_fact.role, schema("", "tool", &tool.tool)));
            }
        }
    }
    shown
}

fn is_own(role: Role) -> bool {
    matches!(role, Role::Product | Role::Configuration | Role::Script)
}
