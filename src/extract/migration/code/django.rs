//! Django, and Tortoise, which copies its form: the operations of a migration's class.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::call::{Call, children, literal};
use super::reader::{NewColumn, Reader, rewriting};
use crate::extract::sql::Change;
use crate::facts::{Column, MODEL_STAYS, Operation, REWRITE_STORED};
use crate::syntax::{descendants, node_text};

/// Operations that change no table.
const HARMLESS: &[&str] = &[
    "RunPython",
    "AlterModelOptions",
    "AlterModelManagers",
    "AlterOrderWithRespectTo",
    "AlterModelTableComment",
    "RenameIndex",
    "CreateCollation",
    "RemoveCollation",
    "swappable_dependency",
];

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    let mut lists = BTreeMap::new();
    descendants(root, |node| {
        if node.kind() == "assignment" {
            let name = node.child_by_field_name("left").map_or("", |left| node_text(left, text));
            let value = node.child_by_field_name("right");
            if name == "atomic" {
                reader.no_transaction = value.is_some_and(|value| node_text(value, text) == "False");
            } else if let Some(value) = value.filter(|_| name.ends_with("operations")) {
                lists.entry(name).or_insert(value);
            }
        }
        !matches!(node.kind(), "function_definition" | "call")
    });
    let Some(&operations) = lists.get("operations") else { return };
    if operations.kind() != "list" {
        return reader.not_understood(operations, "operations that are computed");
    }
    // Tortoise names a table by its model alone.
    let is_tortoise = text.contains("tortoise.migrations");
    let folder = reader.source.file.folder();
    let app = folder.rsplit('/').nth(1).or_else(|| folder.rsplit('/').next()).unwrap_or("").to_owned();
    let app = if is_tortoise { String::new() } else { format!("{app}_") };
    let mut queue = children(operations);
    let mut next = 0;
    while let Some(&node) = queue.get(next) {
        next += 1;
        let Some(call) = Call::of(node, text) else {
            reader.not_understood(node, "an operation that is computed");
            continue;
        };
        if call.name == "SeparateDatabaseAndState" {
            let list = |at, name| {
                let list = call.get(at, name);
                let named = list.and_then(|list| lists.get(node_text(list, text))).copied().or(list);
                named.map(children).unwrap_or_default()
            };
            queue.extend(list(0, "database_operations"));
            for node in list(1, "state_operations") {
                known_to_models_alone(reader, node, &app);
            }
            continue;
        }
        if operation(reader, &call, &app).is_none() {
            reader.not_understood(node, &format!("the operation `{}`", call.name));
        }
    }
}

/// What only the models learn: a table that another app's migrations made comes under a new name. Of other changes
/// nobody sees here what they mean for the database.
fn known_to_models_alone<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, app: &str) {
    let Some(call) = Call::of(node, reader.text) else { return };
    match (call.name, call.word(0, "name")) {
        ("CreateModel", Some(name)) => {
            let table = format!("{app}{}", name.to_lowercase());
            reader.table(node, Operation::CreateTableIfMissing, &table, Vec::new(), Vec::new(), true);
        }
        // The column stays in the database, without a field.
        ("RemoveField", _) => {
            if let Some(model) = call.word(0, "model_name") {
                let table = format!("{app}{}", model.to_lowercase());
                reader.table(node, Operation::CreateTableIfMissing, &table, Vec::new(), Vec::new(), true);
            }
        }
        ("AddField" | "RenameField" | "RenameModel", _) => reader.change(node, Operation::Opaque, "", ""),
        _ => {}
    }
}

