//! The keys of each part of each system's files, as their published schemas and references have them.

/// A part of a file.
pub(super) struct Part {
    pub(super) system: &'static str,
    /// Where it stands, from the root of a document.
    pub(super) path: &'static [&'static str],
    /// What it is called.
    pub(super) what: &'static str,
    /// There are no other keys. Where languages and anchors bring keys of their own, only misspelt ones are told.
    pub(super) is_closed: bool,
    pub(super) known: &'static [&'static str],
}

const fn part(
    system: &'static str,
    path: &'static [&'static str],
    what: &'static str,
    is_closed: bool,
    known: &'static [&'static str],
) -> Part {
    Part { system, path, what, is_closed, known }
}

#[rustfmt::skip]
const CIRCLECI_JOB: &[&str] = &[
    "docker", "machine", "macos", "windows", "resource_class", "shell", "steps", "working_directory", "parallelism",
    "environment", "branches", "circleci_ip_ranges", "parameters", "executor", "description", "type", "retention",
    "plan_name", "key",
];

#[rustfmt::skip]
const CIRCLECI_COMMAND: &[&str] = &[
    "description", "parameters", "steps",
];

#[rustfmt::skip]
const CIRCLECI_EXECUTOR: &[&str] = &[
    "description", "parameters", "docker", "machine", "macos", "windows", "resource_class", "shell",
    "working_directory", "environment",
];

#[rustfmt::skip]
const CIRCLECI_RUN_STEP: &[&str] = &[
    "command", "name", "shell", "environment", "background", "working_directory", "no_output_timeout", "when",
    "max_auto_reruns", "auto_rerun_delay",
];

#[rustfmt::skip]
const AZURE_FILE: &[&str] = &[
    "trigger", "pr", "schedules", "pool", "variables", "parameters", "resources", "stages", "jobs", "steps", "name",
    "appendCommitMessageToRunName", "lockBehavior", "extends", "strategy", "container", "services", "workspace",
    "continueOnError", "timeoutInMinutes", "cancelTimeoutInMinutes", "dependsOn", "condition", "displayName", "uses",
    "target", "template", "schema", "templateContext", "job", "environment",
];

#[rustfmt::skip]
const AZURE_STAGE: &[&str] = &[
    "stage", "displayName", "pool", "dependsOn", "condition", "variables", "jobs", "lockBehavior", "trigger",
    "isSkippable", "templateContext", "template", "parameters", "group", "steps", "approval",
];

#[rustfmt::skip]
const AZURE_JOB: &[&str] = &[
    "job", "deployment", "displayName", "dependsOn", "condition", "continueOnError", "timeoutInMinutes",
    "cancelTimeoutInMinutes", "variables", "strategy", "pool", "container", "services", "workspace", "uses", "steps",
    "templateContext", "environment", "lockBehavior", "template", "parameters", "target", "server", "queue", "phase",
    "rerun",
];

#[rustfmt::skip]
const AZURE_STEP: &[&str] = &[
    "script", "bash", "pwsh", "powershell", "task", "checkout", "publish", "download", "downloadBuild", "getPackage",
    "upload", "reviewApp", "template", "parameters", "displayName", "name", "condition", "continueOnError",
    "enabled", "env", "timeoutInMinutes", "retryCountOnTaskFailure", "target", "workingDirectory", "failOnStderr",
    "errorActionPreference", "warningPreference", "informationPreference", "verbosePreference", "debugPreference",
    "progressPreference", "ignoreLASTEXITCODE", "inputs", "clean", "fetchDepth", "fetchTags", "fetchFilter", "lfs",
    "submodules", "path", "persistCredentials", "workspaceRepo", "sparseCheckoutDirectories",
    "sparseCheckoutPatterns", "artifact", "patterns", "sourceStep", "root", "project", "definition", "version",
    "branch", "tags", "resourceName",
];

#[rustfmt::skip]
const BITBUCKET_FILE: &[&str] = &[
    "image", "clone", "options", "definitions", "pipelines", "export", "labels", "triggers",
];

#[rustfmt::skip]
const BITBUCKET_PIPELINES: &[&str] = &[
    "default", "branches", "pull-requests", "tags", "custom", "bookmarks",
];

#[rustfmt::skip]
const BITBUCKET_STEP: &[&str] = &[
    "name", "image", "script", "after-script", "artifacts", "caches", "services", "size", "runs-on", "max-time",
    "deployment", "environment", "trigger", "condition", "clone", "oidc", "fail-fast", "on-fail", "output-variables",
    "runtime", "concurrency-group", "changesets", "type", "variables", "stage", "parallel",
];

