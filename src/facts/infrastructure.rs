//! Infrastructure as code.

use super::{Attributes, Value};

/// A resource that infrastructure as code declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfrastructureResource {
    /// Who makes it, as people write the name: `Terraform`, `AWS CDK`, `CloudFormation`.
    pub tool: &'static str,
    /// Its type as the tool writes it: `aws_db_instance`, `AWS::RDS::DBInstance`, `rds.DatabaseInstance`. Of a module, its
    /// source; of Ansible, the module that a task runs.
    pub kind: String,
    /// Its name in the code, `""` where it has none.
    pub name: String,
    /// Those of its attributes that say how it behaves, as `snake_case_name=value`. Never a credential.
    pub attributes: Vec<String>,
}

impl Attributes for InfrastructureResource {
    const FIELDS: &'static [&'static str] = &["tool", "type", "name", "attribute"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        Some(match field {
            "tool" => Value::Text(self.tool),
            "type" => Value::Text(&self.kind),
            "name" => Value::Text(&self.name),
            "attribute" => Value::Words(self.attributes.iter().map(String::as_str).collect()),
            _ => return None,
        })
    }
}
