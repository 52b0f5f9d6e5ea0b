//! Finds every occurrence of many literals in one pass over a text.
//!
//! Each literal is known by four of its bytes, the rarest in code. A set of hashes tells at each place of a text whether
//! four such bytes may stand there, at a word of memory a byte; only then are literals compared. The whole is made in
//! less than a millisecond for thousands of literals, where an automaton as fast takes a hundred times that.

use memchr::memmem::Finder;

/// How many bytes know a literal.
const GRAM: usize = 4;
/// The number of hashes is a power of two; their set stays in a cache, and few grams share one.
const BITS: u32 = 19;
const WORDS: usize = (1 << BITS) / 64;
/// Grams are found again in one of so many lists.
const LIST_BITS: u32 = 14;

/// A set of literals, ready to be searched for.
pub(super) struct Literals {
    /// A bit for each hash of a gram.
    hashes: Vec<u64>,
    /// Where the grams of each list start.
    lists: Vec<u32>,
    /// The grams, by list.
    grams: Vec<Gram>,
    texts: Vec<Box<[u8]>>,
    /// Literals of less than three bytes, each with a search of its own.
    short: Vec<(usize, Finder<'static>)>,
    /// Literals of three bytes: at the end of a text, no gram holds them.
    three: Vec<usize>,
}

/// Four bytes of a literal; of one with three bytes, those and any fourth.
#[derive(Debug, Clone, Copy)]
struct Gram {
    bytes: u32,
    literal: u32,
    /// How far behind the start of the literal they stand.
    offset: u32,
}

impl Literals {
    /// Prepares a search; literals are named by their place in the list.
    pub(super) fn new<'a>(literals: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: Vec<Box<[u8]>> = literals.into_iter().map(|text| text.as_bytes().into()).collect();
        let mut hashes = vec![0; WORDS];
        let mut grams = Vec::with_capacity(texts.len());
        let (mut short, mut three) = (Vec::new(), Vec::new());
        let index = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        for (literal, text) in texts.iter().enumerate() {
            match (rarest(text), &**text) {
                (Some((offset, bytes)), _) => {
                    grams.push(Gram { bytes, literal: index(literal), offset: index(offset) });
                }
                (None, &[a, b, c]) => {
                    let of = |last: u8| u32::from_le_bytes([a, b, c, last]);
                    grams.extend((0..=u8::MAX).map(|last| Gram {
                        bytes: of(last),
                        literal: index(literal),
                        offset: 0,
                    }));
                    three.push(literal);
                }
                (None, _) => short.push((literal, Finder::new(text).into_owned())),
            }
        }
        for gram in &grams {
            let hash = hash(gram.bytes);
            if let Some(word) = hashes.get_mut((hash >> 6) as usize) {
                *word |= 1 << (hash & 63);
            }
        }
        let (lists, grams) = in_lists(&grams);
        Self { hashes, lists, grams, texts, short, three }
    }

    /// Calls with the number and the start of every occurrence, overlapping ones too, in no order.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(usize, usize)) {
        let text = text.as_bytes();
        for (at, bytes) in text.array_windows::<GRAM>().enumerate() {
            let bytes = u32::from_le_bytes(*bytes);
            let hash = hash(bytes);
            let may_be = self.hashes.get((hash >> 6) as usize).is_some_and(|word| word >> (hash & 63) & 1 == 1);
            if may_be {
                self.compare(text, at, bytes, hash, &mut found);
            }
        }
        for literal in &self.three {
            if self.texts.get(*literal).is_some_and(|own| text.ends_with(own)) {
                found(*literal, text.len() - 3);
            }
        }
        for (literal, finder) in &self.short {
            let length = finder.needle().len();
            let mut from = 0;
            while let Some(next) = text.get(from..).and_then(|rest| finder.find(rest)) {
                found(*literal, from + next);
                from += next + 1.min(length);
            }
        }
    }

    /// The literals whose gram stands at a place.
    #[cold]
    fn compare(&self, text: &[u8], at: usize, bytes: u32, hash: u32, found: &mut impl FnMut(usize, usize)) {
        let list = list_of(hash) as usize;
        let (Some(&start), Some(&end)) = (self.lists.get(list), self.lists.get(list + 1)) else { return };
        let grams = self.grams.get(start as usize..end as usize).unwrap_or_default();
        for gram in grams.iter().filter(|gram| gram.bytes == bytes) {
            let (literal, offset) = (gram.literal as usize, gram.offset as usize);
            let Some(start) = at.checked_sub(offset) else { continue };
            let whole = self.texts.get(literal).zip(text.get(start..));
            if whole.is_some_and(|(own, rest)| rest.starts_with(own)) {
                found(literal, start);
            }
        }
    }
}

