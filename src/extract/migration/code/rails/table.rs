//! Tables as Active Record creates and changes them in blocks.

use super::columns::{column, new_columns, reference_to};
use crate::extract::migration::code::call::Call;
use crate::extract::migration::code::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Column, Constraint, ConstraintKind, Operation};
use crate::syntax::{descendants, node_text};

/// `create_table` and `change_table` with what their blocks say of columns.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let table = call.word(0, "");
    let table = match call.name {
        "create_join_table" => format!("{}_{}", table?, call.word(1, "")?),
        _ => table?,
    };
    let (mut columns, mut constraints): (Vec<NewColumn>, Vec<Constraint>) = (Vec::new(), Vec::new());
    // What loops, helpers and options add is not seen.
    let mut is_open = call.name != "create_table" || call.key("options").is_some();
    if let Some(block) = call.block {
        let parameter = block.child_by_field_name("parameters").map_or("", |list| node_text(list, reader.text));
        let parameter = parameter.trim_matches('|').trim();
        descendants(block, |node| {
            if let Some(inner) = Call::of(node, reader.text).filter(|inner| inner.receiver == parameter) {
                if call.name == "change_table" {
                    super::changed(reader, &inner, &table);
                } else {
                    columns.extend(new_columns(&inner, reader.text));
                    constraints.extend(table_constraint(reader, &inner));
                }
                return false;
            }
            let is_passed = node.kind() == "identifier"
                && node_text(node, reader.text) == parameter
                && node.parent().is_some_and(|parent| parent.kind() == "argument_list");
            let is_inner = matches!(node.kind(), "block" | "do_block") && node.id() != block.id();
            is_open |= is_passed || is_inner;
            true
        });
    }
    if call.name != "change_table" {
        let operation =
            if call.is("if_not_exists", "true") { Operation::CreateTableIfMissing } else { Operation::CreateTable };
        let key = call.word(usize::MAX, "primary_key").unwrap_or_else(|| "id".to_owned());
        if call.name == "create_table" && !call.is("id", "false") {
            let kind = call.word(usize::MAX, "id").unwrap_or_else(|| "bigint".to_owned());
            columns.push(NewColumn { is_key: true, is_required: true, ..column(call, key, &kind, reader.text) });
        }
        // A table that is made by force replaces the one that is there.
        let is_forced = call.key("force").is_some_and(|value| node_text(value, reader.text) != "false");
        if is_forced {
            let change = Change::new(Operation::DropTable, &*table, "", call.node.byte_range());
            reader.add(call.node, Change { is_lenient: true, ..change });
        }
        reader.table(call.node, operation, &table, columns, constraints, is_open);
        if is_forced && let Some(last) = reader.statements.last_mut() {
            last.is_lenient = true;
        }
    }
    Some(())
}

/// `t.index` and `t.foreign_key` in `create_table`.
fn table_constraint<'s>(reader: &Reader<'s, '_>, call: &Call<'s>) -> Option<Constraint> {
    let name = call.word(usize::MAX, "name").unwrap_or_default();
    let names = |columns: Vec<Column>| columns.into_iter().map(|column| column.name).collect();
    match call.name {
        "index" if call.key("where").is_none() => {
            let is_unique = call.is("unique", "true");
            let kind = if is_unique { ConstraintKind::Unique } else { ConstraintKind::Index };
            Some(Constraint { kind, name, columns: names(reader.names(call.at(0))), references: String::new() })
        }
        "foreign_key" => {
            let references = call.word(0, "")?;
            let column = call.word(usize::MAX, "column").unwrap_or_else(|| reference_to(&references));
            Some(Constraint { kind: ConstraintKind::ForeignKey, name, columns: vec![column], references })
        }
        _ => None,
    }
}
