//! SQL files: what their statements do to the schema, for migrations and schema files.
//!
//! Only forward steps count: the down section of a file is left out. Which of these files are migrations, and in what
//! order, is for `model::migration` to tell.

mod action;
mod alteration;
mod change_sets;
mod constraint;
mod create;
mod dialect;
mod maintenance;
mod name;
mod paths;
mod placeholder;
mod rows;
mod sections;
mod statement;
mod words;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Role, Span, SqlScript};
use crate::syntax::Source;
use crate::syntax::sql::{SqlMode, SqlStatement, statements};

pub(in crate::extract) use maintenance::is_volatile;
pub(in crate::extract) use statement::{Change, read};

/// A larger file is a dump or a data set; it is not read.
const MAX_BYTES: usize = 2 * 1024 * 1024;

/// Reads `.sql` files that look like migrations or a schema.
#[derive(Debug)]
pub(super) struct SqlScripts;

impl Extractor for SqlScripts {
    fn name(&self) -> &'static str {
        "sql"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.extension().eq_ignore_ascii_case("sql")
            && matches!(file.role, Role::Product | Role::Configuration | Role::Script)
            && !paths::is_data(&file.path)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let filled = placeholder::filled(source.text());
        let source = &Source::new(source.file, &filled);
        let text = source.text();
        let sections = sections::forward(text);
        if sections.tool.is_empty() && !paths::is_schema_change(&source.file.path) {
            return;
        }
        if text.len() > MAX_BYTES {
            found.warn(Span::START, format!("SQL file larger than {} MiB; not read", MAX_BYTES / 1024 / 1024));
            return;
        }
        if change_sets::read(source, &sections, found) {
            return;
        }
        let mut script = SqlScript {
            statements: vec![],
            understood: true,
            total: 0,
            no_transaction: sections::has_no_transaction(text),
            dialect: "",
            sections: sections.tool,
            has_way_back: sections.back.into_iter().any(|region| !statements(text, region, SqlMode::Script).is_empty())
                || sections.tool == "liquibase" && sections::has_rollback(text),
        };
        for region in sections.regions {
            for statement in statements(text, region, SqlMode::Script) {
                if script.dialect.is_empty() {
                    script.dialect = dialect(text, &statement);
                }
                collect(source, &statement, &mut script, found);
            }
        }
        found.add(Span::START, Data::SqlScript(script));
    }
}

fn collect(source: &Source<'_>, statement: &SqlStatement, script: &mut SqlScript, found: &mut Found<'_>) {
    let reading = read(source.text(), statement);
    script.total += 1;
    script.statements.extend(reading.changes.into_iter().map(|change| change.into_statement(source)));
    if let Some(unread) = reading.unread {
        // One remark for a file says enough: more of them come from the same dialect.
        if script.understood {
            found.warn(source.span(unread.range), format!("SQL not understood: {}", unread.subject));
        }
        script.understood = false;
    }
}

