//! The schema builders of Knex (`knex.schema.alterTable("a", t => …)`) and Kysely (`db.schema.alterTable("a").…`).

use tree_sitter::Node;

use super::kysely;
use crate::extract::migration::code::call::{Call, children};
use crate::extract::migration::code::reader::{NewColumn, Reader, rewriting};
use crate::extract::sql::Change;
use crate::facts::{Constraint, ConstraintKind, Operation};
use crate::syntax::{descendants, node_text};

/// Links of a chain that change no table.
pub(super) const HARMLESS: &[&str] = &[
    "hasTable",
    "hasColumn",
    "withSchema",
    "createSchema",
    "createSchemaIfNotExists",
    "dropSchema",
    "dropSchemaIfExists",
    "createView",
    "createViewOrReplace",
    "dropView",
    "dropViewIfExists",
    "createType",
    "dropType",
    "asEnum",
    "ifExists",
    "ifNotExists",
    "on",
    "column",
    "columns",
    "unique",
    "using",
    "where",
    "expression",
    "execute",
    "then",
    "catch",
    "finally",
    "cascade",
    "addPrimaryKeyConstraint",
    "onDelete",
    "onUpdate",
    "modifyEnd",
    "modifyFront",
    "temporary",
    "schema",
    "transacting",
    "createExtension",
    "createExtensionIfNotExists",
    "toString",
    "as",
    "orReplace",
    "refreshMaterializedView",
];

/// Reads a chain of calls, the first link first; nothing inside is read again.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    let chain = chain(call, reader.text);
    let mut table: Option<(String, bool)> = None;
    for link in &chain {
        // Kysely has callbacks for columns.
        let is_of_knex = matches!(link.name, "createTable" | "createTableIfNotExists" | "alterTable" | "table");
        if let Some(callback) = link.at(1).filter(|node| is_of_knex && is_function(*node)) {
            if knex_table(reader, link, callback).is_none() {
                reader.not_understood(link.node, "a computed table");
            }
            continue;
        }
        match (&table, link.name) {
            (_, "createTable" | "createTableIfNotExists" | "alterTable" | "table") => {
                let Some(name) = link.word(0, "") else {
                    reader.not_understood(link.node, "a computed table");
                    return false;
                };
                let is_new = link.name.starts_with("create");
                if is_new {
                    kysely::table(reader, link, &chain, &name);
                }
                table = Some((name, is_new));
            }
            (Some((_, true)), _) => {}
            (Some((name, false)), _) => kysely::action(reader, link, &chain, &name.clone()),
            (None, _) => {
                if whole(reader, link, &chain).is_none() {
                    reader.not_understood(link.node, &format!("`{}`", link.name));
                }
            }
        }
    }
    false
}

/// The links of a chain of calls, the first one first.
fn chain<'s>(call: &Call<'s>, text: &'s str) -> Vec<Call<'s>> {
    let mut links = vec![call.clone()];
    while let Some(next) = links.last().and_then(|link| link.target).and_then(|target| Call::of(target, text)) {
        links.push(next);
    }
    links.reverse();
    links
}

pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression" | "function")
}

/// A link that says all of an operation; `None` where it is not known.
fn whole<'s>(reader: &mut Reader<'s, '_>, link: &Call<'s>, chain: &[Call<'s>]) -> Option<()> {
    let node = link.node;
    match link.name {
        "dropTable" | "dropTableIfExists" => reader.change(node, Operation::DropTable, &link.word(0, "")?, ""),
        "renameTable" => reader.change(node, Operation::RenameTable, &link.word(0, "")?, &link.word(1, "")?),
        "createIndex" => {
            let table = chain.iter().find(|one| one.name == "on")?.word(0, "")?;
            let columns = chain.iter().filter(|one| matches!(one.name, "column" | "columns"));
            let columns: Vec<_> = columns.flat_map(|one| reader.names(one.at(0))).collect();
            let detail = match () {
                () if chain.iter().any(|one| one.name == "where") => "partial",
                () if columns.is_empty() => "computed",
                () => "",
            };
            let change = Change::new(Operation::CreateIndex, table, link.word(0, "")?, node.byte_range());
            reader.add(node, change.of(columns).saying(detail));
        }
        "dropIndex" => reader.change(node, Operation::DropIndex, "", &link.word(0, "")?),
        "raw" => reader.sql(link.at(0), link),
        known if HARMLESS.contains(&known) => {}
        _ => return None,
    }
    Some(())
}

