//! Prefixes from other files: where a router, or the function that fills one, is mounted.

use std::collections::BTreeMap;

use super::{folder, module_name};
use crate::facts::{Data, Fact, INHERITED, ModuleAlias, Payload, Route, RouterMount, join_paths};
use crate::model::component::Aliases;

/// How often a router may be mounted inside of another.
const DEPTH: usize = 6;

/// How many places one router is followed to.
const WIDTH: usize = 8;

/// The same facts, with a route for each place that its router is mounted at.
pub(super) fn apply(facts: Vec<Fact>) -> Vec<Fact> {
    let routers = Routers::new(&facts);
    // Nobody knows where a controller is whose class got its prefix elsewhere.
    let is_lost = |data: &Data| matches!(data, Data::Route(route) if route.router.starts_with(INHERITED));
    if routers.mounts.is_empty() {
        return facts.into_iter().filter(|fact| !is_lost(&fact.data)).collect();
    }
    let prefixes: Vec<Vec<(String, bool)>> = facts
        .iter()
        .map(|fact| match &fact.data {
            Data::Route(route) => routers.prefixes(&fact.place.path, &route.router),
            _ => Vec::new(),
        })
        .collect();
    let mut completed = Vec::with_capacity(facts.len());
    for (fact, prefixes) in facts.into_iter().zip(prefixes) {
        match &fact.data {
            Data::Route(route) if !prefixes.is_empty() => {
                for (prefix, needs_login) in prefixes {
                    let path = join_paths(&prefix, &route.path);
                    let route = Route { path, needs_login: route.needs_login || needs_login, ..route.clone() };
                    completed.push(Fact { data: Data::Route(route), ..fact.clone() });
                }
            }
            data if is_lost(data) => {}
            _ => completed.push(fact),
        }
    }
    completed
}

/// A router by its file and its name.
type Key<'a> = (&'a str, &'a str);

/// The routers of a repository and where they are mounted.
struct Routers<'a> {
    mounts: BTreeMap<Key<'a>, Vec<(&'a str, &'a RouterMount)>>,
}

impl<'a> Routers<'a> {
    fn new(facts: &'a [Fact]) -> Self {
        let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for fact in facts {
            let router = match &fact.data {
                Data::Route(route) => route.router.as_str(),
                Data::RouterMount(mount) => mount.on.as_str(),
                _ => continue,
            };
            let list = files.entry(&fact.place.path).or_default();
            if !router.is_empty() && !list.contains(&router) {
                list.push(router);
            }
        }
        let aliases = Aliases::new(facts.iter().filter_map(|fact| Some((fact, ModuleAlias::of(&fact.data)?))));
        let mut mounts: BTreeMap<Key<'a>, Vec<(&'a str, &'a RouterMount)>> = BTreeMap::new();
        for fact in facts {
            let Data::RouterMount(mount) = &fact.data else { continue };
            let path: &str = &fact.place.path;
            for holder in holders(path, mount, &files, &aliases) {
                let names = files.get(holder).map_or(&[][..], Vec::as_slice);
                // A module that is mounted as a whole, or whose exports have other names than its routers.
                let is_named = names.contains(&mount.router.as_str());
                for name in names.iter().filter(|name| !is_named || **name == mount.router) {
                    if (holder, *name) != (path, mount.on.as_str()) {
                        mounts.entry((holder, name)).or_default().push((path, mount));
                    }
                }
            }
        }
        Self { mounts }
    }

    /// The prefixes of a router, and whether each wants a login; none where nobody mounts it.
    fn prefixes(&self, path: &'a str, router: &'a str) -> Vec<(String, bool)> {
        let mut complete = Vec::new();
        let mut open = vec![((path, router), String::new(), false, 0)];
        while let Some((key, suffix, needs_login, depth)) = open.pop() {
            match self.mounts.get(&key).filter(|_| depth < DEPTH) {
                Some(list) => open.extend(list.iter().take(WIDTH).map(|(path, mount)| {
                    let prefix = join_paths(&mount.prefix, &suffix);
                    ((*path, mount.on.as_str()), prefix, needs_login || mount.needs_login, depth + 1)
                })),
                None if depth > 0 => complete.push((suffix, needs_login)),
                None => {}
            }
            if complete.len() + open.len() > WIDTH * 4 {
                break;
            }
        }
        complete.sort();
        complete.dedup();
        complete
    }
}

/// The files that hold what is mounted.
fn holders<'a>(
    path: &'a str,
    mount: &RouterMount,
    files: &BTreeMap<&'a str, Vec<&'a str>>,
    aliases: &Aliases<'_>,
) -> Vec<&'a str> {
    let holds = |file: &str| files.get(file).is_some_and(|names| names.contains(&mount.router.as_str()));
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let module = mount.module.as_str();
    match extension {
        "js" | "mjs" | "cjs" | "ts" | "mts" | "tsx" | "jsx" if !module.is_empty() => {
            let target = if module.starts_with('.') {
                Some(relative(folder(path), module))
            } else {
                aliases.target(path, module)
            };
            target.into_iter().filter_map(|target| find_script(&target, files)).collect()
        }
        "py" if !module.is_empty() => python(path, module, files),
        _ if holds(path) && module.is_empty() => files.get_key_value(path).map(|(path, _)| *path).into_iter().collect(),
        _ => {
            let is_alike = |file: &&str| file.ends_with(extension) && holds(file);
            let is_meant = |file: &&str| {
                module.is_empty() || module_name(file) == module || folder(file).rsplit('/').next() == Some(module)
            };
            let found: Vec<&str> = files.keys().copied().filter(is_alike).filter(is_meant).collect();
            if found.len() == 1 || mount.router.starts_with(INHERITED) { found } else { Vec::new() }
        }
    }
}

