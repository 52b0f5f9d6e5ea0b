//! Statements of MySQL and SQLite, by grammars of these dialects: what PostgreSQL's grammar does not read.
//!
//! The parser tries some forms twice, so that its time could double with every level. It sees only what is flat.
#![expect(
    clippy::redundant_closure_for_method_calls,
    reason = "the path of a method is of one parser's lifetime, a closure of all"
)]

use sqlparser::ast::{
    AlterColumnOperation, AlterTableAlgorithm, AlterTableLock, AlterTableOperation, ColumnDef, ColumnOption, DataType,
    Expr, GeneratedExpressionMode, Ident, ObjectName, RenameTableNameKind, Statement as Tree, TableConstraint, Value,
};
use sqlparser::dialect::{Dialect, MySqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token as Sign;

use super::action::{Action, is_serial};
use super::constraint;
use super::maintenance::is_volatile;
use super::name::normal;
use crate::facts::{
    Column, Operation, REWRITE_COPY, REWRITE_LOCK, REWRITE_SERIAL, REWRITE_STORED, REWRITE_VOLATILE, TEXT_INDEX,
};
use crate::syntax::sql::{SqlStatement, Token};

/// Deeper statements are left to their words.
const MAX_DEPTH: usize = 12;

/// Brackets inside brackets, as many as real statements have.
const MAX_BRACKETS: usize = 6;

/// As many tokens without a comma or a bracket between them.
const MAX_RUN: usize = 64;

/// Words of queries, and those that the parser tries to read in two ways: definitions of tables rarely have one of them.
const AMBIGUOUS: &[&str] = &["select", "interval", "position", "case", "with"];

/// The columns of a new table and their types; `None` where the grammars do not read the statement.
pub(super) fn kinds(text: &str, statement: &SqlStatement) -> Option<Vec<(String, String)>> {
    let parsed = tree(text, &statement.tokens, |parser| parser.parse_statement())?;
    let Tree::CreateTable(create) = parsed else { return None };
    Some(create.columns.iter().map(|column| (name(&column.name), kind(&column.data_type))).collect())
}

/// What MySQL is asked to do while an index is built, where that makes others wait.
pub(super) fn index_lock(text: &str, statement: &SqlStatement) -> Option<&'static str> {
    if !["algorithm", "lock"].iter().any(|word| statement.tokens.iter().any(|token| token.is_word(text, word))) {
        return None;
    }
    let Tree::CreateIndex(create) = tree(text, &statement.tokens, |parser| parser.parse_statement())? else {
        return None;
    };
    create.alter_options.iter().find_map(stops_writes)
}

/// Whether an option of MySQL makes writes wait.
fn stops_writes(option: &AlterTableOperation) -> Option<&'static str> {
    match option {
        AlterTableOperation::Algorithm { algorithm: AlterTableAlgorithm::Copy, .. } => Some(REWRITE_COPY),
        AlterTableOperation::Lock { lock: AlterTableLock::Shared | AlterTableLock::Exclusive, .. } => {
            Some(REWRITE_LOCK)
        }
        _ => None,
    }
}

/// What one action of an `ALTER TABLE` does; `None` where the grammars do not read it.
pub(super) fn action(text: &str, tokens: &[Token]) -> Option<Vec<Action>> {
    if let [add, open, ..] = tokens
        && add.is_word(text, "add")
        && open.is_sign(text, "(")
    {
        return columns(text, tokens);
    }
    let operation = tree(text, tokens, |parser| parser.parse_alter_table_operation())?;
    let one = |operation, object: String| Some(vec![Action::new(operation, object)]);
    match operation {
        AlterTableOperation::AddColumn { column_def, .. } => Some(added(&column_def)),
        AlterTableOperation::AddConstraint { constraint, .. } => Some(vec![constrained(text, tokens, &constraint)]),
        AlterTableOperation::DropColumn { column_names, .. } => {
            Some(column_names.iter().map(|column| Action::new(Operation::DropColumn, name(column))).collect())
        }
        AlterTableOperation::DropConstraint { name: dropped, .. }
        | AlterTableOperation::DropForeignKey { name: dropped, .. } => one(Operation::DropConstraint, name(&dropped)),
        AlterTableOperation::DropPrimaryKey { .. } => one(Operation::DropConstraint, String::new()),
        AlterTableOperation::DropIndex { name: dropped } => one(Operation::DropIndex, name(&dropped)),
        AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
            Some(vec![Action::new(Operation::RenameColumn, name(&old_column_name)).saying(name(&new_column_name))])
        }
        AlterTableOperation::RenameTable {
            table_name: RenameTableNameKind::As(table) | RenameTableNameKind::To(table),
        } => one(Operation::RenameTable, object(&table)),
        AlterTableOperation::ChangeColumn { old_name, new_name, data_type, .. } => {
            let (old, new) = (name(&old_name), name(&new_name));
            let changed = Action::new(Operation::ChangeType, new.clone()).saying(kind(&data_type));
            let renamed = (old != new).then(|| Action::new(Operation::RenameColumn, old).saying(new));
            Some(renamed.into_iter().chain([changed]).collect())
        }
        AlterTableOperation::ModifyColumn { col_name, data_type, .. } => {
            Some(vec![Action::new(Operation::ChangeType, name(&col_name)).saying(kind(&data_type))])
        }
        AlterTableOperation::AlterColumn { column_name, op } => Some(vec![altered(&column_name, &op)]),
        AlterTableOperation::Algorithm { .. } | AlterTableOperation::Lock { .. } => {
            Some(match stops_writes(&operation) {
                Some(how) => vec![Action::new(Operation::RewriteTable, "").saying(how)],
                None => vec![Action::new(Operation::AlterTable, "")],
            })
        }
        AlterTableOperation::AutoIncrement { .. } => one(Operation::AlterTable, String::new()),
        _ => None,
    }
}

