//! Which packages have a lock file: beside their manifest, or at the root of the workspace that holds them.

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use super::component::Workspaces;
use crate::facts::{
    Component, ComponentKind, Data, Dependency, Ecosystem, Fact, LockFile, Manifest, Role, SharedDependency,
    VersionLocking,
};

/// Ecosystems whose usual tool writes a lock file by itself. Maven, Gradle and `NuGet` do on request alone.
const LOCKING: &[Ecosystem] = &[
    Ecosystem::Npm,
    Ecosystem::PyPi,
    Ecosystem::Go,
    Ecosystem::Cargo,
    Ecosystem::RubyGems,
    Ecosystem::Composer,
    Ecosystem::Hex,
    Ecosystem::Deno,
    Ecosystem::Swift,
    Ecosystem::Pub,
];

/// Ecosystems in which libraries leave the lock file out, by advice or by habit.
const EXEMPT_LIBRARIES: &[Ecosystem] = &[
    Ecosystem::Cargo,
    Ecosystem::RubyGems,
    Ecosystem::Composer,
    Ecosystem::Hex,
    Ecosystem::Swift,
    Ecosystem::Pub,
    Ecosystem::PyPi,
];

/// How many packages are locked; nothing where none needs to be.
pub(super) fn derive(facts: &Facts, components: &[Component]) -> Option<Fact> {
    let locks = Locks::new(facts);
    let outside = manifests_with_dependencies(facts);
    let mut packages: BTreeMap<(&str, Ecosystem), Vec<(&Fact, &Manifest)>> = BTreeMap::new();
    for (fact, manifest) in facts.each::<Manifest>() {
        let is_ours = matches!(fact.role, Role::Product | Role::Configuration | Role::Script);
        if is_ours && LOCKING.contains(&manifest.ecosystem) && outside.contains(&*fact.place.path) {
            packages.entry((folder(&fact.place.path), manifest.ecosystem)).or_default().push((fact, manifest));
        }
    }
    let (mut locked, mut unlocked): (Vec<&Fact>, Vec<&Fact>) = (Vec::new(), Vec::new());
    for ((own, ecosystem), manifests) in &packages {
        let Some((first, _)) = manifests.first() else { continue };
        if locks.cover(facts, own, *ecosystem) {
            locked.push(first);
        } else if !(EXEMPT_LIBRARIES.contains(ecosystem) && is_library(own, manifests, components)) {
            unlocked.push(first);
        }
    }
    let at = *unlocked.first().or(locked.first())?;
    let count = |list: &[&Fact]| u64::try_from(list.len()).unwrap_or(u64::MAX);
    let manifest = at.place.path.to_string();
    let locking = VersionLocking { locked: count(&locked), unlocked: count(&unlocked), manifest };
    Some(Fact { data: Data::VersionLocking(locking), ..at.clone() })
}

/// Manifests that declare something from outside of the repository.
fn manifests_with_dependencies(facts: &Facts) -> BTreeSet<&str> {
    let outside = facts.each::<Dependency>().filter(|(_, dependency)| dependency.local.is_none());
    outside.map(|(fact, _)| &*fact.place.path).collect()
}

/// The lock files, and what they reach beside their own folder.
struct Locks<'a> {
    folders: BTreeSet<(&'a str, Ecosystem)>,
    workspaces: Workspaces,
    /// Folders that a manifest names by their path, with the folder of that manifest.
    named: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Locks<'a> {
    fn new(facts: &'a Facts) -> Self {
        let folders = facts.each::<LockFile>().map(|(fact, lock)| (folder(&fact.place.path), lock.ecosystem)).collect();
        let direct = facts.each::<Dependency>();
        let shared = facts.each::<SharedDependency>().map(|(fact, shared)| (fact, &shared.dependency));
        let named = direct.chain(shared).filter_map(|(fact, dependency)| {
            dependency.local.as_deref().map(|target| (target, folder(&fact.place.path)))
        });
        Self { folders, workspaces: Workspaces::new(facts), named: named.collect() }
    }

    /// Whether a lock file pins what a package needs.
    fn cover(&self, facts: &Facts, own: &str, ecosystem: Ecosystem) -> bool {
        if self.folders.contains(&(own, ecosystem)) || ecosystem == Ecosystem::PyPi && is_pinned(facts, own) {
            return true;
        }
        // Each module of Go has its own, whatever workspace it is in.
        ecosystem != Ecosystem::Go
            && self.folders.iter().filter(|(_, other)| *other == ecosystem).any(|(root, _)| {
                let is_named = || self.named.iter().any(|(target, by)| *target == own && is_in(by, root));
                is_in(own, root) && (self.workspaces.share(ecosystem, root, own) || is_named())
            })
    }
}

