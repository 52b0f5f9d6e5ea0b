//! Calls of Sequelize's `queryInterface` and `TypeORM`'s `queryRunner` that are no SQL.

use tree_sitter::Node;

use crate::extract::migration::code::call::{Argument, Call, children, entries, literal};
use crate::extract::migration::code::reader::{NewColumn, Reader, rewriting};
use crate::extract::sql::{Change, is_volatile};
use crate::facts::{Constraint, ConstraintKind, Operation, REWRITE_VOLATILE};
use crate::syntax::node_text;

/// Calls that change no table.
const HARMLESS: &[&str] = &[
    "bulkInsert",
    "bulkUpdate",
    "hasTable",
    "hasColumn",
    "getTable",
    "getTables",
    "describeTable",
    "showAllTables",
    "showIndex",
    "tableExists",
    "createSchema",
    "dropSchema",
    "startTransaction",
    "commitTransaction",
    "rollbackTransaction",
    "connect",
    "release",
    "createDatabase",
    "clearSqlMemory",
    "getForeignKeyReferencesForTable",
    "createFunction",
    "dropFunction",
    "createTrigger",
    "dropTrigger",
    "createView",
    "dropView",
    "select",
];

/// Reads a call; what is inside it is not read again, except for what a callback holds.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    if matches!(call.name, "transaction" | "sequelize") {
        return true;
    }
    if operation(reader, call).is_none() {
        reader.not_understood(call.node, &format!("`{}` with computed names", call.name));
    }
    false
}

/// A name: a text, `{ tableName: "a" }`, or `new Table({ name: "a" })`.
fn name<'s>(node: Option<Node<'s>>, text: &'s str) -> Option<String> {
    let node = node?;
    if let Some(literal) = literal(node, text) {
        return Some(literal.text.into_owned());
    }
    let options = options(node, text);
    let value = ["tableName", "name"].iter().find_map(|key| options.iter().find(|one| one.key == *key))?;
    Some(literal(value.value, text)?.text.into_owned())
}

/// The entries of an object, or of the object that a constructor takes.
fn options<'s>(node: Node<'s>, text: &'s str) -> Vec<Argument<'s>> {
    match Call::of(node, text).and_then(|call| call.at(0)) {
        Some(object) => entries(object, text),
        None => entries(node, text),
    }
}

/// Reads an operation; `None` where it is not known or a name is computed.
fn operation<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let (node, text) = (call.node, reader.text);
    let table = || name(call.at(0), text);
    let second = || name(call.at(1), text);
    match call.name {
        "createTable" => create_table(reader, call)?,
        "dropTable" => reader.change(node, Operation::DropTable, &table()?, ""),
        "renameTable" => reader.change(node, Operation::RenameTable, &table()?, &second()?),
        "addColumn" => {
            let column = column(call, text)?;
            reader.column(node, &table()?, &column);
        }
        "removeColumn" | "dropColumn" => reader.change(node, Operation::DropColumn, &table()?, &second()?),
        "renameColumn" => {
            let change = Change::new(Operation::RenameColumn, table()?, second()?, node.byte_range());
            reader.add(node, change.saying(name(call.at(2), text)?));
        }
        "changeColumn" => {
            let column = column(call, text)?;
            let change =
                |operation| Change::new(operation, table().unwrap_or_default(), column.name.clone(), node.byte_range());
            reader.add(node, change(Operation::StateType).saying(column.kind.clone()));
            if column.is_required {
                reader.add(node, change(Operation::StateNotNull));
            }
        }
        "addIndex" | "createIndex" => add_index(reader, call, &table()?),
        "removeIndex" | "dropIndex" => {
            reader.change(node, Operation::DropIndex, &table()?, &second().unwrap_or_default());
        }
        "addConstraint" => add_constraint(reader, call, &table()?)?,
        "createForeignKey" => {
            let options = options(call.at(1)?, text);
            let option = |key: &str| options.iter().find(|one| one.key == key).map(|one| one.value);
            let columns = reader.names(option("columnNames"));
            let target = name(option("referencedTableName"), text).unwrap_or_default();
            let object = name(option("name"), text).unwrap_or_default();
            let change = Change::new(Operation::AddForeignKey, table()?, object, node.byte_range());
            reader.add(node, change.of(columns).saying(target));
        }
        "createPrimaryKey" => reader.change(node, Operation::AddPrimaryKey, &table()?, ""),
        "createUniqueConstraint" => reader.change(node, Operation::AddUnique, &table()?, ""),
        "createCheckConstraint" => reader.change(node, Operation::AddCheck, &table()?, ""),
        "removeConstraint" | "dropForeignKey" | "dropPrimaryKey" | "dropUniqueConstraint" | "dropCheckConstraint" => {
            reader.change(node, Operation::DropConstraint, &table()?, &second().unwrap_or_default());
        }
        "bulkDelete" => {
            let condition = call.at(1).map_or("null", |value| node_text(value, text));
            if matches!(condition.split_whitespace().collect::<String>().as_str(), "null" | "{}" | "undefined") {
                reader.change(node, Operation::DeleteAll, &table()?, "");
            }
        }
        "clearTable" => reader.change(node, Operation::Truncate, &table()?, ""),
        known if HARMLESS.contains(&known) => {}
        _ => return None,
    }
    Some(())
}

