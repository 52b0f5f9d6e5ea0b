//! Go modules and workspaces.

use std::collections::BTreeMap;

use super::{Declared, Found, blank, resolve};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;

/// A line inside or outside a block: its directive, the rest, and what its comment says.
struct Line<'a> {
    directive: &'a str,
    words: Vec<&'a str>,
    comment: &'a str,
    span: Span,
}

fn lines<'a>(source: &Source<'a>) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    let mut block = None;
    let mut at = 0;
    for raw in source.text().split_inclusive('\n') {
        let start = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        let (code, comment) = raw.split_once("//").unwrap_or((raw, ""));
        let mut words: Vec<&str> = code.split_whitespace().collect();
        let end = start + code.trim().len();
        if words.first() == Some(&")") {
            block = None;
            continue;
        }
        if words.is_empty() {
            continue;
        }
        if words.last() == Some(&"(") {
            block = words.first().copied();
            continue;
        }
        let directive = match block {
            Some(directive) => directive,
            None => words.remove(0),
        };
        out.push(Line { directive, words, comment: comment.trim(), span: source.span(start..end) });
    }
    out
}

pub(super) fn module(source: &Source<'_>, found: &mut Found<'_>) {
    let lines = lines(source);
    let first = |directive: &str| {
        lines.iter().find(|line| line.directive == directive).and_then(|line| Some((line.words.first()?, line.span)))
    };
    let name = first("module");
    let mut manifest = Manifest {
        name: name.map(|(name, _)| name.trim_matches('"').to_owned()),
        package_manager: Some("go".to_owned()),
        ..blank(Ecosystem::Go)
    };
    manifest.runtimes.extend(first("go").map(|(version, _)| ("go".to_owned(), (*version).to_owned())));
    found.add(name.map_or(Span::START, |(_, span)| span), Data::Manifest(manifest));
    let local: BTreeMap<&str, &str> = lines.iter().rev().filter_map(local_replacement).collect();
    for line in &lines {
        let scope = match line.directive {
            // What only other modules need is pinned here, not used here.
            "require" if line.comment.starts_with("indirect") => continue,
            "require" => DependencyScope::Runtime,
            "tool" => DependencyScope::Development,
            _ => continue,
        };
        if let Some(name) = line.words.first() {
            let version = line.words.get(1).copied().unwrap_or("");
            let declared = Declared {
                local: local.get(name).and_then(|target| resolve(source.file.folder(), target)),
                ..Declared::new(line.span, name, version)
            };
            declared.add(Ecosystem::Go, scope, found);
        }
    }
}

/// A module that a line replaces by a folder, and the folder.
fn local_replacement<'a>(line: &Line<'a>) -> Option<(&'a str, &'a str)> {
    let target = line.words.iter().skip_while(|word| **word != "=>").nth(1)?;
    (line.directive == "replace" && target.starts_with('.')).then_some((*line.words.first()?, *target))
}

pub(super) fn workspace(source: &Source<'_>, found: &mut Found<'_>) {
    let lines = lines(source);
    let members = lines.iter().filter(|line| line.directive == "use").filter_map(|line| line.words.first());
    let mut manifest = Manifest {
        members: members.map(|&member| member.to_owned()).collect(),
        is_package: false,
        package_manager: Some("go".to_owned()),
        ..blank(Ecosystem::Go)
    };
    let version = lines.iter().find(|line| line.directive == "go").and_then(|line| line.words.first());
    manifest.runtimes.extend(version.map(|&version| ("go".to_owned(), version.to_owned())));
    found.add(Span::START, Data::Manifest(manifest));
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn direct_requirements_and_local_replacements() {
        let text = "module example.com/a\n\ngo 1.25\nrequire (\n\tgithub.com/x/y v1.0.0\n\tgithub.com/i/j v1 // indirect\n)\n\
                    require example.com/b v0.0.0\nreplace example.com/b => ../b\n";
        assert_eq!(
            read("services/a/go.mod", text),
            [
                r#"1 manifest "example.com/a" package=true private=false members=[] manager="go" runtimes={"go": "1.25"}"#,
                "5 run github.com/x/y v1.0.0",
                "8 run example.com/b v0.0.0 at services/b",
            ]
        );
    }

    #[test]
    fn a_workspace_is_no_package() {
        let facts = read("go.work", "go 1.25\nuse (\n\t./a\n\t./b\n)\n");
        assert!(facts[0].contains("package=false") && facts[0].contains(r#"members=["./a", "./b"]"#));
    }
}
