//! Changelogs in one form, whatever they are written in: XML elements and entries of YAML and JSON are items with
//! attributes and children.

use std::collections::BTreeMap;

use roxmltree::{Document, ParsingOptions};

use crate::facts::Span;
use crate::syntax::Source;
use crate::syntax::data::{Node, Value};

/// Elements in a changelog.
const MAX_NODES: u32 = 500_000;

/// Elements inside each other; what is deeper is no changelog.
const MAX_DEPTH: usize = 64;

/// An element, an entry.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<usize>,
    /// The text inside, `""` where there is none.
    pub(super) text: String,
    /// Where the text begins in the file, where it stands there as it is.
    pub(super) text_start: Option<usize>,
    pub(super) span: Span,
}

/// The items of a document; the first is the root.
#[derive(Debug, Default)]
pub(super) struct Items(Vec<Item>);

impl Items {
    /// Reads a document; what is wrong with it otherwise.
    pub(super) fn of(source: &Source<'_>) -> Result<Self, (Span, String)> {
        match source.file.extension() {
            "xml" => Self::of_xml(source),
            "json" => source.json().map(Self::of_data).map_err(|error| (error.span, error.message.clone())),
            _ => match source.yaml() {
                Ok([root, ..]) => Ok(Self::of_data(root)),
                Ok([]) => Ok(Self::default()),
                Err(error) => Err((error.span, error.message.clone())),
            },
        }
    }

    fn of_xml(source: &Source<'_>) -> Result<Self, (Span, String)> {
        let text = source.text();
        if depth(text) > MAX_DEPTH {
            return Err((Span::START, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(text, options).map_err(|error| {
            let (line, column) = (error.pos().row, error.pos().col);
            (Span { line, column, end_line: line, end_column: column }, error.to_string())
        })?;
        let mut items = Self::default();
        let mut numbers = BTreeMap::new();
        for node in document.root_element().descendants().filter(roxmltree::Node::is_element) {
            let start = node.range().start;
            let name = node.tag_name().name();
            let inside: String = node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect();
            let inside = inside.trim();
            let whole = text.get(node.range()).unwrap_or("");
            let mut item = Item::new(name, inside, source.span(start..start + name.len() + 1));
            item.text_start = whole.find(inside).filter(|_| !inside.is_empty()).map(|at| start + at);
            let attributes = node.attributes().map(|one| (one.name().to_owned(), one.value().to_owned()));
            item.attributes.extend(attributes);
            let parent = node.parent_element().and_then(|parent| numbers.get(&parent.id().get()).copied());
            numbers.insert(node.id().get(), items.add(parent, item));
        }
        Ok(items)
    }

    /// The entries of a mapping are attributes where they are texts and children where they hold more; so are those of
    /// the elements of a list.
    fn of_data(root: &Node) -> Self {
        let mut items = Self::default();
        let first = items.add(None, Item::new("", "", root.span));
        let mut queue: Vec<(usize, &Node)> = vec![(first, root)];
        let mut next = 0;
        while let Some(&(parent, node)) = queue.get(next) {
            next += 1;
            let is_list = matches!(node.value, Value::Sequence(_));
            let entries = node.entries().iter().chain(node.items().iter().flat_map(Node::entries));
            for (key, value) in entries {
                let Some(name) = key.text() else { continue };
                match value.text() {
                    Some(text) if !is_list => {
                        if let Some(item) = items.0.get_mut(parent) {
                            item.attributes.push((name.to_owned(), text.to_owned()));
                        }
                    }
                    text => {
                        let item = Item::new(name, text.unwrap_or(""), key.span);
                        queue.push((items.add(Some(parent), item), value));
                    }
                }
            }
        }
        items
    }

    fn add(&mut self, parent: Option<usize>, item: Item) -> usize {
        let number = self.0.len();
        self.0.push(item);
        if let Some(parent) = parent.and_then(|parent| self.0.get_mut(parent)) {
            parent.children.push(number);
        }
        number
    }

    /// The item that is the changelog.
    pub(super) fn changelog(&self) -> Option<&Item> {
        self.0.iter().take(2).find(|item| item.name == "databaseChangeLog")
    }

    /// Puts the values of properties that the changelog gives for every database in the places of their names.
    pub(super) fn fill_in(&mut self) {
        let all = self.0.iter().filter(|item| item.name == "property" && item.get("dbms").is_none());
        let mut properties: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in all.filter_map(|item| Some((item.get("name")?, item.get("value")?))) {
            // The first one holds.
            properties.entry(format!("${{{name}}}")).or_insert_with(|| value.to_owned());
        }
        if properties.is_empty() {
            return;
        }
        for (_, value) in self.0.iter_mut().flat_map(|item| &mut item.attributes).filter(|(_, one)| one.contains("${"))
        {
            for (name, given) in &properties {
                if value.contains(name.as_str()) {
                    *value = value.replace(name.as_str(), given);
                }
            }
        }
    }

    /// What stands in an item, in order.
    pub(super) fn children<'i>(&'i self, item: &'i Item) -> impl Iterator<Item = &'i Item> {
        item.children.iter().filter_map(|&number| self.0.get(number))
    }

    /// The child of that name.
    pub(super) fn child<'i>(&'i self, item: &'i Item, name: &str) -> Option<&'i Item> {
        self.children(item).find(|child| child.name == name)
    }

    /// The columns that stand in an item, also in a list of them.
    pub(super) fn columns<'i>(&'i self, item: &'i Item) -> Vec<&'i Item> {
        let lists = self.children(item).filter(|child| child.name == "columns").flat_map(|list| self.children(list));
        self.children(item).chain(lists).filter(|child| child.name == "column").collect()
    }
}

impl Item {
    fn new(name: &str, text: &str, span: Span) -> Self {
        let (name, text) = (name.to_owned(), text.to_owned());
        Self { name, attributes: Vec::new(), children: Vec::new(), text, text_start: None, span }
    }

    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether an attribute has that value.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|own| own.eq_ignore_ascii_case(value))
    }
}

/// How deep elements nest, roughly: counted on the text, so that the parser never sees what is too deep.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0_usize);
    for tag in text.split('<').skip(1) {
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !tag.starts_with(['!', '?']) && !tag.split('>').next().is_some_and(|inside| inside.ends_with('/')) {
            depth += 1;
            most = most.max(depth);
        }
    }
    most
}
