//! Kubernetes `Secret` manifests: their data is encoded, not encrypted.

use super::checks::decode_text;
use super::names::is_secret_name;
use super::{connection, placeholder, redaction, shape, worth};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Severity};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Finds values that look real: encoded ones, and passwords in the clear (`stringData`), of which the other extractor
/// finds those that look drawn at random.
pub(super) struct SecretManifests;

impl Extractor for SecretManifests {
    fn name(&self) -> &'static str {
        "secret-manifest"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(["kind: Secret", "kind: \"Secret\"", "kind: 'Secret'"].map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // A chart's template is no YAML, and holds no values.
        let Ok(documents) = source.yaml() else { return };
        let is_secret = |document: &&Node| document.get("kind").and_then(Node::text) == Some("Secret");
        for document in documents.iter().filter(is_secret) {
            let entries = |key| document.get(key).map_or(&[][..], Node::entries).iter();
            let encoded = entries("data").filter_map(|(key, value)| Some((key, value, severity_of(key, value)?)));
            let clear =
                entries("stringData").filter_map(|(key, value)| Some((key, value, severity_of_clear(key, value)?)));
            for (key, value, severity) in encoded.chain(clear) {
                let line = source.lines().start_of(value.span.line).unwrap_or(0);
                let title = format!("value of `{}` in a Kubernetes Secret", key.text().unwrap_or(""));
                let secret = redaction::of_name("kubernetes-secret", title, value.text().unwrap_or(""), severity);
                worth::add(source, line, value.span, secret, found);
            }
        }
    }
}

/// How bad an encoded value is; `None` where it is a setting, a word, a certificate or a placeholder, or has a format
/// that is known in base 64 (private keys, registry logins).
fn severity_of(key: &Node, value: &Node) -> Option<Severity> {
    let encoded: String = value.text()?.split_whitespace().collect();
    let has_format = encoded.starts_with("LS0tLS1CRUdJTi") || key.text()?.starts_with(".docker");
    let text = decode_text(&encoded).filter(|_| !has_format)?;
    let text = text.trim();
    if connection::has_live_password(text) {
        return Some(Severity::Critical);
    }
    let is_random = !placeholder::is_placeholder(text) && shape::looks_random(text, 16);
    (is_random || is_chosen(key, text)).then_some(Severity::High)
}

fn severity_of_clear(key: &Node, value: &Node) -> Option<Severity> {
    let text = value.text()?;
    (is_chosen(key, text) && !shape::looks_random(text, 16)).then_some(Severity::High)
}

/// Whether a value is a password that somebody chose with care.
fn is_chosen(key: &Node, text: &str) -> bool {
    key.text().is_some_and(is_secret_name) && placeholder::is_strong_password(text)
}

#[cfg(test)]
mod tests {
    use super::super::fakes;
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::{Data, Role};

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
    fn passwords_are_secrets_encoded_or_in_the_clear() {
        let password = fakes::make("{A-Za-z:5}{0-9:3}{!#%:2}", "chosen");
        let data = format!(
            "  password: '{}'\n  username: '{}'\nstringData:\n  rootPassword: '{password}'\n  note: '{password}'\n",
            encoded(&password),
            encoded(&password)
        );
        assert_eq!(found("k8s/api.yaml", &data), [(Severity::High, 6), (Severity::High, 9)]);
    }

    #[test]
    fn placeholders_words_and_templates_are_none() {
        let data = format!(
            "  A: {}\n  B: {}\n  C: {}\n  D: ${{TOKEN}}\n  E: ''\n  password: {}\nstringData:\n  token: Changeme1!\n",
            encoded("changeme"),
            encoded("your-token-goes-here-2024"),
            encoded("postgres://postgres:postgres@db:5432/app"),
            encoded("Passw0rd!")
        );
        assert_eq!(found("k8s/api.yaml", &data), []);
    }
}
