//! Each format finds what its recipe makes, and nothing where the value is broken; and what is no secret stays none.

use std::sync::LazyLock;

use super::super::checks::Check;
use super::super::fakes;
use super::*;
use crate::extract::Extractors;
use crate::facts::{Data, Language, Role};

static EXTRACTORS: LazyLock<Extractors> =
    LazyLock::new(|| Extractors::of(vec![Box::new(Secrets::new(Formats::built_in().unwrap()))]));

fn file(path: &str, role: Role) -> File {
    let language = path.rsplit('.').next().and_then(Language::from_extension);
    File { path: path.into(), bytes: 0, role, language, lines: 1 }
}

pub(super) fn found_in(path: &str, role: Role, text: &str) -> Vec<Secret> {
    let extracted = EXTRACTORS.extract(&file(path, role), text);
    let secret_of = |fact: &crate::facts::Fact| match &fact.data {
        Data::Secret(secret) => secret.clone(),
        other => panic!("{other:?}"),
    };
    extracted.facts.iter().map(secret_of).collect()
}

fn found(text: &str) -> Vec<Secret> {
    found_in("src/settings.ts", Role::Product, text)
}

pub(super) fn kinds_in(path: &str, text: &str) -> Vec<String> {
    found_in(path, Role::Product, text).into_iter().map(|secret| secret.kind).collect()
}

fn kinds(text: &str) -> Vec<String> {
    found(text).into_iter().map(|secret| secret.kind).collect()
}

/// The fake of a format in the text that it needs around it.
fn example(format: &Format, value: &str) -> String {
    match &format.around {
        Some(around) => around.replacen("{}", value, 1),
        None => format!("const it = \"{value}\";"),
    }
}

#[test]
fn every_format_finds_its_fake() {
    for format in Formats::built_in().unwrap().all() {
        let value = fakes::fake(&format.id, "1");
        let found = found(&example(format, &value));
        assert!(found.iter().any(|secret| secret.kind == format.id), "{}: {found:?}", format.id);
        assert_eq!(found.len(), 1, "{}: {found:?}", format.id);
        assert_eq!(found[0].digest, redaction::digest(&value), "{}", format.id);
        let shown = found[0].redacted.trim_end_matches('\u{2026}');
        assert!(shown.len() <= 12 && shown.len() * 2 < value.len(), "{}: {shown}", format.id);
    }
}

#[test]
fn every_provider_is_found_by_the_name_of_its_key() {
    let formats = Formats::built_in().unwrap();
    assert!(formats.providers().all().count() >= 400);
    for (word, named) in formats.providers().all() {
        let forms: [fn(&str, &str) -> String; 3] = [
            |word, value| format!("{}_API_KEY={value}\n", word.to_ascii_uppercase()),
            |word, value| format!("const {word}Key = \"{value}\";"),
            |word, value| format!("{word}:\n  api_key: \"{value}\"\n"),
        ];
        // A word of five letters or fewer is too common for anything but the name itself.
        let forms = if word.len() <= 5 { &forms[..2] } else { &forms[..] };
        for form in forms {
            // One value of many has a word in it by chance.
            let is_found = ["1", "2", "3"].iter().any(|seed| {
                let text = form(word, &fakes::make(&named.recipe, &format!("{}{seed}", named.provider)));
                let found = found_in("config/settings.env", Role::Configuration, &text);
                let has_format = |kind: &str| formats.all().iter().any(|format| format.id == kind);
                found.len() == 1 && (found[0].provider == named.provider || has_format(&found[0].kind))
            });
            assert!(is_found, "{word}: {}", named.recipe);
        }
    }
}

