//! What a finding is worth where it stands: what is for tests, for examples or for one's own machine is no secret of
//! production, whatever it looks like.

use super::{assignment, marker};
use crate::extract::Found;
use crate::extract::code::inline_tests;
use crate::facts::{Data, File, Language, Role, Secret, Severity, Span};
use crate::syntax::Source;

/// Kinds that anybody makes up for oneself. What a provider issued is live on a developer's machine as well.
const MADE_UP: &[&str] = &["assigned-secret", "private-key", "encoded-private-key", "secret-key-base", "curl-login"];

/// Adds a finding whose value starts at a byte, as bad as it is there, with the remark that allows it.
pub(super) fn add(source: &Source<'_>, at: usize, span: Span, mut secret: Secret, found: &mut Found<'_>) {
    secret.severity = of(source, at, &secret);
    marker::remark(source.text(), at).unwrap_or("").clone_into(&mut secret.remark);
    found.add(span, Data::Secret(secret));
}

/// How bad a finding is at its place at most.
fn of(source: &Source<'_>, at: usize, secret: &Secret) -> Severity {
    let file = source.file;
    let severity = secret.severity;
    match file.role {
        Role::Documentation => Severity::Info,
        Role::Test | Role::Example => severity.min(Severity::Low),
        _ if is_rehearsal(file) || is_in_inline_tests(source, at) => Severity::Info,
        _ if MADE_UP.contains(&secret.kind.as_str()) && is_for_development(source, at) => Severity::Info,
        _ => severity,
    }
}

/// Whether the path of a file says that it is for tests or to be looked at, or its name that it is a template.
fn is_rehearsal(file: &File) -> bool {
    let name = file.name();
    let is_template = name.contains(".env") && ["template", "dist", "defaults"].iter().any(|word| name.contains(word));
    // Factories of test data, as ExMachina and FactoryBot name them; elsewhere a factory is a pattern.
    let is_factory = matches!(name, "factory.ex" | "factory.exs" | "factories.rb");
    is_template || is_factory || assignment::is_rehearsal(&file.path)
}

fn is_in_inline_tests(source: &Source<'_>, at: usize) -> bool {
    source.file.language == Some(Language::Rust) && inline_tests(source.text()) < at
}

/// Whether the name of a file, the first of its folders or the section of a document is that of the development
/// environment.
fn is_for_development(source: &Source<'_>, at: usize) -> bool {
    let name = source.file.name().to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let top = source.file.path.split_once('/').map(|(top, _)| top);
    words.any(is_development) || [top, section(source, at)].into_iter().flatten().any(is_development)
}

fn is_development(word: &str) -> bool {
    matches!(word, "dev" | "development" | "local" | "localhost" | "seed" | "seeds" | "test")
}

/// The key at the left margin of a YAML document under which a byte stands.
fn section<'a>(source: &Source<'a>, at: usize) -> Option<&'a str> {
    if !matches!(source.file.extension(), "yml" | "yaml") {
        return None;
    }
    let before = source.text().get(..at)?;
    let is_key = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    before.rsplit('\n').filter(is_key).find_map(|line| line.split_once(':')).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(path: &str, text: &str, kind: &str) -> Severity {
        let language = path.rsplit('.').next().and_then(Language::from_extension);
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language, lines: 1 };
        let secret = Secret {
            kind: kind.to_owned(),
            title: String::new(),
            provider: String::new(),
            severity: Severity::Critical,
            redacted: String::new(),
            digest: String::new(),
            remark: String::new(),
        };
        of(&Source::new(&file, text), text.find('@').unwrap(), &secret)
    }

    #[test]
    fn what_anybody_makes_up_for_development_is_worth_knowing() {
        for (path, text) in [
            ("config/dev.exs", "secret_key_base: \"@\""),
            ("certs/localhost.key", "@"),
            ("dev/keys/root", "@"),
            ("config/secrets.yml", "production:\n  a: b\ndevelopment:\n  secret_key_base: @\n"),
            ("config/appsettings.Development.json", "{\"secret\": \"@\"}"),
        ] {
            assert_eq!(worth(path, text, "secret-key-base"), Severity::Info, "{path}");
        }
        let text = "development:\n  a: b\nproduction:\n  secret_key_base: @\n";
        assert_eq!(worth("config/secrets.yml", text, "secret-key-base"), Severity::Critical);
        assert_eq!(worth("config/prod.exs", "@", "secret-key-base"), Severity::Critical);
    }

    #[test]
    fn what_a_provider_issued_is_live_everywhere() {
        assert_eq!(worth("config/dev.exs", "\"@\"", "stripe-live-key"), Severity::Critical);
    }

    #[test]
    fn tests_templates_and_factories_are_no_production() {
        for path in [".env.template", "lib/shop/factory.ex", "charts/ci/fixtures/a.yaml", "demo/a.env"] {
            assert_eq!(worth(path, "@", "stripe-live-key"), Severity::Info, "{path}");
        }
        let tests = "fn a() {}\n#[cfg(test)]\nmod tests { const A: &str = \"@\"; }\n";
        assert_eq!(worth("src/a.rs", tests, "stripe-live-key"), Severity::Info);
        assert_eq!(worth("src/ConnectionFactory.java", "@", "stripe-live-key"), Severity::Critical);
    }
}
