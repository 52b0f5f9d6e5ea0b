//! Remedies fit the stack that was found, and what they write is well-formed in its language.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use auditor::config::{Listing, Settings};
use auditor::facts::{File, Horizon, Role};
use auditor::remedy::Book;
use auditor::rules::{NewFile, Outcome, Status};
use auditor::scan::Auditor;
use auditor::syntax::{Grammar, Source};

use crate::stacks::{ALL, EXPRESS, FASTAPI, GO};

/// What a miniature repository of a stack is made of.
pub(crate) fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

pub(crate) fn outcomes(folder: &Path) -> Vec<Outcome> {
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    Auditor::new().unwrap().scan(folder, "shop", &settings).unwrap().outcomes
}

pub(crate) fn outcome<'a>(outcomes: &'a [Outcome], rule: &str) -> &'a Outcome {
    outcomes.iter().find(|outcome| outcome.rule.id.as_str() == rule).unwrap()
}

pub(crate) fn files(outcome: &Outcome) -> &[NewFile] {
    outcome.advice.as_ref().map(|advice| advice.files.as_slice()).unwrap_or_default()
}

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
fn a_remedy_is_for_the_place_where_it_is_deployed() {
    const WORKLOAD: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: shop\nspec:\n  template:\n    spec:\n      containers:\n        - name: shop\n          image: shop:1\n";
    const BLUEPRINT: &str =
        "services:\n  - type: web\n    name: shop\n    runtime: node\n    startCommand: node dist/server.js\n";
    let places = [
        (Some(("deploy/shop.yaml", WORKLOAD)), "DaemonSet", "KEDA"),
        (Some(("render.yaml", BLUEPRINT)), "log stream", "targetCPUPercent"),
        (None, "shipper (Vector, Fluent Bit)", "container platform"),
    ];
    for (file, logs, scaling) in places {
        let mut files = EXPRESS.to_vec();
        files.extend(file);
        let folder = tree(&files);
        let outcomes = outcomes(folder.path());
        for (rule, own) in [("observability/log-aggregation", logs), ("scalability/autoscaling", scaling)] {
            let remedy = outcome(&outcomes, rule).remedy();
            assert!(remedy.contains(own), "{file:?}: {rule}: {remedy}");
            let others = places.iter().flat_map(|&(_, logs, scaling)| [logs, scaling]);
            let foreign: Vec<&str> =
                others.filter(|other| ![logs, scaling].contains(other) && remedy.contains(other)).collect();
            assert!(foreign.is_empty(), "{file:?}: {rule}: {foreign:?}");
        }
    }
}

#[test]
fn nothing_is_asked_of_migrations_that_have_run() {
    let paths: Vec<String> =
        (1..=14).map(|day| format!("prisma/migrations/202401{day:02}000000_m/migration.sql")).collect();
    let texts: Vec<String> =
        (1..=14).map(|day| format!("CREATE TABLE \"t{day}\" (\"id\" INT, \"b\" INT);\n")).collect();
    let mut files: Vec<(&str, &str)> =
        paths.iter().zip(&texts).map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files[1].1 = "ALTER TABLE \"t1\" DROP COLUMN \"b\";\n";
    files.push((
        "package.json",
        r#"{"name": "shop", "dependencies": {"@prisma/client": "6", "prisma": "6", "pg": "8"}}"#,
    ));
    files.push(("prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"));
    let folder = tree(&files);
    let outcomes = outcomes(folder.path());
    let drop = outcome(&outcomes, "migrations/drop-column");
    assert!(drop.is_past() && drop.remedy().starts_with("Nothing to mend"), "{}: {}", drop.reason, drop.remedy());
    assert!(drop.hours() < 1.0 && drop.horizon() == Horizon::LongTerm, "{}", drop.hours());
}

#[test]
fn a_solution_is_built_from_its_root() {
    let (_, dotnet) = ALL.iter().find(|(stack, _)| *stack == "dotnet").unwrap();
    let paths: Vec<String> = dotnet.iter().map(|(path, _)| format!("src/Shop/{path}")).collect();
    let mut files: Vec<(&str, &str)> =
        paths.iter().zip(*dotnet).map(|(path, (_, text))| (path.as_str(), *text)).collect();
    let text_of = |files: &[(&str, &str)]| {
        let folder = tree(files);
        let outcomes = outcomes(folder.path());
        self::files(outcome(&outcomes, "ci/pipeline"))[0].text.clone()
    };
    assert!(text_of(&files).contains("working-directory: src/Shop/"));
    files.push(("Shop.slnx", "<Solution />\n"));
    assert!(!text_of(&files).contains("working-directory"));
    let folder = tree(&files);
    let outcomes = outcomes(folder.path());
    let image = outcome(&outcomes, "deployment/container-image");
    let paths: Vec<&str> = self::files(image).iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["src/Shop/Dockerfile", ".dockerignore"]);
    assert!(self::files(image)[0].text.contains("dotnet publish src/Shop/ --configuration"));
    assert!(image.remedy().contains("docker build --file src/Shop/Dockerfile ."), "{}", image.remedy());
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
    for (stack, tree_of_stack) in ALL {
        let folder = tree(tree_of_stack);
        for outcome in outcomes(folder.path()) {
            for file in files(&outcome) {
                seen.insert((outcome.rule.id.to_string(), file.path.clone(), *stack));
                well_formed(&outcome.rule.id.to_string(), file);
            }
        }
    }
    let stacks: BTreeSet<&str> = ALL.iter().map(|(stack, _)| *stack).collect();
    for rule in ["ci/pipeline", "deployment/container-image", "deployment/dockerignore", "secrets/env-example"] {
        let own: BTreeSet<&str> = seen.iter().filter(|(own, ..)| own == rule).map(|(.., stack)| *stack).collect();
        assert!(own == stacks || rule == "deployment/dockerignore", "{rule}: {own:?}");
    }
    assert!(seen.iter().filter(|(own, ..)| own == "observability/health-endpoint").count() >= 8, "{seen:#?}");
}

