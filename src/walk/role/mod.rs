//! What each file is for: the one place that decides it. By `.gitattributes` first, then by the conventions of
//! ecosystems for folders and names, then by content where only that tells (generated, minified).

mod content;
mod names;

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
        if let Some(Said::Role(role)) = self.attributes.iter().find_map(|attributes| attributes.role_of(path)) {
            return role;
        }
        let role = self.by_path(path, language);
        let may_be_generated = matches!(role, Role::Product | Role::Script | Role::Test | Role::Configuration);
        if may_be_generated && content::is_generated(path, language, text) { Role::Generated } else { role }
    }

    fn by_path(&self, path: &str, language: Option<Language>) -> Role {
        let (folder, name) = split(path);
        let folders: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        if self.is_vendored(path, &folders, name) {
            return Role::Vendored;
        }
        if names::is_generated_name(name) || folders.iter().any(|part| names::is_output_folder(part)) {
            return Role::Generated;
        }
        let is_infrastructure = names::is_infrastructure(&folders, name);
        if names::is_prose(name) {
            return Role::Documentation;
        }
        if folders.first().is_some_and(|first| names::is_host_folder(first)) && language.is_none() {
            return Role::Configuration;
        }
        if !is_infrastructure && (folders.iter().any(|part| names::is_test_folder(part)) || names::is_test_name(name)) {
            return Role::Test;
        }
        if names::is_in_examples(&folders) || names::is_example_name(name) {
            return Role::Example;
        }
        if self.is_in_documentation(&folders) {
            return if language.is_some() { Role::Example } else { Role::Documentation };
        }
        if language.is_some() && (names::is_script_name(name, folder) || names::has_script_folder(&folders)) {
            return Role::Script;
        }
        if names::is_configuration(name) && language.is_none() { Role::Configuration } else { Role::Product }
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
        let Some(at) = folders.iter().position(|part| names::is_documentation_folder(part)) else { return false };
        let depths = at + 1..=folders.len();
        at <= 1
            && !depths
                .map(|depth| folders.get(..depth).unwrap_or_default().join("/"))
                .any(|folder| self.packages.contains(&folder))
    }
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
    fn infrastructure_for_a_test_environment_is_no_test() {
        assert_eq!(role("deploy/overlays/test/kustomization.yaml"), Role::Configuration);
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
        assert_eq!(role("shop/orders/tasks.py"), Role::Product);
        assert_eq!(role("tasks.py"), Role::Script);
        assert_eq!(role("examples/basic/main.go"), Role::Example);
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
        for path in
            ["pnpm-lock.yaml", "a/b.pb.go", "x_pb2.py", "dist/index.js", "app.min.js", "src/__snapshots__/a.snap"]
        {
            assert_eq!(role(path), Role::Generated, "{path}");
        }
    }

    #[test]
    fn documentation_is_prose_and_what_lies_beside_it() {
        assert_eq!(role("README.md"), Role::Documentation);
        assert_eq!(role("docs/deploy.mdx"), Role::Documentation);
        assert_eq!(role("docs/snippets/a.py"), Role::Example);
        assert_eq!(role_among("docs/src/app.ts", &["docs/package.json"]), Role::Product);
        assert_eq!(role("requirements.txt"), Role::Configuration);
    }

    #[test]
    fn configuration_is_told_by_format() {
        for path in ["package.json", "Dockerfile", "infra/main.tf", ".env", "Makefile", "src/App/App.csproj"] {
            assert_eq!(role(path), Role::Configuration, "{path}");
        }
    }

    #[test]
    fn attributes_win() {
        let roles = Roles::new(["src/a.ts"].into_iter(), &[(".gitattributes", "src/** linguist-generated".to_owned())]);
        assert_eq!(roles.of("src/a.ts", Some(Language::TypeScript), ""), Role::Generated);
    }
}