/// What the grammars make of tokens, to the last of them.
fn tree<T>(text: &str, tokens: &[Token], read: impl Fn(&mut Parser<'_>) -> Result<T, ParserError>) -> Option<T> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    if !is_flat(text, tokens) {
        return None;
    }
    let written = text.get(first.range.start..last.range.end)?;
    let dialects: [&dyn Dialect; 2] = [&MySqlDialect {}, &SQLiteDialect {}];
    dialects.into_iter().find_map(|dialect| {
        let mut parser = Parser::new(dialect).with_recursion_limit(MAX_DEPTH).try_with_sql(written).ok()?;
        let tree = read(&mut parser).ok()?;
        (parser.peek_token_ref().token == Sign::EOF).then_some(tree)
    })
}

/// Whether a parser that tries forms twice is done with the tokens at once.
fn is_flat(text: &str, tokens: &[Token]) -> bool {
    let (mut depth, mut run) = (0_usize, 0_usize);
    tokens.iter().all(|token| {
        run += 1;
        match token.text(text) {
            "(" | "[" | "{" => (depth, run) = (depth + 1, 0),
            ")" | "]" | "}" => (depth, run) = (depth.saturating_sub(1), 0),
            "," => run = 0,
            _ => {}
        }
        depth <= MAX_BRACKETS && run <= MAX_RUN && !AMBIGUOUS.iter().any(|word| token.is_word(text, word))
    })
}

/// MySQL's `ADD (a int, b int)`.
fn columns(text: &str, tokens: &[Token]) -> Option<Vec<Action>> {
    let group = constraint::group(text, tokens)?;
    let parts = super::action::at_commas(text, group).into_iter();
    let columns: Option<Vec<ColumnDef>> =
        parts.map(|part| tree(text, part, |parser| parser.parse_column_def())).collect();
    Some(columns?.iter().flat_map(added).collect())
}

/// An added column, then the constraints that stand beside it.
fn added(column: &ColumnDef) -> Vec<Action> {
    let (named, kind) = (name(&column.name), kind(&column.data_type));
    let options = || column.options.iter().map(|option| &option.option);
    let is_filled = is_serial(&kind) || options().any(fills);
    let must = |option: &ColumnOption| matches!(option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_));
    let is_required = !is_filled && options().any(must);
    let operation = if is_required { Operation::AddRequiredColumn } else { Operation::AddColumn };
    let rewrites = if is_serial(&kind) { Some(REWRITE_SERIAL) } else { options().find_map(rewrites) };
    let columns = vec![Column { name: named.clone(), kind, is_filled, is_required }];
    let mut actions =
        vec![Action { columns, ..Action::new(operation, named.clone()).saying(rewrites.unwrap_or_default()) }];
    for option in options() {
        let (operation, detail) = match option {
            ColumnOption::PrimaryKey(_) => (Operation::AddPrimaryKey, String::new()),
            ColumnOption::Unique(_) => (Operation::AddUnique, String::new()),
            ColumnOption::ForeignKey(key) => (Operation::AddForeignKey, object(&key.foreign_table)),
            ColumnOption::Check(_) => (Operation::AddCheck, String::new()),
            _ => continue,
        };
        let columns = vec![Column::named(named.clone())];
        actions.push(Action { columns, ..Action::new(operation, "").saying(detail) });
    }
    actions
}

/// Whether rows that exist get a value.
fn fills(option: &ColumnOption) -> bool {
    match option {
        ColumnOption::Default(Expr::Value(value)) => value.value != Value::Null,
        ColumnOption::Default(_) | ColumnOption::Generated { .. } | ColumnOption::Identity(_) => true,
        ColumnOption::DialectSpecific(_) => counts(option),
        _ => false,
    }
}

