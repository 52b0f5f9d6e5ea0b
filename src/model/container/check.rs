//! What tells a runtime whether a program is well: health checks of images and compose services, and the checks that
//! platforms send.

use std::collections::BTreeMap;

use super::OwnNames;
use super::base::{self, StartsAs};
use crate::facts::{
    CheckScript, ComposeBuild, ComposeService, ContainerCheck, ContainerImage, Data, Dockerfile, Fact, HealthCheck,
    ImageName, Place, Probe, Role, Route, Span, WorkloadContainer,
};
use crate::model::Facts;

/// The checks of everything that runs in containers or on platforms.
pub(super) fn derive(facts: &Facts, images: &[Fact], names: &OwnNames) -> Vec<Fact> {
    let mut found = Vec::new();
    let mut add = |path: &Place, span: Span, role: Role, check: ContainerCheck| {
        let place = Place { path: path.path.clone(), span };
        found.push(Fact { place, role, data: Data::ContainerCheck(check) });
    };
    for (fact, dockerfile) in facts.each::<Dockerfile>() {
        let is_shipped = images.iter().any(|image| {
            image.place.path == fact.place.path
                && matches!(&image.data, Data::ContainerImage(ContainerImage { is_shipped: true, .. }))
        });
        let stage = super::shipped::stage(fact, dockerfile, facts);
        let chain = dockerfile.chain(stage);
        let check = chain.iter().find_map(|stage| stage.healthcheck.clone());
        if let Some(check) = check.filter(|check| check.is_on && is_shipped) {
            let of = fact.place.path.to_string();
            let is_own = !chain.last().is_some_and(|first| base::is_server(&first.base));
            let asks = is_own && asks(&fact.place.path, &check, facts);
            let data = ContainerCheck { platform: "Docker", of, is_own, asks };
            add(&fact.place, check.span, fact.role, data);
        }
    }
    for (fact, service, check) in compose(facts) {
        let is_own = match &service.build {
            Some(build) => !builds_a_server(build, facts),
            None => service
                .image
                .as_ref()
                .is_some_and(|image| names.has(image) || asks_own_route(fact, &check, image, facts)),
        };
        let asks = is_own && service.audience != "developers" && asks(&fact.place.path, &check, facts);
        let data = ContainerCheck { platform: "Compose", of: service.name.clone(), is_own, asks };
        add(&fact.place, check.span, fact.role, data);
    }
    for (fact, container) in facts.each::<WorkloadContainer>().filter(|(_, it)| !it.is_init && it.has_probes.is_some())
    {
        let image = ImageName { text: container.image.clone(), span: container.image_span };
        // Databases and the like have well-known names; what nobody else publishes is this repository's.
        let is_own = names.has(&image) || base::starts_as(&image) == StartsAs::Unknown;
        let check = ContainerCheck { platform: "Kubernetes", of: container.name.clone(), is_own, asks: false };
        add(&fact.place, fact.place.span, fact.role, check);
    }
    for (fact, probe) in facts.each::<Probe>() {
        if !matches!(probe.platform, "Docker" | "Compose" | "Kubernetes") {
            let (of, is_own) = (probe.path.clone(), probe.is_own);
            let check = ContainerCheck { platform: probe.platform, of, is_own, asks: is_own };
            add(&fact.place, fact.place.span, fact.role, check);
        }
    }
    found
}

/// Whether what is built here is a database or the like with settings of its own, beside the program.
fn builds_a_server(build: &ComposeBuild, facts: &Facts) -> bool {
    let built = facts.each::<Dockerfile>().find(|(fact, _)| *fact.place.path == *build.dockerfile);
    let Some((_, dockerfile)) = built else { return false };
    let named = dockerfile.stages.iter().position(|stage| stage.name.as_deref() == Some(build.target.as_str()));
    let stage = named.unwrap_or(dockerfile.stages.len().saturating_sub(1));
    dockerfile.chain(stage).last().is_some_and(|first| base::is_server(&first.base))
}

/// Whether a check asks an image that nobody else publishes for a route of this repository, below more than one part.
fn asks_own_route(service: &Fact, check: &HealthCheck, image: &ImageName, facts: &Facts) -> bool {
    // The request stands below the key of the check, before the next one.
    let is_below = |fact: &Fact| fact.place.path == service.place.path && fact.place.span.line >= check.span.line;
    let requests = facts.each::<Probe>().filter(|(fact, probe)| probe.platform == "Compose" && is_below(fact));
    let Some((_, probe)) = requests.min_by_key(|(fact, _)| fact.place.span.line) else { return false };
    let is_telling = probe.path.split('/').filter(|part| !part.is_empty()).count() > 1;
    let is_answered =
        || facts.each::<Route>().any(|(fact, route)| fact.role == Role::Product && route.path == probe.path);
    is_telling && base::starts_as(image) == StartsAs::Unknown && is_answered()
}

/// Whether a check sends a request: a script of the repository says so itself, of others the name must do.
fn asks(path: &str, check: &HealthCheck, facts: &Facts) -> bool {
    let Some(script) = check.script.as_deref() else { return check.asks };
    let shared = |other: &str| other.split('/').zip(path.split('/')).take_while(|(a, b)| a == b).count();
    let own = facts.each::<CheckScript>().filter(|(fact, _)| fact.place.path.rsplit('/').next() == Some(script));
    let nearest = own.max_by_key(|(fact, _)| shared(&fact.place.path));
    nearest.map_or(check.asks, |(_, script)| script.asks && check.is_on)
}

/// Services with a check of their own or of the one that they extend.
fn compose(facts: &Facts) -> Vec<(&Fact, &ComposeService, HealthCheck)> {
    let services: BTreeMap<(&str, &str), &ComposeService> = facts
        .each::<ComposeService>()
        .map(|(fact, service)| ((&*fact.place.path, service.name.as_str()), service))
        .collect();
    let mut found = Vec::new();
    for (fact, service) in facts.each::<ComposeService>() {
        let inherited = service
            .extends
            .as_ref()
            .and_then(|(name, file)| services.get(&(file.as_str(), name.as_str())))
            .and_then(|base| base.healthcheck.clone())
            .map(|check| HealthCheck { span: fact.place.span, ..check });
        if let Some(check) = service.healthcheck.clone().or(inherited).filter(|check| check.is_on) {
            found.push((fact, service, check));
        }
    }
    found
}
