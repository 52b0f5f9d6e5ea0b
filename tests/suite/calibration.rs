//! The scores that a senior auditor gave: a repository as an audit of 2025 describes it, made from the facts that the
//! audit names, must score each of its seven sections within one point of the auditor's figure, and the whole within half
//! a point.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::trees::Tree;
use auditor::config::{Listing, Settings};
use auditor::scan::Auditor;
use auditor::score::Assessment;

/// Console calls, and the files that hold them.
const CALLS: usize = 679;
const FILES: usize = 145;
/// Files of product code in all.
const SOURCES: usize = 420;
/// Migrations, and tables.
const MIGRATIONS: usize = 23;
const TABLES: usize = 42;

/// The auditor's figures.
const SECTIONS: [(&str, f64); 7] = [
    ("ci", 1.0),
    ("secrets", 5.0),
    ("observability", 2.0),
    ("migrations", 9.0),
    ("errors", 3.0),
    ("scalability", 5.0),
    ("deployment", 1.0),
];
const OVERALL: f64 = 3.5;

const PACKAGE: &str = r#"{
  "name": "@school/web",
  "version": "0.1.0",
  "private": true,
  "scripts": {
    "dev": "next dev --turbopack",
    "build": "next build --turbopack",
    "start": "next start",
    "lint": "next lint",
    "test": "jest",
    "test:watch": "jest --watch",
    "test:coverage": "jest --coverage",
    "test:ci": "jest --ci --coverage --maxWorkers=2",
    "test:unit": "jest --testPathPatterns='__tests__'",
    "test:integration": "jest --testPathPattern='integration.test'",
    "test:performance": "jest --testPathPattern='performance'",
    "test:e2e": "playwright test"
  },
  "dependencies": {
    "@prisma/client": "6.17.1",
    "next": "15.5.5",
    "next-pwa": "5.6.0",
    "react": "19.1.0",
    "react-dom": "19.1.0",
    "zod": "4.1.12",
    "zustand": "5.0.8"
  },
  "devDependencies": {
    "@playwright/test": "1.56.0",
    "eslint": "9.37.0",
    "eslint-config-next": "15.5.5",
    "jest": "30.2.0",
    "jest-environment-jsdom": "30.2.0",
    "prisma": "6.17.1",
    "tsx": "4.20.6",
    "typescript": "5.9.3"
  },
  "prisma": { "seed": "tsx prisma/seed.ts && tsx prisma/seed-sources.ts" }
}
"#;

const ENVIRONMENT: &str = "DATABASE_URL=\"postgresql://user@localhost:5432/school\"\nSTORAGE_MODE=local\n\
LOCAL_STORAGE_PATH=~/school-data/pdfs\nCHATMOCK_URL=http://localhost:8801\nGEMINI_API_KEY=your_gemini_api_key_here\n";

const README: &str = "# School\n\nA platform for learning.\n\n## Getting started\n\n1. `pnpm install`\n2. `cp .env.example .env`\n\
3. `pnpm prisma migrate dev`\n4. `pnpm dev`\n\n## Tests\n\n`pnpm test` runs the unit tests, `pnpm test:e2e` those in browsers.\n";

