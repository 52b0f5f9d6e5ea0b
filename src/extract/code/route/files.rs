//! Routes that a file stands for by its place: Next.js (app and pages routers), `SvelteKit`, Nuxt and Nitro, Remix and
//! React Router, Astro. What the file exports decides whether it answers requests.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::{is_of_interest, join, refer};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Route};
use crate::syntax::{Grammar, Source, node_text};

/// Finds routes of frameworks that route by files.
#[derive(Clone, Copy)]
pub(crate) struct FileRoutes;

const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

impl Extractor for FileRoutes {
    fn name(&self) -> &'static str {
        "file-routes"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["export".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let reads = |grammar| matches!(grammar, Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript);
        file.role.is_written()
            && file.language.and_then(Grammar::of).is_some_and(reads)
            && is_of_interest(&file.path)
            && places(&file.path).iter().any(|place| is_of_interest(&place.path))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(tree) = source.tree() else { return };
        let exports = Exports::read(tree.root_node(), source.text());
        for place in places(&source.file.path) {
            let answers = place.answers(&exports);
            for (method, handler) in &answers {
                let handling = handler::read(*handler, &exports.functions, source.text());
                if handling.is_of_another_service(&place.path) {
                    continue;
                }
                let is_wrapped = handler.kind() == "call_expression"
                    && handler
                        .child_by_field_name("function")
                        .is_some_and(|callee| handler::is_guard(node_text(callee, source.text())));
                let route = Route {
                    method: (*method).to_owned(),
                    path: place.path.clone(),
                    framework: place.framework.to_owned(),
                    checks: handling.checks(),
                    needs_login: is_wrapped || handling.asks_for_session,
                    development_only: false,
                    router: String::new(),
                };
                if is_of_interest(&route.path) {
                    refer(source, found, *handler, &route, &handling);
                    found.add(source.span(handler.byte_range()), Data::Route(route));
                }
            }
            if !answers.is_empty() {
                return;
            }
        }
    }
}

/// How a framework's file answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// An export for each method: `export function GET`.
    Methods,
    /// One default export for every method, or for the one in the file's name.
    Default(&'static str),
    /// A `loader`, and no default export, which would be a page.
    Loader,
}

/// What a path could mean.
#[derive(Debug)]
struct Meaning {
    framework: &'static str,
    path: String,
    form: Form,
}

impl Meaning {
    fn answers<'tree>(&self, exports: &Exports<'tree>) -> Vec<(&'static str, Node<'tree>)> {
        match self.form {
            Form::Methods => METHODS
                .iter()
                .filter_map(|&method| exports.names.get(method).map(|&handler| (method, handler)))
                .collect(),
            Form::Default(method) => {
                exports.names.get("default").map(|&handler| (method, handler)).into_iter().collect()
            }
            Form::Loader if exports.names.contains_key("default") => Vec::new(),
            Form::Loader => exports.names.get("loader").map(|&handler| ("GET", handler)).into_iter().collect(),
        }
    }
}

/// What the path of a file could mean to the frameworks, the most telling first.
fn places(path: &str) -> Vec<Meaning> {
    let mut segments: Vec<&str> = path.split('/').collect();
    let Some(name) = segments.pop() else { return Vec::new() };
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let after =
        |folder: &str| segments.iter().position(|segment| *segment == folder).and_then(|at| segments.get(at + 1..));
    let mut found = Vec::new();
    let mut add = |framework, path: String, form| found.push(Meaning { framework, path, form });
    if stem == "+server" {
        if let Some(below) = after("routes") {
            add("SvelteKit", visible(below), Form::Methods);
        }
        return found;
    }
    if let Some(below) = after("app") {
        // `app/src/app/…` and `app/app/…`: the outer folder is a package.
        let below = match below {
            ["src", "app", rest @ ..] | ["app", rest @ ..] | rest => rest,
        };
        if stem == "route" {
            add("Next.js", visible(below), Form::Methods);
        }
        if let ["routes", below @ ..] = below {
            add("React Router", flat(below, stem), Form::Loader);
        }
    }
    if let Some(below) = after("pages") {
        let stem = if stem == "index" { "" } else { stem };
        let path = join(&visible(below), stem);
        if below.first() == Some(&"api") {
            add("Next.js", path.clone(), Form::Default("ANY"));
        }
        add("Astro", path, Form::Methods);
    }
    if let Some(below) = after("server") {
        let (stem, method) = METHODS
            .iter()
            .find_map(|method| Some((stem.strip_suffix(&method.to_ascii_lowercase())?.strip_suffix('.')?, *method)))
            .unwrap_or((stem, "ANY"));
        let stem = if stem == "index" { "" } else { stem };
        match below {
            ["api", ..] => add("Nuxt", join(&visible(below), stem), Form::Default(method)),
            ["routes", rest @ ..] => add("Nuxt", join(&visible(rest), stem), Form::Default(method)),
            _ => {}
        }
    }
    found
}

