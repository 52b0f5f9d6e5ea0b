//! Python: pyproject.toml (PEP 621, Poetry, PDM, uv), requirements files, Pipfile, setup.cfg.

use super::{Declared, Found, blank, entry, ini, resolve};
use crate::facts::{Data, DependencyScope, Ecosystem, File, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

use DependencyScope::{Development, Runtime};

/// A name as the index compares it (PEP 503).
pub(super) fn normal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for part in name.trim().split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(&part.to_ascii_lowercase());
    }
    out
}

/// Splits a requirement (PEP 508) into name and version; `None` where it starts with no name.
pub(super) fn requirement(text: &str) -> Option<(&str, &str)> {
    let text = text.split(" #").next()?.trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, after)| after),
        None => rest,
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_name.then(|| (name, rest.split(';').next().unwrap_or("").trim()))
}

/// Adds a requirement of one line.
pub(super) fn declare(text: &str, span: Span, scope: DependencyScope, found: &mut Found<'_>) {
    if let Some((name, version)) = requirement(text) {
        Declared::new(span, &normal(name), version).add(Ecosystem::PyPi, scope, found);
    }
}

fn declare_all(list: Option<&Node>, scope: DependencyScope, found: &mut Found<'_>) {
    for item in list.map(Node::items).unwrap_or_default() {
        declare(item.text().unwrap_or(""), item.span, scope, found);
    }
}

fn scope_of_group(group: &str) -> DependencyScope {
    let group = group.to_ascii_lowercase();
    let words = ["dev", "test", "lint", "doc", "type", "ci", "format", "bench", "mypy", "check", "build"];
    if words.iter().any(|word| group.contains(word)) { Development } else { Runtime }
}

pub(super) fn pyproject(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.toml() {
        Ok(root) => root,
        Err(error) => return found.unreadable("pyproject.toml", error),
    };
    let project = root.get("project");
    let poetry = root.at(&["tool", "poetry"]);
    let tool = |name: &str| root.at(&["tool", name]).is_some();
    let text = |key: &str| project.and_then(|it| it.get(key)).or_else(|| poetry?.get(key))?.text().map(str::to_owned);
    let mut manifest =
        Manifest { name: text("name").map(|name| normal(&name)), version: text("version"), ..blank(Ecosystem::PyPi) };
    let private = project.and_then(|it| it.get("classifiers")).map(Node::texts).unwrap_or_default();
    manifest.is_private = private.iter().any(|text| text.starts_with("Private ::"));
    let members = root.at(&["tool", "uv", "workspace", "members"]).map(Node::texts).unwrap_or_default();
    manifest.members = members.into_iter().map(str::to_owned).collect();
    let managers = ["poetry", "pdm", "uv", "hatch", "pixi", "rye"];
    manifest.package_manager = managers.iter().find(|name| tool(name)).map(|&name| name.to_owned());
    let python = text("requires-python").or_else(|| poetry?.at(&["dependencies", "python"])?.text().map(str::to_owned));
    manifest.runtimes.extend(python.map(|version| ("python".to_owned(), version)));
    manifest.is_package = project.is_some() || poetry.is_some();
    let span = project.or(poetry).and_then(|it| it.entry("name")).map_or(Span::START, |(key, _)| key.span);
    found.add(span, Data::Manifest(manifest));

    let scripts = project.and_then(|it| it.entry("scripts")).or_else(|| poetry?.entry("scripts"));
    if let Some((name, _)) = scripts.and_then(|(_, scripts)| scripts.entries().first()) {
        entry(found, name.span, "cli", format!("script \"{}\"", name.text().unwrap_or("")));
    }
    let says = |key: &str| project.is_some_and(|it| it.get(key).is_some());
    let is_for_index = says("classifiers") || says("readme") && says("license") && says("version");
    if root.get("build-system").is_some() && is_for_index {
        let what = if says("classifiers") { "classifiers" } else { "a readme and a licence" };
        entry(found, span, "library", format!("a package with {what} for the index"));
    }
    declare_all(project.and_then(|it| it.get("dependencies")), Runtime, found);
    let groups = [project.and_then(|it| it.get("optional-dependencies")), root.get("dependency-groups")];
    for (index, group) in groups.into_iter().enumerate() {
        for (name, list) in group.map(Node::entries).unwrap_or_default() {
            let scope = if index == 1 { Development } else { scope_of_group(name.text().unwrap_or("")) };
            declare_all(Some(list), scope, found);
        }
    }
    declare_all(root.at(&["tool", "uv", "dev-dependencies"]), Development, found);
    for (_, list) in root.at(&["tool", "pdm", "dev-dependencies"]).map(Node::entries).unwrap_or_default() {
        declare_all(Some(list), Development, found);
    }
    if let Some(poetry) = poetry {
        poetry_dependencies(source, poetry, found);
    }
}

