//! Which folders are components, and which files are whose.

use std::collections::{BTreeMap, BTreeSet};

use super::published;
use crate::facts::{Dependency, Ecosystem, EntryPoint, Fact, File, Language, Manifest, Role};
use crate::model::Facts;

/// A folder with the manifests in it.
pub(super) struct Folder<'a> {
    /// Its path, `""` for the root.
    pub(super) path: String,
    /// Its package manifests.
    pub(super) manifests: Vec<(&'a Fact, &'a Manifest)>,
    /// Whether it is a package of a module that the module's own program does not use.
    pub(super) is_published: bool,
}

impl Folder<'_> {
    /// The name from a manifest, or else the folder's.
    pub(super) fn name(&self) -> String {
        let declared = self.manifests.iter().find_map(|(_, manifest)| manifest.name.clone());
        let of_folder = || self.path.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("root").to_owned();
        declared.unwrap_or_else(of_folder)
    }

    /// Whether code of a language can be of its packages.
    fn is_written_in(&self, language: Language) -> bool {
        let manifests = &self.manifests;
        manifests.is_empty() || manifests.iter().any(|(_, manifest)| manifest.ecosystem.is_written_in(language))
    }
}

/// The folders of all components, sorted by path.
pub(super) struct Folders<'a> {
    pub(super) list: Vec<Folder<'a>>,
    index: BTreeMap<String, usize>,
}

impl Folders<'_> {
    /// The component that a path belongs to: the deepest folder that holds it and whose packages are written in its
    /// language (Go code below a package.json is part of the Go module above), else the deepest.
    pub(super) fn of(&self, path: &str) -> Option<usize> {
        let mut holding = above(path).filter_map(|folder| self.index.get(folder)).copied();
        let deepest = holding.next()?;
        let Some(language) = Language::of_code(path) else { return Some(deepest) };
        let is_its = |index: &usize| self.list.get(*index).is_some_and(|folder| folder.is_written_in(language));
        Some([deepest].into_iter().chain(holding).find(is_its).unwrap_or(deepest))
    }

    /// The component of exactly that folder.
    pub(super) fn at(&self, folder: &str) -> Option<usize> {
        self.index.get(folder).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }
}

/// The folders above a path, the nearest first, the root (`""`) last.
pub(super) fn above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).collect::<Vec<_>>();
    ends.into_iter().rev().filter_map(|end| path.get(..end)).chain([""])
}

/// The folder of a path.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a file is code of the product. Declarations of types alone and manifests written as code are none.
pub(super) fn is_product_code(file: &File) -> bool {
    file.role == Role::Product
        && file.language.is_some_and(Language::is_programming)
        && ![".d.ts", ".d.mts", ".d.cts", ".gradle.kts"].iter().any(|ending| file.path.ends_with(ending))
        && !matches!(file.name(), "mix.exs" | "Package.swift")
}

/// Names of folders that hold infrastructure as a whole.
const INFRASTRUCTURE: &[&str] = &[
    "terraform",
    "infra",
    "infrastructure",
    "iac",
    "deploy",
    "deployment",
    "helm",
    "charts",
    "k8s",
    "kubernetes",
    "ops",
    "tinybird",
];

