//! What the rule promises to find and to leave alone, each kind in a file of its own.

use super::super::fakes;
use super::tests::{found_in, kinds_in};
use crate::facts::{Role, Severity};

/// A path and the text of a file in which `@` stands for a random value.
type Case = (&'static str, &'static str);

/// The cases in which other kinds are found than those.
fn unlike(expected: &[&str], cases: &[Case], value: &str) -> Vec<Case> {
    let is_unlike = |(path, text): &&Case| kinds_in(path, &text.replace('@', value)) != expected;
    cases.iter().filter(is_unlike).copied().collect()
}

#[test]
fn direct_assignments_are_found_in_every_language_with_a_grammar() {
    let value = fakes::make("{A-Za-z0-9:32}", "language");
    let cases: &[Case] = &[
        ("src/a.ts", "export const jwtSecret: string = '@';\n"),
        ("src/a.tsx", "const props = { jwtSecret: '@' };\n"),
        ("src/a.js", "module.exports = { jwtSecret: '@' };\n"),
        ("src/a.py", "JWT_SECRET = '@'\n"),
        ("src/a.py", "connect(jwt_secret='@')\n"),
        ("src/a.py", "config['jwt_secret'] = '@'\n"),
        ("bin/a.sh", "JWT_SECRET='@'\nrun\n"),
        ("src/a.go", "package a\n\nconst jwtSecret = \"@\"\n"),
        ("src/a.go", "package a\n\nvar a = Options{JWTSecret: \"@\"}\n"),
        ("src/A.cs", "class A { const string JwtSecret = \"@\"; }\n"),
        ("src/a.rb", "JWT_SECRET = '@'\n"),
        ("src/a.rb", "sign(jwt_secret: '@')\n"),
        ("src/A.java", "class A { static final String JWT_SECRET = \"@\"; }\n"),
        ("src/a.kt", "const val JWT_SECRET = \"@\"\n"),
        ("src/a.php", "<?php $jwtSecret = '@';\n"),
        ("src/a.php", "<?php return ['jwt_secret' => '@'];\n"),
        ("src/a.rs", "const JWT_SECRET: &str = \"@\";\n"),
        ("src/a.ex", "config :shop, jwt_secret: \"@\"\n"),
        ("infra/a.tf", "jwt_secret = \"@\"\n"),
        ("src/a.swift", "let jwtSecret = \"@\"\n"),
        ("lib/a.dart", "const jwtSecret = '@';\n"),
        ("src/a.scala", "val jwtSecret = \"@\"\n"),
        ("src/a.lua", "local jwt_secret = \"@\"\n"),
        ("src/a.c", "static const char *jwt_secret = \"@\";\n"),
    ];
    assert_eq!(unlike(&["assigned-secret"], cases, &value), []);
}

#[test]
fn assignments_are_found_in_every_kind_of_file_that_holds_settings() {
    let value = fakes::make("{A-Za-z0-9:32}", "file");
    let cases: &[Case] = &[
        (".env.production", "JWT_SECRET=@\n"),
        (".env.production", "JWT_SECRET=\"@\"\n"),
        ("config/app.yml", "mail:\n  jwt_secret: @\n"),
        ("config/app.yaml", "mail:\n  jwtSecret: '@'\n"),
        ("config/app.json", "{\"mail\": {\"jwtSecret\": \"@\"}}\n"),
        ("config/app.toml", "[mail]\njwt_secret = '@'\n"),
        ("config/app.ini", "[mail]\njwt_secret = @\n"),
        ("config/app.properties", "mail.jwt-secret=@\n"),
        ("bin/deploy.sh", "export JWT_SECRET=@\n"),
        ("Dockerfile", "FROM scratch\nENV JWT_SECRET=@\n"),
        ("Dockerfile", "FROM scratch\nENV JWT_SECRET @\n"),
        ("Dockerfile", "ARG JWT_SECRET=@\nFROM scratch\n"),
        (".github/workflows/deploy.yml", "jobs:\n  a:\n    env:\n      DEPLOY_TOKEN: @\n"),
        (".gitlab-ci.yml", "variables:\n  DEPLOY_TOKEN: \"@\"\n"),
        (".circleci/config.yml", "jobs:\n  a:\n    environment:\n      DEPLOY_TOKEN: @\n"),
        ("azure-pipelines.yml", "variables:\n  - name: DEPLOY_TOKEN\n    value: @\n"),
        ("compose.yml", "services:\n  api:\n    environment:\n      JWT_SECRET: @\n"),
        ("compose.yml", "services:\n  api:\n    environment:\n      - JWT_SECRET=@\n"),
        ("k8s/api.yaml", "kind: Deployment\nspec:\n  env:\n    - name: JWT_SECRET\n      value: \"@\"\n"),
        ("k8s/config.yaml", "kind: ConfigMap\ndata:\n  JWT_SECRET: @\n"),
    ];
    assert_eq!(unlike(&["assigned-secret"], cases, &value), []);
}

