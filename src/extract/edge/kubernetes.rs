//! Kubernetes: ingresses with the settings of their controllers, gateways, and the resources of Traefik, Istio, Kong and
//! Envoy Gateway.

use super::{Settings, kong, traefik};
use crate::facts::{EdgeKind, Span, UNKNOWN_VALUE};
use crate::syntax::data::Node;

/// Annotations of ingress-nginx (behind `…ingress.kubernetes.io/`) that limit requests.
const LIMITS: &[&str] = &["limit-rps", "limit-rpm", "limit-connections"];

/// A manifest.
pub(super) fn manifest(root: &Node, settings: &mut Settings<'_, '_>) {
    let text = |key: &str| root.get(key).and_then(Node::text).unwrap_or("");
    let (version, kind) = (text("apiVersion"), text("kind"));
    let Some((key, _)) = root.entry("kind") else { return };
    if let Some(product) = gateway(version, kind) {
        settings.of(product).add(key.span, EdgeKind::Gateway, kind, name_of(root));
    }
    let spec = root.get("spec");
    match (group(version), kind) {
        // Charts choose the version by the cluster that they find.
        ("networking.k8s.io" | "extensions" | UNKNOWN_VALUE, "Ingress") => ingress(root, key.span, settings),
        ("traefik.io" | "traefik.containo.us", "Middleware") => {
            if let Some(spec) = spec {
                traefik::middleware(spec, &mut settings.of("Traefik"));
            }
        }
        ("configuration.konghq.com", "KongPlugin" | "KongClusterPlugin") => {
            kong::plugin(text("plugin"), root, &mut settings.of("Kong"));
        }
        ("gateway.envoyproxy.io", "BackendTrafficPolicy") => {
            if let Some((limit, _)) = spec.and_then(|spec| spec.entry("rateLimit")) {
                settings.of("Envoy Gateway").add(limit.span, EdgeKind::RateLimit, "rateLimit", "");
            }
        }
        ("gateway.networking.k8s.io", "HTTPRoute" | "GRPCRoute") => {
            settings.of("Gateway API").add(key.span, EdgeKind::Upstream, kind, "");
        }
        _ => {}
    }
}

fn group(version: &str) -> &str {
    version.split('/').next().unwrap_or(version)
}

/// The product whose routing a resource describes.
fn gateway(version: &str, kind: &str) -> Option<&'static str> {
    Some(match (group(version), kind) {
        ("gateway.networking.k8s.io", "Gateway" | "HTTPRoute" | "GRPCRoute" | "TLSRoute") => "Gateway API",
        ("networking.istio.io", "Gateway" | "VirtualService") => "Istio",
        ("traefik.io" | "traefik.containo.us", "IngressRoute" | "IngressRouteTCP") => "Traefik",
        ("configuration.konghq.com", "KongIngress" | "KongPlugin" | "KongClusterPlugin") => "Kong",
        ("getambassador.io", "Mapping" | "Host") => "Emissary",
        ("apisix.apache.org", "ApisixRoute") => "Apache APISIX",
        _ => return None,
    })
}

fn ingress(root: &Node, span: Span, settings: &mut Settings<'_, '_>) {
    settings.of("Kubernetes Ingress").add(span, EdgeKind::Upstream, "Ingress", name_of(root));
    let class = root.at(&["spec", "ingressClassName"]).and_then(Node::text).unwrap_or("");
    if let Some(product) = [("kong", "Kong"), ("traefik", "Traefik")].iter().find(|(name, _)| *name == class) {
        settings.of(product.1).add(span, EdgeKind::Gateway, "ingressClassName", class);
    }
    if let Some((key, _)) = root.get("spec").and_then(|spec| spec.entry("tls")) {
        settings.of("Kubernetes Ingress").add(key.span, EdgeKind::Tls, "tls", "");
    }
    for (key, value) in root.at(&["metadata", "annotations"]).map_or(&[][..], Node::entries) {
        annotation(key.text().unwrap_or(""), value.text().unwrap_or(""), key.span, settings);
    }
}

fn annotation(name: &str, value: &str, span: Span, settings: &mut Settings<'_, '_>) {
    let Some((_, option)) = name.split_once("ingress.kubernetes.io/") else { return };
    let mut nginx = settings.of("ingress-nginx");
    if LIMITS.contains(&option) {
        nginx.add(span, EdgeKind::RateLimit, option, value);
    } else if matches!(option, "configuration-snippet" | "server-snippet") {
        // The headers that a snippet adds: `more_set_headers "X-Frame-Options: DENY";`.
        for line in value.lines().map(str::trim) {
            let words: Vec<&str> = line.split(['"', '\'', ' ', ':', ';']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                ["add_header" | "more_set_headers", header, rest @ ..] => {
                    nginx.add(span, EdgeKind::Header, header, &rest.join(" "));
                }
                ["limit_req", ..] => nginx.add(span, EdgeKind::RateLimit, "limit_req", ""),
                _ => {}
            }
        }
    }
}

fn name_of(root: &Node) -> &str {
    root.at(&["metadata", "name"]).and_then(Node::text).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::super::EdgeDocuments;
    use super::super::testing::settings;

    #[test]
    fn an_ingress_with_limits_and_headers() {
        let text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n    nginx.ingress.kubernetes.io/limit-rps: \"10\"\n    nginx.ingress.kubernetes.io/configuration-snippet: |\n      more_set_headers \"X-Frame-Options: DENY\";\nspec:\n  ingressClassName: nginx\n";
        let expected = [
            "2 Kubernetes Ingress upstream Ingress=web",
            "6 ingress-nginx rate-limit limit-rps=10",
            "7 ingress-nginx header X-Frame-Options=DENY",
        ];
        assert_eq!(settings(EdgeDocuments, "k8s/ingress.yaml", text), expected);
    }

    #[test]
    fn gateways_and_their_policies() {
        let text = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web}\n---\napiVersion: traefik.io/v1alpha1\nkind: Middleware\nspec:\n  rateLimit: {average: 1}\n---\napiVersion: v1\nkind: Gateway\n";
        let expected = [
            "2 Gateway API gateway HTTPRoute=web",
            "2 Gateway API upstream HTTPRoute",
            "8 Traefik rate-limit ratelimit",
        ];
        let mut found = settings(EdgeDocuments, "k8s/route.yaml", text);
        found.sort();
        assert_eq!(found, expected);
    }
}
