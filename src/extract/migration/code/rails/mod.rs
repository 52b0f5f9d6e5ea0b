//! Active Record: the schema statements of `change` and `up`, and of the methods of the file that they call.

mod columns;
mod online;
mod table;

use std::collections::BTreeMap;

use tree_sitter::Node;

pub(in crate::extract::migration::code) use self::columns::plural;
use self::columns::{column, new_columns, reference_to};
use super::call::Call;
use super::reader::Reader;
use crate::extract::sql::Change;
use crate::facts::{Column, NOT_NULL, Operation};
use crate::syntax::{descendants, node_text};

/// Beginnings of the names of schema statements: such a call that is not known may change a table.
const SCHEMA_WORDS: &[&str] = &["add_", "remove_", "create_", "drop_", "change_", "rename_", "revert", "validate_"];

/// Calls that begin like schema statements and change no table.
const HARMLESS: &[&str] = &[
    "rename_index",
    "create_enum",
    "drop_enum",
    "rename_enum",
    "add_enum_value",
    "rename_enum_value",
    "create_schema",
    "create_virtual_table",
    "drop_virtual_table",
    "create_view",
    "drop_view",
    "create_function",
    "create_trigger",
    "drop_function",
    "drop_trigger",
];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    let mut methods: BTreeMap<&str, Node<'s>> = BTreeMap::new();
    descendants(root, |node| {
        let is_method = matches!(node.kind(), "method" | "singleton_method");
        if is_method && let Some(name) = node.child_by_field_name("name") {
            methods.insert(node_text(name, text), node);
        } else if !is_method && node_text(node, text) == "disable_ddl_transaction!" {
            reader.no_transaction = true;
        }
        !is_method
    });
    let mut queue: Vec<&str> = ["change", "up"].into_iter().filter(|name| methods.contains_key(name)).collect();
    let mut next = 0;
    while let Some(body) = queue.get(next).and_then(|name| methods.get(name)).copied() {
        let mut called = Vec::new();
        descendants(body, |node| {
            if node.kind() == "identifier" {
                called.push(node_text(node, text));
            }
            Call::of(node, text).is_none_or(|call| statement(reader, &call))
        });
        for name in called {
            if name != "down" && methods.contains_key(name) && !queue.contains(&name) {
                queue.push(name);
            }
        }
        next += 1;
    }
}

/// Reads a schema that Active Record wrote: all its statements, which stand in no method.
pub(super) fn read_schema<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    descendants(root, |node| Call::of(node, text).is_none_or(|call| call.name == "define" || statement(reader, &call)));
}

/// Reads a call; whether what is inside it is read too.
fn statement<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    if call.name == "down" && !call.receiver.is_empty() {
        return false;
    }
    if matches!(call.name, "delete_all" | "update_all") {
        rows(reader, call);
        return false;
    }
    if !call.receiver.is_empty() && !matches!(call.receiver, "connection" | "ActiveRecord::Base.connection") {
        return true;
    }
    if matches!(call.name, "create_table" | "change_table" | "create_join_table") {
        if table::read(reader, call).is_none() && call.name == "create_table" {
            // A new table of a name that is not known endangers none that is there.
            reader.change(call.node, Operation::Opaque, "", "");
        } else if call.word(0, "").is_none() {
            reader.not_understood(call.node, &format!("`{}` of a computed table", call.name));
        }
        return false;
    }
    if call.name == "execute" {
        reader.sql(call.at(0), call);
        return false;
    }
    match operation(reader, call) {
        Some(is_known) => {
            if let Some(table) = call.word(0, "").filter(|_| is_known) {
                online::read(reader, call, &table);
            }
            let seems_to_change = SCHEMA_WORDS.iter().any(|word| call.name.starts_with(word));
            if !is_known && seems_to_change && !HARMLESS.contains(&call.name) {
                reader.not_understood(call.node, &format!("`{}`", call.name));
            }
        }
        None => reader.not_understood(call.node, &format!("`{}` with computed names", call.name)),
    }
    true
}

/// `Model.delete_all`, `Model.update_all(column: …)`: all rows, where nothing is chosen before.
fn rows<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) {
    if call.target.is_none_or(|target| target.kind() != "constant") {
        return;
    }
    let mut table = String::new();
    for (index, character) in call.receiver.char_indices() {
        if character.is_ascii_uppercase() && index > 0 {
            table.push('_');
        }
        table.push(character.to_ascii_lowercase());
    }
    table.push('s');
    let operation = if call.name == "delete_all" { Operation::DeleteAll } else { Operation::UpdateAll };
    let columns = call.arguments.iter().filter(|one| !one.key.is_empty()).map(|one| Column::named(one.key)).collect();
    reader.add(call.node, Change::new(operation, table, "", call.node.byte_range()).of(columns));
}