/// The path of folders, without groups `(x)` and slots `@x`.
fn visible(folders: &[&str]) -> String {
    let shown = folders.iter().filter(|folder| {
        let is_group = folder.starts_with('(') && folder.ends_with(')');
        !is_group && !folder.starts_with('@')
    });
    shown.fold(
        String::new(),
        |path, folder| if path.is_empty() { format!("/{folder}") } else { format!("{path}/{folder}") },
    )
}

/// The path of Remix' flat routes: dots part segments, `_` hides one, `+` ends a folder's name, `[x]` is literal.
fn flat(folders: &[&str], stem: &str) -> String {
    let mut path = String::new();
    let is_index = |name: &str| matches!(name, "route" | "index" | "_index" | "_route");
    let names = folders.iter().map(|folder| folder.strip_suffix('+').unwrap_or(folder));
    let last = (!is_index(stem)).then_some(stem);
    for name in names.chain(last) {
        let mut segments = vec![String::new()];
        let mut is_literal = false;
        for c in name.chars() {
            match c {
                '[' => is_literal = true,
                ']' => is_literal = false,
                '.' if !is_literal => segments.push(String::new()),
                _ => {
                    if let Some(segment) = segments.last_mut() {
                        segment.push(c);
                    }
                }
            }
        }
        for segment in segments.iter().filter(|segment| !segment.starts_with('_') && !is_index(segment)) {
            path.push('/');
            path.push_str(segment.strip_suffix('_').unwrap_or(segment));
        }
    }
    path
}

/// What a module exports, and its functions.
struct Exports<'tree> {
    names: BTreeMap<&'tree str, Node<'tree>>,
    functions: Functions<'tree>,
}

impl<'tree> Exports<'tree> {
    fn read(root: Node<'tree>, text: &'tree str) -> Self {
        let mut exports = Self { names: BTreeMap::new(), functions: Functions::new() };
        for statement in root.named_children(&mut root.walk()) {
            if statement.kind() != "export_statement" {
                exports.declaration(statement, text, false);
                continue;
            }
            let declared = statement.child_by_field_name("declaration");
            let is_default = statement.children(&mut statement.walk()).any(|child| child.kind() == "default");
            if is_default {
                let value = statement.child_by_field_name("value").or(declared).unwrap_or(statement);
                exports.names.insert("default", value);
            } else if let Some(declared) = declared {
                exports.declaration(declared, text, true);
            }
            let clause = statement.named_children(&mut statement.walk()).find(|child| child.kind() == "export_clause");
            let Some(clause) = clause else { continue };
            for specifier in clause.named_children(&mut clause.walk()) {
                let name = specifier.child_by_field_name("alias").or_else(|| specifier.child_by_field_name("name"));
                let local = specifier.child_by_field_name("name");
                if let (Some(name), Some(local)) = (name, local) {
                    exports.names.insert(node_text(name, text), local);
                }
            }
        }
        exports
    }

