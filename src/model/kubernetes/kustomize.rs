//! Kustomize: bases and overlays merged, as far as their files are in the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::Facts;
use super::Resource;
use crate::facts::data::{Node, Scalar, Style, Value};
use crate::facts::{KubernetesObject, Kustomization};
use crate::syntax::{parse_yaml, shell::join_path};

/// How deep patches are followed into a resource.
const DEPTH: usize = 24;
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
    /// Paths that it takes as resources, from the root of the repository.
    takes: Vec<String>,
}

/// Merges the kustomizations of the tree. Where some are for production by their path, those for developers and
/// tests do not count beside them.
pub(super) fn merge(facts: &Facts) -> Merged {
    let mut entries: BTreeMap<&str, Entry<'_>> = BTreeMap::new();
    for (fact, Kustomization { tree }) in facts.each::<Kustomization>() {
        let folder = fact.place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        entries.insert(folder, Entry { tree, takes: paths(folder, tree, &["resources", "bases", "components"]) });
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
    // The order in which they are applied: a base before what stands on it.
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

/// A change of resources.
struct Patch {
    kind: Option<String>,
    name: Option<String>,
    /// A resource to merge, or a list of operations.
    content: Node,
}

impl Patch {
    fn concerns(&self, resource: &Resource) -> bool {
        let is_of =
            |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own || wanted == ".*");
        is_of(&self.kind, resource.kind()) && is_of(&self.name, resource.name())
    }

    fn apply(&self, tree: &Node) -> Node {
        match &self.content.value {
            Value::Sequence(operations) => operations.iter().fold(tree.clone(), |tree, one| operate(&tree, one)),
            _ => strategic(tree, &self.content, DEPTH),
        }
    }
}

fn patches(folder: &str, tree: &Node, objects: &BTreeMap<&str, Vec<Resource>>) -> Vec<Patch> {
    let mut found = Vec::new();
    let text =
        |node: Option<&Node>, key: &str| node.and_then(|node| node.get(key)).and_then(Node::text).map(str::to_owned);
    let mut add = |content: Node, target: Option<&Node>| {
        let own = |keys: &[&str]| content.at(keys).and_then(Node::text).map(str::to_owned);
        let (kind, name) = match target {
            Some(_) => (text(target, "kind"), text(target, "name")),
            None => (own(&["kind"]), own(&["metadata", "name"])),
        };
        found.push(Patch { kind, name, content });
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
        _ => &["spec", "template", "spec"],
    };
    put(tree, path, &changed, DEPTH)
}

fn scalar(near: &Node, text: &str) -> Node {
    let scalar = Scalar { text: Arc::from(text), style: Style::Quoted, tag: None };
    let span = near.get("image").map_or(near.span, |image| image.span);
    Node { span, value: Value::Scalar(scalar) }
}

fn mapping(node: &Node, entries: Vec<(Node, Node)>) -> Node {
    Node { span: node.span, value: Value::Mapping(entries.into()) }
}

/// The tree with a value at the end of a path of keys, whose parts are made where they are missing. The depth bounds the
/// recursion.
fn put(tree: &Node, path: &[&str], value: &Node, depth: usize) -> Node {
    let Some((first, rest)) = path.split_first().filter(|_| depth > 0) else { return value.clone() };
    let mut entries = tree.entries().to_vec();
    if let Some((_, old)) = entries.iter_mut().find(|(key, _)| key.text() == Some(first)) {
        *old = put(old, rest, value, depth - 1);
    } else {
        let key = Node { span: tree.span, ..scalar(tree, first) };
        let empty = mapping(tree, Vec::new());
        entries.push((key, put(&empty, rest, value, depth - 1)));
    }
    mapping(tree, entries)
}

/// A strategic merge: mappings key by key, lists of things with names by these, everything else replaced. The depth
/// bounds the recursion.
fn strategic(tree: &Node, patch: &Node, depth: usize) -> Node {
    if depth == 0 {
        return tree.clone();
    }
    match (&tree.value, &patch.value) {
        (Value::Mapping(old), Value::Mapping(new)) => {
            let mut entries = old.to_vec();
            for (key, value) in new.iter() {
                let name = key.text();
                if name.is_some_and(|name| name.starts_with('$')) {
                    continue;
                }
                let at = entries.iter().position(|(own, _)| own.text() == name);
                match at.and_then(|at| entries.get_mut(at)) {
                    Some((_, own)) if !value.is_null() => *own = strategic(own, value, depth - 1),
                    Some(_) => entries.retain(|(own, _)| own.text() != name),
                    None => entries.push((key.clone(), value.clone())),
                }
            }
            mapping(tree, entries)
        }
        (Value::Sequence(old), Value::Sequence(new))
            if !new.is_empty() && new.iter().all(|item| name_of(item).is_some()) =>
        {
            let mut items = old.to_vec();
            for item in new.iter() {
                if item.get("$patch").and_then(Node::text) == Some("delete") {
                    items.retain(|own| name_of(own) != name_of(item));
                    continue;
                }
                match items.iter_mut().find(|own| name_of(own) == name_of(item)) {
                    Some(own) => *own = strategic(own, item, depth - 1),
                    None => items.push(item.clone()),
                }
            }
            Node { span: tree.span, value: Value::Sequence(items.into()) }
        }
        _ => patch.clone(),
    }
}

fn name_of(item: &Node) -> Option<&str> {
    item.get("name").and_then(Node::text)
}

/// An operation of RFC 6902 on a resource. What cannot be applied changes nothing.
fn operate(tree: &Node, operation: &Node) -> Node {
    let text = |key: &str| operation.get(key).and_then(Node::text).unwrap_or("");
    let path: Vec<String> =
        text("path").split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    let value = operation.get("value").filter(|_| matches!(text("op"), "add" | "replace"));
    at_path(tree, &path, value, DEPTH)
}

/// The tree with a value put at a path, or without what stands there. The depth bounds the recursion.
fn at_path(tree: &Node, path: &[String], value: Option<&Node>, depth: usize) -> Node {
    let Some((first, rest)) = path.split_first().filter(|_| depth > 0) else {
        return value.unwrap_or(tree).clone();
    };
    match &tree.value {
        Value::Mapping(entries) => {
            let mut entries = entries.to_vec();
            let at = entries.iter().position(|(key, _)| key.text() == Some(first.as_str()));
            match (at.and_then(|at| entries.get_mut(at)), value) {
                (Some(_), None) if rest.is_empty() => entries.retain(|(key, _)| key.text() != Some(first.as_str())),
                (Some((_, own)), value) => *own = at_path(own, rest, value, depth - 1),
                (None, Some(value)) if rest.is_empty() => {
                    entries.push((Node { span: value.span, ..scalar(tree, first) }, value.clone()));
                }
                (None, _) => {}
            }
            mapping(tree, entries)
        }
        Value::Sequence(items) => {
            let mut items = items.to_vec();
            let at = first.parse::<usize>().ok().filter(|at| *at < items.len());
            match (at, value) {
                (Some(at), None) if rest.is_empty() => {
                    items.remove(at);
                }
                (Some(at), value) => {
                    if let Some(item) = items.get_mut(at) {
                        *item = at_path(item, rest, value, depth - 1);
                    }
                }
                (None, Some(value)) if first == "-" => items.push(value.clone()),
                (None, _) => {}
            }
            Node { span: tree.span, value: Value::Sequence(items.into()) }
        }
        Value::Scalar(_) => tree.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Node {
        parse_yaml(text).unwrap().remove(0)
    }

    #[test]
    fn a_strategic_merge_meets_containers_by_their_names() {
        let base = tree("spec: {replicas: 1, containers: [{name: a, image: x}, {name: b}]}\n");
        let patch =
            tree("spec: {replicas: null, containers: [{name: a, tty: true}, {name: b, $patch: delete}, {name: c}]}\n");
        let merged = strategic(&base, &patch, DEPTH);
        let containers = merged.at(&["spec", "containers"]).unwrap().items();
        let names: Vec<_> = containers.iter().filter_map(name_of).collect();
        assert_eq!(names, ["a", "c"]);
        assert_eq!(containers[0].get("image").unwrap().text(), Some("x"));
        assert!(containers[0].get("tty").is_some() && merged.at(&["spec", "replicas"]).is_none());
    }

    #[test]
    fn operations_add_replace_and_remove() {
        let apply = |operation: &str| operate(&tree("a: [{b: 1}]\nc: 2\n"), &tree(operation));
        assert_eq!(apply("{op: replace, path: /c, value: 3}").get("c").unwrap().text(), Some("3"));
        assert_eq!(
            apply("{op: add, path: /a/0/d~1e, value: 4}").get("a").unwrap().items()[0].get("d/e").unwrap().text(),
            Some("4")
        );
        assert_eq!(apply("{op: add, path: /a/-, value: {}}").get("a").unwrap().items().len(), 2);
        assert!(apply("{op: remove, path: /c}").get("c").is_none());
        assert_eq!(apply("{op: add, path: /x/y/z, value: 1}").entries().len(), 2);
    }
}
