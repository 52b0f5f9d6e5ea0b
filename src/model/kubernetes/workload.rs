//! What a workload's containers lack: probes, requests and limits, a user who is not root; and how many there are.

use std::collections::BTreeSet;

use super::Resource;
use crate::facts::data::Node;
use crate::facts::{Data, Fact, Place, Probe, UNKNOWN_VALUE, Workload, WorkloadContainer, pod_of, probes_of};

/// Kinds whose pods answer until they are stopped; jobs end by themselves.
const LASTING: &[&str] = &[
    "DaemonSet",
    "Deployment",
    "DeploymentConfig",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "Rollout",
    "StatefulSet",
];
/// Kinds that are asked for a number of pods.
const REPLICATED: &[&str] = &["Deployment", "DeploymentConfig", "Rollout"];

/// The workloads among resources, and their containers.
pub(super) fn judge(resources: &[Resource]) -> Vec<Fact> {
    let scaled = scaled(resources);
    // A limit range gives containers of its namespace what they do not ask for.
    let ranged: BTreeSet<&str> = resources
        .iter()
        .filter(|one| one.kind() == "LimitRange")
        .map(|one| one.text(&["metadata", "namespace"]))
        .collect();
    let mut found = Vec::new();
    for resource in resources {
        let Some(pod) = pod_of(&resource.tree) else { continue };
        found.push(workload(resource, pod, &scaled));
        for (key, is_init) in [("containers", false), ("initContainers", true)] {
            for container in pod.get(key).map_or(&[][..], Node::items).iter().filter(|one| !is_unknown(one)) {
                let is_ranged = ranged.contains(resource.text(&["metadata", "namespace"]));
                found.push(self::container(resource, pod, container, is_init, is_ranged));
                // Those of manifests are facts already.
                if resource.source == "helm" && !is_init {
                    found.extend(requests(resource, container));
                }
            }
        }
    }
    found
}

fn fact(resource: &Resource, node: &Node, data: Data) -> Fact {
    let place = Place { path: resource.path.clone(), span: resource.span(node.span) };
    Fact { place, role: resource.role, data }
}

/// The requests of a chart's probes whose path is told.
fn requests(resource: &Resource, container: &Node) -> Vec<Fact> {
    let is_told = |probe: &Probe| !probe.path.contains(UNKNOWN_VALUE) && !probe.path.contains("{{");
    let probes = probes_of(container).into_iter().filter(|(_, probe)| is_told(probe));
    let place = |span| Place { path: resource.path.clone(), span: resource.span(span) };
    probes.map(|(span, probe)| Fact { place: place(span), role: resource.role, data: Data::Probe(probe) }).collect()
}

/// A name for people: what a template fills in at its installation is none.
fn readable(name: &str) -> String {
    if name.contains(UNKNOWN_VALUE) { "(named by the template)".to_owned() } else { name.to_owned() }
}

/// The workloads that an autoscaler targets: by installation, kind and name.
type Scaled = BTreeSet<(String, String, String)>;

fn scaled(resources: &[Resource]) -> Scaled {
    let is_scaler = |one: &&Resource| matches!(one.kind(), "HorizontalPodAutoscaler" | "ScaledObject");
    let target = |one: &Resource| {
        let target = one.tree.at(&["spec", "scaleTargetRef"])?;
        let kind = target.get("kind").and_then(Node::text).unwrap_or("Deployment");
        Some((installation(one), kind.to_owned(), target.get("name").and_then(Node::text)?.to_owned()))
    };
    resources.iter().filter(is_scaler).filter_map(target).collect()
}

/// What is applied together: a chart, or everything else.
fn installation(resource: &Resource) -> String {
    let chart = resource.path.split_once("/templates/").map(|(chart, _)| chart);
    chart.filter(|_| resource.source == "helm").unwrap_or("").to_owned()
}

