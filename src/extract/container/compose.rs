//! Compose files: the services, with images, builds, health checks and what they extend.

use super::variables::with_defaults;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{ComposeBuild, ComposeService, Data, File, HealthCheck, ImageName, RepoPath};
use crate::syntax::Source;
use crate::syntax::data::Node;
use crate::syntax::shell::join_path;

/// Reads compose files.
pub(super) struct ComposeFiles;

impl Extractor for ComposeFiles {
    fn name(&self) -> &'static str {
        "compose"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["services:".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml") && !file.path.starts_with(".github/")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Ok(documents) = source.yaml() else { return };
        let audience = audience(&source.file.path);
        for (key, service) in documents.iter().flat_map(|document| services(source.file, document)) {
            let name = key.text().unwrap_or("").to_owned();
            let service = read(&source.file.path, source.file.folder(), name, service, audience);
            found.add(key.span, Data::ComposeService(service));
        }
    }
}

/// The services of a document, where it is one of a compose file: by the file's name, or because what it calls services
/// are containers.
pub(in crate::extract) fn services<'n>(file: &File, document: &'n Node) -> &'n [(Node, Node)] {
    let services = document.get("services").map_or(&[][..], Node::entries);
    let foreign = ["apiVersion", "jobs", "stages", "pipeline", "steps", "on", "kind", "functions"];
    if foreign.iter().any(|key| document.get(key).is_some()) {
        return &[];
    }
    let name = file.name().to_ascii_lowercase();
    let is_named = name.contains("compose") || file.path.starts_with(".devcontainer/");
    let is_container = |service: &Node| {
        service.get("image").is_some_and(|image| image.text().is_some()) || service.get("build").is_some()
    };
    let are_containers = !services.is_empty() && services.iter().all(|(_, service)| is_container(service));
    if is_named || are_containers { services } else { &[] }
}

/// Whom a path says a compose file or a Dockerfile is for.
pub(in crate::extract) fn audience(path: &str) -> &'static str {
    let words = || path.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    let is_developers = |word: String| {
        matches!(
            word.as_str(),
            "dev"
                | "devel"
                | "develop"
                | "development"
                | "devcontainer"
                | "local"
                | "localhost"
                | "test"
                | "tests"
                | "testing"
                | "ci"
                | "e2e"
                | "integration"
                | "debug"
                | "override"
                | "sandbox"
                | "playground"
                | "gitpod"
                | "loadtest"
                | "benchmark"
                | "bench"
                | "cypress"
                | "playwright"
                | "hack"
                | "lint"
        )
    };
    let is_deployment = |word: String| {
        matches!(
            word.as_str(),
            "prod"
                | "production"
                | "deploy"
                | "deployment"
                | "release"
                | "staging"
                | "stack"
                | "swarm"
                | "selfhost"
                | "selfhosted"
                | "hosting"
                | "portainer"
        )
    };
    if words().any(is_developers) {
        "developers"
    } else if words().any(is_deployment) {
        "deployment"
    } else {
        ""
    }
}

fn read(path: &RepoPath, folder: &str, name: String, service: &Node, audience: &'static str) -> ComposeService {
    let image =
        service.get("image").and_then(|image| Some(ImageName { text: with_defaults(image.text()?), span: image.span }));
    let healthcheck = service.entry("healthcheck").map(|(key, check)| {
        let is_off = check.get("disable").and_then(Node::flag) == Some(true)
            || check.get("test").is_some_and(|test| test.texts().first() == Some(&"NONE"));
        let command = check.get("test").map(|test| test.texts().join(" ")).unwrap_or_default();
        HealthCheck::of(&command, !is_off, key.span)
    });
    let extends = service.get("extends").and_then(|extends| {
        let service = extends.text().or_else(|| extends.get("service")?.text())?;
        let file = extends.get("file").and_then(Node::text).map(|file| join_path(folder, file));
        Some((service.to_owned(), file.unwrap_or_else(|| path.to_string())))
    });
    let profiles: Vec<String> =
        service.get("profiles").map_or(Vec::new(), |list| list.texts().into_iter().map(str::to_owned).collect());
    // What starts only with the profile of developers or of tests is theirs, whatever the file is for.
    let is_aside = !profiles.is_empty() && profiles.iter().all(|profile| self::audience(profile) == "developers");
    let audience = if is_aside { "developers" } else { audience };
    let deploy = service.get("deploy");
    let cluster = ["replicas", "placement", "update_config", "rollback_config", "mode"];
    ComposeService {
        name,
        image,
        build: service
            .get("build")
            .and_then(|build| self::build(folder, build))
            .map(|build| ComposeBuild { mounts_context: mounts(service, folder, &build.context), ..build }),
        healthcheck,
        extends,
        profiles,
        is_clustered: deploy.is_some_and(|deploy| cluster.iter().any(|key| deploy.get(key).is_some())),
        audience,
    }
}

