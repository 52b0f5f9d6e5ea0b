//! Routes whose handlers stand in other files: what the handler exercises is the route's, and so is the login it wants.

use std::collections::{BTreeMap, BTreeSet};

use super::{folder, module_name};
use crate::facts::{
    DEFAULT_HANDLER, Data, Fact, HEALTH_INDICATOR, HandlerFunction, HandlerReference, Place, Role, holder_stem,
};

/// How many functions are followed, one asking the other, from a handler.
const STEPS: usize = 3;

/// The functions of a repository that answer requests or are asked by those, by their names.
struct Handlers<'a> {
    by_name: BTreeMap<&'a str, Vec<(&'a str, &'a HandlerFunction)>>,
    /// Folders with a manifest.
    manifests: BTreeSet<&'a str>,
    /// Whether the project's default wants somebody signed in.
    default: bool,
}

/// The same facts, with routes completed from the handlers that they refer to.
pub(super) fn apply(mut facts: Vec<Fact>) -> Vec<Fact> {
    let handlers = Handlers::new(&facts);
    let mut completed: BTreeMap<Place, (Vec<String>, bool)> = BTreeMap::new();
    for fact in &facts {
        let Data::HandlerReference(reference) = &fact.data else { continue };
        let (checks, needs_login) = handlers.completed(&fact.place.path, reference);
        let entry = completed.entry(fact.place.clone()).or_default();
        entry.0.extend(checks);
        entry.1 |= needs_login;
    }
    for fact in &mut facts {
        if let Data::Route(route) = &mut fact.data
            && let Some((checks, needs_login)) = completed.get(&fact.place)
        {
            route.checks.extend(checks.iter().cloned());
            route.checks.sort();
            route.checks.dedup();
            route.needs_login |= needs_login;
        }
    }
    facts
}

impl<'a> Handlers<'a> {
    fn new(facts: &'a [Fact]) -> Self {
        let mut by_name: BTreeMap<&str, Vec<(&str, &HandlerFunction)>> = BTreeMap::new();
        let mut manifests = BTreeSet::new();
        for fact in facts {
            match &fact.data {
                Data::HandlerFunction(it) if fact.role == Role::Product => {
                    by_name.entry(it.function.as_str()).or_default().push((&fact.place.path, it));
                }
                Data::Manifest(_) => {
                    manifests.insert(folder(&fact.place.path));
                }
                _ => {}
            }
        }
        let default = by_name.get(DEFAULT_HANDLER).is_some_and(|list| !list.is_empty());
        Self { by_name, manifests, default }
    }

    fn named(&self, name: &str) -> &[(&'a str, &'a HandlerFunction)] {
        self.by_name.get(name).map_or(&[][..], Vec::as_slice)
    }

    /// What a reference of a file adds to its route: what is exercised, and whether somebody must be signed in.
    fn completed(&self, path: &str, reference: &HandlerReference) -> (Vec<String>, bool) {
        if reference.function == HEALTH_INDICATOR {
            let own = folder(path);
            let near = self.named(HEALTH_INDICATOR).iter().filter(|(other, _)| {
                folder(other).starts_with(own)
                    || own.starts_with(folder(other))
                    || family(path) == "go" && self.manifest(path) == self.manifest(other)
            });
            return (near.flat_map(|(_, handler)| handler.checks.clone()).collect(), false);
        }
        if reference.is_asked {
            return (self.asked(path, std::slice::from_ref(&reference.function)), false);
        }
        match self.handler(path, &reference.function) {
            Some((path, handler)) => {
                let mut checks = handler.checks.clone();
                checks.extend(self.asked(path, &handler.asks));
                (checks, handler.needs_login.unwrap_or(self.default))
            }
            None => (Vec::new(), false),
        }
    }

