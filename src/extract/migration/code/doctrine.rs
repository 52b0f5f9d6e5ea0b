//! Doctrine: the SQL of `addSql` in `up()`, and the calls of the schema that it is given.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{Call, children, literal};
use super::php::{bodies, chain, option_of, says_no};
use super::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Column, OPEN_TABLE, Operation};
use crate::syntax::{descendants, node_text};

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    reader.no_transaction = says_no(root, text, "isTransactional");
    let bodies = bodies(root, text, &["preUp", "up", "postUp"]);
    if bodies.is_empty() {
        return reader.not_understood(root, "a migration without `up`");
    }
    for body in bodies {
        // The tables that variables stand for.
        let mut tables: BTreeMap<&str, String> = BTreeMap::new();
        descendants(body, |node| {
            if node.kind() == "assignment_expression"
                && let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
                && let Some(call) = Call::of(right, text)
                && matches!(call.name, "getTable" | "createTable")
                && let Some(name) = call.at(0).and_then(|name| literal(name, text))
            {
                tables.insert(node_text(left, text), name.text.into_owned());
            }
            match Call::of(node, text) {
                Some(call) => statement(reader, &call, &tables),
                None => true,
            }
        });
    }
}

/// Reads a call; whether what is inside it is read too.
fn statement<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, tables: &BTreeMap<&str, String>) -> bool {
    let links = chain(call, reader.text);
    match call.name {
        "addSql" | "executeStatement" | "executeUpdate" | "exec" if !call.receiver.is_empty() => {
            reader.sql(call.at(0), call);
            false
        }
        "createTable" | "dropTable" | "renameTable" if is_schema(call.receiver) => {
            if whole(reader, call).is_none() {
                reader.not_understood(call.node, &format!("`{}` of a computed table", call.name));
            }
            false
        }
        _ => {
            // `$table->addColumn(…)`, `$schema->getTable("a")->addColumn(…)`.
            let own = links.iter().position(|link| tables.contains_key(link.receiver));
            let got = links.iter().position(|link| link.name == "getTable" && is_schema(link.receiver));
            let name = match (own, got) {
                (Some(at), _) => {
                    links.get(at).and_then(|link| tables.get(link.receiver)).cloned().map(|name| (at, name))
                }
                (None, Some(at)) => links.get(at).and_then(|link| link.word(0, "")).map(|name| (at + 1, name)),
                (None, None) => None,
            };
            let Some((at, table)) = name else {
                let is_change =
                    ["addColumn", "dropColumn", "modifyColumn", "changeColumn", "addIndex", "addUniqueIndex"];
                if is_change.contains(&call.name) {
                    reader.not_understood(call.node, "a computed table");
                }
                return true;
            };
            for link in links.iter().skip(at) {
                action(reader, link, &table);
            }
            false
        }
    }
}

/// Whether a receiver is the schema.
fn is_schema(receiver: &str) -> bool {
    receiver.to_ascii_lowercase().ends_with("schema")
}

/// A table as a whole; `None` where a name is computed.
fn whole<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let name = call.at(0).and_then(|name| literal(name, reader.text))?.text.into_owned();
    match call.name {
        "createTable" => {
            // Its columns follow, on a variable.
            let change = Change::new(Operation::CreateTable, name, "", call.node.byte_range());
            reader.add(call.node, change.saying(OPEN_TABLE));
        }
        "dropTable" => reader.change(call.node, Operation::DropTable, &name, ""),
        _ => reader.change(call.node, Operation::RenameTable, &name, &call.word(1, "")?),
    }
    Some(())
}

/// What a table is told.
fn action<'s>(reader: &mut Reader<'s, '_>, link: &Call<'s>, table: &str) {
    let node = link.node;
    let word = |index: usize| link.word(index, "").unwrap_or_default();
    let list = |index: usize| -> Vec<Column> {
        let parts = link.at(index).map(children).unwrap_or_default();
        let inner = |part: Node<'s>| literal(part.named_child(0)?, reader.text);
        parts.into_iter().filter_map(|part| Some(Column::named(inner(part)?.text))).collect()
    };
    let change = |operation, name: String| Change::new(operation, table, name, node.byte_range());
    match link.name {
        "addColumn" => {
            let option = |name: &str| option_of(link.at(2), name, reader.text);
            let kind = match (word(1).rsplit("::").next().unwrap_or("").to_ascii_lowercase().as_str(), option("length"))
            {
                ("string", length) => format!("varchar({})", length.unwrap_or("255")),
                (kind, _) => kind.to_owned(),
            };
            let column = NewColumn {
                name: word(0),
                kind,
                is_required: !option("notnull").is_some_and(|value| value.eq_ignore_ascii_case("false")),
                is_filled: option("default").is_some() || option("autoincrement").is_some(),
                ..NewColumn::default()
            };
            reader.column(node, table, &column);
        }
        "dropColumn" => reader.add(node, change(Operation::DropColumn, word(0))),
        "renameColumn" => reader.add(node, change(Operation::RenameColumn, word(0)).saying(word(1))),
        "modifyColumn" | "changeColumn" => {
            let option = |name: &str| option_of(link.at(1), name, reader.text);
            let operation = match option("notnull") {
                Some(value) if value.eq_ignore_ascii_case("true") => Operation::SetNotNull,
                _ if option("type").is_some() || option("length").is_some() => Operation::ChangeType,
                _ => Operation::AlterTable,
            };
            reader.add(node, change(operation, word(0)));
        }
        "addIndex" | "addUniqueIndex" => reader.add(node, change(Operation::CreateIndex, word(1)).of(list(0))),
        "setPrimaryKey" => reader.add(node, change(Operation::AddPrimaryKey, String::new()).of(list(0))),
        "addForeignKeyConstraint" => {
            reader.add(node, change(Operation::AddForeignKey, word(4)).of(list(1)).saying(word(0)));
        }
        "dropIndex" => reader.add(node, change(Operation::DropIndex, word(0))),
        "removeForeignKey" | "dropPrimaryKey" | "removeUniqueConstraint" => {
            reader.add(node, change(Operation::DropConstraint, word(0)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn sql_and_calls_of_the_schema_are_read() {
        let text = r"<?php
use Doctrine\DBAL\Schema\Schema;
use Doctrine\Migrations\AbstractMigration;
final class Version20240101000000 extends AbstractMigration
{
    public function up(Schema $schema): void
    {
        $this->addSql('ALTER TABLE orders DROP COLUMN old');
        $this->addSql(<<<'SQL'
            DROP TABLE carts
        SQL);
        $table = $schema->getTable('orders');
        $table->addColumn('code', 'string', ['length' => 9, 'notnull' => true]);
        $table->addColumn('note', 'text', ['notnull' => false]);
        $table->addIndex(['code'], 'i');
        $schema->getTable('lines')->dropColumn('x');
        $schema->dropTable('baskets');
    }
    public function down(Schema $schema): void
    {
        $this->addSql('DROP TABLE orders');
    }
}
";
        assert_eq!(
            operations("migrations/Version20240101000000.php", text),
            [
                "drop-column orders.old",
                "drop-table carts.",
                "add-required-column orders.code",
                "add-column orders.note",
                "create-index orders.i",
                "drop-column lines.x",
                "drop-table baskets.",
            ]
        );
    }
}
