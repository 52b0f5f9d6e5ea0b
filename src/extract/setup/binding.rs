//! Values that are made and never used: a limiter that no route mounts, a client that nobody asks.
//!
//! JavaScript alone tells: what a file makes is used in it, or exported and imported by its path.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, LocalImport};
use crate::syntax::Source;

/// What becomes of a value at the place where it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is used in its own file, or nothing tells.
    Used,
    /// Its file exports it and does not use it.
    Exported,
    /// Nothing uses it.
    Unused,
}

/// The fate of the value that the code at a place makes.
pub(super) fn fate(source: &Source<'_>, at: usize) -> Fate {
    if !source.file.language.is_some_and(Language::is_javascript_family) {
        return Fate::Used;
    }
    let code = source.code();
    let Some((name, is_exported)) = bound_name(code.get(..at).unwrap_or("")) else { return Fate::Used };
    let mut is_exported = is_exported;
    for (found, _) in code.match_indices(name) {
        let before = code.get(..found).unwrap_or("");
        let after = code.get(found + name.len()..).unwrap_or("");
        if before.ends_with(is_part) || after.starts_with(is_part) {
            continue;
        }
        let line = before.rsplit('\n').next().unwrap_or("").trim_start();
        if line.starts_with("export {") || line == "export default " || line.starts_with("module.exports") {
            is_exported = true;
        } else if !declares(line) {
            return Fate::Used;
        }
    }
    if is_exported { Fate::Exported } else { Fate::Unused }
}

pub(super) fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

fn declares(line: &str) -> bool {
    matches!(line.strip_prefix("export ").unwrap_or(line), "const " | "let " | "var " | "function ")
}

/// The name that takes what comes next, and whether its declaration exports it: `export const limiter = `; of what a
/// function returns at once, the function's.
fn bound_name(before: &str) -> Option<(&str, bool)> {
    let line = before.rsplit('\n').next()?;
    if let "return" | "return new" = line.trim() {
        let above = before.trim_end_matches(line).trim_end();
        let head = above.rsplit('\n').next()?;
        let (rest, is_exported) = head.strip_prefix("export ").map_or((head, false), |rest| (rest, true));
        let name = rest.strip_prefix("function ")?.split('(').next()?.trim();
        return (head.ends_with('{') && name.chars().all(is_part)).then_some((name, is_exported));
    }
    let (rest, is_exported) = line.strip_prefix("export ").map_or((line, false), |rest| (rest, true));
    let rest = ["const ", "let ", "var "].iter().find_map(|word| rest.strip_prefix(word))?;
    let (name, value) = rest.split_once('=')?;
    let name = name.split(':').next()?.trim();
    let is_direct = matches!(value.trim(), "" | "await" | "new" | "() =>" | "() => new");
    (is_direct && !name.is_empty() && name.chars().all(is_part)).then_some((name, is_exported))
}

/// Finds imports of the repository's own files that are called like what they make.
pub(super) struct LocalImports;

/// Parts of names of files that make limiters, caches and their clients.
const STEMS: &[&str] = &["imit", "hrottl", "ache", "edis", "emcache", "alkey", "/kv"];

impl Extractor for LocalImports {
    fn name(&self) -> &'static str {
        "local-import"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(STEMS.iter().map(|stem| (*stem).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language.is_some_and(Language::is_javascript_family)
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let mut last = 0;
        for hit in hits {
            let Some((start, module)) = specifier(source.text(), hit.at).filter(|(start, _)| *start >= last) else {
                continue;
            };
            last = start + module.len();
            let is_for_queue = hands_to_queue(source, start);
            let data = LocalImport { module: module.to_owned(), is_for_queue };
            found.add(source.span(start..last), Data::LocalImport(data));
        }
    }
}

/// Packages of job queues that keep their jobs in Redis, as imports name them.
const QUEUES: &[&str] = &[
    "\"bullmq\"",
    "'bullmq'",
    "\"bull\"",
    "'bull'",
    "\"bee-queue\"",
    "'bee-queue'",
    "\"@nestjs/bullmq\"",
    "'@nestjs/bullmq'",
];

/// Whether a file that makes a queue asks nothing itself of what it imports with the specifier at a byte.
fn hands_to_queue(source: &Source<'_>, specifier: usize) -> bool {
    let text = source.text();
    if !QUEUES.iter().any(|queue| text.contains(queue)) {
        return false;
    }
    let head = text.get(..specifier).unwrap_or("");
    let statement = ["import ", "const ", "let ", "var "].iter().filter_map(|word| head.rfind(word)).max();
    let names: Vec<&str> = statement
        .and_then(|start| head.get(start..))
        .map_or("", |names| names.trim_end_matches(['"', '\'']))
        .split(|c| !is_part(c))
        .filter(|word| !matches!(*word, "" | "import" | "const" | "let" | "var" | "from" | "require" | "as" | "type"))
        .collect();
    let code = source.code();
    let asks = |name: &&str| {
        code.match_indices(*name).any(|(at, _)| {
            let before = code.get(..at).unwrap_or("");
            let after = code.get(at + name.len()..).unwrap_or("");
            // A client that a function makes is asked behind the call.
            let after = after.strip_prefix("()").unwrap_or(after);
            !before.ends_with(is_part) && (after.starts_with('.') || after.starts_with("?."))
        })
    };
    !names.is_empty() && !names.iter().any(asks)
}

/// The module specifier around a byte.
fn specifier(text: &str, at: usize) -> Option<(usize, &str)> {
    let is_end = |c: char| matches!(c, '"' | '\'' | '`' | '\n');
    let before = text.get(..at)?;
    let start = before.rfind(is_end)? + 1;
    let head = text.get(..start - 1)?.rsplit('\n').next()?.trim_end().trim_end_matches('(');
    let loads = ["from", "import", "require"].iter().any(|word| head.ends_with(word));
    let rest = text.get(start..)?;
    let module = rest.get(..rest.find(is_end)?)?;
    (loads && !module.contains(' ')).then_some((start, module))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn fate_of(text: &str) -> Fate {
        let file =
            File { path: "a.ts".into(), bytes: 0, role: Role::Product, language: Some(Language::TypeScript), lines: 0 };
        fate(&Source::new(&file, text), text.find("make(").unwrap())
    }

    #[test]
    fn a_value_is_used_where_its_name_is() {
        assert_eq!(fate_of("const a = make();\napp.use(a);\n"), Fate::Used);
        assert_eq!(fate_of("app.use(make());\n"), Fate::Used);
        assert_eq!(fate_of("export const a = make();\nexport const b = () => a.get();\n"), Fate::Used);
    }

    #[test]
    fn a_value_without_a_use_is_exported_or_unused() {
        assert_eq!(fate_of("const a = make();\n"), Fate::Unused);
        assert_eq!(fate_of("const a: Limiter = new make();\n// app.use(a)\n"), Fate::Unused);
        assert_eq!(fate_of("export const a = make();\n"), Fate::Exported);
        assert_eq!(fate_of("const a = make();\nexport default a;\n"), Fate::Exported);
        assert_eq!(fate_of("const a = make();\nmodule.exports = { a };\n"), Fate::Exported);
    }

    #[test]
    fn specifiers_are_what_code_loads() {
        let text = "import { a } from './limiter';\nconst b = 'limiter';\n";
        assert_eq!(specifier(text, text.find("imit").unwrap()), Some((19, "./limiter")));
        assert_eq!(specifier(text, text.rfind("imit").unwrap()), None);
    }
}
