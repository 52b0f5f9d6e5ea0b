//! Components: the packages and services of a repository.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Attributes, Ecosystem, Language, Place, RepoPath, Value};

/// What a component is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// Listens for network requests or runs as a long-lived worker.
    Service,
    /// Ships a user interface to browsers.
    Web,
    /// Code for other code.
    Library,
    /// A program that people start at a terminal.
    Cli,
    /// Describes infrastructure.
    Infra,
}

impl ComponentKind {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Web => "web",
            Self::Library => "library",
            Self::Cli => "cli",
            Self::Infra => "infra",
        }
    }
}

/// Why a component is of a kind: the evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conclusion {
    /// In a few words.
    pub reason: String,
    /// Where it can be seen.
    pub place: Place,
}

/// A package or a service.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Component {
    /// Its folder, `""` for the root.
    pub path: String,
    /// Its name, from the manifest or else the folder.
    pub name: String,
    /// The kinds, each with its evidence.
    pub kinds: BTreeMap<ComponentKind, Conclusion>,
    /// The kinds that people name it by: those that it is besides are left out.
    pub main_kinds: Vec<ComponentKind>,
    /// The folder of the pages, where a service renders them in one of its own.
    pub interface: Option<String>,
    /// Languages by amount of product code, the largest first.
    pub languages: Vec<Language>,
    /// Frameworks in use, sorted by title.
    pub frameworks: Vec<String>,
    /// `pnpm`, `uv`, `cargo`, …
    pub package_manager: Option<String>,
    /// Whether it is nothing but documentation: a site of static pages that nobody logs, traces or pages anybody for.
    pub is_documentation: bool,
    /// Versions of runtimes that its files ask for: `node` → `22`.
    pub runtimes: BTreeMap<String, String>,
    /// Its manifests, those of its main language first.
    pub manifests: Vec<RepoPath>,
    /// Where its packages come from, that of its main language first; none: no manifest makes it a component.
    pub ecosystems: Vec<Ecosystem>,
    /// Paths of other components of this repository that it depends on, directly or not, sorted.
    pub uses: Vec<String>,
}

impl Component {
    /// Whether a path is inside its folder.
    pub fn contains(&self, path: &str) -> bool {
        self.path.is_empty()
            || path.strip_prefix(self.path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether code of a language can be of its packages: Go below a package.json is part of the Go module above.
    pub fn is_written_in(&self, language: Language) -> bool {
        self.ecosystems.is_empty() || self.ecosystems.iter().any(|ecosystem| ecosystem.is_written_in(language))
    }

    /// The language with the most lines of product code.
    pub fn main_language(&self) -> Option<Language> {
        self.languages.first().copied()
    }

    /// Whether it is deployed somewhere: a service or a web application. A site of documentation is neither.
    pub fn is_deployable(&self) -> bool {
        !self.is_documentation
            && (self.kinds.contains_key(&ComponentKind::Service) || self.kinds.contains_key(&ComponentKind::Web))
    }
}

impl Attributes for Component {
    const FIELDS: &'static [&'static str] = &["name", "kind", "framework", "language", "main-language"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "name" => Value::Text(&self.name),
            // What rules ask of what is deployed, nobody asks of a site of documentation.
            "kind" if self.is_documentation => Value::Words(Vec::new()),
            "kind" => Value::Words(self.kinds.keys().map(|kind| kind.name()).collect()),
            "framework" => Value::Words(self.frameworks.iter().map(String::as_str).collect()),
            "language" => Value::Words(self.languages.iter().map(|language| language.name()).collect()),
            "main-language" => Value::Text(self.main_language()?.name()),
            _ => return None,
        })
    }
}
