//! What asks a service whether it is up: its port and its routes, as they are registered or as its framework brings them.

use std::collections::BTreeSet;

use super::stack::Stack;
use crate::facts::{EntryPoint, Role, Route};

/// The last parts of paths that say whether a process is up, and whether it can do its work; the best first.
const LIVE: [&str; 7] = ["live", "livez", "liveness", "health", "healthz", "healthcheck", "up"];
const READY: [&str; 3] = ["ready", "readyz", "readiness"];

/// What frameworks bring, or what our remedies add: alive and ready.
const BROUGHT: [(&[&str], &str, &str); 5] = [
    (&["Spring Boot", "Spring MVC", "Spring WebFlux"], "/actuator/health/liveness", "/actuator/health/readiness"),
    (&["Quarkus"], "/q/health/live", "/q/health/ready"),
    (&["Micronaut"], "/health/liveness", "/health/readiness"),
    (&["Next.js", "Nuxt"], "/api/health", "/api/health"),
    (&["Rails", "Laravel"], "/up", "/up"),
];

/// The paths that probes ask: whether it is alive, and whether it is ready.
pub(super) fn paths(stack: &Stack<'_>) -> (String, String) {
    let registered = |names: &[&str]| {
        let routes: Vec<&str> = own_routes(stack).collect();
        let of = |name: &&str| routes.iter().find(|path| path.rsplit('/').next() == Some(*name));
        names.iter().find_map(of).map(|path| (*path).to_owned())
    };
    let brought = BROUGHT.iter().find(|(frameworks, ..)| frameworks.iter().any(|name| stack.uses_framework(name)));
    let (live, brought_ready) = brought.map_or(("/health", "/ready"), |(_, live, ready)| (*live, *ready));
    let own = registered(&LIVE);
    // Where a framework brings no second route, the one that is there answers for both.
    let ready = registered(&READY).or_else(|| own.clone().filter(|_| brought.is_none()));
    (own.unwrap_or_else(|| live.to_owned()), ready.unwrap_or_else(|| brought_ready.to_owned()))
}

/// Paths without parameters that anybody may ask.
fn own_routes<'a>(stack: &Stack<'a>) -> impl Iterator<Item = &'a str> {
    let repository = stack.surroundings.repository;
    let component = stack.component.map(|own| own.path.as_str());
    let is_plain = |path: &str| path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '.'));
    repository
        .facts
        .each::<Route>()
        .filter(|(fact, route)| fact.role == Role::Product && !route.needs_login && !route.development_only)
        .filter(move |(fact, _)| repository.component_of(&fact.place.path).map(|own| own.path.as_str()) == component)
        .map(|(_, route)| route.path.as_str())
        .filter(move |path| is_plain(path))
}

/// The port that the image exposes, where all images of the component agree; else the one that services of the stack
/// listen on where nothing else is said.
pub(super) fn port(stack: &Stack<'_>, name: &str) -> u16 {
    let repository = stack.surroundings.repository;
    let component = stack.component.map(|own| own.path.as_str());
    let is_own = |path: &str| repository.component_of(path).map(|own| own.path.as_str()) == component;
    let exposed = repository.facts.each::<EntryPoint>().filter(|(fact, _)| is_own(&fact.place.path));
    let ports: BTreeSet<u16> =
        exposed.filter_map(|(_, own)| own.detail.strip_prefix("exposes port ")?.parse().ok()).collect();
    if let (Some(&port), 1) = (ports.first(), ports.len()) {
        return port;
    }
    match name {
        "node" | "ruby" => 3000,
        "python" => 8000,
        "elixir" => 4000,
        _ => 8080,
    }
}
