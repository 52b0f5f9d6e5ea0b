//! Extractors: each makes the facts of one subject from one file's text. None looks at another file.

mod dispatch;
mod extractor;
mod migration;
mod sql;

pub use dispatch::{Extracted, Extractors};
pub use extractor::{Demand, Extractor, Found, Hit};

use crate::signals::Signals;

/// The extractors of this program, in the order in which their facts are listed for a file.
fn all(_signals: &Signals) -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(sql::SqlScripts),
        Box::new(migration::PrismaSchemas),
        Box::new(migration::MigrationLocks),
        Box::new(migration::DrizzleConfig),
        Box::new(migration::CodeMigrations),
        Box::new(migration::EmbeddedMigrations),
        Box::new(migration::LiquibaseChangelogs),
    ]
}
