//! Projects that a vendor's service runs: their description stands in the repository, their runtime does not.

use super::{Found, Source, Span, entry};

/// A project of `HubSpot`: an application that runs inside the vendor's.
pub(super) fn hubspot(source: &Source<'_>, found: &mut Found<'_>) {
    if let Some((key, _)) = source.json().ok().and_then(|root| root.entry("srcDir")) {
        entry(found, key.span, "library", "a HubSpot project");
    }
}

/// A data source of `Tinybird`: tables and queries that are deployed like infrastructure.
pub(super) fn tinybird(source: &Source<'_>, found: &mut Found<'_>) {
    let instruction =
        |line: &str| line.split_whitespace().next().is_some_and(|word| matches!(word, "SCHEMA" | "ENGINE"));
    if source.text().lines().any(instruction) {
        entry(found, Span::START, "infra", "a data source of Tinybird");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn a_project_of_hubspot_says_where_its_sources_are() {
        assert_eq!(
            read("hsproject.json", "{\n  \"name\": \"x\",\n  \"srcDir\": \"src\"\n}"),
            ["3 library: a HubSpot project"]
        );
        assert!(read("hsproject.json", "{}").is_empty());
    }

    #[test]
    fn a_data_source_has_a_schema() {
        let text = "SCHEMA >\n    `id` String\n\nENGINE \"MergeTree\"\n";
        assert_eq!(read("datasources/clicks.datasource", text), ["1 infra: a data source of Tinybird"]);
        assert!(read("a.datasource", "[source]\nname = x\n").is_empty());
    }
}
