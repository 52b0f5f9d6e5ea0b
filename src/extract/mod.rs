//! Extractors: each makes the facts of one subject from one file's text. None looks at another file.

mod api;
mod binary;
mod code;
mod container;
mod dispatch;
mod document;
pub(crate) mod edge;
mod entry_point;
mod environment;
mod extractor;
mod import;
mod infrastructure;
mod kubernetes;
mod literals;
mod manifest;
mod migration;
mod pattern;
mod pipeline;
mod platform;
mod probe;
pub mod secret;
mod setting;
mod setup;
mod sql;
mod task;
pub mod waiver;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::facts::Kind as K;
use crate::signals::Signals;

pub use binary::binary;
pub use dispatch::{Extracted, Extractors, Spent};
pub use extractor::{Demand, Extractor, Found, Hit};
pub use pattern::{Pattern, Shape};

/// What extractors are made of, and which of them are wanted.
pub struct Wanted<'a> {
    /// The formats of credentials.
    pub formats: secret::Formats,
    /// The known tools.
    pub signals: &'a Signals,
    /// The patterns of rules.
    pub patterns: &'a [Arc<Pattern>],
    /// The kinds of facts that somebody looks at; `None`: all.
    pub kinds: Option<BTreeSet<K>>,
}

/// The extractors of this program that make wanted facts, in the order in which their facts are listed for a file.
fn all(wanted: Wanted<'_>) -> Vec<Box<dyn Extractor>> {
    let Wanted { formats, signals, patterns, kinds } = wanted;
    let mut list: Vec<Box<dyn Extractor>> = Vec::new();
    // Each subject with the kinds of facts that it makes.
    let mut add = |makes: &[K], subject: &mut dyn Iterator<Item = Box<dyn Extractor>>| {
        if kinds.as_ref().is_none_or(|kinds| makes.iter().any(|kind| kinds.contains(kind))) {
            list.extend(subject);
        }
    };
    add(
        &[K::Dependency, K::EntryPoint, K::LockFile, K::Manifest, K::SharedDependency],
        &mut manifest::all().into_iter(),
    );
    add(&[K::Import, K::Mention, K::ModuleAlias], &mut import::all().into_iter());
    add(&[K::EntryPoint], &mut entry_point::all().into_iter());
    add(
        &[
            K::ConsoleCall,
            K::ErrorWrapper,
            K::HandlerFunction,
            K::HandlerReference,
            K::ResponseHeader,
            K::Route,
            K::RouterMount,
            K::SwallowedError,
            K::TestFile,
        ],
        &mut code::all().into_iter(),
    );
    add(&[K::CheckScript, K::ComposeService, K::Dockerfile, K::PrivilegeDrop], &mut container::all().into_iter());
    add(&[K::ChartFile, K::KubernetesObject, K::Kustomization], &mut kubernetes::all().into_iter());
    add(&[K::Pipeline, K::WorkflowRisk], &mut pipeline::all().into_iter());
    add(&[K::Task], &mut task::all().into_iter());
    add(&[K::FrameworkSetting, K::Setting], &mut setting::all().into_iter());
    add(&[K::Probe], &mut probe::all().into_iter());
    add(&[K::EdgeSetting], &mut edge::all().into_iter());
    add(&[K::PlatformFile], &mut platform::all().into_iter());
    add(&[K::InfrastructureResource, K::Probe], &mut infrastructure::all().into_iter());
    add(&[K::SqlScript], &mut std::iter::once(Box::new(sql::SqlScripts) as _));
    add(
        &[
            K::ChangelogInclude,
            K::DatabaseBackup,
            K::DeclaredSchema,
            K::EngineSetting,
            K::LockTimeout,
            K::MigrationLock,
            K::MigrationScript,
            K::SchemaDefinition,
            K::WrittenModel,
        ],
        &mut migration::all().into_iter(),
    );
    add(
        &[K::EnvironmentCheck, K::EnvironmentFile, K::EnvironmentRead, K::IgnoreFile, K::StageConfiguration],
        &mut environment::all().into_iter(),
    );
    add(&[K::Secret, K::PastSecret], &mut secret::all(formats).into_iter());
    add(&[K::ApiDescription], &mut api::all().into_iter());
    add(&[K::CodeOwners, K::Document, K::Licence], &mut document::all(signals).into_iter());
    add(&[K::LocalImport, K::ToolSetup], &mut setup::all(signals).into_iter());
    if !patterns.is_empty() {
        add(&[K::PatternMatch], &mut std::iter::once(Box::new(pattern::Patterns::new(patterns)) as _));
    }
    add(&[K::InlineWaiver], &mut std::iter::once(Box::new(waiver::InlineWaivers) as _));
    list
}
