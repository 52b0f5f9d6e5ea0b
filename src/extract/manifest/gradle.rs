//! Gradle: build scripts in Groovy and Kotlin, settings, version catalogues. Read lexically: what a script computes
//! is not known.

use super::{Declared, Found, blank, entry, resolve};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Configurations, by when what is in them is needed.
const CONFIGURATIONS: &[(&str, DependencyScope)] = &[
    ("implementation", DependencyScope::Runtime),
    ("api", DependencyScope::Runtime),
    ("runtimeOnly", DependencyScope::Runtime),
    ("compileOnly", DependencyScope::Runtime),
    ("compile", DependencyScope::Runtime),
    ("developmentOnly", DependencyScope::Development),
    ("annotationProcessor", DependencyScope::Development),
    ("kapt", DependencyScope::Development),
    ("ksp", DependencyScope::Development),
    ("classpath", DependencyScope::Development),
    ("testImplementation", DependencyScope::Development),
    ("testRuntimeOnly", DependencyScope::Development),
    ("testCompile", DependencyScope::Development),
    ("testFixturesImplementation", DependencyScope::Development),
    ("androidTestImplementation", DependencyScope::Development),
    ("integrationTestImplementation", DependencyScope::Development),
];

/// A line of code as written, with its place; lines of comments alone are left out.
fn lines<'a>(source: &'a Source<'_>) -> impl Iterator<Item = (&'a str, Span)> {
    let mut at = 0;
    source.code().split_inclusive('\n').filter_map(move |masked| {
        let start = at + (masked.len() - masked.trim_start().len());
        let end = at + masked.trim_end().len();
        at += masked.len();
        let line = source.text().get(start..end)?;
        (!line.is_empty()).then(|| (line, source.span(start..end)))
    })
}

fn quoted(line: &str) -> Option<&str> {
    let start = line.find(['"', '\''])?;
    let quote = line.get(start..)?.chars().next()?;
    line.get(start + 1..)?.split(quote).next()
}

pub(super) fn build(source: &Source<'_>, found: &mut Found<'_>) {
    let mut manifest = Manifest { package_manager: Some("gradle".to_owned()), ..blank(Ecosystem::Maven) };
    let java = lines(source).find_map(|(line, _)| {
        let rest = line.split_once("JavaLanguageVersion.of(").or_else(|| line.split_once("jvmToolchain("))?.1;
        let version = rest.split(')').next()?.trim();
        version.bytes().all(|byte| byte.is_ascii_digit()).then(|| version.to_owned())
    });
    manifest.runtimes.extend(java.map(|version| ("java".to_owned(), version)));
    found.add(Span::START, Data::Manifest(manifest));
    for (line, span) in lines(source) {
        plugin(line, span, found);
        let word: &str = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        let Some((_, scope)) = CONFIGURATIONS.iter().find(|(name, _)| *name == word) else { continue };
        if let Some(accessor) = accessor(line.get(word.len()..).unwrap_or("")) {
            let shared = Some(accessor.to_owned());
            Declared { shared, ..Declared::new(span, accessor, "") }.add(Ecosystem::Maven, *scope, found);
            continue;
        }
        let Some(argument) = quoted(line) else { continue };
        if line.contains("project(") {
            let path = argument.trim_start_matches(':').replace(':', "/");
            let declared = Declared { local: Some(path), ..Declared::new(span, argument, "") };
            declared.add(Ecosystem::Maven, *scope, found);
            continue;
        }
        let mut parts = argument.split(':');
        if let (Some(group), Some(artifact)) = (parts.next(), parts.next()) {
            let name = format!("{group}:{artifact}");
            Declared::new(span, &name, parts.next().unwrap_or("")).add(Ecosystem::Maven, *scope, found);
        }
    }
}

