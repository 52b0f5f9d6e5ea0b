//! Compliance frameworks as data: controls, our own short titles for them, the rules that give evidence, and what no scan
//! of a repository can show. They stand in `rules/frameworks/*.toml`, and nowhere else.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Rule;
use crate::facts::RuleId;
use crate::packs::{self, PackError};

/// A framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Its id: `soc2`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Which version of it.
    pub version: String,
    /// Where it is published.
    pub url: String,
    /// What it is about.
    pub about: String,
    /// Its controls: those that rules speak of in its own order, then those outside of every repository.
    pub controls: Vec<Control>,
}

/// A control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its id: `CC8.1`.
    pub id: String,
    /// Our own short title.
    pub title: String,
    /// Rules that give evidence for it.
    pub rules: Vec<RuleId>,
    /// What no scan can show.
    pub beyond: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameworkForm {
    title: String,
    version: String,
    url: String,
    about: String,
    control: Vec<ControlForm>,
    #[serde(default)]
    outside: Vec<OutsideForm>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ControlForm {
    id: String,
    title: String,
    rules: Vec<String>,
    beyond: String,
}

/// Controls for which no rule can give evidence, one reason for all of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutsideForm {
    ids: Vec<String>,
    title: String,
    beyond: String,
}

impl OutsideForm {
    fn controls(self) -> impl Iterator<Item = Control> {
        let Self { ids, title, beyond } = self;
        ids.into_iter().map(move |id| Control { id, title: title.clone(), rules: Vec::new(), beyond: beyond.clone() })
    }
}

impl Framework {
    /// Reads a file of a pack. Every rule that it names must exist.
    pub(super) fn parse(file: &str, text: &str, rules: &BTreeMap<RuleId, Rule>) -> Result<Self, PackError> {
        let id = file.trim_start_matches("frameworks/").trim_end_matches(".toml").to_owned();
        let form: FrameworkForm = packs::parse(file, text)?;
        // `ci/*` means every rule of the category.
        let known = |name: &String| {
            let meant: Vec<RuleId> = match name.strip_suffix("/*") {
                Some(category) => rules.keys().filter(|id| id.category() == category).cloned().collect(),
                None => RuleId::parse(name).filter(|id| rules.contains_key(id)).into_iter().collect(),
            };
            if !meant.is_empty() {
                return Ok(meant);
            }
            Err({
                let error = PackError::at(file, text, name, format!("no rule is called `{name}`"));
                match packs::nearest(name, rules.keys().map(RuleId::as_str)) {
                    Some(near) => error.with_help(format!("did you mean `{near}`?")),
                    None => error,
                }
            })
        };
        let control = |form: ControlForm| {
            let rules: Vec<Vec<RuleId>> = form.rules.iter().map(known).collect::<Result<_, _>>()?;
            let rules: BTreeSet<RuleId> = rules.into_iter().flatten().collect();
            let rules = rules.into_iter().collect();
            Ok(Control { id: form.id, title: form.title, rules, beyond: form.beyond })
        };
        let mut controls: Vec<Control> = form.control.into_iter().map(control).collect::<Result<_, PackError>>()?;
        controls.extend(form.outside.into_iter().flat_map(OutsideForm::controls));
        Ok(Self { id, title: form.title, version: form.version, url: form.url, about: form.about, controls })
    }
}

/// Tells every rule its controls, by framework.
pub(super) fn tell_controls(frameworks: &[Framework], rules: &mut BTreeMap<RuleId, Rule>) {
    for framework in frameworks {
        for control in &framework.controls {
            for id in &control.rules {
                if let Some(rule) = rules.get_mut(id) {
                    rule.controls.entry(framework.id.clone()).or_default().push(control.id.clone());
                }
            }
        }
    }
}
