//! The platforms of Amazon and Azure: Amplify, Elastic Beanstalk, the Azure Developer CLI.

use super::{Parts, yaml};
use crate::facts::PlatformPart::{Autoscaling, Build, Cdn, Deployment, LoadBalancing};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// `amplify.yml`.
pub(super) fn amplify(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Deployment, Build, Cdn, LoadBalancing]);
    let Some(root) = yaml(source, parts) else { return };
    super::listed_headers(root.get("customHeaders"), parts);
}

/// `customHttp.yml`.
pub(super) fn amplify_headers(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = yaml(source, parts) else { return };
    super::listed_headers(root.get("customHeaders"), parts);
}

/// `Dockerrun.aws.json`.
pub(super) fn beanstalk(_source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    parts.by_nature(&[Deployment]);
}

/// Options of an environment of Elastic Beanstalk, as a mapping of namespaces or as a list.
pub(super) fn beanstalk_options(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Ok([root, ..]) = source.yaml() else { return };
    parts.by_nature(&[Deployment]);
    let Some(settings) = root.get("option_settings") else { return };
    let listed = settings.items().iter().filter_map(|setting| {
        let text = |key: &str| setting.get(key).and_then(Node::text);
        Some((setting.span, text("namespace")?, text("option_name")?, text("value").unwrap_or("")))
    });
    let mapped = settings.entries().iter().flat_map(|(namespace, options)| {
        let namespace = namespace.text().unwrap_or("");
        let each = options.entries().iter();
        each.map(move |(key, value)| (key.span, namespace, key.text().unwrap_or(""), value.text().unwrap_or("")))
    });
    for (span, namespace, option, value) in listed.chain(mapped).collect::<Vec<_>>() {
        match (namespace, option) {
            ("aws:autoscaling:asg", "MaxSize") if value.parse::<u32>().is_ok_and(|number| number > 1) => {
                parts.add(span, Autoscaling, &format!("MaxSize {value}"));
            }
            ("aws:elasticbeanstalk:environment", "EnvironmentType" | "LoadBalancerType")
                if value != "SingleInstance" =>
            {
                parts.add(span, LoadBalancing, value);
            }
            _ => {}
        }
    }
}

/// `azure.yaml`: services and where each of them runs.
pub(super) fn azure_developer(source: &Source<'_>, parts: &mut Parts<'_, '_>) {
    let Some(root) = yaml(source, parts) else { return };
    for (name, service) in root.get("services").map_or(&[][..], Node::entries) {
        let Some(host) = service.get("host").and_then(Node::text) else { continue };
        parts.add(name.span, Deployment, host);
        parts.add(name.span, Build, host);
        if matches!(host, "containerapp" | "appservice" | "staticwebapp") {
            parts.add(name.span, LoadBalancing, host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::parts;

    #[test]
    fn beanstalk_scales_by_its_group() {
        let text = "option_settings:\n  aws:autoscaling:asg:\n    MinSize: 2\n    MaxSize: 4\n";
        let expected = ["1 AWS Elastic Beanstalk deployment", "4 AWS Elastic Beanstalk autoscaling=MaxSize 4"];
        assert_eq!(parts(".ebextensions/scale.config", text), expected);
        let list = "option_settings:\n  - namespace: aws:autoscaling:asg\n    option_name: MaxSize\n    value: 4\n";
        assert_eq!(parts(".ebextensions/scale.config", list).len(), 2);
    }

    #[test]
    fn amplify_serves_from_the_edge() {
        assert_eq!(parts("amplify.yml", "version: 1\n").len(), 4);
    }
}
