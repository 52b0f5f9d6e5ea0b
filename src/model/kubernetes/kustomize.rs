//! Kustomize: bases and overlays merged, as far as their files are in the tree.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Facts;
use super::Resource;
use super::patch::{DEPTH, Patch, Target, put, scalar};
use crate::facts::data::{Node, Value};
use crate::facts::{KubernetesObject, Kustomization};
use crate::syntax::{parse_yaml, shell::join_path};

/// How many overlays may stand on each other.
const LEVELS: usize = 12;

/// What kustomizations make.
pub(super) struct Merged {
    /// The resources of those that no other takes.
    pub(super) resources: Vec<Resource>,
    /// The files that they take: resources and patches.
    pub(super) taken: BTreeSet<String>,
}

/// A kustomization by its folder.
struct Entry<'a> {
    tree: &'a Node,
    /// Paths that it takes, from the root of the repository: components, which change what the others bring, first.
    takes: Vec<String>,
}

/// Merges the kustomizations of the tree. Where some are for production by their path, those for developers and
/// tests do not count beside them.
pub(super) fn merge(facts: &Facts) -> Merged {
    let mut entries: BTreeMap<&str, Entry<'_>> = BTreeMap::new();
    for (fact, Kustomization { tree }) in facts.each::<Kustomization>() {
        let folder = fact.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        entries.insert(folder, Entry { tree, takes: paths(folder, tree, &["components", "resources", "bases"]) });
    }
    let mut objects: BTreeMap<&str, Vec<Resource>> = BTreeMap::new();
    for (fact, object) in facts.each::<KubernetesObject>() {
        objects.entry(&fact.place.path).or_default().push(Resource {
            path: fact.place.path.clone(),
            role: fact.role,
            source: "kustomize",
            tree: object.tree.clone(),
            lines: None,
        });
    }
    let used: BTreeSet<&str> = entries.values().flat_map(|entry| entry.takes.iter().map(String::as_str)).collect();
    let mut taken: BTreeSet<String> = used.iter().map(|path| (*path).to_owned()).collect();
    for (folder, entry) in &entries {
        taken.extend(patch_paths(folder, entry.tree));
    }
    let tops: Vec<&str> = entries.keys().copied().filter(|folder| !used.contains(folder)).collect();
    let is_aside = |folder: &&str| is_for_developers(folder);
    let has_others = tops.iter().any(|folder| !is_for_developers(folder));
    let mut resources = Vec::new();
    for top in tops.iter().filter(|folder| !(has_others && is_aside(folder))) {
        resources.extend(build(top, &entries, &objects));
    }
    Merged { resources, taken }
}

/// Whether a path says that what lies there is for development, tests or staging.
pub(super) fn is_for_developers(folder: &str) -> bool {
    let mut words = folder.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    words.any(|word| {
        matches!(
            word.as_str(),
            "dev"
                | "development"
                | "local"
                | "test"
                | "testing"
                | "e2e"
                | "ci"
                | "kind"
                | "minikube"
                | "staging"
                | "sandbox"
                | "preview"
        )
    })
}

/// The entries of lists of paths, joined to the folder.
fn paths(folder: &str, tree: &Node, keys: &[&str]) -> Vec<String> {
    let listed = keys.iter().filter_map(|key| tree.get(key)).flat_map(Node::items).filter_map(Node::text);
    listed.filter(|path| !path.contains("://") && !path.contains('\n')).map(|path| join_path(folder, path)).collect()
}

fn patch_paths(folder: &str, tree: &Node) -> Vec<String> {
    let mut found = paths(folder, tree, &["patchesStrategicMerge", "patches"]);
    let entries = ["patches", "patchesJson6902"].into_iter().filter_map(|key| tree.get(key)).flat_map(Node::items);
    found
        .extend(entries.filter_map(|entry| entry.get("path").and_then(Node::text)).map(|path| join_path(folder, path)));
    found
}

