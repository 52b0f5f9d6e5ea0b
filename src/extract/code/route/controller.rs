//! Handlers that stand in other files than their routes: actions of controllers (Laravel, Phoenix, Rails), views of Django,
//! functions of Rust. Those that could be about health and exercise a dependency, or want somebody signed in, are facts.

use tree_sitter::Node;

use super::asked;
use super::handler::{self, Functions, Handling};
use super::rust;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{DEFAULT_HANDLER, Data, File, HandlerFunction, Language};
use crate::syntax::{Source, descendants, node_text};

/// Finds such handlers.
#[derive(Clone, Copy)]
pub(crate) struct Controllers;

/// Parts of the names of their files, classes or functions.
const NAMES: &[&str] = &["health", "ready", "readiness", "live", "status", "ping", "heartbeat", "alive"];

impl Extractor for Controllers {
    fn name(&self) -> &'static str {
        "controllers"
    }

    fn demand(&self) -> Demand {
        let signs = ["ealth", "eady", "eadiness", "iveness", "tatus", "eartbeat", "ping", "DEFAULT_PERMISSION_CLASSES"];
        Demand::AnyOf(signs.map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        is_of_handlers(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let Some(language) = source.file.language else { return };
        default_permission(source, found);
        if !may_hold(source.file, text, language) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let mut reader = Reader { source, text, language, functions: Functions::new(), classes: Vec::new() };
        let mut functions = Vec::new();
        descendants(tree.root_node(), |node| {
            if reader.is_class(node) {
                reader.classes.push(node);
            } else if let Some(name) = reader.function(node) {
                reader.functions.insert(name, node);
                functions.push((name, node));
            }
            true
        });
        for (name, function) in functions {
            reader.emit(name, function, found);
        }
        for &class in &reader.classes {
            reader.view(class, found);
        }
    }
}

/// Whether handlers of a file are read here, by its language and its name.
pub(super) fn is_of_handlers(file: &File) -> bool {
    let Some(language) = file.language.filter(|_| file.role.is_written()) else { return false };
    let path = &*file.path;
    let name = file.name();
    match language {
        Language::Php | Language::Ruby => name.to_ascii_lowercase().contains("controller"),
        Language::Elixir => name.ends_with("_controller.ex"),
        Language::Python => {
            name.starts_with("view") || path.contains("/views/") || name == "api.py" || path.contains("settings")
        }
        Language::Rust => true,
        _ => false,
    }
}

/// Django REST framework's own default: everybody, unless the settings say otherwise.
fn default_permission(source: &Source<'_>, found: &mut Found<'_>) {
    let text = source.text();
    let Some(at) = text.find("DEFAULT_PERMISSION_CLASSES").filter(|_| source.file.language == Some(Language::Python))
    else {
        return;
    };
    let list = text.get(at..).and_then(|rest| rest.split([']', ')']).next()).unwrap_or("");
    let is_private =
        ["IsAuthenticated\"", "IsAuthenticated'", "IsAdminUser", "IsAuthenticated,"].iter().any(|it| list.contains(it));
    let is_code = source.code().get(at.saturating_sub(1)..at).is_some_and(|quote| quote == "\"" || quote == "'");
    if is_private && is_code {
        let data = HandlerFunction {
            owner: String::new(),
            function: DEFAULT_HANDLER.to_owned(),
            checks: Vec::new(),
            asks: Vec::new(),
            answers: true,
            needs_login: Some(true),
        };
        found.add(source.span(at..at + list.len()), Data::HandlerFunction(data));
    }
}

/// Whether the name of the file, a class or a function could be about health, before the file is parsed.
fn may_hold(file: &File, text: &str, language: Language) -> bool {
    let starts: &[&str] = match language {
        Language::Rust => &["fn ", "pub fn ", "async fn ", "pub async fn ", "pub(crate) async fn "],
        Language::Php => &["public function ", "class ", "final class "],
        Language::Elixir => &["def "],
        Language::Python => &["def ", "async def ", "class "],
        _ => &["def ", "class "],
    };
    let is_named = |line: &str| {
        let line = line.trim_start();
        starts
            .iter()
            .find_map(|start| line.strip_prefix(start))
            .is_some_and(|rest| is_of_health(rest.split(['(', ' ', ':', '<']).next().unwrap_or(rest)))
    };
    language != Language::Rust && is_of_health(file.name()) || text.lines().any(is_named)
}

fn is_of_health(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|part| lower.contains(part))
}

