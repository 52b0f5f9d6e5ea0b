//! Which facts the derivations start from. Who judges a few rules has to extract no more than what those follow from; and
//! where a derivation fails, what follows from it is lost.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::facts::{Diagnostic, Kind as K, Level};

/// What a derivation makes, and all kinds of facts that it looks at.
struct Derivation {
    makes: &'static [K],
    from: &'static [K],
}

/// The derivations of [`super::Repository::build`].
const DERIVATIONS: &[Derivation] = &[
    Derivation { makes: &[K::Dependency], from: &[K::SharedDependency] },
    Derivation {
        makes: &[K::Route],
        from: &[
            K::Dependency,
            K::FrameworkSetting,
            K::HandlerFunction,
            K::HandlerReference,
            K::Manifest,
            K::RouterMount,
            K::ToolSetup,
        ],
    },
    Derivation {
        makes: &[K::Component],
        from: &[
            K::ComposeService,
            K::Dependency,
            K::EntryPoint,
            K::Import,
            K::KubernetesObject,
            K::Kustomization,
            K::LockFile,
            K::Manifest,
            K::ModuleAlias,
            K::Task,
            K::ToolSetup,
        ],
    },
    Derivation { makes: &[K::TestSuite], from: &[K::TestFile, K::Component] },
    Derivation {
        makes: &[K::PipelineRun, K::ToothlessGate, K::DeliveryPath, K::DeliveryStep],
        from: &[K::Pipeline, K::Task, K::TestFile, K::Dependency, K::ComposeService, K::Dockerfile],
    },
    Derivation {
        makes: &[K::Workload, K::WorkloadContainer, K::DormantTemplate, K::Probe],
        from: &[K::KubernetesObject, K::Kustomization, K::ChartFile],
    },
    Derivation {
        makes: &[K::ContainerImage, K::PackedComponent, K::IgnoredContext, K::DeployedImage, K::ContainerCheck],
        from: &[
            K::CheckScript,
            K::Component,
            K::ComposeService,
            K::Dockerfile,
            K::IgnoreFile,
            K::PipelineRun,
            K::PrivilegeDrop,
            K::Probe,
            K::Route,
            K::Task,
            K::WorkloadContainer,
        ],
    },
    Derivation {
        makes: &[K::ProbeAnswer],
        from: &[
            K::Component,
            K::ComposeService,
            K::ContainerImage,
            K::Dockerfile,
            K::KubernetesObject,
            K::Probe,
            K::Route,
            K::WorkloadContainer,
        ],
    },
    Derivation {
        makes: &[K::Tool],
        from: &[
            K::Component,
            K::Dependency,
            K::Dockerfile,
            K::DormantTemplate,
            K::FrameworkSetting,
            K::Import,
            K::InfrastructureResource,
            K::LocalImport,
            K::PipelineRun,
            K::PlatformFile,
            K::Task,
            K::ToolSetup,
        ],
    },
    Derivation {
        makes: &[K::DependencyUse],
        from: &[K::Dependency, K::Import, K::Mention, K::PipelineRun, K::Task, K::Tool],
    },
    Derivation {
        makes: &[
            K::RelationalSchema,
            K::MigrationHistory,
            K::Migration,
            K::MigrationWayBack,
            K::HistoryLock,
            K::MigrationDisorder,
            K::HistoryBreak,
            K::ForeignKey,
            K::SchemaComparison,
            K::SchemaDifference,
            K::MigrationTrial,
            K::DatabaseBackup,
            K::SeedData,
            K::SchemaChange,
        ],
        from: &[
            K::ChangelogInclude,
            K::ComposeService,
            K::DeclaredSchema,
            K::Dependency,
            K::EngineSetting,
            K::EnvironmentFile,
            K::InfrastructureResource,
            K::LockTimeout,
            K::Manifest,
            K::MigrationLock,
            K::MigrationScript,
            K::Pipeline,
            K::PipelineRun,
            K::PlatformFile,
            K::SchemaDefinition,
            K::SqlScript,
            K::Task,
            K::TestGround,
            K::Tool,
            K::WrittenModel,
        ],
    },
    Derivation {
        makes: &[K::IgnoredEnvironment, K::UndocumentedVariable],
        from: &[K::Component, K::EnvironmentFile, K::EnvironmentRead, K::IgnoreFile],
    },
    Derivation { makes: &[K::CommittedOutput], from: &[] },
    Derivation { makes: &[K::StageSeparation], from: &[K::StageConfiguration] },
    Derivation {
        makes: &[K::VersionLocking],
        from: &[K::Component, K::Dependency, K::LockFile, K::Manifest, K::SharedDependency],
    },
];