/// The dialect that a statement gives away by words that no other one has.
fn dialect(text: &str, statement: &SqlStatement) -> &'static str {
    let has = |word: &str| statement.tokens.iter().any(|token| token.is_word(text, word));
    let starts = |word: &str| statement.tokens.first().is_some_and(|token| token.is_word(text, word));
    if starts("pragma") || has("autoincrement") {
        "sqlite"
    } else if has("auto_increment") || has("engine") && statement.tokens.iter().any(|token| token.text(text) == "=") {
        "mysql"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Language, Operation};

    fn script(path: &str, text: &str) -> Option<(SqlScript, usize)> {
        let file = File {
            path: path.into(),
            bytes: text.len() as u64,
            role: Role::Product,
            language: Some(Language::Sql),
            lines: 1,
        };
        if !SqlScripts.wants(&file) {
            return None;
        }
        let mut found = Found::new(&file);
        SqlScripts.extract(&Source::new(&file, text), &[], &mut found);
        let diagnostics = found.diagnostics().len();
        found.facts().first().map(|fact| match &fact.data {
            Data::SqlScript(script) => (script.clone(), diagnostics),
            other => panic!("{other:?}"),
        })
    }

    fn operations(text: &str) -> Vec<(Operation, String, String, u32)> {
        let (script, _) = script("db/migrations/2_x.sql", text).unwrap();
        script.statements.into_iter().map(|one| (one.operation, one.table, one.object, one.span.line)).collect()
    }

    #[test]
    fn every_action_of_an_alter_table_has_its_own_place() {
        let text = "ALTER TABLE \"public\".\"User\" DROP COLUMN \"name\",\nADD COLUMN     \"id\" TEXT NOT NULL,\nADD COLUMN n int;";
        assert_eq!(
            operations(text),
            [
                (Operation::DropColumn, "User".into(), "name".into(), 1),
                (Operation::AddRequiredColumn, "User".into(), "id".into(), 2),
                (Operation::AddColumn, "User".into(), "n".into(), 3),
            ]
        );
    }

    #[test]
    fn a_statement_that_does_not_parse_costs_no_other() {
        let text = "DROP TABLE a;\nALTER TABLE b FROBNICATE c;\nDROP TABLE d;";
        let (script, diagnostics) = script("migrations/1_x.sql", text).unwrap();
        assert!(!script.understood);
        assert_eq!(diagnostics, 1);
        assert_eq!(script.statements.len(), 2);
        assert_eq!(script.statements[1].span.line, 3);
    }

    #[test]
    fn a_template_or_a_conflict_is_not_passed_over() {
        for text in ["<<<<<<< HEAD\nDROP TABLE a;", "{{ if .X }}\nDROP TABLE a;\n{{ end }}"] {
            assert!(!script("migrations/1_x.sql", text).unwrap().0.understood, "{text}");
        }
        for text in ["\\connect app\nSELECT 1;", "(SELECT 1);", "BEGIN;\n/\n"] {
            assert!(script("migrations/1_x.sql", text).unwrap().0.understood, "{text}");
        }
    }

    #[test]
    fn other_dialects_are_read_where_their_words_are_plain() {
        let text = "CREATE TABLE `a` (`id` int unsigned AUTO_INCREMENT) ENGINE=InnoDB;\nALTER TABLE `a` ADD COLUMN `b` int unsigned NOT NULL AFTER `id`, MODIFY `c` text, DROP COLUMN `d`;";
        let (script, diagnostics) = script("migrations/1_x.sql", text).unwrap();
        assert_eq!((script.dialect, script.understood, diagnostics), ("mysql", true, 0));
        let kinds: Vec<_> = script.statements.iter().map(|one| one.operation).collect();
        let (first, added) = (Operation::CreateTable, Operation::AddRequiredColumn);
        assert_eq!(kinds, [first, added, Operation::ChangeType, Operation::DropColumn]);
    }

    #[test]
    fn the_down_section_is_left_out() {
        let text = "-- +goose Up\nDROP TABLE a;\n-- +goose Down\nDROP TABLE b;";
        let (script, _) = script("sql/x.sql", text).unwrap();
        assert_eq!(script.sections, "goose");
        assert_eq!(script.statements.len(), 1);
    }

    #[test]
    fn blocks_of_a_procedural_language_are_read_and_function_bodies_are_not() {
        let text = "DO $$ BEGIN IF true THEN\n ALTER TABLE a DROP COLUMN b;\n END IF; END $$;\nCREATE FUNCTION f() RETURNS void AS $$ DROP TABLE x; $$ LANGUAGE sql;";
        assert_eq!(operations(text), [(Operation::DropColumn, "a".into(), "b".into(), 2)]);
    }

    #[test]
    fn hostile_nesting_is_refused_before_it_is_parsed() {
        let forms =
            [("(", ")"), ("not ", ""), ("- ", ""), ("case when ", ""), ("array[", "]"), ("f(1,", ")"), ("1+", "")];
        for (open, close) in forms {
            for depth in [60, 100, 180, 390, 100_000] {
                let deep = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                for statement in [
                    format!("ALTER TABLE a ADD b int DEFAULT {deep}"),
                    format!("CREATE INDEX i ON d (({deep}))"),
                    format!("CREATE TABLE e (a int check ({deep}))"),
                ] {
                    let found = operations(&format!("{statement};\nDROP TABLE c;"));
                    assert_eq!(found.len(), 2, "{open} {depth}");
                }
            }
        }
    }

    #[test]
    fn queries_and_data_are_no_migrations() {
        for path in ["queries/users.sql", "db/seeds/1_users.sql", "migrations/seed.sql", "db/dump.sql", "report.sql"] {
            assert!(script(path, "DROP TABLE a;").is_none(), "{path}");
        }
        for path in ["migrations/1_a.sql", "drizzle/0000_x.sql", "db/V1__a.sql", "schema.sql", "a/b/003-add.sql"] {
            assert!(script(path, "DROP TABLE a;").is_some(), "{path}");
        }
    }
}
