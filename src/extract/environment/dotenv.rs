//! Files of environment variables: which are templates, what they name, whether a value could be a real secret.

use std::ops::Range;

use crate::extract::secret::{has_live_password, is_placeholder, is_secret_name, is_weak_password, looks_random};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, EnvironmentFile, File, Language, Span};
use crate::syntax::Source;

/// Words in the names of templates.
const TEMPLATES: &[&str] =
    &["example", "examples", "sample", "template", "tpl", "tmpl", "dist", "default", "defaults", "skel", "schema"];

/// Words in the names of files for tests, whose values are made up.
const TESTS: &[&str] = &["test", "testing", "tests", "ci", "e2e", "mock", "fixture"];

/// Words in the names of files for one's own machine.
const DEVELOPMENT: &[&str] = &["development", "dev", "docker", "devcontainer"];

/// Words that name an environment where nothing else in the name says what the file is: `env.production`.
const ENVIRONMENTS: &[&str] =
    &["prod", "production", "staging", "stage", "local", "development", "dev", "test", "ci", "preview"];

/// Endings of files that are about an environment and no list of variables.
const OTHER_ENDINGS: &[&str] =
    &["json", "yml", "yaml", "md", "txt", "html", "vault", "toml", "tf", "xml", "mdx", "j2", "erb", "hbs", "tera"];

/// Reads files of environment variables.
pub(super) struct EnvironmentFiles;

/// What a file's name says.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    is_template: bool,
    environment: String,
}

/// One variable of a file.
struct Variable<'a> {
    name: &'a str,
    value: &'a str,
    is_commented: bool,
    line: Range<usize>,
}

impl Extractor for EnvironmentFiles {
    fn name(&self) -> &'static str {
        "environment-file"
    }

    fn demand(&self) -> Demand {
        Demand::Always
    }

    fn wants(&self, file: &File) -> bool {
        file.role.is_written() && name_of(file.name()).is_some()
    }

    fn extract(&self, source: &Source<'_>, _hits: &[Hit], found: &mut Found<'_>) {
        let Some(Name { is_template, environment }) = name_of(source.file.name()) else { return };
        let variables = variables(source.text());
        let mut names: Vec<String> = variables.iter().map(|variable| variable.name.to_owned()).collect();
        names.sort_unstable();
        names.dedup();
        let set: Vec<&Variable<'_>> = variables.iter().filter(|variable| !variable.is_commented).collect();
        let secret = set.iter().find(|variable| could_be_secret(variable.name, variable.value, &environment));
        let has_placeholder = set.iter().any(|variable| is_left_open(variable));
        let span = secret.map_or(Span::START, |variable| source.span(variable.line.clone()));
        let file = EnvironmentFile { is_template, environment, names, has_secret: secret.is_some(), has_placeholder };
        found.add(span, Data::EnvironmentFile(file));
    }
}

/// The environment in the name of a file of variables, `""` where there is none; `None` where it is no such file.
pub(super) fn environment_of(name: &str) -> Option<String> {
    name_of(name).map(|name| name.environment)
}

/// What a file's name says; `None` where it is no file of environment variables.
fn name_of(name: &str) -> Option<Name> {
    let lower = name.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['.', '-', '_']).filter(|word| !word.is_empty()).collect();
    let (first, last) = (*words.first()?, *words.last()?);
    let is_template = words.iter().any(|word| TEMPLATES.contains(word));
    let is_dotted =
        lower == ".env" || lower.starts_with(".env.") || lower.starts_with(".env-") || lower.starts_with(".env_");
    let is_known_word =
        words.len() > 1 && words.iter().skip(1).all(|word| TEMPLATES.contains(word) || ENVIRONMENTS.contains(word));
    let starts = matches!(first, "env" | "dotenv") && (is_dotted || is_known_word);
    let is_code = Language::from_extension(last).is_some() || OTHER_ENDINGS.contains(&last);
    let ends = words.len() > 1 && lower.rsplit('.').next() == Some("env");
    if !(starts || ends) || is_code {
        return None;
    }
    let is_own = |word: &&&str| !TEMPLATES.contains(*word) && !matches!(**word, "env" | "dotenv");
    let environment: Vec<&str> = words.iter().filter(is_own).copied().collect();
    Some(Name { is_template, environment: environment.join("-") })
}

fn variables(text: &str) -> Vec<Variable<'_>> {
    let mut variables = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let own = start..start + line.trim_end().len();
        start += line.len();
        if let Some((name, value, is_commented)) = assignment(line) {
            variables.push(Variable { name, value, is_commented, line: own });
        }
    }
    variables
}

