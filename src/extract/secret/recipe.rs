//! How the values of a format are made: text with parts such as `{a-f0-9:32}`, `{A-Za-z0-9:20..24}` and `{uuid}`. The
//! same line that makes a fake for the tests recognises the real one.

/// A recipe.
#[derive(Debug)]
pub(super) struct Recipe {
    parts: Vec<Part>,
}

/// A number of characters of one class. A text of its own is a part for each of its letters.
#[derive(Debug, Clone, Copy)]
struct Part {
    class: Class,
    least: usize,
    most: usize,
}

/// A set of ASCII characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Class(u128);

impl Class {
    fn of(letter: u8) -> Self {
        Self(1_u128.checked_shl(u32::from(letter)).unwrap_or(0))
    }

    /// A class as expressions write it between brackets: `A-Za-z0-9_-`.
    fn parse(text: &str) -> Self {
        let mut set = 0;
        let mut rest = text.as_bytes();
        while let [first, after @ ..] = rest {
            rest = after;
            let mut last = *first;
            if let [b'-', end, after @ ..] = rest {
                last = *end;
                rest = after;
            }
            set |= (*first..=last).fold(0, |set, letter| set | Self::of(letter).0);
        }
        Self(set)
    }

    fn has(self, letter: u8) -> bool {
        self.0 & Self::of(letter).0 != 0
    }
}

impl Recipe {
    /// Reads a recipe. A part of no fixed length must end where the next one starts: values are read without a step back.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (part, after) = after.split_once('}').ok_or("a part does not end with `}`")?;
            parts.extend(before.bytes().map(Part::letter));
            if part == "uuid" {
                parts.extend(Part::uuid());
            } else {
                parts.push(Part::parse(part)?);
            }
            rest = after;
        }
        parts.extend(rest.bytes().map(Part::letter));
        let is_open = |pair: &[Part]| matches!(pair, [a, b] if a.least != a.most && a.class.0 & b.class.0 != 0);
        if parts.windows(2).any(is_open) {
            return Err("after a part of no fixed length comes one of the same letters".to_owned());
        }
        Ok(Self { parts })
    }

    /// Where the value ends with which a text starts; `None` where it starts with none.
    pub(super) fn end_in(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut at = 0;
        for part in &self.parts {
            let rest = bytes.get(at..)?;
            let length = rest.iter().take(part.most).take_while(|letter| part.class.has(**letter)).count();
            if length < part.least {
                return None;
            }
            at += length;
        }
        let is_over = bytes.get(at).is_none_or(|next| !next.is_ascii_alphanumeric() && !b"_-+/=".contains(next));
        is_over.then_some(at)
    }
}

impl Part {
    fn letter(letter: u8) -> Self {
        Self { class: Class::of(letter), least: 1, most: 1 }
    }

    fn uuid() -> impl Iterator<Item = Self> {
        let digits = |length| Self { class: Class::parse("A-Fa-f0-9"), least: length, most: length };
        let groups = [8, 4, 4, 4].into_iter().flat_map(move |length| [digits(length), Self::letter(b'-')]);
        groups.chain([digits(12)])
    }

    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{{{text}}}` is not `{{class:length}}`");
        let (class, length) = text.rsplit_once(':').ok_or_else(wrong)?;
        let (least, most) = length.split_once("..").unwrap_or((length, length));
        let number = |text: &str| text.parse().map_err(|_| wrong());
        Ok(Self { class: Class::parse(class), least: number(least)?, most: number(most)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(recipe: &str, text: &str) -> Option<usize> {
        Recipe::parse(recipe).unwrap().end_in(text)
    }

    #[test]
    fn parts_match_their_letters_as_often_as_they_say() {
        assert_eq!(end("{a-f0-9:4}", "12af\""), Some(4));
        assert_eq!(end("{a-f0-9:4}", "12afe"), None);
        assert_eq!(end("{a-f0-9:4}", "12ag"), None);
        assert_eq!(end("{a-f0-9:4}", "12a"), None);
        assert_eq!(end("sk_{a-z:2..4}.{0-9_-:2}", "sk_abc.-1&x"), Some(9));
    }

    #[test]
    fn a_uuid_has_its_dashes() {
        assert_eq!(end("{uuid}", "01234567-89AB-cdef-0123-456789abcdef"), Some(36));
        assert_eq!(end("{uuid}", "0123456789ab-cdef-0123-456789abcdef-"), None);
    }

    #[test]
    fn a_recipe_that_needs_a_step_back_is_refused() {
        assert!(Recipe::parse("{a-z:2..4}x").is_err());
        assert!(Recipe::parse("{a-z}").is_err());
        assert!(Recipe::parse("{a-z:x}").is_err());
    }
}
