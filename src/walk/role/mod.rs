//! What each file is for: the one place that decides it. By `.gitattributes` first, then by the conventions of
//! ecosystems for folders and names, then by content where only that tells (generated, minified, hosting of documentation).

mod content;
mod names;
mod purposes;

use std::collections::BTreeSet;

use super::attributes::{Attributes, Said};
use crate::facts::{Language, Role};

/// Decides roles. It knows the whole list of files, because some folders mean what stands beside them.
#[derive(Debug, Default)]
pub struct Roles {
    /// Deepest folders first.
    attributes: Vec<Attributes>,
    /// Folders that hold other projects' code, told by what lies in them.
    vendored: BTreeSet<String>,
    /// Folders with a package manifest of their own.
    packages: BTreeSet<String>,
    /// Folders named `stories` that hold stories of Storybook; elsewhere people publish stories.
    storybooks: BTreeSet<String>,
}

/// Files that lie in a folder of vendored packages.
const VENDOR_MARKERS: &[&str] = &["vendor/modules.txt", "vendor/autoload.php", "vendor/composer/installed.json"];
/// Folders of vendored packages in which the packages lie right below.
const VENDOR_PARENTS: &[&str] = &["assets", "static", "public", "js", "javascripts", "css", "stylesheets", "wwwroot"];

const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.py",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Gemfile",
    "composer.json",
    "mix.exs",
    "deno.json",
];

impl Roles {
    /// Learns the conventions of a list of paths. `attributes` holds the texts of the `.gitattributes` files.
    pub fn new<'a>(paths: impl Iterator<Item = &'a str>, attributes: &[(&str, String)]) -> Self {
        let mut roles = Self::default();
        for path in paths {
            let (folder, name) = split(path);
            if MANIFESTS.contains(&name) {
                roles.packages.insert(folder.to_owned());
            }
            if purposes::is_story(name) {
                roles.storybooks.extend(folder_named(folder, "stories").map(str::to_owned));
            }
            for marker in VENDOR_MARKERS {
                if let Some(before) =
                    path.strip_suffix(marker).filter(|before| before.is_empty() || before.ends_with('/'))
                {
                    roles.vendored.insert(format!("{before}vendor"));
                }
            }
        }
        roles.attributes = attributes.iter().map(|(path, text)| Attributes::new(split(path).0, text)).collect();
        roles.attributes.reverse();
        roles
    }

    /// The role of a file.
    pub fn of(&self, path: &str, language: Option<Language>, text: &str) -> Role {
        let role = match self.by_path(path, language) {
            Role::Configuration | Role::Product if content::hosts_documentation(split(path).1, text) => {
                Role::Documentation
            }
            role => role,
        };
        match self.attributes.iter().find_map(|attributes| attributes.role_of(path)) {
            // What a tool drafted, a team owns and production runs: a migration is none of the output.
            Some(Said::Role(Role::Generated)) if names::is_in_migrations(path) && language.is_some() => return role,
            Some(Said::Role(role)) => return role,
            // Somebody says that names and content deceive: it is written here, by hand.
            Some(Said::NoRole) if !role.is_written() => return Role::Product,
            Some(Said::NoRole) => return role,
            None => {}
        }
        // What a generator starts in a folder of tests, people go on with.
        let may_be_generated = matches!(role, Role::Product | Role::Script | Role::Configuration);
        let is_served = || split(path).0.split('/').any(|part| VENDOR_PARENTS.contains(&part));
        if may_be_generated && content::is_generated(path, language, text) {
            Role::Generated
        } else if language == Some(Language::JavaScript)
            && role == Role::Product
            && content::is_release(text)
            && is_served()
        {
            Role::Vendored
        } else if role == Role::Product && language == Some(Language::Go) && content::is_left_out(text) {
            Role::Script
        } else {
            role
        }
    }

    fn by_path(&self, path: &str, language: Option<Language>) -> Role {
        let (folder, name) = split(path);
        let folders: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        if self.is_vendored(path, &folders, name) {
            return Role::Vendored;
        }
        let is_output = |pair: &[&str]| matches!(pair, ["public", "build" | "packs" | "packs-test"]);
        let has_output = folders.iter().any(|part| names::is_output_folder(part)) || folders.windows(2).any(is_output);
        let is_material = folders.iter().any(|part| purposes::is_fixture_folder(part));
        if names::is_generated_name(name) || has_output {
            // What a generator wrote for a test is compared with nothing in production.
            let is_test = is_material && language == Some(Language::CSharp) && !has_output;
            return if is_test { Role::Test } else { Role::Generated };
        }
        let is_infrastructure = !is_material && names::is_infrastructure(&folders, name);
        let is_test = !is_infrastructure && is_test(&folders, name);
        let is_list = folders.last() == Some(&"requirements") && matches!(name.rsplit_once('.'), Some((_, "txt")));
        if (names::is_named_prose(name) || names::is_prose(name) && !is_test) && !is_list {
            let is_text = name.rsplit_once('.').is_some_and(|(_, extension)| extension == "txt");
            let is_served = is_text && folders.iter().any(|part| names::is_served_folder(part));
            return if is_served { Role::Configuration } else { Role::Documentation };
        }
        if folders.first().is_some_and(|first| names::is_host_folder(first)) && language.is_none() {
            return Role::Configuration;
        }
        if is_test {
            return Role::Test;
        }
        if purposes::is_in_examples(&folders) || purposes::is_example_name(name) || self.is_in_storybook(path) {
            return Role::Example;
        }
        if self.is_in_documentation(&folders) {
            return if language.is_some() { Role::Example } else { Role::Documentation };
        }
        // Scripts often go without an extension.
        let may_be_script = language.is_some() || !name.contains('.') && !names::is_packaging(&folders, name);
        if purposes::is_script_name(name, folder, language)
            || may_be_script && purposes::has_script_folder(&folders, language)
        {
            return Role::Script;
        }
        if names::is_configuration(name) && language.is_none() { Role::Configuration } else { Role::Product }
    }

    fn is_in_storybook(&self, path: &str) -> bool {
        folder_named(split(path).0, "stories").is_some_and(|folder| self.storybooks.contains(folder))
    }

    fn is_vendored(&self, path: &str, folders: &[&str], name: &str) -> bool {
        let inside = |vendored: &String| path.strip_prefix(vendored.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if names::is_wrapper(name) || folders.iter().any(|part| names::is_vendor_folder(part)) {
            return true;
        }
        if self.vendored.iter().any(inside) {
            return true;
        }
        let second = |pair: &[&str]| matches!(pair, [parent, "vendor" | "vendors" | "lib"] if VENDOR_PARENTS.contains(parent) && (pair.last() != Some(&"lib") || *parent == "wwwroot"));
        folders.windows(2).any(second) || matches!(folders, ["vendor", _, ..]) && !self.packages.contains("vendor")
    }

    /// Whether the path lies in a folder of documentation that is no package of its own.
    fn is_in_documentation(&self, folders: &[&str]) -> bool {
        let Some(at) = folders.iter().position(|part| purposes::is_documentation_folder(part)) else { return false };
        let depths = at + 1..=folders.len();
        let holder = folders.get(..at).unwrap_or_default().join("/");
        (at <= 1 || self.packages.contains(&holder))
            && !depths
                .map(|depth| folders.get(..depth).unwrap_or_default().join("/"))
                .any(|folder| self.packages.contains(&folder))
    }
}

