//! Services that run beside the steps of a job: databases, browsers, brokers. Each system has its own form of the list.

use crate::facts::{Job, Service};
use crate::syntax::data::Node;

/// The services of a list or a mapping: `postgres:16`, `{name: postgres:16}`, `db: {image: postgres}`, `- db`.
pub(super) fn of(node: Option<&Node>) -> Vec<Service> {
    let Some(node) = node else { return Vec::new() };
    let service = |place: &Node, text: &str| Service { image: text.to_owned(), span: place.span };
    let image = |body: &Node| Some(service(body, body.text().or_else(|| image_of(body))?));
    match (node.entries(), node.items(), node.text()) {
        (entries @ [_, ..], _, _) => {
            entries.iter().filter_map(|(key, body)| Some(Service { span: key.span, ..image(body)? })).collect()
        }
        (_, items @ [_, ..], _) => items.iter().filter_map(image).collect(),
        (_, _, text) => text.map(|text| service(node, text)).into_iter().collect(),
    }
}

/// Puts images in the place of the names under which a file defines them: `db: {image: postgres}`.
pub(super) fn define(jobs: &mut [Job], definitions: Option<&Node>) {
    for service in jobs.iter_mut().flat_map(|job| &mut job.services) {
        if let Some(image) = definitions.and_then(|all| all.get(&service.image)).and_then(image_of) {
            image.clone_into(&mut service.image);
        }
    }
}

/// The image of a service that is a mapping; GitLab calls it `name`.
fn image_of(body: &Node) -> Option<&str> {
    ["image", "name"].iter().find_map(|key| body.get(key)?.text())
}

#[cfg(test)]
mod tests {
    use super::super::github::Workflows;
    use super::super::gitlab::GitLab;
    use super::super::system::Systems;
    use super::super::testing::pipeline;
    use crate::extract::Extractor;

    fn images(extractor: &dyn Extractor, path: &str, text: &str) -> Vec<String> {
        let jobs = pipeline(extractor, path, text).jobs;
        jobs.into_iter().flat_map(|job| job.services).map(|service| service.image).collect()
    }

    #[test]
    fn each_system_has_services_in_its_own_form() {
        let github = "on: push\njobs:\n  a:\n    services:\n      db:\n        image: postgres:16\n    steps:\n      - run: ls\n";
        assert_eq!(images(&Workflows, ".github/workflows/a.yml", github), ["postgres:16"]);
        let gitlab = "services: [redis]\na:\n  services:\n    - name: postgres:16\n      alias: db\n  script: ls\n";
        assert_eq!(images(&GitLab, ".gitlab-ci.yml", gitlab), ["postgres:16", "redis"]);
        for (path, text, expected) in [
            (
                ".circleci/config.yml",
                "jobs:\n  build:\n    docker:\n      - image: cimg/go:1.24\n      - image: cimg/postgres:16\n    steps: [checkout]\n",
                "cimg/postgres:16",
            ),
            (
                "bitbucket-pipelines.yml",
                "definitions:\n  services:\n    db:\n      image: postgres:16\npipelines:\n  default:\n    - step:\n        services: [db]\n        script: [ls]\n",
                "postgres:16",
            ),
            (
                ".woodpecker.yml",
                "steps:\n  - name: a\n    image: go\n    commands: [ls]\nservices:\n  - name: db\n    image: mysql:8\n",
                "mysql:8",
            ),
            (".travis.yml", "services: postgresql\nscript: ls\n", "postgresql"),
            ("appveyor.yml", "services: [postgresql]\ntest_script: [ls]\n", "postgresql"),
            (
                "azure-pipelines.yml",
                "resources:\n  containers:\n    - container: pg\n      image: postgres:16\njobs:\n  - job: a\n    services:\n      db: pg\n    steps:\n      - script: ls\n",
                "postgres:16",
            ),
            (
                ".cirrus.yml",
                "task:\n  container:\n    image: go\n    additional_containers:\n      - name: db\n        image: mariadb:11\n  script: ls\n",
                "mariadb:11",
            ),
        ] {
            assert_eq!(images(&Systems, path, text), [expected], "{path}");
        }
    }
}
