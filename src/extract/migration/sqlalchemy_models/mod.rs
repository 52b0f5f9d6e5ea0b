//! The models of `SQLAlchemy`, Flask-SQLAlchemy and `SQLModel`, as the tables and columns that they stand for.
//!
//! Read is what a file says by itself: a class with its parents in the same file. Of one with other parents the columns
//! that it writes are known, and that there may be more.

mod class;

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use self::class::{Class, Name};
use super::code::{Call, children, literal};
use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Column, Data, DeclaredSchema, File, Language, OPEN_TABLE, Operation, Span, Statement};
use crate::syntax::{Source, node_text};

/// Reads models.
#[derive(Debug)]
pub(in crate::extract) struct SqlAlchemyModels;

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
