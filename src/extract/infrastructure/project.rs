//! The project files of tools whose programs are code: `cdk.json`, `cdktf.json`, `Pulumi.yaml`.

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads project files.
#[derive(Clone, Copy)]
pub(super) struct Projects;

impl Extractor for Projects {
    fn name(&self) -> &'static str {
        "infrastructure-project"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.name(), "cdk.json" | "cdktf.json" | "Pulumi.yaml" | "Pulumi.yml")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let tool = match source.file.name() {
            "cdk.json" => "AWS CDK",
            "cdktf.json" => "CDK for Terraform",
            _ => return pulumi(source, found),
        };
        let root = source.json();
        match root {
            Ok(root) => {
                let span = root.entry("app").map_or(Span::START, |(key, _)| key.span);
                add(found, span, tool, "project", "", Vec::new());
            }
            Err(error) => found.unreadable("project file", error),
        }
    }
}

/// A project of Pulumi, with resources where its program is YAML.
fn pulumi(source: &Source<'_>, found: &mut Found<'_>) {
    let root = match source.yaml() {
        Ok([root, ..]) => root,
        Ok([]) => return,
        Err(error) => return found.unreadable("project file", error),
    };
    let name = root.get("name").and_then(Node::text).unwrap_or("");
    let span = root.entry("name").map_or(Span::START, |(key, _)| key.span);
    add(found, span, "Pulumi", "project", name, Vec::new());
    for (name, resource) in root.get("resources").map_or(&[][..], Node::entries) {
        let kind = resource.get("type").and_then(Node::text).unwrap_or("").replace(':', ".");
        let attributes = resource.get("properties").map_or(Vec::new(), attribute::of_node);
        add(found, name.span, "Pulumi", &kind, name.text().unwrap_or(""), attributes);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Projects;

    #[test]
    fn projects_and_programs_in_yaml() {
        assert_eq!(
            resources(Projects, "infra/cdk.json", "{\"app\": \"npx ts-node bin/x.ts\"}"),
            ["1 AWS CDK project "]
        );
        let text = "name: shop\nruntime: yaml\nresources:\n  db:\n    type: aws:rds:Instance\n    properties:\n      backupRetentionPeriod: 7\n";
        assert_eq!(
            resources(Projects, "Pulumi.yaml", text),
            ["1 Pulumi project shop", "4 Pulumi aws.rds.Instance db backup_retention_period=7"]
        );
    }
}
