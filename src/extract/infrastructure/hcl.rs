//! Terraform and `OpenTofu`, Terragrunt, Nomad: blocks of HCL.

use tree_sitter::Node;

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Probe, ProbeKind, Span};
use crate::syntax::{Source, descendants, node_text};

/// Reads HCL.
#[derive(Clone, Copy)]
pub(super) struct Hcl;

impl Extractor for Hcl {
    fn name(&self) -> &'static str {
        "hcl"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["resource ", "module ", "data ", "provider ", "terraform ", "terraform{", "job ", "include "])
    }

    fn wants(&self, file: &File) -> bool {
        let is_lock = file.name() == ".terraform.lock.hcl";
        file.role.is_written() && matches!(file.extension(), "tf" | "tofu" | "hcl" | "nomad") && !is_lock
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(tree) = source.tree() else { return };
        let text = source.text();
        let is_terraform = matches!(source.file.extension(), "tf" | "tofu");
        let is_terragrunt = source.file.name() == "terragrunt.hcl" || source.file.name() == "root.hcl";
        let mut cursor = tree.walk();
        let bodies: Vec<Node<'_>> = tree.root_node().children(&mut cursor).filter(|it| it.kind() == "body").collect();
        for block in bodies.iter().flat_map(|body| children(*body, "block")) {
            let words = head(block, text);
            let span = source.span(block.start_byte()..head_end(block));
            match words.as_slice() {
                ["resource", kind, name] if is_terraform => {
                    let attributes = attributes(block, text);
                    add(found, span, "Terraform", kind, name, attributes);
                    health_check(block, kind, text, source, found);
                }
                ["data", kind, name] if is_terraform => {
                    add(found, span, "Terraform", &format!("data.{kind}"), name, Vec::new());
                }
                ["module", name] if is_terraform => {
                    let origin = attribute(block, "source", text).unwrap_or_default();
                    add(found, span, "Terraform", &format!("module.{origin}"), name, attributes(block, text));
                }
                ["provider", name] if is_terraform => add(found, span, "Terraform", "provider", name, Vec::new()),
                ["terraform"] if is_terraform => {
                    for backend in inner_blocks(block) {
                        if let ["backend", name] = head(backend, text).as_slice() {
                            add(found, span, "Terraform", "backend", name, Vec::new());
                        }
                    }
                }
                ["terraform" | "include" | "inputs", ..] if is_terragrunt => {
                    let origin = attribute(block, "source", text).unwrap_or_default();
                    add(found, span, "Terragrunt", &format!("module.{origin}"), "", Vec::new());
                }
                ["job", name] => add(found, span, "Nomad", "job", name, Vec::new()),
                _ => {}
            }
        }
    }
}

fn children<'tree>(node: Node<'tree>, kind: &str) -> Vec<Node<'tree>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).filter(|child| child.kind() == kind).collect()
}

