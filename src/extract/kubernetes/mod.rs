//! Kubernetes: resources of manifests, kustomizations, and the files of Helm charts. What they mean together is for the
//! model, which sees all of them.

mod erb;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::data::Node;
use crate::facts::{ChartContent, ChartFile, Data, File, KubernetesObject, Kustomization, Span};
use crate::syntax::{Source, parse_yaml};

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Manifests), Box::new(Kustomizations), Box::new(ChartFiles)]
}

/// Kinds that the model reads: what runs pods, and what decides about those.
const KINDS: &[&str] = &[
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "HorizontalPodAutoscaler",
    "Job",
    "LimitRange",
    "List",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
    "ScaledJob",
    "ScaledObject",
    "Service",
    "StatefulSet",
];

struct Manifests;

impl Extractor for Manifests {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["apiVersion", "- op:", "\"op\":"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_manifest = matches!(file.extension(), "yml" | "yaml" | "json") || is_erb(file);
        file.role.is_written() && is_manifest && chart_of(&file.path).is_none()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let rendered;
        let documents = match source.file.extension() {
            "erb" => {
                rendered = parse_yaml(&erb::plain(source.text()));
                rendered.as_deref()
            }
            "json" => source.json().map(std::slice::from_ref),
            _ => source.yaml(),
        };
        for document in documents.into_iter().flatten() {
            if are_operations(document) {
                found.add(document.span, Data::KubernetesObject(KubernetesObject::patch(document.clone())));
            }
            for resource in resources(document) {
                if let Some((span, object)) = object(resource) {
                    found.add(span, Data::KubernetesObject(object));
                }
            }
        }
    }
}

/// Whether a file is a manifest before it is rendered by krane: `web.yaml.erb`.
fn is_erb(file: &File) -> bool {
    file.path.ends_with(".yaml.erb") || file.path.ends_with(".yml.erb")
}

/// A resource itself, or those of a list or of a template of `OpenShift`.
fn resources(document: &Node) -> &[Node] {
    let listed = match document.get("kind").and_then(Node::text) {
        Some("Template") => document.get("objects"),
        Some(kind) if kind.ends_with("List") => document.get("items"),
        _ => None,
    };
    listed.map_or(std::slice::from_ref(document), Node::items)
}

/// Whether a document is a list of operations that a kustomization applies: `- {op: add, path: /spec/replicas, value: 3}`.
fn are_operations(document: &Node) -> bool {
    let is_one = |item: &Node| {
        let path = item.get("path").and_then(Node::text);
        item.get("op").is_some() && path.is_some_and(|path| path.starts_with('/'))
    };
    !document.items().is_empty() && document.items().iter().all(is_one)
}

fn object(tree: &Node) -> Option<(Span, KubernetesObject)> {
    let text = |keys: &[&str]| tree.at(keys).and_then(Node::text).unwrap_or("").to_owned();
    let (kind, version) = (text(&["kind"]), text(&["apiVersion"]));
    let (key, _) = tree.entry("kind").filter(|_| KINDS.contains(&kind.as_str()) && !version.is_empty())?;
    let (name, namespace) = (text(&["metadata", "name"]), text(&["metadata", "namespace"]));
    Some((key.span, KubernetesObject { kind, version, name, namespace, tree: tree.clone() }))
}

struct Kustomizations;

impl Extractor for Kustomizations {
    fn name(&self) -> &'static str {
        "kustomization"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.name(), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        match source.yaml() {
            Ok(documents) => {
                for tree in documents.iter().take(1).cloned() {
                    found.add(Span::START, Data::Kustomization(Kustomization { tree }));
                }
            }
            Err(error) => found.unreadable("kustomization", error),
        }
    }
}

struct ChartFiles;

impl Extractor for ChartFiles {
    fn name(&self) -> &'static str {
        "helm-chart"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_chart = matches!(file.name(), "Chart.yaml" | "values.yaml" | "values.yml");
        file.role.is_written() && (is_chart || is_overrides(&file.path) || chart_of(&file.path).is_some())
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let file = source.file;
        let first = || source.yaml().ok().and_then(|documents| documents.first()).cloned();
        let (chart, content) = match (chart_of(&file.path), file.name()) {
            (Some(chart), _) => (chart, Some(ChartContent::Template(source.text().into()))),
            (None, "Chart.yaml") => (file.folder(), first().map(ChartContent::Chart)),
            (None, _) if is_overrides(&file.path) => (file.folder(), first().map(ChartContent::Overrides)),
            (None, _) => (file.folder(), first().map(ChartContent::Values)),
        };
        if let Some(content) = content {
            found.add(Span::START, Data::ChartFile(ChartFile { chart: chart.to_owned(), content }));
        }
    }
}

