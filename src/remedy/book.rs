//! The remedies as written in `rules/remedies/<category>/<name>.toml` (or in a folder of that name), and the choice among
//! them.

use std::collections::{BTreeMap, BTreeSet};

use handlebars::Handlebars;
use serde::Deserialize;

use super::name::is_plain;
use super::place::{PLACES, Places, places};
use super::stack::{Context, Stack, Surroundings};
use super::steps::{Sequence, Steps, WORDS};
use crate::facts::Language;
use crate::model::Repository;
use crate::packs::{self, PackError};
use crate::rules::{Advice, NewFile, Outcome, RuleKind, Status};

/// The folder of the remedies among the packs.
const FOLDER: &str = "remedies/";

/// What is said before the remedy where everything lies in migrations that newer ones have followed.
const PAST: &str = "Nothing to mend: these migrations have run, and a migration that has run is not edited. For the next change of this kind:";

/// One file of remedies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    /// The rule whose remedies it shares.
    like: Option<String>,
    #[serde(default)]
    variant: Vec<Variant>,
    /// Safe sequences for changes of the schema, by migration tool.
    #[serde(default)]
    steps: Vec<Sequence>,
}

/// A remedy for a stack. Every condition that it names must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    /// `node`, `python`, `go`, …: one of them.
    #[serde(default)]
    pub stacks: Vec<String>,
    /// One of these frameworks.
    #[serde(default)]
    pub frameworks: Vec<String>,
    /// One of these tools is in use.
    #[serde(default)]
    pub tools: Vec<String>,
    /// It is deployed to one of these places.
    #[serde(default)]
    pub platforms: Vec<String>,
    /// The system of the repository's pipelines, or the one that it would get: `github`, `gitlab`.
    pub host: Option<String>,
    /// Values of the context that must be known: `test`, `database`, `migrate`.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Values of the context that must not be known.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// With one of these begins what each finding says that counts.
    #[serde(default)]
    pub findings: Vec<String>,
    /// What to do; the rule's own words where it says nothing.
    pub summary: Option<String>,
    #[serde(default)]
    pub file: Vec<FileForm>,
}

/// A file that would be created.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileForm {
    pub path: String,
    /// The path where a file of the first one exists.
    pub or: Option<String>,
    pub text: String,
}

/// All remedies, by rule. Each is read when a rule asks for it: most scans ask for few.
pub struct Book {
    templates: Handlebars<'static>,
}

impl Book {
    /// The remedies that are built in.
    pub fn built_in() -> Self {
        let mut templates = Handlebars::new();
        templates.set_strict_mode(true);
        templates.register_escape_fn(handlebars::no_escape);
        Self { templates }
    }

    /// What is written for a rule, with what it shares.
    fn chapter(rule: &str) -> Result<Option<Chapter>, PackError> {
        let Some((file, text, mut chapter)) = Self::parts(rule)? else { return Ok(None) };
        if let Some(like) = &chapter.like {
            let Some((.., shared)) = Self::parts(like)? else {
                return Err(PackError::at(file, text, like, format!("no remedies are written for `{like}`")));
            };
            chapter.variant.extend(shared.variant);
        }
        Ok(Some(chapter))
    }

    /// The files of a rule's chapter as one, with the name and the text of the first.
    fn parts(rule: &str) -> Result<Option<(&'static str, &'static str, Chapter)>, PackError> {
        let is_of_rule = |file: &str| !is_of_all(file) && rule_of(file) == Some(rule);
        let mut whole: Option<(&str, &str, Chapter)> = None;
        for &(file, text) in packs::BUILT_IN.iter().filter(|(file, _)| is_of_rule(file)) {
            let part: Chapter = packs::parse(file, text)?;
            match &mut whole {
                None => whole = Some((file, text, part)),
                Some((.., chapter)) => chapter.variant.extend(part.variant),
            }
        }
        Ok(whole)
    }

    /// Gives every outcome that asks for something to be done the remedy that fits.
    pub fn prescribe(
        &self,
        outcomes: &mut [Outcome],
        repository: &Repository,
        branch: Option<&str>,
    ) -> Result<(), PackError> {
        let surroundings = Surroundings::new(repository, branch);
        let places = places(&surroundings);
        let words = Places::built_in()?;
        let mut known: BTreeMap<_, (Stack<'_>, Context<'_>)> = BTreeMap::new();
        for outcome in outcomes.iter_mut().filter(|own| matches!(own.status, Status::Partial | Status::Fail)) {
            let Some(chapter) = Self::chapter(outcome.rule.id.as_str())? else { continue };
            let first = outcome.findings.iter().find(|finding| finding.counts);
            let component = first.and_then(|finding| finding.component.clone());
            let language = language_of(outcome, repository);
            let (stack, context) = known.entry((component, language)).or_insert_with_key(|(path, language)| {
                let stack = surroundings.stack(path.as_deref(), *language);
                let context = stack.context(words.of(&places));
                (stack, context)
            });
            let variant = chapter.variant.iter().find(|own| own.fits(stack, context, &places) && own.is_about(outcome));
            outcome.advice = variant.and_then(|variant| self.advice(variant, stack, context));
            let steps = if chapter.steps.is_empty() {
                None
            } else {
                Steps::built_in()?.of(&chapter.steps, outcome, repository, &self.templates)
            };
            if let Some(text) = steps {
                outcome.advice.get_or_insert_default().summary = Some(text);
            }
            if outcome.is_past() {
                let text = format!("{PAST} {}", outcome.remedy());
                outcome.advice.get_or_insert_default().summary = Some(text);
            }
        }
        Ok(())
    }

