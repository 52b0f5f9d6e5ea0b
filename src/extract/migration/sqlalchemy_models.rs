//! The models of `SQLAlchemy`, Flask-SQLAlchemy and `SQLModel`, as the tables and columns that they stand for.
//!
//! Read is what a file says by itself: a class with its parents in the same file. Of one with other parents the columns
//! that it writes are known, and that there may be more.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::code::{Call, children, literal, snake};
use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Column, Data, DeclaredSchema, File, Language, OPEN_TABLE, Operation, Span, Statement};
use crate::syntax::{Source, node_text};

/// Reads models.
#[derive(Debug)]
pub(in crate::extract) struct SqlAlchemyModels;

/// Calls that make a column, and those that make none; of others nobody knows.
const COLUMNS: &[&str] = &["Column", "mapped_column", "deferred"];
const NO_COLUMNS: &[&str] = &[
    "relationship",
    "Relationship",
    "relation",
    "association_proxy",
    "column_property",
    "composite",
    "synonym",
    "dynamic_loader",
    "hybrid_property",
    "backref",
    "ConfigDict",
    "SQLModelConfig",
    "PrivateAttr",
    "frozenset",
    "set",
    "dict",
    "list",
    "tuple",
];

impl Extractor for SqlAlchemyModels {
    fn name(&self) -> &'static str {
        "sqlalchemy-model"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["__tablename__", "table=True", "db.Model", "Table("].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let folder = file.folder();
        file.language == Some(Language::Python)
            && is_own(file)
            && !["versions", "migrations"].iter().any(|own| folder.split('/').any(|part| part == *own))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(tree) = source.tree() else { return };
        let mut classes: BTreeMap<&str, Class<'_>> = BTreeMap::new();
        let mut statements = Vec::new();
        let mut understood = true;
        for node in children(tree.root_node()) {
            let class =
                if node.kind() == "decorated_definition" { node.child_by_field_name("definition") } else { Some(node) };
            match class {
                Some(class) if class.kind() == "class_definition" => {
                    if let Some(class) = Class::of(class, source) {
                        classes.insert(class.name, class);
                    }
                }
                Some(statement) if statement.kind() == "expression_statement" => match table(statement, source) {
                    Ok(read) => statements.extend(read),
                    Err(()) => understood = false,
                },
                _ => {}
            }
        }
        for class in classes.values() {
            match class.table(&classes) {
                Name::Known(name) => statements.extend(class.statements(&name, &classes)),
                Name::Computed => understood = false,
                Name::None => {}
            }
        }
        if !statements.is_empty() || !understood {
            let declared = DeclaredSchema { tool: "alembic".to_owned(), statements, understood, dialect: "" };
            found.add(Span::START, Data::DeclaredSchema(declared));
        }
    }
}

/// A class of a module.
struct Class<'s> {
    name: &'s str,
    span: Span,
    parents: Vec<&'s str>,
    /// `table=True` of `SQLModel`.
    is_sqlmodel_table: bool,
    is_abstract: bool,
    table: Name,
    /// The schema of its `__table_args__`, `""` for the usual one; `None` where it is computed.
    schema: Option<String>,
    columns: Vec<(String, Span)>,
    /// Attributes with a type, which `SQLModel` takes for columns.
    fields: Vec<(String, Span)>,
    /// Whether it may have columns that it does not write.
    is_open: bool,
}

/// The name of a table.
enum Name {
    Known(String),
    Computed,
    None,
}