/// `libs.spring.boot.starter`, alone in the parentheses of a configuration or inside `platform(…)`. `projects.core` is a
/// project, by an accessor of its path.
fn accessor(rest: &str) -> Option<&str> {
    let inner = rest.trim_start_matches([' ', '(']);
    let inner = ["platform(", "enforcedPlatform(", "testFixtures("]
        .iter()
        .find_map(|it| inner.strip_prefix(it))
        .unwrap_or(inner);
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))).unwrap_or(inner.len());
    let name = inner.get(..end)?;
    // `project(…)`, `files(…)`, `kotlin("…")` are calls.
    let is_call = inner.get(end..).is_some_and(|rest| rest.starts_with('('));
    let name = name.strip_suffix(".get").filter(|_| is_call).or_else(|| (!is_call).then_some(name))?;
    let (first, _) = name.split_once('.')?;
    (first.starts_with(|c: char| c.is_ascii_lowercase()) && !matches!(first, "project" | "projects" | "rootProject"))
        .then_some(name)
}

fn plugin(line: &str, span: Span, found: &mut Found<'_>) {
    if let Some(name) = line.strip_prefix("alias(").and_then(accessor) {
        let shared = Some(name.to_owned());
        Declared { shared, ..Declared::new(span, name, "") }.add(Ecosystem::Maven, DependencyScope::Development, found);
        if name.ends_with(".android.application") {
            entry(found, span, "client", "an application for Android");
        }
        return;
    }
    let rest = ["id(", "id ", "apply plugin:"].iter().find_map(|start| line.strip_prefix(start));
    let Some(id) = rest.and_then(quoted) else {
        match line {
            "application" => entry(found, span, "program", "the application plugin"),
            "`java-library`" | "`maven-publish`" => entry(found, span, "library", "a plugin for libraries"),
            _ => {}
        }
        return;
    };
    match id {
        "application" => entry(found, span, "program", "the application plugin"),
        "java-library" | "maven-publish" => entry(found, span, "library", format!("the plugin {id}")),
        "com.android.application" => entry(found, span, "client", "an application for Android"),
        "war" => entry(found, span, "server", "the war plugin: a servlet container serves it"),
        _ => {}
    }
    let version = line.split_once("version").and_then(|(_, rest)| quoted(rest)).unwrap_or("");
    let name = format!("{id}:{id}.gradle.plugin");
    Declared::new(span, &name, version).add(Ecosystem::Maven, DependencyScope::Development, found);
}

pub(super) fn settings(source: &Source<'_>, found: &mut Found<'_>) {
    let mut manifest =
        Manifest { package_manager: Some("gradle".to_owned()), is_package: false, ..blank(Ecosystem::Maven) };
    for (line, _) in lines(source) {
        if line.starts_with("rootProject.name") {
            manifest.name = quoted(line).map(str::to_owned);
        } else if let Some(list) = line.strip_prefix("include") {
            let names = list.split(['"', '\'']).skip(1).step_by(2);
            let paths = names.map(|name| name.trim_start_matches(':').replace(':', "/"));
            manifest.members.extend(paths.filter_map(|path| resolve("", &path)));
        }
    }
    found.add(Span::START, Data::Manifest(manifest));
}

