//! Whether the program answers what its platform asks: probes joined with the routes of the components that they are
//! about. Nothing is concluded where routes of such a component are not read.

use super::container::OwnNames;
use super::{Facts, component_holding};
use crate::facts::data::Node;
use crate::facts::{
    Component, ComponentKind, ComposeService, ContainerImage, Data, Dockerfile, Fact, ImageName, KubernetesObject,
    Language, Probe, ProbeAnswer, Role, Route, WorkloadContainer, pod_of,
};

/// Languages whose routes are read.
const READ: &[Language] =
    &[Language::JavaScript, Language::TypeScript, Language::Python, Language::Go, Language::Ruby, Language::CSharp];

/// Base images whose program answers by its configuration, not by routes in code.
const SERVERS: &[&str] = &["nginx", "nginx-unprivileged", "httpd", "caddy", "traefik", "haproxy", "envoy"];

/// An answer for each probe of this repository's own programs, and for others whose port does not exist.
pub(super) fn derive(facts: &Facts, components: &[Component]) -> Vec<Fact> {
    let probes = Probes { facts, components, names: OwnNames::new(components) };
    facts.each::<Probe>().filter_map(|(fact, probe)| probes.answer(fact, probe)).collect()
}

struct Probes<'a> {
    facts: &'a Facts,
    components: &'a [Component],
    names: OwnNames,
}

impl<'a> Probes<'a> {
    fn answer(&self, fact: &Fact, probe: &Probe) -> Option<Fact> {
        // A port is named in the manifest itself, whosever program it is.
        let (answered, because) = match self.unnamed_port(fact, probe) {
            Some(port) => ("no", format!("its container names no port `{port}`")),
            None if self.is_own(fact, probe) => self.answered(fact, probe),
            None => return None,
        };
        let data = ProbeAnswer { platform: probe.platform, path: probe.path.clone(), answered, because };
        Some(Fact { place: fact.place.clone(), role: fact.role, data: Data::ProbeAnswer(data) })
    }

    /// Whether the probe asks a program of this repository that is shipped.
    fn is_own(&self, fact: &Fact, probe: &Probe) -> bool {
        match probe.platform {
            "Docker" => self
                .facts
                .each::<ContainerImage>()
                .any(|(image, it)| image.place.path == fact.place.path && it.is_shipped),
            "Compose" => {
                probe.is_own
                    || self.compose_service(fact).is_some_and(|service| {
                        service.audience != "developers"
                            && service.image.as_ref().is_some_and(|image| self.names.has(image))
                    })
            }
            "Kubernetes" => self.container(fact).is_some_and(|container| {
                self.names.has(&ImageName { text: container.image.clone(), span: container.image_span })
            }),
            _ => probe.is_own,
        }
    }

