//! The changes of a change set as what they run.

use super::item::{Item, Items};
use crate::extract::migration::code::NewColumn;
use crate::extract::sql::{Change, is_volatile, read};
use crate::facts::{Column, MigrationScript, Operation, REWRITE_SERIAL, REWRITE_VOLATILE, Span, Statement};
use crate::syntax::Source;
use crate::syntax::sql::{SqlMode, statements};

/// What stands in a change set and changes no table.
const HARMLESS: &[&str] = &[
    "comment",
    "validCheckSum",
    "modifySql",
    "tagDatabase",
    "output",
    "empty",
    "stop",
    "insert",
    "loadData",
    "loadUpdateData",
    "createSequence",
    "dropSequence",
    "alterSequence",
    "renameSequence",
    "addDefaultValue",
    "dropDefaultValue",
    "dropNotNullConstraint",
    "setTableRemarks",
    "setColumnRemarks",
    "createProcedure",
    "dropProcedure",
    "createFunction",
    "dropFunction",
    "createTrigger",
    "dropTrigger",
    "createPackage",
    "renameView",
    "enableCheckConstraint",
    "property",
];

/// Changes that Liquibase can take back by itself.
const REVERSIBLE: &[&str] = &[
    "createTable",
    "addColumn",
    "renameColumn",
    "renameTable",
    "renameView",
    "createIndex",
    "createView",
    "createSequence",
    "addForeignKeyConstraint",
    "addUniqueConstraint",
    "addPrimaryKey",
    "addNotNullConstraint",
    "dropNotNullConstraint",
    "addDefaultValue",
    "addAutoIncrement",
    "addLookupTable",
    "tagDatabase",
    "comment",
    "preConditions",
    "validCheckSum",
];

/// Databases of tests: what is only for them touches no other.
const TEST_DATABASES: &[&str] = &["h2", "hsqldb", "derby"];

/// A change set while it is read.
#[expect(clippy::struct_excessive_bools, reason = "each is something that a change set says of itself")]
pub(super) struct ChangeSet<'s, 'i, 't> {
    source: &'s Source<'t>,
    items: &'i Items,
    id: String,
    no_transaction: bool,
    /// Whether it may do nothing, and whether it is for databases of tests alone.
    is_conditional: bool,
    is_for_tests: bool,
    statements: Vec<Statement>,
    /// Whether each of its changes has a way back, and whether it says one itself.
    is_reversible: bool,
    has_rollback: bool,
    /// The first part that may change the schema and was not understood.
    pub(super) unread: Option<(Span, String)>,
}

impl<'s, 'i, 't> ChangeSet<'s, 'i, 't> {
    pub(super) fn new(source: &'s Source<'t>, items: &'i Items, item: &Item) -> Self {
        let dbms = item.get("dbms").unwrap_or("");
        let mut databases = dbms.split(',').map(str::trim).filter(|name| !name.is_empty());
        Self {
            source,
            items,
            id: item.get("id").unwrap_or_default().to_owned(),
            no_transaction: item.is("runInTransaction", "false"),
            is_conditional: !dbms.is_empty()
                || item.is("failOnError", "false")
                || items.child(item, "preConditions").is_some(),
            is_for_tests: !dbms.is_empty() && databases.all(|name| TEST_DATABASES.contains(&name)),
            statements: Vec::new(),
            is_reversible: true,
            has_rollback: false,
            unread: None,
        }
    }

    /// The change set as a migration.
    pub(super) fn into_script(self) -> MigrationScript {
        MigrationScript {
            statements: self.statements,
            understood: self.unread.is_none(),
            no_transaction: self.no_transaction,
            has_way_back: self.has_rollback || self.is_reversible,
            ..MigrationScript::new("liquibase", self.id)
        }
    }

    /// Reads what stands in the change set.
    pub(super) fn read(&mut self, item: &Item) {
        match item.name.as_str() {
            "rollback" => self.has_rollback = true,
            "preConditions" | "comment" | "validCheckSum" => {}
            _ if self.is_for_tests => {}
            name => {
                self.is_reversible &= REVERSIBLE.contains(&name);
                if self.change(item).is_none() {
                    self.not_understood(item, &format!("the change `{name}`"));
                }
            }
        }
    }

