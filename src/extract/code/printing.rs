//! Calls that print to the console in Python, Go, C#, Ruby, Java, Kotlin, PHP, Rust and Elixir.
//!
//! The names are the language's own and stand alone, so the view of the text without comments and strings is enough:
//! no file is parsed for them. What a command says to who started it is told apart.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{ConsoleCall, Data, File, Language};
use crate::syntax::Source;

/// Finds calls that print.
#[derive(Clone, Copy)]
pub(crate) struct PrintCalls;

/// How a language prints.
struct Habit {
    language: Language,
    /// The calls: the literal, and the name to show. Literals of one letter or two start with a blank, so that they are
    /// rare.
    calls: &'static [(&'static str, &'static str)],
    /// Whether a call must start its statement, because the name is an everyday word.
    starts_statement: bool,
    /// Modules by which a file is a command with output of its own.
    command: &'static [&'static str],
}

const HABITS: &[Habit] = &[
    Habit {
        language: Language::Python,
        calls: &[("print(", "print"), ("pprint(", "pprint")],
        starts_statement: true,
        command: &[
            "import argparse",
            "from argparse",
            "import click",
            "from click",
            "import typer",
            "from typer",
            "BaseCommand",
            "import fire",
            "from docopt",
        ],
    },
    Habit {
        language: Language::Go,
        calls: &[("fmt.Print(", "fmt.Print"), ("fmt.Println(", "fmt.Println"), ("fmt.Printf(", "fmt.Printf")],
        starts_statement: false,
        command: &[
            "spf13/cobra\"",
            "urfave/cli",
            "alecthomas/kong\"",
            "\"flag\"",
            "spf13/pflag\"",
            "alecthomas/kingpin",
            "fmt.Scan",
        ],
    },
    Habit {
        language: Language::CSharp,
        calls: &[
            ("Console.Write(", "Console.Write"),
            ("Console.WriteLine(", "Console.WriteLine"),
            ("Console.Error.Write(", "Console.Error.Write"),
            ("Console.Error.WriteLine(", "Console.Error.WriteLine"),
            ("Console.Out.WriteLine(", "Console.Out.WriteLine"),
        ],
        starts_statement: false,
        command: &[
            "using System.CommandLine",
            "using Spectre.Console.Cli",
            "using CommandLine;",
            "using McMaster.Extensions.CommandLineUtils",
            "using Cocona",
        ],
    },
    Habit {
        language: Language::Ruby,
        calls: &[
            ("puts ", "puts"),
            ("puts(", "puts"),
            ("puts\n", "puts"),
            ("  p ", "p"),
            ("  pp ", "pp"),
            ("  print ", "print"),
        ],
        starts_statement: true,
        command: &["OptionParser", "< Thor", "TTY::", "Dry::CLI"],
    },
    Habit {
        language: Language::Java,
        calls: &[
            ("System.out.print", "System.out.print"),
            ("System.err.print", "System.err.print"),
            (".printStackTrace()", "printStackTrace"),
        ],
        starts_statement: false,
        command: &["import picocli.", "org.apache.commons.cli", "import com.beust.jcommander"],
    },
    Habit {
        language: Language::Kotlin,
        calls: &[
            ("println(", "println"),
            ("print(", "print"),
            ("System.out.print", "System.out.print"),
            ("System.err.print", "System.err.print"),
            (".printStackTrace()", "printStackTrace"),
        ],
        starts_statement: false,
        command: &["ajalt.clikt", "kotlinx.cli", "import picocli."],
    },
    Habit {
        language: Language::Php,
        calls: &[
            ("var_dump(", "var_dump"),
            ("print_r(", "print_r"),
            (" dd(", "dd"),
            ("\ndd(", "dd"),
            ("dump(", "dump"),
        ],
        starts_statement: true,
        command: &["extends Command", "Symfony\\Component\\Console\\"],
    },
    Habit {
        language: Language::Rust,
        calls: &[
            ("println!(", "println!"),
            ("print!(", "print!"),
            ("eprintln!(", "eprintln!"),
            ("eprint!(", "eprint!"),
            ("dbg!(", "dbg!"),
        ],
        starts_statement: false,
        command: &[
            "use clap::",
            "clap::Parser",
            "clap::Command",
            "use structopt",
            "use argh",
            "use lexopt",
            "use pico_args",
        ],
    },
    Habit {
        language: Language::Elixir,
        calls: &[
            ("IO.puts(", "IO.puts"),
            ("IO.puts ", "IO.puts"),
            ("IO.inspect(", "IO.inspect"),
            ("IO.inspect ", "IO.inspect"),
            ("IO.write(", "IO.write"),
        ],
        starts_statement: false,
        command: &["use Mix.Task", "OptionParser.parse"],
    },
];

