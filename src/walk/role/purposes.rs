//! Conventions of ecosystems for tests, examples, documentation and scripts: what code is for that does not run in
//! production.

use super::names::is_host_folder;
use crate::facts::Language;

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
            | "fuzz"
            | "fuzz_targets"
            | "test-utils"
            | "test_utils"
            | "test-helpers"
            | "test_helpers"
            | "testhelpers"
            | "test-support"
            | "test-app"
            | "test-apps"
            | "test-cases"
            | "test-images"
            | "test-projects"
            | "test-resources"
            | "test-suite"
            | "test-suites"
            | "test_support"
            | "cypress"
            | "playwright"
            | "androidTest"
            | "javaTest"
            | "functionalTest"
            | "acceptanceTest"
            | "snapshots"
    ) || part.rsplit_once('.').is_some_and(|(_, last)| matches!(last, "tests" | "test"))
        || part.ends_with("-tests")
        || part.ends_with("-test")
        || part.ends_with("-e2e")
        || part.ends_with("-its")
        || part.ends_with("_tests")
        || part.starts_with("tests_")
        || part.ends_with("_test")
        || part.ends_with(".Test")
        || part.ends_with("Tests")
}

/// Folders that hold what tests read, and can be nothing else: `test` may be the name of an environment, these are not.
pub(super) fn is_fixture_folder(part: &str) -> bool {
    matches!(part, "fixtures" | "__fixtures__" | "testdata" | "test-data" | "test_data" | "__tests__" | "__mocks__")
}

/// Names of test files.
pub(super) fn is_test_name(name: &str) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let inner = stem.rsplit_once('.').map_or("", |(_, inner)| inner);
    if matches!(
        inner,
        "test"
            | "tests"
            | "spec"
            | "cy"
            | "e2e"
            | "e2e-spec"
            | "unit"
            | "integration"
            | "mock"
            | "mocks"
            | "fixture"
            | "steps"
    ) {
        return extension != "json" || inner != "integration";
    }
    let is_setup = |tool: &str| stem.starts_with(tool) && stem.contains("setup");
    match extension {
        "feature" => true,
        "py" => stem == "tests" || stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest",
        "rb" => stem.ends_with("_spec") || stem.ends_with("_test"),
        "exs" => stem.ends_with("_test") || stem == "test_helper",
        "rs" => stem == "tests" || stem.ends_with("_test") || stem.ends_with("_tests"),
        "go" => stem.ends_with("_test") || stem.starts_with("mock_"),
        "dart" | "ex" => stem.ends_with("_test"),
        "java" | "kt" | "cs" | "php" | "swift" | "scala" | "groovy" => {
            stem.ends_with("Test") || stem.ends_with("Tests") || stem.ends_with("Spec") || stem.ends_with("IT")
        }
        "ts" | "js" | "mjs" | "cjs" | "tsx" | "jsx" => {
            let plain = stem.replace(['-', '_'], "").to_ascii_lowercase();
            ["jest", "vitest", "cypress"].iter().any(|tool| is_setup(tool))
                || matches!(plain.as_str(), "setuptests" | "testsetup" | "testutils" | "testhelpers" | "testhelper")
        }
        _ => false,
    }
}

/// Settings and factories that serve tests alone: of Rails, Phoenix, Laravel.
pub(super) fn is_test_settings(folders: &[&str], name: &str) -> bool {
    matches!(
        (folders, name),
        ([.., "config", "environments"], "test.rb") | ([.., "config"], "test.exs") | ([.., "database", "factories"], _)
    )
}

/// Files that a framework serves by the folder in which they lie.
pub(super) fn is_route_name(name: &str) -> bool {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let is_next =
        matches!(stem, "route" | "page" | "layout" | "loading" | "error" | "not-found" | "template" | "default");
    is_next && matches!(extension, "ts" | "tsx" | "js" | "jsx" | "mdx") || stem.starts_with('+')
}

/// Folders of examples and benchmarks.
fn is_example_folder(part: &str) -> bool {
    matches!(
        part.strip_prefix(['.', '_']).unwrap_or(part),
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
            | "benchsuite"
            | "storybook"
            | "snippets"
            | "contrib"
    ) || matches!(part.rsplit_once('.'), Some((_, "Benchmark" | "Benchmarks")))
}

/// Whether the Go tool leaves a file out of every build for its name or for that of a folder on the way.
pub(super) fn is_left_out_by_go(folders: &[&str], name: &str, language: Option<Language>) -> bool {
    let is_out = |part: &&str| part.starts_with(['_', '.']) && !is_host_folder(part);
    (language == Some(Language::Go) || matches!(name, "go.mod" | "go.work"))
        && folders.iter().chain([&name]).any(is_out)
}