fn reference() -> Tree {
    let tree = Tree::new(&[
        ("README.md", README),
        (
            "docs/architecture.md",
            "# Architecture\n\nThe application is one Next.js server with a PostgreSQL database.\nRequests come to route handlers, which call services in `src/lib`.\n",
        ),
        (".gitignore", "node_modules\n.next\n.env\n.env.local\n.env*.local\ncoverage\n"),
        ("package.json", r#"{"name": "school", "private": true, "packageManager": "pnpm@10.18.0"}"#),
        ("pnpm-workspace.yaml", "packages:\n  - apps/*\n"),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n"),
        ("apps/web/package.json", PACKAGE),
        ("apps/web/.env.example", ENVIRONMENT),
        (
            "apps/web/tsconfig.json",
            r#"{"compilerOptions": {"strict": true, "noEmit": true, "paths": {"@/*": ["./src/*"]}}}"#,
        ),
        (
            "apps/web/next.config.ts",
            "import withPWA from 'next-pwa';\n\nexport default withPWA({ dest: 'public', register: true })({ reactStrictMode: true });\n",
        ),
        ("apps/web/eslint.config.mjs", "import next from 'eslint-config-next';\n\nexport default [...next];\n"),
        (
            "apps/web/jest.config.ts",
            "import nextJest from 'next/jest';\n\nexport default nextJest({ dir: './' })({\n  testEnvironment: 'jsdom',\n  moduleNameMapper: { '^@/(.*)$': '<rootDir>/src/$1' },\n  coverageThreshold: { global: { lines: 80, statements: 80, branches: 70, functions: 70 } },\n});\n",
        ),
        (
            "apps/web/playwright.config.ts",
            "import { defineConfig, devices } from '@playwright/test';\n\nexport default defineConfig({\n  testDir: './e2e',\n  fullyParallel: true,\n  projects: [{ name: 'chromium', use: { ...devices['Desktop Chrome'] } }],\n  webServer: { command: 'pnpm dev', url: 'http://localhost:3000' },\n});\n",
        ),
        (
            "apps/web/e2e/search.spec.ts",
            "import { expect, test } from '@playwright/test';\n\ntest('searches', async ({ page }) => {\n  await page.goto('/search');\n  await expect(page).toHaveTitle(/Search/);\n});\n",
        ),
        (
            "apps/web/src/app/layout.tsx",
            "export default function Layout({ children }: { children: React.ReactNode }) {\n  return <html lang=\"en\"><body>{children}</body></html>;\n}\n",
        ),
        ("apps/web/src/app/page.tsx", "export default function Page() {\n  return <main>Welcome</main>;\n}\n"),
        (
            "apps/web/src/lib/db.ts",
            "import { PrismaClient } from '@prisma/client';\n\nexport const prisma = new PrismaClient();\n",
        ),
        (
            "apps/web/src/lib/env.ts",
            "export const storage = process.env.STORAGE_MODE;\nexport const path = process.env.LOCAL_STORAGE_PATH;\nexport const chat = process.env.CHATMOCK_URL;\nexport const key = process.env.GEMINI_API_KEY;\n",
        ),
        ("apps/web/src/lib/api-error.ts", API_ERROR),
        ("apps/web/src/lib/performance-monitor.ts", MONITOR),
        (
            "apps/web/src/lib/graph-cache.ts",
            "import { create } from 'zustand';\n\nconst TTL = 5 * 60 * 1000;\n\nexport const useGraphCache = create(() => ({ nodes: new Map<string, { at: number }>(), ttl: TTL }));\n",
        ),
        ("apps/web/src/lib/search-cache.ts", SEARCH_CACHE),
        ("apps/web/src/app/api/search/route.ts", SEARCH_ROUTE),
        (
            "apps/web/src/lib/__tests__/cache.test.ts",
            "import { remember } from '../search-cache';\n\ndescribe('cache', () => {\n  it('remembers', () => {\n    remember('a', 1);\n    expect(true).toBe(true);\n  });\n});\n",
        ),
        (
            "apps/web/src/lib/__tests__/search.integration.test.ts",
            "describe('search', () => {\n  it('finds', () => {\n    expect(1).toBe(1);\n  });\n});\n",
        ),
        (
            "apps/web/prisma/seed.ts",
            "import { prisma } from '../src/lib/db';\n\nawait prisma.table1.create({ data: { name: 'demo' } });\n",
        ),
        (
            "apps/web/prisma/seed-sources.ts",
            "import { prisma } from '../src/lib/db';\n\nawait prisma.table2.create({ data: { name: 'demo' } });\n",
        ),
        ("apps/web/prisma/migrations/migration_lock.toml", "provider = \"postgresql\"\n"),
    ]);
    database(&tree);
    sources(&tree);
    tree
}

const API_ERROR: &str = "export class ApiError extends Error {\n  constructor(public code: string, public status: number, message: string) {\n    super(message);\n  }\n}\n\n\
export function errorResponse(error: unknown) {\n  const status = error instanceof ApiError ? error.status : 500;\n  return Response.json({ error: String(error) }, { status });\n}\n\n\
export function withErrorHandler(handler: (request: Request) => Promise<Response>) {\n  return async (request: Request) => {\n    try {\n      return await handler(request);\n    } catch (error) {\n      return errorResponse(error);\n    }\n  };\n}\n";

/// "Search cache with configurable TTL".
const SEARCH_CACHE: &str = "const cache = new Map<string, { until: number; value: unknown }>();\n\n\
export function recall(key: string) {\n  const entry = cache.get(key);\n  return entry && entry.until > Date.now() ? entry.value : undefined;\n}\n\n\
export function remember(key: string, value: unknown, ttl = 300_000) {\n  cache.set(key, { until: Date.now() + ttl, value });\n}\n";

/// A route that asks the cache and tells the monitor how long it took.
const SEARCH_ROUTE: &str = "import { withErrorHandler } from '@/lib/api-error';\nimport { prisma } from '@/lib/db';\nimport { performanceMonitor } from '@/lib/performance-monitor';\nimport { recall, remember } from '@/lib/search-cache';\n\n\
export const GET = withErrorHandler(async (request: Request) => {\n  const started = Date.now();\n  const query = new URL(request.url).searchParams.get('q') ?? '';\n  const known = recall(query);\n  if (known) return Response.json(known);\n  const found = await prisma.table1.findMany({ where: { name: query } });\n  remember(query, found);\n  performanceMonitor.record(Date.now() - started);\n  return Response.json(found);\n});\n";

const MONITOR: &str = "export class PerformanceMonitor {\n  private metrics: number[] = [];\n\n  record(milliseconds: number) {\n    this.metrics.push(milliseconds);\n    if (this.metrics.length > 1000) this.metrics.shift();\n  }\n\n  percentile(share: number) {\n    const sorted = [...this.metrics].sort((a, b) => a - b);\n    return sorted[Math.floor(sorted.length * share)];\n  }\n}\n\nexport const performanceMonitor = new PerformanceMonitor();\n";

/// A schema of tables with indexes and foreign keys, made by migrations that only add.
fn database(tree: &Tree) {
    let mut schema = String::from(
        "generator client {\n  provider = \"prisma-client-js\"\n}\n\ndatasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n  extensions = [vector]\n}\n",
    );
    for table in 1..=TABLES {
        write!(schema, "\nmodel Table{table} {{\n  id String @id @default(cuid())\n  name String\n  createdAt DateTime @default(now())\n\n  @@index([name])\n}}\n").unwrap();
    }
    tree.write("apps/web/prisma/schema.prisma", &schema);
    let mut next = 1;
    for migration in 0..MIGRATIONS {
        let mut sql =
            if migration == 0 { "CREATE EXTENSION IF NOT EXISTS vector;\n".to_owned() } else { String::new() };
        for _ in 0..if migration == 0 { TABLES - MIGRATIONS + 1 } else { 1 } {
            write!(sql, "CREATE TABLE \"Table{next}\" (\n    \"id\" TEXT NOT NULL,\n    \"name\" TEXT NOT NULL,\n    \"createdAt\" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n    CONSTRAINT \"Table{next}_pkey\" PRIMARY KEY (\"id\")\n);\nCREATE INDEX \"Table{next}_name_idx\" ON \"Table{next}\"(\"name\");\n").unwrap();
            next += 1;
        }
        tree.write(
            &format!("apps/web/prisma/migrations/202510{:02}120000_step{migration}/migration.sql", migration + 1),
            &sql,
        );
    }
}

/// Components and services, some of which print to the console.
fn sources(tree: &Tree) {
    for file in 0..SOURCES {
        let calls = if file < FILES { CALLS / FILES + usize::from(file < CALLS % FILES) } else { 0 };
        let mut text =
            format!("export async function service{file}(input: string) {{\n  try {{\n    if (!input) return null;\n");
        for call in 0..calls {
            let kind = ["log", "error", "warn"][call % 3];
            writeln!(text, "    console.{kind}('[Service{file}] step {call}', input);").unwrap();
        }
        text.push_str("    return input.trim();\n  } catch (error) {\n    throw error;\n  }\n}\n");
        tree.write(&format!("apps/web/src/lib/services/service{file}.ts"), &text);
    }
}

fn assess(folder: &Path) -> Assessment {
    let settings = Settings { listing: Listing::Walk, ..Settings::default() };
    Auditor::new().unwrap().scan(folder, "reference", &settings).unwrap()
}

/// Every category with its rules, for the message of a test that fails.
fn table(assessment: &Assessment) -> String {
    let mut table = String::new();
    for category in &assessment.categories {
        writeln!(table, "{} {:?} (weight {})", category.id, category.score, category.weight).unwrap();
        for outcome in assessment.outcomes.iter().filter(|outcome| outcome.rule.id.category() == &*category.id) {
            let (id, weight) = (&outcome.rule.id, outcome.rule.weight);
            writeln!(table, "  {id} {} {} weight {weight}: {}", outcome.status.name(), outcome.ratio, outcome.reason)
                .unwrap();
        }
    }
    table
}

fn score_of(assessment: &Assessment, id: &str) -> Option<f64> {
    assessment.categories.iter().find(|category| &*category.id == id).and_then(|own| own.score)
}

#[test]
fn a_repository_as_the_audit_describes_it_scores_what_the_auditor_gave() {
    let tree = reference();
    let assessment = assess(tree.path());
    let table = table(&assessment);
    let score_of = |id: &str| score_of(&assessment, id);
    let mut wrong = Vec::new();
    // `cargo test calibration -- --nocapture` shows how near they are.
    for (id, figure) in SECTIONS {
        let Some(score) = score_of(id) else {
            wrong.push(format!("{id}: not judged"));
            continue;
        };
        eprintln!("{id}: {score:.1}, and the auditor gave {figure:.1}");
        if (score - figure).abs() > 1.0 {
            wrong.push(format!("{id}: {score} against {figure}"));
        }
    }
    let overall = assessment.score.overall.unwrap();
    eprintln!("overall: {overall:.1}, and the auditor gave {OVERALL:.1}");
    if (overall - OVERALL).abs() > 0.5 {
        wrong.push(format!("overall: {overall} against {OVERALL}"));
    }
    assert!(wrong.is_empty(), "{}\n{table}", wrong.join("\n"));
    assert_eq!(assessment.score.verdict.name(), "not-ready");
}

#[test]
fn a_well_kept_service_is_ready_without_what_few_services_need() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/well-kept");
    let assessment = assess(&folder);
    let table = table(&assessment);
    assert_eq!(assessment.score.verdict.name(), "ready", "{table}");
    assert!(assessment.score.overall.unwrap() >= 8.0, "{table}");
    for category in &assessment.categories {
        assert!(category.score.unwrap() >= 7.0, "{}: {table}", category.id);
    }
    for id in ["observability/slo", "deployment/chaos", "deployment/progressive-delivery", "testing/load"] {
        let outcome = assessment.outcomes.iter().find(|outcome| outcome.rule.id.as_str() == id).unwrap();
        assert_eq!(outcome.status.name(), "fail", "{id} is there, so that the test shows nothing");
    }
}

