//! The code around findings, for reports: read again from the few files that have findings, after the judgement, since
//! only then is known which lines matter. Lines that hold a credential are never quoted, nor told by their hash, which
//! could be turned back into what is short.

mod line_hash;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use crate::facts::{Encoding, Kind, RepoPath, Span};
use crate::model::Repository;
use crate::rules::{Excerpt, Finding, Outcome};
use crate::walk;

/// Lines of an excerpt that stand before and behind what is meant, and lines of that.
const AROUND: u32 = 1;
const MEANT: u32 = 3;
/// Characters of a line.
const WIDTH: usize = 160;

/// Where credentials are: the lines of each file.
#[derive(Debug, Default)]
pub struct Secrets {
    lines: BTreeMap<RepoPath, Vec<Span>>,
}

impl Secrets {
    /// The places of all credentials of a repository, whatever role their files have.
    pub fn of(repository: &Repository) -> Self {
        let mut lines: BTreeMap<RepoPath, Vec<Span>> = BTreeMap::new();
        for fact in repository.facts.of(Kind::Secret) {
            lines.entry(fact.place.path.clone()).or_default().push(fact.place.span);
        }
        Self { lines }
    }

    fn are_in(&self, path: &str) -> bool {
        self.lines.contains_key(path)
    }

    fn stand_in(&self, path: &str, line: u32) -> bool {
        let spans = self.lines.get(path).into_iter().flatten();
        spans.into_iter().any(|span| (span.line..=span.end_line).contains(&line))
    }
}

/// What one file adds to its findings: by place, the hash and the code.
type Quotes = BTreeMap<Span, (Option<String>, Option<Excerpt>)>;

/// Adds to every finding that concerns a line what stands there.
pub fn quote(outcomes: &mut [Outcome], secrets: &Secrets, root: &Path, limit: u64) {
    let mut wanted: BTreeMap<RepoPath, Vec<Span>> = BTreeMap::new();
    for finding in outcomes.iter().flat_map(|outcome| &outcome.findings).filter(|finding| concerns_a_line(finding)) {
        wanted.entry(finding.place.path.clone()).or_default().push(finding.place.span);
    }
    let wanted: Vec<(RepoPath, Vec<Span>)> = wanted.into_iter().collect();
    let quotes: BTreeMap<RepoPath, Quotes> = wanted
        .par_iter()
        .filter_map(|(path, spans)| Some((path.clone(), quotes(root, path, spans, secrets, limit)?)))
        .collect();
    for outcome in outcomes {
        let may_show = outcome.rule.id.category() != "secrets";
        for finding in outcome.findings.iter_mut().filter(|finding| concerns_a_line(finding)) {
            let Some((hash, excerpt)) = quotes.get(&finding.place.path).and_then(|own| own.get(&finding.place.span))
            else {
                continue;
            };
            finding.line_hash.clone_from(hash);
            finding.excerpt = excerpt.clone().filter(|_| may_show);
        }
    }
}

fn concerns_a_line(finding: &Finding) -> bool {
    finding.place.span != Span::START
}

fn quotes(root: &Path, path: &RepoPath, spans: &[Span], secrets: &Secrets, limit: u64) -> Option<Quotes> {
    let content = walk::read(root, Path::new(&**path), path, limit);
    if content.encoding == Encoding::Binary {
        return None;
    }
    let last = spans.iter().map(|span| span.line as usize).max().unwrap_or(0);
    let hashes = if secrets.are_in(path) { Vec::new() } else { line_hash::line_hashes(&content.text, last) };
    let lines: Vec<&str> = content.text.lines().collect();
    let may_show = !is_environment_file(path);
    let quote = |&span: &Span| {
        let hash = hashes.get(span.line.saturating_sub(1) as usize).map(ToString::to_string);
        (span, (hash, may_show.then(|| excerpt(&lines, path, span, secrets)).flatten()))
    };
    Some(spans.iter().map(quote).collect())
}

/// `.env` and its variants hold values, known as credentials or not.
fn is_environment_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.starts_with(".env"))
}

/// The lines of a region with those beside it, without the white space that all of them begin with.
fn excerpt(lines: &[&str], path: &str, span: Span, secrets: &Secrets) -> Option<Excerpt> {
    let last_meant = span.end_line.max(span.line).min(span.line.saturating_add(MEANT - 1));
    let first = span.line.saturating_sub(AROUND).max(1);
    let last = last_meant.saturating_add(AROUND);
    lines.get(span.line.saturating_sub(1) as usize)?;
    let own: Vec<(u32, &str)> =
        (first..=last).filter_map(|number| Some((number, *lines.get(number as usize - 1)?))).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let shared = own.iter().filter(|(_, line)| !line.trim().is_empty()).map(|(_, line)| indent(line)).min()?;
    let shown = |&(number, line): &(u32, &str)| {
        if secrets.stand_in(path, number) {
            return "(a line with a credential)".to_owned();
        }
        cut(line.get(shared..).unwrap_or("").trim_end())
    };
    Some(Excerpt { line: first, lines: own.iter().map(shown).collect() })
}

/// A line as it stands there: tabs as spaces, and nothing that makes a terminal act.
fn cut(line: &str) -> String {
    let is_cut = line.chars().count() > WIDTH;
    let kept = line.chars().take(if is_cut { WIDTH - 1 } else { WIDTH });
    let mut text = String::with_capacity(line.len());
    for c in kept {
        match c {
            '\t' => text.push_str("    "),
            _ if c.is_control() => text.push('\u{fffd}'),
            _ => text.push(c),
        }
    }
    if is_cut {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(line: u32, end_line: u32) -> Span {
        Span { line, column: 5, end_line, end_column: 9 }
    }

    #[test]
    fn an_excerpt_shows_the_lines_with_their_neighbours() {
        let lines = ["fn a() {", "    one();", "    two();", "    three();", "}"];
        let excerpt = excerpt(&lines, "a.rs", span(3, 3), &Secrets::default()).unwrap();
        assert_eq!((excerpt.line, excerpt.lines), (2, vec!["one();".into(), "two();".into(), "three();".into()]));
    }

    #[test]
    fn an_excerpt_of_much_is_short_and_of_nothing_is_none() {
        let lines: Vec<String> = (1..=50).map(|number| number.to_string()).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(excerpt(&lines, "a", span(1, 40), &Secrets::default()).unwrap().lines, ["1", "2", "3", "4"]);
        assert_eq!(excerpt(&lines, "a", span(60, 60), &Secrets::default()), None);
    }

    #[test]
    fn a_line_with_a_credential_is_not_quoted_even_as_a_neighbour() {
        let secrets = Secrets { lines: BTreeMap::from([("a.rs".into(), vec![span(2, 3)])]) };
        let excerpt = excerpt(&["a", "key", "key", "b"], "a.rs", span(4, 4), &secrets).unwrap();
        assert_eq!(excerpt.lines, ["(a line with a credential)", "b"]);
    }

    #[test]
    fn what_makes_a_terminal_act_loses_its_power() {
        assert_eq!(cut("a\t\u{1b}[31m"), "a    \u{fffd}[31m");
        assert_eq!(cut(&"x".repeat(500)).chars().count(), WIDTH);
    }
}
