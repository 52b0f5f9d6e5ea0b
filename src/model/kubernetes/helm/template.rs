//! The structure of a template: text, actions, and the blocks between `if`, `range`, `with`, `define` and `end`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::expression::{self, Expression};

/// How deep blocks may nest.
const DEPTH: usize = 48;

/// A piece of a template, with its line.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// The line in its file, from 1.
    pub(super) line: u32,
    /// What it does.
    pub(super) form: Form,
}

/// The forms of a piece.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Text(String),
    /// Prints a value; `None` where the expression is not understood.
    Print(Option<Expression>),
    /// `$x := …`
    Set(String, Option<Expression>),
    If(Branches),
    /// With the names of its variables.
    Range(Vec<String>, Option<Expression>, Body, Body),
    With(Option<String>, Option<Expression>, Body, Body),
}

/// Pieces in their order.
pub(super) type Body = Rc<[Piece]>;

/// Conditions with what follows from them, and what follows from none.
#[derive(Debug, Clone)]
pub(super) struct Branches {
    pub(super) list: Vec<(Option<Expression>, Body)>,
    pub(super) otherwise: Body,
}

/// A parsed file.
#[derive(Debug, Default)]
pub(super) struct Template {
    /// What it renders.
    pub(super) body: Vec<Piece>,
    /// What it defines, by name.
    pub(super) defines: BTreeMap<String, Body>,
}

/// A block that is still open.
struct Open {
    line: u32,
    kind: Kind,
    body: Vec<Piece>,
    /// Branches that are closed.
    done: Vec<(Option<Expression>, Body)>,
    /// Whether the last branch is the one without a condition.
    is_else: bool,
}

enum Kind {
    File,
    Define(String),
    If(Option<Expression>),
    Range(Vec<String>, Option<Expression>),
    With(Option<String>, Option<Expression>),
    /// A block that another keyword's `else` opened: it ends with the one around it.
    Chained(Box<Kind>),
}

