//! Walks the syntax tree of a shell text in the order of execution and keeps account of folder, options and failures.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::words::{mask_expressions, word};
use super::{Command, Folder, FolderBase, ShellOptions, Word, join_path};
use crate::syntax::{Grammar, Lines, node_text};

/// No text of a repository runs more; what follows is left out.
const MAX_COMMANDS: usize = 5_000;

/// How deep functions call each other before they are left alone.
const MAX_CALLS: u8 = 8;

/// What decides about a command's failure.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// Inside a condition or an operand: `set -e` does not act here.
    is_tested: bool,
    /// Its failure is the failure of the whole text, whatever the options.
    decides: bool,
    /// It may not be reached.
    is_conditional: bool,
    /// How many function calls led here.
    calls: u8,
}

#[derive(Debug, Clone)]
struct State {
    options: ShellOptions,
    folder: Option<Folder>,
}

enum Work<'tree> {
    Visit(Node<'tree>, Context),
    Restore(State),
}

struct Flow<'tree, 'text> {
    text: &'text str,
    lines: Lines,
    stack: Vec<Work<'tree>>,
    functions: BTreeMap<&'text str, Node<'tree>>,
    state: State,
    /// The script keeps a status and exits with it.
    exits_with_status: bool,
    found: Vec<Command>,
}

/// The commands of a text, as written.
pub(super) fn simple_commands(text: &str, options: ShellOptions) -> Vec<Command> {
    walk(text, options).map_or_else(Vec::new, |(found, _)| found)
}

/// The folder in which a text leaves its shell.
pub(super) fn last_folder(text: &str) -> Option<Folder> {
    walk(text, ShellOptions::default())?.1.folder
}

fn walk(text: &str, options: ShellOptions) -> Option<(Vec<Command>, State)> {
    let masked = mask_expressions(text);
    let tree = Grammar::Bash.parse(&masked)?;
    let state = State { options, folder: Some(Folder { base: FolderBase::Start, path: String::new() }) };
    let exits_with_status = text.contains("exit $") || text.contains("exit \"$");
    let mut flow = Flow {
        text,
        lines: Lines::new(text),
        stack: Vec::new(),
        functions: BTreeMap::new(),
        state,
        exits_with_status,
        found: Vec::new(),
    };
    let context = Context { is_tested: false, decides: true, is_conditional: false, calls: 0 };
    flow.stack.push(Work::Visit(tree.root_node(), context));
    while let Some(work) = flow.stack.pop() {
        match work {
            Work::Visit(node, context) => flow.visit(node, context),
            Work::Restore(state) => flow.state = state,
        }
        if flow.found.len() >= MAX_COMMANDS {
            break;
        }
    }
    Some((flow.found, flow.state))
}

