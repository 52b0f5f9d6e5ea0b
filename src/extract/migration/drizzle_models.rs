//! The schema of Drizzle, as tables and columns: `pgTable("a", { … })` and its likes for other databases.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::code::{Call, children, literal};
use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Column, Data, DeclaredSchema, File, Language, OPEN_TABLE, Operation, Span, Statement};
use crate::syntax::{Source, descendants, node_text};

/// Reads schemas.
#[derive(Debug)]
pub(in crate::extract) struct DrizzleModels;

/// The functions that make a table, and their databases.
const TABLES: &[(&str, &str)] = &[("pgTable", "postgresql"), ("mysqlTable", "mysql"), ("sqliteTable", "sqlite")];

impl Extractor for DrizzleModels {
    fn name(&self) -> &'static str {
        "drizzle-model"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["pgTable", "mysqlTable", "sqliteTable"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.language, Some(Language::TypeScript | Language::JavaScript | Language::Tsx)) && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(tree) = source.tree() else { return };
        let text = source.text();
        let mut schemas: BTreeMap<&'static str, (Vec<Statement>, bool)> = BTreeMap::new();
        descendants(tree.root_node(), |node| {
            let Some(call) = Call::of(node, text) else { return true };
            // `pgTableCreator` puts something in front of every name.
            if let Some((_, dialect)) = TABLES.iter().find(|(name, _)| call.name == format!("{name}Creator")) {
                schemas.entry(dialect).or_insert_with(|| (Vec::new(), true)).1 = false;
            }
            let Some((_, dialect)) = TABLES.iter().find(|(name, _)| call.name == *name) else { return true };
            let schema = schemas.entry(dialect).or_insert_with(|| (Vec::new(), true));
            match table(&call, source) {
                Some(statements) => schema.0.extend(statements),
                None => schema.1 = false,
            }
            false
        });
        for (dialect, (statements, understood)) in schemas {
            let declared = DeclaredSchema { tool: "drizzle".to_owned(), statements, understood, dialect };
            found.add(Span::START, Data::DeclaredSchema(declared));
        }
    }
}

/// A table with its columns; `None` where its name is computed or the columns are given elsewhere.
fn table(call: &Call<'_>, source: &Source<'_>) -> Option<Vec<Statement>> {
    let text = source.text();
    let name = literal(call.at(0)?, text)?.text.into_owned();
    let written = columns_of(call.at(1)?)?;
    let (mut columns, mut is_open) = (Vec::new(), false);
    for entry in children(written) {
        let parts = entry.child_by_field_name("key").zip(entry.child_by_field_name("value"));
        match parts.and_then(|(key, value)| column(key, value, text)) {
            Some(name) => columns.push((name, source.span(entry.byte_range()))),
            // Columns that several tables share.
            None => is_open = true,
        }
    }
    let span = source.span(call.node.byte_range());
    let span = Span { end_line: span.line, end_column: span.column, ..span };
    let detail = if is_open { OPEN_TABLE.to_owned() } else { String::new() };
    let mut statements = vec![Statement { detail, ..Statement::new(Operation::CreateTable, name.as_str(), span) }];
    statements.extend(columns.into_iter().map(|(column, span)| {
        let columns = vec![Column::named(column.as_str())];
        Statement { object: column, columns, ..Statement::new(Operation::AddColumn, name.as_str(), span) }
    }));
    Some(statements)
}

/// The object of the columns, also what a callback returns: `(t) => ({ … })`.
fn columns_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    loop {
        match at.kind() {
            "object" => return Some(at),
            "arrow_function" => at = at.child_by_field_name("body")?,
            "parenthesized_expression" => at = at.named_child(0)?,
            _ => return None,
        }
    }
}

/// The name of a column: the text that the first call of its chain is given, else its key.
fn column(key: Node<'_>, value: Node<'_>, text: &str) -> Option<String> {
    let mut first = Call::of(value, text)?;
    while let Some(before) = first.target.and_then(|target| Call::of(target, text)) {
        first = before;
    }
    match first.at(0).filter(|one| matches!(one.kind(), "string" | "template_string")) {
        Some(own) => Some(literal(own, text)?.text.into_owned()),
        None => Some(node_text(key, text).trim_matches(['"', '\'']).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn schemas(text: &str) -> Vec<(String, bool, &'static str)> {
        let file = File {
            path: "src/schema.ts".into(),
            bytes: 1,
            role: Role::Product,
            language: Some(Language::TypeScript),
            lines: 1,
        };
        let facts = Extractors::of(vec![Box::new(DrizzleModels)]).extract(&file, text).facts;
        let schemas = facts.into_iter().filter_map(|fact| match fact.data {
            Data::DeclaredSchema(schema) => Some(schema),
            _ => None,
        });
        schemas
            .map(|schema| {
                let told = schema.statements.iter();
                let told = told.map(|one| format!("{} {} {}", one.table, one.object, one.detail).trim_end().to_owned());
                (told.collect::<Vec<_>>().join(", "), schema.understood, schema.dialect)
            })
            .collect()
    }

    #[test]
    fn tables_have_the_columns_that_they_name() {
        let text = r#"
export const orders = pgTable("orders", {
  id: integer().primaryKey(),
  userId: varchar("user_id", { length: 9 }).notNull().references(() => users.id),
  ...timestamps,
}, (t) => [index("i").on(t.id)]);
export const users = pgTable("users", (t) => ({ id: t.uuid().primaryKey() }));
export const notes = sqliteTable("notes", { id: text() });
"#;
        assert_eq!(
            schemas(text),
            [
                ("orders  open, orders id, orders user_id, users, users id".to_owned(), true, "postgresql"),
                ("notes, notes id".to_owned(), true, "sqlite"),
            ]
        );
    }

    #[test]
    fn computed_names_are_not_guessed() {
        for text in [
            "export const a = pgTable(name('a'), { id: text() });",
            "export const a = pgTable('a', columns);",
            "export const table = pgTableCreator((name) => `app_${name}`);",
        ] {
            assert_eq!(schemas(text), [(String::new(), false, "postgresql")], "{text}");
        }
    }
}
