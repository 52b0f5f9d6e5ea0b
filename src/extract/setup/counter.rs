//! Limiters that a project writes itself and calls as it likes: a function that counts what a caller asks, or takes from a
//! bucket, and answers 429.

use super::binding::is_part;
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, Role, ToolSetup};
use crate::syntax::Source;

/// Finds such functions.
pub(super) struct Counters;

/// The answer as code gives it.
const ANSWERS: &[&str] = &["429", "TOO_MANY_REQUESTS", "TooManyRequests", "too_many_requests"];

/// How code reads that answer of somebody else, or declares its number.
const READINGS: &[&str] =
    &["== 429", "!= 429", ">= 429", "case ", "in [", "in (", "includes(", ".has(", "const ", "enum ", "= 429"];

/// How a counter or a bucket is asked.
const COUNTS: &[&str] =
    &[".incr(", ".Incr(", ".incrby(", ".incrBy(", ".IncrBy(", ".zadd(", ".ZAdd(", ".zcard(", ".ZCard(", ".increment("];
const COUNTS_IN_MEMORY: &[&str] = &["++", "+= 1", "+ 1"];
const BUCKETS: &[&str] = &[
    ".take(",
    ".Take(",
    ".allow(",
    ".Allow(",
    ".try_acquire(",
    ".tryAcquire(",
    ".TryAcquire(",
    ".tryTake(",
    ".TryTake(",
    ".consume(",
    ".tryConsume(",
    ".try_consume(",
    ".hit(",
];

/// What says that a count is of a time, and not for ever.
const TIMES: &[&str] = &[
    "expire",
    "Expire",
    "ttl",
    "TTL",
    "window",
    "Window",
    "refill",
    "Date.now",
    "time.time",
    "time.Now",
    "monotonic",
    "Instant::now",
    "DateTime",
    "Clock",
    "hrtime",
];

/// How many lines before the answer may count.
const LINES: usize = 20;

/// How many answers of one file are looked at: a table of numbers has many.
const MAX_ANSWERS: usize = 64;

