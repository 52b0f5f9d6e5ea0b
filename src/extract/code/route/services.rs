//! Functions that handlers of other files ask for health: methods of services and functions of modules that exercise a
//! dependency. Those are facts whose name, class or module says that they may look after health.

use tree_sitter::Node;

use super::asked::{self, is_of_health, may_check};
use super::controller::is_of_handlers;
use super::handler::{self, Functions};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, HandlerFunction, Language};
use crate::syntax::{Source, descendants, node_text};

/// Finds such functions.
#[derive(Clone, Copy)]
pub(crate) struct Services;

/// How lines begin that declare something.
const HEADS: &[&str] = &[
    "export ",
    "async ",
    "function ",
    "const ",
    "let ",
    "class ",
    "public ",
    "private ",
    "protected ",
    "internal ",
    "static ",
    "abstract ",
    "final ",
    "open ",
    "override ",
    "suspend ",
    "sealed ",
    "object ",
    "module ",
    "def ",
    "defp ",
    "defmodule ",
    "func ",
    "fun ",
    "exports.",
    "module.exports",
];

/// Parts of names that may look after health, whatever the case of their first letter.
const STEMS: &[&str] = &["ealth", "ead", "live", "Live", "ping", "Ping", "eart", "heck", "tatus", "onnect", "robe"];

impl Extractor for Services {
    fn name(&self) -> &'static str {
        "health-services"
    }

    fn demand(&self) -> Demand {
        let signs = [
            "ealth",
            "eady(",
            "eadiness(",
            "live(",
            "Alive(",
            "ping(",
            "Ping(",
            "ping =",
            "pingAsync(",
            "PingAsync(",
            "eartbeat(",
            "check(",
            "Check(",
            "CheckAsync(",
            "checkAll(",
            "tatus(",
            "tatusAsync(",
            "onnection(",
            "onnected(",
            "ependencies(",
            "ervices(",
            "hecks(",
        ];
        Demand::AnyOf(signs.map(str::to_owned).to_vec())
    }

    fn wants(&self, file: &File) -> bool {
        let is_read = file.language.is_some_and(|language| {
            matches!(
                language,
                Language::TypeScript
                    | Language::Tsx
                    | Language::JavaScript
                    | Language::Java
                    | Language::Kotlin
                    | Language::CSharp
                    | Language::Php
                    | Language::Ruby
                    | Language::Python
                    | Language::Elixir
                    | Language::Go
            )
        });
        is_read && file.role.is_written() && !is_of_handlers(file)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let module = file_stem(source.file.name());
        if !handler::may_exercise(text) || !is_of_health(module) && !text.lines().any(declares) {
            return;
        }
        let Some(tree) = source.tree() else { return };
        let mut holders: Vec<(Node<'_>, &str)> = Vec::new();
        let mut functions = Functions::new();
        let mut list = Vec::new();
        descendants(tree.root_node(), |node| {
            if let Some(name) = holder(node, text) {
                holders.push((node, name));
            } else if let Some(name) = function(node, text) {
                functions.insert(name, node);
                list.push((name, node));
            }
            true
        });
        for (name, node) in list {
            let around = holders.iter().filter(|(holder, _)| holder.byte_range().contains(&node.start_byte()));
            let inner = around.min_by_key(|(holder, _)| holder.byte_range().len()).map_or("", |(_, name)| *name);
            let owner = if inner.is_empty() { receiver(node, text) } else { inner };
            let is_meant = may_check(name) || is_of_health(owner) || owner.is_empty() && is_of_health(module);
            if !is_meant {
                continue;
            }
            let handling = handler::read(node, &functions, text);
            let (checks, asks) = (handling.checks(), asked::named(&handling.asks, text, source.file.language));
            if !checks.is_empty() || !asks.is_empty() {
                let (owner, function) = (owner.to_owned(), name.to_owned());
                let data = HandlerFunction { owner, function, checks, asks, answers: false, needs_login: Some(false) };
                found.add(source.span(node.byte_range()), Data::HandlerFunction(data));
            }
        }
    }
}

