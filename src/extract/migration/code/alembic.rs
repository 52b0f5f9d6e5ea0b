//! Alembic: the calls of `op` in `upgrade()` and in the functions of the file that it calls.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{Call, children, literal};
use super::reader::{NewColumn, Reader, rewriting};
use crate::extract::sql::Change;
use crate::facts::{Column, Constraint, ConstraintKind, Operation, REWRITE_SERIAL, REWRITE_STORED};
use crate::syntax::{descendants, node_text};

/// Calls that change no table.
const HARMLESS: &[&str] = &[
    "bulk_insert",
    "create_table_comment",
    "drop_table_comment",
    "f",
    "get_bind",
    "get_context",
    "inline_literal",
    "create_schema",
    "drop_schema",
    "batch_alter_table",
    "autocommit_block",
];

/// Reads the revision.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let functions = functions(root, reader.text);
    let mut queue: Vec<&str> = functions.keys().copied().filter(|name| name.starts_with("upgrade")).collect();
    if queue.is_empty() {
        return reader.not_understood(root, "a revision without `upgrade`");
    }
    let mut next = 0;
    while let Some(body) = queue.get(next).and_then(|name| functions.get(name)).copied() {
        let mut script = Upgrade { reader, batch: String::new(), reopens: None };
        let mut called = Vec::new();
        descendants(body, |node| match Call::of(node, script.reader.text) {
            Some(call) => {
                called.push(call.name);
                script.read(&call)
            }
            None => true,
        });
        script.close(usize::MAX, body);
        for name in called {
            if functions.contains_key(name) && !queue.contains(&name) {
                queue.push(name);
            }
        }
        next += 1;
    }
}

/// The functions of a module.
fn functions<'s>(root: Node<'s>, text: &'s str) -> BTreeMap<&'s str, Node<'s>> {
    let definition = |node: Node<'s>| match node.kind() {
        "decorated_definition" => node.child_by_field_name("definition"),
        "function_definition" => Some(node),
        _ => None,
    };
    let named = |node: Node<'s>| Some((node_text(node.child_by_field_name("name")?, text), node));
    children(root).into_iter().filter_map(definition).filter_map(named).collect()
}

struct Upgrade<'r, 's, 't> {
    reader: &'r mut Reader<'s, 't>,
    /// The table of the batch that is open.
    batch: String,
    /// Where a block that left the transaction ends.
    reopens: Option<usize>,
}

impl<'s> Upgrade<'_, 's, '_> {
    /// Reads a call; whether what is inside it is read too.
    fn read(&mut self, call: &Call<'s>) -> bool {
        self.close(call.node.start_byte(), call.node);
        let is_batch = call.receiver != "op" && call.receiver.contains("batch");
        match call.name {
            "batch_alter_table" => {
                self.batch = self.table(call, 0, "table_name").unwrap_or_default();
                false
            }
            "autocommit_block" => {
                self.reader.change(call.node, Operation::End, "", "");
                let mut block = call.node;
                while let Some(parent) = block.parent().filter(|_| block.kind() != "with_statement") {
                    block = parent;
                }
                self.reopens = Some(block.end_byte());
                false
            }
            "execute" if call.receiver == "op" => {
                self.execute(call);
                false
            }
            "execute" | "exec_driver_sql" => {
                // What is no text is an expression about rows.
                if call.at(0).is_some_and(|node| literal(node, self.reader.text).is_some()) {
                    self.reader.sql(call.at(0), call);
                }
                true
            }
            "create_all" | "drop_all" => {
                self.reader.not_understood(call.node, "tables of the models of today");
                false
            }
            _ if call.receiver == "op" || is_batch => {
                if self.operation(call, is_batch).is_none() {
                    self.reader.not_understood(call.node, &format!("`{}` with computed names", call.name));
                }
                false
            }
            _ => true,
        }
    }

    fn execute(&mut self, call: &Call<'s>) {
        let argument = call.get(0, "sqltext");
        // `table.update().values(…)`: an expression about rows.
        let is_expression = argument.is_some_and(|node| {
            node.kind() == "call"
                && Call::of(node, self.reader.text).is_some_and(|inner| inner.name != "text" && inner.name != "format")
        });
        if !is_expression {
            self.reader.sql(argument, call);
        }
    }

