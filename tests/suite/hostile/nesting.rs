//! Texts that nest a hundred thousand deep, and aliases that multiply.

use super::{DEPTH, report, run, says};
use crate::support::trees::Tree;

/// A package with a server, so that every extractor has something to do.
const PACKAGE: &str = r#"{"name": "x", "dependencies": {"express": "^5.0.0"}}"#;

fn nested(before: &str, open: &str, inner: &str, close: &str) -> String {
    format!("{before}{}{inner}{}", open.repeat(DEPTH), close.repeat(DEPTH))
}

fn scan(files: &[(&str, String)]) -> serde_json::Value {
    let tree = Tree::new(&[("package.json", PACKAGE)]);
    for (path, text) in files {
        tree.write(path, text);
    }
    report(tree.path(), &[])
}

#[test]
fn json() {
    let report = scan(&[
        ("api/package.json", nested("", "{\"scripts\":", "1", "}")),
        ("tsconfig.json", nested("", "[", "", "]")),
        ("vercel.json", "[".repeat(DEPTH)),
        ("openapi.json", nested("{\"openapi\":\"3.1.0\",\"paths\":", "{\"a\":", "1", "}") + "}"),
    ]);
    assert!(says(&report, &["warning api/package.json", "not understood"]));
}

#[test]
fn yaml() {
    let report = scan(&[
        (".github/workflows/ci.yml", nested("on: push\njobs: ", "[", "", "]")),
        ("docker-compose.yml", nested("services: ", "{a: ", "1", "}")),
        ("k8s/a.yaml", format!("apiVersion: v1\nkind: Pod\nspec:\n{}a\n", "- ".repeat(DEPTH))),
        (".gitlab-ci.yml", (0..3000).flat_map(|depth| [" ".repeat(depth), "a:\n".to_owned()]).collect()),
    ]);
    assert!(says(&report, &["warning .github/workflows/ci.yml", "recursion limit exceeded"]));
}

#[test]
fn toml() {
    let report = scan(&[
        ("Cargo.toml", nested("a = ", "[", "", "]")),
        ("pyproject.toml", nested("a = ", "{b = ", "1", "}")),
        ("fly.toml", format!("{} = 1", vec!["a"; DEPTH].join("."))),
        ("netlify.toml", format!("[{}]", vec!["a"; DEPTH].join("."))),
    ]);
    assert!(says(&report, &["warning Cargo.toml", "not understood"]));
}

#[test]
fn hcl() {
    let resource = "resource \"aws_db_instance\" \"x\" {\n  a = ";
    let report = scan(&[
        ("a.tf", nested(resource, "[", "", "]") + "\n}\n"),
        ("b.tf", nested("", "a {", "", "}")),
        ("c.tf", nested(resource, "(", "1", ")") + "\n}\n"),
        ("d.tf", nested(resource, "\"${", "1", "}\"") + "\n}\n"),
        ("e.tf", format!("{resource}{}1\n}}\n", "!".repeat(DEPTH))),
    ]);
    assert!(says(&report, &["warning a.tf", "not judged by its syntax"]));
}

