//! Ecto: what `change` and `up` do with tables, indexes, constraints and SQL.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{Call, children, literal};
use super::reader::{NewColumn, Reader, rewriting};
use crate::extract::sql::Change;
use crate::facts::{Column, Operation};
use crate::syntax::{descendants, node_text};

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    let mut functions: BTreeMap<&str, Vec<Node<'s>>> = BTreeMap::new();
    descendants(root, |node| {
        if node.kind() == "unary_operator" {
            let plain: String = node_text(node, text).split_whitespace().collect();
            reader.no_transaction |= plain == "@disable_ddl_transactiontrue";
        }
        let Some(call) = Call::of(node, text) else { return true };
        if matches!(call.name, "def" | "defp")
            && let Some(head) = call.at(0)
        {
            // `def change`, `def change()`, `defp fill(table) when …`.
            let name = node_text(head, text).split(|one: char| !one.is_alphanumeric() && one != '_').next();
            functions.entry(name.unwrap_or("")).or_default().push(node);
            return false;
        }
        true
    });
    let mut queue: Vec<&str> = ["change", "up"].into_iter().filter(|name| functions.contains_key(name)).collect();
    if queue.is_empty() {
        return reader.not_understood(root, "a migration without `change` or `up`");
    }
    let mut next = 0;
    while let Some(bodies) = queue.get(next).and_then(|name| functions.get(name)).cloned() {
        for body in bodies {
            descendants(body, |node| {
                // A call without brackets and arguments is a name.
                let name = if node.kind() == "identifier" { node_text(node, text) } else { "" };
                if name != "down" && functions.contains_key(name) && !queue.contains(&name) {
                    queue.push(name);
                }
                Call::of(node, text).is_none_or(|call| node.id() == body.id() || statement(reader, &call))
            });
        }
        next += 1;
    }
}

/// Reads a call; whether what is inside it is read too.
fn statement<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    if !matches!(call.receiver, "" | "Ecto.Migration" | "repo()" | "Repo") {
        return true;
    }
    let is_known = match call.name {
        "create" | "create_if_not_exists" | "drop" | "drop_if_exists" | "rename" | "alter" => subject(reader, call),
        // The second text is the way back.
        "execute" | "query!" | "query" => {
            // A function runs code, about rows most of the time.
            let is_function = |value: Node<'s>| {
                value.kind() == "anonymous_function" || node_text(value, reader.text).starts_with('&')
            };
            if call.at(0).is_some_and(|value| !is_function(value)) {
                reader.sql(call.at(0), call);
            }
            Some(())
        }
        "execute_file" => None,
        _ => return true,
    };
    if is_known.is_none() && is_new_table(call, reader.text) {
        // A new table of a name that is not known endangers none that is there.
        reader.change(call.node, Operation::Opaque, "", "");
    } else if is_known.is_none() {
        reader.not_understood(call.node, &format!("`{}` with computed names", call.name));
    }
    false
}

fn is_new_table(call: &Call<'_>, text: &str) -> bool {
    let subject = call.at(0).and_then(|subject| Call::of(subject, text));
    call.name.starts_with("create") && subject.is_some_and(|subject| subject.name == "table")
}

/// `create table(:a) do … end`, `drop index(:a, [:b])`, `rename table(:a), to: table(:b)`; `None` where a name is computed.
fn subject<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let text = reader.text;
    let subject = Call::of(call.at(0)?, text)?;
    let is_lenient = call.name.ends_with("exists");
    let verb = call.name.split('_').next().unwrap_or("");
    let table = table_of(&subject)?;
    let before = reader.statements.len();
    match (verb, subject.name) {
        ("create", "table") => create(reader, call, &subject, &table, is_lenient),
        ("alter", "table") => alter(reader, call, &table)?,
        ("drop", "table") => reader.change(call.node, Operation::DropTable, &table, ""),
        ("rename", "table") => rename(reader, call, &table)?,
        ("create", "index" | "unique_index") => index(reader, call, &subject, &table),
        ("drop", "index" | "unique_index") => {
            let is_concurrent = subject.is("concurrently", "true");
            let operation = if is_concurrent { Operation::DropIndexConcurrently } else { Operation::DropIndex };
            reader.change(call.node, operation, &table, &index_name(reader, &subject, &table));
        }
        ("create", "constraint") => {
            let name = subject.word(1, "")?;
            let operation = match () {
                () if subject.is("validate", "false") => Operation::AddUnvalidated,
                () if subject.key("exclude").is_some() => Operation::AddUnique,
                () => Operation::AddCheck,
            };
            reader.change(call.node, operation, &table, &name);
        }
        ("drop", "constraint") => reader.change(call.node, Operation::DropConstraint, &table, &subject.word(1, "")?),
        _ => return None,
    }
    reader.statements.iter_mut().skip(before).for_each(|statement| statement.is_lenient |= is_lenient);
    Some(())
}