/// Folders of commands that people start at a terminal.
const COMMAND_FOLDERS: &[&str] = &["cli", "commands", "bin", "Console"];

impl Extractor for PrintCalls {
    fn name(&self) -> &'static str {
        "print-calls"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(literals().map(|(_, literal, _)| literal.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && file.language.is_some_and(|language| habit(language).is_some())
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let Some(habit) = source.file.language.and_then(habit) else { return };
        let own: Vec<(usize, &str, &str)> = hits
            .iter()
            .filter_map(|hit| literals().nth(hit.literal).map(|(language, text, name)| (language, hit.at, text, name)))
            .filter(|(language, ..)| *language == habit.language)
            .map(|(_, at, text, name)| (at + text.len() - text.trim_start().len(), text.trim_start(), name))
            .collect();
        if own.is_empty() {
            return;
        }
        let code = source.code();
        let is_command = is_command(source, habit);
        let (tests_from, main_from) = sections(code, habit.language);
        let mut last = None;
        for (at, literal, name) in own {
            if at >= tests_from || last == Some(at) || !is_call(code, at, literal, habit) {
                continue;
            }
            last = Some(at);
            let own_output = is_command || at >= main_from;
            let data = ConsoleCall { call: name.to_owned(), own_output };
            found.add(source.span(at..at + literal.trim_end().len()), Data::ConsoleCall(data));
        }
    }
}

/// Every literal with its language and the name to show, in the order of the demand.
fn literals() -> impl Iterator<Item = (Language, &'static str, &'static str)> {
    HABITS.iter().flat_map(|habit| habit.calls.iter().map(|(literal, name)| (habit.language, *literal, *name)))
}

fn habit(language: Language) -> Option<&'static Habit> {
    HABITS.iter().find(|habit| habit.language == language)
}

fn is_command(source: &Source<'_>, habit: &Habit) -> bool {
    let (path, text) = (&*source.file.path, source.text());
    // A migration says how far it is to who runs it.
    let is_run_by_hand =
        |folder: &str| COMMAND_FOLDERS.contains(&folder) || folder == "migrate" || folder.ends_with("migrations");
    path.split('/').rev().skip(1).any(is_run_by_hand)
        || path.ends_with("__main__.py")
        || habit.command.iter().any(|sign| text.contains(sign))
}

/// Where a file's own tests start, and where what runs as a script does.
fn sections(code: &str, language: Language) -> (usize, usize) {
    let from = |sign: &str| code.find(sign).unwrap_or(usize::MAX);
    match language {
        Language::Rust => (super::inline_tests(code), usize::MAX),
        Language::Python => (usize::MAX, from("\nif __name__ ")),
        _ => (usize::MAX, usize::MAX),
    }
}

