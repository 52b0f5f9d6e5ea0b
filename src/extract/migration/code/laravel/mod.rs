//! Laravel: the calls of `Schema` in `up()`, what a `Blueprint` is told in their callbacks, and the SQL of `DB`.

mod columns;

use tree_sitter::Node;

pub(in crate::extract::migration) use self::columns::snake;
use self::columns::{columns, names, referred};
use super::call::{Call, children};
use super::php::{bodies, chain, says_no};
use super::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Column, Constraint, ConstraintKind, Operation, TEXT_INDEX};
use crate::syntax::{descendants, node_text};

/// Methods of `Schema` that change no table.
const HARMLESS: &[&str] = &[
    "hasTable",
    "hasColumn",
    "hasColumns",
    "hasIndex",
    "getColumnListing",
    "getColumnType",
    "getColumns",
    "getIndexes",
    "getForeignKeys",
    "getTables",
    "getConnection",
    "connection",
    "defaultStringLength",
    "defaultMorphKeyType",
    "morphUsingUuids",
    "morphUsingUlids",
    "enableForeignKeyConstraints",
    "disableForeignKeyConstraints",
    "withoutForeignKeyConstraints",
    "createDatabase",
    "ensureVectorExtensionExists",
];

/// What a `Blueprint` is told that is about the table as a whole.
const TABLE_WORDS: &[&str] = &["engine", "charset", "collation", "comment", "temporary", "innoDb", "renameIndex"];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    reader.no_transaction = says_no(root, text, "withinTransaction");
    let bodies = bodies(root, text, &["up"]);
    if bodies.is_empty() {
        return reader.not_understood(root, "a migration without `up`");
    }
    for body in bodies {
        descendants(body, |node| match Call::of(node, text) {
            Some(call) => statement(reader, &call),
            None => true,
        });
    }
}

/// Reads a call; whether what is inside it is read too.
fn statement<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> bool {
    let links = chain(call, reader.text);
    let Some(first) = links.first() else { return true };
    match first.receiver.rsplit('\\').next().unwrap_or("") {
        "Schema" => {
            let schema = links.iter().find(|link| link.name != "connection").unwrap_or(first);
            if schema_call(reader, schema).is_some() {
                return schema.name == "withoutForeignKeyConstraints";
            }
            if schema.name == "create" {
                reader.change(schema.node, Operation::Opaque, "", "");
            } else {
                reader.not_understood(schema.node, &format!("`Schema::{}` with computed names", schema.name));
            }
            schema.name == "withoutForeignKeyConstraints"
        }
        "DB" => {
            let is_text = |link: &&Call<'s>| {
                matches!(link.name, "statement" | "unprepared" | "update" | "delete" | "affectingStatement")
            };
            match links.iter().find(|link| link.name != "connection") {
                Some(link) if link.name == "table" => rows(reader, link, &links),
                Some(link) if is_text(&link) => reader.sql(link.at(0), link),
                _ => return true,
            }
            // Rows are looped over in callbacks.
            links.iter().any(|link| link.name.starts_with("chunk") || link.name == "each")
        }
        _ => true,
    }
}

/// `DB::table("a")->update([…])`, `->delete()`, `->truncate()`: all rows, where nothing is chosen before.
fn rows<'s>(reader: &mut Reader<'s, '_>, table: &Call<'s>, links: &[Call<'s>]) {
    let is_chosen = links.iter().any(|link| {
        ["where", "orWhere", "join", "limit", "take", "find", "chunk", "each", "when"]
            .iter()
            .any(|word| link.name.starts_with(word))
    });
    let Some(last) = links.last().filter(|_| !is_chosen) else { return };
    let operation = match last.name {
        "update" => Operation::UpdateAll,
        "delete" => Operation::DeleteAll,
        "truncate" => Operation::Truncate,
        _ => return,
    };
    let Some(name) = table.word(0, "") else { return };
    let fields = last.at(0).filter(|value| value.kind() == "array_creation_expression");
    let keys = fields.map(children).unwrap_or_default().into_iter().filter_map(|pair| pair.named_child(0));
    let columns = keys.flat_map(|key| reader.names(Some(key))).collect();
    reader.add(last.node, Change::new(operation, name, "", last.node.byte_range()).of(columns));
}

/// A method of `Schema`; `None` where a name is computed.
fn schema_call<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let node = call.node;
    let name = |index| call.word(index, "");
    match call.name {
        "create" | "table" => table(reader, call)?,
        "drop" => reader.change(node, Operation::DropTable, &name(0)?, ""),
        "dropIfExists" => {
            let change = Change::new(Operation::DropTable, name(0)?, "", node.byte_range());
            reader.add(node, Change { is_lenient: true, ..change });
        }
        "rename" => reader.change(node, Operation::RenameTable, &name(0)?, &name(1)?),
        "dropColumns" => {
            let table = name(0)?;
            for column in reader.names(call.at(1)) {
                reader.change(node, Operation::DropColumn, &table, &column.name);
            }
        }
        "whenTableHasColumn" | "whenTableDoesntHaveColumn" => {
            let table = name(0)?;
            blueprint(reader, call.at(2)?, &table, None);
        }
        known if HARMLESS.contains(&known) => {}
        _ => return None,
    }
    Some(())
}

