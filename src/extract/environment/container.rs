//! Variables that containers are given: `environment` of compose services that are built from this repository, and `env`
//! of Kubernetes workloads.

use crate::extract::{Demand, Extractor, Found, Hit, container, kubernetes};
use crate::facts::{Data, EnvironmentRead, File, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads the environment of containers.
pub(super) struct ContainerEnvironments;

impl Extractor for ContainerEnvironments {
    fn name(&self) -> &'static str {
        "container-environment"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["environment:".to_owned(), "env:\n".to_owned(), "env:\r\n".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml") && !file.path.starts_with(".github/")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        // Templates of charts are no YAML; what they are filled with is not known here.
        let Ok(documents) = source.yaml() else { return };
        let variables: Vec<(Span, &str)> = documents
            .iter()
            .flat_map(|document| {
                let mut own = of_compose(container::services(source.file, document));
                own.extend(of_workload(document));
                own
            })
            .collect();
        for (span, name) in variables {
            found.add(span, Data::EnvironmentRead(EnvironmentRead { name: name.to_owned() }));
        }
    }
}

fn of_compose(services: &[(Node, Node)]) -> Vec<(Span, &str)> {
    let built = services.iter().filter(|(_, service)| service.get("build").is_some());
    let environments = built.filter_map(|(_, service)| service.get("environment"));
    environments
        .flat_map(|own| own.entries().iter().map(|(key, _)| key).chain(own.items()))
        .filter_map(name_of)
        .collect()
}

/// The name in `NAME` or `NAME=value`.
fn name_of(node: &Node) -> Option<(Span, &str)> {
    let name = node.text()?.split('=').next()?;
    is_name(name).then_some((node.span, name))
}

fn of_workload(document: &Node) -> Vec<(Span, &str)> {
    let containers = kubernetes::pods(document).flat_map(|pod| {
        ["containers", "initContainers"].into_iter().filter_map(|key| pod.get(key)).flat_map(Node::items)
    });
    let variables = containers.filter_map(|container| container.get("env")).flat_map(Node::items);
    variables.filter_map(|variable| variable.get("name")).filter_map(name_of).collect()
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn reads(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(ContainerEnvironments)]);
        let name_of = |fact: &crate::facts::Fact| match &fact.data {
            Data::EnvironmentRead(read) => format!("{}:{}", read.name, fact.place.span.line),
            other => panic!("{other:?}"),
        };
        extractors.extract(&file, text).facts.iter().map(name_of).collect()
    }

    #[test]
    fn services_that_are_built_here_read_what_compose_gives_them() {
        let compose = "services:\n  api:\n    build: .\n    environment:\n      - A\n      - B=1\n  web:\n    build: web\n    environment:\n      C: x\n      D:\n  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: x\n";
        assert_eq!(reads("compose.yml", compose), ["A:5", "B:6", "C:10", "D:11"]);
        assert!(reads("other.yml", &format!("jobs: {{}}\n{compose}")).is_empty());
    }

    #[test]
    fn containers_of_workloads_read_their_env() {
        let workload = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          env:\n            - name: DATABASE_URL\n              valueFrom:\n                secretKeyRef: { name: db, key: url }\n";
        assert_eq!(reads("k8s/api.yaml", workload), ["DATABASE_URL:9"]);
    }
}
