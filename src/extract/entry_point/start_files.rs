//! Files that say how something is started, by their names: Dockerfile, Procfile, platforms' configurations.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EntryPoint, File, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;
use crate::syntax::dockerfile::is_dockerfile;

pub(super) struct StartFiles;

impl Extractor for StartFiles {
    fn name(&self) -> &'static str {
        "start-file"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && reader(file).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if let Some(read) = reader(source.file) {
            read(source, found);
        }
    }
}

fn reader(file: &File) -> Option<fn(&Source<'_>, &mut Found<'_>)> {
    let name = file.name();
    Some(match name {
        "Procfile" => procfile,
        "wrangler.toml" | "wrangler.json" | "wrangler.jsonc" => wrangler,
        "fly.toml" => fly,
        "config.ru" => rackup,
        "Pulumi.yaml" | "cdk.json" | "Chart.yaml" | "ansible.cfg" => infrastructure,
        "Global.asax" => classic_asp,
        _ if is_dockerfile(name) => dockerfile,
        _ if file.extension() == "cabal" => cabal,
        _ if matches!(file.extension(), "tf" | "bicep") => infrastructure,
        _ => return None,
    })
}

fn add(found: &mut Found<'_>, span: Span, kind: &'static str, detail: impl Into<String>) {
    found.add(span, Data::EntryPoint(EntryPoint { kind, detail: detail.into(), target: None }));
}

fn each_line(source: &Source<'_>, mut read: impl FnMut(&str, Span)) {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        read(line.trim(), source.span(at..at + line.trim_end().len()));
        at += line.len();
    }
}

fn dockerfile(source: &Source<'_>, found: &mut Found<'_>) {
    for instruction in source.dockerfile().iter().filter(|one| one.keyword == "EXPOSE") {
        let words = instruction.words();
        let port = words.first().map_or("", String::as_str);
        add(found, source.span(instruction.range.clone()), "process", format!("exposes port {port}"));
    }
}

fn procfile(source: &Source<'_>, found: &mut Found<'_>) {
    each_line(source, |line, span| {
        let name = line.split_once(':').map_or("", |(name, _)| name.trim());
        if !name.is_empty() && !name.starts_with('#') && !matches!(name, "release" | "console" | "rake") {
            add(found, span, "process", format!("process \"{name}\""));
        }
    });
}

fn wrangler(source: &Source<'_>, found: &mut Found<'_>) {
    let root = if source.file.extension() == "toml" { source.toml() } else { source.json() };
    if let Some((key, _)) = root.ok().and_then(|root| root.entry("main")) {
        add(found, key.span, "process", "a Cloudflare Worker");
    }
}

fn fly(source: &Source<'_>, found: &mut Found<'_>) {
    let Ok(root) = source.toml() else { return };
    let entry = ["http_service", "services", "processes"].iter().find_map(|key: &&str| root.entry(key));
    if let Some((key, _)) = entry {
        let name = Node::text(key).unwrap_or("");
        add(found, key.span, "process", format!("\"{name}\" of Fly.io"));
    }
}

fn rackup(source: &Source<'_>, found: &mut Found<'_>) {
    each_line(source, |line, span| {
        if line.starts_with("run ") || line.starts_with("run(") {
            add(found, span, "server", "runs a Rack application");
        }
    });
}

fn classic_asp(_: &Source<'_>, found: &mut Found<'_>) {
    add(found, Span::START, "server", "an ASP.NET application");
}

/// The targets of a Haskell package, which start at the margin.
fn cabal(source: &Source<'_>, found: &mut Found<'_>) {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let span = source.span(at..at + line.trim_end().len());
        at += line.len();
        match line.split_whitespace().next() {
            Some("executable") if line.starts_with('e') => add(found, span, "program", "an executable"),
            Some("library") if line.starts_with('l') => add(found, span, "library", "a library"),
            _ => {}
        }
    }
}

fn infrastructure(source: &Source<'_>, found: &mut Found<'_>) {
    let what = match source.file.name() {
        "Pulumi.yaml" => "a Pulumi project",
        "cdk.json" => "a CDK application",
        "Chart.yaml" => "a Helm chart",
        "ansible.cfg" => "Ansible",
        _ if source.file.extension() == "bicep" => "Bicep",
        _ => "Terraform",
    };
    add(found, Span::START, "infra", what);
}
