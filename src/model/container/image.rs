//! The image that each Dockerfile makes.

use std::collections::BTreeSet;

use super::base::{self, StartsAs};
use super::{OwnNames, shipped};
use crate::facts::{
    BuildStage, Component, ComposeService, ContainerImage, Data, Dockerfile, Fact, File, IgnoredContext,
    PackedComponent, Place, PrivilegeDrop, Span,
};
use crate::model::Facts;
use crate::syntax::shell::join_path;

/// The images of all Dockerfiles, each at the line that decides about its user.
pub(super) fn derive(facts: &Facts, files: &[File], components: &[Component], names: &OwnNames) -> Vec<Fact> {
    let has_deployable = components.iter().any(Component::is_deployable);
    let droppers: BTreeSet<&str> = facts.each::<PrivilegeDrop>().map(|(fact, _)| last_part(&fact.place.path)).collect();
    let mut images = Vec::new();
    for (fact, dockerfile) in facts.each::<Dockerfile>() {
        let mut because = shipped::unshipped_because(fact, dockerfile, facts);
        if because.is_none() && !has_deployable {
            because = Some("nothing here is deployed".to_owned());
        }
        let chain = dockerfile.chain(shipped::stage(fact, dockerfile, facts));
        let (Some(stage), Some(first)) = (chain.first(), chain.last()) else { continue };
        let runner = runner(&chain, &droppers);
        let built = dockerfile.stages.iter().find_map(|stage| stage.builds_with.clone());
        let image = ContainerImage {
            is_shipped: because.is_none(),
            unshipped_because: because.unwrap_or_default(),
            base: first.base.text.clone(),
            stages: u64::try_from(dockerfile.stages.len()).unwrap_or(u64::MAX),
            root: runner.root,
            root_because: runner.because,
            builds_with: built.map(|(command, _)| command),
            is_multi_stage: is_multi_stage(dockerfile, &chain),
            copies_context: dockerfile
                .stages
                .iter()
                .any(|stage| copies_folder(stage, &contexts_of(fact, facts), files)),
        };
        let span = runner.span.unwrap_or(stage.base.span);
        let place = Place { path: fact.place.path.clone(), span };
        images.push(Fact { place, role: fact.role, data: Data::ContainerImage(image) });
    }
    inherit(&mut images, names);
    set_bases_aside(&mut images);
    images
}

/// What other images are built from does not run: they say whom they run as, and leave behind what built them.
fn set_bases_aside(images: &mut [Fact]) {
    if images.iter().all(|image| shipped::is_base(&image.place.path)) {
        return;
    }
    for fact in images.iter_mut().filter(|fact| shipped::is_base(&fact.place.path)) {
        if let Data::ContainerImage(image) = &mut fact.data {
            image.root = "no";
            "other images are built from it".clone_into(&mut image.root_because);
            image.builds_with = None;
            image.is_multi_stage = false;
        }
    }
}

/// Whom an image runs as, and what says it.
struct Runner {
    root: &'static str,
    because: String,
    span: Option<Span>,
}

fn runner(chain: &[&BuildStage], droppers: &BTreeSet<&str>) -> Runner {
    let said = chain.iter().find_map(|stage| stage.user.as_ref());
    let base = chain.last().map(|stage| &stage.base);
    let name = base.map_or("", |base| base.text.as_str());
    let starts = base.map_or(StartsAs::Unknown, base::starts_as);
    // What starts from nothing and says no command holds files for others.
    if said.is_none() && name == "scratch" && chain.iter().all(|stage| stage.command.is_empty()) {
        return Runner { root: "no", because: "it starts no program".to_owned(), span: None };
    }
    let (root, because, span) = match said {
        Some((user, span)) if is_root(user) => ("yes", format!("`USER {user}` stands last"), Some(*span)),
        Some((user, span)) => ("no", format!("runs as `{user}`"), Some(*span)),
        None => match starts {
            StartsAs::Root => ("yes", format!("no `USER` is set, and `{name}` starts as root"), None),
            StartsAs::User => ("no", format!("`{name}` does not start as root"), None),
            StartsAs::Drops => ("drops", format!("the entry point of `{name}` drops root"), None),
            StartsAs::Unknown => {
                ("unknown", format!("no `USER` is set, and nothing here says whom `{name}` starts as"), None)
            }
        },
    };
    if root == "yes"
        && let Some(with) = drops(chain, droppers)
    {
        return Runner { root: "drops", because: format!("{because}; the entry point drops root ({with})"), span };
    }
    Runner { root, because, span }
}

/// What hands the program over to somebody who is not root: a tool that is installed for it, or a script of the tree.
fn drops(chain: &[&BuildStage], droppers: &BTreeSet<&str>) -> Option<String> {
    let command = chain.iter().find(|stage| !stage.command.is_empty()).map(|stage| stage.command.as_slice())?;
    let script = command.iter().find(|word| droppers.contains(last_part(word)));
    let installed = chain.iter().find_map(|stage| stage.drops_with.clone());
    let started = ["gosu", "su-exec", "setpriv", "s6-setuidgid", "runuser", "chpst"];
    let direct = command.iter().find(|word| started.contains(&last_part(word)));
    script.or(direct).cloned().or(installed)
}

