//! What a document or a section is about, by its name and its heading.

use crate::facts::DocumentSubject::{
    self, Api, Architecture, Backup, Changelog, Contributing, Deployment, Operation, Readme, Rollback, Runbook,
    SecretRotation, SecurityPolicy,
};

/// Instructions for coding agents are for programs, whatever their form.
pub(super) fn is_for_agents(path: &str) -> bool {
    let is_agent = |part: &str| {
        matches!(
            part,
            ".claude"
                | ".agents"
                | ".agent"
                | ".cursor"
                | ".codex"
                | ".gemini"
                | ".junie"
                | ".kiro"
                | ".opencode"
                | ".windsurf"
                | ".clinerules"
                | "skills"
        )
    };
    let names = ["AGENTS.md", "CLAUDE.md", "GEMINI.md", "copilot-instructions.md", ".instructions.md", ".prompt.md"];
    path.split('/').any(is_agent) || names.iter().any(|name| path.ends_with(name))
}

/// Examples, templates and suites of tests describe themselves; forms of the host ask others.
pub(super) fn is_on_something_else(path: &str) -> bool {
    let is_other = |part: &str| {
        matches!(
            part,
            "examples"
                | "example"
                | "samples"
                | "sample"
                | "demos"
                | "demo"
                | "templates"
                | "template"
                | "testdata"
                | "fixtures"
                | "test"
                | "tests"
                | "__tests__"
                | "e2e"
                | "playwright"
                | "cypress"
        )
    };
    let lower = path.to_ascii_lowercase();
    let is_form = |part: &str| matches!(part, "issue_template" | "issue_templates" | "merge_request_templates");
    lower.contains("pull_request_template")
        || lower.split('/').any(|part| is_form(part.trim_end_matches(".md")))
        || path.rsplit_once('/').is_some_and(|(folder, _)| folder.split('/').any(is_other))
}

/// Whether a document is the entrance to others by its name.
pub(super) fn is_readme(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.split('.').next(), Some("readme" | "index"))
}

/// Whether a page called security says where holes are reported. At the places where hosts show it, its name is enough;
/// among the documentation it may as well describe what keeps the program safe.
pub(super) fn is_on_reports(path: &str, text: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let lower = || text.to_lowercase();
    let says = |lower: String| {
        ["vulnerab", "disclos", "security issue", "security bug", "security@"].iter().any(|word| lower.contains(word))
    };
    !matches!(folder, "docs" | "doc") || says(lower())
}

/// The file that RFC 9116 puts at a well-known address.
pub(super) fn is_security_txt(path: &str) -> bool {
    path == "security.txt" || path.ends_with("/security.txt")
}

/// Whether it tells what happened, so that its headings are no subjects.
pub(super) fn is_a_journal(subjects: &[DocumentSubject]) -> bool {
    subjects.iter().any(|subject| matches!(subject, Changelog | SecurityPolicy))
}

/// Words that are looked for in several places.
struct Text<'a> {
    words: Vec<&'a str>,
    joined: String,
}

impl<'a> Text<'a> {
    fn new(lower: &'a str) -> Self {
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        Self { joined: words.join(" "), words }
    }

    fn has(&self, list: &[&str]) -> bool {
        self.words.iter().any(|word| list.contains(word))
    }

    fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.joined.contains(phrase))
    }

    /// What names and headings say alike.
    fn subjects(&self) -> Vec<DocumentSubject> {
        let mut found = Vec::new();
        let mut add = |subject, is_meant: bool| found.extend(is_meant.then_some(subject));
        let secrets = [
            "secret",
            "secrets",
            "key",
            "keys",
            "credential",
            "credentials",
            "token",
            "tokens",
            "password",
            "passwords",
        ];
        add(SecretRotation, self.has(&["rotation", "rotate", "rotating", "rollover"]) && self.has(&secrets));
        let is_recovery = self.says(&["disaster recovery"]);
        add(
            Runbook,
            is_recovery
                || self.has(&["runbook", "runbooks", "playbook", "oncall", "postmortem"])
                || self.says(INCIDENTS),
        );
        add(Backup, is_recovery || self.has(&["backup", "backups", "restore", "restoring"]) || self.says(&["back up"]));
        let is_undone = self.has(&["revert", "reverting", "undo", "undoing"]);
        add(
            Rollback,
            self.has(&["rollback", "rollbacks", "downgrade", "downgrading"])
                || self.says(&["roll back", "rolling back"])
                || is_undone && self.has(&["deployment", "deploy", "release", "migration", "migrations", "version"]),
        );
        let is_of_processors = self.has(&["architecture"]) && self.has(PROCESSORS);
        let is_design = self.says(&["design decision", "system design", "technical design", "design document"]);
        add(Architecture, self.has(&["architecture"]) && !is_of_processors || is_design);
        add(
            Deployment,
            self.has(&["deploy", "deployment", "deploying", "deployments", "selfhosting", "selfhosted"])
                || self.says(&["self hosting", "self host", "self hosted"]),
        );
        found
    }
}

/// What an architecture is one of, where it is that of a processor.
const PROCESSORS: &[&str] = &[
    "single",
    "multi",
    "cpu",
    "processor",
    "platform",
    "platforms",
    "build",
    "building",
    "builds",
    "container",
    "image",
    "images",
    "binary",
    "binaries",
    "arm",
    "arm64",
    "amd64",
    "x86",
    "x64",
    "target",
    "supported",
];

const INCIDENTS: &[&str] =
    &["on call", "incident response", "incident management", "when something breaks", "during an incident"];

/// Whether a document lies at the root or among others. Beside code, a module describes its own maintenance, and a
/// library that was copied its own functions.
pub(super) fn is_among_documents(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_of_documents =
        |part: &str| matches!(part, "docs" | "doc" | "documentation" | "wiki" | "guides" | "handbook");
    folder.is_empty() || folder.split('/').any(|part| is_of_documents(&part.to_ascii_lowercase()))
}

/// What a file is about, where its path tells.
pub(super) fn of_file(path: &str) -> Vec<DocumentSubject> {
    if is_security_txt(path) {
        return vec![SecurityPolicy];
    }
    let lower = path.to_ascii_lowercase().replace(['_', ' '], "-");
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem = name.split('.').next().unwrap_or(name);
    let lies_in = |list: &[&str]| folder.split('/').any(|part| list.contains(&part));
    let is_host_place = matches!(folder, "" | ".github" | "docs" | "doc" | ".gitlab" | ".forgejo" | ".gitea");
    match stem {
        "readme" if matches!(folder, "" | ".github" | "docs") => return vec![Readme],
        "contributing" | "contribute" | "development" | "developing" | "hacking" | "contribution-guide"
        | "contributing-guide" | "developer-guide" | "local-development" => return vec![Contributing],
        // A package among several has its own.
        "changelog" => return vec![Changelog],
        // That of older versions.
        _ if stem.strip_prefix("changelog-").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) => {
            return vec![Changelog];
        }
        "changes" | "history" | "news" | "release-notes" | "releasenotes" if is_host_place => return vec![Changelog],
        "security" if is_host_place => return vec![SecurityPolicy],
        _ => {}
    }
    let text = Text::new(stem);
    let mut found = text.subjects();
    let mut add = |subject, is_meant: bool| {
        if is_meant && !found.contains(&subject) {
            found.push(subject);
        }
    };
    let is_page = !matches!(stem, "index" | "readme" | "template" | "000-template" | "0000-template");
    let is_among_documents = is_among_documents(&lower);
    let is_reference =
        matches!(stem, "api" | "api-reference" | "api-docs" | "api-documentation" | "rest-api" | "http-api");
    // A folder below holds what a generator wrote of classes and modules.
    let of_api = matches!(folder.rsplit('/').next(), Some("api" | "api-reference" | "rest-api" | "http-api"));
    add(Api, is_among_documents && (is_reference || is_page && of_api));
    let is_overview =
        matches!(stem, "infrastructure" | "internals" | "technical-overview" | "system-overview" | "how-it-works");
    add(Architecture, is_among_documents && is_overview);
    let decisions = ["adr", "adrs", "decisions", "architecture-decisions", "decision-records", "rfcs", "design-docs"];
    add(
        Architecture,
        is_page && lies_in(&decisions) || text.words.first() == Some(&"adr") || lies_in(&["architecture"]),
    );
    let incidents = ["runbooks", "runbook", "playbooks", "oncall", "on-call", "incidents"];
    add(Runbook, is_page && lies_in(&incidents) || text.has(&["incident", "incidents"]));
    add(Deployment, is_page && lies_in(&["deployment", "self-hosting", "deploying"]));
    add(Deployment, matches!(stem, "install" | "installation" | "installing"));
    add(Operation, lies_in(&["operations", "maintenance", "administration", "operating"]));
    let is_for_operators = text.has(&["troubleshooting", "administration", "maintenance", "operations", "operating"]);
    add(Operation, is_among_documents && is_for_operators);
    found
}

