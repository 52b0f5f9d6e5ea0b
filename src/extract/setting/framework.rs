//! Settings of Spring Boot, Quarkus and Micronaut: `application.yml` and `application.properties`, with their profiles of
//! production.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, FrameworkSetting, Span};
use crate::syntax::Source;
use crate::syntax::data::{Node, Value};

/// Reads the settings of these frameworks.
#[derive(Clone, Copy)]
pub(super) struct FrameworkSettings;

/// The beginnings of names that somebody asks about.
const PREFIXES: &[&str] =
    &["management", "quarkus", "micronaut", "endpoints", "sentry", "logging", "otel", "spring.sleuth", "spring.zipkin"];

impl Extractor for FrameworkSettings {
    fn name(&self) -> &'static str {
        "framework-settings"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(
            PREFIXES.iter().map(|prefix| prefix.split('.').next_back().unwrap_or(prefix).to_owned()).collect(),
        )
    }

    fn wants(&self, file: &File) -> bool {
        let Some((stem, extension)) = file.name().rsplit_once('.') else { return false };
        let profile = stem.strip_prefix("application").or_else(|| stem.strip_prefix("bootstrap"));
        let is_of_production = profile.is_some_and(|it| it.is_empty() || it.starts_with("-prod"));
        is_of_production && matches!(extension, "yml" | "yaml" | "properties") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if source.file.extension() == "properties" {
            return properties(source, found);
        }
        match source.yaml() {
            Ok(documents) => documents.iter().for_each(|document| yaml(document, found)),
            Err(error) => found.unreadable("application settings", error),
        }
    }
}

fn properties(source: &Source<'_>, found: &mut Found<'_>) {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let trimmed = line.trim();
        if !trimmed.starts_with(['#', '!'])
            && let Some((key, value)) = trimmed.split_once(['=', ':'])
        {
            add(key.trim(), value.trim(), source.span(at..at + line.trim_end().len()), found);
        }
        at += line.len();
    }
}

fn yaml(document: &Node, found: &mut Found<'_>) {
    let mut open: Vec<(String, &Node)> = vec![(String::new(), document)];
    while let Some((prefix, node)) = open.pop() {
        match &node.value {
            Value::Mapping(entries) => {
                let inner = entries.iter().rev().filter_map(|(key, value)| {
                    let name = key.text()?;
                    Some((if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }, value))
                });
                open.extend(inner);
            }
            Value::Scalar(_) | Value::Sequence(_) => add(&prefix, &node.texts().join(","), node.span, found),
        }
    }
}

fn add(key: &str, value: &str, span: Span, found: &mut Found<'_>) {
    // Quarkus writes the profile before the name, in quotes or not.
    let key = key.trim_matches('"');
    let key = key.strip_prefix("%prod.").unwrap_or(key).to_ascii_lowercase().replace(['-', '_'], "");
    if PREFIXES.iter().any(|prefix| key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'))) {
        let value = value.trim_matches(['"', '\'']).to_owned();
        found.add(span, Data::FrameworkSetting(FrameworkSetting { key, value }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn settings(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let facts = Extractors::of(vec![Box::new(FrameworkSettings)]).extract(&file, text).facts;
        let describe = |data: Data| match data {
            Data::FrameworkSetting(it) => format!("{}={}", it.key, it.value),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| describe(fact.data)).collect()
    }

    #[test]
    fn both_formats_say_the_same() {
        let expected =
            ["management.endpoints.web.basepath=/ops", "management.endpoints.web.exposure.include=health,info"];
        let text = "# management.x=1\nmanagement.endpoints.web.base-path=/ops\nmanagement.endpoints.web.exposure.include = health,info\nserver.port=1\n";
        assert_eq!(settings("src/main/resources/application.properties", text), expected);
        let text =
            "management:\n  endpoints:\n    web:\n      base-path: /ops\n      exposure.include: [health, info]\n";
        assert_eq!(settings("src/main/resources/application.yml", text), expected);
    }

    #[test]
    fn profiles_of_tests_are_none() {
        assert!(settings("src/main/resources/application-dev.yml", "management:\n  x: 1\n").is_empty());
        assert_eq!(settings("application-prod.yml", "sentry:\n  dsn: x\n"), ["sentry.dsn=x"]);
    }
}