/// Reads an operation; `None` where it is not known or a name is computed.
fn operation<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, app: &str) -> Option<()> {
    let node = call.node;
    let table_of = |model: String| format!("{app}{}", model.to_lowercase());
    let table = || call.word(0, "model_name").map(table_of);
    let model = || call.word(0, "name").map(table_of);
    match call.name {
        "CreateModel" => {
            let fields = call.get(1, "fields").map(children).unwrap_or_default();
            let name_of = |pair: Node<'s>| Some(literal(pair.named_child(0)?, reader.text)?.text.into_owned());
            let kind = |pair: &Node<'s>| pair.named_child(1);
            let fields =
                fields.into_iter().filter(|pair| !kind(pair).is_some_and(|one| is_no_column(one, reader.text)));
            let of_others = |pair: &Node<'s>| kind(pair).is_some_and(|field| is_of_many(field, reader.text));
            let (joined, own): (Vec<_>, Vec<_>) = fields.partition(of_others);
            let count = own.len();
            let columns = own.into_iter().filter_map(|pair| field(name_of(pair)?, pair.named_child(1)?, reader.text));
            let columns: Vec<_> = columns.collect();
            let joined: Vec<String> = joined.into_iter().filter_map(name_of).collect();
            let is_open = columns.len() != count;
            reader.table(node, Operation::CreateTable, &model()?, columns, Vec::new(), is_open);
            for name in joined {
                reader.change(node, Operation::CreateTable, &format!("{}_{name}", model()?), "");
            }
        }
        "DeleteModel" => reader.change(node, Operation::DropTable, &model()?, ""),
        "RenameModel" => {
            let new = call.word(1, "new_name").map(table_of)?;
            reader.change(node, Operation::RenameTable, &call.word(0, "old_name").map(table_of)?, &new);
        }
        "AlterModelTable" => {
            // `None` is the table's usual name. Operations go on with the model's.
            let new = call.word(1, "table").unwrap_or(model()?);
            let change = Change::new(Operation::RenameTable, model()?, new, node.byte_range());
            reader.add(node, change.saying(MODEL_STAYS));
        }
        "AddField" => add_field(reader, call, &table()?)?,
        "RemoveField" => reader.change(node, Operation::DropColumn, &table()?, &call.word(1, "name")?),
        "RenameField" => {
            let change = Change::new(Operation::RenameColumn, table()?, call.word(1, "old_name")?, node.byte_range());
            reader.add(node, change.saying(call.word(2, "new_name")?));
        }
        "AlterField" => alter_field(reader, call, &table()?)?,
        "AddIndex" | "AddIndexConcurrently" => add_index(reader, call, &table()?),
        "RemoveIndex" => reader.change(node, Operation::DropIndex, &table()?, &call.word(1, "name")?),
        "RemoveIndexConcurrently" => {
            reader.change(node, Operation::DropIndexConcurrently, &table()?, &call.word(1, "name")?);
        }
        "AddConstraint" | "AddConstraintNotValid" => constraint(reader, call, &table()?)?,
        "ValidateConstraint" => {
            reader.change(node, Operation::ValidateConstraint, &table()?, &call.word(1, "name")?);
        }
        "RemoveConstraint" => reader.change(node, Operation::DropConstraint, &table()?, &call.word(1, "name")?),
        "AlterUniqueTogether" | "AlterIndexTogether" => {
            let sets = call.get(1, "unique_together").or_else(|| call.key("index_together"))?;
            let operation = match call.name {
                _ if !matches!(sets.kind(), "set" | "list" | "tuple") || children(sets).is_empty() => {
                    Operation::DropConstraint
                }
                "AlterUniqueTogether" => Operation::AddUnique,
                _ => Operation::CreateIndex,
            };
            reader.change(node, operation, &model()?, "");
        }
        "RunSQL" => {
            let sql = call.get(0, "sql")?;
            // A list of texts, or of texts with their parameters.
            let parts = if matches!(sql.kind(), "list" | "tuple") { children(sql) } else { vec![sql] };
            for part in parts {
                let part = if part.kind() == "tuple" { part.named_child(0)? } else { part };
                if node_text(part, reader.text).rsplit('.').next() != Some("noop") {
                    // Tables may have names of their own in the database (`db_table`), which operations do not use.
                    let before = reader.statements.len();
                    reader.sql(Some(part), call);
                    reader.statements.iter_mut().skip(before).for_each(|statement| statement.is_lenient = true);
                }
            }
        }
        known if HARMLESS.contains(&known) || known.ends_with("Extension") => {}
        _ => return None,
    }
    Some(())
}