fn build(folder: &str, build: &Node) -> Option<ComposeBuild> {
    if build.is_null() {
        return None;
    }
    let text = |key: &str| build.get(key).and_then(Node::text);
    let context = build.text().or_else(|| text("context")).unwrap_or(".");
    // A context may be another repository.
    if context.contains("://") || context.starts_with("git@") {
        return Some(ComposeBuild::default());
    }
    let context = join_path(folder, &with_defaults(context));
    let dockerfile = with_defaults(text("dockerfile").unwrap_or("Dockerfile"));
    Some(ComposeBuild {
        dockerfile: join_path(&context, &dockerfile),
        context,
        target: text("target").unwrap_or("").to_ascii_lowercase(),
        mounts_context: false,
    })
}

/// Whether a service mounts a folder of the repository as a whole: `.:/app`, `{type: bind, source: .}`.
fn mounts(service: &Node, folder: &str, mounted: &str) -> bool {
    let is_mounted = |volume: &Node| {
        let source = match volume.text() {
            Some(text) => text.split_once(':').map_or("", |(source, _)| source),
            None => volume.get("source").and_then(Node::text).unwrap_or(""),
        };
        let source = source
            .strip_prefix("${PWD}")
            .or_else(|| source.strip_prefix("$PWD"))
            .map_or(source, |rest| if rest.is_empty() { "." } else { rest.trim_start_matches('/') });
        let is_path = source.starts_with('.') && !source.contains('$');
        is_path && join_path(folder, source) == mounted
    };
    service.get("volumes").is_some_and(|volumes| volumes.items().iter().any(is_mounted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn read(path: &str, text: &str) -> Vec<ComposeService> {
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
        let extracted = Extractors::of(vec![Box::new(ComposeFiles)]).extract(&file, text);
        let service = |fact: crate::facts::Fact| match fact.data {
            Data::ComposeService(service) => service,
            other => panic!("{other:?}"),
        };
        extracted.facts.into_iter().map(service).collect()
    }

    #[test]
    fn builds_images_and_checks() {
        let text = "x-base: &base\n  healthcheck: {test: [CMD, true]}\nservices:\n  web:\n    <<: *base\n    build:\n      context: ..\n      dockerfile: docker/Web.Dockerfile\n      target: Runtime\n  \
            db:\n    image: postgres:${PG:-16}\n    healthcheck: {disable: true}\n  job:\n    extends: {file: ../base.yml, service: job}\n    build: ./job\n";
        let found = read("deploy/compose.yml", text);
        let [web, db, job] = found.as_slice() else { panic!("{found:?}") };
        let build = ComposeBuild {
            context: String::new(),
            dockerfile: "docker/Web.Dockerfile".to_owned(),
            target: "runtime".to_owned(),
            mounts_context: false,
        };
        assert_eq!(web.build.as_ref(), Some(&build));
        assert!(web.healthcheck.as_ref().unwrap().is_on && !db.healthcheck.as_ref().unwrap().is_on);
        assert_eq!(db.image.as_ref().unwrap().text, "postgres:16");
        assert_eq!(job.extends, Some(("job".to_owned(), "base.yml".to_owned())));
        assert_eq!(job.build.as_ref().unwrap().dockerfile, "deploy/job/Dockerfile");
        assert_eq!(web.audience, "deployment");
    }

    #[test]
    fn the_working_tree_may_be_mounted_over_the_image() {
        for (volume, wanted) in [
            ("./:/app", true),
            (".:/app:cached", true),
            ("${PWD}:/app", true),
            ("{type: bind, source: ., target: /app}", true),
            ("./data:/app/data", false),
            ("app:/app", false),
        ] {
            let text = format!("services:\n  web:\n    build: .\n    volumes:\n      - {volume}\n");
            let found = read("docker-compose.yml", &text);
            let builds = found.iter().filter_map(|service| service.build.as_ref());
            assert_eq!(builds.map(|build| build.mounts_context).collect::<Vec<_>>(), [wanted], "{volume}");
        }
    }

    #[test]
    fn a_service_of_a_profile_is_for_those_who_switch_it_on() {
        let text =
            "services:\n  a: {image: x, profiles: [debug]}\n  b: {image: x, profiles: [dev, full]}\n  c: {image: x}\n";
        let found = read("compose.prod.yml", text);
        let audiences: Vec<&str> = found.iter().map(|service| service.audience).collect();
        assert_eq!(audiences, ["developers", "deployment", "deployment"]);
        assert_eq!(found[1].profiles, ["dev", "full"]);
    }

    #[test]
    fn services_of_other_formats_are_none() {
        assert!(read("render.yaml", "services:\n  - type: web\n").is_empty());
        assert!(read("ci.yml", "jobs: {}\nservices:\n  db:\n    image: a\n").is_empty());
        assert!(
            read("config/services.yaml", "services:\n  _defaults:\n    autowire: true\n  db:\n    image: x\n")
                .is_empty()
        );
        assert_eq!(read("stack.yml", "services:\n  db:\n    image: a\n").len(), 1);
    }

    #[test]
    fn paths_tell_whom_they_are_for() {
        assert_eq!(audience("docker-compose.dev.yml"), "developers");
        assert_eq!(audience("docker/production/compose.yml"), "deployment");
        assert_eq!(audience("devices/compose.yml"), "");
    }
}
