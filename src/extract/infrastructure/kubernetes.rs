//! Infrastructure that controllers in Kubernetes make: Crossplane, AWS Controllers for Kubernetes, Config Connector,
//! Azure Service Operator.

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::File;
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads manifests of such resources.
#[derive(Clone, Copy)]
pub(super) struct Controllers;

/// Ends of API groups, with whose they are.
const GROUPS: &[(&str, &str)] = &[
    ("crossplane.io", "Crossplane"),
    ("upbound.io", "Crossplane"),
    ("services.k8s.aws", "AWS Controllers for Kubernetes"),
    ("cnrm.cloud.google.com", "Config Connector"),
    ("azure.com", "Azure Service Operator"),
];

impl Extractor for Controllers {
    fn name(&self) -> &'static str {
        "infrastructure-controller"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["crossplane.io/", "upbound.io/", "services.k8s.aws/", "cnrm.cloud.google.com/", ".azure.com/"])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml") && !file.path.starts_with(".github/")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        for document in source.yaml().unwrap_or_default() {
            let text = |path: &[&str]| document.at(path).and_then(Node::text).unwrap_or("");
            let group = text(&["apiVersion"]).split('/').next().unwrap_or("");
            let tool = GROUPS.iter().find(|(end, _)| group.ends_with(end)).map(|(_, tool)| *tool);
            if let (Some(tool), Some((key, kind))) = (tool, document.entry("kind")) {
                let attributes = document.get("spec").map_or(Vec::new(), attribute::of_node);
                let kind = format!("{group}.{}", kind.text().unwrap_or(""));
                add(found, key.span, tool, &kind, text(&["metadata", "name"]), attributes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Controllers;

    #[test]
    fn resources_of_crossplane() {
        let text = "apiVersion: rds.aws.upbound.io/v1beta1\nkind: Instance\nmetadata: {name: db}\nspec:\n  forProvider:\n    backupRetentionPeriod: 7\n---\napiVersion: v1\nkind: Service\n";
        assert_eq!(
            resources(Controllers, "infra/db.yaml", text),
            ["2 Crossplane rds.aws.upbound.io.Instance db backup_retention_period=7"]
        );
    }
}
