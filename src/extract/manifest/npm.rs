//! npm and its kin: package.json, pnpm and Lerna workspaces, Nx projects.

use super::{Declared, Found, blank, entry, resolve};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

const SECTIONS: &[(&str, DependencyScope)] = &[
    ("dependencies", DependencyScope::Runtime),
    ("devDependencies", DependencyScope::Development),
    ("peerDependencies", DependencyScope::Runtime),
    ("optionalDependencies", DependencyScope::Runtime),
];

pub(super) fn package(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.json() {
        Ok(root) => root,
        Err(error) => return found.unreadable("package.json", error),
    };
    let text = |key: &str| root.get(key).and_then(Node::text).map(str::to_owned);
    let mut manifest = Manifest {
        name: text("name"),
        version: text("version"),
        is_private: root.get("private").and_then(Node::flag).unwrap_or(false),
        ..blank(Ecosystem::Npm)
    };
    if let Some(workspaces) = root.get("workspaces") {
        let list = workspaces.get("packages").unwrap_or(workspaces);
        manifest.members = list.texts().into_iter().map(str::to_owned).collect();
    }
    manifest.package_manager = text("packageManager").and_then(|manager| manager.split('@').next().map(str::to_owned));
    for place in [root.get("engines"), root.get("volta")].into_iter().flatten() {
        for runtime in ["node", "bun", "deno"] {
            if let Some(version) = place.get(runtime).and_then(Node::text) {
                manifest.runtimes.entry(runtime.to_owned()).or_insert_with(|| version.to_owned());
            }
        }
    }
    // A package.json with nothing but `type` marks a folder, it is no package.
    manifest.is_package = manifest.name.is_some() || SECTIONS.iter().any(|(section, _)| root.get(section).is_some());
    let is_published = !manifest.is_private && manifest.name.is_some();
    let span = root.entry("name").map_or(Span::START, |(key, _)| key.span);
    found.add(span, Data::Manifest(manifest));
    entry_points(root, is_published, found);
    for (section, scope) in SECTIONS {
        for (key, value) in root.get(section).map(Node::entries).unwrap_or_default() {
            let requirement = value.text().unwrap_or("");
            let local = ["file:", "link:", "portal:"].iter().find_map(|scheme| requirement.strip_prefix(scheme));
            let local = local.and_then(|path| resolve(source.file.folder(), path));
            let declared = Declared { local, ..Declared::new(key.span, key.text().unwrap_or(""), requirement) };
            declared.add(Ecosystem::Npm, *scope, found);
        }
    }
}

fn entry_points(root: &Node, is_published: bool, found: &mut Found<'_>) {
    if let Some((key, bin)) = root.entry("bin") {
        let name = bin.entries().first().and_then(|(name, _)| name.text()).or_else(|| root.get("name")?.text());
        entry(found, key.span, "cli", format!("bin entry \"{}\"", name.unwrap_or("")));
    }
    let expo = root.get("dependencies").and_then(|list| list.entry("expo"));
    if let Some((key, _)) = expo
        .filter(|_| !is_published || root.get("main").and_then(Node::text).is_some_and(|main| main.contains("expo")))
    {
        entry(found, key.span, "client", "an Expo application");
    }
    if let Some((key, _)) = root.get("engines").and_then(|engines| engines.entry("vscode")) {
        entry(found, key.span, "client", "an extension of an editor");
    }
    if is_published {
        let exported = ["publishConfig", "exports", "module", "types", "files"];
        if let Some((key, _)) = exported.iter().find_map(|name| root.entry(name)) {
            entry(found, key.span, "library", format!("published with \"{}\"", key.text().unwrap_or("")));
        } else if let Some((key, _)) = root.entry("main") {
            // Tools write it into every package that they begin.
            entry(found, key.span, "module", "others can require its \"main\"");
        }
    }
    let Some(scripts) = root.get("scripts") else { return };
    for name in ["start", "start:prod", "serve"] {
        let Some((key, command)) = scripts.entry(name) else { continue };
        let text = command.text().unwrap_or("");
        if let Some(server) = SERVERS.iter().find(|server| text.contains(**server)) {
            entry(found, key.span, "server", format!("script \"{name}\" runs {server}"));
        } else if let Some(runner) = runner(text).filter(|_| root.get("bin").is_none()) {
            entry(found, key.span, "process", format!("script \"{name}\" runs {runner}"));
        }
    }
}

