//! What speaks for each kind, component by component.

use std::collections::{BTreeMap, BTreeSet};

use super::folders::{Folders, folder, is_product_code};
use crate::facts::{
    ComponentKind, ComposeService, Conclusion, Dependency, DependencyScope, Ecosystem, EntryPoint, Fact, File, Import,
    KubernetesObject, Kustomization, Language, Place, Role, Span, Task, TaskRunner, ToolSetup,
};
use crate::model::Facts;
use crate::model::recognise::Recognised;
use crate::signals::{Signals, Tool};

/// The platform that serves files below `api` without a framework.
pub(super) const VERCEL: &str = "Vercel Functions";

/// The evidence of one component.
#[derive(Default)]
pub(super) struct Evidence {
    /// The first entry point of each kind in code of the product.
    pub(super) code: BTreeMap<&'static str, Conclusion>,
    /// The first entry point of each kind in a manifest or a start file.
    pub(super) declared: BTreeMap<&'static str, Conclusion>,
    /// Frameworks that make a kind, imported by code of the product.
    pub(super) imported: BTreeMap<ComponentKind, Conclusion>,
    /// Frameworks that make a kind, by a configuration file.
    pub(super) configured: BTreeMap<ComponentKind, Conclusion>,
    /// A file that a framework serves as a route, by the framework.
    pub(super) handlers: BTreeMap<&'static str, Conclusion>,
    /// Platforms that it is configured for, which serve files by their folders.
    pub(super) platforms: BTreeSet<&'static str>,
    /// Its framework answers all routes while it builds.
    pub(super) is_static: bool,
    /// A file that a framework renders as a page, whatever serves it.
    pub(super) page: Option<Conclusion>,
    /// A template that a server renders.
    pub(super) template: Option<Conclusion>,
    /// It is a site of documentation.
    pub(super) is_documentation: bool,
    /// Its own configuration is that of a site of documentation.
    pub(super) is_configured_for_documentation: bool,
    /// Whether it has a library beside its programs (`src/lib.rs`).
    pub(super) library_file: Option<Conclusion>,
    /// Frameworks in use, by title.
    pub(super) frameworks: BTreeSet<String>,
}

fn first<K: Ord>(map: &mut BTreeMap<K, Conclusion>, key: K, reason: impl Into<String>, place: &Place) {
    map.entry(key).or_insert_with(|| Conclusion { reason: reason.into(), place: place.clone() });
}

/// Gathers it for every component, in the order of the folders.
pub(super) fn gather(
    folders: &Folders<'_>,
    facts: &Facts,
    files: &[File],
    signals: &Signals,
    recognised: &Recognised<'_>,
) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = Vec::new();
    all.resize_with(folders.len(), Evidence::default);
    for (fact, entry) in facts.each::<EntryPoint>() {
        entry_point(folders, fact, entry, &mut all);
    }
    for (fact, import) in facts.each::<Import>().filter(|(fact, _)| fact.role == Role::Product) {
        let Some(evidence) = folders.of(&fact.place.path).and_then(|index| all.get_mut(index)) else { continue };
        for tool in recognised.of_import(import) {
            use_of(tool, evidence);
            for kind in &tool.makes {
                first(&mut evidence.imported, *kind, format!("imports {}", tool.title), &fact.place);
            }
        }
    }
    for (fact, _) in facts.each::<ToolSetup>().filter(|(_, setup)| setup.tool == "static-output") {
        if let Some(evidence) = folders.of(&fact.place.path).and_then(|index| all.get_mut(index)) {
            evidence.is_static |= matches!(fact.role, Role::Product | Role::Configuration | Role::Script);
        }
    }
    dependencies(folders, facts, recognised, &mut all);
    started(folders, facts, &mut all);
    let with_files: Vec<&Tool> = signals.topic("frameworks").filter(|tool| !tool.files.is_empty()).collect();
    for file in files.iter().filter(|file| matches!(file.role, Role::Product | Role::Configuration | Role::Script)) {
        let Some(index) = folders.of(&file.path) else { continue };
        let Some(evidence) = all.get_mut(index) else { continue };
        let base = folders.list.get(index).map_or("", |folder| folder.path.as_str());
        let inner = file.path.strip_prefix(base).unwrap_or(&file.path).trim_start_matches('/');
        for tool in with_files.iter().filter(|tool| tool.files.iter().any(|glob| glob.is_match(&file.path))) {
            use_of(tool, evidence);
            // In a folder further down (a preview, a playground) it makes that folder something, not the component.
            let is_its_own = matches!(inner.rsplit_once('/'), None | Some(("config" | ".vitepress", _)));
            evidence.is_configured_for_documentation |= is_its_own && makes_documentation(tool);
            for kind in tool.makes.iter().filter(|_| is_its_own) {
                first(&mut evidence.configured, *kind, format!("is configured for {}", tool.title), &place_of(file));
            }
        }
        by_name(file, inner, evidence);
    }
    by_convention(folders, facts, recognised, &mut all);
    all
}

