//! The commands of a component: what its own scripts say, and else what everybody of its stack runs.

use serde::Serialize;

use super::stack::Stack;
use crate::facts::{Task, TaskRunner};

/// Commands that are known; none is guessed that would fail.
#[derive(Debug, Default, Serialize)]
pub(super) struct Commands {
    pub install: Option<String>,
    pub lint: Option<String>,
    pub types: Option<String>,
    pub test: Option<String>,
    pub build: Option<String>,
    /// Whether a script starts it.
    pub start: Option<String>,
    /// Brings the database to the current schema.
    pub migrate: Option<String>,
    /// What a pipeline checks, in order.
    pub checks: Vec<String>,
}

impl Commands {
    pub(super) fn new(stack: &Stack<'_>, name: &str, manager: &str) -> Self {
        let mut commands = match name {
            "node" => node(stack, manager),
            "python" => python(stack, manager),
            "java" => java(stack, manager),
            "ruby" => ruby(stack),
            "php" => php(stack),
            _ => fixed(name),
        };
        commands.migrate = migrate(stack, manager);
        let checks = [&commands.migrate, &commands.lint, &commands.types, &commands.test, &commands.build];
        commands.checks = checks.into_iter().flatten().cloned().collect();
        commands
    }

    pub(super) fn has(&self, name: &str) -> bool {
        match name {
            "install" => self.install.is_some(),
            "lint" => self.lint.is_some(),
            "types" => self.types.is_some(),
            "test" => self.test.is_some(),
            "build" => self.build.is_some(),
            "start" => self.start.is_some(),
            "migrate" => self.migrate.is_some(),
            "checks" => !self.checks.is_empty(),
            _ => false,
        }
    }
}

fn node(stack: &Stack<'_>, manager: &str) -> Commands {
    let (install, run) = match manager {
        "pnpm" => ("pnpm install --frozen-lockfile", "pnpm run"),
        "yarn" => ("yarn install --immutable", "yarn run"),
        "bun" => ("bun install --frozen-lockfile", "bun run"),
        _ => ("npm ci", "npm run"),
    };
    let script = |names: &[&str]| {
        let found = names.iter().find(|name| is_script(stack, name))?;
        Some(format!("{run} {found}"))
    };
    Commands {
        install: Some(install.to_owned()),
        lint: script(&["lint", "lint:ci", "check"]),
        types: script(&["typecheck", "type-check", "check-types", "check:types", "types", "tsc"]),
        test: script(&["test:ci", "test", "test:unit"]),
        build: script(&["build"]),
        start: script(&["start", "start:prod"]),
        ..Commands::default()
    }
}

/// Whether the component's own manifest has a script of that name that does something.
fn is_script(stack: &Stack<'_>, name: &str) -> bool {
    let manifest = format!("{}package.json", stack.dir());
    stack.surroundings.repository.facts.each::<Task>().any(|(fact, task)| {
        task.runner == TaskRunner::PackageScript
            && task.name == name
            && *fact.place.path == *manifest
            && !task.command.contains("no test specified")
    })
}

fn python(stack: &Stack<'_>, manager: &str) -> Commands {
    let has = |file: &str| stack.surroundings.has(&format!("{}{file}", stack.dir()));
    let (install, run) = match manager {
        "uv" => (Some("uv sync --locked".to_owned()), "uv run "),
        "poetry" => (Some("poetry install".to_owned()), "poetry run "),
        "pdm" => (Some("pdm sync".to_owned()), "pdm run "),
        "pipenv" => (Some("pipenv sync --dev".to_owned()), "pipenv run "),
        _ if has("requirements-dev.txt") => {
            (Some("pip install -r requirements.txt -r requirements-dev.txt".to_owned()), "")
        }
        _ if has("requirements.txt") => (Some("pip install -r requirements.txt".to_owned()), ""),
        _ => (Some("pip install .".to_owned()), ""),
    };
    let is_django = has("manage.py");
    Commands {
        install,
        lint: stack.depends_on(&["ruff"]).then(|| format!("{run}ruff check .")),
        types: stack.depends_on(&["mypy"]).then(|| format!("{run}mypy .")),
        test: match (stack.uses("pytest") || stack.depends_on(&["pytest"]), is_django) {
            (true, _) => Some(format!("{run}pytest")),
            (false, true) => Some(format!("{run}python manage.py test")),
            (false, false) => None,
        },
        ..Commands::default()
    }
}

