//! Maven: pom.xml with modules.

use roxmltree::Node;

use super::{Declared, Found, blank, entry, xml};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest};
use crate::syntax::Source;

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(document) = xml::parse(source, "pom.xml", found) else { return };
    let project = document.root_element();
    let group = xml::child_text(project, "groupId")
        .or_else(|| xml::child(project, "parent").and_then(|parent| xml::child_text(parent, "groupId")));
    let artifact = xml::child_text(project, "artifactId");
    let packaging = xml::child_text(project, "packaging").unwrap_or("jar");
    let modules = xml::child(project, "modules");
    let members = modules.into_iter().flat_map(|it| it.children()).filter_map(|it| it.text().map(str::trim));
    let mut manifest = Manifest {
        name: artifact.map(|artifact| group.map_or_else(|| artifact.to_owned(), |group| format!("{group}:{artifact}"))),
        version: xml::child_text(project, "version").map(str::to_owned),
        members: members.filter(|member| !member.is_empty()).map(str::to_owned).collect(),
        package_manager: Some("maven".to_owned()),
        is_package: packaging != "pom",
        ..blank(Ecosystem::Maven)
    };
    let properties = xml::child(project, "properties");
    let keys = ["maven.compiler.release", "java.version", "maven.compiler.source"];
    let java = keys.iter().find_map(|key| xml::child_text(properties?, key)).filter(|version| !version.contains("${"));
    manifest.runtimes.extend(java.map(|version| ("java".to_owned(), version.to_owned())));
    let name = xml::child(project, "artifactId").unwrap_or(project);
    found.add(xml::span(source, name), Data::Manifest(manifest));
    if packaging == "war" {
        entry(found, xml::span(source, name), "server", "packaged as a war, which a servlet container serves");
    }
    if matches!(packaging, "maven-plugin" | "eclipse-plugin" | "bundle") {
        entry(found, xml::span(source, name), "library", format!("packaged as {packaging}"));
    }
    for dependency in xml::child(project, "dependencies").into_iter().flat_map(|it| it.children()) {
        declare(source, dependency, None, found);
    }
    let plugins = xml::child(project, "build").and_then(|build| xml::child(build, "plugins"));
    for plugin in plugins.into_iter().flat_map(|it| it.children()) {
        declare(source, plugin, Some(DependencyScope::Development), found);
    }
}

fn declare(source: &Source<'_>, node: Node<'_, '_>, scope: Option<DependencyScope>, found: &mut Found<'_>) {
    let Some(artifact) = xml::child_text(node, "artifactId") else { return };
    let group = xml::child_text(node, "groupId").unwrap_or("org.apache.maven.plugins");
    let scope = scope.unwrap_or(match xml::child_text(node, "scope") {
        Some("test") => DependencyScope::Development,
        _ => DependencyScope::Runtime,
    });
    let version = xml::child_text(node, "version").unwrap_or("");
    let place = xml::child(node, "artifactId").unwrap_or(node);
    Declared::new(xml::span(source, place), &format!("{group}:{artifact}"), version).add(
        Ecosystem::Maven,
        scope,
        found,
    );
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn modules_scopes_and_the_release_of_java() {
        let text = "<project>\n<parent><groupId>g</groupId></parent>\n<artifactId>a</artifactId>\n<packaging>pom</packaging>\n\
                    <properties><java.version>21</java.version></properties>\n<modules><module>api</module></modules>\n\
                    <dependencies>\n<dependency><groupId>x</groupId><artifactId>y</artifactId></dependency>\n\
                    <dependency><groupId>j</groupId><artifactId>k</artifactId><scope>test</scope></dependency>\n</dependencies></project>";
        assert_eq!(
            read("pom.xml", text),
            [
                r#"3 manifest "g:a" package=false private=false members=["api"] manager="maven" runtimes={"java": "21"}"#,
                "8 run x:y ",
                "9 dev j:k ",
            ]
        );
    }
}
