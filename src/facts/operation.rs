//! What migrations do to a schema, and what is dangerous about it, by names.

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
        }
    };
}

names! {
    /// What a statement does to the schema, as written.
    Operation {
        /// A table or a materialised view is created; the detail is `open` where it may have columns that are not written.
        CreateTable = "create-table",
        /// A table is created unless it exists (`IF NOT EXISTS`).
        CreateTableIfMissing = "create-table-if-missing",
        /// A table is dropped.
        DropTable = "drop-table",
        /// A table gets another name; the object is the new one.
        RenameTable = "rename-table",
        /// A column is added that may be empty, has a default or fills itself; the detail says why each row is written for it.
        AddColumn = "add-column",
        /// A column is added that must have a value, and nothing gives it one.
        AddRequiredColumn = "add-required-column",
        /// A column is dropped.
        DropColumn = "drop-column",
        /// A column gets another name; the object is the old one, the detail the new one.
        RenameColumn = "rename-column",
        /// A column gets another type; the object is the column, the detail the new type.
        ChangeType = "change-type",
        /// A column is stated anew; its type changes where it is known to have had another one. The detail is the type.
        StateType = "state-type",
        /// A column is stated anew and must have a value, which is new where it is known to have been without.
        StateNotNull = "state-not-null",
        /// A column must have a value from now on.
        SetNotNull = "set-not-null",
        /// An index is built; writes wait. The columns are those that it leads with; the detail is `partial` where its
        /// condition leaves rows out, `expression` where it leads with none, `computed` where they are not known,
        /// `text` where it is for texts or places.
        CreateIndex = "create-index",
        /// An index is built while writes go on.
        CreateIndexConcurrently = "create-index-concurrently",
        /// An index is dropped; its table waits.
        DropIndex = "drop-index",
        /// An index is dropped while reads and writes go on.
        DropIndexConcurrently = "drop-index-concurrently",
        /// A foreign key is added and all rows are checked; the detail is the table that it refers to.
        AddForeignKey = "add-foreign-key",
        /// A check is added and all rows are checked; the detail is `not-null` where it says `IS NOT NULL` of its one column.
        AddCheck = "add-check",
        /// A unique constraint is added, which builds its index.
        AddUnique = "add-unique",
        /// A primary key is added, which builds its index.
        AddPrimaryKey = "add-primary-key",
        /// An exclusion constraint is added, which builds its index.
        AddExclusion = "add-exclusion",
        /// A check is added to a domain: the object; all tables that use it are read.
        AddDomainCheck = "add-domain-check",
        /// A constraint is added that old rows need not meet (`NOT VALID`); the detail as that of a check.
        AddUnvalidated = "add-unvalidated",
        /// A constraint is added without a scan: it takes an index that is there.
        AddConstraint = "add-constraint",
        /// Old rows are checked against a constraint.
        ValidateConstraint = "validate-constraint",
        /// A constraint is dropped.
        DropConstraint = "drop-constraint",
        /// An index, or all of a table, is built anew under a lock.
        Reindex = "reindex",
        /// A table is written anew; the detail says by what.
        RewriteTable = "rewrite-table",
        /// A schema or a database is dropped with all that is in it; the object is its name.
        DropSchema = "drop-schema",
        /// A schema gets another name; the object is the old one.
        RenameSchema = "rename-schema",
        /// A type is created: an enum, a domain. The table is its name.
        CreateType = "create-type",
        /// A type is dropped.
        DropType = "drop-type",
        /// A type gets another name; the object is the new one.
        RenameType = "rename-type",
        /// A view is created.
        CreateView = "create-view",
        /// A view is dropped.
        DropView = "drop-view",
        /// Code runs of which it is not known what it does to the schema.
        Opaque = "opaque",
        /// A table is altered in a way that only takes a lock.
        AlterTable = "alter-table",
        /// Every row of a table is updated; the columns are those that are set.
        UpdateAll = "update-all",
        /// Some rows of a table are updated.
        UpdateSome = "update-some",
        /// Every row of a table is deleted.
        DeleteAll = "delete-all",
        /// A table is emptied.
        Truncate = "truncate",
        /// A limit is set on the time that a statement waits for a lock.
        SetLockTimeout = "set-lock-timeout",
        /// Whether MySQL checks foreign keys from now on: the detail is `off` or `on`.
        SetKeyChecks = "set-key-checks",
        /// A transaction begins.
        Begin = "begin",
        /// A transaction ends, or the tool's own one is left.
        End = "end",
    }
}

names! {
    /// What is dangerous about a change, by the name of its rule in `migrations`.
    Danger {
        /// A table is dropped.
        DropTable = "drop-table",
        /// A column is dropped.
        DropColumn = "drop-column",
        /// A required column without a default is added.
        NotNullWithoutDefault = "not-null-without-default",
        /// An index is built or dropped under a lock.
        BlockingIndex = "blocking-index",
        /// A table gets another name.
        RenameTable = "rename-table",
        /// A column gets another name.
        RenameColumn = "rename-column",
        /// A column gets a type that values may not fit, or that rewrites the table.
        ChangeColumnType = "change-column-type",
        /// A column that may hold `NULL` must not any more.
        SetNotNull = "set-not-null",
        /// Rows are checked against a new constraint under its lock.
        ConstraintValidating = "constraint-validating",
        /// A constraint builds its index under a lock.
        UniqueConstraint = "unique-constraint",
        /// Every row of a table is written anew under a lock.
        TableRewrite = "table-rewrite",
        /// `CONCURRENTLY` inside a transaction.
        ConcurrentlyInTransaction = "concurrently-in-transaction",
        /// A lock is waited for without a limit.
        MissingLockTimeout = "missing-lock-timeout",
        /// Every row is deleted or overwritten.
        DataLoss = "data-loss",
    }
}