    fn not_understood(&mut self, item: &Item, what: &str) {
        self.unread.get_or_insert_with(|| (item.span, what.to_owned()));
    }

    fn add(&mut self, item: &Item, change: Change) {
        let is_lenient = change.is_lenient || self.is_conditional;
        self.statements.push(Change { is_lenient, ..change }.at(item.span));
    }

    fn simple(&mut self, item: &Item, operation: Operation, table: String, object: &str) {
        self.add(item, Change::new(operation, table, object, 0..0));
    }

    /// Reads a change; `None` where it is not known or a name is computed.
    fn change(&mut self, item: &Item) -> Option<()> {
        let get = |name: &str| item.get(name).unwrap_or("");
        let listed = |name: &str| names(get(name));
        let table = || name_of(item, "tableName");
        match item.name.as_str() {
            "createTable" => self.create_table(item, table()?),
            "addColumn" => {
                let table = table()?;
                for column in self.items.columns(item) {
                    let new = self.column(column)?;
                    for change in new.changes(&table, 0..0) {
                        self.add(column, change);
                    }
                }
            }
            "dropTable" => self.simple(item, Operation::DropTable, table()?, ""),
            "renameTable" => {
                self.simple(item, Operation::RenameTable, name_of(item, "oldTableName")?, get("newTableName"));
            }
            "dropColumn" => {
                let table = table()?;
                let columns = self.items.columns(item).into_iter().filter_map(|column| column.get("name"));
                for column in columns.chain(item.get("columnName")) {
                    self.simple(item, Operation::DropColumn, table.clone(), column);
                }
            }
            "renameColumn" => {
                let change = Change::new(Operation::RenameColumn, table()?, get("oldColumnName"), 0..0);
                self.add(item, change.saying(get("newColumnName")));
            }
            "modifyDataType" => {
                let kind = get("newDataType").to_ascii_lowercase();
                let change = Change::new(Operation::ChangeType, table()?, get("columnName"), 0..0);
                self.add(item, change.saying(kind));
            }
            "addNotNullConstraint" => self.simple(item, Operation::SetNotNull, table()?, get("columnName")),
            "addUniqueConstraint" | "addPrimaryKey" => {
                let operation = match item.name.as_str() {
                    _ if item.get("forIndexName").is_some() => Operation::AddConstraint,
                    "addPrimaryKey" => Operation::AddPrimaryKey,
                    _ => Operation::AddUnique,
                };
                let change = Change::new(operation, table()?, get("constraintName"), 0..0);
                self.add(item, change.of(listed("columnNames")));
            }
            "addForeignKeyConstraint" => {
                // `validate` is for Oracle alone.
                let change =
                    Change::new(Operation::AddForeignKey, name_of(item, "baseTableName")?, get("constraintName"), 0..0);
                self.add(item, change.of(listed("baseColumnNames")).saying(get("referencedTableName")));
            }
            "addCheckConstraint" => self.simple(item, Operation::AddCheck, table()?, get("constraintName")),
            "createIndex" => {
                let columns = self.items.columns(item).into_iter().filter_map(|column| column.get("name"));
                let columns: Vec<Column> = columns.map(Column::named).collect();
                let change = Change::new(Operation::CreateIndex, table()?, get("indexName"), 0..0);
                self.add(item, change.of(columns));
            }
            "dropIndex" => self.simple(item, Operation::DropIndex, table().unwrap_or_default(), get("indexName")),
            "dropForeignKeyConstraint" | "dropUniqueConstraint" | "dropPrimaryKey" | "dropCheckConstraint" => {
                let table = name_of(item, "baseTableName").or_else(table)?;
                self.simple(item, Operation::DropConstraint, table, get("constraintName"));
            }
            "dropAllForeignKeyConstraints" => {
                self.simple(item, Operation::DropConstraint, name_of(item, "baseTableName")?, "");
            }
            "addAutoIncrement" => self.simple(item, Operation::AlterTable, table()?, get("columnName")),
            "createView" => self.simple(item, Operation::CreateView, name_of(item, "viewName")?, ""),
            "dropView" => self.simple(item, Operation::DropView, name_of(item, "viewName")?, ""),
            "update" | "delete" => self.rows(item, table()?),
            "sql" => self.sql(item),
            known if HARMLESS.contains(&known) => {}
            _ => return None,
        }
        Some(())
    }

