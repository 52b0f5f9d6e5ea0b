//! `FluentMigrator`: the chains that begin with `Create`, `Alter`, `Delete`, `Rename`, `Update` and `Execute`, in every
//! method but `Down`: base classes of a project's own may call what goes forward by another name than `Up`.

mod column;

use tree_sitter::Node;

use self::column::{column, is_column};
use crate::extract::migration::code::call::{Call, children};
use crate::extract::migration::code::reader::{NewColumn, Reader};
use crate::extract::sql::Change;
use crate::facts::{Column, Operation};
use crate::syntax::{descendants, node_text};

/// A link of a chain: a call, or a property as `Create`.
struct Link<'s> {
    name: &'s str,
    call: Option<Call<'s>>,
}

impl Link<'_> {
    fn word(&self, index: usize) -> Option<String> {
        self.call.as_ref()?.word(index, "")
    }
}

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    reader.no_transaction = text.contains("TransactionBehavior.None");
    let mut bodies = Vec::new();
    descendants(root, |node| {
        let name = node.child_by_field_name("name").map_or("", |name| node_text(name, text));
        if node.kind() == "method_declaration" && name != "Down" {
            bodies.push(node);
        }
        true
    });
    for body in bodies {
        descendants(body, |node| statement(reader, node));
    }
}

/// The number in `[Migration(20240101)]`, and in attributes of a project's own that end so: the digits of the first
/// argument, of all of them where the attribute is given a time in parts.
pub(super) fn version(text: &str) -> Option<String> {
    let attributes = text.lines().map(str::trim_start).filter(|line| line.starts_with('['));
    let given = attributes.filter_map(|line| line.split_once("Migration(")).find_map(|(before, inside)| {
        let all = inside.split(')').next()?;
        Some(if before.ends_with("Timestamped") { all } else { all.split(',').next()? })
    })?;
    let parts = given.split(|character: char| !character.is_ascii_digit()).filter(|part| !part.is_empty());
    let padded: Vec<String> = parts.map(|part| format!("{part:0>2}")).collect();
    let number = padded.concat();
    let number = number.trim_start_matches('0');
    (!number.is_empty()).then(|| number.to_owned())
}

/// Reads a node; whether what is inside it is read too.
fn statement<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>) -> bool {
    let text = reader.text;
    // The SQL of a command that code runs on the connection.
    if node.kind() == "assignment_expression"
        && let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        && node_text(left, text).ends_with(".CommandText")
    {
        reader.sql_at(Some(right), node);
        return false;
    }
    if node.kind() != "invocation_expression" {
        return true;
    }
    let mut links = links(node, text);
    links.reverse();
    let is_conditional = links.first().is_some_and(|first| first.name == "IfDatabase");
    let mut rest = links.iter().skip_while(|link| matches!(link.name, "this" | "base" | "IfDatabase"));
    let Some(verb) = rest.next().filter(|verb| verb.call.is_none()) else { return true };
    let rest: Vec<&Link<'s>> = rest.collect();
    let before = reader.statements.len();
    let is_read = match verb.name {
        "Create" => create(reader, node, &rest),
        "Alter" => alter(reader, node, &rest),
        "Delete" => delete(reader, node, &rest),
        "Rename" => rename(reader, node, &rest),
        "Update" => update(reader, node, &rest),
        "Execute" => execute(reader, node, &rest),
        "Insert" => Some(()),
        _ => return true,
    };
    for statement in reader.statements.iter_mut().skip(before) {
        statement.is_lenient |= is_conditional;
    }
    if is_read.is_none() {
        let what: Vec<&str> = rest.iter().map(|link| link.name).take(2).collect();
        reader.not_understood(node, &format!("`{}.{}`", verb.name, what.join(".")));
    }
    // Functions that run on the connection stand in arguments.
    verb.name == "Execute"
}

/// The links of a chain, the last one first.
fn links<'s>(node: Node<'s>, text: &'s str) -> Vec<Link<'s>> {
    let mut links = Vec::new();
    let mut at = Some(node);
    while let Some(node) = at {
        match node.kind() {
            "invocation_expression" => {
                let Some(call) = Call::of(node, text) else { break };
                at = call.target;
                links.push(Link { name: call.name, call: Some(call) });
            }
            "member_access_expression" => {
                let name = node.child_by_field_name("name").map_or("", |name| node_text(name, text));
                links.push(Link { name, call: None });
                at = node.child_by_field_name("expression");
            }
            "parenthesized_expression" => at = node.named_child(0),
            _ => {
                links.push(Link { name: node_text(node, text), call: None });
                break;
            }
        }
    }
    links
}

