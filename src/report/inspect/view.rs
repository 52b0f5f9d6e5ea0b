//! The names and the order of what `auditor inspect` shows: an interface for other programs, apart from the types inside.
//! `reports/schema/inspect.schema.json` describes the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Subject;
use crate::facts::{
    Component, DependencyScope, DependencyUse, Diagnostic, EnvironmentFile, EnvironmentRead, Fact, Language, Pipeline,
    PipelineRun, Place, Role, ToolUse, TriggerKind, UndocumentedVariable,
};
use crate::model::Repository;

/// Changes when a name does.
const SCHEMA_VERSION: &str = "1";

#[derive(Serialize)]
pub(super) struct InspectionV1<'a> {
    pub(super) schema_version: &'static str,
    pub(super) tool: ToolV1,
    pub(super) repository: RepositoryV1<'a>,
    pub(super) components: Vec<ComponentV1<'a>>,
    pub(super) roles: Vec<RoleV1>,
    /// Only where somebody asked for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) files: Option<Vec<FileV1<'a>>>,
    pub(super) dependencies: Vec<DependencyV1<'a>>,
    pub(super) environment: EnvironmentV1<'a>,
    pub(super) pipelines: Vec<PipelineV1<'a>>,
    pub(super) tools: Vec<ToolUseV1<'a>>,
    pub(super) diagnostics: Vec<DiagnosticV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct ToolV1 {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

#[derive(Serialize)]
pub(super) struct RepositoryV1<'a> {
    pub(super) name: &'a str,
    pub(super) commit: Option<&'a str>,
    pub(super) branch: Option<&'a str>,
    pub(super) dirty: bool,
    pub(super) files: usize,
    pub(super) bytes: u64,
}

#[derive(Serialize)]
pub(super) struct PlaceV1<'a> {
    pub(super) path: &'a str,
    pub(super) line: u32,
}

impl<'a> From<&'a Place> for PlaceV1<'a> {
    fn from(place: &'a Place) -> Self {
        Self { path: &place.path, line: place.span.line }
    }
}

#[derive(Serialize)]
pub(super) struct ComponentV1<'a> {
    pub(super) path: &'a str,
    pub(super) name: &'a str,
    /// Those that people name it by first.
    pub(super) kinds: Vec<KindV1<'a>>,
    /// The folder of its pages, where it is for browsers only besides.
    pub(super) interface: Option<&'a str>,
    pub(super) languages: Vec<&'static str>,
    pub(super) frameworks: &'a [String],
    pub(super) package_manager: Option<&'a str>,
    pub(super) runtimes: &'a BTreeMap<String, String>,
    pub(super) manifests: Vec<&'a str>,
    pub(super) uses: &'a [String],
}

#[derive(Serialize)]
pub(super) struct KindV1<'a> {
    pub(super) kind: &'static str,
    /// Whether people name the component by it.
    pub(super) main: bool,
    pub(super) reason: &'a str,
    #[serde(flatten)]
    pub(super) place: PlaceV1<'a>,
}

#[derive(Serialize)]
pub(super) struct RoleV1 {
    pub(super) role: &'static str,
    pub(super) files: usize,
    pub(super) lines: u64,
    pub(super) bytes: u64,
}

#[derive(Serialize)]
pub(super) struct FileV1<'a> {
    pub(super) path: &'a str,
    pub(super) role: &'static str,
    pub(super) language: Option<&'static str>,
    pub(super) lines: u32,
    pub(super) bytes: u64,
}

#[derive(Serialize)]
pub(super) struct DependencyV1<'a> {
    pub(super) ecosystem: &'static str,
    pub(super) name: &'a str,
    pub(super) requirement: &'a str,
    pub(super) scope: &'static str,
    #[serde(flatten)]
    pub(super) place: PlaceV1<'a>,
    pub(super) local: Option<&'a str>,
    #[serde(rename = "use")]
    pub(super) how: &'static str,
    pub(super) used_at: Option<PlaceV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct EnvironmentV1<'a> {
    pub(super) variables: Vec<VariableV1<'a>>,
    pub(super) files: Vec<EnvironmentFileV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct VariableV1<'a> {
    pub(super) name: &'a str,
    /// Places that read it.
    pub(super) reads: usize,
    pub(super) role: &'static str,
    #[serde(flatten)]
    pub(super) place: PlaceV1<'a>,
    pub(super) documented_in: Option<&'a str>,
    pub(super) undocumented: bool,
}

