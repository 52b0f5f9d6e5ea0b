//! Routes whose handlers stand in other files: what the handler exercises is the route's, and so is the login it wants.

use std::collections::BTreeMap;

use super::{folder, module_name};
use crate::facts::{DEFAULT_HANDLER, Data, Fact, HEALTH_INDICATOR, HandlerFunction, Place, Role};

/// The same facts, with routes completed from the handlers that they refer to.
pub(super) fn apply(mut facts: Vec<Fact>) -> Vec<Fact> {
    let mut handlers: BTreeMap<&str, Vec<(&str, &HandlerFunction)>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.role == Role::Product) {
        if let Data::HandlerFunction(it) = &fact.data {
            handlers.entry(it.function.as_str()).or_default().push((&fact.place.path, it));
        }
    }
    let default = handlers.get(DEFAULT_HANDLER).is_some_and(|list| !list.is_empty());
    let mut completed: BTreeMap<Place, (Vec<String>, bool)> = BTreeMap::new();
    for fact in &facts {
        let Data::HandlerReference(reference) = &fact.data else { continue };
        if reference.function == HEALTH_INDICATOR {
            let own = folder(&fact.place.path);
            let list = handlers.get(HEALTH_INDICATOR).into_iter().flatten();
            let near = list.filter(|(path, _)| folder(path).starts_with(own) || own.starts_with(folder(path)));
            let checks = near.flat_map(|(_, handler)| handler.checks.clone()).collect();
            completed.insert(fact.place.clone(), (checks, false));
            continue;
        }
        let (owner, name) = reference.function.rsplit_once('.').unwrap_or(("", &reference.function));
        let owner = owner.rsplit('.').next().unwrap_or(owner);
        let own = folder(&fact.place.path);
        // Of that class or module; in the same folder, or in one that is called as the package.
        let is_meant = |(path, handler): &&(&str, &HandlerFunction)| {
            if handler.owner.is_empty() {
                folder(path) == own || !owner.is_empty() && folder(path).rsplit('/').next() == Some(owner)
            } else {
                handler.owner == owner
            }
        };
        // A handler that is named without its module is imported; in a module of that name it is meant alone.
        let list = handlers.get(name).map_or(&[][..], Vec::as_slice);
        let is_of_module = |(path, _): &&(&str, &HandlerFunction)| module_name(path) == owner;
        let only = if owner.is_empty() && list.len() == 1 { list.first() } else { None };
        let found = list.iter().find(is_meant).or_else(|| list.iter().find(is_of_module)).or(only);
        if let Some((_, handler)) = found {
            let needs_login = handler.needs_login.unwrap_or(default);
            completed.insert(fact.place.clone(), (handler.checks.clone(), needs_login));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{HandlerReference, Route, Span};

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Product, data }
    }

    fn route(reference: &str, handler_file: &str, owner: &str) -> Route {
        let route = Route::new("net/http", "GET", "/ready".to_owned());
        let function = HandlerFunction {
            owner: owner.to_owned(),
            function: "Ready".to_owned(),
            checks: vec!["database".to_owned()],
            needs_login: None,
        };
        let facts = apply(vec![
            fact("server/routes.go", Data::Route(route)),
            fact("server/routes.go", Data::HandlerReference(HandlerReference { function: reference.to_owned() })),
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

    #[test]
    fn the_default_of_the_project_decides_where_the_handler_does_not() {
        let default = HandlerFunction {
            owner: String::new(),
            function: DEFAULT_HANDLER.to_owned(),
            checks: Vec::new(),
            needs_login: Some(true),
        };
        let view = HandlerFunction { function: "StatusView".to_owned(), needs_login: None, ..default.clone() };
        let facts = apply(vec![
            fact("shop/urls.py", Data::Route(Route::new("Django", "ANY", "/status".to_owned()))),
            fact("shop/urls.py", Data::HandlerReference(HandlerReference { function: "views.StatusView".to_owned() })),
            fact("shop/views.py", Data::HandlerFunction(view)),
            fact("site/settings.py", Data::HandlerFunction(default)),
        ]);
        assert!(facts.iter().any(|fact| matches!(&fact.data, Data::Route(route) if route.needs_login)));
    }
}
