//! What tests stand on: the databases and programs that they start, and what applies the migrations there.

use super::{Attributes, Value};

macro_rules! grounds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// What a place in code does for tests.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Ground { $($(#[$doc])* $variant),+ }

        impl Ground {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }
        }
    };
}

grounds! {
    /// A test, or the host of an application, starts a database; the text is its engine.
    Database = "database",
    /// A test starts the program; the text is by what.
    Program = "program",
    /// A test starts a host with all programs of an application; the text is by what.
    Host = "host",
    /// A call of a library applies migrations.
    Library = "library",
    /// A call whose name says that it applies migrations.
    Call = "call",
    /// A filter of a solution chooses a project; the text is its path.
    Project = "project",
    /// Tests are told to do without: to make no migrations, or to use another database.
    Without = "without",
}

/// One such place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestGround {
    /// What it is.
    pub ground: Ground,
    /// What it is about, as its kind says.
    pub text: String,
}

impl Attributes for TestGround {
    const FIELDS: &'static [&'static str] = &["ground", "text"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "ground" => Value::Text(self.ground.name()),
            "text" => Value::Text(&self.text),
            _ => return None,
        })
    }
}

/// Starts of the names of images, with their engines.
const IMAGES: &[(&str, &str)] = &[
    ("postgres", "PostgreSQL"),
    ("postgresql", "PostgreSQL"),
    ("cimg/postgres", "PostgreSQL"),
    ("circleci/postgres", "PostgreSQL"),
    ("cimg/mysql", "MySQL"),
    ("cimg/mariadb", "MariaDB"),
    ("bitnami/mysql", "MySQL"),
    ("mssql", "SQL Server"),
    ("postgis/postgis", "PostgreSQL"),
    ("timescale/timescaledb", "PostgreSQL"),
    ("pgvector/pgvector", "PostgreSQL"),
    ("bitnami/postgresql", "PostgreSQL"),
    ("supabase/postgres", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("mcr.microsoft.com/mssql/server", "SQL Server"),
    ("gvenzl/oracle", "Oracle"),
    ("cockroachdb/cockroach", "CockroachDB"),
];

/// The engine of the database in an image: `postgres:16`, `cimg/postgres`, `postgresql` as a service of Travis CI.
pub fn database_of_image(image: &str) -> Option<&'static str> {
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    let image = image.strip_prefix("library/").unwrap_or(image);
    let is_named = |name: &str| {
        image
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@', '-']) && !rest.contains("exporter"))
    };
    let is_own = |name: &str| name.contains('/') && image.starts_with(name);
    IMAGES.iter().find(|(name, _)| is_named(name) || is_own(name)).map(|(_, engine)| *engine)
}
