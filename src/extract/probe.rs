//! Health questions that platforms are told to ask: `HEALTHCHECK`, compose health checks, Kubernetes probes, and the
//! files of Fly.io, Render, Railway, `DigitalOcean` and Kamal. Checks that send no HTTP request (`pg_isready`) are left
//! out.

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Probe, ProbeKind, Span};
use crate::syntax::Source;
use crate::syntax::data::{Node, Value};

/// The reader of probes.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Probes)]
}

/// Finds HTTP probes.
#[derive(Clone, Copy)]
pub(crate) struct Probes;

const KUBERNETES: &[(&str, ProbeKind)] = &[
    ("livenessProbe", ProbeKind::Liveness),
    ("readinessProbe", ProbeKind::Readiness),
    ("startupProbe", ProbeKind::Startup),
];

/// What a `grpc` probe asks for.
const GRPC_PATH: &str = "/grpc.health.v1.Health/Check";

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
        let is_data = matches!(file.extension(), "yml" | "yaml" | "tpl")
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
            _ if source.text().contains("{{") => return template(source, found),
            _ => {
                let is_shipped = !is_for_developers(&source.file.path);
                source.yaml().map(|documents| documents.iter().for_each(|document| yaml(document, is_shipped, found)))
            }
        };
        // Who reads the file for its own sake reports what is wrong with it.
        let _ = readable;
    }
}

fn is_dockerfile(name: &str) -> bool {
    ["Dockerfile", "Containerfile", "dockerfile"]
        .iter()
        .any(|base| name.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
        || name.ends_with(".Dockerfile")
        || name.ends_with(".dockerfile")
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

/// `HEALTHCHECK … CMD curl -f http://localhost:3000/health`, over continued lines.
fn dockerfile(source: &Source<'_>, found: &mut Found<'_>) {
    let mut at = 0;
    let mut open: Option<(usize, String)> = None;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        let starts = line.get(..11).is_some_and(|word| word.eq_ignore_ascii_case("HEALTHCHECK"));
        if open.is_none() && !starts {
            continue;
        }
        let (begin, command) = open.get_or_insert_with(|| (start, String::new()));
        command.push_str(line.trim_end_matches('\\'));
        command.push(' ');
        if !line.ends_with('\\') {
            if let Some((path, port)) = requested(command) {
                let span = source.span(*begin..*begin);
                add(found, span, ProbeKind::Healthcheck, path, port, "Docker");
            }
            open = None;
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

fn yaml(root: &Node, is_shipped: bool, found: &mut Found<'_>) {
    if let Some(services) = root.get("services") {
        for (_, service) in services.entries() {
            compose(service, is_shipped, found);
        }
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

/// Whether a path says that its services run on a developer's machine or in tests only.
pub(super) fn is_for_developers(path: &str) -> bool {
    path.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| matches!(word, "dev" | "development" | "devcontainer" | "local" | "test" | "testing" | "ci"))
}

fn compose(service: &Node, is_shipped: bool, found: &mut Found<'_>) {
    let Some((key, test)) = service.get("healthcheck").and_then(|check| check.entry("test")) else { return };
    let command = test.texts().join(" ");
    if let Some((path, port)) = requested(&command) {
        let is_own = is_shipped && service.get("build").is_some();
        add_for(found, key.span, ProbeKind::Healthcheck, path, port, "Compose", is_own);
    }
}

/// Probes of containers, wherever a manifest holds them.
fn kubernetes(root: &Node, found: &mut Found<'_>) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        for (key, value) in node.entries() {
            let kind = KUBERNETES.iter().find(|(name, _)| key.text() == Some(name)).map(|&(_, kind)| kind);
            match (kind, value.get("httpGet")) {
                (Some(kind), Some(request)) => {
                    let path = request.get("path").and_then(Node::text).unwrap_or("/");
                    let port = request.get("port").and_then(Node::text);
                    add(found, key.span, kind, path, port, "Kubernetes");
                }
                (Some(kind), None) if value.get("grpc").is_some() => {
                    let port = value.at(&["grpc", "port"]).and_then(Node::text);
                    add(found, key.span, kind, GRPC_PATH, port, "Kubernetes");
                }
                _ => open.extend(matches!(value.value, Value::Mapping(_) | Value::Sequence(_)).then_some(value)),
            }
        }
        open.extend(node.items());
    }
}

/// Helm templates are no YAML before they are rendered: the probe's lines are told by their indentation.
fn template(source: &Source<'_>, found: &mut Found<'_>) {
    let mut probe: Option<(usize, ProbeKind, usize)> = None;
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if content.is_empty() || content.starts_with('#') || content.starts_with("{{") {
            continue;
        }
        if probe.is_some_and(|(outer, ..)| indent <= outer) {
            probe = None;
        }
        if let Some((name, value)) = content.split_once(':') {
            if let Some(&(_, kind)) = KUBERNETES.iter().find(|(probe, _)| *probe == name) {
                probe = Some((indent, kind, start + indent));
            } else if let (Some((_, kind, begin)), "path") = (probe, name) {
                let path = value.trim().trim_matches(['"', '\'']);
                if !path.contains("{{") {
                    add(found, source.span(begin..begin), kind, path, None, "Kubernetes");
                }
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
        if let Some((key, path)) = check.entry("path") {
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
        let extracted = Extractors::of(vec![Box::new(Probes)]).unwrap().extract(&file, text);
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
    fn kubernetes_probes_and_templates() {
        let text = "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - livenessProbe:\n            httpGet: {path: /livez, port: http}\n          \
            readinessProbe:\n            tcpSocket: {port: 80}\n";
        assert_eq!(probes("k8s/web.yaml", text), ["6:Kubernetes liveness /livez:http"]);
        let text = "spec:\n  {{- if .x }}\n  livenessProbe:\n    httpGet:\n      path: /healthz\n      port: http\n  readinessProbe:\n    httpGet:\n      path: {{ .Values.path }}\n";
        assert_eq!(probes("chart/templates/web.yaml", text), ["3:Kubernetes liveness /healthz"]);
    }

    #[test]
    fn files_of_platforms() {
        assert_eq!(probes("fly.toml", "[[http_service.checks]]\npath = \"/up\"\n"), ["2:Fly.io healthcheck /up"]);
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
