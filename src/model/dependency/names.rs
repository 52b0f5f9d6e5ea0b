//! How the names of packages, modules and programs differ: what no convention of an ecosystem tells.

use crate::facts::Ecosystem;

/// Packages of PyPI with the module that they install.
const PYTHON_MODULES: &[(&str, &str)] = &[
    ("attrs", "attr"),
    ("beautifulsoup4", "bs4"),
    ("django-allauth", "allauth"),
    ("django-cors-headers", "corsheaders"),
    ("django-debug-toolbar", "debug_toolbar"),
    ("django-environ", "environ"),
    ("django-storages", "storages"),
    ("djangorestframework", "rest_framework"),
    ("djangorestframework-simplejwt", "rest_framework_simplejwt"),
    ("drf-spectacular", "drf_spectacular"),
    ("grpcio", "grpc"),
    ("mysqlclient", "MySQLdb"),
    ("opencv-python", "cv2"),
    ("pillow", "PIL"),
    ("psycopg2-binary", "psycopg2"),
    ("pycryptodome", "Crypto"),
    ("pyjwt", "jwt"),
    ("pyopenssl", "OpenSSL"),
    ("python-dateutil", "dateutil"),
    ("python-dotenv", "dotenv"),
    ("python-jose", "jose"),
    ("python-json-logger", "pythonjsonlogger"),
    ("python-magic", "magic"),
    ("pyyaml", "yaml"),
    ("redis", "redis"),
    ("scikit-learn", "sklearn"),
    ("whitenoise", "whitenoise"),
];

/// Packages with the programs that they install under other names.
const PROGRAMS: &[(Ecosystem, &str, &str)] = &[
    (Ecosystem::Npm, "typescript", "tsc"),
    (Ecosystem::Npm, "@angular/cli", "ng"),
    (Ecosystem::Npm, "@changesets/cli", "changeset"),
    (Ecosystem::Npm, "@babel/cli", "babel"),
    (Ecosystem::Npm, "@cloudflare/wrangler", "wrangler"),
    (Ecosystem::Npm, "@react-router/dev", "react-router"),
    (Ecosystem::Npm, "@remix-run/dev", "remix"),
    (Ecosystem::Npm, "@react-router/serve", "react-router-serve"),
    (Ecosystem::Npm, "@remix-run/serve", "remix-serve"),
    (Ecosystem::Npm, "@playwright/test", "playwright"),
    (Ecosystem::Npm, "@sveltejs/kit", "svelte-kit"),
    (Ecosystem::Npm, "npm-run-all", "run-s"),
    (Ecosystem::Npm, "npm-run-all", "run-p"),
    (Ecosystem::Npm, "npm-run-all2", "run-s"),
    (Ecosystem::Npm, "npm-run-all2", "run-p"),
    (Ecosystem::Npm, "prisma", "prisma"),
    (Ecosystem::Npm, "react-email", "email"),
    (Ecosystem::Npm, "npm-check-updates", "ncu"),
    (Ecosystem::Npm, "start-server-and-test", "start-test"),
    (Ecosystem::Npm, "ts-node", "ts-node-dev"),
    (Ecosystem::PyPi, "djlint", "djlint"),
    (Ecosystem::PyPi, "python-semantic-release", "semantic-release"),
    (Ecosystem::PyPi, "pytest-cov", "--cov"),
    (Ecosystem::RubyGems, "rspec-rails", "rspec"),
    (Ecosystem::RubyGems, "rubocop-rails-omakase", "rubocop"),
    (Ecosystem::Composer, "laravel/framework", "artisan"),
];

