//! What the actions of an `ALTER TABLE` do, from the syntax tree of PostgreSQL, and the types of a new table's columns.

use squawk_syntax::ast::{self, AstNode};

use super::constraint;
use super::name::normal;
use super::statement::{Change, name_of};
use super::{action, maintenance};
use crate::facts::{Column, Operation, REWRITE_SERIAL, REWRITE_STORAGE, REWRITE_STORED, REWRITE_VOLATILE};
use crate::syntax::sql::{SqlStatement, Token};

/// The columns of a new table and their types, as the grammar reads them.
pub(super) fn kinds(create: &ast::CreateTable) -> Vec<(String, String)> {
    let arguments = create.table_arg_list().into_iter().flat_map(|list| list.args());
    arguments
        .filter_map(|argument| match argument {
            ast::TableArg::Column(column) => Some((name_of(column.name())?, kind(column.ty()))),
            _ => None,
        })
        .collect()
}

/// What one action does; an added column may bring its constraints with it.
pub(super) fn read(text: &str, statement: &SqlStatement, action: &ast::AlterTableAction, table: &str) -> Vec<Change> {
    let range = action.syntax().text_range();
    let start = statement.range.start;
    let range = start + usize::from(range.start())..start + usize::from(range.end());
    let change =
        |operation, object: Option<String>| Change::new(operation, table, object.unwrap_or_default(), range.clone());
    match action {
        ast::AlterTableAction::AddColumn(add) => {
            let tokens = inside(statement, &range);
            match action::mysql_index(text, &tokens) {
                Some(index) => vec![change(index.operation, Some(index.object)).of(index.columns).saying(index.detail)],
                None => added(add, &change),
            }
        }
        ast::AlterTableAction::DropColumn(drop) => {
            vec![change(Operation::DropColumn, name_of(drop.column_name_ref()))]
        }
        ast::AlterTableAction::RenameColumn(rename) => {
            let new = name_of(rename.column_name()).unwrap_or_default();
            vec![change(Operation::RenameColumn, name_of(rename.column_name_ref())).saying(new)]
        }
        ast::AlterTableAction::TableRenameTo(rename) => {
            vec![change(Operation::RenameTable, name_of(rename.table_name()))]
        }
        ast::AlterTableAction::AddConstraint(_) => {
            let tokens = inside(statement, &range);
            let added = constraint::read(text, &tokens);
            vec![change(added.operation, Some(added.name)).of(added.columns).saying(added.detail)]
        }
        ast::AlterTableAction::DropConstraint(drop) => {
            vec![change(Operation::DropConstraint, name_of(drop.constraint_name_ref()))]
        }
        ast::AlterTableAction::ValidateConstraint(validate) => {
            vec![change(Operation::ValidateConstraint, name_of(validate.constraint_name_ref()))]
        }
        ast::AlterTableAction::AlterColumn(alter) => {
            let column = name_of(alter.column_name_ref());
            match alter.option() {
                Some(ast::AlterColumnOption::SetNotNull(_)) => vec![change(Operation::SetNotNull, column)],
                Some(ast::AlterColumnOption::SetType(set)) => {
                    vec![change(Operation::ChangeType, column).saying(kind(set.ty()))]
                }
                _ => vec![change(Operation::AlterTable, column)],
            }
        }
        ast::AlterTableAction::SetLogged(_)
        | ast::AlterTableAction::SetUnlogged(_)
        | ast::AlterTableAction::SetAccessMethod(_) => {
            vec![change(Operation::RewriteTable, None).saying(REWRITE_STORAGE)]
        }
        _ => vec![change(Operation::AlterTable, None)],
    }
}

/// The tokens of one action; a statement may have very many of both.
fn inside(statement: &SqlStatement, range: &std::ops::Range<usize>) -> Vec<Token> {
    let first = statement.tokens.partition_point(|token| token.range.start < range.start);
    statement.tokens.iter().skip(first).take_while(|token| token.range.end <= range.end).cloned().collect()
}

/// An added column, then the constraints that stand beside it.
fn added(add: &ast::AddColumn, change: &dyn Fn(Operation, Option<String>) -> Change) -> Vec<Change> {
    let Some(name) = name_of(add.column_name()) else { return vec![change(Operation::AlterTable, None)] };
    let kind = kind(add.ty());
    let fills = |constraint: &ast::Constraint| match constraint {
        ast::Constraint::GeneratedConstraint(_) => true,
        ast::Constraint::DefaultConstraint(default) => {
            !default.syntax().text().to_string().to_ascii_lowercase().trim_end().ends_with(" null")
        }
        _ => false,
    };
    let is_filled = action::is_serial(&kind) || add.constraints().any(|constraint| fills(&constraint));
    let must = |constraint: &ast::Constraint| {
        matches!(constraint, ast::Constraint::NotNullConstraint(_) | ast::Constraint::PrimaryKeyConstraint(_))
    };
    let is_required = !is_filled && add.constraints().any(|constraint| must(&constraint));
    let operation = if is_required { Operation::AddRequiredColumn } else { Operation::AddColumn };
    let column = Column { name: name.clone(), kind, is_filled, is_required };
    let rewrites = add.constraints().find_map(|constraint| rewrites(&constraint));
    let rewrites = if action::is_serial(&column.kind) { Some(REWRITE_SERIAL) } else { rewrites };
    let added = change(operation, Some(name.clone())).of(vec![column]).saying(rewrites.unwrap_or_default());
    let mut changes = vec![added];
    for constraint in add.constraints() {
        let (operation, detail) = match constraint {
            ast::Constraint::PrimaryKeyConstraint(_) => (Operation::AddPrimaryKey, None),
            ast::Constraint::UniqueConstraint(_) => (Operation::AddUnique, None),
            ast::Constraint::ReferencesConstraint(key) => (Operation::AddForeignKey, name_of(key.table())),
            ast::Constraint::CheckConstraint(_) => (Operation::AddCheck, None),
            _ => continue,
        };
        let added = change(operation, None).of(vec![Column::named(name.clone())]);
        changes.push(added.saying(detail.unwrap_or_default()));
    }
    changes
}

/// Why each row is written for a column: a default that differs, a number, a stored value.
fn rewrites(constraint: &ast::Constraint) -> Option<&'static str> {
    match constraint {
        ast::Constraint::DefaultConstraint(default) => {
            let written = default.syntax().text().to_string();
            let expression = written.trim_start().get("default".len()..).unwrap_or_default();
            maintenance::is_volatile(expression).then_some(REWRITE_VOLATILE)
        }
        ast::Constraint::GeneratedConstraint(generated) => {
            let written = generated.syntax().text().to_string().to_ascii_lowercase();
            match () {
                () if written.contains("identity") => Some(REWRITE_SERIAL),
                () if written.contains("stored") => Some(REWRITE_STORED),
                () => None,
            }
        }
        _ => None,
    }
}

/// A type as it is written, in lower case and without doubled blanks.
fn kind(ty: Option<ast::Type>) -> String {
    ty.map(|ty| tidy(&ty.syntax().text().to_string())).unwrap_or_default()
}

/// A type without the accidents of its writing; a name in quotes keeps its case.
pub(super) fn tidy(written: &str) -> String {
    if written.contains('"') {
        return normal(written);
    }
    written.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase()
}