#[rustfmt::skip]
const BUILDKITE_STEP: &[&str] = &[
    "agents", "allow_dependency_failure", "allowed_teams", "artifact_paths", "async", "block", "blocked_state",
    "branches", "build", "cache", "cancel_on_build_failing", "command", "commands", "concurrency",
    "concurrency_group", "concurrency_method", "continue_on_failure", "depends_on", "env", "fields", "group", "id",
    "identifier", "if", "if_changed", "image", "input", "key", "label", "manual", "matrix", "name", "notify",
    "parallelism", "plugins", "priority", "prompt", "queue", "retry", "secrets", "signature", "skip", "soft_fail",
    "steps", "timeout_in_minutes", "trigger", "type", "wait", "waiter",
];

/// A job may set all that a file sets, and has a name and a stage, which a file may give all of its jobs.
#[rustfmt::skip]
const TRAVIS: &[&str] = &[
    "language", "os", "dist", "arch", "osx_image", "sudo", "env", "jobs", "matrix", "stages", "install", "script",
    "before_install", "before_script", "before_cache", "after_success", "after_failure", "after_script",
    "before_deploy", "after_deploy", "deploy", "services", "addons", "cache", "branches", "notifications", "git",
    "if", "import", "version", "group", "vm", "workspaces", "merge_mode", "node_js", "npm_args", "python",
    "virtualenv", "rvm", "ruby", "gemfile", "bundler_args", "go", "go_import_path", "gobuild_args", "php",
    "composer_args", "rust", "jdk", "java", "scala", "compiler", "elixir", "otp_release", "erlang", "perl", "perl6",
    "julia", "haskell", "ghc", "cabal", "dart", "dart_task", "swift", "xcode_project", "xcode_workspace",
    "xcode_scheme", "xcode_sdk", "xcode_destination", "podfile", "android", "dotnet", "mono", "solution", "crystal",
    "nix", "smalltalk", "smalltalk_config", "clojure", "lein", "groovy", "r", "r_packages", "r_binary_packages",
    "r_github_packages", "bioc_packages", "bioc_required", "apt_packages", "brew_packages", "pandoc",
    "pandoc_version", "cran", "repos", "warnings_are_errors", "latex", "fortran", "haxe", "neko", "hxml", "elm",
    "elm_test", "elm_format", "d", "tags", "conditions", "filter_secrets", "trace", "quiet", "osx",
    "android_components", "runs_on", "keys", "source_key", "name", "stage",
];

#[rustfmt::skip]
const DRONE_PIPELINE: &[&str] = &[
    "kind", "type", "name", "platform", "workspace", "clone", "concurrency", "services", "steps", "volumes",
    "image_pull_secrets", "depends_on", "trigger", "node", "environment", "pool", "server", "metadata", "version",
    "token", "resolve", "data", "get", "anchors", "pipeline", "branches", "matrix",
];

#[rustfmt::skip]
const DRONE_STEP: &[&str] = &[
    "name", "image", "command", "commands", "entrypoint", "detach", "depends_on", "environment", "failure",
    "privileged", "pull", "settings", "shell", "user", "volumes", "when", "network_mode", "working_dir", "mem_limit",
    "memswap_limit", "mount", "devices", "dns", "dns_search", "extra_hosts", "ports", "resources", "secrets",
    "links", "group",
];

#[rustfmt::skip]
const WOODPECKER_FILE: &[&str] = &[
    "$schema", "clone", "concurrency", "depends_on", "labels", "matrix", "runs_on", "services", "skip_clone",
    "steps", "pipeline", "variables", "when", "workspace", "branches", "platform", "secrets", "cache", "networks",
    "volumes",
];

#[rustfmt::skip]
const WOODPECKER_STEP: &[&str] = &[
    "backend_options", "commands", "depends_on", "detach", "directory", "dns", "dns_search", "entrypoint",
    "environment", "failure", "image", "name", "privileged", "pull", "settings", "volumes", "when", "secrets",
    "group", "user", "ports", "devices", "network_mode", "networks", "extra_hosts", "tmpfs", "shell", "cpu_quota",
    "cpu_set", "cpu_shares", "mem_limit", "memswap_limit", "mem_swappiness", "shm_size", "sysctls", "labels",
    "restart", "isolation", "ulimits", "cap_add", "cap_drop",
];