pub(super) fn find<'a>(facts: &'a Facts, files: &[File]) -> Folders<'a> {
    let mut manifests: BTreeMap<String, Vec<(&Fact, &Manifest)>> = BTreeMap::new();
    let tests: BTreeSet<&str> = entry_points(facts, &["test"]).map(|fact| &*fact.place.path).collect();
    for (fact, manifest) in facts.each::<Manifest>() {
        let counts = matches!(fact.role, Role::Product | Role::Configuration | Role::Script);
        let is_other = tests.contains(&*fact.place.path) || is_tooling(folder(&fact.place.path), facts);
        if counts && manifest.is_package && !is_other {
            // A folder of lists of requirements holds no code: they are those of the folder around it.
            let around = manifest.sources.as_deref().filter(|_| manifest.ecosystem == Ecosystem::PyPi);
            let place = around.unwrap_or_else(|| folder(&fact.place.path));
            manifests.entry(place.to_owned()).or_default().push((fact, manifest));
        }
    }
    // Beside code, a Dockerfile makes a folder a thing of its own.
    let with_code: BTreeSet<&str> = files.iter().filter(|file| is_product_code(file)).map(File::folder).collect();
    for file in files.iter().filter(|file| file.name() == "Dockerfile" && file.role.is_written()) {
        let inner = ["", "/src", "/app"].map(|inner| format!("{}{inner}", file.folder()));
        let has_code = inner.iter().any(|folder| with_code.contains(folder.as_str()));
        let name = file.folder().rsplit('/').next().unwrap_or("");
        let is_packaging = matches!(name, "docker" | ".docker" | "build" | "packaging" | "deploy" | ".devcontainer");
        let counts = matches!(file.role, Role::Product | Role::Configuration) && !is_packaging;
        if counts && has_code && !file.folder().is_empty() {
            manifests.entry(file.folder().to_owned()).or_default();
        }
    }
    keep_what_matters(&mut manifests, facts, files);
    let has_software = !manifests.is_empty();
    let infrastructure: BTreeSet<String> = entry_points(facts, &["infra"])
        .filter(|fact| matches!(fact.role, Role::Product | Role::Configuration | Role::Script))
        .map(|fact| infrastructure_folder(&fact.place.path).to_owned())
        .collect();
    for place in infrastructure {
        let is_inside = above(&format!("{place}/")).any(|folder| !folder.is_empty() && manifests.contains_key(folder));
        if !(is_inside || place.is_empty() && has_software) {
            manifests.entry(place).or_default();
        }
    }
    let uncovered =
        |file: &&File| is_product_code(file) && !above(&file.path).any(|folder| manifests.contains_key(folder));
    if manifests.is_empty() || !has_software && files.iter().any(|file| uncovered(&file)) {
        manifests.entry(String::new()).or_default();
    }
    let published = published::find(facts, files, &manifests);
    for path in &published {
        manifests.entry(path.clone()).or_default();
    }
    let mut aliases = Vec::new();
    let mut list: Vec<Folder<'a>> = Vec::with_capacity(manifests.len());
    for (path, manifests) in manifests {
        let elsewhere = manifests.iter().find_map(|(_, manifest)| manifest.sources.clone());
        if let Some(sources) = &elsewhere {
            aliases.push((path.clone(), sources.clone()));
        }
        let is_published = published.contains(&path);
        list.push(Folder { path: elsewhere.unwrap_or(path), manifests, is_published });
    }
    list.sort_by(|a, b| a.path.cmp(&b.path));
    let mut index: BTreeMap<String, usize> =
        list.iter().enumerate().map(|(index, folder)| (folder.path.clone(), index)).collect();
    // What lies beside the manifest is the component's, too.
    for (path, sources) in aliases {
        if let Some(at) = index.get(&sources).copied() {
            index.entry(path).or_insert(at);
        }
    }
    Folders { list, index }
}

/// Whether a package is only there for the tools of developers, or is a part of the package around it: the host's own
/// folder, the assets of a Phoenix application, what shells an application for devices on each platform.
fn is_tooling(path: &str, facts: &Facts) -> bool {
    let is_host = path.split('/').any(|part| matches!(part, ".github" | ".gitlab" | ".circleci" | ".buildkite"));
    let mut others = facts.each::<Manifest>().filter(|(_, manifest)| manifest.ecosystem == Ecosystem::Hex);
    let beside = path.strip_suffix("assets").map(|start| start.trim_end_matches('/'));
    is_host
        || beside.is_some_and(|outer| others.any(|(fact, _)| folder(&fact.place.path) == outer))
        || [path].into_iter().chain(above(path)).any(|part| is_shell_of_an_application(part, facts))
}

