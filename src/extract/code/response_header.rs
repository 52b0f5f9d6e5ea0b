//! Headers that protect browsers, where code or a page sets them: `res.setHeader("X-Frame-Options", …)`, an entry of a
//! map, a constant of Rust's `http` crate. Where a header is only read, compared or taken away, it is not set.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, ResponseHeader, Role};
use crate::syntax::Source;

/// Finds headers that are set.
#[derive(Clone, Copy)]
pub(crate) struct ResponseHeaders;

/// The headers: in lower case, as they are written, as constants.
const HEADERS: &[[&str; 3]] = &[
    ["content-security-policy", "Content-Security-Policy", "CONTENT_SECURITY_POLICY"],
    ["strict-transport-security", "Strict-Transport-Security", "STRICT_TRANSPORT_SECURITY"],
    ["x-frame-options", "X-Frame-Options", "X_FRAME_OPTIONS"],
    ["x-content-type-options", "X-Content-Type-Options", "X_CONTENT_TYPE_OPTIONS"],
    ["referrer-policy", "Referrer-Policy", "REFERRER_POLICY"],
    ["permissions-policy", "Permissions-Policy", "PERMISSIONS_POLICY"],
];

/// Functions whose first argument names a header that they do not set.
const READERS: &[&str] = &[
    "get",
    "getall",
    "getheader",
    "getheaders",
    "getfirst",
    "has",
    "hasheader",
    "contains",
    "containskey",
    "containsheader",
    "delete",
    "del",
    "remove",
    "removeheader",
    "unset",
    "values",
    "getvalues",
    "expect",
    "equal",
    "assertequal",
    "assertheader",
    "header_present",
    "trygetvalue",
    "includes",
    "indexof",
    "equals",
    "equalsignorecase",
    "log",
];