/// What a section is about, where its heading tells.
pub(super) fn of_heading(title: &str) -> Vec<DocumentSubject> {
    let lower = title.to_lowercase();
    let text = Text::new(&lower);
    let mut found = text.subjects();
    // A policy of content, of pods or of a network tells a program what to refuse.
    let is_for_programs = text.says(&["content security", "pod security", "network security", "transport security"]);
    let is_policy = text.says(&["security policy"]) && !is_for_programs
        || text.says(&["report a vulnerability", "reporting a vulnerability"])
        || text.says(&["security issues", "vulnerability report", "security vulnerabilities"])
        || text.says(&["responsible disclosure", "reporting security"]);
    found.extend(is_policy.then_some(SecurityPolicy));
    if text.words.len() > 6 {
        found.retain(|subject| !matches!(subject, Architecture | Deployment));
        return found;
    }
    let is_interface =
        text.says(&["api reference", "api documentation", "api docs", "api endpoints", "rest api", "http api"]);
    found.extend((is_interface || text.words == ["api"]).then_some(Api));
    let is_production = matches!(text.words.as_slice(), ["production"] | ["in" | "running" | "run", .., "production"]);
    if is_production && !found.contains(&Deployment) {
        found.push(Deployment);
    }
    let is_building =
        matches!(text.words.as_slice(), ["developing", ..] | ["building"] | ["building", "from" | "and" | "the", ..]);
    // A development server, mode or build is a thing that is started, not an invitation.
    let is_of_a_tool = text.has(&["server", "servers", "mode", "build", "builds", "version", "versions", "status"]);
    let is_developing = text.has(&["contributing", "contribute", "contributions", "hacking"])
        || text.has(&["development"]) && !is_of_a_tool;
    found.extend((is_building || is_developing).then_some(Contributing));
    found
}

/// Whether commands below a heading that start a container are how it is installed to stay.
pub(super) fn is_installation(title: &str) -> bool {
    let lower = title.to_lowercase();
    let text = Text::new(&lower);
    let is_local =
        text.has(&["local", "locally", "development", "develop", "developing", "contributing", "test", "tests"]);
    let is_installed = ["install", "installing", "installation", "docker", "container", "podman", "hosting", "server"];
    !is_local && text.has(&is_installed)
}

/// What follows the word where it is about installing the product itself.
const HOW_TO_INSTALL: &[&str] = &[
    "it",
    "guide",
    "guides",
    "instructions",
    "docs",
    "documentation",
    "steps",
    "notes",
    "manual",
    "options",
    "methods",
    "requirements",
    "script",
    "page",
    "on",
    "with",
    "via",
    "using",
    "from",
    "in",
    "and",
    "for",
    "as",
    "here",
    "now",
    "to",
    "app",
    "application",
    "server",
    "service",
    "locally",
    "docker",
    "yourself",
];

/// Whether a heading or a link's text in a document of that title is on how to install the product: `Install Go` is
/// not, where Go is what the product needs.
pub(super) fn is_on_installing(text: &str, title: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    if !matches!(words.next(), Some("install" | "installing" | "installation")) {
        return false;
    }
    let title = title.to_lowercase();
    let is_product = |word: &str| title.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
    match words.find(|word| *word != "the") {
        Some(what) => HOW_TO_INSTALL.contains(&what) || is_product(what),
        None => true,
    }
}

