//! `auditor.toml` as written: every key, typed. The documentation here is what editors show through the JSON Schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::facts::{ComponentKind, Role, Severity};

/// Settings of `auditor` for a repository or, through `extends`, for an organisation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Form {
    /// What the repository mainly is: `service`, `web`, `library`, `cli` or `infra`. Chosen from the evidence where absent.
    pub profile: Option<String>,
    /// What the law or a contract asks for on top: `healthcare`, `payments`. Chosen from the evidence where absent.
    pub overlays: Option<Vec<String>>,
    /// An organisation's file, which this one refines. Relative to this file; inside the repository unless the command
    /// line trusts this file.
    pub extends: Option<String>,
    /// Compliance frameworks that reports have a section for: see `auditor frameworks`.
    pub frameworks: Option<Vec<String>>,
    /// Folders with further rules, relative to this file: `<category>/<name>.toml`.
    pub rule_packs: Vec<String>,
    /// Keys that files and arguments above this one cannot set to another value: `gates.fail-under`, `waivers`. A table
    /// locks all that is in it.
    pub locked: Vec<String>,
    /// Which files are audited.
    pub files: FilesForm,
    /// What files are for, where their names and places deceive. The last entry that matches wins.
    pub roles: Vec<RoleForm>,
    /// What components are, by folder (`.` for the root), where the evidence deceives.
    pub components: BTreeMap<String, Vec<ComponentKind>>,
    /// Bounds on what is read.
    pub limits: LimitsForm,
    /// How migrations are judged.
    pub migrations: MigrationsForm,
    /// Scores that verdicts ask for.
    pub thresholds: ThresholdsForm,
    /// What makes a scan fail, with exit status 1.
    pub gates: GatesForm,
    /// Categories by id.
    pub categories: BTreeMap<String, CategoryForm>,
    /// Rules by id: `"ci/pipeline"`.
    pub rules: BTreeMap<String, RuleForm>,
    /// Findings that somebody accepts, until a date.
    pub waivers: Vec<WaiverForm>,
}

/// Which files are audited.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct FilesForm {
    /// Globs of the files to audit; all where absent.
    pub include: Option<Vec<String>>,
    /// Globs of files to leave out; they win over `include`.
    pub exclude: Option<Vec<String>>,
}

/// What some files are for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RoleForm {
    /// Globs.
    pub paths: Vec<String>,
    /// The role.
    pub role: Role,
}

/// Bounds on what is read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LimitsForm {
    /// The largest file that is read, in MiB, from 1 to 1024.
    pub max_file_size: Option<u32>,
    /// The largest number of files.
    pub max_files: Option<u32>,
    /// All files together, in MiB.
    pub max_total_size: Option<u32>,
    /// How deep the syntax tree of a file may be, from 50 to 10000.
    pub max_depth: Option<u32>,
    /// How many thousand steps the parse of a file may take.
    pub max_parse_steps: Option<u32>,
    /// How many places in one file a rule's own query or expression may find.
    pub max_matches: Option<u32>,
}

/// How migrations are judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct MigrationsForm {
    /// How many migrations of each history, counted from the newest, are news; what older ones do weighs a tenth. On a branch
    /// that left the default branch, those that it adds are.
    pub recent: Option<u32>,
}

/// Scores that verdicts ask for, from 0 to 10.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ThresholdsForm {
    /// The least overall score of `ready`.
    pub ready: Option<f64>,
    /// The least overall score of `nearly-ready`.
    pub nearly_ready: Option<f64>,
}

/// What makes a scan fail.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct GatesForm {
    /// The least overall score, from 0 to 10.
    pub fail_under: Option<f64>,
    /// The least scores of categories, by id.
    pub categories: BTreeMap<String, f64>,
    /// Findings of this severity or worse fail.
    pub fail_on: Option<Severity>,
    /// The most findings of a rule, by id.
    pub max: BTreeMap<String, u32>,
    /// The least share of what applies that must have been judged, in percent.
    pub min_coverage: Option<u8>,
    /// A file that `auditor baseline` made: only findings that it does not hold fail. Relative to this file.
    pub baseline: Option<String>,
    /// A file that `auditor baseline` made: no score may be lower than the one it records. Relative to this file.
    pub ratchet: Option<String>,
}

/// A category.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CategoryForm {
    /// Its weight in the overall score, from 0 (left out) to 10.
    pub weight: Option<u32>,
}

/// A rule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct RuleForm {
    /// Its weight inside the category, from 1 to 5.
    pub weight: Option<u32>,
    /// How bad each of its findings is.
    pub severity: Option<Severity>,
    /// Why it is switched off.
    pub disabled: Option<String>,
    /// For rules whose cost grows with the number of findings: findings per unit at which nothing is earned.
    pub worst: Option<f64>,
}

/// An accepted finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WaiverForm {
    /// The rule's id.
    pub rule: String,
    /// A glob of the files whose findings are accepted. Either this or a fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The fingerprint of the one finding that is accepted. Either this or a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it counts: `"2026-12-31"`.
    pub expires: String,
}

