//! Health questions that platforms are told to ask: `HEALTHCHECK`, compose health checks, Kubernetes probes, and the
//! files of Fly.io, Render, Railway, `DigitalOcean` and Kamal. Checks that send no HTTP request (`pg_isready`) are left
//! out.

use super::{Demand, Extractor, Found, Hit, container, kubernetes};
use crate::facts::{Data, File, Probe, ProbeKind, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;
use crate::syntax::dockerfile::is_dockerfile;

/// The reader of probes.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Probes)]
}

/// Finds HTTP probes.
#[derive(Clone, Copy)]
pub(crate) struct Probes;

impl Extractor for Probes {
    fn name(&self) -> &'static str {
        "probe"
    }

    fn demand(&self) -> Demand {
        let literals = [
            "HEALTHCHECK",
            "healthcheck",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "healthCheckPath",
            "health_check",
            "checks",
        ];
        Demand::AnyOf(literals.map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_data = matches!(file.extension(), "yml" | "yaml")
            || matches!(file.name(), "fly.toml" | "railway.toml" | "railway.json");
        file.role.is_written() && (is_data || is_dockerfile(file.name()))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let name = source.file.name();
        let readable = match name {
            "railway.json" => source.json().map(|root| railway(root, found)),
            "railway.toml" => source.toml().map(|root| railway(root, found)),
            "fly.toml" => source.toml().map(|root| fly(root, found)),
            _ if is_dockerfile(name) => return dockerfile(source, found),
            _ => {
                source.yaml().map(|documents| documents.iter().for_each(|document| yaml(source.file, document, found)))
            }
        };
        // Who reads the file for its own sake reports what is wrong with it.
        let _ = readable;
    }
}

fn add(found: &mut Found<'_>, span: Span, kind: ProbeKind, path: &str, port: Option<&str>, platform: &'static str) {
    add_for(found, span, kind, path, port, platform, true);
}

fn add_for(
    found: &mut Found<'_>,
    span: Span,
    kind: ProbeKind,
    path: &str,
    port: Option<&str>,
    platform: &'static str,
    is_own: bool,
) {
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let probe = Probe { kind, path, port: port.map(str::to_owned), platform, is_own };
    found.add(span, Data::Probe(probe));
}

/// `HEALTHCHECK … CMD curl -f http://localhost:3000/health`.
fn dockerfile(source: &Source<'_>, found: &mut Found<'_>) {
    for instruction in source.dockerfile().iter().filter(|one| one.keyword == "HEALTHCHECK") {
        if let Some((path, port)) = requested(&instruction.arguments) {
            let span = source.span(instruction.range.clone());
            add(found, span, ProbeKind::Healthcheck, path, port, "Docker");
        }
    }
}

/// The path and port of the request to the own machine in a command.
fn requested(command: &str) -> Option<(&str, Option<&str>)> {
    let hosts = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];
    let start = |host: &str| command.find(host).map(|at| at + host.len());
    let own = hosts.iter().find_map(|host| start(host));
    let from = own.or_else(|| {
        let at = command.find("http://")? + "http://".len();
        let host = command.get(at..)?.find([':', '/', ' ', '"', '\''])?;
        Some(at + host)
    })?;
    let rest = command.get(from..)?;
    let end = rest.find([' ', '"', '\'', '`', ')', '|', ';', '\n', ',']).unwrap_or(rest.len());
    let rest = rest.get(..end)?;
    // A port may be a variable with a default: `${PORT:-3000}`.
    let after_port = rest.rfind('}').map_or(0, |brace| brace + 1);
    let slash = rest.get(after_port..)?.find('/').map(|slash| after_port + slash);
    let port = rest.get(..slash.unwrap_or(rest.len()))?.strip_prefix(':').filter(|port| !port.contains('$'));
    let path = slash.and_then(|slash| rest.get(slash..)).unwrap_or("/");
    Some((path.split(['?', '#']).next().unwrap_or(path), port))
}

fn yaml(file: &File, root: &Node, found: &mut Found<'_>) {
    let is_shipped = container::audience(&file.path) != "developers";
    for (_, service) in container::services(file, root) {
        compose(service, is_shipped, found);
    }
    if let Some(services) = root.get("services") {
        for service in services.items() {
            if let Some((key, path)) = service.entry("healthCheckPath") {
                add(found, key.span, ProbeKind::Healthcheck, path.text().unwrap_or("/"), None, "Render");
            }
            if let Some((key, path)) = service.get("health_check").and_then(|check| check.entry("http_path")) {
                add(found, key.span, ProbeKind::Healthcheck, path.text().unwrap_or("/"), None, "DigitalOcean");
            }
        }
    }
    let is_kamal = root.get("image").is_some() && root.get("servers").is_some();
    let check = root.at(&["proxy", "healthcheck"]).or_else(|| root.get("healthcheck")).filter(|_| is_kamal);
    if let Some((key, path)) = check.and_then(|check| check.entry("path")) {
        add(found, key.span, ProbeKind::Healthcheck, path.text().unwrap_or("/"), None, "Kamal");
    }
    kubernetes(root, found);
}

fn compose(service: &Node, is_shipped: bool, found: &mut Found<'_>) {
    let Some((key, test)) = service.get("healthcheck").and_then(|check| check.entry("test")) else { return };
    let command = test.texts().join(" ");
    if let Some((path, port)) = requested(&command) {
        let is_own = is_shipped && service.get("build").is_some();
        add_for(found, key.span, ProbeKind::Healthcheck, path, port, "Compose", is_own);
    }
}

