//! Liquibase changelogs in XML, YAML and JSON: their change sets. Their changes are not read.

use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, MigrationScript};
use crate::syntax::Source;

/// The index of the literal that makes a file a changelog.
const CHANGELOG: usize = 0;

/// How far from the start of a change set its id is looked for.
const REACH: usize = 400;

/// Reads the change sets of changelogs.
#[derive(Debug)]
pub(in crate::extract) struct LiquibaseChangelogs;

impl Extractor for LiquibaseChangelogs {
    fn name(&self) -> &'static str {
        "liquibase"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(
            ["databaseChangeLog", "<changeSet", "changeSet:", "\"changeSet\""].map(str::to_owned).to_vec(),
        )
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.extension(), "xml" | "yaml" | "yml" | "json") && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        if !hits.iter().any(|hit| hit.literal == CHANGELOG) {
            return;
        }
        let comments = comments(text);
        let is_comment = |at: usize| {
            let next = comments.partition_point(|&(start, _)| start <= at);
            next.checked_sub(1).and_then(|last| comments.get(last)).is_some_and(|&(_, end)| at < end)
        };
        for hit in hits.iter().filter(|hit| hit.literal != CHANGELOG && !is_comment(hit.at)) {
            let rest = text.get(hit.at..).unwrap_or("");
            let line = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let script = MigrationScript::new("liquibase", id(rest).unwrap_or_default());
            found.add(source.span(hit.at..hit.at + line), Data::MigrationScript(script));
        }
    }
}

/// The places of XML comments.
fn comments(text: &str) -> Vec<(usize, usize)> {
    let mut comments = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("<!--")).map(|offset| at + offset) {
        let end = text.get(start..).and_then(|rest| rest.find("-->")).map_or(text.len(), |length| start + length);
        comments.push((start, end));
        at = end;
    }
    comments
}

/// The value of the first `id` that follows soon.
fn id(rest: &str) -> Option<&str> {
    let near = (0..=REACH.min(rest.len())).rev().find(|&at| rest.is_char_boundary(at))?;
    let rest = rest.get(..near)?;
    rest.match_indices("id").find_map(|(at, _)| {
        let before = rest.get(..at)?.chars().next_back()?;
        let after = rest.get(at + 2..)?.trim_start_matches(['"', '\'']).trim_start();
        let value = after.strip_prefix(['=', ':'])?.trim_start();
        let is_key = before.is_whitespace() || matches!(before, '"' | '\'' | '{');
        let word = value.trim_start_matches(['"', '\'']).split(['"', '\'', '\n', ' ', ',', '>', '}']).next()?;
        (is_key && !word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn ids(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(LiquibaseChangelogs)]);
        let facts = extractors.extract(&file, text).facts;
        facts
            .into_iter()
            .filter_map(|fact| match fact.data {
                Data::MigrationScript(script) => Some(script.version),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn each_change_set_is_a_migration() {
        let xml = "<databaseChangeLog>\n<!-- <changeSet id=\"0\"> -->\n<changeSet author=\"me\" id=\"1\">\n</changeSet>\n</databaseChangeLog>";
        assert_eq!(ids("db/changelog.xml", xml), ["1"]);
        let yaml = "databaseChangeLog:\n  - changeSet:\n      id: create-orders\n      author: me\n";
        assert_eq!(ids("db/changelog.yaml", yaml), ["create-orders"]);
        let json = "{\"databaseChangeLog\": [{\"changeSet\": {\"id\": \"7\", \"author\": \"me\"}}]}";
        assert_eq!(ids("db/changelog.json", json), ["7"]);
    }

    #[test]
    fn other_files_have_no_change_sets() {
        assert!(ids("a.yaml", "changeSet:\n  id: x\n").is_empty());
    }
}