/// Where each list starts, and the grams in the order of lists.
fn in_lists(grams: &[Gram]) -> (Vec<u32>, Vec<Gram>) {
    let mut lists = vec![0_u32; (1 << LIST_BITS) + 1];
    let list = |gram: &Gram| list_of(hash(gram.bytes)) as usize;
    for gram in grams {
        if let Some(count) = lists.get_mut(list(gram) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut lists {
        sum += *start;
        *start = sum;
    }
    let mut next = lists.clone();
    let mut sorted = vec![Gram { bytes: 0, literal: 0, offset: 0 }; grams.len()];
    for gram in grams {
        if let Some(at) = next.get_mut(list(gram)) {
            if let Some(place) = sorted.get_mut(*at as usize) {
                *place = *gram;
            }
            *at += 1;
        }
    }
    (lists, sorted)
}

/// The upper bits of a product are the best mixed.
const fn hash(bytes: u32) -> u32 {
    bytes.wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}

const fn list_of(hash: u32) -> u32 {
    hash >> (BITS - LIST_BITS)
}

/// The four bytes of a literal that are the least frequent in code, and where they stand. The first of equals.
fn rarest(literal: &[u8]) -> Option<(usize, u32)> {
    let cost = |window: &[u8; GRAM]| window.iter().map(|&byte| frequency(byte)).sum::<u32>();
    let (offset, window) = literal.array_windows::<GRAM>().enumerate().min_by_key(|(_, window)| cost(window))?;
    Some((offset, u32::from_le_bytes(*window)))
}

/// Roughly how frequent a byte is in code and configuration, as a logarithm: sums compare products.
const fn frequency(byte: u8) -> u32 {
    match byte {
        b' ' => 14,
        b'e' | b't' => 12,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 11,
        b'c' | b'd' | b'l' | b'u' | b'p' | b'm' => 10,
        b'f' | b'g' | b'h' | b'b' | b'y' | b'.' | b'"' | b'\n' => 9,
        b'v' | b'w' | b'k' | b'x' | b'-' | b'_' | b'/' | b':' | b',' | b'(' | b')' | b'=' | b'\'' => 8,
        b'A'..=b'Z' | b'0'..=b'9' | b';' | b'{' | b'}' | b'<' | b'>' => 6,
        b'j' | b'q' | b'z' => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(literals: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut all = Vec::new();
        Literals::new(literals.iter().copied()).find(text, |literal, at| all.push((at, literal)));
        all.sort_unstable();
        all
    }

    #[test]
    fn literals_are_found_wherever_they_stand() {
        let literals = ["console", "consol", "sole.log(", "::", "${", "abc", "password", "assword"];
        let text = "consoleconsole.log(`${a::b::::c}`) password abcabc";
        let mut expected: Vec<(usize, usize)> = Vec::new();
        for (index, literal) in literals.iter().enumerate() {
            expected.extend(
                (0..text.len())
                    .filter(|&at| text.as_bytes()[at..].starts_with(literal.as_bytes()))
                    .map(|at| (at, index)),
            );
        }
        expected.sort_unstable();
        assert_eq!(found(&literals, text), expected);
        assert_eq!(expected.len(), 14);
    }

    #[test]
    fn a_text_may_be_shorter_than_a_literal_and_end_inside_of_one() {
        assert_eq!(found(&["password"], ""), []);
        assert_eq!(found(&["password"], "passwor"), []);
        assert_eq!(found(&["password"], "wordpassword"), [(4, 0)]);
        assert_eq!(found(&["token"], "éétokené"), [(4, 0)]);
    }

    #[test]
    fn many_literals_share_grams() {
        let literals: Vec<String> = (0..3000).map(|number| format!("key_{number:04}_end")).collect();
        let all = Literals::new(literals.iter().map(String::as_str));
        let mut hits = Vec::new();
        all.find("a key_0042_end key_2999_end key_3000_end", |literal, at| hits.push((literal, at)));
        assert_eq!(hits, [(42, 2), (2999, 15)]);
    }
}
