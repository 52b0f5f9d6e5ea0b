//! node-pg-migrate: the calls of `pgm`.

use tree_sitter::Node;

use crate::extract::migration::code::call::{Argument, Call, children, entries, literal};
use crate::extract::migration::code::reader::{NewColumn, Reader, rewriting};
use crate::extract::sql::{Change, is_volatile};
use crate::facts::{Column, Constraint, ConstraintKind, Operation, REWRITE_SERIAL, REWRITE_STORED, REWRITE_VOLATILE};
use crate::syntax::node_text;

/// Beginnings of the names of calls that change no table.
const HARMLESS: &[&str] = &[
    "func",
    "literal",
    "toColumn",
    "createExtension",
    "addExtension",
    "dropExtension",
    "createFunction",
    "dropFunction",
    "renameFunction",
    "createTrigger",
    "dropTrigger",
    "renameTrigger",
    "createSequence",
    "alterSequence",
    "dropSequence",
    "renameSequence",
    "createOperator",
    "addToOperatorFamily",
    "dropOperator",
    "removeFromOperatorFamily",
    "renameOperator",
    "createRole",
    "alterRole",
    "dropRole",
    "renameRole",
    "createPolicy",
    "alterPolicy",
    "dropPolicy",
    "renamePolicy",
    "createDomain",
    "alterDomain",
    "dropDomain",
    "renameDomain",
    "createCast",
    "dropCast",
    "grant",
    "revoke",
    "createSchema",
    "renameSchema",
    "alterView",
    "alterMaterializedView",
    "renameView",
    "renameMaterializedView",
    "refreshMaterializedView",
    "alterColumnView",
    "renameConstraint",
    "addTypeAttribute",
    "addTypeValue",
    "dropTypeAttribute",
    "setTypeAttribute",
    "renameTypeAttribute",
    "renameTypeValue",
    "connect",
    "end",
    "select",
];

/// Reads a call; what is inside it is not read again.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    if operation(reader, call).is_none() {
        reader.not_understood(call.node, &format!("`pgm.{}` with computed names", call.name));
    }
    false
}

/// `"a"`, or `{ schema: "s", name: "a" }`.
fn name(node: Option<Node<'_>>, text: &str) -> Option<String> {
    let node = node?;
    if node.kind() != "object" {
        return literal(node, text).map(|name| name.text.into_owned());
    }
    let entries = entries(node, text);
    let of = |key: &str| literal(value(&entries, key)?, text).map(|value| value.text.into_owned());
    match of("schema").filter(|schema| schema != "public") {
        Some(schema) => Some(format!("{schema}.{}", of("name")?)),
        None => of("name"),
    }
}

fn value<'t>(entries: &[Argument<'t>], key: &str) -> Option<Node<'t>> {
    entries.iter().find(|entry| entry.key == key).map(|entry| entry.value)
}

/// The columns of a list of names; `None` where one is computed or an expression.
fn named(node: Option<Node<'_>>, text: &str) -> Option<Vec<Column>> {
    let node = node?;
    let parts = if node.kind() == "array" { children(node) } else { vec![node] };
    let column = |part: Node<'_>| name(Some(part), text).filter(|name| !name.contains('('));
    parts.into_iter().map(|part| column(part).map(Column::named)).collect()
}

/// The entries of the object at a place.
fn options<'s>(call: &Call<'s>, index: usize) -> Vec<Argument<'s>> {
    call.at(index).map(|node| entries(node, call.source())).unwrap_or_default()
}