/// Knex's `createTable("a", t => …)` and `alterTable("a", t => …)`.
fn knex_table<'s>(reader: &mut Reader<'s, '_>, link: &Call<'s>, callback: Node<'s>) -> Option<()> {
    let table = link.word(0, "")?;
    let is_new = link.name.starts_with("create");
    let parameter = callback.child_by_field_name("parameter").or_else(|| {
        let list = callback.child_by_field_name("parameters")?;
        children(list).into_iter().next()
    });
    // A parameter with a type: its name comes first.
    let written = parameter.map_or("", |node| node_text(node, reader.text));
    let parameter = written.split([':', '?']).next().unwrap_or("").trim();
    let (mut columns, mut constraints) = (Vec::new(), Vec::new());
    descendants(callback.child_by_field_name("body")?, |node| {
        let Some(call) = Call::of(node, reader.text) else { return true };
        let links = chain(&call, reader.text);
        match links.split_first() {
            Some((first, rest)) if first.receiver == parameter => {
                if is_new {
                    columns.extend(column(first, rest));
                    constraints.extend(knex_constraint(reader, first, rest));
                } else {
                    knex_action(reader, first, rest, &table);
                }
                false
            }
            _ => true,
        }
    });
    if is_new {
        let operation = match link.name {
            "createTableIfNotExists" => Operation::CreateTableIfMissing,
            _ => Operation::CreateTable,
        };
        reader.table(link.node, operation, &table, columns, constraints, true);
    }
    Some(())
}

/// `t.index([…])`, `t.unique([…])`, `t.primary([…])` and `t.foreign("a").references("id").inTable("b")` of a new table.
fn knex_constraint<'s>(reader: &Reader<'s, '_>, first: &Call<'s>, rest: &[Call<'s>]) -> Option<Constraint> {
    let kind = match first.name {
        "index" => ConstraintKind::Index,
        "unique" => ConstraintKind::Unique,
        "primary" => ConstraintKind::PrimaryKey,
        "foreign" => ConstraintKind::ForeignKey,
        _ => return None,
    };
    let columns = reader.names(first.at(0)).into_iter().map(|column| column.name).collect();
    Some(Constraint { kind, name: first.word(1, "").unwrap_or_default(), columns, references: referred(rest) })
}

/// `users.id` → `users`.
pub(super) fn table_of(column: &str) -> String {
    column.rsplit_once('.').map_or(column, |(table, _)| table).to_owned()
}