/// Whether a folder is named like a platform, beside a manifest of Flutter or React Native.
fn is_shell_of_an_application(path: &str, facts: &Facts) -> bool {
    let outer = folder(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let makes = |dependency: &Dependency| matches!(&*dependency.name, "flutter" | "react-native" | "@capacitor/core");
    matches!(name, "android" | "ios" | "macos" | "linux" | "windows")
        && facts.each::<Dependency>().any(|(fact, it)| folder(&fact.place.path) == outer && makes(it))
}

/// Facts of entry points of some kinds.
fn entry_points<'a>(facts: &'a Facts, kinds: &'a [&str]) -> impl Iterator<Item = &'a Fact> {
    facts.each::<EntryPoint>().filter(move |(_, entry)| kinds.contains(&entry.kind)).map(|(fact, _)| fact)
}

/// Leaves out manifests with nothing of the product below them: roots of workspaces, shared settings, tooling.
fn keep_what_matters(manifests: &mut BTreeMap<String, Vec<(&Fact, &Manifest)>>, facts: &Facts, files: &[File]) {
    let mut owned: BTreeSet<String> = BTreeSet::new();
    for file in files.iter().filter(|file| is_product_code(file)) {
        let Some(folder) = above(&file.path).find(|folder| manifests.contains_key(*folder)) else { continue };
        let list = manifests.get(folder).map_or(&[][..], Vec::as_slice);
        if is_root_of_npm(list, facts) && is_beside_tools(folder, &file.path) {
            continue;
        }
        // A package.json for tools owns no C# below it.
        let is_its = |language| list.is_empty() || list.iter().any(|(_, it)| it.ecosystem.is_written_in(language));
        if !owned.contains(folder) && file.language.is_some_and(is_its) {
            owned.insert(folder.to_owned());
        }
    }
    let declared = ["cli", "library", "module", "client", "server", "worker"];
    for fact in entry_points(facts, &declared).filter(|fact| fact.role == Role::Configuration) {
        owned.insert(folder(&fact.place.path).to_owned());
    }
    manifests.retain(|path, _| owned.contains(path));
}

/// Whether all that a folder has are manifests of npm, and one of them or a file beside it makes it a workspace.
fn is_root_of_npm(list: &[(&Fact, &Manifest)], facts: &Facts) -> bool {
    let Some((first, _)) = list.first() else { return false };
    let place = folder(&first.place.path);
    let is_npm = list.iter().all(|(_, manifest)| manifest.ecosystem == Ecosystem::Npm);
    let mut roots = facts.each::<Manifest>().filter(|(fact, _)| folder(&fact.place.path) == place);
    is_npm && roots.any(|(_, manifest)| manifest.members.iter().any(|member| member != "."))
}

/// Whether code lies where the root of a workspace keeps its settings and tools.
fn is_beside_tools(root: &str, path: &str) -> bool {
    let inner = path.strip_prefix(root).unwrap_or(path).trim_start_matches('/');
    match inner.split_once('/') {
        None => true,
        Some((first, _)) => first.starts_with('.') || matches!(first, "config" | "prisma" | "build"),
    }
}

fn infrastructure_folder(path: &str) -> &str {
    let named = above(path).filter(|folder| {
        let name = folder.rsplit('/').next().unwrap_or(folder);
        INFRASTRUCTURE.contains(&name)
    });
    named.last().unwrap_or_else(|| folder(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_above_a_path_end_at_the_root() {
        assert_eq!(above("a/b/c.ts").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(above("c.ts").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn infrastructure_is_one_component_by_its_outermost_folder() {
        assert_eq!(infrastructure_folder("infra/modules/db/main.tf"), "infra");
        assert_eq!(infrastructure_folder("cloud/prod/main.tf"), "cloud/prod");
    }
}
