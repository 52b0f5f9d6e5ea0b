//! The outline of a document: its headings, with the words, the shell commands and the links that stand below each.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use crate::facts::Span;
use crate::syntax::Source;

/// A heading with what stands below it.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) span: Span,
    /// Its level, from 1; 0 for the title in front matter.
    pub(super) level: u8,
    /// Words up to the next heading of its level or above, without those of links.
    pub(super) words: u64,
    /// Shell text up to the next heading.
    pub(super) shell: String,
}

/// A link that leaves the repository.
pub(super) struct Link {
    pub(super) text: String,
    pub(super) target: String,
    /// The section in which it stands.
    pub(super) section: Option<usize>,
    pub(super) span: Span,
}

/// The headings in order, and the words of the whole text without them.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) sections: Vec<Section>,
    pub(super) links: Vec<Link>,
    pub(super) words: u64,
    /// The sections that the next words belong to, the outermost first.
    open: Vec<usize>,
}

impl Outline {
    /// The title of the whole: a first heading of the first level.
    pub(super) fn title(&self) -> Option<&str> {
        self.sections.first().filter(|section| section.level <= 1).map(|section| section.title.as_str())
    }

    fn heading(&mut self, level: u8, title: &str, span: Span) {
        let sections = &self.sections;
        let is_inside = |index: &usize| sections.get(*index).is_some_and(|section| section.level >= level);
        while self.open.last().is_some_and(is_inside) {
            self.open.pop();
        }
        self.open.push(self.sections.len());
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        self.sections.push(Section { title, span, level, words: 0, shell: String::new() });
    }

    fn text(&mut self, text: &str) {
        let is_word = |part: &&str| part.contains(char::is_alphanumeric);
        let words = u64::try_from(text.split_whitespace().filter(is_word).count()).unwrap_or(0);
        self.words += words;
        for section in &self.open {
            if let Some(section) = self.sections.get_mut(*section) {
                section.words += words;
            }
        }
    }

    /// Adds lines of a shell, without their prompts.
    fn shell(&mut self, text: &str) {
        let Some(section) = self.sections.last_mut() else { return };
        for line in text.lines() {
            let line = line.trim_start();
            section.shell.push_str(line.strip_prefix("$ ").or_else(|| line.strip_prefix("> ")).unwrap_or(line));
            section.shell.push('\n');
        }
    }
}

/// The outline of a file: of Markdown by its grammar, of other markups by the lines that are headings.
pub(super) fn of(source: &Source<'_>) -> Outline {
    match source.file.extension() {
        "rst" | "txt" => underlined(source),
        "adoc" | "asciidoc" => marked(source, '='),
        "org" => marked(source, '*'),
        _ => markdown(source),
    }
}

/// What the next text of a Markdown document is part of.
#[derive(Default)]
struct Inside {
    heading: Option<(HeadingLevel, String, Span)>,
    link: Option<Link>,
    /// An image, whose text only stands for it.
    image: bool,
    metadata: bool,
    shell: bool,
}

fn markdown(source: &Source<'_>) -> Outline {
    let mut outline = Outline::default();
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut inside = Inside::default();
    for (event, range) in Parser::new_ext(source.text(), options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                inside.heading = Some((level, String::new(), source.span(range)));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, title, span)) = inside.heading.take() {
                    outline.heading(level as u8, &title, span);
                }
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let target = dest_url.into_string();
                let section = outline.sections.len().checked_sub(1);
                inside.link = Some(Link { text: String::new(), target, section, span: source.span(range) });
            }
            Event::End(TagEnd::Link) => {
                outline.links.extend(inside.link.take().filter(|link| link.target.starts_with("http")));
            }
            Event::Start(Tag::CodeBlock(kind)) => inside.shell = is_shell(&kind),
            Event::End(TagEnd::CodeBlock) => inside.shell = false,
            Event::Start(Tag::Image { .. }) => inside.image = true,
            Event::End(TagEnd::Image) => inside.image = false,
            Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) => inside.metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => inside.metadata = false,
            Event::Html(html) => {
                if let Some((level, title)) = html_heading(&html) {
                    outline.heading(level, title, source.span(range));
                }
            }
            Event::Text(text) | Event::Code(text) => inside.text(&text, &mut outline),
            _ => {}
        }
    }
    outline
}

