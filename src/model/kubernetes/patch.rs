//! The patches of kustomizations: strategic merges, and operations of RFC 6902.

use std::sync::Arc;

use regex::Regex;

use super::Resource;
use crate::facts::data::{Node, Scalar, Style, Value};

/// How deep patches are followed into a resource.
pub(super) const DEPTH: usize = 24;

/// A change of resources.
pub(super) struct Patch {
    /// Which resources it changes.
    pub(super) target: Target,
    /// A resource to merge, or a list of operations.
    pub(super) content: Node,
}

/// Which resources a patch is for. What is not said is any.
pub(super) struct Target {
    kind: Option<Regex>,
    name: Option<Regex>,
    /// `name=value` of labels, each of which must hold.
    labels: Vec<(String, String)>,
}

impl Target {
    /// What a patch says beside its content. Names are expressions that match as a whole.
    pub(super) fn of(target: &Node) -> Self {
        let text = |key: &str| target.get(key).and_then(Node::text);
        let labels = text("labelSelector").unwrap_or("").split(',').filter_map(|label| label.split_once('='));
        let trimmed = |text: &str| text.trim_matches(['=', ' ']).to_owned();
        Self {
            kind: text("kind").and_then(whole),
            name: text("name").and_then(whole),
            labels: labels.map(|(name, value)| (trimmed(name), trimmed(value))).collect(),
        }
    }

    /// The resource whose kind and name the content has.
    pub(super) fn named_in(content: &Node) -> Self {
        let own = |keys: &[&str]| content.at(keys).and_then(Node::text).and_then(|text| whole(&regex::escape(text)));
        Self { kind: own(&["kind"]), name: own(&["metadata", "name"]), labels: Vec::new() }
    }
}

fn whole(expression: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{expression})$")).ok()
}

impl Patch {
    /// Whether it changes a resource.
    pub(super) fn concerns(&self, resource: &Resource) -> bool {
        let is_of = |wanted: &Option<Regex>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted.is_match(own));
        let has = |(name, value): &(String, String)| resource.text(&["metadata", "labels", name]) == value;
        is_of(&self.target.kind, resource.kind())
            && is_of(&self.target.name, resource.name())
            && self.target.labels.iter().all(has)
    }

    /// The resource as changed.
    pub(super) fn apply(&self, tree: &Node) -> Node {
        match &self.content.value {
            Value::Sequence(operations) => operations.iter().fold(tree.clone(), |tree, one| operate(&tree, one)),
            _ => strategic(tree, &self.content, DEPTH),
        }
    }
}

/// A scalar at the place of what it replaces.
pub(super) fn scalar(near: &Node, text: &str) -> Node {
    let scalar = Scalar { text: Arc::from(text), style: Style::Quoted, tag: None };
    let span = near.get("image").map_or(near.span, |image| image.span);
    Node { span, value: Value::Scalar(scalar) }
}

fn mapping(node: &Node, entries: Vec<(Node, Node)>) -> Node {
    Node { span: node.span, value: Value::Mapping(entries.into()) }
}

/// The tree with a value at the end of a path of keys, whose parts are made where they are missing. The depth bounds the
/// recursion.
pub(super) fn put(tree: &Node, path: &[&str], value: &Node, depth: usize) -> Node {
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
    use crate::syntax::parse_yaml;

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

    #[test]
    fn targets_are_expressions_and_labels() {
        let resource = |text: &str| Resource {
            path: "k8s/a.yaml".into(),
            role: crate::facts::Role::Configuration,
            source: "kustomize",
            tree: tree(text),
            lines: None,
        };
        let web = resource("kind: Deployment\nmetadata: {name: shop-web, labels: {tier: front}}\n");
        let concerns = |target: &str| Patch { target: Target::of(&tree(target)), content: tree("{}\n") }.concerns(&web);
        assert!(
            concerns("kind: Deployment\n") && concerns("name: shop-.*\n") && concerns("labelSelector: tier=front\n")
        );
        assert!(!concerns("name: web\n") && !concerns("labelSelector: tier=back\n") && !concerns("kind: Job\n"));
        let own = Target::named_in(&tree("kind: Deployment\nmetadata: {name: shop-web}\n"));
        assert!(Patch { target: own, content: tree("{}\n") }.concerns(&web));
    }
}
