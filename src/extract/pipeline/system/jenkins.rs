//! Jenkinsfiles: stages, conditions and shell steps of declarative pipelines, and of scripted ones as far as `stage`
//! and `sh` go. Groovy is scanned for blocks, calls and texts; what it computes is not known.

use super::{Triggers, job, runs, step, triggers, uses};
use crate::facts::{Include, Job, Pipeline, Script, Span, Step, StepAction, TriggerKind};
use crate::syntax::shell::join_path;

use TriggerKind::{ChangeRequest, Manual, Push, Schedule, Tag};

/// Steps that run shell text.
const SHELLS: &[&str] = &["sh", "bat", "powershell", "pwsh"];

/// Words before a block or a parenthesis that call nothing.
const LANGUAGE: &[&str] = &["if", "else", "for", "while", "switch", "try", "catch", "finally", "return", "new", "def"];

/// How deep blocks nest before the rest is left alone.
const MAX_DEPTH: usize = 64;

pub(super) fn read(text: &str, pipeline: &mut Pipeline) -> bool {
    let mut reader = Reader { jobs: Vec::new(), blocks: Vec::new(), pipeline_kinds: vec![Push, ChangeRequest, Tag] };
    let tokens = tokens(text);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at = reader.take(&tokens, at, token);
    }
    let mut kinds = reader.pipeline_kinds;
    kinds.sort_unstable();
    kinds.dedup();
    pipeline.triggers = triggers(&kinds, Span::START);
    // A shared library may define every step, even the pipeline as a whole.
    let runs_nothing =
        !reader.jobs.iter().flat_map(|job| &job.steps).any(|step| matches!(step.action, StepAction::Run(_)));
    let libraries = tokens.iter().enumerate().filter(|(_, token)| token.is_word("Library") || token.is_word("library"));
    for (at, token) in libraries {
        let name = tokens.iter().skip(at).take(4).find_map(|token| token.text());
        if let Some(name) = name.filter(|_| runs_nothing || hands_over(&tokens)) {
            pipeline.includes.push(Include { name: name.to_owned(), is_local: false, span: token.span() });
        }
    }
    pipeline.is_read = pipeline.includes.is_empty();
    pipeline.jobs = reader.jobs;
    true
}

/// Calls at the left edge whose blocks run where they stand.
const OWN_BLOCKS: &[&str] = &[
    "pipeline",
    "node",
    "stage",
    "parallel",
    "timestamps",
    "timeout",
    "ansiColor",
    "withEnv",
    "withCredentials",
    "podTemplate",
    "lock",
    "retry",
    "throttle",
    "catchError",
    "properties",
    "class",
    "synchronized",
    "wrap",
];

/// Whether a call with a block at the left edge is none of Jenkins' own: `withPipeline("nodejs") { … }` of a library.
fn hands_over(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    let mut last: Option<&str> = None;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('{' | '(' | '[', _) => {
                let is_call = depth == 0 && !token.is_sign('[');
                depth += 1;
                let word = tokens.get(at.wrapping_sub(1)).and_then(|before| match before {
                    Token::Word(word, _) => Some(*word),
                    _ => None,
                });
                if is_call && word.is_some() {
                    // A word before the name makes it a declaration: `def build(x) {`.
                    let is_declared = at >= 2
                        && matches!(tokens.get(at - 2), Some(Token::Word(..) | Token::Sign('.' | '=', _)))
                        && tokens.get(at - 2).map(Token::line) == tokens.get(at - 1).map(Token::line);
                    last = word.filter(|word| !is_declared && !LANGUAGE.contains(word) && !OWN_BLOCKS.contains(word));
                } else if is_call && !token.is_sign('{') {
                    last = None;
                }
                if depth == 1 && token.is_sign('{') && last.is_some() {
                    return true;
                }
            }
            Token::Sign('}' | ')' | ']', _) => depth = depth.saturating_sub(1),
            Token::Sign(..) | Token::Word(..) | Token::Text(..) if depth == 0 => last = None,
            _ => {}
        }
    }
    false
}

/// The bracket of a block that is never closed, or that closes none. Where slashes may be quotes, nothing is certain.
pub(super) fn unbalanced(text: &str) -> Option<Span> {
    if ["=~", "==~", "~/"].iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let mut open = Vec::new();
    for token in tokens(text) {
        if token.is_sign('{') {
            open.push(token.span());
        } else if token.is_sign('}') && open.pop().is_none() {
            return Some(token.span());
        }
    }
    open.pop()
}

/// A word, a text in quotes, or a sign, with its line.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    Word(&'a str, u32),
    Text(String, u32),
    Sign(char, u32),
}

