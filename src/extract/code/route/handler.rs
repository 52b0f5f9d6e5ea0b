//! What a handler does before it answers: which dependencies it exercises, and whether it asks for a session. Told from
//! the names of what it calls, in any language, through functions of the same file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::asked;
use crate::extract::code::words::words;
use crate::syntax::{descendants, node_text};

/// How many functions of the file are followed from one handler.
const MAX_FUNCTIONS: usize = 16;

/// Longer names are expressions, not names.
const MAX_NAME: usize = 200;

/// The functions of a file by name.
pub(super) type Functions<'tree> = BTreeMap<&'tree str, Node<'tree>>;

/// What is known about a handler.
#[derive(Debug, Default)]
pub(super) struct Handling {
    /// The dependencies that it exercises.
    pub(super) checks: BTreeSet<&'static str>,
    /// Whether it asks for a session.
    pub(super) asks_for_session: bool,
    /// Whether it hands the request on to another service.
    is_proxy: bool,
    /// Whether it asks another service for its health.
    asks_for_health: bool,
    /// Functions of other files that it asks: what they are called on, and their names.
    pub(super) asks: BTreeSet<(String, String)>,
}

impl Handling {
    /// The dependencies as a fact lists them.
    pub(super) fn checks(&self) -> Vec<String> {
        self.checks.iter().map(|&check| check.to_owned()).collect()
    }

    /// Whether what it answers at a path is the health of another service alone: `/billing/health` that asks billing.
    pub(super) fn is_of_another_service(&self, path: &str) -> bool {
        let before = path.trim_end_matches('/').rsplit('/').nth(1).unwrap_or("");
        let is_own = before.is_empty()
            || OWN_PREFIXES.contains(&before)
            || before.strip_prefix('v').is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()));
        let asks_alone = self.asks_for_health && self.checks.iter().all(|check| *check == "http");
        self.is_proxy || asks_alone && !is_own
    }
}

/// What stands before the health of the service itself.
const OWN_PREFIXES: &[&str] = &[
    "api", "rest", "internal", "public", "private", "ops", "admin", "system", "server", "service", "app", "-", "_",
    "web",
];

/// Reads a handler: a function, or the name of one of this file.
pub(super) fn read<'tree>(handler: Node<'tree>, functions: &Functions<'tree>, text: &'tree str) -> Handling {
    let mut handling = Handling::default();
    let mut seen = BTreeSet::new();
    let known = functions.get(node_text(handler, text)).copied();
    if known.is_none() {
        handling.asks.extend(referred(handler, text));
    }
    let mut waiting = vec![known.unwrap_or(handler)];
    while let Some(function) = waiting.pop() {
        if seen.len() >= MAX_FUNCTIONS || !seen.insert(function.id()) {
            continue;
        }
        descendants(function, |node| {
            if node.kind().contains("string") && is_query(node_text(node, text)) {
                handling.checks.insert("database");
            }
            if let Some(name) = callee(node, text).filter(|name| name.len() <= MAX_NAME) {
                handling.checks.extend(dependency(name));
                handling.asks_for_session |= is_session_call(name);
                handling.is_proxy |= is_proxy(name);
                handling.asks_for_health |= dependency(name) == Some("http") && names_health(node, text);
                let own = OWN.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
                match functions.get(own) {
                    Some(function) => waiting.push(*function),
                    None if dependency(name).is_none() => handling.asks.extend(asked::parts(&called(node, name, text))),
                    None => {}
                }
            }
            true
        });
    }
    handling
}

/// The handlers that an expression names: `health.check`, `wrap(health.check)`.
fn referred(handler: Node<'_>, text: &str) -> Vec<(String, String)> {
    let is_name = |node: &Node<'_>| {
        matches!(node.kind(), "identifier" | "member_expression" | "member_access_expression" | "attribute")
            && node.byte_range().len() <= MAX_NAME
    };
    let list = match handler.kind() {
        "call_expression" => handler.child_by_field_name("arguments"),
        _ if is_name(&handler) => return asked::parts(node_text(handler, text)).into_iter().collect(),
        _ => None,
    };
    let Some(list) = list else { return Vec::new() };
    let names =
        list.named_children(&mut list.walk()).filter(is_name).map(|node| node_text(node, text)).collect::<Vec<_>>();
    names.into_iter().filter_map(asked::parts).collect()
}

