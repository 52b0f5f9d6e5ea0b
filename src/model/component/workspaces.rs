//! Workspaces: which folders belong together, so that a name in a manifest means the package next to it and not the one
//! that a registry has under that name.

use super::folders::folder;
use crate::facts::{Ecosystem, Manifest};
use crate::model::Facts;
use crate::signals::PathGlob;

/// A workspace: its root folder and the globs of its members.
struct Workspace {
    ecosystem: Ecosystem,
    root: String,
    members: Vec<PathGlob>,
    without: Vec<PathGlob>,
}

/// All workspaces of a repository.
pub(in crate::model) struct Workspaces {
    list: Vec<Workspace>,
}

impl Workspaces {
    pub(in crate::model) fn new(facts: &Facts) -> Self {
        let mut list = Vec::new();
        for (fact, manifest) in facts.each::<Manifest>().filter(|(_, manifest)| !manifest.members.is_empty()) {
            let mut workspace = Workspace {
                ecosystem: manifest.ecosystem,
                root: folder(&fact.place.path).to_owned(),
                members: Vec::new(),
                without: Vec::new(),
            };
            for member in &manifest.members {
                let (member, list) = match member.strip_prefix('!') {
                    Some(member) => (member, &mut workspace.without),
                    None => (member.as_str(), &mut workspace.members),
                };
                let member = member.trim_start_matches("./").trim_end_matches('/');
                // A glob that no reader understands holds nothing.
                list.extend(PathGlob::new(member).ok());
            }
            list.push(workspace);
        }
        Self { list }
    }

    /// Whether a name of that ecosystem in the manifest of one folder means the package in the other.
    pub(super) fn join(&self, ecosystem: Ecosystem, one: &str, other: &str) -> bool {
        // Modules of Maven and Gradle, Go and .NET are named by what only they are called.
        if !matches!(ecosystem, Ecosystem::Npm | Ecosystem::Deno | Ecosystem::PyPi | Ecosystem::Cargo) {
            return true;
        }
        self.share(ecosystem, one, other)
    }

    /// Whether a declared workspace of that ecosystem holds both folders.
    pub(in crate::model) fn share(&self, ecosystem: Ecosystem, one: &str, other: &str) -> bool {
        let mut same = self.list.iter().filter(|workspace| workspace.ecosystem == ecosystem);
        same.any(|workspace| workspace.holds(one) && workspace.holds(other))
    }
}

impl Workspace {
    fn holds(&self, path: &str) -> bool {
        if path == self.root {
            return true;
        }
        let inner = if self.root.is_empty() {
            path
        } else {
            let rest = path.strip_prefix(self.root.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let Some(rest) = rest else { return false };
            rest
        };
        let is_of = |list: &[PathGlob]| list.iter().any(|glob| glob.is_match(inner));
        is_of(&self.members) && !is_of(&self.without)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::facts::{Data, Fact, Place, Role, Span};

    fn workspace(path: &str, ecosystem: Ecosystem, members: &[&str]) -> Fact {
        let manifest = Manifest {
            ecosystem,
            name: None,
            version: None,
            is_private: true,
            members: members.iter().map(|&member| member.to_owned()).collect(),
            package_manager: None,
            runtimes: BTreeMap::new(),
            is_package: false,
            sources: None,
        };
        let place = Place { path: path.into(), span: Span::START };
        Fact { place, role: Role::Configuration, data: Data::Manifest(manifest) }
    }

    #[test]
    fn members_belong_together_and_others_do_not() {
        let facts = Facts::new(vec![workspace(
            "web/package.json",
            Ecosystem::Npm,
            &["./packages/*", "apps/**", "!packages/old"],
        )]);
        let workspaces = Workspaces::new(&facts);
        let join = |one, other| workspaces.join(Ecosystem::Npm, one, other);
        assert!(join("web/packages/a", "web/apps/deep/b"));
        assert!(join("web", "web/packages/a"));
        assert!(!join("web/packages/a", "web/packages/old"));
        assert!(!join("web/packages/a", "examples/b"));
        assert!(!join("website/packages/a", "web/packages/a"));
        assert!(!workspaces.join(Ecosystem::PyPi, "web/packages/a", "web/apps/b"));
    }

    #[test]
    fn without_a_workspace_a_name_means_what_the_registry_has() {
        let workspaces = Workspaces::new(&Facts::new(Vec::new()));
        assert!(!workspaces.join(Ecosystem::Npm, "a", "b"));
        assert!(workspaces.join(Ecosystem::NuGet, "a", "b"));
    }
}