/// What is wrong: the word to point at, and the message.
type Problem = (String, String);

impl Form {
    /// Checks values that their types do not check.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let globs = self.files.include.iter().chain(&self.files.exclude).flatten();
        let roles = self.roles.iter().flat_map(|entry| &entry.paths);
        let waived = self.waivers.iter().filter_map(|waiver| waiver.path.as_ref());
        for glob in globs.chain(roles).chain(waived) {
            check_glob(glob)?;
        }
        self.limits.check()?;
        let ThresholdsForm { ready, nearly_ready } = self.thresholds;
        let scores = [("ready", ready), ("nearly-ready", nearly_ready), ("fail-under", self.gates.fail_under)];
        let named = scores.iter().filter_map(|&(name, score)| Some((name, score?)));
        let categories = self.gates.categories.iter().map(|(name, &score)| (name.as_str(), score));
        for (name, score) in named.chain(categories) {
            if !(0.0..=10.0).contains(&score) {
                return Err((name.to_owned(), "a score is a number from 0 to 10".to_owned()));
            }
        }
        if self.gates.min_coverage.is_some_and(|percent| percent > 100) {
            return Err(("min-coverage".to_owned(), "a share is from 0 to 100 percent".to_owned()));
        }
        for (id, category) in &self.categories {
            if category.weight.is_some_and(|weight| weight > 10) {
                return Err((id.clone(), "the weight of a category is from 0 to 10".to_owned()));
            }
        }
        self.rules.iter().try_for_each(|(id, rule)| rule.check().map_err(|message| (id.clone(), message)))?;
        self.waivers.iter().try_for_each(WaiverForm::check)
    }
}

impl LimitsForm {
    fn check(&self) -> Result<(), Problem> {
        let limits = [
            ("max-file-size", self.max_file_size, 1..=1024),
            ("max-files", self.max_files, 1..=u32::MAX),
            ("max-total-size", self.max_total_size, 1..=u32::MAX),
            ("max-depth", self.max_depth, 50..=10_000),
            ("max-parse-steps", self.max_parse_steps, 1..=1_000_000),
            ("max-matches", self.max_matches, 1..=1_000_000),
        ];
        let wrong = limits.into_iter().find(|(_, value, range)| value.is_some_and(|value| !range.contains(&value)));
        wrong.map_or(Ok(()), |(key, _, range)| {
            Err((key.to_owned(), format!("this limit is from {} to {}", range.start(), range.end())))
        })
    }
}

/// Globs match paths of the repository, so that they cannot lead out of it; one that tries is a mistake.
fn check_glob(glob: &str) -> Result<(), Problem> {
    if glob.starts_with('/') || glob.split('/').any(|part| part == "..") || glob.contains('\\') {
        return Err((glob.to_owned(), "a glob names files below the folder of this file, with `/`".to_owned()));
    }
    match super::glob(glob) {
        Ok(_) => Ok(()),
        Err(message) => Err((glob.to_owned(), message)),
    }
}

impl RuleForm {
    fn check(&self) -> Result<(), String> {
        if self.weight.is_some_and(|weight| !(1..=5).contains(&weight)) {
            return Err("the weight of a rule is from 1 to 5; `disabled = \"why\"` switches it off".to_owned());
        }
        if self.disabled.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err("`disabled` says why the rule is switched off".to_owned());
        }
        if self.worst.is_some_and(|worst| !(worst > 0.0 && worst.is_finite())) {
            return Err("`worst` is a number above 0".to_owned());
        }
        Ok(())
    }
}

impl WaiverForm {
    fn check(&self) -> Result<(), Problem> {
        let wrong = |needle: &str, message: &str| Err((needle.to_owned(), message.to_owned()));
        if self.path.is_some() == self.fingerprint.is_some() {
            return wrong(&self.rule, "a waiver names either a `path` or a `fingerprint`");
        }
        let texts = [("reason", &self.reason), ("owner", &self.owner)];
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return wrong(&self.rule, &format!("the `{name}` of a waiver is empty"));
        }
        if !is_date(&self.expires) {
            return wrong(&self.expires, "a date is written as 2026-12-31, and is one of the calendar's");
        }
        Ok(())
    }
}

/// Whether a text is a date of the calendar, `2026-12-31`. Dates in this form compare as texts.
pub fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| {
        part.parse::<u32>().ok().filter(|_| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let [year, month, day] = parts.as_slice() else { return false };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for date in ["2026-12-31", "2024-02-29", "2000-02-29"] {
            assert!(is_date(date), "{date}");
        }
        for date in
            ["2026-02-29", "1900-02-29", "2026-13-01", "2026-1-1", "2026-04-31", "soon", "2026-00-10", "+026-01-01"]
        {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn globs_stay_below_their_folder() {
        for glob in ["../x/**", "/etc/*", "a/../../b", "a\\b", "a[", ""] {
            assert!(check_glob(glob).is_err(), "{glob}");
        }
        assert!(check_glob("services/**/*.ts").is_ok());
    }
}