/// A call of `t` in a `change_table` block.
fn changed<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) {
    let node = call.node;
    let names = || (0..call.arguments.len()).map_while(|index| call.word(index, "")).collect::<Vec<_>>();
    match call.name {
        "remove" => {
            for name in &names() {
                reader.change(node, Operation::DropColumn, table, name);
            }
        }
        "remove_references" | "remove_belongs_to" => {
            for name in &names() {
                reader.change(node, Operation::DropColumn, table, &format!("{name}_id"));
            }
        }
        "rename" => {
            let change =
                Change::new(Operation::RenameColumn, table, call.word(0, "").unwrap_or_default(), node.byte_range());
            reader.add(node, change.saying(call.word(1, "").unwrap_or_default()));
        }
        "change" => change_type(reader, call, table, 0),
        "change_null" if call.at(1).is_some_and(|value| node_text(value, reader.text) == "false") => {
            reader.change(node, Operation::SetNotNull, table, &call.word(0, "").unwrap_or_default());
        }
        "index" => index(reader, call, table),
        "foreign_key" => reader.change(node, Operation::AddForeignKey, table, ""),
        "check_constraint" => reader.change(node, Operation::AddCheck, table, ""),
        "remove_index" => reader.change(node, Operation::DropIndex, table, ""),
        _ => {
            let columns = new_columns(call, reader.text);
            if columns.is_empty() {
                reader.change(node, Operation::AlterTable, table, "");
            }
            for column in &columns {
                reader.column(node, table, column);
            }
        }
    }
}

/// Reads a schema statement: whether it is known; `None` where a name is computed.
fn operation<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<bool> {
    let node = call.node;
    let text = reader.text;
    let name = |index: usize| call.word(index, "");
    let is_false = |index: usize| call.at(index).is_some_and(|value| node_text(value, text) == "false");
    match call.name {
        "drop_table" => reader.change(node, Operation::DropTable, &name(0)?, ""),
        "drop_join_table" => reader.change(node, Operation::DropTable, &format!("{}_{}", name(0)?, name(1)?), ""),
        "rename_table" => reader.change(node, Operation::RenameTable, &name(0)?, &name(1)?),
        "add_column" => {
            let column = column(call, name(1)?, &name(2).unwrap_or_default(), text);
            reader.column(node, &name(0)?, &column);
        }
        "add_columns" | "add_timestamps" | "add_reference" | "add_belongs_to" => {
            let table = name(0)?;
            let columns = new_columns(call, text);
            for column in &columns {
                reader.column(node, &table, column);
            }
        }
        "remove_column" => reader.change(node, Operation::DropColumn, &name(0)?, &name(1)?),
        "remove_columns" => {
            let table = name(0)?;
            for column in (1..call.arguments.len()).map_while(name) {
                reader.change(node, Operation::DropColumn, &table, &column);
            }
        }
        "remove_timestamps" => reader.change(node, Operation::DropColumn, &name(0)?, "created_at"),
        "remove_reference" | "remove_belongs_to" => {
            reader.change(node, Operation::DropColumn, &name(0)?, &format!("{}_id", name(1)?));
        }
        "rename_column" => {
            let change = Change::new(Operation::RenameColumn, name(0)?, name(1)?, node.byte_range());
            reader.add(node, change.saying(name(2)?));
        }
        "change_column" => change_type(reader, call, &name(0)?, 1),
        "change_column_null" if is_false(2) => reader.change(node, Operation::SetNotNull, &name(0)?, &name(1)?),
        "change_column_null" | "change_column_default" | "change_column_comment" | "change_table_comment" => {
            reader.change(node, Operation::AlterTable, &name(0)?, "");
        }
        "add_index" => index(reader, call, &name(0)?),
        "remove_index" => {
            let operation =
                if is_concurrent(call, text) { Operation::DropIndexConcurrently } else { Operation::DropIndex };
            reader.change(node, operation, &name(0)?, &call.word(usize::MAX, "name").unwrap_or_default());
        }
        "add_foreign_key" | "add_check_constraint" | "add_unique_constraint" => add_constraint(reader, call)?,
        "validate_foreign_key" | "validate_check_constraint" | "validate_constraint" => {
            let object = call.word(usize::MAX, "name").unwrap_or_default();
            reader.change(node, Operation::ValidateConstraint, &name(0)?, &object);
        }
        "remove_foreign_key"
        | "remove_check_constraint"
        | "remove_unique_constraint"
        | "remove_exclusion_constraint" => reader.change(node, Operation::DropConstraint, &name(0)?, ""),
        "add_exclusion_constraint" => reader.change(node, Operation::AddExclusion, &name(0)?, ""),
        "rename_schema" => reader.change(node, Operation::RenameSchema, "", &name(0)?),
        "drop_schema" => reader.change(node, Operation::DropSchema, "", &name(0)?),
        _ => return Some(false),
    }
    Some(true)
}

