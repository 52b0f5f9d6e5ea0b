//! `.gitignore`: whether its patterns keep `.env` out, judged as git judges them.

use ignore::gitignore::GitignoreBuilder;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, IgnoreFile, Span};
use crate::syntax::Source;

/// Judges ignore files.
pub(super) struct IgnoreFiles;

impl Extractor for IgnoreFiles {
    fn name(&self) -> &'static str {
        "ignore-file"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.name() == ".gitignore"
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let mut builder = GitignoreBuilder::new("");
        let mut deciding = Span::START;
        for (line, number) in source.text().lines().zip(1_u32..) {
            if builder.add_line(None, line).is_err() {
                let span = Span { line: number, end_line: number, ..Span::START };
                found.warn(span, "an ignore pattern is not understood");
            }
            if deciding == Span::START && line.contains("env") && names_env(line) {
                deciding = Span { line: number, end_line: number, ..Span::START };
            }
        }
        let Ok(patterns) = builder.build() else { return };
        let ignores_env = patterns.matched(".env", false).is_ignore();
        let ignores_env_below = patterns.matched("packages/app/.env", false).is_ignore();
        let span = if ignores_env || ignores_env_below { deciding } else { Span::START };
        found.add(span, Data::IgnoreFile(IgnoreFile { ignores_env, ignores_env_below }));
    }
}

/// Whether one pattern alone keeps some `.env` out.
fn names_env(line: &str) -> bool {
    let mut builder = GitignoreBuilder::new("");
    builder.add_line(None, line).is_ok()
        && builder.build().is_ok_and(|pattern| {
            [".env", "packages/app/.env"].iter().any(|path| pattern.matched(path, false).is_ignore())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn judged(text: &str) -> (bool, bool, u32) {
        let file = File { path: ".gitignore".into(), bytes: 0, role: Role::Configuration, language: None, lines: 1 };
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        IgnoreFiles.extract(&source, &[], &mut found);
        let [fact] = found.facts() else { panic!("one fact a file") };
        let Data::IgnoreFile(ignore) = &fact.data else { panic!("an ignore file") };
        (ignore.ignores_env, ignore.ignores_env_below, fact.place.span.line)
    }

    #[test]
    fn patterns_mean_what_git_takes_them_for() {
        assert_eq!(judged("node_modules\n.env\n"), (true, true, 2));
        assert_eq!(judged(".env*\n!.env.example\n"), (true, true, 1));
        assert_eq!(judged("*.env\n"), (true, true, 1));
        assert_eq!(judged("**/.env\n"), (true, true, 1));
        assert_eq!(judged("/.env\n"), (true, false, 1));
    }

    #[test]
    fn what_resembles_the_pattern_is_none() {
        for text in [".env.local\n", ".env/\n", "# .env\n", ".env\n!.env\n", "*.local\n", "env\n"] {
            assert_eq!(judged(text), (false, false, 1), "{text}");
        }
    }
}
