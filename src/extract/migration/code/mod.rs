//! Migrations in programming languages: whose they are, their versions, and what they do as far as it is understood.

mod aerich;
mod alembic;
mod call;
mod django;
mod doctrine;
mod driver;
mod ecto;
mod ef_core;
mod fluent_migrator;
mod javascript;
mod laravel;
mod literal;
mod phinx;
mod php;
mod rails;
mod reader;
mod sea_orm;
mod way_back;

pub(super) use self::call::{Call, children, literal};
pub(super) use self::laravel::snake;
pub(super) use self::reader::NewColumn;
use self::reader::Reader;
use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use tree_sitter::Node;

use crate::facts::{Data, DeclaredSchema, File, Language, MigrationScript, Role, Span};
use crate::syntax::Source;

/// How the migrations of a tool look.
struct Form {
    tool: &'static str,
    extensions: &'static [&'static str],
    /// Texts of which one must be in the file.
    markers: &'static [&'static str],
    /// Whether a file of this path may be one.
    accepts: fn(&File) -> bool,
}

const JAVASCRIPT: &[&str] = &["js", "ts", "mjs", "cjs", "mts", "cts"];

/// The tools, the more specific first.
const FORMS: &[Form] = &[
    Form { tool: "alembic", extensions: &["py"], markers: &["down_revision"], accepts: |_| true },
    Form {
        tool: "tortoise",
        extensions: &["py"],
        markers: &["tortoise.migrations"],
        accepts: |file| is_versioned(file) || file.folder().ends_with("migrations"),
    },
    Form {
        tool: "django",
        extensions: &["py"],
        markers: &["migrations.Migration"],
        // Their order stands in the files: a name need not begin with a number.
        accepts: |file| has_folder(file, "migrations") && (is_versioned(file) || file.folder().ends_with("migrations")),
    },
    Form { tool: "aerich", extensions: &["py"], markers: &["BaseDBAsyncClient"], accepts: is_versioned },
    Form {
        tool: "active-record",
        extensions: &["rb"],
        markers: &["ActiveRecord::Migration"],
        accepts: |file| {
            is_versioned(file) && file.folder().rsplit('/').next().is_some_and(|name| name.ends_with("migrate"))
        },
    },
    Form {
        tool: "ef-core",
        extensions: &["cs"],
        markers: &["MigrationBuilder"],
        accepts: |file| is_versioned(file) && !file.name().ends_with(".Designer.cs"),
    },
    Form {
        tool: "fluent-migrator",
        extensions: &["cs"],
        markers: &["FluentMigrator"],
        accepts: |file| file.path.to_ascii_lowercase().contains("migration"),
    },
    Form {
        tool: "doctrine-migrations",
        extensions: &["php"],
        markers: &["Doctrine\\Migrations\\AbstractMigration", "Doctrine\\DBAL\\Schema\\Schema"],
        // What migrations share is no migration: its name holds no version.
        accepts: |file| file.name().bytes().filter(u8::is_ascii_digit).count() >= 8,
    },
    Form {
        tool: "phinx",
        extensions: &["php"],
        // Projects have a base class of their own between Phinx's and the migration.
        markers: &["Phinx\\Migration\\AbstractMigration", "use Migrations\\", "extends AbstractMigration"],
        accepts: is_versioned,
    },
    Form { tool: "laravel", extensions: &["php"], markers: &["extends Migration"], accepts: is_versioned },
    Form { tool: "ecto", extensions: &["exs"], markers: &["use Ecto.Migration"], accepts: is_versioned },
    Form {
        tool: "sea-orm",
        extensions: &["rs"],
        markers: &["MigrationTrait for"],
        // `m20240101_000001_orders.rs`, `m0000010_orders.rs`.
        accepts: |file| {
            let rest = file.name().strip_prefix('m').unwrap_or("");
            rest.bytes().take_while(u8::is_ascii_digit).count() >= 3
        },
    },
    Form {
        tool: "goose",
        extensions: &["go"],
        markers: &["goose.AddMigration", "goose.AddNamedMigration"],
        accepts: is_versioned,
    },
    Form { tool: "flyway", extensions: &["java", "kt"], markers: &["BaseJavaMigration"], accepts: |_| true },
    Form { tool: "typeorm", extensions: JAVASCRIPT, markers: &["implements MigrationInterface"], accepts: |_| true },
    Form {
        tool: "mikro-orm",
        extensions: JAVASCRIPT,
        markers: &["@mikro-orm/migrations"],
        accepts: is_javascript_migration,
    },
    Form { tool: "sequelize", extensions: JAVASCRIPT, markers: &["queryInterface"], accepts: is_javascript_migration },
    Form { tool: "kysely", extensions: JAVASCRIPT, markers: &["Kysely<"], accepts: is_javascript_migration },
    Form {
        tool: "node-pg-migrate",
        extensions: JAVASCRIPT,
        markers: &["node-pg-migrate", "pgm."],
        accepts: is_javascript_migration,
    },
    Form {
        tool: "db-migrate",
        extensions: JAVASCRIPT,
        markers: &["db.runSql(", "db.createTable(", "db.addColumn("],
        accepts: is_javascript_migration,
    },
    Form { tool: "knex", extensions: JAVASCRIPT, markers: &["knex"], accepts: is_javascript_migration },
];

