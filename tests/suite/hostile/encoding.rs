//! Bytes that are no plain UTF-8, and line ends of other systems.

use std::fs;

use super::{messages, report, says, statuses};
use crate::support::trees::Tree;

/// A small service with a bit of everything that is read.
const SERVICE: &[(&str, &str)] = &[
    (
        "package.json",
        "{\n  \"name\": \"shop\",\n  \"scripts\": {\"start\": \"node src/server.js\", \"test\": \"vitest run\"},\n  \"dependencies\": {\"express\": \"^5.0.0\", \"pg\": \"^8.0.0\"},\n  \"devDependencies\": {\"vitest\": \"^3.0.0\"}\n}\n",
    ),
    (
        "src/server.js",
        "import express from 'express';\nconst app = express();\napp.get('/health', (req, res) => res.send('ok'));\nconsole.log('started');\ntry { start(); } catch (e) {}\napp.listen(process.env.PORT);\n",
    ),
    ("src/server.test.js", "import { test } from 'vitest';\ntest('it runs', () => {});\n"),
    (
        "Dockerfile",
        "FROM node:24-alpine AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\n\nFROM node:24-alpine\nCOPY --from=build /app /app\nUSER node\nHEALTHCHECK CMD wget -q localhost/health\nCMD [\"node\", \"src/server.js\"]\n",
    ),
    (
        ".github/workflows/ci.yml",
        "name: ci\non:\n  pull_request:\n  push:\n    branches: [main]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          npm ci\n          npm test\n",
    ),
    ("migrations/0001_init.sql", "CREATE TABLE orders (\n  id int PRIMARY KEY\n);\n"),
    ("migrations/0002_drop.sql", "ALTER TABLE orders DROP COLUMN id;\n"),
    (".env.example", "PORT=3000\n"),
    (".dockerignore", "node_modules\n.env\n"),
    (".gitignore", "node_modules\n.env\n"),
    ("README.md", "# Shop\n\nA shop.\n\n## Installation\n\nRun `npm ci`.\n\n## Usage\n\nRun `npm start`.\n"),
    ("infra/main.tf", "resource \"aws_db_instance\" \"db\" {\n  engine = \"postgres\"\n}\n"),
    ("pyproject.toml", "[project]\nname = \"tools\"\ndependencies = [\"flask\"]\n"),
    ("tools.py", "import os\nprint(os.environ['X'])\n"),
];

fn service(change: impl Fn(&str) -> Vec<u8>) -> Tree {
    let tree = Tree::new(SERVICE);
    for (path, text) in SERVICE {
        // Ignore files are for git, which knows UTF-8 alone.
        if *path != ".gitignore" {
            fs::write(tree.path().join(path), change(text)).unwrap();
        }
    }
    tree
}

fn plain() -> Vec<(String, String)> {
    statuses(&report(service(|text| text.as_bytes().to_vec()).path(), &[]))
}

/// Another form of the same text.
type Change = fn(&str) -> Vec<u8>;

fn utf16(text: &str, mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect()
}

#[test]
fn line_ends_and_encodings_change_no_answer() {
    let expected = plain();
    assert!(expected.iter().any(|(_, status)| status == "pass") && expected.iter().any(|(_, status)| status == "fail"));
    let changes: [(&str, Change); 5] = [
        ("CRLF", |text| text.replace('\n', "\r\n").into_bytes()),
        ("a byte-order mark", |text| [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("CRLF behind a byte-order mark", |text| [b"\xEF\xBB\xBF", text.replace('\n', "\r\n").as_bytes()].concat()),
        ("UTF-16, little end first", |text| utf16(text, [0xFF, 0xFE], u16::to_le_bytes)),
        ("UTF-16, big end first", |text| utf16(text, [0xFE, 0xFF], u16::to_be_bytes)),
    ];
    for (name, change) in changes {
        let found = statuses(&report(service(change).path(), &[]));
        let differ: Vec<_> = expected.iter().zip(&found).filter(|(own, its)| own != its).collect();
        assert!(differ.is_empty(), "{name}: {differ:?}");
    }
}

#[test]
fn invalid_utf8_is_read_with_replacements_and_said() {
    let report = report(service(|text| [text.as_bytes(), b"# \xE9\xFF\n"].concat()).path(), &[]);
    assert!(says(&report, &["note src/server.js", "not valid UTF-8"]));
    assert!(
        report["rules"]
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| { rule["id"] == "observability/console-logging" && rule["findings"][0]["line"] == 4 })
    );
}

#[test]
fn nul_bytes_in_code_make_the_scan_incomplete() {
    let report = report(service(|text| [text.as_bytes(), b"\0"].concat()).path(), &[]);
    assert!(says(&report, &["error src/server.js", "NUL bytes"]));
    let tree = Tree::new(&[]);
    fs::write(tree.path().join("a.bin"), [0_u8; 4096]).unwrap();
    fs::write(tree.path().join("b.ts"), b"\xFF\xFE\xD8\x00").unwrap();
    fs::write(tree.path().join("c.ts"), b"\xFE\xFFx").unwrap();
    fs::write(tree.path().join("d.ts"), b"").unwrap();
    assert!(messages(&super::report(tree.path(), &[])).iter().all(|message| !message.starts_with("error a.bin")));
}

#[test]
fn text_without_letters_is_text() {
    let tree = Tree::new(&[
        ("package.json", "{\"name\":\"\\ud800\",\"dependencies\":{\"\\u0000\":\"\\u001b[31m\"}}"),
        (".github/workflows/a.yml", "\u{2028}\u{85}on: push\u{85}jobs: \u{feff}{}\n"),
        ("Cargo.toml", "\u{feff}\u{feff}[package]\nname = \"\\u0000\"\n"),
        ("src/a.ts", "\u{202e}console\u{200b}.log(1)\u{0}".trim_end_matches('\0')),
        ("a.sql", "\r\r\rCREATE\u{a0}TABLE\u{3000}a();\r"),
        ("Dockerfile", "FROM\u{a0}a\n\u{85}RUN \\\r\n\r\n\\"),
        (".env", "\u{feff}A\u{a0}=\u{1}\r"),
    ]);
    report(tree.path(), &[]);
}