/// `Schema::create` and `Schema::table` with their callback.
fn table<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let table = call.word(0, "")?;
    let callback = call.at(1)?;
    if call.name == "table" {
        blueprint(reader, callback, &table, None);
        return Some(());
    }
    let mut new = NewTable::default();
    blueprint(reader, callback, &table, Some(&mut new));
    reader.table(call.node, Operation::CreateTable, &table, new.columns, new.constraints, new.is_open);
    Some(())
}

/// What a callback says of a new table.
#[derive(Default)]
struct NewTable {
    columns: Vec<NewColumn>,
    constraints: Vec<Constraint>,
    /// Whether it may get columns that are not seen.
    is_open: bool,
}

/// Reads what a callback tells its `Blueprint`.
fn blueprint<'s>(reader: &mut Reader<'s, '_>, callback: Node<'s>, table: &str, mut new: Option<&mut NewTable>) {
    let text = reader.text;
    let parameters = callback.child_by_field_name("parameters").map(children).unwrap_or_default();
    let parameter =
        parameters.first().and_then(|one| one.child_by_field_name("name")).map(|name| node_text(name, text));
    let (Some(parameter), Some(body)) = (parameter, callback.child_by_field_name("body")) else {
        return reader.not_understood(callback, "a callback that is given elsewhere");
    };
    descendants(body, |node| {
        let Some(call) = Call::of(node, text) else { return true };
        let links = chain(&call, text);
        match links.split_first() {
            Some((first, rest)) if first.receiver == parameter => {
                match new.as_deref_mut() {
                    Some(new) => new.read(first, rest, text),
                    None => action(reader, first, rest, table),
                }
                false
            }
            // A helper gets the table.
            Some((first, _)) if first.arguments.iter().any(|one| node_text(one.value, text) == parameter) => {
                match new.as_deref_mut() {
                    Some(new) => new.is_open = true,
                    None => reader.not_understood(node, "a table that is changed elsewhere"),
                }
                true
            }
            _ => true,
        }
    });
}

impl NewTable {
    fn read(&mut self, first: &Call<'_>, rest: &[Call<'_>], text: &str) {
        let kind = match first.name {
            "index" | "fullText" | "spatialIndex" | "rawIndex" => Some(ConstraintKind::Index),
            "unique" => Some(ConstraintKind::Unique),
            "primary" => Some(ConstraintKind::PrimaryKey),
            "foreign" => Some(ConstraintKind::ForeignKey),
            _ => None,
        };
        if let Some(kind) = kind {
            let columns = names(first, text).into_iter().map(|column| column.name).collect();
            let name = first.word(1, "name").unwrap_or_default();
            self.constraints.push(Constraint { kind, name, columns, references: referred(first, rest) });
            return;
        }
        let columns = columns(first, rest, text);
        self.is_open |= columns.is_empty() && !TABLE_WORDS.contains(&first.name);
        if first.name.ends_with("orphs") {
            let columns = columns.iter().map(|column| column.name.clone()).rev().collect();
            let of =
                Constraint { kind: ConstraintKind::Index, name: String::new(), columns, references: String::new() };
            self.constraints.push(of);
        }
        self.columns.extend(columns);
    }
}

