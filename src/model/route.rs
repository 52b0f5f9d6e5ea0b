//! Routes whose handlers stand in other files: what the handler exercises is the route's.

use std::collections::BTreeMap;

use crate::facts::{Data, Fact, Place};

/// The same facts, with routes completed from the handlers that they refer to.
pub(super) fn complete(mut facts: Vec<Fact>) -> Vec<Fact> {
    let mut handlers: BTreeMap<&str, Vec<(&str, &[String])>> = BTreeMap::new();
    for fact in &facts {
        if let Data::HandlerFunction(it) = &fact.data {
            handlers.entry(it.function.as_str()).or_default().push((folder(&fact.place), &it.checks));
        }
    }
    let mut completed: BTreeMap<Place, Vec<String>> = BTreeMap::new();
    for fact in &facts {
        let Data::HandlerReference(reference) = &fact.data else { continue };
        let (owner, name) = reference.function.rsplit_once('.').unwrap_or(("", &reference.function));
        let own = folder(&fact.place);
        // In the same folder, or in one that is called as the package.
        let is_meant = |holder: &str| holder == own || holder.rsplit('/').next() == Some(owner);
        let found = handlers.get(name).into_iter().flatten().find(|(holder, _)| is_meant(holder));
        if let Some((_, checks)) = found {
            completed.insert(fact.place.clone(), checks.to_vec());
        }
    }
    for fact in &mut facts {
        if let Data::Route(route) = &mut fact.data
            && let Some(checks) = completed.get(&fact.place)
        {
            route.checks.extend(checks.iter().cloned());
            route.checks.sort();
            route.checks.dedup();
        }
    }
    facts
}

fn folder(place: &Place) -> &str {
    place.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{HandlerFunction, HandlerReference, Role, Route, Span};

    fn fact(path: &str, data: Data) -> Fact {
        Fact { place: Place { path: path.into(), span: Span::START }, role: Role::Product, data }
    }

    fn checks(reference: &str, handler_file: &str) -> Vec<String> {
        let route = Route {
            method: "GET".to_owned(),
            path: "/ready".to_owned(),
            framework: "net/http".to_owned(),
            checks: Vec::new(),
            needs_login: false,
            development_only: false,
        };
        let function = HandlerFunction { function: "Ready".to_owned(), checks: vec!["database".to_owned()] };
        let facts = complete(vec![
            fact("server/routes.go", Data::Route(route)),
            fact("server/routes.go", Data::HandlerReference(HandlerReference { function: reference.to_owned() })),
            fact(handler_file, Data::HandlerFunction(function)),
        ]);
        facts
            .into_iter()
            .find_map(|fact| if let Data::Route(route) = fact.data { Some(route.checks) } else { None })
            .unwrap()
    }

    #[test]
    fn a_route_exercises_what_its_handler_does() {
        assert_eq!(checks("Ready", "server/health.go"), ["database"]);
        assert_eq!(checks("s.Ready", "server/health.go"), ["database"]);
        assert_eq!(checks("health.Ready", "internal/health/http.go"), ["database"]);
    }

    #[test]
    fn a_function_of_another_package_is_another_one() {
        assert!(checks("Ready", "other/health.go").is_empty());
        assert!(checks("Live", "server/health.go").is_empty());
    }
}
