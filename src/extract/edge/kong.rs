//! Kong: declarative files.

use super::{Settings, entries_below};
use crate::facts::EdgeKind;
use crate::syntax::data::Node;

/// Services, routes and plugins.
pub(super) fn declarative(root: &Node, settings: &mut Settings<'_, '_>) {
    for service in root.get("services").map_or(&[][..], Node::items) {
        let name = service.get("name").and_then(Node::text).unwrap_or("");
        settings.add(service.span, EdgeKind::Gateway, "service", name);
    }
    for upstream in root.get("upstreams").map_or(&[][..], Node::items) {
        let name = upstream.get("name").and_then(Node::text).unwrap_or("");
        let targets = upstream.get("targets").map_or(0, |targets| targets.items().len());
        settings.add(upstream.span, EdgeKind::Upstream, name, &targets.to_string());
    }
    for (_, plugins) in entries_below(root).into_iter().filter(|(key, _)| key.text() == Some("plugins")) {
        for entry in plugins.items() {
            let off = entry.get("enabled").and_then(Node::flag) == Some(false);
            let name = entry.get("name").and_then(Node::text).filter(|_| !off);
            plugin(name.unwrap_or(""), entry, settings);
        }
    }
}

/// What a plugin does, in a file or in a manifest.
pub(super) fn plugin(name: &str, entry: &Node, settings: &mut Settings<'_, '_>) {
    match name {
        "rate-limiting" | "rate-limiting-advanced" => settings.add(entry.span, EdgeKind::RateLimit, name, ""),
        "proxy-cache" | "proxy-cache-advanced" => settings.add(entry.span, EdgeKind::Cache, name, ""),
        "response-transformer" => {
            let added = entry.at(&["config", "add", "headers"]).map_or(Vec::new(), Node::texts);
            for (header, value) in added.iter().filter_map(|text| text.split_once(':')) {
                settings.add(entry.span, EdgeKind::Header, header.trim(), value.trim());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::EdgeDocuments;
    use super::super::testing::settings;

    #[test]
    fn services_and_plugins() {
        let text = "_format_version: \"3.0\"\nservices:\n  - name: shop\n    url: http://shop\n    plugins:\n      - name: rate-limiting\n      - name: proxy-cache\n        enabled: false\n";
        assert_eq!(
            settings(EdgeDocuments, "kong/kong.yml", text),
            ["3 Kong gateway service=shop", "6 Kong rate-limit rate-limiting"]
        );
    }
}
