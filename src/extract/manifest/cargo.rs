//! Cargo packages and workspaces.

use super::{Declared, Found, blank, entry, resolve};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

const SECTIONS: &[(&str, DependencyScope)] = &[
    ("dependencies", DependencyScope::Runtime),
    ("dev-dependencies", DependencyScope::Development),
    ("build-dependencies", DependencyScope::Development),
];

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.toml() {
        Ok(root) => root,
        Err(error) => return found.unreadable("Cargo.toml", error),
    };
    let package = root.get("package");
    let text = |key: &str| package.and_then(|it| it.get(key)).and_then(Node::text).map(str::to_owned);
    let shared = |key: &str| root.at(&["workspace", "package", key]).and_then(Node::text).map(str::to_owned);
    let members = root.at(&["workspace", "members"]).map(Node::texts).unwrap_or_default();
    let mut manifest = Manifest {
        name: text("name"),
        version: text("version"),
        is_private: package.and_then(|it| it.get("publish")).is_some_and(|it| it.flag() == Some(false)),
        members: members.into_iter().map(str::to_owned).collect(),
        package_manager: Some("cargo".to_owned()),
        is_package: package.is_some(),
        sources: sources(root),
        ..blank(Ecosystem::Cargo)
    };
    let version = text("rust-version").or_else(|| shared("rust-version"));
    manifest.runtimes.extend(version.map(|version| ("rust".to_owned(), version)));
    let span = package.and_then(|it| it.entry("name")).map_or(Span::START, |(key, _)| key.span);
    let is_fuzzing = package.and_then(|it| it.at(&["metadata", "cargo-fuzz"])).is_some();
    found.add(span, Data::Manifest(manifest));
    if is_fuzzing {
        entry(found, span, "test", "a package of fuzz targets");
    } else {
        entry_points(root, found);
    }
    dependencies(source, root, found);
    for (key, value) in root.at(&["workspace", "dependencies"]).map(Node::entries).unwrap_or_default() {
        declared(source, key, value).share(Ecosystem::Cargo, key.text().unwrap_or("").to_owned(), found);
    }
    for (_, target) in root.get("target").map(Node::entries).unwrap_or_default() {
        dependencies(source, target, found);
    }
}

/// The folder of all its programs, where the package at the root of a workspace has them outside of `src`.
fn sources(root: &Node) -> Option<String> {
    root.get("workspace")?;
    let programs = root.get("bin").map(Node::items).filter(|list| !list.is_empty())?;
    let mut folders = programs.iter().map(|bin| bin.get("path")?.text()?.rsplit_once('/').map(|(folder, _)| folder));
    let first = folders.next()??;
    let is_elsewhere = root.get("lib").is_none() && first != "src" && !first.starts_with("src/");
    (is_elsewhere && folders.all(|folder| folder == Some(first))).then(|| first.to_owned())
}

fn entry_points(root: &Node, found: &mut Found<'_>) {
    for bin in root.get("bin").map(Node::items).unwrap_or_default() {
        let name = bin.get("name");
        let span = name.map_or(bin.span, |node| node.span);
        entry(found, span, "program", format!("bin target \"{}\"", name.and_then(Node::text).unwrap_or("")));
    }
    if let Some((key, _)) = root.entry("lib") {
        entry(found, key.span, "library", "a lib target");
    }
}

fn dependencies(source: &Source<'_>, root: &Node, found: &mut Found<'_>) {
    for (section, scope) in SECTIONS {
        for (key, value) in root.get(section).map(Node::entries).unwrap_or_default() {
            declared(source, key, value).add(Ecosystem::Cargo, *scope, found);
        }
    }
}

/// One entry of a table of dependencies.
fn declared<'a>(source: &Source<'_>, key: &'a Node, value: &'a Node) -> Declared<'a> {
    let key_text = key.text().unwrap_or("");
    let name = value.get("package").and_then(Node::text).unwrap_or(key_text);
    let version = value.text().or_else(|| value.get("version")?.text()).unwrap_or("");
    let local = value.get("path").and_then(Node::text).and_then(|path| resolve(source.file.folder(), path));
    let is_shared = value.get("workspace").and_then(Node::flag) == Some(true);
    let shared = is_shared.then(|| key_text.to_owned());
    Declared { local, shared, alias: Some(key_text), ..Declared::new(key.span, name, version) }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::{Source, sources};
    use crate::facts::{File, Role};

    #[test]
    fn a_package_with_targets_renames_and_paths() {
        let text = "[package]\nname = \"a\"\npublish = false\nrust-version = \"1.90\"\n[[bin]]\nname = \"x\"\n[dependencies]\n\
                    serde = { version = \"1\" }\ncore2 = { package = \"core\", path = \"../core\" }\n\
                    [target.'cfg(unix)'.dependencies]\nnix = \"0.30\"\n[dev-dependencies]\ninsta = \"1\"\n";
        assert_eq!(
            read("crates/a/Cargo.toml", text),
            [
                r#"2 manifest "a" package=true private=true members=[] manager="cargo" runtimes={"rust": "1.90"}"#,
                "6 program: bin target \"x\"",
                "8 run serde 1",
                "9 run core  at crates/core as core2",
                "13 dev insta 1",
                "11 run nix 0.30",
            ]
        );
    }

    #[test]
    fn a_member_takes_up_what_the_workspace_declares() {
        let facts = read(
            "crates/a/Cargo.toml",
            "[package]\nname = \"a\"\n[dependencies]\nmodel = { workspace = true }\nserde.workspace = true\n",
        );
        assert_eq!(facts.get(1..), Some(&["4 run model  by model".to_owned(), "5 run serde  by serde".to_owned()][..]));
    }

    #[test]
    fn the_root_of_a_workspace_says_where_its_program_lies() {
        let folder = |text: &str| {
            let file =
                File { path: "Cargo.toml".into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
            sources(Source::new(&file, text).toml().unwrap())
        };
        let bin = "[[bin]]\nname = \"x\"\npath = \"crates/core/main.rs\"\n";
        assert_eq!(folder(&format!("{bin}[workspace]\nmembers = [\"crates/a\"]\n")).as_deref(), Some("crates/core"));
        assert_eq!(folder(bin), None);
        assert_eq!(folder("[workspace]\n[[bin]]\nname = \"x\"\npath = \"src/bin/x.rs\"\n"), None);
    }

    #[test]
    fn a_bare_workspace_is_no_package() {
        let facts =
            read("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nserde = \"1\"\n");
        assert_eq!(facts.get(1..), Some(&["4 share serde 1 as serde".to_owned()][..]));
        assert!(facts[0].contains("package=false"));
    }
}
