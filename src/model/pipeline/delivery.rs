//! The named environments that jobs deliver to.

use std::collections::BTreeSet;

use crate::facts::{Data, DeliveryPath, Fact, Pipeline, TriggerKind};
use crate::model::Facts;

/// Words in the names of jobs, workflows and commands that name an environment, and the one that they mean.
const WORDS: &[(&str, &str)] = &[
    ("production", "production"),
    ("prod", "production"),
    ("staging", "staging"),
    ("stage", "staging"),
    ("preprod", "staging"),
    ("uat", "staging"),
    ("qa", "staging"),
    ("preview", "preview"),
    ("sandbox", "development"),
    ("development", "development"),
    ("dev", "development"),
];

/// The environments, at the first place that names one; none where nothing does.
pub(super) fn derive(facts: &Facts, runs: &[Fact]) -> Option<Fact> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut first: Option<Fact> = None;
    let mut add = |name: &str, fact: &Fact, place: Option<crate::facts::Span>| {
        names.insert(name.to_owned());
        let own = || {
            let mut fact = fact.clone();
            fact.place.span = place.unwrap_or(fact.place.span);
            fact
        };
        first.get_or_insert_with(own);
    };
    for (fact, pipeline) in facts.each::<Pipeline>() {
        for job in pipeline.jobs.iter().filter(|job| !job.never_runs) {
            // Names that only protect a publication or a page are no place where software runs.
            for (_, name) in job.environments.iter().filter_map(|name| named(name)) {
                add(name, fact, job.span);
            }
        }
    }
    for fact in runs {
        let Data::PipelineRun(run) = &fact.data else { continue };
        let is_delivery = run.purposes.iter().any(|it| it == "deploy") && run.triggers != [TriggerKind::Call];
        if is_delivery {
            for text in [&run.job, &run.command].into_iter().chain(&run.via) {
                if let Some((_, name)) = named(text) {
                    add(name, fact, None);
                }
            }
        }
    }
    let environments = names.into_iter().collect();
    first.map(|fact| Fact { data: Data::DeliveryPath(DeliveryPath { environments }), ..fact })
}

fn named(text: &str) -> Option<&'static (&'static str, &'static str)> {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    WORDS.iter().find(|(word, _)| words.contains(word))
}
