//! The vocabulary of tools: how each known tool shows in manifests, imports, files, commands and actions.
//!
//! Tool names live once, in `rules/signals/<topic>.toml`; rules refer to topics, never to spellings.

mod command;
mod path_glob;
mod resource;
mod setup;
mod tool;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::packs::{self, PackError};

pub use command::CommandPattern;
pub use path_glob::PathGlob;
pub use resource::ResourcePattern;
pub use setup::{Setting, SetupPattern};
pub use tool::{NamePattern, PackagePattern, Tool};

/// All known tools, by id.
#[derive(Debug, Default)]
pub struct Signals {
    tools: BTreeMap<String, Tool>,
    /// The configuration files of tools, by the names that their globs say.
    named_files: BTreeMap<String, Vec<ToolFile>>,
    /// Those of which the globs leave the name open.
    other_files: Vec<ToolFile>,
}

/// A configuration file of a tool.
#[derive(Debug, Clone)]
struct ToolFile {
    glob: Arc<PathGlob>,
    tool: Arc<str>,
}

impl Signals {
    /// Loads the tools of a pack's `signals/` files.
    pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, PackError> {
        let mut signals = Self::default();
        for (file, text) in files {
            let Some(topic) = file.strip_prefix("signals/").and_then(|name| name.strip_suffix(".toml")) else {
                continue;
            };
            let form: tool::SignalFile = packs::parse(file, text)?;
            for (id, entry) in form.tools {
                let tool = entry.compile(&id, topic).map_err(|(needle, message)| {
                    PackError::at(file, text, &needle, format!("tool `{id}`: {message}"))
                })?;
                if signals.tools.insert(id.clone(), tool).is_some() {
                    let message = format!("tool `{id}` is declared in two files");
                    return Err(PackError::at(file, text, &format!("[tools.{id}]"), message));
                }
            }
        }
        signals.index_files();
        Ok(signals)
    }

    fn index_files(&mut self) {
        for tool in self.tools.values().filter(|tool| !tool.files.is_empty()) {
            let id: Arc<str> = Arc::from(tool.id.as_str());
            for glob in &tool.files {
                let entry = || ToolFile { glob: Arc::clone(glob), tool: Arc::clone(&id) };
                match glob.names() {
                    Some(names) => {
                        for name in names {
                            self.named_files.entry(name).or_default().push(entry());
                        }
                    }
                    None => self.other_files.push(entry()),
                }
            }
        }
    }

    /// The tools that are built in.
    pub fn built_in() -> Result<Self, PackError> {
        Self::load(packs::BUILT_IN.iter().copied())
    }

    /// All tools, by id.
    pub fn tools(&self) -> impl Iterator<Item = &Tool> {
        self.tools.values()
    }

    /// The tool of that id.
    pub fn tool(&self, id: &str) -> Option<&Tool> {
        self.tools.get(id)
    }

    /// The tools that have a configuration file of that path, by id.
    pub fn of_file(&self, path: &str) -> Vec<&Tool> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let named = self.named_files.get(name).into_iter().flatten();
        let meant = named.chain(&self.other_files).filter(|file| file.glob.is_match(path));
        let mut ids: Vec<&str> = meant.map(|file| &*file.tool).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().filter_map(|id| self.tools.get(id)).collect()
    }

    /// The tools of a topic.
    pub fn topic<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Tool> {
        self.tools().filter(move |tool| tool.topics.iter().any(|own| own == topic))
    }
}
