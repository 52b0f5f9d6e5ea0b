//! Embeds every TOML file below `rules/` in the binary, in path order, so that adding a rule touches no Rust.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("rules");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("[\n");
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            println!("cargo::rerun-if-changed={}", entry.path().display());
        }
        if entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let inner = entry.path().strip_prefix(&root).map_err(io::Error::other)?;
        let name: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
        let name = name.join("/");
        let path = entry.path().to_string_lossy();
        writeln!(table, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?).join("packs.rs");
    fs::write(out, table)
}
