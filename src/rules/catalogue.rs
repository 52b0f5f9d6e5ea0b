//! All rules of the loaded packs, with their categories.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Framework, Rule, form, framework};
use crate::extract::Pattern;
use crate::facts::RuleId;
use crate::packs::{self, PackError};

/// A category of rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its id, the first part of its rules' ids.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its weight in the overall score.
    pub weight: u32,
    /// The groups of categories it belongs to.
    pub groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoriesFile {
    category: Vec<Category>,
}

/// The most queries and expressions of all rules: what the rules of a repository cost stays bounded.
const MOST_PATTERNS: usize = 500;

/// Every rule, in the order of categories, then heaviest first, then by id.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// The categories in the order of reports.
    pub categories: Vec<Category>,
    /// The rules.
    pub rules: Vec<Arc<Rule>>,
    /// Compliance frameworks, by id.
    pub frameworks: Vec<Framework>,
    /// Why rules are switched off, by id.
    pub disabled: BTreeMap<RuleId, String>,
    /// The patterns that rules bring along.
    pub patterns: Vec<Arc<Pattern>>,
    /// A digest over all texts of the packs: `sha256:…`.
    pub digest: String,
}

impl Catalogue {
    /// The rules that are built in.
    pub fn built_in() -> Result<Self, PackError> {
        Self::load(packs::BUILT_IN)
    }

    /// Loads a pack: `categories.toml` and `<category>/<name>.toml`. Deeper folders and `signals/` hold vocabularies.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, PackError> {
        let mut categories = Vec::new();
        let mut rules = Vec::new();
        let mut patterns = Vec::new();
        for &(file, text) in files {
            if file == "categories.toml" {
                categories.extend(packs::parse::<CategoriesFile>(file, text)?.category);
            } else if is_rule(file) {
                let (rule, own) = form::compile(file, text)?;
                patterns.extend(own.into_iter().map(Arc::new));
                if patterns.len() > MOST_PATTERNS {
                    let message = format!("together, rules have at most {MOST_PATTERNS} queries and expressions");
                    return Err(PackError::at(file, text, "", message));
                }
                rules.push((rule, file, text));
            }
        }
        only_once(&rules)?;
        let order: BTreeMap<&str, usize> =
            categories.iter().enumerate().map(|(index, category)| (category.id.as_str(), index)).collect();
        for (rule, file, text) in &rules {
            if !order.contains_key(rule.id.category()) {
                let message = format!("no category is called `{}`", rule.id.category());
                let known = packs::nearest(rule.id.category(), order.keys().copied());
                let error = PackError::at(file, text, "", message);
                return Err(match known {
                    Some(known) => error.with_help(format!("did you mean `{known}`?")),
                    None => error.with_help("declare it in categories.toml"),
                });
            }
        }
        let mut by_id: BTreeMap<RuleId, Rule> = rules.into_iter().map(|(rule, ..)| (rule.id.clone(), rule)).collect();
        let is_framework = |file: &str| file.starts_with("frameworks/");
        let own = files.iter().filter(|(file, _)| is_framework(file));
        let frameworks: Vec<Framework> =
            own.map(|(file, text)| Framework::parse(file, text, &by_id)).collect::<Result<_, _>>()?;
        framework::tell_controls(&frameworks, &mut by_id);
        let mut rules: Vec<Arc<Rule>> = by_id.into_values().map(Arc::new).collect();
        sort(&categories, &mut rules);
        Ok(Self { categories, rules, frameworks, patterns, disabled: BTreeMap::new(), digest: digest(files) })
    }

    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.id.as_str() == id)
    }
}

/// No rule takes the place of another one in silence. A folder that is named twice is the same rules.
fn only_once(rules: &[(Rule, &str, &str)]) -> Result<(), PackError> {
    let mut texts: BTreeMap<&RuleId, &str> = BTreeMap::new();
    for (rule, file, text) in rules {
        let first = *texts.entry(&rule.id).or_insert(text);
        if first != *text {
            let message = format!("there is a rule `{}` already", rule.id);
            let help = format!(
                "give this one another name; where it replaces that one, say so in auditor.toml: `[rules.\"{}\"]` with `disabled = \"why\"`",
                rule.id
            );
            return Err(PackError::at(file, text, "", message).with_help(help));
        }
    }
    Ok(())
}

/// In the order of categories, then heaviest first, then by id.
pub(super) fn sort(categories: &[Category], rules: &mut [Arc<Rule>]) {
    let place = |rule: &Rule| categories.iter().position(|category| category.id == rule.id.category());
    let key = |rule: &Rule| (place(rule), std::cmp::Reverse(rule.weight));
    rules.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)));
}

pub(super) fn is_rule(file: &str) -> bool {
    let is_vocabulary = ["signals/", "profiles/", "frameworks/"].iter().any(|folder| file.starts_with(folder));
    file.matches('/').count() == 1 && !is_vocabulary
}

fn digest(files: &[(&str, &str)]) -> String {
    if files == packs::BUILT_IN {
        return format!("sha256:{}", packs::DIGEST);
    }
    digest_of(files)
}

fn digest_of(files: &[(&str, &str)]) -> String {
    let mut hash = Sha256::new();
    for (file, text) in files {
        for part in [file, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_the_built_in_files_is_that_of_their_texts() {
        assert_eq!(digest(packs::BUILT_IN), digest_of(packs::BUILT_IN));
    }

    #[test]
    fn a_rule_of_a_pack_does_not_take_the_place_of_another_one() {
        let mut files = packs::BUILT_IN.to_vec();
        let &(file, text) = files.iter().find(|(file, _)| *file == "errors/swallowed.toml").unwrap();
        files.push((file, text));
        assert!(Catalogue::load(&files).is_ok(), "the same rule twice");
        let other = text.replacen("title = \"", "title = \"Our: ", 1);
        files.push((file, &other));
        let error = Catalogue::load(&files).unwrap_err().to_string();
        assert!(error.contains("there is a rule `errors/swallowed` already"), "{error}");
    }
}
