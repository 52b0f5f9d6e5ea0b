//! Descriptions of interfaces that programs read: `OpenAPI`, `AsyncAPI`, GraphQL schemas, proto files and their kin.

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{ApiDescription, Data, File, Role, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// The extractors of this subject.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(OpenApi), Box::new(Schemas)]
}

fn may_describe(file: &File) -> bool {
    !matches!(file.role, Role::Vendored | Role::Test | Role::Example)
}

/// Reads `OpenAPI` and `AsyncAPI` in YAML and JSON.
#[derive(Clone, Copy)]
struct OpenApi;

/// Keys at the root, with the format that they mean and the keys below which it lists operations.
const ROOTS: &[(&str, &str, &[&str])] = &[
    ("openapi", "OpenAPI", &["paths", "webhooks"]),
    ("swagger", "OpenAPI", &["paths"]),
    ("asyncapi", "AsyncAPI", &["channels"]),
];

impl Extractor for OpenApi {
    fn name(&self) -> &'static str {
        "openapi"
    }

    fn demand(&self) -> Demand {
        let written = |(key, ..): &(&str, &str, &[&str])| [format!("\"{key}\""), format!("{key}:"), format!("'{key}'")];
        Demand::AnyOf(ROOTS.iter().flat_map(written).collect())
    }

    fn wants(&self, file: &File) -> bool {
        may_describe(file) && matches!(file.extension(), "yaml" | "yml" | "json")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = if source.file.extension() == "json" {
            source.json().ok()
        } else {
            source.yaml().ok().and_then(|documents| documents.first())
        };
        // What is no YAML or JSON is some other extractor's to report.
        let Some(root) = root else { return };
        for (key, format, sections) in ROOTS {
            let Some((name, version)) = root.entry(key) else { continue };
            let operations: usize =
                sections.iter().filter_map(|section| root.get(section)).map(|it| it.entries().len()).sum();
            if is_version(version) && operations > 0 {
                add(found, name.span, format, operations);
            }
        }
    }
}

/// `3.1.0`, also as a number (`swagger: 2.0`).
fn is_version(node: &Node) -> bool {
    node.text().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_digit()))
}

/// Reads the languages that describe interfaces.
#[derive(Clone, Copy)]
struct Schemas;

impl Extractor for Schemas {
    fn name(&self) -> &'static str {
        "api-schema"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(
            ["type Query", "type Mutation", "rpc ", "service ", "@service", "#%RAML", "FORMAT: 1A", "portType"]
                .map(str::to_owned)
                .to_vec(),
        )
    }

    fn wants(&self, file: &File) -> bool {
        may_describe(file) && format_of(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(format) = format_of(source.file) else { return };
        let text = source.text();
        let lines = || text.lines().zip(1..).map(|(line, number)| (line.trim(), number));
        let first = |is_it: &dyn Fn(&str) -> bool| lines().find(|(line, _)| is_it(line)).map(|(_, number)| number);
        let begins = |words: &'static [&'static str]| move |line: &str| words.iter().any(|word| line.starts_with(word));
        let (line, operations) = match format {
            "GraphQL" => (first(&|line| is_graphql_root(line)), graphql_fields(text)),
            // Interfaces of the infrastructure that services take over.
            "gRPC" if ["package google.", "package grpc."].iter().any(|own| text.contains(own)) => return,
            "gRPC" => (first(&begins(&["service "])), lines().filter(|(line, _)| line.starts_with("rpc ")).count()),
            "TypeSpec" => (first(&begins(&["@service"])), 1),
            "RAML" => (first(&begins(&["#%RAML"])), 1),
            "API Blueprint" => (first(&begins(&["FORMAT: 1A"])), 1),
            "WSDL" => (first(&|line| line.contains("portType")), 1),
            _ => (first(&begins(&["service "])), 1),
        };
        if let Some(line) = line.filter(|_| operations > 0) {
            add(found, Span { line, column: 1, end_line: line, end_column: 1 }, format, operations);
        }
    }
}

fn format_of(file: &File) -> Option<&'static str> {
    Some(match file.extension() {
        "graphql" | "graphqls" | "gql" => "GraphQL",
        "proto" => "gRPC",
        "thrift" => "Thrift",
        "smithy" => "Smithy",
        "tsp" => "TypeSpec",
        "raml" => "RAML",
        "apib" => "API Blueprint",
        "wsdl" => "WSDL",
        _ => return None,
    })
}

/// `type Query {`, `extend type Mutation @auth {`.
fn is_graphql_root(line: &str) -> bool {
    let rest = line.strip_prefix("extend ").unwrap_or(line).strip_prefix("type ").unwrap_or("");
    ["Query", "Mutation", "Subscription"].iter().any(|root| {
        rest.strip_prefix(root).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// How many fields the root types have, one a line.
fn graphql_fields(text: &str) -> usize {
    let mut is_inside = false;
    let mut count = 0;
    for line in text.lines().map(str::trim) {
        if is_graphql_root(line) {
            is_inside = true;
        } else if line.starts_with('}') {
            is_inside = false;
        } else if is_inside && line.contains(':') && !line.starts_with(['#', '"']) {
            count += 1;
        }
    }
    count
}

fn add(found: &mut Found<'_>, span: Span, format: &'static str, operations: usize) {
    let operations = u64::try_from(operations).unwrap_or(u64::MAX);
    found.add(span, Data::ApiDescription(ApiDescription { format, operations }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn described(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 1, role: Role::Product, language: None, lines: 1 };
        let facts = Extractors::of(all()).extract(&file, text).facts;
        let describe = |data: Data| match data {
            Data::ApiDescription(it) => format!("{} {}", it.format, it.operations),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| format!("{} {}", fact.place.span.line, describe(fact.data))).collect()
    }

    #[test]
    fn descriptions_are_told_by_their_content() {
        for (path, text, wanted) in [
            ("api.yaml", "info: {}\nopenapi: 3.1.0\npaths:\n  /a: {}\n  /b: {}\n", "2 OpenAPI 2"),
            ("api/swagger.json", "{\"swagger\": \"2.0\", \"paths\": {\"/a\": {}}}", "1 OpenAPI 1"),
            ("events.yml", "asyncapi: 3.0.0\nchannels:\n  a: {}\n", "1 AsyncAPI 1"),
            ("schema.graphql", "type Van { id: ID! }\ntype Query {\n  # all\n  vans: [Van!]!\n}\n", "2 GraphQL 1"),
            ("vans.proto", "syntax = \"proto3\";\nservice Vans {\n  rpc List(A) returns (B);\n}\n", "2 gRPC 1"),
            (
                "main.tsp",
                "import \"@typespec/http\";\n@service(#{ title: \"Vans\" })\nnamespace Vans;\n",
                "2 TypeSpec 1",
            ),
        ] {
            assert_eq!(described(path, text), [wanted], "{path}");
        }
    }

    #[test]
    fn what_only_mentions_them_is_none() {
        for (path, text) in [
            ("orval.yaml", "swagger: ./api.json\n"),
            ("api.yaml", "openapi: 3.1.0\npaths: {}\n"),
            ("components.yaml", "tools:\n  openapi: 3.1.0\n"),
            ("queries.graphql", "query Vans { vans { id } }\n"),
            ("queries.graphql", "type QueryOptions {\n  a: Int\n}\n"),
            ("messages.proto", "message Van { string id = 1; }\n// the service \n"),
            ("health.proto", "package grpc.health.v1;\nservice Health {\n rpc Check(A) returns (B);\n}\n"),
        ] {
            assert_eq!(described(path, text), [""; 0], "{path}");
        }
    }
}
