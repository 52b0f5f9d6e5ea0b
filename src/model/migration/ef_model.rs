//! EF Core's snapshot against the model beside the last migration: the same tool writes both at once, so what differs was
//! changed without a migration.

use std::collections::{BTreeMap, BTreeSet};

use super::fact;
use crate::facts::{Data, Fact, Place, SchemaComparison, SchemaDifference, WrittenModel};
use crate::model::Facts;

/// The comparison of each snapshot, and what differs.
pub(super) fn compare(facts: &Facts) -> Vec<Fact> {
    let mut folders: BTreeMap<(&str, &str), Vec<(&Fact, &WrittenModel)>> = BTreeMap::new();
    for (model_fact, model) in facts.each::<WrittenModel>() {
        let folder = model_fact.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry((folder, model.context.as_str())).or_default().push((model_fact, model));
    }
    let mut found = Vec::new();
    for ((folder, _), models) in folders {
        let snapshot = models.iter().find(|(_, model)| model.version.is_empty());
        let last = models.iter().filter(|(_, model)| !model.version.is_empty()).max_by_key(|(_, model)| &model.version);
        let (Some((snapshot_fact, snapshot)), Some((last_fact, last))) = (snapshot, last) else { continue };
        let comparison =
            SchemaComparison { title: "EF Core".to_owned(), history: folder.to_owned(), doubt: String::new() };
        found.push(fact(snapshot_fact.place.clone(), snapshot_fact.role, Data::SchemaComparison(comparison)));
        let beside = |model: &'_ WrittenModel| -> BTreeSet<(String, String)> {
            model.statements.iter().map(|one| (one.entity.clone(), one.written.clone())).collect()
        };
        let (in_snapshot, in_last) = (beside(snapshot), beside(last));
        // A statement that changed stands in both in another form, and is told once, at the snapshot.
        let subjects: BTreeSet<(&str, &str)> =
            snapshot.statements.iter().map(|one| (one.entity.as_str(), subject(&one.written))).collect();
        let mut add = |model_fact: &Fact, span, explanation: String| {
            let place = Place { path: model_fact.place.path.clone(), span };
            found.push(fact(place, model_fact.role, Data::SchemaDifference(SchemaDifference { explanation })));
        };
        for one in &snapshot.statements {
            if !in_last.contains(&(one.entity.clone(), one.written.clone())) {
                let what = shown(&one.entity, &one.written);
                add(
                    snapshot_fact,
                    one.span,
                    format!("the model says {what}, and the last migration, `{}`, does not", last.version),
                );
            }
        }
        for one in &last.statements {
            let key = (one.entity.as_str(), subject(&one.written));
            if !in_snapshot.contains(&(one.entity.clone(), one.written.clone())) && !subjects.contains(&key) {
                let what = shown(&one.entity, &one.written);
                add(last_fact, one.span, format!("the last migration says {what}, and the model does not"));
            }
        }
    }
    found
}

/// What a statement is about: its first call, `b.Property<int>("Id")`.
fn subject(written: &str) -> &str {
    written.split_once(')').map_or(written, |(first, _)| first)
}

/// A statement as a message shows it: the entity without its namespace, and the statement without the builder.
fn shown(entity: &str, written: &str) -> String {
    let name = entity.rsplit('.').next().unwrap_or(entity);
    let statement = written.trim_end_matches(';');
    let statement = statement.strip_prefix("b.").unwrap_or(statement);
    if name.is_empty() { format!("`{statement}`") } else { format!("`{statement}` of `{name}`") }
}
