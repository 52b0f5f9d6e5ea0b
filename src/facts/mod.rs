//! The vocabulary: what can be true of a place in a file. Facts know their place and nothing about rules.
//!
//! This module is the leaf of the import order. Every fact type says which of its fields a rule may name
//! ([`Attributes`]), so a rule that names another one is refused when it is loaded.

mod api;
mod attributes;
mod binary;
mod component;
mod console;
mod container;
pub mod data;
mod delivery;
mod diagnostic;
mod document;
mod edge;
mod environment;
mod error_wrapper;
mod file;
mod framework_setting;
mod gate;
mod handler;
mod health_check;
mod history;
mod ids;
mod infrastructure;
mod kubernetes;
mod language;
mod manifest;
mod migration;
mod migration_setting;
mod operation;
mod pattern;
mod pipeline;
mod place;
mod platform;
mod probe;
mod role;
mod route;
mod schema;
mod secret;
mod setting;
mod setup;
mod severity;
mod stage;
mod swallowed;
mod task;
mod test_code;
mod test_ground;
mod tool;
mod unread;
mod waiver;

pub use api::{ApiDescription, ResponseHeader};
pub use attributes::{Attributes, Value};
pub use binary::{Binary, CommittedOutput, VersionLocking};
pub use component::{Component, ComponentKind, Conclusion};
pub use console::ConsoleCall;
pub use container::{
    BuildStage, ComposeBuild, ComposeService, ContainerCheck, ContainerImage, DeployedImage, Dockerfile,
    IgnoredContext, ImageName, PackedComponent, PrivilegeDrop,
};
pub use delivery::{DeliveryAct, DeliveryStep};
pub use diagnostic::{Diagnostic, Level};
pub use document::{CodeOwners, Document, DocumentForm, DocumentSubject, Licence};
pub use edge::{EdgeKind, EdgeSetting};
pub use environment::{
    EnvironmentCheck, EnvironmentFile, EnvironmentRead, IgnoreFile, IgnoredEnvironment, UndocumentedVariable,
};
pub use error_wrapper::ErrorWrapper;
pub use file::{Encoding, File, FileId};
pub use framework_setting::FrameworkSetting;
pub use gate::{DeliveryPath, InputFlow, InputTarget, RiskKind, ToothlessGate, WorkflowRisk};
pub use handler::{DEFAULT_HANDLER, HEALTH_INDICATOR, HandlerFunction, HandlerReference, holder_stem};
pub use health_check::{CheckScript, HealthCheck, SCRIPT_EXTENSIONS, sends_request};
pub use history::{DatabaseBackup, HistoryLock, MigrationDisorder, MigrationTrial, MigrationWayBack, SeedData};
pub use ids::{CategoryId, RuleId};
pub use infrastructure::InfrastructureResource;
pub use kubernetes::{
    ChartContent, ChartFile, DormantTemplate, KubernetesObject, Kustomization, UNKNOWN_VALUE, Workload,
    WorkloadContainer, pod_of, probes_of,
};
pub use language::Language;
pub use manifest::{
    Dependency, DependencyScope, DependencyUse, Ecosystem, EntryPoint, Import, LockFile, Manifest, Mention,
    ModuleAlias, SharedDependency,
};
pub use migration::{
    Column, Constraint, ConstraintKind, MATERIALIZED_VIEW, MODEL_STAYS, Migration, MigrationHistory, MigrationLock,
    MigrationScript, NOT_NULL, OPEN_TABLE, REBUILT, REWRITE_CHARSET, REWRITE_CLUSTER, REWRITE_COPY, REWRITE_FULL,
    REWRITE_KEY, REWRITE_LOCK, REWRITE_SERIAL, REWRITE_STORAGE, REWRITE_STORED, REWRITE_VOLATILE, SchemaChange,
    SqlScript, Statement, TEXT_INDEX,
};
pub use migration_setting::{ChangelogInclude, EngineSetting, LockTimeout};
pub use operation::{Danger, Operation};
pub use pattern::PatternMatch;
pub use pipeline::{
    After, Include, Job, Pipeline, PipelineRun, Script, Service, Step, StepAction, Trigger, TriggerKind,
};
pub use place::{Place, RepoPath, Span};
pub use platform::{PlatformFile, PlatformPart};
pub use probe::{Probe, ProbeAnswer, ProbeKind};
pub use role::Role;
pub use route::{INHERITED, Route, RouterMount, is_of_interest, join_paths};
pub use schema::{
    DeclaredSchema, ForeignKey, HistoryBreak, ModelStatement, RelationalSchema, SchemaComparison, SchemaDefinition,
    SchemaDifference, WrittenModel,
};
pub use secret::{PastSecret, Secret};
pub use setting::{Setting, SettingSubject};
pub use setup::{LocalImport, ToolSetup};
pub use severity::{Horizon, Severity};
pub use stage::{Stage, StageConfiguration, StageSeparation};
pub use swallowed::SwallowedError;
pub use task::{Task, TaskRunner};
pub use test_code::{TestFile, TestSuite};
pub use test_ground::{Ground, TestGround, database_of_image};
pub use tool::ToolUse;
pub use unread::UnreadFile;
pub use waiver::InlineWaiver;