fn inner_blocks(block: Node<'_>) -> Vec<Node<'_>> {
    children(block, "body").into_iter().flat_map(|body| children(body, "block")).collect()
}

/// The words before the brace, without quotes.
fn head<'text>(block: Node<'_>, text: &'text str) -> Vec<&'text str> {
    let mut cursor = block.walk();
    let words = block.children(&mut cursor).take_while(|child| matches!(child.kind(), "identifier" | "string_lit"));
    words.map(|word| node_text(word, text).trim_matches('"')).collect()
}

/// The byte at which the head of a block ends.
fn head_end(block: Node<'_>) -> usize {
    let mut cursor = block.walk();
    let words = block.children(&mut cursor).take_while(|child| matches!(child.kind(), "identifier" | "string_lit"));
    words.last().map_or(block.start_byte(), |word| word.end_byte())
}

/// The text of an attribute of a block itself, without quotes.
fn attribute<'text>(block: Node<'_>, name: &str, text: &'text str) -> Option<&'text str> {
    let own = children(block, "body").into_iter().flat_map(|body| children(body, "attribute"));
    let mut named = own.filter_map(|attribute| key_and_value(attribute, text));
    named.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn key_and_value<'text>(attribute: Node<'_>, text: &'text str) -> Option<(&'text str, &'text str)> {
    let key = attribute.named_child(0)?;
    let value = attribute.named_child(1)?;
    Some((node_text(key, text), node_text(value, text).trim().trim_matches('"')))
}

/// The attributes of a resource, with the names of the blocks in which they stand.
fn attributes(block: Node<'_>, text: &str) -> Vec<String> {
    let mut all = Vec::new();
    descendants(block, |node| {
        if node.kind() != "attribute" {
            return true;
        }
        if let Some((key, value)) = key_and_value(node, text) {
            let mut path = blocks_around(node, block, text);
            path.push(attribute::snake_case(key));
            all.extend(attribute::kept(&path, value));
        }
        false
    });
    attribute::finish(all)
}

/// The names of the blocks between an inner node and an outer block, the outermost first.
fn blocks_around(node: Node<'_>, outer: Node<'_>, text: &str) -> Vec<String> {
    let mut path = Vec::new();
    let mut current = node.parent();
    while let Some(parent) = current.filter(|parent| parent.id() != outer.id()) {
        if parent.kind() == "block" {
            let head = head(parent, text);
            // `dynamic "traffic" { content { … } }`
            match head.as_slice() {
                ["content"] | [] => {}
                ["dynamic", name, ..] | [name, ..] => path.push((*name).to_owned()),
            }
        }
        current = parent.parent();
    }
    path.reverse();
    path
}

/// The path that a load balancer asks for.
fn health_check(block: Node<'_>, kind: &str, text: &str, source: &Source<'_>, found: &mut Found<'_>) {
    let is_target = matches!(kind, "aws_lb_target_group" | "aws_alb_target_group" | "google_compute_health_check");
    for inner in inner_blocks(block).into_iter().filter(|_| is_target) {
        let is_check =
            matches!(head(inner, text).as_slice(), ["health_check" | "http_health_check" | "https_health_check"]);
        let path = attribute(inner, "path", text).or_else(|| attribute(inner, "request_path", text));
        let Some(path) = path.filter(|path| is_check && path.starts_with('/') && !path.contains('$')) else { continue };
        let span: Span = source.span(inner.start_byte()..head_end(inner));
        let probe = Probe {
            kind: ProbeKind::Healthcheck,
            path: path.to_owned(),
            port: None,
            platform: "load balancer",
            is_own: true,
        };
        found.add(span, Data::Probe(probe));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Hcl;

    #[test]
    fn resources_modules_and_providers_of_terraform() {
        let text = "terraform {\n  backend \"s3\" { bucket = \"x\" }\n}\nprovider \"aws\" { region = \"eu\" }\nresource \"aws_db_instance\" \"main\" {\n  backup_retention_period = 7\n  password = \"x\"\n}\n\
            module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\ndata \"aws_secretsmanager_secret\" \"db\" {}\n# resource \"x\" \"y\" {}\n";
        let expected = [
            "1 Terraform backend s3",
            "4 Terraform provider aws",
            "5 Terraform aws_db_instance main backup_retention_period=7",
            "9 Terraform module.terraform-aws-modules/vpc/aws vpc",
            "12 Terraform data.aws_secretsmanager_secret db",
        ];
        assert_eq!(resources(Hcl, "infra/main.tf", text), expected);
    }

    #[test]
    fn blocks_name_the_attributes_in_them() {
        let text = "resource \"google_sql_database_instance\" \"db\" {\n  settings {\n    backup_configuration {\n      enabled = true\n    }\n  }\n}\nresource \"google_cloud_run_service\" \"s\" {\n  dynamic \"traffic\" {\n    content { percent = var.p }\n  }\n}\n";
        let expected = [
            "1 Terraform google_sql_database_instance db backup_configuration.enabled=true",
            "8 Terraform google_cloud_run_service s traffic.percent=var.p",
        ];
        assert_eq!(resources(Hcl, "main.tofu", text), expected);
    }

    #[test]
    fn a_target_group_asks_for_a_path() {
        let text = "resource \"aws_lb_target_group\" \"web\" {\n  health_check {\n    path = \"/up\"\n  }\n}\n";
        assert_eq!(resources(Hcl, "lb.tf", text), ["1 Terraform aws_lb_target_group web", "2 probe /up"]);
    }

    #[test]
    fn jobs_of_nomad_and_units_of_terragrunt() {
        assert_eq!(resources(Hcl, "deploy/web.nomad", "job \"web\" {\n}\n"), ["1 Nomad job web"]);
        let unit = "terraform {\n  source = \"../modules/db\"\n}\n";
        assert_eq!(resources(Hcl, "live/db/terragrunt.hcl", unit), ["1 Terragrunt module.../modules/db "]);
    }
}
