//! Routes of Elixir servers: the routers of Phoenix and Plug, plugs that answer one path, and plugs of libraries.

use std::collections::BTreeSet;

use tree_sitter::Node;

use super::handler::{self, Functions};
use super::regions::Regions;
use super::{add, join, literals};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerReference, Language, Route};
use crate::syntax::{Source, descendants, node_text};

/// Finds routes in Elixir.
#[derive(Clone, Copy)]
pub(crate) struct ElixirRoutes;

/// Plugs that answer health checks, with their usual path.
const PLUGS: &[(&str, &str)] =
    &[("PlugHeartbeat", "/heartbeat"), ("PlugCheckup", "/healthcheck"), ("HeartCheck.Plug", "/monitoring/health")];

impl Extractor for ElixirRoutes {
    fn name(&self) -> &'static str {
        "elixir-routes"
    }

    fn demand(&self) -> Demand {
        let mut literals = literals();
        literals.push("PlugHeartbeat".to_owned());
        Demand::AnyOf(literals)
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Elixir)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let is_router = ["Phoenix.Router", ":router", "Plug.Router"].iter().any(|sign| text.contains(sign));
        let is_plug = ["request_path:", "path_info:", "PlugHeartbeat"].iter().any(|sign| text.contains(sign));
        if !is_router && !is_plug {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let framework = if text.contains("use Plug.Router") || !is_router { "Plug" } else { "Phoenix" };
        let mut reader = Reader {
            source,
            text,
            framework,
            functions: Functions::new(),
            regions: Regions::default(),
            guarded: BTreeSet::new(),
        };
        let mut calls = Vec::new();
        descendants(tree.root_node(), |node| {
            if node.kind() == "call" {
                calls.push(node);
                reader.define(node);
            }
            true
        });
        for &call in &calls {
            reader.scope(call);
        }
        for call in calls {
            reader.call(call, is_router, found);
        }
    }
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    framework: &'static str,
    functions: Functions<'tree>,
    regions: Regions,
    /// Pipelines that want somebody signed in.
    guarded: BTreeSet<&'tree str>,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn name(&self, call: Node<'tree>) -> &'tree str {
        call.child_by_field_name("target").filter(|it| it.kind() == "identifier").map_or("", |it| self.text_of(it))
    }

    fn child<'n>(node: Node<'n>, kind: &str) -> Option<Node<'n>> {
        node.named_children(&mut node.walk()).find(|child| child.kind() == kind)
    }

    fn arguments(call: Node<'tree>) -> Vec<Node<'tree>> {
        Self::child(call, "arguments").map(|list| list.named_children(&mut list.walk()).collect()).unwrap_or_default()
    }

    fn string(&self, node: Node<'tree>) -> Option<&'tree str> {
        (node.kind() == "string" && node.named_child_count() <= 1).then(|| self.text_of(node).trim_matches('"'))
    }

    /// Functions, and pipelines that hold a guard.
    fn define(&mut self, call: Node<'tree>) {
        let Some(&first) = Self::arguments(call).first() else { return };
        match self.name(call) {
            "def" | "defp" if first.kind() == "call" => {
                self.functions.insert(self.name(first), call);
            }
            "pipeline" => {
                let body = Self::child(call, "do_block").map_or("", |body| self.text_of(body));
                let plugs = body.lines().filter_map(|line| line.trim().strip_prefix("plug "));
                if plugs.into_iter().any(is_guard) {
                    self.guarded.insert(self.text_of(first).trim_start_matches(':'));
                }
            }
            _ => {}
        }
    }

    /// `scope "/api" do`, with the pipelines that its routes pass through.
    fn scope(&mut self, call: Node<'tree>) {
        match self.name(call) {
            "scope" | "live_session" => {
                let Some(body) = Self::child(call, "do_block") else { return };
                let first = Self::arguments(call).first().copied();
                let prefix = first.and_then(|it| self.string(it)).filter(|_| self.name(call) == "scope");
                self.regions.add(body.byte_range(), prefix.unwrap_or(""), false);
            }
            "pipe_through" => {
                let Some(&list) = Self::arguments(call).first() else { return };
                let names = self.text_of(list).split(|c: char| !(c.is_alphanumeric() || c == '_'));
                let is_private =
                    names.filter(|name| !name.is_empty()).any(|name| self.guarded.contains(name) || is_guard(name));
                if let Some(block) = call.parent().filter(|_| is_private) {
                    self.regions.add(call.start_byte()..block.end_byte(), "", true);
                }
            }
            _ => {}
        }
    }

    fn call(&self, call: Node<'tree>, is_router: bool, found: &mut Found<'_>) {
        let arguments = Self::arguments(call);
        match (self.name(call), arguments.as_slice()) {
            ("get" | "head" | "match", [path, rest @ ..]) if is_router => {
                let Some(path) = self.string(*path) else { return };
                let block = Self::child(call, "do_block");
                let method = if self.name(call) == "match" { "ANY" } else { "GET" };
                let Some(mut route) = self.route(method, path, call, block.or(rest.first().copied())) else { return };
                if block.is_some() {
                    self.framework.clone_into(&mut route.framework);
                } else if let [controller, action, ..] = rest
                    && super::is_of_interest(&route.path)
                {
                    let controller = self.text_of(*controller).rsplit('.').next().unwrap_or("");
                    let function = format!("{controller}.{}", self.text_of(*action).trim_start_matches(':'));
                    found.add(
                        self.source.span(call.byte_range()),
                        Data::HandlerReference(HandlerReference::to(function)),
                    );
                }
                add(self.source, found, call, route);
            }
            ("forward", [path, target, ..]) if is_router => {
                let Some(path) = self.string(*path) else { return };
                let is_known = self.text_of(*target).to_ascii_lowercase().contains("health")
                    || PLUGS.iter().any(|(plug, _)| self.text_of(*target) == *plug);
                if let Some(route) = self.route("ANY", path, call, None).filter(|_| is_known) {
                    add(self.source, found, call, route);
                }
            }
            ("plug", [plug, options @ ..]) => {
                let Some((_, usual)) = PLUGS.iter().find(|(name, _)| self.text_of(*plug) == *name) else { return };
                let options = options.first().map_or("", |it| self.text_of(*it));
                let path = options.split_once("path: \"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or(usual);
                if let Some(route) = self.route("GET", path, call, None) {
                    add(self.source, found, call, route);
                }
            }
            // `def call(%Plug.Conn{request_path: "/health"} = conn, _), do: …`
            ("def", [head, ..]) if head.kind() == "call" && self.name(*head) == "call" => {
                let written = self.text_of(*head);
                let Some(path) = matched_path(written) else { return };
                if let Some(mut route) = self.route("ANY", &path, call, Some(call)) {
                    "Plug".clone_into(&mut route.framework);
                    add(self.source, found, call, route);
                }
            }
            _ => {}
        }
    }

    fn route(&self, method: &str, path: &str, at: Node<'tree>, handler: Option<Node<'tree>>) -> Option<Route> {
        if path.contains("#{") {
            return None;
        }
        let (prefix, needs_login) = self.regions.at(at.start_byte());
        let mut route = Route::new(self.framework, method, join(&prefix, path));
        route.needs_login = needs_login;
        if let Some(handler) = handler {
            route.checks = handler::read(handler, &self.functions, self.text).checks();
        }
        Some(route)
    }
}

/// The path that a clause of `call` matches.
fn matched_path(head: &str) -> Option<String> {
    if let Some((_, rest)) = head.split_once("request_path: \"") {
        return rest.split('"').next().map(str::to_owned);
    }
    let (_, rest) = head.split_once("path_info: [")?;
    let list = rest.split(']').next()?;
    let is_plain = list.split(',').all(|part| part.trim().starts_with('"'));
    is_plain.then(|| list.split(',').fold(String::new(), |path, part| join(&path, part.trim().trim_matches('"'))))
}

/// A plug or pipeline that lets nobody in who is not signed in. One that only fetches the session or the user does not.
fn is_guard(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !lower.contains("fetch") && !lower.contains("session") && handler::is_guard(name)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::routes;
    use super::*;

    #[test]
    fn phoenix_scopes_and_pipelines() {
        let text = "defmodule AWeb.Router do\n  use AWeb, :router\n  pipeline :api do\n    plug :accepts, [\"json\"]\n  end\n  pipeline :members do\n    plug :require_authenticated_user\n  end\n  \
            scope \"/\", AWeb do\n    get \"/health\", HealthController, :index\n  end\n  scope \"/api\", AWeb do\n    pipe_through [:api]\n    scope \"/v1\" do\n      get(\"/ready\", HealthController, :ready)\n    end\n  end\n  \
            scope \"/me\", AWeb do\n    pipe_through [:api, :members]\n    get \"/status\", MeController, :status\n  end\n  # get \"/up\", A, :b\nend\n";
        assert_eq!(
            routes(&ElixirRoutes, "lib/a_web/router.ex", text),
            ["Phoenix GET /health", "Phoenix GET /api/v1/ready", "Phoenix GET /me/status login"]
        );
    }

    #[test]
    fn plugs_answer_paths() {
        let text = "defmodule A do\n  use Plug.Router\n  get \"/up\" do\n    Repo.query!(\"SELECT 1\")\n    send_resp(conn, 200, \"ok\")\n  end\nend\n";
        assert_eq!(routes(&ElixirRoutes, "lib/a.ex", text), ["Plug GET /up +database"]);
        let text = "defmodule A do\n  def call(%{request_path: \"/healthz\"} = conn, _), do: send_resp(conn, 200, \"\")\n  def call(%{path_info: [\"api\", \"health\"]} = conn, _), do: conn\nend\n";
        assert_eq!(routes(&ElixirRoutes, "lib/a.ex", text), ["Plug ANY /healthz", "Plug ANY /api/health"]);
        let text =
            "defmodule E do\n  use Phoenix.Endpoint\n  plug PlugHeartbeat, path: \"/up\"\n  plug PlugHeartbeat\nend\n";
        assert_eq!(routes(&ElixirRoutes, "lib/e.ex", text), ["Plug GET /up", "Plug GET /heartbeat"]);
    }

    #[test]
    fn tests_and_clients_are_none() {
        let text = "defmodule AWeb.HealthTest do\n  test \"x\", %{conn: conn} do\n    conn = get(conn, \"/health\")\n    Req.get(\"/health\")\n  end\nend\n";
        assert_eq!(routes(&ElixirRoutes, "test/a_test.exs", text), [""; 0]);
    }
}
