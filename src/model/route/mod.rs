//! Routes completed from other files: the prefixes under which their routers are mounted, what their handlers exercise,
//! and those that a framework answers by itself.

mod handlers;
mod mounts;
mod provided;

use crate::facts::{Data, Fact, is_of_interest};

/// The same facts, with routes completed.
pub(super) fn complete(facts: Vec<Fact>) -> Vec<Fact> {
    let mut facts = provided::add(mounts::apply(handlers::apply(facts)));
    // Routes at the root of a router were kept for the prefixes that they might get.
    facts.retain(|fact| !matches!(&fact.data, Data::Route(route) if !is_of_interest(&route.path)));
    facts
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a file without its extension; of `mod.rs`, `index.ts` and `__init__.py` the name of the folder.
fn module_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    if matches!(stem, "mod" | "index" | "__init__") { folder(path).rsplit('/').next().unwrap_or("") } else { stem }
}
