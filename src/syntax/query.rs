//! Queries of syntax trees, as rules write them: compiled once, with errors that say where in the query and what was
//! probably meant.

use std::ops::{ControlFlow, Range};
use std::sync::OnceLock;

use tree_sitter::{QueryCursor, QueryCursorOptions, QueryCursorState, QueryErrorKind, StreamingIterator as _, Tree};

use super::Grammar;
use crate::facts::Language;
use crate::packs::nearest;

/// The names of languages in rules, with the languages that each stands for.
const LANGUAGES: &[(&str, &[Language])] = &[
    ("csharp", &[Language::CSharp]),
    ("elixir", &[Language::Elixir]),
    ("go", &[Language::Go]),
    ("java", &[Language::Java]),
    ("javascript", &[Language::JavaScript]),
    ("kotlin", &[Language::Kotlin]),
    ("php", &[Language::Php]),
    ("python", &[Language::Python]),
    ("ruby", &[Language::Ruby]),
    ("rust", &[Language::Rust]),
    ("shell", &[Language::Shell]),
    ("typescript", &[Language::TypeScript, Language::Tsx]),
];

/// More unfinished matches than these at once are dropped: a query over a huge file stays bounded.
const MATCH_LIMIT: u32 = 1024;

/// What is wrong in a query, and at which byte of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryMistake {
    /// The byte.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// The name that was probably meant.
    pub near: Option<String>,
}

