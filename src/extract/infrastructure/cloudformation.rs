//! `CloudFormation`, SAM, and the Serverless Framework, whose files hold templates of the first.

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::File;
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads templates.
#[derive(Clone, Copy)]
pub(super) struct CloudFormation;

impl Extractor for CloudFormation {
    fn name(&self) -> &'static str {
        "cloudformation"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["AWS::", "provider:", "provider\":"])
    }

    fn wants(&self, file: &File) -> bool {
        let is_data = matches!(file.extension(), "yml" | "yaml" | "json" | "template");
        file.role.is_written() && is_data && !file.path.starts_with(".github/")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let is_serverless = source.file.name().starts_with("serverless.");
        if !is_serverless && !source.text().contains("Resources") {
            return;
        }
        let is_json = source.file.extension() == "json" || source.text().trim_start().starts_with('{');
        let root =
            if is_json { source.json().ok() } else { source.yaml().ok().and_then(|documents| documents.first()) };
        let Some(root) = root else { return };
        if is_serverless && root.get("provider").is_some() {
            serverless(root, found);
        } else if let Some(resources) = root.get("Resources") {
            let is_sam = root.get("Transform").is_some_and(|it| it.texts().iter().any(|it| it.contains("Serverless")));
            template(resources, if is_sam { "AWS SAM" } else { "CloudFormation" }, found);
        }
    }
}

fn template(resources: &Node, tool: &'static str, found: &mut Found<'_>) {
    for (name, resource) in resources.entries() {
        let Some(kind) = resource.get("Type").and_then(Node::text) else { continue };
        let attributes = resource.get("Properties").map_or(Vec::new(), attribute::of_node);
        add(found, name.span, tool, kind, name.text().unwrap_or(""), attributes);
    }
}

/// Functions with the events that start them, and resources beside them.
fn serverless(root: &Node, found: &mut Found<'_>) {
    for (name, function) in root.get("functions").map_or(&[][..], Node::entries) {
        let events = function.get("events").map_or(&[][..], Node::items);
        let kinds = events.iter().filter_map(|event| match event.entries().first() {
            Some((kind, _)) => kind.text(),
            None => event.text(),
        });
        let attributes = kinds.map(|kind| format!("events={kind}")).collect();
        add(
            found,
            name.span,
            "Serverless Framework",
            "function",
            name.text().unwrap_or(""),
            attribute::finish(attributes),
        );
    }
    let resources = root.get("resources").map_or(&[][..], Node::one_or_tables);
    for resources in resources.iter().filter_map(|it| it.get("Resources")) {
        template(resources, "Serverless Framework", found);
    }
    if root.get("functions").is_none()
        && let Some((key, _)) = root.entry("provider")
    {
        add(found, key.span, "Serverless Framework", "provider", "", Vec::new());
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::CloudFormation;

    #[test]
    fn templates_in_yaml_and_json() {
        let text = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      BackupRetentionPeriod: 7\n      MasterUserPassword: !Ref Secret\n";
        assert_eq!(
            resources(CloudFormation, "cfn/db.yml", text),
            ["3 CloudFormation AWS::RDS::DBInstance Db backup_retention_period=7"]
        );
        let json = "{\"Resources\": {\"Q\": {\"Type\": \"AWS::SQS::Queue\"}}}";
        assert_eq!(resources(CloudFormation, "q.json", json), ["1 CloudFormation AWS::SQS::Queue Q"]);
        assert_eq!(resources(CloudFormation, "a.yml", "note: AWS::SQS::Queue\nResources: none\n"), [""; 0]);
    }

    #[test]
    fn sam_tells_how_it_shifts_traffic() {
        let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      DeploymentPreference:\n        Type: Canary10Percent5Minutes\n";
        assert_eq!(
            resources(CloudFormation, "template.yaml", text),
            ["3 AWS SAM AWS::Serverless::Function F deployment_preference.type=Canary10Percent5Minutes"]
        );
    }

    #[test]
    fn functions_of_the_serverless_framework() {
        let text = "service: shop\nprovider:\n  name: aws\nfunctions:\n  api:\n    handler: a.b\n    events:\n      - httpApi: '*'\nresources:\n  Resources:\n    T:\n      Type: AWS::DynamoDB::Table\n";
        assert_eq!(
            resources(CloudFormation, "serverless.yml", text),
            ["5 Serverless Framework function api events=httpApi", "11 Serverless Framework AWS::DynamoDB::Table T"]
        );
    }
}
