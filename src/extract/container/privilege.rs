//! Programs that start another one as a user who is not root: entry points run them.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, PrivilegeDrop, Span};
use crate::syntax::Source;

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
        // The shell's reader takes these programs off, as it is after what they start.
        let mut lines = (1_u32..).zip(source.text().lines());
        let drop = lines.find_map(|(line, text)| started_by(text).map(|with| (with, line)));
        if let Some((with, line)) = drop {
            let span = Span { line, column: 1, end_line: line, end_column: 1 };
            found.add(span, Data::PrivilegeDrop(PrivilegeDrop { with: with.to_owned() }));
        }
    }
}

/// The program that a line starts for dropping privileges: `exec gosu app "$@"`.
fn started_by(line: &str) -> Option<&'static str> {
    let code = line.split(" #").next().filter(|code| !code.trim_start().starts_with('#'))?;
    code.split([';', '&', '|', '(']).find_map(|command| {
        let is_prefix = |word: &&str| matches!(*word, "exec" | "command" | "then" | "else" | "do");
        let mut words = command.split_whitespace().skip_while(|word| is_prefix(word));
        let program = words.next()?;
        // Without arguments it is the name of something.
        words.next()?;
        let name = program.rsplit('/').next().unwrap_or(program);
        PROGRAMS.iter().copied().find(|known| *known == name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;
    use crate::facts::Role;

    fn drops(text: &str) -> Option<String> {
        let language = Some(Language::Shell);
        let file = File { path: "docker/entrypoint.sh".into(), bytes: 0, role: Role::Script, language, lines: 0 };
        let extracted = Extractors::of(vec![Box::new(PrivilegeDrops)]).extract(&file, text);
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
