//! Miniature repositories, one an ecosystem or a boundary: the components that a person would name are found, with
//! their kinds, languages, frameworks and package managers.
//!
//! `fixtures/components/<name>/` is the repository, `<name>.toml` beside it what it holds.

use std::fs;
use std::path::{Path, PathBuf};

use auditor::config::{Listing, Settings};
use auditor::facts::Component;
use auditor::scan::Auditor;

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Expected {
    path: String,
    name: Option<String>,
    kinds: Vec<String>,
    languages: Vec<String>,
    /// Those that must be among the frameworks.
    frameworks: Vec<String>,
    package_manager: Option<String>,
    uses: Option<Vec<String>>,
    /// Those that must be among the runtimes: `node >=22`.
    #[serde(default)]
    runtimes: Vec<String>,
    /// The kinds that people name it by.
    main: Option<Vec<String>>,
    interface: Option<String>,
}

#[derive(serde::Deserialize)]
struct Book {
    component: Vec<Expected>,
}

#[test]
fn every_miniature_repository_has_the_components_that_a_person_would_name() {
    let auditor = Auditor::new().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/components");
    let mut books: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    books.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    books.sort();
    assert!(books.len() > 20);
    let mut wrong = Vec::new();
    for book in books {
        let expected: Book = toml::from_str(&fs::read_to_string(&book).unwrap()).unwrap();
        let settings = Settings { listing: Listing::Walk, ..Settings::default() };
        let found = auditor.understand(&book.with_extension(""), &settings).unwrap().repository.components;
        let name = book.file_stem().unwrap().to_string_lossy().into_owned();
        let paths = |list: Vec<&str>| list.join(", ");
        let wanted = paths(expected.component.iter().map(|it| it.path.as_str()).collect());
        let got = paths(found.iter().map(|it| it.path.as_str()).collect());
        if wanted != got {
            wrong.push(format!("{name}: components at [{got}], expected [{wanted}]"));
            continue;
        }
        for (expected, component) in expected.component.iter().zip(&found) {
            let described = describe(expected, component);
            if described != *expected {
                wrong.push(format!("{name}: {described:?}\n    expected {expected:?}\n    by {:?}", component.kinds));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A component in the terms of the book, as far as the book says something.
fn describe(expected: &Expected, found: &Component) -> Expected {
    let runtimes: Vec<String> = found.runtimes.iter().map(|(name, version)| format!("{name} {version}")).collect();
    let among = |wanted: &[String], found: &[String]| -> Vec<String> {
        if wanted.iter().all(|one| found.contains(one)) { wanted.to_vec() } else { found.to_vec() }
    };
    Expected {
        path: found.path.clone(),
        name: expected.name.as_ref().map(|_| found.name.clone()),
        kinds: found.kinds.keys().map(|kind| kind.name().to_owned()).collect(),
        main: expected.main.as_ref().map(|_| found.main_kinds.iter().map(|kind| kind.name().to_owned()).collect()),
        interface: found.interface.clone(),
        languages: found.languages.iter().map(|language| language.name().to_owned()).collect(),
        frameworks: if expected.frameworks.is_empty() && found.frameworks.is_empty() {
            Vec::new()
        } else if expected.frameworks.is_empty() {
            found.frameworks.clone()
        } else {
            among(&expected.frameworks, &found.frameworks)
        },
        package_manager: expected.package_manager.as_ref().and(found.package_manager.clone()),
        uses: expected.uses.as_ref().map(|_| found.uses.clone()),
        runtimes: among(&expected.runtimes, &runtimes),
    }
}