fn add_index<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) {
    let text = reader.text;
    let is_concurrent = call.arguments.iter().any(|argument| {
        let options = options(argument.value, text);
        options
            .iter()
            .any(|one| matches!(one.key, "concurrently" | "isConcurrent") && node_text(one.value, text) == "true")
    });
    let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
    let index = call.arguments.iter().skip(1).find_map(|one| name(Some(one.value), text));
    let options = call.arguments.iter().skip(1).flat_map(|one| options(one.value, text));
    let list = options.filter(|one| matches!(one.key, "fields" | "columnNames")).map(|one| one.value).next();
    let list = list.or_else(|| call.at(1).filter(|node| node.kind() == "array"));
    let columns = reader.names(list);
    let detail = if columns.is_empty() { "computed" } else { "" };
    let change = Change::new(operation, table, index.unwrap_or_default(), call.node.byte_range());
    reader.add(call.node, change.of(columns).saying(detail));
}

/// Sequelize's `addConstraint("a", { type, fields, references })`.
fn add_constraint<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let text = reader.text;
    let options = options(call.at(1)?, text);
    let option = |key: &str| options.iter().find(|one| one.key == key).map(|one| one.value);
    let kind = option("type").and_then(|value| literal(value, text))?.text.to_lowercase();
    let operation = match kind.as_str() {
        "foreign key" => Operation::AddForeignKey,
        "unique" => Operation::AddUnique,
        "primary key" => Operation::AddPrimaryKey,
        "check" => Operation::AddCheck,
        _ => Operation::AlterTable,
    };
    let columns = reader.names(option("fields"));
    let target = option("references").map(|value| entries(value, text)).unwrap_or_default();
    let target = target.iter().find(|one| one.key == "table").and_then(|one| name(Some(one.value), text));
    let object = option("name").and_then(|value| name(Some(value), text)).unwrap_or_default();
    let change = Change::new(operation, table, object, call.node.byte_range());
    reader.add(call.node, change.of(columns).saying(target.unwrap_or_default()));
    Some(())
}

/// Sequelize's `createTable("a", { b: { type, references } })` and `TypeORM`'s `createTable(new Table({ name, columns }))`.
fn create_table<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let text = reader.text;
    let table = name(call.at(0), text)?;
    let (mut columns, mut constraints) = (Vec::new(), Vec::new());
    for entry in call.at(1).map(|node| entries(node, text)).unwrap_or_default() {
        columns.push(defined(entry.key.to_owned(), entry.value, text));
    }
    for option in call.at(0).map(|node| options(node, text)).unwrap_or_default() {
        let parts = || children(option.value).into_iter();
        match option.key {
            "columns" => columns.extend(parts().filter_map(|part| Some(defined(name(Some(part), text)?, part, text)))),
            "foreignKeys" | "indices" | "uniques" => constraints.extend(parts().map(|part| {
                let inner = options(part, text);
                let value = |key: &str| inner.iter().find(|one| one.key == key).map(|one| one.value);
                let kind = match option.key {
                    "foreignKeys" => ConstraintKind::ForeignKey,
                    "indices" => ConstraintKind::Index,
                    _ => ConstraintKind::Unique,
                };
                Constraint {
                    kind,
                    name: name(value("name"), text).unwrap_or_default(),
                    columns: reader.names(value("columnNames")).into_iter().map(|column| column.name).collect(),
                    references: name(value("referencedTableName"), text).unwrap_or_default(),
                }
            })),
            _ => {}
        }
    }
    reader.table(call.node, Operation::CreateTable, &table, columns, constraints, true);
    Some(())
}

