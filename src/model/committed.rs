//! Folders that tools fill and that are in the tree all the same: installed dependencies and build outputs.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{CommittedOutput, Data, Fact, File, Place, Role, Span};

/// Folders that only a tool makes, by name, with what they hold.
const BY_NAME: &[(&str, &str)] = &[
    ("node_modules", DEPENDENCIES),
    ("bower_components", DEPENDENCIES),
    ("jspm_packages", DEPENDENCIES),
    ("site-packages", DEPENDENCIES),
    ("Pods", DEPENDENCIES),
    (".terraform", DEPENDENCIES),
    ("__pycache__", OUTPUT),
    (".next", OUTPUT),
    (".nuxt", OUTPUT),
    (".svelte-kit", OUTPUT),
    (".turbo", OUTPUT),
    (".parcel-cache", OUTPUT),
    (".dart_tool", OUTPUT),
    (".gradle", OUTPUT),
    ("htmlcov", OUTPUT),
    ("lcov-report", OUTPUT),
    ("storybook-static", OUTPUT),
];

/// Paths that only a tool makes, below a folder whose name alone says nothing.
const BY_CONTENT: &[(&str, &str, &str)] = &[
    ("/pyvenv.cfg", "", DEPENDENCIES),
    ("vendor/bundle", "/ruby/", DEPENDENCIES),
    ("vendor", "/autoload.php", DEPENDENCIES),
    ("target", "/.rustc_info.json", OUTPUT),
    ("target", "/debug/", OUTPUT),
    ("target", "/release/", OUTPUT),
    ("target", "/classes/", OUTPUT),
    ("bin/Debug", "/", OUTPUT),
    ("bin/Release", "/", OUTPUT),
    ("obj", "/project.assets.json", OUTPUT),
    ("build", "/asset-manifest.json", OUTPUT),
    ("build", "/static/js/", OUTPUT),
    ("build", "/classes/java/", OUTPUT),
    ("build", "/reports/tests/", OUTPUT),
];

const DEPENDENCIES: &str = "dependencies";
const OUTPUT: &str = "build output";

/// The folders, each at its first file.
pub(super) fn derive(files: &[File]) -> Vec<Fact> {
    let packages: BTreeSet<&str> =
        files.iter().filter(|file| file.name() == "package.json").map(File::folder).collect();
    let actions: BTreeSet<&str> =
        files.iter().filter(|file| matches!(file.name(), "action.yml" | "action.yaml")).map(File::folder).collect();
    let mut folders: BTreeMap<&str, (&'static str, &File, u64)> = BTreeMap::new();
    for file in files {
        let named = folder_of(&file.path).or_else(|| bundle(file, &packages, &actions));
        let Some((folder, kind)) = named.filter(|(folder, _)| !is_for_a_test(folder)) else { continue };
        folders.entry(folder).or_insert((kind, file, 0)).2 += 1;
    }
    let fact = |(folder, (kind, file, count)): (&str, (&'static str, &File, u64))| Fact {
        place: Place { path: file.path.clone(), span: Span::START },
        // The folder's own role (vendored, generated) is what is wrong with it.
        role: Role::Product,
        data: Data::CommittedOutput(CommittedOutput { kind, folder: folder.to_owned(), files: count }),
    };
    folders.into_iter().map(fact).collect()
}

/// The outermost folder on a path that a tool fills.
fn folder_of(path: &str) -> Option<(&str, &'static str)> {
    let mut end = 0;
    let (holder, _) = path.rsplit_once('/')?;
    for part in holder.split('/') {
        end += part.len();
        let folder = path.get(..end)?;
        let rest = path.get(end..)?;
        if let Some((_, kind)) = BY_NAME.iter().find(|(name, _)| *name == part) {
            return Some((folder, kind));
        }
        let is_whole = |name: &str| folder == name || folder.strip_suffix(name).is_some_and(|up| up.ends_with('/'));
        let by_content = BY_CONTENT.iter().find(|(name, inside, _)| {
            if inside.is_empty() { rest == *name } else { is_whole(name) && rest.starts_with(inside) }
        });
        if let Some((_, _, kind)) = by_content {
            return Some((folder, kind));
        }
        end += 1;
    }
    None
}

/// The bundle of a package. An action of GitHub needs it in the tree.
fn bundle<'a>(file: &'a File, packages: &BTreeSet<&str>, actions: &BTreeSet<&str>) -> Option<(&'a str, &'static str)> {
    let at =
        file.path.find("dist/").filter(|at| *at == 0 || file.path.get(..*at).is_some_and(|up| up.ends_with('/')))?;
    let holder = file.path.get(..at)?.trim_end_matches('/');
    let is_code = matches!(file.extension(), "js" | "mjs" | "cjs" | "css" | "map");
    let is_needed = actions.iter().any(|action| action.is_empty() || file.path.starts_with(*action));
    let folder = file.path.get(..at + "dist".len())?;
    (is_code && packages.contains(holder) && !is_needed).then_some((folder, OUTPUT))
}

/// Whether a folder lies among tests, whose fixtures are small installations.
fn is_for_a_test(folder: &str) -> bool {
    folder.split('/').any(|part| {
        matches!(part, "test" | "tests" | "__tests__" | "spec" | "fixtures" | "__fixtures__" | "testdata" | "e2e")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn committed(paths: &[&str]) -> Vec<String> {
        let file = |path: &&str| File { path: (*path).into(), bytes: 1, role: Role::Product, language: None, lines: 1 };
        let files: Vec<File> = paths.iter().map(file).collect();
        let describe = |fact: Fact| match fact.data {
            Data::CommittedOutput(it) => format!("{} {} {}", it.folder, it.kind, it.files),
            other => panic!("{other:?}"),
        };
        derive(&files).into_iter().map(describe).collect()
    }

    #[test]
    fn folders_that_tools_fill_are_found_once() {
        let paths = ["web/node_modules/a/index.js", "web/node_modules/a/node_modules/b.js", "env/pyvenv.cfg"];
        assert_eq!(committed(&paths), ["env dependencies 1", "web/node_modules dependencies 2"]);
        assert_eq!(committed(&["target/debug/app", "target/debug/x.d"]), ["target build output 2"]);
        assert_eq!(committed(&["package.json", "dist/index.js"]), ["dist build output 1"]);
    }

    #[test]
    fn folders_that_only_look_like_it_are_not() {
        for paths in [
            &["src/target/screen.ts"][..],
            &["src/build/index.ts"],
            &["tests/fixtures/node_modules/a.js"],
            &["action.yml", "dist/index.js", "package.json"],
            &["vendor/modules.txt", "vendor/github.com/a/b.go"],
            &["vendor/javascript/stimulus.js"],
            &["dist/debian/control"],
        ] {
            assert_eq!(committed(paths), [""; 0], "{paths:?}");
        }
    }
}
