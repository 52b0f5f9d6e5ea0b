//! Helm charts: templates rendered with the chart's own values. This knows the part of the template language that
//! charts use for what is judged here; what it cannot tell stands in the output as unknown.

mod evaluate;
mod expression;
mod functions;
mod template;
mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

use evaluate::{Output, Renderer};
use template::Template;
use value::Value;

use super::super::Facts;
use super::Resource;
use crate::facts::data::Node;
use crate::facts::{ChartContent, ChartFile, Data, DormantTemplate, Fact, Place, RepoPath, Role, Span};
use crate::syntax::parse_yaml;

/// What charts make.
#[derive(Default)]
pub(super) struct Rendered {
    /// Their resources.
    pub(super) resources: Vec<Resource>,
    /// Templates of workloads that were not understood, with the line.
    pub(super) unreadable: Vec<(RepoPath, Role, u32)>,
    /// What the templates would make that make nothing with any values of the tree.
    pub(super) dormant: Vec<Fact>,
}

/// A chart's files.
#[derive(Default)]
struct Chart<'a> {
    about: Option<&'a Node>,
    values: Option<&'a Node>,
    /// Values for one environment each, from its own folder, one below it and the one above.
    overrides: Vec<Overrides<'a>>,
    templates: Vec<(&'a Fact, &'a str)>,
}

/// The values of one environment.
#[derive(Clone, Copy)]
struct Overrides<'a> {
    tree: &'a Node,
    /// What runs in production is judged before what the chart would make by default.
    is_for_production: bool,
}

/// Renders every chart of the tree.
pub(super) fn render(facts: &Facts) -> Rendered {
    let mut charts: BTreeMap<&str, Chart<'_>> = BTreeMap::new();
    for (fact, ChartFile { chart, content }) in facts.each::<ChartFile>() {
        let chart = charts.entry(chart).or_default();
        match content {
            ChartContent::Chart(tree) => chart.about = Some(tree),
            ChartContent::Values(tree) => chart.values = Some(tree),
            ChartContent::Overrides(tree) => {
                chart.overrides.push(Overrides { tree, is_for_production: is_for_production(&fact.place.path) });
            }
            ChartContent::Template(text) => chart.templates.push((fact, text)),
        }
    }
    let mut rendered = Rendered::default();
    for chart in charts.values().filter(|chart| chart.about.is_none()) {
        plain(&chart.templates, &mut rendered);
    }
    let aside: BTreeMap<&str, Vec<Overrides<'_>>> =
        charts.iter().map(|(folder, chart)| (*folder, chart.overrides.clone())).collect();
    charts.retain(|_, chart| chart.about.is_some());
    for (folder, chart) in &mut charts {
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let is_near = |at: &str| at == above || at.rsplit_once('/').is_some_and(|(outer, _)| outer == *folder);
        chart
            .overrides
            .extend(aside.iter().filter(|(at, _)| is_near(at)).flat_map(|(_, values)| values.iter().copied()));
    }
    for folder in charts.keys() {
        one(folder, &charts, &mut rendered);
    }
    rendered
}

/// Manifests in a folder that is called `templates` and is no chart's.
fn plain(templates: &[(&Fact, &str)], rendered: &mut Rendered) {
    for (fact, text) in templates.iter().filter(|(_, text)| !text.contains("{{") && text.contains("apiVersion")) {
        rendered.resources.extend(parse_yaml(text).unwrap_or_default().into_iter().map(|tree| Resource {
            path: fact.place.path.clone(),
            role: fact.role,
            source: "manifest",
            tree,
            lines: None,
        }));
    }
}

/// The values of a chart: its own, below what the chart that holds it sets for it.
fn values(folder: &str, name: &str, charts: &BTreeMap<&str, Chart<'_>>) -> Option<Value> {
    let own = charts.get(folder).and_then(|chart| chart.values).cloned().map_or(Value::Dict(Vec::new()), Value::Node);
    let Some((parent, _)) = folder.rsplit_once("/charts/") else { return Some(own) };
    let Some(outer) = charts.get(parent).and_then(|chart| chart.values) else { return Some(own) };
    let set = outer.get(name);
    let is_off = set.and_then(|set| set.get("enabled")).and_then(Node::flag) == Some(false);
    let over = set.cloned().map_or(Value::Nothing, Value::Node);
    let global = outer.get("global").cloned().map_or(Value::Nothing, Value::Node);
    let shared = Value::Dict(vec![("global".to_owned(), global)]);
    (!is_off).then(|| functions::call("mergeOverwrite", &[own, shared, over]))
}

