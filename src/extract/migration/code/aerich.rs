//! Aerich: the SQL that `upgrade` returns.

use tree_sitter::Node;

use super::reader::Reader;
use crate::syntax::{descendants, node_text};

/// Reads the migration.
pub(super) fn read<'s>(reader: &mut Reader<'s, '_>, root: Node<'s>) {
    let text = reader.text;
    let mut upgrade = None;
    descendants(root, |node| {
        let field = |name: &str| node.child_by_field_name(name).map_or("", |part| node_text(part, text));
        match node.kind() {
            "function_definition" if field("name") == "upgrade" => upgrade = upgrade.or(Some(node)),
            "assignment" if field("left") == "RUN_IN_TRANSACTION" => {
                reader.no_transaction = field("right") == "False";
            }
            _ => {}
        }
        node.kind() != "function_definition"
    });
    let Some(upgrade) = upgrade else { return reader.not_understood(root, "a migration without `upgrade`") };
    descendants(upgrade, |node| {
        if node.kind() == "return_statement" {
            reader.sql_at(node.named_child(0), node);
        }
        true
    });
}

#[cfg(test)]
mod tests {
    use crate::extract::migration::code::tests::operations;

    #[test]
    fn what_upgrade_returns_is_read() {
        let text = r#"
from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        ALTER TABLE "orders" DROP COLUMN "old";
        ALTER TABLE "orders" ADD "code" VARCHAR(9) NOT NULL;"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE "orders";"""
"#;
        let found = operations("migrations/models/1_20240101000000_a.py", text);
        assert_eq!(found, ["drop-column orders.old", "add-required-column orders.code"]);
    }
}
