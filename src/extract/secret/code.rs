//! Random values that code gives to names of secrets farther away, by its syntax tree: behind a fallback, in the next
//! line, in brackets, behind its type, in what turns a text into a secret, handed to a setter. What stands right behind a
//! name is read without a tree (`assignment`).

use std::ops::Range;

use tree_sitter::Node;

use super::assignment::{Assignment, is_credential_of, is_of_public_search};
use super::names::{is_secret_name, name_at};
use crate::syntax::{Grammar, Source};

/// How far after a name its value starts.
const AFTER: usize = 200;

/// How many nodes hold a value below the one that holds its name too.
const MOST_NODES: usize = 12;

/// What stands between a name and the value that is taken where the name has none.
const FALLBACKS: &[&str] = &["||", "??", " or ", "?:", ".unwrap_or", ".orElse", ") {", ") do"];

/// Calls that turn a text into the bytes or the type of a secret, in lower case: `[]byte("…")`, `SecretStr('…')`.
const WRAPPERS: &[&str] = &[
    "byte",
    "bytes",
    "from",
    "fromhex",
    "from_str",
    "string",
    "str",
    "some",
    "new",
    "secretstr",
    "secretstring",
    "secretkeyspec",
    "symmetricsecuritykey",
    "getbytes",
    "decode",
    "b64decode",
    "decodestring",
    "base64decode",
    "base64_decode",
    "decode64",
    "unhexlify",
    "encode",
    "textencoder",
];

/// Parts of the names of nodes that end what belongs to a name: another name or another statement begins there.
const BORDERS: &[&str] = &[
    "statement",
    "declar",
    "assignment",
    "keyword_argument",
    "pair",
    "object",
    "dictionary",
    "hash",
    "array",
    "function",
    "comment",
    "class",
    "jsx",
];

/// The value that code gives to the name which holds a byte.
pub(super) fn read(source: &Source<'_>, at: usize) -> Option<Assignment> {
    Grammar::of_file(source.file)?;
    let text = source.text();
    let name = name_at(text, at);
    let written = text.get(name.clone())?;
    let value = quoted_after(text, name.end, written)?;
    let between = text.get(name.end..value.start.checked_sub(1)?)?;
    let is_given = gives(between) || is_handed(written, between);
    if !is_given || !is_secret_name(written) || is_of_public_search(text, name.start) {
        return None;
    }
    let root = source.tree()?.root_node();
    is_one_expression(root, &name, &value).then(|| Assignment { value, name: written.to_owned() })
}

/// The first quoted text that looks like a secret, shortly after a byte.
fn quoted_after(text: &str, from: usize, name: &str) -> Option<Range<usize>> {
    let rest = text.get(from..text.floor_char_boundary(from + AFTER))?;
    rest.match_indices(['"', '\'', '`']).find_map(|(at, quote)| {
        let start = from + at + 1;
        let value = text.get(start..text.floor_char_boundary(start + 257))?.split_once(quote)?.0;
        is_credential_of(name, value).then(|| start..start + value.len())
    })
}

/// Whether what stands between a name and a value gives the one to the other: an assignment, or a fallback.
fn gives(between: &str) -> bool {
    let is_comparison = ["==", "!=", "<=", ">="].iter().any(|sign| between.contains(sign));
    let signs = between.trim_start_matches(['"', '\'', ']', ')', ' ']);
    let is_assignment =
        [":=", "=>", "=", ":"].iter().any(|sign| signs.strip_prefix(sign).is_some_and(is_before_a_value));
    let is_given = is_assignment || is_behind_a_type(between) || FALLBACKS.iter().any(|sign| between.contains(sign));
    !is_comparison && is_given
}

/// Whether nothing but brackets and what turns a text into a secret stands before a value.
fn is_before_a_value(before: &str) -> bool {
    let (calls, rest) = before.rsplit_once('(').unwrap_or(("", before));
    let is_wrapper = |call: &str| {
        let mut words = call.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
        words.next_back().is_none_or(|last| WRAPPERS.contains(&last.to_ascii_lowercase().as_str()))
    };
    rest.trim().is_empty() && !calls.contains([',', ';', '=', '"', '\'', '{']) && calls.split('(').all(is_wrapper)
}

/// Whether a type stands between a name and the sign behind which its value comes: `: &'static str =`, ` Secret =`,
/// ` { get; set; } =`.
fn is_behind_a_type(between: &str) -> bool {
    let Some((written, value)) = between.split_once('=') else { return false };
    let is_of_a_type = |c: char| c.is_ascii_alphanumeric() || " _.:&'<>[]?*|".contains(c);
    let is_type = written.len() <= 48 && written.chars().all(is_of_a_type);
    (is_type || written.trim_start().starts_with("{ get")) && is_before_a_value(value)
}

/// Whether a name is that of a setter, and the value its argument.
fn is_handed(name: &str, between: &str) -> bool {
    let is_setter = ["set", "with"].iter().any(|verb| name.to_ascii_lowercase().starts_with(verb));
    is_setter && between.strip_prefix('(').is_some_and(|after| after.trim().is_empty())
}

