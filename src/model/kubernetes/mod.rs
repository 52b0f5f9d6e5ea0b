//! Kubernetes: workloads as they would be applied, after overlays are merged and charts are rendered with their defaults.

mod helm;
mod kustomize;
mod patch;
mod workload;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Facts;
use crate::extract::edge;
use crate::facts::data::Node;
use crate::facts::{Data, Fact, KubernetesObject, Place, RepoPath, Role, Span, Workload, pod_of};

/// A resource that would be applied.
#[derive(Debug, Clone)]
pub(super) struct Resource {
    /// The file in which a person would change it.
    pub(super) path: RepoPath,
    /// That file's role.
    pub(super) role: Role,
    /// `manifest`, `kustomize` or `helm`.
    pub(super) source: &'static str,
    /// The resource.
    pub(super) tree: Node,
    /// For what was rendered: the template's line of each line.
    pub(super) lines: Option<Arc<[u32]>>,
}

impl Resource {
    /// The place of a node in the file.
    fn span(&self, span: Span) -> Span {
        let Some(lines) = &self.lines else { return span };
        let index = usize::try_from(span.line).unwrap_or(usize::MAX).saturating_sub(1);
        let line = lines.get(index).copied().unwrap_or(1);
        Span { line, column: 1, end_line: line, end_column: 1 }
    }

    fn text(&self, keys: &[&str]) -> &str {
        self.tree.at(keys).and_then(Node::text).unwrap_or("")
    }

    fn kind(&self) -> &str {
        self.text(&["kind"])
    }

    fn name(&self) -> &str {
        match self.text(&["metadata", "name"]) {
            "" => self.text(&["metadata", "generateName"]),
            name => name,
        }
    }
}

/// Workloads with their containers.
pub(super) fn derive(facts: &Facts) -> Vec<Fact> {
    let rendered = helm::render(facts);
    let merged = kustomize::merge(facts);
    let mut resources: Vec<Resource> = Vec::new();
    let is_from_chart = |object: &KubernetesObject| {
        let label = |name: &str| object.tree.at(&["metadata", "labels", name]).and_then(Node::text);
        label("helm.sh/chart").is_some() || label("app.kubernetes.io/managed-by") == Some("Helm")
    };
    let has_charts = rendered.resources.iter().any(|one| one.source == "helm");
    let is_aside = |fact: &Fact| kustomize::is_for_developers(&fact.place.path);
    let has_others =
        facts.each::<KubernetesObject>().any(|(fact, object)| pod_of(&object.tree).is_some() && !is_aside(fact));
    for (fact, object) in facts.each::<KubernetesObject>() {
        // The committed output of a chart of the tree is judged at its templates.
        let is_rendered = has_charts && is_from_chart(object);
        let is_left_out = has_others && is_aside(fact);
        if !merged.taken.contains(&*fact.place.path) && !is_rendered && !is_left_out {
            resources.push(Resource {
                path: fact.place.path.clone(),
                role: fact.role,
                source: "manifest",
                tree: object.tree.clone(),
                lines: None,
            });
        }
    }
    let edge = edge(&rendered.resources);
    resources.extend(merged.resources);
    resources.extend(rendered.resources);
    let rank = |source: &str| ["helm", "kustomize", "manifest"].iter().position(|own| *own == source).unwrap_or(0);
    let sources = resources.iter().map(|one| (one.path.clone(), rank(one.source))).collect();
    let mut derived = workload::judge(&resources);
    for (path, role, line) in rendered.unreadable {
        let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
        let data = Workload {
            kind: "template".to_owned(),
            name,
            source: "helm",
            is_understood: false,
            replicas: None,
            is_default: false,
            is_scaled: false,
        };
        let span = Span { line, column: 1, end_line: line, end_column: 1 };
        derived.push(Fact { place: Place { path, span }, role, data: Data::Workload(data) });
    }
    let mut kept = without_repeats(derived, &sources);
    kept.extend(edge);
    kept.extend(rendered.dormant);
    kept
}

/// The settings of ingresses and gateways that charts make.
fn edge(rendered: &[Resource]) -> Vec<Fact> {
    let own = |resource: &Resource| {
        let found = edge::of_resource(resource.path.clone(), resource.role, &resource.tree).into_iter();
        let placed = |mut fact: Fact| {
            fact.place.span = resource.span(fact.place.span);
            fact
        };
        found.map(placed).collect::<Vec<_>>()
    };
    rendered.iter().flat_map(own).collect()
}

/// Overlays of one base say the same of it, and manifests that are committed beside the chart or the kustomization that
/// makes them say it again: once is enough.
fn without_repeats(mut facts: Vec<Fact>, sources: &BTreeMap<RepoPath, usize>) -> Vec<Fact> {
    let rank = |fact: &Fact| sources.get(&fact.place.path).copied().unwrap_or(0);
    facts.sort_by_key(rank);
    let mut seen = BTreeSet::new();
    let mut said: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept = Vec::new();
    for fact in facts {
        let key = match &fact.data {
            Data::Workload(it) => format!("{} {} {:?} {}", it.kind, it.name, it.replicas, it.is_scaled),
            Data::WorkloadContainer(it) => {
                format!(
                    "{} {} {} {:?} {:?} {:?}",
                    it.workload, it.name, it.is_init, it.lacks_probes, it.lacks_resources, it.risks
                )
            }
            Data::Probe(it) => format!("{} {}", it.kind.name(), it.path),
            _ => continue,
        };
        let is_said = *said.entry(key.clone()).or_insert_with(|| rank(&fact)) < rank(&fact);
        if seen.insert((fact.place.clone(), key)) && !is_said {
            kept.push(fact);
        }
    }
    kept
}
