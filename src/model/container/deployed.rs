//! Images of others that are deployed, and how firmly they are named.

use std::collections::BTreeSet;

use super::OwnNames;
use crate::facts::{
    ComposeService, ContainerImage, Data, DeployedImage, Dockerfile, Fact, File, ImageName, PipelineRun, Place,
    WorkloadContainer,
};
use crate::model::Facts;

/// What shipped images start from and what deployments' compose files run.
pub(super) fn derive(facts: &Facts, files: &[File], images: &[Fact], names: &OwnNames) -> Vec<Fact> {
    let shipped: BTreeSet<&str> = images
        .iter()
        .filter(|fact| matches!(&fact.data, Data::ContainerImage(ContainerImage { is_shipped: true, .. })))
        .map(|fact| &*fact.place.path)
        .collect();
    let mut found = Vec::new();
    let mut add = |fact: &Fact, image: &ImageName, usage: &'static str| {
        let data = DeployedImage { image: image.text.clone(), usage, pin: image.pin() };
        let place = Place { path: fact.place.path.clone(), span: image.span };
        found.push(Fact { place, role: fact.role, data: Data::DeployedImage(data) });
    };
    for (fact, dockerfile) in facts.each::<Dockerfile>().filter(|(fact, _)| shipped.contains(&*fact.place.path)) {
        for stage in &dockerfile.stages {
            if stage.parent.is_none() && stage.base.text != "scratch" {
                add(fact, &stage.base, "base");
            }
            for image in &stage.takes_from {
                add(fact, image, "copied");
            }
        }
    }
    let deployments = deployments(facts, names);
    for (fact, service) in facts.each::<ComposeService>().filter(|(fact, _)| deployments.contains(&*fact.place.path)) {
        // A service that is built here only calls its image so.
        if let Some(image) = service.image.as_ref().filter(|_| service.build.is_none()) {
            add(fact, image, "service");
        }
    }
    // Skaffold names the images that it builds without a version, and pipelines may set the version of this repository's.
    let has_skaffold = files.iter().any(|file| matches!(file.name(), "skaffold.yaml" | "skaffold.yml"));
    let sets_images = facts.each::<PipelineRun>().any(|(_, run)| run.command.contains(" set image"));
    for (fact, container) in facts.each::<WorkloadContainer>() {
        let image = ImageName { text: container.image.clone(), span: container.image_span };
        let is_set = has_skaffold && !image.text.contains('/') || names.has(&image) && (has_skaffold || sets_images);
        if !is_set && !image.text.is_empty() && !image.text.contains("__") {
            add(fact, &image, "workload");
        }
    }
    found
}

/// The compose files that deploy: by their path, because a cluster is told how to run a service, or because they pull
/// this repository's own image, as users do who run it.
fn deployments<'a>(facts: &'a Facts, names: &OwnNames) -> BTreeSet<&'a str> {
    let pulls_own = |service: &ComposeService| {
        service.build.is_none() && service.image.as_ref().is_some_and(|image| names.has(image))
    };
    let deploys = |service: &ComposeService| match service.audience {
        "deployment" => true,
        "developers" => false,
        _ => service.is_clustered || pulls_own(service),
    };
    facts.each::<ComposeService>().filter(|(_, service)| deploys(service)).map(|(fact, _)| &*fact.place.path).collect()
}
