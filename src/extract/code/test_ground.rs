//! Databases and programs that tests start, and calls that apply migrations: whether a run of the tests tries the
//! migrations is concluded from them in `model::migration::tested`.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Ground, Language, Role, TestGround, database_of_image};
use crate::syntax::Source;

/// Classes and methods that start a database, with its engine.
const DATABASES: &[(&str, &str)] = &[
    // Testcontainers for .NET.
    ("PostgreSqlBuilder", "PostgreSQL"),
    ("MsSqlBuilder", "SQL Server"),
    ("MySqlBuilder", "MySQL"),
    ("MariaDbBuilder", "MariaDB"),
    ("OracleBuilder", "Oracle"),
    ("CockroachDbBuilder", "CockroachDB"),
    // For Java, Node.js and Python.
    ("PostgreSQLContainer", "PostgreSQL"),
    ("PostgreSqlContainer", "PostgreSQL"),
    ("PostgresContainer", "PostgreSQL"),
    ("MySQLContainer", "MySQL"),
    ("MySqlContainer", "MySQL"),
    ("MariaDBContainer", "MariaDB"),
    ("MariaDbContainer", "MariaDB"),
    ("MSSQLServerContainer", "SQL Server"),
    ("SqlServerContainer", "SQL Server"),
    ("OracleContainer", "Oracle"),
    ("OracleDbContainer", "Oracle"),
    ("CockroachContainer", "CockroachDB"),
    ("Db2Container", "Db2"),
    // Binaries instead of containers.
    ("EmbeddedPostgres", "PostgreSQL"),
    ("embeddedpostgres", "PostgreSQL"),
    ("postgresql_proc", "PostgreSQL"),
];

/// Methods of Aspire's hosting, which mean something else in other files.
const ASPIRE: &[(&str, &str)] = &[
    ("AddPostgres", "PostgreSQL"),
    ("AddAzurePostgresFlexibleServer", "PostgreSQL"),
    ("AddSqlServer", "SQL Server"),
    ("AddMySql", "MySQL"),
    ("AddOracle", "Oracle"),
];

/// Libraries that start containers by the names of images, as parts of a text.
const STARTERS: &[&str] = &["testcontainers", "dockertest"];

/// What starts a program inside of tests.
const PROGRAMS: &[(&str, Ground)] = &[
    ("WebApplicationFactory", Ground::Program),
    ("SpringBootTest", Ground::Program),
    ("QuarkusTest", Ground::Program),
    ("MicronautTest", Ground::Program),
    ("DistributedApplicationTestingBuilder", Ground::Host),
];

/// Calls of libraries that apply migrations under a name that does not say so, as written, with what else the file must
/// hold.
const LIBRARIES: &[(&str, &str)] = &[
    ("goose.Up(", ""),
    ("goose.UpContext(", ""),
    (".Up()", "golang-migrate/migrate"),
    ("migrate.Exec(", "sql-migrate"),
    ("command.upgrade(", "alembic"),
    ("migrate.latest(", ""),
    ("migrate(", "/migrator"),
    ("migrateToLatest(", ""),
    (".up()", "umzug"),
    ("getMigrator().up(", ""),
    ("migrations::runner()", ""),
    (".update(", "liquibase.Liquibase"),
    ("PerformUpgrade()", ""),
    (".Database.Migrate()", ""),
    (".Database.MigrateAsync(", ""),
    ("Ecto.Migrator.run(", ""),
    ("sqlx::migrate!", ""),
    ("embed_migrations!", ""),
    ("Flyway.configure()", ""),
];

/// What a framework's own tests take to apply all migrations first.
const TRAITS: &[&str] = &["RefreshDatabase", "LazilyRefreshDatabase", "DatabaseMigrations", "DatabaseTruncation"];

/// Words of commands that apply migrations, in strings of tests.
const COMMANDS: &[&str] =
    &["migrate deploy", "migration:run", "migrate:latest", "alembic upgrade", "db:migrate", "migrate up"];

/// Finds them.
#[derive(Clone, Copy)]
pub(super) struct TestGrounds;