fn says(options: &[Argument<'_>], key: &str, text: &str) -> bool {
    value(options, key).is_some_and(|value| node_text(value, text) == "true")
}

/// Reads an operation; `None` where it is not known or a name is computed.
fn operation<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let (node, text) = (call.node, reader.text);
    let table = || name(call.at(0), text);
    let second = || name(call.at(1), text);
    match call.name {
        "createTable" => create_table(reader, call, &table()?)?,
        "dropTable" => {
            let is_lenient = says(&options(call, 1), "ifExists", text);
            let change = Change::new(Operation::DropTable, table()?, "", node.byte_range());
            reader.add(node, Change { is_lenient, ..change });
        }
        "renameTable" => reader.change(node, Operation::RenameTable, &table()?, &second()?),
        "alterTable" => reader.change(node, Operation::AlterTable, &table()?, ""),
        "addColumns" | "addColumn" => {
            let is_lenient = says(&options(call, 2), "ifNotExists", text);
            let table = table()?;
            let before = reader.statements.len();
            for column in columns(call.at(1)?, text)? {
                reader.column(node, &table, &column);
            }
            reader.statements.iter_mut().skip(before).for_each(|one| one.is_lenient |= is_lenient);
        }
        "dropColumns" | "dropColumn" => {
            let list = call.at(1)?;
            let names = match list.kind() {
                "object" => entries(list, text).iter().map(|entry| Column::named(entry.key)).collect(),
                _ => named(Some(list), text)?,
            };
            let table = table()?;
            for column in &names {
                reader.change(node, Operation::DropColumn, &table, &column.name);
            }
        }
        "renameColumn" => {
            let change = Change::new(Operation::RenameColumn, table()?, second()?, node.byte_range());
            reader.add(node, change.saying(name(call.at(2), text)?));
        }
        "alterColumn" => alter_column(reader, call, &table()?, &second()?),
        "addConstraint" | "createConstraint" => add_constraint(reader, call, &table()?)?,
        "dropConstraint" => {
            reader.change(node, Operation::DropConstraint, &table()?, &second().unwrap_or_default());
        }
        "createIndex" | "addIndex" | "dropIndex" => index(reader, call, &table()?),
        "createType" | "addType" => reader.change(node, Operation::CreateType, &table()?, ""),
        "dropType" => reader.change(node, Operation::DropType, &table()?, ""),
        "renameType" => reader.change(node, Operation::RenameType, &table()?, &second()?),
        "createView" | "createMaterializedView" => reader.change(node, Operation::CreateView, &table()?, ""),
        "dropView" | "dropMaterializedView" => reader.change(node, Operation::DropView, &table()?, ""),
        "dropSchema" => reader.change(node, Operation::DropSchema, "", &table()?),
        "noTransaction" => reader.no_transaction = true,
        "sql" | "query" => reader.sql(call.at(0), call),
        known if HARMLESS.iter().any(|name| known.starts_with(name)) => {}
        _ => return None,
    }
    Some(())
}

/// `{ a: "text", b: { type: "int", notNull: true } }`; `None` where more columns come from elsewhere.
fn columns(node: Node<'_>, text: &str) -> Option<Vec<NewColumn>> {
    let written = children(node).len();
    let entries = entries(node, text);
    (node.kind() == "object" && written == entries.len())
        .then(|| entries.into_iter().map(|entry| column(entry.key, entry.value, text)).collect())
}

fn column(name: &str, definition: Node<'_>, text: &str) -> NewColumn {
    let options = entries(definition, text);
    let kind = literal(definition, text).or_else(|| literal(value(&options, "type")?, text));
    let kind = kind.map(|kind| kind.text.to_ascii_lowercase()).unwrap_or_default();
    let is_id = kind == "id";
    let default = value(&options, "default").map(|value| node_text(value, text));
    let references = value(&options, "references");
    NewColumn {
        name: name.to_owned(),
        kind: if is_id { "serial".to_owned() } else { kind.clone() },
        is_required: says(&options, "notNull", text) || says(&options, "primaryKey", text) || is_id,
        is_filled: default.is_some_and(|default| default != "null")
            || kind.contains("serial")
            || is_id
            || ["sequenceGenerated", "expressionGenerated", "generated"]
                .iter()
                .any(|key| value(&options, key).is_some()),
        is_unique: says(&options, "unique", text),
        has_index: false,
        is_reference: references.is_some(),
        is_key: says(&options, "primaryKey", text) || is_id,
        references: references.and_then(|node| referred(node, text)).unwrap_or_default(),
        rewrites: match default {
            Some(default) if default.contains("func(") && is_volatile(default) => REWRITE_VOLATILE,
            Some(default) => rewriting(default),
            None if value(&options, "expressionGenerated").is_some() => REWRITE_STORED,
            None if value(&options, "sequenceGenerated").is_some() => REWRITE_SERIAL,
            None => "",
        },
    }
}

