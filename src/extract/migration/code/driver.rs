//! Migrations in Java and Kotlin (Flyway) and in Go (goose): the SQL that code gives to the connection. What else the code
//! does is about rows, most of the time.

use tree_sitter::Node;

use super::literal::{binding, literal};
use super::reader::Reader;
use crate::syntax::{descendants, node_text};

/// Methods that take a text of SQL.
const METHODS: &[&str] = &[
    "execute",
    "executeUpdate",
    "executeLargeUpdate",
    "executeQuery",
    "update",
    "batchUpdate",
    "addBatch",
    "prepareStatement",
    "query",
    "queryForObject",
    "queryForList",
    "Exec",
    "ExecContext",
    "MustExec",
    "Query",
    "QueryContext",
    "QueryRow",
    "QueryRowContext",
    "Prepare",
    "PrepareContext",
];

/// Those of them that nothing else is called: what they are given is SQL, also where it is computed.
const CERTAIN: &[&str] = &[
    "executeUpdate",
    "executeLargeUpdate",
    "prepareStatement",
    "batchUpdate",
    "addBatch",
    "ExecContext",
    "Exec",
    "MustExec",
];

/// Reads a migration of Flyway.
pub(super) fn read_flyway<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let plain: String = reader.text.split_whitespace().collect();
    reader.no_transaction = [
        "canExecuteInTransaction(){returnfalse",
        "canExecuteInTransaction()=false",
        "canExecuteInTransaction():Boolean=false",
    ]
    .iter()
    .any(|form| plain.contains(form));
    calls(reader, root);
}

/// Reads a migration of goose: the function that is registered as the way forward.
pub(super) fn read_goose<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    reader.no_transaction = text.contains("NoTx(") || text.contains("NoTxContext(");
    let mut forward = None;
    descendants(root, |node| {
        if node.kind() == "call_expression" && name_of(node, text).contains("Migration") && forward.is_none() {
            let list = node.child_by_field_name("arguments");
            let named = name_of(node, text).contains("Named");
            forward = list.and_then(|list| list.named_child(u32::from(named)));
        }
        true
    });
    let Some(forward) = forward else { return reader.not_understood(root, "a migration that is registered elsewhere") };
    if forward.kind() == "func_literal" {
        return calls(reader, forward);
    }
    let wanted = node_text(forward, text);
    let mut body = None;
    descendants(root, |node| {
        if node.kind() == "function_declaration"
            && node.child_by_field_name("name").is_some_and(|name| node_text(name, text) == wanted)
        {
            body = Some(node);
        }
        true
    });
    match body {
        Some(body) => calls(reader, body),
        None => reader.not_understood(forward, "a function that stands elsewhere"),
    }
}

/// The last word of what is called.
fn name_of<'s>(call: Node<'s>, text: &'s str) -> &'s str {
    let called = call.child_by_field_name("name").or_else(|| call.child_by_field_name("function"));
    let written = called.or_else(|| call.named_child(0)).map_or("", |called| node_text(called, text));
    written.rsplit('.').next().unwrap_or("")
}

fn calls<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    descendants(root, |node| {
        let is_call = matches!(node.kind(), "method_invocation" | "call_expression");
        let name = if is_call { name_of(node, text) } else { "" };
        if !METHODS.contains(&name) {
            return true;
        }
        let arguments = arguments(node);
        let given = arguments.iter().find(|one| {
            literal(binding(**one, text).unwrap_or(**one), text).is_some_and(|said| said.text.contains(' '))
        });
        match given {
            Some(sql) => reader.sql_at(Some(*sql), node),
            None if CERTAIN.contains(&name) && !arguments.is_empty() => {
                let sum = arguments.iter().find(|one| one.kind().contains("binary") || one.kind().contains("additive"));
                reader.sql_at(sum.or(arguments.first()).copied(), node);
            }
            None => {}
        }
        true
    });
}

/// The values that a call is given.
fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    let mut lists = vec![call.child_by_field_name("arguments")];
    let mut inner = call.walk();
    lists.extend(call.named_children(&mut inner).filter(|child| child.kind().contains("arguments")).map(Some));
    let Some(list) = lists.into_iter().flatten().next() else { return Vec::new() };
    let value = |node: Node<'_>| node.kind() == "value_argument";
    let mut walk = list.walk();
    let children: Vec<Node<'_>> = list.named_children(&mut walk).collect();
    children
        .into_iter()
        .filter_map(|one| if value(one) { super::call::children(one).into_iter().next_back() } else { Some(one) })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn flyway_runs_what_the_connection_is_given() {
        let java = r#"
package db.migration;

public class V2__Orders extends BaseJavaMigration {
    private static final String DROP = "DROP TABLE carts";

    public void migrate(Context context) throws Exception {
        try (Statement statement = context.getConnection().createStatement()) {
            statement.execute("ALTER TABLE orders DROP COLUMN old");
            statement.executeUpdate(DROP);
            statement.execute("""
                ALTER TABLE orders ADD COLUMN code text NOT NULL
                """);
        }
        map.update(1);
    }
}
"#;
        let expected = ["drop-column orders.old", "drop-table carts.", "add-required-column orders.code"];
        assert_eq!(operations("src/main/java/db/migration/V2__Orders.java", java), expected);
        let kotlin = r#"
class V2__Orders : BaseJavaMigration() {
  override fun migrate(context: Context) {
    val jdbc = JdbcTemplate(SingleConnectionDataSource(context.connection, true))
    jdbc.execute("ALTER TABLE orders DROP COLUMN old")
    jdbc.update("UPDATE orders SET a = ? WHERE id = ?", a, id)
  }
}
"#;
        let path = "src/main/kotlin/db/migration/V2__Orders.kt";
        assert_eq!(operations(path, kotlin), ["drop-column orders.old", "update-some orders."]);
    }

    #[test]
    fn goose_runs_the_function_that_goes_forward() {
        let go = "package migrations\n\nfunc init() {\n\tgoose.AddMigrationContext(upOrders, downOrders)\n}\n\nfunc upOrders(ctx context.Context, tx *sql.Tx) error {\n\t_, err := tx.ExecContext(ctx, `ALTER TABLE orders DROP COLUMN old`)\n\tif err != nil {\n\t\treturn err\n\t}\n\t_, err = tx.Exec(\"DROP TABLE carts\")\n\treturn err\n}\n\nfunc downOrders(ctx context.Context, tx *sql.Tx) error {\n\t_, err := tx.Exec(\"DROP TABLE orders\")\n\treturn err\n}\n";
        assert_eq!(operations("migrations/00002_orders.go", go), ["drop-column orders.old", "drop-table carts."]);
    }
}
