//! Images that are a program: what follows their name are its arguments.

use super::Word;

/// Programs that are the entry points of images of their name.
const PROGRAMS: &[&str] = &[
    "actionlint",
    "checkov",
    "cosign",
    "dockle",
    "flyway",
    "gitleaks",
    "grype",
    "hadolint",
    "k6",
    "kube-linter",
    "liquibase",
    "osv-scanner",
    "shellcheck",
    "syft",
    "terraform",
    "tflint",
    "tfsec",
    "trivy",
    "trufflehog",
    "yamllint",
    "zizmor",
];

/// The program of an image: `gitleaks` of `ghcr.io/gitleaks/gitleaks:v8`.
pub(super) fn program_of(image: &Word) -> Option<Word> {
    let last = image.text.rsplit('/').next().unwrap_or(&image.text);
    let name = last.split(['@', ':']).next().unwrap_or(last);
    PROGRAMS.contains(&name).then(|| Word { text: name.to_owned(), ..image.clone() })
}
