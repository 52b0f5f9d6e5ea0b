//! Templates of the Azure Resource Manager, in JSON.

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::File;
use crate::syntax::Source;
use crate::syntax::data::Node;

/// Reads templates.
#[derive(Clone, Copy)]
pub(super) struct Arm;

impl Extractor for Arm {
    fn name(&self) -> &'static str {
        "azure-template"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["deploymentTemplate.json#"])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.extension() == "json"
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Ok(root) = source.json() else { return };
        let resources = root.get("resources");
        let listed = resources.map_or(&[][..], Node::items).iter();
        let named = resources.map_or(&[][..], Node::entries).iter().map(|(_, resource)| resource);
        for resource in listed.chain(named) {
            let text = |key: &str| resource.get(key).and_then(Node::text).unwrap_or("");
            let attributes = resource.get("properties").map_or(Vec::new(), attribute::of_node);
            // Names are expressions more often than not.
            let name = Some(text("name")).filter(|name| !name.starts_with('[')).unwrap_or("");
            add(found, resource.span, "Azure Resource Manager", text("type"), name, attributes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Arm;

    #[test]
    fn resources_of_a_template() {
        let text = "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\"resources\": [{\"type\": \"Microsoft.Cdn/profiles\", \"name\": \"[parameters('x')]\"}]}";
        assert_eq!(resources(Arm, "azuredeploy.json", text), ["2 Azure Resource Manager Microsoft.Cdn/profiles "]);
    }
}
