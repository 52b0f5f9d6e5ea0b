//! Calls and settings that set a known tool up, as `setup` of its entry in `rules/signals/` names them.
//!
//! The literals are searched for with all others; the view of the text without comments and strings decides whether one is code.

mod binding;
mod counter;
mod limiter;
mod spring_boot;
mod start;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, ToolSetup};
use crate::signals::{Setting, SetupPattern, Signals};
use crate::syntax::Source;
use binding::{Fate, fate};

/// The extractors of this subject.
pub(super) fn all(signals: &Signals) -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(ToolSetups::new(signals)),
        Box::new(binding::LocalImports),
        Box::new(limiter::Limiters),
        Box::new(counter::Counters),
        Box::new(spring_boot::SpringBoot),
    ]
}

/// Finds what sets tools up.
struct ToolSetups {
    patterns: Vec<(String, SetupPattern)>,
}

impl ToolSetups {
    /// Takes the patterns of all tools.
    fn new(signals: &Signals) -> Self {
        let own = |id: &str, pattern: &SetupPattern| (id.to_owned(), pattern.clone());
        let patterns = signals.tools().flat_map(|tool| tool.setup.iter().map(|pattern| own(&tool.id, pattern)));
        Self { patterns: patterns.collect() }
    }
}

impl Extractor for ToolSetups {
    fn name(&self) -> &'static str {
        "tool-setup"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.patterns.iter().map(|(_, pattern)| pattern.text.clone()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let mut seen: Vec<&str> = Vec::new();
        for hit in hits {
            let Some((tool, pattern)) = self.patterns.get(hit.literal) else { continue };
            // One place a tool is enough for a file.
            if seen.contains(&tool.as_str()) || !is_meant(source, pattern, hit.at) || !pattern.holds_in(source.text()) {
                continue;
            }
            let fate = match pattern.setting {
                Setting::Code(_) => fate(source, hit.at),
                _ => Fate::Used,
            };
            if fate == Fate::Unused {
                continue;
            }
            seen.push(tool);
            let is_exported_only = fate == Fate::Exported;
            let data = ToolSetup { tool: tool.clone(), text: pattern.text.clone(), is_exported_only };
            found.add(source.span(hit.at..hit.at + pattern.text.len()), Data::ToolSetup(data));
        }
    }
}

fn is_meant(source: &Source<'_>, pattern: &SetupPattern, at: usize) -> bool {
    let before = source.text().get(..at).unwrap_or("");
    match pattern.setting {
        Setting::Code(ecosystem) => {
            source.file.language.and_then(crate::extract::import::ecosystem) == Some(ecosystem)
                && is_code(source.code(), &pattern.text, at)
                && !continues_a_name(before, &pattern.text)
        }
        Setting::File(extensions) => {
            let extension = source.file.path.rsplit_once('.').map_or("", |(_, extension)| extension);
            let line = before.rsplit('\n').next().unwrap_or("");
            extensions.contains(&extension)
                && line.trim_start().trim_start_matches("- ").trim_matches(['{', ' ']).is_empty()
        }
        Setting::Environment => {
            let line = before.rsplit('\n').next().unwrap_or("");
            source.file.name().starts_with(".env") && !line.trim_start().starts_with('#')
        }
        Setting::Start => start::is_started(source.file, source.text(), at..at + pattern.text.len()),
        Setting::Agent => start::is_attached(source.file, before),
    }
}

/// Whether the text up to its first quote is code at that place.
fn is_code(code: &str, text: &str, at: usize) -> bool {
    let plain = text.split_inclusive(['"', '\'', '`']).next().unwrap_or(text);
    code.get(at..).is_some_and(|rest| rest.starts_with(plain))
}

/// Whether the text is the end of a longer name: `MySentry.init(`.
fn continues_a_name(before: &str, text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.starts_with(is_part) && before.ends_with(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::{Language, Role};

    const SIGNALS: &str = "[tools.sentry]\ntitle = \"Sentry\"\nsetup = [\"npm:Sentry.init(\", \"yaml:kind: PrometheusRule\", \"npm:process.on('exit'\"]\n";

    fn setups(path: &str, text: &str) -> Vec<String> {
        let signals = Signals::load([("signals/x.toml", SIGNALS)]).unwrap();
        let language = Language::from_extension(path.rsplit('.').next().unwrap());
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
        let extractors = Extractors::of(vec![Box::new(ToolSetups::new(&signals))]);
        let facts = extractors.extract(&file, text).facts;
        facts
            .into_iter()
            .map(|fact| match fact.data {
                Data::ToolSetup(setup) => format!("{} {}", fact.place.span.line, setup.text),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn a_call_in_code_sets_up() {
        assert_eq!(setups("a.ts", "if (dsn) {\n  Sentry.init({ dsn });\n}"), ["2 Sentry.init("]);
        assert_eq!(setups("a.ts", "process.on('exit', f);"), ["1 process.on('exit'"]);
    }

    #[test]
    fn a_comment_a_string_another_name_and_another_language_do_not() {
        for text in [
            "// Sentry.init({})\n",
            "const s = 'Sentry.init(';",
            "MySentry.init();",
            "const s = \"process.on('exit'\";",
        ] {
            assert_eq!(setups("a.ts", text), [""; 0], "{text}");
        }
        assert_eq!(setups("a.py", "Sentry.init()\n"), [""; 0]);
    }

    #[test]
    fn a_setting_starts_its_line() {
        assert_eq!(setups("a.yaml", "apiVersion: v1\nkind: PrometheusRule\n"), ["2 kind: PrometheusRule"]);
        assert_eq!(setups("a.yaml", "- kind: PrometheusRule\n"), ["1 kind: PrometheusRule"]);
        assert_eq!(setups("a.yaml", "# kind: PrometheusRule\n"), [""; 0]);
        assert_eq!(setups("a.json", "kind: PrometheusRule"), [""; 0]);
    }
}
