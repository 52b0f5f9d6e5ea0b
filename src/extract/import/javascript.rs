//! JavaScript and TypeScript: `import`, `export … from`, `require`, `import()`. Imports of types alone are none: the
//! compiler removes them.

use std::collections::BTreeMap;

use memchr::memmem;

use super::Modules;
use crate::facts::Ecosystem;
use crate::syntax::Source;

pub(super) fn scan(source: &Source<'_>, modules: &mut Modules) {
    let code = source.code().as_bytes();
    for word in ["from", "import", "require"] {
        for at in memmem::find_iter(code, word.as_bytes()) {
            let before = at.checked_sub(1).and_then(|at| code.get(at)).copied().unwrap_or(b' ');
            // `_require` is what people call the function that `createRequire` makes.
            let is_made = word == "require" && before == b'_';
            if is_word(before) && !is_made || before == b'.' {
                continue;
            }
            // `require.resolve("x")`, `import.meta.resolve("x")`: what is looked up is loaded.
            let after = code.get(at + word.len()..).unwrap_or_default();
            let method = [&b".resolve"[..], b".meta.resolve"].into_iter().find(|method| after.starts_with(method));
            let end = at + word.len() + method.map_or(0, <[u8]>::len);
            let Some(quote) = quote_after(code, end, word) else { continue };
            let list = if word == "from" && imports_types(code, at) { &mut modules.types } else { &mut modules.first };
            let Some(close) = code.get(quote).and_then(|mark| memchr::memchr(*mark, code.get(quote + 1..)?)) else {
                continue;
            };
            if let Some(module) = source.text().get(quote + 1..quote + 1 + close) {
                add(module, quote + 1, list);
            }
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// Where the string starts that a word takes: after blanks, and after a parenthesis where the word is a call.
fn quote_after(code: &[u8], start: usize, word: &str) -> Option<usize> {
    let mut at = start;
    let mut may_open = word != "from";
    loop {
        match code.get(at)? {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'(' if may_open => {
                may_open = false;
                at += 1;
            }
            // `require "x"` is no JavaScript.
            b'"' | b'\'' => return (word != "require" || !may_open).then_some(at),
            b'`' => return (word != "from" && !may_open).then_some(at),
            _ => return None,
        }
    }
}

/// Whether the statement that ends in this `from` starts with `import type` or `export type`.
fn imports_types(code: &[u8], from: usize) -> bool {
    let window = code.get(from.saturating_sub(4000)..from).unwrap_or_default();
    let start = ["import", "export"].iter().filter_map(|word| memmem::rfind(window, word.as_bytes())).max();
    let Some(rest) = start.and_then(|start| window.get(start + 6..)) else { return false };
    let rest = rest.trim_ascii_start();
    // `import type from "x"` imports a value of that name.
    rest.strip_prefix(b"type").is_some_and(|rest| {
        let name = rest.trim_ascii();
        rest.first().is_some_and(|byte| !is_word(*byte)) && !name.is_empty() && !name.starts_with(b",")
    })
}

fn add(specifier: &str, at: usize, list: &mut BTreeMap<(Ecosystem, String), usize>) {
    if specifier.is_empty() || specifier.starts_with(['.', '/', '#', '~']) || specifier.starts_with("@/") {
        return;
    }
    let (ecosystem, module) = match specifier.split_once(':') {
        Some(("npm", package)) => (Ecosystem::Npm, unversioned(package)),
        Some(("jsr", package)) => (Ecosystem::Deno, unversioned(package)),
        _ => (Ecosystem::Npm, specifier),
    };
    if !module.is_empty() {
        list.entry((ecosystem, module.to_owned())).or_insert(at);
    }
}

fn unversioned(package: &str) -> &str {
    let package = package.trim_start_matches('/');
    let at = package.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(package.len(), |(at, _)| at);
    package.get(..at).unwrap_or(package)
}
