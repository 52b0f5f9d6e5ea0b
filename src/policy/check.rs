//! Names in a configuration that only the loaded rules can check: of rules, categories, profiles and frameworks.

use super::Profile;
use crate::config::{Entry, Layer};
use crate::packs::{self, PackError};
use crate::rules::Catalogue;

/// The names that exist.
pub(super) struct Known<'a> {
    pub catalogue: &'a Catalogue,
    pub profiles: &'a [Profile],
}

impl Known<'_> {
    /// Every name of a layer must exist.
    pub(super) fn check(&self, layer: &Layer) -> Result<(), PackError> {
        for entry in &layer.entries {
            let key: Vec<&str> = entry.key.iter().map(String::as_str).collect();
            match key.as_slice() {
                ["rules", id, ..] | ["gates", "max", id] => self.rule(layer, entry, id)?,
                ["categories", id, ..] | ["gates", "categories", id] => self.category(layer, entry, id)?,
                ["profile"] => self.profile(layer, entry, false)?,
                ["overlays"] => self.profile(layer, entry, true)?,
                ["frameworks"] => self.frameworks(layer, entry)?,
                _ => {}
            }
        }
        layer.form.waivers.iter().try_for_each(|waiver| {
            let is_known = self.catalogue.rule(&waiver.rule).is_some();
            if is_known { Ok(()) } else { Err(unknown(layer, None, "rule", &waiver.rule, &self.rules())) }
        })
    }

    fn rules(&self) -> Vec<&str> {
        self.catalogue.rules.iter().map(|rule| rule.id.as_str()).collect()
    }

    fn rule(&self, layer: &Layer, entry: &Entry, id: &str) -> Result<(), PackError> {
        if self.catalogue.rule(id).is_some() {
            Ok(())
        } else {
            Err(unknown(layer, Some(entry), "rule", id, &self.rules()))
        }
    }

    fn category(&self, layer: &Layer, entry: &Entry, id: &str) -> Result<(), PackError> {
        let known: Vec<&str> = self.catalogue.categories.iter().map(|category| category.id.as_str()).collect();
        if known.contains(&id) { Ok(()) } else { Err(unknown(layer, Some(entry), "category", id, &known)) }
    }

    fn frameworks(&self, layer: &Layer, entry: &Entry) -> Result<(), PackError> {
        let known: Vec<&str> = self.catalogue.frameworks.iter().map(|own| own.id.as_str()).collect();
        let names = entry.value.as_array().into_iter().flatten().filter_map(toml::Value::as_str);
        match names.into_iter().find(|name| !known.contains(name)) {
            Some(name) => Err(unknown(layer, Some(entry), "framework", name, &known)),
            None => Ok(()),
        }
    }

    fn profile(&self, layer: &Layer, entry: &Entry, is_overlay: bool) -> Result<(), PackError> {
        let own = self.profiles.iter().filter(|profile| profile.is_overlay == is_overlay);
        let known: Vec<&str> = own.map(|profile| profile.name.as_str()).collect();
        let names = entry.value.as_array().map_or_else(|| vec![&entry.value], |list| list.iter().collect());
        let noun = if is_overlay { "overlay" } else { "profile" };
        for name in names.into_iter().filter_map(toml::Value::as_str) {
            if !known.contains(&name) {
                return Err(unknown(layer, Some(entry), noun, name, &known));
            }
        }
        Ok(())
    }
}

/// An error at the name itself where the text holds it, else at the entry.
fn unknown(layer: &Layer, entry: Option<&Entry>, noun: &str, name: &str, known: &[&str]) -> PackError {
    let message = format!("no {noun} is called `{name}`");
    let error = match entry {
        Some(entry) if entry.line == 0 || entry.key.iter().any(|part| part == name) => layer.error(entry, message),
        _ => PackError::at(&layer.file, &layer.text, name, message),
    };
    match packs::nearest(name, known.iter().copied()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None if known.len() <= 12 => error.with_help(format!("there are {}", known.join(", "))),
        None => error,
    }
}
