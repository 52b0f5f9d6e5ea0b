//! What is tracked and should not be: binaries, installed dependencies, build outputs. And what pins versions.

use super::{Attributes, Value};

/// A file of machine code, byte code or packed code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// `executable`, `library`, `byte code`, `package` (an archive of code) or `archive` (of anything).
    pub kind: &'static str,
    /// The format: `ELF`, `Java class`, `.jar`.
    pub format: &'static str,
    /// The file's name.
    pub name: String,
}

impl Attributes for Binary {
    const FIELDS: &'static [&'static str] = &["kind", "format", "name"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(self.kind),
            "format" => Value::Text(self.format),
            "name" => Value::Text(&self.name),
            _ => return None,
        })
    }
}

/// A folder that a tool fills, in the tree. Derived, at its first file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedOutput {
    /// `dependencies` (what a package manager installs) or `build output`.
    pub kind: &'static str,
    /// The folder.
    pub folder: String,
    /// How many files lie in it.
    pub files: u64,
}

impl Attributes for CommittedOutput {
    const FIELDS: &'static [&'static str] = &["kind", "folder", "files"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "kind" => Value::Text(self.kind),
            "folder" => Value::Text(&self.folder),
            "files" => Value::Number(self.files),
            _ => return None,
        })
    }
}

/// How many of the packages whose tool makes a lock file have one. Derived, at the first without, or else at the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLocking {
    /// Packages with a lock file, their own or their workspace's.
    pub locked: u64,
    /// Packages without.
    pub unlocked: u64,
    /// The manifest at which this stands.
    pub manifest: String,
}

impl Attributes for VersionLocking {
    const FIELDS: &'static [&'static str] = &["locked", "unlocked", "manifest"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "locked" => Value::Number(self.locked),
            "unlocked" => Value::Number(self.unlocked),
            "manifest" => Value::Text(&self.manifest),
            _ => return None,
        })
    }
}