impl Extractor for Counters {
    fn name(&self) -> &'static str {
        "request-counter"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(ANSWERS.iter().map(|answer| (*answer).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role == Role::Product && file.language.is_some_and(Language::is_programming)
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let text = source.text();
        if text.contains("\"use client\"") || text.contains("'use client'") {
            return;
        }
        let code = source.code();
        for hit in hits.iter().take(MAX_ANSWERS) {
            let Some(limiter) = limiter(source, code, hit.at) else { continue };
            let data = ToolSetup { tool: "own-rate-limiter".to_owned(), ..limiter };
            let end = code.get(hit.at..).and_then(|rest| rest.find(|c| !is_part(c))).unwrap_or(0);
            found.add(source.span(hit.at..hit.at + end), Data::ToolSetup(data));
            return;
        }
    }
}

/// The limiter that answers at a byte, if it is one that something uses.
fn limiter(source: &Source<'_>, code: &str, at: usize) -> Option<ToolSetup> {
    let before = code.get(..at)?;
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = code.get(line_start..)?.lines().next()?;
    let is_word = !before.ends_with(|c: char| c.is_ascii_digit()) && line.get(at - line_start..).is_some();
    if !is_word || READINGS.iter().any(|reading| line.contains(reading)) {
        return None;
    }
    let lines: Vec<&str> = before.lines().collect();
    let above: Vec<&str> = lines.iter().rev().take(LINES).copied().collect();
    let has = |signs: &[&str]| above.iter().any(|line| signs.iter().any(|sign| line.contains(sign)));
    let of_time = || TIMES.iter().any(|sign| code.contains(sign));
    let compares = above
        .iter()
        .any(|line| (line.contains("if") || line.contains('?')) && line.contains(['>', '<']) && !line.contains("=>"));
    let takes = above.iter().take(4).any(|line| line.contains("if") && BUCKETS.iter().any(|sign| line.contains(sign)));
    let counts = compares && of_time() && (has(COUNTS) || has(COUNTS_IN_MEMORY) && has(&["if", "?"]));
    if !takes && !counts {
        return None;
    }
    let text = "429".to_owned();
    let name = lines.iter().rev().find_map(|line| function_name(line));
    let is_script = source.file.language.is_some_and(Language::is_javascript_family);
    let Some((name, is_exported)) = name.filter(|_| is_script) else {
        return Some(ToolSetup { tool: String::new(), text, is_exported_only: false });
    };
    // A handler of a method answers itself; other functions must be called.
    let is_handler = matches!(name, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "handler" | "default" | "middleware");
    let uses = code.match_indices(name).filter(|(at, _)| {
        let after = code.get(at + name.len()..).unwrap_or("");
        !code.get(..*at).unwrap_or("").ends_with(is_part) && !after.starts_with(is_part)
    });
    let is_used = is_handler || uses.count() > 1;
    (is_used || is_exported).then(|| ToolSetup { tool: String::new(), text, is_exported_only: !is_used })
}

/// The function that a line of a script declares, and whether it exports it.
fn function_name(line: &str) -> Option<(&str, bool)> {
    let (rest, is_exported) = line.strip_prefix("export ").map_or((line, false), |rest| (rest, true));
    let rest = rest.strip_prefix("default ").unwrap_or(rest);
    let rest = rest.strip_prefix("async ").unwrap_or(rest);
    if let Some(rest) = rest.strip_prefix("function ") {
        let name = rest.split(['(', '<']).next()?.trim();
        return Some((if name.is_empty() { "default" } else { name }, is_exported));
    }
    let rest = rest.strip_prefix("const ")?;
    let name = rest.split([' ', ':', '=']).next()?;
    (line.contains("=>") || line.contains("function") || line.ends_with('(')).then_some((name, is_exported))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn limits(path: &str, text: &str) -> Option<bool> {
        let language = Language::from_extension(path.rsplit('.').next().unwrap());
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
        let facts = Extractors::of(vec![Box::new(Counters)]).extract(&file, text).facts;
        facts.into_iter().find_map(|fact| match fact.data {
            Data::ToolSetup(setup) => Some(setup.is_exported_only),
            _ => None,
        })
    }

    #[test]
    fn a_count_within_a_time_that_answers_429_limits() {
        let guard = "export async function guard(req, res, next) {\n  const n = await redis.incr(req.ip);\n  await redis.expire(req.ip, 60);\n  if (n > 100) return res.status(429).end();\n  next();\n}\n";
        assert_eq!(limits("a.ts", guard), Some(true));
        assert_eq!(limits("a.ts", &format!("{guard}app.use(guard);\n")), Some(false));
        let python = "def guard(request):\n    hits[request.ip] += 1\n    if hits[request.ip] > 10 and time.time() < end:\n        return JSONResponse({}, status_code=429)\n";
        assert_eq!(limits("a.py", python), Some(false));
        let go = "if !buckets[ip].take() {\n\thttp.Error(w, \"x\", http.StatusTooManyRequests)\n}\n";
        assert_eq!(limits("a.go", go), Some(false));
    }

    #[test]
    fn what_counts_for_ever_or_reads_the_answer_of_others_limits_nobody() {
        for (path, text) in [
            ("a.ts", "failures += 1;\nif (answer.status === 429) { await sleep(Date.now()); }\n"),
            ("a.ts", "function f(req, res) {\n  n += 1;\n  if (n > 5) return res.status(429).end();\n}\nf();\n"),
            ("a.ts", "export const codes = { slow: 429 };\n"),
            ("a.go", "if res.StatusCode == http.StatusTooManyRequests { tries++ }\n"),
            (
                "a.ts",
                "function guard(req, res) {\n  const n = redis.incr(k);\n  redis.expire(k, 9);\n  if (n > 5) return res.status(429).end();\n}\n",
            ),
        ] {
            assert_eq!(limits(path, text), None, "{text}");
        }
    }
}
