//! Notices that pipelines send by words of their own systems: steps of Jenkins, sections of Travis CI, `AppVeyor` and
//! Buildkite.

use super::{add, setting};
use crate::extract::{Demand, Extractor, Found, Hit};
use crate::facts::{File, SettingSubject};
use crate::syntax::Source;

/// Finds them.
#[derive(Clone, Copy)]
pub(super) struct PipelineNotices;

const WORDS: &[(&str, &str)] = &[
    ("slackSend", "Slack"),
    ("discordSend", "Discord"),
    ("office365ConnectorSend", "Microsoft Teams"),
    ("telegramSend", "Telegram"),
    ("mattermostSend", "Mattermost"),
    ("emailext", "mail"),
    ("mail to:", "mail"),
    ("mail(", "mail"),
    ("notifications:", "notifications"),
    ("notify:", "notifications"),
];

impl Extractor for PipelineNotices {
    fn name(&self) -> &'static str {
        "pipeline-notice"
    }

    fn demand(&self) -> Demand {
        Demand::Positions(WORDS.iter().map(|(word, _)| (*word).to_owned()).collect())
    }

    fn wants(&self, file: &File) -> bool {
        is_jenkins(file) || section_of(&file.path).is_some()
    }

    fn extract(&self, source: &Source<'_>, hits: &[Hit], found: &mut Found<'_>) {
        for hit in hits {
            let Some((word, tool)) = WORDS.get(hit.literal) else { continue };
            let before = source.text().get(..hit.at).unwrap_or("").rsplit('\n').next().unwrap_or("");
            let is_section = word.ends_with(':') && !word.contains(' ');
            let is_meant = match section_of(&source.file.path) {
                Some(section) => {
                    section == *word && before.trim().trim_start_matches('-').is_empty() && says_whom(source)
                }
                None => !is_section && !before.contains("//") && !before.trim_start().starts_with('*'),
            };
            if is_meant {
                let span = source.span(hit.at..hit.at + word.len());
                add(found, span, setting(SettingSubject::PipelineNotices, tool, ""));
                return;
            }
        }
    }
}

fn is_jenkins(file: &File) -> bool {
    file.name().starts_with("Jenkinsfile") || file.path.starts_with(".jenkins/")
}

/// The section of a system in which notices are set up.
fn section_of(path: &str) -> Option<&'static str> {
    match path {
        ".travis.yml" | "appveyor.yml" | ".appveyor.yml" => Some("notifications:"),
        ".buildkite/pipeline.yml" | ".buildkite/pipeline.yaml" => Some("notify:"),
        _ => None,
    }
}

/// Whether notices go to somebody: `notifications: { email: false }` only switches them off.
fn says_whom(source: &Source<'_>) -> bool {
    let whom = [
        "slack:",
        "slack\"",
        "webhook",
        "recipients:",
        "on_failure:",
        "irc:",
        "hipchat:",
        "pagerduty",
        "provider:",
        "email: \"",
    ];
    whom.iter().any(|word| source.text().contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::testing::settings;
    use super::PipelineNotices;

    #[test]
    fn steps_of_jenkins_and_sections_of_others() {
        let text = "pipeline {\n  post {\n    // slackSend channel: 'old'\n    failure { mail to: 'a@b', subject: 'x' }\n  }\n}\n";
        assert_eq!(settings(&PipelineNotices, "Jenkinsfile", text), ["mail "]);
        assert_eq!(settings(&PipelineNotices, ".travis.yml", "notifications:\n  slack: x\n"), ["notifications "]);
        assert_eq!(settings(&PipelineNotices, ".travis.yml", "notifications:\n  email: false\n"), [""; 0]);
    }
}
