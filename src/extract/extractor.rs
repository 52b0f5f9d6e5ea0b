//! What an extractor is: which files it wants, which literals wake it, what it finds.

use crate::facts::{Data, Diagnostic, Fact, File, Level, Place, Span};
use crate::syntax::{ParseError, Source};

/// When an extractor runs on a file that it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// Always: the path alone decides.
    Always,
    /// When one of these literals occurs in the bytes. Case counts. Choose rare ones: a parse may follow.
    AnyOf(Vec<String>),
    /// As `AnyOf`, and it is told where each of them occurs.
    Positions(Vec<String>),
}

/// An occurrence of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The byte at which it starts.
    pub at: usize,
    /// The index of the literal in the extractor's own list.
    pub literal: usize,
}

/// Makes the facts of one subject from one file: a pure function of path, role and text.
pub trait Extractor: Send + Sync {
    /// The subject, for timings and diagnostics: `github-workflow`.
    fn name(&self) -> &'static str;

    /// When it runs on a wanted file.
    fn demand(&self) -> Demand;

    /// Whether the file's path, role and language concern it.
    fn wants(&self, file: &File) -> bool;

    /// Finds the facts. `hits` holds the occurrences of its literals, in order, for [`Demand::Positions`] alone.
    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>);
}

/// Where an extractor puts what it finds.
#[derive(Debug)]
pub struct Found<'a> {
    file: &'a File,
    /// The facts so far.
    pub(super) facts: Vec<Fact>,
    /// What could not be read.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'a> Found<'a> {
    /// An empty collection for a file.
    pub fn new(file: &'a File) -> Self {
        Self { file, facts: Vec::new(), diagnostics: Vec::new() }
    }

    /// Adds a fact.
    pub fn add(&mut self, span: Span, data: Data) {
        let place = Place { path: self.file.path.clone(), span };
        self.facts.push(Fact { place, role: self.file.role, data });
    }

    /// Reports a file (or a part of it) that could not be understood.
    pub fn warn(&mut self, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic {
            path: Some(self.file.path.clone()),
            span: Some(span),
            level: Level::Warning,
            message: message.into(),
        });
    }

    /// Reports a parser's error as what it means for the subject: `"not a workflow: …"`.
    pub fn unreadable(&mut self, subject: &str, error: &ParseError) {
        self.warn(error.span, format!("{subject} not understood: {}", error.message));
    }

    /// Reports that an extractor failed on the file: the scan is incomplete.
    pub(super) fn crashed(&mut self, extractor: &str) {
        self.diagnostics.push(Diagnostic {
            path: Some(self.file.path.clone()),
            span: None,
            level: Level::Error,
            message: format!("`{extractor}` failed on this file, which is a defect of auditor: please report it"),
        });
    }

    /// The facts found so far, for tests of extractors.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The diagnostics so far.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}