fn one(folder: &str, charts: &BTreeMap<&str, Chart<'_>>, rendered: &mut Rendered) {
    let Some(chart) = charts.get(folder) else { return };
    let about = |key: &str| chart.about.and_then(|about| about.get(key)).and_then(Node::text).unwrap_or("").to_owned();
    let name = about("name");
    let Some(values) = values(folder, &name, charts).filter(|_| about("type") != "library") else { return };
    let mut files: Vec<(&Fact, &str, Option<Template>)> = Vec::new();
    let mut defines = BTreeMap::new();
    // Charts below and above share what they define.
    let related = |other: &str| {
        other != folder
            && (other.starts_with(&format!("{folder}/charts/")) || folder.starts_with(&format!("{other}/charts/")))
    };
    let others = charts.iter().filter(|(other, _)| related(other)).flat_map(|(_, chart)| chart.templates.iter());
    for (_, text) in others.filter(|(fact, _)| fact.place.path.ends_with(".tpl")) {
        defines.extend(template::parse(text).unwrap_or_default().defines);
    }
    for (fact, text) in &chart.templates {
        let mut parsed = template::parse(text);
        if let Some(parsed) = &mut parsed {
            defines.append(&mut parsed.defines);
        }
        files.push((fact, *text, parsed));
    }
    let root = |values: Value| root(values, &name, &about("version"), &about("appVersion"));
    let renderer = Renderer { defines: &defines, root: root(values.clone()) };
    for (fact, text, parsed) in files {
        let is_aside = fact.place.path.ends_with(".tpl") || fact.place.path.contains("/templates/tests/");
        match parsed {
            _ if is_aside => {}
            Some(template) => {
                let with = |over: &Node| {
                    let merged = functions::call("mergeOverwrite", &[values.clone(), Value::Node(over.clone())]);
                    Renderer { defines: &defines, root: root(merged) }.file(&template.body)
                };
                let of = |production: bool| {
                    chart.overrides.iter().filter(move |it| it.is_for_production == production).map(|it| with(it.tree))
                };
                // What the chart's own values switch off, those of another environment may switch on.
                let own = std::iter::once_with(|| renderer.file(&template.body));
                let mut outputs = of(true).chain(own).chain(of(false));
                match outputs.find(|output| !makes_nothing(output)) {
                    Some(output) => resources(fact, &output, rendered),
                    None => rendered.dormant.extend(dormant(fact, text, folder)),
                }
            }
            None => rendered.unreadable.push((fact.place.path.clone(), fact.role, 1)),
        }
    }
}

/// Whether a path says that its values are those of production.
fn is_for_production(path: &str) -> bool {
    let last = path.rsplit('/').take(2);
    let mut words = last.flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric())).map(str::to_ascii_lowercase);
    words.any(|word| matches!(word.as_str(), "prod" | "production" | "prd" | "live"))
}

/// What templates see.
fn root(values: Value, name: &str, version: &str, app_version: &str) -> Value {
    let text = |key: &str, value: &str| (key.to_owned(), Value::Text(value.to_owned()));
    let release = vec![
        text("Name", name),
        text("Namespace", "default"),
        text("Service", "Helm"),
        ("IsInstall".to_owned(), Value::Flag(true)),
    ];
    let own = vec![text("Name", name), text("Version", version), text("AppVersion", app_version)];
    Value::Dict(vec![
        ("Values".to_owned(), values),
        ("Release".to_owned(), Value::Dict(release)),
        ("Chart".to_owned(), Value::Dict(own)),
        ("Capabilities".to_owned(), Value::Unknown),
        ("Files".to_owned(), Value::Unknown),
        ("Template".to_owned(), Value::Unknown),
    ])
}

/// The kinds that a template would make.
fn dormant(fact: &Fact, text: &str, chart: &str) -> Vec<Fact> {
    let kinds = (1..).zip(text.lines()).filter_map(|(line, text)| Some((line, text.strip_prefix("kind:")?.trim())));
    let fact = |(line, kind): (u32, &str)| {
        let span = Span { line, column: 1, end_line: line, end_column: 1 };
        let data = DormantTemplate { chart: chart.to_owned(), kind: kind.to_owned() };
        Fact {
            place: Place { path: fact.place.path.clone(), span },
            role: fact.role,
            data: Data::DormantTemplate(data),
        }
    };
    kinds.map(fact).collect()
}

/// Whether a rendered template holds no resource.
fn makes_nothing(output: &Output) -> bool {
    !output.text.lines().any(|line| line.starts_with("kind:") || line.starts_with("\"kind\":"))
}

/// The resources of a rendered template, document by document, so that a broken one hides no other.
fn resources(fact: &Fact, output: &Output, rendered: &mut Rendered) {
    let mut first = 0_usize;
    let mut documents: Vec<(usize, Vec<&str>)> = vec![(0, Vec::new())];
    for line in output.text.split('\n') {
        first += 1;
        if line.trim_end() == "---" {
            documents.push((first, Vec::new()));
        } else if let Some((_, lines)) = documents.last_mut() {
            lines.push(line);
        }
    }
    for (start, lines) in documents {
        let numbers: Arc<[u32]> = output.lines.get(start..).unwrap_or_default().into();
        let line = numbers.first().copied().unwrap_or(1);
        let resource = |tree| Resource {
            path: fact.place.path.clone(),
            role: fact.role,
            source: "helm",
            tree,
            lines: Some(Arc::clone(&numbers)),
        };
        match parse_yaml(&lines.join("\n")) {
            Ok(trees) => rendered.resources.extend(trees.into_iter().map(resource)),
            Err(_) if lines.iter().any(|line| runs_pods(line)) => {
                rendered.unreadable.push((fact.place.path.clone(), fact.role, line));
            }
            // What any other document is, it says at its margin.
            Err(_) => {
                rendered.resources.extend(parse_yaml(&margin(&lines)).unwrap_or_default().into_iter().map(resource));
            }
        }
    }
}

/// Version and kind of a document, on the lines where they stand.
fn margin(lines: &[&str]) -> String {
    let is_said = |line: &str| ["apiVersion:", "kind:"].iter().any(|key| line.starts_with(key));
    lines.iter().map(|line| if is_said(line) { line } else { "" }).collect::<Vec<_>>().join("\n")
}

/// Whether a line says that its document runs pods.
fn runs_pods(line: &str) -> bool {
    let kinds = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod", "Rollout"];
    line.strip_prefix("kind:").is_some_and(|kind| kinds.contains(&kind.trim().trim_matches('"')))
}

#[cfg(test)]
mod tests;