fn has_folder(file: &File, name: &str) -> bool {
    file.folder().split('/').any(|folder| folder == name)
}

/// Whether the name begins with a number, as all these tools' names do.
fn is_versioned(file: &File) -> bool {
    file.name().starts_with(|character: char| character.is_ascii_digit())
}

fn is_javascript_migration(file: &File) -> bool {
    let folder = file.folder().rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    folder.contains("migration")
        && file.name().bytes().filter(u8::is_ascii_digit).count() >= 3
        && !file.name().contains(".d.")
}

/// Reads the versions of migrations that are written in a programming language.
#[derive(Debug)]
pub(in crate::extract) struct CodeMigrations;

impl Extractor for CodeMigrations {
    fn name(&self) -> &'static str {
        "code-migration"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(FORMS.iter().flat_map(|form| form.markers).map(|&marker| marker.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.language.is_some_and(Language::is_programming)
            && is_own(file)
            && FORMS.iter().any(|form| form.extensions.contains(&file.extension()) && (form.accepts)(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let file = source.file;
        let mut literal = 0;
        for form in FORMS {
            let own = literal..literal + form.markers.len();
            literal = own.end;
            if !form.extensions.contains(&file.extension()) || !(form.accepts)(file) {
                continue;
            }
            let Some(hit) = hits.iter().find(|hit| own.contains(&hit.literal) && is_code(source.text(), hit.at)) else {
                continue;
            };
            let Some((mut script, at)) = script(form.tool, source, hit.at) else { continue };
            read(&mut script, source, found);
            found.add(line_span(source, at), Data::MigrationScript(script));
            return;
        }
    }
}

/// Reads the schema that Active Record writes down.
#[derive(Debug)]
pub(in crate::extract) struct RailsSchemas;

impl Extractor for RailsSchemas {
    fn name(&self) -> &'static str {
        "rails-schema"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["ActiveRecord::Schema".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        // It is written by the tool, so it may count as generated.
        (is_own(file) || file.role == Role::Generated) && file.name().ends_with("schema.rb")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader::new(source);
        rails::read_schema(&mut reader, tree.root_node());
        let understood = reader.unread.is_none() && !tree.root_node().has_error();
        let statements = reader.statements;
        let declared = DeclaredSchema { tool: "active-record".to_owned(), statements, understood, dialect: "" };
        found.add(Span::START, Data::DeclaredSchema(declared));
    }
}

/// Reads what a migration does, where its tool's language is known.
fn read(script: &mut MigrationScript, source: &Source<'_>, found: &mut Found<'_>) {
    let reading: for<'s> fn(&mut Reader<'s, '_>, Node<'s>) = match script.tool.as_str() {
        "alembic" => alembic::read,
        "django" | "tortoise" => django::read,
        "active-record" => rails::read,
        "ef-core" => ef_core::read,
        "laravel" => laravel::read,
        "doctrine-migrations" => doctrine::read,
        "ecto" => ecto::read,
        "sea-orm" => sea_orm::read,
        "phinx" => phinx::read,
        "flyway" => driver::read_flyway,
        "goose" => driver::read_goose,
        "fluent-migrator" => fluent_migrator::read,
        "aerich" => aerich::read,
        "typeorm" | "mikro-orm" | "sequelize" | "knex" | "kysely" | "node-pg-migrate" => javascript::read,
        _ => return,
    };
    let Some(tree) = source.tree() else { return };
    let mut reader = Reader::new(source);
    reading(&mut reader, tree.root_node());
    if tree.root_node().has_error() {
        reader.not_understood(tree.root_node(), "code that does not parse");
    }
    if let Some((range, what)) = &reader.unread {
        found.warn(source.span(range.clone()), format!("migration not understood: {what}"));
    }
    script.understood = reader.unread.is_none();
    script.no_transaction = reader.no_transaction;
    script.statements = reader.statements;
}

/// Whether the line of a place is no comment.
fn is_code(text: &str, at: usize) -> bool {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let line = text.get(start..at).unwrap_or("").trim_start();
    !["//", "#", "*", "/*", "--"].iter().any(|comment| line.starts_with(comment))
}

fn line_span(source: &Source<'_>, at: usize) -> Span {
    let rest = source.text().get(at..).unwrap_or("");
    source.span(at..at + rest.find('\n').unwrap_or(rest.len()))
}

fn script(tool: &str, source: &Source<'_>, at: usize) -> Option<(MigrationScript, usize)> {
    let stem = source.file.name().rsplit_once('.').map_or("", |(stem, _)| stem);
    let mut script = MigrationScript::new(tool, stem);
    script.has_way_back = way_back::is_there(tool, source.text());
    match tool {
        "alembic" => {
            let (revision, place) = assignment(source.text(), "revision")?;
            let (follows, _) = assignment(source.text(), "down_revision")?;
            script.version = revision.into_iter().next()?;
            script.follows = follows;
            script.is_linked = true;
            Some((script, place))
        }
        "django" | "tortoise" => {
            script.replaces = own_names(source, "replaces = [");
            let is_initial = source.text().lines().any(|line| line.trim() == "initial = True");
            script.is_baseline = is_initial || !script.replaces.is_empty();
            script.follows = own_names(source, "dependencies = [");
            script.is_linked = !script.follows.is_empty();
            Some((script, at))
        }
        "fluent-migrator" => {
            let number = fluent_migrator::version(source.text())?;
            let is_in_name = stem.trim_start_matches('0').starts_with(&number);
            script.version = if is_in_name { stem.to_owned() } else { format!("{number}_{stem}") };
            Some((script, at))
        }
        _ => Some((script, at)),
    }
}

/// The texts that a module assigns to a name at its top level (one, several in brackets, none for `None`), and where.
fn assignment(text: &str, name: &str) -> Option<(Vec<String>, usize)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((target, value)) = line.split_once('=')
            && let Some(rest) = target.strip_prefix(name)
            && (rest.trim().is_empty() || rest.trim_start().starts_with(':'))
        {
            let is_list = value.trim_start().starts_with(['(', '[', '{']);
            let from = start + target.len() + 1;
            let whole = text.get(from..).unwrap_or("");
            let value = if is_list { whole.split([')', ']', '}']).next().unwrap_or("") } else { value };
            return Some((quoted(value), start));
        }
        start += line.len();
    }
    None
}

