//! Google's platforms: App Engine, Firebase.

use super::{Parts, json_or_toml, listed_headers, yaml};
use crate::facts::PlatformPart::{Build, Cdn, Deployment, HealthCheck, LoadBalancing};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// `app.yaml` of App Engine; other tools have such a file too.
pub(super) fn app_engine(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Ok([root, ..]) = source.yaml() else { return };
    let has = |key: &str| root.get(key).is_some();
    if !has("runtime") || has("apiVersion") {
        return;
    }
    parts.by_nature(&[Deployment, Build, LoadBalancing]);
    let bounds = ["min_instances", "max_instances", "min_num_instances", "max_num_instances"];
    parts.add_bounds(root.get("automatic_scaling"), &bounds);
    parts.add_bounds(root.get("basic_scaling"), &bounds);
    for check in ["liveness_check", "readiness_check"] {
        parts.add_entry(root.get(check), "path", HealthCheck);
    }
}

/// `firebase.json`.
pub(super) fn firebase(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = json_or_toml(source, parts) else { return };
    let is_hosted = ["hosting", "functions", "apphosting"].iter().any(|key| root.get(key).is_some());
    if !is_hosted {
        return;
    }
    parts.by_nature(&[Deployment, LoadBalancing]);
    for hosting in root.get("hosting").map_or(&[][..], Node::one_or_tables) {
        parts.add(hosting.span, Cdn, "");
        listed_headers(hosting.get("headers"), parts);
    }
}

/// `apphosting.yaml`.
pub(super) fn app_hosting(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = yaml(source, parts) else { return };
    parts.by_nature(&[Deployment, Build, Cdn, LoadBalancing]);
    parts.add_bounds(root.get("runConfig"), &["minInstances", "maxInstances"]);
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;

    #[test]
    fn app_engine_by_its_runtime() {
        let text = "runtime: python312\nautomatic_scaling:\n  min_instances: 1\n  max_instances: 5\n";
        let expected = [
            "1 Google App Engine deployment",
            "1 Google App Engine build",
            "1 Google App Engine load-balancing",
            "3 Google App Engine autoscaling=min_instances 1, max_instances 5",
        ];
        assert_eq!(parts("app.yaml", text), expected);
        assert_eq!(parts("config/app.yaml", "debug: true\n"), [""; 0]);
    }

    #[test]
    fn firebase_hosts_where_it_says_so() {
        let text =
            "{\"hosting\": {\"headers\": [{\"source\": \"**\", \"headers\": [{\"key\": \"X-A\", \"value\": \"b\"}]}]}}";
        assert_eq!(parts("firebase.json", text).last().map(String::as_str), Some("1 Firebase header=X-A"));
        assert_eq!(parts("firebase.json", "{\"firestore\": {}}"), [""; 0]);
    }
}
