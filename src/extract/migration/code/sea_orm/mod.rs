//! `SeaORM`: the statements that `up` hands to its `SchemaManager`, and the SQL that it runs itself.

mod columns;
mod names;

use std::collections::BTreeMap;

use tree_sitter::Node;

use self::names::{Names, names, written};
use super::call::Call;
use super::laravel::snake;
use super::php::chain;
use super::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Column, Constraint, ConstraintKind, Operation};
use crate::syntax::{descendants, node_text};

/// Methods of the manager that change no table.
const HARMLESS: &[&str] = &["create_type", "drop_type", "alter_type", "has_table", "has_column", "has_index"];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    let names = names(root, text);
    let mut functions: BTreeMap<&str, Node<'s>> = BTreeMap::new();
    descendants(root, |node| {
        if node.kind() == "function_item"
            && let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body"))
        {
            functions.insert(node_text(name, text), body);
        }
        if node.kind() == "function_item" && node_text(node, text).contains("fn use_transaction") {
            reader.no_transaction |= node_text(node, text).contains("Some(false)");
        }
        true
    });
    let mut queue = vec!["up"];
    let mut next = 0;
    while let Some(body) = queue.get(next).and_then(|name| functions.get(name)).copied() {
        descendants(body, |node| {
            let Some(call) = Call::of(node, text) else { return true };
            if call.name != "down" && functions.contains_key(call.name) && !queue.contains(&call.name) {
                queue.push(call.name);
            }
            statement(reader, &call, &names)
        });
        next += 1;
    }
    if next == 0 {
        reader.not_understood(root, "a migration without `up`");
    }
}

/// Reads a call; whether what is inside it is read too.
fn statement<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, names: &Names) -> bool {
    match call.name {
        "execute_unprepared" => {
            reader.sql(call.at(0), call);
            return false;
        }
        // `Statement::from_string(backend, "…")`.
        "from_string" | "from_sql_and_values" if call.receiver.ends_with("Statement") => {
            reader.sql(call.at(1), call);
            return false;
        }
        _ => {}
    }
    let is_manager =
        call.receiver.rsplit(['.', ':']).next().is_some_and(|last| last.trim() == "manager" || last.trim() == "m");
    if !is_manager {
        return true;
    }
    if HARMLESS.contains(&call.name) || call.name.starts_with("get_") || call.name == "exec_stmt" {
        return true;
    }
    let Some(argument) = call.at(0).and_then(|argument| Call::of(argument, reader.text)) else {
        if call.name.contains('_') {
            reader.not_understood(call.node, &format!("`{}` of a statement that is made elsewhere", call.name));
        }
        return true;
    };
    let script = Builder { links: chain(&argument, reader.text), names, node: call.node };
    let is_known = match call.name {
        "create_table" => script.create_table(reader),
        "alter_table" => script.alter_table(reader),
        "drop_table" | "truncate_table" => script.each_table(reader, call.name == "drop_table"),
        "rename_table" => script.rename_table(reader),
        "create_index" => script.create_index(reader),
        "drop_index" => script.drop_index(reader),
        "create_foreign_key" => script.foreign_key(reader, &script.links),
        "drop_foreign_key" => script.table().map(|table| {
            reader.change(script.node, Operation::DropConstraint, &table, &script.word("name").unwrap_or_default());
        }),
        _ => return true,
    };
    if is_known.is_none() {
        reader.not_understood(call.node, &format!("`{}` with computed names", call.name));
    }
    false
}

/// A statement that is built link by link.
struct Builder<'s, 'n> {
    links: Vec<Call<'s>>,
    names: &'n Names,
    node: Node<'s>,
}