#[test]
fn sql() {
    let files = [
        ("0001.sql", nested("CREATE TABLE a (b int DEFAULT ", "(", "1", ")") + ");"),
        ("0002.sql", format!("ALTER TABLE a ADD b int DEFAULT {}1;", "not ".repeat(DEPTH))),
        ("0003.sql", "select ".repeat(DEPTH)),
        ("0004.sql", format!("create trigger x {}", "begin ".repeat(DEPTH))),
        ("0005.sql", "/*".repeat(DEPTH)),
        ("0006.sql", format!("alter table a add check (a = 1{});", " and b = 1".repeat(DEPTH))),
        ("0007.sql", nested("do $$", "begin ", "", "end;") + "$$;"),
        ("0008.sql", format!("create view a as select 1{};", " union select 1".repeat(DEPTH))),
        ("0009.sql", format!("alter table a {};", vec!["add b int"; DEPTH].join(", "))),
    ];
    let files: Vec<(String, String)> =
        files.into_iter().map(|(name, text)| (format!("migrations/{name}"), text)).collect();
    let report = scan(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>());
    let migrations =
        report["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "migrations/history").unwrap();
    assert_ne!(migrations["status"], "not-applicable");
}

/// How each language writes something that ends in an expression: what wakes extractors stands before it.
const LANGUAGES: &[(&str, &str)] = &[
    ("ts", "import express from 'express'; console.log(1); express().get('/health', f); const a = "),
    ("tsx", "console.log(1); const a = "),
    ("js", "const express = require('express'); console.log(1); const a = "),
    ("py", "import flask\nprint(1)\ntry:\n  pass\nexcept E:\n  pass\na = "),
    (
        "go",
        "package main\nimport \"net/http\"\nfunc main() { fmt.Println(1); http.HandleFunc(\"/health\", a); if err != nil {}; x := ",
    ),
    ("rb", "puts 1\nget '/health' do end\nx = "),
    ("java", "@RestController class A { @GetMapping(\"/health\") void m() { System.out.println(1); x = "),
    ("kt", "fun main() { println(1); routing { get(\"/health\") {} }; val x = "),
    ("cs", "class A { void M() { Console.WriteLine(1); app.MapGet(\"/health\", () => 1); var x = "),
    ("php", "<?php error_log(1); Route::get('/health', a); $x = "),
    ("rs", "fn main() { println!(\"x\"); let _ = f(); let x = "),
    ("ex", "IO.puts 1\nget \"/health\", A, :b\nx = "),
    ("vue", "<script lang=\"ts\">\nconsole.log(1); const a = "),
    ("svelte", "<script>\nconsole.log(1); const a = "),
];

/// Shapes that nest, each behind what a language begins with.
const SHAPES: &[fn(&str, usize) -> String] = &[
    |before, depth| format!("{before}{}1{}", "(".repeat(depth), ")".repeat(depth)),
    |before, depth| format!("{before}{}1{}", "[".repeat(depth), "]".repeat(depth)),
    |before, depth| format!("{before}{}{}", "{".repeat(depth), "}".repeat(depth)),
    |before, depth| format!("{before}{}1", "!".repeat(depth)),
    |before, depth| format!("{before}{}1", "a + ".repeat(depth)),
    |before, depth| format!("{before}{}", "a.b(".repeat(depth)),
    |before, depth| format!("{before}{}", "if (a) { console.log(1); try { ".repeat(depth / 5)),
    |before, depth| format!("{before}{}", "<a>".repeat(depth)),
    |before, depth| format!("{before}{}", ".catch(() => {})".repeat(depth / 5)),
    |before, depth| format!("{before}{}", "\"${".repeat(depth)),
];

/// Every shape in these languages.
fn scan_languages(languages: &[(&str, &str)], depth: usize) -> serde_json::Value {
    let tree = Tree::new(&[("package.json", PACKAGE)]);
    for (ending, before) in languages {
        for (index, shape) in SHAPES.iter().enumerate() {
            tree.write(&format!("src/a{index}.{ending}"), &shape(before, depth));
        }
    }
    report(tree.path(), &[])
}

#[test]
fn typescript() {
    let report = scan_languages(&LANGUAGES[..1], DEPTH);
    assert!(says(&report, &["warning src/a0.ts", "`limits.max-depth`"]));
}

#[test]
fn every_other_language() {
    scan_languages(&LANGUAGES[1..], DEPTH / 10);
}

#[test]
fn the_other_parsers() {
    let d = DEPTH;
    scan(&[
        ("pom.xml", nested("", "<project>", "", "</project>")),
        ("a.csproj", "<Project>".repeat(d)),
        ("Dockerfile", nested("FROM a\nRUN ", "$(", "", ")")),
        ("Makefile", nested("a:\n\t", "$(", "", ")")),
        (
            "b.mk",
            format!(
                "{}\nall: a\n",
                (0..3000).map(|n| format!("A{n} = $(A{})$(A{})\n", n + 1, n + 1)).collect::<Vec<_>>().concat()
            ),
        ),
        ("justfile", nested("a: ", "(", "", ")")),
        ("build.gradle", nested("dependencies ", "{", "", "}")),
        ("Jenkinsfile", format!("pipeline {}", "{ stage('a') ".repeat(d))),
        ("README.md", format!("{}\n{}\n{}\n{}", "> ".repeat(d), "- ".repeat(d), "[".repeat(d), "*a ".repeat(d))),
        ("nginx.conf", "http {".repeat(d)),
        ("Caddyfile", "a {".repeat(d)),
        ("haproxy.cfg", "frontend a\n".repeat(d)),
        ("main.bicep", "resource a {".repeat(d)),
        ("prisma/schema.prisma", "model A {".repeat(d)),
        (".env", format!("A={}", "${A:-".repeat(d))),
        ("go.mod", format!("module a\n{}", "require (".repeat(d))),
        ("Gemfile", format!("gem 'a', {}", "[".repeat(d))),
        ("mix.exs", "[".repeat(d)),
        ("setup.py", format!("setup(install_requires={}", "[".repeat(d))),
        ("a.sh", format!("#!/bin/sh\n{}npm test", "{ ".repeat(d))),
        ("b.sh", nested("#!/bin/sh\n", "(", "npm test", ")")),
        ("c.sh", format!("#!/bin/sh\n{}", "if true; then ".repeat(d / 10))),
        ("d.sh", format!("#!/bin/sh\n{}true", "a && ".repeat(d / 5))),
        ("chart/Chart.yaml", "apiVersion: v2\nname: a\nversion: 1.0.0\n".to_owned()),
        ("chart/values.yaml", "a: 1\n".to_owned()),
        ("chart/templates/a.yaml", format!("kind: Deployment\n{}", "{{ if a }}".repeat(d))),
        ("chart/templates/b.yaml", format!("kind: Deployment\na: {{{{ {} }}}}", "(".repeat(d))),
        (".gitlab-ci.yml", format!("include: '{}'\na: {{script: [x]}}\n", "?".repeat(d))),
    ]);
}

#[test]
fn aliases_that_multiply() {
    let level =
        |n: usize| format!("  a{n}: &a{n} [*a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}]\n", p = n - 1);
    let levels: String = std::iter::once("  a0: &a0 [x, x]\n".to_owned()).chain((1..100).map(level)).collect();
    let merge =
        |n: usize| format!("  m{n}: &m{n}\n    k{n}: {{<<: [*m{p}, *m{p}]}}\n    <<: [*m{p}, *m{p}]\n", p = n - 1);
    let merges = (1..60).map(merge).collect::<Vec<_>>().concat();
    let report = scan(&[
        (
            ".github/workflows/ci.yml",
            format!("on: push\nx:\n{levels}jobs: {{t: {{steps: *a99, env: *a99, needs: *a99}}}}\n"),
        ),
        (".gitlab-ci.yml", format!("x:\n{levels}t: {{script: *a99, needs: *a99, rules: *a99}}\n")),
        (
            "docker-compose.yml",
            format!("x-a:\n{levels}services: {{a: {{image: x, command: *a99, environment: *a99}}}}\n"),
        ),
        (
            "k8s/a.yaml",
            format!(
                "kind: Deployment\napiVersion: apps/v1\nx:\n{levels}spec: {{template: {{spec: {{containers: *a99}}}}}}\n"
            ),
        ),
        ("compose.prod.yml", format!("x-m:\n  m0: &m0 {{a: 1}}\n{merges}services: *m59\n")),
        (
            "playbook.yml",
            format!(
                "- hosts: all\n  vars:\n{}  tasks: *a99\n",
                levels.replace("\n  ", "\n    ").replacen("  a0", "    a0", 1)
            ),
        ),
        (
            "cloudformation.yaml",
            format!(
                "AWSTemplateFormatVersion: '2010-09-09'\nx:\n{levels}Resources: {{a: {{Type: 'AWS::S3::Bucket', Properties: *a99}}}}\n"
            ),
        ),
        ("openapi.yaml", format!("openapi: 3.1.0\nx:\n{levels}paths: *a99\n")),
    ]);
    assert!(says(&report, &["warning .github/workflows/ci.yml", "its aliases stand for more than"]));
}

#[test]
fn the_configuration_itself() {
    let tree = Tree::new(&[("package.json", PACKAGE), ("auditor.toml", &nested("a = ", "[", "", "]"))]);
    let ran = run(&["scan", "."], tree.path());
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("auditor.toml"), "{}", ran.stderr);
}
