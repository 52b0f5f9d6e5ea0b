//! Deno and JSR: deno.json, deno.jsonc, jsr.json.

use super::{Declared, Found, blank, entry};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.json() {
        Ok(root) => root,
        Err(error) => return found.unreadable(source.file.name(), error),
    };
    let text = |key: &str| root.get(key).and_then(Node::text).map(str::to_owned);
    let members = root.get("workspace").map(|it| it.get("members").unwrap_or(it).texts()).unwrap_or_default();
    let manifest = Manifest {
        name: text("name"),
        version: text("version"),
        members: members.into_iter().map(str::to_owned).collect(),
        package_manager: Some("deno".to_owned()),
        ..blank(Ecosystem::Deno)
    };
    let span = root.entry("name").map_or(Span::START, |(key, _)| key.span);
    let is_published = manifest.name.is_some() && root.get("exports").is_some();
    found.add(span, Data::Manifest(manifest));
    if is_published {
        entry(found, span, "library", "a package with exports");
    }
    for (key, value) in root.get("imports").map(Node::entries).unwrap_or_default() {
        // `npm:express@^5`, `jsr:@std/http@1`
        let Some((scheme, package)) = value.text().and_then(|target| target.split_once(':')) else { continue };
        let ecosystem = match scheme {
            "npm" => Ecosystem::Npm,
            "jsr" => Ecosystem::Deno,
            _ => continue,
        };
        let at = package.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(package.len(), |(at, _)| at);
        let (name, version) = package.split_at_checked(at).unwrap_or((package, ""));
        let name = name.trim_start_matches('/');
        let declared = Declared::new(key.span, name, version.trim_start_matches('@'));
        declared.add(ecosystem, DependencyScope::Runtime, found);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn imports_are_dependencies_of_two_registries() {
        let text = "{\"imports\": {\n\"hono\": \"npm:hono@^4\",\n\"@std/http\": \"jsr:@std/http@1\", // local\n\"@/\": \"./src/\"}}";
        assert_eq!(read("deno.jsonc", text)[1..], ["2 run hono ^4", "3 run @std/http 1"]);
    }
}