/// Requirements of pip that pin every version are their own lock.
fn is_pinned(facts: &Facts, own: &str) -> bool {
    let mut pins = facts
        .each::<Dependency>()
        .filter(|(fact, dependency)| {
            let path = &*fact.place.path;
            let is_text = path.rsplit_once('.').is_some_and(|(_, extension)| extension == "txt");
            dependency.ecosystem == Ecosystem::PyPi && folder(path) == own && is_text
        })
        .map(|(_, dependency)| dependency.requirement.contains("=="))
        .peekable();
    pins.peek().is_some() && pins.all(|is_exact| is_exact)
}

/// Whether a folder is a package for others to use, and nothing that runs by itself.
fn is_library(own: &str, manifests: &[(&Fact, &Manifest)], components: &[Component]) -> bool {
    let is_published = |manifest: &Manifest| manifest.is_package && !manifest.is_private && manifest.name.is_some();
    let component = components.iter().find(|component| component.path == own);
    manifests.iter().any(|(_, manifest)| is_published(manifest))
        && component.is_none_or(|it| it.kinds.keys().all(|kind| *kind == ComponentKind::Library))
}

fn is_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Conclusion, DependencyScope, Place, Span};

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Configuration, data }
    }

    /// A manifest with one dependency, on what lies at `local` or else in a registry.
    fn package(path: &str, ecosystem: Ecosystem, members: &[&str], local: Option<&str>) -> Vec<Fact> {
        let manifest = Manifest {
            ecosystem,
            name: Some("x".to_owned()),
            version: None,
            is_private: false,
            members: members.iter().map(|&member| member.to_owned()).collect(),
            package_manager: None,
            runtimes: BTreeMap::new(),
            is_package: true,
            sources: None,
        };
        let dependency = |local: Option<&str>| Dependency {
            ecosystem,
            name: "d".to_owned(),
            requirement: "^1".to_owned(),
            scope: DependencyScope::Runtime,
            local: local.map(str::to_owned),
            alias: None,
            shared: None,
        };
        let mut facts = vec![fact(path, Data::Manifest(manifest)), fact(path, Data::Dependency(dependency(None)))];
        facts.extend(local.map(|local| fact(path, Data::Dependency(dependency(Some(local))))));
        facts
    }

    fn lock(path: &str, ecosystem: Ecosystem) -> Vec<Fact> {
        vec![fact(path, Data::LockFile(LockFile { ecosystem, manager: "m".to_owned() }))]
    }

    fn locking(facts: Vec<Vec<Fact>>, components: &[Component]) -> Option<(u64, u64, String)> {
        let found = derive(&Facts::new(facts.into_iter().flatten().collect()), components)?;
        match found.data {
            Data::VersionLocking(it) => Some((it.locked, it.unlocked, it.manifest)),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_lock_file_of_a_workspace_is_its_members() {
        let found = locking(
            vec![
                package("package.json", Ecosystem::Npm, &["apps/*"], None),
                lock("package-lock.json", Ecosystem::Npm),
                package("apps/web/package.json", Ecosystem::Npm, &[], None),
                package("scripts/package.json", Ecosystem::Npm, &[], None),
            ],
            &[],
        );
        assert_eq!(found, Some((2, 1, "scripts/package.json".to_owned())));
    }

    #[test]
    fn what_a_locked_package_names_by_path_is_locked_with_it() {
        let found = locking(
            vec![
                package("Cargo.toml", Ecosystem::Cargo, &[], Some("macros")),
                lock("Cargo.lock", Ecosystem::Cargo),
                package("macros/Cargo.toml", Ecosystem::Cargo, &[], None),
            ],
            &[],
        );
        assert_eq!(found, Some((2, 0, "Cargo.toml".to_owned())));
    }

    #[test]
    fn a_module_of_go_needs_its_own() {
        let facts = vec![
            package("go.mod", Ecosystem::Go, &["./tools"], None),
            lock("go.sum", Ecosystem::Go),
            package("tools/go.mod", Ecosystem::Go, &[], None),
        ];
        assert_eq!(locking(facts, &[]), Some((1, 1, "tools/go.mod".to_owned())));
    }

    #[test]
    fn libraries_may_leave_it_out_and_programs_not() {
        let facts = || vec![package("Cargo.toml", Ecosystem::Cargo, &[], None)];
        assert_eq!(locking(facts(), &[]), None);
        let place = Place { path: "src/main.rs".into(), span: Span::START };
        let kinds = [(ComponentKind::Cli, Conclusion { reason: String::new(), place })].into_iter().collect();
        let program = Component { kinds, ..Component::default() };
        assert_eq!(locking(facts(), &[program]), Some((0, 1, "Cargo.toml".to_owned())));
    }
}