/// Words that belong to one stack: whoever works with another one would be lost.
const WORDS: &[(&str, &[&str])] = &[
    (
        "node",
        &[
            "npm",
            "pnpm",
            "pino",
            "eslint",
            "express",
            "prisma",
            "vitest",
            "playwright init",
            "next.js",
            "winston",
            "process.env",
            "process.on",
            "helmet",
            "bullmq",
            "prom-client",
            "typescript",
            "zod",
        ],
    ),
    (
        "python",
        &[
            "ruff",
            "pytest",
            "structlog",
            "django",
            "fastapi",
            "flask",
            "sentry_sdk",
            "uvicorn",
            "celery",
            "mypy",
            "pip-audit",
            "sqlalchemy",
            "alembic",
            "bandit",
            "locust",
            "pydantic",
            "slowapi",
        ],
    ),
    ("go", &["slog", "golangci", "gosec", "govulncheck", "go-redis", "goose", "errcheck", "sql.open", "httprate"]),
    ("rust", &["clippy", "cargo", "axum", "sqlx", "tower-", "tower_", "actix", "std::panic", "diesel"]),
    (
        "java",
        &["spring", "hikari", "flyway", "liquibase", "slf4j", "gradle", "junit", "micrometer", "logback", "quarkus"],
    ),
    (
        "dotnet",
        &["ilogger", "serilog", "nuget", "dotnet", "ef core", "hangfire", "iexceptionhandler", "addhealthchecks"],
    ),
    (
        "ruby",
        &["rubocop", "rails", "sidekiq", "rack-attack", "brakeman", "bundler", "gemfile", "puma", "rspec", "lograge"],
    ),
    ("php", &["composer", "laravel", "symfony", "phpunit", "phpstan", "monolog", "doctrine", "artisan"]),
    ("elixir", &["mix ", "oban", "phoenix", "credo", "ecto", "sobelow", "dialyx"]),
];

#[test]
fn no_remedy_names_the_tools_of_another_stack() {
    let mut wrong = Vec::new();
    for (stack, tree_of_stack) in ALL {
        let folder = tree(tree_of_stack);
        for outcome in outcomes(folder.path()) {
            if !matches!(outcome.status, Status::Partial | Status::Fail) {
                continue;
            }
            let texts = files(&outcome).iter().map(|file| file.text.as_str()).chain([outcome.remedy()]);
            let text = texts.collect::<Vec<_>>().join("\n").to_lowercase();
            for (_, words) in WORDS.iter().filter(|(own, _)| own != stack) {
                let foreign: Vec<&str> = words.iter().copied().filter(|word| has_word(&text, word)).collect();
                if !foreign.is_empty() {
                    wrong.push(format!("{stack}: {}: {foreign:?}", outcome.rule.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a text has a word that does not begin inside of another.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// A linter that is on this machine, with what it takes before the files.
const LINTERS: &[(&str, &[&str], &str)] = &[
    ("hadolint", &["--no-color"], "Dockerfile"),
    ("actionlint", &[], ".github/workflows/"),
    ("zizmor", &["--offline", "--quiet", "--no-progress"], ".github/"),
    ("shellcheck", &[], ".sh"),
];

/// `REMEDIES=folder` keeps the files.
#[test]
fn linters_of_others_accept_what_remedies_write() {
    let own = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("REMEDIES").map_or_else(|| own.path().to_owned(), Into::into);
    let mut written = Vec::new();
    for (index, (stack, tree_of_stack)) in ALL.iter().enumerate() {
        let tree = tree(tree_of_stack);
        for outcome in outcomes(tree.path()) {
            let rule = outcome.rule.id.to_string().replace('/', "-");
            for file in files(&outcome) {
                let path = folder.join(format!("{index}-{stack}-{rule}")).join(&file.path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, &file.text).unwrap();
                written.push(path);
            }
        }
    }
    for (linter, options, of) in LINTERS {
        let files: Vec<_> = written.iter().filter(|path| path.to_string_lossy().contains(of)).collect();
        assert!(!files.is_empty(), "{linter} has nothing to do");
        match Command::new(linter).args(*options).args(&files).output() {
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stdout);
                assert!(output.status.success(), "{linter}: {said}{}", String::from_utf8_lossy(&output.stderr));
            }
            Err(_) => eprintln!("skipped: {linter} is not on this machine"),
        }
    }
}

pub(crate) fn well_formed(rule: &str, file: &NewFile) {
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
        "rs" => Grammar::Rust,
        "kt" => Grammar::Kotlin,
        "php" => Grammar::Php,
        "ex" => Grammar::Elixir,
        "sh" => Grammar::Bash,
        "yml" | "yaml" => {
            let own =
                File { path: file.path.as_str().into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
            assert!(Source::new(&own, &file.text).yaml().is_ok_and(|documents| !documents.is_empty()), "{about}");
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

#[test]
fn remedies_are_written_for_rules_that_exist() {
    let auditor = Auditor::new().unwrap();
    // Rules that are still to come have theirs already.
    let planned = ["deployment/container-image", "security/policy"];
    for rule in Book::rules() {
        assert!(auditor.catalogue.rule(rule).is_some() || planned.contains(&rule), "{rule}");
    }
}