impl Inside {
    fn text(&mut self, text: &str, outline: &mut Outline) {
        if self.metadata {
            if let Some(title) = text.lines().find_map(|line| line.strip_prefix("title:")) {
                outline.heading(0, title.trim().trim_matches(['"', '\'']), Span::START);
            }
        } else if let Some((_, title, _)) = self.heading.as_mut().filter(|_| !self.image) {
            title.push_str(text);
        } else if let Some(link) = &mut self.link {
            link.text.push_str(text);
        } else if !self.image {
            outline.text(text);
            if self.shell {
                outline.shell(text);
            }
        }
    }
}

fn is_shell(kind: &CodeBlockKind<'_>) -> bool {
    let CodeBlockKind::Fenced(info) = kind else { return true };
    let language = info.split([' ', ',', '{']).next().unwrap_or("");
    matches!(
        language,
        "" | "sh" | "bash" | "shell" | "zsh" | "console" | "shell-session" | "text" | "powershell" | "pwsh"
    )
}

/// `<h2 align="center">Deployment</h2>` on one line.
fn html_heading(html: &str) -> Option<(u8, &str)> {
    let rest = html.trim().strip_prefix("<h")?;
    let level = rest.bytes().next().filter(u8::is_ascii_digit)? - b'0';
    let (_, text) = rest.split_once('>')?;
    let (title, _) = text.split_once("</h")?;
    (!title.contains('<')).then_some((level, title))
}

/// Headings that start with a mark, repeated by their level.
fn marked(source: &Source<'_>, mark: char) -> Outline {
    let mut outline = Outline::default();
    for (line, span) in lines(source) {
        let rest = line.trim_start_matches(mark);
        let level = u8::try_from(line.len() - rest.len()).unwrap_or(u8::MAX);
        match rest.strip_prefix(' ') {
            Some(title) if level > 0 => outline.heading(level, title, span),
            _ => outline.text(line),
        }
    }
    outline
}

/// Headings with a line of one punctuation mark below them. The marks' levels follow from their order.
fn underlined(source: &Source<'_>) -> Outline {
    let mut outline = Outline::default();
    let mut marks: Vec<char> = Vec::new();
    let all: Vec<(&str, Span)> = lines(source).collect();
    let mut rest = all.as_slice();
    while let [(line, span), after @ ..] = rest {
        rest = after;
        let below = after.first().and_then(|(next, _)| rule(next)).filter(|(_, length)| *length >= line.trim().len());
        match below {
            Some((mark, _)) if !line.trim().is_empty() && rule(line).is_none() => {
                let known = marks.iter().position(|other| *other == mark);
                let level = known.unwrap_or_else(|| {
                    marks.push(mark);
                    marks.len() - 1
                });
                outline.heading(u8::try_from(level + 1).unwrap_or(u8::MAX), line, *span);
                rest = after.get(1..).unwrap_or_default();
            }
            _ => outline.text(line),
        }
    }
    outline
}

/// The mark and the length of a line of nothing but one punctuation mark.
fn rule(line: &str) -> Option<(char, usize)> {
    let line = line.trim_end();
    let mark = line.chars().next().filter(|mark| "=-~^*#\"'+".contains(*mark))?;
    (line.len() >= 3 && line.chars().all(|other| other == mark)).then_some((mark, line.len()))
}

fn lines<'a>(source: &Source<'a>) -> impl Iterator<Item = (&'a str, Span)> {
    source
        .text()
        .lines()
        .zip(1..)
        .map(|(line, number)| (line, Span { line: number, column: 1, end_line: number, end_column: 1 }))
}
