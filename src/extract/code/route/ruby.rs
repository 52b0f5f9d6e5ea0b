//! Routes of Ruby servers: Rails' `config/routes.rb`, Sinatra and Grape.

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::{add, join, literals, unquoted};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerReference, Language, Route};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes in Ruby.
#[derive(Clone, Copy)]
pub(crate) struct RubyRoutes;

impl Extractor for RubyRoutes {
    fn name(&self) -> &'static str {
        "ruby-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.push("OkComputer".to_owned());
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Ruby)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let (path, text) = (&*source.file.path, source.text());
        let is_rails = path.ends_with("config/routes.rb")
            || path.starts_with("config/routes/")
            || path.contains("/config/routes/");
        let framework = if is_rails {
            "Rails"
        } else if text.contains("sinatra") || text.contains("Sinatra::") {
            "Sinatra"
        } else if text.contains("Grape::API") {
            "Grape"
        } else {
            return;
        };
        let Some(tree) = source.tree() else { return };
        let mut scopes: Vec<(std::ops::Range<usize>, String)> = Vec::new();
        descendants(tree.root_node(), |node| {
            while scopes.last().is_some_and(|(range, _)| !range.contains(&node.start_byte())) {
                scopes.pop();
            }
            if node.kind() == "call" {
                let outer = scopes.last().map_or("", |(_, prefix)| prefix.as_str());
                let call = Call { source, text, node, framework, outer };
                if let Some(prefix) = call.scope() {
                    scopes.push((node.byte_range(), prefix));
                } else {
                    call.route(found);
                }
            }
            true
        });
    }
}

struct Call<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    node: Node<'tree>,
    framework: &'static str,
    /// The prefix of the scopes around it.
    outer: &'a str,
}

impl<'tree> Call<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn name(&self) -> &'tree str {
        let is_bare = self.node.child_by_field_name("receiver").is_none();
        let method = self.node.child_by_field_name("method").filter(|_| is_bare);
        method.map_or("", |method| self.text_of(method))
    }

    fn arguments(&self) -> Vec<Node<'tree>> {
        let list = self.node.child_by_field_name("arguments");
        list.map(|list| list.named_children(&mut list.walk()).collect()).unwrap_or_default()
    }

    /// A text or a symbol.
    fn word(&self, node: Node<'tree>) -> Option<&'tree str> {
        let written = self.text_of(node);
        match node.kind() {
            "string" => unquoted(written).filter(|inner| !inner.contains("#{")),
            "simple_symbol" => written.strip_prefix(':'),
            _ => None,
        }
    }

    /// The value of a keyword: `to: "health#show"`.
    fn keyword(&self, name: &str) -> Option<Node<'tree>> {
        self.arguments().into_iter().filter(|pair| pair.kind() == "pair").find_map(|pair| {
            let key = self.text_of(pair.child_by_field_name("key")?);
            (key.trim_end_matches(':') == name).then(|| pair.child_by_field_name("value"))?
        })
    }

    /// The prefix of what a `namespace` or `scope` holds.
    fn scope(&self) -> Option<String> {
        self.node.child_by_field_name("block")?;
        let name = self.name();
        let first = self.arguments().first().and_then(|&first| self.word(first));
        match name {
            "namespace" => Some(join(self.outer, first?)),
            "scope" => {
                let path = first.or_else(|| self.word(self.keyword("path")?));
                Some(join(self.outer, path.unwrap_or("")))
            }
            "authenticate" | "authenticated" | "constraints" => Some(self.outer.to_owned()),
            _ => None,
        }
        .map(|prefix| if prefix == "/" { String::new() } else { prefix })
    }

    fn route(&self, found: &mut Found<'_>) {
        let method = match self.name() {
            "get" => "GET",
            "head" => "HEAD",
            "match" => "ANY",
            "mount" => return self.mount(found),
            _ => return,
        };
        let arguments = self.arguments();
        let Some(&first) = arguments.first() else { return };
        // `get "up" => "rails/health#show"` is a pair, `get "up", to: …` a text and a pair.
        let pair =
            (first.kind() == "pair").then(|| (first.child_by_field_name("key"), first.child_by_field_name("value")));
        let (path, target) = match pair {
            Some((Some(key), value)) => (self.word(key), value),
            _ => (self.word(first), self.keyword("to")),
        };
        let Some(path) = path else { return };
        let block = self.node.child_by_field_name("block");
        if target.is_none() && block.is_none() && self.framework != "Rails" {
            return;
        }
        let handling = block.map(|block| handler::read(block, &Functions::new(), self.text)).unwrap_or_default();
        let route = self.made(method, join(self.outer, path), handling.checks());
        let target = target.and_then(|target| self.word(target)).unwrap_or("");
        if let Some((controller, action)) = target.split_once('#').filter(|_| super::is_of_interest(&route.path)) {
            let function = format!("{}.{action}", class_of(controller));
            found.add(self.source.span(self.node.byte_range()), Data::HandlerReference(HandlerReference { function }));
        }
        add(self.source, found, self.node, route);
    }

    /// `mount OkComputer::Engine, at: "/healthchecks"`.
    fn mount(&self, found: &mut Found<'_>) {
        let engine = self.arguments().first().map_or("", |&engine| self.text_of(engine));
        if engine.starts_with("OkComputer") || engine.starts_with("HealthCheck") {
            let at = self.keyword("at").and_then(|at| self.word(at)).unwrap_or("health");
            let route = self.made("GET", join(self.outer, at), vec!["database".to_owned()]);
            found.add(self.source.span(self.node.byte_range()), Data::Route(route));
        }
    }

    fn made(&self, method: &str, path: String, checks: Vec<String>) -> Route {
        Route {
            method: method.to_owned(),
            path,
            framework: self.framework.to_owned(),
            checks,
            needs_login: false,
            development_only: false,
            router: String::new(),
        }
    }
}

/// The class of a controller: `health_checks` is `HealthChecksController`.
fn class_of(controller: &str) -> String {
    let name = controller.rsplit('/').next().unwrap_or(controller);
    let mut class: String = name
        .split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
        })
        .collect();
    class.push_str("Controller");
    class
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::routes;
    use super::*;

    #[test]
    fn rails_routes_with_scopes() {
        let text = "Rails.application.routes.draw do\n  get \"up\" => \"rails/health#show\", as: :rails_health_check\n  \
            namespace :api do\n    get \"/health\", to: \"health#show\"\n  end\n  # get \"status\" => \"x#y\"\nend\n";
        assert_eq!(routes(&RubyRoutes, "config/routes.rb", text), ["Rails GET /up", "Rails GET /api/health"]);
    }

    #[test]
    fn sinatra_blocks() {
        let text = "require \"sinatra\"\nget \"/healthz\" do\n  DB.execute(\"SELECT 1\")\n  \"ok\"\nend\n";
        assert_eq!(routes(&RubyRoutes, "app.rb", text), ["Sinatra GET /healthz +database"]);
    }

    #[test]
    fn a_request_in_a_test_or_a_client_is_none() {
        let text = "it \"answers\" do\n  get \"/health\"\n  http.get(\"/health\")\nend\n";
        assert_eq!(routes(&RubyRoutes, "spec/health_spec.rb", text), [""; 0]);
        assert_eq!(routes(&RubyRoutes, "config/routes.rb", "http.get(\"/health\")\n"), [""; 0]);
    }
}
