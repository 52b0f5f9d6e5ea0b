//! The routers of a Go file: groups below a prefix or behind a login, those that a function is given or returns, and where
//! such functions are called.

use std::ops::Range;

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::{handler, join};
use crate::facts::{Data, RouterMount};
use crate::syntax::descendants;

/// Types on which routes are registered.
const ROUTERS: &[&str] = &[
    "gin.RouterGroup",
    "gin.Engine",
    "gin.IRouter",
    "gin.IRoutes",
    "echo.Group",
    "echo.Echo",
    "fiber.Router",
    "fiber.App",
    "fiber.Group",
    "chi.Router",
    "chi.Mux",
    "mux.Router",
    "http.ServeMux",
];

/// How often calls follow each other in one chain.
const MAX_HOPS: usize = 8;

/// A router in a region of the text.
#[derive(Debug, Clone, Default)]
pub(super) struct Group<'tree> {
    name: &'tree str,
    range: Range<usize>,
    pub(super) prefix: String,
    pub(super) needs_login: bool,
    /// The function that is given it, or returns it.
    pub(super) router: &'tree str,
    /// Whether it is a part of another router.
    is_part: bool,
}

/// The routers of a file.
#[derive(Debug, Default)]
pub(super) struct Groups<'tree> {
    list: Vec<Group<'tree>>,
    /// The functions of the file, by their regions.
    functions: Vec<Range<usize>>,
}

impl<'tree> Groups<'tree> {
    pub(super) fn read(reader: &Reader<'_, 'tree>, root: Node<'tree>) -> Self {
        let mut groups = Self::default();
        descendants(root, |node| {
            match node.kind() {
                "function_declaration" | "method_declaration" => groups.function(reader, node),
                "short_var_declaration" | "assignment_statement" => groups.declared(reader, node),
                "call_expression" => groups.call(reader, node),
                _ => {}
            }
            true
        });
        groups
    }

    fn end_of_function(&self, byte: usize, reader: &Reader<'_, 'tree>) -> usize {
        let around = self.functions.iter().rev().find(|range| range.contains(&byte));
        around.map_or(reader.text.len(), |range| range.end)
    }

    /// Parameters that are routers, and the router that a function makes and returns.
    fn function(&mut self, reader: &Reader<'_, 'tree>, function: Node<'tree>) {
        self.functions.push(function.byte_range());
        let Some(router) = function.child_by_field_name("name").map(|name| reader.text_of(name)) else { return };
        let group = |name| Group { name, range: function.byte_range(), router, ..Group::default() };
        let parameters = function.child_by_field_name("parameters");
        for parameter in parameters.iter().flat_map(|list| list.named_children(&mut list.walk()).collect::<Vec<_>>()) {
            let of_router = parameter.child_by_field_name("type").is_some_and(|it| is_router(reader.text_of(it)));
            let names = parameter.children_by_field_name("name", &mut parameter.walk()).collect::<Vec<_>>();
            self.list.extend(names.into_iter().filter(|_| of_router).map(|name| group(reader.text_of(name))));
        }
        let result = function.child_by_field_name("result").map_or("", |result| reader.text_of(result));
        if !is_router(result) && result != "http.Handler" {
            return;
        }
        descendants(function, |node| {
            let returned = node.named_child(0).filter(|_| node.kind() == "return_statement");
            if let Some(value) = returned.and_then(|list| list.named_child(0)).filter(|it| it.kind() == "identifier") {
                self.list.push(group(reader.text_of(value)));
            }
            node.kind() != "func_literal"
        });
    }

    /// `api := r.Group("/api", requireUser)`, `api := r.PathPrefix("/api").Subrouter()`.
    fn declared(&mut self, reader: &Reader<'_, 'tree>, declaration: Node<'tree>) {
        let first = |field| declaration.child_by_field_name(field).and_then(|list| list.named_child(0));
        let (Some(name), Some(call)) = (first("left"), first("right")) else { return };
        if call.kind() != "call_expression" || !is_grouping(reader, call) {
            return;
        }
        let range = declaration.start_byte()..self.end_of_function(declaration.start_byte(), reader);
        let group = self.resolve(reader, call);
        self.list.push(Group { name: reader.text_of(name), range, is_part: true, ..group });
    }

