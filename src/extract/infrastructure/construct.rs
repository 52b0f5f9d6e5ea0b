//! Infrastructure in programming languages: constructs of the AWS CDK and of CDK for Terraform, resources of Pulumi,
//! components of SST.

use tree_sitter::Node;

use super::{add, attribute, origin};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Language};
use crate::syntax::{Grammar, Source, descendants, node_text};

/// Finds what such programs construct.
#[derive(Clone, Copy)]
pub(super) struct Constructs;

/// How the programs of a tool construct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `new Bucket(this, 'Assets', { … })`
    InScope,
    /// `new aws.s3.Bucket('assets', { … })`, in Go `s3.NewBucket(ctx, "assets", …)`
    ByName,
}

struct Library {
    tool: &'static str,
    form: Form,
    /// Texts by which code imports it, in any language.
    imports: &'static [&'static str],
}

const LIBRARIES: &[Library] = &[
    Library {
        tool: "AWS CDK",
        form: Form::InScope,
        imports: &["aws-cdk-lib", "@aws-cdk/", "aws_cdk", "github.com/aws/aws-cdk-go", "Amazon.CDK", "sst/constructs"],
    },
    Library {
        tool: "CDK for Terraform",
        form: Form::InScope,
        imports: &["cdktf", "hashicorp/terraform-cdk-go", "HashiCorp.Cdktf"],
    },
    Library {
        tool: "Pulumi",
        form: Form::ByName,
        imports: &["@pulumi/", "import pulumi", "from pulumi", "pulumi_", "github.com/pulumi/", "using Pulumi"],
    },
    Library { tool: "SST", form: Form::ByName, imports: &["new sst."] },
];

impl Extractor for Constructs {
    fn name(&self) -> &'static str {
        "infrastructure-construct"
    }

    fn demand(&self) -> Demand {
        super::any_of(&LIBRARIES.iter().flat_map(|library| library.imports.iter().copied()).collect::<Vec<_>>())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language.and_then(Grammar::of).is_some_and(constructs)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let is_imported = |library: &&Library| library.imports.iter().any(|import| text.contains(import));
        let Some(library) = LIBRARIES.iter().find(is_imported) else { return };
        let Some(tree) = source.tree() else { return };
        let is_go = source.file.language == Some(Language::Go);
        let origins = origin::of_names(tree.root_node(), text);
        descendants(tree.root_node(), |node| {
            let callee = match node.kind() {
                "new_expression" => node.child_by_field_name("constructor"),
                "call" | "call_expression" => node.child_by_field_name("function"),
                "object_creation_expression" => node.child_by_field_name("type"),
                _ => return true,
            };
            let (Some(callee), Some(arguments)) = (callee, node.child_by_field_name("arguments")) else { return true };
            let callee_text = node_text(callee, text);
            let Some(kind) = origins.get(callee_text).cloned().or_else(|| type_of(callee_text, is_go)) else {
                return true;
            };
            let (first, second) = (argument(arguments, 0, text), argument(arguments, 1, text));
            let name = match library.form {
                Form::InScope => second.filter(|_| first.is_some_and(is_name)),
                Form::ByName if is_go => second.filter(|_| first == Some("ctx")),
                Form::ByName => first.filter(|_| kind.contains('.') && !kind.starts_with("pulumi.")),
            };
            if let Some(name) = name.and_then(text_in_quotes) {
                let span = source.span(node.start_byte()..callee.end_byte());
                add(found, span, library.tool, &kind, name, attributes(arguments, text));
            }
            true
        });
    }
}

/// The grammars of languages in which such programs are written.
fn constructs(grammar: Grammar) -> bool {
    matches!(
        grammar,
        Grammar::TypeScript | Grammar::Tsx | Grammar::JavaScript | Grammar::Python | Grammar::Go | Grammar::CSharp
    )
}

