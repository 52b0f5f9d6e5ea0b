//! Named commands of task runners.

use super::{Attributes, Value};

macro_rules! task_runners {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// Who runs a task.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum TaskRunner { $($(#[$doc])* $variant),+ }

        impl TaskRunner {
            /// The name in rules and reports.
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name),+ } }
        }
    };
}

task_runners! {
    /// `scripts` of a package.json.
    PackageScript = "package-script",
    /// A target of a Makefile.
    Make = "make",
    /// A recipe of a justfile.
    Just = "just",
    /// A task of a Taskfile.
    Taskfile = "taskfile",
    /// `scripts` of a composer.json.
    Composer = "composer",
    /// `tasks` of a deno.json.
    Deno = "deno",
    /// An environment of tox.
    Tox = "tox",
    /// A session of nox.
    Nox = "nox",
    /// A script of a Python project, by whatever manager it is kept (Hatch, PDM, Poe, taskipy, Pixi).
    Project = "project",
    /// A task of mise.
    Mise = "mise",
    /// A target of an Earthfile.
    Earthly = "earthly",
    /// A hook of pre-commit, by its id.
    PreCommit = "pre-commit",
    /// A command of a hook of git that the repository brings (Husky, Lefthook, `.githooks`); its name is the hook's.
    GitHook = "git-hook",
    /// A task of turbo.json: it runs nothing itself, it says what comes before the scripts of its name.
    Turbo = "turbo",
    /// A task of Rake.
    Rake = "rake",
    /// An alias of Mix.
    Mix = "mix",
    /// A script of Devbox.
    Devbox = "devbox",
    /// What a service of a compose file runs; empty where its image says it.
    Compose = "compose",
    /// A script of a shell; its name is its path.
    Script = "script",
}

impl TaskRunner {
    /// Whether each line of its text runs in a shell of its own and must succeed.
    pub const fn runs_line_by_line(self) -> bool {
        matches!(
            self,
            Self::Make
                | Self::Just
                | Self::Taskfile
                | Self::Composer
                | Self::Tox
                | Self::Nox
                | Self::Project
                | Self::Mise
                | Self::Earthly
                | Self::Rake
                | Self::Mix
        )
    }
}

/// A package script, a make target and their kin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Who runs it.
    pub runner: TaskRunner,
    /// Its name.
    pub name: String,
    /// The shell text that it runs, lines joined by `\n`.
    pub command: String,
    /// Tasks of the same runner and file that run before it.
    pub needs: Vec<String>,
    /// The name of the package in whose manifest it is written.
    pub package: Option<String>,
}

impl Attributes for Task {
    const FIELDS: &'static [&'static str] = &["runner", "name", "command"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "runner" => Value::Text(self.runner.name()),
            "name" => Value::Text(&self.name),
            "command" => Value::Text(&self.command),
            _ => return None,
        })
    }
}
