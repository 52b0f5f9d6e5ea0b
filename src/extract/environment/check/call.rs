//! Schemas of JavaScript that are given the environment: `schema.parse(process.env)`.

use std::ops::Range;

use super::Code;
use crate::facts::{File, Language};

/// The environment as a whole.
pub(super) const WHOLE: &[&str] = &["process.env", "import.meta.env", "Bun.env", "Deno.env.toObject("];

/// Calls that check what they are given.
const VALIDATORS: &[&str] = &[
    "parse",
    "safeParse",
    "parseAsync",
    "safeParseAsync",
    "validate",
    "validateSync",
    "validateAsync",
    "attempt",
    "cast",
    "Decode",
    "Parse",
    "decodeUnknownSync",
    "decodeUnknownEither",
    "plainToInstance",
    "plainToClass",
];

/// Calls that check what they are given where that is the whole environment.
const VALIDATORS_OF_ALL: &[&str] = &["create", "check", "assert", "is"];

/// Calls of those names that check no schema.
const OTHER_OWNERS: &[&str] = &[
    "JSON",
    "URL",
    "Date",
    "path",
    "dotenv",
    "yaml",
    "YAML",
    "qs",
    "querystring",
    "Object",
    "console",
    "semver",
    "url",
];

/// The libraries of schemas, by what their users import or call.
const LIBRARIES: &[(&str, &str)] = &[
    ("zod", "zod"),
    ("valibot", "valibot"),
    ("arktype", "arktype"),
    ("yup", "yup"),
    ("joi", "joi"),
    ("typebox", "typebox"),
    ("class-validator", "class-validator"),
    ("superstruct", "superstruct"),
    ("runtypes", "runtypes"),
    ("io-ts", "io-ts"),
    ("ajv", "ajv"),
    ("\"effect", "effect"),
    ("'effect", "effect"),
];

/// How far before the environment its call may begin: an object that names every variable is long.
const REACH: usize = 12_000;

/// The library whose schema checks the environment at that place, and what its check leaves out.
pub(super) fn schema(file: &File, code: Code<'_>, range: Range<usize>) -> Option<(&'static str, &'static str)> {
    if !file.language.is_some_and(Language::is_javascript_family) {
        return None;
    }
    let is_member = code.text.get(range.end..)?.trim_start().starts_with(['.', '[', '?']);
    let call = enclosing_call(code.masked, range.start)?;
    // One variable in an object may be an argument like any other; several are the environment.
    let is_second = code.masked.get(call.start..range.start)?.contains(code.text.get(range)?);
    if is_member && !(call.is_in_object && is_second) {
        return None;
    }
    let mut words = call.callee.rsplit('.');
    let method = words.next()?;
    let owner = words.next().unwrap_or("");
    let lower = code.text.to_ascii_lowercase();
    let library = LIBRARIES.iter().find(|(word, _)| lower.contains(word)).map(|(_, tool)| *tool);
    let is_schema_by_name = ["schema", "env"].iter().any(|word| owner.to_ascii_lowercase().contains(word));
    let is_validator = VALIDATORS.contains(&method) || !is_member && VALIDATORS_OF_ALL.contains(&method);
    let is_check = is_validator && !OTHER_OWNERS.contains(&owner);
    // In arktype a schema is itself the call.
    let is_type = library == Some("arktype") && !is_member && call.callee.len() == method.len();
    match library {
        Some(tool) if is_check || is_type => Some((tool, "")),
        None if is_check && is_schema_by_name => Some(("a schema", "")),
        _ => None,
    }
}

struct Call<'a> {
    callee: &'a str,
    /// The byte of its opening parenthesis.
    start: usize,
    is_in_object: bool,
}

/// The call in whose arguments a byte stands, directly or in an object.
fn enclosing_call(masked: &str, at: usize) -> Option<Call<'_>> {
    let bytes = masked.as_bytes();
    let mut depth = 0_u32;
    let mut is_in_object = false;
    for index in (at.saturating_sub(REACH)..at).rev() {
        match bytes.get(index)? {
            b')' | b']' | b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
            b'(' => return callee(masked, index).map(|callee| Call { callee, start: index, is_in_object }),
            b'{' => {
                let before = masked.get(..index)?.trim_end();
                // The braces of a function, a class or a block.
                if before.ends_with([')', '>', ';', '}']) || before.is_empty() {
                    return None;
                }
                is_in_object = true;
            }
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The name before an opening parenthesis: `schema.parse`, also after a call as in `z.object(…).parse`.
fn callee(masked: &str, open: usize) -> Option<&str> {
    let before = masked.get(..open)?.trim_end();
    // Type arguments: `create<Env>(`.
    let before = before.strip_suffix('>').and_then(|typed| typed.rsplit_once('<')).map_or(before, |(name, _)| name);
    let length =
        before.bytes().rev().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.')).count();
    let name = before.get(before.len() - length..)?;
    // `decodeUnknownSync(schema)(process.env)`
    if name.is_empty() && before.ends_with(')') {
        let known = ["decodeUnknownSync", "decodeUnknownEither", "decodeSync"];
        let statement = before.rsplit(['\n', ';', '=']).next()?;
        return known.iter().find(|word| statement.contains(*word)).map(|_| "decodeUnknownSync");
    }
    (!name.is_empty()).then_some(name)
}