struct Reader<'a, 'tree> {
    source: &'a Source<'tree>,
    text: &'tree str,
    language: Language,
    functions: Functions<'tree>,
    classes: Vec<Node<'tree>>,
}

impl<'tree> Reader<'_, 'tree> {
    fn text_of(&self, node: Node<'tree>) -> &'tree str {
        node_text(node, self.text)
    }

    fn is_class(&self, node: Node<'tree>) -> bool {
        match self.language {
            Language::Php => node.kind() == "class_declaration",
            Language::Python => node.kind() == "class_definition",
            Language::Ruby => node.kind() == "class" && node.child_by_field_name("body").is_some(),
            Language::Elixir => node.kind() == "call" && self.text_of(node).starts_with("defmodule "),
            _ => false,
        }
    }

    /// The name of a function that a node declares.
    fn function(&self, node: Node<'tree>) -> Option<&'tree str> {
        match (self.language, node.kind()) {
            (Language::Php, "method_declaration")
            | (Language::Python, "function_definition")
            | (Language::Ruby, "method")
            | (Language::Rust, "function_item") => node.child_by_field_name("name").map(|name| self.text_of(name)),
            (Language::Elixir, "call") => {
                let rest =
                    self.text_of(node).strip_prefix("def ").or_else(|| self.text_of(node).strip_prefix("defp "))?;
                rest.split(['(', ' ', ',']).next()
            }
            _ => None,
        }
    }

    /// The name of the class around a node, without its namespace.
    fn owner(&self, node: Node<'tree>) -> &'tree str {
        let around = self.classes.iter().filter(|class| class.byte_range().contains(&node.start_byte()));
        around.min_by_key(|class| class.byte_range().len()).map_or("", |class| self.class_name(*class))
    }

    fn class_name(&self, class: Node<'tree>) -> &'tree str {
        let name = if self.language == Language::Elixir {
            self.text_of(class).split_whitespace().nth(1)
        } else {
            class.child_by_field_name("name").map(|name| self.text_of(name))
        };
        name.map_or("", |name| name.rsplit(['.', ':', '\\']).next().unwrap_or(name))
    }

    fn emit(&self, name: &str, function: Node<'tree>, found: &mut Found<'_>) {
        let owner = self.owner(function);
        if !is_of_health(name) && !is_of_health(owner) {
            return;
        }
        let needs_login = match self.language {
            Language::Python => python_decorators_guard(function, self.text),
            Language::Rust => rust::takes_user(function, self.text),
            _ => false,
        };
        let handling = handler::read(function, &self.functions, self.text);
        self.add(owner, name, &handling, Some(needs_login), function, found);
    }

    /// A view of Django that is a class: its methods answer, and its permissions decide who gets an answer.
    fn view(&self, class: Node<'tree>, found: &mut Found<'_>) {
        let name = self.class_name(class);
        if self.language != Language::Python || !is_of_health(name) {
            return;
        }
        let written = self.text_of(class);
        let bases = class.child_by_field_name("superclasses").map_or("", |bases| self.text_of(bases));
        let permissions = written.split_once("permission_classes").map(|(_, rest)| rest.lines().next().unwrap_or(rest));
        let needs_login = match permissions {
            Some(list) => {
                Some(list.contains("IsAuthenticated") && !list.contains("OrReadOnly") || list.contains("IsAdmin"))
            }
            None if bases.contains("LoginRequired") || bases.contains("PermissionRequired") => Some(true),
            None if ["APIView", "ViewSet", "generics."].iter().any(|base| bases.contains(base)) => None,
            None => Some(false),
        };
        let handling = handler::read(class, &self.functions, self.text);
        self.add("", name, &handling, needs_login, class, found);
    }

    fn add(
        &self,
        owner: &str,
        name: &str,
        handling: &Handling,
        needs_login: Option<bool>,
        at: Node<'tree>,
        found: &mut Found<'_>,
    ) {
        let checks = handling.checks();
        let asks = asked::named(&handling.asks, self.text, Some(self.language));
        if checks.is_empty() && asks.is_empty() && needs_login == Some(false) {
            return;
        }
        let (owner, function) = (owner.to_owned(), name.to_owned());
        let data = HandlerFunction { owner, function, checks, asks, answers: true, needs_login };
        found.add(self.source.span(at.byte_range()), Data::HandlerFunction(data));
    }
}

/// `@login_required`, `@permission_classes([IsAuthenticated])`.
fn python_decorators_guard(function: Node<'_>, text: &str) -> bool {
    let around = function.parent().filter(|it| it.kind() == "decorated_definition");
    around.is_some_and(|around| {
        around.named_children(&mut around.walk()).filter(|it| it.kind() == "decorator").any(|it| {
            let written = node_text(it, text);
            written.contains("IsAuthenticated")
                || written.contains("login_required")
                || written.contains("staff_member_required")
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing::facts;

    fn handlers(path: &str, text: &str) -> Vec<String> {
        facts(&Controllers, path, text)
            .into_iter()
            .map(|fact| match fact.data {
                Data::HandlerFunction(it) => {
                    format!("{}.{} {:?} {:?}", it.owner, it.function, it.checks, it.needs_login)
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn actions_of_controllers() {
        let php = "<?php\nnamespace App\\Http\\Controllers;\nclass HealthController extends Controller {\n  public function show() { return $this->check(); }\n  private function check() { return DB::connection()->getPdo(); }\n  public function other() {}\n}\n";
        let path = "app/Http/Controllers/HealthController.php";
        assert_eq!(
            handlers(path, php),
            ["HealthController.show [\"database\"] Some(false)", "HealthController.check [\"database\"] Some(false)"]
        );
        let elixir = "defmodule AWeb.HealthController do\n  use AWeb, :controller\n  def index(conn, _params) do\n    Repo.query!(\"SELECT 1\")\n    text(conn, \"ok\")\n  end\nend\n";
        assert_eq!(
            handlers("lib/a_web/controllers/health_controller.ex", elixir),
            ["HealthController.index [\"database\"] Some(false)"]
        );
        let ruby = "class HealthController < ApplicationController\n  def show\n    ActiveRecord::Base.connection.execute(\"SELECT 1\")\n  end\nend\n";
        assert_eq!(
            handlers("app/controllers/health_controller.rb", ruby),
            ["HealthController.show [\"database\"] Some(false)"]
        );
    }

    #[test]
    fn views_of_django_want_what_their_permissions_say() {
        let text = "class StatusView(APIView):\n    def get(self, request):\n        return Response()\n\nclass HealthView(APIView):\n    permission_classes = [AllowAny]\n    def get(self, request):\n        connection.ensure_connection()\n        cursor.execute(\"SELECT 1\")\n\n@login_required\ndef ping(request):\n    return HttpResponse()\n";
        let mut found = handlers("shop/views.py", text);
        found.retain(|it| !it.contains(".get"));
        found.sort();
        assert_eq!(found, [".HealthView [\"database\"] Some(false)", ".StatusView [] None", ".ping [] Some(true)"]);
        let settings = "REST_FRAMEWORK = {\n    \"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticated\"],\n}\n";
        assert_eq!(handlers("site/settings.py", settings), [".default handler [] Some(true)"]);
        let open = "REST_FRAMEWORK = {\n    \"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticatedOrReadOnly\"],\n}\n";
        assert_eq!(handlers("site/settings.py", open), [""; 0]);
    }

    #[test]
    fn functions_of_rust() {
        let text = "pub async fn health(State(pool): State<Pool>) -> StatusCode { sqlx::query(\"SELECT 1\").execute(&pool).await; }\nfn other() { db.ping(); }\n";
        assert_eq!(handlers("src/routes/health.rs", text), [".health [\"database\"] Some(false)"]);
    }
}
