//! The known tools that were found, by what they are for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Spot;
use crate::facts::Role;
use crate::model::{FoundTool, FoundUse};
use crate::report::plain;
use crate::score::Assessment;

/// Tools for one purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct Purpose {
    pub title: String,
    pub tools: Vec<ToolLine>,
}

/// A tool with the place where it shows best.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::report) struct ToolLine {
    pub title: String,
    pub spot: Option<Spot>,
}

/// The tools, by the topics of their entries.
pub(super) fn purposes(assessment: &Assessment) -> Vec<Purpose> {
    let mut purposes: BTreeMap<&str, Vec<ToolLine>> = BTreeMap::new();
    for tool in &assessment.tools {
        // "a rate limiter" is a way of doing it and no tool with a name.
        let is_named = !["a ", "an ", "the "].iter().any(|article| tool.title.starts_with(article));
        let Some(topic) = tool.topics.first().filter(|_| is_named) else { continue };
        let spot = best(tool).and_then(|it| Spot::of(&it.place.path, it.place.span));
        purposes.entry(topic).or_default().push(ToolLine { title: plain::one_line(&tool.title), spot });
    }
    purposes.into_iter().map(|(topic, tools)| Purpose { title: in_words(topic), tools }).collect()
}

/// In the product before in what stands around it.
fn best(tool: &FoundTool) -> Option<&FoundUse> {
    let rank = |role: Role| match role {
        Role::Product => 0,
        Role::Configuration => 1,
        Role::Script => 2,
        _ => 3,
    };
    tool.uses.iter().min_by_key(|it| (rank(it.role), &it.place))
}

/// `structured-loggers` → `Structured loggers`, `ci-systems` → `CI systems`.
fn in_words(topic: &str) -> String {
    let mut words: Vec<String> = topic.split('-').map(str::to_owned).collect();
    if let Some(first) = words.first_mut() {
        *first = match first.as_str() {
            "api" | "ci" | "cors" => first.to_uppercase(),
            "cdns" => "CDNs".to_owned(),
            "regulated" => "Payments and health data".to_owned(),
            "foundations" => "Containers and infrastructure".to_owned(),
            "sboms" => "SBOMs".to_owned(),
            _ => {
                let mut letters = first.chars();
                letters.next().map_or_else(String::new, |letter| letter.to_uppercase().chain(letters).collect())
            }
        };
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn topics_are_words() {
        assert_eq!(in_words("structured-loggers"), "Structured loggers");
        assert_eq!(in_words("ci-systems"), "CI systems");
        assert_eq!(in_words("sboms"), "SBOMs");
    }
}
