//! The models of Django, as the tables and columns that they stand for, by the names that operations of migrations use.
//!
//! Read is what Django itself defines: a class right below `models.Model` is known as a whole, of one with other parents
//! only the fields that it writes, and of one whose table is not Django's to make nothing.

use tree_sitter::Node;

use super::code::{Call, children};
use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Column, Data, DeclaredSchema, File, Language, OPEN_TABLE, Operation, Span, Statement};
use crate::syntax::{Source, node_text};

/// Reads the models of an app.
#[derive(Debug)]
pub(in crate::extract) struct DjangoModels;

/// Fields that are one column each.
const FIELDS: &[&str] = &[
    "AutoField",
    "BigAutoField",
    "SmallAutoField",
    "BigIntegerField",
    "BinaryField",
    "BooleanField",
    "CharField",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DurationField",
    "EmailField",
    "FileField",
    "FilePathField",
    "FloatField",
    "ForeignKey",
    "GeneratedField",
    "GenericIPAddressField",
    "ImageField",
    "IntegerField",
    "JSONField",
    "NullBooleanField",
    "OneToOneField",
    "PositiveBigIntegerField",
    "PositiveIntegerField",
    "PositiveSmallIntegerField",
    "SlugField",
    "SmallIntegerField",
    "TextField",
    "TimeField",
    "URLField",
    "UUIDField",
];

/// Calls behind which there is no column.
const NO_COLUMNS: &[&str] = &["ManyToManyField", "GenericForeignKey", "GenericRelation", "as_manager"];

impl Extractor for DjangoModels {
    fn name(&self) -> &'static str {
        "django-model"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["models.".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.language == Some(Language::Python) && is_own(file) && app_of(&file.path).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(app) = app_of(&source.file.path) else { return };
        let Some(tree) = source.tree() else { return };
        let text = source.text();
        let is_extended = text.contains("add_to_class") || text.contains("contribute_to_class");
        let classes = children(tree.root_node()).into_iter().filter_map(|node| match node.kind() {
            "class_definition" => Some(node),
            "decorated_definition" => node.child_by_field_name("definition"),
            _ => None,
        });
        let mut statements = Vec::new();
        for class in classes.filter(|class| class.kind() == "class_definition") {
            statements.extend(model(source, class, app, is_extended));
        }
        if !statements.is_empty() {
            let declared = DeclaredSchema { tool: "django".to_owned(), statements, understood: true, dialect: "" };
            found.add(Span::START, Data::DeclaredSchema(declared));
        }
    }
}

/// The app of a file of models: `shop` of `shop/models.py` and of `shop/models/order.py`.
fn app_of(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    let app = match folder.split_once("/models").filter(|(_, rest)| rest.is_empty() || rest.starts_with('/')) {
        Some((app, _)) => app,
        None if name == "models.py" => folder,
        None => return None,
    };
    app.rsplit('/').next()
}

/// The table of a class and its columns; nothing where it is no model with a table of its own.
fn model(source: &Source<'_>, class: Node<'_>, app: &str, is_extended: bool) -> Vec<Statement> {
    let text = source.text();
    let (Some(name), Some(parents), Some(body)) = (
        class.child_by_field_name("name"),
        class.child_by_field_name("superclasses"),
        class.child_by_field_name("body"),
    ) else {
        return Vec::new();
    };
    let parents: Vec<&str> = children(parents).into_iter().map(|parent| node_text(parent, text)).collect();
    let mut is_open = is_extended || parents.as_slice() != ["models.Model"];
    let mut columns: Vec<(String, Span)> = Vec::new();
    let mut has_key = false;
    for node in children(body) {
        match node.kind() {
            "class_definition" if is_without_table(node, text) => return Vec::new(),
            "class_definition" | "function_definition" | "decorated_definition" | "comment" | "pass_statement" => {}
            "expression_statement" => {
                let Some(assignment) = node.named_child(0).filter(|one| one.kind() == "assignment") else { continue };
                let parts = assignment.child_by_field_name("left").zip(assignment.child_by_field_name("right"));
                let Some((left, right)) = parts else { continue };
                match field(right, text) {
                    Field::Column { is_key } => {
                        has_key |= is_key;
                        columns.push((node_text(left, text).to_owned(), source.span(node.byte_range())));
                    }
                    Field::None => {}
                    Field::Unknown => is_open = true,
                }
            }
            // A field may stand under a condition.
            _ => is_open = true,
        }
    }
    if is_open && columns.is_empty() {
        return Vec::new();
    }
    let table = format!("{app}_{}", node_text(name, text).to_lowercase());
    let span = source.span(name.byte_range());
    if !has_key {
        columns.push(("id".to_owned(), span));
    }
    let detail = if is_open { OPEN_TABLE.to_owned() } else { String::new() };
    let mut statements = vec![Statement { detail, ..Statement::new(Operation::CreateTable, table.as_str(), span) }];
    statements.extend(columns.into_iter().filter(|(column, _)| !is_open || column != "id").map(|(column, span)| {
        let columns = vec![Column::named(column.as_str())];
        Statement { object: column, columns, ..Statement::new(Operation::AddColumn, table.as_str(), span) }
    }));
    statements
}

