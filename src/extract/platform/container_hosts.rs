//! Hosts of containers and processes: Fly.io, Render, Railway, `DigitalOcean`, Kamal, Cloud Foundry, Upsun.

use super::{Parts, json_or_toml, mapped_headers, yaml};
use crate::facts::PlatformPart::{
    self, Build, Cdn, Deployment, Header, HealthCheck, LoadBalancing, Previews, ReadReplicas, Schedule,
};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// What Railway brings to every service.
pub(super) const RAILWAY: &[PlatformPart] = &[Deployment, Build, LoadBalancing];

/// A platform whose file only says how to build and start.
pub(super) fn builds_and_runs(_source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Deployment, Build, LoadBalancing]);
}

/// `fly.toml`.
pub(super) fn fly(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    parts.by_nature(&[Deployment, Build]);
    let services = root.get("services").map_or(&[][..], Node::one_or_tables);
    for service in root.get("http_service").into_iter().chain(services) {
        parts.add(service.span, LoadBalancing, "");
        // Machines that stop and start with the load; one that always runs is none.
        let stops = service.get("auto_stop_machines").and_then(Node::text);
        if stops.is_some_and(|stops| !matches!(stops, "off" | "false")) {
            parts.add_bounds(Some(service), &["auto_stop_machines", "auto_start_machines", "min_machines_running"]);
        }
        let checks = [service.get("checks"), service.get("http_checks")].into_iter().flatten();
        for check in checks.flat_map(Node::one_or_tables) {
            parts.add_entry(Some(check), "path", HealthCheck);
        }
        mapped_headers(service.at(&["http_options", "response", "headers"]), parts);
    }
    for (_, check) in root.get("checks").map_or(&[][..], Node::entries) {
        parts.add_entry(Some(check), "path", HealthCheck);
    }
}

/// `render.yaml`.
pub(super) fn render(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = yaml(source, parts) else { return };
    parts.by_nature(&[Deployment]);
    preview(root, parts);
    let environments = root.get("projects").map_or(&[][..], Node::items);
    let environments = environments.iter().flat_map(|it| it.get("environments").map_or(&[][..], Node::items));
    for holder in std::iter::once(root).chain(environments) {
        for service in holder.get("services").map_or(&[][..], Node::items) {
            render_service(service, parts);
        }
        for database in holder.get("databases").map_or(&[][..], Node::items) {
            if let Some((key, _)) = database.entry("readReplicas").filter(|(_, list)| !list.items().is_empty()) {
                parts.add(key.span, ReadReplicas, "");
            }
        }
    }
}

fn preview(node: &Node, parts: &mut Parts<'_, '_>) {
    for switch in ["previewsEnabled", "pullRequestPreviewsEnabled"] {
        if let Some((key, _)) = node.entry(switch).filter(|(_, value)| value.flag() == Some(true)) {
            parts.add(key.span, Previews, "");
        }
    }
    if let Some((key, value)) = node.get("previews").and_then(|previews| previews.entry("generation"))
        && let Some(mode) = value.text().filter(|mode| !matches!(*mode, "off" | "none"))
    {
        parts.add(key.span, Previews, mode);
    }
}

fn render_service(service: &Node, parts: &mut Parts<'_, '_>) {
    let text = |key: &str| service.get(key).and_then(Node::text).unwrap_or("");
    let is_static = text("type") == "static" || text("runtime") == "static" || text("env") == "static";
    if text("runtime") != "image" && service.get("image").is_none() {
        parts.add(service.span, Build, "");
    }
    match text("type") {
        _ if is_static => {
            parts.add(service.span, Cdn, "");
            parts.add(service.span, LoadBalancing, "");
        }
        "web" => parts.add(service.span, LoadBalancing, ""),
        "cron" => parts.add_entry(Some(service), "name", Schedule),
        _ => {}
    }
    preview(service, parts);
    parts.add_bounds(service.get("scaling"), &["minInstances", "maxInstances"]);
    parts.add_replicas(Some(service), "numInstances");
    parts.add_entry(Some(service), "healthCheckPath", HealthCheck);
    for header in service.get("headers").map_or(&[][..], Node::items) {
        parts.add_entry(Some(header), "name", Header);
    }
}

/// `railway.toml` and `railway.json`.
pub(super) fn railway(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    parts.by_nature(RAILWAY);
    let deploy = root.get("deploy");
    parts.add_replicas(deploy, "numReplicas");
    parts.add_entry(deploy, "healthcheckPath", HealthCheck);
    parts.add_entry(deploy, "cronSchedule", Schedule);
}

/// `.do/app.yaml`.
pub(super) fn digital_ocean(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = yaml(source, parts) else { return };
    let root = root.get("spec").unwrap_or(root);
    parts.by_nature(&[Deployment]);
    for service in root.get("services").map_or(&[][..], Node::items) {
        parts.add(service.span, LoadBalancing, "");
        if service.get("image").is_none() {
            parts.add(service.span, Build, "");
        }
        parts.add_bounds(service.get("autoscaling"), &["min_instance_count", "max_instance_count"]);
        parts.add_replicas(Some(service), "instance_count");
        parts.add_entry(service.get("health_check"), "http_path", HealthCheck);
    }
    for site in root.get("static_sites").map_or(&[][..], Node::items) {
        parts.add(site.span, Build, "");
        parts.add(site.span, Cdn, "");
    }
}

