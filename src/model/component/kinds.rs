//! From evidence to kinds. Each conclusion keeps the evidence that decided it.
//!
//! The one hard question is who owns a server: a package that builds routes for others to serve has the same calls as
//! the service. So evidence in code counts for what is not itself used or published as a library, and what a manifest
//! or a start file says counts always.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::Evidence;
use super::folders::{Folder, Folders};
use crate::facts::{ComponentKind, Conclusion, Ecosystem, Place, Span};

type Kinds = BTreeMap<ComponentKind, Conclusion>;

/// What a component is.
pub(super) struct Concluded {
    pub(super) kinds: Kinds,
    /// Those that people name it by; the others it is besides.
    pub(super) main: Vec<ComponentKind>,
    /// Whether it is nothing but documentation.
    pub(super) is_documentation: bool,
}

/// The kinds of every component, in the order of the folders.
pub(super) fn conclude(folders: &Folders<'_>, evidence: &[Evidence], uses: &[Vec<String>]) -> Vec<Concluded> {
    let targets: BTreeSet<&str> = uses.iter().flatten().map(String::as_str).collect();
    let clients = folders.list.iter().zip(evidence).filter_map(|(folder, it)| Some((folder, it.code.get("client")?)));
    let desktop: BTreeMap<&str, &Conclusion> = clients.map(|(folder, it)| (folder.path.as_str(), it)).collect();
    let mut all = Vec::with_capacity(folders.len());
    for ((folder, evidence), uses) in folders.list.iter().zip(evidence).zip(uses) {
        let judge = Judge { folder, evidence, is_used: targets.contains(folder.path.as_str()) };
        let kinds = match desktop.get(format!("{}/src-tauri", folder.path).as_str()) {
            // What a desktop application shows in its window is a part of it.
            Some(client) => Kinds::from([(ComponentKind::Cli, (*client).clone())]),
            None => judge.kinds(),
        };
        let has = |kind| kinds.contains_key(&kind);
        let is_documentation =
            has(ComponentKind::Web) && !has(ComponentKind::Service) && judge.is_documentation_alone();
        let concluded = Concluded { main: judge.main(&kinds), kinds, is_documentation };
        all.push((concluded, uses, judge.is_program() && judge.any("client").is_none()));
    }
    // A program that serves by means of a library of this repository is the service; one that uses code of a service is none.
    let servers: BTreeMap<&str, &Conclusion> = folders
        .list
        .iter()
        .zip(evidence)
        .zip(&all)
        .filter(|(_, (concluded, ..))| !concluded.kinds.contains_key(&ComponentKind::Service))
        .filter_map(|((folder, it), _)| Some((folder.path.as_str(), it.code.get("server")?)))
        .collect();
    all.into_iter()
        .map(|(mut concluded, uses, is_program)| {
            let kinds = &mut concluded.kinds;
            let server = uses.iter().find_map(|path| servers.get(path.as_str()));
            let is_new = !kinds.contains_key(&ComponentKind::Infra) && !kinds.contains_key(&ComponentKind::Service);
            if let Some(server) = server.filter(|_| is_program && is_new) {
                kinds.insert(ComponentKind::Service, (*server).clone());
                concluded.main.retain(|kind| *kind == ComponentKind::Web);
                concluded.main.insert(0, ComponentKind::Service);
            }
            concluded
        })
        .collect()
}

struct Judge<'a> {
    folder: &'a Folder<'a>,
    evidence: &'a Evidence,
    /// Whether another component depends on it.
    is_used: bool,
}