impl Token<'_> {
    pub(super) fn line(&self) -> u32 {
        match self {
            Self::Word(_, line) | Self::Text(_, line) | Self::Sign(_, line) => *line,
        }
    }

    pub(super) fn span(&self) -> Span {
        Span { line: self.line(), column: 1, end_line: self.line(), end_column: 1 }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(own, _) if *own == word)
    }

    pub(super) fn is_sign(&self, sign: char) -> bool {
        matches!(self, Self::Sign(own, _) if *own == sign)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text, _) => Some(text),
            _ => None,
        }
    }
}

/// The tokens of Groovy, or of Kotlin, without comments.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut line = 1_u32;
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(comment) = rest.strip_prefix("//") {
            2 + comment.find('\n').unwrap_or(comment.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            2 + comment.find("*/").map_or(comment.len(), |end| end + 2)
        } else if let Some(quote) = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| rest.starts_with(quote)) {
            let inner = rest.get(quote.len()..).unwrap_or_default();
            let end = end_of_text(inner, quote);
            found.push(Token::Text(unescaped(inner.get(..end).unwrap_or_default()), line));
            (quote.len() + end + quote.len()).min(rest.len())
        } else if first.is_alphabetic() || first == '_' || first == '@' {
            let is_end = |c: char| !(c.is_alphanumeric() || c == '_');
            let end = rest.get(first.len_utf8()..).and_then(|tail| tail.find(is_end)).map(|end| end + first.len_utf8());
            let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            found.push(Token::Word(word.trim_start_matches('@'), line));
            word.len()
        } else {
            if !first.is_whitespace() {
                found.push(Token::Sign(first, line));
            }
            first.len_utf8()
        };
        let (done, left) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        line += u32::try_from(done.matches('\n').count()).unwrap_or(u32::MAX);
        rest = left;
    }
    found
}

/// Where a text ends: at the first quote that is not escaped.
fn end_of_text(inner: &str, quote: &str) -> usize {
    let mut start = 0;
    while let Some(at) = inner.get(start..).and_then(|tail| tail.find(quote)).map(|at| at + start) {
        let escapes = inner.get(..at).map_or(0, |before| before.len() - before.trim_end_matches('\\').len());
        if escapes % 2 == 0 {
            return at;
        }
        start = at + 1;
    }
    inner.len()
}

fn unescaped(text: &str) -> String {
    text.replace("\\\n", " ").replace("\\\"", "\"").replace("\\'", "'").replace("\\$", "$").replace("\\\\", "\\")
}

struct Reader {
    jobs: Vec<Job>,
    blocks: Vec<Block>,
    pipeline_kinds: Vec<TriggerKind>,
}

/// An open block: `stage('Test') {`.
struct Block {
    name: String,
    argument: String,
    /// The job that its steps belong to.
    job: Option<usize>,
}

impl Reader {
    /// Takes one token with what belongs to it; the index of the next one.
    fn take(&mut self, tokens: &[Token<'_>], at: usize, token: &Token<'_>) -> usize {
        if token.is_sign('}') {
            self.blocks.pop();
            return at + 1;
        }
        if token.is_sign('{') {
            self.open(String::new(), String::new(), token.span());
            return at + 1;
        }
        let Token::Word(word, _) = token else { return at + 1 };
        let is_method = at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|it| it.is_sign('.'));
        if is_method {
            return at + 1;
        }
        let call = Call::of(tokens, at);
        if SHELLS.contains(word) {
            if let Some(text) = call.script() {
                self.shell(text, &call, token.span());
                return call.end;
            }
        } else if call.opens {
            self.open(
                (*word).to_owned(),
                call.texts.first().map(|(text, _)| text.clone()).unwrap_or_default(),
                token.span(),
            );
            return call.end;
        } else if self.inside("when") {
            self.condition(word, token.span());
        } else if *word == "cron" || *word == "pollSCM" {
            self.pipeline_kinds.push(if *word == "cron" { Schedule } else { Push });
        } else if *word == "input" && self.inside("stage") {
            self.limit(&Triggers::of(&[Manual]), token.span());
        } else if (call.has_arguments || !call.texts.is_empty()) && !LANGUAGE.contains(word) {
            self.add(uses(format!("jenkins/{word}"), Vec::new(), token.span()));
            return call.end;
        }
        at + 1
    }

    fn inside(&self, name: &str) -> bool {
        self.blocks.iter().any(|block| block.name == name)
    }

    fn open(&mut self, name: String, argument: String, span: Span) {
        if self.blocks.len() >= MAX_DEPTH {
            return self.blocks.push(Block { name: String::new(), argument: String::new(), job: None });
        }
        let mut own = self.blocks.last().and_then(|block| block.job);
        if name == "stage" {
            own = Some(self.jobs.len());
            self.jobs.push(job(&argument, span, Vec::new()));
        }
        if name == "input" && own.is_some() {
            self.limit(&Triggers::of(&[Manual]), span);
        }
        self.blocks.push(Block { name, argument, job: own });
    }