/// A query whose matches are told by one of its captures.
#[derive(Debug)]
pub struct Query {
    grammar: Grammar,
    text: String,
    capture: String,
    /// `None` inside where it cannot be compiled.
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
struct Compiled {
    query: tree_sitter::Query,
    /// The index of the capture.
    capture: u32,
}

/// The grammars that read a language of rules. The error is the nearest name, where one is near.
pub fn grammars(language: &str) -> Result<Vec<Grammar>, Option<String>> {
    let readable = || LANGUAGES.iter().filter(|(_, list)| list.iter().all(|one| Grammar::of(*one).is_some()));
    match readable().find(|(name, _)| *name == language) {
        Some((_, list)) => Ok(list.iter().filter_map(|one| Grammar::of(*one)).collect()),
        None => Err(nearest(language, readable().map(|(name, _)| *name)).map(str::to_owned)),
    }
}

/// The names of languages that rules can use, for messages.
pub fn language_names() -> String {
    let readable = LANGUAGES.iter().filter(|(_, list)| list.iter().all(|one| Grammar::of(*one).is_some()));
    readable.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

impl Query {
    /// A query that is compiled when a file first asks for it, which takes milliseconds; `capture` names what a match is
    /// shown at.
    pub fn new(grammar: Grammar, text: &str, capture: &str) -> Self {
        Self { grammar, text: text.to_owned(), capture: capture.to_owned(), compiled: OnceLock::new() }
    }

    /// The same query, compiled at once: what is wrong with it is said.
    pub fn checked(self) -> Result<Self, QueryMistake> {
        let compiled = Compiled::new(self.grammar, &self.text, &self.capture)?;
        Ok(Self { compiled: OnceLock::from(Some(compiled)), ..self })
    }

    /// The grammar whose trees it reads.
    pub const fn grammar(&self) -> Grammar {
        self.grammar
    }

    /// Where its capture stands, in the order of the text, and whether some of the places were dropped: too many
    /// unfinished matches at once, or more steps than that.
    pub fn places(&self, tree: &Tree, text: &str, most_steps: u32) -> (Vec<Range<usize>>, bool) {
        let compile = || Compiled::new(self.grammar, &self.text, &self.capture).ok();
        let compiled = self.compiled.get_or_init(compile).as_ref();
        compiled.map(|compiled| compiled.places(tree, text, most_steps)).unwrap_or_default()
    }
}

impl Compiled {
    fn new(grammar: Grammar, text: &str, capture: &str) -> Result<Self, QueryMistake> {
        let language = grammar.language();
        let query = tree_sitter::Query::new(&language, text).map_err(|error| {
            let name = error.message.trim_matches('"');
            let known: Vec<&str> = match error.kind {
                QueryErrorKind::NodeType => node_names(&language),
                QueryErrorKind::Field => field_names(&language),
                _ => Vec::new(),
            };
            let message = match error.kind {
                QueryErrorKind::NodeType => format!("no node of {grammar:?} is called `{name}`"),
                QueryErrorKind::Field => format!("no field of {grammar:?} is called `{name}`"),
                QueryErrorKind::Capture => format!("nothing is captured as `{name}`"),
                QueryErrorKind::Structure => format!("no tree of {grammar:?} has this shape"),
                _ => format!("not a query: {}", error.message.lines().next().unwrap_or("").trim()),
            };
            // Mistakes in predicates know their line alone.
            let line = text.split_inclusive('\n').take(error.row).map(str::len).sum();
            let offset = if error.kind == QueryErrorKind::Predicate { line } else { error.offset };
            QueryMistake { offset, message, near: nearest(name, known).map(str::to_owned) }
        })?;
        let unknown = (0..query.pattern_count()).find_map(|index| query.general_predicates(index).first());
        if let Some(predicate) = unknown {
            let name = format!("#{}", predicate.operator);
            let near = nearest(&name, ["#eq?", "#not-eq?", "#match?", "#not-match?", "#any-of?", "#not-any-of?"]);
            let offset = text.find(&name).unwrap_or(0);
            return Err(QueryMistake {
                offset,
                message: format!("no predicate is called `{name}`"),
                near: near.map(str::to_owned),
            });
        }
        let Some(index) = query.capture_index_for_name(capture) else {
            let near = nearest(capture, query.capture_names().iter().copied()).map(|name| format!("@{name}"));
            return Err(QueryMistake {
                offset: 0,
                message: format!("the query captures nothing as `@{capture}`"),
                near,
            });
        };
        Ok(Self { query, capture: index })
    }

    fn places(&self, tree: &Tree, text: &str, most_steps: u32) -> (Vec<Range<usize>>, bool) {
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(MATCH_LIMIT);
        let mut places = Vec::new();
        let mut steps = 0_u32;
        let mut watch = |_: &QueryCursorState| {
            steps = steps.saturating_add(1);
            if steps > most_steps { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = QueryCursorOptions::new().progress_callback(&mut watch);
        let mut matches = cursor.matches_with_options(&self.query, tree.root_node(), text.as_bytes(), options);
        while let Some(found) = matches.next() {
            places.extend(found.nodes_for_capture_index(self.capture).map(|node| node.byte_range()));
        }
        drop(matches);
        places.sort_by_key(|range| (range.start, range.end));
        places.dedup();
        (places, steps > most_steps || cursor.did_exceed_match_limit())
    }
}

fn node_names(language: &tree_sitter::Language) -> Vec<&str> {
    let ids = (0..language.node_kind_count()).filter_map(|id| u16::try_from(id).ok());
    ids.filter(|id| language.node_kind_is_named(*id)).filter_map(|id| language.node_kind_for_id(id)).collect()
}

fn field_names(language: &tree_sitter::Language) -> Vec<&str> {
    let ids = (1..=language.field_count()).filter_map(|id| u16::try_from(id).ok());
    ids.filter_map(|id| language.field_name_for_id(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: &str = "(call_expression function: (identifier) @name (#eq? @name \"eval\"))";

    #[test]
    fn a_query_finds_its_capture_where_its_predicates_hold() {
        let text = "eval(a); other(b); eval(c);";
        let tree = Grammar::JavaScript.parse(text).unwrap();
        let places = Query::new(Grammar::JavaScript, CALLS, "name").places(&tree, text, 1000);
        assert_eq!(places, (vec![0..4, 19..23], false));
    }

    #[test]
    fn mistakes_say_where_and_what_was_meant() {
        let mistake =
            |query: &str, capture: &str| Query::new(Grammar::JavaScript, query, capture).checked().unwrap_err();
        let node = mistake("(call_expresion) @x", "x");
        assert_eq!((node.offset, node.near.as_deref()), (1, Some("call_expression")));
        let field = mistake("(call_expression functoin: (identifier) @x)", "x");
        assert_eq!((field.offset, field.near.as_deref()), (17, Some("function")));
        assert_eq!(mistake(&CALLS.replace("#eq?", "#eqq?"), "name").near.as_deref(), Some("#eq?"));
        assert_eq!(mistake(CALLS, "nane").near.as_deref(), Some("@name"));
    }

    #[test]
    fn languages_have_names_in_rules() {
        assert_eq!(grammars("typescript").unwrap(), [Grammar::TypeScript, Grammar::Tsx]);
        assert_eq!(grammars("typscript").unwrap_err().as_deref(), Some("typescript"));
    }
}