impl Extractor for TestGrounds {
    fn name(&self) -> &'static str {
        "test-ground"
    }

    fn demand(&self) -> Demand {
        // Rare ones alone: a file in which one occurs is read word by word.
        let calls = [
            "igrate(",
            "igrateToLatest(",
            "igrateAsync(",
            "igrateUp(",
            "igrate_up(",
            "igrate!",
            "igrate<",
            "igrations(",
            "igrations!",
            "igration(",
            "igration<",
            "igrations<",
            "igrations::runner",
            "goose.Up",
            "golang-migrate/migrate",
            "sql-migrate",
            "migrate.latest(",
            "command.upgrade(",
            "umzug",
            "getMigrator",
            "PerformUpgrade",
            "liquibase.Liquibase",
            "Ecto.Migrator",
            "RefreshDatabase",
            "DatabaseMigrations",
            "DatabaseTruncation",
            "sqlx::test",
        ];
        let settings = [
            "jdbc:tc:",
            "\"projects\"",
            "DB_CONNECTION",
            "nomigrations",
            "no-migrations",
            "estcontainers",
            "dockertest",
            "DistributedApplication",
        ];
        let words = DATABASES
            .iter()
            .map(|(name, _)| *name)
            .chain(PROGRAMS.iter().map(|(name, _)| *name))
            .chain(COMMANDS.iter().copied());
        let words = words.chain(calls).chain(settings);
        Demand::AnyOf(words.map(str::to_owned).collect())
    }

    fn wants(&self, file: &File) -> bool {
        let is_code = file.language.is_some_and(Language::is_programming);
        let is_setting = matches!(file.extension(), "yml" | "yaml" | "properties");
        is_code && matches!(file.role, Role::Product | Role::Test)
            || is_setting && file.role == Role::Test
            || file.extension() == "slnf"
            || matches!(file.name(), "phpunit.xml" | "phpunit.xml.dist" | "pytest.ini" | "pyproject.toml" | "setup.cfg")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut grounds = Grounds { source, found, seen: Vec::new() };
        match source.file.extension() {
            "slnf" => grounds.projects(),
            "xml" | "dist" | "ini" | "toml" | "cfg" => grounds.settings(),
            "yml" | "yaml" | "properties" => grounds.addresses(),
            _ => grounds.code(),
        }
    }
}

struct Grounds<'a, 'b, 'c> {
    source: &'a Source<'b>,
    found: &'a mut Found<'c>,
    seen: Vec<(Ground, String)>,
}

impl Grounds<'_, '_, '_> {
    /// Adds a ground once a file.
    fn add(&mut self, at: usize, length: usize, ground: Ground, text: &str) {
        let key = (ground, text.to_owned());
        if !self.seen.contains(&key) {
            self.seen.push(key);
            let data = TestGround { ground, text: text.to_owned() };
            self.found.add(self.source.span(at..at + length), Data::TestGround(data));
        }
    }

    fn projects(&mut self) {
        let Ok(root) = self.source.json() else { return };
        for project in root.at(&["solution", "projects"]).map_or(&[][..], |list| list.items()) {
            if let Some(path) = project.text() {
                let data = TestGround { ground: Ground::Project, text: path.replace('\\', "/") };
                self.found.add(project.span, Data::TestGround(data));
            }
        }
    }

    fn settings(&mut self) {
        let text = self.source.text();
        let switches =
            ["--nomigrations", "--no-migrations"].into_iter().chain(["name=\"DB_CONNECTION\" value=\"sqlite\""]);
        for switch in switches {
            if let Some(at) = text.find(switch) {
                self.add(at, switch.len(), Ground::Without, switch);
            }
        }
    }

    /// Addresses for which Testcontainers starts a database by itself.
    fn addresses(&mut self) {
        let text = self.source.text();
        for (at, start) in text.match_indices("jdbc:tc:") {
            let rest = text.get(at + start.len()..).unwrap_or("");
            let line = text.get(..at).unwrap_or("").rsplit('\n').next().unwrap_or("");
            if let Some(engine) = engine_of_address(rest).filter(|_| !line.contains('#')) {
                self.add(at, start.len(), Ground::Database, engine);
            }
        }
    }

    fn code(&mut self) {
        let (text, code) = (self.source.text(), self.source.code());
        let is_test = self.source.file.role == Role::Test;
        let is_host = code.contains("DistributedApplication");
        let mut at = 0;
        for line in code.split_inclusive('\n') {
            if !is_import(line) {
                self.words(line, at, is_test, is_host);
                for (call, other) in LIBRARIES {
                    if let Some(place) = line.find(call).filter(|_| text.contains(other)) {
                        self.add(
                            at + place,
                            call.len(),
                            Ground::Library,
                            call.trim_start_matches('.').trim_end_matches('('),
                        );
                    }
                }
            }
            at += line.len();
        }
        if is_test {
            self.strings(text, code);
        }
    }

    /// The words of a line of code.
    fn words(&mut self, line: &str, start: usize, is_test: bool, is_host: bool) {
        for (at, word) in words(line) {
            let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + word.len()..).unwrap_or(""));
            let engine =
                |table: &[(&str, &'static str)]| table.iter().find(|(name, _)| *name == word).map(|(_, it)| *it);
            if let Some(engine) = engine(DATABASES).filter(|_| is_test).or_else(|| engine(ASPIRE).filter(|_| is_host)) {
                self.add(start + at, word.len(), Ground::Database, engine);
            } else if let Some((_, ground)) = PROGRAMS.iter().find(|(name, _)| *name == word && is_test) {
                self.add(start + at, word.len(), *ground, word);
            } else if is_test && TRAITS.contains(&word) {
                self.add(start + at, word.len(), Ground::Library, word);
            } else if word == "test" && before.ends_with("#[sqlx::") && !after.contains("migrations = false") {
                self.add(start + at, word.len(), Ground::Library, "#[sqlx::test]");
            } else if applies(word) && is_called(before, after) {
                self.add(start + at, word.len(), Ground::Call, word);
            }
        }
    }

    /// Images and commands in the strings of tests.
    fn strings(&mut self, text: &str, code: &str) {
        let lower = text.to_ascii_lowercase();
        let starts_containers = STARTERS.iter().any(|starter| lower.contains(starter));
        let mut at = 0;
        while let Some(open) = code.get(at..).and_then(|rest| rest.find(['"', '\'', '`'])).map(|place| at + place) {
            at = open + 1;
            let inside = code.get(at..).unwrap_or("");
            // Between its quotes a string is blank in the view of the code.
            let length = inside.len() - inside.trim_start_matches([' ', '\n']).len();
            let string = text.get(at..at + length).unwrap_or("");
            if length == 0 || !inside.get(length..).is_some_and(|rest| rest.starts_with(['"', '\'', '`'])) {
                continue;
            }
            at += length + 1;
            if let Some(engine) = database_of_image(string).filter(|_| starts_containers) {
                self.add(open + 1, length, Ground::Database, engine);
            } else if let Some(command) = COMMANDS.iter().find(|command| string.contains(*command)) {
                self.add(open + 1, length, Ground::Library, command);
            }
        }
    }
}

