//! The tables of `auditor inspect`. Every text of the tree becomes one harmless line first.

use std::fmt::Write as _;

use super::view::{ComponentV1, DependencyV1, InspectionV1, KindV1, PlaceV1, ToolUseV1, VariableV1};
use crate::report::document::plural;
use crate::report::plain::one_line;
use crate::report::table::{section, words};

/// Uses of a tool that are shown.
const USES: usize = 3;

pub(super) fn render(inspection: &InspectionV1<'_>) -> String {
    let environment = &inspection.environment;
    let mut text = head(inspection);
    section(
        &mut text,
        "Components",
        &["Component", "Kinds and why", "Made with"],
        &[],
        rows(&inspection.components, component),
    );
    let counts = rows(&inspection.roles, |role| {
        vec![role.role.to_owned(), role.files.to_string(), role.lines.to_string(), role.bytes.to_string()]
    });
    section(&mut text, "Roles of files", &["Role", "Files", "Lines", "Bytes"], &[1, 2, 3], counts);
    if let Some(files) = &inspection.files {
        let list = rows(files, |file| {
            let language = file.language.unwrap_or_default();
            vec![one_line(file.path), file.role.to_owned(), language.to_owned(), file.lines.to_string()]
        });
        section(&mut text, "Files", &["File", "Role", "Language", "Lines"], &[3], list);
    }
    let header = ["Dependency", "Version", "Scope", "Line", "Used"];
    for declared in inspection.dependencies.chunk_by(|a, b| a.place.path == b.place.path) {
        let title = declared.first().map(|first| format!("Dependencies in {}", one_line(first.place.path)));
        section(&mut text, &title.unwrap_or_default(), &header, &[3], rows(declared, dependency));
    }
    let header = ["Variable", "Reads", "First read", "Documented"];
    section(&mut text, "Environment variables", &header, &[1], rows(&environment.variables, variable));
    let list = rows(&environment.files, |file| {
        let what = if file.template { "template" } else { "values" };
        vec![one_line(file.path), what.to_owned(), one_line(file.environment), file.variables.to_string()]
    });
    section(&mut text, "Environment files", &["File", "What", "Environment", "Variables"], &[3], list);
    let list = rows(&inspection.pipelines, |pipeline| {
        let purposes = if pipeline.read { words(&pipeline.purposes) } else { "not read".to_owned() };
        let name = format!("{}\n{}", one_line(pipeline.path), one_line(pipeline.name));
        vec![name, one_line(pipeline.system), pipeline.triggers.join(", "), pipeline.jobs.to_string(), purposes]
    });
    section(&mut text, "Pipelines", &["Pipeline", "System", "Started by", "Jobs", "Runs"], &[3], list);
    section(&mut text, "Tools in use", &["Tool", "For", "Seen"], &[], rows(&inspection.tools, tool));
    let list = rows(&inspection.diagnostics, |it| {
        let place = it.path.map(one_line).unwrap_or_default();
        let line = it.line.map(|line| format!(":{line}")).unwrap_or_default();
        vec![format!("{place}{line}"), one_line(it.message)]
    });
    section(&mut text, "Not understood", &["Where", "What"], &[], list);
    text
}

fn head(inspection: &InspectionV1<'_>) -> String {
    let repository = &inspection.repository;
    let mut line = one_line(repository.name);
    if let Some(commit) = repository.commit {
        let _ = write!(line, " at {}", one_line(commit).chars().take(12).collect::<String>());
    }
    if let Some(branch) = repository.branch {
        let _ = write!(line, " on {}", one_line(branch));
    }
    if repository.dirty {
        line.push_str(", with changes that are not committed");
    }
    let components = plural(inspection.components.len(), "component");
    let dependencies = inspection.dependencies.len();
    format!("{line}\n{components}, {} and {dependencies} declared dependencies\n", plural(repository.files, "file"))
}

fn rows<T>(list: &[T], row: impl Fn(&T) -> Vec<String>) -> Vec<Vec<String>> {
    list.iter().map(row).collect()
}

fn place(place: &PlaceV1<'_>) -> String {
    format!("{}:{}", one_line(place.path), place.line)
}

fn folder(path: &str) -> String {
    if path.is_empty() { ".".to_owned() } else { one_line(path) }
}

fn component(component: &ComponentV1<'_>) -> Vec<String> {
    let also = |kind: &KindV1<'_>| if kind.main { "" } else { "also " };
    let kind = |it: &KindV1<'_>| format!("{}{}: {}\n  {}", also(it), it.kind, one_line(it.reason), place(&it.place));
    let mut kinds: Vec<String> = component.kinds.iter().map(kind).collect();
    kinds.extend(component.interface.map(|path| format!("  its pages are in {}", folder(path))));
    let mut made: Vec<String> = Vec::new();
    made.extend((!component.languages.is_empty()).then(|| component.languages.join(", ")));
    made.extend((!component.frameworks.is_empty()).then(|| words(component.frameworks)));
    made.extend(component.package_manager.map(one_line));
    let runtime = |(name, version): (&String, &String)| format!("{} {}", one_line(name), one_line(version));
    made.extend(component.runtimes.iter().map(runtime));
    if !component.uses.is_empty() {
        let uses: Vec<String> = component.uses.iter().map(|path| folder(path)).collect();
        made.push(format!("uses {}", uses.join(", ")));
    }
    vec![format!("{}\n{}", folder(component.path), one_line(component.name)), kinds.join("\n"), made.join("\n")]
}

fn dependency(it: &DependencyV1<'_>) -> Vec<String> {
    let how = match it.how {
        "import" => "imported",
        "configuration" => "configured",
        "command" => "invoked",
        "types" => "imported for types",
        "implicit" => "loaded without import",
        "test" => "only in tests",
        _ => "only declared",
    };
    let used = it.used_at.as_ref().map_or_else(|| how.to_owned(), |at| format!("{how}: {}", place(at)));
    let name = format!("{}:{}", it.ecosystem, one_line(it.name));
    let version = it.local.map_or_else(|| one_line(it.requirement), folder);
    vec![name, version, it.scope.to_owned(), it.place.line.to_string(), used]
}

fn variable(variable: &VariableV1<'_>) -> Vec<String> {
    let documented = match variable.documented_in {
        Some(path) => one_line(path),
        None if variable.undocumented => "no".to_owned(),
        None => "–".to_owned(),
    };
    let read = if variable.role == "product" {
        place(&variable.place)
    } else {
        format!("{} ({})", place(&variable.place), variable.role)
    };
    vec![one_line(variable.name), variable.reads.to_string(), read, documented]
}

fn tool(tool: &ToolUseV1<'_>) -> Vec<String> {
    let seen = tool.uses.iter().take(USES).map(|it| format!("{}: {}", it.how, place(&it.place)));
    let mut seen: Vec<String> = seen.collect();
    if let Some(more) = tool.uses.len().checked_sub(USES).filter(|more| *more > 0) {
        seen.push(format!("and {more} more"));
    }
    vec![one_line(tool.title), words(tool.topics), seen.join("\n")]
}
