use super::super::commands;
use super::*;

fn only(text: &str) -> String {
    let list = commands(text, ShellOptions { stops_on_failure: true, has_pipefail: false });
    list.iter().map(|command| command.texts().join(" ")).collect::<Vec<_>>().join(" ; ")
}

#[test]
fn wrappers_are_taken_off() {
    for (text, inner) in [
        ("CI=1 npm test", "npm test"),
        ("env -u X CI=1 npm test", "npm test"),
        ("cross-env A=b C=d jest --ci", "jest --ci"),
        ("dotenv -e .env -e .env.local -- npm run x", "npm run x"),
        ("xvfb-run -a npm test", "npm test"),
        ("timeout 10m go test ./...", "go test ./..."),
        ("npx --yes vitest@2 run", "vitest run"),
        ("npx @biomejs/biome@1.9 check", "@biomejs/biome check"),
        ("pnpm --filter web exec playwright test", "playwright test"),
        ("uv run --group dev bash scripts/x.sh a", "bash scripts/x.sh a"),
        ("uv run python -m pytest -q", "pytest -q"),
        ("bundle exec rspec", "rspec"),
        ("docker compose -f x.yml run --rm -e A=1 web bunx playwright test", "playwright test"),
        ("docker exec -t app bin/rails test", "bin/rails test"),
        ("docker run --rm -v .:/src ghcr.io/gitleaks/gitleaks:v8.21 git /src", "gitleaks git /src"),
        ("docker run hadolint/hadolint hadolint Dockerfile", "hadolint Dockerfile"),
        ("docker run node:22 npm test", "npm test"),
        ("sudo -E bash -c \"cd x && make test\"", "make test"),
        ("nix develop .#ci -c cargo test", "cargo test"),
        ("nix-shell --run 'make check'", "make check"),
        ("dotenvx run -f .env.ci -- pnpm test", "pnpm test"),
        ("hatch run test:unit", "unit"),
        ("go run github.com/onsi/ginkgo/v2/ginkgo@v2.1 -r", "ginkgo -r"),
        ("go run ./cmd/server test", "go run ./cmd/server test"),
        ("find . | xargs -n 1 shellcheck", "find . ; shellcheck"),
    ] {
        assert_eq!(only(text), inner, "{text}");
    }
}

#[test]
fn a_script_is_no_wrapper() {
    assert_eq!(only("bash scripts/test.sh -c x"), "bash scripts/test.sh -c x");
}

#[test]
fn text_for_a_shell_keeps_line_folder_and_fate() {
    let list =
        commands("cd web\nbash -c 'npm test' || true\n", ShellOptions { stops_on_failure: true, has_pipefail: false });
    let npm = list.iter().find(|command| command.name() == "npm").unwrap();
    assert_eq!((npm.line, npm.is_masked), (1, true));
    assert_eq!(npm.folder.as_ref().unwrap().path, "web");
}
