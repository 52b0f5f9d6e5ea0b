//! Placeholders that a tool fills in before it runs a script: Flyway's and Liquibase's `${schema}`, templates of Go and
//! Jinja (`{{ .Schema }}`, `{% if … %}`). They stand for names and values, which SQL's parsers do not take for such.

use std::borrow::Cow;

/// Where a placeholder starts and ends.
const FORMS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("${", "}")];

/// What starts an action of a template that decides over what stands behind it.
const CONTROL: &[&str] =
    &["if", "else", "elif", "end", "range", "with", "define", "block", "for", "endif", "endfor", "/*"];

/// The script with names of the same length in place of its placeholders, so that all places stay where they are.
/// One that stands before a dot is a schema or a database and leaves nothing: the names behind it tell what is meant.
pub(super) fn filled(text: &str) -> Cow<'_, str> {
    if !FORMS.iter().any(|(opening, _)| text.contains(opening)) {
        return Cow::Borrowed(text);
    }
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, placeholder, behind)) = first(rest) {
        filled.push_str(before);
        let quoted = filled.chars().next_back().filter(|&quote| matches!(quote, '"' | '`'));
        let qualifier = match quoted {
            Some(quote) => {
                behind.strip_prefix(quote).and_then(|behind| behind.strip_prefix('.')).map(|after| (2, after))
            }
            None => behind.strip_prefix('.').map(|after| (1, after)),
        };
        if let Some((more, after)) = qualifier.filter(|(_, after)| after.starts_with(is_name)) {
            filled.truncate(filled.len() - usize::from(quoted.is_some()));
            blank(&mut filled, placeholder.len() + more + usize::from(quoted.is_some()));
            rest = after;
            continue;
        }
        if is_control(placeholder) {
            // What runs depends on something that is not known here: the parser says that it does not understand.
            filled.push_str(placeholder);
        } else {
            filled.push('p');
            filled.extend(std::iter::repeat_n('_', placeholder.len() - 1));
        }
        rest = behind;
    }
    filled.push_str(rest);
    Cow::Owned(filled)
}

/// The first placeholder of one line, with what stands before and behind it.
fn first(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let (at, opening, closing) =
            FORMS.iter().filter_map(|(opening, closing)| Some((rest.find(opening)?, *opening, *closing))).min()?;
        let inner = rest.get(at + opening.len()..)?;
        let line = inner.split('\n').next().unwrap_or("");
        match line.find(closing) {
            Some(length) if length > 0 => {
                let end = from + at + opening.len() + length + closing.len();
                return Some((text.get(..from + at)?, text.get(from + at..end)?, text.get(end..)?));
            }
            _ => from += at + opening.len(),
        }
    }
}

fn is_control(placeholder: &str) -> bool {
    let inner = placeholder.trim_start_matches(['{', '%', '-', ' ']);
    placeholder.starts_with("{%") || CONTROL.contains(&inner.split([' ', '}', '-']).next().unwrap_or(""))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '"' | '`' | '{' | '$')
}

fn blank(text: &mut String, length: usize) {
    text.extend(std::iter::repeat_n(' ', length));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_placeholders_and_everything_keeps_its_place() {
        for (text, expected) in [
            ("ALTER TABLE ${schema}.users ADD a int;", "ALTER TABLE           users ADD a int;"),
            ("ALTER TABLE \"${schema}\".\"users\" ADD a int;", "ALTER TABLE             \"users\" ADD a int;"),
            (
                "create index on {{ index .Options \"Schema\" }}.users (id);",
                "create index on                               users (id);",
            ),
            ("DROP TABLE {{ .Table }};", "DROP TABLE p___________;"),
            ("{{- if .X }}DROP TABLE a;{{ end }}", "{{- if .X }}DROP TABLE a;{{ end }}"),
            ("{% if x %}SELECT 1;{% endif %}", "{% if x %}SELECT 1;{% endif %}"),
            ("GRANT ALL TO ${role};", "GRANT ALL TO p______;"),
            ("SELECT '{{' || x;\nSELECT '}}';", "SELECT '{{' || x;\nSELECT '}}';"),
            ("SELECT 1;", "SELECT 1;"),
        ] {
            assert_eq!(filled(text), expected);
            assert_eq!(filled(text).len(), text.len());
        }
    }
}
