//! Programs that start another one as a user who is not root: entry points run them.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, PrivilegeDrop, Span};
use crate::syntax::Source;
use crate::syntax::shell::{self, ShellOptions};

/// The programs.
const PROGRAMS: &[&str] = &["gosu", "su-exec", "s6-setuidgid", "setpriv", "chpst", "runuser", "setuidgid", "su"];

/// What an image installs for it; `su` and `setpriv` come with the system, so their mere presence says nothing.
const INSTALLED: &[&str] = &["gosu", "su-exec", "s6-overlay", "s6-setuidgid"];

/// The program that a text of a Dockerfile names as a word.
pub(super) fn named_in(text: &str) -> Option<&'static str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    INSTALLED.iter().copied().find(|program| {
        text.match_indices(program).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + program.len()..).and_then(|after| after.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(|c| is_part(c) && c != '-')
        })
    })
}

/// Finds scripts that drop privileges.
pub(super) struct PrivilegeDrops;

impl Extractor for PrivilegeDrops {
    fn name(&self) -> &'static str {
        "privilege-drop"
    }

    fn demand(&self) -> Demand {
        let literals = PROGRAMS.iter().filter(|program| **program != "su").map(|program| (*program).to_owned());
        Demand::AnyOf(literals.chain(["su -".to_owned(), "exec su ".to_owned()]).collect())
    }

    fn wants(&self, file: &File) -> bool {
        let is_script =
            file.language == Some(Language::Shell) || file.language.is_none() && file.extension().is_empty();
        file.role.is_written() && is_script
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if source.file.language.is_none() && !source.text().starts_with("#!") {
            return;
        }
        let commands = shell::commands(source.text(), ShellOptions::default());
        let drop = commands.iter().find_map(|command| {
            // `exec gosu app "$@"`, `exec setpriv --reuid=app …`
            let words = command.texts();
            let program = words.iter().find(|word| !matches!(**word, "exec" | "command"))?;
            let name = program.rsplit('/').next().unwrap_or(program);
            PROGRAMS.iter().find(|known| **known == name).map(|known| (*known, command.line))
        });
        if let Some((with, line)) = drop {
            let line = line.saturating_add(1);
            let span = Span { line, column: 1, end_line: line, end_column: 1 };
            found.add(span, Data::PrivilegeDrop(PrivilegeDrop { with: with.to_owned() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn drops(text: &str) -> Option<String> {
        let language = Some(Language::Shell);
        let file = File { path: "docker/entrypoint.sh".into(), bytes: 0, role: Role::Script, language, lines: 0 };
        let extracted = Extractors::of(vec![Box::new(PrivilegeDrops)]).unwrap().extract(&file, text);
        extracted.facts.into_iter().find_map(|fact| match fact.data {
            Data::PrivilegeDrop(drop) => Some(format!("{}:{}", fact.place.span.line, drop.with)),
            _ => None,
        })
    }

    #[test]
    fn scripts_that_start_the_program_as_another_user() {
        let text = "#!/bin/sh\nset -e\nif [ \"$(id -u)\" = 0 ]; then\n  exec gosu app \"$@\"\nfi\n";
        assert_eq!(drops(text).as_deref(), Some("4:gosu"));
        assert_eq!(drops("#!/bin/sh\nexec setpriv --reuid=app --clear-groups node x\n").as_deref(), Some("2:setpriv"));
        assert_eq!(drops("#!/bin/sh\n# gosu app\necho gosu\nexec \"$@\"\n"), None);
    }

    #[test]
    fn names_in_dockerfiles_are_whole_words() {
        assert_eq!(named_in("apk add --no-cache su-exec tini"), Some("su-exec"));
        assert_eq!(named_in("curl https://x/s6-overlay-noarch.tar.xz"), Some("s6-overlay"));
        assert_eq!(named_in("echo my-gosub"), None);
    }
}