#[test]
fn names_and_places_of_what_is_no_secret_hold_none() {
    let value = fakes::make("{A-Za-z0-9:32}", "innocent");
    let cases: &[Case] = &[
        ("src/a.ts", "const publicKey = '@';\n"),
        ("src/a.ts", "const tokenType = '@';\n"),
        ("src/a.ts", "const passwordField = '@';\n"),
        ("src/a.ts", "const secretName = '@';\n"),
        ("src/a.ts", "const passwordHash = '@';\n"),
        ("src/a.ts", "const tokenDigest = '@';\n"),
        ("src/a.ts", "const secretId = '@';\n"),
        ("src/a.ts", "const secretKeyUrl = '@';\n"),
        ("src/a.ts", "const token = 'https://acme-labs.io/@';\n"),
        ("src/a.ts", "const secret = 'sha256-@';\n"),
        ("src/a.ts", "const token = 'data:image/png;base64,@';\n"),
        ("package-lock.json", "{\"token\": \"@\"}\n"),
        ("Cargo.lock", "token = \"@\"\n"),
        ("dist/a.js.map", "{\"token\": \"@\"}\n"),
        ("src/__snapshots__/a.snap", "token: \"@\"\n"),
        ("src/locales/de.json", "{\"password\": \"@\"}\n"),
        ("certification/run.txt", "\"access_token\": \"@\"\n"),
        ("src/icon.svg", "<svg token=\"@\"/>\n"),
    ];
    assert_eq!(unlike(&[], cases, &value), []);
}

#[test]
fn values_that_are_no_secrets_are_none_whatever_their_name() {
    let uuid = fakes::make("{uuid}", "value");
    let digest = fakes::make("{a-f0-9:40}", "value");
    for (name, value) in [
        ("token", uuid.as_str()),
        ("password", digest.as_str()),
        ("secret", "auth.session.refresh-token.v2"),
        ("token", "correctHorseBatteryStaple2024"),
        ("apiKey", "user_settings_api_key_2"),
    ] {
        let text = format!("const {name} = '{value}';\n");
        assert_eq!(kinds_in("src/a.ts", &text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn placeholders_are_none() {
    for value in [
        "changeme",
        "your-api-key-here",
        "xxxxxxxxxxxxxxxxxxxx",
        "<your-api-key-1234>",
        "${API_KEY_2}",
        "{{ api_key_2 }}",
        "%(api_key_2)s",
        "process.env.API_KEY_2",
        "aaaaaaaaaaaaaaaaaaaa",
        "0123456789abcdef0123",
        "zyxwvutsrqponmlk9876",
        "a1a1a1a1a1a1a1a1a1a1",
    ] {
        let text = format!("api_key: \"{value}\"\n");
        assert_eq!(kinds_in("config/app.yml", &text), Vec::<String>::new(), "{value}");
    }
    let documented = ["AKIAIOSFODNN7", "EXAMPLE"].concat();
    assert_eq!(kinds_in("config/app.yml", &format!("key: {documented}\n")), Vec::<String>::new());
    assert_eq!(kinds_in("config/app.yml", "url: postgres://postgres:postgres@localhost/app\n"), Vec::<String>::new());
}

#[test]
fn a_key_whose_characters_count_stands_for_one_and_costs_nothing() {
    let counted = ["SG.abcdefghijklmnopqrstuv.", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"].concat();
    let text = format!("sendgrid_key: \"{counted}\"\n");
    let found = found_in("config/app.yml", Role::Configuration, &text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].is_counted && found[0].severity == Severity::Info, "{found:?}");
    for (path, role) in [
        ("docs/a.md", Role::Documentation),
        ("tests/a.yml", Role::Test),
        (".env.example", Role::Configuration),
        ("examples/a.yml", Role::Example),
    ] {
        assert_eq!(found_in(path, role, &text), [], "{path}");
    }
    // A word says more than a count does.
    let said = ["SG.abcdefghijklmnopqrstuv.", "EXAMPLE0123456789abcdefghijklmnopqrstuvwxyz"].concat();
    assert_eq!(kinds_in("config/app.yml", &format!("sendgrid_key: \"{said}\"\n")), Vec::<String>::new());
}

#[test]
fn tokens_that_are_over_or_name_nobody_give_no_access() {
    let part = |text: &str| fakes::base64(text.as_bytes()).trim_end_matches('=').to_owned();
    let severity = |payload: &str| {
        let signature = fakes::make("{A-Za-z0-9:43}", "signature");
        let token = [part(r#"{"alg":"RS256","typ":"JWT"}"#), part(payload), signature].join(".");
        let found = found_in("src/a.ts", Role::Product, &format!("const a = \"{token}\";\n"));
        found.first().map(|secret| secret.severity)
    };
    assert_eq!(severity(r#"{"userName":"admin","exp":1646746034}"#), Some(Severity::Info));
    assert_eq!(severity(r#"{"versions":[{"until":"2030-10-11"}],"messages":["a"]}"#), Some(Severity::Info));
    assert_eq!(severity(r#"{"userName":"admin","exp":4102444800}"#), Some(Severity::Medium));
    assert_eq!(severity(r#"{"userName":"admin"}"#), Some(Severity::Medium));
}

#[test]
fn sums_in_files_of_locked_packages_are_no_keys_of_providers() {
    let sum = fakes::make("{a-f0-9:32}", "sum");
    let text = format!("datadog/settings/datadog_api_key: {sum}\n");
    assert_eq!(kinds_in("config/app.yml", &text), ["datadog-api-key"]);
    assert_eq!(kinds_in("apps/web/i18n.lock", &text), Vec::<String>::new());
}
