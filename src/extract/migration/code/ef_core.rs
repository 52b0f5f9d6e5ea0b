//! EF Core: the calls of the migration builder in `Up`.

use tree_sitter::Node;

use super::call::Call;
use super::reader::{NewColumn, Reader};
use crate::extract::sql::{Change, is_volatile};
use crate::facts::{Column, Constraint, ConstraintKind, Operation, REWRITE_SERIAL, REWRITE_STORED, REWRITE_VOLATILE};
use crate::syntax::{descendants, node_text};

/// Calls that change no table.
const HARMLESS: &[&str] = &[
    "AlterDatabase",
    "AlterSequence",
    "CreateSequence",
    "DropSequence",
    "RenameSequence",
    "RestartSequence",
    "EnsureSchema",
    "DropSchema",
    "InsertData",
    "UpdateData",
    "DeleteData",
    "RenameIndex",
    "Annotation",
    "OldAnnotation",
    "IsNpgsql",
    "IsSqlServer",
    "IsSqlite",
    "IsMySql",
];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let mut body = None;
    descendants(root, |node| {
        let is_up = node.kind() == "method_declaration"
            && node.child_by_field_name("name").is_some_and(|name| node_text(name, reader.text) == "Up");
        if is_up {
            body = body.or(Some(node));
        }
        !is_up
    });
    let Some(body) = body else { return reader.not_understood(root, "a migration without `Up`") };
    let parameter = body.child_by_field_name("parameters").map_or("", |list| node_text(list, reader.text));
    let builder = parameter.trim_matches(['(', ')']).split_whitespace().next_back().unwrap_or("");
    descendants(body, |node| match Call::of(node, reader.text) {
        Some(call) if call.receiver == builder => {
            if operation(reader, &call).is_none() {
                reader.not_understood(call.node, &format!("`{}` with computed names", call.name));
            }
            false
        }
        _ => true,
    });
}

/// Reads an operation; `None` where it is not known or a name is computed.
#[expect(clippy::too_many_lines, reason = "one table: what each call does")]
fn operation<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>) -> Option<()> {
    let node = call.node;
    let name = || call.word(0, "name");
    let table = || call.word(1, "table");
    match call.name {
        "CreateTable" => {
            let constraints = table_constraints(reader, call);
            reader.table(node, Operation::CreateTable, &name()?, Vec::new(), constraints, true);
        }
        "DropTable" => reader.change(node, Operation::DropTable, &name()?, ""),
        "RenameTable" => {
            // With a new schema alone the name stays; SQLite, which has none, does nothing then.
            let new = call.word(usize::MAX, "newName").unwrap_or_default();
            let stays = new.is_empty() || new == name()?;
            let operation = if stays { Operation::AlterTable } else { Operation::RenameTable };
            reader.change(node, operation, &name()?, if stays { "" } else { &new });
        }
        "AddColumn" => {
            let column = NewColumn {
                name: name()?,
                kind: call.word(2, "type").unwrap_or_default().to_ascii_lowercase(),
                is_required: !call.is("nullable", "true"),
                is_filled: ["defaultValue", "defaultValueSql", "computedColumnSql"]
                    .iter()
                    .any(|key| call.key(key).is_some_and(|value| node_text(value, reader.text) != "null"))
                    || has_annotation(call, reader.text, &["Identity", "ValueGenerationStrategy", "Autoincrement"])
                    || call.is("rowVersion", "true"),
                rewrites: match call.key("defaultValueSql") {
                    Some(default) if is_volatile(node_text(default, reader.text)) => REWRITE_VOLATILE,
                    _ if call.is("stored", "true") => REWRITE_STORED,
                    _ if has_annotation(call, reader.text, &["ValueGenerationStrategy"]) => REWRITE_SERIAL,
                    _ => "",
                },
                ..NewColumn::default()
            };
            reader.column(node, &table()?, &column);
        }
        "DropColumn" => reader.change(node, Operation::DropColumn, &table()?, &name()?),
        "RenameColumn" => {
            let change = Change::new(Operation::RenameColumn, table()?, name()?, node.byte_range());
            reader.add(node, change.saying(call.word(2, "newName")?));
        }
        "AlterColumn" => alter_column(reader, call, &table()?, &name()?),
        "CreateIndex" => {
            let is_concurrent = has_annotation(call, reader.text, &["CreatedConcurrently"]);
            let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
            let columns = reader.names(call.get(2, "column").or_else(|| call.key("columns")));
            let filter = call.word(usize::MAX, "filter").map(|filter| filter.to_ascii_lowercase());
            let detail = match filter {
                Some(filter) if !filter.ends_with("is not null") => "partial",
                _ if columns.is_empty() => "computed",
                _ => "",
            };
            let change = Change::new(operation, table()?, name()?, node.byte_range());
            reader.add(node, change.of(columns).saying(detail));
        }
        "DropIndex" => reader.change(node, Operation::DropIndex, &table().unwrap_or_default(), &name()?),
        "AddForeignKey" | "AddPrimaryKey" | "AddUniqueConstraint" => {
            let operation = match call.name {
                "AddForeignKey" => Operation::AddForeignKey,
                "AddPrimaryKey" => Operation::AddPrimaryKey,
                _ => Operation::AddUnique,
            };
            let columns = reader.names(call.get(2, "column"));
            let detail = call.word(usize::MAX, "principalTable").unwrap_or_default();
            reader.add(node, Change::new(operation, table()?, name()?, node.byte_range()).of(columns).saying(detail));
        }
        "AddCheckConstraint" | "CreateCheckConstraint" => {
            reader.change(node, Operation::AddCheck, &table()?, &name()?);
        }
        "DropForeignKey" | "DropPrimaryKey" | "DropUniqueConstraint" | "DropCheckConstraint" => {
            reader.change(node, Operation::DropConstraint, &table()?, &name()?);
        }
        "AlterTable" => reader.change(node, Operation::AlterTable, &name()?, ""),
        "Sql" => {
            let leaves = call.is("suppressTransaction", "true")
                || call.at(1).is_some_and(|value| node_text(value, reader.text) == "true");
            if leaves {
                reader.change(node, Operation::End, "", "");
            }
            reader.sql(call.get(0, "sql"), call);
            if leaves {
                reader.change(node, Operation::Begin, "", "");
            }
        }
        known if HARMLESS.contains(&known) => {}
        _ => return None,
    }
    Some(())
}