/// What the value of an attribute is.
enum Field {
    Column {
        is_key: bool,
    },
    None,
    /// It may stand for columns.
    Unknown,
}

fn field(value: Node<'_>, text: &str) -> Field {
    if value.kind() != "call" {
        return Field::None;
    }
    let Some(call) = Call::of(value, text) else { return Field::Unknown };
    match call.name {
        known if FIELDS.contains(&known) => Field::Column { is_key: call.is("primary_key", "True") },
        known if NO_COLUMNS.contains(&known) || known.ends_with("Manager") => Field::None,
        _ => Field::Unknown,
    }
}

/// Whether a `Meta` says that Django makes no table for the class, or one of another app.
fn is_without_table(class: Node<'_>, text: &str) -> bool {
    let is_meta = class.child_by_field_name("name").is_some_and(|name| node_text(name, text) == "Meta");
    let body = class.child_by_field_name("body").map(children).unwrap_or_default();
    let says = |line: &Node<'_>| {
        let said = node_text(*line, text).split_whitespace().collect::<String>();
        ["abstract=True", "managed=False", "proxy=True"].contains(&said.as_str()) || said.starts_with("app_label=")
    };
    is_meta && body.iter().any(says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn declared(path: &str, text: &str) -> Vec<String> {
        let file =
            File { path: path.into(), bytes: 1, role: Role::Product, language: Some(Language::Python), lines: 1 };
        let facts = Extractors::of(vec![Box::new(DjangoModels)]).extract(&file, text).facts;
        let schemas = facts.into_iter().filter_map(|fact| match fact.data {
            Data::DeclaredSchema(schema) => Some(schema.statements),
            _ => None,
        });
        schemas
            .flatten()
            .map(|one| format!("{} {} {}", one.table, one.object, one.detail).trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_model_is_a_table_with_the_columns_that_it_writes() {
        let text = r#"
class Order(models.Model):
    """An order."""

    number = models.CharField(max_length=9)
    customer = models.ForeignKey("Customer", on_delete=models.CASCADE)
    tags = models.ManyToManyField("Tag")
    objects = OrderManager()
    LIMIT = 3

    class Meta:
        ordering = ["number"]


class Customer(models.Model):
    code = models.SlugField(primary_key=True)
    phone = PhoneNumberField()
"#;
        assert_eq!(
            declared("shop/models.py", text),
            [
                "shop_order",
                "shop_order number",
                "shop_order customer",
                "shop_order id",
                "shop_customer  open",
                "shop_customer code"
            ]
        );
    }

    #[test]
    fn what_has_no_table_or_other_parents_is_not_known_as_a_whole() {
        let text = r"
class Dated(models.Model):
    created = models.DateTimeField()

    class Meta:
        abstract = True


class Order(Dated):
    number = models.CharField(max_length=9)


class Line(Order):
    pass


class Form(forms.Form):
    pass


def make():
    class Inner(models.Model):
        a = models.TextField()
";
        assert_eq!(declared("src/shop/models/order.py", text), ["shop_order  open", "shop_order number"]);
        assert!(declared("shop/views.py", text).is_empty());
    }
}