/// `addColumn("a", "b", { type, allowNull })` and `addColumn("a", new TableColumn({ name, type, isNullable }))`.
fn column<'s>(call: &Call<'s>, text: &'s str) -> Option<NewColumn> {
    let second = call.at(1)?;
    let (name, definition) = match literal(second, text) {
        Some(name) => (name.text.into_owned(), call.at(2)?),
        None => (name(Some(second), text)?, second),
    };
    Some(defined(name, definition, text))
}

/// A column by its definition.
fn defined(name: String, definition: Node<'_>, text: &str) -> NewColumn {
    let is_class = definition.kind() == "new_expression" || definition.kind() == "call_expression";
    let options = options(definition, text);
    let is =
        |key: &str, written: &str| options.iter().any(|one| one.key == key && node_text(one.value, text) == written);
    let has = |key: &str| options.iter().any(|one| one.key == key);
    let kind = options.iter().find(|one| one.key == "type").map(|one| kind_of(one.value, text)).unwrap_or_default();
    let length = options.iter().find(|one| one.key == "length").map(|one| node_text(one.value, text));
    let kind = match length {
        Some(length) => format!("{kind}({})", length.trim_matches(['"', '\''])),
        None => kind,
    };
    let target = options.iter().find(|one| one.key == "references");
    let target = target.and_then(|one| entries(one.value, text).into_iter().find(|one| one.key == "model"));
    let references = target.and_then(|one| self::name(Some(one.value), text)).unwrap_or_default();
    NewColumn {
        name,
        kind,
        // TypeORM's columns must have a value unless they say otherwise, Sequelize's need not.
        is_required: if is_class { !is("isNullable", "true") } else { is("allowNull", "false") },
        is_filled: has("defaultValue") || has("default") || is("isGenerated", "true") || is("autoIncrement", "true"),
        is_unique: is("isUnique", "true") || is("unique", "true"),
        is_reference: has("references"),
        is_key: is("primaryKey", "true") || is("isPrimary", "true"),
        references,
        rewrites: match options.iter().find(|one| matches!(one.key, "default" | "defaultValue")) {
            // TypeORM's defaults are SQL.
            Some(default) if is_class && is_volatile(node_text(default.value, text)) => REWRITE_VOLATILE,
            Some(default) => rewriting(node_text(default.value, text)),
            None => "",
        },
        ..NewColumn::default()
    }
}

/// `Sequelize.STRING(50)`, `"varchar"`.
fn kind_of(node: Node<'_>, text: &str) -> String {
    if let Some(literal) = literal(node, text) {
        return literal.text.to_ascii_lowercase();
    }
    let written = node_text(node, text).rsplit("Types.").next().unwrap_or("").trim_start_matches("Sequelize.");
    let (name, size) = written.split_once('(').unwrap_or((written, ""));
    let kind = match name {
        "STRING" if size.is_empty() => return "varchar(255)".to_owned(),
        "STRING" => "varchar",
        "DATE" => "timestamptz",
        "DATEONLY" => "date",
        other => return format!("{}{}", other.to_ascii_lowercase(), if size.is_empty() { "" } else { "(" }) + size,
    };
    if size.is_empty() { kind.to_owned() } else { format!("{kind}({size}") }
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn sequelize_calls_are_what_they_run() {
        let text = r#"
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable("users", { id: { type: Sequelize.INTEGER } });
    await queryInterface.addColumn("orders", "code", { type: Sequelize.STRING(9), allowNull: false });
    await queryInterface.addColumn("orders", "state", { type: Sequelize.STRING, allowNull: false, defaultValue: "new" });
    await queryInterface.removeColumn("orders", "old");
    await queryInterface.addIndex("orders", ["code"], { concurrently: true, name: "i" });
    await queryInterface.sequelize.query("DROP TABLE x");
  },
  async down(queryInterface) { await queryInterface.dropTable("users"); },
};
"#;
        assert_eq!(
            operations("migrations/20240101000000-a.js", text),
            [
                "create-table users.",
                "add-required-column orders.code",
                "add-column orders.state",
                "drop-column orders.old",
                "create-index-concurrently orders.i",
                "drop-table x.",
            ]
        );
    }

    #[test]
    fn typeorm_runs_texts_and_objects() {
        let text = r#"
export class A1700000000000 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "orders" DROP COLUMN "old"`);
    await queryRunner.addColumn("orders", new TableColumn({ name: "code", type: "varchar" }));
    await queryRunner.createIndex("orders", new TableIndex({ name: "i", columnNames: ["code"] }));
  }
  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "orders"`);
  }
}
"#;
        assert_eq!(
            operations("src/migrations/1700000000000-a.ts", text),
            ["drop-column orders.old", "add-required-column orders.code", "create-index orders.i"]
        );
    }
}
