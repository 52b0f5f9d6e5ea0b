//! Languages in which an import is a line that starts with its word.

use super::{Modules, ecosystem};
use crate::facts::{Ecosystem, Language};
use crate::syntax::Source;

/// Python packages that share a name with others of their family: what they are is said by the next part.
const NAMESPACES: &[&str] = &["google", "google.cloud", "azure", "opentelemetry", "opentelemetry.instrumentation"];

pub(super) fn scan(source: &Source<'_>, language: Language, modules: &mut Modules) {
    let Some(ecosystem) = ecosystem(language) else { return };
    let mut reader = Reader { source, ecosystem, modules, in_block: false };
    let mut at = 0;
    for masked in source.code().split_inclusive('\n') {
        let start = at + (masked.len() - masked.trim_start().len());
        at += masked.len();
        let code = masked.trim();
        if code.is_empty() {
            continue;
        }
        match language {
            Language::Python => reader.python(code, start),
            Language::Go => reader.go(code, start),
            Language::CSharp | Language::FSharp => reader.csharp(code, start),
            Language::Ruby => reader.ruby(code, start),
            // A `use` inside a class takes a trait.
            Language::Php => reader.php(code, start, masked.starts_with("use ")),
            Language::Elixir => reader.elixir(code, start),
            Language::Dart => reader.quoted(code, start, "import "),
            _ => reader.dotted(code, start),
        }
    }
}

struct Reader<'a, 's> {
    source: &'a Source<'s>,
    ecosystem: Ecosystem,
    modules: &'a mut Modules,
    in_block: bool,
}

impl Reader<'_, '_> {
    fn add(&mut self, module: &str, at: usize) {
        self.modules.add(self.ecosystem, module, at);
    }

    /// The first string in a line of code that starts at a byte, and where it starts.
    fn string(&self, code: &str, start: usize) -> Option<(&str, usize)> {
        let open = code.find(['"', '\'', '`'])?;
        let quote = code.get(open..)?.chars().next()?;
        let length = code.get(open + 1..)?.find(quote)?;
        let from = start + open + 1;
        Some((self.source.text().get(from..from + length)?, from))
    }

    fn quoted(&mut self, code: &str, start: usize, word: &str) {
        if code.starts_with(word)
            && let Some((module, at)) = self.string(code, start)
        {
            let module = module.to_owned();
            self.add(module.strip_prefix("package:").unwrap_or(&module), at);
        }
    }

    fn python(&mut self, code: &str, start: usize) {
        if let Some(rest) = code.strip_prefix("from ") {
            let Some((module, names)) = rest.split_once(" import") else { return };
            let module = module.trim();
            if module.starts_with('.') {
                return;
            }
            self.add(module, start + 5);
            if NAMESPACES.contains(&module) {
                for name in names.trim_matches(['(', ')', ' ']).split(',') {
                    let name = name.split_whitespace().next().unwrap_or("");
                    if !name.is_empty() {
                        self.add(&format!("{module}.{name}"), start + 5);
                    }
                }
            }
        } else if let Some(rest) = code.strip_prefix("import ") {
            let mut at = start + 7;
            for part in rest.split(',') {
                let name = part.split_whitespace().next().unwrap_or("");
                self.add(name.trim_end_matches(';'), at + (part.len() - part.trim_start().len()));
                at += part.len() + 1;
            }
        }
    }

    fn go(&mut self, code: &str, start: usize) {
        if code.starts_with("import") && code.ends_with('(') {
            self.in_block = true;
        } else if self.in_block && code.starts_with(')') {
            self.in_block = false;
        } else if (self.in_block || code.starts_with("import "))
            && let Some((module, at)) = self.string(code, start)
        {
            let module = module.to_owned();
            self.add(&module, at);
        }
    }

    fn csharp(&mut self, code: &str, start: usize) {
        let rest = code.strip_prefix("global ").unwrap_or(code);
        let Some(rest) = rest.strip_prefix("using ").or_else(|| rest.strip_prefix("open ")) else { return };
        let Some(name) = rest.strip_suffix(';').or_else(|| code.starts_with("open ").then_some(rest)) else { return };
        let name = name.strip_prefix("static ").unwrap_or(name);
        let name = name.split_once('=').map_or(name, |(_, target)| target).trim();
        // `using var x = y();` frees a resource.
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_') {
            self.add(name, start);
        }
    }

    fn ruby(&mut self, code: &str, start: usize) {
        self.quoted(code, start, "require ");
        self.quoted(code, start, "require(");
        if code.starts_with("Bundler.require") {
            self.add("Bundler.require", start);
        }
    }

    fn php(&mut self, code: &str, start: usize, is_at_margin: bool) {
        if !is_at_margin {
            return;
        }
        let Some(rest) = code.strip_prefix("use ").and_then(|rest| rest.strip_suffix(';')) else { return };
        let rest = rest.strip_prefix("function ").or_else(|| rest.strip_prefix("const ")).unwrap_or(rest);
        let name = rest.split([' ', '{', ',']).next().unwrap_or("").trim_matches('\\');
        self.add(name, start + 4);
    }

    fn elixir(&mut self, code: &str, start: usize) {
        let rest = ["use ", "import ", "alias ", "require "].iter().find_map(|word| code.strip_prefix(word));
        let Some(rest) = rest else { return };
        let name = rest.split([',', ' ', '{', '(']).next().unwrap_or("").trim_end_matches('.');
        if name.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.add(name, start);
        }
    }

    /// `import a.b.C` of Java, Kotlin, Scala and Swift.
    fn dotted(&mut self, code: &str, start: usize) {
        let Some(rest) = code.strip_prefix("import ") else { return };
        let rest = rest.strip_prefix("static ").unwrap_or(rest);
        let name = rest.split([';', ' ', '{']).next().unwrap_or("");
        self.add(name.trim_end_matches(".*").trim_end_matches("._").trim_end_matches('.'), start + 7);
    }
}
