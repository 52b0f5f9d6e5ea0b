//! Rendering: a template's pieces with values filled in, and the line from which each line of the output comes.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::expression::Expression;
use super::functions;
use super::template::{Body, Form, Piece};
use super::value::{UNKNOWN, Value};

/// How many templates may include each other, and blocks nest.
const DEPTH: usize = 64;
/// How much one template may write.
const LENGTH: usize = 1_048_576;

/// What a template's output is, with the line of the template for each of its lines.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) text: String,
    pub(super) lines: Vec<u32>,
}

impl Output {
    fn push(&mut self, text: &str, line: u32, grows: bool) {
        if self.text.len() > LENGTH {
            return;
        }
        if self.lines.is_empty() || self.text.ends_with('\n') && self.lines.len() < self.count() {
            self.lines.push(line);
        }
        // A line that holds spaces alone so far is the one of what comes next.
        if let Some(last) = self.lines.last_mut()
            && self.text.rsplit('\n').next().is_some_and(|begun| begun.trim().is_empty())
        {
            *last = line;
        }
        let mut at = line;
        for _ in text.matches('\n') {
            at += u32::from(grows);
            self.lines.push(at);
        }
        self.text.push_str(text);
    }

    /// What stands for a value that is not known. One that is indented is a block, of the form of what stands before it.
    fn unknown(&self, function: &str, arguments: &[Expression]) -> String {
        let (start, Some(Expression::Number(width))) =
            (if function == "nindent" { "\n" } else { "" }, arguments.first())
        else {
            return UNKNOWN.to_owned();
        };
        if !matches!(function, "nindent" | "indent") {
            return UNKNOWN.to_owned();
        }
        let width = usize::try_from(*width).unwrap_or(0).min(200);
        let depth = |line: &str| line.len() - line.trim_start().len();
        let mut before = self.text.lines().rev().filter(|line| !line.trim().is_empty());
        let is_list = before
            .find(|line| depth(line) <= width)
            .is_some_and(|line| depth(line) == width && line.trim_start().starts_with("- "));
        let block = if is_list { format!("- {UNKNOWN}") } else { format!("{UNKNOWN}: {UNKNOWN}") };
        format!("{start}{}{block}", " ".repeat(width))
    }

    fn count(&self) -> usize {
        self.text.matches('\n').count() + 1
    }
}

/// Renders the templates of a chart.
pub(super) struct Renderer<'a> {
    pub(super) defines: &'a BTreeMap<String, Body>,
    pub(super) root: Value,
}

/// What is known at a piece.
struct Scope {
    current: Value,
    variables: BTreeMap<String, Value>,
}

