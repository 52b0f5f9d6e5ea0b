//! Infrastructure as code: what resources it declares, by which tool. One reader a form; all give the same fact.

mod ansible;
mod arm;
mod attribute;
mod bicep;
mod cloudformation;
mod construct;
mod hcl;
mod java;
mod kubernetes;
mod origin;
mod project;

use super::{Demand, Extractor, Found};
use crate::facts::{Data, InfrastructureResource, Span};

/// The readers of infrastructure as code.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(hcl::Hcl),
        Box::new(cloudformation::CloudFormation),
        Box::new(arm::Arm),
        Box::new(bicep::Bicep),
        Box::new(construct::Constructs),
        Box::new(java::JavaConstructs),
        Box::new(project::Projects),
        Box::new(ansible::Ansible),
        Box::new(kubernetes::Controllers),
    ]
}

fn add(found: &mut Found<'_>, span: Span, tool: &'static str, kind: &str, name: &str, attributes: Vec<String>) {
    let resource = InfrastructureResource { tool, kind: kind.to_owned(), name: name.to_owned(), attributes };
    found.add(span, Data::InfrastructureResource(resource));
}

fn any_of(literals: &[&str]) -> Demand {
    Demand::AnyOf(literals.iter().map(|&literal| literal.to_owned()).collect())
}

#[cfg(test)]
mod testing {
    use crate::extract::{Extractor, Extractors};
    use crate::facts::{Data, File, Language, Role};

    /// The resources of a file, as `line tool type name [attributes]`.
    pub(super) fn resources(extractor: impl Extractor + 'static, path: &str, text: &str) -> Vec<String> {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language, lines: 1 };
        let facts = Extractors::of(vec![Box::new(extractor)]).extract(&file, text).facts;
        let describe = |fact: crate::facts::Fact| match fact.data {
            Data::InfrastructureResource(it) => {
                let line = fact.place.span.line;
                let attributes =
                    if it.attributes.is_empty() { String::new() } else { format!(" {}", it.attributes.join(" ")) };
                format!("{line} {} {} {}{attributes}", it.tool, it.kind, it.name)
            }
            Data::Probe(probe) => format!("{} probe {}", fact.place.span.line, probe.path),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(describe).collect()
    }
}
