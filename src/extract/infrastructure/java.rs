//! Infrastructure in Java: constructs of the AWS CDK, by their builders and constructors, and resources of Pulumi.

use tree_sitter::Node;

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Language};
use crate::syntax::{Source, descendants, node_text};

/// Finds what such programs construct.
#[derive(Clone, Copy)]
pub(super) struct JavaConstructs;

/// The packages of a tool's types, with the tool. What follows is the module: `services.rds.DatabaseInstance`.
const PACKAGES: &[(&str, &str)] = &[("software.amazon.awscdk.", "AWS CDK"), ("com.pulumi.", "Pulumi")];

/// What the CDK constructs besides resources.
const NO_RESOURCES: &[&str] = &["App", "Stack", "StackProps", "Environment", "Duration", "Tags"];

impl Extractor for JavaConstructs {
    fn name(&self) -> &'static str {
        "infrastructure-construct-java"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["software.amazon.awscdk.", "com.pulumi."])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language == Some(Language::Java)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let Some(tree) = source.tree() else { return };
        descendants(tree.root_node(), |node| {
            let made = match node.kind() {
                "object_creation_expression" => constructor(node, text),
                "method_invocation" => builder(node, text),
                _ => None,
            };
            if let Some(made) = made
                && let Some((tool, kind)) = imported(text, made.class)
            {
                let span = source.span(node.start_byte()..made.end);
                add(found, span, tool, &kind, made.name, attribute::finish(made.attributes));
            }
            true
        });
    }
}

/// A construct.
struct Made<'text> {
    class: &'text str,
    name: &'text str,
    /// Where the expression that names the class ends.
    end: usize,
    attributes: Vec<String>,
}

/// `new Bucket(this, "Assets", …)`, `new Bucket("assets")`.
fn constructor<'text>(node: Node<'_>, text: &'text str) -> Option<Made<'text>> {
    let class = node.child_by_field_name("type")?;
    let arguments = node.child_by_field_name("arguments")?;
    let mut cursor = arguments.walk();
    let name = arguments.named_children(&mut cursor).take(2).find(|one| one.kind() == "string_literal")?;
    let mut attributes = Vec::new();
    descendants(arguments, |inner| {
        attributes.extend(setter(inner, text));
        true
    });
    Some(Made { class: node_text(class, text), name: unquoted(name, text), end: class.end_byte(), attributes })
}

/// `Bucket.Builder.create(this, "Assets").versioned(true).build()`.
fn builder<'text>(node: Node<'_>, text: &'text str) -> Option<Made<'text>> {
    let object = node.child_by_field_name("object")?;
    let class = node_text(object, text).strip_suffix(".Builder")?;
    let is_create = node_text(node.child_by_field_name("name")?, text) == "create";
    let arguments = node.child_by_field_name("arguments").filter(|_| is_create)?;
    let mut cursor = arguments.walk();
    let name = arguments.named_children(&mut cursor).nth(1).filter(|one| one.kind() == "string_literal")?;
    let mut attributes = Vec::new();
    let mut call = node.parent();
    while let Some(next) = call.filter(|next| next.kind() == "method_invocation") {
        attributes.extend(setter(next, text));
        call = next.parent();
    }
    Some(Made { class, name: unquoted(name, text), end: object.end_byte(), attributes })
}

/// The attribute that a call of a builder sets: `.backupRetention(Duration.days(7))`.
fn setter(node: Node<'_>, text: &str) -> Option<String> {
    let name = node.child_by_field_name("name").filter(|_| node.kind() == "method_invocation")?;
    let arguments = node.child_by_field_name("arguments")?;
    let value = arguments.named_child(0)?;
    attribute::kept(&[attribute::snake_case(node_text(name, text))], node_text(value, text).trim_matches('"'))
}

fn unquoted<'text>(node: Node<'_>, text: &'text str) -> &'text str {
    node_text(node, text).trim_matches('"')
}

/// The tool and the type, with its module, of a class that the file imports: `rds.DatabaseInstance`.
fn imported(text: &str, class: &str) -> Option<(&'static str, String)> {
    let simple = class.rsplit('.').next().filter(|name| !NO_RESOURCES.contains(name))?;
    let whole = |line: &str| line.trim().strip_prefix("import ")?.strip_suffix(';').map(str::to_owned);
    let of = |import: String| {
        let &(package, tool) = PACKAGES.iter().find(|(package, _)| import.starts_with(package))?;
        let module = import.strip_prefix(package)?.trim_start_matches("services.").to_owned();
        let (module, last) = module.rsplit_once('.')?;
        (last == simple || last == "*").then(|| (tool, format!("{module}.{simple}"), last == "*"))
    };
    let imports: Vec<_> = text.lines().filter_map(whole).filter_map(of).collect();
    let exact = imports.iter().find(|(.., is_wild)| !is_wild);
    // Which of several packages a class of a wildcard import comes from, the file does not say.
    let is_clear = imports.len() == 1 && !text.contains(&format!("class {simple} "));
    let found = exact.or_else(|| imports.first().filter(|_| is_clear));
    found.map(|(tool, kind, _)| (*tool, kind.clone()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::JavaConstructs;

    #[test]
    fn builders_and_constructors_of_the_cdk() {
        let text = "import software.amazon.awscdk.Duration;\nimport software.amazon.awscdk.services.rds.DatabaseInstance;\nimport software.amazon.awscdk.services.s3.*;\nclass Shop extends Stack {\n  Shop(Construct scope, String id) {\n    super(scope, id);\n    DatabaseInstance.Builder.create(this, \"Main\")\n        .multiAz(true)\n        .backupRetention(Duration.days(7))\n        .build();\n    new Bucket(this, \"Assets\", BucketProps.builder().versioned(true).build());\n    // new Bucket(this, \"Old\");\n    new Shop(scope, \"x\");\n  }\n}\n";
        assert_eq!(
            resources(JavaConstructs, "infra/src/main/java/Shop.java", text),
            [
                "7 AWS CDK rds.DatabaseInstance Main backup_retention=Duration.days(7) multi_az=true",
                "11 AWS CDK s3.Bucket Assets"
            ]
        );
    }

    #[test]
    fn resources_of_pulumi() {
        let text = "import com.pulumi.Pulumi;\nimport com.pulumi.aws.s3.Bucket;\nclass App {\n  static void stack(Context ctx) {\n    var bucket = new Bucket(\"assets\");\n    new Error(\"x\");\n  }\n}\n";
        assert_eq!(resources(JavaConstructs, "infra/src/main/java/App.java", text), ["5 Pulumi aws.s3.Bucket assets"]);
    }
}
