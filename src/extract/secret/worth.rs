//! What a finding is worth where it stands: what is for tests, for examples or for one's own machine is no secret of
//! production, whatever it looks like.

use super::{assignment, connection, marker, owner};
use crate::extract::Found;
use crate::extract::code::inline_tests;
use crate::facts::{Data, File, Language, Role, Secret, Severity, Span};
use crate::syntax::Source;

/// Kinds that anybody makes up for oneself. What a provider issued is live on a developer's machine as well.
const MADE_UP: &[&str] = &[
    "assigned-secret",
    "private-key",
    "encoded-private-key",
    "private-json-web-key",
    "secret-key-base",
    "laravel-app-key",
    "django-secret-key",
    "wordpress-salt",
    "curl-login",
];

/// Words in the name of a file that others copy and fill.
const TEMPLATES: &[&str] = &["template", "dist", "default"];

/// What stands near a key of Google in the settings of Firebase, and the resources that its plugin makes of them.
const FIREBASE: &[&str] = &[
    "authDomain",
    "messagingSenderId",
    "firebaseapp.com",
    "name=\"google_api_key\"",
    "name=\"google_crash_reporting_api_key\"",
    "\"current_key\"",
    "GOOGLE_APP_ID",
];

/// Files in which another scanner is told what to leave alone.
const ALLOWED: &[&str] = &[
    ".gitleaks.toml",
    "gitleaks.toml",
    ".gitleaksignore",
    ".betterleaks.toml",
    ".secrets.baseline",
    ".gitguardian.yaml",
    ".gitguardian.yml",
];

/// How far before a value what it is called is looked for.
const BEFORE: usize = 240;

/// Adds a finding whose value starts at a byte, as bad as it is there, with the remark that allows it. Texts for people
/// explain what addresses and passwords look like, and hold none.
pub(super) fn add(source: &Source<'_>, at: usize, span: Span, mut secret: Secret, found: &mut Found<'_>) {
    if assignment::is_translation(source.file) && secret.provider.is_empty()
        || secret.is_counted && !may_hold_secrets(source.file)
    {
        return;
    }
    secret.severity = of(source, at, &secret);
    marker::remark(source.text(), at).unwrap_or("").clone_into(&mut secret.remark);
    found.add(span, Data::Secret(secret));
}

/// Whether a file is one in which a key is used: elsewhere, what somebody typed to stand for one is just that.
fn may_hold_secrets(file: &File) -> bool {
    matches!(file.role, Role::Product | Role::Configuration | Role::Script)
        && assignment::is_of_settings(file)
        && !is_rehearsal(file)
}

/// How bad a finding is at its place at most.
fn of(source: &Source<'_>, at: usize, secret: &Secret) -> Severity {
    let file = source.file;
    let severity = secret.severity;
    if secret.is_counted {
        return Severity::Info;
    }
    match file.role {
        Role::Documentation => Severity::Info,
        Role::Test | Role::Example => severity.min(Severity::Low),
        _ if is_rehearsal(file) || is_in_inline_tests(source, at) || is_shown(source, at, secret) => Severity::Info,
        _ if is_made_up(secret) && (is_for_development(source, at) || is_for_a_job(source, secret)) => Severity::Info,
        _ => severity,
    }
}

/// Whether the path of a file says that it is for tests or to be looked at, or its name that it is a template.
fn is_rehearsal(file: &File) -> bool {
    let name = file.name();
    let is_template = name.contains(".env") && TEMPLATES.iter().any(|word| name.contains(word));
    // Factories of test data, as ExMachina and FactoryBot name them; elsewhere a factory is a pattern.
    let is_factory = matches!(name, "factory.ex" | "factory.exs" | "factories.rb");
    // The tests of a module in Perl lie in `t`, those of its author in `xt`.
    let is_of_perl = ["t/", "xt/"].iter().any(|top| file.path.starts_with(top));
    // What an installed package of Python says of itself.
    let is_of_a_package = [".dist-info/", ".egg-info/"].iter().any(|part| file.path.contains(part));
    is_template
        || ALLOWED.contains(&name)
        || is_factory
        || is_of_a_package
        || is_of_perl
        || assignment::is_rehearsal(&file.path)
}

