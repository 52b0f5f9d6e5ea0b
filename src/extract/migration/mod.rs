//! What tools say about migrations outside of SQL files: schema declarations, locks and journals, migrations written in
//! a programming language, and lists of SQL texts in code.

mod backup;
mod code;
mod django_models;
mod drizzle;
mod drizzle_models;
mod ef_model;
mod embedded;
mod engine_setting;
mod liquibase;
mod lock;
mod lock_timeout;
mod prisma;
mod prisma_models;
mod sqlalchemy_models;

use super::Extractor;
use crate::facts::{File, Role};

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(prisma::PrismaSchemas),
        Box::new(prisma_models::PrismaModels),
        Box::new(django_models::DjangoModels),
        Box::new(sqlalchemy_models::SqlAlchemyModels),
        Box::new(drizzle_models::DrizzleModels),
        Box::new(lock::MigrationLocks),
        Box::new(lock_timeout::LockTimeouts),
        Box::new(engine_setting::EngineSettings),
        Box::new(backup::Backups),
        Box::new(drizzle::DrizzleConfig),
        Box::new(ef_model::EfModels),
        Box::new(code::CodeMigrations),
        Box::new(code::RailsSchemas),
        Box::new(embedded::EmbeddedMigrations),
        Box::new(liquibase::LiquibaseChangelogs),
    ]
}

/// Whether a file is the product's own, not a test, an example, prose or a copy.
fn is_own(file: &File) -> bool {
    matches!(file.role, Role::Product | Role::Configuration | Role::Script)
}