    /// The handler of that name.
    fn handler(&self, from: &str, function: &str) -> Option<(&'a str, &'a HandlerFunction)> {
        let (owner, name) = function.rsplit_once('.').unwrap_or(("", function));
        let owner = owner.rsplit('.').next().unwrap_or(owner);
        let own = folder(from);
        // Of that class or module; in the same folder, or in one that is called as the package.
        let is_meant = |(path, handler): &&(&str, &HandlerFunction)| {
            if handler.owner.is_empty() {
                folder(path) == own || !owner.is_empty() && folder(path).rsplit('/').next() == Some(owner)
            } else {
                handler.owner == owner
            }
        };
        let list: Vec<_> = self.named(name).iter().filter(|(_, handler)| handler.answers).copied().collect();
        // A handler that is named without its module is imported; in a module of that name it is meant alone.
        let is_of_module = |(path, _): &&(&str, &HandlerFunction)| module_name(path) == owner;
        let only = if owner.is_empty() && list.len() == 1 { list.first() } else { None };
        list.iter().find(is_meant).or_else(|| list.iter().find(is_of_module)).or(only).copied()
    }

    /// What functions exercise that are asked from a file, and those that they ask.
    fn asked(&self, path: &str, functions: &[String]) -> Vec<String> {
        let mut checks = Vec::new();
        let mut open: Vec<(&str, &str)> = functions.iter().map(|function| (path, function.as_str())).collect();
        for _ in 0..STEPS {
            let found: Vec<_> = open.iter().filter_map(|(from, function)| self.nearest(from, function)).collect();
            for (at, handler) in &found {
                // A client that asks a server for its health may be called as the service that looks after it.
                let is_near = self.manifest(at) == self.manifest(path);
                checks.extend(handler.checks.iter().filter(|check| is_near || *check != "http").cloned());
            }
            open = found.iter().flat_map(|(at, it)| it.asks.iter().map(|function| (*at, function.as_str()))).collect();
        }
        checks
    }

    /// The function of that holder that is nearest to a file.
    fn nearest(&self, from: &str, function: &str) -> Option<(&'a str, &'a HandlerFunction)> {
        let (holder, name) = function.split_once('.')?;
        let is_meant = |(path, handler): &&(&str, &HandlerFunction)| {
            if family(path) != family(from) || *path == from && !handler.answers && holder.is_empty() {
                return false;
            }
            let owner = holder_stem(&handler.owner);
            let stem = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(stem, _)| stem);
            if holder.is_empty() {
                return owner.is_empty() && folder(path) == folder(from);
            }
            // `SqlHealthService` is a `HealthService`.
            owner == holder
                || holder.len() >= MIN_SUFFIX && owner.ends_with(holder)
                || owner.is_empty() && (holder_stem(stem) == holder || holder_stem(module_name(path)) == holder)
                || owner.is_empty() && folder(path).rsplit('/').next().is_some_and(|last| holder_stem(last) == holder)
        };
        let shared = |path: &str| path.split('/').zip(from.split('/')).take_while(|(a, b)| a == b).count();
        self.named(name).iter().filter(is_meant).max_by_key(|(path, _)| shared(path)).copied()
    }

    /// The innermost folder with a manifest around a file.
    fn manifest(&self, path: &str) -> &'a str {
        let is_above =
            |base: &&&str| base.is_empty() || path.strip_prefix(**base).is_some_and(|it| it.starts_with('/'));
        self.manifests.iter().filter(is_above).max_by_key(|base| base.len()).copied().unwrap_or("")
    }
}

/// Shorter names end many others.
const MIN_SUFFIX: usize = 5;

