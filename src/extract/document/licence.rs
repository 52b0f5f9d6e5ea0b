//! Licences, told by phrases that only their texts have.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Licence, Role, Span};
use crate::syntax::Source;

/// A licence and what its text says, in lower case with single spaces. Texts name other licences too: the one whose first
/// phrase comes first is meant.
const TEXTS: &[(&str, &[&str])] = &[
    ("AGPL-3.0", &["gnu affero general public license"]),
    ("LGPL", &["gnu lesser general public license", "version 3"]),
    ("LGPL", &["gnu lesser general public license", "version 2.1"]),
    ("GPL-3.0", &["gnu general public license", "version 3"]),
    ("GPL-2.0", &["gnu general public license", "version 2"]),
    ("Apache-2.0", &["apache license", "version 2.0"]),
    ("MPL-2.0", &["mozilla public license", "2.0"]),
    ("EPL", &["eclipse public license"]),
    ("CDDL", &["common development and distribution license"]),
    ("Artistic-2.0", &["the artistic license 2.0"]),
    ("OSL-3.0", &["open software license", "3.0"]),
    ("MS-PL", &["microsoft public license"]),
    ("PolyForm", &["polyform"]),
    ("Sustainable Use License", &["sustainable use license"]),
    ("Mulan PSL", &["mulan permissive software license"]),
    ("EUPL", &["european union public licen"]),
    ("BUSL-1.1", &["business source license", "change date"]),
    ("SSPL-1.0", &["server side public license"]),
    ("Elastic-2.0", &["elastic license 2.0"]),
    ("FSL", &["functional source license"]),
    ("BSL-1.0", &["boost software license"]),
    ("Unlicense", &["free and unencumbered software released into the public domain"]),
    ("CC0-1.0", &["cc0 1.0 universal"]),
    ("CC-BY-4.0", &["creative commons attribution"]),
    ("WTFPL", &["do what the fuck you want to public license"]),
    (
        "Zlib",
        &["this software is provided 'as-is', without any express or implied warranty", "altered source versions"],
    ),
    ("BSD", &["redistribution and use in source and binary forms", "redistributions of source code must retain"]),
    ("ISC", &["permission to use, copy, modify, and", "distribute this software for any purpose with or without fee"]),
    ("MIT", &["permission is hereby granted, free of charge", "the software is provided"]),
    ("Proprietary", &["all rights reserved", "may not"]),
];

/// Reads licences.
pub(super) struct Licences;

impl Extractor for Licences {
    fn name(&self) -> &'static str {
        "licence"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let lower = file.name().to_ascii_lowercase();
        let stem = lower.split(['.', '-', '_']).next().unwrap_or("");
        let is_named = matches!(stem, "license" | "licence" | "unlicense" | "copying" | "mit-license");
        let is_in_folder = matches!(file.folder(), "LICENSES" | "LICENSE" | "licenses");
        file.role != Role::Vendored && file.language.is_none() && (is_named || is_in_folder)
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let plain = source.text().split(|c: char| c.is_whitespace() || matches!(c, '*' | '#' | '>' | '/'));
        let text = plain.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase();
        let text = text.replace(['\u{201c}', '\u{201d}'], "\"");
        let begins = |(_, phrases): &&(&str, &[&str])| {
            let has_all = phrases.iter().all(|phrase| text.contains(phrase));
            phrases.first().and_then(|first| text.find(first)).filter(|_| has_all)
        };
        let meant = TEXTS.iter().filter_map(|it| Some((begins(&it)?, it.0)));
        let known = meant.min_by_key(|(at, _)| *at).map(|(_, name)| name);
        let is_whole = matches!(source.file.folder(), "" | "LICENSES" | "LICENSE" | "licenses" | ".github");
        let licence = Licence { name: known, is_whole };
        found.add(Span::START, Data::Licence(licence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn licence(path: &str, text: &str) -> Vec<(Option<&'static str>, bool)> {
        let file = File { path: path.into(), bytes: 1, role: Role::Documentation, language: None, lines: 1 };
        let facts = Extractors::of(vec![Box::new(Licences)]).extract(&file, text).facts;
        let read = |data| match data {
            Data::Licence(it) => (it.name, it.is_whole),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| read(fact.data)).collect()
    }

    #[test]
    fn a_text_is_recognised_over_line_breaks_and_marks() {
        let text =
            "Permission is hereby granted, free of\n charge, to any person …\nTHE SOFTWARE IS PROVIDED \"AS IS\", …";
        assert_eq!(licence("LICENSE", text), [(Some("MIT"), true)]);
        let text = "### GNU Affero General Public License\n_Version 3_";
        assert_eq!(licence("LICENSE.md", text), [(Some("AGPL-3.0"), true)]);
        assert_eq!(licence("packages/ee/LICENSE", "Ask us."), [(None, false)]);
        let text = "GNU GENERAL PUBLIC LICENSE\nVersion 3\n13. Use with the GNU Affero General Public License.";
        assert_eq!(licence("COPYING", text), [(Some("GPL-3.0"), true)]);
    }

    #[test]
    fn code_about_licences_is_none() {
        let path = "src/license.ts".into();
        let language = crate::facts::Language::from_extension("ts");
        let file = File { path, bytes: 1, role: Role::Product, language, lines: 1 };
        assert!(!Licences.wants(&file));
    }
}
