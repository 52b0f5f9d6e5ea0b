//! The tasks of the repository, found as their runners find them.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{ComposeService, Dependency, Dockerfile, Ecosystem, Task, TaskRunner};
use crate::model::Facts;
use crate::signals::NamePattern;
use crate::syntax::shell::{join_path, quoted};

/// What stands before a task of the packages that a package depends on, as in `^build`.
pub(super) const UPSTREAM: char = '^';

/// A task with the path of its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) path: &'a str,
    pub(super) task: &'a Task,
}

impl Found<'_> {
    /// The folder of its file.
    pub(super) fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// How a report names it: `web/package.json script "test"`.
    pub(super) fn title(&self) -> String {
        let Self { path, task } = self;
        match task.runner {
            TaskRunner::PackageScript | TaskRunner::Composer | TaskRunner::Project | TaskRunner::Devbox => {
                format!("{path} script \"{}\"", task.name)
            }
            TaskRunner::Make | TaskRunner::Earthly => format!("{path} target \"{}\"", task.name),
            TaskRunner::Just => format!("{path} recipe \"{}\"", task.name),
            TaskRunner::Taskfile | TaskRunner::Deno | TaskRunner::Turbo | TaskRunner::Mise | TaskRunner::Rake => {
                format!("{path} task \"{}\"", task.name)
            }
            TaskRunner::Nox => format!("{path} session \"{}\"", task.name),
            TaskRunner::Tox => format!("{path} environment \"{}\"", task.name),
            TaskRunner::PreCommit | TaskRunner::GitHook => format!("{path} hook \"{}\"", task.name),
            TaskRunner::Mix => format!("{path} alias \"{}\"", task.name),
            TaskRunner::Compose => format!("{path} service \"{}\"", task.name),
            TaskRunner::Script => (*path).to_owned(),
        }
    }
}

/// All tasks by runner and folder.
pub(super) struct Tasks<'a> {
    by_folder: BTreeMap<TaskRunner, BTreeMap<&'a str, Vec<Found<'a>>>>,
    /// The npm packages that some package declares.
    declared: BTreeSet<&'a str>,
    /// How the services of compose files are built: the folder, and what the stage runs; by file and name.
    built: BTreeMap<(&'a str, &'a str), (&'a str, String)>,
}

impl<'a> Tasks<'a> {
    pub(super) fn new(facts: &'a Facts) -> Self {
        let mut by_folder: BTreeMap<TaskRunner, BTreeMap<&'a str, Vec<Found<'a>>>> = BTreeMap::new();
        for (fact, task) in facts.each::<Task>() {
            let path: &'a str = &fact.place.path;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            by_folder.entry(task.runner).or_default().entry(folder).or_default().push(Found { path, task });
        }
        let declared = facts.each::<Dependency>().filter(|(_, it)| it.ecosystem == Ecosystem::Npm);
        Self { by_folder, declared: declared.map(|(_, it)| it.name.as_str()).collect(), built: built(facts) }
    }

    /// The tasks of the file that a runner takes in a folder: the folder's own, else the nearest one's above.
    fn nearest(&self, runner: TaskRunner, folder: &str) -> &[Found<'a>] {
        let mut folder = folder;
        loop {
            if let Some(list) = self.in_folder(runner, folder) {
                return list;
            }
            if folder.is_empty() {
                return &[];
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    fn in_folder(&self, runner: TaskRunner, folder: &str) -> Option<&[Found<'a>]> {
        self.by_folder.get(&runner)?.get(folder).map(Vec::as_slice)
    }

    fn of(&self, runner: TaskRunner) -> impl Iterator<Item = Found<'a>> {
        self.by_folder.get(&runner).into_iter().flat_map(|folders| folders.values().flatten().copied())
    }

    /// The tasks that a name or a pattern (`test:*`) stands for in a folder; in any folder where it is not known.
    pub(super) fn named(&self, runner: TaskRunner, folder: Option<&str>, name: &str) -> Vec<Found<'a>> {
        let pattern = NamePattern::new(name);
        match folder {
            Some(folder) => {
                self.nearest(runner, folder).iter().filter(|found| pattern.matches(&found.task.name)).copied().collect()
            }
            None => self.of(runner).filter(|found| found.task.name == name).take(1).collect(),
        }
    }

    /// The first target of the Makefile of a folder.
    pub(super) fn first(&self, runner: TaskRunner, folder: &str) -> Option<Found<'a>> {
        self.nearest(runner, folder).iter().find(|found| !found.task.name.contains('%')).copied()
    }

