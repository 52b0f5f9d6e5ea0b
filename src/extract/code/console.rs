//! Uses of the global `console` in JavaScript and TypeScript, in the sense of `ESLint`'s `no-console`: every member of
//! it that is named in the code, called or not, unless a local binding of that name stands in between.
//!
//! The tree is entered at each place where the name stands, and the chain of nodes on the way is kept, so that neither
//! the rest of the tree is walked nor parents are looked up.

use std::ops::Range;

use tree_sitter::Node;

use super::{command_line, unquoted};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{ConsoleCall, Data, File, Language};
use crate::syntax::{Grammar, Source, node_text};

const NAME: &str = "console";

/// A longer key is not repeated.
const MAX_KEY: usize = 40;

/// Finds uses of the console.
#[derive(Clone, Copy)]
pub(crate) struct ConsoleCalls;

impl Extractor for ConsoleCalls {
    fn name(&self) -> &'static str {
        "console"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec![NAME.to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let reads = |grammar| matches!(grammar, Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript);
        file.role.is_written() && file.language.and_then(Grammar::of).is_some_and(reads)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let own_output = command_line::is_command(source);
        if let Some(calls) = plain_calls(source) {
            for (range, call) in calls {
                found.add(source.span(range), Data::ConsoleCall(ConsoleCall { call, own_output }));
            }
            return;
        }
        let Some(tree) = source.tree() else { return };
        let mut walk = Walk { text: source.text(), open: Vec::new(), uses: Vec::new(), shadows: Vec::new() };
        walk.run(tree.root_node());
        let shadows = merged(walk.shadows);
        for (range, call) in walk.uses {
            if !covers(&shadows, range.start) {
                found.add(source.span(range), Data::ConsoleCall(ConsoleCall { call, own_output }));
            }
        }
    }
}

/// The uses in a file that does nothing with the name but call its members, as the text without comments and strings tells
/// them. `None` where only a tree can tell: the name may be bound, or stand in a type or in markup.
fn plain_calls(source: &Source<'_>) -> Option<Vec<(Range<usize>, String)>> {
    let has_markup = match source.file.language {
        Some(Language::TypeScript) => false,
        Some(Language::Tsx | Language::JavaScript) => true,
        _ => return None,
    };
    let code = source.code();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let is_word = |at: &usize| {
        let (before, after) = (code.get(..*at).unwrap_or(""), code.get(at + NAME.len()..).unwrap_or(""));
        !before.ends_with(is_part) && !after.starts_with(is_part)
    };
    let places = memchr::memmem::find_iter(code.as_bytes(), NAME);
    // An apostrophe or a backtick in the text of markup may have blanked code.
    if has_markup && places.clone().count() != memchr::memmem::find_iter(source.text().as_bytes(), NAME).count() {
        return None;
    }
    places.filter(is_word).map(|at| plain_call(code, at, has_markup, is_part)).collect()
}

/// `console.log(` where it can be nothing but a call of the global's member.
fn plain_call(
    code: &str,
    at: usize,
    has_markup: bool,
    is_part: impl Fn(char) -> bool,
) -> Option<(Range<usize>, String)> {
    let before = code.get(..at)?.trim_end();
    // In markup, a word or a tag before the name would leave it open whether it is a text.
    let is_behind_code = before.is_empty() || before.ends_with([';', '{', '}', '(', ')', '=', '&', '|', '?', ':', ',']);
    if has_markup && !is_behind_code && !before.ends_with("=>") {
        return None;
    }
    if before.ends_with(['.', '<', '#', '@', '/']) || before.ends_with("typeof") {
        return None;
    }
    let (member, _) = code.get(at..)?.strip_prefix(NAME)?.strip_prefix('.')?.split_once('(')?;
    let is_name = !member.is_empty() && member.chars().all(is_part) && !member.starts_with(|c: char| c.is_numeric());
    is_name.then(|| (at..at + NAME.len() + 1 + member.len(), format!("{NAME}.{member}")))
}

struct Walk<'tree> {
    text: &'tree str,
    /// The nodes around the current one, the outermost first.
    open: Vec<Node<'tree>>,
    uses: Vec<(Range<usize>, String)>,
    /// The regions in which a local binding hides the global.
    shadows: Vec<Range<usize>>,
}

impl<'tree> Walk<'tree> {
    fn run(&mut self, root: Node<'tree>) {
        let mut cursor = root.walk();
        for at in memchr::memmem::find_iter(self.text.as_bytes(), NAME) {
            cursor.reset(root);
            self.open.clear();
            while cursor.node().start_byte() <= at {
                let node = cursor.node();
                if cursor.goto_first_child_for_byte(at).is_none() {
                    self.visit(node);
                    break;
                }
                self.open.push(node);
            }
        }
    }