impl<'s> Class<'s> {
    fn of(node: Node<'s>, source: &Source<'s>) -> Option<Self> {
        let text = source.text();
        let name = node.child_by_field_name("name")?;
        let listed = node.child_by_field_name("superclasses").map(children).unwrap_or_default();
        let (options, parents): (Vec<_>, Vec<_>) = listed.into_iter().partition(|one| one.kind() == "keyword_argument");
        let says_table =
            |option: &Node<'s>| node_text(*option, text).split_whitespace().collect::<String>() == "table=True";
        let mut class = Self {
            name: node_text(name, text),
            span: source.span(name.byte_range()),
            parents: parents.into_iter().map(|parent| node_text(parent, text)).collect(),
            is_sqlmodel_table: options.iter().any(says_table),
            is_abstract: false,
            table: Name::None,
            schema: Some(String::new()),
            columns: Vec::new(),
            fields: Vec::new(),
            is_open: false,
        };
        for statement in children(node.child_by_field_name("body")?) {
            match statement.kind() {
                "expression_statement" => {
                    if let Some(assignment) = statement.named_child(0).filter(|one| one.kind() == "assignment") {
                        class.attribute(assignment, source);
                    }
                }
                // `@declared_attr` makes columns and names.
                "decorated_definition" if node_text(statement, text).contains("declared_attr") => {
                    if node_text(statement, text).contains("def __tablename__") {
                        class.table = Name::Computed;
                    } else {
                        class.is_open = true;
                    }
                }
                "if_statement" | "for_statement" => class.is_open = true,
                _ => {}
            }
        }
        Some(class)
    }

    fn attribute(&mut self, assignment: Node<'s>, source: &Source<'s>) {
        let text = source.text();
        let Some(left) = assignment.child_by_field_name("left") else { return };
        let name = node_text(left, text);
        let value = assignment.child_by_field_name("right");
        let kind = assignment.child_by_field_name("type").map_or("", |kind| node_text(kind, text));
        let span = source.span(assignment.byte_range());
        match name {
            "__tablename__" => {
                let known = value.and_then(|value| literal(value, text)).map(|name| name.text.into_owned());
                self.table = known.map_or(Name::Computed, Name::Known);
                return;
            }
            "__abstract__" => self.is_abstract = value.is_some_and(|value| node_text(value, text) == "True"),
            "__table_args__" => self.schema = value.and_then(|value| schema_of(value, text)),
            "__table__" => self.is_abstract = true,
            _ => {}
        }
        if name.starts_with('_') && !is_column(value, text) || kind.contains("ClassVar") {
            return;
        }
        let is_mapped = kind.split('[').next().is_some_and(|outer| outer.rsplit('.').next() == Some("Mapped"));
        match value.and_then(|value| Call::of(value, text)) {
            Some(call) if COLUMNS.contains(&call.name) => {
                let inner = call.at(0).and_then(|one| Call::of(one, text)).filter(|one| COLUMNS.contains(&one.name));
                self.columns.push((column_name(inner.as_ref().unwrap_or(&call), name, text), span));
            }
            Some(call) if call.name == "Field" => {
                let own = call.key("sa_column").and_then(|own| Call::of(own, text));
                let name = own.map_or_else(|| name.to_owned(), |own| column_name(&own, name, text));
                self.fields.push((name, span));
            }
            Some(call) if NO_COLUMNS.contains(&call.name) => {}
            Some(_) if !kind.is_empty() || name == "id" => self.is_open = true,
            Some(_) => {}
            None if is_mapped && value.is_none() => self.columns.push((name.to_owned(), span)),
            None if !kind.is_empty() => self.fields.push((name.to_owned(), span)),
            None => {}
        }
    }

    /// The table that it stands for.
    fn table(&self, classes: &BTreeMap<&str, Class<'s>>) -> Name {
        if self.is_abstract || self.schema.is_none() {
            return if self.is_abstract { Name::None } else { Name::Computed };
        }
        let schema = self.schema.as_deref().unwrap_or("");
        let known = |name: String| Name::Known(if schema.is_empty() { name } else { format!("{schema}.{name}") });
        match &self.table {
            Name::Known(name) => return known(name.clone()),
            // A mixin that computes the name for others is no table.
            Name::Computed => return if self.columns.is_empty() { Name::None } else { Name::Computed },
            Name::None => {}
        }
        if self.is_sqlmodel_table {
            return known(self.name.to_lowercase());
        }
        let last = |parent: &&str| parent.rsplit('.').next().unwrap_or("").to_owned();
        let is_of_flask = self.parents.iter().any(|parent| parent.ends_with(".Model"));
        let is_child = self.parents.iter().any(|parent| classes.contains_key(parent));
        let names: Vec<String> = self.parents.iter().map(last).collect();
        match () {
            () if self.columns.is_empty() || is_child => Name::None,
            () if is_of_flask => known(snake(self.name)),
            () if names.iter().any(|name| matches!(name.as_str(), "Base" | "Model" | "BaseModel")) => Name::Computed,
            () => Name::None,
        }
    }

