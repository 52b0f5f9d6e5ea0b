//! Settings of what stands in front of a program: reverse proxies, ingress controllers, gateways.

use super::{Attributes, Value};

/// What a setting of the edge does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Limits how many requests a client may send.
    RateLimit,
    /// Passes requests on to a program.
    Proxy,
    /// Names the servers among which requests are spread; the value is their number, where it is written down.
    Upstream,
    /// Adds a header to answers; the name is the header's.
    Header,
    /// Keeps answers, or tells browsers to.
    Cache,
    /// Routes requests of many services by rules: an ingress, a gateway, routers of Traefik.
    Gateway,
    /// Ends TLS.
    Tls,
    /// Compresses answers.
    Compression,
}

impl EdgeKind {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RateLimit => "rate-limit",
            Self::Proxy => "proxy",
            Self::Upstream => "upstream",
            Self::Header => "header",
            Self::Cache => "cache",
            Self::Gateway => "gateway",
            Self::Tls => "tls",
            Self::Compression => "compression",
        }
    }
}

/// A setting in the configuration of a reverse proxy, an ingress or a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeSetting {
    /// Who reads it, as people write its name: `nginx`, `Traefik`, `Kubernetes Ingress`.
    pub product: &'static str,
    /// What it does.
    pub kind: EdgeKind,
    /// The directive, or the header's name as written.
    pub name: String,
    /// What it says, shortened.
    pub value: String,
    /// Whether it is for more than a developer's machine, as far as the path tells.
    pub is_shipped: bool,
}

impl Attributes for EdgeSetting {
    const FIELDS: &'static [&'static str] = &["product", "kind", "name", "value", "shipped"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "product" => Value::Text(self.product),
            "kind" => Value::Text(self.kind.name()),
            "name" => Value::Text(&self.name),
            "value" => Value::Text(&self.value),
            "shipped" => Value::Flag(self.is_shipped),
            _ => return None,
        })
    }
}