    fn shell(&mut self, text: &str, call: &Call, span: Span) {
        let first = call.texts.first().map_or(span.line, |(_, line)| *line);
        let count = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
        let script = Script {
            text: text.to_owned(),
            lines: (first..first.saturating_add(count)).collect(),
            stops_on_failure: true,
            has_pipefail: false,
        };
        // `returnStatus` leaves it to the pipeline to look.
        let found = Step { may_fail: call.returns_status, ..step(StepAction::Run(script), span) };
        self.add(if text.trim().is_empty() { runs(text, span) } else { found });
    }

    /// Adds a step to the stage that is open, or to the pipeline as a whole.
    fn add(&mut self, mut step: Step) {
        let folders = self.blocks.iter().filter(|block| block.name == "dir").map(|block| block.argument.as_str());
        step.folder = folders.fold(String::new(), |folder, inner| join_path(&folder, inner));
        step.may_fail |= ["catchError", "warnError"].iter().any(|name| self.inside(name));
        let index = match self.blocks.last().and_then(|block| block.job) {
            Some(index) => index,
            None if self.jobs.first().is_some_and(|job| job.id == "pipeline") => 0,
            None => {
                self.jobs.insert(0, job("pipeline", step.span, Vec::new()));
                self.blocks.iter_mut().filter_map(|block| block.job.as_mut()).for_each(|index| *index += 1);
                0
            }
        };
        let is_after = self.inside("post");
        if let Some(job) = self.jobs.get_mut(index) {
            if is_after {
                job.after.get_or_insert_default().push(step);
            } else {
                job.steps.push(step);
            }
        }
    }

    /// A condition of a stage. Those about branches and changes say which triggers start it.
    fn condition(&mut self, word: &str, span: Span) {
        // Negations and alternatives are not taken apart.
        if ["not", "anyOf", "expression"].iter().any(|name| self.inside(name)) {
            return;
        }
        match word {
            "branch" => self.limit(&Triggers::of(&[Push]).limited(), span),
            "changeRequest" => self.limit(&Triggers::of(&[ChangeRequest]), span),
            "buildingTag" | "tag" => self.limit(&Triggers::of(&[Tag]), span),
            "triggeredBy" => self.limit(&Triggers::of(&[Schedule, Manual]), span),
            _ => {}
        }
    }

    fn limit(&mut self, to: &Triggers, span: Span) {
        let open = self.blocks.iter().rev().find_map(|block| block.job);
        if let Some(job) = open.and_then(|index| self.jobs.get_mut(index)) {
            job.only = Some(to.facts(span));
        }
    }
}

/// What follows a word: arguments in parentheses or without, and a block.
struct Call {
    texts: Vec<(String, u32)>,
    has_arguments: bool,
    returns_status: bool,
    opens: bool,
    end: usize,
}

impl Call {
    fn of(tokens: &[Token<'_>], at: usize) -> Self {
        let mut call =
            Self { texts: Vec::new(), has_arguments: false, returns_status: false, opens: false, end: at + 1 };
        let line = tokens.get(at).map_or(0, Token::line);
        // An assignment, a named argument and the like.
        if tokens.get(at + 1).is_some_and(|next| matches!(next, Token::Sign(sign, _) if !"({[".contains(*sign))) {
            return call;
        }
        let mut depth = 0_usize;
        let mut index = at + 1;
        while let Some(token) = tokens.get(index) {
            let goes_on = depth > 0 || token.line() == line || call.last_line() == Some(token.line());
            match token {
                Token::Sign('(', _) => {
                    depth += 1;
                    call.has_arguments = true;
                }
                Token::Sign(')', _) => {
                    let Some(less) = depth.checked_sub(1) else { break };
                    depth = less;
                }
                Token::Sign('{', _) if depth == 0 && goes_on => {
                    call.opens = true;
                    call.end = index + 1;
                    return call;
                }
                Token::Sign('{' | '}', _) => break,
                Token::Text(text, line) if goes_on => call.texts.push((text.clone(), *line)),
                Token::Word(word, _) if goes_on => call.returns_status |= *word == "returnStatus",
                Token::Sign(..) if goes_on => {}
                _ => break,
            }
            index += 1;
            // A block in the line behind the arguments is somebody else's.
            if depth == 0 && call.has_arguments && tokens.get(index).is_none_or(|next| !next.is_sign('{')) {
                break;
            }
        }
        call.end = index;
        call
    }

    fn last_line(&self) -> Option<u32> {
        self.texts
            .last()
            .map(|(text, line)| line.saturating_add(u32::try_from(text.matches('\n').count()).unwrap_or(0)))
    }

    /// The shell text of `sh 'x'`, `sh(script: "x")`; the longest text, since others are labels and encodings.
    fn script(&self) -> Option<&str> {
        self.texts.iter().map(|(text, _)| text.as_str()).max_by_key(|text| text.len())
    }
}
