//! Shell scripts of the repository, so that pipelines which start one can be followed into it.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Language, Span, TaskRunner};
use crate::syntax::Source;

/// Longer scripts are installers and the like; nobody's checks live there.
const MAX_BYTES: usize = 200_000;

/// Keeps the text of shell scripts. The name of the task is the path.
pub(super) struct ShellScripts;

impl Extractor for ShellScripts {
    fn name(&self) -> &'static str {
        "shell-script"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        let may_be_shell = file.language == Some(Language::Shell) || !file.name().contains('.');
        may_be_shell && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let first = text.lines().next().unwrap_or("");
        let has_shebang = first.starts_with("#!")
            && first.split(['/', ' ']).any(|word| matches!(word, "sh" | "bash" | "zsh" | "dash" | "ksh"));
        if text.len() <= MAX_BYTES && (has_shebang || source.file.language == Some(Language::Shell)) {
            found.add(Span::START, fact(task(TaskRunner::Script, &source.file.path, text.to_owned())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    #[test]
    fn scripts_are_known_by_extension_or_first_line() {
        assert_eq!(tasks_of(&ShellScripts, "scripts/a.sh", "ls\n")[0].1.name, "scripts/a.sh");
        assert_eq!(tasks_of(&ShellScripts, "ci/test", "#!/usr/bin/env bash\nls\n").len(), 1);
        assert!(tasks_of(&ShellScripts, "bin/rails", "#!/usr/bin/env ruby\nx\n").is_empty());
        assert!(tasks_of(&ShellScripts, "LICENSE", "MIT\n").is_empty());
    }
}