/// A path relative to a folder.
fn relative(base: &str, path: &str) -> String {
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The file that an import of JavaScript means: with an extension, with another one, or the index of a folder.
fn find_script<'a>(target: &str, files: &BTreeMap<&'a str, Vec<&'a str>>) -> Option<&'a str> {
    let stem = target.strip_suffix(".js").or_else(|| target.strip_suffix(".mjs")).unwrap_or(target);
    let extensions = ["ts", "js", "tsx", "mts", "mjs", "cjs", "jsx"];
    let as_file = extensions.iter().map(|extension| format!("{stem}.{extension}"));
    let as_folder = extensions.iter().map(|extension| format!("{target}/index.{extension}"));
    let mut candidates = std::iter::once(target.to_owned()).chain(as_file).chain(as_folder);
    candidates.find_map(|path| files.get_key_value(path.as_str()).map(|(path, _)| *path))
}

/// The files of a Python module, relative or from any folder above that the interpreter may start in.
fn python<'a>(path: &str, module: &str, files: &BTreeMap<&'a str, Vec<&'a str>>) -> Vec<&'a str> {
    let dots = module.len() - module.trim_start_matches('.').len();
    let inner = module.trim_start_matches('.').replace('.', "/");
    let mut bases = Vec::new();
    let mut base = folder(path);
    for level in 0..16 {
        if dots == 0 || level + 1 == dots {
            bases.push(base);
        }
        if base.is_empty() {
            break;
        }
        base = folder(base);
    }
    let candidates = bases.iter().flat_map(|base| {
        let start = if base.is_empty() { inner.clone() } else { format!("{base}/{inner}") };
        [format!("{start}.py"), format!("{start}/__init__.py")]
    });
    let mut found = candidates.filter_map(|path| files.get_key_value(path.as_str()).map(|(path, _)| *path));
    found.next().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Place, Role, Span};

    fn fact(path: &str, line: u32, data: Data) -> Fact {
        let span = Span { line, ..Span::START };
        Fact { place: Place { path: path.into(), span }, role: Role::Product, data }
    }

    fn route(path: &str, route: &str, router: &str) -> Fact {
        let route = Route { router: router.to_owned(), ..Route::new("x", "GET", route.to_owned()) };
        fact(path, 1, Data::Route(route))
    }

    fn mount(path: &str, line: u32, module: &str, router: &str, prefix: &str, on: &str) -> Fact {
        let data = RouterMount {
            module: module.to_owned(),
            router: router.to_owned(),
            prefix: prefix.to_owned(),
            needs_login: false,
            on: on.to_owned(),
        };
        fact(path, line, Data::RouterMount(data))
    }

    fn paths(facts: Vec<Fact>) -> Vec<String> {
        apply(facts)
            .into_iter()
            .filter_map(|fact| if let Data::Route(it) = fact.data { Some(it.path) } else { None })
            .collect()
    }

    #[test]
    fn a_router_of_another_script_gets_its_prefixes() {
        let facts = vec![
            mount("src/app.ts", 1, "./routes", "", "/api", "app"),
            mount("src/routes/index.ts", 1, "./health.js", "", "/ops", "router"),
            route("src/routes/health.ts", "/health", "router"),
            route("src/routes/other.ts", "/health", "router"),
        ];
        assert_eq!(paths(facts), ["/api/ops/health", "/health"]);
    }

    #[test]
    fn python_modules_are_found_from_the_folders_above() {
        let facts = vec![
            mount("backend/app/main.py", 1, "app.api.main", "api_router", "/api/v1", "app"),
            mount("backend/app/api/main.py", 1, "app.api.routes.utils", "router", "", "api_router"),
            route("backend/app/api/routes/utils.py", "/utils/health-check/", "router"),
        ];
        assert_eq!(paths(facts), ["/api/v1/utils/health-check/"]);
        let facts =
            vec![mount("app/main.py", 1, ".health", "router", "/x", "app"), route("app/health.py", "/", "router")];
        assert_eq!(paths(facts), ["/x"]);
    }

    #[test]
    fn functions_are_found_by_their_name_and_module() {
        let facts = vec![
            mount("src/main.rs", 1, "health", "routes", "/ops", "app"),
            route("src/health.rs", "/health", "routes"),
            route("src/users.rs", "/status", "routes"),
        ];
        assert_eq!(paths(facts), ["/ops/health", "/status"]);
        let facts = vec![
            mount("src/A.kt", 1, "", "healthRoutes", "/api", "module"),
            route("src/B.kt", "/health", "healthRoutes"),
        ];
        assert_eq!(paths(facts), ["/api/health"]);
    }

    #[test]
    fn circles_end() {
        let facts = vec![
            mount("a.ts", 1, "./b", "", "/b", "router"),
            mount("b.ts", 1, "./a", "", "/a", "router"),
            route("a.ts", "/health", "router"),
        ];
        assert_eq!(paths(facts).len(), 1);
    }
}
