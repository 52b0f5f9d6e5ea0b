//! What a document or a section is about, by its name and its heading.

use crate::facts::DocumentSubject;

/// Instructions for coding agents are for programs, whatever their form.
pub(super) fn is_for_agents(path: &str) -> bool {
    let is_agent = |part: &str| matches!(part, ".claude" | ".agents" | ".cursor" | ".codex" | ".gemini" | "skills");
    path.split('/').any(is_agent) || path.ends_with("AGENTS.md") || path.ends_with("CLAUDE.md")
}

/// The file that RFC 9116 puts at a well-known address.
pub(super) fn is_security_txt(path: &str) -> bool {
    path == "security.txt" || path.ends_with("/security.txt")
}

/// Whether it tells what happened, so that its headings are no subjects.
pub(super) fn is_a_journal(subject: DocumentSubject) -> bool {
    matches!(subject, DocumentSubject::Changelog | DocumentSubject::SecurityPolicy)
}

/// What a file is about, where its path tells.
pub(super) fn of_file(path: &str) -> Option<DocumentSubject> {
    use DocumentSubject::{
        Architecture, Changelog, Contributing, Deployment, Readme, Runbook, SecretRotation, SecurityPolicy,
    };
    if is_security_txt(path) {
        return Some(SecurityPolicy);
    }
    let lower = path.to_ascii_lowercase().replace(['_', ' '], "-");
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.split('.').next().unwrap_or(name);
    let words: Vec<&str> = stem.split('-').collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let lies_in = |list: &[&str]| folder.split('/').any(|part| list.contains(&part));
    let is_index = matches!(stem, "index" | "readme" | "template" | "000-template");
    let is_host_place = matches!(folder, "" | ".github" | "docs" | ".gitlab" | ".forgejo" | ".gitea");
    match stem {
        "readme" if matches!(folder, "" | ".github" | "docs") => return Some(Readme),
        "contributing" | "contribute" | "development" | "developing" | "hacking" | "contribution-guide"
        | "contributing-guide" | "developer-guide" | "local-development" => return Some(Contributing),
        "changelog" | "changes" | "history" | "news" | "release-notes" | "releasenotes" if is_host_place => {
            return Some(Changelog);
        }
        "security" if is_host_place => return Some(SecurityPolicy),
        _ => {}
    }
    if !is_index && lies_in(&["adr", "adrs", "decisions", "architecture-decisions", "decision-records"]) {
        return Some(Architecture);
    }
    if has(&["architecture"]) || matches!(words.first(), Some(&"adr")) || lies_in(&["architecture"]) {
        return Some(Architecture);
    }
    if has(&["runbook", "runbooks", "playbook", "oncall", "postmortem", "incident", "incidents"])
        || stem.contains("on-call")
        || stem.contains("disaster-recovery")
        || !is_index && lies_in(&["runbooks", "runbook", "playbooks", "oncall", "on-call", "incidents"])
    {
        return Some(Runbook);
    }
    if has(&["rotation", "rotate", "rotating"])
        && has(&["secret", "secrets", "key", "keys", "credential", "credentials", "token", "tokens", "password"])
    {
        return Some(SecretRotation);
    }
    let is_deployment = has(&["deploy", "deployment", "deploying", "deployments", "selfhosting"])
        || stem.starts_with("self-host")
        || lies_in(&["deployment", "self-hosting", "deploying"]) && !is_index;
    is_deployment.then_some(Deployment)
}

/// What a section is about, where its heading tells.
pub(super) fn of_heading(title: &str) -> Option<DocumentSubject> {
    use DocumentSubject::{Architecture, Contributing, Deployment, Runbook, SecretRotation, SecurityPolicy};
    let lower = title.to_lowercase().replace(['-', '_', '/'], " ");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let joined = words.join(" ");
    let says = |list: &[&str]| list.iter().any(|phrase| joined.contains(phrase));
    if has(&["rotation", "rotate", "rotating"])
        && has(&["secret", "secrets", "key", "keys", "credential", "credentials", "token", "tokens", "passwords"])
    {
        return Some(SecretRotation);
    }
    if has(&["runbook", "runbooks", "playbook", "oncall"])
        || says(&["on call", "incident response", "disaster recovery", "when something breaks", "during an incident"])
    {
        return Some(Runbook);
    }
    if says(&["security policy", "report a vulnerability", "reporting a vulnerability", "security issues"])
        || says(&["vulnerability report", "security vulnerabilities", "responsible disclosure", "reporting security"])
    {
        return Some(SecurityPolicy);
    }
    if words.len() <= 6 {
        if has(&["architecture"]) {
            return Some(Architecture);
        }
        if has(&["deploy", "deployment", "deploying", "deployments"])
            || matches!(words.as_slice(), ["production"] | ["in" | "running" | "run", .., "production"])
            || says(&["self hosting", "self host", "selfhosting"])
        {
            return Some(Deployment);
        }
        let is_building = words.first().is_some_and(|word| matches!(*word, "building" | "developing"));
        if has(&["contributing", "contribute", "development", "contributions", "hacking"]) || is_building {
            return Some(Contributing);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_as_projects_name_them() {
        let named = |path| of_file(path).map(DocumentSubject::name);
        assert_eq!(named("README.md"), Some("readme"));
        assert_eq!(named("release-notes.md"), Some("changelog"));
        assert_eq!(named("docs/adr/0001-use-queues.md"), Some("architecture"));
        assert_eq!(named("docs/runbooks/queue-is-full.md"), Some("runbook"));
        assert_eq!(named("docs/DEPLOYMENT_DOCKER.md"), Some("deployment"));
        assert_eq!(named(".github/SECURITY.md"), Some("security-policy"));
        assert_eq!(named("docs/rotating-secrets.md"), Some("secret-rotation"));
        assert_eq!(named("docs/adr/template.md"), None);
        assert_eq!(named("docs/user-guide/security.md"), None);
    }

    #[test]
    fn headings_are_understood_in_their_words() {
        let about = |title| of_heading(title).map(DocumentSubject::name);
        assert_eq!(about("Deploying to production"), Some("deployment"));
        assert_eq!(about("Self-Hosting"), Some("deployment"));
        assert_eq!(about("On-call"), Some("runbook"));
        assert_eq!(about("Rotating the API keys"), Some("secret-rotation"));
        assert_eq!(about("Rotating pictures"), None);
        assert_eq!(about("Reporting a vulnerability"), Some("security-policy"));
        assert_eq!(about("Products"), None);
    }
}
