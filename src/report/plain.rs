//! Text from the tree made harmless, before any format gives it a form: names, paths and messages of a hostile tree may
//! hold line ends, terminal commands and characters that turn the direction of text.

use std::fmt::Write as _;

/// One line without control characters: white space becomes single spaces, other controls their Unicode pictures.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_whitespace() => {
                if !line.is_empty() && !line.ends_with(' ') {
                    line.push(' ');
                }
            }
            '\0'..='\x1f' => line.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\x7f' => line.push('\u{2421}'),
            _ if is_unsafe(c) => line.push('\u{fffd}'),
            _ => line.push(c),
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The first characters of a text, with a mark where something follows.
pub(super) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The last characters of a text, with a mark where something goes before: of a path, the end says most.
pub(super) fn cut_front(text: &str, limit: usize) -> String {
    let length = text.chars().count();
    if length <= limit {
        return text.to_owned();
    }
    std::iter::once('…').chain(text.chars().skip(length - limit.saturating_sub(1))).take(limit).collect()
}

/// JSON whose strings hold no raw control character. Outside strings there are none but line ends.
pub(super) fn safe_json(text: &str) -> String {
    // The first bytes of all characters that are not kept, and of some others.
    let may_be_unsafe = |byte: u8| byte < b' ' && byte != b'\n' || matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef);
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, from)) = rest.bytes().position(may_be_unsafe).and_then(|at| rest.split_at_checked(at)) {
        safe.push_str(plain);
        let mut characters = from.chars();
        let Some(c) = characters.next() else { break };
        if c.is_control() || is_unsafe(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
        rest = characters.as_str();
    }
    safe.push_str(rest);
    safe
}

/// A relative path as a URI: everything but letters, digits and a few marks in percent form.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// Controls of the second block, line separators, and marks that change the direction of text.
fn is_unsafe(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_terminal_commands_lose_their_power() {
        assert_eq!(one_line(" a\r\n\tb\x1b[31mc\x07 \u{9b}d\u{202e}e "), "a b␛[31mc␇ �d�e");
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("größer", 6), "größer");
        assert_eq!(cut("größer als", 7), "größer…");
        assert_eq!(cut_front("src/größer.ts", 8), "…ößer.ts");
        assert_eq!((cut_front("a.ts", 4), cut_front("a.ts", 0)), ("a.ts".to_owned(), String::new()));
    }

    #[test]
    fn json_keeps_its_value_when_made_safe() {
        let value = serde_json::json!({ "path": "a\u{7f}\u{9b}\u{202e}\x1bü" });
        let text = safe_json(&value.to_string());
        assert!(text.is_ascii() || text.contains('ü'), "{text}");
        assert!(!text.chars().any(char::is_control), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }

    #[test]
    fn no_character_that_is_not_safe_gets_through() {
        for c in (' '..=char::MAX).filter(|c| c.is_control() || is_unsafe(*c)) {
            let text = safe_json(&format!("ü{c}…"));
            assert!(text.starts_with("ü\\u") && text.ends_with('…') && !text.contains(c), "{text}");
        }
    }

    #[test]
    fn a_path_becomes_a_relative_uri() {
        assert_eq!(uri("src/a b/[id]/(x)#ü.ts"), "src/a%20b/%5Bid%5D/%28x%29%23%C3%BC.ts");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
    }
}