    /// chi's `r.Route("/api", func(r chi.Router) { … })` and `r.Group(func(r chi.Router) { … })`, guards that a group uses
    /// from there on, and routers of this function that are mounted.
    fn call(&mut self, reader: &Reader<'_, 'tree>, call: Node<'tree>) {
        let Some((object, method)) = reader.method(call) else { return };
        let arguments = Reader::arguments(call);
        match (method, arguments.as_slice()) {
            ("Route" | "Group", [.., function]) if function.kind() == "func_literal" => {
                let parameter = function
                    .child_by_field_name("parameters")
                    .and_then(|list| list.named_child(0))
                    .and_then(|parameter| parameter.child_by_field_name("name"));
                let path = arguments.first().filter(|_| arguments.len() > 1);
                let prefix = path.and_then(|path| reader.string(*path)).unwrap_or("");
                if let Some(parameter) = parameter {
                    let outer = self.resolve(reader, object);
                    let prefix = joined(&outer.prefix, prefix);
                    let (name, range) = (reader.text_of(parameter), function.byte_range());
                    self.list.push(Group { name, range, prefix, is_part: true, ..outer });
                }
            }
            ("Use", guards) => {
                let group = self.find(reader.text_of(object), call.start_byte());
                // What is used by all of a server lets through what it must; a group is made for its guard.
                if let Some(group) = group.filter(|it| it.is_part).cloned()
                    && guards.iter().any(|it| handler::is_guard(reader.text_of(*it)))
                {
                    let range = call.end_byte()..group.range.end;
                    self.list.push(Group { range, needs_login: true, ..group });
                }
            }
            ("Mount", [path, router]) if router.kind() == "identifier" => {
                let Some(prefix) = reader.string(*path) else { return };
                let outer = self.resolve(reader, object);
                let range = self.functions.iter().rev().find(|range| range.contains(&call.start_byte())).cloned();
                let (name, prefix) = (reader.text_of(*router), joined(&outer.prefix, prefix));
                self.list.push(Group { name, range: range.unwrap_or_default(), prefix, is_part: true, ..outer });
            }
            _ => {}
        }
    }