#[derive(Serialize)]
pub(super) struct EnvironmentFileV1<'a> {
    pub(super) path: &'a str,
    pub(super) template: bool,
    pub(super) environment: &'a str,
    pub(super) variables: usize,
}

#[derive(Serialize)]
pub(super) struct PipelineV1<'a> {
    pub(super) path: &'a str,
    pub(super) system: &'a str,
    pub(super) name: &'a str,
    pub(super) triggers: Vec<&'static str>,
    pub(super) jobs: usize,
    pub(super) read: bool,
    pub(super) purposes: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ToolUseV1<'a> {
    pub(super) tool: &'a str,
    pub(super) title: &'a str,
    pub(super) topics: &'a [String],
    pub(super) uses: Vec<UseV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct UseV1<'a> {
    #[serde(rename = "use")]
    pub(super) how: &'static str,
    pub(super) role: &'static str,
    #[serde(flatten)]
    pub(super) place: PlaceV1<'a>,
}

#[derive(Serialize)]
pub(super) struct DiagnosticV1<'a> {
    pub(super) path: Option<&'a str>,
    pub(super) line: Option<u32>,
    pub(super) message: &'a str,
}

impl<'a> InspectionV1<'a> {
    pub(super) fn new(subject: &Subject<'a>) -> Self {
        let repository = subject.repository;
        Self {
            schema_version: SCHEMA_VERSION,
            tool: ToolV1 { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            repository: RepositoryV1 {
                name: subject.name,
                commit: subject.commit.and_then(|commit| commit.id.as_deref()),
                branch: subject.commit.and_then(|commit| commit.branch.as_deref()),
                dirty: subject.commit.is_some_and(|commit| commit.is_dirty),
                files: repository.files.len(),
                bytes: subject.bytes,
            },
            components: repository.components.iter().map(component).collect(),
            roles: roles(repository),
            files: subject.with_files.then(|| files(repository)),
            dependencies: dependencies(repository),
            environment: EnvironmentV1 { variables: variables(repository), files: environment_files(repository) },
            pipelines: pipelines(repository),
            tools: tools(repository),
            diagnostics: repository.diagnostics.iter().map(diagnostic).collect(),
        }
    }
}

fn component(component: &Component) -> ComponentV1<'_> {
    let kinds = component.kinds.iter().map(|(kind, why)| KindV1 {
        kind: kind.name(),
        main: component.main_kinds.contains(kind),
        reason: &why.reason,
        place: PlaceV1::from(&why.place),
    });
    let mut kinds: Vec<KindV1<'_>> = kinds.collect();
    kinds.sort_by_key(|kind| !kind.main);
    ComponentV1 {
        path: &component.path,
        name: &component.name,
        kinds,
        interface: component.interface.as_deref(),
        languages: component.languages.iter().map(|language| language.name()).collect(),
        frameworks: &component.frameworks,
        package_manager: component.package_manager.as_deref(),
        runtimes: &component.runtimes,
        manifests: component.manifests.iter().map(|path| &**path).collect(),
        uses: &component.uses,
    }
}

/// How many files have each role; roles without files are left out.
fn roles(repository: &Repository) -> Vec<RoleV1> {
    let mut counts: BTreeMap<Role, RoleV1> = BTreeMap::new();
    for file in &repository.files {
        let empty = || RoleV1 { role: file.role.name(), files: 0, lines: 0, bytes: 0 };
        let count = counts.entry(file.role).or_insert_with(empty);
        count.files += 1;
        count.lines += u64::from(file.lines);
        count.bytes += file.bytes;
    }
    counts.into_values().collect()
}

fn files(repository: &Repository) -> Vec<FileV1<'_>> {
    repository
        .files
        .iter()
        .map(|file| FileV1 {
            path: &file.path,
            role: file.role.name(),
            language: file.language.map(Language::name),
            lines: file.lines,
            bytes: file.bytes,
        })
        .collect()
}

