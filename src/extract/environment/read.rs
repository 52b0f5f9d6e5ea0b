//! Reads of environment variables in code and configuration: the forms of each language, as data.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::forms::{
    CONNECTION, EXPRESSIONS, FORMS, JAVASCRIPT_LIBRARIES, PYTHON_LIBRARIES, Where, is_configuration, named,
};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EnvironmentRead, File, Language};
use crate::syntax::Source;

/// The literals of all readers that need more than one form.
const LIBRARIES: [&[&str]; 2] = [PYTHON_LIBRARIES, JAVASCRIPT_LIBRARIES];

/// Finds reads of variables.
pub(super) struct EnvironmentReads {
    literals: Vec<String>,
}

impl EnvironmentReads {
    pub(super) fn new() -> Self {
        let literals: BTreeSet<&str> =
            FORMS.iter().map(|form| form.literal).chain(LIBRARIES.into_iter().flatten().copied()).collect();
        Self { literals: literals.into_iter().map(str::to_owned).collect() }
    }
}

impl Extractor for EnvironmentReads {
    fn name(&self) -> &'static str {
        "environment-read"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.literals.clone())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && (file.language.is_some() || is_configuration(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let masked = source.file.language.map(|_| source.code_inside());
        let code = masked.as_deref().map(|masked| Code { text, masked });
        let mut reads: BTreeSet<Read<'_>> = BTreeSet::new();
        for hit in hits {
            let Some(literal) = self.literals.get(hit.literal) else { continue };
            // Both stand in texts: the tags of Go's fields, and the names of modules.
            let is_in_text = source.file.language == Some(Language::Go) && literal.ends_with('"')
                || JAVASCRIPT_LIBRARIES.contains(&literal.as_str());
            let is_read = match code {
                Some(code) => is_in_text || code.holds(hit.at),
                None => !is_in_line_comment(text, hit.at),
            };
            if !is_read || is_part_of_a_name(text, hit.at, literal) {
                continue;
            }
            reads.extend(read_by_forms(source.file, text, hit.at, literal));
            let Some(code) = code else { continue };
            if Where::One(Language::Python).holds(source.file) && PYTHON_LIBRARIES.contains(&literal.as_str()) {
                reads.extend(library_reads(text, hit.at, literal, code));
            } else if Where::JavaScript.holds(source.file) && JAVASCRIPT_LIBRARIES.contains(&literal.as_str()) {
                reads.extend(module_reads(text, hit.at, literal, code));
            }
        }
        for (start, end, name) in reads {
            found.add(source.span(start..end), Data::EnvironmentRead(EnvironmentRead { name: name.into_owned() }));
        }
    }
}

/// Where a read starts and ends, and the variable's name.
type Read<'a> = (usize, usize, Cow<'a, str>);

/// The variable that sets a key of configuration.
fn variable_of<'a>(name: &'a str, literal: &str) -> Cow<'a, str> {
    match name {
        _ if literal == CONNECTION => Cow::Owned(format!("ConnectionStrings__{name}")),
        _ if name.contains(':') => Cow::Owned(name.replace(':', "__")),
        _ => Cow::Borrowed(name),
    }
}

