//! Swift packages and Dart packages: that they are there, their names, and for Dart their dependencies.

use super::{Declared, Found, blank, entry, resolve};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

pub(super) fn swift(source: &Source<'_>, found: &mut Found<'_>) {
    // Some code is called so, too.
    if !source.text().contains("PackageDescription") {
        return;
    }
    let code = source.code();
    let name = code.find("name:").and_then(|at| source.text().get(at..)?.split('"').nth(1));
    let package_manager = Some("swift".to_owned());
    let manifest = Manifest { name: name.map(str::to_owned), package_manager, ..blank(Ecosystem::Swift) };
    found.add(Span::START, Data::Manifest(manifest));
    if let Some(at) = code.find(".executableTarget(").or_else(|| code.find(".executable(")) {
        entry(found, source.span(at..at + 11), "program", "an executable target");
    }
    if let Some(at) = code.find(".library(") {
        entry(found, source.span(at..at + 8), "library", "a library product");
    }
    for (at, _) in code.match_indices(".package(") {
        let rest = source.text().get(at..).unwrap_or("");
        let rest = rest.get(..rest.floor_char_boundary(1000)).unwrap_or("");
        let argument = rest.split(')').next().unwrap_or("");
        let Some(url) = argument.split('"').nth(1) else { continue };
        let name = url.trim_end_matches(".git").rsplit('/').next().unwrap_or(url);
        let local = argument.contains("path:").then(|| resolve(source.file.folder(), url)).flatten();
        let declared = Declared { local, ..Declared::new(source.span(at..at + argument.len()), name, "") };
        declared.add(Ecosystem::Swift, DependencyScope::Runtime, found);
    }
}

pub(super) fn dart(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.yaml() {
        Ok(documents) => documents.first(),
        Err(error) => return found.unreadable("pubspec.yaml", error),
    };
    let Some(root) = root else { return };
    let text = |key: &str| root.get(key).and_then(Node::text).map(str::to_owned);
    let mut manifest = Manifest {
        name: text("name"),
        version: text("version"),
        is_private: text("publish_to").as_deref() == Some("none"),
        package_manager: Some("pub".to_owned()),
        ..blank(Ecosystem::Pub)
    };
    let sdk = root.at(&["environment", "sdk"]).and_then(Node::text);
    manifest.runtimes.extend(sdk.map(|version| ("dart".to_owned(), version.to_owned())));
    let span = root.entry("name").map_or(Span::START, |(key, _)| key.span);
    found.add(span, Data::Manifest(manifest));
    if let Some((key, _)) = root.entry("executables") {
        entry(found, key.span, "cli", "executables");
    }
    let sections = [("dependencies", DependencyScope::Runtime), ("dev_dependencies", DependencyScope::Development)];
    for (section, scope) in sections {
        for (key, value) in root.get(section).map(Node::entries).unwrap_or_default() {
            let local = value.get("path").and_then(Node::text).and_then(|path| resolve(source.file.folder(), path));
            let version = value.text().unwrap_or("");
            Declared { local, ..Declared::new(key.span, key.text().unwrap_or(""), version) }.add(
                Ecosystem::Pub,
                scope,
                found,
            );
        }
    }
}