    fn declaration(&mut self, node: Node<'tree>, text: &'tree str, is_exported: bool) {
        match node.kind() {
            "function_declaration" | "generator_function_declaration" => {
                if let Some(name) = node.child_by_field_name("name") {
                    self.add(node_text(name, text), node, is_exported);
                }
            }
            "lexical_declaration" | "variable_declaration" => {
                for declarator in node.named_children(&mut node.walk()) {
                    let Some(name) = declarator.child_by_field_name("name") else { continue };
                    let value = declarator.child_by_field_name("value").unwrap_or(declarator);
                    if name.kind() == "object_pattern" {
                        for part in name.named_children(&mut name.walk()) {
                            self.add(node_text(part, text), value, is_exported);
                        }
                    } else {
                        self.add(node_text(name, text), value, is_exported);
                    }
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &'tree str, node: Node<'tree>, is_exported: bool) {
        self.functions.insert(name, node);
        if is_exported {
            self.names.insert(name, node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::routes;
    use super::*;

    fn at(path: &str, text: &str) -> Vec<String> {
        routes(&FileRoutes, path, text)
    }

    #[test]
    fn the_app_router_names_its_methods() {
        let text = "export async function GET() { await db.execute(sql`select 1`); return Response.json({}); }";
        assert_eq!(at("apps/web/src/app/(internal)/api/health/route.ts", text), ["Next.js GET /api/health +database"]);
        let text = "const handler = () => new Response('ok');\nexport { handler as GET, handler as HEAD };";
        assert_eq!(at("app/healthz/route.js", text), ["Next.js GET /healthz", "Next.js HEAD /healthz"]);
    }

    #[test]
    fn a_page_or_a_module_without_methods_is_no_route() {
        assert_eq!(at("app/health/page.tsx", "export default function Page() { return <p />; }"), [""; 0]);
        assert_eq!(at("app/health/route.ts", "export const runtime = 'edge';"), [""; 0]);
        assert_eq!(at("lib/health/route.ts", "export function GET() {}"), [""; 0]);
    }

    #[test]
    fn the_pages_router_exports_a_default() {
        let text = "export default function handler(req, res) { res.send('ok'); }";
        assert_eq!(at("src/pages/api/health/index.ts", text), ["Next.js ANY /api/health"]);
        assert_eq!(at("src/pages/health.tsx", "export default function Page() { return <p />; }"), [""; 0]);
    }

    #[test]
    fn a_wrapper_or_a_session_makes_it_private() {
        let text = "export const GET = withAuth(async () => Response.json({}));";
        assert_eq!(at("app/api/status/route.ts", text), ["Next.js GET /api/status login"]);
        let text = "export async function GET() { const s = await getServerSession(options); }";
        assert_eq!(at("app/api/status/route.ts", text), ["Next.js GET /api/status login"]);
    }

    #[test]
    fn a_resource_route_has_a_loader_and_no_page() {
        let loader = "export const loader = async () => { await prisma.$queryRaw`SELECT 1`; };";
        assert_eq!(at("apps/x/app/routes/api+/health.ts", loader), ["React Router GET /api/health +database"]);
        assert_eq!(
            at("app/routes/resources.healthcheck.tsx", loader),
            ["React Router GET /resources/healthcheck +database"]
        );
        assert_eq!(
            at("app/routes/_public.health[.]json/route.ts", loader),
            ["React Router GET /health.json +database"]
        );
        let page = format!("{loader}\nexport default function Page() {{ return null; }}");
        assert_eq!(at("app/routes/health.tsx", &page), [""; 0]);
    }

    #[test]
    fn other_file_routers_are_read() {
        assert_eq!(
            at("src/routes/(ops)/healthz/+server.ts", "export const GET = () => new Response('ok');"),
            ["SvelteKit GET /healthz"]
        );
        assert_eq!(
            at("server/api/health.get.ts", "export default defineEventHandler(() => 'ok');"),
            ["Nuxt GET /api/health"]
        );
        assert_eq!(at("server/routes/up.ts", "export default defineEventHandler(() => 'ok');"), ["Nuxt ANY /up"]);
        assert_eq!(at("src/pages/health.ts", "export const GET = () => new Response('ok');"), ["Astro GET /health"]);
    }
}