impl<'tree> Flow<'tree, '_> {
    fn visit(&mut self, node: Node<'tree>, context: Context) {
        match node.kind() {
            "comment" | "heredoc_body" | "variable_name" => {}
            "command" => self.command(node, context),
            "function_definition" => {
                if let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body")) {
                    self.functions.insert(node_text(name, self.text), body);
                }
            }
            "list" => self.list(node, context),
            "pipeline" => self.pipeline(node, context),
            "negated_command" => self.visit_children(node, Context { is_tested: true, ..context }),
            "subshell" => {
                self.stack.push(Work::Restore(self.state.clone()));
                self.statements(node, context);
            }
            "if_statement" | "elif_clause" | "while_statement" => self.condition(node, context),
            "else_clause" | "case_statement" | "case_item" | "for_statement" | "c_style_for_statement" => {
                self.statements(node, Context { is_conditional: true, ..context });
            }
            "redirected_statement" => match node.child_by_field_name("body") {
                Some(body) => self.stack.push(Work::Visit(body, context)),
                None => self.visit_children(node, context),
            },
            "declaration_command" | "variable_assignment" | "variable_assignments" | "test_command" => {
                self.substitutions(node, context);
            }
            _ => self.statements(node, context),
        }
    }

    /// Whether a failure here makes the text fail.
    fn decides(&self, context: Context) -> bool {
        context.decides || (!context.is_tested && (self.state.options.stops_on_failure || self.exits_with_status))
    }

    /// Visits statements one after the other: the last one's status is that of the whole.
    fn statements(&mut self, node: Node<'tree>, context: Context) {
        let mut cursor = node.walk();
        let children: Vec<Node<'tree>> = node.children(&mut cursor).collect();
        let last = children.iter().rposition(|child| child.is_named() && child.kind() != "comment");
        for (index, child) in children.iter().enumerate().rev() {
            if !child.is_named() {
                continue;
            }
            let is_background = children.get(index + 1).is_some_and(|next| next.kind() == "&");
            let decides = context.decides && Some(index) == last && !is_background;
            let is_tested = context.is_tested || is_background;
            self.stack.push(Work::Visit(*child, Context { is_tested, decides, ..context }));
        }
    }

    fn visit_children(&mut self, node: Node<'tree>, context: Context) {
        let mut cursor = node.walk();
        let children: Vec<Node<'tree>> = node.named_children(&mut cursor).collect();
        self.stack.extend(children.into_iter().rev().map(|child| Work::Visit(child, context)));
    }

    /// `a && b`, `a || b`.
    fn list(&mut self, node: Node<'tree>, context: Context) {
        let (Some(left), Some(operator), Some(right)) = (node.child(0), node.child(1), node.child(2)) else { return };
        let first = Context { is_tested: true, ..context };
        let first = if operator.kind() == "||" {
            let decides = match ending(right, self.text) {
                Ending::Succeeds => false,
                Ending::Fails => true,
                Ending::Unknown => self.decides(context),
            };
            Context { decides, ..first }
        } else {
            first
        };
        self.stack.push(Work::Visit(right, Context { is_conditional: true, ..context }));
        self.stack.push(Work::Visit(left, first));
    }

    fn pipeline(&mut self, node: Node<'tree>, context: Context) {
        let mut cursor = node.walk();
        let parts: Vec<Node<'tree>> = node.named_children(&mut cursor).collect();
        let hides = !self.state.options.has_pipefail
            && parts.last().is_some_and(|tail| ending(*tail, self.text) == Ending::Succeeds);
        for (index, part) in parts.iter().enumerate().rev() {
            let inner = if hides && index + 1 < parts.len() {
                Context { is_tested: true, decides: false, ..context }
            } else {
                context
            };
            self.stack.push(Work::Visit(*part, inner));
        }
    }

    /// Conditions decide only where a branch ends the script with a failure.
    fn condition(&mut self, node: Node<'tree>, context: Context) {
        let exits = node_text(node, self.text)
            .split("exit ")
            .skip(1)
            .any(|rest| rest.trim_start().starts_with(|c: char| matches!(c, '1'..='9' | '$' | '"')));
        let mut cursor = node.walk();
        let conditions: Vec<usize> =
            node.children_by_field_name("condition", &mut cursor).map(|child| child.id()).collect();
        let mut cursor = node.walk();
        let children: Vec<Node<'tree>> = node.named_children(&mut cursor).collect();
        // Without fields (`elif`), the first statement is the condition.
        let first = children.first().map(Node::id);
        let last_id = children.iter().rev().find(|child| child.kind() != "comment").map(Node::id);
        for child in children.iter().rev() {
            let is_condition =
                conditions.contains(&child.id()) || (node.kind() == "elif_clause" && Some(child.id()) == first);
            let inner = if is_condition {
                Context { is_tested: true, decides: exits, ..context }
            } else {
                let is_branch = matches!(child.kind(), "elif_clause" | "else_clause" | "do_group");
                let ends = Some(child.id()) == last_id || is_branch || Self::ends_branch(*child);
                Context { decides: context.decides && ends, is_conditional: true, ..context }
            };
            self.stack.push(Work::Visit(*child, inner));
        }
    }

    /// Whether a statement of a branch is the last one of it.
    fn ends_branch(node: Node<'tree>) -> bool {
        let mut next = node.next_named_sibling();
        while let Some(sibling) = next.filter(|sibling| sibling.kind() == "comment") {
            next = sibling.next_named_sibling();
        }
        next.is_none_or(|sibling| matches!(sibling.kind(), "elif_clause" | "else_clause"))
    }

    /// Visits the commands inside `$(…)`. Their failure counts where the status of the whole depends on it.
    fn substitutions(&mut self, node: Node<'tree>, context: Context) {
        let mut inner = Vec::new();
        crate::syntax::descendants(node, |child| {
            let is_substitution = matches!(child.kind(), "command_substitution" | "process_substitution");
            if is_substitution {
                inner.push(child);
            }
            !is_substitution
        });
        for child in inner.into_iter().rev() {
            self.stack.push(Work::Restore(self.state.clone()));
            self.statements(child, context);
        }
    }

    fn command(&mut self, node: Node<'tree>, context: Context) {
        let text = self.text;
        let mut words: Vec<Word> = Vec::new();
        let mut environment = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "command_name" => words.extend(child.named_child(0).map(|name| word(name, text))),
                "variable_assignment" => {
                    let value =
                        child.child_by_field_name("value").map_or_else(String::new, |value| word(value, text).text);
                    let name = child.child_by_field_name("name").map_or("", |name| node_text(name, text));
                    environment.push((name.to_owned(), value));
                }
                "file_redirect" | "herestring_redirect" | "heredoc_redirect" | "comment" => {}
                _ if !words.is_empty() => words.push(word(child, text)),
                _ => {}
            }
        }
        let Some(program) = words.first() else { return };
        let is_test = matches!(program.text.as_str(), "test" | "[" | "exit");
        let inner = if is_test { context } else { Context { is_tested: true, decides: false, ..context } };
        let arguments: Vec<&str> = words.iter().skip(1).map(|word| word.text.as_str()).collect();
        match program.text.as_str() {
            "cd" | "pushd" => self.state.folder = self.changed_folder(&arguments),
            "popd" => self.state.folder = Some(Folder { base: FolderBase::Start, path: String::new() }),
            "set" => set_options(&mut self.state.options, &arguments),
            "exit" if !context.is_conditional => self.stack.clear(),
            "exit" => {}
            name if context.calls < MAX_CALLS && self.functions.contains_key(name) => {
                if let Some(body) = self.functions.get(name) {
                    self.stack.push(Work::Visit(
                        *body,
                        Context { calls: context.calls + 1, is_conditional: true, ..context },
                    ));
                }
            }
            _ => {
                let (line, _) = self.lines.line_at(node.start_byte());
                self.found.push(Command {
                    words,
                    environment,
                    line: u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX),
                    folder: self.state.folder.clone(),
                    is_masked: !self.decides(context),
                    may_be_script: false,
                });
            }
        }
        self.substitutions(node, inner);
    }

    fn changed_folder(&self, arguments: &[&str]) -> Option<Folder> {
        let target = arguments.iter().find(|argument| !argument.starts_with('-'))?;
        let (base, rest) = folder_base(target)?;
        if rest.contains(['$', '`', '*', '~']) {
            return None;
        }
        if let Some(base) = base {
            Some(Folder { base, path: join_path("", rest) })
        } else {
            let current = self.state.folder.as_ref()?;
            Some(Folder { base: current.base, path: join_path(&current.path, rest) })
        }
    }
}

