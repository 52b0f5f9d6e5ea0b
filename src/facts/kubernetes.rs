//! Kubernetes: the resources of manifests and what charts and overlays are made of, as written; and the workloads that
//! follow from them.

use std::sync::Arc;

use super::data::Node;
use super::{Attributes, Probe, ProbeKind, Span, Value};

/// What stands for a value that only the rendering of a template knows.
pub const UNKNOWN_VALUE: &str = "__unknown__";

/// A resource of a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct KubernetesObject {
    /// `Deployment`.
    pub kind: String,
    /// `apps/v1`.
    pub version: String,
    /// Its name; `""` where it has none.
    pub name: String,
    /// Its namespace; `""` where it names none.
    pub namespace: String,
    /// The whole resource.
    pub tree: Node,
}

impl KubernetesObject {
    /// A list of operations that a kustomization applies to other resources.
    pub fn patch(tree: Node) -> Self {
        let none = String::new;
        Self { kind: none(), version: none(), name: none(), namespace: none(), tree }
    }
}

impl Attributes for KubernetesObject {
    const FIELDS: &'static [&'static str] = &["kind", "version", "name", "namespace"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(&self.kind),
            "version" => Value::Text(&self.version),
            "name" => Value::Text(&self.name),
            "namespace" => Value::Text(&self.namespace),
            _ => return None,
        })
    }
}

/// A kustomization: what it takes and how it changes that.
#[derive(Debug, Clone, PartialEq)]
pub struct Kustomization {
    /// The file's content.
    pub tree: Node,
}

impl Attributes for Kustomization {
    const FIELDS: &'static [&'static str] = &[];

    fn value(&self, _field: &str) -> Option<Value<'_>> {
        None
    }
}

/// What a file is in a Helm chart.
#[derive(Debug, Clone, PartialEq)]
pub enum ChartContent {
    /// `Chart.yaml`.
    Chart(Node),
    /// `values.yaml` beside it.
    Values(Node),
    /// Values for one environment, near it: `values-production.yaml`. The chart's folder is that of the file.
    Overrides(Node),
    /// A template, which is no YAML before it is rendered.
    Template(Arc<str>),
}

/// A file of a Helm chart.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartFile {
    /// The chart's folder.
    pub chart: String,
    /// What it holds.
    pub content: ChartContent,
}

impl Attributes for ChartFile {
    const FIELDS: &'static [&'static str] = &["chart", "content"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "chart" => Value::Text(&self.chart),
            "content" => Value::Text(match self.content {
                ChartContent::Chart(_) => "chart",
                ChartContent::Values(_) => "values",
                ChartContent::Overrides(_) => "overrides",
                ChartContent::Template(_) => "template",
            }),
            _ => return None,
        })
    }
}

/// A resource in a template of a chart that makes nothing with any values of the tree: its feature is switched off. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DormantTemplate {
    /// The chart's folder.
    pub chart: String,
    /// What it would make: `Ingress`.
    pub kind: String,
}

impl Attributes for DormantTemplate {
    const FIELDS: &'static [&'static str] = &["chart", "kind"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "chart" => Value::Text(&self.chart),
            "kind" => Value::Text(&self.kind),
            _ => return None,
        })
    }
}

/// Something that runs pods, after overlays are merged and charts are rendered with their defaults. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// `Deployment`, `CronJob`, `Rollout`, `Service` of Knative, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// How it is described: `manifest`, `kustomize`, `helm`.
    pub source: &'static str,
    /// Whether what describes it was understood.
    pub is_understood: bool,
    /// How many replicas are asked for, where the kind has them.
    pub replicas: Option<u64>,
    /// Whether the number is the default and nobody wrote it.
    pub is_default: bool,
    /// Whether something changes the number with the load, or keeps it from one.
    pub is_scaled: bool,
}

impl Attributes for Workload {
    const FIELDS: &'static [&'static str] =
        &["kind", "name", "source", "understood", "replicas", "default-replicas", "scaled"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(&self.kind),
            "name" => Value::Text(&self.name),
            "source" => Value::Text(self.source),
            "understood" => Value::Flag(self.is_understood),
            "replicas" => Value::Number(self.replicas?),
            "default-replicas" => Value::Flag(self.is_default),
            "scaled" => Value::Flag(self.is_scaled),
            _ => return None,
        })
    }
}

/// A container of a workload. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkloadContainer {
    /// The workload, with its kind: `Deployment orders`.
    pub workload: String,
    /// The container's name.
    pub name: String,
    /// The image, `""` where it names none.
    pub image: String,
    /// Where the image stands.
    pub image_span: Span,
    /// Whether it runs to its end before the others start.
    pub is_init: bool,
    /// The probes that it lacks, in words.
    pub lacks_probes: Option<String>,
    /// The probes that it has, in words.
    pub has_probes: Option<String>,
    /// The requests and limits that it lacks, in words.
    pub lacks_resources: Option<String>,
    /// What it may do that it should not, in words.
    pub risks: Option<String>,
}

impl Attributes for WorkloadContainer {
    const FIELDS: &'static [&'static str] =
        &["workload", "name", "image", "init", "lacks-probes", "has-probes", "lacks-resources", "risks"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "workload" => Value::Text(&self.workload),
            "name" => Value::Text(&self.name),
            "image" => Value::Text(&self.image),
            "init" => Value::Flag(self.is_init),
            "lacks-probes" => Value::Text(self.lacks_probes.as_deref()?),
            "has-probes" => Value::Text(self.has_probes.as_deref()?),
            "lacks-resources" => Value::Text(self.lacks_resources.as_deref()?),
            "risks" => Value::Text(self.risks.as_deref()?),
            _ => return None,
        })
    }
}

/// The pod specification of a resource: its own, its template's, or its job's.
pub fn pod_of(resource: &Node) -> Option<&Node> {
    let kind = resource.get("kind").and_then(Node::text)?;
    let version = resource.get("apiVersion").and_then(Node::text).unwrap_or("");
    match kind {
        "Pod" => resource.get("spec"),
        "CronJob" => resource.at(&["spec", "jobTemplate", "spec", "template", "spec"]),
        "ScaledJob" => resource.at(&["spec", "jobTargetRef", "template", "spec"]),
        "Service" if !version.starts_with("serving.knative.dev/") => None,
        "Deployment"
        | "DeploymentConfig"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicaSet"
        | "ReplicationController"
        | "Job"
        | "Rollout"
        | "Service" => resource.at(&["spec", "template", "spec"]),
        _ => None,
    }
}

/// The requests by which the kubelet asks a container.
pub fn probes_of(container: &Node) -> Vec<(Span, Probe)> {
    let kinds = [
        ("livenessProbe", ProbeKind::Liveness),
        ("readinessProbe", ProbeKind::Readiness),
        ("startupProbe", ProbeKind::Startup),
    ];
    let probe = |(name, kind): (&str, ProbeKind)| {
        let (key, probe) = container.entry(name)?;
        let (request, path) = match (probe.get("httpGet"), probe.get("grpc")) {
            (Some(request), _) => (request, request.get("path").and_then(Node::text).unwrap_or("/")),
            (None, request) => (request?, "/grpc.health.v1.Health/Check"),
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let port = request.get("port").and_then(Node::text).map(str::to_owned);
        Some((key.span, Probe { kind, path, port, platform: "Kubernetes", is_own: true }))
    };
    kinds.into_iter().filter_map(probe).collect()
}
