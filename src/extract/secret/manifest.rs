//! Kubernetes `Secret` manifests: their data is encoded, not encrypted.

use super::checks::decode_text;
use super::{connection, marker, placeholder, redaction, scan, shape};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Severity};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Finds encoded values that look real. What is not encoded (`stringData`) the other extractor reads.
pub(super) struct SecretManifests;

impl Extractor for SecretManifests {
    fn name(&self) -> &'static str {
        "secret-manifest"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["kind: Secret".to_owned(), "kind: \"Secret\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // A chart's template is no YAML, and holds no values.
        let Ok(documents) = source.yaml() else { return };
        let is_secret = |document: &&Node| document.get("kind").and_then(Node::text) == Some("Secret");
        for document in documents.iter().filter(is_secret) {
            for (key, value) in document.get("data").map_or(&[][..], Node::entries) {
                let (Some(name), Some(encoded)) = (key.text(), value.text()) else { continue };
                let Some(severity) = severity_of(encoded) else { continue };
                let line = source.lines().start_of(value.span.line).unwrap_or(0);
                if !marker::is_allowed(source.text(), line) {
                    let title = format!("value of `{name}` in a Kubernetes Secret");
                    let severity = scan::worth(source.file, severity);
                    let secret = redaction::of_name("kubernetes-secret", title, encoded, severity);
                    found.add(value.span, Data::Secret(secret));
                }
            }
        }
    }
}

/// How bad an encoded value is; `None` where it is a setting, a word, a certificate or a placeholder.
fn severity_of(encoded: &str) -> Option<Severity> {
    let encoded: String = encoded.split_whitespace().collect();
    let text = decode_text(&encoded)?;
    let text = text.trim();
    if text.contains("PRIVATE KEY-----") && text.len() > 200 && !placeholder::is_placeholder(&text.replace("-----", ""))
    {
        return Some(Severity::Critical);
    }
    if connection::has_live_password(text) {
        return Some(Severity::Critical);
    }
    (!placeholder::is_placeholder(text) && shape::looks_random(text, 16)).then_some(Severity::High)
}

#[cfg(test)]
mod tests {
    use super::super::fakes;
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn found(path: &str, data: &str) -> Vec<(Severity, u32)> {
        let text = format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\ndata:\n{data}");
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(SecretManifests)]);
        let severity_of = |fact: &crate::facts::Fact| match &fact.data {
            Data::Secret(secret) => (secret.severity, fact.place.span.line),
            other => panic!("{other:?}"),
        };
        extractors.extract(&file, &text).facts.iter().map(severity_of).collect()
    }

    fn encoded(text: &str) -> String {
        fakes::base64(text.as_bytes())
    }

    #[test]
    fn random_values_and_live_addresses_are_secrets() {
        let token = encoded(&fakes::make("{A-Za-z0-9:28}", "token"));
        let address =
            encoded(&format!("postgres://billing:{}@db.acme-labs.io/ledger", fakes::make("{A-Za-z0-9:14}", "p")));
        let data = format!("  USER: YWRtaW4=\n  TOKEN: {token}\n  URL: {address}\n");
        assert_eq!(found("k8s/api.yaml", &data), [(Severity::High, 7), (Severity::Critical, 8)]);
    }

    #[test]
    fn placeholders_words_and_templates_are_none() {
        let data = format!(
            "  A: {}\n  B: {}\n  C: {}\n  D: ${{TOKEN}}\n  E: ''\n",
            encoded("changeme"),
            encoded("your-token-goes-here-2024"),
            encoded("postgres://postgres:postgres@db:5432/app")
        );
        assert_eq!(found("k8s/api.yaml", &data), []);
    }
}