    /// Goes back into the transaction behind the block that left it.
    fn close(&mut self, at: usize, node: Node<'_>) {
        if self.reopens.is_some_and(|end| end <= at) {
            self.reopens = None;
            self.reader.change(node, Operation::Begin, "", "");
        }
    }

    /// A table's name with its schema.
    fn table(&self, call: &Call<'s>, index: usize, key: &str) -> Option<String> {
        let name = call.word(index, key)?;
        let schema = call.key("schema").and_then(|schema| literal(schema, self.reader.text));
        Some(match schema {
            Some(schema) if schema.text != "public" => format!("{}.{name}", schema.text),
            _ => name,
        })
    }

    /// Reads an operation; `None` where a name is computed.
    fn operation(&mut self, call: &Call<'s>, is_batch: bool) -> Option<()> {
        let node = call.node;
        let range = || node.byte_range();
        // In a batch the table is not named, so that other arguments move up.
        let shift = |index: usize| if is_batch { index - 1 } else { index };
        let table = |upgrade: &Self, index: usize, key: &str| {
            if is_batch { Some(upgrade.batch.clone()) } else { upgrade.table(call, index, key) }
        };
        match call.name {
            "create_table" => {
                let parts = || call.arguments.iter().filter(|one| one.key.is_empty()).skip(1).map(|one| one.value);
                let columns: Vec<_> = parts().filter_map(|part| self.column(part)).collect();
                let constraints = parts().filter_map(|part| self.table_constraint(part)).collect();
                let is_constraint = |part: Node<'s>| {
                    Call::of(part, self.reader.text).is_some_and(|one| one.name.ends_with("Constraint"))
                };
                let is_open = parts().filter(|&part| !is_constraint(part)).count() != columns.len();
                let name = self.table(call, 0, "table_name")?;
                let operation = if call.is("if_not_exists", "True") {
                    Operation::CreateTableIfMissing
                } else {
                    Operation::CreateTable
                };
                self.reader.table(node, operation, &name, columns, constraints, is_open);
            }
            "drop_table" => self.reader.change(node, Operation::DropTable, &self.table(call, 0, "table_name")?, ""),
            "rename_table" => {
                let new = call.word(1, "new_table_name")?;
                self.reader.change(node, Operation::RenameTable, &self.table(call, 0, "old_table_name")?, &new);
            }
            "add_column" => {
                let table = table(self, 0, "table_name")?;
                let column = self.column(call.get(shift(1), "column")?)?;
                self.reader.column(node, &table, &column);
            }
            "drop_column" => {
                let column = call.word(shift(1), "column_name")?;
                self.reader.change(node, Operation::DropColumn, &table(self, 0, "table_name")?, &column);
            }
            "alter_column" => {
                let column = call.word(shift(1), "column_name")?;
                self.alter_column(call, &table(self, 0, "table_name")?, &column);
            }
            "create_index" => {
                let operation = if call.is("postgresql_concurrently", "True") {
                    Operation::CreateIndexConcurrently
                } else {
                    Operation::CreateIndex
                };
                let name = self.index_name(call).unwrap_or_default();
                let (columns, detail) = self.index_columns(call, call.get(shift(2), "columns"));
                let change = Change::new(operation, table(self, 1, "table_name")?, name, range());
                self.reader.add(node, change.of(columns).saying(detail));
            }
            "drop_index" => {
                let operation = if call.is("postgresql_concurrently", "True") {
                    Operation::DropIndexConcurrently
                } else {
                    Operation::DropIndex
                };
                let table = table(self, 1, "table_name").unwrap_or_default();
                self.reader.change(node, operation, &table, &self.index_name(call)?);
            }
            "create_foreign_key" | "create_primary_key" | "create_unique_constraint" | "create_check_constraint" => {
                self.constraint(call, is_batch)?;
            }
            "drop_constraint" => {
                let name = self.name_of(call.get(0, "constraint_name")).unwrap_or_default();
                self.reader.change(node, Operation::DropConstraint, &table(self, 1, "table_name")?, &name);
            }
            "create_exclude_constraint" => {
                self.reader.change(node, Operation::AlterTable, &table(self, 1, "table_name")?, "");
            }
            name if HARMLESS.contains(&name) => {}
            _ => return None,
        }
        Some(())
    }

    fn index_name(&self, call: &Call<'s>) -> Option<String> {
        self.name_of(call.get(0, "index_name"))
    }

    /// `"ix"` or `op.f("ix")`.
    fn name_of(&self, node: Option<Node<'s>>) -> Option<String> {
        let node = node?;
        let inner = Call::of(node, self.reader.text).filter(|inner| inner.name == "f").and_then(|inner| inner.at(0));
        literal(inner.unwrap_or(node), self.reader.text).map(|literal| literal.text.into_owned())
    }

    /// What an index leads with, and whether its condition leaves rows out.
    fn index_columns(&self, call: &Call<'s>, list: Option<Node<'s>>) -> (Vec<Column>, &'static str) {
        let columns = self.reader.names(list);
        let first = list.and_then(|list| list.named_child(0));
        let leads = first.is_some_and(|first| literal(first, self.reader.text).is_some());
        let detail = match () {
            () if call.key("postgresql_where").is_some() => "partial",
            () if leads => "",
            () if first.is_some_and(|first| first.kind() == "call") => "expression",
            () => "computed",
        };
        (columns, detail)
    }

    /// A constraint in `create_table`: `sa.ForeignKeyConstraint(["a"], ["b.id"])`.
    fn table_constraint(&self, node: Node<'s>) -> Option<Constraint> {
        let text = self.reader.text;
        let call = Call::of(node, text)?;
        // What closes a cycle of tables is left out of `CREATE TABLE`.
        if call.is("use_alter", "True") {
            return None;
        }
        let kind = match call.name {
            "PrimaryKeyConstraint" => ConstraintKind::PrimaryKey,
            "UniqueConstraint" => ConstraintKind::Unique,
            "ForeignKeyConstraint" => ConstraintKind::ForeignKey,
            _ => return None,
        };
        let positional = call.arguments.iter().filter(|one| one.key.is_empty()).map(|one| one.value);
        let columns = match kind {
            ConstraintKind::ForeignKey => self.reader.names(call.get(0, "columns")),
            _ => positional.flat_map(|value| self.reader.names(Some(value))).collect(),
        };
        let target = self.reader.names(call.get(1, "refcolumns")).into_iter().next();
        let references = target.filter(|_| kind == ConstraintKind::ForeignKey).map(|one| table_of_column(&one.name));
        Some(Constraint {
            kind,
            name: self.name_of(call.key("name")).unwrap_or_default(),
            columns: columns.into_iter().map(|column| column.name).collect(),
            references: references.unwrap_or_default(),
        })
    }

    fn constraint(&mut self, call: &Call<'s>, is_batch: bool) -> Option<()> {
        let shift = |index: usize| if is_batch { index - 1 } else { index };
        let is_foreign = call.name == "create_foreign_key";
        let key = if is_foreign { "source_table" } else { "table_name" };
        let table = if is_batch { self.batch.clone() } else { self.table(call, 1, key)? };
        let is_unvalidated = call.is("postgresql_not_valid", "True");
        let (operation, columns) = match call.name {
            "create_foreign_key" => (Operation::AddForeignKey, call.get(shift(3), "local_cols")),
            "create_primary_key" => (Operation::AddPrimaryKey, call.get(shift(2), "columns")),
            "create_unique_constraint" => (Operation::AddUnique, call.get(shift(2), "columns")),
            _ => (Operation::AddCheck, None),
        };
        let operation = if is_unvalidated { Operation::AddUnvalidated } else { operation };
        let detail = if is_foreign { call.word(shift(2), "referent_table").unwrap_or_default() } else { String::new() };
        let name = self.name_of(call.get(0, "constraint_name")).unwrap_or_default();
        let columns = self.reader.names(columns);
        let change = Change::new(operation, table, name, call.node.byte_range()).of(columns).saying(detail);
        self.reader.add(call.node, change);
        Some(())
    }

    fn alter_column(&mut self, call: &Call<'s>, table: &str, column: &str) {
        let node = call.node;
        let before = self.reader.statements.len();
        if let Some(kind) = call.key("type_") {
            let old = call.key("existing_type").map(|old| kind_of(old, self.reader.text)).unwrap_or_default();
            let old = Column { kind: old, ..Column::named(column) };
            let change = Change::new(Operation::ChangeType, table, column, node.byte_range());
            self.reader.add(node, change.of(vec![old]).saying(kind_of(kind, self.reader.text)));
        }
        if call.is("nullable", "False") && !call.is("existing_nullable", "False") {
            self.reader.change(node, Operation::SetNotNull, table, column);
        }
        if let Some(new) = call.word(usize::MAX, "new_column_name") {
            let change = Change::new(Operation::RenameColumn, table, column, node.byte_range());
            self.reader.add(node, change.saying(new));
        }
        if self.reader.statements.len() == before {
            self.reader.change(node, Operation::AlterTable, table, column);
        }
    }

    /// `sa.Column("name", sa.String(20), nullable=False)`.
    fn column(&self, node: Node<'s>) -> Option<NewColumn> {
        let text = self.reader.text;
        let call = Call::of(node, text).filter(|call| call.name == "Column")?;
        let has = |name: &str| {
            let mut parts = call.arguments.iter().filter(|argument| argument.key.is_empty());
            parts.any(|argument| Call::of(argument.value, text).is_some_and(|inner| inner.name == name))
        };
        let kind = call.get(1, "type_").map(|node| kind_of(node, text)).unwrap_or_default();
        let key = call.arguments.iter().filter(|one| one.key.is_empty());
        let key = key.filter_map(|one| Call::of(one.value, text)).find(|inner| inner.name == "ForeignKey");
        let references = key.and_then(|key| literal(key.at(0)?, text)).map(|target| table_of_column(&target.text));
        let has_default = call.key("server_default").is_some_and(|value| node_text(value, text) != "None");
        Some(NewColumn {
            name: call.word(0, "name")?,
            kind,
            is_required: call.is("nullable", "False") || call.is("primary_key", "True"),
            is_filled: has_default || has("Identity") || has("Computed") || has("Sequence"),
            is_unique: call.is("unique", "True"),
            has_index: call.is("index", "True"),
            is_reference: has("ForeignKey"),
            is_key: call.is("primary_key", "True"),
            references: references.unwrap_or_default(),
            rewrites: match call.key("server_default") {
                Some(default) => rewriting(node_text(default, text)),
                None if has("Identity") => REWRITE_SERIAL,
                None if has("Computed") && node_text(call.node, text).contains("persisted=True") => REWRITE_STORED,
                None => "",
            },
        })
    }
}