/// Whether a folder of examples is on the way.
pub(super) fn is_in_examples(folders: &[&str]) -> bool {
    before_packages(folders).iter().any(|part| is_example_folder(part))
}

/// The folders up to where those of the JVM name packages: below `src/main/java`, and below `com`, `org` and the like.
pub(super) fn before_packages<'a, 'b>(folders: &'a [&'b str]) -> &'a [&'b str] {
    let source_set = folders.windows(3).position(|set| {
        matches!(set, ["src", "main" | "test" | "integrationTest", "java" | "kotlin" | "scala" | "groovy"])
    });
    let domain = folders.iter().position(|part| matches!(*part, "com" | "org" | "net" | "io" | "dev"));
    let end = source_set.map(|at| at + 3).into_iter().chain(domain).min().unwrap_or(folders.len());
    folders.get(..end).unwrap_or_default()
}

/// Names of examples and benchmarks.
pub(super) fn is_example_name(name: &str) -> bool {
    // Those of environment files are read as what they stand for.
    let is_sample = [".sample", ".example", ".dist"].iter().any(|ending| name.ends_with(ending));
    is_story(name) || inner_name(name) == "bench" || is_sample && !name.contains("env")
}

/// Names of stories of Storybook.
pub(super) fn is_story(name: &str) -> bool {
    matches!(inner_name(name), "stories" | "story")
}

/// `b` of `a.b.ts`.
fn inner_name(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('.').map_or("", |(_, inner)| inner)
}

/// Folders of documentation.
pub(super) fn is_documentation_folder(part: &str) -> bool {
    matches!(part, "docs" | "doc" | "documentation" | ".claude" | ".cursor" | ".agents")
}

/// Folders of scripts for developers. `tools` and `bin` below a source folder are parts of the product.
pub(super) fn has_script_folder(folders: &[&str], language: Option<Language>) -> bool {
    // Seeds lie beside the schema; in other places, seeds are somebody's goods.
    let is_database = |part: &str| matches!(part, "prisma" | "db" | "database" | "drizzle" | "supabase" | "sequelize");
    let is_shell = matches!(language, Some(Language::Shell | Language::PowerShell));
    if folders.windows(2).any(|pair| matches!(pair, [parent, "seed"] if is_database(parent)))
        || is_shell && matches!(folders, ["build" | "packaging" | "eng", ..])
    {
        return true;
    }
    let is_source = |part: &&str| matches!(*part, "src" | "app" | "lib" | "internal" | "pkg" | "server" | "client");
    folders.iter().enumerate().any(|(at, part)| match *part {
        // The browser's code of Laravel and Rails.
        "scripts" | "script" if matches!(folders.get(at.wrapping_sub(1)), Some(&("resources" | "assets"))) => false,
        "scripts" | "script" | "seeds" | "seeders" | "codegen" | "magefiles" | "xtask" | "xtasks" => true,
        "tools" | "hack" | "dev" | "devtools" | "ci" | ".ci" | "build-scripts" => {
            !folders.iter().take(at).any(is_source)
        }
        "tool" => language == Some(Language::Dart) && !folders.iter().take(at).any(is_source),
        part => is_host_folder(part) || matches!(part, ".husky" | ".githooks" | ".devcontainer" | ".bin"),
    })
}

/// Names of seeds, task files and configuration that is written as code.
pub(super) fn is_script_name(name: &str, folder: &str, language: Option<Language>) -> bool {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_named = matches!(
        name,
        "Rakefile" | "Guardfile" | "Capfile" | "Fastfile" | "Appfile" | "Dangerfile" | "Vagrantfile" | "Steepfile"
    );
    if is_named || language.is_none() {
        return is_named;
    }
    let is_configuration = stem.ends_with(".config") || name.starts_with('.');
    let is_seed = stem == "seed" || stem == "seeds" || stem.starts_with("seed-") || stem.starts_with("seed_");
    let is_task_file = matches!(
        name,
        "setup.py"
            | "noxfile.py"
            | "fabfile.py"
            | "manage.py"
            | "pre_gen_project.py"
            | "post_gen_project.py"
            | "gulpfile.js"
            | "Gruntfile.js"
            | "build.rs"
            | "dangerfile.ts"
            | "dangerfile.js"
    );
    let is_invoke_file = name == "tasks.py" && folder.is_empty();
    is_configuration
        || is_seed
        || is_task_file
        || is_invoke_file
        || (extension == "sh" && folder.is_empty())
        || extension == "rake"
}
