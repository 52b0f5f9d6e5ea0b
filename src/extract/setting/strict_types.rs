//! How strictly types are checked, by `tsconfig.json`. Checkers of other languages show as tools in use.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject};
use crate::syntax::Source;
use crate::syntax::data::Node;

/// What `strict` switches on, and what a file may switch off again.
const FAMILY: &[&str] = &[
    "noImplicitAny",
    "strictNullChecks",
    "strictFunctionTypes",
    "strictBindCallApply",
    "strictPropertyInitialization",
    "noImplicitThis",
    "useUnknownInCatchVariables",
    "alwaysStrict",
];

/// Reads the compiler options of TypeScript.
#[derive(Clone, Copy)]
pub(super) struct StrictTypes;

impl Extractor for StrictTypes {
    fn name(&self) -> &'static str {
        "strict-types"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["\"strict".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let is_base = file.extension() == "json" && file.path.split('/').any(|part| part.contains("tsconfig"));
        is_base && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let root = match source.json() {
            Ok(root) => root,
            Err(error) => return found.unreadable("tsconfig", error),
        };
        let Some(options) = root.get("compilerOptions") else { return };
        let switched = |wanted: bool| {
            let is_it = |name: &&&str| options.get(name).and_then(Node::flag) == Some(wanted);
            FAMILY.iter().find(is_it).copied()
        };
        let strict = options.entry("strict").filter(|(_, value)| value.flag() == Some(true));
        if let Some((key, _)) = strict {
            let found_off = switched(false);
            let subject = if found_off.is_some() { SettingSubject::LooseTypes } else { SettingSubject::StrictTypes };
            let value = found_off.map_or_else(|| "strict".to_owned(), |name| format!("strict without {name}"));
            return add(found, key.span, setting(subject, "TypeScript", &value));
        }
        // The configuration of a package itself, not one for its scripts or its tests.
        let off = options.entry("strict").filter(|(_, value)| value.flag() == Some(false));
        if let Some((key, _)) = off.filter(|_| source.file.name() == "tsconfig.json") {
            add(found, key.span, setting(SettingSubject::LaxTypes, "TypeScript", "strict switched off"));
        }
        let own = switched(true).and_then(|name| options.entry(name).map(|(key, _)| (key.span, name)));
        if let Some((span, name)) = own.filter(|(_, name)| *name != "alwaysStrict") {
            add(found, span, setting(SettingSubject::LooseTypes, "TypeScript", &format!("{name} alone")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::StrictTypes;

    #[test]
    fn strict_is_strict_unless_a_part_is_switched_off() {
        for (options, expected) in [
            ("\"strict\": true", "TypeScript strict"),
            ("\"strict\": true, \"noImplicitAny\": false", "TypeScript strict without noImplicitAny"),
        ] {
            let text = format!("{{\"compilerOptions\": {{{options}}}}}");
            assert_eq!(settings(&StrictTypes, "apps/web/tsconfig.json", &text), [expected]);
        }
        let off = "{\"compilerOptions\": {\"strict\": false, \"strictNullChecks\": true}}";
        let alone = "TypeScript strictNullChecks alone";
        assert_eq!(settings(&StrictTypes, "apps/web/tsconfig.json", off), ["TypeScript strict switched off", alone]);
        assert_eq!(settings(&StrictTypes, "apps/web/tsconfig.e2e.json", off), [alone]);
    }
}