fn workload(resource: &Resource, pod: &Node, scaled: &Scaled) -> Fact {
    let kind = resource.kind();
    let written = resource.tree.at(&["spec", "replicas"]).filter(|replicas| !replicas.is_null());
    let number = written.and_then(|replicas| replicas.text()?.parse().ok());
    let is_replicated = REPLICATED.contains(&kind);
    let data = Workload {
        kind: kind.to_owned(),
        name: readable(resource.name()),
        source: resource.source,
        is_understood: resource.source != "helm" || !is_hidden(pod),
        replicas: if written.is_some() { number } else { Some(1) }.filter(|_| is_replicated),
        is_default: written.is_none(),
        is_scaled: scaled.contains(&(installation(resource), kind.to_owned(), resource.name().to_owned())),
    };
    let key = resource.tree.at(&["spec"]).and_then(|spec| spec.entry("replicas")).map(|(key, _)| key);
    // A merged number may stand in another file than the workload.
    let place = key
        .filter(|_| is_replicated && resource.source != "kustomize")
        .or_else(|| resource.tree.get("kind"))
        .unwrap_or(&resource.tree);
    fact(resource, place, Data::Workload(data))
}

/// Whether a pod has containers that only the rendering of its template knows.
fn is_hidden(pod: &Node) -> bool {
    let Some(containers) = pod.get("containers") else { return is_unknown(pod) };
    is_unknown(containers) || containers.items().iter().any(is_unknown)
}

fn container(resource: &Resource, pod: &Node, container: &Node, is_init: bool, is_ranged: bool) -> Fact {
    let text = |key: &str| container.get(key).and_then(Node::text).unwrap_or("");
    let image = container.get("image");
    // A pod that nobody restarts is a job of its own.
    let ends = matches!(pod.get("restartPolicy").and_then(Node::text), Some("Never" | "OnFailure"));
    let lasts = LASTING.contains(&resource.kind()) && !is_init && !ends;
    let (has_probes, lacks_probes) = probes(container);
    let data = WorkloadContainer {
        workload: format!("{} {}", resource.kind(), readable(resource.name())),
        name: text("name").to_owned(),
        image: text("image").to_owned(),
        image_span: resource.span(image.map_or(container.span, |image| image.span)),
        is_init,
        has_probes,
        lacks_probes: lacks_probes.filter(|_| lasts),
        lacks_resources: lacks_resources(container).filter(|_| !is_ranged),
        risks: risks(pod, container),
    };
    fact(resource, container, Data::WorkloadContainer(data))
}

/// The probes that a container has, and those that it lacks. One that opens no port gets no traffic, so any probe will
/// do for it.
fn probes(container: &Node) -> (Option<String>, Option<String>) {
    let has = |key: &str| container.get(key).is_some_and(|probe| !probe.entries().is_empty() || is_unknown(probe));
    let (readiness, liveness) = (has("readinessProbe"), has("livenessProbe"));
    let serves = container.get("ports").is_some_and(|ports| !ports.items().is_empty());
    let present = match (readiness, liveness) {
        (true, true) => Some("a readiness and a liveness probe"),
        (true, false) => Some("a readiness probe"),
        (false, true) => Some("a liveness probe"),
        (false, false) => has("startupProbe").then_some("a startup probe"),
    };
    let lacking = match (readiness, liveness) {
        (false, false) => Some("readiness or liveness probe"),
        (false, true) if serves => Some("readiness probe"),
        (true, false) if serves => Some("liveness probe"),
        _ => None,
    };
    (present.map(str::to_owned), lacking.map(str::to_owned))
}

/// Whether a value of a chart is not known, or not all of it.
fn is_unknown(node: &Node) -> bool {
    let says = |node: &Node| node.text().is_some_and(|text| text.contains(UNKNOWN_VALUE));
    says(node) || node.entries().iter().any(|(key, _)| says(key))
}

/// Requests for both, and a limit of memory: a limit of the processor only throttles. What has a limit and no request
/// requests the limit.
fn lacks_resources(container: &Node) -> Option<String> {
    let resources = container.get("resources");
    if resources.is_some_and(is_unknown) {
        return None;
    }
    let has = |part: &str, what: &str| {
        let part = resources.and_then(|resources| resources.get(part));
        part.is_some_and(|part| is_unknown(part) || part.get(what).is_some_and(|value| !value.is_null()))
    };
    let limit = |what: &str| has("limits", what);
    let request = |what: &str| has("requests", what) || limit(what);
    let lacking: Vec<&str> =
        [(request("cpu"), "CPU request"), (request("memory"), "memory request"), (limit("memory"), "memory limit")]
            .into_iter()
            .filter_map(|(is_there, name)| (!is_there).then_some(name))
            .collect();
    match lacking.as_slice() {
        [] => None,
        [_, _, _] => Some("requests and limits".to_owned()),
        some => Some(some.join(" and no ")),
    }
}

