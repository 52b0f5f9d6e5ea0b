//! `TypeORM`, `MikroORM`, Sequelize, Knex, Kysely and node-pg-migrate: what `up` does with SQL texts, and the calls of their builders.

mod builder;
mod kysely;
mod pg_migrate;
mod query_interface;

use tree_sitter::Node;

use super::call::Call;
use super::reader::Reader;
use crate::syntax::{descendants, node_text};

/// Methods that take a text of SQL.
const SQL: &[&str] = &["query", "addSql", "raw", "execute"];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    let mut up = None;
    descendants(root, |node| {
        if up.is_none() && is_up(node, text) {
            up = Some(node);
        }
        let written = || node_text(node, text);
        match node.kind() {
            // Knex's `config = { transaction: false }`, TypeORM's `transaction = false`.
            "pair" | "public_field_definition" | "field_definition" => {
                let plain: String = written().split_whitespace().collect();
                reader.no_transaction |=
                    matches!(plain.trim_end_matches(';'), "transaction:false" | "transaction=false");
            }
            "method_definition" if written().starts_with("isTransactional") => {
                reader.no_transaction |= written().contains("return false");
            }
            _ => {}
        }
        true
    });
    let Some(up) = up else { return reader.not_understood(root, "a migration without `up`") };
    descendants(up, |node| match Call::of(node, text) {
        Some(call) => read_call(reader, &call),
        None => true,
    });
}

/// Whether a node is what `up` is defined by.
fn is_up(node: Node<'_>, text: &str) -> bool {
    let field = |name: &str| node.child_by_field_name(name).map_or("", |part| node_text(part, text));
    match node.kind() {
        "method_definition" | "function_declaration" => field("name") == "up",
        "variable_declarator" => field("name") == "up" && node.child_by_field_name("value").is_some(),
        "pair" => field("key") == "up",
        "assignment_expression" => field("left").rsplit('.').next() == Some("up"),
        _ => false,
    }
}

/// Reads a call; whether what is inside it is read too.
fn read_call<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    let on = call.receiver.rsplit('.').next().unwrap_or("");
    if matches!(call.receiver, "pgm" | "pgm.db") {
        return pg_migrate::read(reader, call);
    }
    if SQL.contains(&call.name) && !call.receiver.is_empty() {
        if call.name == "execute" {
            return kysely_sql(reader, call);
        }
        reader.sql(call.at(0), call);
        return false;
    }
    if call.receiver.ends_with("schema") || is_chain_of_schema(call) {
        return builder::read(reader, call);
    }
    if matches!(on, "queryInterface" | "queryRunner") {
        return query_interface::read(reader, call);
    }
    true
}

/// ``sql`…`.execute(db)``; other chains that end in `execute` are read link by link.
fn kysely_sql<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    let template = call.target.filter(|target| target.kind() == "call_expression");
    let tag = template.and_then(|target| target.child_by_field_name("function"));
    let text = template.and_then(|target| target.child_by_field_name("arguments"));
    match (tag, text) {
        (Some(tag), Some(text)) if text.kind() == "template_string" => {
            if node_text(tag, reader.text).starts_with("sql") {
                reader.sql(Some(text), call);
            }
            false
        }
        _ => true,
    }
}

/// Whether a call continues a chain that began with `….schema`.
fn is_chain_of_schema(call: &Call<'_>) -> bool {
    let head = call.receiver.split('(').next().unwrap_or("");
    head.split('.').any(|part| part.trim() == "schema")
}