/// What a `Blueprint` of a table that is there is told.
fn action<'s>(reader: &mut Reader<'s, '_>, first: &Call<'s>, rest: &[Call<'s>], table: &str) {
    let node = first.node;
    let text = reader.text;
    let word = |index: usize| first.word(index, "").unwrap_or_default();
    let on = |operation| Change::new(operation, table, word(1), node.byte_range()).of(names(first, text));
    match first.name {
        "dropColumn" | "removeColumn" => {
            let list = names(first, text);
            let plain = (0..first.arguments.len()).filter_map(|index| first.word(index, "")).map(Column::named);
            for column in if list.len() > 1 { list } else { plain.collect() } {
                reader.change(node, Operation::DropColumn, table, &column.name);
            }
        }
        "dropTimestamps" | "dropTimestampsTz" => reader.change(node, Operation::DropColumn, table, "created_at"),
        "dropSoftDeletes" | "dropSoftDeletesTz" => reader.change(node, Operation::DropColumn, table, "deleted_at"),
        "dropRememberToken" => reader.change(node, Operation::DropColumn, table, "remember_token"),
        "dropMorphs" => {
            reader.change(node, Operation::DropColumn, table, &format!("{}_type", word(0)));
            reader.change(node, Operation::DropColumn, table, &format!("{}_id", word(0)));
        }
        "dropConstrainedForeignId" | "dropConstrainedForeignIdFor" => {
            reader.change(node, Operation::DropConstraint, table, "");
            reader.change(node, Operation::DropColumn, table, &word(0));
        }
        "renameColumn" => {
            let change = Change::new(Operation::RenameColumn, table, word(0), node.byte_range());
            reader.add(node, change.saying(word(1)));
        }
        "rename" => reader.change(node, Operation::RenameTable, table, &word(0)),
        "drop" | "dropIfExists" => reader.change(node, Operation::DropTable, table, ""),
        "index" | "rawIndex" => reader.add(node, on(Operation::CreateIndex)),
        "fullText" | "spatialIndex" => reader.add(node, on(Operation::CreateIndex).saying(TEXT_INDEX)),
        "unique" => reader.add(node, on(Operation::AddUnique)),
        "primary" => reader.add(node, on(Operation::AddPrimaryKey)),
        "foreign" => reader.add(node, on(Operation::AddForeignKey).saying(referred(first, rest))),
        // Laravel's unique keys are constraints on PostgreSQL and indexes on MySQL.
        "dropIndex" | "dropFullText" | "dropSpatialIndex" => reader.change(node, Operation::DropIndex, table, &word(0)),
        "dropUnique" | "dropForeign" | "dropPrimary" | "dropForeignIdFor" => {
            reader.change(node, Operation::DropConstraint, table, &word(0));
        }
        known if TABLE_WORDS.contains(&known) => reader.change(node, Operation::AlterTable, table, ""),
        _ => {
            let columns = columns(first, rest, text);
            if columns.is_empty() {
                return reader.not_understood(node, &format!("`{}` with a computed name", first.name));
            }
            let is_change = rest.iter().any(|link| link.name == "change");
            for column in &columns {
                if is_change { restated(reader, node, rest, table, column) } else { reader.column(node, table, column) }
            }
            if first.name.ends_with("orphs") {
                let names = columns.iter().rev().map(|column| Column::named(column.name.clone())).collect();
                reader.add(node, Change::new(Operation::CreateIndex, table, "", node.byte_range()).of(names));
            }
        }
    }
}

/// `->change()`: the column as it shall be. What it says of `NULL` counts only where it says it: older versions keep
/// what is not said.
fn restated<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, rest: &[Call<'s>], table: &str, column: &NewColumn) {
    let change = |operation| Change::new(operation, table, column.name.clone(), node.byte_range());
    reader.add(node, change(Operation::StateType).saying(column.kind.clone()));
    let refuses_null = rest.iter().any(|link| {
        link.name == "nullable" && link.at(0).is_some_and(|value| link.written(value).eq_ignore_ascii_case("false"))
    });
    if refuses_null {
        reader.add(node, change(Operation::SetNotNull));
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn blueprints_are_what_they_run() {
        let text = r"<?php
return new class extends Migration
{
    public function up(): void
    {
        Schema::create('users', function (Blueprint $table) {
            $table->id();
            $table->string('name');
            $table->timestamps();
        });
        Schema::table('orders', function (Blueprint $table) {
            $table->text('note')->nullable();
            $table->string('code', 9)->after('id');
            $table->string('state')->default('new');
            $table->foreignId('user_id')->nullable()->constrained()->cascadeOnDelete();
            $table->dropColumn(['old', 'older']);
            $table->renameColumn('a', 'b');
            $table->string('name', 20)->change();
            $table->string('city')->nullable(false)->change();
            $table->unique(['a', 'c'], 'u');
            $table->index('c');
            $table->foreign('d')->references('id')->on('shops');
            $table->dropForeign(['e']);
        });
        Schema::dropIfExists('carts');
        Schema::rename('lines', 'order_lines');
        DB::statement('ALTER TABLE orders DROP COLUMN x');
        DB::table('orders')->where('a', 1)->delete();
        DB::table('orders')->update(['note' => '']);
        $this->fill();
    }
    private function fill(): void
    {
        Schema::drop('baskets');
    }
    public function down(): void
    {
        Schema::drop('users');
    }
};
";
        assert_eq!(
            operations("database/migrations/2024_01_01_000000_a.php", text),
            [
                "create-table users.",
                "add-column orders.note",
                "add-required-column orders.code",
                "add-column orders.state",
                "add-column orders.user_id",
                "add-foreign-key orders.",
                "drop-column orders.old",
                "drop-column orders.older",
                "rename-column orders.a",
                "state-type orders.name",
                "state-type orders.city",
                "set-not-null orders.city",
                "add-unique orders.u",
                "create-index orders.",
                "add-foreign-key orders.",
                "drop-constraint orders.",
                "drop-table carts.",
                "rename-table lines.order_lines",
                "drop-column orders.x",
                "update-all orders.",
                "drop-table baskets.",
            ]
        );
    }
}
