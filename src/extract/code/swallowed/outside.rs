//! Whether code waits for something outside the process, told from the names of what it calls. What fails there, somebody
//! who runs the system wants to know.

use tree_sitter::Node;

use crate::extract::code::words::words;
use crate::syntax::{descendants, node_text};

/// Words of names of what stands outside.
const THINGS: &[&str] = &[
    "fs",
    "file",
    "files",
    "dir",
    "path",
    "http",
    "https",
    "client",
    "api",
    "url",
    "socket",
    "stream",
    "db",
    "database",
    "repo",
    "repository",
    "dao",
    "jdbc",
    "sql",
    "sqlx",
    "query",
    "connection",
    "conn",
    "pool",
    "session",
    "redis",
    "cache",
    "queue",
    "kafka",
    "amqp",
    "mail",
    "mailer",
    "email",
    "smtp",
    "s3",
    "storage",
    "bucket",
    "ftp",
    "ldap",
    "disk",
];

/// Words of names of what is done there.
const DEEDS: &[&str] = &[
    "execute", "exec", "query", "insert", "update", "delete", "upsert", "save", "persist", "commit", "rollback",
    "publish", "upload", "download", "fetch", "request", "post", "put", "send", "remove", "rename", "copy", "create",
    "write", "append", "flush", "sync", "read", "load", "store", "connect", "close", "find", "get", "notify",
    "enqueue", "refresh",
];

/// Deeds that say enough without a thing.
const PLAIN: &[&str] = &["execute", "persist", "commit", "rollback", "publish", "upload", "download", "upsert"];

/// Ends of a channel inside the process: who does not listen any more misses nothing. Counters of the process itself.
const INSIDE: &[&str] = &[
    "metric",
    "metrics",
    "counter",
    "gauge",
    "histogram",
    "tx",
    "rx",
    "sender",
    "channel",
    "chan",
    "handle",
    "oneshot",
    "broadcast",
    "shutdown",
];

/// Whether a called name is of something outside.
pub(super) fn is_outside(callee: &str) -> bool {
    let words = words(callee);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    !has(INSIDE) && (has(PLAIN) || has(THINGS) && has(DEEDS))
}

/// Whether a block calls something outside. `callee` gives the name of what a node calls.
pub(super) fn waits(block: Node<'_>, text: &str) -> bool {
    let mut found = false;
    descendants(block, |node| {
        if let Some(arguments) = node.child_by_field_name("arguments") {
            found |= text
                .get(node.start_byte()..arguments.start_byte())
                .is_some_and(|name| name.len() < 200 && is_outside(name));
        } else if node.kind() == "call_expression" {
            found |= node.named_child(0).is_some_and(|callee| is_outside(node_text(callee, text)));
        }
        !found
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_the_process_is_outside() {
        for callee in [
            "std::fs::remove_file",
            "client.post",
            "userRepository.save",
            "sqlx::query",
            "mailer.send",
            "$pdo->execute",
        ] {
            assert!(is_outside(callee), "{callee}");
        }
        for callee in ["tx.send", "Integer.parseInt", "dotenvy::dotenv", "shutdown_tx.send", "map.get", "write_str"] {
            assert!(!is_outside(callee), "{callee}");
        }
    }
}
