//! Functions of other files that handlers ask before they answer: `this.healthService.check()`, `checkDatabase()` that is
//! imported. What holds them is told from the type that the file declares, from the import, or from the name itself.

use std::collections::BTreeSet;

use crate::extract::code::words::words;
use crate::facts::{Language, holder_stem};

/// Words of the names of functions, classes and modules that may look after health.
const WORDS: &[&str] = &[
    "health",
    "healthy",
    "healthz",
    "healthcheck",
    "healthchecks",
    "ready",
    "readiness",
    "liveness",
    "alive",
    "ping",
    "heartbeat",
];

/// Names of functions that look after health in classes of any name, in lower case and without underlines.
const NAMES: &[&str] = &[
    "check",
    "checkall",
    "checkstatus",
    "status",
    "getstatus",
    "checkconnection",
    "testconnection",
    "isconnected",
    "checkdependencies",
    "checkservices",
    "runchecks",
    "performchecks",
    "live",
    "islive",
    "probe",
];

/// Receivers that are a response, whose `status` is set.
const RESPONSES: &[&str] = &["res", "response", "reply", "c", "ctx", "context", "resp"];

/// How many places of a name are looked at for its type.
const MAX_PLACES: usize = 40;

/// Whether a name says that its function, class or module looks after health.
pub(super) fn is_of_health(name: &str) -> bool {
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether a function of that name may look after health.
pub(super) fn may_check(name: &str) -> bool {
    let plain: String = name.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect();
    let plain = plain.strip_suffix("async").unwrap_or(&plain);
    NAMES.contains(&plain) || is_of_health(name)
}

/// The receiver and the name of what is called, where it may look after health.
pub(super) fn parts(callee: &str) -> Option<(String, String)> {
    let plain = callee.replace("?->", ".").replace("->", ".").replace("::", ".").replace("?.", ".").replace("!.", ".");
    let plain = plain.strip_suffix(".bind").unwrap_or(&plain);
    let (receiver, function) = plain.rsplit_once('.').unwrap_or(("", plain));
    let receiver = last_holder(receiver);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '?' | '!');
    let is_named = !function.is_empty() && function.chars().all(is_word);
    let sets_status = function.eq_ignore_ascii_case("status") && RESPONSES.contains(&receiver);
    let is_meant = may_check(function) || is_of_health(receiver);
    (is_named && is_meant && !sets_status).then(|| (receiver.to_owned(), function.to_owned()))
}

/// What a receiver holds last: `svc` of `h.svc`, `HealthService` of `new HealthService(db)` and `HealthService.new`.
fn last_holder(receiver: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    if receiver.contains('(') {
        let is_class = |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase());
        return receiver.split(|c| !is_part(c)).rfind(is_class).unwrap_or("");
    }
    let mut segments = receiver.rsplit('.').filter(|it| !matches!(*it, "new" | "instance" | "INSTANCE" | "shared"));
    let last = segments.next().unwrap_or("").trim_start_matches('$');
    if last.chars().all(is_part) && !matches!(last, "this" | "self" | "static") { last } else { "" }
}

/// The functions, named by the stem of their holder: those that handlers of a text ask.
pub(super) fn named(asks: &BTreeSet<(String, String)>, text: &str, language: Option<Language>) -> Vec<String> {
    let mut named = BTreeSet::new();
    for (receiver, function) in asks {
        let module = imported(receiver_or(receiver, function), text);
        let mut add = |holder: &str| named.insert(format!("{}.{function}", holder_stem(holder)));
        if receiver.is_empty() {
            match (module, language) {
                (Some(module), _) => add(module),
                (None, Some(Language::Go)) => add(""),
                _ => false,
            };
            continue;
        }
        add(receiver);
        if let Some(class) = declared(receiver, text, language) {
            add(class);
        }
        if let Some(module) = module {
            add(module);
        }
    }
    named.into_iter().collect()
}

fn receiver_or<'a>(receiver: &'a str, function: &'a str) -> &'a str {
    if receiver.is_empty() { function } else { receiver }
}

/// The places of a whole word in a text.
fn places<'a>(word: &'a str, text: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let is_whole = move |at: &usize| {
        let (before, after) = (text.get(..*at).unwrap_or(""), text.get(at + word.len()..).unwrap_or(""));
        !before.ends_with(is_part) && !after.starts_with(is_part)
    };
    memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).filter(is_whole).take(MAX_PLACES)
}