    fn advice(&self, variant: &Variant, stack: &Stack<'_>, context: &Context<'_>) -> Option<Advice> {
        // The words of places name the dump of a database that they do not know.
        let fill =
            |text: &str| Some(self.templates.render_template(text, context).ok()?.replace("{dump}", context.dump));
        let file = |form: &FileForm| {
            let paths = std::iter::once(&form.path).chain(&form.or).filter_map(|path| fill(path));
            let path = paths.into_iter().find(|path| stack.surroundings.is_free(path))?;
            Some(NewFile { path, text: tidy(&fill(&form.text)?) })
        };
        let summary = variant.summary.as_deref().and_then(fill).map(|text| text.trim().to_owned());
        // What a folder with a strange name is called could mean something in the language of a file.
        let forms = variant.file.iter().filter(|_| is_plain(&context.dir));
        let files: Vec<NewFile> = forms.filter_map(file).collect();
        (summary.is_some() || !files.is_empty()).then_some(Advice { summary, files })
    }

    /// The ids of rules that have remedies of their own.
    pub fn rules() -> impl Iterator<Item = &'static str> {
        let files = packs::BUILT_IN.iter().map(|(file, _)| *file).filter(|file| !is_of_all(file));
        files.filter_map(rule_of).collect::<BTreeSet<_>>().into_iter()
    }
}

impl Variant {
    fn fits(&self, stack: &Stack<'_>, context: &Context<'_>, places: &BTreeSet<&str>) -> bool {
        let names = |list: &[String], own: &str| list.is_empty() || list.iter().any(|name| name == own);
        let has_framework = self.frameworks.is_empty() || self.frameworks.iter().any(|name| stack.uses_framework(name));
        names(&self.stacks, context.stack)
            && has_framework
            && (self.tools.is_empty() || self.tools.iter().any(|tool| stack.surroundings.uses(tool)))
            && (self.platforms.is_empty() || self.platforms.iter().any(|place| places.contains(place.as_str())))
            && self.host.as_deref().is_none_or(|host| host == context.host)
            && self.needs.iter().all(|name| context.knows(name))
            && !self.lacks.iter().any(|name| context.knows(name))
    }

    /// Whether it is about what was found.
    fn is_about(&self, outcome: &Outcome) -> bool {
        let mut counting = outcome.findings.iter().filter(|finding| finding.counts);
        let is_named = |text: &str| self.findings.iter().any(|start| text.starts_with(start));
        self.findings.is_empty() || counting.all(|finding| is_named(&finding.message))
    }
}

/// Whether a file holds words for all remedies.
fn is_of_all(file: &str) -> bool {
    [WORDS, PLACES].contains(&file)
}

/// The rule of a chapter's file: a long chapter has a folder with a file for each family of languages, read in the order
/// of their names.
fn rule_of(file: &str) -> Option<&str> {
    let path = file.strip_prefix(FOLDER)?.strip_suffix(".toml")?;
    let end = path.match_indices('/').nth(1).map_or(path.len(), |(at, _)| at);
    path.get(..end)
}

/// The language of most of the code that has the defect: a script of the pages of a Go service is no Go.
fn language_of(outcome: &Outcome, repository: &Repository) -> Option<Language> {
    let counting = outcome.findings.iter().filter(|own| own.counts && outcome.rule.kind == RuleKind::Forbid);
    let mut counts: BTreeMap<Language, usize> = BTreeMap::new();
    for language in counting.filter_map(|own| repository.file(&own.place.path)?.language) {
        *counts.entry(language).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|&(language, count)| (count, std::cmp::Reverse(language)))
        .map(|(language, _)| language)
}

/// At most one empty line in a row, and one line end at the end: conditions leave more behind.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut is_after_empty = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && is_after_empty) {
            tidy.push_str(line);
            tidy.push('\n');
        }
        is_after_empty = line.is_empty();
    }
    tidy.truncate(tidy.trim_end().len());
    tidy.push('\n');
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        for (rule, variant) in Book::rules().flat_map(|rule| {
            let chapter = Book::chapter(rule).unwrap().unwrap();
            chapter.variant.into_iter().map(move |variant| (rule, variant))
        }) {
            let files = variant.file.iter().flat_map(|file| [Some(&file.path), file.or.as_ref(), Some(&file.text)]);
            for template in files.flatten().chain(&variant.summary) {
                handlebars::Template::compile(template).unwrap_or_else(|error| panic!("{rule}: {error}\n{template}"));
            }
        }
    }
}
