//! Which dangers are ones on which engine, and which statements wait for a lock.

use crate::facts::{Danger, Operation, Statement, TEXT_INDEX};

/// Whether a danger is one on an engine. `MySQL` builds indexes, keys and new columns while writes go on, but copies the
/// table under a lock to check a foreign key or a condition, and to build an index for texts or places.
pub(super) fn concerns(engine: &str, danger: Danger, statement: &Statement) -> bool {
    match (engine, danger) {
        // Its tables are made anew rather than changed, and its views are feeds.
        ("clickhouse", _) => false,
        ("postgresql" | "", _) | ("mysql", Danger::ConstraintValidating | Danger::TableRewrite) => true,
        ("mysql", Danger::BlockingIndex) => statement.detail == TEXT_INDEX,
        _ => !is_of_locks(danger),
    }
}

/// Whether a danger comes of how PostgreSQL locks tables.
fn is_of_locks(danger: Danger) -> bool {
    matches!(
        danger,
        Danger::BlockingIndex
            | Danger::SetNotNull
            | Danger::ConstraintValidating
            | Danger::UniqueConstraint
            | Danger::TableRewrite
            | Danger::ConcurrentlyInTransaction
            | Danger::MissingLockTimeout
    )
}

/// Whether an operation waits for a lock that stops reads or writes of a table.
pub(super) fn locks(operation: Operation) -> bool {
    !matches!(
        operation,
        Operation::CreateTable
            | Operation::CreateTableIfMissing
            | Operation::CreateIndexConcurrently
            | Operation::DropIndexConcurrently
            | Operation::ValidateConstraint
            | Operation::DropSchema
            | Operation::RenameSchema
            | Operation::UpdateAll
            | Operation::UpdateSome
            | Operation::DeleteAll
            | Operation::SetLockTimeout
            | Operation::SetKeyChecks
            | Operation::Begin
            | Operation::End
    )
}
