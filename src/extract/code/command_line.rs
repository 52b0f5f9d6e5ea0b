//! Programs in JavaScript and TypeScript that people start at a terminal: what they print is their answer.

use crate::syntax::Source;

/// Modules that parse a command line.
const COMMANDS: &[&str] =
    &["commander", "yargs", "cac", "meow", "@oclif/core", "minimist", "citty", "clipanion", "sade"];

/// Whether a file is a program that somebody starts at a terminal and that answers there.
pub(super) fn is_command(source: &Source<'_>) -> bool {
    let text = source.text();
    let imports = |module: &&str| {
        ['"', '\''].iter().any(|quote| {
            let written = format!("{quote}{module}{quote}");
            text.contains(&format!("from {written}")) || text.contains(&format!("require({written})"))
        })
    };
    source.file.path.split('/').rev().skip(1).any(|folder| matches!(folder, "cli" | "bin"))
        || text.starts_with("#!")
        || COMMANDS.iter().any(imports)
        || text.contains("parseArgs(") && text.contains("util\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{File, Role};

    #[test]
    fn a_program_for_the_terminal_is_told_by_its_folder_its_first_line_or_its_imports() {
        let is = |path: &str, text: &str| {
            let file = File { path: path.into(), bytes: 0, role: Role::Product, language: None, lines: 0 };
            is_command(&Source::new(&file, text))
        };
        assert!(is("src/cli/sync.ts", ""));
        assert!(is("src/sync.js", "#!/usr/bin/env node\n"));
        assert!(is("src/sync.ts", "import { Command } from \"commander\";\n"));
        assert!(is("src/sync.js", "const yargs = require('yargs');\n"));
        assert!(!is("src/client/sync.ts", "import { command } from \"./commander\";\n"));
        assert!(!is("src/commands/ping.ts", "export const ping = () => console.log(1);\n"));
    }
}