/// Files of languages that call each other.
fn family(path: &str) -> &str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" => "js",
        "java" | "kt" | "kts" => "jvm",
        "ex" | "exs" => "elixir",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Route, Span};

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Product, data }
    }

    fn route(reference: &str, handler_file: &str, owner: &str) -> Route {
        let route = Route::new("net/http", "GET", "/ready".to_owned());
        let function = HandlerFunction {
            owner: owner.to_owned(),
            function: "Ready".to_owned(),
            checks: vec!["database".to_owned()],
            asks: Vec::new(),
            answers: true,
            needs_login: None,
        };
        let facts = apply(vec![
            fact("server/routes.go", Data::Route(route)),
            fact("server/routes.go", Data::HandlerReference(HandlerReference::to(reference.to_owned()))),
            fact(handler_file, Data::HandlerFunction(function)),
        ]);
        facts.into_iter().find_map(|fact| if let Data::Route(route) = fact.data { Some(route) } else { None }).unwrap()
    }

    #[test]
    fn a_route_exercises_what_its_handler_does() {
        for (reference, file, owner) in [
            ("Ready", "server/health.go", ""),
            ("s.Ready", "server/health.go", ""),
            ("health.Ready", "internal/health/http.go", ""),
            ("api.health.Ready", "src/api/health.rs", "health"),
            ("HealthController.Ready", "app/Http/Controllers/HealthController.php", "HealthController"),
        ] {
            assert_eq!(route(reference, file, owner).checks, ["database"], "{reference}");
        }
    }

    #[test]
    fn a_function_of_another_package_or_class_is_another_one() {
        assert!(route("x.Ready", "other/health.go", "").checks.is_empty());
        assert!(route("Live", "server/health.go", "").checks.is_empty());
        assert!(route("OtherController.Ready", "app/HealthController.php", "HealthController").checks.is_empty());
    }

    fn checks_of(reference: &str, functions: &[(&str, &str, &str, &[&str])]) -> Vec<String> {
        let route = Route::new("NestJS", "GET", "/health".to_owned());
        let at = "api/src/health/health.controller.ts";
        let mut facts = vec![
            fact(at, Data::Route(route)),
            fact(at, Data::HandlerReference(HandlerReference::asks(reference.to_owned()))),
        ];
        facts.extend(functions.iter().map(|(path, owner, function, asks)| {
            let checks = if asks.is_empty() { vec!["database".to_owned()] } else { Vec::new() };
            let asks = asks.iter().map(|&it| it.to_owned()).collect();
            let (owner, function) = ((*owner).to_owned(), (*function).to_owned());
            let data = HandlerFunction { owner, function, checks, asks, answers: false, needs_login: Some(false) };
            fact(path, Data::HandlerFunction(data))
        }));
        apply(facts)
            .into_iter()
            .find_map(|fact| if let Data::Route(it) = fact.data { Some(it.checks) } else { None })
            .unwrap()
    }

    #[test]
    fn services_are_followed_by_what_holds_them() {
        let service = ("api/src/health/health.service.ts", "HealthService", "check", &[][..]);
        assert_eq!(checks_of("health.check", &[service]), ["database"]);
        assert_eq!(checks_of("health.ready", &[service]), [""; 0]);
        assert_eq!(checks_of("orders.check", &[service]), [""; 0]);
        let module = ("api/src/lib/database.ts", "", "isReady", &[][..]);
        assert_eq!(checks_of("database.isReady", &[module]), ["database"]);
        let store = ("api/src/lib/store.ts", "SqlStore", "ping", &[][..]);
        let chain = ("api/src/health/health.service.ts", "HealthService", "check", &["store.ping"][..]);
        assert_eq!(checks_of("health.check", &[chain, store]), ["database"]);
        let other = ("api/src/health/health.service.py", "HealthService", "check", &[][..]);
        assert_eq!(checks_of("health.check", &[other]), [""; 0]);
    }

    #[test]
    fn the_default_of_the_project_decides_where_the_handler_does_not() {
        let default = HandlerFunction {
            owner: String::new(),
            function: DEFAULT_HANDLER.to_owned(),
            checks: Vec::new(),
            asks: Vec::new(),
            answers: true,
            needs_login: Some(true),
        };
        let view = HandlerFunction { function: "StatusView".to_owned(), needs_login: None, ..default.clone() };
        let facts = apply(vec![
            fact("shop/urls.py", Data::Route(Route::new("Django", "ANY", "/status".to_owned()))),
            fact("shop/urls.py", Data::HandlerReference(HandlerReference::to("views.StatusView".to_owned()))),
            fact("shop/views.py", Data::HandlerFunction(view)),
            fact("site/settings.py", Data::HandlerFunction(default)),
        ]);
        assert!(facts.iter().any(|fact| matches!(&fact.data, Data::Route(route) if route.needs_login)));
    }
}