/// What is called, as its receiver and its name: in Ruby those are fields of the call.
fn called<'text>(call: Node<'_>, name: &'text str, text: &'text str) -> Cow<'text, str> {
    match (call.child_by_field_name("receiver"), call.child_by_field_name("method")) {
        (Some(receiver), Some(method)) => {
            Cow::Owned(format!("{}.{}", node_text(receiver, text), node_text(method, text)))
        }
        _ => Cow::Borrowed(name),
    }
}

/// How a method calls another one of its class.
const OWN: &[&str] = &["this.", "self.", "Self::", "$this->", "self::", "static::"];

/// The name of what a node calls, in the grammars that this program reads.
fn callee<'text>(node: Node<'_>, text: &'text str) -> Option<&'text str> {
    match node.kind() {
        // In Kotlin the function is the first child, without a name.
        "call_expression" | "invocation_expression" => {
            node.child_by_field_name("function").or_else(|| node.named_child(0)).map(|callee| node_text(callee, text))
        }
        // In Ruby the receiver and the method are fields of the call; in Python the function is one, in Elixir the target.
        "call" => {
            let callee = node.child_by_field_name("function").or_else(|| node.child_by_field_name("target"));
            Some(node_text(callee.unwrap_or(node), text))
        }
        // In Java and PHP it is all that stands before the arguments.
        "method_invocation"
        | "function_call_expression"
        | "member_call_expression"
        | "nullsafe_member_call_expression"
        | "scoped_call_expression" => text.get(node.start_byte()..node.child_by_field_name("arguments")?.start_byte()),
        _ => None,
    }
}

/// `createProxyMiddleware`, `proxy`, `httputil.NewSingleHostReverseProxy`.
fn is_proxy(callee: &str) -> bool {
    let words = words(callee.rsplit('.').next().unwrap_or(callee));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&["proxy"])
        && (words.len() == 1 || has(&["create", "http", "reverse", "middleware", "request", "pass", "forward"]))
}

/// Whether a request names a path of health.
fn names_health(call: Node<'_>, text: &str) -> bool {
    let written = node_text(call, text);
    let head = written.get(..MAX_NAME).unwrap_or(written);
    ["/health", "/ready", "/live", "/ping", "/status"].iter().any(|path| head.contains(path))
}

fn is_query(literal: &str) -> bool {
    let inner = literal.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let start = inner.get(..8).unwrap_or("").to_ascii_lowercase();
    start == "select 1" || start == "select n"
}

const KINDS: &[(&str, &[&str])] = &[
    ("cache", &["redis", "valkey", "cache", "memcache", "memcached", "ioredis"]),
    ("queue", &["rabbit", "rabbitmq", "amqp", "kafka", "queue", "sqs", "nats", "bull", "broker", "celery", "sidekiq"]),
    ("storage", &["s3", "bucket", "storage", "minio"]),
    ("search", &["elasticsearch", "elastic", "opensearch", "meilisearch", "typesense"]),
    (
        "database",
        &[
            "prisma",
            "db",
            "database",
            "pool",
            "pg",
            "postgres",
            "postgresql",
            "mysql",
            "sqlite",
            "mongo",
            "mongodb",
            "mongoose",
            "knex",
            "sequelize",
            "drizzle",
            "typeorm",
            "sql",
            "engine",
            "connection",
            "conn",
            "orm",
            "datasource",
            "jdbc",
            "jdbi",
            "r2dbc",
            "repo",
            "repository",
            "sqlx",
            "pdo",
            "doctrine",
        ],
    ),
];

const PROBING: &[&str] = &[
    "query",
    "execute",
    "exec",
    "ping",
    "raw",
    "connect",
    "connected",
    "find",
    "first",
    "count",
    "select",
    "check",
    "is",
    "verify",
    "ensure",
    "test",
    "authenticate",
    "scalar",
    "run",
    "get",
    "command",
    "status",
    "health",
    "healthy",
    "assert",
    "active",
    "acquire",
    "valid",
];

/// The kinds of dependencies that the words of a text name: checks that are registered with a library.
pub(super) fn kinds_named(text: &str) -> BTreeSet<&'static str> {
    let words = words(text);
    let names = |nouns: &[&str]| words.iter().any(|word| nouns.contains(&word.as_str()));
    let mut kinds: BTreeSet<&'static str> =
        KINDS.iter().filter(|(_, nouns)| names(nouns)).map(|&(kind, _)| kind).collect();
    if text.contains("HTTPGet") || text.contains("NewHTTPCheck") || text.contains("http.New(") {
        kinds.insert("http");
    }
    if kinds.is_empty() && names(&["ping"]) {
        kinds.insert("dependency");
    }
    kinds
}