fn java(stack: &Stack<'_>, manager: &str) -> Commands {
    let has = |file: &str| stack.surroundings.has(file);
    let gradle = if has("gradlew") { "./gradlew" } else { "gradle" };
    let maven = if has("mvnw") { "./mvnw --batch-mode" } else { "mvn --batch-mode" };
    if manager == "gradle" {
        return Commands {
            test: Some(format!("{gradle} check")),
            build: Some(format!("{gradle} assemble")),
            ..Commands::default()
        };
    }
    Commands { test: Some(format!("{maven} verify")), ..Commands::default() }
}

fn ruby(stack: &Stack<'_>) -> Commands {
    let test = match (stack.depends_on(&["rspec", "rspec-rails"]), stack.surroundings.has("bin/rails")) {
        (true, _) => Some("bundle exec rspec".to_owned()),
        (false, true) => Some("bin/rails test".to_owned()),
        (false, false) => Some("bundle exec rake test".to_owned()),
    };
    let lint = stack
        .depends_on(&["rubocop", "rubocop-rails", "rubocop-rails-omakase"])
        .then(|| "bundle exec rubocop".to_owned());
    Commands { install: Some("bundle install".to_owned()), lint, test, ..Commands::default() }
}

fn php(stack: &Stack<'_>) -> Commands {
    let test = match (stack.surroundings.has("artisan"), stack.depends_on(&["phpunit/phpunit"])) {
        (true, _) => Some("php artisan test".to_owned()),
        (false, true) => Some("vendor/bin/phpunit".to_owned()),
        (false, false) => None,
    };
    let lint = match (stack.depends_on(&["phpstan/phpstan", "larastan/larastan"]), stack.depends_on(&["laravel/pint"]))
    {
        (true, _) => Some("vendor/bin/phpstan analyse --no-progress".to_owned()),
        (false, true) => Some("vendor/bin/pint --test".to_owned()),
        (false, false) => None,
    };
    Commands {
        install: Some("composer install --no-interaction --prefer-dist".to_owned()),
        lint,
        test,
        ..Commands::default()
    }
}

/// Stacks whose one tool does everything.
fn fixed(stack: &str) -> Commands {
    let [install, lint, test, build] = match stack {
        "go" => ["go mod download", "go vet ./...", "go test ./...", "go build ./..."],
        "rust" => [
            "cargo fetch --locked",
            "cargo clippy --all-targets --locked -- -D warnings",
            "cargo test --locked",
            "cargo build --locked",
        ],
        "dotnet" => [
            "dotnet restore",
            "dotnet format --verify-no-changes",
            "dotnet test",
            "dotnet build --configuration Release",
        ],
        "elixir" => ["mix deps.get", "mix format --check-formatted", "mix test", "mix compile --warnings-as-errors"],
        _ => return Commands::default(),
    };
    Commands {
        install: Some(install.to_owned()),
        lint: Some(lint.to_owned()),
        test: Some(test.to_owned()),
        build: Some(build.to_owned()),
        ..Commands::default()
    }
}

fn migrate(stack: &Stack<'_>, manager: &str) -> Option<String> {
    let run = match manager {
        "pnpm" => "pnpm exec ",
        "yarn" => "yarn ",
        "bun" => "bunx ",
        "uv" => "uv run ",
        "poetry" => "poetry run ",
        "npm" => "npx ",
        _ => "",
    };
    let known = [
        ("prisma", "prisma migrate deploy"),
        ("drizzle", "drizzle-kit migrate"),
        ("knex", "knex migrate:latest"),
        ("alembic", "alembic upgrade head"),
        ("django", "python manage.py migrate --noinput"),
    ];
    if let Some((_, command)) = known.into_iter().find(|(tool, _)| stack.uses(tool)) {
        return Some(format!("{run}{command}"));
    }
    let known = [
        ("active-record", "bin/rails db:migrate"),
        ("ecto", "mix ecto.migrate"),
        ("laravel", "php artisan migrate --force"),
        ("doctrine-migrations", "php bin/console doctrine:migrations:migrate --no-interaction"),
        ("ef-core", "dotnet ef database update"),
    ];
    known.into_iter().find(|(tool, _)| stack.uses(tool)).map(|(_, command)| command.to_owned())
}
