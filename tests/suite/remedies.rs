//! Remedies fit the stack that was found, and what they write is well-formed in its language.

use std::collections::BTreeSet;
use std::path::Path;

use auditor::config::{Listing, Settings};
use auditor::facts::{File, Role};
use auditor::remedy::Book;
use auditor::rules::{NewFile, Outcome};
use auditor::scan::Auditor;
use auditor::syntax::{Grammar, Source};

/// What a miniature repository of a stack is made of.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn outcomes(folder: &Path) -> Vec<Outcome> {
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    Auditor::new().unwrap().scan(folder, "shop", &settings).unwrap().outcomes
}

fn outcome<'a>(outcomes: &'a [Outcome], rule: &str) -> &'a Outcome {
    outcomes.iter().find(|outcome| outcome.rule.id.as_str() == rule).unwrap()
}

fn files(outcome: &Outcome) -> &[NewFile] {
    outcome.advice.as_ref().map(|advice| advice.files.as_slice()).unwrap_or_default()
}

const EXPRESS: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{"name": "shop", "packageManager": "pnpm@10.0.0", "engines": {"node": ">=22"},
            "scripts": {"test": "vitest run", "lint": "eslint .", "build": "tsc", "start": "node dist/server.js"},
            "dependencies": {"express": "5.0.0", "pg": "8.0.0"}, "devDependencies": {"typescript": "5.9.0"}}"#,
    ),
    ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
    (
        "src/server.ts",
        "import express from \"express\";\nimport pg from \"pg\";\nconst pool = new pg.Pool();\nconst app = express();\n\
         app.get(\"/orders\", async (_q, r) => { console.log(\"orders\"); r.json((await pool.query(\"SELECT 1\")).rows); });\napp.listen(3000);\n",
    ),
];

const GO: &[(&str, &str)] = &[
    ("go.mod", "module example.org/shop\n\ngo 1.24\n"),
    (
        "main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n)\n\nfunc main() {\n\thttp.HandleFunc(\"/orders\", func(w http.ResponseWriter, r *http.Request) {\n\
         \t\tfmt.Println(\"orders\")\n\t})\n\t_ = http.ListenAndServe(\":8080\", nil)\n}\n",
    ),
];

const FASTAPI: &[(&str, &str)] = &[
    (
        "pyproject.toml",
        "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"fastapi\", \"uvicorn\", \"psycopg\"]\n\n\
         [dependency-groups]\ndev = [\"pytest\", \"ruff\"]\n",
    ),
    ("uv.lock", "version = 1\n"),
    (
        "app/main.py",
        "import psycopg\nfrom fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/orders\")\ndef orders():\n    print(\"orders\")\n    \
         return psycopg.connect().execute(\"SELECT 1\").fetchall()\n",
    ),
];