/// Whether a value is a text that belongs to the innermost expression, pair or call which holds the name too.
fn is_one_expression(root: Node<'_>, name: &Range<usize>, value: &Range<usize>) -> bool {
    let Some(mut node) = root.descendant_for_byte_range(value.start, value.end) else { return false };
    let is_text = |node: Node<'_>| ["string", "quoted", "template"].iter().any(|word| node.kind().contains(word));
    if !is_text(node) && !node.parent().is_some_and(is_text) {
        return false;
    }
    for _ in 0..MOST_NODES {
        if node.start_byte() <= name.start {
            return !node.kind().contains("comment");
        }
        // What makes an object or calls a function goes on with what it stands in.
        let goes_on = ["creation", "call", "arguments"].iter().any(|word| node.kind().contains(word));
        if !goes_on && BORDERS.iter().any(|word| node.kind().contains(word)) {
            return false;
        }
        let Some(parent) = node.parent() else { return false };
        node = parent;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::fakes;
    use super::*;
    use crate::facts::{File, Language, Role};

    /// Whether the value is found that stands for `@`, by the name that stands for `JWT_SECRET` or the first `ecret`.
    fn is_found(path: &str, text: &str) -> bool {
        let value = fakes::make("{A-Za-z0-9:32}", "code");
        let text = text.replace('@', &value);
        let language = path.rsplit('.').next().and_then(Language::from_extension);
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 1 };
        let source = Source::new(&file, &text);
        let at = text.find("ecret").or_else(|| text.find("ECRET")).unwrap();
        read(&source, at).is_some_and(|found| text.get(found.value) == Some(value.as_str()))
    }

    #[test]
    fn values_behind_fallbacks_and_in_the_next_line_are_given() {
        for (path, text) in [
            ("a.ts", "const key = process.env.JWT_SECRET || '@';"),
            ("a.ts", "sign(user, process.env.JWT_SECRET ?? \"@\");"),
            ("a.js", "const jwtSecret =\n  '@';"),
            ("a.py", "key = os.environ.get('JWT_SECRET') or '@'"),
            ("a.py", "jwt_secret = (\n    '@'\n)"),
            ("a.rb", "key = ENV.fetch('JWT_SECRET') { '@' }"),
            ("a.rs", "let key = env::var(\"JWT_SECRET\").unwrap_or_else(|_| \"@\".to_owned());"),
            ("a.kt", "val key = System.getenv(\"JWT_SECRET\") ?: \"@\""),
            ("a.php", "<?php $key = getenv('JWT_SECRET') ?: '@';"),
            ("A.java", "class A { void a() { client.setClientSecret(\"@\"); } }"),
            ("a.go", "package a\n\nfunc f() { c.WithClientSecret(\"@\") }"),
        ] {
            assert!(is_found(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn values_of_types_and_in_what_makes_secrets_of_texts_are_given() {
        for (path, text) in [
            ("a.ts", "const jwtSecret = Buffer.from('@');"),
            ("a.tsx", "const jwtSecret: string | undefined = '@';"),
            ("a.js", "const jwtSecret = new TextEncoder().encode('@');"),
            ("a.py", "jwt_secret: Final[SecretStr] = SecretStr('@')"),
            ("a.go", "package a\n\nvar jwtSecret = []byte(\"@\")\n"),
            ("a.go", "package a\n\nvar jwtSecret Secret = \"@\"\n"),
            ("a.rs", "const JWT_SECRET: &'static str = \"@\";"),
            ("a.rs", "let jwt_secret = String::from(\"@\");"),
            ("A.java", "class A { byte[] jwtSecret = new String(\"@\").getBytes(); }"),
            ("a.kt", "val jwtSecret: CharSequence? = String(\"@\")"),
            ("A.cs", "class A { public string JwtSecret { get; set; } = \"@\"; }"),
            ("A.cs", "class A { object jwtSecret = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(\"@\")); }"),
            ("a.php", "<?php $jwt_secret = base64_decode('@');"),
            ("a.rb", "jwt_secret = String.new('@')"),
            ("a.ex", "jwt_secret = Base.decode64!(\"@\")"),
            ("a.tf", "jwt_secret = base64decode(\"@\")"),
        ] {
            assert!(is_found(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn what_belongs_to_another_name_or_is_compared_is_not_given() {
        for (path, text) in [
            ("a.ts", "const key = process.env.JWT_SECRET || other;\nconst id = '@';"),
            ("a.ts", "if (jwtSecret === '@') {}"),
            ("a.ts", "const a = { secret: process.env.JWT_SECRET || '', etag: '@' };"),
            ("a.ts", "checkSecret('@');"),
            ("a.ts", "const tokens = { secret:\n  cache, id: '@' };"),
            ("a.py", "# jwt_secret = (\n#    '@'\nx = 1"),
            ("a.ts", "const secret = lookup('@');"),
            ("a.go", "package a\n\nfunc f() { secret := 1; id := []byte(\"@\") }"),
        ] {
            assert!(!is_found(path, text), "{path}: {text}");
        }
    }
}
