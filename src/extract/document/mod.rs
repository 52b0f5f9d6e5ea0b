//! Documents for people: what each is about, by its name, its headings and how much it says; licences; code owners.

mod code_owners;
mod licence;
mod outline;
mod rotation;
mod subject;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, Document, DocumentForm, DocumentSubject, File, Role, Span};
use crate::signals::{CommandPattern, Signals};
use crate::syntax::Source;
use crate::syntax::shell::{self, ShellOptions};

/// The extractors of documents.
pub(super) fn all(signals: &Signals) -> Vec<Box<dyn Extractor>> {
    vec![Box::new(Documents::new(signals)), Box::new(licence::Licences), Box::new(code_owners::Owners)]
}

/// Larger files are data, or books.
const LARGEST: u64 = 1024 * 1024;

/// Reads documents.
struct Documents {
    /// Commands that deploy.
    deploying: Vec<CommandPattern>,
    /// Commands that check a change.
    checking: Vec<CommandPattern>,
}

impl Documents {
    fn new(signals: &Signals) -> Self {
        let of = |purposes: &[&str]| {
            let commands = signals.tools().flat_map(|tool| &tool.commands);
            let is_of = |command: &&CommandPattern| command.purposes.iter().any(|own| purposes.contains(&own.as_str()));
            commands.filter(is_of).cloned().collect()
        };
        Self { deploying: of(&["deploy"]), checking: of(&["test", "lint"]) }
    }

    /// Whether a text is worth to be read for commands.
    fn may_say(&self, shell: &str) -> bool {
        let mut known = self.deploying.iter().chain(&self.checking);
        !shell.is_empty() && (shell.contains("git clone") || known.any(|pattern| pattern.may_stand_in(shell)))
    }