fn place_of(file: &File) -> Place {
    Place { path: file.path.clone(), span: Span::START }
}

fn use_of(tool: &Tool, evidence: &mut Evidence) {
    if tool.topics.iter().any(|topic| topic == "frameworks") {
        evidence.frameworks.insert(tool.title.clone());
    }
    evidence.is_documentation |= makes_documentation(tool);
}

fn makes_documentation(tool: &Tool) -> bool {
    tool.topics.iter().any(|topic| topic == "documentation-sites")
}

fn entry_point(folders: &Folders<'_>, fact: &Fact, entry: &EntryPoint, all: &mut [Evidence]) {
    let meant = entry.target.as_ref().map(|target| format!("{target}/"));
    let Some(index) = folders.of(meant.as_deref().unwrap_or(&fact.place.path)) else { return };
    let Some(evidence) = all.get_mut(index) else { return };
    if entry.kind == "function" {
        if matches!(fact.role, Role::Product | Role::Configuration | Role::Script) {
            first(&mut evidence.declared, entry.kind, entry.detail.as_str(), &fact.place);
        }
        return;
    }
    // What is rendered for a mail is no user interface.
    if matches!(entry.kind, "web" | "interface") && is_for_mail(&fact.place.path) {
        return;
    }
    let is_own_folder = folders.at(folder(&fact.place.path)) == Some(index);
    let is_code = fact.role == Role::Product && !is_manifest(&fact.place.path);
    if is_code {
        first(&mut evidence.code, entry.kind, entry.detail.as_str(), &fact.place);
    } else if matches!(fact.role, Role::Product | Role::Configuration | Role::Script)
        && (is_own_folder || matches!(entry.kind, "process" | "infra"))
        && entry.kind != "program"
    {
        first(&mut evidence.declared, entry.kind, entry.detail.as_str(), &fact.place);
    } else if entry.kind == "program" && is_own_folder && is_manifest(&fact.place.path) {
        first(&mut evidence.code, entry.kind, entry.detail.as_str(), &fact.place);
    }
}

/// Whether a path is a manifest's or a start file's, though its extension is a language's.
fn is_manifest(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_code = name.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension)).is_some();
    !is_code || matches!(name, "setup.py" | "mix.exs" | "Package.swift" | "build.gradle.kts")
}

/// Packages that need no import where they are used: Bundler requires gems, a C# file may rely on implicit usings.
fn dependencies(folders: &Folders<'_>, facts: &Facts, recognised: &Recognised<'_>, all: &mut [Evidence]) {
    for (fact, dependency) in facts.each::<Dependency>() {
        let is_implicit = matches!(dependency.ecosystem, Ecosystem::RubyGems | Ecosystem::NuGet);
        let is_sdk = dependency.ecosystem == Ecosystem::NuGet && dependency.name.ends_with(".Sdk");
        if !is_implicit || dependency.scope != DependencyScope::Runtime && !is_sdk {
            continue;
        }
        let index = folders.at(folder(&fact.place.path));
        let Some(evidence) = index.and_then(|index| all.get_mut(index)) else { continue };
        for tool in recognised.of_dependency(dependency) {
            use_of(tool, evidence);
        }
    }
}

/// Frameworks that need neither a configuration nor an import: a script of the package calls them, and they find pages
/// and routes by their folders.
fn by_convention(folders: &Folders<'_>, facts: &Facts, recognised: &Recognised<'_>, all: &mut [Evidence]) {
    let scripts: Vec<_> = facts.each::<Task>().filter(|(_, task)| task.runner == TaskRunner::PackageScript).collect();
    for (fact, dependency) in facts.each::<Dependency>().filter(|(_, it)| it.ecosystem == Ecosystem::Npm) {
        let index = folders.at(folder(&fact.place.path));
        let Some(evidence) = index.and_then(|index| all.get_mut(index)) else { continue };
        if evidence.page.is_none() && evidence.handlers.is_empty() {
            continue;
        }
        let calls = |task: &Task| task.command.split_whitespace().any(|word| word == dependency.name);
        let Some((script, _)) =
            scripts.iter().find(|(script, task)| script.place.path == fact.place.path && calls(task))
        else {
            continue;
        };
        let tools = recognised.of_dependency(dependency).iter();
        for tool in tools.filter(|tool| tool.makes.contains(&ComponentKind::Web) && !makes_documentation(tool)) {
            use_of(tool, evidence);
            for kind in &tool.makes {
                first(&mut evidence.configured, *kind, format!("a script runs {}", tool.title), &script.place);
            }
        }
    }
}

fn is_for_mail(path: &str) -> bool {
    path.to_ascii_lowercase().contains("mail")
}