fn poetry_dependencies(source: &Source<'_>, poetry: &Node, found: &mut Found<'_>) {
    table(source, poetry.get("dependencies"), Runtime, found);
    table(source, poetry.get("dev-dependencies"), Development, found);
    for (name, group) in poetry.get("group").map(Node::entries).unwrap_or_default() {
        table(source, group.get("dependencies"), scope_of_group(name.text().unwrap_or("")), found);
    }
}

/// A table of names and versions, as Poetry and Pipenv write them.
fn table(source: &Source<'_>, table: Option<&Node>, scope: DependencyScope, found: &mut Found<'_>) {
    for (key, value) in table.map(Node::entries).unwrap_or_default() {
        let name = normal(key.text().unwrap_or(""));
        if name == "python" {
            continue;
        }
        let version = value.text().or_else(|| value.get("version")?.text()).unwrap_or("");
        let local = value.get("path").and_then(Node::text).and_then(|path| resolve(source.file.folder(), path));
        Declared { local, ..Declared::new(key.span, &name, version) }.add(Ecosystem::PyPi, scope, found);
    }
}

pub(super) fn pipfile(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.toml() {
        Ok(root) => root,
        Err(error) => return found.unreadable("Pipfile", error),
    };
    let mut manifest = Manifest { package_manager: Some("pipenv".to_owned()), ..blank(Ecosystem::PyPi) };
    let python = root.at(&["requires", "python_version"]).and_then(Node::text);
    manifest.runtimes.extend(python.map(|version| ("python".to_owned(), version.to_owned())));
    found.add(Span::START, Data::Manifest(manifest));
    table(source, root.get("packages"), Runtime, found);
    table(source, root.get("dev-packages"), Development, found);
}

/// `requirements.txt`, `requirements-dev.in`, `requirements/base.txt`.
pub(super) fn is_requirements(file: &File) -> bool {
    let stem = file.name().rsplit_once('.').map_or("", |(stem, _)| stem);
    stem.starts_with("requirements")
        || stem.ends_with("requirements")
        || file.folder().rsplit('/').next() == Some("requirements")
}

pub(super) fn requirements(source: &Source<'_>, found: &mut Found<'_>) {
    let stem = source.file.name().rsplit_once('.').map_or("", |(stem, _)| stem);
    let scope = scope_of_group(stem);
    let is_package = stem == "requirements";
    let manager = Some("pip".to_owned());
    // A folder of lists belongs to the folder around it.
    let around = source.file.folder().rsplit_once('/').unwrap_or(("", source.file.folder()));
    let sources = (around.1 == "requirements").then(|| around.0.to_owned());
    let is_package = is_package || sources.is_some() && matches!(stem, "base" | "common" | "prod" | "production");
    let manifest = Manifest { is_package, package_manager: manager, sources, ..blank(Ecosystem::PyPi) };
    found.add(Span::START, Data::Manifest(manifest));
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let span = source.span(at..at + line.trim_end().len());
        at += line.len();
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', '-', '.', '/']) || line.contains("://") && !line.contains('@') {
            continue;
        }
        declare(line, span, scope, found);
    }
}