/// Packages that something else needs where it is used: `(the package, what needs it)`.
const NEEDED: &[(Ecosystem, &str, &str)] = &[
    (Ecosystem::Npm, "react-dom", "react"),
    (Ecosystem::Npm, "react", "next"),
    (Ecosystem::Npm, "autoprefixer", "postcss"),
    (Ecosystem::Npm, "postcss", "@tailwindcss/postcss"),
    (Ecosystem::Npm, "postcss", "tailwindcss"),
    (Ecosystem::Npm, "tailwindcss", "@tailwindcss/postcss"),
    (Ecosystem::Npm, "tailwindcss", "@tailwindcss/vite"),
    (Ecosystem::Npm, "@types/react-dom", "react"),
    (Ecosystem::Npm, "@types/node", "@playwright/test"),
    (Ecosystem::Npm, "pino-pretty", "pino"),
    (Ecosystem::Npm, "react", "@react-email/components"),
    (Ecosystem::Npm, "react-dom", "@react-email/components"),
    (Ecosystem::Npm, "@react-email/ui", "react-email"),
    (Ecosystem::Npm, "@react-email/preview-server", "react-email"),
    (Ecosystem::Npm, "@prisma/client", "prisma"),
    (Ecosystem::Npm, "prisma", "@prisma/client"),
    (Ecosystem::Npm, "tslib", "typescript"),
    (Ecosystem::Npm, "sharp", "next"),
    (Ecosystem::Npm, "@types/node", "typescript"),
    (Ecosystem::Npm, "@testing-library/dom", "@testing-library/react"),
    (Ecosystem::Npm, "pg", "sequelize"),
    (Ecosystem::Npm, "mysql2", "sequelize"),
    (Ecosystem::Npm, "reflect-metadata", "@nestjs/core"),
    (Ecosystem::Npm, "rxjs", "@nestjs/core"),
    (Ecosystem::Npm, "@nestjs/platform-express", "@nestjs/core"),
    (Ecosystem::PyPi, "python-multipart", "fastapi"),
    (Ecosystem::PyPi, "email-validator", "pydantic"),
    (Ecosystem::PyPi, "email-validator", "fastapi"),
    (Ecosystem::PyPi, "psycopg", "sqlalchemy"),
    (Ecosystem::PyPi, "psycopg", "sqlmodel"),
    (Ecosystem::PyPi, "psycopg", "django"),
    (Ecosystem::PyPi, "psycopg2", "sqlalchemy"),
    (Ecosystem::PyPi, "psycopg2", "django"),
    (Ecosystem::PyPi, "psycopg2-binary", "sqlalchemy"),
    (Ecosystem::PyPi, "psycopg2-binary", "django"),
    (Ecosystem::PyPi, "asyncpg", "sqlalchemy"),
    (Ecosystem::PyPi, "aiosqlite", "sqlalchemy"),
    (Ecosystem::PyPi, "pymysql", "sqlalchemy"),
    (Ecosystem::PyPi, "mysqlclient", "django"),
    (Ecosystem::PyPi, "bcrypt", "passlib"),
    (Ecosystem::PyPi, "bcrypt", "pwdlib"),
    (Ecosystem::PyPi, "argon2-cffi", "pwdlib"),
    (Ecosystem::PyPi, "jinja2", "flask"),
];

/// The modules under which code imports a package, where its name does not tell.
pub(super) fn modules(ecosystem: Ecosystem, package: &str) -> impl Iterator<Item = &'static str> {
    let list = if ecosystem == Ecosystem::PyPi { PYTHON_MODULES } else { &[] };
    list.iter().filter(move |(name, _)| name.eq_ignore_ascii_case(package)).map(|(_, module)| *module)
}

/// The packages of which one, being used, needs this one.
pub(super) fn needed_by(ecosystem: Ecosystem, package: &str) -> impl Iterator<Item = &'static str> {
    NEEDED.iter().filter(move |(its, name, _)| *its == ecosystem && *name == package).map(|(_, _, by)| *by)
}

/// The programs that a package installs, as far as its name tells: `@scope/name` installs `name`, `x-cli` installs `x`.
pub(super) fn programs(ecosystem: Ecosystem, package: &str) -> Vec<String> {
    let listed = PROGRAMS.iter().filter(|(its, name, _)| *its == ecosystem && *name == package);
    let mut programs: Vec<String> = listed.map(|(_, _, program)| (*program).to_owned()).collect();
    let last = package.rsplit('/').next().unwrap_or(package);
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Composer | Ecosystem::Go => {
            programs.push(last.to_owned());
            programs.extend(last.strip_suffix("-cli").map(str::to_owned));
            let scope = package.strip_prefix('@').and_then(|rest| rest.split_once('/'));
            programs.extend(scope.filter(|(_, name)| *name == "cli").map(|(scope, _)| scope.to_owned()));
        }
        Ecosystem::PyPi | Ecosystem::RubyGems | Ecosystem::Cargo => programs.push(package.to_owned()),
        _ => {}
    }
    programs
}

/// The package whose types `@types/…` declares: `@types/babel__core` → `@babel/core`.
pub(super) fn typed_package(package: &str) -> Option<String> {
    let name = package.strip_prefix("@types/")?;
    Some(name.split_once("__").map_or_else(|| name.to_owned(), |(scope, name)| format!("@{scope}/{name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_follow_from_names() {
        assert_eq!(programs(Ecosystem::Npm, "@biomejs/biome"), ["biome"]);
        assert_eq!(programs(Ecosystem::Npm, "dotenv-cli"), ["dotenv-cli", "dotenv"]);
        assert!(programs(Ecosystem::Npm, "@nestjs/cli").contains(&"nestjs".to_owned()));
        assert!(programs(Ecosystem::Npm, "typescript").contains(&"tsc".to_owned()));
    }

    #[test]
    fn types_are_of_a_package() {
        assert_eq!(typed_package("@types/babel__core").as_deref(), Some("@babel/core"));
        assert_eq!(typed_package("@types/node").as_deref(), Some("node"));
        assert_eq!(typed_package("typescript"), None);
    }
}
