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

/// Packages of Maven whose code lies in another package than their group.
const JAVA_PACKAGES: &[(&str, &str)] = &[
    ("com.google.code.gson:gson", "com.google.gson"),
    ("com.google.dagger:dagger", "dagger"),
    ("com.google.guava:guava", "com.google.common"),
    ("com.google.code.findbugs:jsr305", "javax.annotation"),
    ("com.squareup.okhttp3:okhttp", "okhttp3"),
    ("com.squareup.okio:okio", "okio"),
    ("com.squareup.retrofit2:retrofit", "retrofit2"),
    ("commons-cli:commons-cli", "org.apache.commons.cli"),
    ("commons-codec:commons-codec", "org.apache.commons.codec"),
    ("commons-collections:commons-collections", "org.apache.commons.collections"),
    ("commons-fileupload:commons-fileupload", "org.apache.commons.fileupload"),
    ("commons-io:commons-io", "org.apache.commons.io"),
    ("commons-lang:commons-lang", "org.apache.commons.lang"),
    ("commons-logging:commons-logging", "org.apache.commons.logging"),
    ("commons-validator:commons-validator", "org.apache.commons.validator"),
    ("io.insert-koin:koin-core", "org.koin"),
    ("io.insert-koin:koin-ktor", "org.koin"),
    ("io.projectreactor:reactor-core", "reactor.core"),
    ("io.reactivex.rxjava2:rxjava", "io.reactivex"),
    ("jakarta.platform:jakarta.jakartaee-api", "jakarta"),
    ("javax.servlet:javax.servlet-api", "javax.servlet"),
    ("jakarta.servlet:jakarta.servlet-api", "jakarta.servlet"),
    ("joda-time:joda-time", "org.joda.time"),
    ("junit:junit", "org.junit"),
    ("log4j:log4j", "org.apache.log4j"),
    ("net.dv8tion:JDA", "net.dv8tion.jda"),
    ("net.java.dev.jna:jna", "com.sun.jna"),
    ("org.bouncycastle:bcprov-jdk18on", "org.bouncycastle"),
    ("org.jetbrains.kotlinx:kotlinx-coroutines-core", "kotlinx.coroutines"),
    ("org.jetbrains.kotlinx:kotlinx-datetime", "kotlinx.datetime"),
    ("org.jetbrains.kotlinx:kotlinx-serialization-json", "kotlinx.serialization"),
    ("org.projectlombok:lombok", "lombok"),
    ("org.yaml:snakeyaml", "org.yaml.snakeyaml"),
];

/// Packages of Composer whose namespace does not follow from their name.
const PHP_NAMESPACES: &[(&str, &str)] = &[
    ("aws/aws-sdk-php", "Aws"),
    ("barryvdh/laravel-debugbar", "Barryvdh\\Debugbar"),
    ("erusev/parsedown", "Parsedown"),
    ("fakerphp/faker", "Faker"),
    ("firebase/php-jwt", "Firebase\\JWT"),
    ("guzzlehttp/guzzle", "GuzzleHttp"),
    ("guzzlehttp/promises", "GuzzleHttp\\Promise"),
    ("guzzlehttp/psr7", "GuzzleHttp\\Psr7"),
    ("nesbot/carbon", "Carbon"),
    ("sentry/sentry-laravel", "Sentry"),
    ("sentry/sentry-symfony", "Sentry"),
    ("spatie/laravel-permission", "Spatie\\Permission"),
    ("vlucas/phpdotenv", "Dotenv"),
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
    (Ecosystem::Hex, "dialyxir", "dialyzer"),
    (Ecosystem::Hex, "ecto_sql", "ecto"),
    (Ecosystem::Hex, "excoveralls", "coveralls"),
    (Ecosystem::Hex, "ex_doc", "docs"),
    (Ecosystem::Hex, "mix_audit", "deps.audit"),
    (Ecosystem::Hex, "phoenix", "phx"),
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
    let list = match ecosystem {
        Ecosystem::PyPi => PYTHON_MODULES,
        Ecosystem::Maven => JAVA_PACKAGES,
        Ecosystem::Composer => PHP_NAMESPACES,
        _ => &[],
    };
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
        Ecosystem::PyPi | Ecosystem::RubyGems | Ecosystem::Cargo | Ecosystem::Hex => programs.push(package.to_owned()),
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