/// Probes of the containers of workloads.
fn kubernetes(root: &Node, found: &mut Found<'_>) {
    for pod in kubernetes::pods(root) {
        for container in pod.get("containers").map_or(&[][..], Node::items) {
            for (span, probe) in crate::facts::probes_of(container) {
                found.add(span, Data::Probe(probe));
            }
        }
    }
}

fn fly(root: &Node, found: &mut Found<'_>) {
    let service = root.at(&["http_service", "checks"]).map_or(&[][..], Node::items);
    let services = root.get("services").map_or(&[][..], Node::items);
    let http = services.iter().filter_map(|service| service.get("http_checks")).flat_map(Node::items);
    let named = root.get("checks").map_or(&[][..], Node::entries).iter().map(|(_, check)| check);
    for check in service.iter().chain(http).chain(named) {
        // What begins so is answered by the proxy of LiteFS in front of the program.
        if let Some((key, path)) =
            check.entry("path").filter(|(_, path)| !path.text().unwrap_or("/").starts_with("/litefs/"))
        {
            add(found, key.span, ProbeKind::Healthcheck, path.text().unwrap_or("/"), None, "Fly.io");
        }
    }
}

fn railway(root: &Node, found: &mut Found<'_>) {
    if let Some((key, path)) = root.get("deploy").and_then(|deploy| deploy.entry("healthcheckPath")) {
        add(found, key.span, ProbeKind::Healthcheck, path.text().unwrap_or("/"), None, "Railway");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn probes(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
        let extracted = Extractors::of(vec![Box::new(Probes)]).extract(&file, text);
        extracted
            .facts
            .into_iter()
            .map(|fact| match fact.data {
                Data::Probe(probe) => {
                    let port = probe.port.map(|port| format!(":{port}")).unwrap_or_default();
                    let foreign = if probe.is_own { "" } else { " foreign" };
                    format!(
                        "{}:{} {} {}{port}{foreign}",
                        fact.place.span.line,
                        probe.platform,
                        probe.kind.name(),
                        probe.path
                    )
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn dockerfiles_with_continued_lines() {
        let text = "FROM node\nHEALTHCHECK --interval=30s \\\n  CMD curl -f http://localhost:${PORT:-3000}/api/health || exit 1\n";
        assert_eq!(probes("Dockerfile", text), ["2:Docker healthcheck /api/health"]);
        let text = "FROM node\nHEALTHCHECK CMD [\"wget\", \"-qO-\", \"http://127.0.0.1:8080/healthz?x=1\"]\n";
        assert_eq!(probes("Dockerfile", text), ["2:Docker healthcheck /healthz:8080"]);
        assert_eq!(probes("Dockerfile", "FROM postgres\nHEALTHCHECK CMD pg_isready\n"), [""; 0]);
        assert_eq!(probes("Dockerfile", "FROM x\n# HEALTHCHECK CMD curl localhost/health\n"), [""; 0]);
    }

    #[test]
    fn compose_tells_own_services_from_foreign_images() {
        let text = "services:\n  web:\n    build: .\n    healthcheck:\n      test: [\"CMD\", \"curl\", \"-f\", \"http://localhost:8000/up\"]\n  \
            search:\n    image: elasticsearch:8\n    healthcheck:\n      test: curl localhost:9200/_cluster/health\n  \
            db:\n    image: postgres\n    healthcheck:\n      test: [\"CMD\", \"pg_isready\"]\n";
        assert_eq!(
            probes("compose.yml", text),
            ["5:Compose healthcheck /up:8000", "9:Compose healthcheck /_cluster/health:9200 foreign"]
        );
    }

    #[test]
    fn the_services_of_a_developers_machine_are_not_what_is_shipped() {
        let text = "services:\n  web:\n    build: .\n    healthcheck:\n      test: curl localhost:8000/up\n";
        assert_eq!(probes("docker/development/compose.yml", text), ["5:Compose healthcheck /up:8000 foreign"]);
        assert_eq!(probes("docker-compose.dev.yml", text), ["5:Compose healthcheck /up:8000 foreign"]);
        assert_eq!(probes("devices/compose.yml", text), ["5:Compose healthcheck /up:8000"]);
    }

    #[test]
    fn kubernetes_probes() {
        let text = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - livenessProbe:\n            httpGet: {path: /livez, port: http}\n          \
            readinessProbe:\n            tcpSocket: {port: 80}\n";
        assert_eq!(probes("k8s/web.yaml", text), ["7:Kubernetes liveness /livez:http"]);
    }

    #[test]
    fn files_of_platforms() {
        assert_eq!(probes("fly.toml", "[[http_service.checks]]\npath = \"/up\"\n"), ["2:Fly.io healthcheck /up"]);
        assert_eq!(probes("fly.toml", "[[services.http_checks]]\npath = \"/litefs/health\"\n"), [""; 0]);
        assert_eq!(
            probes("render.yaml", "services:\n  - type: web\n    healthCheckPath: /api/health\n"),
            ["3:Render healthcheck /api/health"]
        );
        assert_eq!(
            probes("railway.json", "{\"deploy\": {\"healthcheckPath\": \"/health\"}}"),
            ["1:Railway healthcheck /health"]
        );
    }
}