/// `config/deploy.yml`, where it is Kamal's: other tools have such a file too.
pub(super) fn kamal(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Ok([root, ..]) = source.yaml() else { return };
    // The file of an environment adds to the main one and says less.
    let is_variant = source.file.name() != "deploy.yml";
    let has = |key: &str| root.get(key).is_some();
    let is_main = has("service") && has("image");
    if !has("servers") || !(is_main || is_variant) {
        return;
    }
    parts.by_nature(&[Deployment, Build]);
    parts.add_entry(root.at(&["proxy", "healthcheck"]).or_else(|| root.get("healthcheck")), "path", HealthCheck);
    let web = root.at(&["servers", "web"]).or_else(|| root.get("servers"));
    let hosts = web.map_or(0, |web| web.get("hosts").unwrap_or(web).items().len());
    if hosts > 1
        && let Some((key, _)) = root.entry("servers")
    {
        parts.add(key.span, PlatformPart::Replicas, &hosts.to_string());
    }
}

/// `.upsun/config.yaml` and `.platform.app.yaml`: each branch gets an environment.
pub(super) fn upsun(_source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Deployment, Build, Previews, Cdn, LoadBalancing]);
}

/// `manifest.yml` of Cloud Foundry or of AWS Copilot; other tools have such a file too.
pub(super) fn manifest(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Ok([root, ..]) = source.yaml() else { return };
    if source.file.path.contains("copilot/") && root.get("type").is_some() && root.get("name").is_some() {
        parts.platform = "AWS Copilot";
        parts.by_nature(&[Deployment, Build]);
        let kind = root.get("type").and_then(Node::text).unwrap_or("");
        if kind.starts_with("Load Balanced") || kind.starts_with("Request-Driven") {
            parts.by_nature(&[LoadBalancing]);
        }
        parts.add_bounds(root.get("count"), &["range", "min", "max"]);
        parts.add_entry(root.at(&["http", "healthcheck"]), "path", HealthCheck);
        return;
    }
    let applications = root.get("applications").map_or(&[][..], Node::items);
    for application in applications.iter().filter(|application| application.get("name").is_some()) {
        parts.add(application.span, Deployment, "");
        parts.add(application.span, Build, "");
        parts.add(application.span, LoadBalancing, "");
        parts.add_replicas(Some(application), "instances");
        parts.add_entry(Some(application), "health-check-http-endpoint", HealthCheck);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;

    #[test]
    fn fly_scales_where_machines_stop() {
        let text = "app = \"x\"\n[http_service]\ninternal_port = 80\nauto_stop_machines = \"stop\"\nmin_machines_running = 1\n[[http_service.checks]]\npath = \"/up\"\n";
        let found = parts("fly.toml", text);
        assert!(
            found.contains(&"4 Fly.io autoscaling=auto_stop_machines stop, min_machines_running 1".to_owned()),
            "{found:?}"
        );
        assert!(found.contains(&"7 Fly.io health-check=/up".to_owned()), "{found:?}");
        assert!(found.iter().any(|line| line.ends_with("load-balancing")), "{found:?}");
        let worker = parts("fly.toml", "app = \"x\"\n[processes]\nworker = \"x\"\n");
        assert_eq!(worker, ["1 Fly.io deployment", "1 Fly.io build"]);
        let fixed = parts("fly.staging.toml", "[http_service]\nauto_stop_machines = false\n");
        assert!(!fixed.iter().any(|line| line.contains("autoscaling")), "{fixed:?}");
    }

    #[test]
    fn render_says_what_it_previews_and_scales() {
        let text = "previews:\n  generation: automatic\nservices:\n  - type: web\n    runtime: node\n    healthCheckPath: /up\n    scaling:\n      minInstances: 1\n      maxInstances: 3\n  - type: cron\n    name: nightly\n    runtime: image\ndatabases:\n  - name: db\n    readReplicas:\n      - name: r\n";
        let expected = [
            "1 Render deployment",
            "2 Render previews=automatic",
            "4 Render build",
            "4 Render load-balancing",
            "8 Render autoscaling=minInstances 1, maxInstances 3",
            "6 Render health-check=/up",
            "11 Render schedule=nightly",
            "15 Render read-replicas",
        ];
        let mut found = parts("render.yaml", text);
        let mut expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_that_others_have_too() {
        assert_eq!(parts("config/deploy.yml", "stages: [a]\n"), [""; 0]);
        assert_eq!(parts("manifest.yml", "name: extension\n"), [""; 0]);
        let kamal = "service: shop\nimage: a/shop\nservers:\n  web: [1.2.3.4, 1.2.3.5]\n";
        assert_eq!(parts("config/deploy.yml", kamal), ["1 Kamal deployment", "1 Kamal build", "3 Kamal replicas=2"]);
        let foundry = "applications:\n- name: shop\n  instances: 2\n";
        assert_eq!(parts("manifest.yml", foundry).len(), 4);
        let copilot = "name: web\ntype: Load Balanced Web Service\ncount:\n  range: 1-4\n";
        assert_eq!(
            parts("copilot/web/manifest.yml", copilot).last().map(String::as_str),
            Some("4 AWS Copilot autoscaling=range 1-4")
        );
    }
}
