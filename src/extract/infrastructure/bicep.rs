//! Bicep: `resource name 'type@version' = { … }`, read line by line.

use super::{add, attribute};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Span};
use crate::syntax::Source;

/// Reads Bicep.
#[derive(Clone, Copy)]
pub(super) struct Bicep;

/// A declaration whose braces are open.
struct Open<'text> {
    span: Span,
    kind: String,
    name: &'text str,
    path: Vec<String>,
    attributes: Vec<String>,
}

impl Extractor for Bicep {
    fn name(&self) -> &'static str {
        "bicep"
    }

    fn demand(&self) -> Demand {
        super::any_of(&["resource ", "module "])
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.extension() == "bicep"
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut open: Option<Open<'_>> = None;
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at;
            at += line.len();
            let content = line.split("//").next().unwrap_or("").trim();
            if let Some((kind, name)) = declaration(line) {
                finish(open.take(), found);
                let span = source.span(start..start + line.trim_end().len());
                open = Some(Open { span, kind, name, path: Vec::new(), attributes: Vec::new() });
                continue;
            }
            let Some(current) = &mut open else { continue };
            if line.starts_with('}') {
                finish(open.take(), found);
            } else if let Some((key, value)) = content.split_once(':') {
                let mut path = current.path.clone();
                path.push(attribute::snake_case(key.trim().trim_matches('\'')));
                let value = value.trim();
                current.attributes.extend(attribute::kept(&path, value.trim_matches('\'')));
                if value.ends_with('{') || value.ends_with('[') {
                    current.path = path;
                }
            } else if content.starts_with(['}', ']']) {
                current.path.pop();
            }
        }
        finish(open, found);
    }
}

fn finish(open: Option<Open<'_>>, found: &mut Found<'_>) {
    if let Some(Open { span, kind, name, attributes, .. }) = open {
        add(found, span, "Bicep", &kind, name, attribute::finish(attributes));
    }
}

/// The type and the symbol of `resource symbol 'type@version' = …`; modules have `module.` before what they are.
fn declaration(line: &str) -> Option<(String, &str)> {
    let mut words = line.split_whitespace();
    let keyword = words.next().filter(|_| line.starts_with(['r', 'm']))?;
    let name = words.next()?;
    let kind = words.next()?.strip_prefix('\'')?.strip_suffix('\'')?;
    match keyword {
        // What exists already is only referred to.
        "resource" if words.next() != Some("existing") => {
            Some((kind.split('@').next().unwrap_or(kind).to_owned(), name))
        }
        "module" => Some((format!("module.{kind}"), name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::resources;
    use super::Bicep;

    #[test]
    fn resources_and_modules() {
        let text = "param x string\nresource db 'Microsoft.DBforPostgreSQL/flexibleServers@2023-03-01' = {\n  name: 'x'\n  properties: {\n    backup: {\n      backupRetentionDays: 14\n    }\n    administratorLoginPassword: x\n  }\n}\n\
            module web 'web.bicep' = {\n  name: 'web'\n}\nresource old 'Microsoft.Cdn/profiles@2023' existing = {\n}\n";
        assert_eq!(
            resources(Bicep, "infra/main.bicep", text),
            [
                "2 Bicep Microsoft.DBforPostgreSQL/flexibleServers db backup_retention_days=14",
                "11 Bicep module.web.bicep web"
            ]
        );
    }
}
