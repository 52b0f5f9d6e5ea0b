//! Which tools run a migration inside a transaction, so that PostgreSQL refuses `CONCURRENTLY` in it.

use super::history::Step;
use crate::facts::Operation;

/// Tools that put every migration into a transaction unless it asks for none.
const ALWAYS: &[&str] = &[
    "aerich",
    "alembic",
    "atlas",
    "dbmate",
    "diesel",
    "django",
    "doctrine-migrations",
    "drizzle",
    "ecto",
    "ef-core",
    "fluent-migrator",
    "goose",
    "knex",
    "kysely",
    "laravel",
    "liquibase",
    "mikro-orm",
    "node-pg-migrate",
    "phinx",
    "active-record",
    "refinery",
    "sea-orm",
    "sql-migrate",
    "sqlx",
    "tern",
    "tortoise",
    "typeorm",
];

/// Tools that send a file as one text: PostgreSQL makes a transaction of it when it has more than one statement.
const SEVERAL: &[&str] = &["prisma", "golang-migrate", "supabase"];

/// Whether a migration begins inside a transaction of its tool.
pub(super) fn wraps(tool: &str, step: &Step<'_>) -> bool {
    if step.no_transaction {
        return false;
    }
    // Flyway leaves the transaction out where no statement of a file may stand in one, and refuses files that mix them.
    if tool == "flyway" {
        let concurrent = [Operation::CreateIndexConcurrently, Operation::DropIndexConcurrently];
        let outside = step.statements.iter().filter(|one| concurrent.contains(&one.operation)).count();
        return u64::try_from(outside).is_ok_and(|outside| outside < step.total);
    }
    ALWAYS.contains(&tool) || SEVERAL.contains(&tool) && step.total > 1
}
