//! Reads of environment variables in code and configuration: the forms of each language, as data.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EnvironmentRead, File, Language};
use crate::syntax::Source;

/// Whose files a form is looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    JavaScript,
    One(Language),
    Jvm,
    /// Configuration of Spring.
    Spring,
    /// Files of Docker Compose.
    Compose,
    /// Configuration of Symfony.
    Symfony,
}

/// A form of reading a variable: where its literal stands in code, the expression, which starts there, gives the name.
struct Form {
    of: Where,
    literal: &'static str,
    expression: &'static str,
}

const NAME: &str = "(?<name>[A-Za-z_][A-Za-z0-9_]*)";

const MEMBER: &str = r#"(?:\??\.NAME|(?:\?\.)?\[\s*["'`]NAME_2["'`]\s*\])"#;
const CALL: &str = r#"\s*\(?\s*@?["']NAME["']"#;

/// A key of .NET's configuration, in which `:` parts the levels that a variable parts by `__`.
const KEY: &str = r#"\s*"(?<name>[A-Za-z_][A-Za-z0-9_:]*)""#;

/// The keys of this call stand below `ConnectionStrings`.
const CONNECTION: &str = ".GetConnectionString(";

const CAPITALS: &str = r#"\s*["'](?<name>[A-Z][A-Z0-9]*_[A-Z0-9_]+)["']\s*[,)]"#;

