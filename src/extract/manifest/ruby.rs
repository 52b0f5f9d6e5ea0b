//! Bundler and `RubyGems`: Gemfile and gemspec, read lexically; nothing is run.

use super::{Declared, Found, blank, entry};
use crate::facts::{Data, DependencyScope, Ecosystem, Manifest, Span};
use crate::syntax::Source;

/// The quoted texts of a line, in order.
fn quoted(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find(['"', '\'']) {
        let (_, tail) = rest.split_at(start);
        let quote = tail.chars().next().unwrap_or('"');
        let Some((inner, after)) = tail.get(1..).and_then(|tail| tail.split_once(quote)) else { break };
        out.push(inner);
        rest = after;
    }
    out
}

/// A line of code with the span of what is not blank.
fn lines<'a>(source: &Source<'a>) -> impl Iterator<Item = (&'a str, Span)> {
    let mut at = 0;
    let mut list = Vec::new();
    for raw in source.text().split_inclusive('\n') {
        let start = at + (raw.len() - raw.trim_start().len());
        at += raw.len();
        let line = raw.trim();
        if !line.is_empty() && !line.starts_with('#') {
            list.push((line, source.span(start..start + line.len())));
        }
    }
    list.into_iter()
}

fn is_development(text: &str) -> bool {
    [":development", ":test", ":lint", ":ci", ":doc"].iter().any(|group| text.contains(group))
        && ![":production", ":default"].iter().any(|group| text.contains(group))
}

pub(super) fn gemfile(source: &Source<'_>, found: &mut Found<'_>) {
    let mut manifest =
        Manifest { is_private: true, package_manager: Some("bundler".to_owned()), ..blank(Ecosystem::RubyGems) };
    for (line, _) in lines(source) {
        let version = line.strip_prefix("ruby ").filter(|rest| !rest.contains("file:"));
        if let Some(version) = version.and_then(|rest| quoted(rest).first().copied()) {
            manifest.runtimes.insert("ruby".to_owned(), version.to_owned());
        }
    }
    // A Gemfile that only loads the gemspec belongs to the gem.
    let is_of_a_gem = lines(source).any(|(line, _)| line == "gemspec" || line.starts_with("gemspec "));
    manifest.is_package = !is_of_a_gem;
    found.add(Span::START, Data::Manifest(manifest));
    // Open blocks: whether each is a group for development.
    let mut blocks: Vec<bool> = Vec::new();
    for (line, span) in lines(source) {
        if line == "end" {
            blocks.pop();
            continue;
        }
        if line.ends_with(" do") || line.starts_with("if ") || line.starts_with("unless ") {
            blocks.push(line.starts_with("group ") && is_development(line));
            continue;
        }
        let Some(rest) = line.strip_prefix("gem ").or_else(|| line.strip_prefix("gem(")) else { continue };
        let values = quoted(rest);
        let Some(name) = values.first() else { continue };
        let is_dev = is_of_a_gem || blocks.contains(&true) || rest.contains("group") && is_development(rest);
        let scope = if is_dev { DependencyScope::Development } else { DependencyScope::Runtime };
        let is_version = |text: &&&str| text.starts_with(|c: char| c.is_ascii_digit() || "~>=<!".contains(c));
        let version = values.get(1).filter(is_version).copied().unwrap_or("");
        Declared::new(span, name, version).add(Ecosystem::RubyGems, scope, found);
    }
}

pub(super) fn gemspec(source: &Source<'_>, found: &mut Found<'_>) {
    let value = |key: &str| {
        lines(source).find_map(|(line, span)| {
            let (left, right) = line.split_once('=')?;
            left.trim().ends_with(key).then(|| (quoted(right).first().copied().unwrap_or(""), span))
        })
    };
    let (name, span) = value(".name").unwrap_or(("", Span::START));
    let mut manifest = Manifest {
        name: (!name.is_empty()).then(|| name.to_owned()),
        package_manager: Some("bundler".to_owned()),
        ..blank(Ecosystem::RubyGems)
    };
    let ruby = value(".required_ruby_version").map(|(version, _)| version.to_owned());
    manifest.runtimes.extend(ruby.filter(|version| !version.is_empty()).map(|version| ("ruby".to_owned(), version)));
    found.add(span, Data::Manifest(manifest));
    entry(found, span, "library", "a gem with a specification");
    if let Some((name, span)) = value(".executables").filter(|(name, _)| !name.is_empty()) {
        entry(found, span, "cli", format!("executable \"{name}\""));
    }
    for (line, span) in lines(source) {
        let scope = if line.contains(".add_development_dependency") {
            DependencyScope::Development
        } else if line.contains(".add_dependency") || line.contains(".add_runtime_dependency") {
            DependencyScope::Runtime
        } else {
            continue;
        };
        let values = quoted(line);
        if let Some(name) = values.first() {
            Declared::new(span, name, values.get(1).copied().unwrap_or("")).add(Ecosystem::RubyGems, scope, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::read;

    #[test]
    fn groups_say_when_a_gem_is_needed() {
        let text = "ruby \"3.4.1\"\ngem \"rails\", \"~> 8.0\"\n# gem \"old\"\ngroup :development, :test do\n  gem 'rspec'\nend\n\
                    gem \"puma\"\ngem \"rubocop\", require: false, group: :development\n";
        let facts = read("Gemfile", text);
        assert!(facts[0].contains("runtimes={\"ruby\": \"3.4.1\"}"));
        assert_eq!(facts[1..], ["2 run rails ~> 8.0", "5 dev rspec ", "7 run puma ", "8 dev rubocop "]);
    }

    #[test]
    fn a_gem_is_a_library_and_may_have_commands() {
        let text = "Gem::Specification.new do |spec|\n  spec.name = \"x\"\n  spec.executables = [\"x\"]\n  spec.add_dependency \"thor\", \"~> 1\"\nend\n";
        let facts = read("x.gemspec", text);
        assert_eq!(facts[1..], ["2 library: a gem with a specification", "3 cli: executable \"x\"", "4 run thor ~> 1"]);
    }
}