#[test]
fn what_stands_beside_a_provider_and_is_no_key_is_none() {
    let value = fakes::make("{A-Za-z0-9:32}", "named");
    let hex = fakes::make("{a-f0-9:32}", "named");
    for text in [
        format!("weatherbit_public_key = \"{value}\""),
        format!("weatherbit_key_id = \"{value}\""),
        format!("weatherbit = \"{value}\""),
        format!("if (weatherbitKey == \"{value}\") {{}}"),
        format!("const mailbox_cache_key = \"{hex}\""),
        format!("boxes_key = \"{hex}\""),
        format!("box of a key = \"{hex}\""),
        format!("weatherbit_key = \"{value}x\""),
        format!("\"weatherbitKey\" varchar, CONSTRAINT \"UQ_{}\" UNIQUE", hex.get(..29).unwrap()),
        format!("headers: {{ 'x-algolia-api-key': '{hex}', 'x-algolia-application-id': 'A1' }}"),
        "weatherbit_key = \"weatherbit-service-settings-v1-key\"".to_owned(),
        format!("// the key of weatherbit\n\n\nkey = \"{hex}\""),
    ] {
        assert_eq!(kinds(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn no_format_finds_a_fake_with_a_broken_character() {
    let mut survivors = Vec::new();
    // Passwords and encoded texts have no length of their own: what stands before a quote is still one.
    let is_open = |format: &&Format| {
        let has_no_host = format.check == Some(Check::Connection) && !format.expression.text.contains("@(?<host>");
        let is_encoded = matches!(format.check, Some(Check::EncodedPrivateKey | Check::Random));
        !has_no_host && !is_encoded && format.id != "encoded-json-web-token"
    };
    let formats = Formats::built_in().unwrap();
    for format in formats.all().iter().filter(is_open) {
        let value = fakes::fake(&format.id, "1");
        let middle = value.len() - value.len() / 3;
        // A quote ends the text of a login, and what stands before it is still one.
        let breaker = if format.check == Some(Check::BasicCredentials) { "!" } else { "\"" };
        let broken = [value.get(..middle).unwrap(), value.get(middle + 1..).unwrap()].join(breaker);
        if kinds(&example(format, &broken)).contains(&format.id) {
            survivors.push(&format.id);
        }
    }
    assert_eq!(survivors, Vec::<&String>::new());
}

#[test]
fn a_wrong_checksum_is_no_token() {
    let value = fakes::fake("github-token", "1");
    let other = if value.ends_with('0') { "1" } else { "0" };
    let wrong = format!("{}{other}", value.get(..value.len() - 1).unwrap());
    assert_eq!(kinds(&format!("token: {wrong}\n")), Vec::<String>::new());
}

#[test]
fn a_value_inside_of_a_longer_word_is_none() {
    let value = fakes::fake("aws-access-key-id", "1");
    assert_eq!(kinds(&format!("x{value}")), Vec::<String>::new());
    assert_eq!(kinds(&format!("{value}7")), Vec::<String>::new());
    assert_eq!(kinds(&format!("\"\\n{value}\"")), ["aws-access-key-id"]);
}

#[test]
fn equal_values_are_found_at_each_place() {
    let value = fakes::fake("npm-token", "1");
    let found = found(&format!("a = \"{value}\"\nb = \"{value}\"\n"));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].digest, found[1].digest);
}

#[test]
fn a_remark_for_a_scanner_is_honoured_and_kept() {
    let value = fakes::fake("npm-token", "1");
    let remarks = |text: String| found(&text).into_iter().map(|secret| secret.remark).collect::<Vec<_>>();
    assert_eq!(remarks(format!("a = \"{value}\" // gitleaks:allow\n")), ["gitleaks:allow"]);
    assert_eq!(remarks(format!("a = \"{value}\"\n")), [""]);
}

#[test]
fn a_private_key_is_found_with_escaped_ends_of_lines() {
    let value = fakes::fake("private-key", "1").replace('\n', "\\n");
    let text = format!("{{\"private_key\": \"-----BEGIN PRIVATE KEY-----{value}-----END PRIVATE KEY-----\\n\"}}");
    assert_eq!(kinds(&text), ["private-key"]);
}

#[test]
fn a_public_key_is_none() {
    let value = fakes::fake("private-key", "1");
    let text = format!("-----BEGIN PUBLIC KEY-----{value}-----END PUBLIC KEY-----\n");
    assert_eq!(kinds(&text), Vec::<String>::new());
}

#[test]
fn a_random_value_of_a_secret_name_is_found() {
    let value = fakes::make("{A-Za-z0-9:32}", "assigned");
    for (path, text) in [
        ("src/a.ts", format!("const jwtSecret = \"{value}\";")),
        ("src/a.py", format!("API_KEY: str = '{value}'")),
        ("deploy/values.yaml", format!("adminPassword: {value}\n")),
        ("config/app.json", format!("{{\"clientSecret\": \"{value}\"}}")),
        ("app.properties", format!("spring.datasource.password={value}\n")),
        ("config/app.toml", format!("[mail]\napi_key = \"{value}\"\n")),
        ("app.ini", format!("[mail]\npassword = {value}\n")),
        ("deploy.sh", format!("export DB_PASSWORD={value}\n")),
        ("Dockerfile", format!("FROM scratch\nENV API_TOKEN={value}\n")),
        ("Dockerfile", format!("FROM scratch\nENV API_TOKEN {value}\n")),
        ("Dockerfile", format!("ARG NPM_TOKEN={value}\nFROM scratch\n")),
        (".gitlab-ci.yml", format!("variables:\n  DEPLOY_TOKEN: {value}\n")),
        ("compose.yml", format!("services:\n  api:\n    environment:\n      - JWT_SECRET={value}\n")),
        ("k8s/api.yaml", format!("env:\n  - name: JWT_SECRET\n    value: \"{value}\"\n")),
        ("k8s/api.yaml", format!("env:\n  - name: JWT_SECRET\n    value: {value}\n")),
        ("web.config", format!("<add key=\"ApiKey\" value=\"{value}\" />\n")),
        ("settings.xml", format!("<server>\n  <password>{value}</password>\n</server>\n")),
        ("config.php", format!("define('API_SECRET', '{value}');")),
        ("config.rb", format!(":client_secret => '{value}'")),
    ] {
        let found = found_in(path, Role::Product, &text);
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        assert_eq!(found[0].kind, "assigned-secret");
    }
}

#[test]
fn what_only_resembles_an_assignment_is_none() {
    let value = fakes::make("{A-Za-z0-9:32}", "assigned");
    let hex = fakes::make("{a-f0-9:64}", "hash");
    for text in [
        format!("const publicKey = \"{value}\";"),
        format!("const tokenType = \"{value}\";"),
        format!("if (apiKey === \"{value}\") {{}}"),
        format!("const passwordHash = \"{hex}\";"),
        format!("const PASSWORD = \"{hex}\";"),
        format!("algolia: {{ appId: 'X', apiKey: '{value}', indexName: 'shop' }}"),
        format!("const password = {value};"),
        "const secret = process.env.JWT_SECRET_2_PRODUCTION;".to_owned(),
        "const apiKey = \"your-api-key-goes-here-1234\";".to_owned(),
        "const token = \"01234567-89ab-cdef-0123-456789abcdef\";".to_owned(),
        "const secret = \"next-auth.session-token.v2\";".to_owned(),
        "password: \"Password123!\"".to_owned(),
    ] {
        assert_eq!(kinds(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn development_databases_and_explanations_are_none() {
    for text in [
        "DATABASE_URL=postgres://postgres:postgres@localhost:5432/app",
        "redis://default:changeme@redis:6379",
        "postgres://user:password@host:5432/db",
        "postgres://${USER}:${PASSWORD}@db.acme-labs.io/app",
        "https://user:pass@example.com/path",
        "https://acme-labs.io/@scope/name:tag@2",
    ] {
        assert_eq!(kinds(text), Vec::<String>::new(), "{text}");
    }
    let known = found("postgres://ledger:ledger@db:5432/ledger");
    assert_eq!(known.iter().map(|secret| secret.severity).collect::<Vec<_>>(), [Severity::Info]);
}

#[test]
fn the_role_of_a_file_lowers_its_findings() {
    let text = fakes::fake("stripe-live-key", "1");
    let severity = |role| found_in("x.ts", role, &format!("\"{text}\""))[0].severity;
    assert_eq!(severity(Role::Product), Severity::Critical);
    assert_eq!(severity(Role::Test), Severity::Low);
    assert_eq!(severity(Role::Documentation), Severity::Info);
}

#[test]
fn no_debug_output_holds_a_value() {
    let value = fakes::make("{A-Za-z0-9:32}", "assigned");
    let extracted = EXTRACTORS.extract(&file("a.ts", Role::Product), &format!("const apiKey = \"{value}\";"));
    assert_eq!(extracted.facts.len(), 1);
    assert!(!format!("{extracted:?}").contains(value.get(4..).unwrap()));
}

#[test]
fn a_very_long_line_is_searched_around_its_literals() {
    let value = fakes::fake("npm-token", "1");
    let text = format!("{}\"{value}\"{}\"{value}\"", "a ".repeat(50_000), "b ".repeat(50_000));
    assert_eq!(kinds(&text), ["npm-token", "npm-token"]);
}