/// The content of one kind of fact.
pub trait Payload: Sized {
    /// The kind.
    const KIND: Kind;

    /// The content, where the data is of this kind.
    fn of(data: &Data) -> Option<&Self>;
}

/// Declares the enum of facts and, from one table, their names, their fields and the access to them.
macro_rules! facts {
    ($($(#[$doc:meta])* $variant:ident($type:ty) = $name:literal),+ $(,)?) => {
        /// One thing that is true of a place, in the field's own terms.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Data { $($(#[$doc])* $variant($type)),+ }

        /// The kinds of facts, by the names that rules use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind { $($(#[$doc])* $variant),+ }

        impl Kind {
            /// Every kind, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that rules use.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }

            /// The fields that a rule may put a condition on.
            pub const fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$variant => <$type as Attributes>::FIELDS),+ }
            }
        }

        impl Data {
            /// Which kind of fact this is.
            pub const fn kind(&self) -> Kind { match self { $(Self::$variant(_) => Kind::$variant),+ } }

            /// The value of a field, `None` where this fact has none.
            pub fn value(&self, field: &str) -> Option<Value<'_>> {
                match self { $(Self::$variant(inner) => inner.value(field)),+ }
            }
        }

        $(impl Payload for $type {
            const KIND: Kind = Kind::$variant;

            fn of(data: &Data) -> Option<&Self> {
                match data {
                    Data::$variant(inner) => Some(inner),
                    _ => None,
                }
            }
        })+
    };
}