fn file_stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether a line declares something that may look after health.
fn declares(line: &str) -> bool {
    let line = line.trim_start();
    let is_headed = HEADS.iter().any(|head| line.starts_with(head));
    let is_value = ["const ", "let ", "export const "].iter().any(|head| line.starts_with(head));
    let holds_functions = || ["=>", "function", "= {"].iter().any(|sign| line.contains(sign));
    let is_declaration = if is_value { holds_functions() } else { is_headed };
    if line.len() > 400 || !is_declaration && !line.contains('{') || !STEMS.iter().any(|stem| line.contains(stem)) {
        return false;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut start = 0;
    for (end, gap) in line.match_indices(|c| !is_word(c)).chain([(line.len(), "")]) {
        let (before, name) = (line.get(..start).unwrap_or(""), line.get(start..end).unwrap_or(""));
        start = end + gap.len();
        let is_own = !before.ends_with('.') || before.ends_with("exports.") || before.ends_with("self.");
        // A method of JavaScript stands alone: `async` may come before it, nothing else.
        if is_own && (is_declaration || before.is_empty()) && name.len() > 3 && may_check(name) {
            return true;
        }
    }
    false
}

/// The name of a class, an object or a module that a node declares.
fn holder<'text>(node: Node<'_>, text: &'text str) -> Option<&'text str> {
    let name = match node.kind() {
        "class_declaration"
        | "abstract_class_declaration"
        | "class_definition"
        | "object_declaration"
        | "class"
        | "module" => node.child_by_field_name("name")?,
        // `export const healthService = { async check() { … } }`.
        "variable_declarator" if node.child_by_field_name("value").is_some_and(|it| it.kind() == "object") => {
            node.child_by_field_name("name")?
        }
        "call" => {
            let rest = node_text(node, text).strip_prefix("defmodule ")?;
            return rest.split([' ', ',']).next()?.rsplit('.').next();
        }
        _ => return None,
    };
    node_text(name, text).rsplit(['.', ':']).next()
}

/// The name of a function that a node declares.
fn function<'text>(node: Node<'_>, text: &'text str) -> Option<&'text str> {
    let is_function = |field: &str| {
        node.child_by_field_name(field).is_some_and(|it| matches!(it.kind(), "arrow_function" | "function_expression"))
    };
    let name = match node.kind() {
        "method_declaration"
        | "function_declaration"
        | "method_definition"
        | "function_definition"
        | "method"
        | "singleton_method" => node.child_by_field_name("name")?,
        "variable_declarator" | "public_field_definition" | "field_definition" if is_function("value") => {
            node.child_by_field_name("name").or_else(|| node.child_by_field_name("property"))?
        }
        "pair" if is_function("value") => node.child_by_field_name("key")?,
        "assignment_expression" if is_function("right") => {
            node.child_by_field_name("left")?.child_by_field_name("property")?
        }
        "call" => {
            let written = node_text(node, text);
            let rest = written.strip_prefix("def ").or_else(|| written.strip_prefix("defp "))?;
            return rest.split(['(', ' ', ',']).next();
        }
        _ => return None,
    };
    Some(node_text(name, text))
}

/// The type of a method's receiver in Go, without its package.
fn receiver<'text>(method: Node<'_>, text: &'text str) -> &'text str {
    let list = method.child_by_field_name("receiver").map_or("", |list| node_text(list, text));
    list.trim_matches(['(', ')']).rsplit([' ', '*']).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing::facts;

    fn functions(path: &str, text: &str) -> Vec<String> {
        facts(&Services, path, text)
            .into_iter()
            .map(|fact| match fact.data {
                Data::HandlerFunction(it) => {
                    format!("{}.{} {} {}", it.owner, it.function, it.checks.join(" "), it.asks.join(" "))
                }
                other => panic!("{other:?}"),
            })
            .map(|line| line.trim_end().to_owned())
            .collect()
    }

    #[test]
    fn methods_of_services_exercise_dependencies() {
        let nest = "@Injectable()\nexport class HealthService {\n  constructor(private prisma: PrismaService) {}\n  async check() { await this.prisma.$queryRaw`SELECT 1`; }\n  version() { return 1; }\n}\n";
        assert_eq!(functions("src/health/health.service.ts", nest), ["HealthService.check database"]);
        let spring = "class HealthService {\n  public boolean isReady() { return jdbc.queryForObject(\"SELECT 1\", Integer.class) == 1; }\n}\n";
        assert_eq!(functions("HealthService.java", spring), ["HealthService.isReady database"]);
        let csharp = "public class StatusService {\n  public async Task<bool> CheckAsync() => await _context.Database.CanConnectAsync();\n}\n";
        assert_eq!(functions("StatusService.cs", csharp), ["StatusService.CheckAsync database"]);
        let php = "<?php\nclass HealthService {\n  public function check(): bool { return (bool) DB::select('select 1'); }\n}\n";
        assert_eq!(functions("app/Services/HealthService.php", php), ["HealthService.check database"]);
        let go = "package store\nfunc (s *Store) Healthy(ctx context.Context) error { return s.db.PingContext(ctx) }\n";
        assert_eq!(functions("store/store.go", go), ["Store.Healthy database"]);
    }

    #[test]
    fn functions_of_modules_and_objects() {
        let express = "const { pool } = require('./pool');\nexports.checkHealth = async (req, res) => { await pool.query('SELECT 1'); res.send('ok'); };\n";
        assert_eq!(functions("controllers/health.controller.js", express), [".checkHealth database"]);
        let object = "export const healthService = {\n  async check() { await redis.ping(); },\n};\n";
        assert_eq!(functions("services/index.ts", object), ["healthService.check cache"]);
        let python = "async def check_health(session):\n    await session.execute(text('SELECT 1'))\n";
        assert_eq!(functions("app/services.py", python), [".check_health database"]);
        let ruby =
            "class HealthCheck\n  def self.run\n    ActiveRecord::Base.connection.execute('SELECT 1')\n  end\nend\n";
        assert_eq!(functions("app/services/health_check.rb", ruby), ["HealthCheck.run database"]);
    }

    #[test]
    fn lines_that_declare_are_told_from_those_that_call() {
        for line in [
            "  async check() {",
            "  ping() {",
            "exports.status = async (req, res) => {",
            "  def self.healthy?",
            "func (s *Store) Healthy(ctx context.Context) error {",
            "    public Task<bool> CheckAsync() => db.CanConnectAsync();",
            "export class HealthService {",
            "  check: async () => {",
            "export const healthService = { async check() { await redis.ping(); } };",
        ] {
            assert!(declares(line), "{line}");
        }
        for line in [
            "  res.status(200).json({ ok: true });",
            "const status = await order.status();",
            "  if (status === 200) {",
            "const shipping = orders.map((order) => order.shipping);",
        ] {
            assert!(!declares(line), "{line}");
        }
    }

    #[test]
    fn what_exercises_nothing_or_is_about_something_else_is_none() {
        assert_eq!(functions("a.ts", "export class HealthService { check() { return { ok: true }; } }"), [""; 0]);
        assert_eq!(
            functions("a.ts", "export class OrderService { list() { return this.db.query('select'); } }"),
            [""; 0]
        );
        assert_eq!(functions("a.ts", "// class HealthService { check() { db.ping() } }\n"), [""; 0]);
    }
}