/// The type that a text declares for a name: `health: HealthService`, `HealthService health`, `svc *health.Service`,
/// `health = new HealthService(`.
fn declared<'text>(name: &str, text: &'text str, language: Option<Language>) -> Option<&'text str> {
    let is_class = |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase());
    if is_class(&name) {
        return None;
    }
    let class = |written: &'text str| {
        let written = written.trim_start().trim_start_matches(['*', '&', '?']);
        let written = written.strip_prefix("new ").unwrap_or(written);
        let end = written.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(written.len());
        let last = written.get(..end)?.trim_end_matches(".new").rsplit('.').next()?;
        Some(last.strip_prefix("New").filter(|it| is_class(it)).unwrap_or(last)).filter(is_class)
    };
    places(name, text).find_map(|at| {
        let after = text.get(at + name.len()..)?;
        let trimmed = after.trim_start_matches([' ', '?']);
        if let Some(value) = trimmed.strip_prefix(":=").or_else(|| trimmed.strip_prefix('=')) {
            return class(value);
        }
        if let Some(written) = trimmed.strip_prefix(':').filter(|it| !it.starts_with(':')) {
            return class(written);
        }
        if language == Some(Language::Go) {
            return after.strip_prefix([' ', '\t']).and_then(class);
        }
        let line = text.get(..at)?.rsplit('\n').next()?.trim_end_matches('$');
        let before = line.strip_suffix(' ')?.split('<').next()?.rsplit([' ', '(', ',']).next()?;
        let typed = matches!(language, Some(Language::Java | Language::CSharp | Language::Php));
        before.trim_end_matches('?').rsplit(['.', '\\']).next().filter(is_class).filter(|_| typed)
    })
}

/// The last part of the module that a name is imported from.
fn imported<'text>(name: &str, text: &'text str) -> Option<&'text str> {
    places(name, text).find_map(|at| {
        let line_start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let line = text.get(line_start..)?.lines().next()?;
        let head = line.trim_start();
        let module = if let Some(rest) = head.strip_prefix("from ") {
            rest.split_whitespace().next()?.rsplit('.').next()?
        } else if line.contains("require(") {
            quoted(line.split_once("require(")?.1)?
        } else {
            // A list of names may go over several lines.
            let before = text.get(..at)?;
            let opened = before.rfind("import ")?;
            let is_list = text.get(opened..at)?.bytes().all(|b| !matches!(b, b';' | b'(' | b'=' | b'\'' | b'"'));
            let rest = text.get(at..)?.split_once("from ").filter(|(list, _)| is_list && list.len() < 1000)?.1;
            quoted(rest)?
        };
        let last = module.rsplit('/').find(|part| !matches!(*part, "" | "." | ".." | "index"))?;
        let last = [".js", ".ts", ".mjs"].iter().find_map(|end| last.strip_suffix(end)).unwrap_or(last);
        (!last.is_empty()).then_some(last)
    })
}

fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(['"', '\''])?;
    inner.split(['"', '\'']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(callee: &str, text: &str, language: Language) -> Vec<String> {
        named(&parts(callee).into_iter().collect(), text, Some(language))
    }

    #[test]
    fn what_holds_a_function_is_told_by_type_import_or_name() {
        let nest = "constructor(private readonly app: AppService) {}";
        assert_eq!(asked("this.app.getStatus", nest, Language::TypeScript), ["app.getStatus"]);
        assert_eq!(
            asked("this.a.ping", "constructor(private a: DbService)", Language::TypeScript),
            ["a.ping", "db.ping"]
        );
        assert_eq!(
            asked("status.check", "private final HealthService status;", Language::Java),
            ["health.check", "status.check"]
        );
        assert_eq!(
            asked("h.svc.Health", "type H struct {\n\tsvc *core.Checker\n}", Language::Go),
            ["checker.Health", "svc.Health"]
        );
        assert_eq!(
            asked("$this->monitor->check", "private HealthMonitor $monitor", Language::Php),
            ["healthmonitor.check", "monitor.check"]
        );
        let imports = "import {\n  isReady,\n  other,\n} from '../services/health.service.js';\n";
        assert_eq!(asked("isReady", imports, Language::TypeScript), ["health.isReady"]);
        assert_eq!(asked("isReady", "const { isReady } = require('./lib/db')", Language::JavaScript), ["db.isReady"]);
        assert_eq!(
            asked("check_health", "from app.core.db import check_health\n", Language::Python),
            ["db.check_health"]
        );
        assert_eq!(asked("new HealthService(db).run", "", Language::CSharp), ["health.run"]);
        assert_eq!(asked("HealthCheck.new.run", "", Language::Ruby), ["healthcheck.run"]);
    }

    #[test]
    fn what_says_nothing_of_health_is_not_asked() {
        for callee in ["res.status", "res.json", "Date.now", "orders.list", "shipping.map", "this.mapping.get"] {
            assert_eq!(parts(callee), None, "{callee}");
        }
        // A function without a receiver that nobody imports.
        assert_eq!(asked("check", "", Language::TypeScript), [""; 0]);
    }
}
