//! The outline of a document: its headings, and how many words stand below each.

use pulldown_cmark::{Event, MetadataBlockKind, Options, Parser, Tag, TagEnd};

use crate::facts::Span;
use crate::syntax::Source;

/// A heading with what stands below it.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) span: Span,
    /// Words up to the next heading of its level or above.
    pub(super) words: u64,
}

/// The headings in order, and the words of the whole text without them.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) sections: Vec<Section>,
    pub(super) words: u64,
    /// The sections that the next words belong to, by their level, the outermost first.
    open: Vec<(u8, usize)>,
}

impl Outline {
    fn heading(&mut self, level: u8, title: String, span: Span) {
        while self.open.last().is_some_and(|(other, _)| *other >= level) {
            self.open.pop();
        }
        self.open.push((level, self.sections.len()));
        self.sections.push(Section { title, span, words: 0 });
    }

    fn text(&mut self, text: &str) {
        let is_word = |part: &&str| part.contains(char::is_alphanumeric);
        let words = u64::try_from(text.split_whitespace().filter(is_word).count()).unwrap_or(0);
        self.words += words;
        for (_, section) in &self.open {
            if let Some(section) = self.sections.get_mut(*section) {
                section.words += words;
            }
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

fn markdown(source: &Source<'_>) -> Outline {
    let mut outline = Outline::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut title: Option<(u8, String, Span)> = None;
    let mut is_metadata = false;
    for (event, range) in Parser::new_ext(source.text(), options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => title = Some((level as u8, String::new(), source.span(range))),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, title, span)) = title.take() {
                    outline.heading(level, title.trim().to_owned(), span);
                }
            }
            Event::Start(Tag::MetadataBlock(MetadataBlockKind::YamlStyle)) => is_metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => is_metadata = false,
            Event::Text(text) if is_metadata => {
                let value = text.lines().find_map(|line| line.strip_prefix("title:"));
                if let Some(value) = value {
                    outline.heading(0, value.trim().trim_matches(['"', '\'']).to_owned(), Span::START);
                }
            }
            Event::Text(text) | Event::Code(text) => match &mut title {
                Some((_, title, _)) => title.push_str(&text),
                None => outline.text(&text),
            },
            _ => {}
        }
    }
    outline
}

/// Headings that start with a mark, repeated by their level.
fn marked(source: &Source<'_>, mark: char) -> Outline {
    let mut outline = Outline::default();
    for (line, span) in lines(source) {
        let rest = line.trim_start_matches(mark);
        let level = u8::try_from(line.len() - rest.len()).unwrap_or(u8::MAX);
        match rest.strip_prefix(' ') {
            Some(title) if level > 0 => outline.heading(level, title.trim().to_owned(), span),
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
                outline.heading(u8::try_from(level).unwrap_or(u8::MAX), line.trim().to_owned(), *span);
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
