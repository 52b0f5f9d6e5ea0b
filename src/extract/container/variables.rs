//! Variables of Dockerfiles: `ARG` and `ENV`, and how `$NAME`, `${NAME}` and `${NAME:-default}` are filled in.

use std::collections::BTreeMap;

/// The values that are known at an instruction.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    /// Takes up an `ARG` or an `ENV`. `outer` holds what an `ARG` without a default takes from before the first stage.
    pub(super) fn declare(&mut self, keyword: &str, words: &[String], outer: &Self) {
        match words {
            // `ENV NAME value`
            [name, rest @ ..] if keyword == "ENV" && !name.contains('=') => {
                let value = self.fill(&rest.join(" "));
                self.values.insert(name.clone(), value);
            }
            words => {
                for word in words {
                    match word.split_once('=') {
                        Some((name, value)) => {
                            let value = self.fill(value);
                            self.values.insert(name.to_owned(), value);
                        }
                        None => {
                            if let Some(value) = outer.values.get(word) {
                                self.values.insert(word.clone(), value.clone());
                            }
                        }
                    }
                }
            }
        }
    }

    /// A text with the variables filled in. What is not known stays as it is written.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            filled.push_str(before);
            let (written, value, tail) = self.reference(after);
            if let Some(value) = value {
                filled.push_str(&value);
            } else {
                filled.push('$');
                filled.push_str(written);
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    /// What follows a dollar sign: the reference as written, its value, and the rest.
    fn reference<'t>(&self, after: &'t str) -> (&'t str, Option<String>, &'t str) {
        if let Some(inner) = after.strip_prefix('{') {
            let Some(end) = closing(inner) else { return ("", None, after) };
            let (body, tail) = (inner.get(..end).unwrap_or(""), inner.get(end + 1..).unwrap_or(""));
            let written = after.get(..end + 2).unwrap_or(after);
            let name_end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
            let (name, operator) = body.split_at_checked(name_end).unwrap_or((body, ""));
            let known = self.values.get(name).filter(|value| !value.is_empty() || !operator.starts_with(":-")).cloned();
            let default = || operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-')).map(str::to_owned);
            return (written, known.or_else(default), tail);
        }
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        (name, self.values.get(name).cloned(), tail)
    }
}

/// The byte of the brace that closes the one before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Fills compose's own defaults in: `${TAG:-latest}`. Other variables stay.
pub(super) fn with_defaults(text: &str) -> String {
    Variables::default().fill(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_defaults_are_filled_in() {
        let mut outer = Variables::default();
        outer.declare("ARG", &["TAG=22".to_owned(), "UID=1000".to_owned()], &Variables::default());
        let mut inner = Variables::default();
        inner.declare("ARG", &["TAG".to_owned(), "OTHER".to_owned()], &outer);
        inner.declare("ENV", &["NAME".to_owned(), "app".to_owned()], &outer);
        assert_eq!(inner.fill("node:${TAG}-alpine"), "node:22-alpine");
        assert_eq!(inner.fill("$NAME:${UID:-5}"), "app:5");
        assert_eq!(inner.fill("$OTHER/${OTHER}x"), "$OTHER/${OTHER}x");
        assert_eq!(with_defaults("a:${TAG:-latest}"), "a:latest");
        assert_eq!(with_defaults("a:${TAG:?must be set}"), "a:${TAG:?must be set}");
    }
}
