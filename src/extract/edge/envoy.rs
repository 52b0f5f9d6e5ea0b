//! Envoy: bootstrap files.

use super::{Settings, entries_below};
use crate::facts::EdgeKind;
use crate::syntax::data::Node;

/// What a bootstrap file sets up.
pub(super) fn bootstrap(root: &Node, settings: &mut Settings<'_, '_>) {
    let Some((key, resources)) = root.entry("static_resources") else { return };
    if resources.get("listeners").is_some_and(|listeners| !listeners.items().is_empty()) {
        settings.add(key.span, EdgeKind::Gateway, "listeners", "");
    }
    for cluster in resources.get("clusters").map_or(&[][..], Node::items) {
        let Some((key, name)) = cluster.entry("name") else { continue };
        let groups = cluster.at(&["load_assignment", "endpoints"]).map_or(&[][..], Node::items);
        let servers: usize =
            groups.iter().map(|group| group.get("lb_endpoints").map_or(0, |it| it.items().len())).sum();
        settings.add(key.span, EdgeKind::Upstream, name.text().unwrap_or(""), &servers.to_string());
    }
    for (key, value) in entries_below(resources) {
        match (key.text().unwrap_or(""), value.text()) {
            ("name", Some(name)) if name.contains("ratelimit") && name.starts_with("envoy.") => {
                settings.add(key.span, EdgeKind::RateLimit, name, "");
            }
            ("name", Some("envoy.transport_sockets.tls")) => {
                settings.add(key.span, EdgeKind::Tls, "transport_socket", "");
            }
            ("name", Some("envoy.filters.http.cache")) => settings.add(key.span, EdgeKind::Cache, "cache", ""),
            ("name", Some("envoy.filters.http.compressor")) => {
                settings.add(key.span, EdgeKind::Compression, "compressor", "");
            }
            ("response_headers_to_add", None) => {
                for header in value.items().iter().filter_map(|item| item.get("header")) {
                    let text = |key: &str| header.get(key).and_then(Node::text).unwrap_or("");
                    settings.add(header.span, EdgeKind::Header, text("key"), text("value"));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::EdgeDocuments;
    use super::super::testing::settings;

    #[test]
    fn listeners_clusters_and_filters() {
        let text = "static_resources:\n  listeners:\n    - filter_chains:\n        - filters:\n            - typed_config:\n                http_filters:\n                  - name: envoy.filters.http.local_ratelimit\n                response_headers_to_add:\n                  - header: {key: X-A, value: b}\n  clusters:\n    - name: app\n      load_assignment:\n        endpoints:\n          - lb_endpoints: [{endpoint: a}, {endpoint: b}]\n";
        let expected = [
            "1 Envoy gateway listeners",
            "11 Envoy upstream app=2",
            "7 Envoy rate-limit envoy.filters.http.local_ratelimit",
            "9 Envoy header X-A=b",
        ];
        let mut found = settings(EdgeDocuments, "envoy.yaml", text);
        found.sort();
        let mut expected = expected.map(str::to_owned);
        expected.sort();
        assert_eq!(found, expected);
    }
}
