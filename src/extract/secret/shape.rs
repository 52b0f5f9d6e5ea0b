//! The shape of a text: whether it looks drawn at random or made of words.

/// Shannon entropy in bits a character.
pub(super) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let length = f64::from(u32::try_from(text.len().max(1)).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / length)
        .map(|share| -share * share.log2())
        .sum()
}

/// Whether a text is a UUID.
pub(super) fn is_uuid(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if dashes.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
            },
        )
}

/// Whether a part of the text counts up, counts down, repeats one character, or the whole repeats a short block.
pub(super) fn is_patterned(text: &str) -> bool {
    let bytes = text.as_bytes();
    // In a long text of base 64, parts of it are fields that are empty or full: `AAAA`, `////`.
    let most_same = |byte: u8| if bytes.len() >= 60 && matches!(byte, b'A' | b'/') { bytes.len() / 3 } else { 5 };
    let (mut up, mut down, mut same) = (1, 1, 1);
    for pair in bytes.windows(2) {
        let &[a, b] = pair else { continue };
        up = if b == a.wrapping_add(1) { up + 1 } else { 1 };
        down = if a == b.wrapping_add(1) { down + 1 } else { 1 };
        same = if a == b { same + 1 } else { 1 };
        if up >= 6 || down >= 6 || same >= most_same(b) {
            return true;
        }
    }
    let repeats =
        |block: usize| bytes.len() >= 2 * block && bytes.iter().zip(bytes.iter().skip(block)).all(|(a, b)| a == b);
    (1..=8).any(repeats)
}

/// For each letter, those that often follow it in English and in the names of programs, a bit each from `a` on. Counted
/// over the words of source code: nine words of ten have three quarters of their pairs here, random letters have not.
const FOLLOWERS: [u32; 26] = [
    0x017E_BD6E,
    0x0016_4911,
    0x011E_4D95,
    0x0016_4919,
    0x01EF_F97F,
    0x011A_4931,
    0x0016_69D1,
    0x001A_4111,
    0x02AE_F87F,
    0x0000_0010,
    0x0004_0110,
    0x011C_4919,
    0x0014_D113,
    0x013C_6D7D,
    0x007E_FD6F,
    0x001E_C991,
    0x0010_0000,
    0x013E_7D7D,
    0x015C_DD95,
    0x011E_C995,
    0x000E_B95F,
    0x0000_4111,
    0x0006_6191,
    0x0008_8114,
    0x0004_A000,
    0x0000_0010,
];

/// The share of the characters that belong to words: runs of at least four letters of one case (or capitalised) with
/// vowels and neighbours among them as languages have them.
pub(super) fn word_share(text: &str) -> f64 {
    let bytes = text.as_bytes();
    let mut in_words = 0_usize;
    let mut start = 0;
    while start < bytes.len() {
        let end = end_of_run(bytes, start);
        let run = bytes.get(start..end).unwrap_or_default();
        if run.len() >= 4 && run.iter().all(u8::is_ascii_alphabetic) && reads_as_a_word(run) {
            in_words += run.len();
        }
        start = end;
    }
    ratio(in_words, bytes.len())
}

/// The end of a run of letters that reads as one word: `Secret`, `secret`, `SECRET`; at least one byte.
fn end_of_run(bytes: &[u8], start: usize) -> usize {
    let Some(first) = bytes.get(start).filter(|byte| byte.is_ascii_alphabetic()) else { return start + 1 };
    let second_is_lower = bytes.get(start + 1).is_some_and(u8::is_ascii_lowercase);
    let lower = first.is_ascii_lowercase() || second_is_lower;
    let rest = bytes.iter().skip(start + 1);
    let length = rest.take_while(|b| if lower { b.is_ascii_lowercase() } else { b.is_ascii_uppercase() }).count();
    start + 1 + length
}

fn reads_as_a_word(run: &[u8]) -> bool {
    let vowels =
        run.iter().filter(|b| matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y')).count();
    let usual = run.windows(2).filter(|pair| matches!(pair, &&[a, b] if often_follows(a, b))).count();
    (0.2..=0.7).contains(&ratio(vowels, run.len())) && ratio(usual, run.len() - 1) >= 0.75
}

fn often_follows(first: u8, second: u8) -> bool {
    let place = |letter: u8| u32::from(letter.to_ascii_lowercase().wrapping_sub(b'a'));
    let row = usize::try_from(place(first)).ok().and_then(|row| FOLLOWERS.get(row));
    row.is_some_and(|row| row.checked_shr(place(second)).is_some_and(|bits| bits & 1 == 1))
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}

/// Whether a value looks as if a machine drew it: long enough, letters and digits mixed, no words, no pattern.
pub(in crate::extract) fn looks_random(value: &str, shortest: usize) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-.~!@#$%^&*".contains(&byte);
    if value.len() < shortest || value.len() > 256 || !value.bytes().all(is_plain) || is_uuid(value) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    if digits < 2 || letters < 3 || is_patterned(value) || is_split_in_names(value) {
        return false;
    }
    has_entropy_of_chance(value) && word_share(value) < 0.35
}

/// Whether the entropy of a value is that of characters drawn at random, for its length and alphabet.
pub(super) fn has_entropy_of_chance(value: &str) -> bool {
    let floor = match value.len() {
        ..16 => 2.8,
        _ if value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') => 3.0,
        16..24 => 3.3,
        _ => 3.6,
    };
    entropy(value) >= floor
}

/// Whether `-`, `_`, `.` or `/` part the value into short pieces, as they do in slugs, paths, versions and dates.
fn is_split_in_names(value: &str) -> bool {
    let pieces: Vec<&str> = value.split(['-', '_', '.', '/', '@', '#']).collect();
    let longest = pieces.iter().map(|piece| piece.len()).max().unwrap_or(0);
    pieces.len() > 2 && longest < 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_a_share_and_random_text_has_none() {
        assert!(word_share("correctHorseBatteryStaple") > 0.9);
        assert!(word_share("q7Zp0Xk2Rv9LmT4b") < 0.1);
        // Small letters and digits drawn at random: runs with vowels, and no words.
        assert!(word_share(&["k3wwnxf8svhhei9r61", "9lataat2xde9"].concat()) < 0.35);
    }

    #[test]
    fn counting_and_repeating_are_patterns() {
        for text in ["x0123456789", "zfedcba", "aaaaaaaa", "ab12ab12ab12"] {
            assert!(is_patterned(text), "{text}");
        }
        assert!(!is_patterned("q7Zp0Xk2Rv9LmT4b"));
        let random = ["q7Zp0Xk2Rv9LmT4bW1", "cY8nE3uHd6JfGs5KtB0oXi"].concat();
        assert!(!is_patterned(&format!("{random}AAAAAAAAAAAAA{random}")));
        assert!(is_patterned(&"A".repeat(64)) && is_patterned(&format!("{random}zzzzzzzzzzzzz{random}")));
    }

    #[test]
    fn random_looking_values_are_told_from_names() {
        assert!(looks_random("q7Zp0Xk2Rv9LmT4bW1", 16));
        for text in [
            "next-auth.session-token2",
            "123e4567-e89b-12d3-a456-426614174000",
            "users/v2/password_reset10",
            "my-super-secret-2024",
            "20240101120000123456",
            "short1A",
        ] {
            assert!(!looks_random(text, 16), "{text}");
        }
    }
}
