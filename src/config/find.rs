//! Finds the files of a configuration, and keeps what they may read inside the repository.
//!
//! The rule: a file that is found in the repository reads (through `extends`, `rule-packs`, `gates.baseline`,
//! `gates.ratchet`) only files of the repository, links included. What the command line names is trusted: `--config` and
//! `--policy` may name any file, and so may what they extend; `--trust-config` trusts the repository's file as well.

use std::path::{Path, PathBuf};

use super::layer::{Layer, Source};
use super::tree::{Tree, read_text, toml_files};
use crate::packs::PackError;

/// The name of the file.
pub const NAME: &str = "auditor.toml";
/// How far files may extend each other.
const DEPTH: usize = 5;

/// What the command line says about the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Look for no file.
    pub no_config: bool,
    /// The repository's file, instead of looking for it.
    pub config: Option<PathBuf>,
    /// Organisations' files below the repository's, the weakest first.
    pub policies: Vec<PathBuf>,
    /// Whether the repository's file may read outside of the repository.
    pub trust: bool,
}

/// Where a file of the configuration lies.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// In the repository.
    Inside(String),
    /// Anywhere, trusted.
    Outside(PathBuf),
}

/// The layers of files, the weakest first.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The layers.
    pub layers: Vec<Layer>,
    /// The files of rule packs: path inside the pack and text, in the order of layers and paths.
    pub packs: Vec<(String, String)>,
    /// The folder that globs are relative to, below the root of the repository.
    pub base: String,
    /// The text of the baseline that the configuration names, with its name.
    pub baseline: Option<(String, String)>,
    /// The same for the recorded scores.
    pub ratchet: Option<(String, String)>,
}

/// Finds the layers of a scan. `scanned` is the scanned folder below the root of the repository, `""` for the root.
pub fn find(tree: &dyn Tree, scanned: &str, wish: &Wish) -> Result<Found, PackError> {
    let mut finder = Finder { tree, found: Found { base: scanned.to_owned(), ..Found::default() } };
    for policy in &wish.policies {
        finder.add(Source::Organisation, Place::Outside(policy.clone()), true)?;
    }
    if let Some(config) = &wish.config {
        finder.add(Source::Repository, Place::Outside(config.clone()), true)?;
    } else if !wish.no_config
        && let Some(path) = finder.look_upwards(scanned)?
    {
        folder_of(&path).clone_into(&mut finder.found.base);
        finder.add(Source::Repository, Place::Inside(path), wish.trust)?;
    }
    Ok(finder.found)
}

struct Finder<'a> {
    tree: &'a dyn Tree,
    found: Found,
}

impl Finder<'_> {
    /// The nearest file on the way from the scanned folder up to the root of the repository.
    fn look_upwards(&self, scanned: &str) -> Result<Option<String>, PackError> {
        let mut folder = scanned;
        loop {
            let path = join(folder, NAME).unwrap_or_default();
            let read = self.tree.read(&path).map_err(|message| unreadable(&path, &message))?;
            if read.is_some() {
                return Ok(Some(path));
            }
            if folder.is_empty() {
                return Ok(None);
            }
            folder = folder_of(folder);
        }
    }

    /// Adds a file after those that it extends.
    fn add(&mut self, source: Source, place: Place, is_trusted: bool) -> Result<(), PackError> {
        let mut chain: Vec<(Layer, Place)> = Vec::new();
        let mut next = Some((source, place));
        while let Some((source, place)) = next {
            let name = place.name();
            let text = self.read(&place).map_err(|message| unreadable(&name, &message))?;
            let layer = Layer::parse(source, &name, &text)?;
            next = match &layer.form.extends {
                None => None,
                Some(extends) if chain.len() >= DEPTH => {
                    return Err(wrong(&layer, extends, "files extend each other more than five deep, or in a circle"));
                }
                Some(extends) => {
                    let target = place.beside(extends, is_trusted);
                    let target = target.ok_or_else(|| leads_out(&layer, extends))?;
                    self.read(&target).map_err(|message| wrong(&layer, extends, &message))?;
                    Some((Source::Organisation, target))
                }
            };
            chain.push((layer, place));
        }
        for (layer, place) in chain.into_iter().rev() {
            self.add_packs(&layer, &place, is_trusted)?;
            let gates = &layer.form.gates;
            for (wanted, is_baseline) in [(&gates.baseline, true), (&gates.ratchet, false)] {
                let Some(wanted) = wanted else { continue };
                let target = place.beside(wanted, is_trusted).ok_or_else(|| leads_out(&layer, wanted))?;
                let text = self.read(&target).map_err(|message| wrong(&layer, wanted, &message))?;
                let slot = if is_baseline { &mut self.found.baseline } else { &mut self.found.ratchet };
                *slot = Some((target.name(), text));
            }
            self.found.layers.push(layer);
        }
        Ok(())
    }

    fn add_packs(&mut self, layer: &Layer, place: &Place, is_trusted: bool) -> Result<(), PackError> {
        for pack in &layer.form.rule_packs {
            let folder = place.beside(pack, is_trusted).ok_or_else(|| leads_out(layer, pack))?;
            let files = match &folder {
                Place::Inside(folder) => self.tree.list(folder),
                Place::Outside(folder) => toml_files(folder),
            };
            for file in files.map_err(|message| wrong(layer, pack, &message))? {
                let (inner, place) = match &folder {
                    Place::Inside(folder) => {
                        let inner = file.strip_prefix(folder.as_str()).unwrap_or(&file).trim_start_matches('/');
                        (inner.to_owned(), Place::Inside(file.clone()))
                    }
                    Place::Outside(folder) => (file.clone(), Place::Outside(folder.join(&file))),
                };
                let text = self.read(&place).map_err(|message| unreadable(&place.name(), &message))?;
                self.found.packs.push((inner, text));
            }
        }
        Ok(())
    }

    fn read(&self, place: &Place) -> Result<String, String> {
        match place {
            Place::Inside(path) => self.tree.read(path)?.ok_or_else(|| "there is no such file".to_owned()),
            Place::Outside(path) => read_text(path),
        }
    }
}

