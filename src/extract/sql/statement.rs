//! One statement: what it does to the schema, read with the grammar of PostgreSQL and, where another dialect does not
//! parse, by its leading words, which all dialects share.

use std::ops::Range;

use squawk_syntax::SourceFile;
use squawk_syntax::ast::{self, AstNode};

use super::action;
use super::name::normal;
use crate::facts::Operation;
use crate::syntax::sql::{MAX_NESTING, SqlMode, SqlStatement, Token, TokenKind, statements};

/// What a statement, or one action of it, does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Change {
    /// What it does.
    pub(in crate::extract) operation: Operation,
    /// The table, `""` where the statement names none.
    pub(in crate::extract) table: String,
    /// The column, index, constraint or new name.
    pub(in crate::extract) object: String,
    /// Its bytes in the file.
    pub(in crate::extract) range: Range<usize>,
}

/// A statement that may change the schema and could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Unread {
    /// Its bytes in the file.
    pub(in crate::extract) range: Range<usize>,
    /// What the parser said.
    pub(in crate::extract) message: String,
    /// Its actions that could be read.
    pub(in crate::extract) read: Vec<Change>,
}

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    CreateTable,
    CreateIndex,
    DropTable,
    DropIndex,
    AlterTable,
    RenameTable,
    Block,
    Other,
}

/// Words that may stand between the verb and the kind of object.
const BETWEEN: &[&str] = &[
    "or",
    "replace",
    "global",
    "local",
    "temp",
    "temporary",
    "unlogged",
    "foreign",
    "external",
    "virtual",
    "unique",
    "fulltext",
    "spatial",
    "clustered",
    "nonclustered",
    "materialized",
    "ignore",
    "online",
    "offline",
];

/// Reads a statement: what it does to tables, columns and indexes, in order.
pub(in crate::extract) fn read(text: &str, statement: &SqlStatement) -> Result<Vec<Change>, Unread> {
    match subject(text, &statement.tokens) {
        Subject::Other => Ok(Vec::new()),
        Subject::Block => Ok(block(text, statement)),
        subject => {
            if let Some(changes) = parsed(text, statement) {
                return Ok(changes);
            }
            by_words(text, statement, subject)
        }
    }
}

fn subject(text: &str, tokens: &[Token]) -> Subject {
    let Some((verb, rest)) = tokens.split_first() else { return Subject::Other };
    let is_between = |token: &&Token| BETWEEN.iter().any(|word| token.is_word(text, word));
    let is_view = rest.first().is_some_and(|token| token.is_word(text, "materialized"));
    let Some(object) = rest.iter().find(|token| !is_between(token)) else { return Subject::Other };
    let is = |word: &str| verb.is_word(text, word);
    let about = |word: &str| object.is_word(text, word);
    match () {
        () if is("do") => Subject::Block,
        () if is("create") && (about("table") || is_view && about("view")) => Subject::CreateTable,
        () if is("create") && about("index") => Subject::CreateIndex,
        () if is("drop") && about("table") => Subject::DropTable,
        () if is("drop") && about("index") => Subject::DropIndex,
        () if is("alter") && about("table") => Subject::AlterTable,
        () if is("rename") && about("table") => Subject::RenameTable,
        () => Subject::Other,
    }
}

/// The statements inside `DO $$ … $$`. What is not understood there is left to the parser of procedures.
fn block(text: &str, statement: &SqlStatement) -> Vec<Change> {
    let Some(body) = statement.tokens.iter().find(|token| token.kind == TokenKind::Text) else { return Vec::new() };
    let written = body.text(text);
    let tag = written.strip_prefix('$').and_then(|rest| rest.find('$')).map_or(1, |at| at + 2);
    let inside = body.range.start + tag..body.range.end.saturating_sub(tag).max(body.range.start + tag);
    statements(text, inside, SqlMode::Block)
        .iter()
        .filter(|inner| subject(text, &inner.tokens) != Subject::Block)
        .flat_map(|inner| read(text, inner).unwrap_or_else(|unread| unread.read))
        .collect()
}

/// What the grammar of PostgreSQL makes of a statement; `None` where it does not parse.
fn parsed(text: &str, statement: &SqlStatement) -> Option<Vec<Change>> {
    if statement.nesting > MAX_NESTING {
        return None;
    }
    // MySQL's quotes have the length of the standard's, so places stay what they are.
    let written = text.get(statement.range.clone())?.replace('`', "\"");
    let file = SourceFile::parse(&written).ok().ok()?;
    let mut parsed = file.stmts();
    let (Some(first), None) = (parsed.next(), parsed.next()) else { return None };
    let start = statement.range.start;
    let whole = statement.range.clone();
    let change = |operation, table: String, object: String| Change { operation, table, object, range: whole.clone() };
    Some(match first {
        ast::Stmt::CreateTable(create) => {
            let table = name_of(ast::HasCreateTable::table_name(&create))?;
            vec![change(Operation::CreateTable, table, String::new())]
        }
        ast::Stmt::CreateTableAs(create) => {
            vec![change(Operation::CreateTable, name_of(create.table_name())?, String::new())]
        }
        ast::Stmt::CreateIndex(create) => {
            let table = name_of(create.table_relation_name()?.table_name_ref())?;
            let index = create.index().map(|index| normal(&index.syntax().text().to_string())).unwrap_or_default();
            let operation = match create.concurrently_token() {
                Some(_) => Operation::CreateIndexConcurrently,
                None => Operation::CreateIndex,
            };
            vec![change(operation, table, index)]
        }
        ast::Stmt::DropTable(drop) => drop
            .table_name_refs()
            .filter_map(|table| Some(change(Operation::DropTable, name_of(Some(table))?, String::new())))
            .collect(),
        ast::Stmt::DropIndex(drop) if drop.concurrently_token().is_some() => Vec::new(),
        ast::Stmt::DropIndex(drop) => drop
            .index_refs()
            .filter_map(|index| Some(change(Operation::DropIndex, String::new(), name_of(Some(index))?)))
            .collect(),
        ast::Stmt::AlterTable(alter) => {
            let Some(relation) = alter.table_relation_name() else { return Some(Vec::new()) };
            let table = name_of(relation.table_name_ref())?;
            alter.actions().filter_map(|one| altered(&one, &table, start)).collect()
        }
        _ => return None,
    })
}