    fn visit(&mut self, node: Node<'tree>) {
        let is_name = matches!(node.kind(), "identifier" | "shorthand_property_identifier_pattern" | "type_identifier");
        if !is_name || node_text(node, self.text) != NAME {
            return;
        }
        if let Some(found) = self.member(node) {
            self.uses.push(found);
        } else if let Some(scope) = self.bound_in(node) {
            self.shadows.push(scope.byte_range());
        }
    }

    /// The member expression that reads a member of this object, and what it reads.
    fn member(&self, name: Node<'tree>) -> Option<(Range<usize>, String)> {
        let mut object = name;
        let mut outer = self.open.iter().rev();
        let mut parent = *outer.next()?;
        while parent.kind() == "parenthesized_expression" {
            object = parent;
            parent = *outer.next()?;
        }
        if !is_field(parent, "object", object) {
            return None;
        }
        let call = match parent.kind() {
            "member_expression" => {
                format!("{NAME}.{}", node_text(parent.child_by_field_name("property")?, self.text))
            }
            "subscript_expression" => element(node_text(parent.child_by_field_name("index")?, self.text)),
            _ => return None,
        };
        // Types and tags reuse the node: `typeof console.log` as a type, `<console.Panel />`.
        let around = outer.find(|node| !matches!(node.kind(), "member_expression" | "subscript_expression"));
        let is_value = around.is_none_or(|node| node.kind() != "type_query" && !node.kind().starts_with("jsx_"))
            || around.is_some_and(|node| node.kind() == "jsx_expression");
        is_value.then(|| (parent.byte_range(), call))
    }

    /// The scope that a declaration of the name reaches, where the name stands in one.
    fn bound_in(&self, name: Node<'tree>) -> Option<Node<'tree>> {
        let mut inner = name;
        for (depth, &node) in self.open.iter().enumerate().rev() {
            let around = self.open.get(..depth).unwrap_or_default();
            match node.kind() {
                "object_pattern" | "array_pattern" | "rest_pattern" => {}
                "pair_pattern" if is_field(node, "value", inner) => {}
                "assignment_pattern" | "object_assignment_pattern" if is_field(node, "left", inner) => {}
                "required_parameter" | "optional_parameter" if is_field(node, "pattern", inner) => {}
                "variable_declarator" if is_field(node, "name", inner) => {
                    let is_var = around.last().is_some_and(|list| list.kind() == "variable_declaration");
                    return if is_var { function_scope(around) } else { block_scope(around) };
                }
                "for_in_statement" if is_field(node, "left", inner) => {
                    let kind = node.child_by_field_name("kind")?;
                    return if kind.kind() == "var" { function_scope(around) } else { Some(node) };
                }
                "formal_parameters" => return around.last().copied(),
                "arrow_function" | "catch_clause" if is_field(node, "parameter", inner) => return Some(node),
                "function_expression" | "generator_function" | "class" if is_field(node, "name", inner) => {
                    return Some(node);
                }
                "function_declaration"
                | "generator_function_declaration"
                | "class_declaration"
                | "abstract_class_declaration"
                | "enum_declaration"
                | "internal_module"
                | "module"
                | "function_signature"
                    if is_field(node, "name", inner) =>
                {
                    return block_scope(around);
                }
                "import_specifier" if !is_renamed(node, inner) => return block_scope(around),
                "import_clause" | "namespace_import" | "import_require_clause" | "import_alias" => {
                    return block_scope(around);
                }
                _ => return None,
            }
            inner = node;
        }
        None
    }
}

fn is_field(node: Node<'_>, field: &str, child: Node<'_>) -> bool {
    node.child_by_field_name(field) == Some(child)
}

/// `import { console as log }` binds `log` alone.
fn is_renamed(specifier: Node<'_>, name: Node<'_>) -> bool {
    specifier.child_by_field_name("alias").is_some_and(|alias| alias != name)
}

fn block_scope<'tree>(around: &[Node<'tree>]) -> Option<Node<'tree>> {
    around.iter().rev().copied().find(|node| {
        matches!(
            node.kind(),
            "statement_block" | "program" | "for_statement" | "switch_body" | "class_static_block" | "arrow_function"
        )
    })
}

/// What a `var` reaches: the body of the function, not the defaults of its parameters.
fn function_scope<'tree>(around: &[Node<'tree>]) -> Option<Node<'tree>> {
    let function = around.iter().rev().copied().find(|node| {
        matches!(
            node.kind(),
            "program"
                | "function_declaration"
                | "generator_function_declaration"
                | "function_expression"
                | "generator_function"
                | "arrow_function"
                | "method_definition"
                | "class_static_block"
                | "internal_module"
        )
    })?;
    Some(function.child_by_field_name("body").unwrap_or(function))
}

