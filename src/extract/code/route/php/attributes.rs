//! Routes of Symfony: `#[Route('/health')]` and, in comments of documentation, `@Route("/health")`.

use tree_sitter::Node;

use super::Reader;
use crate::extract::Found;
use crate::extract::code::route::{add, handler, join};
use crate::facts::Route;

/// A route as an attribute or an annotation gives it.
struct Mapping<'tree> {
    paths: Vec<&'tree str>,
    method: &'static str,
}

impl<'tree> Reader<'_, 'tree> {
    pub(super) fn class(&self, class: Node<'tree>, found: &mut Found<'_>) {
        if !self.text.contains("Symfony") {
            return;
        }
        let own = self.mapping(class);
        let prefix = own.as_ref().and_then(|mapping| mapping.paths.first().copied()).unwrap_or("");
        let is_private = self.is_private(class);
        if let Some(invoked) = own.as_ref().filter(|_| self.functions.contains_key("__invoke")) {
            let method = self.functions.get("__invoke").copied();
            if let Some(method) = method.filter(|it| class.byte_range().contains(&it.start_byte())) {
                self.register("", invoked, method, is_private, found);
            }
        }
        let Some(body) = class.child_by_field_name("body") else { return };
        for method in body.named_children(&mut body.walk()).filter(|it| it.kind() == "method_declaration") {
            if let Some(mapping) = self.mapping(method) {
                self.register(prefix, &mapping, method, is_private || self.is_private(method), found);
            }
        }
    }

    fn register(
        &self,
        prefix: &str,
        mapping: &Mapping<'tree>,
        method: Node<'tree>,
        is_private: bool,
        found: &mut Found<'_>,
    ) {
        for path in &mapping.paths {
            let mut route = Route::new("Symfony", mapping.method, join(prefix, path));
            route.needs_login = is_private;
            let handling = handler::read(method, &self.functions, self.text);
            route.checks = handling.checks();
            super::refer(self.source, found, method, &route, &handling);
            add(self.source, found, method, route);
        }
    }

    fn attributes(declaration: Node<'tree>) -> Vec<Node<'tree>> {
        let mut list = Vec::new();
        if let Some(groups) = declaration.child_by_field_name("attributes") {
            for group in groups.named_children(&mut groups.walk()) {
                list.extend(group.named_children(&mut group.walk()));
            }
        }
        list
    }

    fn comment(&self, declaration: Node<'tree>) -> Option<&'tree str> {
        let before = declaration.prev_named_sibling().filter(|it| it.kind() == "comment")?;
        Some(self.text_of(before)).filter(|text| text.starts_with("/**"))
    }

    fn mapping(&self, declaration: Node<'tree>) -> Option<Mapping<'tree>> {
        for attribute in Self::attributes(declaration) {
            let name = attribute.named_child(0).map_or("", |name| self.text_of(name));
            if !matches!(name.rsplit('\\').next(), Some("Route" | "Get")) {
                continue;
            }
            let arguments = self.arguments(attribute);
            let path = arguments.iter().find(|(name, _)| matches!(*name, "" | "path")).map(|(_, value)| *value);
            let methods = arguments.iter().find(|(name, _)| *name == "methods").map_or("", |(_, it)| self.text_of(*it));
            let paths = match path {
                Some(list) if list.kind() == "array_creation_expression" => {
                    self.text_of(list).split(['\'', '"']).filter(|text| text.starts_with('/')).collect()
                }
                Some(path) => self.string(path).into_iter().collect(),
                None => vec![""],
            };
            return Some(Mapping { paths, method: method(methods) });
        }
        let (_, rest) = self.comment(declaration)?.split_once("@Route(")?;
        let arguments = rest.split(')').next().unwrap_or(rest);
        let path = arguments.split('"').nth(1)?;
        let methods = arguments.split_once("methods").map_or("", |(_, methods)| methods);
        Some(Mapping { paths: vec![path], method: method(methods) })
    }

    fn is_private(&self, declaration: Node<'tree>) -> bool {
        let names = ["IsGranted", "Security"];
        let is_open = |text: &str| text.contains("PUBLIC_ACCESS") || text.contains("IS_AUTHENTICATED_ANONYMOUSLY");
        Self::attributes(declaration)
            .iter()
            .any(|it| names.iter().any(|name| self.text_of(*it).starts_with(name)) && !is_open(self.text_of(*it)))
            || self.comment(declaration).is_some_and(|text| text.contains("@IsGranted(") || text.contains("@Security("))
    }
}

/// The method of a list of methods.
fn method(list: &str) -> &'static str {
    match (list.contains("GET"), list.contains("HEAD")) {
        (true, _) => "GET",
        (false, true) => "HEAD",
        (false, false) if list.is_empty() => "ANY",
        _ => "POST",
    }
}
