//! Rust: `use`, `extern crate`, and paths that name a crate in place (`tokio::spawn`). A module of the package itself
//! looks the same; it matters only where a dependency has that name.

use super::Modules;
use crate::facts::Ecosystem;
use crate::syntax::Source;

/// First parts of paths that never name a dependency.
const OWN: &[&str] = &["crate", "self", "super", "std", "core", "alloc", "Self"];

pub(super) fn scan(source: &Source<'_>, modules: &mut Modules) {
    let code = source.code();
    let mut statements = Vec::new();
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let trimmed = line.trim_start().trim_start_matches("pub ");
        let name = ["use ", "extern crate "].iter().find_map(|word| trimmed.strip_prefix(word));
        if let Some(name) = name {
            let from = start + (line.len() - name.len());
            let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(0);
            add(code, from, from + length, modules);
            let end = code.get(from..).and_then(|rest| rest.find(';')).map_or(from, |length| from + length);
            statements.push(from..end);
        }
    }
    let bytes = code.as_bytes();
    let mut statements = statements.into_iter().peekable();
    for at in memchr::memmem::find_iter(bytes, b"::") {
        while statements.next_if(|statement| statement.end <= at).is_some() {}
        let start = start_of_word(bytes, at);
        let before = start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let is_in_use = statements.peek().is_some_and(|statement| statement.contains(&at));
        if !is_in_use && !matches!(before, b':' | b'.' | b'$' | b'\'') {
            add(code, start, at, modules);
        }
    }
}

fn start_of_word(bytes: &[u8], end: usize) -> usize {
    let before = bytes.get(..end).unwrap_or_default();
    end - before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn add(code: &str, from: usize, to: usize, modules: &mut Modules) {
    let Some(name) = code.get(from..to) else { return };
    // Crates start in lower case, types do not.
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && !OWN.contains(&name) {
        modules.add(Ecosystem::Cargo, name, from);
    }
}