fn read_by_forms<'a>(file: &File, text: &'a str, at: usize, literal: &str) -> Vec<Read<'a>> {
    let after_literal = at + literal.len();
    let Some(rest) = text.get(after_literal..) else { return Vec::new() };
    let mut reads = Vec::new();
    for (form, expression) in FORMS.iter().zip(EXPRESSIONS.iter()) {
        if form.literal != literal || !form.of.holds(file) {
            continue;
        }
        let found = expression.as_ref().and_then(|expression| expression.captures(rest));
        let name = found.as_ref().and_then(|found| found.name("name").or_else(|| found.name("name2")));
        if let (Some(whole), Some(name)) = (found.as_ref().and_then(|found| found.get(0)), name) {
            let after = rest.get(whole.end()..).unwrap_or("");
            let is_reference =
                matches!(form.of, Where::Spring | Where::Hocon | Where::Compose) || literal.starts_with("@Value");
            let is_other = is_assigned(after, text.get(..at).unwrap_or(""))
                // The beginning of a name that the code puts together.
                || name.as_str().ends_with('_')
                || (is_reference && name.as_str().bytes().any(|byte| byte.is_ascii_lowercase()))
                || (form.of == Where::One(Language::Rust) && !literal.contains("::") && !text.contains("clap"))
                || (form.of == Where::Compose && text.get(..at).is_some_and(|before| before.ends_with('$')));
            if !is_other {
                reads.push((at, after_literal + whole.end(), variable_of(name.as_str(), literal)));
            }
        } else if form.of == Where::JavaScript {
            reads.extend(destructured(text, at));
        }
    }
    reads
}

/// Whether what follows writes to the variable instead, or it is deleted.
fn is_assigned(after: &str, before: &str) -> bool {
    let after = after.trim_start();
    (after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=>"))
        || before.trim_end().ends_with("delete")
}

/// The names in `const { A, B: b = "x" } = process.env`, where the object starts at that byte.
fn destructured(text: &str, at: usize) -> Vec<Read<'_>> {
    let before = text.get(..at).unwrap_or("").trim_end();
    before.strip_suffix('=').map_or(Vec::new(), names_in_braces)
}

/// The names in the braces at the end of a text.
fn names_in_braces(text: &str) -> Vec<Read<'_>> {
    let Some(inner) = text.trim_end().strip_suffix('}') else { return Vec::new() };
    let Some(open) = inner.rfind('{') else { return Vec::new() };
    let mut start = open + 1;
    let mut reads = Vec::new();
    for item in inner.get(start..).unwrap_or("").split(',') {
        let own = item.trim_start();
        let offset = start + (item.len() - own.len());
        start += item.len() + 1;
        let length = own.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if let Some(name) = own.get(..length).filter(|name| !name.is_empty()) {
            reads.push((offset, offset + length, Cow::Borrowed(name)));
        }
    }
    reads
}

static MEMBER_OF_MODULE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&named(r"(?:^|[^A-Za-z0-9_.$])env\??\.NAME")).ok());

/// What a file of `SvelteKit` reads: the names that it imports, or the members of the object that it imports.
fn module_reads<'a>(text: &'a str, at: usize, literal: &str, code: Code<'_>) -> Vec<Read<'a>> {
    let before = text.get(..at).unwrap_or("").trim_end_matches(['"', '\'']).trim_end();
    let Some(imported) = before.strip_suffix("from").filter(|imported| code.holds(imported.len())) else {
        return Vec::new();
    };
    if literal.starts_with("$env/static") {
        return names_in_braces(imported);
    }
    let members = MEMBER_OF_MODULE.as_ref().map(|member| member.captures_iter(text));
    let names = members.into_iter().flatten().filter_map(|member| member.name("name"));
    let in_code = names.filter(|name| code.holds(name.start()));
    in_code.map(|name| (name.start(), name.end(), Cow::Borrowed(name.as_str()))).collect()
}

/// Whether the literal continues a longer name: `my_getenv`. A capital starts a word of its own name.
pub(super) fn is_part_of_a_name(text: &str, at: usize, literal: &str) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before)).copied().unwrap_or(b' ');
    // `_configuration` is a field of that name.
    let is_field = literal.ends_with('[') && before == b'_' && !text.get(..at - 1).is_some_and(ends_in_a_name);
    literal.starts_with(|c: char| c.is_ascii_lowercase()) && is_of_a_name(before) && !is_field
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn ends_in_a_name(text: &str) -> bool {
    text.bytes().next_back().is_some_and(is_of_a_name)
}

fn is_in_line_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim_start().starts_with(['#', '!']) || line.contains(" #")
}