fn dependencies(repository: &Repository) -> Vec<DependencyV1<'_>> {
    let facts = repository.facts.each::<DependencyUse>();
    facts
        .map(|(fact, it)| DependencyV1 {
            ecosystem: it.dependency.ecosystem.name(),
            name: &it.dependency.name,
            requirement: &it.dependency.requirement,
            scope: match it.dependency.scope {
                DependencyScope::Runtime => "runtime",
                DependencyScope::Development => "development",
            },
            place: PlaceV1::from(&fact.place),
            local: it.dependency.local.as_deref(),
            how: it.how,
            used_at: it.at.as_ref().map(PlaceV1::from),
        })
        .collect()
}

/// Variables by name, each with the place that says most: the first read in the product, else the first at all.
fn variables(repository: &Repository) -> Vec<VariableV1<'_>> {
    let mut named: BTreeMap<&str, &str> = BTreeMap::new();
    for (fact, file) in repository.facts.each::<EnvironmentFile>() {
        for name in &file.names {
            named.entry(name).or_insert(&fact.place.path);
        }
    }
    let undocumented = repository.facts.each::<UndocumentedVariable>();
    let undocumented: BTreeSet<&str> = undocumented.map(|(_, it)| it.name.as_str()).collect();
    let mut reads: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for (fact, read) in repository.facts.each::<EnvironmentRead>() {
        reads.entry(&read.name).or_default().push(fact);
    }
    let mut list = Vec::with_capacity(reads.len());
    for (name, facts) in reads {
        let Some(first) = facts.iter().min_by_key(|fact| (fact.role, &fact.place)) else { continue };
        list.push(VariableV1 {
            name,
            reads: facts.len(),
            role: first.role.name(),
            place: PlaceV1::from(&first.place),
            documented_in: named.get(name).copied(),
            undocumented: undocumented.contains(name),
        });
    }
    list
}

fn environment_files(repository: &Repository) -> Vec<EnvironmentFileV1<'_>> {
    let facts = repository.facts.each::<EnvironmentFile>();
    facts
        .map(|(fact, file)| EnvironmentFileV1 {
            path: &fact.place.path,
            template: file.is_template,
            environment: &file.environment,
            variables: file.names.len(),
        })
        .collect()
}

fn pipelines(repository: &Repository) -> Vec<PipelineV1<'_>> {
    let mut purposes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (fact, run) in repository.facts.each::<PipelineRun>() {
        purposes.entry(&fact.place.path).or_default().extend(run.purposes.iter().map(String::as_str));
    }
    let facts = repository.facts.each::<Pipeline>();
    facts
        .map(|(fact, pipeline)| {
            let triggers: BTreeSet<_> = pipeline.triggers.iter().map(|trigger| trigger.kind).collect();
            PipelineV1 {
                path: &fact.place.path,
                system: &pipeline.system,
                name: &pipeline.name,
                triggers: triggers.into_iter().map(TriggerKind::name).collect(),
                jobs: pipeline.jobs.len(),
                read: pipeline.is_read,
                purposes: purposes.get(&*fact.place.path).into_iter().flatten().copied().collect(),
            }
        })
        .collect()
}

/// Tools in real use, by id; what a manifest only declares is left to the dependencies.
fn tools(repository: &Repository) -> Vec<ToolUseV1<'_>> {
    let mut tools: BTreeMap<&str, ToolUseV1<'_>> = BTreeMap::new();
    for (fact, it) in repository.facts.each::<ToolUse>() {
        if !it.is_real(fact.role) {
            continue;
        }
        let new = || ToolUseV1 { tool: &it.tool, title: &it.title, topics: &it.topics, uses: Vec::new() };
        let place = PlaceV1::from(&fact.place);
        tools.entry(&it.tool).or_insert_with(new).uses.push(UseV1 { how: it.how, role: fact.role.name(), place });
    }
    tools.into_values().collect()
}

fn diagnostic(diagnostic: &Diagnostic) -> DiagnosticV1<'_> {
    DiagnosticV1 {
        path: diagnostic.path.as_deref(),
        line: diagnostic.span.map(|span| span.line),
        message: &diagnostic.message,
    }
}