/// Reads a new constraint; `None` where a name is computed.
fn add_constraint<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let name = |index: usize| call.word(index, "");
    let operation = match call.name {
        _ if call.is("validate", "false") => Operation::AddUnvalidated,
        "add_unique_constraint" if call.key("using_index").is_some() => Operation::AddConstraint,
        "add_unique_constraint" => Operation::AddUnique,
        "add_foreign_key" => Operation::AddForeignKey,
        _ => Operation::AddCheck,
    };
    let required = name(1).filter(|_| call.name == "add_check_constraint").and_then(|check| never_null(&check));
    let detail = match &required {
        Some(_) => NOT_NULL.to_owned(),
        None if call.name == "add_foreign_key" => name(1).unwrap_or_default(),
        None => String::new(),
    };
    let columns = match call.name {
        _ if required.is_some() => required.map(Column::named).into_iter().collect(),
        "add_unique_constraint" => reader.names(call.at(1)),
        "add_foreign_key" if call.key("column").is_none() => vec![Column::named(reference_to(&detail))],
        _ => reader.names(call.key("column")),
    };
    let object = call.word(usize::MAX, "name").unwrap_or_default();
    reader.add(call.node, Change::new(operation, name(0)?, object, call.node.byte_range()).of(columns).saying(detail));
    Some(())
}

/// The column of a check that is `column IS NOT NULL` and nothing more.
fn never_null(check: &str) -> Option<String> {
    let words: Vec<&str> = check.split_whitespace().collect();
    match words.as_slice() {
        [column, is, not, null]
            if [*is, *not, *null]
                .iter()
                .zip(["is", "not", "null"])
                .all(|(word, own)| word.eq_ignore_ascii_case(own)) =>
        {
            Some(column.trim_matches(['"', '(']).to_owned())
        }
        _ => None,
    }
}

fn is_concurrent(call: &Call<'_>, text: &str) -> bool {
    call.key("algorithm").is_some_and(|value| node_text(value, text) == ":concurrently")
}

fn index<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) {
    let operation =
        if is_concurrent(call, reader.text) { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
    let list = if call.receiver.is_empty() { call.at(1) } else { call.at(0) };
    let columns = reader.names(list);
    let condition = call.word(usize::MAX, "where").map(|condition| condition.to_ascii_lowercase());
    let holds_all = |condition: &str| {
        columns
            .first()
            .is_some_and(|column| condition.trim_matches(['(', ')']).trim() == format!("{} is not null", column.name))
    };
    let detail = match &condition {
        Some(condition) if !holds_all(condition) => "partial",
        None if call.key("where").is_some() => "partial",
        _ if columns.is_empty() => "computed",
        _ => "",
    };
    let name = call.word(usize::MAX, "name").unwrap_or_default();
    let change = Change::new(operation, table, name, call.node.byte_range());
    reader.add(call.node, change.of(columns).saying(detail));
    if !call.receiver.is_empty() {
        online::read(reader, call, table);
    }
}

/// `change_column`: the type, with what else changes how values compare, and `null: false`.
fn change_type<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str, first: usize) {
    let column_name = call.word(first, "").unwrap_or_default();
    let mut column = column(call, column_name.clone(), &call.word(first + 1, "").unwrap_or_default(), reader.text);
    if let Some(collation) = call.word(usize::MAX, "collation") {
        column.kind = format!("{} collate {}", column.kind, collation.to_ascii_lowercase());
    }
    let range = call.node.byte_range();
    let change = Change::new(Operation::ChangeType, table, column_name.clone(), range);
    reader.add(call.node, change.saying(column.kind));
    if call.is("null", "false") {
        reader.change(call.node, Operation::SetNotNull, table, &column_name);
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn schema_statements_are_what_they_run() {
        let text = r#"
class A < ActiveRecord::Migration[7.1]
  disable_ddl_transaction!

  def change
    create_table :users do |t|
      t.string :name, null: false
    end
    add_column :orders, :note, :text
    add_column :orders, :code, :string, null: false
    add_column :orders, :state, :string, null: false, default: "new"
    add_reference :orders, :user, null: true, foreign_key: true
    safety_assured { remove_column :orders, :old }
    add_index :orders, :code, algorithm: :concurrently, name: "i"
    change_column_null :orders, :note, false
    reversible do |dir|
      dir.up { execute "DROP TABLE old" }
      dir.down { drop_table :users }
    end
    execute <<~SQL
      ALTER TABLE orders RENAME TO purchases;
    SQL
    change_table :users do |t|
      t.remove :name
      t.integer :age
    end
    Order.where(id: 1).delete_all
    Order.delete_all
  end
end
"#;
        assert_eq!(
            operations("db/migrate/20240101000000_a.rb", text),
            [
                "create-table users.",
                "add-column orders.note",
                "add-required-column orders.code",
                "add-column orders.state",
                "add-column orders.user_id",
                "create-index orders.",
                "add-foreign-key orders.",
                "drop-column orders.old",
                "create-index-concurrently orders.i",
                "set-not-null orders.note",
                "drop-table old.",
                "rename-table orders.purchases",
                "drop-column users.name",
                "add-column users.age",
                "delete-all orders.",
            ]
        );
    }
}
