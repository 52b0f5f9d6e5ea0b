//! Dependabot and Renovate: for what they are on, and where their own file switches them off.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Setting, SettingSubject, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Where Renovate looks for its configuration, apart from `package.json`.
const RENOVATE: &[&str] = &[
    "renovate.json",
    "renovate.json5",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    ".gitlab/renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
];

/// Reads the files of bots that propose newer dependencies.
#[derive(Clone, Copy)]
pub(super) struct UpdateBots;

impl Extractor for UpdateBots {
    fn name(&self) -> &'static str {
        "update-bot"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        is_dependabot(&file.path) || RENOVATE.contains(&&*file.path) || &*file.path == "package.json"
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let path = &*source.file.path;
        if is_dependabot(path) {
            return dependabot(source, found);
        }
        if path == "package.json" {
            let entry = source.json().ok().and_then(|root| root.entry("renovate"));
            if let Some((key, value)) = entry {
                add(found, key.span, renovate(value));
            }
            return;
        }
        if let Ok(root) = source.json() {
            return add(found, root.span, renovate(root));
        }
        // JSON5 says more than the reader knows; what switches Renovate off stands on a line of its own.
        let is_off = source.text().lines().any(|line| {
            line.strip_prefix("  ").is_some_and(|line| line.replace(['"', '\'', ' '], "") == "enabled:false,")
        });
        let base = setting(SettingSubject::DependencyUpdates, "Renovate", "every ecosystem");
        add(found, Span::START, Setting { is_enabled: !is_off, ..base });
    }
}

fn is_dependabot(path: &str) -> bool {
    matches!(path, ".github/dependabot.yml" | ".github/dependabot.yaml")
}

fn dependabot(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.yaml() {
        Ok(documents) => documents.first(),
        Err(error) => return found.unreadable("Dependabot's file", error),
    };
    for update in root.and_then(|root| root.get("updates")).map_or(&[][..], Node::items) {
        let Some((key, ecosystem)) = update.entry("package-ecosystem") else { continue };
        let limit = update.get("open-pull-requests-limit").and_then(Node::text);
        let ignores_all = update.get("ignore").map_or(&[][..], Node::items).iter().any(|rule| {
            let is_all = rule.get("dependency-name").and_then(Node::text) == Some("*");
            is_all && rule.get("versions").is_none() && rule.get("update-types").is_none()
        });
        let allowed = update.get("allow").map_or(&[][..], Node::items);
        let is_limited = !allowed.is_empty()
            && allowed.iter().all(|rule| rule.get("dependency-name").and_then(Node::text).is_some_and(|it| it != "*"));
        let base = setting(SettingSubject::DependencyUpdates, "Dependabot", ecosystem.text().unwrap_or("an ecosystem"));
        add(found, key.span, Setting { is_enabled: limit != Some("0") && !ignores_all, is_limited, ..base });
    }
}

fn renovate(root: &Node) -> Setting {
    let rules = root.get("packageRules").map_or(&[][..], Node::items);
    let is_off = |node: &Node| node.get("enabled").and_then(Node::flag) == Some(false);
    let switches_all_off = rules.iter().any(|rule| {
        is_off(rule)
            && rule.entries().len() == 2
            && ["matchPackageNames", "matchPackagePatterns"].iter().any(|key| {
                rule.get(key).is_some_and(|names| names.texts().iter().any(|name| matches!(*name, "*" | ".*")))
            })
    });
    let is_enabled = !is_off(root) && !switches_all_off;
    Setting { is_enabled, ..setting(SettingSubject::DependencyUpdates, "Renovate", "every ecosystem") }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::UpdateBots;

    #[test]
    fn each_ecosystem_of_dependabot_is_on_unless_its_limit_is_zero() {
        let text = "version: 2\nupdates:\n  - package-ecosystem: npm\n    directory: /\n  - package-ecosystem: pip\n    open-pull-requests-limit: 0\n";
        assert_eq!(settings(&UpdateBots, ".github/dependabot.yml", text), ["Dependabot npm", "Dependabot pip off"]);
    }

    #[test]
    fn ignoring_everything_is_off_and_allowing_some_is_limited() {
        let text = "updates:\n  - package-ecosystem: npm\n    ignore: [{dependency-name: '*'}]\n  - package-ecosystem: gem\n    allow: [{dependency-name: rails}]\n";
        let expected = ["Dependabot npm off", "Dependabot gem limited"];
        assert_eq!(settings(&UpdateBots, ".github/dependabot.yml", text), expected);
    }

    #[test]
    fn ignoring_major_versions_leaves_it_on() {
        let text = "updates:\n  - package-ecosystem: npm\n    ignore: [{dependency-name: '*', update-types: ['version-update:semver-major']}]\n";
        assert_eq!(settings(&UpdateBots, ".github/dependabot.yml", text), ["Dependabot npm"]);
    }

    #[test]
    fn renovate_is_on_unless_it_says_otherwise() {
        assert_eq!(settings(&UpdateBots, "renovate.json", "{\"extends\": []}"), ["Renovate every ecosystem"]);
        assert_eq!(settings(&UpdateBots, "renovate.json", "{\"enabled\": false}"), ["Renovate every ecosystem off"]);
        assert!(settings(&UpdateBots, "package.json", "{\"name\": \"renovate\"}").is_empty());
    }
}
