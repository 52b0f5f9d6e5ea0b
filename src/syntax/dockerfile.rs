//! Dockerfiles and Containerfiles as instructions with positions: continued lines joined, comments between them left
//! out, heredocs kept apart, the `escape` directive obeyed.
//!
//! This knows the format. What an instruction means for an image is for `extract` to tell.

use std::ops::Range;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// `FROM`, `RUN`, …, in capitals.
    pub keyword: String,
    /// Its options before the arguments, without dashes: `("from", "build")`.
    pub options: Vec<(String, String)>,
    /// What follows, on one line; a newline stands only between the lines of heredocs.
    pub arguments: String,
    /// The bytes of its first line, from the keyword to the end of the line's text.
    pub range: Range<usize>,
}

impl Instruction {
    /// The value of an option.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The words of the arguments: those of the JSON form, or those of the plain one with quotes taken off.
    pub fn words(&self) -> Vec<String> {
        exec_form(&self.arguments).unwrap_or_else(|| split_words(&self.arguments))
    }

    /// Whether the arguments have the JSON form, which no shell reads.
    pub fn is_exec_form(&self) -> bool {
        exec_form(&self.arguments).is_some()
    }
}

/// Whether a name is one that the builders take for a Dockerfile, or that people give to one.
pub fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    // Prose, templates and ignore files about a Dockerfile are none, nor is code that deals with them.
    let is_code =
        |ending: &str| name.starts_with('d') && matches!(ending, "go" | "js" | "py" | "rb" | "rs" | "ts" | "java");
    let ending = lower.rsplit_once('.').map_or("", |(_, ending)| ending);
    if matches!(ending, "dockerignore" | "containerignore" | "md" | "j2" | "tpl" | "tmpl" | "erb") || is_code(ending) {
        return false;
    }
    ["dockerfile", "containerfile"].iter().any(|base| {
        let starts = lower.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']));
        starts || lower.strip_suffix(base).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    })
}

/// The instructions of a text, in its order. What is no instruction is left out.
pub fn parse(text: &str) -> Vec<Instruction> {
    let mut lines = Lines { text, at: 0 };
    let escape = escape_directive(text);
    let mut instructions = Vec::new();
    while let Some((start, line)) = lines.next() {
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let keyword_at = start + (line.len() - line.trim_start().len());
        let range = keyword_at..start + line.trim_end().len();
        let mut joined = String::new();
        let mut current = content;
        while let Some(before) = current.strip_suffix(escape) {
            joined.push_str(before);
            joined.push(' ');
            // Comments and empty lines inside a continued instruction are no part of it.
            let Some(next) = lines.find(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            else {
                current = "";
                break;
            };
            current = next.1.trim();
        }
        joined.push_str(current);
        if let Some(mut instruction) = instruction(&joined, range) {
            for word in heredocs(&instruction) {
                instruction.arguments.push('\n');
                for (_, line) in lines.by_ref() {
                    if line.trim() == word {
                        break;
                    }
                    instruction.arguments.push_str(line.trim_end());
                    instruction.arguments.push('\n');
                }
            }
            instructions.push(instruction);
        }
    }
    instructions
}

/// Lines with the byte at which each starts.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = rest.split_inclusive('\n').next()?;
        let start = self.at;
        self.at += line.len();
        Some((start, line))
    }
}

/// The escape character: a backslash, unless the comment lines at the top say otherwise.
fn escape_directive(text: &str) -> char {
    let directives = text.lines().map_while(|line| line.trim().strip_prefix('#'));
    let value = directives.filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == "escape");
    if value.is_some_and(|(_, value)| value.trim() == "`") { '`' } else { '\\' }
}

const KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

fn instruction(text: &str, range: Range<usize>) -> Option<Instruction> {
    let (keyword, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let keyword = keyword.to_ascii_uppercase();
    if !KEYWORDS.contains(&keyword.as_str()) {
        return None;
    }
    let mut options = Vec::new();
    rest = rest.trim_start();
    while let Some(option) = rest.strip_prefix("--") {
        let end = option.find(char::is_whitespace).unwrap_or(option.len());
        let (name, value) = option
            .get(..end)
            .and_then(|option| option.split_once('='))
            .unwrap_or((option.get(..end).unwrap_or(""), "true"));
        options.push((name.to_owned(), value.to_owned()));
        rest = option.get(end..).unwrap_or("").trim_start();
    }
    Some(Instruction { keyword, options, arguments: rest.trim_end().to_owned(), range })
}

/// The words that end the heredocs of an instruction: `<<EOF`, `<<-"EOF"`.
fn heredocs(instruction: &Instruction) -> Vec<String> {
    if !matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let starts = instruction.arguments.split("<<").skip(1);
    let word = |rest: &str| {
        let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(['"', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end)
            .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
            .map(str::to_owned)
    };
    starts.filter_map(word).collect()
}

/// The words of `["a", "b"]`.
fn exec_form(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text.trim()).ok()
}

/// Words at white space; quotes hold what is inside together and are taken off.
fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in text.chars() {
        match quote {
            Some(open) if character == open => quote = None,
            None if matches!(character, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            None if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        parse(text).iter().map(|one| format!("{} {}", one.keyword, one.arguments)).collect()
    }

    #[test]
    fn continued_lines_are_one_instruction_and_comments_inside_are_left_out() {
        let text =
            "# syntax=docker/dockerfile:1\nfrom node AS b\nRUN a && \\\n  # why\n\n  b \\\n  c\n# RUN no\nUSER app\n";
        assert_eq!(read(text), ["FROM node AS b", "RUN a &&  b  c", "USER app"]);
        let lines: Vec<_> = parse(text).iter().map(|one| text.get(one.range.clone()).unwrap().to_owned()).collect();
        assert_eq!(lines, ["from node AS b", "RUN a && \\", "USER app"]);
    }

    #[test]
    fn heredocs_belong_to_their_instruction() {
        let text = "FROM a\nRUN <<EOF bash\nUSER no\nEOF\nCOPY <<\"X\" <<Y /d/\nFROM no\nX\nz\nY\nUSER u\n";
        let found = parse(text);
        let keywords: Vec<&str> = found.iter().map(|one| one.keyword.as_str()).collect();
        assert_eq!(keywords, ["FROM", "RUN", "COPY", "USER"]);
        assert!(found[1].arguments.contains("USER no"));
    }

    #[test]
    fn options_and_forms() {
        let found = parse(
            "FROM --platform=$BUILDPLATFORM a:1 AS x\nCMD [\"sh\", \"-c\", \"a b\"]\nENTRYPOINT exec \"a b\" c\n",
        );
        assert_eq!(found[0].option("platform"), Some("$BUILDPLATFORM"));
        assert_eq!(found[0].words(), ["a:1", "AS", "x"]);
        assert_eq!(found[1].words(), ["sh", "-c", "a b"]);
        assert_eq!(found[2].words(), ["exec", "a b", "c"]);
    }

    #[test]
    fn the_escape_directive_is_obeyed() {
        assert_eq!(read("# escape=`\nFROM a\nCOPY x C:\\\nRUN a `\n b\n"), ["FROM a", "COPY x C:\\", "RUN a  b"]);
    }

    #[test]
    fn names_of_dockerfiles() {
        for name in
            ["Dockerfile", "Dockerfile.prod", "Containerfile", "api.dockerfile", "Dockerfile-dev", "dev.Dockerfile"]
        {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in ["dockerfile.go", "Dockerfile.dockerignore", ".dockerignore", "dockerfiles", "Dockerfile.md"] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }
}
