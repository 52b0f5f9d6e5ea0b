//! Elixir: mix.exs, read lexically.

use super::{Declared, Found, blank, entry};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;

pub(super) fn read(source: &Source<'_>, found: &mut Found<'_>) {
    let code = source.code();
    let mut manifest = Manifest { is_private: true, package_manager: Some("mix".to_owned()), ..blank(Ecosystem::Hex) };
    let mut span = Span::START;
    if let Some((name, at)) = after(code, source.text(), "app: :") {
        manifest.name = Some(name.to_owned());
        span = source.span(at..at + name.len());
    }
    let quoted = |key: &str| {
        let at = code.find(key)? + key.len();
        let (_, rest) = source.text().get(at..)?.split_once('"')?;
        rest.split('"').next().map(str::to_owned)
    };
    manifest.version = quoted("version:");
    manifest.runtimes.extend(quoted("elixir:").map(|version| ("elixir".to_owned(), version)));
    let is_umbrella = code.contains("apps_path:");
    manifest.is_package = !is_umbrella;
    if is_umbrella {
        manifest.members = vec!["apps/*".to_owned()];
    }
    found.add(span, Data::Manifest(manifest));
    if let Some(at) = code.find("escript:") {
        entry(found, source.span(at..at + 7), "cli", "an escript");
    }
    if let Some(at) = code.find("releases: ") {
        entry(found, source.span(at..at + 8), "process", "a release of Mix");
    }
    if let Some(at) = code.find("package: ") {
        entry(found, source.span(at..at + 7), "library", "a package for Hex");
    }
    // A dependency is `{:name, …}`; other tuples of that form do not stand in `deps`.
    let Some(start) = code.find("defp deps").or_else(|| code.find("def deps")) else { return };
    let end =
        code.get(start + 8..).and_then(|rest| rest.find("\n  def")).map_or(code.len(), |length| start + 8 + length);
    let mut at = start;
    while let Some(open) = code.get(at..end).and_then(|rest| rest.find("{:")) {
        let from = at + open + 2;
        let rest = code.get(from..end).unwrap_or("");
        let close = rest.find('}').map_or(end, |length| from + length);
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or("");
        let whole = source.text().get(from..close).unwrap_or("");
        let is_dev = whole.contains("only:") && !whole.contains(":prod");
        let scope = if is_dev { DependencyScope::Development } else { DependencyScope::Runtime };
        let version = whole.split('"').nth(1).filter(|_| !whole.contains("path:")).unwrap_or("");
        Declared::new(source.span(from..from + length), name, version).add(Ecosystem::Hex, scope, found);
        at = close.max(from);
    }
}

/// The word after a text in code, with its place.
fn after<'a>(code: &str, text: &'a str, needle: &str) -> Option<(&'a str, usize)> {
    let at = code.find(needle)? + needle.len();
    let rest = text.get(at..)?;
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    Some((rest.get(..length)?, at))
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn only_says_when_a_dependency_is_needed() {
        let text = "defmodule A.MixProject do\n  def project do\n    [app: :shop, version: \"0.1.0\", elixir: \"~> 1.17\", deps: deps()]\n  end\n  defp deps do\n    [\n      {:phoenix, \"~> 1.8\"},\n      # {:old, \"1\"},\n      {:credo, \"~> 1.7\", only: [:dev, :test]}\n    ]\n  end\nend\n";
        let facts = read("mix.exs", text);
        assert!(facts[0].contains("manifest \"shop\"") && facts[0].contains("\"elixir\": \"~> 1.17\""));
        assert_eq!(facts[1..], ["7 run phoenix ~> 1.8", "9 dev credo ~> 1.7"]);
    }
}
