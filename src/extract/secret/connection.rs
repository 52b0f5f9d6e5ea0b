//! Passwords in connection strings and addresses: most are for a database on one's own machine.

use super::format::Captures;
use super::placeholder::{is_placeholder, is_strong_password, is_weak_password};
use super::shape;
use crate::facts::Severity;

/// Names that stand for a host in an explanation.
const NO_HOSTS: &[&str] =
    &["host", "hostname", "server", "domain", "address", "endpoint", "proxy", "ip", "db_host", "dbhost"];

/// Names and suffixes that are reserved for examples (RFC 2606, RFC 6761).
const EXAMPLE_HOSTS: &[&str] = &["example.com", "example.org", "example.net", ".example", ".test", ".invalid"];

/// Where a host can be reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// None: it is an example or a template.
    Nowhere,
    /// The machine itself.
    Loopback,
    /// A name without a domain: a service of the same composition or cluster.
    Neighbour,
    /// Anywhere.
    World,
}

/// How bad the password of a matched connection is.
pub(super) fn judge(captures: &Captures<'_>, password: &str, severity: Severity) -> Option<Severity> {
    let part = |name: &str| captures.name(name).map_or("", |found| found.as_str());
    let is_browser_scheme = matches!(part("scheme"), "mailto" | "javascript" | "data" | "tel" | "urn");
    if is_browser_scheme {
        return None;
    }
    judge_password(part("user"), password, part("host"), part("database")).map(|found| found.min(severity))
}

/// How bad a password is, by what stands around it. An empty host is one that nothing says.
pub(super) fn judge_password(user: &str, password: &str, host: &str, database: &str) -> Option<Severity> {
    let is_code = password.contains(['{', '}', '(', ')', '[', ']', ' ', '\\', '|'])
        || password.starts_with(['$', ':', '%', '#', '+']);
    if is_code || is_placeholder(user) || is_placeholder(database) {
        return None;
    }
    let weak = is_weak_password(password, &[user, host, database]);
    // A word is what explanations show; what a person made up has digits or signs in it.
    let is_a_word = password.len() < 6 || password.chars().all(char::is_alphabetic);
    let is_careful = shape::looks_random(password, 12) || is_strong_password(password);
    match reach(host) {
        Reach::Nowhere => None,
        Reach::Loopback if weak || !shape::looks_random(password, 12) => None,
        Reach::Neighbour if weak || !is_careful => (!is_placeholder(password)).then_some(Severity::Info),
        Reach::Loopback | Reach::Neighbour => Some(Severity::Low),
        Reach::World if weak || (is_a_word && password.len() < 16) => None,
        Reach::World => Some(Severity::Critical),
    }
}

fn reach(host: &str) -> Reach {
    let host = host.to_ascii_lowercase();
    let host = host.split(',').next().unwrap_or("");
    if host.is_empty() {
        return Reach::World;
    }
    let first = host.split('.').next().unwrap_or("");
    if is_example_host(host)
        || NO_HOSTS.contains(&host)
        || is_stand_in(host)
        || matches!(first, "example" | "your" | "my" | "myhost")
    {
        return Reach::Nowhere;
    }
    let loopback =
        ["localhost", "127.0.0.1", "0.0.0.0", "[", "::1", "host.docker.internal", ".", "(local)", "(localdb)"];
    if loopback.contains(&host)
        || host.starts_with("127.")
        || host.ends_with(".localhost")
        || host.starts_with("(localdb)")
    {
        return Reach::Loopback;
    }
    if host.contains('.') && host.rsplit('.').next() != Some("local") { Reach::World } else { Reach::Neighbour }
}

/// Whether a host, which a port may follow, is reserved for examples.
pub(super) fn is_example_host(host: &str) -> bool {
    let host = host.split(':').next().unwrap_or("");
    let is_below = |end: &str| {
        host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.') || end.starts_with('.'))
    };
    EXAMPLE_HOSTS.iter().any(|end| is_below(end))
}

fn is_stand_in(host: &str) -> bool {
    let letters = host.contains(['$', '{', '<', '%', '*', '[', '(']) && !host.starts_with('(') && host != "[";
    letters || host.contains("...") || ["your", "example", "placeholder", "xxxx"].iter().any(|word| host.contains(word))
}

/// The password of an address with `user:password@`, with its host, for values that are known to be one.
pub(in crate::extract) fn password_of_url(value: &str) -> Option<(&str, &str, &str)> {
    let (_, rest) = value.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (credentials, host) = authority.rsplit_once('@')?;
    let (user, password) = credentials.split_once(':')?;
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    Some((user, password, host))
}

/// Whether the password in an address could be one of production.
pub(in crate::extract) fn has_live_password(value: &str) -> bool {
    password_of_url(value)
        .and_then(|(user, password, host)| judge_password(user, password, host, ""))
        .is_some_and(|severity| severity > Severity::Info)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(user: &str, password: &str, host: &str) -> Option<Severity> {
        judge_password(user, password, host, "ledger")
    }

    #[test]
    fn a_password_for_a_host_of_the_world_is_critical() {
        assert_eq!(judged("billing", "vT7pQ2kzL", "db.acme-labs.io"), Some(Severity::Critical));
    }

    #[test]
    fn defaults_of_development_are_none_or_worth_knowing() {
        assert_eq!(judged("postgres", "postgres", "localhost"), None);
        assert_eq!(judged("ledger", "ledger", "db"), Some(Severity::Info));
        assert_eq!(judged("postgres", "changethis", "db"), None);
        assert_eq!(judged("off", "off-facts", "mongodb"), Some(Severity::Info));
    }

    #[test]
    fn a_random_password_for_a_neighbour_is_of_low_severity() {
        assert_eq!(judged("billing", "Winter!2024s", "db"), Some(Severity::Low));
        assert_eq!(judged("billing", "vT7pQ2kzL9Xw", "db"), Some(Severity::Low));
    }

    #[test]
    fn reserved_hosts_are_told_from_their_neighbours() {
        for host in ["example.com", "a.example.org:443", "db.test", "x.invalid"] {
            assert!(is_example_host(host), "{host}");
        }
        for host in ["myexample.com", "example.io", "contest", "example.com.acme-labs.io"] {
            assert!(!is_example_host(host), "{host}");
        }
    }

    #[test]
    fn explanations_and_templates_are_none() {
        for (user, password, host) in [
            ("user", "password", "db.acme-labs.io"),
            ("billing", "vT7pQ2kzL", "db.example.com"),
            ("billing", "vT7pQ2kzL", "HOST"),
            ("billing", "${PASSWORD}", "db.acme-labs.io"),
            ("billing", "%s", "db.acme-labs.io"),
        ] {
            assert_eq!(judged(user, password, host), None, "{user}:{password}@{host}");
        }
    }
}