/// The table that `table(:a)`, `index(:a, …)` and `constraint(:a, …)` name, with its schema.
fn table_of(subject: &Call<'_>) -> Option<String> {
    let name = subject.word(0, "").filter(|name| !name.is_empty())?;
    // A variable is no name.
    if subject.at(0)?.kind() == "identifier" {
        return None;
    }
    match subject.key("prefix").map(|prefix| subject.written(prefix).trim_matches([':', '"'])) {
        Some(prefix) if prefix != "public" => Some(format!("{prefix}.{name}")),
        _ => Some(name),
    }
}

fn create<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, subject: &Call<'s>, table: &str, is_lenient: bool) {
    let mut columns = Vec::new();
    let mut is_open = false;
    if !subject.is("primary_key", "false") {
        let key = NewColumn { name: "id".to_owned(), kind: "bigserial".to_owned(), ..NewColumn::default() };
        columns.push(NewColumn { is_key: true, is_required: true, is_filled: true, ..key });
    }
    for line in call.block.map(children).unwrap_or_default() {
        match Call::of(line, reader.text) {
            Some(inner) if inner.name == "timestamps" => columns.extend(timestamps(&inner, reader.text)),
            Some(inner) if inner.name.starts_with("add") => match column(&inner, reader.text) {
                Some(column) => columns.push(column),
                None => is_open = true,
            },
            // `timestamps` without brackets is a name; a loop adds more.
            None if node_text(line, reader.text) == "timestamps" => columns.extend(plain_timestamps()),
            _ => is_open = true,
        }
    }
    let operation = if is_lenient { Operation::CreateTableIfMissing } else { Operation::CreateTable };
    reader.table(call.node, operation, table, columns, Vec::new(), is_open);
}

fn alter<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    for line in call.block.map(children)? {
        let Some(inner) = Call::of(line, reader.text) else {
            if node_text(line, reader.text) == "timestamps" {
                for column in plain_timestamps() {
                    reader.column(line, table, &column);
                }
                continue;
            }
            return None;
        };
        let before = reader.statements.len();
        match inner.name {
            "add" | "add_if_not_exists" => reader.column(line, table, &column(&inner, reader.text)?),
            "timestamps" => {
                for column in timestamps(&inner, reader.text) {
                    reader.column(line, table, &column);
                }
            }
            "remove" | "remove_if_exists" => reader.change(line, Operation::DropColumn, table, &name_of(&inner)?),
            "modify" => modify(reader, &inner, table)?,
            _ => return None,
        }
        let is_lenient = inner.name.ends_with("exists");
        reader.statements.iter_mut().skip(before).for_each(|statement| statement.is_lenient |= is_lenient);
    }
    Some(())
}

/// `modify :a, :text, null: false, from: :string`.
fn modify<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let new = column(call, reader.text)?;
    let change = |operation| Change::new(operation, table, new.name.clone(), call.node.byte_range());
    if new.is_reference {
        let named = vec![Column::named(new.name.clone())];
        reader.add(call.node, change(Operation::AddForeignKey).of(named).saying(new.references.clone()));
        return Some(());
    }
    // The type that it had, where it says so: alone, or with its options.
    let from =
        call.key("from").map(|from| if from.kind() == "tuple" { from.named_child(0).unwrap_or(from) } else { from });
    let from = from.and_then(|from| literal(from, reader.text)).map(|from| kind(&from.text, None, None));
    let had = from.map(|kind| Column { kind, ..Column::named(new.name.clone()) });
    let retyped = if had.is_some() { Operation::ChangeType } else { Operation::StateType };
    reader.add(call.node, change(retyped).of(had.into_iter().collect()).saying(new.kind.clone()));
    if call.is("null", "false") {
        reader.add(call.node, change(Operation::SetNotNull));
    }
    Some(())
}

