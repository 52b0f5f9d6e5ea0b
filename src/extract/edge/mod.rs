//! What stands in front of programs: nginx, Caddy, Apache, `HAProxy`, Traefik, Envoy, Kong, ingresses and gateways of
//! Kubernetes. One reader a product; each tells its own files apart by name and by what stands in them.

mod apache;
mod caddy;
mod compose;
mod envoy;
mod haproxy;
mod kong;
mod kubernetes;
mod nginx;
mod traefik;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EdgeKind, EdgeSetting, Fact, File, RepoPath, Role, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// The readers of edge configuration.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(nginx::Nginx),
        Box::new(caddy::Caddyfiles),
        Box::new(apache::Apache),
        Box::new(haproxy::HaProxy),
        Box::new(EdgeDocuments),
    ]
}

/// Where the settings of a file go.
struct Settings<'a, 'b> {
    product: &'static str,
    is_shipped: bool,
    found: &'a mut Found<'b>,
}

impl<'a, 'b> Settings<'a, 'b> {
    fn new(product: &'static str, file: &File, found: &'a mut Found<'b>) -> Self {
        Self { product, is_shipped: super::container::audience(&file.path) != "developers", found }
    }

    fn add(&mut self, span: Span, kind: EdgeKind, name: &str, value: &str) {
        let value: String = value.chars().take(120).collect();
        let setting =
            EdgeSetting { product: self.product, kind, name: name.to_owned(), value, is_shipped: self.is_shipped };
        self.found.add(span, Data::EdgeSetting(setting));
    }

    /// The same place for settings of another product.
    fn of<'c>(&'c mut self, product: &'static str) -> Settings<'c, 'b> {
        Settings { product, is_shipped: self.is_shipped, found: &mut *self.found }
    }
}

/// Reads the products that are configured by YAML, TOML or JSON.
#[derive(Clone, Copy)]
struct EdgeDocuments;

impl Extractor for EdgeDocuments {
    fn name(&self) -> &'static str {
        "edge-document"
    }

    fn demand(&self) -> Demand {
        let literals = [
            "traefik",
            "middlewares",
            "entryPoints",
            "loadBalancer",
            "static_resources",
            "envoy.",
            "_format_version",
            "kind: Ingress",
            "ingress.kubernetes.io",
            "gateway.networking.k8s.io",
            "networking.istio.io",
            "konghq.com",
            "image: kong",
            "envoyproxy/",
            "apache/apisix",
            "krakend",
            "tykio/",
        ];
        Demand::AnyOf(literals.map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_data = matches!(file.extension(), "yml" | "yaml")
            || matches!(file.extension(), "toml" | "json")
                && ["traefik", "envoy", "kong"].iter().any(|name| file.path.contains(name));
        file.role.is_written() && is_data && !file.path.starts_with(".github/")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let documents = match source.file.extension() {
            "toml" => source.toml().map(std::slice::from_ref),
            "json" => source.json().map(std::slice::from_ref),
            _ => source.yaml(),
        };
        let mut settings = Settings::new("Kubernetes", source.file, found);
        let is_template = super::kubernetes::chart_of(&source.file.path).is_some();
        // Who reads a file for its own sake reports what is wrong with it.
        for document in documents.into_iter().flatten() {
            if document.get("apiVersion").is_some() && document.get("kind").is_some() {
                // What a chart makes is known when it is rendered.
                if !is_template {
                    kubernetes::manifest(document, &mut settings);
                }
            } else if document.get("services").is_some_and(|services| !services.entries().is_empty()) {
                compose::services(document, &mut settings);
            } else if document.get("_format_version").is_some() {
                kong::declarative(document, &mut settings.of("Kong"));
            } else if document.get("static_resources").is_some() {
                envoy::bootstrap(document, &mut settings.of("Envoy"));
            } else {
                traefik::file(document, &mut settings.of("Traefik"));
            }
        }
    }
}

/// The settings of a resource that a chart makes, at their places in what was rendered.
pub(crate) fn of_resource(path: RepoPath, role: Role, tree: &Node) -> Vec<Fact> {
    let file = File { path, bytes: 0, role, language: None, lines: 0 };
    let mut found = Found::new(&file);
    kubernetes::manifest(tree, &mut Settings::new("Kubernetes", &file, &mut found));
    found.facts
}

/// Every entry of a tree, however deep, in the order of the text.
fn entries_below(root: &Node) -> Vec<(&Node, &Node)> {
    let mut all = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        all.extend(node.entries().iter().map(|(key, value)| (key, value)));
        open.extend(node.items().iter().rev());
        open.extend(node.entries().iter().rev().map(|(_, value)| value));
    }
    all.sort_by_key(|(key, _)| (key.span.line, key.span.column));
    all
}

#[cfg(test)]
mod testing {
    use crate::extract::{Extractor, Extractors};
    use crate::facts::{Data, File, Role};

    /// The settings of a file, as `line product kind name=value`.
    pub(super) fn settings(extractor: impl Extractor + 'static, path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let facts = Extractors::of(vec![Box::new(extractor)]).extract(&file, text).facts;
        let describe = |fact: crate::facts::Fact| match fact.data {
            Data::EdgeSetting(it) => {
                let value = if it.value.is_empty() { String::new() } else { format!("={}", it.value) };
                format!("{} {} {} {}{value}", fact.place.span.line, it.product, it.kind.name(), it.name)
            }
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(describe).collect()
    }
}
