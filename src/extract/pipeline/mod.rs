//! CI configurations as `Pipeline` facts, one reader a system. What they finally run is followed in `model::pipeline`.

mod condition;
mod github;
mod github_keys;
mod github_triggers;
mod gitlab;
mod gitlab_keys;
mod gitlab_rules;
mod matrix;
mod risk;
mod script;
mod services;
mod substance;
mod system;

use super::Extractor;

/// The extractors of pipelines.
pub(super) fn all() -> Vec<Box<dyn Extractor>> {
    vec![
        Box::new(github::Workflows),
        Box::new(github::CompositeActions),
        Box::new(gitlab::GitLab),
        Box::new(system::Systems),
        Box::new(risk::Risks),
    ]
}

#[cfg(test)]
mod typed_tests;

#[cfg(test)]
mod testing {
    use crate::extract::{Extractor, Found};
    use crate::facts::{Data, File, Pipeline, Role, Trigger, TriggerKind};
    use crate::syntax::Source;

    pub(super) fn file(path: &str) -> File {
        File { path: path.into(), bytes: 1, role: Role::Configuration, language: None, lines: 1 }
    }

    /// The pipeline of a file that is understood without a diagnostic.
    pub(super) fn pipeline(extractor: &dyn Extractor, path: &str, text: &str) -> Pipeline {
        let file = file(path);
        assert!(extractor.wants(&file), "{path} is not wanted");
        let source = Source::new(&file, text);
        let mut found = Found::new(&file);
        extractor.extract(&source, &[], &mut found);
        assert_eq!(found.diagnostics(), []);
        match &found.facts()[0].data {
            Data::Pipeline(pipeline) => pipeline.clone(),
            other => panic!("no pipeline: {other:?}"),
        }
    }

    /// The kinds of the triggers that a job or a step is limited to.
    pub(super) fn only(triggers: Option<&Vec<Trigger>>) -> Option<Vec<TriggerKind>> {
        triggers.map(|list| list.iter().map(|trigger| trigger.kind).collect())
    }
}
