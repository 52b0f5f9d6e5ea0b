//! Embeds every TOML file below `rules/` in the binary, in path order, so that adding a rule touches no Rust: as it is
//! written, and as JSON, which parses many times faster when the program starts, with a digest of all of them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("rules");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut texts = String::from("[\n");
    let mut forms = String::from("[\n");
    let mut digest = Sha256::new();
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
        let text = fs::read_to_string(entry.path())?;
        // As `src/rules/catalogue.rs` does it with the packs of others.
        for part in [&name, &text] {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        // What is no TOML is said when it is loaded, with its place.
        let value: Option<toml::Value> = toml::from_str(&text).ok();
        let json = value.map_or(Ok(String::new()), |value| serde_json::to_string(&value)).map_err(io::Error::other)?;
        let path = entry.path().to_string_lossy();
        writeln!(texts, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
        writeln!(forms, "    {json:?},").map_err(io::Error::other)?;
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(out.join("texts.rs"), texts + "]\n")?;
    fs::write(out.join("forms.rs"), forms + "]\n")?;
    let mut hexadecimal = String::new();
    for byte in digest.finalize() {
        write!(hexadecimal, "{byte:02x}").map_err(io::Error::other)?;
    }
    fs::write(out.join("digest.txt"), hexadecimal)
}