/// Whether a value is there to be looked at: in the description of an API, called an example, in an address of a host that
/// is reserved for examples, in what a page tells every browser, or as a random value in a line that nothing reads.
fn is_shown(source: &Source<'_>, at: usize, secret: &Secret) -> bool {
    let text = source.text();
    let before = text.get(text.floor_char_boundary(at.saturating_sub(BEFORE))..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let is_remark = ["#", "//", ";", "--", "*", "/*", "<!--"].iter().any(|start| line.trim_start().starts_with(start));
    assignment::is_description(source.file)
        || is_called_an_example(before)
        || owner::is_an_example(source, at)
        || is_called_fake(line, secret)
        || is_of_a_described_example(text.get(..at).unwrap_or(""))
        || is_in_an_example_address(line)
        || secret.kind == "assigned-secret" && (is_remark || owner::is_remark(source, at))
        || secret.kind == "google-api-key" && is_for_browsers(source, at)
}

/// Whether a key of Google stands in the settings of Firebase, which every page and every application carries.
fn is_for_browsers(source: &Source<'_>, at: usize) -> bool {
    let text = source.text();
    let range = text.floor_char_boundary(at.saturating_sub(BEFORE))..text.floor_char_boundary(at + BEFORE);
    let near = text.get(range).unwrap_or("");
    let name = source.file.name();
    // The settings of one stage are named after it: `GoogleService-Info-Debug.plist`.
    ["google-services", "GoogleService-Info"].iter().any(|start| name.starts_with(start))
        || FIREBASE.iter().any(|word| near.contains(word))
}

/// Whether the line before a value calls it an example, or the line above does where the value goes on from it.
fn is_called_an_example(before: &str) -> bool {
    let mut lines = before.rsplit('\n');
    let (own, above) = (lines.next().unwrap_or(""), lines.next().unwrap_or("").trim_end());
    let above = if above.ends_with([',', '(', ':', '[']) { above } else { "" };
    [own, above].iter().any(|line| {
        let line = line.to_ascii_lowercase();
        line.match_indices("example").any(|(at, word)| {
            let after = line.get(at + word.len()..).unwrap_or("");
            let starts = line.get(..at).is_none_or(|text| !text.ends_with(|c: char| c.is_ascii_alphanumeric()));
            starts && after.trim_start_matches('s').starts_with(['"', '\'', ':', '=', ',', ')'])
        })
    })
}

/// Whether a value stands in the example of a message that annotations of a controller describe.
fn is_of_a_described_example(before: &str) -> bool {
    let start = before.floor_char_boundary(before.len().saturating_sub(1500));
    let near = before.get(start..).unwrap_or("");
    let example =
        ["ExampleObject(", "example = \"\"\"", "example=\"\"\""].iter().filter_map(|sign| near.rfind(sign)).max();
    // What is described begins where its annotations end.
    let described = example.and_then(|at| near.get(at..));
    described.is_some_and(|text| !["\n    def ", "public ", "private "].iter().any(|start| text.contains(start)))
}

/// Whether a name before a value says that it is a fake; what a provider issued for tests is live all the same.
fn is_called_fake(line: &str, secret: &Secret) -> bool {
    let mut words = line.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    words.any(|word| {
        matches!(word.as_str(), "fake" | "dummy" | "mock") || word == "test" && MADE_UP.contains(&secret.kind.as_str())
    })
}

fn is_in_an_example_address(line: &str) -> bool {
    let word = line.rsplit(|c: char| c.is_whitespace() || "\"'`".contains(c)).next().unwrap_or("");
    let host = word.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    host.is_some_and(connection::is_example_host)
}

fn is_in_inline_tests(source: &Source<'_>, at: usize) -> bool {
    source.file.language == Some(Language::Rust) && inline_tests(source.text()) < at
}

/// Whether somebody made a value up for oneself, as the keys of one's own service and passwords among neighbours are.
fn is_made_up(secret: &Secret) -> bool {
    MADE_UP.contains(&secret.kind.as_str()) || secret.severity <= Severity::Low
}

/// Whether the name of a file, the first of its folders or the section of a document is that of the development
/// environment.
fn is_for_development(source: &Source<'_>, at: usize) -> bool {
    let name = source.file.name().to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let top = source.file.path.split_once('/').map(|(top, _)| top);
    // What services that a job starts are told, no other service knows.
    let is_for_ci = name.contains("compose") && words.clone().any(|word| matches!(word, "ci" | "cypress" | "e2e"));
    let is_settings_of_ci = name.split('.').next() == Some("ci")
        && source.file.folder().rsplit('/').next().is_some_and(|folder| matches!(folder, "settings" | "config"));
    is_for_ci
        || is_settings_of_ci
        || words.any(is_development)
        || source.file.folder().split('/').any(|folder| folder.eq_ignore_ascii_case("development"))
        || [top, section(source, at)].into_iter().flatten().any(is_development)
}

/// Whether a pipeline makes a key up for the service that it tests: its own, and none that opens another one.
fn is_for_a_job(source: &Source<'_>, secret: &Secret) -> bool {
    let path = &source.file.path;
    let is_pipeline = [".github/workflows/", ".circleci/", ".gitlab-ci"].iter().any(|start| path.starts_with(start));
    let title = secret.title.to_ascii_lowercase();
    is_pipeline
        && !["token", "api", "access", "deploy"].iter().any(|word| title.contains(word))
        && ["_ENV: test", "_ENV: 'test'", "_ENV: \"test\"", "@localhost", "@127.0.0.1", "services:"]
            .iter()
            .any(|sign| source.text().contains(sign))
}

fn is_development(word: &str) -> bool {
    let is_tool = matches!(word.trim_start_matches('.'), "ddev" | "lando" | "devcontainer" | "gitpod" | "vagrantfile");
    is_tool || matches!(word, "dev" | "development" | "local" | "localhost" | "seed" | "seeds" | "test")
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
            is_counted: false,
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
            (".ddev/config.yaml", "secret_key_base: @"),
            ("settings/ci.py", "secret_key_base = '@'"),
            ("config/appsettings.Development.json", "{\"secret\": \"@\"}"),
        ] {
            assert_eq!(worth(path, text, "secret-key-base"), Severity::Info, "{path}");
        }
        let text = "development:\n  a: b\nproduction:\n  secret_key_base: @\n";
        assert_eq!(worth("config/secrets.yml", text, "secret-key-base"), Severity::Critical);
        assert_eq!(worth("config/prod.exs", "@", "secret-key-base"), Severity::Critical);
        assert_eq!(worth(".github/workflows/ci.yml", "@", "secret-key-base"), Severity::Critical);
    }

    #[test]
    fn what_a_provider_issued_is_live_everywhere() {
        assert_eq!(worth("config/dev.exs", "\"@\"", "stripe-live-key"), Severity::Critical);
    }

    #[test]
    fn what_is_shown_as_an_example_is_worth_knowing() {
        for (path, text) in [
            ("api/openapi.yml", "value: '@'"),
            ("src/schema.rs", "extensions.insert(\n    \"example\".to_string(),\n    text(\"@\"),\n"),
            ("src/schema.py", "token: str = Field(examples=[\"@\"])"),
            ("src/preview.tsx", "link: 'https://auth.example.com/reset?token=@'"),
            (".env.template", "A=@"),
            ("src/Hook.groovy", "ExampleObject(value = \"\"\"{\n  \"id\": 1,\n  \"token\": \"@\"\n}\"\"\")"),
            ("src/stubs/key.json", "@"),
            ("internal/suites/oidc.yml", "@"),
        ] {
            assert_eq!(worth(path, text, "stripe-live-key"), Severity::Info, "{path}");
        }
        for (path, text) in [
            ("src/a.ts", "// for example the one below\nconst key = '@'"),
            ("src/a.ts", "counterexample = '@'"),
            ("src/Hook.java", "ExampleObject(\"a\")\npublic String token = \"@\";"),
            ("src/a.ts", "link: 'https://auth.acme-labs.io/reset?token=@'"),
            ("config.toml", "# secret = \"@\""),
        ] {
            assert_eq!(worth(path, text, "stripe-live-key"), Severity::Critical, "{path}");
        }
    }

    #[test]
    fn a_random_value_that_nothing_reads_and_a_key_of_a_page_are_worth_knowing() {
        assert_eq!(worth("config.toml", "# secret = \"@\"", "assigned-secret"), Severity::Info);
        assert_eq!(worth("config.toml", "secret = \"@\" # live", "assigned-secret"), Severity::Critical);
        let firebase = "{ apiKey: \"@\", authDomain: \"shop.firebaseapp.com\" }";
        assert_eq!(worth("src/firebase.ts", firebase, "google-api-key"), Severity::Info);
        assert_eq!(worth("src/maps.ts", "const key = \"@\"", "google-api-key"), Severity::Critical);
    }

    #[test]
    fn fakes_and_keys_that_a_job_makes_up_are_worth_knowing() {
        assert_eq!(worth("src/keys.rs", "const TEST_FAKE_KEY: &str = \"@\";", "private-key"), Severity::Info);
        assert_eq!(worth("src/keys.rs", "const LATEST_KEY: &str = \"@\";", "private-key"), Severity::Critical);
        let job = "env:\n  NODE_ENV: test\n  SECRET_KEY: @\n";
        assert_eq!(worth(".github/workflows/ci.yml", job, "assigned-secret"), Severity::Info);
        assert_eq!(worth(".github/workflows/ci.yml", job, "stripe-live-key"), Severity::Critical);
        assert_eq!(worth("deploy/ci.yml", job, "assigned-secret"), Severity::Critical);
    }

    #[test]
    fn what_the_services_of_a_job_are_told_is_made_up() {
        assert_eq!(worth(".ci/compose.cypress.yaml", "@", "assigned-secret"), Severity::Info);
        assert_eq!(worth("compose.yaml", "@", "assigned-secret"), Severity::Critical);
        assert_eq!(worth(".ci/compose.ci.yaml", "@", "stripe-live-key"), Severity::Critical);
    }

    #[test]
    fn tests_templates_and_factories_are_no_production() {
        for path in [
            ".env.template",
            ".gitleaks.toml",
            "e2e/k3s.yaml",
            "cmd/.snapshots/a.json",
            "lib/shop/factory.ex",
            "charts/ci/fixtures/a.yaml",
            "demo/a.env",
            "app/DemoSeeder.php",
        ] {
            assert_eq!(worth(path, "@", "stripe-live-key"), Severity::Info, "{path}");
        }
        let tests = "fn a() {}\n#[cfg(test)]\nmod tests { const A: &str = \"@\"; }\n";
        assert_eq!(worth("src/a.rs", tests, "stripe-live-key"), Severity::Info);
        assert_eq!(worth("src/ConnectionFactory.java", "@", "stripe-live-key"), Severity::Critical);
    }
}
