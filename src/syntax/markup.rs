//! Expressions in the markup of Svelte and Astro files: `{count}`, `onclick={() => save()}`, `{#if ready}`.

use std::ops::Range;

use crate::facts::Language;

/// A longer expression is a brace that nobody closed.
const LONGEST: usize = 64 * 1024;

/// Parts of markup whose braces are no expressions, with their ends; scripts are read by themselves.
const OPAQUE: &[(&str, &str)] = &[("<!--", "-->"), ("<style", "</style"), ("<script", "</script")];

/// What is code of the markup behind a byte, in order: every expression between its braces, the braces too, so that
/// each of them is a block.
pub(super) fn expressions(text: &str, from: usize, language: Language) -> Vec<Range<usize>> {
    let mut kept = Vec::new();
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'{', b'<', rest)) {
        at += offset;
        if bytes.get(at) == Some(&b'<') {
            at = opaque_end(text, at).unwrap_or(at + 1);
            continue;
        }
        let Some(end) = closing(bytes, at) else {
            at += 1;
            continue;
        };
        let inner = at + 1..end;
        let code = if language == Language::Svelte { svelte(text, inner) } else { Some(inner) };
        if let Some(code) = code.filter(|code| !code.is_empty()) {
            kept.extend([at..at + 1, spread(text, code), end..end + 1]);
        }
        at = end + 1;
    }
    kept
}

/// Where a comment, a style or a script that starts here ends.
fn opaque_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let (open, close) = OPAQUE.iter().find(|(open, _)| rest.starts_with(open))?;
    let inner = rest.get(open.len()..)?;
    Some(at + open.len() + inner.find(close).map_or(inner.len(), |end| end + close.len()))
}

/// The brace that closes the one at a byte.
fn closing(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    let end = bytes.len().min(open + LONGEST);
    while at < end {
        match *bytes.get(at)? {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            quote @ (b'"' | b'\'' | b'`') => at = string_end(bytes, at, quote).unwrap_or(at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(bytes.get(at..end)?, b"*/").map_or(end, |length| at + length + 1);
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') && bytes.get(at.wrapping_sub(1)) != Some(&b':') => {
                at = memchr::memchr(b'\n', bytes.get(at..end)?).map_or(end, |length| at + length);
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The quote that ends a string; quotes and apostrophes end on their line. A template ends at its next backtick.
fn string_end(bytes: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut at = open + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return None,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

/// The expression of a tag of Svelte: `ready` of `#if ready`, `list` of `#each list as item`.
fn svelte(text: &str, inner: Range<usize>) -> Option<Range<usize>> {
    let written = text.get(inner.clone())?;
    if !written.starts_with(['#', ':', '@', '/']) || written.starts_with("//") || written.starts_with("/*") {
        return Some(inner);
    }
    let length = written.find(char::is_whitespace)?;
    let (tag, rest) = (written.get(..length)?, written.get(length..)?);
    let from = |offset: usize| Some(inner.start + length + offset..inner.end);
    let until = |word: &str| inner.start + length..inner.start + length + rest.rfind(word).unwrap_or(rest.len());
    match tag {
        "#if" | "#key" | "@html" | "@render" | "@attach" => from(0),
        ":else" => from(rest.find("if ")? + "if ".len()),
        "@const" => from(rest.find('=')? + 1),
        "#each" => Some(until(" as ")),
        "#await" => Some(until(" then")),
        _ => None,
    }
}

/// The same without the dots of `{...rest}`.
fn spread(text: &str, code: Range<usize>) -> Range<usize> {
    let written = text.get(code.clone()).unwrap_or("");
    let blank = written.len() - written.trim_start().len();
    if written.trim_start().starts_with("...") { code.start + blank + 3..code.end } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, language: Language) -> String {
        expressions(text, 0, language).into_iter().filter_map(|range| text.get(range)).collect()
    }

    #[test]
    fn handlers_and_values_are_code() {
        let text = "<b on:click={() => { go('}') }} {...rest} title=\"a {b}\">{`${c} {`}</b>";
        assert_eq!(kept(text, Language::Svelte), "{() => { go('}') }}{rest}{b}{`${c} {`}");
        assert_eq!(
            kept("<ul>{list.map((a) => <li>{a}</li>)}</ul>", Language::Astro),
            "{list.map((a) => <li>{a}</li>)}"
        );
    }

    #[test]
    fn tags_of_svelte_hold_expressions() {
        let text = "{#if a}{:else if b}{:else}{/if}{#each c as d (d.id)}{/each}{#await e then f}{:catch g}{/await}{@const h = i}{@html j}{#snippet k(l)}";
        assert_eq!(kept(text, Language::Svelte), "{ a}{b}{ c}{ e}{ i}{ j}");
    }

    #[test]
    fn comments_styles_and_open_braces_are_none() {
        let text = "<!-- {a} --><style>b { c: d }</style><script>{e}</script>it's { open";
        assert_eq!(kept(text, Language::Svelte), "");
        assert_eq!(kept("{x.replace(/'/g, '')} {y}", Language::Svelte), "{x.replace(/'/g, '')}{y}");
    }
}