#[test]
fn a_workflow_has_the_manager_the_versions_the_database_and_the_commands_of_the_repository() {
    let folder = tree(EXPRESS);
    let outcomes = outcomes(folder.path());
    let [workflow] = files(outcome(&outcomes, "ci/pipeline")) else { panic!("one file") };
    assert_eq!(workflow.path, ".github/workflows/ci.yml");
    for part in [
        "- run: pnpm install --frozen-lockfile",
        "- run: pnpm run lint",
        "- run: pnpm run test",
        "node-version: \"22\"",
        "image: postgres:17-alpine",
        "group: ${{ github.workflow }}-${{ github.ref }}",
    ] {
        assert!(workflow.text.contains(part), "{part}:\n{}", workflow.text);
    }
    let folder = tree(FASTAPI);
    let outcomes = self::outcomes(folder.path());
    let text = &files(outcome(&outcomes, "ci/pipeline"))[0].text;
    for part in ["uv sync --locked", "uv run pytest", "uv run ruff check .", "python-version: \"3.12\""] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[test]
fn a_remedy_names_the_stack_that_was_found_and_no_other() {
    for (stack, files, own, foreign) in [
        ("go", GO, "log/slog", "pino"),
        ("python", FASTAPI, "structlog", "pino"),
        ("node", EXPRESS, "pino", "structlog"),
    ] {
        let folder = tree(files);
        let outcomes = outcomes(folder.path());
        for rule in ["observability/structured-logging", "observability/console-logging"] {
            let remedy = outcome(&outcomes, rule).remedy();
            assert!(remedy.contains(own) && !remedy.contains(foreign), "{stack}: {rule}: {remedy}");
        }
    }
}

#[test]
fn what_runs_in_browsers_alone_gets_the_tracker_of_browsers() {
    let folder = tree(&[
        (
            "package.json",
            r#"{ "name": "shop", "private": true, "scripts": { "build": "vite build" }, "dependencies": { "react": "^19.0.0", "react-dom": "^19.0.0" }, "devDependencies": { "vite": "^7.0.0", "typescript": "^5.9.0" } }"#,
        ),
        ("tsconfig.json", "{}"),
        ("index.html", "<div id=\"root\"></div><script type=\"module\" src=\"/src/main.tsx\"></script>"),
        (
            "src/main.tsx",
            "import { createRoot } from \"react-dom/client\";\nimport { App } from \"./App\";\ncreateRoot(document.body).render(<App />);\n",
        ),
        ("src/App.tsx", "export function App() {\n  return <main />;\n}\n"),
    ]);
    let outcomes = outcomes(folder.path());
    let outcome = outcome(&outcomes, "errors/tracking-service");
    assert!(outcome.remedy().contains("@sentry/react"), "{}", outcome.remedy());
    let [file] = files(outcome) else { panic!("one file") };
    assert!(file.text.contains("dsn: string"), "{}:\n{}", file.path, file.text);
    assert!(!file.text.contains("process.env"));
    well_formed("errors/tracking-service", file);
}

#[test]
fn a_file_that_exists_is_not_proposed() {
    let mut files = GO.to_vec();
    files.push((".github/dependabot.yml", "version: 2\nupdates: []\n"));
    files.push(("internal/health/health.go", "package health\n"));
    let folder = tree(&files);
    let outcomes = outcomes(folder.path());
    for outcome in &outcomes {
        for file in self::files(outcome) {
            assert!(!folder.path().join(&file.path).exists(), "{}: {}", outcome.rule.id, file.path);
        }
    }
}

#[test]
fn a_folder_with_a_strange_name_gets_no_file() {
    let folder = tree(&[
        ("a b; rm -rf $HOME/package.json", EXPRESS[0].1),
        ("a b; rm -rf $HOME/pnpm-lock.yaml", EXPRESS[1].1),
        ("a b; rm -rf $HOME/src/server.ts", EXPRESS[2].1),
    ]);
    for outcome in outcomes(folder.path()) {
        assert!(files(&outcome).iter().all(|file| !file.text.contains("rm -rf") && !file.path.contains(' ')));
    }
}

#[test]
fn what_remedies_write_is_well_formed_in_its_language() {
    let mut seen = BTreeSet::new();
    for stack in [EXPRESS, GO, FASTAPI].into_iter().chain(STACKS.iter().copied()) {
        let folder = tree(stack);
        for outcome in outcomes(folder.path()) {
            for file in files(&outcome) {
                seen.insert((outcome.rule.id.to_string(), file.path.clone()));
                well_formed(&outcome.rule.id.to_string(), file);
            }
        }
    }
    assert!(seen.len() > 25, "{seen:#?}");
    for rule in ["observability/health-endpoint", "errors/tracking-service"] {
        assert!(seen.iter().filter(|(own, _)| own == rule).count() >= 2, "{rule} in {seen:#?}");
    }
}

fn well_formed(rule: &str, file: &NewFile) {
    let about = format!("{rule}: {}:\n{}", file.path, file.text);
    assert!(!file.text.contains("{{#") && !file.text.contains("{{/"), "{about}");
    assert!(file.text.ends_with('\n') && file.text.trim().len() > 3, "{about}");
    let name = file.path.rsplit('/').next().unwrap();
    let grammar = match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "ts" => Grammar::TypeScript,
        "js" => Grammar::JavaScript,
        "py" => Grammar::Python,
        "go" => Grammar::Go,
        "rb" => Grammar::Ruby,
        "sh" => Grammar::Bash,
        "yml" => {
            let own =
                File { path: file.path.as_str().into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
            assert!(Source::new(&own, &file.text).yaml().is_ok_and(|documents| documents.len() == 1), "{about}");
            return;
        }
        "json" => {
            serde_json::from_str::<serde_json::Value>(&file.text).expect(&about);
            return;
        }
        _ => return,
    };
    let tree = grammar.parse(&file.text).expect(&about);
    assert!(!tree.root_node().has_error(), "{about}");
}

/// More stacks, each with what makes it known.
const STACKS: &[&[(&str, &str)]] = &[
    &[
        (
            "package.json",
            r#"{"name": "web", "scripts": {"build": "next build", "start": "next start"}, "dependencies": {"next": "15.0.0", "react": "19.0.0"}, "devDependencies": {"typescript": "5.9.0"}}"#,
        ),
        ("package-lock.json", "{}"),
        ("next.config.ts", "export default {};\n"),
        ("app/page.tsx", "export default function Page() { return <p>shop</p>; }\n"),
        ("app/api/orders/route.ts", "export async function GET() { return Response.json([]); }\n"),
        ("lib/orders.ts", "export const orders = () => [] as string[];\n"),
    ],
    &[
        (
            "package.json",
            r#"{"name": "api", "dependencies": {"fastify": "5.0.0"}, "scripts": {"start": "node server.js", "test": "node --test"}}"#,
        ),
        ("yarn.lock", "# yarn lockfile v1\n"),
        (
            "server.js",
            "import Fastify from \"fastify\";\nconst app = Fastify();\napp.get(\"/orders\", () => []);\nawait app.listen({ port: 3000 });\n",
        ),
    ],
    &[
        ("requirements.txt", "django==5.2\ngunicorn\npsycopg\n"),
        (
            "manage.py",
            "import sys\nfrom django.core.management import execute_from_command_line\nexecute_from_command_line(sys.argv)\n",
        ),
        ("shop/settings.py", "import os\nDEBUG = os.environ.get(\"DEBUG\")\n"),
        (
            "shop/urls.py",
            "from django.urls import path\nfrom . import views\nurlpatterns = [path(\"orders\", views.orders)]\n",
        ),
        (
            "shop/views.py",
            "from django.http import JsonResponse\n\n\ndef orders(request):\n    return JsonResponse({})\n",
        ),
    ],
    &[
        ("requirements.txt", "flask==3.1\n"),
        (
            "app.py",
            "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get(\"/orders\")\ndef orders():\n    return []\n",
        ),
    ],
    &[
        ("Gemfile", "source \"https://rubygems.org\"\ngem \"rails\", \"~> 8.0\"\ngem \"pg\"\n"),
        ("Gemfile.lock", "GEM\n"),
        (
            "config/application.rb",
            "require \"rails/all\"\nmodule Shop\n  class Application < Rails::Application\n  end\nend\n",
        ),
        ("config/routes.rb", "Rails.application.routes.draw do\n  resources :orders\nend\n"),
        (
            "app/controllers/orders_controller.rb",
            "class OrdersController < ApplicationController\n  def index\n    puts \"orders\"\n  end\nend\n",
        ),
    ],
];

#[test]
fn remedies_are_written_for_rules_that_exist() {
    let auditor = Auditor::new().unwrap();
    // Rules that are still to come have theirs already.
    let planned = ["deployment/container-image", "security/policy"];
    for rule in Book::built_in().unwrap().rules() {
        assert!(auditor.catalogue.rule(rule).is_some() || planned.contains(&rule), "{rule}");
    }
}