/// The table of `"users"`, `'"users"'`, `"users(id)"` and `{ schema, name }`.
fn referred(node: Node<'_>, text: &str) -> Option<String> {
    let written = name(Some(node), text)?;
    Some(written.split('(').next().unwrap_or("").trim().trim_matches('"').to_owned())
}

fn create_table<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let text = reader.text;
    let options = options(call, 2);
    let is_open = value(&options, "like").is_some() || value(&options, "inherits").is_some();
    let operation =
        if says(&options, "ifNotExists", text) { Operation::CreateTableIfMissing } else { Operation::CreateTable };
    let own = columns(call.at(1)?, text);
    let is_open = is_open || own.is_none();
    let mut constraints = Vec::new();
    for entry in value(&options, "constraints").map(|node| entries(node, text)).unwrap_or_default() {
        constraints.extend(constraint(entry, text));
    }
    reader.table(call.node, operation, table, own.unwrap_or_default(), constraints, is_open);
    Some(())
}

/// An entry of `constraints: { primaryKey: ["a", "b"], foreignKeys: { columns: "a", references: "users(id)" } }`.
fn constraint(entry: Argument<'_>, text: &str) -> Vec<Constraint> {
    let lists = |node: Node<'_>| named(Some(node), text).unwrap_or_default();
    let of = |kind, columns: Vec<Column>, references: String| Constraint {
        kind,
        name: String::new(),
        columns: columns.into_iter().map(|column| column.name).collect(),
        references,
    };
    match entry.key {
        "primaryKey" => vec![of(ConstraintKind::PrimaryKey, lists(entry.value), String::new())],
        "unique" => {
            let parts = children(entry.value);
            let is_nested = parts.first().is_some_and(|part| part.kind() == "array");
            let keys = if is_nested { parts } else { vec![entry.value] };
            keys.into_iter().map(|key| of(ConstraintKind::Unique, lists(key), String::new())).collect()
        }
        "foreignKeys" => {
            let keys = if entry.value.kind() == "array" { children(entry.value) } else { vec![entry.value] };
            let key = |node: Node<'_>| {
                let parts = entries(node, text);
                let columns = value(&parts, "columns").map(lists).unwrap_or_default();
                let target = value(&parts, "references").and_then(|target| referred(target, text));
                of(ConstraintKind::ForeignKey, columns, target.unwrap_or_default())
            };
            keys.into_iter().map(key).collect()
        }
        _ => Vec::new(),
    }
}

/// `addConstraint("a", "name", { unique: "b" })`, or with a text of SQL.
fn add_constraint<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let (node, text) = (call.node, reader.text);
    let object = name(call.at(1), text).unwrap_or_default();
    let change = |operation| Change::new(operation, table, object.clone(), node.byte_range());
    let definition = call.at(2)?;
    if let Some(written) = literal(definition, text) {
        let upper = written.text.trim_start().to_ascii_uppercase();
        let operation = match () {
            () if upper.contains("NOT VALID") => Operation::AddUnvalidated,
            () if upper.contains("USING INDEX") => Operation::AddConstraint,
            () if upper.starts_with("FOREIGN") => Operation::AddForeignKey,
            () if upper.starts_with("UNIQUE") => Operation::AddUnique,
            () if upper.starts_with("PRIMARY") => Operation::AddPrimaryKey,
            () if upper.starts_with("EXCLUDE") => Operation::AddExclusion,
            () => Operation::AddCheck,
        };
        reader.add(node, change(operation));
        return Some(());
    }
    let before = reader.statements.len();
    for entry in entries(definition, text) {
        for one in constraint(entry, text) {
            let operation = match one.kind {
                ConstraintKind::PrimaryKey => Operation::AddPrimaryKey,
                ConstraintKind::Unique => Operation::AddUnique,
                _ => Operation::AddForeignKey,
            };
            let columns = one.columns.into_iter().map(Column::named).collect();
            reader.add(node, change(operation).of(columns).saying(one.references));
        }
        match entry.key {
            "check" => reader.add(node, change(Operation::AddCheck)),
            "exclude" => reader.add(node, change(Operation::AddExclusion)),
            _ => {}
        }
    }
    (reader.statements.len() > before).then_some(())
}

