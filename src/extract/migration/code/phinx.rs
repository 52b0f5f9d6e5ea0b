//! Phinx, and `CakePHP`'s migrations, which are written alike: the tables of `change()` or `up()`, and their SQL.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{Call, children, literal};
use super::php::{bodies, chain, names, option_of, says_no};
use super::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Column, Constraint, ConstraintKind, Operation};
use crate::syntax::{descendants, node_text};

/// What a table's chain of calls ends with.
const ENDS: &[&str] = &["create", "save", "update"];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    reader.no_transaction = says_no(root, text, "shouldExecuteInTransaction") || says_no(root, text, "useTransactions");
    let bodies = bodies(root, text, &["change", "up"]);
    if bodies.is_empty() {
        return reader.not_understood(root, "a migration without `change` or `up`");
    }
    for body in bodies {
        let mut script = Script { reader, tables: BTreeMap::new(), ends: ends(body, text) };
        descendants(body, |node| script.read(node));
    }
}

/// The variables of which tables are written, with how, and where.
fn ends<'s>(body: Node<'s>, text: &'s str) -> Vec<(&'s str, &'s str, usize)> {
    let mut ends = Vec::new();
    descendants(body, |node| {
        if let Some(call) = Call::of(node, text).filter(|call| ENDS.contains(&call.name) && call.at(0).is_none()) {
            let links = chain(&call, text);
            ends.extend(links.first().map(|first| (first.receiver, call.name, node.end_byte())));
        }
        true
    });
    ends
}

struct Script<'r, 's, 't> {
    reader: &'r mut Reader<'s, 't>,
    /// The tables that variables stand for.
    tables: BTreeMap<&'s str, String>,
    ends: Vec<(&'s str, &'s str, usize)>,
}

impl<'s> Script<'_, 's, '_> {
    /// Reads a node; whether what is inside it is read too.
    fn read(&mut self, node: Node<'s>) -> bool {
        let text = self.reader.text;
        if node.kind() == "assignment_expression"
            && let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
            && let Some(call) = Call::of(right, text)
        {
            let links = chain(&call, text);
            if links.first().is_some_and(is_table) {
                let variable = node_text(left, text);
                self.chain(&links, Some(variable));
                return false;
            }
        }
        let Some(call) = Call::of(node, text) else { return true };
        let links = chain(&call, text);
        let Some(first) = links.first() else { return true };
        if is_table(first) {
            self.chain(&links, None);
            return false;
        }
        if let Some(table) = self.tables.get(first.receiver).cloned() {
            for link in &links {
                self.action(link, &table);
            }
            return false;
        }
        match call.name {
            "execute" | "query" if call.receiver == "$this" || call.receiver.ends_with("getAdapter()") => {
                self.reader.sql(call.at(0), &call);
                false
            }
            "dropTable" | "renameTable" if !call.receiver.is_empty() => {
                let operation = if call.name == "dropTable" { Operation::DropTable } else { Operation::RenameTable };
                match call.word(0, "") {
                    Some(table) => self.reader.change(node, operation, &table, &call.word(1, "").unwrap_or_default()),
                    None => self.reader.not_understood(node, "a computed table"),
                }
                false
            }
            _ => true,
        }
    }

