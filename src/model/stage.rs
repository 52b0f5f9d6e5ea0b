//! Which stages of deployment have configuration of their own, over the whole repository: what one file configures for
//! production another one configures for development.

use super::Facts;
use crate::facts::{Data, Fact, Stage, StageConfiguration, StageSeparation};

/// For each stage, its first configuration, with the stages that have none. Settings for tests alone separate nothing.
pub(super) fn derive(facts: &Facts) -> Vec<Fact> {
    let first = |stage: Stage| {
        facts.each::<StageConfiguration>().find(|(_, found)| found.stage == stage).map(|(fact, _)| (stage, fact))
    };
    let found: Vec<(Stage, &Fact)> = Stage::ALL.iter().filter_map(|&stage| first(stage)).collect();
    if found.iter().all(|(stage, _)| *stage == Stage::Staging) {
        return Vec::new();
    }
    let is_missing = |stage: &&Stage| found.iter().all(|(own, _)| own != *stage);
    let missing: Vec<&str> = Stage::ALL.iter().filter(is_missing).map(|stage| stage.name()).collect();
    let separation = |(stage, fact): (Stage, &Fact)| {
        let separation = StageSeparation { stage, is_complete: missing.is_empty(), missing: missing.join(" and ") };
        Fact { data: Data::StageSeparation(separation), ..fact.clone() }
    };
    found.into_iter().map(separation).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Place, Role, Span};

    fn derived(stages: &[(&str, Stage)]) -> Vec<String> {
        let fact = |&(path, stage): &(&str, Stage)| Fact {
            place: Place { path: path.into(), span: Span::START },
            role: Role::Configuration,
            data: Data::StageConfiguration(StageConfiguration { stage }),
        };
        let describe = |fact: &Fact| match &fact.data {
            Data::StageSeparation(found) => {
                format!("{}: {}, missing {:?}", fact.place.path, found.stage.name(), found.missing)
            }
            other => panic!("{other:?}"),
        };
        derive(&Facts::new(stages.iter().map(fact).collect())).iter().map(describe).collect()
    }

    #[test]
    fn each_stage_is_named_once_with_what_is_missing() {
        let stages = [("b.yml", Stage::Development), ("a.yml", Stage::Development), ("c.yml", Stage::Production)];
        assert_eq!(
            derived(&stages),
            ["a.yml: development, missing \"staging or tests\"", "c.yml: production, missing \"staging or tests\""]
        );
    }

    #[test]
    fn settings_for_tests_alone_separate_nothing() {
        assert!(derived(&[(".env.test", Stage::Staging)]).is_empty());
    }
}
