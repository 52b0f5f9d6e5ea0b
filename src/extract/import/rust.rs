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
            if name.starts_with('{') {
                group(code, from, modules);
            }
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
        // `::log::debug!` starts at the root of all crates; in `a::b::c` and `<T>::b::c` the middle is no start.
        let before_root = start.checked_sub(3).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        let is_absolute = before == b':' && !(is_word(before_root) || matches!(before_root, b'>' | b')' | b']'));
        if !is_in_use && (is_absolute || !matches!(before, b':' | b'.' | b'$' | b'\'')) {
            add(code, start, at, modules);
        }
    }
}

/// The first names of a group at the start of a `use`: `use {a::b, c as d};`.
fn group(code: &str, from: usize, modules: &mut Modules) {
    let mut depth = 0_u32;
    let mut is_start = false;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'{' => {
                depth += 1;
                is_start = depth == 1;
            }
            b'}' if depth <= 1 => return,
            b'}' => depth -= 1,
            b',' => is_start = depth == 1,
            b';' => return,
            _ if is_start && is_word(byte) => {
                is_start = false;
                let length = code.bytes().skip(at).take_while(|byte| is_word(*byte)).count();
                add(code, at, at + length, modules);
            }
            _ => {}
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
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