    /// `$this->table("a", […])` and what follows; where a variable stands for it, more follows later.
    fn chain(&mut self, links: &[Call<'s>], variable: Option<&'s str>) {
        let Some((first, rest)) = links.split_first() else { return };
        let node = first.node;
        let Some(table) = first.at(0).and_then(|name| literal(name, self.reader.text)) else {
            if let Some(variable) = variable {
                self.tables.remove(variable);
            }
            return self.reader.not_understood(node, "a computed table");
        };
        let table = table.text.into_owned();
        let own = rest.iter().find(|link| ENDS.contains(&link.name)).map(|link| link.name);
        let later = self.ends.iter().find(|(name, _, at)| Some(*name) == variable && *at > node.end_byte());
        let gets_columns = variable.is_some() || rest.iter().any(|link| link.name.starts_with("add"));
        match own.or(later.map(|(_, end, _)| *end)) {
            Some("create") => self.create(first, &table, Operation::CreateTable),
            // `save` makes the table that is not there, and changes the one that is.
            Some("save") if gets_columns => self.create(first, &table, Operation::CreateTableIfMissing),
            _ => {}
        }
        for link in rest {
            self.action(link, &table);
        }
        if let Some(variable) = variable {
            self.tables.insert(variable, table);
        }
    }

    /// A new table has the number `id`, unless its options say otherwise.
    fn create(&mut self, first: &Call<'s>, table: &str, operation: Operation) {
        let text = self.reader.text;
        let option = |name: &str| option_node(first.at(1), name, text);
        let key = option("primary_key").map(|value| names(Some(value), text)).unwrap_or_default();
        let id = match option("id") {
            Some(value) if node_text(value, text).eq_ignore_ascii_case("false") => None,
            Some(value) => literal(value, text).map(|name| name.text.into_owned()),
            None => Some("id".to_owned()),
        };
        let own = id.map(|name| Column { kind: "integer".to_owned(), is_filled: true, ..Column::named(name) });
        let columns: Vec<Column> = own.into_iter().collect();
        let led = if key.is_empty() { columns.clone() } else { key };
        let constraint = Constraint {
            kind: ConstraintKind::PrimaryKey,
            name: String::new(),
            columns: led.into_iter().map(|column| column.name).collect(),
            references: String::new(),
        };
        // The columns of a key of its own follow.
        let constraints = if constraint.columns.is_empty() { Vec::new() } else { vec![constraint] };
        let change = Change::new(operation, table, "", first.node.byte_range());
        self.reader.add(first.node, change.of(columns).under(constraints));
    }

    /// What a table is told.
    fn action(&mut self, link: &Call<'s>, table: &str) {
        let (node, text) = (link.node, self.reader.text);
        let word = |index: usize| link.word(index, "").unwrap_or_default();
        let list = |index: usize| names(link.at(index), text);
        let says = |index: usize, name: &str| option_of(link.at(index), name, text).unwrap_or("");
        let change = |operation, name: String| Change::new(operation, table, name, node.byte_range());
        let change = match link.name {
            "addColumn" => match column(link, text) {
                Some(column) => return self.reader.column(node, table, &column),
                None => return self.reader.not_understood(node, "a computed column"),
            },
            "changeColumn" => {
                let Some(column) = column(link, text) else {
                    return self.reader.not_understood(node, "a computed column");
                };
                self.reader.add(node, change(Operation::StateType, column.name.clone()).saying(column.kind));
                if !column.is_required {
                    return;
                }
                change(Operation::StateNotNull, column.name)
            }
            "addTimestamps" | "addTimestampsWithTimezone" => {
                for (name, is_filled) in [("created_at", true), ("updated_at", false)] {
                    let kind = "timestamp".to_owned();
                    let column = NewColumn { name: name.to_owned(), kind, is_filled, ..NewColumn::default() };
                    self.reader.column(node, table, &column);
                }
                return;
            }
            "removeColumn" => change(Operation::DropColumn, word(0)),
            "renameColumn" => change(Operation::RenameColumn, word(0)).saying(word(1)),
            "addIndex" => {
                let name = says(1, "name").trim_matches(['\'', '"']).to_owned();
                change(Operation::CreateIndex, name).of(list(0))
            }
            "removeIndex" => change(Operation::DropIndex, String::new()),
            "removeIndexByName" => change(Operation::DropIndex, word(0)),
            "addForeignKey" => change(Operation::AddForeignKey, String::new()).of(list(0)).saying(word(1)),
            "addForeignKeyWithName" => change(Operation::AddForeignKey, word(0)).of(list(1)).saying(word(2)),
            "dropForeignKey" => change(Operation::DropConstraint, String::new()),
            "changePrimaryKey" => change(Operation::AddPrimaryKey, String::new()).of(list(0)),
            "changeComment" => change(Operation::AlterTable, String::new()),
            "rename" => change(Operation::RenameTable, word(0)),
            "drop" => change(Operation::DropTable, String::new()),
            "truncate" => change(Operation::Truncate, String::new()),
            _ => return,
        };
        self.reader.add(node, change);
    }
}

/// `$this->table(…)`.
fn is_table(call: &Call<'_>) -> bool {
    call.name == "table" && call.receiver == "$this"
}

/// The value of an option.
fn option_node<'s>(options: Option<Node<'s>>, name: &str, text: &'s str) -> Option<Node<'s>> {
    children(options?).into_iter().find_map(|pair| {
        let key = literal(pair.named_child(0)?, text)?;
        (key.text == name).then(|| pair.named_child(1)).flatten()
    })
}

/// `addColumn("a", "string", ["limit" => 20, "null" => false])`. Without `null`, a column may be empty: so it is since
/// Phinx 0.13, and which version runs is not known here.
fn column(link: &Call<'_>, text: &str) -> Option<NewColumn> {
    let name = link.word(0, "")?;
    let option = |name: &str| option_of(link.at(2), name, text);
    let is = |name: &str, written: &str| option(name).is_some_and(|value| value.eq_ignore_ascii_case(written));
    let length =
        option("limit").or_else(|| option("length")).filter(|one| one.bytes().all(|byte| byte.is_ascii_digit()));
    // `'string'` or `AdapterInterface::PHINX_TYPE_STRING`.
    let written = link.word(1, "").unwrap_or_default();
    let named = written.rsplit("::").next().unwrap_or("").trim_start_matches("PHINX_TYPE_").to_ascii_lowercase();
    let kind = match (named.as_str(), length) {
        ("string", length) => format!("varchar({})", length.unwrap_or("255")),
        ("char", Some(length)) => format!("char({length})"),
        ("biginteger" | "big_integer", _) => "bigint".to_owned(),
        ("smallinteger" | "small_integer" | "tinyinteger", _) => "smallint".to_owned(),
        ("datetime", _) => "timestamp".to_owned(),
        ("decimal", _) => match (option("precision"), option("scale")) {
            (Some(precision), Some(scale)) => format!("numeric({precision},{scale})"),
            _ => "numeric".to_owned(),
        },
        (kind, _) => kind.to_owned(),
    };
    let is_filled = option("default").is_some_and(|value| !value.eq_ignore_ascii_case("null"));
    Some(NewColumn {
        name,
        kind,
        is_required: is("null", "false") || is("identity", "true"),
        is_filled: is_filled || is("identity", "true"),
        ..NewColumn::default()
    })
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn tables_are_made_saved_and_changed() {
        let text = r"<?php
use Phinx\Migration\AbstractMigration;
final class Orders extends AbstractMigration
{
    public function change(): void
    {
        $this->table('orders', ['id' => false, 'primary_key' => ['code']])
            ->addColumn('code', 'string', ['limit' => 9])
            ->create();
        $lines = $this->table('lines');
        $lines->addColumn('order_code', 'string', ['null' => false]);
        if (!$lines->hasColumn('note')) {
            $lines->addColumn('note', 'text');
        }
        $lines->save();
        $this->table('users')->removeColumn('old')
            ->addIndex(['email'], ['unique' => true, 'name' => 'users_email'])
            ->addForeignKey('order_code', 'orders', 'code')
            ->changeColumn('name', 'string', ['null' => false])
            ->update();
        $this->table('carts')->drop()->save();
        $this->execute('DROP TABLE baskets');
    }
}
";
        assert_eq!(
            operations("db/migrations/20240101000000_orders.php", text),
            [
                "create-table orders.",
                "add-column orders.code",
                "create-table-if-missing lines.",
                "add-required-column lines.order_code",
                "add-column lines.note",
                "drop-column users.old",
                "create-index users.users_email",
                "add-foreign-key users.",
                "state-type users.name",
                "state-not-null users.name",
                "drop-table carts.",
                "drop-table baskets.",
            ]
        );
    }
}
