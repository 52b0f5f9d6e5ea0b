//! Conventions of ecosystems for the names of files and folders.

/// Copies of other projects.
pub(super) fn is_vendor_folder(part: &str) -> bool {
    matches!(
        part,
        "node_modules"
            | "bower_components"
            | "jspm_packages"
            | "third_party"
            | "third-party"
            | "thirdparty"
            | "site-packages"
            | ".venv"
            | "venv"
            | "virtualenv"
            | "Pods"
            | "Carthage"
            | "Godeps"
            | ".yarn"
            | ".bundle"
    )
}

/// Launchers that build tools put into repositories.
pub(super) fn is_wrapper(name: &str) -> bool {
    matches!(name, "gradlew" | "gradlew.bat" | "mvnw" | "mvnw.cmd" | "gradle-wrapper.jar" | "maven-wrapper.jar")
}

/// Lock files, snapshots, bundles and the outputs of code generators.
pub(super) fn is_generated_name(name: &str) -> bool {
    const LOCKS: &[&str] = &[
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "bun.lockb",
        "deno.lock",
        "Cargo.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "Pipfile.lock",
        "go.sum",
        "go.work.sum",
        "Gemfile.lock",
        "composer.lock",
        "mix.lock",
        "pubspec.lock",
        "Package.resolved",
        "Podfile.lock",
        "packages.lock.json",
        "gradle.lockfile",
        "flake.lock",
        ".terraform.lock.hcl",
        ".pnp.cjs",
        ".pnp.loader.mjs",
    ];
    const ENDINGS: &[&str] = &[
        ".snap",
        ".map",
        ".min.js",
        ".min.css",
        ".min.mjs",
        ".bundle.js",
        ".pb.go",
        ".pb.gw.go",
        "_pb2.py",
        "_pb2_grpc.py",
        "_pb2.pyi",
        "_pb.js",
        "_pb.ts",
        "_pb.d.ts",
        ".pb.ts",
        ".pb.cc",
        ".pb.h",
        ".g.dart",
        ".freezed.dart",
        ".g.cs",
        ".Designer.cs",
        ".designer.cs",
        "ModelSnapshot.cs",
        ".generated.ts",
        ".generated.tsx",
        ".generated.js",
        ".generated.go",
        ".generated.cs",
        ".gen.ts",
        ".gen.tsx",
        ".gen.go",
        "_gen.go",
        "_generated.go",
        "_generated.rs",
    ];
    LOCKS.contains(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Folders of build outputs and generated code.
pub(super) fn is_output_folder(part: &str) -> bool {
    matches!(
        part,
        "dist"
            | "__generated__"
            | "generated"
            | "__snapshots__"
            | ".next"
            | ".nuxt"
            | ".svelte-kit"
            | ".output"
            | ".turbo"
            | "__pycache__"
            | ".gradle"
            | ".terraform"
    )
}

/// Texts for people. `requirements.txt` and its kin are read by programs.
pub(super) fn is_prose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = lower.split('.').next().unwrap_or("");
    let is_named = matches!(
        stem,
        "readme"
            | "license"
            | "licence"
            | "copying"
            | "notice"
            | "changelog"
            | "changes"
            | "history"
            | "news"
            | "authors"
            | "contributors"
            | "maintainers"
            | "contributing"
            | "code_of_conduct"
            | "security"
    );
    let extension = lower.rsplit_once('.').map(|(_, extension)| extension);
    match extension {
        Some("md" | "mdx" | "markdown" | "rst" | "adoc" | "asciidoc" | "org" | "rdoc" | "tex" | "mdc" | "mdoc") => true,
        Some("txt") => is_named || !is_program_text(&lower),
        None => is_named,
        Some(_) => false,
    }
}

fn is_program_text(lower: &str) -> bool {
    lower.starts_with("requirements")
        || lower.starts_with("constraints")
        || matches!(lower, "cmakelists.txt" | "robots.txt" | "modules.txt" | "runtime.txt" | "packages.txt")
}

/// Folders that a source host reads.
pub(super) fn is_host_folder(part: &str) -> bool {
    matches!(
        part,
        ".github" | ".gitlab" | ".circleci" | ".gitea" | ".forgejo" | ".buildkite" | ".woodpecker" | ".azure"
    )
}

/// Folders of tests, their data and their doubles.
pub(super) fn is_test_folder(part: &str) -> bool {
    matches!(
        part,
        "test"
            | "tests"
            | "Test"
            | "Tests"
            | "__tests__"
            | "__test__"
            | "spec"
            | "specs"
            | "e2e"
            | "testdata"
            | "test-data"
            | "test_data"
            | "testutil"
            | "testutils"
            | "testing"
            | "fixtures"
            | "__fixtures__"
            | "__mocks__"
            | "mocks"
            | "cypress"
            | "playwright"
            | "androidTest"
            | "snapshots"
    ) || part.rsplit_once('.').is_some_and(|(_, last)| matches!(last, "tests" | "test"))
        || part.ends_with("-tests")
        || part.ends_with("-test")
        || part.ends_with("-e2e")
        || part.ends_with("_tests")
        || part.ends_with("_test")
        || part.ends_with(".Tests")
        || part.ends_with(".Test")
        || part.ends_with("UnitTests")
        || part.ends_with("FunctionalTests")
        || part.ends_with("IntegrationTests")
}

/// Names of test files.
pub(super) fn is_test_name(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let inner = stem.rsplit_once('.').map_or("", |(_, inner)| inner);
    if matches!(
        inner,
        "test" | "tests" | "spec" | "cy" | "e2e" | "e2e-spec" | "unit" | "integration" | "mock" | "fixture"
    ) {
        return extension != "json" || inner != "integration";
    }
    let is_setup = |tool: &str| stem.starts_with(tool) && stem.contains("setup");
    match extension {
        "py" => stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest",
        "rb" => stem.ends_with("_spec") || stem.ends_with("_test"),
        "exs" => stem.ends_with("_test") || stem == "test_helper",
        "rs" => stem == "tests" || stem.ends_with("_test") || stem.ends_with("_tests"),
        "go" | "dart" | "ex" => stem.ends_with("_test"),
        "java" | "kt" | "cs" | "php" | "swift" | "scala" | "groovy" => {
            stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("Spec") || stem.ends_with("IT")
        }
        "ts" | "js" | "mjs" | "cjs" | "tsx" | "jsx" => ["jest", "vitest", "cypress"].iter().any(|tool| is_setup(tool)),
        _ => false,
    }
}

/// Folders of examples and benchmarks.
fn is_example_folder(part: &str) -> bool {
    matches!(
        part,
        "example"
            | "examples"
            | "Examples"
            | "sample"
            | "samples"
            | "demo"
            | "demos"
            | "playground"
            | "playgrounds"
            | "cookbook"
            | "benchmark"
            | "benchmarks"
            | "benches"
            | "bench"
            | ".storybook"
            | "storybook"
            | "stories"
            | "snippets"
            | "contrib"
    )
}

/// Whether a folder of examples is on the way. Below `com`, `org` and the like it is a part of a package's name.
pub(super) fn is_in_examples(folders: &[&str]) -> bool {
    let domain = folders.iter().position(|part| matches!(*part, "com" | "org" | "net" | "io" | "dev"));
    folders.iter().take(domain.unwrap_or(folders.len())).any(|part| is_example_folder(part))
}

/// Names of examples and benchmarks.
pub(super) fn is_example_name(name: &str) -> bool {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let inner = stem.rsplit_once('.').map_or("", |(_, inner)| inner);
    matches!(inner, "stories" | "story" | "bench")
}

/// Folders of documentation.
pub(super) fn is_documentation_folder(part: &str) -> bool {
    matches!(part, "docs" | "doc" | "documentation" | ".claude" | ".cursor" | ".agents")
}

/// Folders of scripts for developers. `tools` and `bin` below a source folder are parts of the product.
pub(super) fn has_script_folder(folders: &[&str]) -> bool {
    let is_source = |part: &&str| matches!(*part, "src" | "app" | "lib" | "internal" | "pkg" | "server" | "client");
    folders.iter().enumerate().any(|(at, part)| match *part {
        "scripts" | "script" | "seeds" | "seeders" | "codegen" => true,
        "tools" | "hack" | "dev" | "devtools" | "ci" | ".ci" | "build-scripts" => {
            !folders.iter().take(at).any(is_source)
        }
        part => is_host_folder(part) || matches!(part, ".husky" | ".devcontainer" | ".bin"),
    })
}

/// Names of seeds, task files and configuration that is written as code.
pub(super) fn is_script_name(name: &str, folder: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_configuration = stem.ends_with(".config") || stem.ends_with("rc") && stem.starts_with('.');
    let is_seed = stem == "seed" || stem == "seeds" || stem.starts_with("seed-") || stem.starts_with("seed_");
    let is_named = matches!(
        name,
        "setup.py"
            | "noxfile.py"
            | "fabfile.py"
            | "Rakefile"
            | "gulpfile.js"
            | "Gruntfile.js"
            | "build.rs"
            | "Vagrantfile"
            | "Dangerfile"
            | "dangerfile.ts"
            | "dangerfile.js"
    );
    let is_invoke_file = name == "tasks.py" && folder.is_empty();
    is_configuration
        || is_seed
        || is_named
        || is_invoke_file
        || (extension == "sh" && folder.is_empty())
        || extension == "rake"
}

/// Files of infrastructure, for which `test` in a path is the name of an environment.
pub(super) fn is_infrastructure(folders: &[&str], name: &str) -> bool {
    let is_format = [".tf", ".tfvars", ".yaml", ".yml", ".bicep", ".hcl"].iter().any(|ending| name.ends_with(ending));
    let is_place = |part: &&str| {
        is_host_folder(part)
            || matches!(
                *part,
                "k8s"
                    | "kubernetes"
                    | "deploy"
                    | "deployment"
                    | "deployments"
                    | "infra"
                    | "infrastructure"
                    | "terraform"
                    | "helm"
                    | "charts"
                    | "overlays"
                    | "environments"
                    | "argocd"
                    | "docker"
            )
    };
    is_format && folders.iter().any(is_place)
}

/// Formats of settings and infrastructure.
pub(super) fn is_configuration(name: &str) -> bool {
    const EXTENSIONS: &[&str] = &[
        "json",
        "json5",
        "jsonc",
        "yaml",
        "yml",
        "toml",
        "ini",
        "cfg",
        "conf",
        "cnf",
        "properties",
        "xml",
        "tf",
        "tfvars",
        "hcl",
        "bicep",
        "csproj",
        "fsproj",
        "vbproj",
        "sln",
        "slnx",
        "props",
        "targets",
        "gradle",
        "env",
        "service",
        "lock",
        "mk",
        "nomad",
        "plist",
        "txt",
        "cue",
        "jsonnet",
        "libsonnet",
        "prisma",
        "Dockerfile",
        "dockerfile",
    ];
    const NAMES: &[&str] = &[
        "Makefile",
        "GNUmakefile",
        "makefile",
        "justfile",
        "Justfile",
        "Procfile",
        "Jenkinsfile",
        "Brewfile",
        "Tiltfile",
        "Caddyfile",
        "CODEOWNERS",
        "go.mod",
        "go.work",
        "Gemfile",
        "Pipfile",
        "Podfile",
        "Vagrantfile",
    ];
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    name.starts_with('.')
        || NAMES.contains(&name)
        || EXTENSIONS.contains(&extension)
        || name.starts_with("Dockerfile")
        || name.starts_with("Containerfile")
        || name.starts_with("Makefile.")
}