    /// Its columns, and those that it has from parents in the file; whether there may be more.
    fn all_columns(&self, classes: &BTreeMap<&str, Class<'s>>) -> (Vec<(String, Span)>, bool) {
        let mut columns = Vec::new();
        let mut is_open = false;
        let mut queue = vec![self];
        let mut seen = BTreeSet::from([self.name]);
        while let Some(class) = queue.pop() {
            is_open |= class.is_open;
            columns.extend(class.columns.iter().cloned());
            if self.is_sqlmodel_table {
                columns.extend(class.fields.iter().cloned());
            }
            for parent in &class.parents {
                match classes.get(parent) {
                    // A parent with a table of its own keeps its columns there.
                    Some(parent) if matches!(parent.table, Name::Known(_)) || parent.is_sqlmodel_table => {}
                    Some(parent) if seen.insert(parent.name) => queue.push(parent),
                    Some(_) => {}
                    None => {
                        is_open |= !parent.ends_with(".Model") && !matches!(*parent, "SQLModel" | "DeclarativeBase")
                    }
                }
            }
        }
        (columns, is_open)
    }

    fn statements(&self, table: &str, classes: &BTreeMap<&str, Class<'s>>) -> Vec<Statement> {
        let (columns, is_open) = self.all_columns(classes);
        declared(table, self.span, columns, is_open)
    }
}

/// A table with its columns.
fn declared(table: &str, span: Span, columns: Vec<(String, Span)>, is_open: bool) -> Vec<Statement> {
    let detail = if is_open { OPEN_TABLE.to_owned() } else { String::new() };
    let mut statements = vec![Statement { detail, ..Statement::new(Operation::CreateTable, table, span) }];
    let mut seen = BTreeSet::new();
    statements.extend(columns.into_iter().filter(|(name, _)| seen.insert(name.clone())).map(|(name, span)| {
        let columns = vec![Column::named(name.as_str())];
        Statement { object: name, columns, ..Statement::new(Operation::AddColumn, table, span) }
    }));
    statements
}

fn is_column(value: Option<Node<'_>>, text: &str) -> bool {
    value.and_then(|value| Call::of(value, text)).is_some_and(|call| COLUMNS.contains(&call.name))
}

/// The name that a column gives itself, else that of the attribute.
fn column_name(call: &Call<'_>, attribute: &str, text: &str) -> String {
    let own = call.get(0, "name").and_then(|own| literal(own, text));
    own.map_or_else(|| attribute.to_owned(), |own| own.text.into_owned())
}

/// The schema in `__table_args__`; `None` where it is computed.
fn schema_of(value: Node<'_>, text: &str) -> Option<String> {
    let written = node_text(value, text);
    let Some((_, rest)) = written.split_once("\"schema\"").or_else(|| written.split_once("'schema'")) else {
        return Some(String::new());
    };
    let given = rest.trim_start().strip_prefix(':')?.trim_start();
    let quote = given.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let name = given.get(1..)?.split(quote).next()?;
    Some(if name == "public" { String::new() } else { name.to_owned() })
}

