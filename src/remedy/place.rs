//! Where a repository is deployed: remedies say how that place does what they ask for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::stack::Surroundings;
use crate::facts::{
    ComposeService, InfrastructureResource, PipelineRun, PlatformFile, PlatformPart, Role, ToolUse, Workload,
};
use crate::packs::{self, PackError};

/// How places do what remedies ask for.
pub(super) const PLACES: &str = "remedies/deployment/platforms.toml";

/// The place of a repository that does not say where it is deployed.
const ANY: &str = "any";

/// Places, what says most about how something is deployed first: where a cluster of a cloud runs it, the cluster counts. A
/// `Procfile` is often no more than an offer.
const BY_RANK: &[&str] =
    &["kubernetes", "fly", "render", "railway", "vercel", "aws", "gcp", "azure", "compose", "heroku"];

/// How a place does what remedies ask for: clauses for a sentence where the name is a noun or ends it, sentences otherwise.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// Its name.
    title: String,
    /// What the job that deploys does.
    deploy: String,
    /// How the last version comes back.
    rollback: String,
    /// What an environment before production is.
    staging: String,
    /// Where secrets are kept.
    secrets: String,
    /// What replaces them.
    rotation: String,
    /// How logs leave it.
    logs: String,
    /// As what alerts are written.
    alerts: String,
    /// What takes a backup before a migration.
    snapshot: String,
    /// What takes backups by the clock.
    backups: String,
    /// What follows the load.
    scaling: String,
    /// What spreads requests.
    balancing: String,
    /// What a change request gets.
    previews: String,
    /// How a new version gets a part of the traffic.
    gradual: String,
}

/// The words of all places.
#[derive(Debug)]
pub(super) struct Places(BTreeMap<String, Place>);

impl Places {
    /// Reads the words.
    pub(super) fn built_in() -> Result<Self, PackError> {
        let words = packs::BUILT_IN.iter().find(|(file, _)| *file == PLACES);
        Ok(Self(words.map(|&(file, text)| packs::parse(file, text)).transpose()?.unwrap_or_default()))
    }

    /// The words of the first of the places that a repository uses.
    pub(super) fn of(&self, places: &BTreeSet<&'static str>) -> Option<&Place> {
        let first = BY_RANK.iter().find(|place| places.contains(*place)).unwrap_or(&ANY);
        self.0.get(*first)
    }
}

/// The places that a repository is deployed to, as far as its files say.
pub(super) fn places(surroundings: &Surroundings<'_>) -> BTreeSet<&'static str> {
    let facts = &surroundings.repository.facts;
    let deploys = |role: Role| matches!(role, Role::Product | Role::Configuration | Role::Script);
    let mut places = BTreeSet::new();
    if facts.each::<Workload>().any(|(fact, _)| deploys(fact.role)) {
        places.insert("kubernetes");
    }
    let files = facts.each::<PlatformFile>().filter(|(fact, file)| {
        deploys(fact.role) && matches!(file.brings, PlatformPart::Deployment | PlatformPart::Build)
    });
    places.extend(files.filter_map(|(_, file)| of_platform(file.platform)));
    let resources = facts.each::<InfrastructureResource>().filter(|(fact, _)| deploys(fact.role));
    places.extend(resources.filter_map(|(_, resource)| of_resource(&resource.kind)));
    let tools = facts.each::<ToolUse>().filter(|(fact, tool)| deploys(fact.role) && tool.how != "declared");
    places.extend(tools.filter_map(|(_, tool)| of_tool(&tool.tool)));
    if facts.each::<ComposeService>().any(|(fact, own)| deploys(fact.role) && own.audience == "deployment") {
        places.insert("compose");
    }
    // Who publishes images and packages offers a `Procfile` to those who take them.
    let publishes = || facts.each::<PipelineRun>().any(|(_, run)| run.purposes.iter().any(|own| own == "publish"));
    if places.iter().eq(&["heroku"]) && !surroundings.uses("heroku-deploy") && publishes() {
        places.clear();
    }
    // What a pipeline brings to Vercel beside another place is a preview or a catalogue of parts.
    if places.is_empty() && surroundings.uses("vercel-cli") {
        places.insert("vercel");
    }
    places
}

fn of_platform(name: &str) -> Option<&'static str> {
    Some(match name {
        "Fly.io" => "fly",
        "Render" => "render",
        "Railway" => "railway",
        "Heroku" => "heroku",
        "Vercel" => "vercel",
        "Google App Engine" | "Firebase" => "gcp",
        name if name.starts_with("AWS ") => "aws",
        name if name.starts_with("Azure ") => "azure",
        _ => return None,
    })
}

fn of_resource(kind: &str) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| kind.starts_with(prefix));
    match kind {
        _ if starts(&["aws_", "AWS::", "aws.", "awsx."]) => Some("aws"),
        _ if starts(&["google_", "gcp."]) => Some("gcp"),
        _ if starts(&["azurerm_", "Microsoft.", "azure-native."]) => Some("azure"),
        _ => None,
    }
}

fn of_tool(tool: &str) -> Option<&'static str> {
    Some(match tool {
        "helm-chart"
        | "helm-deploy"
        | "kustomization"
        | "kustomize-deploy"
        | "argocd"
        | "kubectl"
        | "kubernetes-terraform" => "kubernetes",
        "ecs" | "aws-deploy" | "cdk-deploy" => "aws",
        "cloud-run" | "gcloud-deploy" => "gcp",
        "container-apps" | "azure-deploy" => "azure",
        "fly-deploy" => "fly",
        "render-deploy" => "render",
        "railway-cli" => "railway",
        "heroku-deploy" => "heroku",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_words() {
        let places = Places::built_in().unwrap();
        let known: BTreeSet<&str> = places.0.keys().map(String::as_str).collect();
        assert_eq!(known, BY_RANK.iter().copied().chain([ANY]).collect());
    }

    #[test]
    fn a_cluster_says_more_than_the_cloud_that_it_runs_in() {
        let places = Places::built_in().unwrap();
        let title = |own: &[&'static str]| places.of(&own.iter().copied().collect()).map(|place| place.title.clone());
        assert_eq!(title(&["aws", "kubernetes"]).as_deref(), Some("Kubernetes"));
        assert_eq!(title(&["compose"]).as_deref(), Some("Docker Compose"));
        assert_eq!(title(&[]).as_deref(), Some("where it runs"));
    }

    #[test]
    fn clauses_go_on_and_sentences_end() {
        for (name, place) in Places::built_in().unwrap().0 {
            for clause in
                [&place.deploy, &place.staging, &place.rotation, &place.alerts, &place.snapshot, &place.previews]
            {
                assert!(
                    !clause.ends_with('.') && !clause.starts_with(char::is_uppercase) || clause.starts_with("Vercel"),
                    "{name}: {clause}"
                );
            }
            for sentence in [
                &place.rollback,
                &place.secrets,
                &place.logs,
                &place.backups,
                &place.scaling,
                &place.balancing,
                &place.gradual,
            ] {
                assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{name}: {sentence}");
            }
        }
    }
}