fn add_index<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) {
    let operation = match call.name {
        "AddIndex" => Operation::CreateIndex,
        _ => Operation::CreateIndexConcurrently,
    };
    let index = call.get(1, "index").and_then(|index| Call::of(index, reader.text));
    let name = index.as_ref().and_then(|index| index.word(usize::MAX, "name")).unwrap_or_default();
    let columns = index.as_ref().map(|index| reader.names(index.key("fields"))).unwrap_or_default();
    let detail = match &index {
        Some(index) if index.key("condition").is_some() => "partial",
        _ if columns.is_empty() => "expression",
        _ => "",
    };
    // `-created` sorts downwards.
    let plain = |column: Column| Column::named(column.name.trim_start_matches('-'));
    let columns = columns.into_iter().map(plain).collect();
    let change = Change::new(operation, table, name, call.node.byte_range());
    reader.add(call.node, change.of(columns).saying(detail));
}

fn add_field<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let name = call.word(1, "name")?;
    let value = call.get(2, "field")?;
    if is_no_column(value, reader.text) {
        return Some(());
    }
    if is_of_many(value, reader.text) {
        reader.change(call.node, Operation::CreateTable, &format!("{table}_{name}"), "");
        return Some(());
    }
    let column = field(name, value, reader.text)?;
    reader.column(call.node, table, &column);
    Some(())
}

/// Whether a field is a table of pairs instead of a column.
fn is_of_many(field: Node<'_>, text: &str) -> bool {
    Call::of(field, text).is_some_and(|call| call.name.ends_with("ManyToManyField"))
}

/// Whether a field is no column and no table: a manager of tags, a relation of any kind of rows.
fn is_no_column(field: Node<'_>, text: &str) -> bool {
    Call::of(field, text).is_some_and(|call| {
        call.name.ends_with("Manager") || matches!(call.name, "GenericRelation" | "GenericForeignKey")
    })
}

fn alter_field<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let value = call.get(2, "field")?;
    if is_of_many(value, reader.text) || is_no_column(value, reader.text) {
        return Some(());
    }
    let column = field(call.word(1, "name")?, value, reader.text)?;
    let change = |operation| Change::new(operation, table, column.name.clone(), call.node.byte_range());
    reader.add(call.node, change(Operation::StateType).saying(column.kind.clone()));
    if column.is_required {
        reader.add(call.node, change(Operation::StateNotNull));
    }
    Some(())
}

fn constraint<'s>(reader: &mut Reader<'s, '_>, call: &Call<'s>, table: &str) -> Option<()> {
    let constraint = Call::of(call.get(1, "constraint")?, reader.text)?;
    let name = constraint.word(usize::MAX, "name").unwrap_or_default();
    let is_unvalidated = call.name == "AddConstraintNotValid";
    let operation = match constraint.name {
        _ if is_unvalidated => Operation::AddUnvalidated,
        "UniqueConstraint" => Operation::AddUnique,
        "CheckConstraint" => Operation::AddCheck,
        _ => Operation::AlterTable,
    };
    let columns = reader.names(constraint.key("fields"));
    reader.add(call.node, Change::new(operation, table, name, call.node.byte_range()).of(columns));
    Some(())
}

/// A field of a model as the column that it makes; `None` where it is not written as a call.
fn field(name: String, node: Node<'_>, text: &str) -> Option<NewColumn> {
    let call = Call::of(node, text)?;
    let is_reference = matches!(call.name, "ForeignKey" | "OneToOneField" | "TreeForeignKey" | "ForeignKeyField");
    // Django indexes its foreign keys; Tortoise, whose fields are of a module, does not.
    let is_tortoise = call.receiver == "fields";
    let has = |key: &str| call.key(key).is_some_and(|value| node_text(value, text) != "models.NOT_PROVIDED");
    // Django fills texts that may be blank with an empty text, and dates that it keeps itself with the time.
    let is_blank_text = call.is("blank", "True")
        && !call.is("null", "True")
        && (call.name.ends_with("CharField") || call.name == "TextField");
    let is_filled = has("default")
        || has("db_default")
        || ["auto_now", "auto_now_add"].iter().any(|key| call.is(key, "True"))
        || is_blank_text
        || matches!(call.name, "AutoField" | "BigAutoField" | "SmallAutoField" | "GeneratedField");
    let is_unique = call.is("unique", "True") || call.name == "OneToOneField";
    let has_index = !is_unique
        && (is_reference && !is_tortoise && !call.is("db_index", "False")
            || call.is("db_index", "True")
            || call.name == "SlugField");
    Some(NewColumn {
        name: call.key("source_field").and_then(|own| literal(own, text)).map_or(name, |own| own.text.into_owned()),
        kind: kind_of(&call, text),
        is_required: !call.is("null", "True"),
        is_filled,
        is_unique,
        has_index,
        is_reference: is_reference && !call.is("db_constraint", "False"),
        is_key: call.is("primary_key", "True"),
        references: String::new(),
        rewrites: match call.key("db_default") {
            Some(default) => rewriting(node_text(default, text)),
            None if call.name == "GeneratedField" && call.is("db_persist", "True") => REWRITE_STORED,
            None => "",
        },
    })
}

