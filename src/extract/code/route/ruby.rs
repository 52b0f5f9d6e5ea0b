//! Routes of Ruby servers: Rails' `config/routes.rb`, Sinatra, Grape, middleware of Rack, and the health service of gRPC.

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::{add, join, literals, refer, unquoted};
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
        literals.extend(["OkComputer", "Health::Checker"].map(str::to_owned));
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
        } else if text.contains("Health::Checker.new") {
            "gRPC"
        } else if RACK_PATHS.iter().any(|path| text.contains(path)) || path.ends_with("config.ru") {
            "Rack"
        } else {
            return;
        };
        let Some(tree) = source.tree() else { return };
        let mut scopes: Vec<Scope> = Vec::new();
        descendants(tree.root_node(), |node| {
            while scopes.last().is_some_and(|scope| !scope.range.contains(&node.start_byte())) {
                scopes.pop();
            }
            let outer = scopes.last().cloned().unwrap_or_default();
            let call = Call { source, text, node, framework, outer: &outer };
            match node.kind() {
                "call" => match call.scope() {
                    Some(scope) => scopes.push(scope),
                    None => call.route(found),
                },
                "if" | "if_modifier" => call.comparison(found),
                _ => {}
            }
            true
        });
    }
}

/// How code names the path of a request that Rack hands it.
const RACK_PATHS: &[&str] = &[
    "env[\"PATH_INFO\"]",
    "env['PATH_INFO']",
    "env[\"REQUEST_PATH\"]",
    "env['REQUEST_PATH']",
    "request.path",
    "request.path_info",
    "req.path",
    "req.path_info",
];

/// A region of the text below a prefix, or behind a login.
#[derive(Debug, Clone, Default)]
struct Scope {
    range: std::ops::Range<usize>,
    prefix: String,
    needs_login: bool,
}

struct Call<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    node: Node<'tree>,
    framework: &'static str,
    /// The scope around it.
    outer: &'a Scope,
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

    /// What a `namespace`, a `scope` or a resource holds.
    fn scope(&self) -> Option<Scope> {
        self.node.child_by_field_name("block")?;
        let name = self.name();
        let first = self.arguments().first().and_then(|&first| self.word(first));
        let mut needs_login = self.outer.needs_login;
        let inner = match name {
            "namespace" | "resource" | "resources" => first?.to_owned(),
            "scope" => first.or_else(|| self.word(self.keyword("path")?)).unwrap_or("").to_owned(),
            "member" => ":id".to_owned(),
            "collection" => String::new(),
            "authenticate" | "authenticated" => {
                needs_login = true;
                String::new()
            }
            "constraints" => {
                needs_login |= self.arguments().iter().any(|it| handler::is_guard(self.text_of(*it)));
                String::new()
            }
            _ => return None,
        };
        let prefix = join(&self.outer.prefix, &inner);
        let prefix = if prefix == "/" { String::new() } else { prefix };
        Some(Scope { range: self.node.byte_range(), prefix, needs_login })
    }

    /// Middleware of Rack that answers a path by itself: `return [200, {}, ["ok"]] if env["PATH_INFO"] == "/healthz"`.
    fn comparison(&self, found: &mut Found<'_>) {
        let Some(condition) = self.node.child_by_field_name("condition").filter(|it| it.kind() == "binary") else {
            return;
        };
        let (Some(left), Some(right)) = (condition.child_by_field_name("left"), condition.child_by_field_name("right"))
        else {
            return;
        };
        let body = self.node.child_by_field_name("consequence").or_else(|| self.node.child_by_field_name("body"));
        let body = body.map_or("", |body| self.text_of(body));
        let answers = body.contains("[200") || body.contains("Response") || body.contains("[204");
        let is_path = RACK_PATHS.contains(&self.text_of(left)) && answers;
        if let Some(path) = self.word(right).filter(|path| is_path && path.starts_with('/')) {
            add(self.source, found, condition, self.made("ANY", path.to_owned(), Vec::new()));
        }
    }

    fn route(&self, found: &mut Found<'_>) {
        let method = match self.name() {
            "get" => "GET",
            "head" => "HEAD",
            "match" => "ANY",
            "mount" => return self.mount(found),
            "map" if self.framework == "Rack" => "ANY",
            _ => return self.grpc(found),
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
        let route = self.made(method, join(&self.outer.prefix, path), handling.checks());
        let target = target.and_then(|target| self.word(target)).unwrap_or("");
        if let Some((controller, action)) = target.split_once('#').filter(|_| super::is_of_interest(&route.path)) {
            let function = format!("{}.{action}", class_of(controller));
            found.add(self.source.span(self.node.byte_range()), Data::HandlerReference(HandlerReference::to(function)));
        }
        refer(self.source, found, self.node, &route, &handling);
        add(self.source, found, self.node, route);
    }

    /// `server.handle(Grpc::Health::Checker.new)`, or of a name that one was given.
    fn grpc(&self, found: &mut Found<'_>) {
        let method = self.node.child_by_field_name("method").map_or("", |method| self.text_of(method));
        let given = self.arguments().first().map_or("", |&first| self.text_of(first));
        if self.framework == "gRPC" && method == "handle" && given.to_ascii_lowercase().contains("health") {
            let route = Route::new("gRPC", "ANY", "/grpc.health.v1.Health/Check".to_owned());
            add(self.source, found, self.node, route);
        }
    }

    /// `mount OkComputer::Engine, at: "/healthchecks"`.
    fn mount(&self, found: &mut Found<'_>) {
        let engine = self.arguments().first().map_or("", |&engine| self.text_of(engine));
        if engine.starts_with("OkComputer") || engine.starts_with("HealthCheck") {
            let at = self.keyword("at").and_then(|at| self.word(at)).unwrap_or("health");
            let route = self.made("GET", join(&self.outer.prefix, at), vec!["database".to_owned()]);
            found.add(self.source.span(self.node.byte_range()), Data::Route(route));
        }
    }

    fn made(&self, method: &str, path: String, checks: Vec<String>) -> Route {
        Route {
            method: method.to_owned(),
            path,
            framework: self.framework.to_owned(),
            checks,
            needs_login: self.outer.needs_login,
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