/// The table that `.references("id").inTable("b")` or `.references("b.id")` means.
fn referred(links: &[Call<'_>]) -> String {
    let word = |name: &str| links.iter().find(|link| link.name == name).and_then(|link| link.word(0, ""));
    word("inTable").or_else(|| word("references").map(|target| table_of(&target))).unwrap_or_default()
}

/// What `t` is called for in `alterTable`.
fn knex_action<'s>(reader: &mut Reader<'s, '_>, first: &Call<'s>, rest: &[Call<'s>], table: &str) {
    let node = first.node;
    let word = |index: usize| first.word(index, "").unwrap_or_default();
    let change = |operation| Change::new(operation, table, word(0), node.byte_range());
    match first.name {
        "dropColumn" | "dropColumns" => {
            for column in (0..first.arguments.len()).map_while(|index| first.word(index, "")) {
                reader.change(node, Operation::DropColumn, table, &column);
            }
        }
        "dropTimestamps" => reader.change(node, Operation::DropColumn, table, "created_at"),
        "renameColumn" => reader.add(node, change(Operation::RenameColumn).saying(word(1))),
        "dropNullable" => reader.add(node, change(Operation::SetNotNull)),
        "index" => {
            let columns = reader.names(first.at(0));
            let detail = if columns.is_empty() { "computed" } else { "" };
            let change = Change::new(Operation::CreateIndex, table, word(1), node.byte_range());
            reader.add(node, change.of(columns).saying(detail));
        }
        "unique" | "primary" | "foreign" => {
            let operation = match first.name {
                "unique" => Operation::AddUnique,
                "primary" => Operation::AddPrimaryKey,
                _ => Operation::AddForeignKey,
            };
            let columns = reader.names(first.at(0));
            let detail = if first.name == "foreign" { referred(rest) } else { String::new() };
            let change = Change::new(operation, table, word(1), node.byte_range());
            reader.add(node, change.of(columns).saying(detail));
        }
        "check" | "checkPositive" | "checkIn" => reader.change(node, Operation::AddCheck, table, ""),
        "dropIndex" => reader.change(node, Operation::DropIndex, table, &word(1)),
        "dropUnique" | "dropForeign" | "dropPrimary" | "dropChecks" => {
            reader.change(node, Operation::DropConstraint, table, "");
        }
        "timestamps" => {
            let is_filled = first.at(1).is_some_and(|value| node_text(value, reader.text) == "true");
            for name in ["created_at", "updated_at"] {
                let column = NewColumn { name: name.to_owned(), is_filled, ..NewColumn::default() };
                reader.column(node, table, &column);
            }
        }
        "setNullable" | "comment" | "engine" | "charset" | "collate" | "inherits" | "queryContext" => {
            reader.change(node, Operation::AlterTable, table, "");
        }
        _ => {
            let Some(column) = column(first, rest) else {
                return reader.not_understood(node, "a computed column");
            };
            if rest.iter().any(|link| link.name == "alter") {
                reader.add(node, change(Operation::StateType).saying(column.kind));
                if column.is_required {
                    reader.add(node, change(Operation::StateNotNull));
                }
            } else {
                reader.column(node, table, &column);
            }
        }
    }
}

/// A column as Knex makes it.
fn column(first: &Call<'_>, rest: &[Call<'_>]) -> Option<NewColumn> {
    let says = |names: &[&str]| rest.iter().any(|link| names.contains(&link.name));
    let name = match first.name {
        "increments" | "bigIncrements" => first.word(0, "").unwrap_or_else(|| "id".to_owned()),
        "timestamps" | "index" | "unique" | "primary" | "foreign" => return None,
        _ => first.word(0, "")?,
    };
    let kind = match first.name {
        "string" => match first.at(1) {
            Some(length) => format!("varchar({})", first.written(length)),
            None => "varchar(255)".to_owned(),
        },
        "increments" => "integer".to_owned(),
        "bigIncrements" | "bigInteger" | "bigint" => "bigint".to_owned(),
        "specificType" => first.word(1, "").unwrap_or_default().to_ascii_lowercase(),
        "timestamp" | "datetime" | "dateTime" => "timestamptz".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    Some(NewColumn {
        name,
        kind,
        is_required: says(&["notNullable", "notNull", "primary"]),
        is_filled: says(&["defaultTo"]) || first.name.ends_with("ncrements"),
        is_unique: says(&["unique"]),
        has_index: says(&["index"]),
        is_reference: says(&["references"]),
        is_key: says(&["primary"]) || first.name.ends_with("ncrements"),
        references: referred(rest),
        rewrites: match rest.iter().find(|link| link.name == "defaultTo").and_then(|link| link.at(0)) {
            Some(default) => rewriting(first.written(default)),
            None => "",
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn knex_tables_are_read_from_their_callbacks() {
        let text = r#"
exports.up = async function (knex) {
  await knex.schema
    .createTable("users", (t) => { t.increments(); t.string("name").notNullable(); })
    .alterTable("orders", (table) => {
      table.text("note");
      table.string("code", 9).notNullable().index();
      table.string("state").notNullable().defaultTo("new");
      table.dropColumn("old");
    });
  await knex.raw("DROP TABLE x");
};
exports.down = (knex) => knex.schema.dropTable("users");
"#;
        assert_eq!(
            operations("migrations/20240101000000_a.js", text),
            [
                "create-table users.",
                "add-column orders.note",
                "add-required-column orders.code",
                "create-index orders.",
                "add-column orders.state",
                "drop-column orders.old",
                "drop-table x.",
            ]
        );
    }

    #[test]
    fn kysely_chains_are_read_link_by_link() {
        let text = r#"
import { Kysely, sql } from "kysely";
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.createTable("users").addColumn("id", "integer", (c) => c.primaryKey()).execute();
  await db.schema.alterTable("orders").addColumn("code", "text", (c) => c.notNull()).dropColumn("old").execute();
  await db.schema.createIndex("i").on("orders").column("code").execute();
  await sql`DROP TABLE x`.execute(db);
}
export async function down(db: Kysely<any>) { await db.schema.dropTable("users").execute(); }
"#;
        assert_eq!(
            operations("migrations/20240101000000_a.ts", text),
            [
                "create-table users.",
                "add-required-column orders.code",
                "drop-column orders.old",
                "create-index orders.i",
                "drop-table x.",
            ]
        );
    }
}
