//! The safe sequence for a change of the schema, in the words of the migration tool that makes it.

use std::collections::BTreeMap;

use handlebars::Handlebars;
use serde::{Deserialize, Serialize};

use crate::facts::SchemaChange;
use crate::model::Repository;
use crate::packs::{self, PackError};
use crate::rules::Outcome;

/// How tools do what sequences ask for.
pub(super) const WORDS: &str = "remedies/migrations/tools.toml";

/// The words of a tool that no words are written for.
const ANY: &str = "home-made";

/// Findings of more tools than these get the sequence of the first ones.
const MOST: usize = 3;

/// A sequence, for some tools and engines, or for all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sequence {
    #[serde(default)]
    tools: Vec<String>,
    #[serde(default)]
    engines: Vec<String>,
    text: String,
}

/// The words of a tool.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Its name.
    title: String,
    /// How an empty migration is made.
    new: String,
    /// How SQL is written in it.
    sql: String,
    /// How it leaves the transaction.
    alone: String,
    /// How the mapper leaves something out.
    forget: String,
}

/// What a template sees.
#[derive(Serialize)]
struct Context<'w> {
    tool: &'w Words,
}

/// The words of all tools.
#[derive(Debug, Default)]
pub(super) struct Steps {
    tools: BTreeMap<String, Words>,
}

impl Steps {
    /// Reads the words.
    pub(super) fn built_in() -> Result<Self, PackError> {
        let words = packs::BUILT_IN.iter().find(|(file, _)| *file == WORDS);
        let tools = words.map(|&(file, text)| packs::parse(file, text)).transpose()?;
        Ok(Self { tools: tools.unwrap_or_default() })
    }

    /// The sequences for the tools whose migrations an outcome's findings stand in; those of new findings first.
    pub(super) fn of(
        &self,
        sequences: &[Sequence],
        outcome: &Outcome,
        repository: &Repository,
        templates: &Handlebars<'_>,
    ) -> Option<String> {
        let mut counted: Vec<_> = outcome.findings.iter().filter(|finding| finding.counts).collect();
        counted.sort_by_key(|finding| finding.is_old);
        let mut told: Vec<(String, String)> = Vec::new();
        for finding in counted {
            let mut changes = repository.facts.each::<SchemaChange>();
            let change = changes.find(|(fact, _)| fact.place == finding.place).map(|(_, change)| change);
            let Some(change) = change.filter(|change| !told.iter().any(|(tool, _)| *tool == change.tool)) else {
                continue;
            };
            let text = self.text(sequences, &change.tool, &change.engine, templates)?;
            told.push((change.tool.clone(), text));
            if told.len() == MOST {
                break;
            }
        }
        match told.as_slice() {
            [] => None,
            [(_, text)] => Some(text.clone()),
            several => {
                let title = |tool: &str| self.words(tool).map_or("", |own| &own.title).replacen("the ", "The ", 1);
                let named = several.iter().map(|(tool, text)| format!("{}: {text}", title(tool)));
                Some(named.collect::<Vec<_>>().join("\n\n"))
            }
        }
    }

    fn words(&self, tool: &str) -> Option<&Words> {
        self.tools.get(tool).or_else(|| self.tools.get(ANY))
    }

    /// The first sequence that fits, with the tool's words in it.
    fn text(&self, sequences: &[Sequence], tool: &str, engine: &str, templates: &Handlebars<'_>) -> Option<String> {
        let fits = |list: &[String], own: &str| list.is_empty() || list.iter().any(|name| name == own);
        let sequence = sequences.iter().find(|one| fits(&one.tools, tool) && fits(&one.engines, engine))?;
        let text = templates.render_template(&sequence.text, &Context { tool: self.words(tool)? }).ok()?;
        Some(sentences(text.trim()))
    }
}

/// The text with a capital letter where a sentence begins: words of tools are written as they stand inside of one.
fn sentences(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut begins = true;
    let mut previous = ' ';
    for character in text.chars() {
        if begins && character.is_ascii_lowercase() {
            written.push(character.to_ascii_uppercase());
        } else {
            written.push(character);
        }
        begins = begins && character == ' ' && previous == ' ' || character == ' ' && previous == '.';
        previous = character;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Chapter {
        #[serde(default)]
        steps: Vec<Sequence>,
    }

    fn templates() -> Handlebars<'static> {
        let mut templates = Handlebars::new();
        templates.set_strict_mode(true);
        templates.register_escape_fn(handlebars::no_escape);
        templates
    }

    #[test]
    fn every_tool_has_a_sequence_for_every_change_on_every_engine() {
        let steps = Steps::built_in().unwrap();
        let templates = templates();
        let mut rules = 0;
        for (file, text) in packs::BUILT_IN {
            let is_chapter = file.starts_with("remedies/migrations/") && *file != WORDS;
            let chapter = is_chapter.then(|| toml::from_str::<Chapter>(text).unwrap());
            // What is missing as a whole has no statement to replace.
            let Some(chapter) = chapter.filter(|chapter| !chapter.steps.is_empty()) else { continue };
            rules += 1;
            for tool in steps.tools.keys() {
                for engine in ["postgresql", "mysql", "sqlite", ""] {
                    let told = steps.text(&chapter.steps, tool, engine, &templates);
                    let told = told.unwrap_or_else(|| panic!("{file}: nothing for {tool} on {engine}"));
                    assert!(!told.contains("{{"), "{file}: {told}");
                }
            }
        }
        assert_eq!(rules, 14);
    }

    #[test]
    fn a_tool_without_words_gets_the_general_ones() {
        let steps = Steps::built_in().unwrap();
        assert_eq!(steps.words("unheard-of").map(|words| words.title.as_str()), Some("the runner of this repository"));
    }

    #[test]
    fn sentences_begin_with_a_capital_letter() {
        assert_eq!(sentences("make one. `b` is. 2. write x.y"), "Make one. `b` is. 2. Write x.y");
    }
}