/// `public.users.id` → `users`.
fn table_of_column(written: &str) -> String {
    let table = written.rsplit_once('.').map_or(written, |(table, _)| table);
    table.strip_prefix("public.").unwrap_or(table).to_owned()
}

/// A type of `SQLAlchemy` in SQL's words.
fn kind_of(node: Node<'_>, text: &str) -> String {
    let call = Call::of(node, text);
    let written = node_text(node, text);
    let path = call.as_ref().map_or(written, |call| call.name);
    let name = path.rsplit('.').next().unwrap_or("");
    let number = |index: usize, key: &str| {
        let value = call.as_ref().and_then(|call| call.get(index, key)).map(|value| node_text(value, text));
        value.filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_zoned = call.as_ref().is_some_and(|call| call.is("timezone", "True"));
    let sized = |name: &str| number(0, "length").map_or_else(|| name.to_owned(), |length| format!("{name}({length})"));
    match name {
        "String" | "Unicode" | "VARCHAR" | "NVARCHAR" | "AutoString" => sized("varchar"),
        "CHAR" | "NCHAR" => sized("char"),
        "Text" | "UnicodeText" | "TEXT" => "text".to_owned(),
        "Integer" | "INTEGER" | "INT" => "integer".to_owned(),
        "BigInteger" | "BIGINT" => "bigint".to_owned(),
        "SmallInteger" | "SMALLINT" => "smallint".to_owned(),
        "Boolean" | "BOOLEAN" => "boolean".to_owned(),
        "DateTime" | "TIMESTAMP" | "DATETIME" => if is_zoned { "timestamptz" } else { "timestamp" }.to_owned(),
        "Numeric" | "NUMERIC" | "DECIMAL" => match (number(0, "precision"), number(1, "scale")) {
            (Some(precision), Some(scale)) => format!("numeric({precision},{scale})"),
            (Some(precision), None) => format!("numeric({precision})"),
            _ => "numeric".to_owned(),
        },
        "UUID" | "Uuid" | "JSON" | "JSONB" | "Date" | "DATE" => name.to_ascii_lowercase(),
        _ => written.split_whitespace().collect::<String>(),
    }
}
