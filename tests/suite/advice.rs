//! What remedies say of this repository: the job that runs already, the kind of credential, the port and the routes that are
//! there, where it is deployed, and which file a missing practice would add.

use auditor::rules::{Act, NewFile, Outcome};

use crate::remedies::{files, outcome, outcomes, tree, well_formed};
use crate::stacks::{EXPRESS, FASTAPI};

const WORKFLOW: &str = "on:\n  pull_request:\njobs:\n  browser:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v6\n      - run: npx playwright test\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - uses: actions/setup-node@v6\n      - run: pnpm install --frozen-lockfile\n      - run: pnpm run test\n";

/// The outcomes of the small service in Node with other files beside its own.
fn service_with(others: &[(&str, &str)]) -> Vec<Outcome> {
    let files: Vec<(&str, &str)> = EXPRESS.iter().chain(others).copied().collect();
    outcomes(tree(&files).path())
}

#[test]
fn a_missing_check_is_a_step_of_the_job_that_runs_already() {
    let outcomes = service_with(&[(".github/workflows/pull.yml", WORKFLOW)]);
    let lint = outcome(&outcomes, "ci/lint-on-change");
    for part in ["job `unit` of `.github/workflows/pull.yml`", "`- run: pnpm run lint`"] {
        assert!(lint.remedy().contains(part), "{part}: {}", lint.remedy());
    }
    assert!(files(lint).is_empty());
    let gate = outcome(&outcomes, "ci/quality-gate").remedy();
    assert!(gate.contains("(`browser`, `unit`)"), "{gate}");
    let others = "trigger: [main]\npr: [main]\njobs:\n  - job: Unit\n    steps:\n      - script: pnpm run test\n";
    let outcomes = service_with(&[("azure-pipelines.yml", others)]);
    let lint = outcome(&outcomes, "ci/lint-on-change").remedy();
    assert!(lint.contains("`azure-pipelines.yml`") && lint.contains("already: `pnpm run lint`"), "{lint}");
}

#[test]
fn a_repository_of_gitlab_gets_a_pipeline_of_gitlab() {
    let outcomes = service_with(&[(".gitlab/CODEOWNERS", "* @shop\n")]);
    let [pipeline] = files(outcome(&outcomes, "ci/pipeline")) else { panic!("one file") };
    assert_eq!(pipeline.path, ".gitlab-ci.yml");
    well_formed("ci/pipeline", pipeline);
    for part in ["postgres:17-alpine", "merge_request_event", "    - pnpm run test\n"] {
        assert!(pipeline.text.contains(part), "{part}: {}", pipeline.text);
    }
    let [bot] = files(outcome(&outcomes, "security/dependency-updates")) else { panic!("one file") };
    assert_eq!(bot.path, "renovate.json");
    well_formed("security/dependency-updates", bot);
}

#[test]
fn what_runs_and_stops_nothing_is_told_to_stop() {
    let toothless = WORKFLOW.replace("pnpm run test", "pnpm run lint || true");
    let outcomes = service_with(&[(".github/workflows/pull.yml", &toothless)]);
    let lint = outcome(&outcomes, "ci/lint-on-change").remedy();
    assert!(lint.starts_with("Let what runs already fail"), "{lint}");
}

#[test]
fn a_key_that_nobody_issued_is_not_revoked_at_an_issuer() {
    let key: String = (0_u32..50).map(|n| char::from_digit(n * 7 % 31 + 3, 36).unwrap()).collect();
    let settings = format!("SECRET_KEY = \"{key}\"\nINSTALLED_APPS = [\"shop\"]\n");
    let files = [
        ("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\"django\"]\n"),
        ("manage.py", "from django.core.management import execute_from_command_line\n"),
        ("shop/settings.py", settings.as_str()),
    ];
    let outcomes = outcomes(tree(&files).path());
    let secret = outcome(&outcomes, "secrets/hardcoded");
    assert!(secret.findings.iter().any(|finding| finding.counts), "{secret:?}");
    let remedy = secret.remedy();
    assert!(remedy.contains("SECRET_KEY") && !remedy.contains("issuer"), "{remedy}");
}

#[test]
fn a_workload_asks_for_the_port_and_the_route_that_are_there() {
    let route = "app.get(\"/status/healthz\", (_q, r) => r.send(\"ok\"));\napp.listen";
    let image = "FROM node:22-alpine\nCOPY . .\nEXPOSE 9090\nCMD [\"node\", \"dist/server.js\"]\n";
    let files: Vec<(&str, String)> =
        EXPRESS.iter().map(|(path, text)| (*path, text.replace("app.listen", route))).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    files.push(("Dockerfile", image));
    let outcomes = outcomes(tree(&files).path());
    let [workload] = self::files(outcome(&outcomes, "deployment/orchestration")) else { panic!("one file") };
    assert!(workload.text.contains("containerPort: 9090"), "{}", workload.text);
    assert_eq!(workload.text.matches("path: /status/healthz\n").count(), 2, "{}", workload.text);
    assert!(workload.text.contains("replicas: 2"));
}

