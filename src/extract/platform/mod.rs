//! What the files of hosting platforms bring: builds, previews, a network of edge locations, scaling bounds, headers.
//! One reader a platform; the table of names says who reads what.

mod amazon;
mod cloudflare;
mod container_hosts;
mod google;
mod heroku;
mod static_hosts;
mod table;

use super::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, PlatformFile, PlatformPart, Span};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// The reader of platform files.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![Box::new(PlatformFiles)]
}

/// Reads the files of hosting platforms.
#[derive(Clone, Copy)]
struct PlatformFiles;

impl Extractor for PlatformFiles {
    fn name(&self) -> &'static str {
        "platform-file"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && table::of(&file.path).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(row) = table::of(&source.file.path) else { return };
        (row.read)(source, &mut Parts { platform: row.platform, found });
    }
}

/// Where the parts of a platform go.
struct Parts<'a, 'b> {
    platform: &'static str,
    found: &'a mut Found<'b>,
}

impl Parts<'_, '_> {
    /// What the platform does by itself for the program that the file describes.
    fn by_nature(&mut self, parts: &[PlatformPart]) {
        for part in parts {
            self.add(Span::START, *part, "");
        }
    }

    /// What the file says.
    fn add(&mut self, span: Span, brings: PlatformPart, value: &str) {
        let value = value.chars().take(120).collect();
        self.found.add(span, Data::PlatformFile(PlatformFile { platform: self.platform, brings, value }));
    }

    /// The key and the value of an entry, as what it brings.
    fn add_entry(&mut self, node: Option<&Node>, key: &str, brings: PlatformPart) {
        let Some((key, value)) = node.and_then(|node| node.entry(key)).filter(|(_, value)| !value.is_null()) else {
            return;
        };
        self.add(key.span, brings, value.text().unwrap_or(""));
    }

    /// Bounds of scaling that a mapping names: `min_instances: 1, max_instances: 4`.
    fn add_bounds(&mut self, node: Option<&Node>, keys: &[&str]) {
        let Some(node) = node else { return };
        let own = |key: &&str| node.entry(key).filter(|(_, value)| !value.is_null());
        let found: Vec<(&Node, &Node)> = keys.iter().filter_map(own).collect();
        let Some((first, _)) = found.first() else { return };
        let bounds: Vec<String> = found
            .iter()
            .map(|(key, value)| format!("{} {}", key.text().unwrap_or(""), value.text().unwrap_or("")))
            .collect();
        self.add(first.span, PlatformPart::Autoscaling, &bounds.join(", "));
    }

    /// More than one instance.
    fn add_replicas(&mut self, node: Option<&Node>, key: &str) {
        let Some((key, value)) = node.and_then(|node| node.entry(key)) else { return };
        let number = value.text().unwrap_or("");
        if number.parse::<u32>().is_ok_and(|number| number > 1) {
            self.add(key.span, PlatformPart::Replicas, number);
        }
    }

    /// A file that only one reader reads, and that is broken.
    fn unreadable(&mut self, error: &crate::syntax::ParseError) {
        self.found.unreadable("platform file", error);
    }
}

/// The first document of a YAML file; a broken one is reported.
fn yaml<'s>(source: &'s Source<'_>, parts: &mut Parts<'_, '_>) -> Option<&'s Node> {
    source.yaml().map_err(|error| parts.unreadable(error)).ok()?.first()
}

/// The root of a JSON or TOML file; a broken one is reported.
fn json_or_toml<'s>(source: &'s Source<'_>, parts: &mut Parts<'_, '_>) -> Option<&'s Node> {
    let root = if source.file.extension() == "toml" { source.toml() } else { source.json() };
    root.map_err(|error| parts.unreadable(error)).ok()
}

/// Headers as many platforms list them: `[{source, headers: [{key, value}]}]`.
fn listed_headers(rules: Option<&Node>, parts: &mut Parts<'_, '_>) {
    for rule in rules.map_or(&[][..], Node::items) {
        for header in rule.get("headers").map_or(&[][..], Node::items) {
            parts.add_entry(Some(header), "key", PlatformPart::Header);
        }
    }
}

/// Headers as a mapping of names.
fn mapped_headers(headers: Option<&Node>, parts: &mut Parts<'_, '_>) {
    for (name, _) in headers.map_or(&[][..], Node::entries) {
        parts.add(name.span, PlatformPart::Header, name.text().unwrap_or(""));
    }
}

#[cfg(test)]
mod testing {
    use super::PlatformFiles;
    use crate::extract::Extractors;
    use crate::facts::{Data, File, Role};

    /// The parts of a file, as `line platform part=value`.
    pub(super) fn parts(path: &str, text: &str) -> Vec<String> {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let facts = Extractors::of(vec![Box::new(PlatformFiles)]).extract(&file, text).facts;
        let describe = |fact: crate::facts::Fact| match fact.data {
            Data::PlatformFile(it) => {
                let value = if it.value.is_empty() { String::new() } else { format!("={}", it.value) };
                format!("{} {} {}{value}", fact.place.span.line, it.platform, it.brings.name())
            }
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(describe).collect()
    }
}
