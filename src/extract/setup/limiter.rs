//! Rate limiters by their names, where routes use them: a middleware that is registered, a decorator, or a check in a
//! file that answers 429. Projects write their own, and libraries are called by names that their users choose.

use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{Data, File, Language, Role, ToolSetup};
use crate::syntax::Source;

/// Finds limiters that are used.
pub(super) struct Limiters;

/// The spellings of the name.
const NAMES: &[&str] = &["ateLimit", "ate_limit", "atelimit"];

/// Parts of names that are about a limit without being one.
const ABOUT: &[&str] = &[
    "limited",
    "error",
    "exceed",
    "exception",
    "reset",
    "header",
    "remaining",
    "info",
    "status",
    "config",
    "option",
    "setting",
    "response",
    "schema",
    "key",
    "prefix",
    "window",
    "count",
    "max",
    "nabled",
    "plan",
    "type",
    "retry",
    "wait",
    "delay",
    "backoff",
    "module",
    "list",
    "update",
    "delete",
    "repo",
    "store",
    "model",
    "dto",
    "event",
];

/// What registers a middleware.
const REGISTRATIONS: &[&str] = &[
    ".use(",
    ".Use(",
    ".With(",
    ".wrap(",
    ".wrap_fn(",
    ".layer(",
    ".route_layer(",
    ".middleware(",
    ".Middleware(",
    ".Group(",
    "Depends(",
    "dependencies=[",
    "before_action",
    "add_middleware(",
    "UseMiddleware",
    "addFilter",
    "preHandler",
    "onRequest",
    "addHook(",
    "middleware:",
    "middlewares:",
    "middleware =",
    "middleware=[",
    "MIDDLEWARE =",
    "plug ",
    "pipe_through",
    "addInterceptor",
    "UseGuards(",
    "UseInterceptors(",
    "->middleware(",
    "RequireRateLimiting",
    "unstable_concat(",
    ".unstable_pipe(",
];

/// Registrations of a route: a limiter may stand behind the path.
const ROUTES: &[&str] = &[
    ".get(",
    ".post(",
    ".put(",
    ".patch(",
    ".delete(",
    ".all(",
    ".route(",
    ".GET(",
    ".POST(",
    ".PUT(",
    ".PATCH(",
    ".DELETE(",
    ".Handle(",
    ".HandleFunc(",
    ".Get(",
    ".Post(",
    ".Put(",
    ".Patch(",
    ".Delete(",
    ".Any(",
];

/// How code answers that somebody asks too often.
const ANSWERS: &[&str] = &[
    "429",
    "TOO_MANY_REQUESTS",
    "TooManyRequests",
    "too_many_requests",
    "oo many requests",
    "oo Many Requests",
    "rate_limit_exceeded",
    "RATE_LIMIT_EXCEEDED",
    "ResourceExhausted",
    "RESOURCE_EXHAUSTED",
];

/// How code reads such an answer of somebody else.
const READINGS: &[&str] =
    &["== 429", "!= 429", "case 429", "StatusCode == http.StatusTooManyRequests", "\"use client\"", "'use client'"];

/// How far before a name the registration may start.
const WINDOW: usize = 400;

impl Extractor for Limiters {
    fn name(&self) -> &'static str {
        "rate-limiter"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(NAMES.iter().map(|name| (*name).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        file.role == Role::Product && file.language.is_some_and(Language::is_programming)
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        let code = source.code();
        for hit in hits {
            let Some((start, name)) = identifier(code, hit.at) else { continue };
            let lower = name.to_lowercase();
            let is_about = ABOUT.iter().any(|part| lower.contains(part));
            if !is_about && is_use(source, code, start, name) {
                let data =
                    ToolSetup { tool: "own-rate-limiter".to_owned(), text: name.to_owned(), is_exported_only: false };
                found.add(source.span(start..start + name.len()), Data::ToolSetup(data));
                return;
            }
        }
    }
}

/// The identifier around a byte of code, `None` in comments and strings.
fn identifier(code: &str, at: usize) -> Option<(usize, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let head = code.get(..at)?;
    let start = head.len() - head.chars().rev().take_while(|&c| is_part(c)).map(char::len_utf8).sum::<usize>();
    let rest = code.get(start..)?;
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let name = rest.get(..end)?;
    NAMES.iter().any(|known| name.contains(known)).then_some((start, name))
}

fn is_use(source: &Source<'_>, code: &str, start: usize, name: &str) -> bool {
    let before = code.get(..start).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    let after = code.get(start + name.len()..).unwrap_or("");
    if is_definition(line) {
        return false;
    }
    is_decorator(line, after, source.file.language)
        || is_registered(before, line)
        || is_checked(source.text(), code, line, after, name)
}

/// Whether what comes before a name on its line defines it, imports it or speaks of its type.
fn is_definition(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "function",
        "def",
        "func",
        "fn",
        "class",
        "interface",
        "struct",
        "enum",
        "type",
        "import",
        "from",
        "use",
        "using",
        "const",
        "let",
        "var",
        "val",
        "module",
        "defmodule",
        "package",
        "export",
        "static",
        "public",
        "private",
        "protected",
        "new",
        "extends",
        "impl",
        "require",
        "alias",
        "namespace",
    ];
    let trimmed = line.trim_start();
    let first = trimmed.split([' ', '(', '{']).next().unwrap_or("");
    let is_bound = trimmed.contains('=') || trimmed.contains("=>");
    WORDS.contains(&first) && !is_bound
}