fn rename<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let to = call.key("to")?;
    match Call::of(to, reader.text) {
        Some(new) if new.name == "table" => {
            reader.change(call.node, Operation::RenameTable, table, &table_of(&new)?);
        }
        _ => {
            let new = literal(to, reader.text)?.text.into_owned();
            let change = Change::new(Operation::RenameColumn, table, call.word(1, "")?, call.node.byte_range());
            reader.add(call.node, change.saying(new));
        }
    }
    Some(())
}

fn index<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, subject: &Call<'s>, table: &str) {
    let is_concurrent = subject.is("concurrently", "true");
    let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
    let (columns, is_plain) = plain_columns(reader.names(subject.at(1)));
    let condition = subject.word(usize::MAX, "where").map(|condition| condition.to_ascii_lowercase());
    let holds_all = |condition: &str| {
        let plain = condition.trim_matches(['(', ')']).trim();
        columns.first().is_some_and(|column| plain == format!("{} is not null", column.name))
    };
    let detail = match &condition {
        Some(condition) if !holds_all(condition) => "partial",
        _ if columns.is_empty() && !is_plain => "expression",
        _ if columns.is_empty() => "computed",
        _ => "",
    };
    let name = index_name(reader, subject, table);
    let change = Change::new(operation, table, name, call.node.byte_range());
    reader.add(call.node, change.of(columns).saying(detail));
}

/// The columns that an index leads with, and whether all of its parts are columns. A string is SQL as it stands: a
/// column with an order or an operator class (`"date DESC"`), or an expression, behind which no column leads.
fn plain_columns(parts: Vec<Column>) -> (Vec<Column>, bool) {
    let count = parts.len();
    let name = |part: Column| {
        let first = part.name.split_whitespace().next().unwrap_or("").trim_matches('"');
        let is_column = !part.name.contains(['(', '|', '>']) && !first.is_empty();
        is_column.then(|| Column::named(first))
    };
    let columns: Vec<Column> = parts.into_iter().map_while(name).collect();
    let is_plain = columns.len() == count;
    (columns, is_plain)
}

/// The name that is given, or the one that Ecto makes: `orders_a_b_index`.
fn index_name<'s>(reader: &Reader<'s, '_>, subject: &Call<'s>, table: &str) -> String {
    subject.word(usize::MAX, "name").unwrap_or_else(|| {
        let columns: Vec<String> = reader.names(subject.at(1)).into_iter().map(|column| column.name).collect();
        let table = table.rsplit('.').next().unwrap_or(table);
        if columns.is_empty() { String::new() } else { format!("{table}_{}_index", columns.join("_")) }
    })
}

/// The name of a column; `None` where it is a variable.
fn name_of(call: &Call<'_>) -> Option<String> {
    call.at(0).filter(|name| name.kind() != "identifier")?;
    call.word(0, "")
}

/// `add :a, :string, null: false`, `add :b, references(:c)`.
fn column(call: &Call<'_>, text: &str) -> Option<NewColumn> {
    let name = name_of(call)?;
    let given = call.at(1)?;
    let reference = Call::of(given, text).filter(|inner| inner.name == "references");
    let number = |key: &str| call.key(key).map(|value| node_text(value, text));
    let kind = match (&reference, literal(given, text)) {
        (Some(reference), _) => reference.word(usize::MAX, "type").unwrap_or_else(|| "bigint".to_owned()),
        (None, Some(literal)) => {
            let precision = number("precision").zip(number("scale").or(Some("0")));
            kind(&literal.text, number("size"), precision)
        }
        (None, None) => String::new(),
    };
    Some(NewColumn {
        name,
        is_required: call.is("null", "false") || call.is("primary_key", "true"),
        is_filled: call.key("default").is_some_and(|value| node_text(value, text) != "nil")
            || call.key("generated").is_some()
            || kind.ends_with("serial"),
        is_key: call.is("primary_key", "true"),
        is_reference: reference.as_ref().is_some_and(|reference| !reference.is("validate", "false")),
        rewrites: call.key("default").map_or("", |default| rewriting(node_text(default, text))),
        references: reference.and_then(|reference| reference.word(0, "")).unwrap_or_default(),
        kind,
        ..NewColumn::default()
    })
}