    fn create_table(&mut self, item: &Item, table: String) {
        let columns: Vec<NewColumn> =
            self.items.columns(item).into_iter().filter_map(|column| self.column(column)).collect();
        let constraints = columns.iter().flat_map(NewColumn::constraints).collect();
        let columns = columns.into_iter().map(NewColumn::into_column).collect();
        let is_lenient = item.is("ifNotExists", "true");
        let operation = if is_lenient { Operation::CreateTableIfMissing } else { Operation::CreateTable };
        self.add(item, Change::new(operation, table, "", 0..0).of(columns).under(constraints));
    }

    fn column(&self, item: &Item) -> Option<NewColumn> {
        let constraints = self.items.child(item, "constraints");
        let says = |name: &str, value: &str| constraints.is_some_and(|one| one.is(name, value));
        let referred = constraints.and_then(|one| one.get("referencedTableName").or_else(|| one.get("references")));
        let is_filled = item.attributes.iter().any(|(name, _)| name.starts_with("defaultValue"))
            || item.get("value").is_some()
            || item.attributes.iter().any(|(name, _)| name.starts_with("value") && name != "value")
            || item.is("autoIncrement", "true");
        let kind = item.get("type").filter(|kind| !kind.contains("${")).unwrap_or("").to_ascii_lowercase();
        Some(NewColumn {
            name: name_of(item, "name")?,
            kind,
            is_required: says("nullable", "false") || says("primaryKey", "true"),
            is_filled,
            is_unique: says("unique", "true"),
            is_key: says("primaryKey", "true"),
            is_reference: referred.is_some(),
            references: referred
                .map(|table| table.split('(').next().unwrap_or("").trim().to_owned())
                .unwrap_or_default(),
            rewrites: match item.get("defaultValueComputed") {
                Some(default) if is_volatile(default) => REWRITE_VOLATILE,
                _ if item.is("autoIncrement", "true") && !says("primaryKey", "true") => REWRITE_SERIAL,
                _ => "",
            },
            ..NewColumn::default()
        })
    }

    /// `update` and `delete`: all rows where no condition stands inside.
    fn rows(&mut self, item: &Item, table: String) {
        let has_condition = item.get("where").is_some() || self.items.child(item, "where").is_some();
        let operation = match (item.name.as_str(), has_condition) {
            ("delete", false) => Operation::DeleteAll,
            ("delete", true) => return,
            (_, false) => Operation::UpdateAll,
            (_, true) => Operation::UpdateSome,
        };
        let columns = self.items.columns(item).into_iter().filter_map(|column| column.get("name"));
        let columns = columns.map(Column::named).collect();
        self.add(item, Change::new(operation, table, "", 0..0).of(columns));
    }

    fn sql(&mut self, item: &Item) {
        let (text, start) = match item.get("sql") {
            Some(text) => (text, None),
            None => (item.text.as_str(), item.text_start),
        };
        let dbms = item.get("dbms").unwrap_or("");
        let mut databases = dbms.split(',').map(str::trim).filter(|name| !name.is_empty());
        if text.is_empty() || !dbms.is_empty() && databases.all(|name| TEST_DATABASES.contains(&name)) {
            return;
        }
        for statement in statements(text, 0..text.len(), SqlMode::Script) {
            let reading = read(text, &statement);
            if reading.unread.is_some() {
                self.not_understood(item, "SQL of a dialect that is not known");
            }
            for change in reading.changes {
                let range = change.range.clone();
                let is_lenient = change.is_lenient || self.is_conditional || !dbms.is_empty();
                let change = Change { is_lenient, ..change };
                let span = start.map_or(item.span, |start| self.source.span(start + range.start..start + range.end));
                self.statements.push(change.at(span));
            }
        }
    }
}

/// A name of a change with its schema; `None` where it is missing or stands for something else.
fn name_of(item: &Item, key: &str) -> Option<String> {
    let name = item.get(key).map(str::trim).filter(|name| !name.is_empty() && !name.contains("${"))?;
    match item.get("schemaName").filter(|schema| *schema != "public" && !schema.contains("${")) {
        Some(schema) => Some(format!("{schema}.{name}")),
        None => Some(name.to_owned()),
    }
}

/// `a, b` as columns.
fn names(written: &str) -> Vec<Column> {
    written.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Column::named).collect()
}
