//! Data goes one way: a module of the library imports only modules that stand above it in this list. In one package the
//! compiler does not check that, so this test does.

use std::fs;
use std::path::Path;

use walkdir::WalkDir;

/// The modules, each importing only those above it.
const ORDER: &[&str] = &[
    "facts", "packs", "config", "signals", "syntax", "walk", "extract", "model", "rules", "remedy", "quote", "score",
    "policy", "report", "scan",
];

#[test]
fn no_module_imports_one_that_stands_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut imports = 0;
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(&src).unwrap();
        let module = path.iter().next().map(|part| part.to_string_lossy().replace(".rs", "")).unwrap_or_default();
        let Some(own) = ORDER.iter().position(|name| *name == module) else { continue };
        if !entry.file_type().is_file() {
            continue;
        }
        for (number, line) in fs::read_to_string(entry.path()).unwrap().lines().enumerate() {
            let code = line.split("//").next().unwrap_or("");
            for rest in code.split("crate::").skip(1) {
                let target: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(other) = ORDER.iter().position(|name| *name == target) else { continue };
                imports += 1;
                if other > own {
                    wrong.push(format!("{}:{}: `{module}` imports `{target}`", path.display(), number + 1));
                }
            }
        }
    }
    assert!(imports > 50, "the test reads imports: {imports} found");
    assert!(wrong.is_empty(), "imports against the flow:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_library_has_its_place_in_the_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut modules: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut order = ORDER.to_vec();
    modules.sort_unstable();
    order.sort_unstable();
    assert_eq!(modules, order);
}

#[test]
fn the_library_never_touches_the_command_line() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in WalkDir::new(&src) {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(&src).unwrap();
        if !entry.file_type().is_file() || path.starts_with("cli") || path == Path::new("main.rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("use clap")), "{} imports clap", path.display());
        assert!(!text.contains("anyhow"), "{} uses anyhow", path.display());
    }
}
