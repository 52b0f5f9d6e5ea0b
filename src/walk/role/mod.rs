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
            || purposes::is_left_out_by_go(&folders, name, language)
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
        let is_served = |part: &&str| VENDOR_PARENTS.contains(part) || matches!(*part, "lib" | "libs" | "www");
        if self.vendored.iter().any(inside) || names::is_copy_of_a_library(name) && folders.iter().any(is_served) {
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
mod tests;
