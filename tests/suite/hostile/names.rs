//! Names of files, and texts in them, that mean something to a format.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use serde_json::Value;

use super::{report, run};
use crate::support::trees::Tree;

/// What stands in names. Each file holds an obvious finding.
const NAMES: &[&str] = &[
    "new\nline.js",
    "carriage\rreturn.js",
    "tab\there.js",
    "quote\"double.js",
    "quote'single.js",
    "back\\slash.js",
    "<script>alert(1)<!--.js",
    "<img src=x onerror=alert(1)>.js",
    "]]>cdata.js",
    "&amp;entity.js",
    "[link](javascript:alert(1)).js",
    "| table | `code` | **bold**.js",
    "```fence.js",
    "<details open>.js",
    "# heading.js",
    "\u{1b}[31mred\u{1b}[0m.js",
    "\u{1b}]8;;http:example.org\u{7}link.js",
    "\u{9b}31mred.js",
    "\u{202e}sj.gnp.js",
    "\u{200b}\u{feff}\u{2028}\u{85}.js",
    "=cmd|' C calc'!A0.js",
    "+1+1.js",
    "-1.js",
    "@SUM(1).js",
    "::error file=a::injected.js",
    "%0A::warning::injected.js",
    "##vso[task.setvariable]x.js",
    "{{template}}${{ secrets.X }}.js",
    "{{#each}}.js",
    "$(id)`id`.js",
    "%s%n%d.js",
    " leading and trailing .js",
];

const CODE: &str = "console.log('x');\ntry { f(); } catch (e) {}\n";

/// A tree whose files, commands, routes and texts are all hostile.
fn hostile() -> Tree {
    let tree = Tree::new(&[("package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^5.0.0\"}}")]);
    for name in NAMES {
        tree.write(&format!("src/{name}"), CODE);
        tree.write(&format!("src/{name}/").replace(".js/", "/inner.js"), CODE);
    }
    let nasty = "<script>alert(1)</script>|`a`\u{1b}[31m\u{202e}::error::x%0A";
    let json = serde_json::to_string(&format!("{nasty}\n=1+1")).unwrap();
    tree.write("api/package.json", &format!("{{\"name\": {json}, \"scripts\": {{\"test\": {json}, {json}: \"vitest\"}}, \"dependencies\": {{{json}: {json}, \"express\": \"5\"}}}}"));
    tree.write(".github/workflows/ci.yml", &format!("name: {json}\non: pull_request_target\njobs:\n  {json}:\n    runs-on: ubuntu-latest\n    name: {json}\n    steps:\n      - uses: actions/checkout@v4\n        with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}\n      - name: {json}\n        run: {json}\n      - run: echo \"${{{{ github.event.issue.title }}}}{nasty_plain}\"\n", nasty_plain = "<script>alert(1)</script>"));
    tree.write("docker-compose.yml", &format!("services:\n  {json}:\n    image: {json}\n    privileged: true\n"));
    tree.write("k8s/a.yaml", &format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {json}}}\nspec: {{template: {{spec: {{containers: [{{name: {json}, image: {json}}}]}}}}}}\n"));
    tree.write("src/app.js", &format!("const app = require('express')();\napp.get({json}, (q, r) => r.send());\nconsole[{json}](1);\n// auditor:ignore observability/console-logging -- {nasty}\nconsole.log(2);\n"));
    tree.write("README.md", &format!("# {nasty}\n\n[a](javascript:alert(1))\n"));
    tree.write("migrations/0001_a.sql", &format!("DROP TABLE \"{}\";\n", nasty.replace('"', "")));
    tree
}

/// What no format may hand on: it would act on the terminal, or hide what stands there.
pub(super) fn assert_harmless(format: &str, text: &str) {
    for (at, c) in text.char_indices() {
        let acts = c.is_control() && !matches!(c, '\n' | '\t');
        let hides = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        assert!(!acts && !hides, "{format}: {c:?} in {:?}", text[..at].lines().last());
    }
}