/// Whether a text names anything that a call of it could exercise, before it is parsed.
pub(super) fn may_exercise(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has = |noun: &&str| memchr::memmem::find(lower.as_bytes(), noun.as_bytes()).is_some();
    KINDS.iter().flat_map(|(_, nouns)| nouns.iter()).any(has)
        || ["ping", "fetch", "axios", "http", "select 1", "session"].iter().any(has)
}

/// The kind of dependency that a call of that name exercises.
fn dependency(callee: &str) -> Option<&'static str> {
    if matches!(callee, "fetch" | "got" | "ky" | "http.Get") {
        return Some("http");
    }
    let words = words(callee);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let first = words.first().map(String::as_str);
    if matches!(first, Some("axios" | "requests" | "httpx" | "undici"))
        || (has(&["http"]) && has(&["ping"]) && has(&["check"]))
    {
        return Some("http");
    }
    if has(&["session"]) && has(&["execute", "exec", "scalar"]) || asks_model(callee) {
        return Some("database");
    }
    if !has(PROBING) {
        return None;
    }
    let known = KINDS.iter().find(|(_, nouns)| has(nouns)).map(|&(kind, _)| kind);
    let is_ping = words.last().is_some_and(|word| word == "ping") && words.len() > 1;
    known.or(is_ping.then_some("dependency"))
}

/// A question to the class of a table: `User::count` of Laravel, `User.exists?` of Rails, `User.objects.count` of Django.
fn asks_model(callee: &str) -> bool {
    let parts = callee.split(['.', ':']).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let is_class = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(char::is_lowercase);
    match parts.as_slice() {
        [model, question] | [model, "objects", question] => {
            is_class(model) && matches!(*question, "count" | "exists" | "exists?" | "first" | "any?")
        }
        _ => false,
    }
}

/// `getServerSession`, `requireUser`, `auth`.
fn is_session_call(callee: &str) -> bool {
    let words = words(callee.rsplit('.').next().unwrap_or(callee));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    match words.as_slice() {
        [only] if only == "auth" => true,
        [first, second] if first == "current" && second == "user" => true,
        _ => {
            has(&["get", "require", "ensure", "assert", "verify", "validate"]) && has(&["session", "auth", "login"])
                || has(&["require", "ensure", "assert"]) && has(&["user", "admin"])
        }
    }
}

/// Whether the name of a middleware, guard, decorator or dependency says that it wants somebody signed in.
pub(super) fn is_guard(name: &str) -> bool {
    let words = words(name.get(..MAX_NAME).unwrap_or(name));
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&[
        "auth",
        "authenticate",
        "authenticated",
        "authentication",
        "authorize",
        "authorized",
        "login",
        "logged",
        "loggedin",
        "session",
        "jwt",
        "protect",
        "protected",
        "admin",
        "superuser",
        "signin",
        "bearer",
    ]) && !has(&["no", "public", "optional", "unauthenticated", "skip", "allow", "anonymous"])
        || has(&["current"]) && has(&["user"])
        || has(&["require", "requires", "ensure"]) && has(&["user", "token"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_tell_the_dependency() {
        for (callee, expected) in [
            ("prisma.$queryRaw", Some("database")),
            ("this.db.pingCheck", Some("database")),
            ("this.http.pingCheck", Some("http")),
            ("redis.ping", Some("cache")),
            ("checkDatabase", Some("database")),
            ("store.Ping", Some("dependency")),
            ("fetch", Some("http")),
            ("session.execute", Some("database")),
            ("res.json", None),
            ("Date.now", None),
            ("ping", None),
        ] {
            assert_eq!(dependency(callee), expected, "{callee}");
        }
    }

    #[test]
    fn guards_are_told_by_their_words() {
        for name in ["requireAuth", "passport.authenticate", "get_current_user", "JwtAuthGuard", "login_required"] {
            assert!(is_guard(name), "{name}");
        }
        for name in ["rateLimit", "cors", "optionalAuth", "allowAnonymous", "authorsRouter"] {
            assert!(!is_guard(name), "{name}");
        }
    }
}
