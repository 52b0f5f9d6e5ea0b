//! For the tests of these extractors: the facts of one text.

use crate::extract::{Extractor, Extractors};
use crate::facts::{Data, Fact, File, Language, Role};

/// The facts that one extractor finds in a product file of that path, its demand included, by place.
pub(super) fn facts<E: Extractor + Copy + 'static>(extractor: &E, path: &str, text: &str) -> Vec<Fact> {
    let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
    let bytes = u64::try_from(text.len()).unwrap();
    let lines = u32::try_from(text.lines().count()).unwrap();
    let file = File { path: path.into(), bytes, role: Role::Product, language, lines };
    let mut facts = Extractors::of(vec![Box::new(*extractor)]).extract(&file, text).facts;
    facts.sort_by(|a, b| a.place.cmp(&b.place));
    facts
}

/// The routes of it: `GET /health`, and what is special about them.
pub(super) fn routes<E: Extractor + Copy + 'static>(extractor: &E, path: &str, text: &str) -> Vec<String> {
    facts(extractor, path, text)
        .into_iter()
        .filter_map(|fact| match fact.data {
            Data::Route(route) => {
                let checks = route.checks.iter().fold(String::new(), |all, check| all + " +" + check);
                let login = if route.needs_login { " login" } else { "" };
                let development = if route.development_only { " development" } else { "" };
                Some(format!("{} {} {}{checks}{login}{development}", route.framework, route.method, route.path))
            }
            Data::HandlerReference(_) | Data::HandlerFunction(_) | Data::RouterMount(_) => None,
            other => panic!("{other:?}"),
        })
        .collect()
}