    /// The compose service in which a probe stands.
    fn compose_service(&self, probe: &Fact) -> Option<&'a ComposeService> {
        let above = |fact: &Fact| fact.place.path == probe.place.path && fact.place.span.line <= probe.place.span.line;
        self.facts.each::<ComposeService>().filter(|(fact, _)| above(fact)).last().map(|(_, service)| service)
    }

    /// The container in which a probe stands.
    fn container(&self, probe: &Fact) -> Option<&'a WorkloadContainer> {
        let above = |fact: &Fact| fact.place.path == probe.place.path && fact.place.span.line <= probe.place.span.line;
        self.facts.each::<WorkloadContainer>().filter(|(fact, _)| above(fact)).last().map(|(_, container)| container)
    }

    /// The name of the port that a probe in a manifest asks for, where its container has none of that name.
    fn unnamed_port<'p>(&self, fact: &Fact, probe: &'p Probe) -> Option<&'p str> {
        let port =
            probe.port.as_deref().filter(|port| probe.platform == "Kubernetes" && port.parse::<u16>().is_err())?;
        let container = self.container(fact)?;
        let objects = self.facts.each::<KubernetesObject>().filter(|(object, _)| object.place.path == fact.place.path);
        let containers =
            objects.filter_map(|(_, object)| pod_of(&object.tree)?.get("containers")).flat_map(Node::items);
        let mut same =
            containers.filter(|one| one.get("name").and_then(Node::text) == Some(&container.name)).peekable();
        same.peek()?;
        let has_name = same.any(|one| {
            let ports = one.get("ports").map_or(&[][..], Node::items);
            ports.iter().any(|own| own.get("name").and_then(Node::text) == Some(port))
        });
        (!has_name).then_some(port)
    }

    fn answered(&self, fact: &Fact, probe: &Probe) -> (&'static str, String) {
        let asked = self.asked(fact);
        let is_asked = |route: &Fact| {
            asked.is_empty()
                || component_holding(self.components, &route.place.path).is_some_and(|owner| {
                    asked.iter().any(|one| one.path == owner.path || one.uses.contains(&owner.path))
                })
        };
        let routes: Vec<&Route> = self
            .facts
            .each::<Route>()
            .filter(|(route, it)| route.role == Role::Product && !it.development_only && is_asked(route))
            .map(|(_, route)| route)
            .collect();
        if routes.iter().any(|route| meets(&route.path, &probe.path) == Some(true)) {
            return ("yes", format!("a route answers `{}`", probe.path));
        }
        let is_web = asked.iter().any(|component| component.kinds.contains_key(&ComponentKind::Web));
        if probe.path == "/" && is_web {
            return ("yes", "the web application has a start page".to_owned());
        }
        if routes.iter().any(|route| meets(&route.path, &probe.path).is_none()) {
            return ("unknown", format!("a route with a pattern may answer `{}`", probe.path));
        }
        let unread = asked.iter().find(|one| !one.main_language().is_some_and(|language| READ.contains(&language)));
        if let Some(component) = unread {
            let name = if component.name.is_empty() { "this component" } else { &component.name };
            return ("unknown", format!("routes of {name} are not read"));
        }
        if asked.is_empty() || routes.is_empty() || probe.path == "/" || self.is_behind_a_server(fact) {
            return ("unknown", format!("what answers `{}` is not known", probe.path));
        }
        ("no", format!("no route answers `{}`", probe.path))
    }

    /// The services that a probe may ask: those of the component in which it stands; all where that is no service, as
    /// infrastructure and the root of a workspace are.
    fn asked(&self, fact: &Fact) -> Vec<&'a Component> {
        let owner = component_holding(self.components, &fact.place.path).filter(|owner| owner.is_deployable());
        match owner {
            Some(owner) if !owner.path.is_empty() => vec![owner],
            _ => self.components.iter().filter(|component| component.is_deployable()).collect(),
        }
    }

    /// Whether the image of the probe's Dockerfile is that of a web server.
    fn is_behind_a_server(&self, fact: &Fact) -> bool {
        let own = self.facts.each::<Dockerfile>().filter(|(dockerfile, _)| dockerfile.place.path == fact.place.path);
        own.filter_map(|(_, dockerfile)| dockerfile.stages.last())
            .any(|stage| SERVERS.contains(&stage.base.last_name()))
    }
}

/// Whether a route answers a path; `None` where a part of it is a pattern. A route may be mounted below a prefix that
/// another file names.
fn meets(route: &str, path: &str) -> Option<bool> {
    let parts =
        |path: &'_ str| -> Vec<String> { path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect() };
    let (route, path) = (parts(route), parts(path));
    let is_pattern = |part: &String| part.contains(['*', ':', '{', '[', '<', '(', '$', '%']);
    if route.is_empty() {
        return Some(path.is_empty());
    }
    if route.last().is_some_and(|last| {
        last.contains(['*', '%']) || last.starts_with("[...") || last.starts_with("[[") || last.contains(":path")
    }) {
        return None;
    }
    if route.len() > path.len() {
        return Some(false);
    }
    let tail = path.get(path.len() - route.len()..).unwrap_or_default();
    let fits = route.iter().zip(tail).all(|(own, asked)| own == asked || is_pattern(own));
    match fits {
        false => Some(false),
        true if route.iter().any(is_pattern) => None,
        true => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_answers_a_path_exactly_or_below_a_prefix() {
        assert_eq!(meets("/health", "/health/"), Some(true));
        assert_eq!(meets("/health", "/api/health"), Some(true));
        assert_eq!(meets("/api/health", "/health"), Some(false));
        assert_eq!(meets("/healthz", "/health"), Some(false));
        assert_eq!(meets("/", "/"), Some(true));
        assert_eq!(meets("/", "/health"), Some(false));
    }

    #[test]
    fn patterns_leave_it_open() {
        assert_eq!(meets("/*", "/health"), None);
        assert_eq!(meets("/:slug", "/health"), None);
        assert_eq!(meets("/orders/:id", "/health"), Some(false));
        assert_eq!(meets("/orders/:id", "/live/health"), Some(false));
        assert_eq!(meets("/[...path]", "/a/health"), None);
    }
}