/// Parses a template. `None` where its blocks do not fit together.
pub(super) fn parse(text: &str) -> Option<Template> {
    let mut template = Template::default();
    let mut open = vec![Open { line: 1, kind: Kind::File, body: Vec::new(), done: Vec::new(), is_else: false }];
    let mut line = 1_u32;
    let mut rest = text;
    let mut trims_next = false;
    loop {
        let (before, action) = rest.split_once("{{").unwrap_or((rest, ""));
        let has_action = before.len() < rest.len();
        let trims_before = action.starts_with("- ") || action.starts_with("-\n") || action.starts_with("-}}");
        let start = if trims_next { before.trim_start() } else { before };
        let skipped = before.get(..before.len() - start.len()).unwrap_or("");
        let shown = if has_action && trims_before { start.trim_end() } else { start };
        let top = open.last_mut()?;
        if !shown.is_empty() {
            top.body.push(Piece { line: line + newlines(skipped), form: Form::Text(shown.to_owned()) });
        }
        line += newlines(before);
        if !has_action {
            break;
        }
        let action = if trims_before { action.get(1..)? } else { action };
        let end = end_of(action)?;
        let mut inner = action.get(..end)?;
        rest = action.get(end + 2..)?;
        trims_next = inner.ends_with(" -") || inner.ends_with("\n-") || inner == "-";
        if trims_next {
            inner = inner.get(..inner.len() - 1)?;
        }
        act(inner.trim(), line, &mut open, &mut template)?;
        line += newlines(action.get(..end)?);
    }
    let file = open.pop().filter(|_| open.is_empty())?;
    template.body = file.body;
    Some(template)
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

/// The byte at which an action ends; braces inside comments and strings are none.
fn end_of(action: &str) -> Option<usize> {
    if action.trim_start().starts_with("/*") {
        let comment = action.find("*/")?;
        return action.get(comment..)?.find("}}").map(|end| comment + end);
    }
    let mut quote = None;
    let mut is_escaped = false;
    for (at, character) in action.char_indices() {
        let is_end = quote.is_none() && action.get(at..).is_some_and(|rest| rest.starts_with("}}"));
        if is_end {
            return Some(at);
        }
        quote = match quote {
            Some('"') if is_escaped => quote,
            Some(open) if open == character => None,
            None if matches!(character, '"' | '`') => Some(character),
            other => other,
        };
        is_escaped = quote == Some('"') && character == '\\' && !is_escaped;
    }
    None
}

/// Takes an action up.
fn act(inner: &str, line: u32, open: &mut Vec<Open>, template: &mut Template) -> Option<()> {
    let (keyword, rest) = inner.split_once(|c: char| c.is_whitespace() || c == '(').unwrap_or((inner, ""));
    let rest = if keyword.len() < inner.len() { inner.get(keyword.len()..)?.trim() } else { rest };
    let begin = |kind| Open { line, kind, body: Vec::new(), done: Vec::new(), is_else: false };
    match keyword {
        "" => {}
        _ if inner.starts_with("/*") => {}
        "if" => open.push(begin(Kind::If(expression::parse(rest)))),
        "with" => {
            let (names, value) = assignment(rest);
            open.push(begin(Kind::With(names.into_iter().next(), value)));
        }
        "range" => {
            let (names, value) = assignment(rest);
            open.push(begin(Kind::Range(names, value)));
        }
        "define" | "block" => {
            let name = rest.split('"').nth(1)?.to_owned();
            open.push(begin(Kind::Define(name)));
        }
        "else" => otherwise(rest, line, open)?,
        "end" => end(open, template)?,
        "break" | "continue" => {}
        _ if inner.starts_with('$') && (inner.contains(":=") || inner.contains(" = ")) => {
            let (names, value) = assignment(inner);
            open.last_mut()?.body.push(Piece { line, form: Form::Set(names.into_iter().next()?, value) });
        }
        _ => open.last_mut()?.body.push(Piece { line, form: Form::Print(expression::parse(inner)) }),
    }
    (open.len() < DEPTH).then_some(())
}

/// `$a, $b := value`, or the value alone.
fn assignment(text: &str) -> (Vec<String>, Option<Expression>) {
    let split = text.split_once(":=").or_else(|| text.split_once(" = "));
    match split.filter(|_| text.starts_with('$')) {
        Some((names, value)) => {
            let names = names.split(',').map(|name| name.trim().trim_start_matches('$').to_owned()).collect();
            (names, expression::parse(value))
        }
        None => (Vec::new(), expression::parse(text)),
    }
}

fn otherwise(rest: &str, line: u32, open: &mut Vec<Open>) -> Option<()> {
    let top = open.last_mut()?;
    let body: Body = std::mem::take(&mut top.body).into();
    match (&mut top.kind, rest.strip_prefix("if")) {
        (Kind::If(condition), Some(next)) => {
            let condition = std::mem::replace(condition, expression::parse(next));
            top.done.push((condition, body));
        }
        (Kind::If(condition), None) if rest.is_empty() => {
            top.done.push((condition.take(), body));
            top.is_else = true;
        }
        _ => {
            top.done.push((None, body));
            top.is_else = true;
            if let Some(value) = rest.strip_prefix("with") {
                let kind = Kind::With(None, expression::parse(value));
                open.push(Open {
                    line,
                    kind: Kind::Chained(Box::new(kind)),
                    body: Vec::new(),
                    done: Vec::new(),
                    is_else: false,
                });
            } else if let Some(condition) = rest.strip_prefix("if") {
                let kind = Kind::If(expression::parse(condition));
                open.push(Open {
                    line,
                    kind: Kind::Chained(Box::new(kind)),
                    body: Vec::new(),
                    done: Vec::new(),
                    is_else: false,
                });
            }
        }
    }
    Some(())
}

/// Closes the innermost block, and those that it chains to.
fn end(open: &mut Vec<Open>, template: &mut Template) -> Option<()> {
    loop {
        let block = open.pop()?;
        let last: Body = block.body.into();
        let empty = || Body::from([]);
        let mut done = block.done;
        let (kind, is_chained) = match block.kind {
            Kind::Chained(kind) => (*kind, true),
            kind => (kind, false),
        };
        let (then, otherwise) = match (block.is_else, done.len()) {
            (true, 1..) => (done.first().map_or_else(empty, |(_, body)| Rc::clone(body)), Rc::clone(&last)),
            _ => (Rc::clone(&last), empty()),
        };
        let form = match kind {
            Kind::Define(name) => {
                template.defines.insert(name, last);
                return Some(());
            }
            Kind::If(condition) => {
                let otherwise = if block.is_else {
                    last
                } else {
                    done.push((condition, last));
                    empty()
                };
                Form::If(Branches { list: done, otherwise })
            }
            Kind::Range(names, value) => Form::Range(names, value, then, otherwise),
            Kind::With(name, value) => Form::With(name, value, then, otherwise),
            Kind::File | Kind::Chained(_) => return None,
        };
        open.last_mut()?.body.push(Piece { line: block.line, form });
        if !is_chained {
            return Some(());
        }
    }
}