impl Place {
    fn name(&self) -> String {
        match self {
            Self::Inside(path) => path.clone(),
            Self::Outside(path) => path.display().to_string(),
        }
    }

    /// What a file means by a path; `None` where that leads out of the repository and may not.
    fn beside(&self, path: &str, is_trusted: bool) -> Option<Self> {
        match self {
            Self::Outside(own) => Some(Self::Outside(own.parent().unwrap_or(Path::new("")).join(path))),
            Self::Inside(own) => match join(folder_of(own), path) {
                Some(inside) => Some(Self::Inside(inside)),
                None if is_trusted => Some(Self::Outside(Path::new(folder_of(own)).join(path))),
                None => None,
            },
        }
    }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path relative to a folder of the repository; `None` where it leads out of it.
fn join(folder: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn unreadable(file: &str, message: &str) -> PackError {
    let message = format!("cannot be read: {message}");
    PackError { file: file.to_owned(), line: 0, column: 0, message, help: None }
}

fn wrong(layer: &Layer, needle: &str, message: &str) -> PackError {
    PackError::at(&layer.file, &layer.text, needle, format!("`{needle}` cannot be used: {message}"))
}

fn leads_out(layer: &Layer, path: &str) -> PackError {
    wrong(layer, path, "it leads out of the repository").with_help(
        "name an organisation's file with `--policy FILE`, or trust the repository's file with `--trust-config`",
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Fake(BTreeMap<String, String>);

    impl Tree for Fake {
        fn read(&self, path: &str) -> Result<Option<String>, String> {
            Ok(self.0.get(path).cloned())
        }

        fn list(&self, folder: &str) -> Result<Vec<String>, String> {
            let below = |path: &&String| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
            Ok(self.0.keys().filter(below).cloned().collect())
        }
    }

    fn found(files: &[(&str, &str)], scanned: &str) -> Result<Found, PackError> {
        let files = files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect();
        find(&Fake(files), scanned, &Wish::default())
    }

    #[test]
    fn the_nearest_file_counts_and_what_it_extends_is_weaker() {
        let files = [
            ("auditor.toml", "profile = \"cli\""),
            ("policy.toml", "[gates]\nfail-under = 7"),
            ("apps/web/auditor.toml", "extends = \"../../policy.toml\""),
        ];
        let found_there = found(&files, "apps/web/src").unwrap();
        let names: Vec<&str> = found_there.layers.iter().map(|layer| layer.file.as_str()).collect();
        assert_eq!((names, found_there.base.as_str()), (vec!["policy.toml", "apps/web/auditor.toml"], "apps/web"));
        let at_root = found(&files, "apps").unwrap();
        assert_eq!((at_root.layers[0].file.as_str(), at_root.base.as_str()), ("auditor.toml", ""));
        assert!(found(&[], "a/b").unwrap().layers.is_empty());
    }

    #[test]
    fn a_file_of_the_repository_cannot_lead_out_of_it() {
        for text in [
            "extends = \"../policy.toml\"",
            "extends = \"/etc/policy.toml\"",
            "extends = \"C:/policy.toml\"",
            "rule-packs = [\"../../x\"]",
            "[gates]\nbaseline = \"../b.json\"",
        ] {
            let error = found(&[("auditor.toml", text)], "").unwrap_err();
            assert!(error.message.contains("leads out of the repository"), "{error}");
            assert!(error.help.is_some());
        }
    }

    #[test]
    fn files_that_extend_each_other_are_an_error() {
        let error = found(&[("auditor.toml", "extends = \"auditor.toml\"")], "").unwrap_err();
        assert!(error.message.contains("circle"), "{error}");
    }

    #[test]
    fn packs_are_read_with_paths_of_their_own() {
        let files = [("auditor.toml", "rule-packs = [\"tools/rules\"]"), ("tools/rules/ci/own.toml", "x")];
        assert_eq!(found(&files, "").unwrap().packs, [("ci/own.toml".to_owned(), "x".to_owned())]);
    }
}