/// What the `constraints` of `CreateTable` say: `table.ForeignKey(name: …, column: x => x.UserId, principalTable: …)`.
fn table_constraints<'s>(reader: &Reader<'s, '_>, call: &Call<'s>) -> Vec<Constraint> {
    let mut constraints = Vec::new();
    let Some(lambda) = call.key("constraints") else { return constraints };
    descendants(lambda, |node| {
        let Some(inner) = Call::of(node, reader.text) else { return true };
        let kind = match inner.name {
            "PrimaryKey" => ConstraintKind::PrimaryKey,
            "UniqueConstraint" => ConstraintKind::Unique,
            "ForeignKey" => ConstraintKind::ForeignKey,
            _ => return true,
        };
        let columns = inner.get(1, if kind == ConstraintKind::ForeignKey { "column" } else { "columns" });
        let columns = columns.or_else(|| inner.get(1, "columns")).map_or("", |node| node_text(node, reader.text));
        let references = inner.word(usize::MAX, "principalTable").unwrap_or_default();
        let name = inner.word(0, "name").unwrap_or_default();
        constraints.push(Constraint { kind, name, columns: lambda_columns(columns), references });
        false
    });
    constraints
}

/// `x => x.A` and `x => new { x.A, x.B }`.
fn lambda_columns(written: &str) -> Vec<String> {
    let Some((parameter, body)) = written.split_once("=>") else { return Vec::new() };
    let prefix = format!("{}.", parameter.trim());
    let parts = body.split([',', '{', '}']).map(str::trim);
    let own = parts.filter_map(|part| part.strip_prefix("new").map_or(part, str::trim).strip_prefix(&prefix));
    own.map(|name| name.trim().to_owned()).collect()
}

fn alter_column<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str, column: &str) {
    let node = call.node;
    let before = reader.statements.len();
    let kind = |key: &str| call.word(usize::MAX, key).map(|kind| kind.to_ascii_lowercase());
    if let (Some(new), Some(old)) = (kind("type"), kind("oldType"))
        && new != old
    {
        let old = Column { kind: old, ..Column::named(column) };
        let change = Change::new(Operation::ChangeType, table, column, node.byte_range());
        reader.add(node, change.of(vec![old]).saying(new));
    }
    if !call.is("nullable", "true") && call.is("oldNullable", "true") {
        reader.change(node, Operation::SetNotNull, table, column);
    }
    if reader.statements.len() == before {
        reader.change(node, Operation::AlterTable, table, column);
    }
}

/// Whether an annotation that is chained to a call names one of these.
fn has_annotation(call: &Call<'_>, text: &str, names: &[&str]) -> bool {
    let mut node = call.node;
    while let Some(parent) = node.parent() {
        let is_chain = matches!(parent.kind(), "member_access_expression" | "invocation_expression");
        if !is_chain {
            break;
        }
        if let Some(outer) = Call::of(parent, text)
            && outer.name == "Annotation"
            && outer.word(0, "name").is_some_and(|written| names.iter().any(|name| written.contains(name)))
        {
            return true;
        }
        node = parent;
    }
    false
}