#[rustfmt::skip]
const CIRRUS_TASK: &[&str] = &[
    "name", "alias", "only_if", "skip", "skip_notifications", "allow_failures", "depends_on", "env", "environment",
    "matrix", "container", "compute_engine_instance", "aws_credentials", "gce_instance", "ec2_instance",
    "eks_container", "gke_container", "aks_container", "azure_container_instance", "docker_builder", "arm_container",
    "windows_container", "freebsd_instance", "macos_instance", "osx_instance", "persistent_worker", "anka_instance",
    "gcp_credentials", "azure_credentials", "oracle_credentials", "timeout_in", "trigger_type", "execution_lock",
    "required_pr_labels", "stateful", "experimental", "use_compute_credits", "auto_cancellation", "always",
    "on_failure", "on_timeout", "file", "folder", "cache", "script", "artifacts", "upload_caches",
    "background_script", "clone_script", "google_credentials", "labels", "pipe", "resources", "steps",
    "failure_notification", "use_static_ip",
];

#[rustfmt::skip]
const APPVEYOR_FILE: &[&str] = &[
    "version", "branches", "skip_tags", "skip_non_tags", "skip_commits", "only_commits", "skip_branch_with_pr",
    "max_jobs", "notifications", "image", "init", "clone_folder", "clone_depth", "clone_script", "shallow_clone",
    "hosts", "environment", "matrix", "cache", "services", "install", "assembly_info", "dotnet_csproj", "nuget",
    "platform", "configuration", "build", "before_build", "build_script", "after_build", "before_package", "test",
    "before_test", "test_script", "after_test", "artifacts", "before_deploy", "deploy", "deploy_script",
    "after_deploy", "on_success", "on_failure", "on_finish", "on_image_bake", "on_build_success", "on_build_failure",
    "on_build_finish", "pull_requests", "stack", "for", "os", "build_cloud", "xcode_version", "scripts",
    "rdp_password", "project_name", "skip_branch_with_tag", "max_builds", "rolling_builds", "before_install",
    "fast_finish", "ssh_known_hosts", "provider", "project_directory",
];

#[rustfmt::skip]
const CLOUD_FILE: &[&str] = &[
    "steps", "timeout", "queueTtl", "logsBucket", "options", "substitutions", "tags", "serviceAccount", "secrets",
    "availableSecrets", "artifacts", "images", "source", "dependencies", "projectId", "id", "name", "gitConfig",
];

#[rustfmt::skip]
const CLOUD_STEP: &[&str] = &[
    "name", "args", "env", "dir", "id", "waitFor", "entrypoint", "secretEnv", "volumes", "timeout", "status",
    "allowFailure", "allowExitCodes", "exitCode", "script", "automapSubstitutions", "pullTiming", "timing",
    "results", "remoteConfig",
];

#[rustfmt::skip]
const CODEBUILD_FILE: &[&str] = &[
    "version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache",
];

#[rustfmt::skip]
const CODEBUILD_PHASES: &[&str] = &[
    "install", "pre_build", "build", "post_build",
];

#[rustfmt::skip]
const CODEBUILD_PHASE: &[&str] = &[
    "run-as", "on-failure", "commands", "finally", "runtime-versions", "steps",
];

#[rustfmt::skip]
const TEKTON_OBJECT: &[&str] = &[
    "apiVersion", "kind", "metadata", "spec", "status", "items",
];

#[rustfmt::skip]
const TEKTON_PIPELINE: &[&str] = &[
    "displayName", "description", "params", "tasks", "workspaces", "results", "finally", "resources",
];

#[rustfmt::skip]
const TEKTON_TASK_OF_PIPELINE: &[&str] = &[
    "name", "displayName", "description", "taskRef", "taskSpec", "when", "retries", "runAfter", "params", "matrix",
    "workspaces", "timeout", "onError", "pipelineRef", "pipelineSpec", "conditions", "resources",
];

