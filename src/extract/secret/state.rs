//! States of Terraform and `OpenTofu`: they hold in the clear what a provider calls sensitive.

use super::names::is_secret_name;
use super::placeholder::is_weak_password;
use super::{redaction, worth};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Severity};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Finds the values of sensitive attributes and outputs.
pub(super) struct TerraformStates;

/// Attributes that are secret in every state, beside those whose name says so: before version 4 a state does not tell.
const SECRET: &[&str] = &[
    "result",
    "private_key_pem",
    "private_key_openssh",
    "client_key",
    "kube_config_raw",
    "secret_string",
    "connection_string",
    "primary_connection_string",
    "primary_access_key",
    "secondary_access_key",
];

impl Extractor for TerraformStates {
    fn name(&self) -> &'static str {
        "terraform-state"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"terraform_version\"".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.name().contains(".tfstate")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Ok(state) = source.json() else { return };
        for (owner, name, value) in outputs(state).chain(resources(state)).chain(old_resources(state)) {
            let (Some(name), Some(text)) = (name.text(), value.text()) else { continue };
            // The format of private keys finds those, whatever they stand in.
            let is_key = text.contains("PRIVATE KEY-----");
            let line = source.lines().start_of(value.span.line).unwrap_or(0);
            if text.len() < 6 || is_key || is_weak_password(text, &[name]) {
                continue;
            }
            let title = format!("value of `{name}` of {owner} in a Terraform state");
            let secret = redaction::of_name("terraform-state", title, text, Severity::High);
            worth::add(source, line, value.span, secret, found);
        }
    }
}

/// Sensitive outputs, with who owns them.
fn outputs(state: &Node) -> impl Iterator<Item = (String, &Node, &Node)> {
    let outputs = state.get("outputs").map_or(&[][..], Node::entries).iter();
    outputs.filter_map(|(name, output)| {
        let is_sensitive = output.get("sensitive").and_then(Node::flag) == Some(true);
        is_sensitive.then_some(("an output".to_owned(), name, output.get("value")?))
    })
}

/// Sensitive attributes of the instances of resources.
fn resources(state: &Node) -> impl Iterator<Item = (String, &Node, &Node)> {
    let resources = state.get("resources").map_or(&[][..], Node::items).iter();
    resources.flat_map(|resource| {
        let part = |key| resource.get(key).and_then(Node::text).unwrap_or("");
        let owner = format!("`{}.{}`", part("type"), part("name"));
        let instances = resource.get("instances").map_or(&[][..], Node::items).iter();
        instances.flat_map(sensitive).map(move |(name, value)| (owner.clone(), name, value))
    })
}

/// Attributes whose name says that they are secret, as versions before 4 keep them.
fn old_resources(state: &Node) -> impl Iterator<Item = (String, &Node, &Node)> {
    let modules = state.get("modules").map_or(&[][..], Node::items).iter();
    let resources = modules.flat_map(|module| module.get("resources").map_or(&[][..], Node::entries));
    resources.flat_map(|(owner, resource)| {
        let owner = format!("`{}`", owner.text().unwrap_or(""));
        let attributes = resource.at(&["primary", "attributes"]).map_or(&[][..], Node::entries).iter();
        let secret = attributes.filter(|(name, _)| name.text().is_some_and(is_secret));
        secret.map(move |(name, value)| (owner.clone(), name, value))
    })
}

/// The attributes of an instance that its provider calls sensitive, or whose name does.
fn sensitive(instance: &Node) -> impl Iterator<Item = (&Node, &Node)> {
    let paths = instance.get("sensitive_attributes").map_or(&[][..], Node::items);
    let is_called = move |name: &str| {
        paths.iter().filter_map(|path| path.items().first()?.get("value")?.text()).any(|first| first == name)
    };
    let attributes = instance.get("attributes").map_or(&[][..], Node::entries).iter();
    let own = attributes.filter(move |(name, _)| name.text().is_some_and(|name| is_secret(name) || is_called(name)));
    own.map(|(name, value)| (name, value))
}

fn is_secret(name: &str) -> bool {
    SECRET.contains(&name) || is_secret_name(name)
}

#[cfg(test)]
mod tests {
    use super::super::fakes;
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::{Data, Role};

    fn found(text: &str) -> Vec<String> {
        let file = File { path: "infra/prod.tfstate".into(), bytes: 0, role: Role::Product, language: None, lines: 1 };
        let extractors = Extractors::of(vec![Box::new(TerraformStates)]);
        let title_of = |fact: &crate::facts::Fact| match &fact.data {
            Data::Secret(secret) => secret.title.clone(),
            other => panic!("{other:?}"),
        };
        extractors.extract(&file, text).facts.iter().map(title_of).collect()
    }

    #[test]
    fn sensitive_values_are_found_and_others_are_not() {
        let value = fakes::make("{A-Za-z0-9:12}", "state");
        let text = format!(
            r#"{{"version": 4, "terraform_version": "1.9.0",
            "outputs": {{
              "dsn": {{"value": "{value}a", "type": "string", "sensitive": true}},
              "name": {{"value": "{value}b", "type": "string"}}
            }},
            "resources": [{{"type": "aws_db_instance", "name": "main", "instances": [{{
              "attributes": {{"address": "{value}c", "password": "{value}d", "user_data": "{value}e", "token": null}},
              "sensitive_attributes": [[{{"type": "get_attr", "value": "user_data"}}]]
            }}]}}]}}"#
        );
        let owner = "of `aws_db_instance.main` in a Terraform state";
        let expected = [
            "value of `dsn` of an output in a Terraform state".to_owned(),
            format!("value of `password` {owner}"),
            format!("value of `user_data` {owner}"),
        ];
        assert_eq!(found(&text), expected);
    }

    #[test]
    fn an_old_state_and_a_weak_password() {
        let value = fakes::make("{A-Za-z0-9:12}", "state");
        let text = format!(
            r#"{{"version": 3, "terraform_version": "0.11.14", "modules": [{{"resources": {{"random_password.db":
            {{"primary": {{"attributes": {{"length": "16", "result": "{value}", "password": "changeme"}}}}}}}}}}]}}"#
        );
        assert_eq!(found(&text), ["value of `result` of `random_password.db` in a Terraform state"]);
    }
}