/// A type in SQL's words.
fn kind(written: &str, size: Option<&str>, precision: Option<(&str, &str)>) -> String {
    match (written, size, precision) {
        ("string", size, _) => format!("varchar({})", size.unwrap_or("255")),
        ("id" | "serial", ..) => "integer".to_owned(),
        ("binary_id", ..) => "uuid".to_owned(),
        ("binary", ..) => "bytea".to_owned(),
        ("map", ..) => "jsonb".to_owned(),
        ("float", ..) => "double precision".to_owned(),
        ("utc_datetime" | "naive_datetime", ..) => "timestamp(0)".to_owned(),
        ("utc_datetime_usec" | "naive_datetime_usec", ..) => "timestamp".to_owned(),
        ("decimal" | "numeric", _, Some((precision, scale))) => format!("numeric({precision},{scale})"),
        (other, ..) => other.to_ascii_lowercase(),
    }
}

fn plain_timestamps() -> Vec<NewColumn> {
    let of = |name: &str| NewColumn { name: name.to_owned(), kind: "timestamp(0)".to_owned(), ..NewColumn::default() };
    vec![NewColumn { is_required: true, ..of("inserted_at") }, NewColumn { is_required: true, ..of("updated_at") }]
}

/// `timestamps(type: :utc_datetime, updated_at: false)`.
fn timestamps(call: &Call<'_>, text: &str) -> Vec<NewColumn> {
    let is_filled = call.key("default").is_some();
    let mut columns = Vec::new();
    for mut column in plain_timestamps() {
        let said = call.key(&column.name).map(|value| node_text(value, text));
        if said == Some("false") {
            continue;
        }
        if let Some(name) = said {
            name.trim_matches([':', '"']).clone_into(&mut column.name);
        }
        columns.push(NewColumn { is_filled, is_required: !call.is("null", "true"), ..column });
    }
    columns
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn what_a_migration_says_is_what_it_runs() {
        let text = r#"
defmodule Shop.Repo.Migrations.A do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :name, :string, null: false
      timestamps()
    end

    alter table(:orders) do
      add :note, :text
      add :code, :string, size: 9, null: false
      add :user_id, references(:users, on_delete: :nothing)
      remove :old
      modify :state, :text, null: false, from: :string
      remove_if_exists :older, :string
    end

    create unique_index(:orders, [:code])
    create index("orders", [:user_id], concurrently: true, name: "i")
    create constraint(:orders, :positive, check: "total > 0")
    create constraint("orders", "later", check: "total > 0", validate: false)
    drop_if_exists table("carts")
    drop index(:orders, [:a, :b])
    rename table(:lines), to: table(:order_lines)
    rename table(:orders), :a, to: :b
    execute("DROP TABLE x", "CREATE TABLE x (id int)")
    if true, do: drop table(:y)
    fill()
  end

  defp fill do
    execute "DELETE FROM orders"
  end
end
"#;
        assert_eq!(
            operations("priv/repo/migrations/20240101000000_a.exs", text),
            [
                "create-table users.",
                "add-column orders.note",
                "add-required-column orders.code",
                "add-column orders.user_id",
                "add-foreign-key orders.",
                "drop-column orders.old",
                "change-type orders.state",
                "set-not-null orders.state",
                "drop-column orders.older",
                "create-index orders.orders_code_index",
                "create-index-concurrently orders.i",
                "add-check orders.positive",
                "add-unvalidated orders.later",
                "drop-table carts.",
                "drop-index orders.orders_a_b_index",
                "rename-table lines.order_lines",
                "rename-column orders.a",
                "drop-table x.",
                "drop-table y.",
                "delete-all orders.",
            ]
        );
    }
}
