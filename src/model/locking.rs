//! Which manifests have a lock file: beside them, or at a folder above that holds their workspace.

use super::Facts;
use crate::facts::{Data, Dependency, Ecosystem, EntryPoint, Fact, LockFile, Manifest, Role, VersionLocking};

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
const EXEMPT_LIBRARIES: &[Ecosystem] =
    &[Ecosystem::Cargo, Ecosystem::RubyGems, Ecosystem::Composer, Ecosystem::Swift, Ecosystem::Pub, Ecosystem::PyPi];

/// How many manifests are locked; nothing where no manifest needs to be.
pub(super) fn derive(facts: &Facts) -> Option<Fact> {
    let locks: Vec<(&str, Ecosystem)> =
        facts.each::<LockFile>().map(|(fact, lock)| (folder(&fact.place.path), lock.ecosystem)).collect();
    let (mut locked, mut unlocked) = (0, 0);
    let (mut first, mut first_unlocked): (Option<&Fact>, Option<&Fact>) = (None, None);
    for (fact, manifest) in facts.each::<Manifest>() {
        let needs = LOCKING.contains(&manifest.ecosystem)
            && matches!(fact.role, Role::Product | Role::Configuration | Role::Script)
            && declares(facts, fact, manifest.ecosystem);
        if !needs {
            continue;
        }
        if is_locked(facts, fact, manifest.ecosystem, &locks) {
            locked += 1;
            first = first.or(Some(fact));
        } else if !(EXEMPT_LIBRARIES.contains(&manifest.ecosystem) && is_library(facts, fact, manifest)) {
            unlocked += 1;
            first_unlocked = first_unlocked.or(Some(fact));
        }
    }
    let at = first_unlocked.or(first)?;
    let manifest = at.place.path.to_string();
    Some(Fact { data: Data::VersionLocking(VersionLocking { locked, unlocked, manifest }), ..at.clone() })
}

/// Whether a manifest declares dependencies from outside of the repository.
fn declares(facts: &Facts, manifest: &Fact, ecosystem: Ecosystem) -> bool {
    facts.each::<Dependency>().any(|(fact, dependency)| {
        fact.place.path == manifest.place.path && dependency.ecosystem == ecosystem && dependency.local.is_none()
    })
}

/// Whether a lock file lies beside the manifest, or above it where no nearer one of the ecosystem does. Requirements of
/// pip that pin every version are their own lock.
fn is_locked(facts: &Facts, manifest: &Fact, ecosystem: Ecosystem, locks: &[(&str, Ecosystem)]) -> bool {
    let own = folder(&manifest.place.path);
    let above =
        |lock: &str| lock.is_empty() || own == lock || own.strip_prefix(lock).is_some_and(|it| it.starts_with('/'));
    if locks.iter().any(|(folder, other)| *other == ecosystem && above(folder)) {
        return true;
    }
    ecosystem == Ecosystem::PyPi && {
        let pins = facts.each::<Dependency>().filter(|(fact, dependency)| {
            let path = &*fact.place.path;
            dependency.ecosystem == ecosystem && folder(path) == own && path.ends_with(".txt")
        });
        let mut pins = pins.map(|(_, dependency)| dependency.requirement.contains("==")).peekable();
        pins.peek().is_some() && pins.all(|is_pinned| is_pinned)
    }
}

/// Whether the manifest is of a package for others to use.
fn is_library(facts: &Facts, fact: &Fact, manifest: &Manifest) -> bool {
    let starts = facts.each::<EntryPoint>().any(|(other, entry)| {
        folder(&other.place.path) == folder(&fact.place.path)
            && matches!(entry.kind, "server" | "worker" | "process" | "handler" | "web" | "page" | "cli" | "program")
    });
    !starts && !manifest.is_private && manifest.is_package && manifest.name.is_some()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