fn is_root(user: &str) -> bool {
    let name = user.split(':').next().unwrap_or(user);
    matches!(name, "root" | "0")
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether what is shipped takes the results of another stage and leaves the tools behind.
fn is_multi_stage(dockerfile: &Dockerfile, chain: &[&BuildStage]) -> bool {
    dockerfile.stages.len() > 1 && chain.iter().any(|stage| stage.takes_from_stages)
}

/// The folders from which a Dockerfile may be built: those that compose files name, else its own and all above.
fn contexts_of<'a>(fact: &'a Fact, facts: &'a Facts) -> Vec<&'a str> {
    let path = &*fact.place.path;
    let builds = facts.each::<ComposeService>().filter_map(|(_, service)| service.build.as_ref());
    let mut contexts: Vec<&str> =
        builds.filter(|build| build.dockerfile == path).map(|build| build.context.as_str()).collect();
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        contexts.push(above);
        folder = above;
    }
    contexts.push("");
    contexts
}

/// Whether a stage copies a whole folder of its context.
fn copies_folder(stage: &BuildStage, contexts: &[&str], files: &[File]) -> bool {
    let is_folder = |path: &str| {
        let start = files.partition_point(|file| *file.path < *path);
        let inside = |file: &File| file.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        // Between `a` and `a/…` sort only names like `a-b` and `a.b`.
        files.get(start..).is_some_and(|rest| rest.iter().take_while(|file| file.path.starts_with(path)).any(inside))
    };
    stage.copies.iter().any(|source| {
        let source = source.trim_end_matches("/*").trim_start_matches('/');
        matches!(source, "" | "." | "./" | "*") || contexts.iter().any(|context| is_folder(&join_path(context, source)))
    })
}

/// Images that start from another image of this repository run as that one does.
fn inherit(images: &mut [Fact], names: &OwnNames) {
    let shipped = |image: &ContainerImage| image.is_shipped && image.root != "unknown";
    let known: Vec<&'static str> = images
        .iter()
        .filter_map(|fact| match &fact.data {
            Data::ContainerImage(image) if shipped(image) => Some(image.root),
            _ => None,
        })
        .collect();
    let Some(&root) = known.first().filter(|first| known.iter().all(|root| root == *first)) else { return };
    for fact in images {
        if let Data::ContainerImage(image) = &mut fact.data {
            let base = crate::facts::ImageName { text: image.base.clone(), span: Span::START };
            if image.root == "unknown" && names.has(&base) {
                image.root = root;
                image.root_because = format!("`{}` is this repository's own image", image.base);
            }
        }
    }
}

/// Components whose folder a shipped image copies from elsewhere: a frontend that the server's image serves.
pub(super) fn packed(facts: &Facts, components: &[Component], images: &[Fact]) -> Vec<Fact> {
    let is_shipped = |fact: &Fact| {
        images.iter().any(|image| {
            image.place.path == fact.place.path && matches!(&image.data, Data::ContainerImage(it) if it.is_shipped)
        })
    };
    let mut found = Vec::new();
    for (fact, dockerfile) in facts.each::<Dockerfile>().filter(|(fact, _)| is_shipped(fact)) {
        let contexts = contexts_of(fact, facts);
        let sources = dockerfile.stages.iter().flat_map(|stage| &stage.copies);
        let copied: BTreeSet<String> = sources
            .flat_map(|source| contexts.iter().map(move |context| join_path(context, source.trim_start_matches('/'))))
            .collect();
        let is_packed = |component: &&Component| {
            let path = &component.path;
            let whole = [path.clone(), format!("{path}/src"), format!("{path}/app")];
            !path.is_empty() && !component.contains(&fact.place.path) && whole.iter().any(|path| copied.contains(path))
        };
        for component in components.iter().filter(|component| component.is_deployable()).filter(is_packed) {
            let Some(manifest) = component.manifests.first() else { continue };
            let data = Data::PackedComponent(PackedComponent { dockerfile: fact.place.path.to_string() });
            let place = Place { path: manifest.clone(), span: Span::START };
            found.push(Fact { place, role: fact.role, data });
        }
    }
    found
}

/// The ignore files that apply to the contexts of Dockerfiles.
pub(super) fn contexts(facts: &Facts, files: &[File], images: &[Fact]) -> Vec<Fact> {
    let file =
        |path: String| files.binary_search_by(|file| (*file.path).cmp(path.as_str())).ok().and_then(|at| files.get(at));
    let mut found = Vec::new();
    for fact in images {
        let Data::ContainerImage(image) = &fact.data else { continue };
        let path = &*fact.place.path;
        let own = [format!("{path}.dockerignore"), format!("{path}.containerignore")].into_iter();
        let contexts = contexts_of(fact, facts);
        let shared = contexts
            .iter()
            .flat_map(|context| [".dockerignore", ".containerignore"].map(|name| join_path(context, name)));
        let ignore = own.chain(shared).find_map(file);
        if let Some(ignore) = ignore.filter(|_| image.copies_context) {
            found.push(Fact {
                place: Place { path: ignore.path.clone(), span: Span::START },
                role: fact.role,
                data: Data::IgnoredContext(IgnoredContext {
                    dockerfile: path.to_owned(),
                    is_shipped: image.is_shipped,
                }),
            });
        }
    }
    found
}
