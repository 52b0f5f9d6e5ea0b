//! Patterns of infrastructure: `terraform:aws_cloudfront_distribution`, `cdk:*cloudfront.Distribution`.

use super::NamePattern;

/// The prefixes of patterns, with the tools of which each of them means the resources.
const PREFIXES: &[(&str, &[&str])] = &[
    ("terraform", &["Terraform", "Terragrunt"]),
    ("cloudformation", &["CloudFormation", "AWS SAM", "Serverless Framework"]),
    ("cdk", &["AWS CDK"]),
    ("pulumi", &["Pulumi"]),
    ("sst", &["SST"]),
    ("azure", &["Bicep", "Azure Resource Manager"]),
    ("ansible", &["Ansible"]),
    ("kubernetes", &["Crossplane", "AWS Controllers for Kubernetes", "Config Connector", "Azure Service Operator"]),
];

/// Resources of infrastructure as code that are a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePattern {
    written: String,
    makers: &'static [&'static str],
    kind: NamePattern,
    attribute: Option<NamePattern>,
}

impl ResourcePattern {
    /// Parses `prefix:type`, with an attribute that the resource must have behind a space: `attribute=value`.
    pub fn parse(written: &str) -> Result<Self, (String, String)> {
        let wrong = |message: &str| (written.to_owned(), format!("`{written}`: {message}"));
        let (prefix, rest) = written.split_once(':').ok_or_else(|| wrong("a resource is `prefix:type`"))?;
        let (_, makers) = PREFIXES
            .iter()
            .find(|(name, _)| *name == prefix)
            .ok_or_else(|| wrong("no tool of infrastructure as code has that prefix"))?;
        let (kind, attribute) = rest.split_once(' ').map_or((rest, None), |(kind, attribute)| (kind, Some(attribute)));
        let (kind, attribute) = (NamePattern::new(kind), attribute.map(NamePattern::new));
        Ok(Self { written: written.to_owned(), makers, kind, attribute })
    }

    /// The pattern as written.
    pub fn written(&self) -> String {
        self.written.clone()
    }

    /// Whether it means a resource.
    pub fn matches(&self, maker: &str, kind: &str, attributes: &[String]) -> bool {
        self.makers.contains(&maker)
            && self.kind.matches(kind)
            && self.attribute.as_ref().is_none_or(|wanted| attributes.iter().any(|own| wanted.matches(own)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stands_for_those_who_share_the_types() {
        let pattern = ResourcePattern::parse("cloudformation:AWS::CloudFront::*").unwrap();
        assert!(pattern.matches("AWS SAM", "AWS::CloudFront::Distribution", &[]));
        assert!(!pattern.matches("Terraform", "AWS::CloudFront::Distribution", &[]));
        assert!(ResourcePattern::parse("teraform:x").is_err());
    }

    #[test]
    fn an_attribute_can_be_asked_for() {
        let pattern = ResourcePattern::parse("terraform:aws_db_instance replicate_source_db=*").unwrap();
        assert!(pattern.matches("Terraform", "aws_db_instance", &["replicate_source_db=x".to_owned()]));
        assert!(!pattern.matches("Terraform", "aws_db_instance", &[]));
    }
}
