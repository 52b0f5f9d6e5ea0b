//! What tools say about migrations outside of SQL files: schema declarations, locks and journals, migrations written in
//! a programming language, and lists of SQL texts in code.

mod code;
mod drizzle;
mod embedded;
mod liquibase;
mod lock;
mod prisma;

use crate::facts::{File, Role};

pub(super) use code::CodeMigrations;
pub(super) use drizzle::DrizzleConfig;
pub(super) use embedded::EmbeddedMigrations;
pub(super) use liquibase::LiquibaseChangelogs;
pub(super) use lock::MigrationLocks;
pub(super) use prisma::PrismaSchemas;

/// Whether a file is the product's own, not a test, an example, prose or a copy.
fn is_own(file: &File) -> bool {
    matches!(file.role, Role::Product | Role::Configuration | Role::Script)
}
