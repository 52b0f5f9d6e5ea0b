//! Package manifests, what they declare, and what code imports.

use std::collections::BTreeMap;

use super::{Attributes, Language, Place, Value};

macro_rules! ecosystems {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// A package ecosystem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Ecosystem { $(#[doc = $name] $variant),+ }

        impl Ecosystem {
            /// The prefix in rules and signals: `npm:express`.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// The ecosystem of that prefix.
            pub fn from_name(name: &str) -> Option<Self> { match name { $($name => Some(Self::$variant),)+ _ => None } }
        }
    };
}

ecosystems! {
    Npm = "npm", PyPi = "pypi", Go = "go", Cargo = "cargo", Maven = "maven", NuGet = "nuget",
    RubyGems = "gem", Composer = "composer", Hex = "hex", Deno = "deno", Swift = "swift", Pub = "pub",
}

impl Ecosystem {
    /// Whether packages of it are written in a language.
    pub fn is_written_in(self, language: Language) -> bool {
        match self {
            Self::Npm | Self::Deno => language.is_javascript_family(),
            Self::PyPi => language == Language::Python,
            Self::Go => language == Language::Go,
            Self::Cargo => language == Language::Rust,
            Self::Maven => {
                matches!(language, Language::Java | Language::Kotlin | Language::Scala | Language::Groovy)
            }
            Self::NuGet => matches!(language, Language::CSharp | Language::FSharp | Language::VisualBasic),
            Self::RubyGems => language == Language::Ruby,
            Self::Composer => language == Language::Php,
            Self::Hex => matches!(language, Language::Elixir | Language::Erlang),
            Self::Swift => language == Language::Swift,
            Self::Pub => language == Language::Dart,
        }
    }
}

/// When a dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyScope {
    /// When the product runs.
    Runtime,
    /// To develop, build or test it.
    Development,
}

/// A declared dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Where packages of this kind come from.
    pub ecosystem: Ecosystem,
    /// The package's name in its ecosystem (Maven: `group:artifact`; PyPI: normalised).
    pub name: String,
    /// The version or range as written, `""` where there is none.
    pub requirement: String,
    /// When it is needed.
    pub scope: DependencyScope,
    /// The folder of a component of this repository that it names (`workspace:`, `path =`, project references).
    pub local: Option<String>,
    /// The name under which code imports it, where it is another one (`x = { package = "y" }`).
    pub alias: Option<String>,
    /// The shared declaration that says the rest: `libs.x.y` of a version catalogue, `x` of a Cargo workspace.
    pub shared: Option<String>,
}

/// A declaration that other manifests take up by an alias: an entry of a version catalogue or of a workspace. By itself
/// it is no dependency of anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedDependency {
    /// How others name it.
    pub alias: String,
    /// What it stands for; several for a bundle, whose `shared` names its parts.
    pub dependency: Dependency,
}

impl Attributes for SharedDependency {
    const FIELDS: &'static [&'static str] = Dependency::FIELDS;

    fn value(&self, field: &str) -> Option<Value<'_>> {
        self.dependency.value(field)
    }
}

impl Attributes for Dependency {
    const FIELDS: &'static [&'static str] = &["ecosystem", "name", "scope"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "ecosystem" => Value::Text(self.ecosystem.name()),
            "name" => Value::Text(&self.name),
            "scope" => Value::Text(match self.scope {
                DependencyScope::Runtime => "runtime",
                DependencyScope::Development => "development",
            }),
            _ => return None,
        })
    }
}

/// How a declared dependency is used, at its declaration. Derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencyUse {
    /// What is declared.
    pub dependency: Dependency,
    /// `import`; `configuration` (a file of settings names it, or it has settings of its own); `command` (a script, a
    /// target or a pipeline starts it); `types` (code imports its types alone); `implicit` (the ecosystem loads it, or something that is used needs it);
    /// `test` (needed at run time by its declaration, and only tests import it); `declared` (nothing uses it).
    pub how: &'static str,
    /// The first use, `None` for those that show nowhere.
    pub at: Option<Place>,
}

impl Attributes for DependencyUse {
    const FIELDS: &'static [&'static str] = &["ecosystem", "name", "scope", "how"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        if field == "how" { Some(Value::Text(self.how)) } else { self.dependency.value(field) }
    }
}