pub(super) fn setup_cfg(source: &Source<'_>, found: &mut Found<'_>) {
    let sections = ini::parse(source.text());
    let value = |section: &str, key: &str| {
        sections.iter().find(|it| it.name == section).and_then(|it| it.lines.iter().find(|line| line.key == key))
    };
    let Some(name) = value("metadata", "name") else { return };
    let mut manifest = Manifest { name: Some(normal(&name.text)), is_package: true, ..blank(Ecosystem::PyPi) };
    let python = value("options", "python_requires").map(|line| line.text.clone());
    manifest.runtimes.extend(python.map(|version| ("python".to_owned(), version)));
    found.add(name.span(source), Data::Manifest(manifest));
    for section in &sections {
        for line in &section.lines {
            let span = line.span(source);
            match (section.name.as_str(), line.key.as_str()) {
                ("options", "install_requires") => declare(&line.text, span, Runtime, found),
                ("options", "tests_require" | "setup_requires") => declare(&line.text, span, Development, found),
                ("options.extras_require", group) => declare(&line.text, span, scope_of_group(group), found),
                ("options.entry_points", "console_scripts") if !line.text.is_empty() => {
                    let command = line.text.split('=').next().unwrap_or("").trim();
                    entry(found, span, "cli", format!("script \"{command}\""));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;
    use super::*;

    #[test]
    fn names_are_compared_as_the_index_does() {
        assert_eq!(normal("Zope.Interface__X"), "zope-interface-x");
        assert_eq!(requirement("fastapi[standard]>=0.1,<1 ; python_version > '3'"), Some(("fastapi", ">=0.1,<1")));
    }

    #[test]
    fn a_project_with_groups_and_scripts() {
        let text = "[project]\nname = \"My_App\"\nrequires-python = \">=3.12\"\ndependencies = [\n  \"fastapi\",\n]\n\
                    [project.scripts]\nserve = \"app:main\"\n[dependency-groups]\ndev = [\"pytest>8\", {include-group = \"x\"}]\n\
                    [tool.uv.workspace]\nmembers = [\"libs/*\"]\n";
        assert_eq!(
            read("pyproject.toml", text),
            [
                r#"2 manifest "my-app" package=true private=false members=["libs/*"] manager="uv" runtimes={"python": ">=3.12"}"#,
                "8 cli: script \"serve\"",
                "5 run fastapi ",
                "10 dev pytest >8",
            ]
        );
    }

    #[test]
    fn poetry_groups_paths_and_the_interpreter() {
        let text = "[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = \"^3\"\n\
                    core = {path = \"../core\"}\n[tool.poetry.group.dev.dependencies]\nmypy = \"*\"\n";
        let facts = read("services/a/pyproject.toml", text);
        assert_eq!(facts[1..], ["5 run flask ^3", "6 run core  at services/core", "8 dev mypy *"]);
        assert!(facts[0].contains("manager=\"poetry\" runtimes={\"python\": \"^3.11\"}"));
    }

    #[test]
    fn options_and_comments_of_requirements_are_no_requirements() {
        let facts = read("requirements.txt", "# x\n-r base.txt\n--hash=y\nDjango==5.0 # web\n\ngunicorn\n");
        assert_eq!(facts[1..], ["4 run django ==5.0", "6 run gunicorn "]);
    }

    #[test]
    fn setup_cfg_lists_requirements_by_line() {
        let text = "[metadata]\nname = tool\n[options]\ninstall_requires =\n    click>=8\n[options.entry_points]\nconsole_scripts =\n    tool = tool:main\n";
        let facts = read("setup.cfg", text);
        assert_eq!(facts[1..], ["5 run click >=8", "8 cli: script \"tool\""]);
    }
}
