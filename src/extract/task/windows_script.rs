//! Scripts of Windows: the lines of a batch file or of a PowerShell script that start programs. What their languages
//! compute is left out.

use super::{fact, task};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, Span, TaskRunner};
use crate::syntax::Source;

/// Longer scripts are installers and the like; nobody's checks live there.
const MAX_BYTES: usize = 200_000;

/// Words of the languages, which start no program.
const OWN: &[&str] = &[
    "rem", "set", "setlocal", "endlocal", "if", "else", "for", "goto", "pushd", "popd", "pause", "shift", "title",
    "param", "function", "foreach", "while", "switch", "try", "catch", "finally", "throw", "return", "begin",
    "process", "end", "using", "do", "elseif",
];

/// Words that only run the command behind them.
const CALLS: &[&str] = &["& ", "call ", "CALL ", "cmd /c ", "exec ", "Exec "];

/// Keeps what they start. The name of the task is the path.
pub(super) struct WindowsScripts;

impl Extractor for WindowsScripts {
    fn name(&self) -> &'static str {
        "windows-script"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        matches!(file.extension(), "cmd" | "bat" | "ps1") && file.role.is_written()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        if source.text().len() <= MAX_BYTES {
            let lines: Vec<String> = logical_lines(source.text()).iter().filter_map(|line| command(line)).collect();
            found.add(Span::START, fact(task(TaskRunner::Script, &source.file.path, lines.join("\n"))));
        }
    }
}

/// Lines with those that they are continued on, without block comments.
fn logical_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut is_continued, mut is_comment) = (false, false);
    for line in text.lines() {
        is_comment = (is_comment || line.trim_start().starts_with("<#")) && !line.contains("#>");
        if is_comment || line.contains("#>") {
            continue;
        }
        let own = line.trim_end().trim_end_matches(['`', '^']);
        match lines.last_mut().filter(|_| is_continued) {
            Some(last) => last.extend([" ", own.trim()]),
            None => lines.push(own.trim().to_owned()),
        }
        is_continued = own.len() < line.trim_end().len();
    }
    lines
}

/// The command of a line as a POSIX shell would take it; `None` where it starts no program.
fn command(line: &str) -> Option<String> {
    let mut rest = line.trim_start_matches(['@', '(', '{', ' ']);
    if rest.starts_with(['#', ':', '$', '[', '}', ')', '%', '-']) {
        return None;
    }
    // What runs another command stands before it, and blocks may be around it.
    while let Some(inner) = CALLS.iter().find_map(|call| rest.strip_prefix(call)) {
        rest = inner.trim_start_matches(['{', ' ']);
    }
    let rest = rest.trim_end_matches(['}', ')', ' ', ';']);
    let (program, arguments) = rest.split_once(' ').unwrap_or((rest, ""));
    let program = program.trim_matches(['"', '\'']).replace('\\', "/");
    // Cmdlets are a verb and a noun: `Write-Host`.
    let is_cmdlet = program
        .split_once('-')
        .is_some_and(|(verb, noun)| verb.starts_with(char::is_uppercase) && noun.starts_with(char::is_uppercase));
    let is_program = !program.is_empty() && program.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./+".contains(&b));
    let is_own = OWN.contains(&program.to_ascii_lowercase().as_str());
    // What is piped into the shell's own commands is the program's before.
    let arguments = arguments
        .split(" | ")
        .next()
        .unwrap_or(arguments)
        .replace(['$', '(', ')', '<', '>', '{', '}', '`'], "")
        .replace('\\', "/");
    let is_balanced = |quote: char| arguments.matches(quote).count() % 2 == 0;
    let arguments = if is_balanced('"') && is_balanced('\'') { arguments } else { arguments.replace(['"', '\''], "") };
    (is_program && !is_own && !is_cmdlet).then(|| format!("{program} {arguments}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::task::testing::tasks_of;

    fn lines(path: &str, text: &str) -> Vec<String> {
        tasks_of(&WindowsScripts, path, text)[0].1.command.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_batch_file_starts_programs() {
        let text = "@echo off\r\nrem dotnet test one day\r\nsetlocal\r\nset CONFIG=Release\r\ncall npm ci\r\nif errorlevel 1 exit /b 1\r\ndotnet test ^\r\n  --configuration %CONFIG%\r\n:end\r\n";
        assert_eq!(lines("build.cmd", text), ["echo off", "npm ci", "dotnet test --configuration %CONFIG%"]);
    }

    #[test]
    fn a_script_of_powershell_starts_programs() {
        let text = "param([string]$Configuration = \"Release\")\n<#\ndotnet test\n#>\n$ErrorActionPreference = \"Stop\"\n# dotnet test\nWrite-Host \"Testing\"\nexec { & dotnet test .\\src\\Shop.sln -c $Configuration }\n& .\\tools\\lint.ps1 -Fix\nif ($LASTEXITCODE -ne 0) { throw \"failed\" }\n";
        assert_eq!(lines("build.ps1", text), ["dotnet test ./src/Shop.sln -c Configuration", "./tools/lint.ps1 -Fix"]);
    }
}