/// The kinds with all those that they follow from.
pub fn needed(wanted: BTreeSet<K>) -> BTreeSet<K> {
    let mut open: Vec<K> = wanted.iter().copied().collect();
    let mut needed = wanted;
    while let Some(kind) = open.pop() {
        for derivation in DERIVATIONS.iter().filter(|derivation| derivation.makes.contains(&kind)) {
            open.extend(derivation.from.iter().filter(|from| needed.insert(**from)));
        }
    }
    needed
}

/// The derivations that failed, by a kind of fact that each would have made.
#[derive(Debug, Default)]
pub(super) struct Failures(Vec<K>);

impl Failures {
    /// Runs the derivation that makes a kind of facts. A defect of ours costs what follows from it, and is said; it must
    /// not cost the report.
    pub(super) fn attempt<T: Default>(&mut self, makes: K, derive: impl FnOnce() -> T) -> T {
        catch_unwind(AssertUnwindSafe(derive)).unwrap_or_else(|_| {
            self.0.push(makes);
            T::default()
        })
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Every kind of fact that is lost.
    pub(super) fn lost(&self) -> BTreeSet<K> {
        let made = DERIVATIONS.iter().filter(|own| own.makes.iter().any(|kind| self.0.contains(kind)));
        let mut lost: BTreeSet<K> = made.flat_map(|own| own.makes).chain(&self.0).copied().collect();
        loop {
            let before = lost.len();
            for derivation in DERIVATIONS {
                if derivation.from.iter().any(|kind| lost.contains(kind)) {
                    lost.extend(derivation.makes);
                }
            }
            if lost.len() == before {
                return lost;
            }
        }
    }

    /// What is said of each of them: the scan is incomplete.
    pub(super) fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> {
        self.0.iter().map(|kind| {
            let message = format!("deriving `{}` failed, which is a defect of auditor: please report it", kind.name());
            Diagnostic { path: None, span: None, level: Level::Error, message }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derivation_that_fails_costs_what_follows_from_it_and_no_more() {
        let mut failures = Failures::default();
        assert_eq!(failures.attempt(K::StageSeparation, || 1), 1);
        assert_eq!(failures.lost(), BTreeSet::new());
        let made: Vec<u8> = failures.attempt(K::DeliveryStep, || panic!("a defect of this test"));
        assert!(made.is_empty());
        let lost = failures.lost();
        assert!([K::PipelineRun, K::DeliveryStep, K::ContainerImage, K::Tool].iter().all(|kind| lost.contains(kind)));
        assert!([K::Pipeline, K::Secret, K::Component].iter().all(|kind| !lost.contains(kind)));
        assert!(
            failures.diagnostics().all(|said| said.level == Level::Error && said.message.contains("delivery-step"))
        );
    }

    #[test]
    fn what_a_fact_follows_from_is_needed_to_the_end() {
        let of = |kind| needed(BTreeSet::from([kind]));
        assert_eq!(of(K::Secret), BTreeSet::from([K::Secret]));
        assert!(of(K::MigrationTrial).is_superset(&BTreeSet::from([
            K::SqlScript,
            K::Pipeline,
            K::Task,
            K::Import,
            K::KubernetesObject
        ])));
        assert!(!of(K::MigrationTrial).contains(&K::ConsoleCall));
    }
}