impl Extractor for ResponseHeaders {
    fn name(&self) -> &'static str {
        "response-headers"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(HEADERS.iter().flatten().map(|&name| name.to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        // Configuration in code: `next.config.js` is a script.
        let is_code = file.language.is_some_and(Language::is_programming);
        matches!(file.role, Role::Product | Role::Script | Role::Configuration) && (is_code || is_page(file))
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let mut seen: Vec<&str> = Vec::new();
        for hit in hits {
            let Some([name, written, constant]) = HEADERS.get(hit.literal / 3) else { continue };
            let is_constant = hit.literal % 3 == 2;
            let end = hit.at + if is_constant { constant.len() } else { written.len() };
            if seen.contains(name) || !is_set(source, hit.at, end, is_constant) {
                continue;
            }
            seen.push(name);
            found.add(source.span(hit.at..end), Data::ResponseHeader(ResponseHeader { name }));
        }
    }
}

fn is_page(file: &File) -> bool {
    matches!(file.extension(), "html" | "htm" | "cshtml" | "erb" | "ejs" | "hbs" | "tmpl" | "gohtml" | "jinja" | "twig")
}

fn is_set(source: &Source<'_>, at: usize, end: usize, is_constant: bool) -> bool {
    let text = source.text();
    let (Some(before), Some(after)) = (text.get(..at), text.get(end..)) else { return false };
    if is_page(source.file) {
        let tag = before.rfind('<').and_then(|start| before.get(start..)).unwrap_or("").to_ascii_lowercase();
        return tag.starts_with("<meta") && tag.contains("http-equiv=");
    }
    let code = source.code();
    if is_constant {
        let path = before.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'));
        let is_code = code.get(at..end).is_some_and(|shown| !shown.trim().is_empty());
        let is_whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        return source.file.language == Some(Language::Rust)
            && is_code
            && is_whole
            && calls(path.trim_end()).is_some_and(is_setter)
            && after.starts_with(',');
    }
    // A quote that the view of the code shows begins and ends a string.
    let is_quote = |at: Option<usize>| {
        at.and_then(|at| code.as_bytes().get(at)).is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'))
    };
    if !is_quote(at.checked_sub(1)) {
        return false;
    }
    let before = before.get(..at - 1).unwrap_or("").trim_end();
    // PHP writes name and value as one string.
    if calls(before) == Some("header") && after.starts_with(':') {
        return true;
    }
    if !is_quote(Some(end)) {
        return false;
    }
    let after = after.get(1..).unwrap_or("").trim_start();
    match before.chars().next_back() {
        Some('[') if after.starts_with(']') => is_assignment(after.trim_start_matches(']').trim_start()),
        // A pair of a name and its value, or the first entry of PHP's array.
        Some('[') => after.starts_with("=>") || after.starts_with(',') && !lists_headers(after),
        Some('(') => match calls(before) {
            Some(name) => is_setter(name) && (after.starts_with(',') || name == "from_static"),
            // A tuple.
            None => after.starts_with(','),
        },
        Some(',') if after.starts_with(',') => puts_a_header(before),
        Some('{' | ',' | ';') | None => after.starts_with("=>") || after.starts_with(':') || opens_pair(before, after),
        Some(':' | '=') => names_an_entry(before),
        _ => after.starts_with("=>") || after.starts_with(':') && !before.ends_with(['?', '&', '|']),
    }
}

/// `{"X-Frame-Options", "DENY"}` of Go, C# and C++.
fn opens_pair(before: &str, after: &str) -> bool {
    before.ends_with('{') && after.starts_with(',') && !lists_headers(after)
}

/// `put_resp_header(conn, "x-frame-options", "DENY")` of Elixir.
fn puts_a_header(before: &str) -> bool {
    let call = before.rfind('(').and_then(|open| before.get(..=open));
    call.and_then(calls).is_some_and(|name| name.starts_with("put_") && name.ends_with("_header"))
}

/// Whether another header's name follows: a list of names, not a value.
fn lists_headers(after: &str) -> bool {
    let next = after.trim_start_matches([',', ' ', '\n', '\t', '"', '\'']).to_ascii_lowercase();
    next.starts_with("x-") || HEADERS.iter().any(|[name, ..]| next.starts_with(name))
}

fn is_assignment(after: &str) -> bool {
    after.starts_with('=') && !after.starts_with("==") && !after.starts_with("=~")
}

/// `key: "…"`, `name = "…"`, `"header": "…"`, `httpEquiv="…"`.
fn names_an_entry(before: &str) -> bool {
    let key = before.trim_end_matches([':', '=', ' ', '"', '\'']);
    let start = key.rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').map_or(0, |at| at + 1);
    let key = key.get(start..).unwrap_or("").to_ascii_lowercase();
    !before.ends_with("==") && matches!(&*key, "key" | "name" | "header" | "headername" | "httpequiv" | "http-equiv")
}

/// The name of the function whose call opens here.
fn calls(before: &str) -> Option<&str> {
    let callee = before.strip_suffix('(')?.trim_end();
    let start = callee.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    callee.get(start..).filter(|name| !name.is_empty())
}

fn is_setter(name: &str) -> bool {
    !READERS.contains(&&*name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn headers(path: &str, text: &str) -> Vec<&'static str> {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        let file = File { path: path.into(), bytes: 1, role: Role::Product, language, lines: 1 };
        let facts = Extractors::of(vec![Box::new(ResponseHeaders)]).extract(&file, text).facts;
        let name = |data| match data {
            Data::ResponseHeader(it) => it.name,
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| name(fact.data)).collect()
    }

    #[test]
    fn headers_are_set_as_languages_do_it() {
        for (path, text) in [
            ("a.ts", "res.setHeader(\"X-Frame-Options\", \"DENY\");"),
            ("a.ts", "c.header('x-frame-options', 'DENY')"),
            ("next.config.js", "headers: [{ key: 'X-Frame-Options', value: 'DENY' }]"),
            ("a.ts", "const headers = {\n  'X-Frame-Options': 'DENY',\n};"),
            ("a.ts", "new Headers([['X-Frame-Options', 'DENY']])"),
            ("a.ts", "response.headers[\"X-Frame-Options\"] = value"),
            ("a.py", "response.headers[\"X-Frame-Options\"] = \"DENY\""),
            ("a.py", "headers = {\"X-Frame-Options\": \"DENY\"}"),
            ("a.go", "w.Header().Set(\"X-Frame-Options\", \"DENY\")"),
            ("a.go", "for _, h := range [][2]string{{\"X-Frame-Options\", \"DENY\"}} {"),
            ("A.java", "response.setHeader(\"X-Frame-Options\", \"DENY\");"),
            ("A.cs", "context.Response.Headers.Append(\"X-Frame-Options\", \"DENY\");"),
            ("A.cs", "context.Response.Headers[\"X-Frame-Options\"] = \"DENY\";"),
            ("a.rb", "headers['X-Frame-Options'] = 'DENY'"),
            ("a.rb", "config.action_dispatch.default_headers = { 'X-Frame-Options' => 'DENY' }"),
            ("a.php", "<?php\n$response->headers->set('X-Frame-Options', 'DENY');"),
            ("a.php", "<?php\nheader_register_callback(fn() => 1); $h = ['X-Frame-Options' => 'DENY'];"),
            ("a.php", "<?php\nheader('X-Frame-Options: DENY');"),
            ("a.ex", "put_resp_header(conn, \"x-frame-options\", \"DENY\")"),
            ("a.ex", "put_secure_browser_headers(conn, %{\"x-frame-options\" => \"DENY\"})"),
            ("a.rs", "headers.insert(\"x-frame-options\", HeaderValue::from_static(\"DENY\"));"),
            ("a.rs", "SetResponseHeaderLayer::overriding(header::X_FRAME_OPTIONS, value)"),
            ("a.rs", "HeaderName::from_static(\"x-frame-options\")"),
            ("index.html", "<meta http-equiv=\"X-Frame-Options\" content=\"deny\">"),
        ] {
            assert_eq!(headers(path, text), ["x-frame-options"], "{text}");
        }
    }

    #[test]
    fn what_is_read_listed_or_taken_away_is_not_set() {
        for (path, text) in [
            ("a.ts", "response.headers.get('X-Frame-Options')"),
            ("a.ts", "response.headers.delete(\"X-Frame-Options\")"),
            ("a.ts", "const hidden = ['x-frame-options', 'x-powered-by'];"),
            ("a.ts", "if (header === 'x-frame-options') {}"),
            ("a.ts", "// res.setHeader('X-Frame-Options', 'DENY')"),
            ("a.ts", "type Headers = { 'X-Frame-Options'?: string }"),
            ("a.ts", "throw new Error('X-Frame-Options forbids it')"),
            ("a.go", "resp.Header.Get(\"X-Frame-Options\")"),
            ("a.go", "resp.Header.Del(\"X-Frame-Options\")"),
            ("a.py", "if response.headers[\"X-Frame-Options\"] == \"DENY\": pass"),
            ("a.rs", "headers.get(X_FRAME_OPTIONS)"),
            ("a.rs", "headers.remove(X_FRAME_OPTIONS, 1)"),
            ("index.html", "<p>X-Frame-Options</p>"),
        ] {
            assert_eq!(headers(path, text), [""; 0], "{text}");
        }
    }
}
