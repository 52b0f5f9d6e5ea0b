//! One tool: the form in TOML and the compiled patterns.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::command::{CommandForm, CommandPattern};
use super::path_glob::PathGlob;
use super::resource::ResourcePattern;
use super::setup::{SetupForm, SetupPattern};
use crate::facts::{ComponentKind, Ecosystem};

/// A file of `rules/signals/`: its name is the topic of the tools in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignalFile {
    pub(super) tools: BTreeMap<String, ToolForm>,
}

/// A tool as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct ToolForm {
    title: String,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    imports: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    purposes: Vec<String>,
    #[serde(default)]
    commands: Vec<CommandForm>,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    setup: Vec<SetupForm>,
    #[serde(default)]
    only_with: Vec<String>,
    #[serde(default)]
    resources: Vec<String>,
    #[serde(default)]
    makes: Vec<ComponentKind>,
}

/// A known tool.
#[derive(Debug)]
pub struct Tool {
    /// Its id: `sentry`.
    pub id: String,
    /// Its name as people write it.
    pub title: String,
    /// What it is for: the name of its file, and others that its entry adds.
    pub topics: Vec<String>,
    /// The packages that are it.
    pub dependencies: Vec<PackagePattern>,
    /// Modules that are it, where their names do not follow from the packages'.
    pub imports: Vec<PackagePattern>,
    /// Its configuration files, as globs over whole paths.
    pub files: Vec<Arc<PathGlob>>,
    /// Its commands, each with what it is for.
    pub commands: Vec<CommandPattern>,
    /// Actions, orbs and components that run it, without versions; `*` for any part.
    pub actions: Vec<NamePattern>,
    /// What it is for when an action runs it.
    pub purposes: Vec<String>,
    /// What sets it up: calls in code, lines of configuration.
    pub setup: Vec<SetupPattern>,
    /// Resources of infrastructure as code that are it.
    pub resources: Vec<ResourcePattern>,
    /// Other tools, one of which must be set up before its own setup means anything.
    pub only_with: Vec<String>,
    /// The kinds of a component that uses it in its product code: an HTTP framework makes a service.
    pub makes: Vec<ComponentKind>,
}

impl ToolForm {
    /// Compiles the patterns. The error is the text to point at and what is wrong with it.
    pub(super) fn compile(self, id: &str, topic: &str) -> Result<Tool, (String, String)> {
        let packages = |list: &[String]| list.iter().map(|text| PackagePattern::parse(text)).collect::<Result<_, _>>();
        let mut topics = vec![topic.to_owned()];
        topics.extend(self.topics);
        let files = self.files.iter().map(|glob| PathGlob::new(glob).map(Arc::new)).collect::<Result<_, _>>()?;
        let commands =
            self.commands.into_iter().map(|form| form.compile(&self.purposes)).collect::<Result<Vec<_>, _>>()?;
        Ok(Tool {
            id: id.to_owned(),
            title: self.title,
            topics,
            dependencies: packages(&self.dependencies)?,
            imports: packages(&self.imports)?,
            files,
            commands,
            actions: self.actions.iter().map(|name| NamePattern::new(name)).collect(),
            purposes: self.purposes,
            setup: self.setup.iter().map(SetupForm::compile).collect::<Result<_, _>>()?,
            resources: self.resources.iter().map(|text| ResourcePattern::parse(text)).collect::<Result<_, _>>()?,
            only_with: self.only_with,
            makes: self.makes,
        })
    }
}

/// A name in which `*` stands for any text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    parts: Vec<String>,
}

impl NamePattern {
    /// Compiles a pattern.
    pub fn new(pattern: &str) -> Self {
        Self { parts: pattern.split('*').map(str::to_owned).collect() }
    }

    /// The pattern as written.
    pub fn written(&self) -> String {
        self.parts.join("*")
    }

    /// Whether a text starts as every name of the pattern does: cheaper than what a longer look takes.
    pub fn may_start(&self, text: &str) -> bool {
        self.parts.first().is_none_or(|first| text.starts_with(first.as_str()))
    }

    /// Whether a whole name is of the pattern.
    pub fn matches(&self, name: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.parts.first().is_some_and(|only| only == name);
        };
        let Some(mut rest) = name.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) else {
            return false;
        };
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or("");
        }
        true
    }
}

/// A package of an ecosystem: `npm:@sentry/*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagePattern {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// The name.
    pub name: NamePattern,
    /// The pattern as written, without the ecosystem.
    pub text: String,
}

impl PackagePattern {
    /// Parses `ecosystem:name`.
    pub fn parse(text: &str) -> Result<Self, (String, String)> {
        let wrong = |message: &str| (text.to_owned(), format!("`{text}`: {message}"));
        let (ecosystem, name) = text.split_once(':').ok_or_else(|| wrong("a package is `ecosystem:name`"))?;
        let ecosystem = Ecosystem::from_name(ecosystem).ok_or_else(|| wrong("no ecosystem has that name"))?;
        Ok(Self { ecosystem, name: NamePattern::new(name), text: name.to_owned() })
    }

    /// The pattern as written, with its ecosystem.
    pub fn written(&self) -> String {
        format!("{}:{}", self.ecosystem.name(), self.text)
    }

    /// Whether it means this package.
    pub fn matches(&self, ecosystem: Ecosystem, name: &str) -> bool {
        self.ecosystem == ecosystem && self.name.matches(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(NamePattern::new("@sentry/*").matches("@sentry/nextjs"));
        assert!(!NamePattern::new("@sentry/*").matches("sentry"));
        assert!(NamePattern::new("a*b*c").matches("axxbyyc"));
        assert!(!NamePattern::new("ab*ba").matches("aba"));
        assert!(NamePattern::new("jest").matches("jest"));
        assert!(!NamePattern::new("jest").matches("jest-junit"));
    }
}