/// Something names a package without importing it: settings (a plugin, a preset, an application of Django), or code for
/// its types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Whose packages these are.
    pub ecosystem: Ecosystem,
    /// The name as written; for Python, a module.
    pub name: String,
    /// Code imports its types, which the compiler removes.
    pub is_type: bool,
}

impl Attributes for Mention {
    const FIELDS: &'static [&'static str] = &["ecosystem", "name"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "ecosystem" => Value::Text(self.ecosystem.name()),
            "name" => Value::Text(&self.name),
            _ => return None,
        })
    }
}

/// A module that code imports or requires, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Whose modules these are.
    pub ecosystem: Ecosystem,
    /// The module's name as the code writes it: `@sentry/nextjs`, `sentry_sdk.integrations`.
    pub module: String,
}

impl Attributes for Import {
    const FIELDS: &'static [&'static str] = &["ecosystem", "module"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "ecosystem" => Value::Text(self.ecosystem.name()),
            "module" => Value::Text(&self.module),
            _ => return None,
        })
    }
}

/// A name under which code of a folder imports files of the same repository, by the `paths` of a tsconfig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleAlias {
    /// The name as code writes it, with at most one `*`.
    pub pattern: String,
    /// What it stands for, relative to the repository's root, with `*` where the pattern has one.
    pub target: String,
}

impl Attributes for ModuleAlias {
    const FIELDS: &'static [&'static str] = &["pattern", "target"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(Value::Text(match field {
            "pattern" => &self.pattern,
            "target" => &self.target,
            _ => return None,
        }))
    }
}

/// A package manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The ecosystem that reads it.
    pub ecosystem: Ecosystem,
    /// The package's name, where it says one.
    pub name: Option<String>,
    /// The version, where it says one.
    pub version: Option<String>,
    /// Declared private, or without what publishing needs.
    pub is_private: bool,
    /// Globs of member folders, relative to the manifest's folder; empty where it is no workspace.
    pub members: Vec<String>,
    /// `pnpm`, `poetry`, … where the manifest itself tells.
    pub package_manager: Option<String>,
    /// Versions of runtimes that it asks for: `node` → `>=22`.
    pub runtimes: BTreeMap<String, String>,
    /// Whether it stands for a package of its own (a Cargo workspace root or a solution does not).
    pub is_package: bool,
    /// The folder of its sources, where it says that they lie in one of the repository's other folders.
    pub sources: Option<String>,
}

impl Attributes for Manifest {
    const FIELDS: &'static [&'static str] = &["ecosystem", "name", "private", "manager"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "ecosystem" => Value::Text(self.ecosystem.name()),
            "name" => Value::Text(self.name.as_deref()?),
            "private" => Value::Flag(self.is_private),
            "manager" => Value::Text(self.package_manager.as_deref()?),
            _ => return None,
        })
    }
}

/// A lock file, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    /// The ecosystem whose versions it pins.
    pub ecosystem: Ecosystem,
    /// The package manager that writes it.
    pub manager: String,
}

impl Attributes for LockFile {
    const FIELDS: &'static [&'static str] = &["ecosystem", "manager"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "ecosystem" => Value::Text(self.ecosystem.name()),
            "manager" => Value::Text(&self.manager),
            _ => return None,
        })
    }
}

/// What starts, serves or publishes a component: evidence for its kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPoint {
    /// `server` and `worker` (its code listens or works off a queue), `process` (somebody starts it as a long-lived
    /// process: a Procfile, an exposed port), `function` (a platform calls its code), `application` (somebody starts it,
    /// though it has no main function), `interface` (it mounts a user interface of its own), `web` (a server that
    /// renders pages), `cli` (a declared command), `program` (a main function), `client` (a mobile or desktop
    /// application), `library` (a published package), `module` (others can require it, and nothing says that it is
    /// published), `infra`, `test` (a project of tests).
    pub kind: &'static str,
    /// In a few words: `bin entry "auditor"`, `listens with http.ListenAndServe`.
    pub detail: String,
    /// The folder of the code that is meant, where it is not the one of the file that says so.
    pub target: Option<String>,
}

impl Attributes for EntryPoint {
    const FIELDS: &'static [&'static str] = &["kind", "detail"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(self.kind),
            "detail" => Value::Text(&self.detail),
            _ => return None,
        })
    }
}