/// Markdown in which texts are neither HTML nor links that run. The reports' own HTML folds sections.
pub(super) fn assert_plain_markdown(text: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                for piece in ["<script", "<img src=x", "<details open>.js"] {
                    assert!(!html.contains(piece), "Markdown holds {html}");
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                assert!(!dest_url.starts_with("javascript:"), "Markdown leads to {dest_url}");
            }
            _ => {}
        }
    }
}

pub(super) fn formatted(folder: &Path, format: &str) -> String {
    let ran = run(&["report", "report.json", "--format", format], folder);
    assert_eq!(ran.status, Some(0), "{format}: {}", ran.stderr);
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn names_and_texts_stay_texts_in_every_format() {
    let tree = hostile();
    let found = report(tree.path(), &[]);
    let paths: Vec<&str> = findings(&found).iter().map(|finding| finding["path"].as_str().unwrap()).collect();
    for name in NAMES {
        // What would act on a terminal is made visible; everything else stands in the JSON report as it is.
        let is_plain =
            !name.chars().any(|c| c.is_control() || ('\u{2000}'..='\u{2069}').contains(&c) || c == '\u{feff}');
        assert!(!is_plain || paths.contains(&format!("src/{name}").as_str()), "{name:?} has no finding");
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("report.json"), found.to_string()).unwrap();
    for format in auditor::report::Format::all() {
        assert_harmless(format.name(), &formatted(folder.path(), format.name()));
    }
    let html = formatted(folder.path(), "html");
    for piece in ["<script>alert", "<img src=x", "<details open>.js", "href=\"javascript:"] {
        assert!(!html.contains(piece), "HTML holds {piece}");
    }
    for format in ["markdown", "step-summary"] {
        assert_plain_markdown(&formatted(folder.path(), format));
    }
    let annotations = formatted(folder.path(), "annotations");
    for line in annotations.lines() {
        let is_ours = ["::error file=", "::warning file=", "::notice file=", "::notice title=auditor::"]
            .iter()
            .any(|start| line.starts_with(start));
        assert!(is_ours && !line.contains("file=a::injected"), "{line}");
    }
    for line in formatted(folder.path(), "csv").lines() {
        let cell = line.trim_start_matches('"');
        assert!(!cell.starts_with(['=', '+', '@', '\t']), "a spreadsheet computes {line}");
    }
    roxmltree::Document::parse(&formatted(folder.path(), "junit")).unwrap();
    roxmltree::Document::parse(&formatted(folder.path(), "badge")).unwrap();
    for format in ["sarif", "sarif-full", "codequality", "shields", "oscal"] {
        serde_json::from_str::<Value>(&formatted(folder.path(), format)).unwrap();
    }
}

#[test]
fn sarif_names_files_as_addresses() {
    let tree = hostile();
    let ran = run(&["scan", ".", "--format", "sarif"], tree.path());
    let sarif: Value = serde_json::from_slice(&ran.stdout).unwrap();
    for result in sarif["runs"][0]["results"].as_array().unwrap() {
        let address = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        let is_address = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/%".contains(c);
        assert!(address.chars().all(is_address), "{address:?}");
    }
}

fn findings(report: &Value) -> Vec<&Value> {
    report["rules"].as_array().unwrap().iter().flat_map(|rule| rule["findings"].as_array().unwrap()).collect()
}

#[test]
fn names_that_are_no_text_stay_apart() {
    let tree = Tree::new(&[("package.json", "{\"name\": \"x\", \"dependencies\": {\"express\": \"^5.0.0\"}}")]);
    for name in [&b"a\xFF.js"[..], b"a\xFE.js", b"a\xEF\xBF\xBD.js"] {
        fs::write(tree.path().join(OsStr::from_bytes(name)), CODE).unwrap();
    }
    for arguments in [&[][..], &["--no-git"]] {
        let report = report(tree.path(), arguments);
        let paths =
            findings(&report).into_iter().filter(|it| it["message"].as_str().unwrap().contains("drops the error"));
        let mut paths: Vec<&str> = paths.map(|it| it["path"].as_str().unwrap()).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["a%FE.js", "a%FF.js", "a\u{fffd}.js"]);
    }
}
