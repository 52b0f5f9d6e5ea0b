//! Routes of servers on PSR-15 (Mezzio and others) that no call registers: entries of a configuration, and handlers that
//! carry their path as a constant.

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::{add, handler, is_of_interest, join};
use crate::facts::{Data, HandlerReference, Route};
use crate::syntax::descendants;

impl<'tree> Reader<'_, 'tree> {
    /// `['path' => '/ping', 'middleware' => PingHandler::class, 'allowed_methods' => ['GET']]`.
    pub(super) fn entry(&self, array: Node<'tree>, found: &mut Found<'_>) {
        let value = |wanted: &str| {
            let elements = array.named_children(&mut array.walk()).collect::<Vec<_>>();
            elements.into_iter().find_map(|element| {
                let key = element.named_child(0).filter(|_| element.named_child_count() == 2)?;
                (self.string(key) == Some(wanted)).then(|| element.named_child(1))?
            })
        };
        let (Some(path), Some(middleware)) = (value("path").and_then(|path| self.string(path)), value("middleware"))
        else {
            return;
        };
        if !path.starts_with('/') || !is_of_interest(path) || value("allowed_methods").is_none() {
            return;
        }
        let written = self.text_of(middleware).trim_matches(['[', ']', ' ', '\n', ',']);
        if let Some(class) = written.rsplit(',').next().and_then(|last| last.trim().strip_suffix("::class")) {
            let class = class.rsplit('\\').next().unwrap_or(class);
            let reference = HandlerReference::to(format!("{class}.handle"));
            found.add(self.source.span(array.byte_range()), Data::HandlerReference(reference));
        }
        add(self.source, found, array, Route::new("Mezzio", "GET", join("", path)));
    }

    /// `class HealthAction … { const ROUTE_PATH = '/health'; public function handle(ServerRequestInterface $request) … }`.
    pub(super) fn handler_with_path(&self, class: Node<'tree>, found: &mut Found<'_>) {
        let method = ["handle", "__invoke"].iter().find_map(|name| self.functions.get(name));
        let Some(method) = method.filter(|method| class.byte_range().contains(&method.start_byte())) else { return };
        if !self.text_of(*method).contains("ServerRequestInterface") {
            return;
        }
        let mut path = None;
        descendants(class, |node| {
            if node.kind() == "const_element" {
                let name = node.named_child(0).map_or("", |name| self.text_of(name));
                let value = node.named_child(1).and_then(|value| self.string(value));
                let is_path = name == "PATH" || name.ends_with("_PATH") || name == "ROUTE";
                path = path.or(value.filter(|value| is_path && value.starts_with('/')));
            }
            node.kind() != "method_declaration"
        });
        let Some(path) = path.filter(|path| is_of_interest(path)) else { return };
        let mut route = Route::new("Mezzio", "GET", join("", path));
        route.checks = handler::read(*method, &self.functions, self.text).checks();
        add(self.source, found, *method, route);
    }
}