fn counts(option: &ColumnOption) -> bool {
    let ColumnOption::DialectSpecific(signs) = option else { return false };
    let is_counter = |sign: &Sign| {
        let written = sign.to_string();
        written.eq_ignore_ascii_case("auto_increment") || written.eq_ignore_ascii_case("autoincrement")
    };
    signs.iter().any(is_counter)
}

/// Why each row is written for a column.
fn rewrites(option: &ColumnOption) -> Option<&'static str> {
    match option {
        ColumnOption::Default(default) => is_volatile(&default.to_string()).then_some(REWRITE_VOLATILE),
        ColumnOption::Generated { generation_expr_mode: Some(GeneratedExpressionMode::Stored), .. } => {
            Some(REWRITE_STORED)
        }
        _ => counts(option).then_some(REWRITE_SERIAL),
    }
}

fn constrained(text: &str, tokens: &[Token], constraint: &TableConstraint) -> Action {
    let index = |index: Option<&Ident>, detail: &str| {
        let columns = constraint::group(text, tokens).map(|group| constraint::names(text, group)).unwrap_or_default();
        let action = Action::new(Operation::CreateIndex, index.map(name).unwrap_or_default()).saying(detail);
        Action { columns, ..action }
    };
    match constraint {
        TableConstraint::Index(added) => index(added.name.as_ref(), ""),
        TableConstraint::FulltextOrSpatial(added) => index(added.opt_index_name.as_ref(), TEXT_INDEX),
        _ => Action::of_constraint(constraint::read(text, tokens)),
    }
}

fn altered(column: &Ident, operation: &AlterColumnOperation) -> Action {
    match operation {
        AlterColumnOperation::SetDataType { data_type, .. } => {
            Action::new(Operation::ChangeType, name(column)).saying(kind(data_type))
        }
        AlterColumnOperation::SetNotNull => Action::new(Operation::SetNotNull, name(column)),
        _ => Action::new(Operation::AlterTable, name(column)),
    }
}

fn name(ident: &Ident) -> String {
    normal(&ident.to_string())
}

fn object(object: &ObjectName) -> String {
    normal(&object.to_string())
}

/// A type in lower case, as the other readers write it.
fn kind(data_type: &DataType) -> String {
    data_type.to_string().to_ascii_lowercase().replace(", ", ",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sql::read;
    use crate::syntax::sql::{SqlMode, statements};

    fn changes(text: &str) -> Option<Vec<(Operation, String, String)>> {
        let statement = statements(text, 0..text.len(), SqlMode::Script).remove(0);
        let reading = read(text, &statement);
        let changes = reading.changes.into_iter().map(|one| (one.operation, one.object, one.detail));
        reading.unread.is_none().then(|| changes.collect())
    }

    #[test]
    fn actions_of_mysql_are_read_by_its_grammar() {
        let one = |operation, object: &str, detail: &str| Some(vec![(operation, object.to_owned(), detail.to_owned())]);
        for (action, expected) in [
            (
                "MODIFY `b` int(10) unsigned NOT NULL COMMENT 'x' AFTER `a`",
                one(Operation::ChangeType, "b", "int(10) unsigned"),
            ),
            ("MODIFY b enum('x','y') NOT NULL DEFAULT 'x'", one(Operation::ChangeType, "b", "enum('x','y')")),
            ("DROP FOREIGN KEY `k`", one(Operation::DropConstraint, "k", "")),
            ("ADD FULLTEXT INDEX `i` (`a`, `b`)", one(Operation::CreateIndex, "i", TEXT_INDEX)),
            ("ALGORITHM=INSTANT", one(Operation::AlterTable, "", "")),
            ("ALGORITHM=COPY", one(Operation::RewriteTable, "", REWRITE_COPY)),
            ("LOCK=SHARED", one(Operation::RewriteTable, "", REWRITE_LOCK)),
            ("ADD COLUMN `b` int AS (a + 1) STORED", one(Operation::AddColumn, "b", REWRITE_STORED)),
            ("ADD COLUMN `b` bigint unsigned AUTO_INCREMENT", one(Operation::AddColumn, "b", REWRITE_SERIAL)),
            ("ADD COLUMN `b` char(36) DEFAULT (uuid()) FIRST", one(Operation::AddColumn, "b", REWRITE_VOLATILE)),
            ("FROBNICATE `b`", None),
        ] {
            assert_eq!(changes(&format!("ALTER TABLE `t` {action}")), expected, "{action}");
        }
    }

    #[test]
    fn what_is_not_flat_is_left_to_its_words() {
        for deep in ["f(".repeat(7), "1 + ".repeat(40), "(select 1".to_owned(), "interval 1 day + ".to_owned()] {
            let text = format!("ALTER TABLE `t` ADD COLUMN `b` int unsigned DEFAULT {deep}");
            let [statement] = statements(&text, 0..text.len(), SqlMode::Script).try_into().unwrap();
            assert!(!is_flat(&text, &statement.tokens), "{deep}");
        }
    }
}
