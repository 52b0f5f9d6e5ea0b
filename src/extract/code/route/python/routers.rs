//! The applications and routers of a file: what makes them, and where they are included, in this file or from another.

use tree_sitter::Node;

use super::Reader;
use super::guard::is_guard;
use crate::extract::Found;
use crate::facts::{Data, RouterMount, join_paths};
use crate::syntax::descendants;

/// What makes a server or a router, and whose it is.
const CONSTRUCTORS: &[(&str, &str)] = &[
    ("FastAPI", "FastAPI"),
    ("APIRouter", "FastAPI"),
    ("Starlette", "Starlette"),
    ("Flask", "Flask"),
    ("APIFlask", "Flask"),
    ("OpenAPI", "Flask"),
    ("Blueprint", "Flask"),
    ("APIBlueprint", "Flask"),
    ("Quart", "Quart"),
    ("Sanic", "Sanic"),
    ("Application", "aiohttp"),
    ("RouteTableDef", "aiohttp"),
    ("Bottle", "Bottle"),
    ("NinjaAPI", "Django Ninja"),
    ("Litestar", "Litestar"),
];

/// A name that stands for an application or router.
#[derive(Default)]
pub(super) struct Router<'tree> {
    pub(super) framework: &'static str,
    pub(super) prefix: String,
    /// The prefixes under which others include it.
    pub(super) included: Vec<(&'tree str, String)>,
}

impl<'tree> Reader<'_, 'tree> {
    /// Reads the names of the file, and adds where routers of other files are included.
    pub(super) fn prepare(&mut self, root: Node<'tree>, found: &mut Found<'_>) {
        let mut includes = Vec::new();
        descendants(root, |node| {
            match node.kind() {
                "assignment" => self.assignment(node),
                "import_from_statement" => self.imported(node),
                "function_definition" => {
                    if let Some(name) = node.child_by_field_name("name") {
                        self.functions.insert(self.text_of(name), node);
                    }
                }
                "call" => {
                    self.nested_patterns(node);
                    if let Some((object, "include_router" | "register_blueprint" | "add_router" | "mount")) =
                        self.method(node)
                    {
                        includes.push((node, object));
                    }
                }
                _ => {}
            }
            true
        });
        for &(call, parent) in &includes {
            let prefix = self.prefix_of(call).to_owned();
            let child = Self::argument(call, 0).map_or("", |child| self.text_of(child));
            if let Some(router) = self.routers.get_mut(child) {
                router.included.push((parent, prefix));
            }
        }
        for (call, parent) in includes {
            self.mount(call, parent, found);
        }
    }

    fn prefix_of(&self, call: Node<'tree>) -> &'tree str {
        self.keyword(call, &["prefix", "url_prefix"]).and_then(|value| self.string(value)).unwrap_or("")
    }

    /// `from .routes import health as ops`: the module and the name of `ops`.
    fn imported(&mut self, statement: Node<'tree>) {
        let Some(module) = statement.child_by_field_name("module_name") else { return };
        for name in statement.children_by_field_name("name", &mut statement.walk()) {
            let original = name.child_by_field_name("name").unwrap_or(name);
            let local = name.child_by_field_name("alias").unwrap_or(original);
            self.imports.insert(self.text_of(local), (self.text_of(module), self.text_of(original)));
        }
    }

    /// `api.include_router(health.router, prefix="/ops")` with a router of another file.
    fn mount(&self, call: Node<'tree>, parent: &'tree str, found: &mut Found<'_>) {
        let Some(child) = Self::argument(call, 0).map(|child| self.text_of(child)) else { return };
        let (module, router) = match child.rsplit_once('.') {
            None => match self.imports.get(child) {
                Some(&(module, original)) => (module.to_owned(), original),
                None => return,
            },
            Some((holder, router)) => match self.imports.get(holder) {
                Some(&(module, original)) if module.ends_with('.') => (format!("{module}{original}"), router),
                Some(&(module, original)) => (format!("{module}.{original}"), router),
                None => return,
            },
        };
        let is_included = self.routers.get(parent).is_some_and(|parent| !parent.included.is_empty());
        let outer = self.router(parent).and_then(|(_, prefixes)| prefixes.into_iter().next()).unwrap_or_default();
        let guards = self.keyword(call, &["dependencies"]);
        let data = RouterMount {
            module,
            router: router.to_owned(),
            prefix: join_paths(&outer, self.prefix_of(call)),
            needs_login: guards.is_some_and(|value| is_guard(self.text_of(value))),
            on: if is_included { String::new() } else { parent.to_owned() },
        };
        found.add(self.source.span(call.byte_range()), Data::RouterMount(data));
    }

    fn assignment(&mut self, node: Node<'tree>) {
        let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) else {
            return;
        };
        if right.kind() != "call" {
            return;
        }
        let callee = right.child_by_field_name("function").map_or("", |callee| self.text_of(callee));
        let name = callee.rsplit('.').next().unwrap_or(callee);
        let Some(&(_, framework)) = CONSTRUCTORS.iter().find(|(constructor, _)| *constructor == name) else { return };
        let prefix = self.keyword(right, &["prefix", "url_prefix"]).and_then(|value| self.string(value));
        let router = Router { framework, prefix: prefix.unwrap_or("").to_owned(), included: Vec::new() };
        if self.keyword(right, &["dependencies", "auth"]).is_some_and(|value| is_guard(self.text_of(value))) {
            self.is_private.push(self.text_of(left));
        }
        self.routers.insert(self.text_of(left), router);
    }

    /// The framework and the prefixes of a name; a usual name that the file does not make is the imported framework's.
    pub(super) fn router(&self, name: &str) -> Option<(&'static str, Vec<String>)> {
        let Some(router) = self.routers.get(name) else {
            let is_usual = matches!(name, "app" | "router" | "api" | "bp" | "blueprint" | "application");
            return (is_usual && self.framework != "Django").then(|| (self.framework, vec![String::new()]));
        };
        let mut prefixes: Vec<String> = router
            .included
            .iter()
            .map(|(parent, prefix)| {
                let outer = self.routers.get(parent).map_or("", |parent| parent.prefix.as_str());
                format!("{outer}{prefix}{}", router.prefix)
            })
            .collect();
        if prefixes.is_empty() {
            prefixes.push(router.prefix.clone());
        }
        Some((router.framework, prefixes))
    }
}
