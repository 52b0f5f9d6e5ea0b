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

/// Well-known scripts and styles that people copy beside their own: by the name, or by a version in it
/// (`jquery-3.6.0.js`).
pub(super) fn is_copy_of_a_library(name: &str) -> bool {
    let Some((stem, "js" | "mjs" | "css")) = name.rsplit_once('.') else { return false };
    let is_version = |part: &str| {
        let mut numbers = part.trim_start_matches('v').split('.');
        let mut is_number =
            || numbers.next().is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
        is_number() && is_number()
    };
    let is_known = matches!(
        stem,
        "jquery"
            | "jquery-ui"
            | "bootstrap"
            | "bootstrap.bundle"
            | "angular"
            | "backbone"
            | "underscore"
            | "modernizr"
            | "mootools"
            | "html5shiv"
            | "normalize"
            | "knockout"
            | "font-awesome"
            | "htmx"
    );
    is_known || stem.split_once('-').is_some_and(|(_, rest)| rest.split('-').any(is_version))
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
        "mockServiceWorker.js",
    ];
    const ENDINGS: &[&str] = &[
        // Whatever locks is written by a tool: charts, translations, toolchains.
        ".lock",
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
        ".pb.swift",
        ".grpc.swift",
        ".pb.dart",
        ".pbenum.dart",
        ".pbgrpc.dart",
        ".pbjson.dart",
        ".g.dart",
        ".freezed.dart",
        ".gr.dart",
        ".mocks.dart",
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
            | "storybook-static"
            | "lcov-report"
            | "htmlcov"
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

/// Texts for people with a name of their own, wherever they lie: `README.md`, `LICENSE-MIT`.
pub(super) fn is_named_prose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = lower.split(['.', '-']).next().unwrap_or("");
    let is_text = match lower.rsplit_once('.') {
        Some((_, extension)) => is_prose_extension(extension) || extension == "txt",
        None => true,
    };
    let is_named = matches!(
        stem,
        "readme"
            | "license"
            | "licence"
            | "unlicense"
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
    is_named && is_text
}

/// Texts for people. `requirements.txt` and its kin are read by programs.
pub(super) fn is_prose(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    match lower.rsplit_once('.') {
        Some((_, "txt")) => is_named_prose(name) || !is_program_text(&lower),
        Some((_, extension)) => is_prose_extension(extension),
        None => is_named_prose(name),
    }
}

fn is_prose_extension(extension: &str) -> bool {
    matches!(
        extension,
        "md" | "mdx" | "markdown" | "rst" | "adoc" | "asciidoc" | "org" | "rdoc" | "tex" | "mdc" | "mdoc"
    )
}

/// Folders whose files are served as they are.
pub(super) fn is_served_folder(part: &str) -> bool {
    matches!(part, "public" | "static" | "wwwroot" | ".well-known")
}

fn is_program_text(lower: &str) -> bool {
    lower.starts_with("requirements")
        || lower.starts_with("constraints")
        || matches!(lower, "cmakelists.txt" | "robots.txt" | "modules.txt" | "runtime.txt" | "packages.txt")
        || lower.split(|c: char| !c.is_ascii_alphanumeric()).any(is_word_of_keys)
}

/// A key or a password that somebody kept in a text file is no text for people.
fn is_word_of_keys(word: &str) -> bool {
    matches!(
        word,
        "key" | "keys" | "rsa" | "privkey" | "secret" | "secrets" | "credential" | "credentials" | "password" | "token"
    )
}

/// Folders that a source host reads.
pub(super) fn is_host_folder(part: &str) -> bool {
    matches!(
        part,
        ".github" | ".gitlab" | ".circleci" | ".gitea" | ".forgejo" | ".buildkite" | ".woodpecker" | ".azure"
    )
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
    let is_data = |part: &&str| matches!(*part, "testdata" | "test-data" | "fixtures" | "__fixtures__");
    is_format && folders.iter().any(is_place) && !folders.iter().any(is_data)
}

/// Whether a path lies in a folder of migrations.
pub(super) fn is_in_migrations(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.any(|part| matches!(part.to_ascii_lowercase().as_str(), "migrations" | "migration" | "migrate" | "alembic"))
}

/// Whether a file packages the product, though its folder is one of scripts: `scripts/docker/Dockerfile`.
pub(super) fn is_packaging(folders: &[&str], name: &str) -> bool {
    let is_image = name.starts_with("Dockerfile") || name.starts_with("Containerfile");
    let is_folder = |part: &&str| matches!(*part, "docker" | "deploy" | "deployment" | "container" | "containers");
    is_image && matches!(folders, ["scripts" | "script", rest @ ..] if rest.iter().any(is_folder))
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
        "slnf",
        "config",
        "winget",
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
        || name.starts_with("Procfile.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_locks_is_written_by_a_tool() {
        for name in ["yarn.lock", "Chart.lock", "i18n.lock", "package-lock.json"] {
            assert!(is_generated_name(name), "{name}");
        }
        assert!(!is_generated_name("lock.ts"));
    }
}
