//! The version of Spring Boot: from 3.4 on, its servers finish requests before they stop, without being told.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, ToolSetup};
use crate::syntax::Source;

/// Finds versions that drain by default.
pub(super) struct SpringBoot;

/// What names Spring Boot in a build file, and how far its version may be from it.
const NAMES: &[&str] =
    &["spring-boot-starter-parent", "org.springframework.boot", "spring-boot-dependencies", "spring-boot"];
const DISTANCE: usize = 160;

impl Extractor for SpringBoot {
    fn name(&self) -> &'static str {
        "spring-boot"
    }

    fn demand(&self) -> Demand {
        Demand::AnyOf(vec!["spring-boot".to_owned(), "springframework.boot".to_owned()])
    }

    fn wants(&self, file: &File) -> bool {
        let is_build = matches!(
            file.name(),
            "pom.xml" | "build.gradle" | "build.gradle.kts" | "libs.versions.toml" | "settings.gradle"
        );
        is_build && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let versions = NAMES.iter().flat_map(|name| text.match_indices(name)).filter_map(|(at, name)| {
            let from = at + name.len();
            let rest = text.get(from..).unwrap_or("");
            let end = rest.char_indices().map(|(at, _)| at).take_while(|at| *at <= DISTANCE).last().unwrap_or(0);
            Some((at, name.len(), version(rest.get(..end)?)?))
        });
        if let Some((at, length, _)) = versions.into_iter().find(|&(.., version)| version >= (3, 4)) {
            let data = ToolSetup {
                tool: "spring-boot-drains".to_owned(),
                text: "spring-boot".to_owned(),
                is_exported_only: false,
            };
            found.add(source.span(at..at + length), Data::ToolSetup(data));
        }
    }
}

/// The first version in a text that is one: `version '3.4.1'`, `<version>3.5.0</version>`, `= "3.4.0"`.
fn version(text: &str) -> Option<(u32, u32)> {
    let at = text.find("ersion").map_or_else(|| text.find('='), |at| Some(at + "ersion".len()))?;
    let rest = text.get(at..)?.trim_start_matches([' ', '=', '>', '(', '"', '\'', ':']);
    let mut parts = rest.split('.');
    let major = parts.next()?.parse().ok()?;
    let minor: String = parts.next()?.chars().take_while(char::is_ascii_digit).collect();
    Some((major, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_build_files_write_them() {
        for (text, expected) in [
            ("</artifactId>\n    <version>3.4.1</version>", Some((3, 4))),
            ("' version '3.3.0'", Some((3, 3))),
            ("\") version \"4.0.0-M1\"", Some((4, 0))),
            (" = \"3.5.0\"\n", Some((3, 5))),
            ("</artifactId>\n <version>${boot}</version>", None),
            ("</groupId>", None),
        ] {
            assert_eq!(version(text), expected, "{text}");
        }
    }
}