/// The name and value of a line such as `export NAME="value" # remark` or `# NAME=value`.
fn assignment(line: &str) -> Option<(&str, &str, bool)> {
    let trimmed = line.trim();
    let uncommented = trimmed.trim_start_matches('#').trim_start();
    let is_commented = uncommented.len() < trimmed.len();
    let uncommented = uncommented.strip_prefix("export ").unwrap_or(uncommented);
    let (name, value) = uncommented.split_once('=')?;
    let name = name.trim_end();
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    // In a comment a sentence may hold `=`; there a name has capitals only.
    if !is_name || (is_commented && name.bytes().any(|byte| byte.is_ascii_lowercase())) {
        return None;
    }
    Some((name, unquoted(value.trim()), is_commented))
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or(rest);
        }
    }
    value.split(" #").next().unwrap_or(value).trim_end()
}

/// Whether a variable of a secret waits for its value.
fn is_left_open(variable: &Variable<'_>) -> bool {
    is_secret_name(variable.name) && (variable.value.is_empty() || is_placeholder(variable.value))
}

/// Whether a value could be a real secret: judged by its variable's name and by what the file is for.
fn could_be_secret(name: &str, value: &str, environment: &str) -> bool {
    let is_for = |words: &[&str]| environment.split('-').any(|part| words.contains(&part));
    if is_for(TESTS) || value.is_empty() || value.starts_with("encrypted:") {
        return false;
    }
    if value.contains("PRIVATE KEY-----") || has_live_password(value) {
        return true;
    }
    let is_key = ["key", "token", "secret", "password", "credentials", "dsn"];
    let lower = name.to_ascii_lowercase();
    let is_public = ["public", "publishable", "anon", "client_id"].iter().any(|word| lower.contains(word));
    if is_public || is_placeholder(value) || value.contains("://") {
        return false;
    }
    let looks_drawn =
        looks_random(value, 16) && (is_secret_name(name) || is_key.iter().any(|end| lower.ends_with(end)));
    let is_personal = !is_for(DEVELOPMENT) && is_secret_name(name) && is_a_password(value);
    looks_drawn || is_personal
}

/// Whether a value reads as a password that somebody chose for something real: no word, flag, number or path.
fn is_a_password(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    value.len() >= 8
        && has(u8::is_ascii_alphabetic)
        && has(u8::is_ascii_digit)
        && !value.contains(['/', ' ', '.'])
        && !is_weak_password(value, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Role;

    fn read(name: &str, text: &str) -> Option<EnvironmentFile> {
        let file = File { path: name.into(), bytes: 0, role: Role::Configuration, language: None, lines: 1 };
        if !EnvironmentFiles.wants(&file) {
            return None;
        }
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        EnvironmentFiles.extract(&source, &[], &mut found);
        found.facts().iter().find_map(|fact| match &fact.data {
            Data::EnvironmentFile(file) => Some(file.clone()),
            _ => None,
        })
    }

    #[test]
    fn templates_are_told_by_their_names() {
        for name in [
            ".env.example",
            ".env.sample",
            ".env.template",
            ".env.dist",
            ".env.defaults",
            "env.example",
            "example.env",
            ".env.local.example",
            ".env-example",
        ] {
            assert!(read(name, "").is_some_and(|file| file.is_template), "{name}");
        }
        for name in [".env", ".env.production", "prod.env", "env.production"] {
            assert!(read(name, "").is_some_and(|file| !file.is_template), "{name}");
        }
        for name in ["env.ts", ".env.d.ts", "env.mjs", "environment", "envoy.yaml", ".env.vault", "env.json", "env"] {
            assert!(read(name, "").is_none(), "{name}");
        }
    }

    #[test]
    fn names_in_comments_count_and_sentences_do_not() {
        let file = read(".env.example", "A=1\n# B=2\nexport C=3\n# it is x=y\n#D=\n").unwrap();
        assert_eq!(file.names, ["A", "B", "C", "D"]);
    }

    #[test]
    fn placeholders_and_development_values_are_no_secrets() {
        let text = "SECRET_KEY=changethis\nPOSTGRES_PASSWORD=postgres\nPORT=3000\nDATABASE_URL=postgres://app:app@localhost/app\nAPI_KEY=\n";
        let file = read(".env", text).unwrap();
        assert!(!file.has_secret);
        assert!(file.has_placeholder);
    }

    #[test]
    fn a_real_value_is_a_secret_and_one_for_tests_is_none() {
        let value = ["q7Zp0Xk2Rv", "9LmT4bW1aG"].concat();
        let text = format!("PORT=1\nJWT_SECRET={value}\n");
        assert!(read(".env", &text).unwrap().has_secret);
        assert!(read(".env.development", &text).unwrap().has_secret);
        assert!(!read(".env.test", &text).unwrap().has_secret);
        let chosen = "SMTP_PASSWORD=Sunny7Meadow\n".replace("7Meadow", "7Mdw92");
        assert!(read(".env.production", &chosen).unwrap().has_secret);
        assert!(!read(".env.development", &chosen).unwrap().has_secret);
    }

    #[test]
    fn a_live_connection_string_is_a_secret() {
        let password = ["vT7pQ2", "kzL9"].concat();
        let text = format!("DATABASE_URL=\"postgres://billing:{password}@db.acme-labs.io/ledger\"\n");
        assert!(read(".env", &text).unwrap().has_secret);
    }
}
