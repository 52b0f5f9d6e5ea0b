//! Which expressions of a workflow evaluate to text that an outsider controls, or that an input may hold.

use std::collections::BTreeMap;

use crate::facts::Span;
use crate::syntax::data::{Node, Style};

/// Contexts of `github.` that outsiders write: titles, texts, names of branches and of people.
const CONTEXTS: &[&str] = &[
    "github.head_ref",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.head_commit.message",
    "github.event.head_commit.author.email",
    "github.event.head_commit.author.name",
    "github.event.head_commit.committer.email",
    "github.event.head_commit.committer.name",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_repository.description",
];

/// Contexts with a part that stands for any item: the beginning and the end.
const LISTED: &[(&str, &str)] = &[
    ("github.event.commits", ".message"),
    ("github.event.commits", ".author.email"),
    ("github.event.commits", ".author.name"),
    ("github.event.pages", ".page_name"),
    ("github.event.workflow_run.pull_requests", ".head.ref"),
];

/// Objects that hold such text, for `toJSON`.
const OBJECTS: &[&str] =
    &["github", "github.event", "github.event.pull_request", "github.event.issue", "github.event.comment"];

/// Functions and signs whose result is no text of an outsider, whatever they look at.
const VERDICTS: &[&str] = &["contains(", "startswith(", "endswith(", "!", "hashfiles("];

/// Actions whose outputs are names of files that outsiders choose.
const FILE_LISTS: &[&str] = &["tj-actions/changed-files", "dorny/paths-filter", "jitterbit/get-changed-files"];

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// An outsider writes it: the expression.
    Outsider(String),
    /// Whoever calls the workflow or the action gives it: the input's name.
    Input(String),
}

/// Where the texts of variables, of matrix values and of outputs come from, by the names in expressions (`env.X`).
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    known: BTreeMap<String, Source>,
    /// Prefixes of outputs that list names of files.
    lists: Vec<String>,
}

impl Scope {
    /// The scope inside a workflow, a job or a step: its variables cover those around it.
    pub(super) fn enter(&self, node: &Node) -> Self {
        let mut inner = self.clone();
        for (name, value) in node.get("env").map_or(&[][..], Node::entries) {
            let Some(name) = name.text().map(|name| format!("env.{name}")) else { continue };
            match expressions(value).iter().find_map(|(_, it)| self.source(it)) {
                Some((_, source)) => inner.known.insert(name, source),
                None => inner.known.remove(&name),
            };
        }
        inner
    }

    /// Adds the axes of a job's matrix, and what it includes.
    pub(super) fn add_matrix(&mut self, job: &Node) {
        let Some(matrix) = job.at(&["strategy", "matrix"]) else { return };
        let included = matrix.get("include").map_or(&[][..], Node::items).iter().flat_map(Node::entries);
        for (axis, values) in matrix.entries().iter().chain(included) {
            let Some(axis) = axis.text().filter(|axis| !matches!(*axis, "include" | "exclude")) else { continue };
            let mut pending = vec![values];
            while let Some(node) = pending.pop() {
                if let Some((_, source)) = expressions(node).iter().find_map(|(_, it)| self.source(it)) {
                    self.known.insert(format!("matrix.{axis}"), source);
                }
                pending.extend(node.items());
                pending.extend(node.entries().iter().map(|(_, value)| value));
            }
        }
    }

    /// Adds the outputs of a step that lists the files of a change.
    pub(super) fn add_step(&mut self, step: &Node) {
        let uses = step.get("uses").and_then(Node::text).unwrap_or("");
        if FILE_LISTS.iter().any(|action| uses.starts_with(action)) {
            self.lists.extend(step.get("id").and_then(Node::text).map(|id| format!("steps.{id}.outputs.")));
        }
    }

    /// The part of an expression that evaluates to a text of an outsider or of an input, as far as it can, and where
    /// that text comes from. Outsiders come first.
    pub(super) fn source(&self, expression: &str) -> Option<(String, Source)> {
        // Of `a && b || c` the value is that of `b` or of `c`.
        let values = expression.split("||").filter_map(|part| part.rsplit("&&").next()).map(str::trim);
        let found: Vec<(String, Source)> = values.flat_map(|value| self.sources_of_value(value)).collect();
        let is_outsider = |(_, source): &&(String, Source)| matches!(source, Source::Outsider(_));
        found.iter().find(is_outsider).or(found.first()).cloned()
    }

    fn sources_of_value(&self, value: &str) -> Vec<(String, Source)> {
        let lower = value.to_ascii_lowercase();
        let is_verdict = VERDICTS.iter().any(|start| lower.starts_with(start));
        if is_verdict || value.contains("==") || value.contains("!=") {
            return Vec::new();
        }
        let object = lower.strip_prefix("tojson(").and_then(|rest| rest.strip_suffix(')'));
        if object.is_some_and(|object| OBJECTS.contains(&object.trim())) {
            return vec![(value.to_owned(), Source::Outsider(value.to_owned()))];
        }
        names(value).into_iter().filter_map(|name| Some((name.to_owned(), self.source_of_name(name)?))).collect()
    }

    fn source_of_name(&self, name: &str) -> Option<Source> {
        let lower = name.to_ascii_lowercase();
        let is_listed = |(start, end): &(&str, &str)| {
            lower.strip_prefix(start).is_some_and(|rest| rest.starts_with(['.', '[']) && rest.ends_with(end))
        };
        let is_file_name = |list: &String| {
            name.strip_prefix(list.as_str()).is_some_and(|output| output.ends_with("_files") || output == "files")
        };
        if CONTEXTS.contains(&lower.as_str()) || LISTED.iter().any(is_listed) || self.lists.iter().any(is_file_name) {
            return Some(Source::Outsider(name.to_owned()));
        }
        if let Some(input) = lower.strip_prefix("inputs.") {
            return Some(Source::Input(input.to_owned()));
        }
        // `matrix.axis.key` is a part of `matrix.axis`.
        let axis = name.match_indices('.').nth(1).and_then(|(end, _)| name.get(..end));
        self.known.get(name).or_else(|| self.known.get(axis?)).cloned()
    }
}

/// The expressions of a scalar, each with its place.
pub(super) fn expressions(node: &Node) -> Vec<(Span, &str)> {
    let Some(scalar) = node.scalar() else { return Vec::new() };
    let mut list = Vec::new();
    for (index, line) in scalar.text.lines().enumerate() {
        let mut rest = line;
        while let Some((_, inner)) = rest.split_once("${{") {
            let Some((expression, after)) = inner.split_once("}}") else { break };
            list.push((place(node, scalar.style, index), expression.trim()));
            rest = after;
        }
    }
    list
}

pub(super) fn place(node: &Node, style: Style, index: usize) -> Span {
    if style != Style::Block {
        return node.span;
    }
    let line = node.line_of_text(u32::try_from(index).unwrap_or(u32::MAX));
    Span { line, column: 1, end_line: line, end_column: 1 }
}

/// The dotted names of an expression, outside its quotes.
fn names(expression: &str) -> Vec<&str> {
    let unquoted = expression.split('\'').step_by(2);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '*' | '[' | ']');
    unquoted.flat_map(|text| text.split(move |c: char| !is_part(c))).filter(|name| name.contains('.')).collect()
}