/// The base that a path names, and the rest of the path. `None` where it leads out of the repository.
fn folder_base(target: &str) -> Option<(Option<FolderBase>, &str)> {
    const ROOTS: &[&str] = &[
        "$GITHUB_WORKSPACE",
        "${GITHUB_WORKSPACE}",
        "${{ github.workspace }}",
        "$CI_PROJECT_DIR",
        "${CI_PROJECT_DIR}",
        "$TRAVIS_BUILD_DIR",
        "$CIRCLE_WORKING_DIRECTORY",
        "$(Build.SourcesDirectory)",
        "$BITBUCKET_CLONE_DIR",
        "$(git rev-parse --show-toplevel)",
        "`git rev-parse --show-toplevel`",
    ];
    const FILES: &[&str] = &[
        "$(dirname \"$0\")",
        "$(dirname $0)",
        "$(dirname -- \"$0\")",
        "`dirname $0`",
        "`dirname \"$0\"`",
        "${0%/*}",
        "$(dirname \"${BASH_SOURCE[0]}\")",
        "$(dirname ${BASH_SOURCE[0]})",
        "$(dirname -- \"${BASH_SOURCE[0]}\")",
        "$(dirname \"$BASH_SOURCE\")",
        "$(dirname \"${BASH_SOURCE}\")",
    ];
    for (bases, base) in [(ROOTS, FolderBase::Root), (FILES, FolderBase::File)] {
        if let Some(rest) = bases.iter().find_map(|prefix| target.strip_prefix(prefix)) {
            return Some((Some(base), rest));
        }
    }
    (!target.starts_with('/')).then_some((None, target))
}

fn set_options(options: &mut ShellOptions, arguments: &[&str]) {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let Some(sign) = argument.chars().next().filter(|sign| matches!(sign, '-' | '+')) else { continue };
        let is_on = sign == '-';
        if argument.contains('e') {
            options.stops_on_failure = is_on;
        }
        if argument.ends_with('o') {
            match arguments.next() {
                Some(&"pipefail") => options.has_pipefail = is_on,
                Some(&"errexit") => options.stops_on_failure = is_on,
                _ => {}
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Succeeds,
    Fails,
    Unknown,
}

/// How a statement ends, where its last command tells.
fn ending(node: Node<'_>, text: &str) -> Ending {
    const QUIET: &[&str] = &[
        "true", ":", "echo", "printf", "tee", "cat", "head", "tail", "sort", "uniq", "sed", "awk", "tr", "wc", "less",
        "ts",
    ];
    let mut node = node;
    while matches!(node.kind(), "compound_statement" | "subshell" | "list" | "redirected_statement" | "pipeline") {
        let last = if node.kind() == "redirected_statement" {
            node.child_by_field_name("body")
        } else {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).filter(|child| child.kind() != "comment").last()
        };
        let Some(last) = last else { return Ending::Unknown };
        node = last;
    }
    let mut words = node_text(node, text).split_whitespace();
    match (words.next(), words.next().map(|word| word.trim_end_matches(';'))) {
        (Some("exit" | "return"), Some("0") | None) => Ending::Succeeds,
        (Some("exit" | "return"), Some(_)) | (Some("false"), _) => Ending::Fails,
        (Some(word), _) if node.kind() == "command" && QUIET.contains(&word) => Ending::Succeeds,
        _ => Ending::Unknown,
    }
}
