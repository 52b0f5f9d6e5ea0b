//! Home-made runners: a list in code, named for migrations, whose elements hold SQL texts. The index in the list is the
//! version. Read in Go, where a raw text keeps the places of its statements.

use std::ops::Range;

use super::is_own;
use crate::extract::sql::read;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, MigrationScript};
use crate::syntax::Source;
use crate::syntax::sql::{SqlMode, statements};

/// A list of fewer elements with SQL in them is no history.
const MIN_ELEMENTS: usize = 2;

/// Reads lists of migrations in Go code.
#[derive(Debug)]
pub(in crate::extract) struct EmbeddedMigrations;

impl Extractor for EmbeddedMigrations {
    fn name(&self) -> &'static str {
        "embedded-migration"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["igrations = [".to_owned(), "igrations = []".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.language == Some(Language::Go) && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let tokens = tokens(text);
        let Some(list) = list_of_migrations(text, &tokens) else { return };
        let elements = elements(text, list);
        let mut scripts = Vec::new();
        for (index, migration) in elements.iter().enumerate() {
            let [first, ..] = migration else { continue };
            let end = migration.last().map_or(first.range.end, |token| token.range.end);
            let mut script =
                MigrationScript { understood: true, ..MigrationScript::new("home-made", (index + 1).to_string()) };
            let mut has_sql = false;
            for literal in migration.iter().filter(|token| token.kind == GoKind::Text) {
                has_sql |= collect(source, literal.range.start + 1..literal.range.end.saturating_sub(1), &mut script);
            }
            scripts.push((source.span(first.range.start..end), script, has_sql));
        }
        if scripts.iter().filter(|(_, _, has_sql)| *has_sql).count() >= MIN_ELEMENTS {
            for (span, script, _) in scripts {
                found.add(span, Data::MigrationScript(script));
            }
        }
    }
}

/// Reads the statements of a text; whether there were any that change the schema.
fn collect(source: &Source<'_>, region: Range<usize>, script: &mut MigrationScript) -> bool {
    let before = script.statements.len();
    for statement in statements(source.text(), region, SqlMode::Script) {
        let reading = read(source.text(), &statement);
        script.understood &= reading.unread.is_none();
        script.statements.extend(reading.changes.into_iter().map(|change| change.into_statement(source)));
    }
    script.statements.len() > before || !script.understood
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoKind {
    Text,
    Word,
    Sign,
}

#[derive(Debug, Clone)]
struct GoToken {
    kind: GoKind,
    range: Range<usize>,
}

/// The tokens of Go code, without comments.
fn tokens(text: &str) -> Vec<GoToken> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let line_end = || memchr::memchr(b'\n', rest).map_or(bytes.len(), |length| at + length);
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let (kind, end) = if byte.is_ascii_whitespace() {
            (None, at + 1)
        } else if rest.starts_with(b"//") {
            (None, line_end())
        } else if rest.starts_with(b"/*") {
            (None, memchr::memmem::find(rest, b"*/").map_or(bytes.len(), |length| at + length + 2))
        } else if byte == b'`' {
            let end = rest.get(1..).and_then(|body| memchr::memchr(b'`', body)).map_or(bytes.len(), |n| at + n + 2);
            (Some(GoKind::Text), end)
        } else if byte == b'"' || byte == b'\'' {
            let kind = if byte == b'"' { GoKind::Text } else { GoKind::Sign };
            (Some(kind), quoted_end(bytes, at, byte))
        } else if is_word(&byte) {
            (Some(GoKind::Word), at + rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len()))
        } else {
            (Some(GoKind::Sign), at + 1)
        };
        tokens.extend(kind.map(|kind| GoToken { kind, range: at..end }));
        at = end;
    }
    tokens
}

fn quoted_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The tokens between the braces of `migrations = [...]T{ … }`.
fn list_of_migrations<'t>(text: &str, tokens: &'t [GoToken]) -> Option<&'t [GoToken]> {
    let word = |token: &GoToken| text.get(token.range.clone()).unwrap_or("");
    let start = tokens.windows(3).position(|three| {
        matches!(three, [name, equals, bracket] if name.kind == GoKind::Word
            && word(name).to_ascii_lowercase().ends_with("migrations") && word(equals) == "=" && word(bracket) == "[")
    })?;
    let rest = tokens.get(start..)?;
    let open = rest.iter().position(|token| token.kind == GoKind::Sign && word(token) == "{")?;
    let list = rest.get(open + 1..)?;
    let mut depth = 1_usize;
    let close = list.iter().position(|token| {
        match (token.kind, word(token)) {
            (GoKind::Sign, "{") => depth += 1,
            (GoKind::Sign, "}") => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    list.get(..close)
}

/// The elements of a list: its tokens between commas outside of brackets.
fn elements<'t>(text: &str, list: &'t [GoToken]) -> Vec<&'t [GoToken]> {
    let mut depth = 0_usize;
    list.split(|token| {
        if token.kind != GoKind::Sign {
            return false;
        }
        match text.get(token.range.clone()).unwrap_or("") {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            "," => return depth == 0,
            _ => {}
        }
        false
    })
    .filter(|element| !element.is_empty())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Operation, Role};

    fn scripts(text: &str) -> Vec<MigrationScript> {
        let path = "internal/database/migrations.go".into();
        let file = File { path, bytes: 1, role: Role::Product, language: Some(Language::Go), lines: 1 };
        let mut found = Found::new(&file);
        EmbeddedMigrations.extract(&Source::new(&file, text), &[], &mut found);
        let scripts = found.facts().iter().filter_map(|fact| match &fact.data {
            Data::MigrationScript(script) => Some(script.clone()),
            _ => None,
        });
        scripts.collect()
    }

    #[test]
    fn each_element_of_the_list_is_a_migration() {
        let text = "package database\nvar migrations = [...]func(tx *sql.Tx) error{\n\tfunc(tx *sql.Tx) error {\n\t\tsql := `CREATE TABLE a (id int);`\n\t\treturn run(tx, sql)\n\t},\n\t// `DROP TABLE x;`\n\tfunc(tx *sql.Tx) error {\n\t\t_, err := tx.Exec(`\n\t\t\tDROP TABLE b;\n\t\t`)\n\t\treturn err\n\t},\n}\nvar x = `DROP TABLE c`\n";
        let found = scripts(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].version, "2");
        let [statement] = found[1].statements.as_slice() else { panic!("one statement") };
        assert_eq!((statement.operation, statement.span.line), (Operation::DropTable, 10));
    }

    #[test]
    fn a_list_of_file_names_is_no_history_of_statements() {
        assert!(scripts("var migrations = []string{\"0001_a.sql\", \"0002_b.sql\"}\n").is_empty());
    }
}
