//! One statement: what it does to the schema, read with the grammar of PostgreSQL, where that does not parse with those of
//! MySQL and SQLite, and where none does by its leading words, which all dialects share.

use std::iter;
use std::ops::Range;

use squawk_syntax::SourceFile;
use squawk_syntax::ast::{self, AstNode};

use super::name::normal;
use super::words::Words;
use super::{action, alteration, create, dialect, maintenance, rows};
use crate::facts::{Column, Constraint, MATERIALIZED_VIEW, OPEN_TABLE, Operation, Span, Statement};
use crate::syntax::Source;
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
    /// The columns that it makes or is about.
    pub(in crate::extract) columns: Vec<Column>,
    /// The constraints of a new table.
    pub(in crate::extract) constraints: Vec<Constraint>,
    /// What else it says, see [`Operation`].
    pub(in crate::extract) detail: String,
    /// Whether it may do nothing.
    pub(in crate::extract) is_lenient: bool,
    /// Its bytes in the file.
    pub(in crate::extract) range: Range<usize>,
}

impl Change {
    /// A change of a table or of an object of it.
    pub(in crate::extract) fn new(
        operation: Operation,
        table: impl Into<String>,
        object: impl Into<String>,
        range: Range<usize>,
    ) -> Self {
        let (table, object) = (table.into(), object.into());
        Self {
            operation,
            table,
            object,
            columns: Vec::new(),
            constraints: Vec::new(),
            detail: String::new(),
            is_lenient: false,
            range,
        }
    }

    /// The same with its columns.
    pub(in crate::extract) fn of(mut self, columns: Vec<Column>) -> Self {
        self.columns = columns;
        self
    }

