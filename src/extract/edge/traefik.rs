//! Traefik: static and dynamic files, and the labels of containers, which say the same in one line each.

use super::{Settings, entries_below};
use crate::facts::{EdgeKind, Span};
use crate::syntax::data::Node;

/// Options of the `headers` middleware, in lower case, with the header that each of them sets.
const HEADERS: &[(&str, &str)] = &[
    ("stsseconds", "Strict-Transport-Security"),
    ("forcestsheader", "Strict-Transport-Security"),
    ("contentsecuritypolicy", "Content-Security-Policy"),
    ("framedeny", "X-Frame-Options"),
    ("customframeoptionsvalue", "X-Frame-Options"),
    ("contenttypenosniff", "X-Content-Type-Options"),
    ("browserxssfilter", "X-XSS-Protection"),
    ("referrerpolicy", "Referrer-Policy"),
    ("permissionspolicy", "Permissions-Policy"),
];

/// A static or a dynamic configuration file; anything else has none of these keys.
pub(super) fn file(root: &Node, settings: &mut Settings<'_, '_>) {
    if let Some((key, points)) = root.entry("entryPoints").filter(|(_, points)| !points.entries().is_empty()) {
        let names: Vec<&str> = points.entries().iter().filter_map(|(name, _)| name.text()).collect();
        settings.add(key.span, EdgeKind::Gateway, "entryPoints", &names.join(", "));
        if let Some((key, _)) = root.entry("certificatesResolvers") {
            settings.add(key.span, EdgeKind::Tls, "certificatesResolvers", "");
        }
    }
    let Some(http) = root.get("http") else { return };
    for (name, _) in http.get("routers").map_or(&[][..], Node::entries) {
        settings.add(name.span, EdgeKind::Gateway, "router", name.text().unwrap_or(""));
    }
    for (name, service) in http.get("services").map_or(&[][..], Node::entries) {
        let servers = service.at(&["loadBalancer", "servers"]).map_or(0, |servers| servers.items().len());
        if servers > 0 {
            settings.add(name.span, EdgeKind::Upstream, name.text().unwrap_or(""), &servers.to_string());
        }
    }
    for (_, options) in http.get("middlewares").map_or(&[][..], Node::entries) {
        middleware(options, settings);
    }
}

/// The options of one middleware, in a file or in a manifest.
pub(super) fn middleware(options: &Node, settings: &mut Settings<'_, '_>) {
    for (key, value) in options.entries() {
        match key.text().unwrap_or("").to_ascii_lowercase().as_str() {
            "headers" => {
                for (option, value) in entries_below(value) {
                    header(option.text().unwrap_or(""), value, option.span, settings);
                }
                if let Some(own) = value.get("customResponseHeaders") {
                    for (name, value) in own.entries().iter().filter(|(_, value)| value.text() != Some("")) {
                        let name_text = name.text().unwrap_or("");
                        settings.add(name.span, EdgeKind::Header, name_text, value.text().unwrap_or(""));
                    }
                }
            }
            option => limit_or_compression(option, key.span, settings),
        }
    }
}

fn limit_or_compression(option: &str, span: Span, settings: &mut Settings<'_, '_>) {
    match option {
        "ratelimit" | "inflightreq" => settings.add(span, EdgeKind::RateLimit, option, ""),
        "compress" => settings.add(span, EdgeKind::Compression, option, ""),
        _ => {}
    }
}

fn header(option: &str, value: &Node, span: Span, settings: &mut Settings<'_, '_>) {
    let off = matches!(value.text(), Some("false" | "0" | ""));
    let option = option.to_ascii_lowercase();
    if let Some((_, name)) = HEADERS.iter().find(|(own, _)| *own == option).filter(|_| !off) {
        settings.add(span, EdgeKind::Header, name, value.text().unwrap_or(""));
    }
}

/// The label of a container: `traefik.http.middlewares.limit.ratelimit.average`.
pub(super) fn label(name: &str, value: &str, span: Span, settings: &mut Settings<'_, '_>) {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('.').collect();
    match parts.as_slice() {
        ["traefik", "http" | "tcp", "routers", _, "rule"] => {
            settings.add(span, EdgeKind::Gateway, "router", value);
        }
        ["traefik", "http" | "tcp", "services", _, "loadbalancer", ..] => {
            settings.add(span, EdgeKind::Upstream, "loadbalancer", "");
        }
        ["traefik", "http", "middlewares", _, "headers", "customresponseheaders", _] if !value.is_empty() => {
            settings.add(span, EdgeKind::Header, name.rsplit('.').next().unwrap_or(""), value);
        }
        ["traefik", "http", "middlewares", _, "headers", option] => {
            let set = HEADERS.iter().find(|(own, _)| own == option);
            if let Some((_, header)) = set.filter(|_| !matches!(value, "false" | "0" | "")) {
                settings.add(span, EdgeKind::Header, header, value);
            }
        }
        ["traefik", "http", "middlewares", _, option, ..] => limit_or_compression(option, span, settings),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::EdgeDocuments;
    use super::super::testing::settings;

    #[test]
    fn dynamic_files() {
        let text = "http:\n  routers:\n    web: {rule: Host(`a`)}\n  services:\n    web:\n      loadBalancer:\n        servers: [{url: a}, {url: b}]\n  \
            middlewares:\n    limit:\n      rateLimit: {average: 10}\n    safe:\n      headers:\n        stsSeconds: 300\n        frameDeny: false\n        customResponseHeaders:\n          X-A: b\n          Server: \"\"\n";
        let expected = [
            "3 Traefik gateway router=web",
            "5 Traefik upstream web=2",
            "10 Traefik rate-limit ratelimit",
            "13 Traefik header Strict-Transport-Security=300",
            "16 Traefik header X-A=b",
        ];
        assert_eq!(settings(EdgeDocuments, "traefik/dynamic.yml", text), expected);
    }

    #[test]
    fn static_files() {
        let text = "[entryPoints.web]\naddress = \":80\"\n[certificatesResolvers.le.acme]\nemail = \"a@b\"\n";
        assert_eq!(
            settings(EdgeDocuments, "traefik.toml", text),
            ["1 Traefik gateway entryPoints=web", "3 Traefik tls certificatesResolvers"]
        );
    }
}