    /// What the commands of a section are for.
    fn of_commands(&self, section: &outline::Section) -> Vec<DocumentSubject> {
        let mut found = Vec::new();
        let commands = if self.may_say(&section.shell) { section.shell.as_str() } else { "" };
        for command in shell::commands(commands, ShellOptions::default()) {
            let words = command.texts();
            let is_of = |list: &[CommandPattern]| list.iter().any(|pattern| pattern.matches(&words));
            if is_of(&self.deploying) {
                found.push(DocumentSubject::Deployment);
            }
            if is_of(&self.checking) || matches!(words.as_slice(), ["git", "clone", ..]) {
                found.push(DocumentSubject::Contributing);
            }
        }
        // As written: what a shell's commands finally run is inside the container.
        if subject::is_installation(&section.title) && section.shell.lines().any(starts_a_container) {
            found.push(DocumentSubject::Deployment);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Extractor for Documents {
    fn name(&self) -> &'static str {
        "document"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let is_on_the_product = !subject::is_for_agents(&file.path) && !subject::is_on_something_else(&file.path);
        file.bytes <= LARGEST
            && (file.role == Role::Documentation && is_on_the_product || subject::is_security_txt(&file.path))
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut own = subject::of_file(&source.file.path);
        if own.contains(&DocumentSubject::SecurityPolicy) && !subject::is_on_reports(&source.file.path, source.text()) {
            own.clear();
        }
        let outline = outline::of(source);
        let mut add = |span, subject, title: &str, words, form| {
            found.add(span, Data::Document(Document { subject, title: title.to_owned(), words, form }));
        };
        let title = outline.title().unwrap_or(source.file.name());
        for subject in &own {
            add(Span::START, *subject, title, outline.words, DocumentForm::Document);
        }
        if let Some((section, span)) = policy_of_rotation(source, &own, &outline) {
            add(span, DocumentSubject::SecretRotation, &section.title, section.words, DocumentForm::Sentence);
        }
        if own.contains(&DocumentSubject::SecurityPolicy) {
            let is_of_secrets = |section: &&outline::Section| {
                subject::of_heading(&section.title).contains(&DocumentSubject::SecretRotation)
            };
            for section in outline.sections.iter().filter(is_of_secrets) {
                add(
                    section.span,
                    DocumentSubject::SecretRotation,
                    &section.title,
                    section.words,
                    DocumentForm::Section,
                );
            }
        }
        if subject::is_a_journal(&own) {
            return;
        }
        let is_on_one_subject = !subject::is_readme(source.file.name());
        // Where keys are rotated, the way back is to the old key.
        let is_on_secrets = is_on_one_subject
            && (own.contains(&DocumentSubject::SecretRotation)
                || subject::of_heading(title).contains(&DocumentSubject::SecretRotation));
        let is_elsewhere = |subject| is_on_secrets && subject == DocumentSubject::Rollback;
        let may_describe_the_interface = !is_on_one_subject || subject::is_among_documents(&source.file.path);
        for (index, section) in outline.sections.iter().enumerate() {
            let mut by_heading = subject::of_heading(&section.title);
            by_heading.retain(|subject| *subject != DocumentSubject::Api || may_describe_the_interface);
            // The title speaks for the whole document.
            let is_whole = is_on_one_subject && index == 0 && section.level <= 1;
            let form = if is_whole { DocumentForm::Document } else { DocumentForm::Section };
            for subject in by_heading.iter().filter(|subject| !own.contains(subject) && !is_elsewhere(**subject)) {
                add(section.span, *subject, &section.title, section.words, form);
            }
            let is_new = |subject: &DocumentSubject| !own.contains(subject) && !by_heading.contains(subject);
            for subject in self.of_commands(section).into_iter().filter(is_new) {
                add(section.span, subject, &section.title, section.words, DocumentForm::Commands);
            }
        }
        // Elsewhere, links are references.
        for link in outline.links.iter().filter(|_| own.contains(&DocumentSubject::Readme)) {
            let is_button = subject::is_deploy_button(&link.target);
            let below = link.section.and_then(|index| outline.sections.get(index));
            // A section on installing that says little itself.
            let is_of_installing = below.is_some_and(|it| it.words < 20 && subject::is_on_installing(&it.title, title));
            let is_guide = subject::of_heading(&link.text).contains(&DocumentSubject::Deployment)
                || subject::is_on_installing(&link.text, title)
                || is_of_installing;
            if is_button || is_guide {
                let text = if link.text.is_empty() { &link.target } else { &link.text };
                add(link.span, DocumentSubject::Deployment, text, 0, DocumentForm::Link);
            }
        }
    }
}

/// The sentence that says how often secrets are replaced, in a text for those who run it, with the section in which it
/// stands.
fn policy_of_rotation<'a>(
    source: &Source<'_>,
    own: &[DocumentSubject],
    outline: &'a outline::Outline,
) -> Option<(&'a outline::Section, Span)> {
    let at = rotation::told(source.text())?;
    let span = source.span(at..at);
    let section = outline.sections.iter().rev().find(|section| section.span.line <= span.line)?;
    let is_for_operators = |subject: &DocumentSubject| {
        use DocumentSubject::{Operation, Runbook, SecurityPolicy};
        matches!(subject, Operation | Runbook | SecurityPolicy)
    };
    let is_meant = own.iter().any(is_for_operators) || subject::of_heading(&section.title).iter().any(is_for_operators);
    is_meant.then_some((section, span))
}

fn starts_a_container(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().skip_while(|word| *word == "sudo").collect();
    match words.as_slice() {
        ["docker" | "podman" | "nerdctl", "run" | "pull", ..] => true,
        ["docker" | "podman" | "nerdctl", "compose", rest @ ..] | ["docker-compose" | "podman-compose", rest @ ..] => {
            rest.contains(&"up")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn documents(path: &str, text: &str) -> Vec<String> {
        let bytes = text.len() as u64;
        let file = File { path: path.into(), bytes, role: Role::Documentation, language: None, lines: 1 };
        let facts =
            Extractors::of(vec![Box::new(Documents::new(&Signals::built_in().unwrap()))]).extract(&file, text).facts;
        let describe = |data: Data| match data {
            Data::Document(it) => format!("{} {} {} {}", it.form.name(), it.subject.name(), it.title, it.words),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| format!("{} {}", fact.place.span.line, describe(fact.data))).collect()
    }

    #[test]
    fn a_document_is_of_its_name_and_its_sections_of_their_headings() {
        let text = "# Shop\n\nSells things.\n\n## Deployment\n\nRun `make deploy`.\n\n### Staging\n\nThe same.\n";
        assert_eq!(documents("README.md", text), ["1 document readme Shop 7", "5 section deployment Deployment 5"]);
    }

    #[test]
    fn commands_tell_what_a_section_is_for() {
        let text = "# Shop\n\n## Azure\n\n```console\n$ azd up\n```\n\n## Docker\n\n    docker run -d shop\n\n## Try it\n\n    docker run x\n";
        let found = documents("README.md", text);
        assert_eq!(found[1..], ["3 commands deployment Azure 2", "9 commands deployment Docker 4"]);
    }

    #[test]
    fn headings_in_code_and_comments_are_none() {
        let text = "# Shop\n\n```sh\n# Deployment\nmake\n```\n\n<!--\n## Runbook\n-->\n";
        assert_eq!(documents("docs/shop.md", text), [""; 0]);
    }

    #[test]
    fn titles_stand_in_front_matter_in_html_and_under_lines_too() {
        for (path, text, wanted) in [
            ("docs/x.mdx", "---\ntitle: Incident response\n---\nCall.\n", "1 document runbook Incident response 1"),
            ("docs/x.rst", "Deployment\n==========\n\nCopy it.\n", "1 document deployment Deployment 2"),
            ("docs/x.adoc", "== Deployment\n\nCopy it.\n", "1 section deployment Deployment 2"),
            ("docs/x.md", "<h2 align=\"center\">Deployment</h2>\n\nCopy it.\n", "1 section deployment Deployment 2"),
        ] {
            assert_eq!(documents(path, text), [wanted], "{path}");
        }
    }

    #[test]
    fn badges_are_no_part_of_a_title_and_links_no_words() {
        let text = "# Shop ![status](x.svg)\n\nRead [how to deploy it](https://x.org/deploy) first.\n";
        let wanted = ["1 document readme Shop 2", "3 link deployment how to deploy it 0"];
        assert_eq!(documents("README.md", text), wanted);
    }

    #[test]
    fn a_security_policy_may_say_how_secrets_are_replaced() {
        let by_heading = "# Security\n\n## Rotation of keys\n\nAsk Ann.\n\n## Deployment\n\nRun it.\n";
        let wanted = ["1 document security-policy Security 4", "3 section secret-rotation Rotation of keys 2"];
        assert_eq!(documents("SECURITY.md", by_heading), wanted);
        let by_sentence = "# Security\n\n## Access\n\nFew have it.\nAll keys are rotated every 90 days.\n";
        let wanted = ["1 document security-policy Security 10", "6 sentence secret-rotation Access 10"];
        assert_eq!(documents("SECURITY.md", by_sentence), wanted);
        assert_eq!(documents("docs/users.md", by_sentence), [""; 0]);
    }

    #[test]
    fn a_page_on_security_is_a_policy_where_it_says_how_to_report() {
        let text = "# Security\n\nTwo factors protect accounts.\n";
        assert_eq!(documents("docs/security.md", text), [""; 0]);
        let text = "# Security\n\nReport vulnerabilities by mail.\n";
        assert_eq!(documents("docs/security.md", text), ["1 document security-policy Security 4"]);
    }

    #[test]
    fn a_changelog_speaks_of_changes_alone() {
        assert_eq!(documents("CHANGELOG.md", "# 1.0\n\n## Deployment\n\n- faster\n"), ["1 document changelog 1.0 1"]);
    }
}
