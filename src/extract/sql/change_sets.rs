//! Liquibase's change sets in SQL: each is a migration, with an id and a transaction of its own.

use std::ops::Range;

use super::sections::{Sections, has_rollback};
use super::{dialect, read as read_statement};
use crate::extract::Found;
use crate::facts::{Data, MigrationScript};
use crate::syntax::Source;
use crate::syntax::sql::{SqlMode, statements};

/// Reads the change sets of a file; whether it has any.
pub(super) fn read(source: &Source<'_>, sections: &Sections, found: &mut Found<'_>) -> bool {
    if sections.tool != "liquibase" {
        return false;
    }
    let mut has_one = false;
    for region in &sections.regions {
        let Some((line, begin)) = line_before(source.text(), region.start) else { continue };
        let plain: Vec<&str> = line.trim_start_matches('-').split_whitespace().collect();
        let [mark, id, options @ ..] = plain.as_slice() else { continue };
        if !mark.eq_ignore_ascii_case("changeset") {
            continue;
        }
        has_one = true;
        // `author:id`
        let id = id.split_once(':').map_or(*id, |(_, id)| id);
        let mut script = MigrationScript::new("liquibase", id);
        let options: String = options.concat().to_ascii_lowercase();
        script.no_transaction = options.contains("runintransaction:false");
        change_set(source, region.clone(), &mut script, found);
        found.add(source.span(begin..begin + line.len()), Data::MigrationScript(script));
    }
    has_one
}

/// The line that ends where a section begins, and where it begins itself.
fn line_before(text: &str, start: usize) -> Option<(&str, usize)> {
    let before = text.get(..start)?;
    let line = before.lines().next_back()?;
    let at = before.trim_end_matches(['\n', '\r']).len().checked_sub(line.len())?;
    Some((line, at))
}

fn change_set(source: &Source<'_>, region: Range<usize>, script: &mut MigrationScript, found: &mut Found<'_>) {
    let text = source.text();
    script.understood = true;
    script.has_way_back = text.get(region.clone()).is_some_and(has_rollback);
    for statement in statements(text, region, SqlMode::Script) {
        if script.dialect.is_empty() {
            script.dialect = dialect(text, &statement);
        }
        let reading = read_statement(text, &statement);
        script.statements.extend(reading.changes.into_iter().map(|change| change.into_statement(source)));
        if let Some(unread) = reading.unread {
            if script.understood {
                found.warn(source.span(unread.range), format!("SQL not understood: {}", unread.subject));
            }
            script.understood = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SqlScripts;
    use crate::extract::Extractors;
    use crate::facts::{Data, File, Language, Role};

    #[test]
    fn each_change_set_is_a_migration_with_its_own_settings() {
        let text = "--liquibase formatted sql\n\n--changeset me:1\nCREATE TABLE a (id int);\n--rollback DROP TABLE a;\n\n-- changeset me:two runInTransaction:false\nCREATE INDEX CONCURRENTLY i ON a (id);\n";
        let file = File {
            path: "db/changelog/orders.sql".into(),
            bytes: 1,
            role: Role::Product,
            language: Some(Language::Sql),
            lines: 1,
        };
        let facts = Extractors::of(vec![Box::new(SqlScripts)]).extract(&file, text).facts;
        let sets: Vec<_> = facts
            .into_iter()
            .filter_map(|fact| match fact.data {
                Data::MigrationScript(set) => Some((
                    set.version,
                    fact.place.span.line,
                    set.statements.len(),
                    set.has_way_back,
                    set.no_transaction,
                )),
                _ => None,
            })
            .collect();
        assert_eq!(sets, [("1".to_owned(), 3, 1, true, false), ("two".to_owned(), 7, 1, false, true)]);
    }
}