fn altered(action: &ast::AlterTableAction, table: &str, start: usize) -> Option<Change> {
    let (operation, object) = match action {
        ast::AlterTableAction::AddColumn(add) => {
            let operation = if is_required(add) { Operation::AddRequiredColumn } else { Operation::AddColumn };
            (operation, name_of(add.column_name())?)
        }
        ast::AlterTableAction::DropColumn(drop) => (Operation::DropColumn, name_of(drop.column_name_ref())?),
        ast::AlterTableAction::RenameColumn(rename) => (Operation::RenameColumn, name_of(rename.column_name_ref())?),
        ast::AlterTableAction::TableRenameTo(rename) => (Operation::RenameTable, name_of(rename.table_name())?),
        ast::AlterTableAction::AddConstraint(_) => (Operation::AddConstraint, String::new()),
        ast::AlterTableAction::DropConstraint(drop) => {
            (Operation::DropConstraint, name_of(drop.constraint_name_ref()).unwrap_or_default())
        }
        _ => return None,
    };
    let range = action.syntax().text_range();
    let range = start + usize::from(range.start())..start + usize::from(range.end());
    Some(Change { operation, table: table.to_owned(), object, range })
}

/// Whether a new column must have a value that nothing gives it.
fn is_required(add: &ast::AddColumn) -> bool {
    let mut required = false;
    for constraint in add.constraints() {
        match constraint {
            ast::Constraint::NotNullConstraint(_) | ast::Constraint::PrimaryKeyConstraint(_) => required = true,
            ast::Constraint::DefaultConstraint(_) | ast::Constraint::GeneratedConstraint(_) => return false,
            _ => {}
        }
    }
    required && !add.ty().is_some_and(|ty| action::is_serial(&ty.syntax().text().to_string()))
}

fn name_of(node: Option<impl AstNode>) -> Option<String> {
    Some(normal(&node?.syntax().text().to_string()))
}

/// What the leading words of a statement say in every dialect.
fn by_words(text: &str, statement: &SqlStatement, subject: Subject) -> Result<Vec<Change>, Unread> {
    let unread = |message: &str| Unread { range: statement.range.clone(), message: message.to_owned(), read: vec![] };
    let mut words = action::Words::new(text, &statement.tokens);
    let whole = statement.range.clone();
    let change = |operation, table: String, object: String| Change { operation, table, object, range: whole.clone() };
    words.skip_to(&["table", "index", "view"]);
    match subject {
        Subject::CreateTable => {
            words.skip_any(&["if", "not", "exists"]);
            let table = words.name().ok_or_else(|| unread("`CREATE TABLE` without a name"))?;
            Ok(vec![change(Operation::CreateTable, table, String::new())])
        }
        Subject::CreateIndex => {
            let is_concurrent = words.skip_any(&["concurrently"]);
            words.skip_any(&["if", "not", "exists"]);
            let index = if words.at("on") { String::new() } else { words.name().unwrap_or_default() };
            words.skip_to(&["on"]);
            words.skip_any(&["only"]);
            let table = words.name().ok_or_else(|| unread("`CREATE INDEX` without a table"))?;
            let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
            Ok(vec![change(operation, table, index)])
        }
        Subject::DropTable => {
            words.skip_any(&["if", "exists"]);
            let tables = words.names();
            if tables.is_empty() {
                return Err(unread("`DROP TABLE` without a name"));
            }
            Ok(tables.into_iter().map(|table| change(Operation::DropTable, table, String::new())).collect())
        }
        Subject::DropIndex => {
            if words.skip_any(&["concurrently"]) {
                return Ok(Vec::new());
            }
            words.skip_any(&["if", "exists"]);
            let indexes = words.names();
            let table = if words.skip_any(&["on"]) { words.name().unwrap_or_default() } else { String::new() };
            Ok(indexes.into_iter().map(|index| change(Operation::DropIndex, table.clone(), index)).collect())
        }
        Subject::RenameTable => words.renames().ok_or_else(|| unread("`RENAME TABLE` without two names")),
        Subject::AlterTable => {
            words.skip_any(&["if", "exists", "only"]);
            let table = words.name().ok_or_else(|| unread("`ALTER TABLE` without a name"))?;
            words.actions(&table)
        }
        Subject::Block | Subject::Other => Ok(Vec::new()),
    }
}
