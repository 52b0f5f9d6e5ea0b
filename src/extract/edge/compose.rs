//! Compose files: labels that Traefik reads, and services that are gateways.

use super::{Settings, traefik};
use crate::facts::EdgeKind;
use crate::syntax::data::Node;

/// Images that are gateways, without registry and tag.
const GATEWAYS: &[(&str, &str)] = &[
    ("traefik", "Traefik"),
    ("kong", "Kong"),
    ("kong/kong-gateway", "Kong"),
    ("envoyproxy/envoy", "Envoy"),
    ("apache/apisix", "Apache APISIX"),
    ("tykio/tyk-gateway", "Tyk"),
    ("devopsfaith/krakend", "KrakenD"),
    ("krakend", "KrakenD"),
];

/// The services of a compose file.
pub(super) fn services(document: &Node, settings: &mut Settings<'_, '_>) {
    for (_, service) in document.get("services").map_or(&[][..], Node::entries) {
        if let Some((key, image)) = service.entry("image") {
            let name = image_name(image.text().unwrap_or(""));
            if let Some((_, product)) = GATEWAYS.iter().find(|(own, _)| *own == name) {
                settings.of(product).add(key.span, EdgeKind::Gateway, "image", name);
            }
        }
        for labels in [service.get("labels"), service.at(&["deploy", "labels"])].into_iter().flatten() {
            for (key, value) in labels.entries() {
                let value = value.text().unwrap_or("");
                traefik::label(key.text().unwrap_or(""), value, key.span, &mut settings.of("Traefik"));
            }
            for label in labels.items() {
                let (name, value) = label.text().unwrap_or("").split_once('=').unwrap_or_default();
                traefik::label(name, value, label.span, &mut settings.of("Traefik"));
            }
        }
    }
}

/// `traefik` of `docker.io/library/traefik:v3@sha256:…`.
fn image_name(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(name, _)| name);
    let name = name.split_once('/').filter(|(host, _)| host.contains(['.', ':'])).map_or(name, |(_, rest)| rest);
    name.strip_prefix("library/").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::super::EdgeDocuments;
    use super::super::testing::settings;

    #[test]
    fn labels_and_images() {
        let text = "services:\n  proxy:\n    image: docker.io/library/traefik:v3\n  who:\n    image: traefik/whoami\n  web:\n    labels:\n      - traefik.http.routers.web.rule=Host(`a`)\n      \
            - traefik.http.services.web.loadbalancer.server.port=80\n    deploy:\n      labels:\n        traefik.http.middlewares.l.rateLimit.average: \"10\"\n        traefik.http.middlewares.h.headers.frameDeny: \"true\"\n";
        let expected = [
            "3 Traefik gateway image=traefik",
            "8 Traefik gateway router=Host(`a`)",
            "9 Traefik upstream loadbalancer",
            "12 Traefik rate-limit ratelimit",
            "13 Traefik header X-Frame-Options=true",
        ];
        assert_eq!(settings(EdgeDocuments, "compose.yml", text), expected);
    }
}