    fn find(&self, name: &str, at: usize) -> Option<&Group<'tree>> {
        let groups = self.list.iter().filter(|group| group.name == name && group.range.contains(&at));
        groups.min_by_key(|group| group.range.len())
    }

    /// The router that an expression stands for: a name, or a chain of calls that starts with one.
    pub(super) fn resolve(&self, reader: &Reader<'_, 'tree>, expression: Node<'tree>) -> Group<'tree> {
        let mut node = expression;
        let (mut suffix, mut needs_login) = (String::new(), false);
        for _ in 0..MAX_HOPS {
            let Some((object, method)) = reader.method(node).filter(|_| node.kind() == "call_expression") else {
                break;
            };
            let arguments = Reader::arguments(node);
            if matches!(method, "Group" | "PathPrefix" | "Route")
                && let Some(prefix) = arguments.first().and_then(|path| reader.string(*path))
            {
                suffix = joined(prefix, &suffix);
            }
            if matches!(method, "Group" | "With") {
                needs_login |= arguments
                    .iter()
                    .skip(usize::from(method == "Group"))
                    .any(|it| handler::is_guard(reader.text_of(*it)));
            }
            node = object;
        }
        let outer = self.find(reader.text_of(node), expression.start_byte()).cloned().unwrap_or_default();
        Group { prefix: joined(&outer.prefix, &suffix), needs_login: outer.needs_login || needs_login, ..outer }
    }

    /// Where functions of this or of other files get a router, or make one that is mounted.
    pub(super) fn add_mounts(&self, reader: &Reader<'_, 'tree>, root: Node<'tree>, found: &mut Found<'_>) {
        descendants(root, |node| {
            if node.kind() == "call_expression" {
                self.given(reader, node, found);
                self.mounted(reader, node, found);
            }
            true
        });
    }

    /// `ops.Register(api.Group("/ops"))`.
    fn given(&self, reader: &Reader<'_, 'tree>, call: Node<'tree>, found: &mut Found<'_>) {
        let Some(callee) = call.child_by_field_name("function") else { return };
        for argument in Reader::arguments(call) {
            let is_router = match argument.kind() {
                "identifier" => self.find(reader.text_of(argument), call.start_byte()).is_some(),
                "call_expression" => is_grouping(reader, argument),
                _ => false,
            };
            if is_router {
                Self::mount(reader, callee, self.resolve(reader, argument), call, found);
            }
        }
    }

    /// `r.Mount("/ops", ops.Router())`, `mux.Handle("/ops/", http.StripPrefix("/ops", ops.Router()))`.
    fn mounted(&self, reader: &Reader<'_, 'tree>, call: Node<'tree>, found: &mut Found<'_>) {
        let Some((object, method)) = reader.method(call) else { return };
        let arguments = Reader::arguments(call);
        let ([path, handler], "Mount" | "Handle") = (arguments.as_slice(), method) else { return };
        let Some(prefix) = reader.string(*path) else { return };
        let stripped =
            reader.method(*handler).filter(|(_, name)| handler.kind() == "call_expression" && *name == "StripPrefix");
        if method == "Handle" && stripped.is_none() {
            return;
        }
        let inner = if stripped.is_some() { Reader::argument(*handler, 1) } else { Some(*handler) };
        let made = inner.and_then(|it| match it.kind() {
            "call_expression" => it.child_by_field_name("function"),
            _ => reader.made.get(reader.text_of(it)).copied(),
        });
        let Some(callee) = made else { return };
        let outer = self.resolve(reader, object);
        let group = Group { prefix: joined(&outer.prefix, prefix), ..outer };
        Self::mount(reader, callee, group, call, found);
    }

    fn mount(
        reader: &Reader<'_, 'tree>,
        callee: Node<'tree>,
        group: Group<'tree>,
        call: Node<'tree>,
        found: &mut Found<'_>,
    ) {
        let written = reader.text_of(callee);
        let (holder, router) = match written.rsplit_once('.') {
            Some((holder, router)) => (Some(holder), router),
            None => (None, written),
        };
        let module = match holder {
            // A function of the same package lies in the same folder; whose method it is is not known.
            None => reader.source.file.path.rsplit('/').nth(1).unwrap_or(""),
            Some(holder) => reader.packages.get(holder).copied().unwrap_or(""),
        };
        let says_something = !group.prefix.is_empty() || group.needs_login || !group.router.is_empty();
        if says_something && router.len() < 100 {
            let data = RouterMount {
                module: module.to_owned(),
                router: router.to_owned(),
                prefix: group.prefix,
                needs_login: group.needs_login,
                on: group.router.to_owned(),
            };
            found.add(reader.source.span(call.byte_range()), Data::RouterMount(data));
        }
    }
}

/// Whether a call makes a group of a router.
fn is_grouping<'tree>(reader: &Reader<'_, 'tree>, call: Node<'tree>) -> bool {
    let mut node = call;
    for _ in 0..MAX_HOPS {
        let Some((object, method)) = reader.method(node).filter(|_| node.kind() == "call_expression") else {
            return false;
        };
        match method {
            "With" => return true,
            "Group" | "PathPrefix" => return Reader::argument(node, 0).is_some_and(|it| reader.string(it).is_some()),
            _ => node = object,
        }
    }
    false
}

fn is_router(type_: &str) -> bool {
    let name = type_.trim_start_matches('*');
    ROUTERS.contains(&name)
}

/// As `join`, without a path where there is none.
fn joined(prefix: &str, path: &str) -> String {
    let whole = join(prefix, path.trim_end_matches('/'));
    if whole == "/" { String::new() } else { whole }
}