    /// A target of a Makefile that includes others, which may be written in any `*.mk`.
    pub(super) fn included_target(&self, name: &str) -> Option<Found<'a>> {
        self.of(TaskRunner::Make)
            .find(|found| found.task.name == name && matches!(found.path.rsplit_once('.'), Some((_, "mk"))))
    }

    /// The scripts of that name in the packages that filters choose; in all packages where no filter chooses. The root
    /// is only meant then where no other package has the script.
    pub(super) fn in_packages(&self, name: &str, filters: &[String]) -> Vec<Found<'a>> {
        let (left_out, chosen): (Vec<&str>, Vec<&str>) =
            filters.iter().map(String::as_str).partition(|filter| filter.starts_with('!'));
        let pattern = NamePattern::new(name);
        let mut found: Vec<Found<'a>> = self
            .of(TaskRunner::PackageScript)
            .filter(|found| pattern.matches(&found.task.name))
            .filter(|found| chosen.is_empty() || chosen.iter().any(|filter| is_meant(found, filter)))
            .filter(|found| !left_out.iter().any(|filter| is_meant(found, filter.trim_start_matches('!'))))
            .collect();
        if chosen.is_empty() && found.iter().any(|found| !found.folder().is_empty()) {
            found.retain(|found| !found.folder().is_empty());
        }
        found
    }

    /// What turbo runs before some tasks, because they depend on it.
    pub(super) fn turbo_needs(&self, names: &[String]) -> Vec<String> {
        let mut all = names.to_vec();
        let mut next = 0;
        while let Some(name) = all.get(next).cloned() {
            next += 1;
            let own = self.of(TaskRunner::Turbo).filter(|found| found.task.name == name.trim_start_matches(UPSTREAM));
            for need in own.flat_map(|found| &found.task.needs) {
                if !all.contains(need) {
                    all.push(need.clone());
                }
            }
        }
        all.split_off(names.len())
    }

    /// The scripts of that name in the packages that other packages depend on.
    pub(super) fn upstream(&self, name: &str) -> Vec<Found<'a>> {
        let is_needed = |found: &Found<'_>| found.task.package.as_deref().is_some_and(|it| self.declared.contains(it));
        self.in_packages(name, &[]).into_iter().filter(is_needed).collect()
    }

    /// A shell script of the repository by its path; where the folder is another machine's, by the end of its path.
    pub(super) fn script(&self, folder: Option<&str>, path: &str) -> Option<Found<'a>> {
        let full = folder.map(|folder| join_path(folder, path));
        if let Some(full) = &full {
            let own = full.rsplit_once('/').map_or("", |(folder, _)| folder);
            let list = self.in_folder(TaskRunner::Script, own).unwrap_or_default();
            if let Some(found) = list.iter().find(|found| found.path == full) {
                return Some(*found);
            }
        }
        let end = format!("/{}", join_path("", path).trim_start_matches("../"));
        let mut same =
            self.of(TaskRunner::Script).filter(|found| found.path.ends_with(&end) && end.matches('/').count() > 1);
        let only = same.next()?;
        same.next().is_none().then_some(only)
    }

    /// The services of that name in compose files, each with what it runs and the folder that it is built from.
    pub(super) fn services(&self, files: &[String], name: &str) -> Vec<(Found<'a>, String, String)> {
        let pattern = NamePattern::new(name);
        let own = self.of(TaskRunner::Compose).filter(|found| files.iter().any(|file| file == found.path));
        let mut last: BTreeMap<&str, (Found<'a>, String, String)> = BTreeMap::new();
        for found in own.filter(|found| pattern.matches(&found.task.name)) {
            let (folder, command) = self
                .built
                .get(&(found.path, found.task.name.as_str()))
                .map_or((found.folder(), ""), |(folder, command)| (*folder, command.as_str()));
            let text = if found.task.command.is_empty() { command } else { &found.task.command };
            // A later file adds to an earlier one.
            if !text.is_empty() {
                last.insert(&found.task.name, (found, text.to_owned(), folder.to_owned()));
            }
        }
        last.into_values().collect()
    }

    /// The folder of the package of that name.
    pub(super) fn package_folder(&self, name: &str) -> Option<String> {
        let path = join_path("", name.trim_end_matches('/'));
        let mut scripts = self.of(TaskRunner::PackageScript);
        scripts
            .find(|found| found.task.package.as_deref() == Some(name) || found.folder() == path)
            .map(|found| found.folder().to_owned())
    }
}

/// How services are built, and what the stage that they are built from runs.
fn built(facts: &Facts) -> BTreeMap<(&str, &str), (&str, String)> {
    let mut all = BTreeMap::new();
    for (fact, service) in facts.each::<ComposeService>() {
        let Some(build) = &service.build else { continue };
        let dockerfile = facts.each::<Dockerfile>().find(|(fact, _)| *fact.place.path == *build.dockerfile);
        let command = dockerfile.and_then(|(_, file)| {
            let named = |stage: &crate::facts::BuildStage| stage.name.as_deref() == Some(build.target.as_str());
            let at = file.stages.iter().position(named).or(file.stages.len().checked_sub(1))?;
            let stage = file.chain(at).into_iter().find(|stage| !stage.command.is_empty())?;
            Some(stage.command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
        });
        all.insert((&*fact.place.path, service.name.as_str()), (build.context.as_str(), command.unwrap_or_default()));
    }
    all
}

/// Whether a filter (`@x/*`, `./apps/*`, `web...`, `{packages/**}`) means the package of a script.
fn is_meant(found: &Found<'_>, filter: &str) -> bool {
    let filter = filter.trim_start_matches("...").trim_end_matches("...").trim_matches('^');
    let filter = filter.trim_matches(['{', '}']);
    // A range of commits chooses by what changed: any package may be meant.
    if filter.is_empty() || filter.starts_with('[') {
        return true;
    }
    let filter = filter.split('[').next().unwrap_or(filter);
    let name = found.task.package.as_deref().unwrap_or("");
    let path = join_path("", filter).replace("**", "*");
    NamePattern::new(filter).matches(name)
        || (!filter.contains('/') && name.rsplit_once('/').is_some_and(|(_, bare)| bare == filter))
        || NamePattern::new(&path).matches(found.folder())
}
