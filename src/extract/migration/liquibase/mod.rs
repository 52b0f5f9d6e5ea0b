//! Liquibase changelogs in XML, YAML and JSON: their change sets, what these do, and the files that they include.

mod changes;
mod item;

use self::changes::ChangeSet;
use self::item::{Item, Items};
use super::is_own;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{ChangelogInclude, Data, File};
use crate::syntax::Source;

/// Reads the change sets of changelogs.
#[derive(Debug)]
pub(in crate::extract) struct LiquibaseChangelogs;

impl Extractor for LiquibaseChangelogs {
    fn name(&self) -> &'static str {
        "liquibase"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["databaseChangeLog".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.extension(), "xml" | "yaml" | "yml" | "json") && is_own(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut items = match Items::of(source) {
            Ok(items) => items,
            Err((span, message)) => return found.warn(span, format!("changelog not understood: {message}")),
        };
        items.fill_in();
        let Some(changelog) = items.changelog() else { return };
        for item in items.children(changelog) {
            match item.name.as_str() {
                "include" | "includeAll" => include(item, found),
                "changeSet" => change_set(source, &items, item, found),
                _ => {}
            }
        }
    }
}

fn include(item: &Item, found: &mut Found<'_>) {
    let target = item.get("file").or_else(|| item.get("path"));
    if let Some(target) = target {
        let data = ChangelogInclude {
            target: target.trim_start_matches("classpath:").trim_start_matches("./").to_owned(),
            is_relative: item.is("relativeToChangelogFile", "true"),
            is_folder: item.name == "includeAll",
        };
        found.add(item.span, Data::ChangelogInclude(data));
    }
}

fn change_set(source: &Source<'_>, items: &Items, item: &Item, found: &mut Found<'_>) {
    let mut set = ChangeSet::new(source, items, item);
    // XML has the changes among what else there is to say, YAML and JSON have a list of them.
    let lists = items.children(item).filter(|child| child.name == "changes").flat_map(|list| items.children(list));
    for change in items.children(item).filter(|child| child.name != "changes").chain(lists) {
        if change.name == "sqlFile" {
            include(change, found);
        } else {
            set.read(change);
        }
    }
    if let Some((span, what)) = &set.unread {
        found.warn(*span, format!("migration not understood: {what}"));
    }
    found.add(item.span, Data::MigrationScript(set.into_script()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::{MigrationScript, Role};

    fn sets(path: &str, text: &str) -> Vec<MigrationScript> {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(LiquibaseChangelogs)]);
        let facts = extractors.extract(&file, text).facts;
        let scripts = facts.into_iter().filter_map(|fact| match fact.data {
            Data::MigrationScript(script) => Some(script),
            _ => None,
        });
        scripts.collect()
    }

    fn ids(path: &str, text: &str) -> Vec<String> {
        sets(path, text).into_iter().map(|script| script.version).collect()
    }

    fn operations(script: &MigrationScript) -> Vec<String> {
        let told = script.statements.iter();
        told.map(|one| format!("{} {}.{}", one.operation.name(), one.table, one.object)).collect()
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

    #[test]
    fn changes_are_what_they_run_in_xml() {
        let xml = r#"<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <changeSet id="1" author="me" runInTransaction="false">
    <createTable tableName="users">
      <column name="id" type="bigint"><constraints primaryKey="true" nullable="false"/></column>
    </createTable>
    <addColumn tableName="orders">
      <column name="code" type="varchar(9)"><constraints nullable="false"/></column>
      <column name="note" type="${clobType}"/>
    </addColumn>
    <dropColumn tableName="orders" columnName="old"/>
    <dropColumn tableName="orders"><column name="older"/></dropColumn>
    <renameColumn tableName="orders" oldColumnName="a" newColumnName="b"/>
    <modifyDataType tableName="orders" columnName="total" newDataType="int"/>
    <addNotNullConstraint tableName="orders" columnName="state"/>
    <createIndex tableName="orders" indexName="i"><column name="code"/></createIndex>
    <addForeignKeyConstraint baseTableName="orders" baseColumnNames="user_id" constraintName="k" referencedTableName="users" referencedColumnNames="id"/>
    <sql>DROP TABLE carts; <comment>old</comment></sql>
    <delete tableName="lines"/>
    <delete tableName="lines"><where>id = 1</where></delete>
    <rollback><dropTable tableName="users"/></rollback>
  </changeSet>
</databaseChangeLog>"#;
        let found = sets("db/changelog.xml", xml);
        let [script] = found.as_slice() else { panic!("one") };
        assert!(script.understood && script.no_transaction && script.has_way_back);
        assert_eq!(
            operations(script),
            [
                "create-table users.",
                "add-required-column orders.code",
                "add-column orders.note",
                "drop-column orders.old",
                "drop-column orders.older",
                "rename-column orders.a",
                "change-type orders.total",
                "set-not-null orders.state",
                "create-index orders.i",
                "add-foreign-key orders.k",
                "drop-table carts.",
                "delete-all lines.",
            ]
        );
    }

    #[test]
    fn changes_are_what_they_run_in_yaml() {
        let yaml = "databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: me\n      changes:\n        - addColumn:\n            tableName: orders\n            columns:\n              - column:\n                  name: code\n                  type: varchar(9)\n                  constraints:\n                    nullable: false\n        - dropTable:\n            tableName: carts\n        - sql:\n            sql: DROP TABLE baskets\n        - customChange:\n            class: x.Y\n";
        let found = sets("db/changelog.yaml", yaml);
        let [script] = found.as_slice() else { panic!("one") };
        assert!(!script.understood);
        assert_eq!(operations(script), ["add-required-column orders.code", "drop-table carts.", "drop-table baskets."]);
    }
}
