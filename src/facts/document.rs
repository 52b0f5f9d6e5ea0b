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
    /// How data is saved and restored.
    Backup,
    /// How a release or a change of the schema is taken back.
    Rollback,
    /// How programs call it.
    Api,
    /// How it is administered, maintained and mended by those who run it.
    Operation,
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
            Self::Backup => "backup",
            Self::Rollback => "rollback",
            Self::Api => "api",
            Self::Operation => "operation",
        }
    }
}

/// How a document comes to be about its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentForm {
    /// The whole document is, by its name or its title.
    Document,
    /// A section is, by its heading.
    Section,
    /// A section is, by the commands that it shows.
    Commands,
    /// A sentence says what such a document would say.
    Sentence,
    /// A link leads to what is written elsewhere.
    Link,
}

impl DocumentForm {
    /// The name in rules and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Section => "section",
            Self::Commands => "commands",
            Self::Sentence => "sentence",
            Self::Link => "link",
        }
    }
}

/// A document, or a part of one, about a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is about.
    pub subject: DocumentSubject,
    /// Its heading, or the file's name where it has none; a link's text.
    pub title: String,
    /// How many words it has, the sections below its heading included. What only links say is not counted.
    pub words: u64,
    /// The whole document, a section of one about something else, or a link.
    pub form: DocumentForm,
}

impl Attributes for Document {
    const FIELDS: &'static [&'static str] = &["subject", "title", "words", "form"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "subject" => Value::Text(self.subject.name()),
            "title" => Value::Text(&self.title),
            "words" => Value::Number(self.words),
            "form" => Value::Text(self.form.name()),
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