/// The type that a callee constructs: `s3.Bucket` of `s3.Bucket` and of Go's `s3.NewBucket`.
fn type_of(callee: &str, is_go: bool) -> Option<String> {
    let (scope, name) = callee.rsplit_once('.').map_or(("", callee), |(scope, name)| (scope, name));
    let name = if is_go { name.strip_prefix("New")? } else { name };
    let is_type = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let is_plain = scope.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'));
    (is_type && is_plain).then(|| if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") })
}

fn argument<'text>(arguments: Node<'_>, index: usize, text: &'text str) -> Option<&'text str> {
    let mut cursor = arguments.walk();
    let argument = arguments.named_children(&mut cursor).filter(|child| child.kind() != "comment").nth(index)?;
    Some(node_text(argument, text))
}

/// `this`, `self`, `stack`, `props.scope`.
fn is_name(written: &str) -> bool {
    !written.is_empty() && written.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
}

/// The text of `'x'`, of a template, of Go's `jsii.String("x")`.
fn text_in_quotes(written: &str) -> Option<&str> {
    let inner = written.strip_prefix("jsii.String(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(written);
    let inner = inner.trim_start_matches(['f', '$', '@']);
    let quote = inner.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
    inner.strip_prefix(quote)?.strip_suffix(quote)
}

/// The named values among the arguments, with the names around them.
fn attributes(arguments: Node<'_>, text: &str) -> Vec<String> {
    let mut all = Vec::new();
    descendants(arguments, |node| {
        if let Some((key, value)) = named_value(node, text) {
            let mut path = vec![attribute::snake_case(key)];
            let mut around = node.parent();
            while let Some(parent) = around.filter(|parent| parent.id() != arguments.id()) {
                path.extend(named_value(parent, text).map(|(key, _)| attribute::snake_case(key)));
                around = parent.parent();
            }
            path.reverse();
            all.extend(attribute::kept(&path, value.trim_matches(['"', '\''])));
        }
        true
    });
    attribute::finish(all)
}

/// `key: value`, `key=value`, `Key = value`.
fn named_value<'text>(node: Node<'_>, text: &'text str) -> Option<(&'text str, &'text str)> {
    let (key, value) = match node.kind() {
        "pair" => (node.child_by_field_name("key")?, node.child_by_field_name("value")?),
        "keyword_argument" => (node.child_by_field_name("name")?, node.child_by_field_name("value")?),
        "assignment_expression" => (node.child_by_field_name("left")?, node.child_by_field_name("right")?),
        "keyed_element" => (node.named_child(0)?, node.named_child(1)?),
        _ => return None,
    };
    Some((node_text(key, text).trim_matches(['"', '\'']), node_text(value, text)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Constructs;

    #[test]
    fn constructs_of_the_cdk() {
        let text = "import * as rds from 'aws-cdk-lib/aws-rds';\nexport class Db extends Stack {\n  constructor(scope: Construct, id: string) {\n    super(scope, id);\n    new rds.DatabaseInstance(this, 'Main', { multiAz: true, backupRetention: Duration.days(7) });\n    new Map(this.x, y);\n  }\n}\n";
        assert_eq!(
            resources(Constructs, "infra/lib/db.ts", text),
            ["5 AWS CDK rds.DatabaseInstance Main backup_retention=Duration.days(7) multi_az=true"]
        );
        let named = "import { Function as Fn } from 'aws-cdk-lib/aws-lambda';\nimport { Api } from './api';\nnew Fn(this, 'A', {});\nnew Api(this, 'B');\n";
        assert_eq!(resources(Constructs, "lib/x.ts", named), ["3 AWS CDK aws_lambda.Function A", "4 AWS CDK Api B"]);
        let python = "from aws_cdk import aws_s3 as s3\nclass A(Stack):\n    def __init__(self, scope, id):\n        super().__init__(scope, id)\n        s3.Bucket(self, \"Assets\", versioned=True)\n";
        assert_eq!(resources(Constructs, "infra/a.py", python), ["5 AWS CDK s3.Bucket Assets"]);
        let named = "from aws_cdk.aws_dynamodb import Table\nTable(self, \"Orders\")\n";
        assert_eq!(resources(Constructs, "infra/b.py", named), ["2 AWS CDK aws_dynamodb.Table Orders"]);
        let go = "package main\nimport \"github.com/aws/aws-cdk-go/awscdk/v2/awss3\"\nfunc x() { awss3.NewBucket(stack, jsii.String(\"Assets\"), nil) }\n";
        assert_eq!(resources(Constructs, "infra/main.go", go), ["3 AWS CDK awss3.Bucket Assets"]);
    }

    #[test]
    fn resources_of_pulumi() {
        let text = "import * as aws from '@pulumi/aws';\nconst c = new pulumi.Config('x');\nnew aws.rds.Instance('db', { backupRetentionPeriod: 7 });\nnew Error('x');\n";
        assert_eq!(resources(Constructs, "index.ts", text), ["3 Pulumi aws.rds.Instance db backup_retention_period=7"]);
        let go = "package main\nimport \"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3\"\nfunc x() { s3.NewBucket(ctx, \"b\", nil) }\n";
        assert_eq!(resources(Constructs, "main.go", go), ["3 Pulumi s3.Bucket b"]);
        let python = "import pulumi\nimport pulumi_aws as aws\naws.s3.Bucket(\"b\")\npulumi.export(\"x\", 1)\n";
        assert_eq!(resources(Constructs, "__main__.py", python), ["3 Pulumi aws.s3.Bucket b"]);
    }

    #[test]
    fn components_of_sst() {
        let text = "export default $config({\n  async run() {\n    new sst.aws.Nextjs('Web');\n  },\n});\n";
        assert_eq!(resources(Constructs, "sst.config.ts", text), ["3 SST sst.aws.Nextjs Web"]);
    }
}