/// Whether a folder or the name says that it is a test. Below `app`, folders are parts of addresses where the file is one
/// that a framework serves: `app/api/webhooks/test/route.ts` runs in production.
fn is_test(folders: &[&str], name: &str) -> bool {
    let routes = if purposes::is_route_name(name) {
        folders.iter().position(|part| matches!(*part, "app" | "routes"))
    } else {
        None
    };
    let folders = folders.get(..routes.unwrap_or(folders.len())).unwrap_or_default();
    let is_below_src =
        |pair: &[&str]| matches!(pair, ["src", set] if set.ends_with("Test") || set.ends_with("TestFixtures"));
    let places = purposes::before_packages(folders);
    places.iter().any(|part| purposes::is_test_folder(part))
        || folders.windows(2).any(is_below_src)
        || purposes::is_test_name(name)
        || purposes::is_test_settings(folders, name)
}

/// The outermost folder of that name on the way, itself included.
fn folder_named<'a>(folder: &'a str, name: &str) -> Option<&'a str> {
    let mut end = 0;
    for part in folder.split('/') {
        end += part.len();
        if part == name {
            return folder.get(..end);
        }
        end += 1;
    }
    None
}

/// A path's folder (`""` for the root) and name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(path: &str) -> Role {
        role_among(path, &[])
    }

    fn role_among(path: &str, others: &[&str]) -> Role {
        let roles = Roles::new(others.iter().copied().chain([path]), &[]);
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
        roles.of(path, Language::from_extension(extension), "")
    }

    #[test]
    fn code_of_the_product_is_product() {
        for path in ["src/index.ts", "app/api/health/route.ts", "main.go", "lib/tests.ts", "src/contest/rank.py"] {
            assert_eq!(role(path), Role::Product, "{path}");
        }
    }

    #[test]
    fn tests_are_told_by_folder_or_name_in_every_ecosystem() {
        for path in [
            "src/a.test.ts",
            "src/__tests__/a.tsx",
            "e2e/login.ts",
            "pkg/a_test.go",
            "tests/test_a.py",
            "app/conftest.py",
            "spec/models/user_spec.rb",
            "src/test/java/ATest.java",
            "tests/Ordering.UnitTests/A.cs",
            "src/Ordering.FunctionalTests/A.cs",
            "packages/app-tests/e2e/x.spec.ts",
            "cypress/support/index.ts",
            "testdata/a.json",
            "src/__mocks__/fs.js",
        ] {
            assert_eq!(role(path), Role::Test, "{path}");
        }
    }

    #[test]
    fn tests_and_their_doubles_by_the_conventions_of_frameworks() {
        for path in [
            "shop/orders/tests.py",
            "config/environments/test.rb",
            "config/test.exs",
            "database/factories/UserFactory.php",
            "src/integrationTest/java/A.java",
            "shared/src/commonTest/kotlin/A.kt",
            "ShopUITests/LoginScreen.swift",
            "fuzz/fuzz_targets/parse.rs",
            "src/setupTests.ts",
            "src/test-utils.tsx",
            "internal/store/mock_store.go",
            "features/login.feature",
            "tests/data/sherlock.txt",
            "tests/fixtures/post.md",
        ] {
            assert_eq!(role(path), Role::Test, "{path}");
        }
        assert_eq!(role("tests/README.md"), Role::Documentation);
    }

    #[test]
    fn parts_of_addresses_are_no_tests_and_stories_no_storybook() {
        assert_eq!(role("apps/web/app/api/webhook/test/route.ts"), Role::Product);
        assert_eq!(role("src/routes/spec/+page.svelte"), Role::Product);
        assert_eq!(role("tests/app/api/route.ts"), Role::Test);
        assert_eq!(role("app/views/stories/show.html.erb"), Role::Product);
        assert_eq!(role("app/stories/page.tsx"), Role::Product);
        assert_eq!(role_among("src/stories/helper.ts", &["src/stories/Button.stories.tsx"]), Role::Example);
    }

    #[test]
    fn what_developers_start_needs_no_extension() {
        for path in [
            "Rakefile",
            ".husky/pre-commit",
            "ci/build-deb",
            "packages/db/prisma/seed/users.ts",
            ".rubocop_helper.rb",
            "manage.py",
            "packaging/debian/build.sh",
            "build/release.ps1",
        ] {
            assert_eq!(role(path), Role::Script, "{path}");
        }
        assert_eq!(role("requirements/base.txt"), Role::Configuration);
        assert_eq!(role("src/farm/seed/plant.ts"), Role::Product);
        assert_eq!(role("docker/start.sh"), Role::Product);
    }

    #[test]
    fn a_test_that_a_generator_started_stays_a_test() {
        let roles = Roles::new(["spec/spec_helper.rb"].into_iter(), &[]);
        let text = "# This file was generated by the `rails generate rspec:install` command.\n";
        assert_eq!(roles.of("spec/spec_helper.rb", Some(Language::Ruby), text), Role::Test);
    }

    #[test]
    fn infrastructure_for_a_test_environment_is_no_test() {
        assert_eq!(role("deploy/overlays/test/kustomization.yaml"), Role::Configuration);
        assert_eq!(role("fixtures/deployment/chart/templates/web.yaml"), Role::Test);
        assert_eq!(role("deploy/testdata/k8s/web.yaml"), Role::Test);
        assert_eq!(role(".github/workflows/test.yml"), Role::Configuration);
        assert_eq!(role(".github/actions/test/action.yml"), Role::Configuration);
    }

    #[test]
    fn scripts_seeds_and_configuration_in_code_are_scripts() {
        for path in
            ["scripts/release.ts", "prisma/seed.ts", "vite.config.ts", "hack/gen.go", "tools/x.py", ".eslintrc.js"]
        {
            assert_eq!(role(path), Role::Script, "{path}");
        }
        assert_eq!(role("src/lib/ai/tools/search.ts"), Role::Product);
    }

    #[test]
    fn the_default_package_of_java_and_the_tasks_of_a_worker_are_product() {
        assert_eq!(role("src/main/java/com/example/App.java"), Role::Product);
        assert_eq!(role("src/main/java/com/example/demo/App.java"), Role::Product);
        assert_eq!(role("app/src/main/kotlin/example/testing/App.kt"), Role::Product);
        assert_eq!(role("app/src/test/kotlin/shop/App.kt"), Role::Test);
        assert_eq!(role("shop/orders/tasks.py"), Role::Product);
        assert_eq!(role("tasks.py"), Role::Script);
        assert_eq!(role("examples/basic/main.go"), Role::Example);
        assert_eq!(role("config/database.yml.sample"), Role::Example);
        assert_eq!(role(".env.example"), Role::Configuration);
    }

    #[test]
    fn a_vendor_folder_is_vendored_and_a_domain_of_that_name_is_not() {
        assert_eq!(role("vendor/github.com/x/y.go"), Role::Vendored);
        assert_eq!(role("web/node_modules/a/index.js"), Role::Vendored);
        assert_eq!(role("src/modules/vendor/vendor.service.ts"), Role::Product);
        assert_eq!(role_among("api/vendor/x/y.go", &["api/vendor/modules.txt"]), Role::Vendored);
    }

    #[test]
    fn generated_files_are_told_by_name() {
        for path in [
            "pnpm-lock.yaml",
            "a/b.pb.go",
            "x_pb2.py",
            "dist/index.js",
            "app.min.js",
            "src/__snapshots__/a.snap",
            "public/mockServiceWorker.js",
            "storybook-static/a.js",
            "public/build/app.js",
        ] {
            assert_eq!(role(path), Role::Generated, "{path}");
        }
    }

    #[test]
    fn documentation_is_prose_and_what_lies_beside_it() {
        assert_eq!(role("README.md"), Role::Documentation);
        for path in ["docs/deploy.mdx", "LICENSE-MIT", "crates/a/UNLICENSE"] {
            assert_eq!(role(path), Role::Documentation, "{path}");
        }
        assert_eq!(role("public/ads.txt"), Role::Configuration);
        assert_eq!(role_among("packages/x/docs/a.ts", &["packages/x/package.json"]), Role::Example);
        assert_eq!(role("src/app/docs/page.tsx"), Role::Product);
        assert_eq!(role("docs/snippets/a.py"), Role::Example);
        assert_eq!(role_among("docs/src/app.ts", &["docs/package.json"]), Role::Product);
        assert_eq!(role("requirements.txt"), Role::Configuration);
        assert_ne!(role("deploy/private_key.txt"), Role::Documentation);
        assert_eq!(role("notes.txt"), Role::Documentation);
    }

    #[test]
    fn configuration_is_told_by_format() {
        for path in [
            "package.json",
            "Dockerfile",
            "infra/main.tf",
            ".env",
            "Makefile",
            "src/App/App.csproj",
            "nuget.config",
            "Procfile.dev",
        ] {
            assert_eq!(role(path), Role::Configuration, "{path}");
        }
    }

    #[test]
    fn attributes_win() {
        let roles = Roles::new(["src/a.ts"].into_iter(), &[(".gitattributes", "src/** linguist-generated".to_owned())]);
        assert_eq!(roles.of("src/a.ts", Some(Language::TypeScript), ""), Role::Generated);
        let roles =
            Roles::new(["dist/a.js"].into_iter(), &[(".gitattributes", "dist/** -linguist-generated".to_owned())]);
        assert_eq!(roles.of("dist/a.js", Some(Language::JavaScript), ""), Role::Product);
    }

    #[test]
    fn migrations_stay_the_products_own_whatever_attributes_say() {
        let path = "shop/orders/migrations/0002_auto_20180528.py";
        let roles = Roles::new([path].into_iter(), &[(".gitattributes", "*_auto_*.py linguist-generated".to_owned())]);
        assert_eq!(roles.of(path, Some(Language::Python), ""), Role::Product);
    }

    #[test]
    fn what_packages_the_product_is_no_script_for_developers() {
        assert_eq!(role("scripts/docker/Dockerfile"), Role::Configuration);
        assert_eq!(role("scripts/Dockerfile"), Role::Script);
        assert_eq!(role("hack/docker/Dockerfile"), Role::Script);
    }
}
