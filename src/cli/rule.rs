//! A rule that is named on the command line.

use anyhow::{Result, bail};
use auditor::packs::nearest;
use auditor::rules::{Catalogue, Rule};

/// Rules that are offered where a word is part of many names.
const MOST: usize = 8;

/// The rule of that id, or of that name where only one category has it.
pub(super) fn find<'a>(catalogue: &'a Catalogue, wanted: &str) -> Result<&'a Rule> {
    if let Some(rule) = catalogue.rule(wanted) {
        return Ok(rule);
    }
    let mut named = catalogue.rules.iter().filter(|rule| rule.id.name() == wanted);
    if let (Some(rule), None) = (named.next(), named.next()) {
        return Ok(rule);
    }
    let ids = catalogue.rules.iter().map(|rule| rule.id.as_str());
    let names = catalogue.rules.iter().map(|rule| rule.id.name());
    let near = nearest(wanted, ids).map(str::to_owned).or_else(|| {
        let name = nearest(wanted, names)?;
        catalogue.rules.iter().find(|rule| rule.id.name() == name).map(|rule| rule.id.to_string())
    });
    if let Some(near) = near {
        bail!("no rule is called `{wanted}`\n  help: did you mean `{near}`?");
    }
    let with = catalogue.rules.iter().map(|rule| rule.id.as_str()).filter(|id| id.contains(wanted));
    match with.take(MOST).collect::<Vec<_>>().as_slice() {
        [] => bail!("no rule is called `{wanted}`\n  help: `auditor rules list` names all"),
        with => bail!("no rule is called `{wanted}`\n  help: these have the word: {}", with.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_its_id_or_its_name_and_a_slip_is_answered() {
        let catalogue = Catalogue::built_in().unwrap();
        assert_eq!(find(&catalogue, "ci/pipeline").unwrap().id.as_str(), "ci/pipeline");
        assert_eq!(find(&catalogue, "toothless-gate").unwrap().id.as_str(), "ci/toothless-gate");
        for slip in ["ci/pipelne", "toothles-gate"] {
            assert!(find(&catalogue, slip).unwrap_err().to_string().contains("did you mean `ci/"), "{slip}");
        }
        assert!(find(&catalogue, "probes").unwrap_err().to_string().contains("deployment/k8s-probes"));
        assert!(find(&catalogue, "zzzzzzzzzzzz").unwrap_err().to_string().contains("rules list"));
    }
}
