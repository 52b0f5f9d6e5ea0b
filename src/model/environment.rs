//! What follows from environment files, ignore files and reads together: whose `.env` is kept out of the repository,
//! and which variables no template names.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use crate::facts::{
    Component, Data, EnvironmentFile, EnvironmentRead, Fact, IgnoreFile, IgnoredEnvironment, Role, UndocumentedVariable,
};

/// Names that platforms, runtimes and shells set.
const PLATFORM: &[&str] = &[
    "APPDATA",
    "BASE_URL",
    "CI",
    "CWD",
    "DEBUG",
    "DEV",
    "DOCKER",
    "DOTNET_ENVIRONMENT",
    "EDITOR",
    "FORCE_COLOR",
    "GOPATH",
    "HOME",
    "HOST",
    "HOSTNAME",
    "INIT_CWD",
    "INVOCATION_ID",
    "JOURNAL_STREAM",
    "LANG",
    "LANGUAGE",
    "LISTEN_FDNAMES",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LOCALAPPDATA",
    "LOGNAME",
    "LS_COLORS",
    "MODE",
    "MIX_ENV",
    "NODE_ENV",
    "NODE_OPTIONS",
    "NO_COLOR",
    "NOTIFY_SOCKET",
    "NTBA_FIX_350",
    "OS",
    "PATH",
    "PIDFILE",
    "PORT",
    "PROD",
    "PWD",
    "PYTHONPATH",
    "RACK_ENV",
    "RAILS_ENV",
    "RAILS_LOG_LEVEL",
    "RAILS_LOG_TO_STDOUT",
    "RAILS_MAX_THREADS",
    "RAILS_MIN_THREADS",
    "RAILS_SERVE_STATIC_FILES",
    "SHELL",
    "SSR",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "USERNAME",
    "USERPROFILE",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
    "WEB_CONCURRENCY",
    "BUNDLE_GEMFILE",
    "BUNDLE_PATH",
    "ASPNETCORE_ENVIRONMENT",
    "ASPNETCORE_URLS",
    "GITHUB_TOKEN",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Starts of names that platforms set.
const PLATFORM_STARTS: &[&str] = &[
    "ACTIONS_",
    "AWS_LAMBDA_",
    "BUILDKITE_",
    "CARGO_",
    "CF_PAGES",
    "CIRCLE_",
    "CI_",
    "DENO_",
    "DYNO",
    "FLY_",
    "GITHUB_",
    "GITLAB_",
    "HEROKU_",
    "JEST_",
    "K_",
    "KUBERNETES_",
    "LC_",
    "NETLIFY",
    "NEXT_PUBLIC_VERCEL_",
    "NEXT_RUNTIME",
    "NX_",
    "PLAYWRIGHT_",
    "RAILWAY_",
    "RENDER_",
    "RUNNER_",
    "TURBO_",
    "VERCEL",
    "VITEST",
    "WEBSITE_",
    "XDG_",
    "npm_",
];

/// The facts that follow.
pub(super) fn derive(facts: &Facts, components: &[Component]) -> Vec<Fact> {
    let mut derived = ignored(facts, components);
    derived.extend(undocumented(facts));
    derived
}

/// For each component, the ignore file that keeps its `.env` out: its own or the nearest above it.
fn ignored(facts: &Facts, components: &[Component]) -> Vec<Fact> {
    let mut derived = Vec::new();
    for component in components {
        let governs = |(fact, file): &(&Fact, &IgnoreFile)| {
            let folder = folder_of(&fact.place.path);
            if folder == component.path {
                file.ignores_env
            } else {
                contains(folder, &component.path) && file.ignores_env_below
            }
        };
        let nearest = facts.each::<IgnoreFile>().filter(governs).max_by_key(|(fact, _)| fact.place.path.len());
        if let Some((fact, _)) = nearest {
            let data = Data::IgnoredEnvironment(IgnoredEnvironment { component: component.path.clone() });
            derived.push(Fact { data, ..fact.clone() });
        }
    }
    derived
}

/// The first read of each variable that no template names, nor another tracked file without secrets.
fn undocumented(facts: &Facts) -> Vec<Fact> {
    let templates: Vec<(&Fact, &EnvironmentFile)> =
        facts.each::<EnvironmentFile>().filter(|(_, file)| is_template(file)).collect();
    if templates.is_empty() {
        return Vec::new();
    }
    let is_open = |file: &EnvironmentFile| file.is_template || !file.has_secret;
    let open = facts.each::<EnvironmentFile>().filter(|(_, file)| is_open(file));
    let named: BTreeSet<&str> = open.flat_map(|(_, file)| &file.names).map(String::as_str).collect();
    let mut first: BTreeMap<&str, &Fact> = BTreeMap::new();
    for (fact, read) in facts.each::<EnvironmentRead>().filter(|(fact, _)| fact.role == Role::Product) {
        // Settings classes read names of any case.
        let is_named = named.contains(read.name.as_str()) || named.contains(read.name.to_ascii_uppercase().as_str());
        // Keys of .NET's configuration have their values in its own files.
        let is_key = fact.place.path.ends_with(".cs") && read.name.bytes().any(|byte| byte.is_ascii_lowercase());
        if !is_named && !is_key && !is_of_platform(&read.name) {
            first.entry(&read.name).or_insert(fact);
        }
    }
    let fact_of = |(name, fact): (&str, &Fact)| {
        let template = nearest_template(&templates, &fact.place.path);
        let data = Data::UndocumentedVariable(UndocumentedVariable { name: name.to_owned(), template });
        Fact { place: fact.place.clone(), role: fact.role, data }
    };
    first.into_iter().map(fact_of).collect()
}

/// A template by name, or a tracked file with placeholders only, which plays the part.
fn is_template(file: &EnvironmentFile) -> bool {
    file.is_template || (!file.has_secret && file.has_placeholder)
}

/// The template in the deepest folder that holds the path, else the first.
fn nearest_template(templates: &[(&Fact, &EnvironmentFile)], path: &str) -> String {
    let above = templates.iter().filter(|(fact, _)| contains(folder_of(&fact.place.path), path));
    // Of several in a folder, one that calls itself a template, and of those the shortest name, is the general one.
    let rank = |(fact, file): &(&Fact, &EnvironmentFile)| {
        (folder_of(&fact.place.path).len(), file.is_template, Reverse(fact.place.path.len()))
    };
    let nearest = above.max_by_key(|entry| rank(entry)).or(templates.first());
    nearest.map(|(fact, _)| fact.place.path.to_string()).unwrap_or_default()
}

/// Whether a platform, a runtime or a shell sets the variable.
pub(crate) fn is_of_platform(name: &str) -> bool {
    PLATFORM.contains(&name) || PLATFORM_STARTS.iter().any(|start| name.starts_with(start))
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn contains(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Place, Span};

    fn fact(path: &str, role: Role, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role, data }
    }

    fn read(path: &str, role: Role, name: &str) -> Fact {
        fact(path, role, Data::EnvironmentRead(EnvironmentRead { name: name.to_owned() }))
    }

    fn template(path: &str, names: &[&str]) -> Fact {
        let names = names.iter().map(|&name| name.to_owned()).collect();
        let file = EnvironmentFile {
            is_template: true,
            environment: String::new(),
            names,
            has_secret: false,
            has_placeholder: true,
        };
        fact(path, Role::Configuration, Data::EnvironmentFile(file))
    }

    fn undocumented_names(facts: Vec<Fact>) -> Vec<String> {
        let derived = undocumented(&Facts::new(facts));
        let describe = |fact: &Fact| match &fact.data {
            Data::UndocumentedVariable(variable) => {
                format!("{} {} {}", variable.name, fact.place.path, variable.template)
            }
            other => panic!("{other:?}"),
        };
        derived.iter().map(describe).collect()
    }

    #[test]
    fn a_variable_that_no_template_names_is_found_at_its_first_read() {
        let found = undocumented_names(vec![
            template("apps/web/.env.example", &["A"]),
            template(".env.example", &["D"]),
            read("apps/web/a.ts", Role::Product, "A"),
            read("apps/web/c.ts", Role::Product, "B"),
            read("apps/web/b.ts", Role::Product, "B"),
            read("apps/web/a.test.ts", Role::Test, "C"),
            read("apps/web/a.ts", Role::Product, "NODE_ENV"),
            read("apps/web/a.ts", Role::Product, "VERCEL_URL"),
        ]);
        assert_eq!(found, ["B apps/web/b.ts apps/web/.env.example"]);
    }

    #[test]
    fn without_a_template_nothing_is_undocumented() {
        assert!(undocumented_names(vec![read("a.ts", Role::Product, "A")]).is_empty());
    }

    fn ignore(path: &str, ignores_env: bool, ignores_env_below: bool) -> Fact {
        fact(path, Role::Configuration, Data::IgnoreFile(IgnoreFile { ignores_env, ignores_env_below }))
    }

    #[test]
    fn an_ignore_file_serves_the_components_at_and_below_it() {
        let component = |path: &str| Component { path: path.to_owned(), ..Component::default() };
        let components = [component(""), component("apps/api"), component("apps/web")];
        let facts = Facts::new(vec![
            ignore(".gitignore", true, false),
            ignore("apps/web/.gitignore", true, true),
            ignore("apps/api/certificates/.gitignore", true, true),
        ]);
        let served: Vec<String> = ignored(&facts, &components)
            .iter()
            .map(|fact| match &fact.data {
                Data::IgnoredEnvironment(ignored) => format!("{}: {}", ignored.component, fact.place.path),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(served, [": .gitignore", "apps/web: apps/web/.gitignore"]);
    }
}
