//! Components: which folders are packages or services, and what each of them is.
//!
//! Folders come from manifests (and from Dockerfiles beside code), kinds from evidence in code and configuration. What
//! is only a test, an example or the tooling of the root is no component.

mod about;
mod evidence;
mod folders;
mod interface;
mod kinds;
mod published;
mod uses;
mod workspaces;

use std::collections::BTreeMap;

pub(in crate::model) use workspaces::Workspaces;

use crate::facts::{
    Component, ComponentKind, Conclusion, Data, Diagnostic, Ecosystem, Fact, File, Level, Place, Role, Span,
};
use crate::signals::Signals;

pub(super) use uses::Aliases;

use super::Facts;
use super::recognise::Recognised;

/// The components, sorted by path.
pub(super) fn derive(facts: &Facts, files: &[File], signals: &Signals, recognised: &Recognised<'_>) -> Vec<Component> {
    if files.is_empty() {
        return Vec::new();
    }
    let folders = folders::find(facts, files);
    let evidence = evidence::gather(&folders, facts, files, signals, recognised);
    let uses = uses::find(&folders, facts);
    let kinds = kinds::conclude(&folders, &evidence, &uses);
    let about = about::describe(&folders, facts, files);
    let mut components = Vec::with_capacity(folders.len());
    for (((folder, concluded), about), (evidence, uses)) in
        folders.list.iter().zip(kinds).zip(about).zip(evidence.into_iter().zip(uses))
    {
        let rank = |own: &Ecosystem| about.ecosystems.iter().position(|ecosystem| ecosystem == own);
        let mut manifests: Vec<_> =
            folder.manifests.iter().map(|(fact, it)| (rank(&it.ecosystem), fact.place.path.clone())).collect();
        manifests.sort();
        components.push(Component {
            path: folder.path.clone(),
            name: folder.name(),
            interface: interface::find(&folder.path, &concluded, &folders, files),
            main_kinds: concluded.main,
            kinds: concluded.kinds,
            is_documentation: concluded.is_documentation,
            languages: about.languages,
            frameworks: evidence.frameworks.into_iter().collect(),
            package_manager: about.package_manager,
            runtimes: about.runtimes,
            manifests: manifests.into_iter().map(|(_, path)| path).collect(),
            ecosystems: about.ecosystems,
            uses,
        });
    }
    components
}

/// Gives components the kinds that a configuration says, and reports a folder that is no component.
pub(super) fn say_kinds(components: &mut [Component], said: BTreeMap<String, Vec<ComponentKind>>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (folder, kinds) in said {
        let Some(component) = components.iter_mut().find(|component| component.path == folder) else {
            let message =
                format!("the configuration says what component `{folder}` is, and there is none in that folder");
            diagnostics.push(Diagnostic { path: None, span: None, level: Level::Warning, message });
            continue;
        };
        let path = component.manifests.first().cloned().unwrap_or_else(|| folder.as_str().into());
        let place = Place { path, span: Span::START };
        let conclusion = Conclusion { reason: "the configuration says so".to_owned(), place };
        component.is_documentation = false;
        component.main_kinds.clone_from(&kinds);
        component.interface = None;
        component.kinds = kinds.into_iter().map(|kind| (kind, conclusion.clone())).collect();
    }
    diagnostics
}

/// A fact for each component, at its manifest or at the evidence of its kind.
pub(super) fn facts(components: &[Component], files: &[File]) -> Vec<Fact> {
    let first_file = |component: &Component| {
        let own = files.iter().find(|file| component.contains(&file.path)).or_else(|| files.first());
        own.map(|file| file.path.clone())
    };
    let place = |component: &Component| {
        let manifest = component.manifests.first().cloned().or_else(|| first_file(component))?;
        Some(Place { path: manifest, span: Span::START })
    };
    components
        .iter()
        .filter_map(|component| {
            Some(Fact { place: place(component)?, role: Role::Configuration, data: Data::Component(component.clone()) })
        })
        .collect()
}