/// Whether a link starts a deployment on somebody's platform.
pub(super) fn is_deploy_button(target: &str) -> bool {
    const BUTTONS: &[&str] = &[
        "heroku.com/deploy",
        "vercel.com/new",
        "vercel.com/import",
        "railway.app/template",
        "railway.app/new",
        "railway.com/template",
        "railway.com/deploy",
        "railway.com/new",
        "render.com/deploy",
        "deploy.cloud.run",
        "netlify.com/start/deploy",
        "koyeb.com/deploy",
        "cloud.digitalocean.com/apps/new",
        "deploy.workers.cloudflare.com",
        "portal.azure.com/#create",
        "zeabur.com/templates",
        "elest.io/open-source",
    ];
    BUTTONS.iter().any(|button| target.contains(button))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(subjects: Vec<DocumentSubject>) -> Vec<&'static str> {
        subjects.into_iter().map(DocumentSubject::name).collect()
    }

    #[test]
    fn files_are_known_as_projects_name_them() {
        for (path, wanted) in [
            ("README.md", &["readme"][..]),
            ("release-notes.md", &["changelog"]),
            ("CHANGELOG_8_15.md", &["changelog"]),
            ("packages/ui/CHANGELOG.md", &["changelog"]),
            ("src/news.md", &[]),
            ("docs/adr/0001-use-queues.md", &["architecture"]),
            ("docs/runbooks/queue-is-full.md", &["runbook"]),
            ("docs/disaster-recovery.md", &["runbook", "backup"]),
            ("docs/backup.md", &["backup"]),
            ("docs/DEPLOYMENT_DOCKER.md", &["deployment"]),
            ("INSTALL.md", &["deployment"]),
            ("docs/api/chat.md", &["api"]),
            ("src/scripts/charts/API.md", &[]),
            ("docs/api/classes/chat.md", &[]),
            ("INFRASTRUCTURE.md", &["architecture"]),
            (".github/SECURITY.md", &["security-policy"]),
            ("docs/rotating-secrets.md", &["secret-rotation"]),
            ("docs/troubleshooting.md", &["operation"]),
            ("src/filter/MAINTENANCE.md", &[]),
            ("docs/adr/template.md", &[]),
            ("docs/user-guide/security.md", &[]),
        ] {
            assert_eq!(names(of_file(path)), wanted, "{path}");
        }
    }

    #[test]
    fn headings_are_understood_in_their_words() {
        for (title, wanted) in [
            ("Deploying to production", &["deployment"][..]),
            ("Self-Hosting", &["deployment"]),
            ("Running in production", &["deployment"]),
            ("On-call", &["runbook"]),
            ("Rolling back a release", &["rollback"]),
            ("Backup and restore", &["backup"]),
            ("Rotating the API keys", &["secret-rotation"]),
            ("Reporting a vulnerability", &["security-policy"]),
            ("Content Security Policy", &[]),
            ("Building from source", &["contributing"]),
            ("Building a container", &[]),
            ("Rotating pictures", &[]),
            ("Design Decisions in the router", &["architecture"]),
            ("Multi architecture container building", &[]),
            ("Run the development server", &[]),
            ("Setting up for development", &["contributing"]),
            ("Products", &[]),
            ("Chat API Documentation", &["api"]),
            ("API keys", &[]),
        ] {
            assert_eq!(names(of_heading(title)), wanted, "{title}");
        }
    }

    #[test]
    fn containers_for_development_are_no_installation() {
        assert!(is_installation("Installing with Docker"));
        assert!(!is_installation("Local development with Docker"));
        assert!(!is_installation("Database configuration"));
    }

    #[test]
    fn what_the_product_needs_is_no_installation_of_it() {
        for (text, wanted) in [
            ("Installation", true),
            ("install it on your server", true),
            ("Installing Atlas", true),
            ("Install via Kubernetes", true),
            ("Install Go 1.25+", false),
            ("install the recommended extensions for the workspace", false),
            ("installed", false),
        ] {
            assert_eq!(is_on_installing(text, "Atlas, a map server"), wanted, "{text}");
        }
    }
}