impl<'s> Builder<'s, '_> {
    /// The name in the database that a value stands for.
    fn name(&self, call: &Call<'s>, index: usize) -> Option<String> {
        let value = call.at(index)?;
        if let Some(own) = written(call, value) {
            return Some(own);
        }
        let path = call.written(value).trim_start_matches('&').trim_end_matches(".into_iden()");
        if let Some(own) = self.names.get(path) {
            return Some(own.clone());
        }
        // An enum of another file, an entity: named as they are by default.
        let (owner, last) = path.rsplit_once("::")?;
        let is_path = path.chars().all(|one| one.is_alphanumeric() || matches!(one, ':' | '_'));
        let owner = owner.rsplit("::").next()?;
        is_path.then(|| match last {
            "Table" => snake(owner),
            // The module of an entity has the table's name, most of the time.
            "Entity" => owner.to_owned(),
            _ => snake(last),
        })
    }

    fn link(&self, name: &str) -> Option<&Call<'s>> {
        self.links.iter().find(|link| link.name == name)
    }

    fn word(&self, name: &str) -> Option<String> {
        let link = self.link(name)?;
        link.word(0, "")
    }

    fn table(&self) -> Option<String> {
        self.name(self.link("table")?, 0)
    }

    fn create_table(&self, reader: &mut Reader<'s, '_>) -> Option<()> {
        let table = self.table().or_else(|| self.name(self.link("table_auto")?, 0))?;
        let (mut columns, mut constraints) = (Vec::new(), Vec::new());
        let mut is_open = false;
        for link in &self.links {
            match link.name {
                "col" => match self.column(link, reader.text) {
                    Some(column) => columns.push(column),
                    None => is_open = true,
                },
                "foreign_key" => match self.key(link, reader.text) {
                    Some((columns, references)) => constraints.push(Constraint {
                        kind: ConstraintKind::ForeignKey,
                        name: String::new(),
                        columns,
                        references,
                    }),
                    None => is_open = true,
                },
                "primary_key" | "index" => {
                    let inner = Self::inner(link, reader.text).unwrap_or_default();
                    let columns = self.all("col", &inner);
                    let is_key = link.name == "primary_key" || inner.iter().any(|one| one.name == "primary");
                    let kind = if is_key { ConstraintKind::PrimaryKey } else { ConstraintKind::Unique };
                    constraints.push(Constraint { kind, name: String::new(), columns, references: String::new() });
                }
                "table_auto" => {
                    for name in ["created_at", "updated_at"] {
                        columns.push(NewColumn { name: name.to_owned(), ..NewColumn::default() });
                    }
                    is_open = true;
                }
                _ => {}
            }
        }
        let is_lenient = self.link("if_not_exists").is_some();
        let operation = if is_lenient { Operation::CreateTableIfMissing } else { Operation::CreateTable };
        reader.table(self.node, operation, &table, columns, constraints, is_open);
        Some(())
    }

    fn alter_table(&self, reader: &mut Reader<'s, '_>) -> Option<()> {
        let table = self.table()?;
        for link in &self.links {
            match link.name {
                "add_column" | "add_column_if_not_exists" => {
                    let before = reader.statements.len();
                    reader.column(self.node, &table, &self.column(link, reader.text)?);
                    let is_lenient = link.name != "add_column";
                    reader.statements.iter_mut().skip(before).for_each(|one| one.is_lenient |= is_lenient);
                }
                "drop_column" => reader.change(self.node, Operation::DropColumn, &table, &self.name(link, 0)?),
                "rename_column" => {
                    let change =
                        Change::new(Operation::RenameColumn, &*table, self.name(link, 0)?, self.node.byte_range());
                    reader.add(self.node, change.saying(self.name(link, 1)?));
                }
                "modify_column" => self.modify(reader, link, &table)?,
                "add_foreign_key" => {
                    let inner = Self::inner(link, reader.text);
                    let (columns, references) = match inner {
                        Some(inner) => self.key_of(&inner)?,
                        None => (Vec::new(), String::new()),
                    };
                    let columns = columns.into_iter().map(Column::named).collect();
                    let change = Change::new(Operation::AddForeignKey, &*table, "", self.node.byte_range());
                    reader.add(self.node, change.of(columns).saying(references));
                }
                "drop_foreign_key" => reader.change(self.node, Operation::DropConstraint, &table, ""),
                _ => {}
            }
        }
        Some(())
    }

    fn modify(&self, reader: &mut Reader<'s, '_>, link: &Call<'s>, table: &str) -> Option<()> {
        let column = self.column(link, reader.text)?;
        let change = |operation| Change::new(operation, table, column.name.clone(), self.node.byte_range());
        if !column.kind.is_empty() {
            reader.add(self.node, change(Operation::StateType).saying(column.kind.clone()));
        }
        let inner = Self::inner(link, reader.text).unwrap_or_default();
        let is_stated = inner.iter().any(|one| one.name == "not_null");
        // Helpers such as `string(…)` say it by their names.
        if is_stated || column.is_required {
            reader.add(self.node, change(Operation::StateNotNull));
        }
        Some(())
    }

    fn each_table(&self, reader: &mut Reader<'s, '_>, is_drop: bool) -> Option<()> {
        let operation = if is_drop { Operation::DropTable } else { Operation::Truncate };
        let is_lenient = self.link("if_exists").is_some();
        for link in self.links.iter().filter(|link| link.name == "table") {
            let change = Change::new(operation, self.name(link, 0)?, "", self.node.byte_range());
            reader.add(self.node, Change { is_lenient, ..change });
        }
        Some(())
    }

    fn rename_table(&self, reader: &mut Reader<'s, '_>) -> Option<()> {
        let link = self.link("table")?;
        reader.change(self.node, Operation::RenameTable, &self.name(link, 0)?, &self.name(link, 1)?);
        Some(())
    }

    fn create_index(&self, reader: &mut Reader<'s, '_>) -> Option<()> {
        let columns: Vec<Column> = self.all("col", &self.links).into_iter().map(Column::named).collect();
        let is_concurrent = self.link("concurrently").is_some();
        let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
        let detail = match () {
            () if self.link("and_where").is_some() => "partial",
            () if self.link("full_text").is_some() => crate::facts::TEXT_INDEX,
            () if columns.is_empty() => "computed",
            () => "",
        };
        let change =
            Change::new(operation, self.table()?, self.word("name").unwrap_or_default(), self.node.byte_range());
        let change = Change { is_lenient: self.link("if_not_exists").is_some(), ..change };
        reader.add(self.node, change.of(columns).saying(detail));
        Some(())
    }

    fn drop_index(&self, reader: &mut Reader<'s, '_>) -> Option<()> {
        let table = self.table().unwrap_or_default();
        reader.change(self.node, Operation::DropIndex, &table, &self.word("name")?);
        Some(())
    }

    fn foreign_key(&self, reader: &mut Reader<'s, '_>, links: &[Call<'s>]) -> Option<()> {
        let from = links.iter().find(|link| matches!(link.name, "from" | "from_tbl"))?;
        let table = self.name(from, 0)?;
        let (columns, references) = self.key_of(links)?;
        let columns = columns.into_iter().map(Column::named).collect();
        let change =
            Change::new(Operation::AddForeignKey, table, self.word("name").unwrap_or_default(), self.node.byte_range());
        reader.add(self.node, change.of(columns).saying(references));
        Some(())
    }

    /// The links of the statement that an argument builds, through `&mut`.
    fn inner(link: &Call<'s>, text: &'s str) -> Option<Vec<Call<'s>>> {
        let mut value = link.at(0)?;
        if value.kind() == "reference_expression" {
            value = value.child_by_field_name("value")?;
        }
        Some(chain(&Call::of(value, text)?, text))
    }

    /// The columns of a key and the table that it refers to.
    fn key(&self, link: &Call<'s>, text: &'s str) -> Option<(Vec<String>, String)> {
        self.key_of(&Self::inner(link, text)?)
    }

    fn key_of(&self, links: &[Call<'s>]) -> Option<(Vec<String>, String)> {
        let find = |names: &[&str]| links.iter().find(|link| names.contains(&link.name));
        let references = self.name(find(&["to", "to_tbl"])?, 0)?;
        let columns = match find(&["from"]) {
            Some(from) => self.name(from, 1).into_iter().collect(),
            None => self.all("from_col", links),
        };
        Some((columns, references))
    }

    /// The names that all links of a kind give.
    fn all(&self, name: &str, links: &[Call<'s>]) -> Vec<String> {
        links.iter().filter(|link| link.name == name).filter_map(|link| self.name(link, 0)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn what_the_manager_is_given_is_what_it_runs() {
        let text = r#"
use sea_orm_migration::{prelude::*, schema::*};

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Users::Table)
                    .if_not_exists()
                    .col(pk_auto(Users::Id))
                    .col(string(Users::Name))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table(Orders::Table)
                    .add_column(ColumnDef::new(Orders::Note).text().null())
                    .add_column(ColumnDef::new(Orders::OrderCode).string_len(9).not_null())
                    .drop_column(Orders::Old)
                    .rename_column(Alias::new("a"), Orders::B)
                    .modify_column(ColumnDef::new(Orders::State).text().not_null())
                    .to_owned(),
            )
            .await?;
        manager.create_index(Index::create().name("i").table(Orders::Table).col(Orders::OrderCode).to_owned()).await?;
        manager
            .create_foreign_key(
                ForeignKey::create().name("k").from(Orders::Table, Orders::UserId).to(Users::Table, Users::Id).to_owned(),
            )
            .await?;
        manager.drop_table(Table::drop().table(Carts::Table).to_owned()).await?;
        manager.get_connection().execute_unprepared("DELETE FROM orders").await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Users::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
#[sea_orm(iden = "order")]
enum Orders {
    Table,
    Note,
    OrderCode,
    #[sea_orm(iden = "ancient")]
    Old,
    B,
    State,
    UserId,
}
"#;
        assert_eq!(
            operations("migration/src/m20240101_000001_a.rs", text),
            [
                "create-table-if-missing users.",
                "add-column order.note",
                "add-required-column order.order_code",
                "drop-column order.ancient",
                "rename-column order.a",
                "state-type order.state",
                "state-not-null order.state",
                "create-index order.i",
                "add-foreign-key order.k",
                "drop-table carts.",
                "delete-all orders.",
            ]
        );
    }
}