#[test]
fn one_instance_runs_beside_a_database_in_a_file() {
    let files: Vec<(&str, String)> = EXPRESS
        .iter()
        .map(|(path, text)| (*path, text.replace("\"pg\"", "\"better-sqlite3\"").replace("pg.Pool", "pg.Database")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let outcomes = outcomes(tree(&files).path());
    let [workload] = self::files(outcome(&outcomes, "deployment/orchestration")) else { panic!("one file") };
    well_formed("deployment/orchestration", workload);
    for part in ["replicas: 1\n", "type: Recreate\n", "kind: PersistentVolumeClaim\n"] {
        assert!(workload.text.contains(part), "{part}: {}", workload.text);
    }
    assert!(!workload.text.contains("PodDisruptionBudget"));
    let NewFile { text, .. } = &self::files(outcome(&outcomes, "ci/pipeline"))[0];
    assert!(!text.contains("services:"), "{text}");
}

#[test]
fn a_procfile_of_those_who_publish_images_is_an_offer() {
    let publish = "on:\n  push:\n    tags: ['v*']\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          push: true\n          tags: example/shop\n";
    for (others, is_heroku) in [
        (&[("Procfile", "web: node dist/server.js\n")][..], true),
        (&[("Procfile", "web: node dist/server.js\n"), (".github/workflows/image.yml", publish)], false),
    ] {
        let outcomes = service_with(others);
        let remedy = outcome(&outcomes, "observability/log-aggregation").remedy();
        assert_eq!(remedy.contains("drain") || remedy.contains("heroku"), is_heroku, "{remedy}");
    }
}

#[test]
fn a_finding_says_whether_its_place_is_the_one_to_change() {
    let outcomes = service_with(&[("README.md", "# Shop\n"), (".github/workflows/pull.yml", WORKFLOW)]);
    let act = |rule: &str| outcome(&outcomes, rule).findings[0].act.clone();
    assert_eq!(act("security/code-owners"), Act::Add(".github/CODEOWNERS".to_owned()));
    assert_eq!(act("scalability/autoscaling"), Act::Elsewhere);
    assert_eq!(act("ci/rollback"), Act::Here);
}

#[test]
fn frameworks_that_render_pages_get_a_route_of_theirs() {
    const NUXT: &[(&str, &str)] = &[
        ("app.vue", "<template><main /></template>\n"),
        ("nuxt.config.ts", "export default {};\n"),
        ("server/api/orders.get.ts", "export default defineEventHandler(() => []);\n"),
    ];
    const SVELTE: &[(&str, &str)] = &[
        ("src/routes/+page.svelte", "<main></main>\n"),
        (
            "src/routes/orders/+server.ts",
            "import { json } from \"@sveltejs/kit\";\nexport const GET = () => json([]);\n",
        ),
        (
            "svelte.config.js",
            "import adapter from \"@sveltejs/adapter-node\";\nexport default { kit: { adapter: adapter() } };\n",
        ),
    ];
    const REMIX: &[(&str, &str)] = &[
        ("app/root.tsx", "export default function App() {\n  return <html lang=\"en\" />;\n}\n"),
        ("app/routes/orders.tsx", "import { json } from \"@remix-run/node\";\nexport const loader = () => json([]);\n"),
    ];
    for (package, start, files, path) in [
        ("nuxt", "nuxt start", NUXT, "server/api/health.get.ts"),
        ("@sveltejs/kit", "node build", SVELTE, "src/routes/health/+server.ts"),
        ("@remix-run/node", "remix-serve build/server/index.js", REMIX, "app/routes/health.ts"),
    ] {
        let manifest = format!(
            "{{\"name\": \"shop\", \"private\": true, \"scripts\": {{\"start\": \"{start}\"}}, \
             \"dependencies\": {{\"{package}\": \"2.0.0\"}}, \"devDependencies\": {{\"typescript\": \"5.9.0\"}}}}"
        );
        let mut all = vec![("package.json", manifest.as_str()), ("package-lock.json", "{}"), ("tsconfig.json", "{}")];
        all.extend(files);
        let outcomes = outcomes(tree(&all).path());
        let health = outcome(&outcomes, "observability/health-endpoint");
        let [route] = self::files(health) else { panic!("{package}: {:?}: {}", health.status, health.reason) };
        assert_eq!(route.path, path);
        well_formed("observability/health-endpoint", route);
    }
}

#[test]
fn a_script_of_a_page_gets_no_logger_of_node() {
    let page = "export function save() {\n  console.log(\"saved\");\n}\n";
    let files: Vec<(&str, &str)> = FASTAPI.iter().copied().chain([("app/static/page.js", page)]).collect();
    let outcomes = outcomes(tree(&files).path());
    let console = outcome(&outcomes, "observability/console-logging");
    assert!(console.findings.iter().any(|finding| &*finding.place.path == "app/static/page.js"), "{console:?}");
    assert!(!console.remedy().contains("pino"), "{}", console.remedy());
}
