//! Composer: composer.json.

use super::{Declared, Found, blank, entry};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.json() {
        Ok(root) => root,
        Err(error) => return found.unreadable("composer.json", error),
    };
    let text = |key: &str| root.get(key).and_then(Node::text).map(str::to_owned);
    let kind = text("type").unwrap_or_else(|| "library".to_owned());
    let mut manifest = Manifest {
        name: text("name"),
        version: text("version"),
        is_private: kind == "project",
        package_manager: Some("composer".to_owned()),
        ..blank(Ecosystem::Composer)
    };
    let php = root.at(&["require", "php"]).and_then(Node::text);
    manifest.runtimes.extend(php.map(|version| ("php".to_owned(), version.to_owned())));
    let span = root.entry("name").map_or(Span::START, |(key, _)| key.span);
    if manifest.name.is_some() && root.get("type").is_some() && kind != "project" {
        entry(found, span, "library", format!("a package of type \"{kind}\""));
    }
    found.add(span, Data::Manifest(manifest));
    if let Some((key, _)) = root.entry("bin") {
        entry(found, key.span, "cli", "bin entry");
    }
    for (section, scope) in [("require", DependencyScope::Runtime), ("require-dev", DependencyScope::Development)] {
        for (key, value) in root.get(section).map(Node::entries).unwrap_or_default() {
            let name = key.text().unwrap_or("");
            // Without a slash it is a part of the platform: `php`, `ext-json`.
            if name.contains('/') {
                Declared::new(key.span, name, value.text().unwrap_or("")).add(Ecosystem::Composer, scope, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn the_platform_is_a_runtime_and_no_dependency() {
        let text = "{\"name\": \"a/b\", \"type\": \"project\",\n\"require\": {\"php\": \"^8.3\", \"ext-json\": \"*\",\n\"laravel/framework\": \"^12\"},\n\
                    \"require-dev\": {\"phpunit/phpunit\": \"^11\"}}";
        let facts = read("composer.json", text);
        assert!(facts[0].contains("runtimes={\"php\": \"^8.3\"}"));
        assert_eq!(facts[1..], ["3 run laravel/framework ^12", "4 dev phpunit/phpunit ^11"]);
    }
}
