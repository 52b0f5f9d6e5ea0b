//! Documents for people: what each is about, by its name, its headings and how much it says; licences; code owners.

mod code_owners;
mod licence;
mod outline;
mod subject;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, Document, File, Role, Span};
use crate::syntax::Source;

/// The extractors of documents.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Documents), Box::new(licence::Licences), Box::new(code_owners::Owners)]
}

/// Larger files are data, or books.
const LARGEST: u64 = 1024 * 1024;

/// Reads documents.
struct Documents;

impl Extractor for Documents {
    fn name(&self) -> &'static str {
        "document"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_read = file.role == Role::Documentation && !subject::is_for_agents(&file.path);
        file.bytes <= LARGEST && (is_read || subject::is_security_txt(&file.path))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let own = subject::of_file(&source.file.path);
        let outline = outline::of(source);
        if let Some(subject) = own {
            let title = outline.sections.first().map_or(source.file.name(), |section| &section.title).to_owned();
            let document = Document { subject, title, words: outline.words, is_section: false };
            found.add(Span::START, Data::Document(document));
        }
        if own.is_some_and(subject::is_a_journal) {
            return;
        }
        for section in outline.sections {
            let Some(subject) = subject::of_heading(&section.title).filter(|subject| Some(*subject) != own) else {
                continue;
            };
            let document = Document { subject, title: section.title, words: section.words, is_section: true };
            found.add(section.span, Data::Document(document));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn documents(path: &str, text: &str) -> Vec<String> {
        let bytes = text.len() as u64;
        let file = File { path: path.into(), bytes, role: Role::Documentation, language: None, lines: 1 };
        let facts = Extractors::of(vec![Box::new(Documents)]).unwrap().extract(&file, text).facts;
        let describe = |data: Data| match data {
            Data::Document(it) => format!("{} {} {}", it.subject.name(), it.title, it.words),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| format!("{} {}", fact.place.span.line, describe(fact.data))).collect()
    }

    #[test]
    fn a_document_is_of_its_name_and_its_sections_of_their_headings() {
        let text = "# Shop\n\nSells things.\n\n## Deployment\n\nRun `make deploy`.\n\n### Staging\n\nThe same.\n";
        assert_eq!(documents("README.md", text), ["1 readme Shop 7", "5 deployment Deployment 5"]);
    }

    #[test]
    fn headings_in_code_and_comments_are_none() {
        let text = "# Shop\n\n```sh\n# Deployment\nmake\n```\n\n<!--\n## Runbook\n-->\n";
        assert_eq!(documents("docs/shop.md", text), [""; 0]);
    }

    #[test]
    fn titles_stand_in_front_matter_and_under_lines_too() {
        assert_eq!(
            documents("docs/x.mdx", "---\ntitle: Incident response\n---\nCall.\n"),
            ["1 runbook Incident response 1"]
        );
        assert_eq!(documents("docs/x.rst", "Deployment\n==========\n\nCopy it.\n"), ["1 deployment Deployment 2"]);
        assert_eq!(documents("docs/x.adoc", "== Deployment\n\nCopy it.\n"), ["1 deployment Deployment 2"]);
    }

    #[test]
    fn a_changelog_speaks_of_changes_alone() {
        assert_eq!(documents("CHANGELOG.md", "# 1.0\n\n## Deployment\n\n- faster\n"), ["1 changelog 1.0 1"]);
    }
}