fn is_call(code: &str, at: usize, literal: &str, habit: &Habit) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@');
    let Some(rest) = code.get(at..).filter(|rest| rest.starts_with(literal)) else { return false };
    let before = code.get(..at).unwrap_or("");
    let is_qualified = habit.language == Language::CSharp && before.ends_with("System.");
    let is_other = before.ends_with(is_part) || before.ends_with(['.', '>', ':']);
    if literal.starts_with(is_part) && is_other && !is_qualified {
        return false;
    }
    if !habit.starts_statement {
        // A function of that name is declared here.
        return !before.ends_with("fun ");
    }
    let line = before.rsplit('\n').next().unwrap_or("");
    let starts = line.trim().is_empty()
        || line.trim_end().ends_with([';', '{', '}', ':', '|'])
        || [" do", " then", "else"].iter().any(|word| line.trim_end().ends_with(word));
    // `p = 1` is a variable, `p - 1` a difference.
    let argument = rest.get(literal.len()..).unwrap_or("").trim_start();
    starts && !(literal.ends_with(' ') && argument.starts_with(['=', '-', '+', '/', '*', '<', '>', '|', '&', '?', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::code::testing;

    fn calls(path: &str, text: &str) -> Vec<String> {
        testing::facts(&PrintCalls, path, text)
            .into_iter()
            .map(|fact| match fact.data {
                Data::ConsoleCall(it) => {
                    format!("{} {}{}", fact.place.span.line, it.call, if it.own_output { " own" } else { "" })
                }
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn each_language_has_its_names() {
        assert_eq!(calls("a.py", "def f():\n    print(1)\n    if x: print(2)\n"), ["2 print", "3 print"]);
        assert_eq!(
            calls("a.go", "package a\nfunc f() { fmt.Println(1); fmt.Printf(\"\") }\n"),
            ["2 fmt.Println", "2 fmt.Printf"]
        );
        assert_eq!(
            calls("A.cs", "class A { void F() { Console.WriteLine(1); Console.Error.WriteLine(2); } }"),
            ["1 Console.WriteLine", "1 Console.Error.WriteLine"]
        );
        assert_eq!(
            calls("a.rb", "puts 1\nputs\n  p x\nx.each { |y| puts(y) }\n"),
            ["1 puts", "2 puts", "3 p", "4 puts"]
        );
        assert_eq!(
            calls("A.java", "class A { void f() { System.out.println(1); e.printStackTrace(); } }"),
            ["1 System.out.print", "1 printStackTrace"]
        );
        assert_eq!(calls("a.php", "<?php\nvar_dump($x);\n  dd($x);\n"), ["2 var_dump", "3 dd"]);
        assert_eq!(calls("a.rs", "fn f() { println!(\"\"); dbg!(x); }"), ["1 println!", "1 dbg!"]);
        assert_eq!(calls("a.kt", "fun f() { println(1); System.out.println(2) }"), ["1 println", "1 System.out.print"]);
        assert_eq!(calls("A.cs", "System.Console.Write(1);"), ["1 Console.Write"]);
        assert_eq!(
            calls("a.ex", "def f(x) do\n  IO.puts \"a\"\n  x |> IO.inspect()\n  Logger.info(\"IO.puts(1)\")\nend\n"),
            ["2 IO.puts", "3 IO.inspect"]
        );
    }

    #[test]
    fn what_only_looks_like_it_does_not_count() {
        assert_eq!(calls("a.py", "# print(1)\ns = 'print(1)'\nx.print(1)\ndef print(a): ...\nblueprint(1)\n"), [""; 0]);
        assert_eq!(
            calls(
                "a.go",
                "package a\n// fmt.Println(1)\nvar s = `fmt.Println(1)`\nfunc f() { fmt.Sprintf(\"\"); xfmt.Println(1); fmt.Fprintln(w) }\n"
            ),
            [""; 0]
        );
        assert_eq!(
            calls("A.cs", "// Console.WriteLine(1)\nvar s = \"Console.WriteLine(1)\"; MyConsole.WriteLine(1);"),
            [""; 0]
        );
        assert_eq!(calls("a.rb", "# puts 1\n  p = 1\n  p - 1\nio.puts 1\ns = 'puts 1'\ninputs 1\n"), [""; 0]);
        assert_eq!(calls("a.php", "<?php\n// dd(1)\n$this->dump(1);\nadd(1);\nfunction dd($x) {}\n"), [""; 0]);
        assert_eq!(
            calls("a.rs", "// println!()\nfn f() {}\n#[cfg(test)]\nmod tests { fn g() { println!(\"\"); } }\n"),
            [""; 0]
        );
    }

    #[test]
    fn a_command_has_output_of_its_own() {
        assert_eq!(
            calls("a.py", "def f():\n    print(1)\n\nif __name__ == '__main__':\n    print(2)\n"),
            ["2 print", "5 print own"]
        );
        assert_eq!(calls("a.py", "import click\n\ndef f():\n    print(1)\n"), ["4 print own"]);
        assert_eq!(calls("shop/management/commands/sync.py", "print(1)\n"), ["1 print own"]);
        assert_eq!(calls("db/migrate/1_x.rb", "puts 1\n"), ["1 puts own"]);
        assert_eq!(calls("internal/cli/info.go", "package cli\nfunc f() { fmt.Println(1) }\n"), ["2 fmt.Println own"]);
    }
}