/// The engine in the address of a driver: `postgresql:16:///x`.
fn engine_of_address(rest: &str) -> Option<&'static str> {
    let name = rest.split(':').next().unwrap_or(rest);
    let aliases = [
        ("postgresql", "postgres"),
        ("postgis", "postgres"),
        ("timescaledb", "postgres"),
        ("sqlserver", "mcr.microsoft.com/mssql/server"),
    ];
    database_of_image(aliases.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, image)| image))
}

/// The words of a line, each with where it starts.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let starts = line
        .char_indices()
        .filter(move |(at, c)| is_part(*c) && !line.get(..*at).is_some_and(|before| before.ends_with(is_part)));
    starts.filter_map(move |(at, _)| {
        let rest = line.get(at..)?;
        Some((at, rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len()))?))
    })
}

fn is_import(line: &str) -> bool {
    let line = line.trim_start();
    let is_using = line.starts_with("using ") && !line.contains(['=', '(']);
    is_using
        || ["import ", "from ", "use ", "#include", "package ", "namespace "]
            .iter()
            .any(|start| line.starts_with(start))
}

/// Whether a name says that it applies migrations.
fn applies(name: &str) -> bool {
    const OTHER: &[&str] = &[
        "automigrate",
        "down",
        "revert",
        "undo",
        "rollback",
        "pending",
        "assert",
        "make",
        "create",
        "is",
        "has",
        "get",
        "test",
        "should",
        "can",
    ];
    let lower = name.to_ascii_lowercase();
    if !lower.contains("migrat")
        || OTHER.iter().any(|other| lower.starts_with(other))
        || lower.contains("automigrate")
        || lower.contains("down")
    {
        return false;
    }
    let verbs = ["run", "apply", "execute", "perform", "do", "start", "add", "use", "upgrade"];
    lower.starts_with("migrate") && !lower.starts_with("migrated")
        || lower.ends_with("migrate")
        || lower.contains("migrateup")
        || lower.ends_with("migrateasync")
        || lower.contains("migration") && verbs.iter().any(|verb| lower.starts_with(verb))
}

/// Whether a word is called where it stands, and not declared.
fn is_called(before: &str, after: &str) -> bool {
    let opens = after.starts_with('(') || after.starts_with("!(") || after.starts_with('<') && after.contains(">(");
    let before = before.trim_end();
    let last = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    let is_free = last.is_empty() && !before.ends_with('>')
        || matches!(last, "await" | "return" | "try" | "go" | "defer" | "if" | "else" | "in" | "do" | "then");
    opens && is_free
}