/// The first word of the link of that name.
fn word_of(links: &[&Link<'_>], names: &[&str]) -> Option<String> {
    links.iter().find(|link| names.contains(&link.name))?.word(0)
}

/// The columns that links of these names are given, one by one or as a list.
fn columns_of(links: &[&Link<'_>], names: &[&str]) -> Vec<Column> {
    let own = links.iter().filter(|link| names.contains(&link.name));
    let words = own.flat_map(|link| (0..).map_while(|index| link.word(index)));
    words.map(Column::named).collect()
}

/// The columns that a chain names, each with what is said of it.
fn columns<'l, 's>(links: &[&'l Link<'s>]) -> Vec<(&'l Link<'s>, NewColumn)> {
    let starts = links.iter().enumerate().filter(|(_, link)| is_column(link.name));
    let all = starts.filter_map(|(index, link)| {
        let said: Vec<&Link<'s>> =
            links.iter().skip(index + 1).take_while(|link| !is_column(link.name)).copied().collect();
        Some((*link, column(link.word(0)?, &said)))
    });
    all.collect()
}

fn create<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, links: &[&Link<'s>]) -> Option<()> {
    let (first, rest) = links.split_first()?;
    let on = || word_of(rest, &["OnTable", "FromTable"]);
    let name = || first.word(0).unwrap_or_default();
    let change = |operation, table: String| Change::new(operation, table, name(), node.byte_range());
    match first.name {
        "Column" => {
            let new = column(first.word(0)?, rest);
            reader.column(node, &on()?, &new);
        }
        "Index" => {
            let is_concurrent = rest.iter().any(|link| link.name == "AsConcurrently");
            let operation = if is_concurrent { Operation::CreateIndexConcurrently } else { Operation::CreateIndex };
            let is_partial = rest.iter().any(|link| link.name == "Filter");
            let columns = columns_of(rest, &["OnColumn"]);
            let detail = if is_partial { "partial" } else { "" };
            reader.add(node, change(operation, on()?).of(columns).saying(detail));
        }
        "ForeignKey" => {
            let columns = columns_of(rest, &["ForeignColumn", "ForeignColumns"]);
            let target = word_of(rest, &["ToTable"]).unwrap_or_default();
            reader.add(node, change(Operation::AddForeignKey, on()?).of(columns).saying(target));
        }
        "PrimaryKey" | "UniqueConstraint" => {
            let is_key = first.name == "PrimaryKey";
            let operation = if is_key { Operation::AddPrimaryKey } else { Operation::AddUnique };
            reader.add(node, change(operation, on()?).of(columns_of(rest, &["Column", "Columns"])));
        }
        "Schema" | "Sequence" => {}
        // Extensions of a project add columns of their own to a table.
        _ if first.name == "Table" || rest.iter().any(|link| is_column(link.name)) => {
            let table = first.word(0)?;
            let own: Vec<NewColumn> = columns(rest).into_iter().map(|(_, column)| column).collect();
            reader.table(node, Operation::CreateTable, &table, own, Vec::new(), first.name != "Table");
        }
        _ => return None,
    }
    Some(())
}

fn alter<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, links: &[&Link<'s>]) -> Option<()> {
    let (first, rest) = links.split_first()?;
    match first.name {
        "Table" => {
            let table = first.word(0)?;
            let all = columns(rest);
            if all.is_empty() {
                reader.change(node, Operation::AlterTable, &table, "");
            }
            for (link, column) in all {
                let at = link.call.as_ref().map_or(node, |call| call.node);
                if link.name == "AlterColumn" {
                    state(reader, at, &table, column);
                } else {
                    reader.column(at, &table, &column);
                }
            }
        }
        "Column" => {
            let table = word_of(rest, &["OnTable"])?;
            state(reader, node, &table, column(first.word(0)?, rest));
        }
        _ => return None,
    }
    Some(())
}

/// A column that is stated anew.
fn state<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, table: &str, column: NewColumn) {
    let change = |operation| Change::new(operation, table, column.name.clone(), node.byte_range());
    let (kind, nullable) = (change(Operation::StateType), change(Operation::StateNotNull));
    reader.add(node, kind.saying(column.kind));
    if column.is_required {
        reader.add(node, nullable);
    }
}

fn delete<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, links: &[&Link<'s>]) -> Option<()> {
    let (first, rest) = links.split_first()?;
    let on = || word_of(rest, &["OnTable", "FromTable"]);
    match first.name {
        "Table" => {
            let is_lenient = rest.iter().any(|link| link.name == "IfExists");
            let change = Change::new(Operation::DropTable, first.word(0)?, "", node.byte_range());
            reader.add(node, Change { is_lenient, ..change });
        }
        "Column" => {
            let table = on()?;
            for column in columns_of(links, &["Column"]) {
                reader.change(node, Operation::DropColumn, &table, &column.name);
            }
        }
        "Index" => reader.change(node, Operation::DropIndex, &on()?, &first.word(0).unwrap_or_default()),
        "ForeignKey" | "PrimaryKey" | "UniqueConstraint" => {
            reader.change(node, Operation::DropConstraint, &on()?, &first.word(0).unwrap_or_default());
        }
        "DefaultConstraint" => reader.change(node, Operation::AlterTable, &on()?, ""),
        "FromTable" => {
            if rest.iter().any(|link| link.name == "AllRows") {
                reader.change(node, Operation::DeleteAll, &first.word(0)?, "");
            }
        }
        "Schema" => reader.change(node, Operation::DropSchema, "", &first.word(0)?),
        "Sequence" => {}
        _ => return None,
    }
    Some(())
}

fn rename<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, links: &[&Link<'s>]) -> Option<()> {
    let (first, rest) = links.split_first()?;
    let new = word_of(rest, &["To"])?;
    match first.name {
        "Table" => reader.change(node, Operation::RenameTable, &first.word(0)?, &new),
        "Column" => {
            let table = word_of(rest, &["OnTable"])?;
            let change = Change::new(Operation::RenameColumn, table, first.word(0)?, node.byte_range());
            reader.add(node, change.saying(new));
        }
        _ => return None,
    }
    Some(())
}

/// `Update.Table("a").Set(new { b = 1 }).AllRows()`.
fn update<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, links: &[&Link<'s>]) -> Option<()> {
    let table = links.first().filter(|first| first.name == "Table")?.word(0)?;
    if links.iter().any(|link| link.name == "AllRows") {
        let set = links.iter().find(|link| link.name == "Set").and_then(|link| link.call.as_ref()?.at(0));
        let text = reader.text;
        let names = set.map(children).unwrap_or_default().into_iter().filter(|part| part.kind() == "identifier");
        let columns = names.map(|name| Column::named(node_text(name, text))).collect();
        reader.add(node, Change::new(Operation::UpdateAll, table, "", node.byte_range()).of(columns));
    }
    Some(())
}

fn execute<'s>(reader: &mut Reader<'s, '_>, node: Node<'s>, links: &[&Link<'s>]) -> Option<()> {
    let call = links.first()?.call.as_ref()?;
    match call.name {
        "Sql" => reader.sql_at(call.at(0), node),
        // Its commands are read where their text is set.
        "WithConnection" => {}
        _ => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::{operations, versions};

    const TEXT: &str = r#"
using FluentMigrator;

[Migration(20240101, "Orders")]
public class AddOrders : Migration
{
    public override void Up()
    {
        Create.Table("orders").WithColumn("id").AsInt32().PrimaryKey().Identity()
            .WithColumn("code").AsString(9).NotNullable();
        Alter.Table("users").AddColumn("email").AsString(100).NotNullable()
            .AddColumn("note").AsString().Nullable();
        Create.Column("state").OnTable("users").AsInt32().NotNullable().WithDefaultValue(0);
        Alter.Column("name").OnTable("users").AsString(20).NotNullable();
        Delete.Column("old").Column("older").FromTable("users");
        Rename.Column("a").OnTable("users").To("b");
        Create.Index("ix").OnTable("users").OnColumn("email").Ascending().WithOptions().Unique();
        Create.ForeignKey("fk").FromTable("users").ForeignColumn("order_id").ToTable("orders").PrimaryColumn("id");
        Delete.FromTable("carts").AllRows();
        IfDatabase("postgres").Execute.Sql("DROP TABLE baskets");
        if (!Schema.Table("x").Exists()) { Delete.Table("x"); }
        Execute.WithConnection(Fill);
    }

    private void Fill(IDbConnection connection, IDbTransaction transaction)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE users SET b = 1";
    }

    public override void Down()
    {
        Delete.Table("orders");
    }
}
"#;

    #[test]
    fn chains_are_read_in_every_method_but_the_way_back() {
        assert_eq!(
            operations("src/Migrations/AddOrders.cs", TEXT),
            [
                "create-table orders.",
                "add-required-column users.email",
                "add-column users.note",
                "add-column users.state",
                "state-type users.name",
                "state-not-null users.name",
                "drop-column users.old",
                "drop-column users.older",
                "rename-column users.a",
                "create-index users.ix",
                "add-foreign-key users.fk",
                "delete-all carts.",
                "drop-table baskets.",
                "drop-table x.",
                "update-all users.",
            ]
        );
    }

    #[test]
    fn the_version_is_the_one_of_the_attribute() {
        assert_eq!(versions("src/Migrations/AddOrders.cs", TEXT), ["20240101_AddOrders"]);
        assert_eq!(versions("src/Migrations/20240101_AddOrders.cs", TEXT), ["20240101_AddOrders"]);
        let base = "using FluentMigrator;\npublic abstract class MigrationBase : Migration\n{\n}\n";
        assert!(versions("src/Migrations/MigrationBase.cs", base).is_empty());
    }
}
