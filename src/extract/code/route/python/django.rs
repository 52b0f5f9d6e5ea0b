//! Django: `path`, `re_path` and `url`, the views that they name, and patterns of other modules.

use tree_sitter::Node;

use super::Reader;
use super::guard::is_guard;
use crate::extract::Found;
use crate::extract::code::route::handler::Handling;
use crate::extract::code::route::{add, join};
use crate::facts::{Data, HandlerReference, RouterMount, is_of_interest};

/// The name of the list that a module's patterns stand in.
const PATTERNS: &str = "urlpatterns";

impl<'tree> Reader<'_, 'tree> {
    /// `path("api/", include([…]))`, Starlette's `Mount("/api", routes=[…])`: the prefix of what the list holds.
    pub(super) fn nested_patterns(&mut self, call: Node<'tree>) {
        let name = call.child_by_field_name("function").map_or("", |callee| self.text_of(callee));
        let is_mount = name == "Mount" && matches!(self.framework, "Starlette" | "FastAPI");
        if let Some(list) = self.keyword(call, &["routes"]).filter(|_| is_mount) {
            let prefix = Self::argument(call, 0).and_then(|first| self.string(first)).unwrap_or("");
            self.regions.add(list.byte_range(), prefix, false);
            return;
        }
        if !matches!(name, "path" | "re_path" | "url") || self.framework != "Django" {
            return;
        }
        let prefix = Self::argument(call, 0).and_then(|first| self.string(first)).map(|it| plain(name, it));
        if let (Some(prefix), Some(view)) = (prefix, Self::argument(call, 1))
            && self.text_of(view).starts_with("include(")
        {
            self.regions.add(view.byte_range(), prefix, false);
        }
    }

    pub(super) fn django(
        &self,
        name: &str,
        pattern: &str,
        view: Option<Node<'tree>>,
        handling: &Handling,
        call: Node<'tree>,
        found: &mut Found<'_>,
    ) {
        let Some(view) = view else { return };
        let written = self.text_of(view);
        let (outer, _) = self.regions.at(call.start_byte());
        let path = join(&outer, plain(name, pattern));
        if written.starts_with("include(") {
            return self.include(view, path, handling, call, found);
        }
        let is_guarded = view.kind() == "call" && is_guard(written.split('(').next().unwrap_or(""));
        let mut route = Self::route("Django", "ANY", path, handling, is_guarded);
        PATTERNS.clone_into(&mut route.router);
        let function = written.split(".as_view(").next().unwrap_or(written);
        let is_name = function.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        if is_name && is_of_interest(&route.path) && !self.functions.contains_key(function) {
            // `from views.health import health as health_view`: the view has its own name in its module.
            let renamed = self.imports.get(function).filter(|(_, own)| *own != function);
            let function = renamed.map_or_else(|| function.to_owned(), |(module, own)| format!("{module}.{own}"));
            let data = HandlerReference::to(function);
            found.add(self.source.span(call.byte_range()), Data::HandlerReference(data));
        }
        super::refer(self.source, found, call, &route, handling);
        add(self.source, found, call, route);
    }

    fn include(&self, view: Node<'tree>, path: String, handling: &Handling, call: Node<'tree>, found: &mut Found<'_>) {
        // django-health-check brings its routes under any path.
        if self.text_of(view).contains("health_check.urls") {
            let mut route = Self::route("django-health-check", "GET", path, handling, false);
            route.checks = vec!["cache".to_owned(), "database".to_owned()];
            found.add(self.source.span(call.byte_range()), Data::Route(route));
            return;
        }
        let Some(module) = Self::argument(view, 0).and_then(|module| self.string(module)) else { return };
        let mount = RouterMount {
            module: module.to_owned(),
            router: PATTERNS.to_owned(),
            prefix: path,
            needs_login: false,
            on: PATTERNS.to_owned(),
        };
        found.add(self.source.span(call.byte_range()), Data::RouterMount(mount));
    }
}

/// A pattern as a path: of an expression, what stands between its anchors.
fn plain<'text>(name: &str, pattern: &'text str) -> &'text str {
    if name == "path" { pattern } else { pattern.trim_start_matches('^').trim_end_matches('$') }
}
