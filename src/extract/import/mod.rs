//! Imports: which modules a file of code loads, one fact for each module, at the first place.
//!
//! A lexical scan over code without comments and strings. Modules of the file's own package (relative paths,
//! `crate::`) are left out: they say nothing about dependencies.

mod alias;
mod configured;
mod javascript;
mod lines;
mod rust;

use std::collections::BTreeMap;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, Ecosystem, File, Import, Language, Mention};
use crate::syntax::Source;

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Imports), Box::new(alias::Aliases), Box::new(configured::Mentions)]
}

struct Imports;

/// Modules with the byte at which each is first named.
#[derive(Default)]
struct Modules {
    first: BTreeMap<(Ecosystem, String), usize>,
    /// Those of which only types are imported.
    types: BTreeMap<(Ecosystem, String), usize>,
}

impl Modules {
    fn add(&mut self, ecosystem: Ecosystem, module: &str, at: usize) {
        let module = module.trim();
        if !module.is_empty() {
            self.first.entry((ecosystem, module.to_owned())).or_insert(at);
        }
    }
}

impl Extractor for Imports {
    fn name(&self) -> &'static str {
        "import"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(
            ["import", "require", "use ", "using ", "alias ", "from ", "extern crate", "::"]
                .map(str::to_owned)
                .to_vec(),
        )
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language.is_some_and(|language| ecosystem(language).is_some())
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(language) = source.file.language else { return };
        let mut modules = Modules::default();
        match language {
            language if language.is_javascript_family() => javascript::scan(source, &mut modules),
            Language::Rust => rust::scan(source, &mut modules),
            _ => lines::scan(source, language, &mut modules),
        }
        for ((ecosystem, name), at) in modules.types {
            if !modules.first.contains_key(&(ecosystem, name.clone())) {
                let span = source.span(at..at + name.len());
                found.add(span, Data::Mention(Mention { ecosystem, name, is_type: true }));
            }
        }
        let mut list: Vec<_> = modules.first.into_iter().collect();
        list.sort_by_key(|(_, at)| *at);
        for ((ecosystem, module), at) in list {
            let span = source.span(at..at + module.len());
            found.add(span, Data::Import(Import { ecosystem, module }));
        }
    }
}

/// Whose modules the code of a language imports.
pub(super) fn ecosystem(language: Language) -> Option<Ecosystem> {
    Some(match language {
        language if language.is_javascript_family() => Ecosystem::Npm,
        Language::Python => Ecosystem::PyPi,
        Language::Go => Ecosystem::Go,
        Language::Rust => Ecosystem::Cargo,
        Language::Java | Language::Kotlin | Language::Scala | Language::Groovy => Ecosystem::Maven,
        Language::CSharp | Language::FSharp => Ecosystem::NuGet,
        Language::Ruby => Ecosystem::RubyGems,
        Language::Php => Ecosystem::Composer,
        Language::Elixir => Ecosystem::Hex,
        Language::Swift => Ecosystem::Swift,
        Language::Dart => Ecosystem::Pub,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn imports(path: &str, text: &str) -> Vec<String> {
        let language = Language::from_extension(path.rsplit('.').next().unwrap());
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        Imports.extract(&source, &[], &mut found);
        let describe = |data: &Data| match data {
            Data::Import(import) => import.module.clone(),
            Data::Mention(mention) if mention.is_type => format!("types {}", mention.name),
            other => format!("{other:?}"),
        };
        found.facts().iter().map(|fact| format!("{} {}", fact.place.span.line, describe(&fact.data))).collect()
    }

    #[test]
    fn javascript_in_every_form_and_never_from_text() {
        let text = "import a, {\n  b,\n} from \"x\";\nimport 'y/z';\nexport * from '@s/p';\nconst c = require(\"r\");\n\
                    const d = await import(\"dyn\");\n// import no from \"comment\"\nconst t = `import no from \"text\"`;\n\
                    import e from \"./local\";\nimport type { F } from \"types\";\nimport { type G, h } from \"mixed\";\n";
        assert_eq!(imports("a.ts", text), ["11 types types", "3 x", "4 y/z", "5 @s/p", "6 r", "7 dyn", "12 mixed"]);
    }

    #[test]
    fn python_modules_and_no_relative_ones() {
        let text = "\"\"\"\nimport no\n\"\"\"\nimport os, a.b as c\nfrom d.e import (\n    f,\n)\nfrom . import g\n    from google.cloud import storage\n";
        assert_eq!(imports("a.py", text), ["4 os", "4 a.b", "5 d.e", "9 google.cloud", "9 google.cloud.storage"]);
    }

    #[test]
    fn go_blocks_and_single_lines() {
        let text = "package a\nimport \"fmt\"\nimport (\n\t// \"no\"\n\tx \"example.com/x/v2\"\n\t_ \"net/http/pprof\"\n)\nfunc f() { s := \"import\" }\n";
        assert_eq!(imports("a.go", text), ["2 fmt", "5 example.com/x/v2", "6 net/http/pprof"]);
    }

    #[test]
    fn crates_by_use_and_by_path() {
        let text = "use std::io;\nuse axum::{Router, routing::get};\npub use serde_json as json;\nuse crate::x;\nextern crate libc;\nfn f() { tokio::spawn(g()); Vec::new(); self::h(); a::b::c(); }\n";
        assert_eq!(imports("a.rs", text), ["2 axum", "3 serde_json", "5 libc", "6 tokio", "6 a"]);
    }

    #[test]
    fn groups_of_crates_and_absolute_paths() {
        let text = "use {\n    bstr::ByteSlice,\n    serde_json as json,\n    a::{b, c::d},\n    e,\n};\nfn f() { ::log::debug!(); x::<y>::z(); }\n";
        assert_eq!(imports("a.rs", text), ["2 bstr", "3 serde_json", "4 a", "5 e", "7 log", "7 x"]);
    }

    #[test]
    fn a_path_that_is_looked_up_is_loaded() {
        assert_eq!(
            imports("a.js", "require.resolve('ui/package.json');\nimport.meta.resolve('x');\n"),
            ["1 ui/package.json", "2 x"]
        );
    }

    #[test]
    fn other_languages_by_line() {
        assert_eq!(
            imports("A.java", "import java.util.List;\nimport static a.b.C.*;\n"),
            ["1 java.util.List", "2 a.b.C"]
        );
        assert_eq!(imports("A.kt", "import io.ktor.server.*\n"), ["1 io.ktor.server"]);
        assert_eq!(
            imports("A.cs", "global using Serilog;\nusing var x = y();\nusing A = B.C;\n"),
            ["1 Serilog", "3 B.C"]
        );
        assert_eq!(
            imports("a.rb", "require \"sinatra/base\"\nrequire_relative 'x'\n# require 'no'\n"),
            ["1 sinatra/base"]
        );
        assert_eq!(
            imports("a.php", "<?php\nuse Monolog\\Logger;\nclass A { use SomeTrait; }\n"),
            ["2 Monolog\\Logger"]
        );
        assert_eq!(
            imports("a.ex", "defmodule A do\n  use Phoenix.Endpoint, otp_app: :a\nend\n"),
            ["2 Phoenix.Endpoint"]
        );
    }
}
