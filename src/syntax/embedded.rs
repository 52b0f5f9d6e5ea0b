//! Code inside markup: the script blocks of Vue, Svelte and Astro files, and the expressions of the latter two. The globals
//! of the browser are no names in templates of Vue.

use std::ops::Range;

use super::markup;
use crate::facts::Language;

/// What opens and closes a block.
const OPEN: &str = "<script";
const CLOSE: &str = "</script";

/// The text with everything outside its code blanked, byte for byte at the same places; `None` for other languages.
pub(super) fn scripts(text: &str, language: Language) -> Option<String> {
    if !matches!(language, Language::Vue | Language::Svelte | Language::Astro) {
        return None;
    }
    let mut kept: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    if let Some(front) = front_matter(text).filter(|_| language == Language::Astro) {
        at = front.end;
        kept.push(front);
    }
    while let Some(block) = next_block(text, at) {
        at = block.range.end;
        if block.is_script {
            kept.push(block.range);
        }
    }
    if language != Language::Vue {
        let front = kept.first().filter(|_| language == Language::Astro && front_matter(text).is_some());
        kept.extend(markup::expressions(text, front.map_or(0, |front| front.end), language));
        kept.sort_unstable_by_key(|range| range.start);
    }
    let mut inside = kept.into_iter().peekable();
    let mut bytes = text.as_bytes().to_vec();
    for (at, byte) in bytes.iter_mut().enumerate() {
        while inside.next_if(|range| range.end <= at).is_some() {}
        let is_kept = inside.peek().is_some_and(|range| range.contains(&at));
        if !is_kept && !matches!(*byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    String::from_utf8(bytes).ok()
}

/// The code between the two fences at the top of an Astro file.
fn front_matter(text: &str) -> Option<Range<usize>> {
    let blank = text.len() - text.trim_start().len();
    let start = blank + 3;
    let inner = text.get(blank..)?.strip_prefix("---")?;
    Some(start..start + inner.find("\n---")? + 1)
}

struct Block {
    /// What stands between the tags.
    range: Range<usize>,
    /// Whether its type is a script's: `application/ld+json` is data.
    is_script: bool,
}

/// The first script block behind a byte.
fn next_block(text: &str, from: usize) -> Option<Block> {
    let mut at = from;
    loop {
        at += text.get(at..)?.find(OPEN)? + OPEN.len();
        let tag = text.get(at..)?;
        if !tag.starts_with(|c: char| c.is_ascii_whitespace() || c == '>') {
            continue;
        }
        let end = tag_end(tag)?;
        let attributes = tag.get(..end).unwrap_or("");
        let start = at + end + 1;
        if attributes.ends_with('/') {
            at = start;
            continue;
        }
        let length = text.get(start..)?.find(CLOSE)?;
        return Some(Block { range: start..start + length, is_script: is_script(attributes) });
    }
}

/// Where a tag ends: at the first `>` outside quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.bytes().position(|byte| {
        match (byte, quote) {
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
        byte == b'>' && quote.is_none()
    })
}

fn is_script(attributes: &str) -> bool {
    let Some((_, rest)) = attributes.split_once(" type=") else { return true };
    let kind = rest.trim_start_matches(['"', '\'']).split(['"', '\'', ' ']).next().unwrap_or("");
    matches!(kind, "" | "module") || kind.ends_with("javascript") || kind.ends_with("typescript")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, language: Language) -> String {
        let scripts = scripts(text, language).unwrap();
        assert_eq!(scripts.len(), text.len());
        assert_eq!(scripts.lines().count(), text.lines().count());
        scripts.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn script_blocks_stay_where_they_are() {
        let text = "<script setup lang=\"ts\" generic=\"T extends A<B>\">\nf();\n</script>\n<template>é it's</template>\n<script>g();</script>";
        assert_eq!(kept(text, Language::Vue), "f(); g();");
        let scripts = scripts(text, Language::Vue).unwrap();
        assert_eq!(scripts.find("g();"), text.find("g();"));
    }

    #[test]
    fn data_and_references_are_no_scripts() {
        let text = "<script type=\"application/ld+json\">{}</script><script src=\"a.js\" /><scripted>a</scripted><script type=\"module\">f()</script>";
        assert_eq!(kept(text, Language::Svelte), "f()");
    }

    #[test]
    fn the_front_matter_of_astro_is_code() {
        let text = "---\nconst a = await f();\n---\n<p>{a}</p>\n<script>g();</script>\n";
        assert_eq!(kept(text, Language::Astro), "const a = await f(); {a} g();");
    }

    #[test]
    fn other_languages_have_none() {
        assert_eq!(scripts("f()", Language::TypeScript), None);
    }
}
