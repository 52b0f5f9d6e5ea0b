//! Profiles and overlays: settings for what a repository mainly is, and for what a law asks of it on top. They are data
//! (`rules/profiles/*.toml`), and a layer like any file of settings.

use serde::Deserialize;

use crate::config::{Form, Layer, Source};
use crate::facts::{ComponentKind, Role, ToolUse};
use crate::model::Repository;
use crate::packs::{self, PackError};

/// A profile or an overlay.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name, from the file's.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub about: String,
    /// Whether it comes on top of a profile.
    pub is_overlay: bool,
    /// Topics of tools whose use chooses an overlay.
    pub chosen_by: Vec<String>,
    /// Its settings.
    pub layer: Layer,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ProfileFile {
    title: String,
    about: String,
    #[serde(default)]
    overlay: bool,
    #[serde(default)]
    chosen_by: Vec<String>,
    #[serde(default)]
    settings: Form,
}

impl Profile {
    /// The profiles that are built in.
    pub fn built_in() -> Result<Vec<Self>, PackError> {
        let named = packs::BUILT_IN.iter().filter_map(|&(file, text)| {
            let name = file.strip_prefix("profiles/")?.strip_suffix(".toml")?;
            Some((name, file, text))
        });
        named.map(|(name, file, text)| Self::parse(name, file, text)).collect()
    }

    fn parse(name: &str, file: &str, text: &str) -> Result<Self, PackError> {
        let form: ProfileFile = packs::parse(file, text)?;
        let settings = toml::to_string(&form.settings)
            .map_err(|error| PackError::at(file, text, "[settings]", format!("settings cannot be read: {error}")))?;
        let place = format!("{} {name}", if form.overlay { "overlay" } else { "profile" });
        let mut layer = Layer::parse(Source::Profile, &place, &settings)?;
        // The lines are those of the settings alone, which nobody can look up.
        layer.entries.retain(|entry| entry.value.as_array().is_none_or(|list| !list.is_empty()));
        layer.entries.iter_mut().for_each(|entry| entry.line = 0);
        Ok(Self {
            name: name.to_owned(),
            title: form.title,
            about: form.about,
            is_overlay: form.overlay,
            chosen_by: form.chosen_by,
            layer,
        })
    }

    /// Whether what a repository uses chooses this overlay.
    pub fn is_chosen(&self, repository: &Repository) -> bool {
        let concerns = |tool: &ToolUse| tool.topics.iter().any(|topic| self.chosen_by.contains(topic));
        self.is_overlay
            && repository.facts.each::<ToolUse>().any(|(fact, tool)| {
                tool.how != "declared" && matches!(fact.role, Role::Product | Role::Configuration) && concerns(tool)
            })
    }
}

/// What a repository mainly is: the kind that asks most of it.
pub fn main_kind(repository: &Repository) -> &'static str {
    use ComponentKind::{Cli, Infra, Library, Service, Web};
    let has = |kind| repository.components.iter().any(|component| component.kinds.contains_key(&kind));
    [Service, Web, Cli, Library, Infra].into_iter().find(|&kind| has(kind)).map_or("other", ComponentKind::name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_are_well_formed_and_named() {
        let profiles = Profile::built_in().unwrap();
        let names: Vec<&str> = profiles.iter().map(|profile| profile.name.as_str()).collect();
        assert_eq!(names, ["cli", "healthcare", "infra", "library", "payments", "service", "web"]);
        for profile in &profiles {
            assert_eq!(profile.is_overlay, !profile.chosen_by.is_empty(), "{}", profile.name);
            assert!(profile.about.ends_with('.'), "{}", profile.name);
        }
    }
}
