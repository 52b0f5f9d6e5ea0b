//! Whether a change loosens the policy that judges it: the layers of a commit against those of the work tree.

use std::collections::BTreeSet;

use crate::config::{self, Found, Held, Key, key_text, one_line};
use crate::facts::Severity;

/// What the work tree's policy loosens against that of the commit in effect, one sentence each.
pub fn loosened(before: &Found, now: &Found) -> Vec<String> {
    let (Ok(old), Ok(new)) = (config::resolve(&before.layers), config::resolve(&now.layers)) else {
        return vec!["the configuration of the work tree cannot be read".to_owned()];
    };
    let keys: BTreeSet<&Key> = old.values.keys().chain(new.values.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let (was, is) = (old.values.get(key), new.values.get(key));
        if was.map(|held| &held.value) != is.map(|held| &held.value) && loosens(key, was, is) {
            let text = |held: Option<&Held>| held.map_or_else(|| "nothing".to_owned(), |held| one_line(&held.value));
            let (was, is) = (text(was), text(is));
            found.push(format!("`{}` goes from {was} to {is}", key_text(key)));
        }
    }
    let texts = |found: &Found| found.packs.iter().cloned().collect::<BTreeSet<_>>();
    if texts(before) != texts(now) {
        found.push("rules of a pack change".to_owned());
    }
    for (name, was, is) in [("baseline", &before.baseline, &now.baseline), ("ratchet", &before.ratchet, &now.ratchet)] {
        if was.as_ref().map(|(_, text)| text) != is.as_ref().map(|(_, text)| text) {
            found.push(format!("the file of `gates.{name}` changes"));
        }
    }
    found
}

/// Whether a change of a value may let more pass. Where that cannot be told, it may.
fn loosens(key: &[String], was: Option<&Held>, is: Option<&Held>) -> bool {
    let integer = |value: &toml::Value| value.as_integer().and_then(|number| i32::try_from(number).ok()).map(f64::from);
    let number = |held: Option<&Held>| held.and_then(|held| held.value.as_float().or_else(|| integer(&held.value)));
    let names: Vec<&str> = key.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["gates", "fail-under" | "min-coverage"] | ["gates", "categories", _] | ["thresholds", _] => {
            number(is).unwrap_or(f64::MIN) < number(was).unwrap_or(f64::MIN)
        }
        ["gates", "max", _] | ["rules", _, "worst"] => number(is).unwrap_or(f64::MAX) > number(was).unwrap_or(f64::MAX),
        // A gate on a lower severity stops more.
        ["gates", "fail-on"] => severity(is).is_none_or(|is| severity(was).is_some_and(|was| is > was)),
        ["rules", _, "severity"] => severity(is) < severity(was),
        ["rules", _, "disabled"] => is.is_some(),
        _ => true,
    }
}

fn severity(held: Option<&Held>) -> Option<Severity> {
    held.and_then(|held| held.value.as_str()).and_then(Severity::from_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Layer, Source};

    fn found(text: &str) -> Found {
        Found { layers: vec![Layer::parse(Source::Repository, "auditor.toml", text).unwrap()], ..Found::default() }
    }

    #[test]
    fn what_lets_more_pass_is_named_and_what_asks_more_is_not() {
        let before = "[gates]\nfail-under = 7\nfail-on = \"high\"\n[gates.max]\n\"ci/pipeline\" = 3\n";
        let strict = "[gates]\nfail-under = 8\nfail-on = \"medium\"\n[gates.max]\n\"ci/pipeline\" = 1\n";
        assert_eq!(loosened(&found(before), &found(strict)), Vec::<String>::new());
        let all = loosened(&found(strict), &found(before));
        assert_eq!(all.len(), 3, "{all:?}");
        assert!(all.contains(&"`gates.fail-under` goes from 8 to 7".to_owned()), "{all:?}");
        assert_eq!(loosened(&found(before), &found("")).len(), 3);
        let waiver =
            "[[waivers]]\nrule = \"a/b\"\npath = \"x\"\nreason = \"r\"\nowner = \"o\"\nexpires = \"2027-01-01\"\n";
        assert_eq!(loosened(&found(""), &found(waiver)).len(), 1);
        assert_eq!(loosened(&found(""), &found("[files]\nexclude = [\"x\"]")).len(), 1);
        assert_eq!(loosened(&found(""), &found("[rules.\"ci/pipeline\"]\ndisabled = \"x\"")).len(), 1);
    }
}
