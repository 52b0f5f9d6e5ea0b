//! What tools say about migrations outside of SQL files: schema declarations, locks and journals, migrations written in
//! a programming language, and lists of SQL texts in code.

mod code;
mod drizzle;
mod embedded;
mod liquibase;
mod lock;
mod lock_timeout;
mod prisma;

use super::Extractor;
use crate::facts::{File, Role};

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(prisma::PrismaSchemas),
        Box::new(lock::MigrationLocks),
        Box::new(lock_timeout::LockTimeouts),
        Box::new(drizzle::DrizzleConfig),
        Box::new(code::CodeMigrations),
        Box::new(embedded::EmbeddedMigrations),
        Box::new(liquibase::LiquibaseChangelogs),
    ]
}

/// Whether a file is the product's own, not a test, an example, prose or a copy.
fn is_own(file: &File) -> bool {
    matches!(file.role, Role::Product | Role::Configuration | Role::Script)
}