/// All parts.
pub(super) const PARTS: &[Part] = &[
    part("CircleCI", &["jobs", "*"], "a job", true, CIRCLECI_JOB),
    part("CircleCI", &["commands", "*"], "a command", true, CIRCLECI_COMMAND),
    part("CircleCI", &["executors", "*"], "an executor", true, CIRCLECI_EXECUTOR),
    part("CircleCI", &["jobs", "*", "steps", "[]", "run"], "a run step", true, CIRCLECI_RUN_STEP),
    part("CircleCI", &["commands", "*", "steps", "[]", "run"], "a run step", true, CIRCLECI_RUN_STEP),
    part("Azure Pipelines", &[], "a file", false, AZURE_FILE),
    part("Azure Pipelines", &["stages", "[]"], "a stage", true, AZURE_STAGE),
    part("Azure Pipelines", &["jobs", "[]"], "a job", true, AZURE_JOB),
    part("Azure Pipelines", &["stages", "[]", "jobs", "[]"], "a job", true, AZURE_JOB),
    part("Azure Pipelines", &["steps", "[]"], "a step", true, AZURE_STEP),
    part("Azure Pipelines", &["jobs", "[]", "steps", "[]"], "a step", true, AZURE_STEP),
    part("Azure Pipelines", &["stages", "[]", "jobs", "[]", "steps", "[]"], "a step", true, AZURE_STEP),
    part("Bitbucket Pipelines", &[], "a file", true, BITBUCKET_FILE),
    part("Bitbucket Pipelines", &["pipelines"], "the pipelines", true, BITBUCKET_PIPELINES),
    part("Bitbucket Pipelines", &["pipelines", "default", "[]", "step"], "a step", true, BITBUCKET_STEP),
    part(
        "Bitbucket Pipelines",
        &["pipelines", "default", "[]", "parallel", "[]", "step"],
        "a step",
        true,
        BITBUCKET_STEP,
    ),
    part(
        "Bitbucket Pipelines",
        &["pipelines", "default", "[]", "parallel", "steps", "[]", "step"],
        "a step",
        true,
        BITBUCKET_STEP,
    ),
    part("Bitbucket Pipelines", &["pipelines", "branches", "*", "[]", "step"], "a step", true, BITBUCKET_STEP),
    part("Bitbucket Pipelines", &["pipelines", "pull-requests", "*", "[]", "step"], "a step", true, BITBUCKET_STEP),
    part(
        "Bitbucket Pipelines",
        &["pipelines", "pull-requests", "*", "[]", "parallel", "[]", "step"],
        "a step",
        true,
        BITBUCKET_STEP,
    ),
    part("Bitbucket Pipelines", &["pipelines", "tags", "*", "[]", "step"], "a step", true, BITBUCKET_STEP),
    part("Bitbucket Pipelines", &["pipelines", "custom", "*", "[]", "step"], "a step", true, BITBUCKET_STEP),
    part("Buildkite", &["steps", "[]"], "a step", true, BUILDKITE_STEP),
    part("Buildkite", &["steps", "[]", "steps", "[]"], "a step", true, BUILDKITE_STEP),
    part("Travis CI", &[], "a file", false, TRAVIS),
    part("Travis CI", &["jobs", "include", "[]"], "a job", false, TRAVIS),
    part("Travis CI", &["matrix", "include", "[]"], "a job", false, TRAVIS),
    part("Drone", &[], "a pipeline", false, DRONE_PIPELINE),
    part("Drone", &["steps", "[]"], "a step", false, DRONE_STEP),
    part("Woodpecker CI", &[], "a file", true, WOODPECKER_FILE),
    part("Woodpecker CI", &["steps", "[]"], "a step", true, WOODPECKER_STEP),
    part("Woodpecker CI", &["steps", "*"], "a step", true, WOODPECKER_STEP),
    part("Cirrus CI", &["task"], "a task", false, CIRRUS_TASK),
    part("Cirrus CI", &["*"], "a task", false, CIRRUS_TASK),
    part("AppVeyor", &[], "a file", false, APPVEYOR_FILE),
    part("Google Cloud Build", &[], "a file", true, CLOUD_FILE),
    part("Google Cloud Build", &["steps", "[]"], "a step", true, CLOUD_STEP),
    part("AWS CodeBuild", &[], "a file", true, CODEBUILD_FILE),
    part("AWS CodeBuild", &["phases"], "the phases", true, CODEBUILD_PHASES),
    part("AWS CodeBuild", &["phases", "*"], "a phase", true, CODEBUILD_PHASE),
    part("Tekton", &[], "an object", true, TEKTON_OBJECT),
    part("Tekton", &["spec", "pipelineSpec"], "a pipeline", true, TEKTON_PIPELINE),
    part("Tekton", &["spec", "pipelineSpec", "tasks", "[]"], "a task of a pipeline", true, TEKTON_TASK_OF_PIPELINE),
    part("Tekton", &["spec", "pipelineSpec", "finally", "[]"], "a task of a pipeline", true, TEKTON_TASK_OF_PIPELINE),
    part("Tekton", &["spec", "tasks", "[]"], "a task of a pipeline", true, TEKTON_TASK_OF_PIPELINE),
    part("Tekton", &["spec", "finally", "[]"], "a task of a pipeline", true, TEKTON_TASK_OF_PIPELINE),
];