/// What the container may do: its own settings go before the pod's.
fn risks(pod: &Node, container: &Node) -> Option<String> {
    let own = container.get("securityContext");
    let shared = pod.get("securityContext");
    if own.is_some_and(is_unknown) {
        return None;
    }
    let of_own = |key: &str| own.and_then(|own| own.get(key)).filter(|value| !value.is_null());
    let setting =
        |key: &str| of_own(key).or_else(|| shared.and_then(|it| it.get(key)).filter(|value| !value.is_null()));
    let user = setting("runAsUser").and_then(Node::text);
    let is_other = user.is_some_and(|user| user != "0");
    let is_checked = setting("runAsNonRoot").and_then(Node::flag) == Some(true);
    let may_be_root = user == Some("0") || !is_other && !is_checked && !shared.is_some_and(is_unknown);
    let added = of_own("capabilities").and_then(|it| it.get("add")).map(Node::texts).unwrap_or_default();
    let strong = added.iter().any(|name| matches!(*name, "SYS_ADMIN" | "CAP_SYS_ADMIN" | "ALL"));
    let is_privileged = of_own("privileged").and_then(Node::flag) == Some(true);
    let may_escalate = of_own("allowPrivilegeEscalation").and_then(Node::flag) != Some(false);
    let risks: Vec<&str> = [
        (is_privileged, "is privileged"),
        (strong, "gets the capability SYS_ADMIN"),
        (may_be_root, "may run as root"),
        (may_escalate && !is_privileged, "may gain more privileges"),
    ]
    .into_iter()
    .filter_map(|(holds, name)| holds.then_some(name))
    .collect();
    (!risks.is_empty()).then(|| risks.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_yaml;

    fn container(text: &str) -> Node {
        parse_yaml(text).unwrap().remove(0)
    }

    #[test]
    fn a_limit_is_a_request_and_the_processor_needs_none() {
        let lacks = |text: &str| lacks_resources(&container(text));
        assert_eq!(lacks("name: a\n").as_deref(), Some("requests and limits"));
        assert_eq!(lacks("resources: {limits: {cpu: 1, memory: 1Gi}}\n"), None);
        assert_eq!(lacks("resources: {requests: {cpu: 1, memory: 1Gi}}\n").as_deref(), Some("memory limit"));
        assert_eq!(lacks("resources: {requests: {memory: 1Gi}}\n").as_deref(), Some("CPU request and no memory limit"));
        assert_eq!(lacks("resources: __unknown__\n"), None);
    }

    #[test]
    fn what_a_container_says_goes_before_what_its_pod_says() {
        let judged = |pod: &str, own: &str| risks(&container(pod), &container(own));
        let escalates = "allowPrivilegeEscalation: false";
        assert_eq!(judged("securityContext: {runAsUser: 7}\n", &format!("securityContext: {{{escalates}}}\n")), None);
        assert_eq!(
            judged("securityContext: {runAsUser: 7}\n", &format!("securityContext: {{runAsUser: 0, {escalates}}}\n"))
                .as_deref(),
            Some("may run as root")
        );
        assert_eq!(
            judged("a: 1\n", "securityContext: {privileged: true, runAsNonRoot: true}\n").as_deref(),
            Some("is privileged")
        );
    }

    #[test]
    fn a_container_without_ports_needs_one_probe() {
        let lacks = |text: &str| probes(&container(text)).1;
        assert_eq!(lacks("livenessProbe: {exec: {command: [a]}}\n"), None);
        assert_eq!(
            lacks("ports: [{containerPort: 1}]\nlivenessProbe: {exec: {command: [a]}}\n").as_deref(),
            Some("readiness probe")
        );
        assert_eq!(lacks("livenessProbe: {}\n").as_deref(), Some("readiness or liveness probe"));
    }
}
