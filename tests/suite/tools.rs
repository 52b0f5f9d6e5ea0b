//! Every known tool is recognised by each of its signs, and by nothing that only looks like it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::miniature::{self, Reader};

/// Tools that show in what carries the signs of others: a workflow, a manifest.
const CARRIERS: &[&str] = &["github-actions", "gitlab-ci", "circleci", "docker", "docker-compose", "terraform"];

#[test]
fn each_sign_of_a_tool_shows_it_and_no_other() {
    let reader = Reader::new();
    let (mut unseen, mut misled) = (String::new(), String::new());
    // Where two entries share a sign, each of them says something else of it: what it tests and what it builds.
    let mut together: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for tool in reader.signals.tools() {
        let miniatures = miniature::all(tool);
        let is_found_by_an_extractor = ["own-rate-limiter", "spring-boot-drains"].contains(&tool.id.as_str());
        let is_shown = !miniatures.is_empty() || !tool.resources.is_empty() || is_found_by_an_extractor;
        assert!(is_shown, "{}: nothing recognises it", tool.id);
        for it in miniatures {
            let found: Vec<Vec<String>> = it.uses.iter().map(|files| reader.tools(files)).collect();
            if let Some(tools) = found.iter().find(|tools| tools.contains(&tool.id)) {
                let is_other = |other: &&String| **other != tool.id && !CARRIERS.contains(&other.as_str());
                together.entry(&tool.id).or_default().extend(tools.iter().filter(is_other).cloned());
            } else {
                writeln!(unseen, "{}: {}", tool.id, it.sign).unwrap();
            }
            if it.near_misses.iter().any(|files| reader.tools(files).contains(&tool.id)) {
                writeln!(misled, "{}: {}", tool.id, it.sign).unwrap();
            }
        }
    }
    together.retain(|_, others| !others.is_empty());
    let mut shared = String::new();
    for (tool, others) in together {
        writeln!(shared, "{tool}: {}", others.into_iter().collect::<Vec<_>>().join(", ")).unwrap();
    }
    let text = format!(
        "# Signs that do not show their tool\n{unseen}\n# Signs that something else is taken for\n{misled}\n\
         # Tools that show together\n{shared}"
    );
    insta::assert_snapshot!("signs_of_tools", text);
}

#[test]
fn at_least_four_hundred_tools_are_known() {
    assert!(Reader::new().signals.tools().count() >= 400);
}

/// The tools that the audit document names, by a part of their titles.
pub(crate) const NAMED: &[&str] = &[
    "Prometheus",
    "Grafana",
    "Datadog",
    "New Relic",
    "CloudWatch",
    "Sentry",
    "Bugsnag",
    "Rollbar",
    "Elastic",
    "Loki",
    "Splunk",
    "PagerDuty",
    "Slack",
    "Discord",
    "E-mail",
    "OpenTelemetry",
    "Jaeger",
    "Tempo",
    "Winston",
    "Pino",
    "Redis",
    "Memcached",
    "Cloudflare",
    "Fastly",
    "CloudFront",
    "Kong",
    "Traefik",
    "Vault",
    "AWS Secrets Manager",
    "Doppler",
    "GitHub Actions",
    "GitLab CI",
    "Jenkins",
    "CircleCI",
    "Docker",
    "Docker Compose",
    "Kubernetes",
    "Helm",
    "Terraform",
    "Pulumi",
    "Vercel",
    "Railway",
    "Fly.io",
    "Neon",
    "PlanetScale",
    "Horizontal Pod Autoscaler",
    "k6",
    "Artillery",
    "Lighthouse",
    "Snyk",
    "Dependabot",
    "semantic-release",
    "Codecov",
    "Jest",
    "Playwright",
    "Prisma",
    "LaunchDarkly",
    "Unleash",
    "Chaos",
];

#[test]
fn every_tool_that_the_audit_names_is_known() {
    let reader = Reader::new();
    let titles: Vec<String> = reader.signals.tools().map(|tool| tool.title.to_lowercase()).collect();
    let unknown: Vec<_> =
        NAMED.iter().filter(|name| !titles.iter().any(|title| title.contains(&name.to_lowercase()))).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

fn tools(arguments: &[&str], folder: &Path) -> String {
    let output =
        Command::new(env!("CARGO_BIN_EXE_auditor")).arg("tools").args(arguments).current_dir(folder).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn demo() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo")
}

#[test]
fn json_is_valid_by_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../reports/schema/tools.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for arguments in [&["--format", "json"][..], &[".", "--no-git", "--format", "json"]] {
        let list: Value = serde_json::from_str(&tools(arguments, &demo())).unwrap();
        let errors: Vec<String> = validator.iter_errors(&list).map(|error| error.to_string()).take(5).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert!(!list["tools"].as_array().unwrap().is_empty());
    }
}

#[test]
fn tables_say_what_a_tool_is_for_how_it_is_recognised_and_where_it_was_found() {
    let known = tools(&[], &demo());
    for part in ["tools are known", "winston", "structured-loggers", "package npm:winston"] {
        assert!(known.contains(part), "{part}");
    }
    let found = tools(&[".", "--no-git"], &demo());
    assert!(found.contains(".github/workflows/ci.yml:"), "{found}");
    assert!(!found.contains("k6"), "{found}");
}