/// What runs the package's own code, where a command starts with it.
fn runner(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace().skip_while(|word| word.contains('=') || *word == "cross-env");
    words.next().filter(|word| matches!(*word, "node" | "tsx" | "ts-node" | "bun" | "nodemon" | "pm2-runtime"))
}

/// Commands that serve a built application with code of its own in production.
const SERVERS: &[&str] =
    &["react-router-serve", "remix-serve", "nest start", "functions-framework", "strapi start", "medusa start"];

fn workspace(found: &mut Found<'_>, span: Span, members: &[&str], manager: Option<&str>) {
    let members = members.iter().map(|&member| member.to_owned()).collect();
    let package_manager = manager.map(str::to_owned);
    let manifest = Manifest { members, package_manager, is_package: false, ..blank(Ecosystem::Npm) };
    found.add(span, Data::Manifest(manifest));
}

pub(super) fn pnpm_workspace(source: &Source<'_>, found: &mut Found<'_>) {
    match source.yaml() {
        Ok(documents) => {
            let packages = documents.first().and_then(|root| root.get("packages"));
            let members = packages.map(Node::texts).unwrap_or_default();
            workspace(found, packages.map_or(Span::START, |node| node.span), &members, Some("pnpm"));
        }
        Err(error) => found.unreadable("pnpm-workspace.yaml", error),
    }
}

pub(super) fn lerna(source: &Source<'_>, found: &mut Found<'_>) {
    match source.json() {
        Ok(root) => {
            let members = root.get("packages").map(Node::texts).unwrap_or_default();
            workspace(found, Span::START, &members, root.get("npmClient").and_then(Node::text));
        }
        Err(error) => found.unreadable("lerna.json", error),
    }
}

/// A project of an Nx workspace; other files of that name are none.
pub(super) fn nx_project(source: &Source<'_>, found: &mut Found<'_>) {
    let Ok(root) = source.json() else { return };
    let is_nx = root.get("projectType").is_some()
        || root.get("$schema").and_then(Node::text).is_some_and(|schema| schema.contains("nx/schemas"));
    if !is_nx {
        return;
    }
    let name = root.get("name").and_then(Node::text).map(str::to_owned);
    let span = root.entry("name").map_or(Span::START, |(key, _)| key.span);
    found.add(span, Data::Manifest(Manifest { name, is_private: true, ..blank(Ecosystem::Npm) }));
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn a_workspace_root_names_its_members_manager_and_runtime() {
        let text = "{\"name\": \"root\", \"private\": true, \"workspaces\": {\"packages\": [\"apps/*\"]},\n\
                    \"packageManager\": \"yarn@4.1.0+sha\", \"engines\": {\"node\": \">=22\"},\n\
                    \"devDependencies\": {\"turbo\": \"^2\"}}";
        assert_eq!(
            read("package.json", text),
            [
                r#"1 manifest "root" package=true private=true members=["apps/*"] manager="yarn" runtimes={"node": ">=22"}"#,
                "3 dev turbo ^2",
            ]
        );
    }

    #[test]
    fn commands_and_published_packages_are_entry_points() {
        let text = "{\"name\": \"x\",\n\"bin\": {\"x\": \"a.js\"},\n\"main\": \"b.js\",\n\
                    \"dependencies\": {\"y\": \"file:../y\"}}";
        let facts = read("packages/x/package.json", text);
        assert_eq!(
            facts[1..],
            ["2 cli: bin entry \"x\"", "3 module: others can require its \"main\"", "4 run y file:../y at packages/y"]
        );
    }
}