/// The resources of a kustomization: those of what it takes, bases first, changed by each on the way.
fn build(top: &str, entries: &BTreeMap<&str, Entry<'_>>, objects: &BTreeMap<&str, Vec<Resource>>) -> Vec<Resource> {
    // The order in which they are applied, from its end: a base before the components and what stands on it.
    let mut order: Vec<&str> = Vec::new();
    let mut level: Vec<&str> = vec![top];
    for _ in 0..LEVELS {
        let mut next = Vec::new();
        for folder in level {
            order.retain(|known| *known != folder);
            order.push(folder);
            let takes = entries.get(folder).map_or(&[][..], |entry| entry.takes.as_slice());
            next.extend(takes.iter().filter_map(|path| entries.get_key_value(path.as_str()).map(|(key, _)| *key)));
        }
        level = next;
        if level.is_empty() {
            break;
        }
    }
    let mut resources: Vec<Resource> = Vec::new();
    for folder in order.iter().rev() {
        let Some(entry) = entries.get(folder) else { continue };
        for path in &entry.takes {
            resources.extend(objects.get(path.as_str()).into_iter().flatten().cloned());
        }
        for patch in patches(folder, entry.tree, objects) {
            for resource in resources.iter_mut().filter(|resource| patch.concerns(resource)) {
                resource.tree = patch.apply(&resource.tree);
            }
        }
        settings(entry.tree, &mut resources);
    }
    resources
}

fn patches(folder: &str, tree: &Node, objects: &BTreeMap<&str, Vec<Resource>>) -> Vec<Patch> {
    let mut found = Vec::new();
    let mut add = |content: Node, target: Option<&Node>| {
        found.push(Patch { target: target.map_or_else(|| Target::named_in(&content), Target::of), content });
    };
    let of_file =
        |path: &str| objects.get(join_path(folder, path).as_str()).into_iter().flatten().map(|one| one.tree.clone());
    // Older files list paths below `patches` too.
    let listed = ["patchesStrategicMerge", "patches"].into_iter().filter_map(|key| tree.get(key));
    for entry in listed.flat_map(Node::items) {
        let Some(written) = entry.text() else { continue };
        let inline =
            if written.contains('\n') { parse_yaml(written).unwrap_or_default() } else { of_file(written).collect() };
        for content in inline {
            add(content, None);
        }
    }
    for entry in ["patches", "patchesJson6902"].into_iter().filter_map(|key| tree.get(key)).flat_map(Node::items) {
        let target = entry.get("target");
        let inline =
            entry.get("patch").and_then(Node::text).and_then(|patch| parse_yaml(patch).ok()).unwrap_or_default();
        let file = entry.get("path").and_then(Node::text).into_iter().flat_map(of_file);
        for content in inline.into_iter().chain(file) {
            add(content, target);
        }
    }
    found
}

/// `replicas` and `images` of a kustomization.
fn settings(tree: &Node, resources: &mut [Resource]) {
    for entry in tree.get("replicas").map_or(&[][..], Node::items) {
        let (Some(name), Some(count)) = (entry.get("name").and_then(Node::text), entry.get("count")) else { continue };
        for resource in resources.iter_mut().filter(|resource| resource.name() == name) {
            resource.tree = put(&resource.tree, &["spec", "replicas"], count, DEPTH);
        }
    }
    for entry in tree.get("images").map_or(&[][..], Node::items) {
        let text = |key: &str| entry.get(key).and_then(Node::text);
        let Some(name) = text("name") else { continue };
        let new_name = text("newName").unwrap_or(name);
        let suffix = match (text("newTag"), text("digest")) {
            (_, Some(digest)) => format!("@{digest}"),
            (Some(tag), None) => format!(":{tag}"),
            (None, None) => String::new(),
        };
        for resource in resources.iter_mut() {
            resource.tree = with_image(&resource.tree, name, new_name, &suffix);
        }
    }
}

/// The resource with an image of its containers renamed.
fn with_image(tree: &Node, name: &str, new_name: &str, suffix: &str) -> Node {
    let Some(pod) = crate::facts::pod_of(tree) else { return tree.clone() };
    let renamed = |container: &Node| {
        let image = container.get("image").and_then(Node::text).unwrap_or("");
        let own = crate::facts::ImageName { text: image.to_owned(), span: container.span };
        if own.repository() != name {
            return container.clone();
        }
        let rest = if suffix.is_empty() { image.strip_prefix(name).unwrap_or("") } else { suffix };
        put(container, &["image"], &scalar(container, &format!("{new_name}{rest}")), DEPTH)
    };
    let mut changed = pod.clone();
    for key in ["containers", "initContainers"] {
        if let Some(list) = pod.get(key) {
            let items: Vec<Node> = list.items().iter().map(renamed).collect();
            changed = put(&changed, &[key], &Node { span: list.span, value: Value::Sequence(items.into()) }, DEPTH);
        }
    }
    let path: &[&str] = match tree.get("kind").and_then(Node::text) {
        Some("Pod") => &["spec"],
        Some("CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        Some("ScaledJob") => &["spec", "jobTargetRef", "template", "spec"],
        _ => &["spec", "template", "spec"],
    };
    put(tree, path, &changed, DEPTH)
}
