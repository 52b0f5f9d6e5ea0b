//! Clusters and clouds that a job makes for itself: what it brings there is tried out, and is gone with the job.

use std::collections::BTreeMap;

use super::is_command;
use crate::facts::{Data, Fact, PipelineRun};

/// What a job makes for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    /// A Kubernetes cluster on the machine of the job.
    Cluster,
    /// Something that answers as a cloud does.
    Cloud,
}

/// Commands that make one.
const COMMANDS: &[(&str, Stand)] = &[
    ("kind create cluster", Stand::Cluster),
    ("ctlptl create cluster", Stand::Cluster),
    ("k3d cluster create", Stand::Cluster),
    ("minikube start", Stand::Cluster),
    ("microk8s install", Stand::Cluster),
    ("snap install microk8s", Stand::Cluster),
    ("k0s start", Stand::Cluster),
    ("colima start --kubernetes", Stand::Cluster),
    ("vcluster create", Stand::Cluster),
    ("localstack start", Stand::Cloud),
];

/// Parts of commands that install one where they run.
const INSTALLERS: &[(&str, Stand)] = &[("get.k3s.io", Stand::Cluster), ("localstack/localstack", Stand::Cloud)];

/// Actions that make one.
const ACTIONS: &[(&str, Stand)] = &[
    ("helm/kind-action", Stand::Cluster),
    ("engineerd/setup-kind", Stand::Cluster),
    ("container-tools/kind-action", Stand::Cluster),
    ("container-tools/microshift-action", Stand::Cluster),
    ("AbsaOSS/k3d-action", Stand::Cluster),
    ("nolar/setup-k3d-k3s", Stand::Cluster),
    ("rinx/setup-k3d", Stand::Cluster),
    ("debianmaster/actions-k3s", Stand::Cluster),
    ("jupyterhub/action-k3s-helm", Stand::Cluster),
    ("insightsengineering/k3d-action", Stand::Cluster),
    ("medyagh/setup-minikube", Stand::Cluster),
    ("manusa/actions-setup-minikube", Stand::Cluster),
    ("balchua/microk8s-actions", Stand::Cluster),
    ("circleci/kubernetes/install-kind", Stand::Cluster),
    ("LocalStack/setup-localstack", Stand::Cloud),
    ("localstack/setup-localstack", Stand::Cloud),
];

/// Tools that deploy to a cluster.
const TO_CLUSTERS: &[&str] = &["kubectl", "helm-deploy", "argocd", "kustomize-deploy"];

/// Tools that deploy to a cloud.
const TO_CLOUDS: &[&str] = &["terraform-apply", "pulumi-up", "cdk-deploy", "aws-deploy"];

/// Takes the deployment from the runs whose target their own job has made.
pub(super) fn disarm(runs: &mut [Fact]) {
    let mut made: BTreeMap<(String, String), Vec<Stand>> = BTreeMap::new();
    for fact in runs.iter() {
        let Data::PipelineRun(run) = &fact.data else { continue };
        if let Some(stand) = stand_of(&run.command) {
            made.entry((fact.place.path.to_string(), run.job.clone())).or_default().push(stand);
        }
    }
    if made.is_empty() {
        return;
    }
    for fact in runs {
        let Data::PipelineRun(run) = &mut fact.data else { continue };
        let Some(stands) = made.get(&(fact.place.path.to_string(), run.job.clone())) else { continue };
        if stands.iter().any(|stand| is_brought_to(run, *stand)) {
            run.purposes.retain(|purpose| purpose != "deploy");
        }
    }
}

fn stand_of(command: &str) -> Option<Stand> {
    let by_words = COMMANDS.iter().find(|(words, _)| is_command(command, words));
    let by_part = || INSTALLERS.iter().find(|(part, _)| command.contains(part));
    let by_name = || ACTIONS.iter().find(|(name, _)| *name == command);
    by_words.or_else(by_part).or_else(by_name).map(|(_, stand)| *stand)
}

fn is_brought_to(run: &PipelineRun, stand: Stand) -> bool {
    let tools = match stand {
        Stand::Cluster => TO_CLUSTERS,
        Stand::Cloud => TO_CLOUDS,
    };
    run.tools.iter().any(|tool| tools.contains(&tool.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_cluster_is_told_from_what_uses_one() {
        assert_eq!(stand_of("kind create cluster --config kind.yaml"), Some(Stand::Cluster));
        assert_eq!(stand_of("helm/kind-action"), Some(Stand::Cluster));
        assert_eq!(stand_of("docker run -d localstack/localstack:4"), Some(Stand::Cloud));
        assert_eq!(stand_of("kind load docker-image app"), None);
        assert_eq!(stand_of("kubectl apply -f k8s"), None);
    }
}