/// The type of a field in SQL's words, `""` where it is that of another table's key or not known.
fn kind_of(call: &Call<'_>, text: &str) -> String {
    let number = |key: &str| call.key(key).map_or("", |value| node_text(value, text));
    match call.name {
        "CharField" | "SlugField" | "EmailField" | "URLField" | "FileField" | "ImageField" | "FilePathField" => {
            let default = match call.name {
                "SlugField" => "50",
                "EmailField" => "254",
                "URLField" => "200",
                _ => "100",
            };
            let written = number("max_length");
            format!("varchar({})", if written.is_empty() { default } else { written })
        }
        "TextField" => "text".to_owned(),
        "IntegerField" | "PositiveIntegerField" | "AutoField" => "integer".to_owned(),
        "BigIntegerField" | "PositiveBigIntegerField" | "BigAutoField" => "bigint".to_owned(),
        "SmallIntegerField" | "PositiveSmallIntegerField" | "SmallAutoField" => "smallint".to_owned(),
        "BooleanField" | "NullBooleanField" => "boolean".to_owned(),
        "DateTimeField" => "timestamptz".to_owned(),
        "DateField" => "date".to_owned(),
        "FloatField" => "double precision".to_owned(),
        "UUIDField" => "uuid".to_owned(),
        "JSONField" => "jsonb".to_owned(),
        "DecimalField" => format!("numeric({},{})", number("max_digits"), number("decimal_places")),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn operations_are_what_they_run() {
        let text = r#"
class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    state_operations = [migrations.CreateModel("Moved", [])]
    operations = [
        migrations.AddField("order", "note", models.TextField(null=True)),
        migrations.AddField(model_name="order", name="code", field=models.CharField(max_length=9)),
        migrations.AddField("order", "state", models.CharField(max_length=9, default="new")),
        migrations.AddField("order", "seller", models.ForeignKey("auth.User", models.CASCADE, null=True)),
        migrations.RemoveField("order", "old"),
        migrations.AlterField("order", "note", models.TextField()),
        migrations.AlterField("order", "tags", models.ManyToManyField("shop.Tag")),
        migrations.CreateModel("tag", [("id", models.AutoField()), ("of", models.ManyToManyField("shop.Order"))]),
        AddIndexConcurrently("order", models.Index(fields=["code"], name="i")),
        migrations.RunSQL("DROP TABLE shop_old", reverse_sql="DROP TABLE nothing"),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Order")]),
        migrations.SeparateDatabaseAndState(state_operations=state_operations),
    ]
"#;
        assert_eq!(
            operations("shop/migrations/0002_x.py", text),
            [
                "add-column shop_order.note",
                "add-required-column shop_order.code",
                "add-column shop_order.state",
                "add-column shop_order.seller",
                "create-index shop_order.",
                "add-foreign-key shop_order.",
                "drop-column shop_order.old",
                "state-type shop_order.note",
                "state-not-null shop_order.note",
                "create-table shop_tag.",
                "create-table shop_tag_of.",
                "create-index-concurrently shop_order.i",
                "drop-table shop_old.",
                "create-table-if-missing shop_moved.",
            ]
        );
    }
}