#[test]
fn a_well_kept_library_and_a_command_are_not_asked_what_services_are() {
    let workflow = "on: [push, pull_request]\npermissions:\n  contents: read\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: cargo fmt --check\n      - run: cargo clippy -- -D warnings\n      - run: cargo test\n      - run: cargo audit\n";
    let release = "on:\n  push:\n    tags: ['v*']\npermissions:\n  contents: read\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: cargo publish --locked\n";
    let updates =
        "version: 2\nupdates:\n  - package-ecosystem: cargo\n    directory: /\n    schedule: {interval: weekly}\n";
    let readme = "# Grid\n\nRegular grids in any number of dimensions, without allocations.\n\n## Usage\n\n`cargo add grid`, then:\n\n```rust\nlet grid = grid::Grid::new([3, 4]);\nassert_eq!(grid.cells(), 12);\n```\n";
    let code = "//! Regular grids.\n\n/// How many cells a grid has.\npub fn cells(sides: &[usize]) -> usize {\n    sides.iter().product()\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn sides_multiply() {\n        assert_eq!(cells(&[3, 4]), 12);\n    }\n}\n";
    let tree = Tree::new(&[
        ("Cargo.toml", "[package]\nname = \"grid\"\nversion = \"1.4.0\"\nedition = \"2024\"\nlicense = \"MIT\"\n"),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"grid\"\nversion = \"1.4.0\"\n"),
        ("src/lib.rs", code),
        ("tests/cells.rs", "#[test]\nfn an_empty_side_has_no_cells() {\n    assert_eq!(grid::cells(&[0, 4]), 0);\n}\n"),
        (".github/workflows/ci.yml", workflow),
        (".github/workflows/release.yml", release),
        (".github/dependabot.yml", updates),
        ("README.md", readme),
        ("CHANGELOG.md", "# Changelog\n\n## 1.4.0 (2026-09-01)\n\n- Sides may be empty.\n"),
        (
            "CONTRIBUTING.md",
            "# Contributing\n\n## Setup\n\n`cargo test` runs the tests.\n\n## Proposing a change\n\nOpen a pull request with a test that fails without it.\n",
        ),
        ("SECURITY.md", "# Security\n\nReport vulnerabilities to security@grid.example; we answer within two days.\n"),
    ]);
    for program in [false, true] {
        if program {
            tree.write("src/main.rs", "fn main() {\n    println!(\"{}\", grid::cells(&[3, 4]));\n}\n");
        }
        let assessment = assess(tree.path());
        let table = table(&assessment);
        for service in ["observability", "scalability", "deployment", "migrations"] {
            assert_eq!(score_of(&assessment, service), None, "{service}: {table}");
        }
        assert!(assessment.score.overall.unwrap() >= 7.0, "{table}");
        assert_ne!(assessment.score.verdict.name(), "not-ready", "{table}");
    }
}

/// What the defect of one rule leaves of its weight in a repository with so many pipelines, one of which has it.
fn left_among(pipelines: usize) -> f64 {
    let pinned = "a".repeat(40);
    let workflow = |version: &str| {
        format!(
            "on: push\npermissions:\n  contents: read\njobs:\n  check:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/setup@{version}\n      - run: make check\n"
        )
    };
    let tree = Tree::new(&[("Makefile", "check:\n\ttrue\n"), (".github/workflows/one.yml", &workflow("v1"))]);
    for number in 1..pipelines {
        tree.write(&format!(".github/workflows/ci{number}.yml"), &workflow(&pinned));
    }
    let assessment = assess(tree.path());
    let outcome = assessment.outcomes.iter().find(|own| own.rule.id.as_str() == "security/pinned-actions").unwrap();
    assert_eq!((outcome.status.name(), outcome.findings.len()), ("fail", 1));
    outcome.ratio
}

#[test]
fn a_defect_costs_by_its_density_and_not_by_its_presence() {
    assert!(left_among(1).abs() < 1e-9);
    assert!((left_among(10) - 0.9).abs() < 1e-9);
}
