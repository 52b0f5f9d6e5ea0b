//! Kysely's chains: `db.schema.createTable("a").addColumn(…)` and `alterTable("a").…`.

use super::builder::{HARMLESS, is_function, table_of};
use crate::extract::migration::code::call::Call;
use crate::extract::migration::code::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Constraint, ConstraintKind, Operation};
use crate::syntax::descendants;

/// Kysely's `createTable("a")` with the links that add columns and constraints.
pub(super) fn table<'s>(reader: &mut Reader<'s, '_>, link: &Call<'s>, chain: &[Call<'s>], name: &str) {
    let mut columns = Vec::new();
    let mut constraints = Vec::new();
    for one in chain {
        match one.name {
            "addColumn" => columns.extend(column(reader, one)),
            "addForeignKeyConstraint" => constraints.push(Constraint {
                kind: ConstraintKind::ForeignKey,
                name: one.word(0, "").unwrap_or_default(),
                columns: reader.names(one.at(1)).into_iter().map(|column| column.name).collect(),
                references: one.word(2, "").unwrap_or_default(),
            }),
            "addUniqueConstraint" | "addPrimaryKeyConstraint" => constraints.push(Constraint {
                kind: ConstraintKind::Unique,
                name: one.word(0, "").unwrap_or_default(),
                columns: reader.names(one.at(1)).into_iter().map(|column| column.name).collect(),
                references: String::new(),
            }),
            _ => {}
        }
    }
    let is_lenient = chain.iter().any(|one| one.name == "ifNotExists");
    let operation = if is_lenient { Operation::CreateTableIfMissing } else { Operation::CreateTable };
    reader.table(link.node, operation, name, columns, constraints, true);
}

/// `addColumn("a", "text", c => c.notNull().references("b.id"))`.
fn column<'s>(reader: &Reader<'s, '_>, link: &Call<'s>) -> Option<NewColumn> {
    let mut said = Vec::new();
    if let Some(callback) = link.arguments.iter().map(|one| one.value).find(|value| is_function(*value)) {
        descendants(callback, |inner| {
            said.extend(Call::of(inner, reader.text));
            true
        });
    }
    let says = |name: &str| said.iter().any(|call| call.name == name);
    let target = said.iter().find(|call| call.name == "references").and_then(|call| call.word(0, ""));
    let kind = link.word(1, "").unwrap_or_default();
    Some(NewColumn {
        name: link.word(0, "")?,
        is_required: says("notNull"),
        is_filled: says("defaultTo") || says("generatedAlwaysAs") || kind.contains("serial"),
        is_unique: says("unique"),
        is_reference: target.is_some(),
        is_key: says("primaryKey"),
        references: target.map(|target| table_of(&target)).unwrap_or_default(),
        kind,
        ..NewColumn::default()
    })
}

/// A link behind Kysely's `alterTable("a")`.
pub(super) fn action<'s>(reader: &mut Reader<'s, '_>, link: &Call<'s>, chain: &[Call<'s>], table: &str) {
    let node = link.node;
    let word = |index: usize| link.word(index, "").unwrap_or_default();
    let says = |name: &str| {
        let mut is_said = false;
        if let Some(callback) = link.arguments.iter().map(|one| one.value).find(|value| is_function(*value)) {
            descendants(callback, |inner| {
                is_said |= Call::of(inner, reader.text).is_some_and(|call| call.name == name);
                true
            });
        }
        is_said
    };
    let change = |operation| Change::new(operation, table, word(0), node.byte_range());
    match link.name {
        "addColumn" => {
            if let Some(column) = column(reader, link) {
                reader.column(node, table, &column);
            }
        }
        "dropColumn" => reader.add(node, change(Operation::DropColumn)),
        "renameColumn" => reader.add(node, change(Operation::RenameColumn).saying(word(1))),
        "renameTo" => reader.add(node, change(Operation::RenameTable)),
        "alterColumn" if says("setNotNull") => reader.add(node, change(Operation::SetNotNull)),
        "alterColumn" if says("setDataType") => reader.add(node, change(Operation::ChangeType)),
        "alterColumn" => reader.add(node, change(Operation::AlterTable)),
        "addForeignKeyConstraint" => {
            let columns = reader.names(link.at(1));
            reader.add(node, change(Operation::AddForeignKey).of(columns).saying(word(2)));
        }
        "addUniqueConstraint" | "addPrimaryKeyConstraint" => {
            let columns = reader.names(link.at(1));
            reader.add(node, change(Operation::AddUnique).of(columns));
        }
        "addCheckConstraint" => reader.add(node, change(Operation::AddCheck)),
        "dropConstraint" => reader.add(node, change(Operation::DropConstraint)),
        "addIndex" => reader.add(node, change(Operation::CreateIndex)),
        known if HARMLESS.contains(&known) && chain.len() > 1 => {}
        _ => reader.not_understood(node, &format!("`{}`", link.name)),
    }
}
