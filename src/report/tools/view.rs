//! The names and the order of what `auditor tools` shows: an interface for other programs, apart from the types inside.
//! `reports/schema/tools.schema.json` describes the same.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{FoundTool, FoundUse};
use crate::signals::{CommandPattern, NamePattern, PackagePattern, ResourcePattern, SetupPattern, Signals, Tool};

/// Changes when a name does.
const SCHEMA_VERSION: &str = "1";

#[derive(Serialize)]
pub(super) struct KnownV1<'a> {
    pub(super) schema_version: &'static str,
    pub(super) tools: Vec<KnownToolV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct KnownToolV1<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// Topics and purposes of its commands, the topic of its file first.
    pub(super) purposes: Vec<&'a str>,
    pub(super) recognised_by: SignsV1<'a>,
}

/// Any one of them is enough.
#[derive(Serialize)]
pub(super) struct SignsV1<'a> {
    pub(super) packages: Vec<String>,
    pub(super) modules: Vec<String>,
    pub(super) files: Vec<&'a str>,
    pub(super) commands: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) setup: Vec<String>,
    pub(super) resources: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct FoundV1<'a> {
    pub(super) schema_version: &'static str,
    pub(super) repository: &'a str,
    pub(super) tools: Vec<FoundToolV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct FoundToolV1<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) purposes: Vec<&'a str>,
    pub(super) uses: Vec<UseV1<'a>>,
}

#[derive(Serialize)]
pub(super) struct UseV1<'a> {
    #[serde(rename = "use")]
    pub(super) how: &'static str,
    pub(super) role: &'static str,
    pub(super) path: &'a str,
    pub(super) line: u32,
}

impl<'a> KnownV1<'a> {
    pub(super) fn new(signals: &'a Signals) -> Self {
        Self { schema_version: SCHEMA_VERSION, tools: signals.tools().map(KnownToolV1::new).collect() }
    }
}

impl<'a> KnownToolV1<'a> {
    fn new(tool: &'a Tool) -> Self {
        let packages = |list: &[PackagePattern]| list.iter().map(PackagePattern::written).collect();
        let mut seen = BTreeSet::new();
        let all = tool.topics.iter().chain(&tool.purposes).chain(tool.commands.iter().flat_map(|it| &it.purposes));
        Self {
            id: &tool.id,
            title: &tool.title,
            purposes: all.map(String::as_str).filter(|purpose| seen.insert(*purpose)).collect(),
            recognised_by: SignsV1 {
                packages: packages(&tool.dependencies),
                modules: packages(&tool.imports),
                files: tool.files.iter().map(|file| file.glob()).collect(),
                commands: tool.commands.iter().map(CommandPattern::written).collect(),
                actions: tool.actions.iter().map(NamePattern::written).collect(),
                setup: tool.setup.iter().map(SetupPattern::written).collect(),
                resources: tool.resources.iter().map(ResourcePattern::written).collect(),
            },
        }
    }
}

impl<'a> FoundV1<'a> {
    pub(super) fn new(repository: &'a str, tools: &'a [FoundTool]) -> Self {
        Self { schema_version: SCHEMA_VERSION, repository, tools: tools.iter().map(FoundToolV1::new).collect() }
    }
}

impl<'a> FoundToolV1<'a> {
    fn new(tool: &'a FoundTool) -> Self {
        let one = |it: &'a FoundUse| UseV1 {
            how: it.how,
            role: it.role.name(),
            path: &it.place.path,
            line: it.place.span.line,
        };
        Self {
            id: &tool.id,
            title: &tool.title,
            purposes: tool.topics.iter().map(String::as_str).collect(),
            uses: tool.uses.iter().map(one).collect(),
        }
    }
}
