//! Code that a platform calls: functions that a file of a deployment tool describes, with the folder of their code.
//! SAM and `CloudFormation`, the Serverless Framework, Firebase, Azure Functions.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EntryPoint, File, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

pub(super) struct Functions;

impl Extractor for Functions {
    fn name(&self) -> &'static str {
        "function"
    }

    fn demand(&self) -> Demand {
        let words =
            ["AWS::Serverless::Function", "AWS::Lambda::Function", "functions", "extensionBundle", "\"version\""];
        Demand::AnyOf(words.iter().map(|&word| word.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && matches!(file.extension(), "yml" | "yaml" | "json" | "template")
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        match source.file.name() {
            "serverless.yml" | "serverless.yaml" | "serverless.json" => serverless(source, found),
            "firebase.json" => firebase(source, found),
            "host.json" => azure(source, found),
            _ if source.text().contains("AWS::") => cloudformation(source, found),
            _ => {}
        }
    }
}

/// The document, as far as it can be read: other extractors report what cannot.
fn root<'a>(source: &'a Source<'_>) -> Option<&'a Node> {
    let is_json = source.file.extension() == "json" || source.text().trim_start().starts_with('{');
    if is_json { source.json().ok() } else { source.yaml().ok().and_then(|documents| documents.first()) }
}

/// Adds functions whose code lies in a folder, relative to the file's.
fn add(found: &mut Found<'_>, source: &Source<'_>, span: Span, detail: &str, folder: &str) {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let own = source.file.folder();
    let target = match (own, folder) {
        ("", inner) => inner.to_owned(),
        (own, "" | ".") => own.to_owned(),
        (own, inner) => format!("{own}/{inner}"),
    };
    let target = if target == "." { String::new() } else { target };
    let entry = EntryPoint { kind: "function", detail: detail.to_owned(), target: Some(target) };
    found.add(span, Data::EntryPoint(entry));
}

/// `handler: src/users.create` names a file by its path from the configuration.
fn serverless(source: &Source<'_>, found: &mut Found<'_>) {
    let functions = root(source).and_then(|root| root.get("functions")).map(Node::entries).unwrap_or_default();
    for (name, function) in functions {
        let handler = function.get("handler").and_then(Node::text).unwrap_or("");
        let folder = handler.rsplit_once('/').map_or("", |(folder, _)| folder);
        add(found, source, name.span, "functions of the Serverless Framework", folder);
    }
}

/// `CodeUri` is the folder of a function's code; an inline function has none.
fn cloudformation(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(root) = root(source) else { return };
    let common = root.at(&["Globals", "Function", "CodeUri"]).and_then(Node::text);
    for (name, resource) in root.get("Resources").map(Node::entries).unwrap_or_default() {
        let kind = resource.get("Type").and_then(Node::text).unwrap_or("");
        let property = |path: &[&str]| resource.get("Properties").and_then(|properties| properties.at(path)?.text());
        let folder = match kind {
            "AWS::Serverless::Function" => property(&["CodeUri"]).or(common),
            // Written by hand, the code is a folder that `aws cloudformation package` uploads.
            "AWS::Lambda::Function" => property(&["Code"]),
            _ => continue,
        };
        // A path of a bucket or an archive says nothing of this repository.
        let is_here = |folder: &&str| !folder.contains("://") && !folder.contains("${") && !folder.starts_with("..");
        if let Some(folder) = folder.filter(is_here) {
            add(found, source, name.span, "a function that AWS Lambda calls", folder);
        }
    }
}

fn firebase(source: &Source<'_>, found: &mut Found<'_>) {
    let Some((key, functions)) = root(source).and_then(|root| root.entry("functions")) else { return };
    let list = if functions.items().is_empty() { std::slice::from_ref(functions) } else { functions.items() };
    for one in list {
        let folder = one.get("source").and_then(Node::text).unwrap_or("functions");
        add(found, source, key.span, "functions that Firebase calls", folder);
    }
}

/// `host.json` of an application of Azure Functions: other programs have files of that name.
fn azure(source: &Source<'_>, found: &mut Found<'_>) {
    let Some(root) = root(source) else { return };
    let of_functions = ["extensionBundle", "extensions", "functionTimeout", "logging", "managedDependency"];
    let is_version =
        root.get("version").and_then(Node::text).is_some_and(|version| version.starts_with(['2', '3', '4']));
    let is_bare = root.entries().len() == 1;
    if let Some((key, _)) = root.entry("version")
        && is_version
        && (is_bare || of_functions.iter().any(|key| root.get(key).is_some()))
    {
        add(found, source, key.span, "an application of Azure Functions", "");
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::Extractors;
    use crate::facts::{Data, File, Role};

    fn found(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 0, role: Role::Configuration, language: None, lines: 0 };
        let extractors = Extractors::of(vec![Box::new(super::Functions)]);
        let describe = |data: &Data| match data {
            Data::EntryPoint(it) => format!("{} in {:?}", it.kind, it.target.as_deref().unwrap_or("-")),
            other => format!("{other:?}"),
        };
        extractors.extract(&file, text).facts.iter().map(|fact| describe(&fact.data)).collect()
    }

    #[test]
    fn a_template_names_the_folder_of_a_functions_code() {
        let text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: hello/\n";
        assert_eq!(found("template.yaml", text), ["function in \"hello\""]);
        assert_eq!(found("cloud/template.yaml", text), ["function in \"cloud/hello\""]);
        let inline =
            "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code:\n        ZipFile: x\n";
        assert!(found("template.yaml", inline).is_empty());
    }

    #[test]
    fn functions_of_other_tools_lie_where_their_files_say() {
        let text = "service: a\nfunctions:\n  a:\n    handler: src/users.create\n";
        assert_eq!(found("services/a/serverless.yml", text), ["function in \"services/a/src\""]);
        assert_eq!(found("firebase.json", "{\"functions\": {\"source\": \"api\"}}"), ["function in \"api\""]);
        assert_eq!(found("firebase.json", "{\"functions\": [{\"codebase\": \"x\"}]}"), ["function in \"functions\""]);
        assert_eq!(found("host.json", "{\"version\": \"2.0\"}"), ["function in \"\""]);
        assert!(found("host.json", "{\"version\": \"2.0\", \"hosts\": []}").is_empty());
        assert!(found("other.yml", "functions:\n  a: b\n").is_empty());
    }
}
