//! Fake credentials, made at test time from the recipes of the formats, so that no tracked file holds a whole one.
//!
//! A fixture names a fake as `@@fake:github-token@@`; `@@fake:github-token:2@@` is another one of the same format, and
//! `@@fake:base64/github-token@@` is one in base 64. The same name always gives the same value, and the value passes
//! every check of its format.

use std::path::Path;

/// Replaces the markers of a text by fakes.
pub(crate) fn render(text: &str) -> String {
    let mut rendered = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@@fake:") {
        let (name, after) = after.split_once("@@").expect("a marker ends with @@");
        let (id, variant) = name.split_once(':').unwrap_or((name, "1"));
        rendered.push_str(before);
        rendered.push_str(&fake(id, variant));
        rest = after;
    }
    rendered.push_str(rest);
    rendered
}

/// A fake of a format.
pub(crate) fn fake(id: &str, variant: &str) -> String {
    if let Some(id) = id.strip_prefix("base64/") {
        return base64(fake(id, variant).as_bytes());
    }
    let recipe = recipe(id).unwrap_or_else(|| panic!("no format is called `{id}`"));
    make(&recipe, &format!("{id}/{variant}"))
}

/// A value made by a recipe: text, with parts such as `{a-f0-9:32}` (so many characters of that class), `{uuid}`,
/// `{crc32}` (the checksum, in base 62, of the part before it) and `{base64:name|class|length}`.
pub(crate) fn make(recipe: &str, seed: &str) -> String {
    let mut random = Random::new(seed);
    let mut value = String::new();
    let mut last_part = String::new();
    let mut rest = recipe;
    while let Some((before, after)) = rest.split_once('{') {
        let (part, after) = after.split_once('}').expect("a part of a recipe ends with }");
        value.push_str(before);
        last_part = match part {
            "crc32" => checksum(last_part.as_bytes()),
            "uuid" => [8, 4, 4, 4, 12].map(|length| random.text("a-f0-9", length)).join("-"),
            _ => random.part(part),
        };
        value.push_str(&last_part);
        rest = after;
    }
    value + rest
}

fn recipe(id: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/secrets/formats");
    std::fs::read_dir(folder).expect("the folder of formats").find_map(|entry| {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a file of formats");
        let file: toml::Table = text.parse().expect("TOML");
        Some(file.get("formats")?.get(id)?.get("recipe")?.as_str()?.to_owned())
    })
}

/// A generator of the xorshift family: the same seed, the same numbers, on every machine.
struct Random(u64);

impl Random {
    fn new(seed: &str) -> Self {
        let hash = seed
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self(hash | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    /// A part `class:length`, or `base64:name|class|length`.
    fn part(&mut self, part: &str) -> String {
        if let Some(login) = part.strip_prefix("base64:") {
            let (user, password) = login.split_once('|').expect("base64:name|class|length");
            let (class, length) = password.rsplit_once('|').expect("class|length");
            return base64(format!("{user}:{}", self.text(class, length.parse().expect("a length"))).as_bytes());
        }
        let (class, length) = part.rsplit_once(':').expect("class:length");
        // Of lengths from one to another, the least.
        let length = length.split_once("..").map_or(length, |(least, _)| least);
        self.text(class, length.parse().expect("a length"))
    }

    /// Characters of a class such as `A-Za-z0-9_-`. No two neighbours are equal or consecutive, so that the value
    /// never counts or repeats.
    fn text(&mut self, class: &str, length: usize) -> String {
        let letters = letters(class);
        let mut text: Vec<u8> = Vec::new();
        while text.len() < length {
            let letter = letters[self.below(letters.len())];
            let is_near = text.last().is_some_and(|last| last.abs_diff(letter) < 2);
            if !is_near || letters.len() < 8 {
                text.push(letter);
            }
        }
        String::from_utf8(text).expect("ASCII")
    }
}

fn letters(class: &str) -> Vec<u8> {
    let bytes = class.as_bytes();
    let mut letters = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at + 1) == Some(&b'-') && at + 2 < bytes.len() {
            letters.extend(bytes[at]..=bytes[at + 2]);
            at += 3;
        } else {
            letters.push(bytes[at]);
            at += 1;
        }
    }
    letters
}

/// CRC-32 by table, in six digits of base 62.
fn checksum(bytes: &[u8]) -> String {
    let table: Vec<u32> = (0..256_u32)
        .map(|index| (0..8).fold(index, |crc, _| if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 }))
        .collect();
    let step = |crc: u32, byte: &u8| table[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8);
    let mut number = !bytes.iter().fold(u32::MAX, step);
    let digits = letters("0-9A-Za-z");
    let mut text = Vec::new();
    for _ in 0..6 {
        text.push(digits[usize::try_from(number % 62).expect("small")]);
        number /= 62;
    }
    text.reverse();
    String::from_utf8(text).expect("ASCII")
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    let digits: Vec<char> = letters("A-Za-z0-9+/").into_iter().map(char::from).collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_usize, |group, at| group << 8 | usize::from(chunk.get(at).copied().unwrap_or(0)));
        for place in 0..4 {
            let digit = digits[group >> (18 - 6 * place) & 63];
            text.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    text
}