facts! {
    /// A dependency that a manifest declares.
    Dependency(Dependency) = "dependency",
    /// A module that code imports.
    Import(Import) = "import",
    /// A declaration that other manifests take up.
    SharedDependency(SharedDependency) = "shared-dependency",
    /// How a declared dependency is used.
    DependencyUse(DependencyUse) = "dependency-use",
    /// Something names a package without importing it.
    Mention(Mention) = "mention",
    /// A name under which code imports files of the same repository.
    ModuleAlias(ModuleAlias) = "module-alias",
    /// A package manifest as a whole.
    Manifest(Manifest) = "manifest",
    /// A lock file.
    LockFile(LockFile) = "lock-file",
    /// A command, server or published package that a manifest or a file declares.
    EntryPoint(EntryPoint) = "entry-point",
    /// Code reads an environment variable.
    EnvironmentRead(EnvironmentRead) = "environment-read",
    /// A file of environment variables, real or a template.
    EnvironmentFile(EnvironmentFile) = "environment-file",
    /// Code checks the environment when it starts.
    EnvironmentCheck(EnvironmentCheck) = "environment-check",
    /// Configuration that is for one stage alone: development, test or production.
    StageConfiguration(StageConfiguration) = "stage-configuration",
    /// A stage that has its own configuration, beside what the repository as a whole lacks.
    StageSeparation(StageSeparation) = "stage-separation",
    /// A file of ignore patterns.
    IgnoreFile(IgnoreFile) = "ignore-file",
    /// An ignore file keeps a component's `.env` out of the repository.
    IgnoredEnvironment(IgnoredEnvironment) = "ignored-environment",
    /// Product code reads a variable that no template names.
    UndocumentedVariable(UndocumentedVariable) = "undocumented-variable",
    /// Code registers an HTTP route.
    Route(Route) = "route",
    /// A router is mounted below a prefix.
    RouterMount(RouterMount) = "router-mount",
    /// A route's handler stands in another file.
    HandlerReference(HandlerReference) = "handler-reference",
    /// A function answers requests, and exercises dependencies or wants somebody signed in.
    HandlerFunction(HandlerFunction) = "handler-function",
    /// A platform asks the program over HTTP whether it is well.
    Probe(Probe) = "probe",
    /// Whether a program answers what its platform asks.
    ProbeAnswer(ProbeAnswer) = "probe-answer",
    /// A Dockerfile as written.
    Dockerfile(Dockerfile) = "dockerfile",
    /// A service of a compose file.
    ComposeService(ComposeService) = "compose-service",
    /// A script is called as checks of health are.
    CheckScript(CheckScript) = "check-script",
    /// A script starts a program as another user than root.
    PrivilegeDrop(PrivilegeDrop) = "privilege-drop",
    /// The image that a Dockerfile makes.
    ContainerImage(ContainerImage) = "container-image",
    /// An image takes a component along whose folder it does not stand in.
    PackedComponent(PackedComponent) = "packed-component",
    /// An ignore file keeps files out of a build context.
    IgnoredContext(IgnoredContext) = "ignored-context",
    /// A resource of a Kubernetes manifest.
    KubernetesObject(KubernetesObject) = "kubernetes-object",
    /// A kustomization.
    Kustomization(Kustomization) = "kustomization",
    /// A file of a Helm chart.
    ChartFile(ChartFile) = "chart-file",
    /// A template of a chart that makes nothing with its values.
    DormantTemplate(DormantTemplate) = "dormant-template",
    /// Something that runs pods.
    Workload(Workload) = "workload",
    /// A container of a workload.
    WorkloadContainer(WorkloadContainer) = "workload-container",
    /// An image of somebody else that is deployed.
    DeployedImage(DeployedImage) = "deployed-image",
    /// A runtime is told how to see whether a program is well.
    ContainerCheck(ContainerCheck) = "container-check",
    /// A setting of a reverse proxy, an ingress or a gateway.
    EdgeSetting(EdgeSetting) = "edge-setting",
    /// What the file of a hosting platform brings.
    PlatformFile(PlatformFile) = "platform-file",
    /// A resource that infrastructure as code declares.
    InfrastructureResource(InfrastructureResource) = "infrastructure-resource",
    /// Code prints to the console.
    ConsoleCall(ConsoleCall) = "console-call",
    /// Code catches an error and drops it.
    SwallowedError(SwallowedError) = "swallowed-error",
    /// A function that wraps route handlers answers their errors.
    ErrorWrapper(ErrorWrapper) = "error-wrapper",
    /// Text that looks like a credential.
    Secret(Secret) = "secret",
    /// A credential that only an earlier commit holds.
    PastSecret(PastSecret) = "past-secret",
    /// A named command of a task runner.
    Task(Task) = "task",
    /// A CI configuration as written.
    Pipeline(Pipeline) = "pipeline",
    /// A command or action that a pipeline finally runs, followed through the repository's own scripts.
    PipelineRun(PipelineRun) = "pipeline-run",
    /// A check of a pipeline that cannot stop a change.
    ToothlessGate(ToothlessGate) = "toothless-gate",
    /// What a workflow risks.
    WorkflowRisk(WorkflowRisk) = "workflow-risk",
    /// A text goes into code, or to another file of the repository, by an input.
    InputFlow(InputFlow) = "input-flow",
    /// The named environments of the delivery.
    DeliveryPath(DeliveryPath) = "delivery-path",
    /// What a pipeline does around a deployment.
    DeliveryStep(DeliveryStep) = "delivery-step",
    /// A setting that decides whether a practice is on.
    Setting(Setting) = "setting",
    /// A setting of a framework.
    FrameworkSetting(FrameworkSetting) = "framework-setting",
    /// A file in which tests are written.
    TestFile(TestFile) = "test-file",
    /// The tests beside the source code.
    TestSuite(TestSuite) = "test-suite",
    /// A script of SQL statements.
    SqlScript(SqlScript) = "sql-script",
    /// A declaration of the schema (a Prisma schema and the like).
    SchemaDefinition(SchemaDefinition) = "schema-definition",
    /// The file in which a tool keeps the state of its history.
    MigrationLock(MigrationLock) = "migration-lock",
    /// A migration in a programming language or in a tool's own format.
    MigrationScript(MigrationScript) = "migration-script",
    /// A file or folder that a Liquibase changelog goes through.
    ChangelogInclude(ChangelogInclude) = "changelog-include",
    /// The engine that a setting names for migrations.
    EngineSetting(EngineSetting) = "engine-setting",
    /// A limit on waiting for locks that is set outside of migrations.
    LockTimeout(LockTimeout) = "lock-timeout",
    /// The repository owns a relational schema.
    RelationalSchema(RelationalSchema) = "relational-schema",
    /// Migrations that are numbered together.
    MigrationHistory(MigrationHistory) = "migration-history",
    /// A versioned migration.
    Migration(Migration) = "migration",
    /// Migrations of a history that can be taken back.
    MigrationWayBack(MigrationWayBack) = "migration-way-back",
    /// What a tool keeps of a history is in the repository.
    HistoryLock(HistoryLock) = "history-lock",
    /// Something is wrong with the order of a history.
    MigrationDisorder(MigrationDisorder) = "migration-disorder",
    /// Tables that code or a written schema declares.
    DeclaredSchema(DeclaredSchema) = "declared-schema",
    /// A model as EF Core writes it down.
    WrittenModel(WrittenModel) = "written-model",
    /// A statement of a history that an empty database would refuse.
    HistoryBreak(HistoryBreak) = "history-break",
    /// A foreign key of the final schema.
    ForeignKey(ForeignKey) = "foreign-key",
    /// A declared schema and the migrations that should end in it.
    SchemaComparison(SchemaComparison) = "schema-comparison",
    /// What differs between a declared schema and its migrations.
    SchemaDifference(SchemaDifference) = "schema-difference",
    /// What tests stand on: a database or a program that they start, what applies migrations there.
    TestGround(TestGround) = "test-ground",
    /// A pipeline starts the program so that it applies its own migrations, or tests that do.
    MigrationTrial(MigrationTrial) = "migration-trial",
    /// Something saves the database.
    DatabaseBackup(DatabaseBackup) = "database-backup",
    /// Data for development or tests that can be loaded into the database.
    SeedData(SeedData) = "seed-data",
    /// A change of the schema that a migration makes, judged in the state that earlier ones leave.
    SchemaChange(SchemaChange) = "schema-change",
    /// A document, a section of one or a link, about a subject.
    Document(Document) = "document",
    /// A file that describes an interface for programs.
    ApiDescription(ApiDescription) = "api-description",
    /// Code or a page sets a header that protects browsers.
    ResponseHeader(ResponseHeader) = "response-header",
    /// A file with a licence.
    Licence(Licence) = "licence",
    /// A file that says who owns which code.
    CodeOwners(CodeOwners) = "code-owners",
    /// A file of machine code, byte code or packed code.
    Binary(Binary) = "binary",
    /// A folder that a tool fills, in the tree.
    CommittedOutput(CommittedOutput) = "committed-output",
    /// How many manifests have a lock file.
    VersionLocking(VersionLocking) = "version-locking",
    /// A component of the repository.
    Component(Component) = "component",
    /// Code or configuration sets a known tool up.
    ToolSetup(ToolSetup) = "tool-setup",
    /// Code imports a file of the repository that is called like what it makes.
    LocalImport(LocalImport) = "local-import",
    /// A pattern of a rule matches.
    PatternMatch(PatternMatch) = "pattern-match",
    /// A known tool is in real use.
    Tool(ToolUse) = "tool",
    /// A comment accepts findings of a rule.
    InlineWaiver(InlineWaiver) = "inline-waiver",
    /// A file that should have been judged and was not read.
    UnreadFile(UnreadFile) = "unread-file",
}

impl Kind {
    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// A fact with its place. The role of the file decides what the fact may be evidence for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Where it is.
    pub place: Place,
    /// The role of the file it is in.
    pub role: Role,
    /// What it says.
    pub data: Data,
}
