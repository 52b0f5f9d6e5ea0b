//! Checks that containers run to see whether their program is well.

use super::{Attributes, Span, Value};

/// The check of an image or a compose service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// `false` for `NONE` and `disable: true`.
    pub is_on: bool,
    /// Whether its command sends the program a request: by itself, by a script or by a command of the program that
    /// is called so. A look at a process, a file or a port is none.
    pub asks: bool,
    /// The file name of the script that the command runs.
    pub script: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A script that is called as checks of health are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckScript {
    /// Whether it sends a request.
    pub asks: bool,
}

impl Attributes for CheckScript {
    const FIELDS: &'static [&'static str] = &["asks"];

    fn value(&self, field: &str) -> Option<Value<'_>> {
        (field == "asks").then_some(Value::Flag(self.asks))
    }
}

/// Whether a command or script sends a request; a look at a process, a file or a database is none.
pub fn sends_request(text: &str) -> bool {
    let requests = [
        "http:",
        "https:",
        "curl",
        "wget",
        "urllib",
        "requests.",
        "httpx",
        "http.client",
        "http.get",
        "fetch(",
        "Net::HTTP",
        "file_get_contents(",
        "Invoke-WebRequest",
        "/dev/tcp/",
    ];
    requests.iter().any(|sign| text.contains(sign))
}

/// The endings of scripts.
pub const SCRIPT_EXTENSIONS: &[&str] = &["sh", "bash", "py", "js", "mjs", "cjs", "ts", "rb", "php", "pl", "ps1"];

impl HealthCheck {
    /// A check that runs a command.
    pub fn of(command: &str, is_on: bool, span: Span) -> Self {
        let requests = ["http:", "https:", "curl", "wget", "localhost", "127.0.0.1"];
        let names = ["health", "status", "alive", "liveness", "ready", "ping.", "check."];
        let others = [
            "pg_isready",
            "redis-cli",
            "valkey-cli",
            "mysqladmin",
            "mariadb-admin",
            "rabbitmq",
            "mongo",
            "pgrep",
            "pidof",
            "nc -z",
            "test -",
        ];
        let has = |words: &[&str]| words.iter().any(|word| command.contains(word));
        // A command of the program itself: `["/bin/server", "ping"]`.
        let last = command.trim_end_matches([']', '"', '\'', ' ']).rsplit([' ', '"', '\'']).next();
        let asks = is_on && (has(&requests) || has(&names) || last == Some("ping")) && !has(&others);
        let is_script = |word: &&str| {
            word.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && SCRIPT_EXTENSIONS.contains(&end))
        };
        let words = command.split([' ', '"', '\'', ',', '[', ']', ';']);
        let script = words.map(|word| word.rsplit('/').next().unwrap_or(word)).find(is_script).map(str::to_owned);
        Self { is_on, asks, script, span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_asks_by_itself_or_by_a_command_that_is_called_so() {
        let asks = |command| HealthCheck::of(command, true, Span::START).asks;
        for command in [
            "CMD curl -f http://localhost/up",
            "CMD ./fetch-status.py",
            "CMD [\"/app\", \"health\"]",
            "CMD [\"/app\", \"ping\"]",
        ] {
            assert!(asks(command), "{command}");
        }
        for command in
            ["CMD pg_isready", "CMD pgrep -f health-worker", "CMD true", "CMD nc -z localhost 80", "CMD redis-cli ping"]
        {
            assert!(!asks(command), "{command}");
        }
    }

    #[test]
    fn the_script_of_a_check_is_named() {
        let script = |command| HealthCheck::of(command, true, Span::START).script;
        assert_eq!(script("CMD [\"node\", \"docker/healthcheck.js\"]").as_deref(), Some("healthcheck.js"));
        assert_eq!(script("--interval=5s CMD ./check.sh web").as_deref(), Some("check.sh"));
        assert_eq!(script("CMD curl -f http://localhost/up"), None);
    }
}