static HELPER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&named(r#"(?:^|[^A-Za-z0-9_.])(?:env|config)(?:\.[a-z_]+)?\(\s*["']NAME["']"#)).ok());

static FIELD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&named(r"^(?<indent>[ \t]+)NAME\s*:\s*[A-Za-z]")).ok());

static ALIAS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&named(r#"[(,\s](?:validation_alias|alias|env)\s*=\s*["']NAME["']"#)).ok());

static PREFIX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"env_prefix\s*=\s*["'](?<prefix>[A-Za-z0-9_]*)["']"#).ok());

/// A text beside itself without comments and strings.
#[derive(Clone, Copy)]
struct Code<'a> {
    text: &'a str,
    masked: &'a str,
}

impl Code<'_> {
    /// Whether a byte, which is no space, is code.
    fn holds(self, at: usize) -> bool {
        self.masked.as_bytes().get(at) == self.text.as_bytes().get(at)
    }
}

/// What a library's way of reading names: the fields of a settings class, the calls of a reader.
fn library_reads<'a>(text: &'a str, at: usize, literal: &str, code: Code<'_>) -> Vec<Read<'a>> {
    if literal == "BaseSettings" {
        return settings_fields(text, at, code);
    }
    let calls = HELPER.as_ref().map(|helper| helper.captures_iter(text));
    let names = calls.into_iter().flatten().filter_map(|call| {
        let name = call.name("name")?;
        // The quote before the name is code where the call is.
        code.holds(name.start() - 1).then_some((name.start(), name.end(), Cow::Borrowed(name.as_str())))
    });
    names.collect()
}

/// The fields of a class that derives from pydantic's `BaseSettings`, in the line of the byte: by the name that the
/// field's line gives the variable, else by the prefix of the class and the field's own.
fn settings_fields<'a>(text: &'a str, at: usize, code: Code<'_>) -> Vec<Read<'a>> {
    let line_start = text.get(..at).unwrap_or("").rfind('\n').map_or(0, |newline| newline + 1);
    let from_line = text.get(line_start..).unwrap_or("");
    if !from_line.starts_with("class ") {
        return Vec::new();
    }
    let body = body_of_class(from_line);
    let prefix = PREFIX.as_ref().and_then(|prefix| prefix.captures(from_line.get(body.clone())?)?.name("prefix"));
    let prefix = prefix.map_or("", |prefix| prefix.as_str());
    let mut reads = Vec::new();
    let mut indent: Option<&str> = None;
    let mut start = line_start + body.start;
    for line in from_line.get(body).unwrap_or("").split_inclusive('\n') {
        let own = start;
        start += line.len();
        let field = FIELD.as_ref().and_then(|field| field.captures(line));
        let Some((name, depth)) = field.and_then(|found| Some((found.name("name")?, found.name("indent")?))) else {
            continue;
        };
        let first = *indent.get_or_insert(depth.as_str());
        if depth.as_str() == first && name.as_str() != "model_config" && code.holds(own + name.start()) {
            let alias = ALIAS.as_ref().and_then(|alias| alias.captures(line)?.name("name"));
            let variable = match alias {
                Some(alias) => Cow::Owned(alias.as_str().to_owned()),
                None if prefix.is_empty() => Cow::Borrowed(name.as_str()),
                None => Cow::Owned(format!("{prefix}{}", name.as_str())),
            };
            reads.push((own + name.start(), own + name.end(), variable));
        }
    }
    reads
}

/// The lines after a class's own, up to the first that is not indented.
fn body_of_class(text: &str) -> Range<usize> {
    let first = text.find('\n').map_or(text.len(), |newline| newline + 1);
    let mut end = first;
    for line in text.get(first..).unwrap_or("").split_inclusive('\n') {
        if !line.trim().is_empty() && !line.starts_with([' ', '\t']) {
            break;
        }
        end += line.len();
    }
    first..end
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