/// `lines = Table("lines", metadata, Column("a", …), …)`; an error where its name or a column is computed.
fn table(statement: Node<'_>, source: &Source<'_>) -> Result<Vec<Statement>, ()> {
    let text = source.text();
    let assignment = statement.named_child(0).filter(|one| one.kind() == "assignment");
    let value = assignment.and_then(|one| one.child_by_field_name("right"));
    let Some(call) = value.and_then(|value| Call::of(value, text)).filter(|call| call.name == "Table") else {
        return Ok(Vec::new());
    };
    let columns: Vec<Call<'_>> = (0..)
        .map_while(|index| call.at(index))
        .filter_map(|one| Call::of(one, text))
        .filter(|one| one.name == "Column")
        .collect();
    // Other libraries have tables too.
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let name = call.get(0, "name").and_then(|name| literal(name, text)).ok_or(())?;
    let schema = match call.key("schema") {
        Some(schema) => Some(literal(schema, text).ok_or(())?.text.into_owned()),
        None => None,
    };
    let name = match schema.filter(|schema| schema != "public") {
        Some(schema) => format!("{schema}.{}", name.text),
        None => name.text.into_owned(),
    };
    let mut named = Vec::new();
    for column in &columns {
        let own = column.get(0, "name").and_then(|own| literal(own, text)).ok_or(())?;
        named.push((own.text.into_owned(), source.span(column.node.byte_range())));
    }
    let is_open = call.arguments.iter().any(|one| node_text(one.value, text).starts_with('*'));
    Ok(declared(&name, source.span(call.node.byte_range()), named, is_open))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn schema(text: &str) -> Option<(Vec<String>, bool)> {
        let file = File {
            path: "app/models.py".into(),
            bytes: 1,
            role: Role::Product,
            language: Some(Language::Python),
            lines: 1,
        };
        let facts = Extractors::of(vec![Box::new(SqlAlchemyModels)]).extract(&file, text).facts;
        facts.into_iter().find_map(|fact| match fact.data {
            Data::DeclaredSchema(schema) => {
                let told = schema.statements.iter();
                let told = told.map(|one| format!("{} {} {}", one.table, one.object, one.detail).trim_end().to_owned());
                Some((told.collect(), schema.understood))
            }
            _ => None,
        })
    }

    #[test]
    fn classes_and_tables_are_what_they_stand_for() {
        let text = r#"
class Base(DeclarativeBase):
    pass


class Dated:
    created: Mapped[datetime] = mapped_column()


class Order(Dated, Base):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("code"), {"schema": "shop"})

    id: Mapped[int] = mapped_column(primary_key=True)
    code = Column("order_code", String(9))
    note: Mapped[str | None]
    lines: Mapped[list["Line"]] = relationship(back_populates="order")
    LIMIT: ClassVar[int] = 3


class Line(Base, Tracked):
    __tablename__ = "lines"
    id = deferred(Column(Integer))


tags = Table("tags", Base.metadata, Column("a", Integer), Column("b", Integer))
"#;
        let (told, understood) = schema(text).unwrap();
        assert!(understood);
        assert_eq!(
            told,
            [
                "tags",
                "tags a",
                "tags b",
                "lines  open",
                "lines id",
                "shop.orders",
                "shop.orders id",
                "shop.orders order_code",
                "shop.orders note",
                "shop.orders created",
            ]
        );
    }

    #[test]
    fn flask_and_sqlmodel_name_tables_by_classes() {
        let text = r#"
class BlogPost(db.Model):
    id = db.Column(db.Integer, primary_key=True)


class ItemBase(SQLModel):
    title: str = Field(min_length=1)


class Item(ItemBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    owner: User | None = Relationship(back_populates="items")


class ItemPublic(ItemBase):
    id: int
"#;
        let (told, understood) = schema(text).unwrap();
        assert!(understood);
        assert_eq!(told, ["blog_post", "blog_post id", "item", "item id", "item title"]);
    }

    #[test]
    fn computed_names_are_not_guessed() {
        for text in [
            "class Order(Base):\n    __tablename__ = PREFIX + 'orders'\n    id = Column(Integer)\n",
            "class Order(Base):\n    id = mapped_column(Integer)\n\n\nother = '__tablename__'\n",
            "orders = Table(NAME, metadata, Column('a', Integer))\n",
        ] {
            assert_eq!(schema(text), Some((Vec::new(), false)), "{text}");
        }
        for text in [
            "class Mixin:\n    created = Column(DateTime)\n\n\n# __tablename__\n",
            "class Order(Base):\n    __abstract__ = True\n    __tablename__ = 'x'\n    id = Column(Integer)\n",
            "table = Table('a', show_header=True)\n",
        ] {
            assert_eq!(schema(text), None, "{text}");
        }
    }
}