/// What runs a component without end: a compose file that builds it; and what else than software it holds.
fn started(folders: &Folders<'_>, facts: &Facts, all: &mut [Evidence]) {
    for (fact, service) in facts.each::<ComposeService>() {
        let context = service.build.as_ref().map(|build| build.context.as_str()).filter(|context| !context.is_empty());
        let index = context.and_then(|context| folders.at(context));
        let Some(evidence) = index.and_then(|index| all.get_mut(index)) else { continue };
        if matches!(fact.role, Role::Product | Role::Configuration) {
            first(&mut evidence.declared, "run", format!("compose runs it as `{}`", service.name), &fact.place);
        }
    }
    let is_bare = folders.list.iter().all(|folder| folder.path.is_empty() && folder.manifests.is_empty());
    let objects = facts.each::<KubernetesObject>().filter(|(_, object)| !object.kind.is_empty()).map(|(fact, _)| fact);
    let object = objects.chain(facts.each::<Kustomization>().map(|(fact, _)| fact));
    let described = object.into_iter().find(|fact| fact.role == Role::Configuration).filter(|_| is_bare);
    if let (Some(fact), Some(evidence)) = (described, all.first_mut().filter(|evidence| evidence.code.is_empty())) {
        first(&mut evidence.declared, "infra", "manifests of Kubernetes", &fact.place);
    }
}

/// What the names of files say by the conventions of frameworks.
fn by_name(file: &File, inner: &str, evidence: &mut Evidence) {
    let name = file.name();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let folders: Vec<&str> = inner.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect());
    let is_in = |part: &str| folders.contains(&part);
    let is_script = matches!(extension, "ts" | "js" | "tsx" | "jsx" | "mts" | "mjs");
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| inner.starts_with(prefix));
    let conclude = |reason: &str| Some(Conclusion { reason: reason.to_owned(), place: place_of(file) });
    if is_script && is_product_code(file) {
        let framework =
            if stem == "route" && is_in("app") || starts(&["pages/api/", "src/pages/api/"]) && extension != "astro" {
                Some("Next.js")
            } else if starts(&["server/api/", "server/routes/"]) {
                Some("Nuxt")
            } else if stem == "+server" {
                Some("SvelteKit")
            } else if starts(&["src/pages/"]) && matches!(extension, "ts" | "js") {
                Some("Astro")
            } else if starts(&["api/"]) && !stem.starts_with('_') {
                Some(VERCEL)
            } else {
                None
            };
        if starts(&["netlify/functions/", "netlify/edge-functions/"]) {
            first(&mut evidence.declared, "function", "a function that Netlify calls", &place_of(file));
        }
        if let Some(framework) = framework {
            first(&mut evidence.handlers, framework, format!("has routes that {framework} serves"), &place_of(file));
        }
    }
    if inner == "vercel.json" {
        evidence.platforms.insert(VERCEL);
    }
    if evidence.page.is_none() {
        let is_app_page = matches!(stem, "page" | "layout") && is_in("app") && (is_script || extension == "mdx");
        let is_pages_page = starts(&["pages/", "src/pages/", "app/pages/", "routes/"])
            && !starts(&["pages/api/", "src/pages/api/"])
            && matches!(extension, "tsx" | "jsx" | "vue" | "astro" | "mdx")
            && !stem.starts_with('_');
        if is_app_page || is_pages_page || matches!(name, "+page.svelte" | "app.vue") {
            evidence.page = conclude("has a page that its framework renders");
        } else if name == "index.html" && (folders.is_empty() || matches!(folders.as_slice(), ["public" | "src"])) {
            evidence.page = conclude("has the page that loads its user interface");
        }
    }
    if evidence.template.is_none() && !is_for_mail(&file.path) {
        let is_view = matches!(extension, "cshtml" | "razor" | "erb" | "haml" | "slim" | "heex" | "leex" | "twig")
            && !name.contains(".text.")
            && (extension != "erb" || is_in("views"))
            || name.ends_with(".blade.php")
            || is_in("templates")
                && matches!(extension, "html" | "jinja" | "jinja2" | "j2" | "ftl" | "hbs" | "gohtml" | "tmpl")
                && (extension == "html" || name.contains("html"));
        if is_view {
            evidence.template = conclude("renders templates");
        }
    }
    // Web servers start pages of PHP by themselves; a file of two lines only keeps the folder from being listed.
    let is_front = name == "index.php" && matches!(folders.as_slice(), [] | ["public" | "web" | "www" | "htdocs"]);
    if is_front && file.role == Role::Product && file.lines > 2 {
        first(&mut evidence.code, "server", "has a page that a web server starts", &place_of(file));
    }
    if evidence.library_file.is_none() && matches!(inner, "src/lib.rs") {
        evidence.library_file = conclude("has a library target");
    }
    let is_entry = file.language == Some(Language::Rust) && (inner == "src/main.rs" || inner.starts_with("src/bin/"));
    if is_entry && file.role == Role::Product {
        first(&mut evidence.code, "program", "has a main function", &place_of(file));
    }
}