/// A version catalogue: libraries that build scripts may take by alias.
pub(super) fn catalogue(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.toml() {
        Ok(root) => root,
        Err(error) => return found.unreadable("version catalogue", error),
    };
    let catalogue = source.file.name().split('.').next().unwrap_or("libs");
    let accessor = |section: &str, alias: &str| format!("{catalogue}{section}.{}", alias.replace(['-', '_'], "."));
    for (key, value) in root.get("libraries").map(Node::entries).unwrap_or_default() {
        let pair = || {
            let group = value.get("group")?.text()?;
            Some(format!("{group}:{}", value.get("name")?.text()?))
        };
        let module = value.get("module").and_then(Node::text).or_else(|| value.text()).map(str::to_owned).or_else(pair);
        let Some(module) = module else { continue };
        let mut parts = module.splitn(3, ':');
        let (Some(group), Some(artifact)) = (parts.next(), parts.next()) else { continue };
        let version = parts.next().or_else(|| value.get("version")?.text()).unwrap_or("");
        let name = format!("{group}:{artifact}");
        let alias = accessor("", key.text().unwrap_or(""));
        Declared::new(key.span, &name, version).share(Ecosystem::Maven, alias, found);
    }
    for (key, value) in root.get("plugins").map(Node::entries).unwrap_or_default() {
        let id = value.get("id").and_then(Node::text).or_else(|| value.text()?.split(':').next()).unwrap_or("");
        let version = value.get("version").and_then(Node::text).unwrap_or("");
        let alias = accessor(".plugins", key.text().unwrap_or(""));
        let name = format!("{id}:{id}.gradle.plugin");
        Declared::new(key.span, &name, version).share(Ecosystem::Maven, alias, found);
    }
    for (key, value) in root.get("bundles").map(Node::entries).unwrap_or_default() {
        let alias = accessor(".bundles", key.text().unwrap_or(""));
        for part in value.texts() {
            let part = accessor("", part);
            let shared = Some(part.clone());
            Declared { shared, ..Declared::new(key.span, &part, "") }.share(Ecosystem::Maven, alias.clone(), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn configurations_plugins_and_projects() {
        let text = "plugins {\n    id(\"org.springframework.boot\") version \"3.5.0\"\n}\ndependencies {\n    implementation(\"g:a:1.0\")\n    // implementation(\"g:old:1\")\n    testImplementation 'j:u:5'\n    api(project(\":core:model\"))\n}\njava { toolchain { languageVersion = JavaLanguageVersion.of(21) } }\n";
        assert_eq!(
            read("app/build.gradle.kts", text),
            [
                r#"1 manifest "" package=true private=false members=[] manager="gradle" runtimes={"java": "21"}"#,
                "2 dev org.springframework.boot:org.springframework.boot.gradle.plugin 3.5.0",
                "5 run g:a 1.0",
                "7 dev j:u 5",
                "8 run :core:model  at core/model",
            ]
        );
    }

    #[test]
    fn settings_name_the_modules_and_a_catalogue_the_libraries() {
        let facts = read("settings.gradle", "rootProject.name = 'shop'\ninclude 'api', ':core:model'\n");
        assert!(facts[0].contains(r#"manifest "shop" package=false"#) && facts[0].contains(r#"["api", "core/model"]"#));
        let facts = read(
            "gradle/libs.versions.toml",
            "[libraries]\na = \"g:a:1\"\nb-core = { module = \"g:b\", version.ref = \"x\" }\n[bundles]\nall = [\"a\", \"b-core\"]\n[plugins]\nboot = { id = \"org.boot\" }\n",
        );
        let expected = [
            "2 share g:a 1 as libs.a",
            "3 share g:b  as libs.b.core",
            "7 share org.boot:org.boot.gradle.plugin  as libs.plugins.boot",
            "5 share libs.a  as libs.bundles.all",
            "5 share libs.b.core  as libs.bundles.all",
        ];
        assert_eq!(facts, expected);
    }

    #[test]
    fn accessors_of_a_catalogue_and_what_looks_like_them() {
        let text = "plugins {\n    alias(libs.plugins.boot)\n}\ndependencies {\n    implementation(libs.b.core)\n    implementation(platform(libs.bom))\n    testImplementation libs.junit\n    implementation(files(\"x.jar\"))\n    implementation(kotlin(\"stdlib\"))\n}\n";
        let facts = read("build.gradle.kts", text);
        let expected = [
            "2 dev libs.plugins.boot  by libs.plugins.boot",
            "5 run libs.b.core  by libs.b.core",
            "6 run libs.bom  by libs.bom",
            "7 dev libs.junit  by libs.junit",
        ];
        assert_eq!(facts.get(1..).unwrap_or_default(), expected);
    }
}