    /// The same with what else it says.
    pub(in crate::extract) fn saying(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with the constraints of a new table.
    pub(in crate::extract) fn under(mut self, constraints: Vec<Constraint>) -> Self {
        self.constraints = constraints;
        self
    }

    /// The change with its place, as a fact holds it.
    pub(in crate::extract) fn into_statement(self, source: &Source<'_>) -> Statement {
        let span = source.span(self.range.clone());
        self.at(span)
    }

    /// The change as a fact holds it, at a place of which the text is not in the file as it is.
    pub(in crate::extract) fn at(self, span: Span) -> Statement {
        let Self { operation, table, object, columns, constraints, detail, is_lenient, range: _ } = self;
        Statement { operation, table, object, columns, constraints, detail, is_lenient, span }
    }
}

/// What was read of a statement.
#[derive(Debug, Default)]
pub(in crate::extract) struct Reading {
    /// What it does, in order, as far as it was read.
    pub(in crate::extract) changes: Vec<Change>,
    /// The first part that may change the schema and could not be read.
    pub(in crate::extract) unread: Option<Unread>,
}

/// A part of a statement that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Unread {
    /// Its bytes in the file.
    pub(in crate::extract) range: Range<usize>,
    /// What it seems to be.
    pub(in crate::extract) subject: String,
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
    /// A type, a view, code that is run: of one name, with the words behind which it stands.
    Named(Operation),
    Block,
    Rows,
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
pub(in crate::extract) fn read(text: &str, statement: &SqlStatement) -> Reading {
    let mut reading = read_as_written(text, statement);
    if is_lenient(text, &statement.tokens) {
        reading.changes.iter_mut().for_each(|change| change.is_lenient = true);
    }
    reading
}

/// Whether a statement says `IF EXISTS` or `IF NOT EXISTS`.
fn is_lenient(text: &str, tokens: &[Token]) -> bool {
    tokens.windows(3).any(|three| match three {
        [a, b, c] => {
            a.is_word(text, "if") && (b.is_word(text, "exists") || b.is_word(text, "not") && c.is_word(text, "exists"))
        }
        _ => false,
    })
}

fn read_as_written(text: &str, statement: &SqlStatement) -> Reading {
    if let Some(changes) = maintenance::read(text, statement) {
        return Reading { changes, unread: None };
    }
    match subject(text, &statement.tokens) {
        Subject::Other if begins_nothing(text, statement) => {
            let unread = Unread { range: statement.range.clone(), subject: "text that begins no statement".to_owned() };
            Reading { changes: Vec::new(), unread: Some(unread) }
        }
        Subject::Other => Reading::default(),
        Subject::Block => block(text, statement),
        Subject::Named(operation) => Reading { changes: named(text, statement, operation), unread: None },
        Subject::Rows => Reading { changes: rows::read(text, statement), unread: None },
        subject => match parsed(text, statement) {
            Some(changes) => Reading { changes, unread: None },
            None => by_words(text, statement, subject),
        },
    }
}

/// Whether a text begins with a sign that no statement or command of a client begins with: a template, a conflict.
fn begins_nothing(text: &str, statement: &SqlStatement) -> bool {
    statement.tokens.first().is_some_and(|first| {
        first.kind == TokenKind::Sign && !["(", "\\", "/", "@", ":", "."].contains(&first.text(text))
    })
}

fn subject(text: &str, tokens: &[Token]) -> Subject {
    let Some((verb, rest)) = tokens.split_first() else { return Subject::Other };
    if rows::VERBS.iter().any(|word| verb.is_word(text, word)) {
        return Subject::Rows;
    }
    let is_between = |token: &&Token| BETWEEN.iter().any(|word| token.is_word(text, word));
    let is_view = rest.first().is_some_and(|token| token.is_word(text, "materialized"));
    let Some(object) = rest.iter().find(|token| !is_between(token)) else { return Subject::Other };
    let is = |word: &str| verb.is_word(text, word);
    let about = |word: &str| object.is_word(text, word);
    match () {
        () if is("do") => Subject::Block,
        () if ["call", "exec", "execute", "source"].iter().any(|word| is(word))
            || maintenance::is_included(text, verb, object) =>
        {
            Subject::Named(Operation::Opaque)
        }
        () if is("create") && (about("type") || about("domain")) => Subject::Named(Operation::CreateType),
        () if is("drop") && (about("type") || about("domain")) => Subject::Named(Operation::DropType),
        () if is("alter") && about("type") => Subject::Named(Operation::RenameType),
        () if is("drop") && about("view") => Subject::Named(Operation::DropView),
        () if is("create") && (about("table") || is_view && about("view")) => Subject::CreateTable,
        () if is("create") && about("view") => Subject::Named(Operation::CreateView),
        () if is("create") && about("index") => Subject::CreateIndex,
        () if is("drop") && about("table") => Subject::DropTable,
        () if is("drop") && about("index") => Subject::DropIndex,
        () if is("alter") && about("table") => Subject::AlterTable,
        () if is("rename") && about("table") => Subject::RenameTable,
        () => Subject::Other,
    }
}

/// A statement about a type or a view, and code that is run.
fn named(text: &str, statement: &SqlStatement, operation: Operation) -> Vec<Change> {
    let change = |name: String| Change::new(operation, name, String::new(), statement.range.clone());
    if operation == Operation::Opaque {
        return vec![change(String::new())];
    }
    let mut words = Words::new(text, &statement.tokens);
    words.skip_to(&["type", "domain", "view"]);
    words.skip_any(&["if", "not", "exists"]);
    match operation {
        Operation::RenameType => {
            let renamed = words.name().filter(|_| words.skip_any(&["rename"]) && words.skip_any(&["to"]));
            renamed.and_then(|old| Some(Change { object: words.name()?, ..change(old) })).into_iter().collect()
        }
        Operation::DropType | Operation::DropView => {
            words.names().unwrap_or_default().into_iter().map(change).collect()
        }
        _ => words.name().map(change).into_iter().collect(),
    }
}

/// The statements inside `DO $$ … $$`.
fn block(text: &str, statement: &SqlStatement) -> Reading {
    let mut reading = Reading::default();
    let Some(body) = statement.tokens.iter().find(|token| token.kind == TokenKind::Text) else { return reading };
    let written = body.text(text);
    let tag = written.strip_prefix('$').and_then(|rest| rest.find('$')).map_or(1, |at| at + 2);
    let start = body.range.start + tag;
    let inside = start..body.range.end.saturating_sub(tag).max(start);
    for inner in statements(text, inside, SqlMode::Block) {
        if subject(text, &inner.tokens) != Subject::Block {
            let read = read(text, &inner);
            // `BEGIN` and `END` of a block are no transaction.
            let changes = read.changes.into_iter();
            let changes = changes.filter(|one| !matches!(one.operation, Operation::Begin | Operation::End));
            // What stands in a block may stand under a condition.
            reading.changes.extend(changes.map(|change| Change { is_lenient: true, ..change }));
            reading.unread = reading.unread.or(read.unread);
        }
    }
    reading
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
    let whole = statement.range.clone();
    let change = |operation, table: String, object: String| Change::new(operation, table, object, whole.clone());
    Some(match first {
        ast::Stmt::CreateTable(create) => {
            let table = name_of(ast::HasCreateTable::table_name(&create))?;
            let parts = create::parts(text, statement).typed(alteration::kinds(&create));
            vec![parts.of(change(creation(create.if_not_exists().is_some()), table, String::new()))]
        }
        ast::Stmt::CreateTableAs(create) => {
            let operation = creation(create.if_not_exists().is_some());
            vec![change(operation, name_of(create.table_name())?, String::new()).saying(OPEN_TABLE)]
        }
        ast::Stmt::CreateIndex(create) => {
            let table = name_of(create.table_relation_name()?.table_name_ref())?;
            let index = create.index().map(|index| normal(&index.syntax().text().to_string())).unwrap_or_default();
            let operation = match create.concurrently_token() {
                Some(_) => Operation::CreateIndexConcurrently,
                None => Operation::CreateIndex,
            };
            let (columns, detail) = create::index(text, statement);
            vec![change(operation, table, index).of(columns).saying(detail)]
        }
        ast::Stmt::DropTable(drop) => drop
            .table_name_refs()
            .filter_map(|table| Some(change(Operation::DropTable, name_of(Some(table))?, String::new())))
            .collect(),
        ast::Stmt::DropIndex(drop) => {
            let operation = match drop.concurrently_token() {
                Some(_) => Operation::DropIndexConcurrently,
                None => Operation::DropIndex,
            };
            drop.index_refs()
                .filter_map(|index| Some(change(operation, String::new(), name_of(Some(index))?)))
                .collect()
        }
        ast::Stmt::AlterTable(alter) => {
            let Some(relation) = alter.table_relation_name() else { return Some(Vec::new()) };
            let table = name_of(relation.table_name_ref())?;
            alter.actions().flat_map(|one| alteration::read(text, statement, &one, &table)).collect()
        }
        _ => return None,
    })
}

fn creation(unless_it_exists: bool) -> Operation {
    if unless_it_exists { Operation::CreateTableIfMissing } else { Operation::CreateTable }
}

/// The name that a node writes.
pub(super) fn name_of(node: Option<impl AstNode>) -> Option<String> {
    Some(normal(&node?.syntax().text().to_string()))
}

/// What the leading words of a statement say in every dialect.
fn by_words(text: &str, statement: &SqlStatement, subject: Subject) -> Reading {
    let mut words = Words::new(text, &statement.tokens);
    words.skip_to(&["table", "index", "view"]);
    if subject == Subject::AlterTable {
        words.skip_any(&["if", "exists", "only"]);
        if let Some(table) = words.name() {
            return action::actions(&words, &table);
        }
    }
    let changes = match subject {
        Subject::RenameTable => words.renames(),
        _ => whole(text, statement, &mut words, subject),
    };
    let nameless = || Unread { range: statement.range.clone(), subject: "a statement without a name".to_owned() };
    let unread = changes.is_none().then(nameless);
    Reading { changes: changes.unwrap_or_default(), unread }
}

/// What a statement does that is of one piece; `None` where a name is missing.
fn whole(text: &str, statement: &SqlStatement, words: &mut Words<'_>, subject: Subject) -> Option<Vec<Change>> {
    let change =
        |operation, table: String, object: String| Change::new(operation, table, object, statement.range.clone());
    match subject {
        Subject::CreateTable => {
            let operation = creation(words.skip_any(&["if", "not", "exists"]));
            let created = change(operation, words.name()?, String::new());
            let is_view = statement.tokens.get(1).is_some_and(|token| token.is_word(text, "materialized"));
            if is_view {
                return Some(vec![created.saying(MATERIALIZED_VIEW)]);
            }
            let kinds = dialect::kinds(text, statement).unwrap_or_default();
            Some(vec![create::parts(text, statement).typed(kinds).of(created)])
        }
        Subject::CreateIndex => {
            let is_concurrent = words.skip_any(&["concurrently"]);
            let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
            words.skip_any(&["if", "not", "exists"]);
            let index = if words.at("on") { String::new() } else { words.name()? };
            words.skip_to(&["on"]);
            words.skip_any(&["only"]);
            let (columns, detail) = create::index(text, statement);
            let table = words.name()?;
            let lock = dialect::index_lock(text, statement);
            let lock = lock.map(|how| change(Operation::RewriteTable, table.clone(), String::new()).saying(how));
            let created = change(operation, table, index).of(columns).saying(detail);
            Some(iter::once(created).chain(lock).collect())
        }
        Subject::DropTable => {
            words.skip_any(&["if", "exists"]);
            let tables = words.names()?;
            Some(tables.into_iter().map(|table| change(Operation::DropTable, table, String::new())).collect())
        }
        Subject::DropIndex => {
            let is_concurrent = words.skip_any(&["concurrently"]);
            let operation = if is_concurrent { Operation::DropIndexConcurrently } else { Operation::DropIndex };
            words.skip_any(&["if", "exists"]);
            let indexes = words.names()?;
            let table = if words.skip_any(&["on"]) { words.name()? } else { String::new() };
            Some(indexes.into_iter().map(|index| change(operation, table.clone(), index)).collect())
        }
        Subject::AlterTable
        | Subject::RenameTable
        | Subject::Named(_)
        | Subject::Block
        | Subject::Rows
        | Subject::Other => None,
    }
}
