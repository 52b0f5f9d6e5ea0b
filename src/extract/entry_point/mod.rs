//! Evidence of what code is: it listens, works off a queue, mounts a user interface, reads a command line. And files
//! whose presence says how something is started: Dockerfile, Procfile, configurations of platforms.
//!
//! What the evidence amounts to for a component is for `model` to conclude.

mod functions;
mod signs;
mod start_files;

use std::collections::BTreeSet;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EntryPoint, File};
use crate::syntax::Source;
use signs::{SIGNS, Sign};

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(EntryPoints), Box::new(start_files::StartFiles), Box::new(functions::Functions)]
}

struct EntryPoints;

impl Extractor for EntryPoints {
    fn name(&self) -> &'static str {
        "entry-point"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(SIGNS.iter().map(|sign| sign.text.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language.is_some_and(|language| SIGNS.iter().any(|sign| sign.is_of(language)))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let mut seen = BTreeSet::new();
        // What `manage.py` runs for a person may listen for a moment.
        let is_command = source.file.path.contains("/management/commands/");
        for hit in hits {
            let Some(sign) = SIGNS.get(hit.literal).filter(|sign| !(is_command && sign.kind == "server")) else {
                continue;
            };
            if !seen.contains(&hit.literal) && holds(source, sign, hit.at) {
                seen.insert(hit.literal);
                let span = source.span(hit.at..hit.at + sign.text.len());
                let detail = sign.detail.unwrap_or_else(|| sign.text.trim_end_matches(['(', '{', '<']).trim());
                let verb = match sign.kind {
                    "server" => "listens with",
                    "worker" => "works with",
                    "web" | "interface" => "renders with",
                    _ => "has",
                };
                let detail = format!("{verb} {detail}");
                found.add(span, Data::EntryPoint(EntryPoint { kind: sign.kind, detail, target: None }));
            }
        }
    }
}

/// Whether an occurrence is code of the sign's language, a word of its own, in a file that has what the sign needs.
fn holds(source: &Source<'_>, sign: &Sign, at: usize) -> bool {
    let text = source.text();
    let is_of_language = source.file.language.is_some_and(|language| sign.is_of(language));
    if !is_of_language || !(sign.needs.is_empty() || sign.needs.iter().any(|needed| text.contains(needed))) {
        return false;
    }
    let starts_in_word = sign.text.starts_with(|c: char| c.is_alphanumeric());
    let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at)).copied().unwrap_or(b' ');
    if starts_in_word && (before.is_ascii_alphanumeric() || before == b'_') {
        return false;
    }
    source.code().get(at..at + sign.text.len()) == Some(sign.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::{Language, Role};

    fn found(path: &str, text: &str) -> Vec<String> {
        let language = Language::from_extension(path.rsplit('.').next().unwrap());
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
        let extractors = Extractors::of(all());
        let facts = extractors.extract(&file, text).facts;
        let describe = |data: &Data| match data {
            Data::EntryPoint(it) => format!("{}: {}", it.kind, it.detail),
            other => format!("{other:?}"),
        };
        facts.iter().map(|fact| format!("{} {}", fact.place.span.line, describe(&fact.data))).collect()
    }

    #[test]
    fn servers_listen_in_code() {
        assert_eq!(
            found("main.go", "package main\nfunc main() {\n\thttp.ListenAndServe(a, nil)\n}\n"),
            ["2 program: has a main function", "3 server: listens with ListenAndServe"]
        );
        assert_eq!(found("a.py", "from fastapi import FastAPI\napp = FastAPI()\n"), ["2 server: listens with FastAPI"]);
        assert_eq!(
            found("a.ts", "import express from 'express';\nconst app = express();\napp.listen(3000);\n"),
            ["3 server: listens with listen()"]
        );
        assert_eq!(found("P.cs", "var b = WebApplication.CreateBuilder(args);\n").len(), 1);
    }

    #[test]
    fn a_command_of_django_that_listens_is_no_server() {
        let text = "from http.server import HTTPServer\nHTTPServer(('localhost', 9000), Handler)\n";
        assert_eq!(found("tools/receive.py", text), ["2 server: listens with HTTPServer"]);
        assert!(found("orders/management/commands/receive.py", text).is_empty());
    }

    #[test]
    fn a_word_in_a_comment_or_a_text_is_no_evidence() {
        assert!(found("a.go", "package a\n// http.ListenAndServe(\nvar s = `http.ListenAndServe(`\n").is_empty());
        assert!(found("a.py", "import fastapi\n# app = FastAPI()\n'''FastAPI()'''\n").is_empty());
    }

    #[test]
    fn a_method_of_that_name_without_a_server_is_none() {
        assert!(found("a.ts", "player.listen(song);\n").is_empty());
        assert!(found("a.py", "client = MyFastAPI()\n").is_empty());
    }

    #[test]
    fn files_that_start_things() {
        assert_eq!(found("Dockerfile", "FROM a\n# EXPOSE 1\nEXPOSE 8080\n"), ["3 process: exposes port 8080"]);
        assert_eq!(
            found("Procfile", "web: bin/web\nrelease: migrate\nworker: bin/work\n"),
            ["1 process: process \"web\"", "3 process: process \"worker\""]
        );
    }
}