const FORMS: &[Form] = &[
    Form { of: Where::JavaScript, literal: "process.env", expression: MEMBER },
    Form { of: Where::JavaScript, literal: "import.meta.env", expression: MEMBER },
    Form { of: Where::JavaScript, literal: "Bun.env", expression: MEMBER },
    Form { of: Where::JavaScript, literal: "Deno.env.get", expression: CALL },
    // A project's own helpers: `env("X")`, `requireEnv("X")`.
    Form { of: Where::JavaScript, literal: "env(", expression: CAPITALS },
    Form { of: Where::JavaScript, literal: "Env(", expression: CAPITALS },
    Form { of: Where::One(Language::Python), literal: "environ[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::One(Language::Python), literal: "environ.get", expression: CALL },
    Form { of: Where::One(Language::Python), literal: "getenv", expression: CALL },
    Form { of: Where::One(Language::Go), literal: "os.Getenv", expression: CALL },
    Form { of: Where::One(Language::Go), literal: "os.LookupEnv", expression: CALL },
    Form { of: Where::One(Language::Go), literal: "env:\"", expression: "NAME[,\"]" },
    Form { of: Where::One(Language::Go), literal: "envconfig:\"", expression: "NAME[,\"]" },
    Form { of: Where::One(Language::Rust), literal: "env::var", expression: r#"(?:_os)?\s*\(\s*"NAME""# },
    Form { of: Where::One(Language::Rust), literal: "dotenvy::var", expression: CALL },
    Form { of: Where::Jvm, literal: "System.getenv", expression: CALL },
    Form { of: Where::Jvm, literal: "@Value(\"${", expression: "NAME[:}]" },
    Form { of: Where::One(Language::CSharp), literal: "GetEnvironmentVariable", expression: CALL },
    Form { of: Where::One(Language::CSharp), literal: "configuration[", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: "Configuration[", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: "config[", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: CONNECTION, expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: ".GetRequiredValue(", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: ".GetSection(", expression: KEY },
    Form { of: Where::One(Language::CSharp), literal: ".GetRequiredSection(", expression: KEY },
    Form {
        of: Where::One(Language::CSharp),
        literal: ".GetValue<",
        expression: r#"[A-Za-z0-9_.?\[\]]{1,60}>\s*\(\s*"(?<name>[A-Za-z_][A-Za-z0-9_:]*)""#,
    },
    Form { of: Where::One(Language::Ruby), literal: "ENV[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::One(Language::Ruby), literal: "ENV.fetch", expression: CALL },
    Form { of: Where::One(Language::Php), literal: "env(", expression: r#"\s*["']NAME["']"# },
    Form { of: Where::One(Language::Php), literal: "getenv", expression: CALL },
    Form { of: Where::One(Language::Php), literal: "$_ENV[", expression: r#"\s*["']NAME["']\s*\]"# },
    Form { of: Where::One(Language::Elixir), literal: "System.get_env", expression: CALL },
    Form { of: Where::One(Language::Elixir), literal: "System.fetch_env", expression: r#"!?\s*\(?\s*"NAME""# },
    Form { of: Where::Spring, literal: "${", expression: "NAME[:}]" },
    Form { of: Where::Symfony, literal: "%env(", expression: r"(?:[a-z_]+:)*(?:default:[a-z_.]*:)?NAME\)%" },
    Form { of: Where::Compose, literal: "${", expression: "NAME[:}?+-]" },
];

/// The literals of the readers that need more than one form: settings classes and helpers of libraries.
const PYTHON_LIBRARIES: &[&str] =
    &["BaseSettings", "environ.Env", "from decouple import", "from environs import", "starlette.config"];

static EXPRESSIONS: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| FORMS.iter().map(|form| Regex::new(&format!("^{}", named(form.expression))).ok()).collect());

/// An expression with the patterns of its names in their places.
fn named(expression: &str) -> String {
    expression.replace("NAME_2", &NAME.replace("<name>", "<name2>")).replace("NAME", NAME)
}

/// Finds reads of variables.
pub(super) struct EnvironmentReads {
    literals: Vec<String>,
}

impl EnvironmentReads {
    pub(super) fn new() -> Self {
        let literals: BTreeSet<&str> =
            FORMS.iter().map(|form| form.literal).chain(PYTHON_LIBRARIES.iter().copied()).collect();
        Self { literals: literals.into_iter().map(str::to_owned).collect() }
    }
}

impl Where {
    pub(super) fn holds(self, file: &File) -> bool {
        match self {
            Self::JavaScript => file.language.is_some_and(Language::is_javascript_family),
            Self::One(language) => file.language == Some(language),
            Self::Jvm => {
                matches!(file.language, Some(Language::Java | Language::Kotlin | Language::Scala | Language::Groovy))
            }
            Self::Spring => is_spring(file),
            Self::Compose => is_compose(file),
            Self::Symfony => is_symfony(file),
        }
    }
}

fn is_spring(file: &File) -> bool {
    let name = file.name();
    (name.starts_with("application") || name.starts_with("bootstrap"))
        && matches!(file.extension(), "yml" | "yaml" | "properties")
}

/// YAML below a folder `config`; only the form of the reference tells that it is Symfony's.
fn is_symfony(file: &File) -> bool {
    matches!(file.extension(), "yml" | "yaml") && file.folder().split('/').any(|part| part == "config")
}

fn is_compose(file: &File) -> bool {
    let name = file.name();
    (name.starts_with("docker-compose") || name.starts_with("compose")) && matches!(file.extension(), "yml" | "yaml")
}

impl Extractor for EnvironmentReads {
    fn name(&self) -> &'static str {
        "environment-read"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(self.literals.clone())
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && (file.language.is_some() || is_spring(file) || is_compose(file) || is_symfony(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        let masked = source.file.language.map(|_| source.code_inside());
        let code = masked.as_deref().map(|masked| Code { text, masked });
        let mut reads: BTreeSet<Read<'_>> = BTreeSet::new();
        for hit in hits {
            let Some(literal) = self.literals.get(hit.literal) else { continue };
            let is_tag = literal.starts_with("env") && literal.ends_with('"');
            let is_read = match code {
                Some(code) => is_tag || code.holds(hit.at),
                None => !is_in_line_comment(text, hit.at),
            };
            if !is_read || is_part_of_a_name(text, hit.at, literal) {
                continue;
            }
            reads.extend(read_by_forms(source.file, text, hit.at, literal));
            if let Some(code) = code
                && PYTHON_LIBRARIES.contains(&literal.as_str())
                && source.file.language == Some(Language::Python)
            {
                reads.extend(library_reads(text, hit.at, literal, code));
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
            let is_reference = matches!(form.of, Where::Spring | Where::Compose) || literal.starts_with("@Value");
            let is_other = is_assigned(after, text.get(..at).unwrap_or(""))
                // The beginning of a name that the code puts together.
                || name.as_str().ends_with('_')
                || (is_reference && name.as_str().bytes().any(|byte| byte.is_ascii_lowercase()))
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
    let Some(before) = before.strip_suffix('=').map(str::trim_end) else { return Vec::new() };
    let Some(inner) = before.strip_suffix('}') else { return Vec::new() };
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

/// Whether the literal continues a longer name: `my_getenv`. A capital starts a word of its own name.
pub(super) fn is_part_of_a_name(text: &str, at: usize, literal: &str) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.as_bytes().get(before)).copied().unwrap_or(b' ');
    literal.starts_with(|c: char| c.is_ascii_lowercase()) && (before.is_ascii_alphanumeric() || before == b'_')
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

/// The fields of a class that derives from pydantic's `BaseSettings`, in the line of the byte. Those with a prefix
/// are left out: their variables' names stand nowhere in the text.
fn settings_fields<'a>(text: &'a str, at: usize, code: Code<'_>) -> Vec<Read<'a>> {
    let line_start = text.get(..at).unwrap_or("").rfind('\n').map_or(0, |newline| newline + 1);
    let from_line = text.get(line_start..).unwrap_or("");
    if !from_line.starts_with("class ") {
        return Vec::new();
    }
    let body = body_of_class(from_line);
    let has_prefix = PREFIX.as_ref().and_then(|prefix| prefix.captures(from_line.get(body.clone())?));
    if has_prefix.is_some_and(|found| found.name("prefix").is_some_and(|prefix| !prefix.is_empty())) {
        return Vec::new();
    }
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
            reads.push((own + name.start(), own + name.end(), Cow::Borrowed(name.as_str())));
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