/// The migrations of its own app in a list of a Django migration: what it depends on, what it replaces.
fn own_names(source: &Source<'_>, list: &str) -> Vec<String> {
    let Some(start) = source.text().find(list) else { return Vec::new() };
    let written = source.text().get(start + list.len()..).and_then(|rest| rest.split(']').next()).unwrap_or("");
    let app = source.file.folder().rsplit('/').nth(1).unwrap_or("");
    let pairs = written.split('(').map(quoted);
    pairs
        .filter_map(|pair| match pair.as_slice() {
            [label, name, ..] if label == app => Some(name.clone()),
            _ => None,
        })
        .collect()
}

/// The texts in quotes.
fn quoted(written: &str) -> Vec<String> {
    let code = written.lines().map(|line| line.split('#').next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    code.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    /// What a migration does, as `operation table.object`, and whether all of it was understood.
    pub(super) fn operations(path: &str, text: &str) -> Vec<String> {
        let script = found(path, text).unwrap();
        assert!(script.understood, "not understood");
        let told = script.statements.iter();
        told.map(|one| format!("{} {}.{}", one.operation.name(), one.table, one.object)).collect()
    }

    /// The version of a migration, where a file is one.
    pub(super) fn versions(path: &str, text: &str) -> Vec<String> {
        found(path, text).into_iter().map(|script| script.version).collect()
    }

    fn found(path: &str, text: &str) -> Option<MigrationScript> {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        let file = File { path: path.into(), bytes: 1, role: Role::Product, language, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(CodeMigrations)]);
        extractors.extract(&file, text).facts.into_iter().find_map(|fact| match fact.data {
            Data::MigrationScript(script) => Some(script),
            _ => None,
        })
    }

    #[test]
    fn an_alembic_revision_says_what_it_follows() {
        let text = "\"\"\"x\n\nRevision ID: b\n\"\"\"\nrevision = 'b'\ndown_revision: Union[str, None] = \"a\"\n";
        let script = found("app/alembic/versions/b_x.py", text).unwrap();
        assert_eq!((script.version.as_str(), script.follows), ("b", vec!["a".to_owned()]));
        assert!(found("app/alembic/env.py", "x.down_revision\n").is_none());
    }

    #[test]
    fn each_tool_is_told_by_path_and_content() {
        for (path, text, tool) in [
            (
                "shop/migrations/0001_initial.py",
                "class Migration(migrations.Migration):\n    initial = True\n",
                "django",
            ),
            ("db/migrate/20240101000000_a.rb", "class A < ActiveRecord::Migration[7.0]\n", "active-record"),
            ("src/Migrations/20240101000000_A.cs", "void Up(MigrationBuilder migrationBuilder)", "ef-core"),
            ("database/migrations/2024_01_01_000000_a.php", "return new class extends Migration {", "laravel"),
            ("priv/repo/migrations/20240101000000_a.exs", "  use Ecto.Migration\n", "ecto"),
            ("src/migrations/1700000000000-a.ts", "export class A implements MigrationInterface {", "typeorm"),
            ("migrations/20240101000000_a.js", "exports.up = (knex) => {}", "knex"),
            ("migrations/20240101000000-a.js", "up: (queryInterface) => {}", "sequelize"),
        ] {
            assert_eq!(found(path, text).map(|script| script.tool), Some(tool.to_owned()), "{path}");
        }
    }

    #[test]
    fn code_about_migrations_is_no_migration() {
        assert!(found("src/migrations/index.ts", "import { knex } from 'knex';").is_none());
        assert!(found("src/Migrations/20240101000000_A.Designer.cs", "MigrationBuilder").is_none());
        assert!(found("src/20240101_a.php", "// extends Migration\n").is_none());
    }
}
