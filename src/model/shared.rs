//! Declarations that manifests take up from elsewhere: version catalogues of Gradle, workspaces of Cargo. What stands in
//! the manifest is an alias; here it gets the name, version and folder of what it stands for.

use std::collections::BTreeMap;

use crate::facts::{Data, Dependency, Ecosystem, Fact, SharedDependency};

/// How often a shared declaration may name others: a bundle names libraries.
const DEPTH: usize = 3;

/// The facts with aliases replaced by what they stand for. An alias that nothing declares is dropped: what it means is
/// not known.
pub(super) fn resolve(facts: Vec<Fact>) -> Vec<Fact> {
    let mut shared: BTreeMap<(Ecosystem, String), Vec<(String, SharedDependency)>> = BTreeMap::new();
    for fact in &facts {
        if let Data::SharedDependency(it) = &fact.data {
            let key = (it.dependency.ecosystem, it.alias.clone());
            shared.entry(key).or_default().push((base(&fact.place.path).to_owned(), it.clone()));
        }
    }
    let mut resolved = Vec::with_capacity(facts.len());
    for fact in facts {
        match &fact.data {
            Data::Dependency(dependency) if dependency.shared.is_some() => {
                for dependency in meanings(dependency, &fact.place.path, &shared) {
                    resolved.push(Fact { data: Data::Dependency(dependency), ..fact.clone() });
                }
            }
            _ => resolved.push(fact),
        }
    }
    resolved
}

type Shared = BTreeMap<(Ecosystem, String), Vec<(String, SharedDependency)>>;

fn meanings(dependency: &Dependency, path: &str, shared: &Shared) -> Vec<Dependency> {
    let mut open = vec![dependency.clone()];
    let mut found = Vec::new();
    for _ in 0..DEPTH {
        for one in std::mem::take(&mut open) {
            let Some(alias) = &one.shared else {
                found.push(one);
                continue;
            };
            let list = shared.get(&(one.ecosystem, alias.clone())).map_or(&[][..], Vec::as_slice);
            // The nearest workspace above it; one that stands beside it serves where there is none.
            let holders = list.iter().map(|(base, _)| base).filter(|base| contains(base, path));
            let nearest = holders.max_by_key(|base| base.len()).or_else(|| list.first().map(|(base, _)| base));
            for (_, its) in list.iter().filter(|(base, _)| Some(base) == nearest) {
                let dependency = &its.dependency;
                let is_renamed = one.ecosystem == Ecosystem::Cargo && *alias != dependency.name;
                open.push(Dependency {
                    scope: one.scope,
                    alias: if is_renamed { Some(alias.clone()) } else { dependency.alias.clone() },
                    ..dependency.clone()
                });
            }
            // A member of a workspace whose root is not here still says the name.
            if list.is_empty() && one.ecosystem == Ecosystem::Cargo {
                found.push(Dependency { shared: None, ..one });
            }
        }
    }
    found
}

/// The folder that a file of shared declarations serves: a catalogue lies in `gradle/` of it.
fn base(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    match folder.strip_suffix("gradle") {
        Some(above) if above.is_empty() || above.ends_with('/') => above.trim_end_matches('/'),
        _ => folder,
    }
}

fn contains(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{DependencyScope, Place, Role, Span};

    fn dependency(ecosystem: Ecosystem, name: &str, shared: Option<&str>, local: Option<&str>) -> Dependency {
        Dependency {
            ecosystem,
            name: name.to_owned(),
            requirement: String::new(),
            scope: DependencyScope::Runtime,
            local: local.map(str::to_owned),
            alias: None,
            shared: shared.map(str::to_owned),
        }
    }

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Configuration, data }
    }

    fn share(path: &str, alias: &str, dependency: Dependency) -> Fact {
        fact(path, Data::SharedDependency(SharedDependency { alias: alias.to_owned(), dependency }))
    }

    fn names(facts: Vec<Fact>) -> Vec<String> {
        let name = |fact: &Fact| match &fact.data {
            Data::Dependency(it) => Some(format!("{} {} {:?}", fact.place.path, it.name, it.local)),
            _ => None,
        };
        resolve(facts).iter().filter_map(name).collect()
    }

    #[test]
    fn an_accessor_gets_the_library_of_its_catalogue_and_a_bundle_all_of_them() {
        let maven = |name, shared| dependency(Ecosystem::Maven, name, shared, None);
        let facts = vec![
            share("gradle/libs.versions.toml", "libs.a", maven("g:a", None)),
            share("gradle/libs.versions.toml", "libs.b", maven("g:b", None)),
            share("gradle/libs.versions.toml", "libs.bundles.all", maven("libs.a", Some("libs.a"))),
            share("gradle/libs.versions.toml", "libs.bundles.all", maven("libs.b", Some("libs.b"))),
            fact("app/build.gradle", Data::Dependency(maven("libs.a", Some("libs.a")))),
            fact("core/build.gradle", Data::Dependency(maven("libs.bundles.all", Some("libs.bundles.all")))),
            fact("core/build.gradle", Data::Dependency(maven("libs.lost", Some("libs.lost")))),
        ];
        assert_eq!(
            names(facts),
            ["app/build.gradle g:a None", "core/build.gradle g:a None", "core/build.gradle g:b None"]
        );
    }

    #[test]
    fn a_member_gets_the_folder_from_the_nearest_workspace() {
        let cargo = |name, shared, local| dependency(Ecosystem::Cargo, name, shared, local);
        let facts = vec![
            share("Cargo.toml", "model", cargo("far", None, Some("far"))),
            share("server/Cargo.toml", "model", cargo("shop-model", None, Some("server/model"))),
            fact("server/api/Cargo.toml", Data::Dependency(cargo("model", Some("model"), None))),
            fact("server/api/Cargo.toml", Data::Dependency(cargo("serde", Some("serde"), None))),
        ];
        assert_eq!(
            names(facts),
            ["server/api/Cargo.toml shop-model Some(\"server/model\")", "server/api/Cargo.toml serde None"]
        );
    }
}
