//! Documents for people: what they are about, licences, and who owns which code.

use super::{Attributes, Value};

/// What a document or a section of one is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentSubject {
    /// What this is and how to begin.
    Readme,
    /// How to develop it and to propose changes.
    Contributing,
    /// What changed from release to release.
    Changelog,
    /// How it is built and why.
    Architecture,
    /// What to do when something breaks in operation.
    Runbook,
    /// How it gets to where it runs.
    Deployment,
    /// How to report a vulnerability.
    SecurityPolicy,
    /// When and how secrets are replaced.
    SecretRotation,
}

impl DocumentSubject {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Readme => "readme",
            Self::Contributing => "contributing",
            Self::Changelog => "changelog",
            Self::Architecture => "architecture",
            Self::Runbook => "runbook",
            Self::Deployment => "deployment",
            Self::SecurityPolicy => "security-policy",
            Self::SecretRotation => "secret-rotation",
        }
    }
}

/// A document, or a section of one, about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is about.
    pub subject: DocumentSubject,
    /// Its heading, or the file's name where it has none.
    pub title: String,
    /// How many words it has, the sections below its heading included.
    pub words: u64,
    /// It is a section of a document about something else.
    pub is_section: bool,
}

impl Attributes for Document {
    const FIELDS: &'static [&'static str] = &["subject", "title", "words", "section"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "subject" => Value::Text(self.subject.name()),
            "title" => Value::Text(&self.title),
            "words" => Value::Number(self.words),
            "section" => Value::Flag(self.is_section),
            _ => return None,
        })
    }
}

/// A file that says under which licence the code may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// Which one, by its text; `None` where the text is none that is known.
    pub name: Option<&'static str>,
    /// It stands at the root, for the whole repository.
    pub is_whole: bool,
}

impl Attributes for Licence {
    const FIELDS: &'static [&'static str] = &["name", "known", "whole"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "name" => Value::Text(self.name?),
            "known" => Value::Flag(self.name.is_some()),
            "whole" => Value::Flag(self.is_whole),
            _ => return None,
        })
    }
}

/// A file that says who owns which code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOwners {
    /// How many of its lines name an owner.
    pub entries: u64,
    /// It lies where a source host looks for it.
    pub is_read: bool,
}

impl Attributes for CodeOwners {
    const FIELDS: &'static [&'static str] = &["entries", "read"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "entries" => Value::Number(self.entries),
            "read" => Value::Flag(self.is_read),
            _ => return None,
        })
    }
}