/// Whether a file has values for one environment: `values-production.yaml`, `staging.values.yaml`, `env/prod.yaml`. Those
/// in a folder `ci` try the chart.
fn is_overrides(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(stem) = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")) else { return false };
    let is_named = ["values-", "values.", "values_"].iter().any(|start| stem.starts_with(start))
        || ["-values", ".values", "_values"].iter().any(|end| stem.ends_with(end));
    let last = folder.rsplit('/').next().unwrap_or("");
    matches!(last, "env" | "envs" | "environments" | "values") || is_named && last != "ci"
}

/// The chart to whose templates a path belongs, by the convention of folders.
pub(super) fn chart_of(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    let is_template = [".yaml", ".yml", ".tpl"].iter().any(|ending| name.ends_with(ending));
    let chart = match folder.strip_suffix("/templates") {
        Some(chart) => chart,
        None => folder.rsplit_once("/templates/").map(|(chart, _)| chart)?,
    };
    is_template.then_some(chart)
}

/// The pod specifications of a resource: of its own, of its template, or of its job's.
pub(super) fn pods(resource: &Node) -> impl Iterator<Item = &Node> {
    resources(resource).iter().filter_map(crate::facts::pod_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn kinds(path: &str, text: &str) -> Vec<&'static str> {
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
        let extracted = Extractors::of(all()).extract(&file, text);
        extracted.facts.iter().map(|fact| fact.data.kind().name()).collect()
    }

    #[test]
    fn resources_of_documents_and_lists() {
        let text = "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: batch/v1, kind: Job}\n- {apiVersion: v1, kind: Secret}\n---\nkind: Deployment\n";
        assert_eq!(kinds("k8s/a.yaml", text), ["kubernetes-object", "kubernetes-object"]);
        assert_eq!(kinds("k8s/ops.yaml", "- op: remove\n  path: /spec/replicas\n"), ["kubernetes-object"]);
        assert_eq!(kinds("steps.yaml", "- op: add\n  to: cart\n"), [""; 0]);
    }

    #[test]
    fn templates_belong_to_the_chart_above_them() {
        assert_eq!(chart_of("deploy/chart/templates/web/deployment.yaml"), Some("deploy/chart"));
        assert_eq!(chart_of("deploy/chart/templates/_helpers.tpl"), Some("deploy/chart"));
        assert_eq!(chart_of("deploy/chart/templates/NOTES.txt"), None);
        assert_eq!(chart_of("templates/index.yaml"), None);
        assert_eq!(kinds("chart/values.yaml", "a: 1\n"), ["chart-file"]);
    }

    #[test]
    fn every_kind_of_workload_holds_its_pod_somewhere() {
        let holds = |kind: &str, version: &str, spec: &str| {
            let text = format!("apiVersion: {version}\nkind: {kind}\nspec: {spec}\n");
            let trees = parse_yaml(&text).unwrap();
            trees.first().and_then(crate::facts::pod_of).is_some_and(|pod| pod.get("containers").is_some())
        };
        let template = "{template: {spec: {containers: []}}}";
        for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"] {
            assert!(holds(kind, "apps/v1", template), "{kind}");
        }
        assert!(holds("DeploymentConfig", "apps.openshift.io/v1", template));
        assert!(holds("Rollout", "argoproj.io/v1alpha1", template));
        assert!(holds("Service", "serving.knative.dev/v1", template));
        assert!(!holds("Service", "v1", template));
        assert!(holds("Pod", "v1", "{containers: []}"));
        assert!(holds("CronJob", "batch/v1", &format!("{{jobTemplate: {{spec: {template}}}}}")));
        assert!(holds("ScaledJob", "keda.sh/v1alpha1", &format!("{{jobTargetRef: {template}}}")));
        assert!(!holds("ConfigMap", "v1", template));
    }
}
