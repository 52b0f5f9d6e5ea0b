//! CODEOWNERS: who is asked about a change, where a source host looks for it.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{CodeOwners, Data, File, Span};
use crate::syntax::Source;

/// Reads files of code owners.
pub(super) struct Owners;

impl Extractor for Owners {
    fn name(&self) -> &'static str {
        "code-owners"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == "CODEOWNERS" && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut first = Span::START;
        let mut entries = 0;
        let mut section_has_owner = false;
        for (line, number) in source.text().lines().zip(1..) {
            let code = line.split(" #").next().unwrap_or("").trim();
            if code.is_empty() || code.starts_with('#') {
                continue;
            }
            let has_owner = code.split_whitespace().skip(1).any(|word| word.contains('@'));
            // GitLab's sections name owners for the lines that follow.
            if code.starts_with('[') || code.starts_with("^[") {
                section_has_owner = has_owner;
                continue;
            }
            if has_owner || section_has_owner {
                if entries == 0 {
                    first = Span { line: number, column: 1, end_line: number, end_column: 1 };
                }
                entries += 1;
            }
        }
        let is_read =
            matches!(source.file.folder(), "" | ".github" | "docs" | ".gitlab" | ".gitea" | ".forgejo" | ".bitbucket");
        found.add(first, Data::CodeOwners(CodeOwners { entries, is_read }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn owners(path: &str, text: &str) -> (u64, bool) {
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 };
        let facts = Extractors::of(vec![Box::new(Owners)]).extract(&file, text).facts;
        match &facts[0].data {
            Data::CodeOwners(it) => (it.entries, it.is_read),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lines_that_name_an_owner_count() {
        assert_eq!(owners(".github/CODEOWNERS", "# @nobody\n* @org/team\n/docs a@b.c # hand\n/x\n"), (2, true));
        assert_eq!(owners("CODEOWNERS", "[Database] @dba\n/db/\n"), (1, true));
        assert_eq!(owners("tools/CODEOWNERS", "* @a\n"), (1, false));
    }
}