/// `@rate_limit(…)`, `#[rate_limit(…)]`, `[RateLimit(…)]`.
fn is_decorator(line: &str, after: &str, language: Option<Language>) -> bool {
    let mark = match language {
        Some(Language::CSharp) => "[",
        Some(Language::Rust | Language::Php) => "#[",
        _ => "@",
    };
    let rest = line.trim_start().strip_prefix(mark);
    let is_name = rest.is_some_and(|rest| rest.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')));
    is_name && (after.starts_with(['(', ']']) || after.trim_end_matches('\r').starts_with('\n') || mark == "@")
}

/// Whether a name stands among the arguments of what registers a middleware or a route.
fn is_registered(before: &str, line: &str) -> bool {
    let from = before.len().saturating_sub(WINDOW);
    let from = (from..before.len()).find(|&at| before.is_char_boundary(at)).unwrap_or(0);
    let window = before.get(from..).unwrap_or("");
    let is_open = |after: &str| {
        let depth = after.chars().fold(1_i32, |depth, c| match c {
            _ if depth <= 0 => depth,
            '(' | '[' | '{' => depth + 1,
            ')' | ']' | '}' => depth - 1,
            _ => depth,
        });
        depth > 0 && !after.contains(';')
    };
    let opens = |word: &str| {
        window.rfind(word).and_then(|at| window.get(at + word.len()..)).is_some_and(|after| {
            if word.ends_with(['(', '[']) { is_open(after) } else { line.contains(word) && !after.contains(';') }
        })
    };
    let follows_path = |word: &str| {
        let after = window.rfind(word).and_then(|at| window.get(at + word.len()..));
        after.is_some_and(|after| {
            after.trim_start().starts_with(['"', '\'', '`']) && after.contains(',') && is_open(after)
        })
    };
    REGISTRATIONS.iter().any(|word| opens(word)) || ROUTES.iter().any(|word| follows_path(word))
}

/// Whether a limiter of another file is called where the answer is "too many requests".
fn is_checked(text: &str, code: &str, line: &str, after: &str, name: &str) -> bool {
    let is_call = after.starts_with('(')
        || [".limit(", ".check(", ".consume(", ".attempt("].iter().any(|call| after.starts_with(call));
    let answers = || ANSWERS.iter().any(|answer| text.contains(answer));
    let reads = || READINGS.iter().any(|reading| text.contains(reading));
    let is_made_here = || {
        ["function ", "def ", "func ", "fn ", "const ", "let ", "class "]
            .iter()
            .any(|word| code.contains(&format!("{word}{name}")))
    };
    is_call && !line.trim_end().ends_with(')') && answers() && !reads() && !is_made_here()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Extractors;

    fn limiter(path: &str, text: &str) -> Option<String> {
        let language = Language::from_extension(path.rsplit('.').next().unwrap());
        let file = File { path: path.into(), bytes: 0, role: Role::Product, language, lines: 0 };
        let facts = Extractors::of(vec![Box::new(Limiters)]).extract(&file, text).facts;
        facts.into_iter().find_map(|fact| match fact.data {
            Data::ToolSetup(setup) => Some(setup.text),
            _ => None,
        })
    }

    #[test]
    fn a_middleware_that_is_registered_is_used() {
        for (path, text) in [
            ("a.ts", "app.use('/api/*', apiRateLimit);"),
            ("a.ts", "app.use(rateLimiter());"),
            ("a.ts", "router.post(\n  '/login',\n  loginRateLimiter,\n  handler,\n);"),
            ("a.go", "r.Use(middleware.NewRateLimit(cfg))\n"),
            ("a.rs", "App::new().wrap(rate_limit.register())"),
            ("a.py", "@router.get('/x', dependencies=[Depends(rate_limit)])\ndef x(): ...\n"),
            ("a.py", "@rate_limit('5/m')\ndef x(): ...\n"),
            ("A.cs", "[RateLimit(5)]\npublic void X() {}"),
            ("a.rb", "class A\n  before_action :rate_limit_requests\nend\n"),
        ] {
            assert!(limiter(path, text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_check_that_answers_429_is_used() {
        let text = "import { checkRateLimit } from './limit';\nexport async function POST(req) {\n  if (!(await checkRateLimit(req))) {\n    return new Response('x', { status: 429 });\n  }\n}\n";
        assert_eq!(limiter("app/api/x/route.ts", text).as_deref(), Some("checkRateLimit"));
    }

    #[test]
    fn a_limiter_that_is_only_defined_is_none() {
        for text in [
            "export const rateLimit = (req, res, next) => { res.status(429).end(); };",
            "export function rateLimit(req) {\n  return new Response('', { status: 429 });\n}",
            "import { rateLimit } from './limit';",
        ] {
            assert_eq!(limiter("a.ts", text), None, "{text}");
        }
    }

    #[test]
    fn limits_of_others_are_none() {
        for (path, text) in [
            ("a.go", "if response.StatusCode == http.StatusTooManyRequests { return handler.IsRateLimited() }"),
            ("a.ts", "if (response.status === 429) { await waitForRateLimit(response); }"),
            ("a.py", "rows = [RateLimit.from_dict(x)]\n"),
            ("a.ts", "redis.get(rateLimitKey);"),
            ("a.ts", "// app.use(rateLimit)\n"),
        ] {
            assert_eq!(limiter(path, text), None, "{text}");
        }
    }
}