fn alter_column<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str, column: &str) {
    let (node, text) = (call.node, reader.text);
    let options = options(call, 2);
    let before = reader.statements.len();
    if let Some(kind) = value(&options, "type") {
        let kind = literal(kind, text).map(|kind| kind.text.to_ascii_lowercase()).unwrap_or_default();
        let change = Change::new(Operation::ChangeType, table, column, node.byte_range());
        reader.add(node, change.saying(kind));
    }
    if says(&options, "notNull", text) {
        reader.change(node, Operation::SetNotNull, table, column);
    }
    if reader.statements.len() == before {
        reader.change(node, Operation::AlterTable, table, column);
    }
}

/// `createIndex("a", ["b"], { concurrently: true })` and `dropIndex` with the same arguments.
fn index<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) {
    let (node, text) = (call.node, reader.text);
    let options = options(call, 2);
    let columns = named(call.at(1), text);
    let operation = match (call.name, says(&options, "concurrently", text)) {
        ("dropIndex", true) => Operation::DropIndexConcurrently,
        ("dropIndex", false) => Operation::DropIndex,
        (_, true) => Operation::CreateIndexConcurrently,
        (_, false) => Operation::CreateIndex,
    };
    let given = name(value(&options, "name"), text);
    let ending = if says(&options, "unique", text) { "_unique_index" } else { "_index" };
    let bare = table.rsplit('.').next().unwrap_or(table);
    let made = || {
        let names: Vec<&str> = columns.iter().flatten().map(|column| column.name.as_str()).collect();
        format!("{bare}_{}{ending}", names.join("_"))
    };
    let detail = match &columns {
        _ if value(&options, "where").is_some() => "partial",
        None => "computed",
        Some(_) => "",
    };
    let change = Change::new(operation, table, given.unwrap_or_else(made), node.byte_range());
    reader.add(node, change.of(columns.clone().unwrap_or_default()).saying(detail));
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn calls_of_the_builder_are_read_as_what_they_run() {
        let text = r"
import { MigrationBuilder } from 'node-pg-migrate';
export async function up(pgm: MigrationBuilder): Promise<void> {
  pgm.createType('state', ['new', 'paid']);
  pgm.createTable('orders', { id: 'id', code: { type: 'text', notNull: true } }, { constraints: { unique: 'code' } });
  pgm.addColumns('users', { email: { type: 'text', notNull: true }, note: 'text' });
  pgm.addColumn({ schema: 'shop', name: 'lines' }, { order_id: { type: 'int', references: 'orders' } });
  pgm.dropColumns('users', ['old', 'older']);
  pgm.renameColumn('users', 'a', 'b');
  pgm.alterColumn('users', 'name', { type: 'varchar(20)', notNull: true });
  pgm.createIndex('users', ['email', { name: 'name', sort: 'DESC' }], { unique: true });
  pgm.createIndex('users', 'lower(email)', { concurrently: true, name: 'i' });
  pgm.addConstraint('users', 'c', 'CHECK (a > 0)');
  pgm.addConstraint('users', 'f', { foreignKeys: { columns: 'order_id', references: 'orders(id)' } });
  pgm.dropTable('carts', { ifExists: true });
  pgm.sql(`DROP TABLE baskets`);
  pgm.createFunction('f', [], { returns: 'trigger', language: 'plpgsql' }, 'BEGIN RETURN NEW; END');
}
export async function down(pgm: MigrationBuilder): Promise<void> {
  pgm.dropTable('orders');
}
";
        assert_eq!(
            operations("migrations/1700000000000_orders.ts", text),
            [
                "create-type state.",
                "create-table orders.",
                "add-required-column users.email",
                "add-column users.note",
                "add-column shop.lines.order_id",
                "add-foreign-key shop.lines.",
                "drop-column users.old",
                "drop-column users.older",
                "rename-column users.a",
                "change-type users.name",
                "set-not-null users.name",
                "create-index users.users_email_name_unique_index",
                "create-index-concurrently users.i",
                "add-check users.c",
                "add-foreign-key users.f",
                "drop-table carts.",
                "drop-table baskets.",
            ]
        );
    }
}