impl Judge<'_> {
    fn kinds(&self) -> Kinds {
        let evidence = self.evidence;
        let mut kinds = Kinds::new();
        if self.folder.is_published {
            kinds.insert(ComponentKind::Library, self.plain_library());
            return kinds;
        }
        if let Some(client) = self.any("client") {
            // It runs on people's devices: nobody deploys it, and they start it themselves.
            kinds.insert(ComponentKind::Cli, client.clone());
            return kinds;
        }
        if let Some(infra) = self.any("infra") {
            kinds.insert(ComponentKind::Infra, infra.clone());
            if !self.has_own_code() || evidence.code.contains_key("infra") || self.folder.manifests.is_empty() {
                return kinds;
            }
        }
        if let Some(service) = self.service() {
            kinds.insert(ComponentKind::Service, service.clone());
        }
        let is_service = kinds.contains_key(&ComponentKind::Service);
        if !is_service && self.is_documentation_alone() {
            let reason = "a site of documentation".to_owned();
            let manifest = self.folder.manifests.first().map(|(fact, _)| fact.place.clone());
            let conclusion = manifest.map(|place| Conclusion { reason, place });
            let configured = || self.evidence.configured.get(&ComponentKind::Web).cloned();
            kinds.extend(conclusion.or_else(configured).map(|conclusion| (ComponentKind::Web, conclusion)));
        } else if let Some(web) = self.web(is_service) {
            kinds.insert(ComponentKind::Web, web.clone());
        }
        if let Some(page) = self.static_page().filter(|_| kinds.is_empty()) {
            kinds.insert(ComponentKind::Web, page.clone());
        }
        let is_deployable = kinds.contains_key(&ComponentKind::Service) || kinds.contains_key(&ComponentKind::Web);
        if let Some(cli) = self.cli(is_deployable) {
            kinds.insert(ComponentKind::Cli, cli.clone());
        }
        let has_others = kinds.keys().any(|kind| *kind != ComponentKind::Infra);
        let library = self.library().filter(|_| !is_deployable);
        if let Some(library) = library.filter(|_| !has_others || !self.is_npm_program()) {
            kinds.insert(ComponentKind::Library, library.clone());
        } else if kinds.is_empty() {
            kinds.insert(ComponentKind::Library, self.plain_library());
        }
        kinds
    }

    /// The kinds that people name it by. A server that renders pages is a service, an application of a framework for
    /// user interfaces is one for browsers, though its framework answers requests; each is the other besides.
    fn main(&self, kinds: &Kinds) -> Vec<ComponentKind> {
        let has = |kind| kinds.contains_key(&kind);
        let is_deployable = has(ComponentKind::Service) || has(ComponentKind::Web);
        let is_both = has(ComponentKind::Service) && has(ComponentKind::Web);
        let is_besides = |kind: ComponentKind| match kind {
            ComponentKind::Service => is_both && self.is_served_by_its_interface(),
            ComponentKind::Web => is_both && self.interfaces().next().is_none(),
            ComponentKind::Cli | ComponentKind::Library => is_deployable,
            ComponentKind::Infra => false,
        };
        kinds.keys().copied().filter(|kind| !is_besides(*kind)).collect()
    }

    /// What makes a user interface of its own, not one that a server fills in.
    fn interfaces(&self) -> impl Iterator<Item = &Conclusion> {
        let evidence = self.evidence;
        let by_framework = [evidence.configured.get(&ComponentKind::Web), evidence.imported.get(&ComponentKind::Web)];
        by_framework.into_iter().chain([self.any("interface")]).flatten()
    }

    /// Whether only the framework of its interface serves, or the server is started to host the interface.
    fn is_served_by_its_interface(&self) -> bool {
        let Some(server) = self.server() else { return true };
        let server = self.evidence.code.get("server").unwrap_or(server);
        self.interfaces().any(|interface| interface.place.path == server.place.path)
    }

    fn has_own_code(&self) -> bool {
        !self.evidence.code.is_empty() || !self.folder.manifests.is_empty()
    }

    fn any(&self, kind: &str) -> Option<&Conclusion> {
        self.evidence.declared.get(kind).or_else(|| self.evidence.code.get(kind))
    }

    /// Used by others or published, and nothing says that it is started on its own.
    fn is_library_like(&self) -> bool {
        let is_published = self.is_published();
        let started = ["process", "server", "worker", "function"];
        let is_started = started.iter().any(|kind| self.evidence.declared.contains_key(kind))
            || self.evidence.code.contains_key("application")
            || self.is_django_project()
            || self.is_program();
        (self.is_used || is_published) && !is_started
    }

    /// An application for a server of WSGI or ASGI in the file that Django makes for it: a project that is packaged is
    /// started all the same.
    fn is_django_project(&self) -> bool {
        let server = self.evidence.code.get("server").map(|server| server.place.path.rsplit('/').next().unwrap_or(""));
        matches!(server, Some("wsgi.py" | "asgi.py"))
    }

    fn is_published(&self) -> bool {
        self.library().is_some()
    }

    /// What says that it is made for other code. That others could require it says little where it serves itself.
    fn library(&self) -> Option<&Conclusion> {
        let evidence = self.evidence;
        let is_server = ["server", "worker"].iter().any(|kind| evidence.code.contains_key(kind));
        let module = evidence.declared.get("module").filter(|_| !is_server);
        evidence.declared.get("library").or(evidence.library_file.as_ref()).or(module)
    }

    fn is_of(&self, ecosystems: &[Ecosystem]) -> bool {
        let manifests = &self.folder.manifests;
        !manifests.is_empty() && manifests.iter().all(|(_, manifest)| ecosystems.contains(&manifest.ecosystem))
    }

    /// Whether it has a main function of a compiled language.
    fn is_program(&self) -> bool {
        self.evidence.code.get("program").is_some_and(|program| !program.place.path.ends_with(".py"))
    }

    /// An npm package with a command: what it exports is seldom meant for other code.
    fn is_npm_program(&self) -> bool {
        self.folder.manifests.iter().any(|(_, manifest)| manifest.ecosystem == Ecosystem::Npm)
            && self.evidence.declared.contains_key("cli")
    }

    fn service(&self) -> Option<&Conclusion> {
        self.server().or_else(|| self.handler())
    }

    fn server(&self) -> Option<&Conclusion> {
        let evidence = self.evidence;
        let declared = ["server", "worker", "function"].iter().find_map(|kind| evidence.declared.get(kind));
        if declared.is_some() {
            return declared;
        }
        // What cannot be started is at most a part of somebody's service. Some servers of the JVM bring the main function.
        let is_application = evidence.code.contains_key("application");
        let can_start = self.is_program() || is_application || !self.is_of(&[Ecosystem::Go, Ecosystem::Cargo]);
        let can_start_alone = self.is_program() || !self.is_of(&[Ecosystem::Go, Ecosystem::Cargo, Ecosystem::Maven]);
        // A library for the JVM that works off a queue leaves it to others to start the work.
        let worker = evidence.code.get("worker").filter(|_| can_start_alone || is_application);
        let in_code = evidence.code.get("server").filter(|_| can_start).or(worker);
        // A library that others use may have programs beside it, and hands its framework's types around.
        let is_shared = self.is_used && self.is_published();
        let in_framework = evidence.imported.get(&ComponentKind::Service).filter(|_| can_start_alone && !is_shared);
        let process = evidence.declared.get("process");
        if let Some(process) = process.filter(|_| in_code.is_some() || in_framework.is_some()) {
            return in_code.or(Some(process));
        }
        if let Some(configured) = evidence.configured.get(&ComponentKind::Service) {
            return Some(configured);
        }
        // A program without a command line that compose keeps running works in the background.
        let is_asked = evidence.declared.contains_key("cli") || evidence.code.contains_key("cli");
        if let Some(run) = evidence.declared.get("run").filter(|_| self.is_program() && !is_asked) {
            return in_code.or(Some(run));
        }
        if self.is_library_like() {
            return None;
        }
        // A command that opens a port for a moment (to sign in, to preview) is no service.
        let is_command = evidence.declared.contains_key("cli")
            && in_framework.is_none()
            && !self.is_program()
            && !self.is_django_project();
        in_code.or(in_framework).filter(|_| !is_command)
    }

    /// Routes in files that a framework of the component serves; those of a site of documentation and of a build that
    /// answers them all beforehand are no service.
    fn handler(&self) -> Option<&Conclusion> {
        let is_served = |framework: &str| {
            self.evidence.frameworks.contains(framework) || self.evidence.platforms.contains(framework)
        };
        let served = self.evidence.handlers.iter().find(|(framework, _)| is_served(framework));
        served.map(|(_, handler)| handler).filter(|_| !self.evidence.is_documentation && !self.evidence.is_static)
    }

    fn web(&self, is_service: bool) -> Option<&Conclusion> {
        let evidence = self.evidence;
        let configured = evidence.configured.get(&ComponentKind::Web);
        let imported = evidence.imported.get(&ComponentKind::Web);
        // Routes alone, without a page, are an interface for programs.
        if configured.is_some() || imported.is_some() {
            let has_only_routes = self.handler().is_some() && evidence.page.is_none();
            let makes_web =
                configured.or_else(|| imported.filter(|_| evidence.page.is_some() || !self.is_library_like()));
            if let Some(web) = makes_web.filter(|_| !has_only_routes) {
                return Some(web);
            }
        }
        let is_served = is_service && !self.is_library_like();
        if let Some(web) = self.any("interface").or_else(|| self.any("web")) {
            let counts = is_served || evidence.page.is_some() || !self.is_library_like();
            return counts.then_some(web);
        }
        evidence.template.as_ref().filter(|_| is_served)
    }

    /// The page of a site without a framework: it lies on top, and nothing says that the rest is for other code.
    fn static_page(&self) -> Option<&Conclusion> {
        let evidence = self.evidence;
        let is_alone = evidence.declared.is_empty() && evidence.code.is_empty() && !self.is_used;
        let is_of_npm = self.folder.manifests.is_empty() || self.is_of(&[Ecosystem::Npm]);
        let is_on_top = |page: &&Conclusion| page.place.path.ends_with("index.html");
        evidence.page.as_ref().filter(is_on_top).filter(|_| is_alone && is_of_npm && !self.is_published())
    }

    /// Whether it is nothing but documentation: by its own configuration, or by its name where a page of it is one.
    fn is_documentation_alone(&self) -> bool {
        let name = self.folder.path.rsplit('/').next().unwrap_or("");
        self.evidence.is_configured_for_documentation
            || matches!(name, "docs" | "documentation") && self.evidence.configured.contains_key(&ComponentKind::Web)
            || self.evidence.is_documentation && (name.contains("docs") || name.contains("documentation"))
    }

    fn cli(&self, is_deployable: bool) -> Option<&Conclusion> {
        let evidence = self.evidence;
        // The application of the CDK has a `bin` entry from its template, and nobody installs it.
        let is_of_cdk = evidence.declared.get("infra").is_some_and(|infra| infra.place.path.ends_with("cdk.json"));
        if let Some(declared) = evidence.declared.get("cli") {
            return Some(declared).filter(|_| !is_of_cdk);
        }
        if let Some(command) = evidence.code.get("cli").filter(|_| self.is_program()) {
            return Some(command);
        }
        let is_published = self.is_published();
        let program = evidence.code.get("program").or_else(|| evidence.code.get("cli"))?;
        // Libraries of the JVM and of Dart carry main functions for their own tools.
        if self.is_of(&[Ecosystem::Maven, Ecosystem::Pub]) && (self.is_used || is_published) {
            return None;
        }
        let counts = !is_deployable && (self.is_program() || !is_published && !self.is_used);
        counts.then_some(program)
    }

    fn plain_library(&self) -> Conclusion {
        let path = self.folder.manifests.first().map(|(fact, _)| fact.place.clone());
        let nowhere = || Place { path: self.folder.path.as_str().into(), span: Span::START };
        let reason = match (self.folder.is_published, self.is_used) {
            (true, _) => "its module documents it and does not use it",
            (false, true) => "other components use it",
            (false, false) => "nothing in it serves, renders or starts",
        };
        Conclusion { reason: reason.to_owned(), place: path.unwrap_or_else(nowhere) }
    }
}