impl Renderer<'_> {
    /// The output of a file.
    pub(super) fn file(&self, pieces: &[Piece]) -> Output {
        let mut output = Output::default();
        let mut scope = Scope { current: self.root.clone(), variables: BTreeMap::new() };
        self.run(pieces, &mut scope, &mut output, None, 0);
        output
    }

    /// Runs pieces. The depth bounds the recursion; inside an included template every line is that of the inclusion.
    fn run(&self, pieces: &[Piece], scope: &mut Scope, output: &mut Output, fixed: Option<u32>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        for piece in pieces {
            let line = fixed.unwrap_or(piece.line);
            match &piece.form {
                Form::Text(text) => output.push(text, line, fixed.is_none()),
                Form::Print(expression) => {
                    let text = match (self.optional(expression.as_ref(), scope, depth), expression) {
                        (Value::Unknown, Some(Expression::Call(name, arguments))) => output.unknown(name, arguments),
                        (value, _) => value.text(),
                    };
                    output.push(&text, line, false);
                }
                Form::Set(name, expression) => {
                    let value = self.optional(expression.as_ref(), scope, depth);
                    scope.variables.insert(name.clone(), value);
                }
                Form::If(branches) => {
                    let holds =
                        |condition: &Option<Expression>| self.optional(condition.as_ref(), scope, depth).is_true();
                    let found = branches.list.iter().find(|(condition, _)| holds(condition)).map(|(_, body)| body);
                    let body = Rc::clone(found.unwrap_or(&branches.otherwise));
                    self.run(&body, scope, output, fixed, depth + 1);
                }
                Form::Range(names, expression, body, otherwise) => {
                    let value = self.optional(expression.as_ref(), scope, depth);
                    self.range(names, &value, (body, otherwise), scope, output, fixed, depth);
                }
                Form::With(name, expression, body, otherwise) => {
                    let value = self.optional(expression.as_ref(), scope, depth);
                    if value.is_true() {
                        if let Some(name) = name {
                            scope.variables.insert(name.clone(), value.clone());
                        }
                        let outer = std::mem::replace(&mut scope.current, value);
                        self.run(body, scope, output, fixed, depth + 1);
                        scope.current = outer;
                    } else {
                        self.run(otherwise, scope, output, fixed, depth + 1);
                    }
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a block needs to run; a struct would be made for one call")]
    fn range(
        &self,
        names: &[String],
        value: &Value,
        (body, otherwise): (&Body, &Body),
        scope: &mut Scope,
        output: &mut Output,
        fixed: Option<u32>,
        depth: usize,
    ) {
        let entries = value.entries();
        if entries.is_empty() {
            return self.run(otherwise, scope, output, fixed, depth + 1);
        }
        for (key, value) in entries {
            match names {
                [name] => {
                    scope.variables.insert(name.clone(), value.clone());
                }
                [first, second, ..] => {
                    scope.variables.insert(first.clone(), key);
                    scope.variables.insert(second.clone(), value.clone());
                }
                [] => {}
            }
            let outer = std::mem::replace(&mut scope.current, value);
            self.run(body, scope, output, fixed, depth + 1);
            scope.current = outer;
            if output.text.len() > LENGTH {
                return;
            }
        }
    }

    fn optional(&self, expression: Option<&Expression>, scope: &Scope, depth: usize) -> Value {
        expression.map_or(Value::Unknown, |expression| self.value(expression, scope, depth))
    }

    /// The value of an expression, which the parser has bounded.
    fn value(&self, expression: &Expression, scope: &Scope, depth: usize) -> Value {
        let follow = |value: Value, path: &[String]| path.iter().fold(value, |value, key| value.get(key));
        match expression {
            Expression::Field(path) => follow(scope.current.clone(), path),
            Expression::Variable(name, path) if name.is_empty() => follow(self.root.clone(), path),
            Expression::Variable(name, path) => {
                follow(scope.variables.get(name).cloned().unwrap_or(Value::Unknown), path)
            }
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Number(number) => Value::Number(*number),
            Expression::Flag(flag) => Value::Flag(*flag),
            Expression::Nothing => Value::Nothing,
            Expression::Of(inner, path) => follow(self.value(inner, scope, depth), path),
            Expression::Call(name, arguments) => {
                let values: Vec<Value> = arguments.iter().map(|one| self.value(one, scope, depth)).collect();
                match name.as_str() {
                    "include" | "template" => self.include(&values, depth),
                    "tpl" => self.expand(&values, depth),
                    name => functions::call(name, &values),
                }
            }
        }
    }

    fn include(&self, arguments: &[Value], depth: usize) -> Value {
        let [name, context @ ..] = arguments else { return Value::Unknown };
        let name = name.text();
        let context = context.first().cloned().unwrap_or(Value::Nothing);
        match self.defines.get(&name) {
            Some(body) => {
                let mut output = Output::default();
                let mut scope = Scope { current: context, variables: BTreeMap::new() };
                self.run(body, &mut scope, &mut output, Some(1), depth + 1);
                Value::Text(output.text)
            }
            // Libraries hand values through: `include "common.tplvalues.render" (dict "value" .Values.x "context" $)`.
            None if context.is_mapping() && !matches!(context.get("value"), Value::Nothing) => {
                let value = context.get("value");
                if value.is_mapping() || !value.entries().is_empty() { Value::Text(value.yaml()) } else { value }
            }
            None => Value::Unknown,
        }
    }

    /// A template that is written in the values.
    fn expand(&self, arguments: &[Value], depth: usize) -> Value {
        let [text, context @ ..] = arguments else { return Value::Unknown };
        let text = text.text();
        if !text.contains("{{") {
            return Value::Text(text);
        }
        let Some(template) = super::template::parse(&text) else { return Value::Unknown };
        let mut output = Output::default();
        let current = context.first().cloned().unwrap_or_else(|| self.root.clone());
        let mut scope = Scope { current, variables: BTreeMap::new() };
        self.run(&template.body, &mut scope, &mut output, Some(1), depth + 1);
        Value::Text(output.text)
    }
}