/// `console["log"]` is `console.log`; what is computed stays as written, unless it is long.
fn element(index: &str) -> String {
    let key = unquoted(index).filter(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric()));
    match key {
        Some(key) => format!("{NAME}.{key}"),
        None if index.len() <= MAX_KEY => format!("{NAME}[{index}]"),
        None => format!("{NAME}[…]"),
    }
}

/// The same regions without overlaps, in order.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

fn covers(apart: &[Range<usize>], at: usize) -> bool {
    let after = apart.partition_point(|range| range.start <= at);
    after.checked_sub(1).and_then(|index| apart.get(index)).is_some_and(|range| range.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing;

    fn calls(path: &str, text: &str) -> Vec<String> {
        testing::facts(&ConsoleCalls, path, text)
            .into_iter()
            .map(|fact| match fact.data {
                Data::ConsoleCall(call) => call.call,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn every_member_counts_called_or_not() {
        let text = "console.log(1);\nconst log = console.error;\nconsole?.warn?.(2);\n(console)['info'](3);\nconsole[`debug`](4);";
        assert_eq!(
            calls("a.ts", text),
            ["console.log", "console.error", "console.warn", "console.info", "console.debug"]
        );
    }

    #[test]
    fn a_computed_member_counts_as_written() {
        assert_eq!(
            calls("a.ts", "console[level](1); console[`${level}`](2);"),
            ["console[level]", "console[`${level}`]"]
        );
        let long = format!("console[{}](1);", "a".repeat(100));
        assert_eq!(calls("a.ts", &long), ["console[…]"]);
    }

    #[test]
    fn a_call_inside_a_template_or_markup_counts() {
        assert_eq!(calls("a.ts", "const t = `${console.log(1)}`;"), ["console.log"]);
        assert_eq!(
            calls("a.tsx", "const a = <b onClick={() => console.log(1)} c={console.log} />;"),
            ["console.log"; 2]
        );
    }

    #[test]
    fn what_only_looks_like_it_does_not_count() {
        for text in [
            "// console.log(1)\n",
            "const s = 'console.log(1)';",
            "const s = `console.log(1)`;",
            "window.console.log(1);",
            "(console as any).log(1);",
            "type Log = typeof console.log;",
            "const log = { console: 1 }; log.console;",
            "use(console);",
        ] {
            assert_eq!(calls("a.ts", text), [""; 0], "{text}");
        }
        assert_eq!(calls("a.tsx", "const a = <console.Panel />;"), [""; 0]);
    }

    #[test]
    fn a_local_binding_hides_the_global_in_its_scope_only() {
        for text in [
            "import console from './log'; console.log(1);",
            "import { console } from './log'; console.log(1);",
            "import { logger as console } from './log'; console.log(1);",
            "import * as console from './log'; console.log(1);",
            "function f(console) { console.log(1); }",
            "const f = (console: Logger) => console.log(1);",
            "const f = console => console.log(1);",
            "function f({ console = x }) { console.log(1); }",
            "function f({ a: [console] }) { console.log(1); }",
            "function f(...console) { console.log(1); }",
            "{ const { console } = page; console.log(1); }",
            "function f() { console.log(1); if (x) { var console = y; } }",
            "try { f(); } catch (console) { console.log(1); }",
            "for (const console of logs) console.log(1);",
            "for (let console = a; ;) { console.log(1); }",
            "class console { static log() {} } console.log(1);",
            "(function console() { console.log(1); });",
        ] {
            assert_eq!(calls("a.ts", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn outside_the_scope_of_a_local_binding_the_global_counts() {
        for text in [
            "{ const console = x; } console.log(1);",
            "function f(console) {} console.log(1);",
            "import { console as log } from './log'; console.log(1);",
            "for (const console of logs) {} console.log(1);",
            "function f() { var console = x; } console.log(1);",
            "const f = { console: 1 }; const { console: c } = f; console.log(1);",
        ] {
            assert_eq!(calls("a.ts", text), ["console.log"], "{text}");
        }
    }

    #[test]
    fn calls_alone_need_no_tree() {
        let plain = |text: &str| {
            let language = Some(Language::TypeScript);
            let file = File { path: "a.ts".into(), bytes: 0, role: crate::facts::Role::Product, language, lines: 0 };
            plain_calls(&Source::new(&file, text))
        };
        let found = plain("a()\nconsole.log('console[x]'); // console\nb(myconsole, `${console.warn(1)}`)").unwrap();
        assert_eq!(found, [(4..15, "console.log".to_owned()), (58..70, "console.warn".to_owned())]);
        for text in
            ["f(console)", "console?.log(1)", "typeof console.log(1)", "a.console.log(1)", "console.log.bind(a)"]
        {
            assert_eq!(plain(text), None, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_walked() {
        let text = format!("{}console.log(1){}", "(".repeat(2_000), ")".repeat(2_000));
        assert_eq!(calls("a.js", &text), ["console.log"]);
    }
}
