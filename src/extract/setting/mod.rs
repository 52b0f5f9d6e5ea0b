//! Settings that decide whether a practice is really on: update bots, coverage thresholds, merge gates, strict types,
//! budgets, kept files, where secrets come from. Each reader looks at the files of its own tools.

mod budget;
mod coverage;
mod dependency_updates;
mod encrypted_secrets;
mod framework;
mod kept_files;
mod lint_configuration;
mod merge_gate;
mod pipeline_notices;
mod pipeline_secrets;
mod strict_types;

use super::{Extractor, Found};
use crate::facts::{Data, Setting, SettingSubject, Span};

/// The extractors of settings.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(dependency_updates::UpdateBots),
        Box::new(coverage::CoverageThresholds),
        Box::new(merge_gate::MergeGates),
        Box::new(strict_types::StrictTypes),
        Box::new(lint_configuration::LintConfigurations),
        Box::new(budget::Budgets),
        Box::new(kept_files::KeptFiles),
        Box::new(framework::FrameworkSettings),
        Box::new(pipeline_notices::PipelineNotices),
        Box::new(pipeline_secrets::PipelineSecrets),
        Box::new(encrypted_secrets::EncryptedSecrets),
    ]
}

fn setting(subject: SettingSubject, tool: &str, value: &str) -> Setting {
    Setting { subject, tool: tool.to_owned(), value: value.to_owned(), is_enabled: true, is_limited: false }
}

fn add(found: &mut Found<'_>, span: Span, setting: Setting) {
    found.add(span, Data::Setting(setting));
}

/// The first number in a text, where it is more than nothing.
fn positive_number(text: &str) -> Option<f64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    rest.get(..end)?.trim_end_matches('.').parse().ok().filter(|number| *number > 0.0)
}

#[cfg(test)]
mod testing {
    use crate::extract::{Extractor, Extractors};
    use crate::facts::{Data, File, Language, Role};

    /// The settings of a file, as `tool value`, with `off` and `limited` behind those that are so.
    pub(super) fn settings<E: Extractor + Copy + 'static>(extractor: &E, path: &str, text: &str) -> Vec<String> {
        let language = path.rsplit_once('.').and_then(|(_, extension)| Language::from_extension(extension));
        let file = File { path: path.into(), bytes: 1, role: Role::Configuration, language, lines: 1 };
        let facts = Extractors::of(vec![Box::new(*extractor)]).extract(&file, text).facts;
        let describe = |data: Data| match data {
            Data::Setting(setting) => {
                let off = if setting.is_enabled { "" } else { " off" };
                let limited = if setting.is_limited { " limited" } else { "" };
                format!("{} {}{off}{limited}", setting.tool, setting.value)
            }
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(|fact| describe(fact.data)).collect()
    }
}
