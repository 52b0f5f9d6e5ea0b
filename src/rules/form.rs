//! A rule as written in TOML, and how it compiles. Everything that can be wrong is found here, with its place.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::matcher::{ConditionForm, Matcher, MatcherForm, check_field};
use super::pattern::{CodeForm, Meant, Patterns, TextForm};
use super::rule::{
    Applies, DefectMatcher, Density, DensityUnit, EvidenceMatcher, Missing, Remedy, Rule, RuleKind, UndecidedMatcher,
};
use crate::extract::Pattern;
use crate::facts::{ComponentKind, Horizon, Role, RuleId, Severity};
use crate::packs::{self, PackError};
use crate::signals::PathGlob;

/// Roles in which evidence counts unless a rule says otherwise.
const EVIDENCE_ROLES: &[Role] = &[Role::Product, Role::Configuration, Role::Script];
/// Roles in which defects count unless a rule says otherwise.
const DEFECT_ROLES: &[Role] = &[Role::Product, Role::Configuration];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleForm {
    title: String,
    kind: RuleKind,
    severity: Severity,
    weight: u32,
    #[serde(default)]
    vulnerability: bool,
    what: String,
    why: String,
    #[serde(default)]
    applies: AppliesForm,
    #[serde(default)]
    evidence: Vec<EvidenceForm>,
    #[serde(default)]
    defect: Vec<DefectForm>,
    #[serde(default)]
    undecided: Vec<UndecidedForm>,
    missing: Option<MissingForm>,
    density: Option<DensityForm>,
    remedy: RemedyForm,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppliesForm {
    #[serde(default)]
    kinds: Vec<ComponentKind>,
    #[serde(default)]
    beside: Vec<ComponentKind>,
    #[serde(default)]
    when: Vec<MatcherForm>,
    #[serde(default)]
    otherwise: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Strength {
    #[default]
    Full,
    Partial,
}

// `flatten` and `deny_unknown_fields` do not go together in serde, so the matcher's keys are repeated here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceForm {
    fact: Option<String>,
    code: Option<CodeForm>,
    text: Option<TextForm>,
    #[serde(default, rename = "where")]
    conditions: BTreeMap<String, ConditionForm>,
    roles: Option<Vec<Role>>,
    #[serde(default)]
    strength: Strength,
    #[serde(default)]
    limits: bool,
    because: Option<String>,
    detail: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct DefectForm {
    fact: Option<String>,
    code: Option<CodeForm>,
    text: Option<TextForm>,
    #[serde(default, rename = "where")]
    conditions: BTreeMap<String, ConditionForm>,
    roles: Option<Vec<Role>>,
    message: String,
    severity: Option<Severity>,
    severity_from: Option<String>,
    #[serde(default = "yes")]
    counts: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UndecidedForm {
    fact: Option<String>,
    code: Option<CodeForm>,
    text: Option<TextForm>,
    #[serde(default, rename = "where")]
    conditions: BTreeMap<String, ConditionForm>,
    roles: Option<Vec<Role>>,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct MissingForm {
    message: String,
    #[serde(default)]
    at: Vec<String>,
    adds: Option<String>,
    #[serde(default)]
    only_at: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DensityForm {
    per: DensityUnit,
    worst: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RemedyForm {
    summary: String,
    horizon: Horizon,
    hours: f64,
    #[serde(default)]
    hours_each: f64,
}

/// What is wrong: the text to point at, the message, and the name that was probably meant.
pub(super) type Problem = (String, String, Option<String>);

/// Compiles the rule in a file; its id is the file's path without `.toml`.
pub(super) fn compile(file: &str, text: &str) -> Result<(Rule, Vec<Pattern>), PackError> {
    let form: RuleForm = packs::parse(file, text)?;
    let id = file.strip_suffix(".toml").and_then(RuleId::parse).ok_or_else(|| {
        PackError::at(file, text, "", "a rule's file is called `<category>/<name>.toml`, in kebab-case")
    })?;
    form.compile(id, packs::is_built_in(file, text)).map_err(|(needle, message, near)| {
        let error = PackError::at(file, text, &needle, message);
        match near {
            Some(near) => error.with_help(format!("did you mean `{near}`?")),
            None => error,
        }
    })
}

impl RuleForm {
    /// `is_built_in` says that tests have compiled its patterns.
    fn compile(self, id: RuleId, is_built_in: bool) -> Result<(Rule, Vec<Pattern>), Problem> {
        self.check()?;
        let mut patterns = Patterns::of(&id, is_built_in);
        let evidence = self.evidence.into_iter().map(|form| form.compile(&mut patterns)).collect::<Result<_, _>>()?;
        let defects = self.defect.into_iter().map(|form| form.compile(&mut patterns)).collect::<Result<_, _>>()?;
        let undecided = self.undecided.into_iter().map(|form| form.compile(&mut patterns)).collect::<Result<_, _>>()?;
        let when = self.applies.when.iter().map(|form| Matcher::compile(form, EVIDENCE_ROLES));
        let applies = Applies {
            kinds: self.applies.kinds,
            beside: self.applies.beside,
            when: when.collect::<Result<_, _>>()?,
            otherwise: self.applies.otherwise,
        };
        let patterns = patterns.list;
        let rule = Rule {
            id,
            title: self.title,
            kind: self.kind,
            severity: self.severity,
            weight: self.weight,
            is_vulnerability: self.vulnerability,
            what: self.what.trim().to_owned(),
            why: self.why.trim().to_owned(),
            applies,
            evidence,
            defects,
            undecided,
            missing: self.missing.map(MissingForm::compile).transpose()?,
            density: self.density.map(|form| Density { per: form.per, worst: form.worst }),
            remedy: Remedy {
                summary: self.remedy.summary.trim().to_owned(),
                horizon: self.remedy.horizon,
                hours: self.remedy.hours,
                hours_each: self.remedy.hours_each,
            },
            controls: BTreeMap::new(),
        };
        Ok((rule, patterns))
    }

    /// What must go together and what must not.
    fn check(&self) -> Result<(), Problem> {
        let wrong = |needle: &str, message: &str| Err((needle.to_owned(), message.to_owned(), None));
        if self.weight == 0 || self.weight > 5 {
            return wrong("weight", "a weight is from 1 to 5");
        }
        let limits_apply = !self.applies.kinds.is_empty() || !self.applies.when.is_empty();
        if limits_apply && self.applies.otherwise.is_empty() {
            return wrong("[applies]", "`otherwise` must say why the rule does not apply");
        }
        match self.kind {
            RuleKind::Expect if !self.defect.is_empty() => wrong("[[defect]]", "an expected practice has no defects"),
            RuleKind::Expect if self.evidence.is_empty() => wrong("kind", "an expected practice needs `[[evidence]]`"),
            RuleKind::Expect if self.missing.is_none() => wrong("kind", "an expected practice needs `[missing]`"),
            RuleKind::Expect if self.density.is_some() => wrong("[density]", "an expected practice has no density"),
            RuleKind::Forbid if !self.evidence.is_empty() => wrong("[[evidence]]", "a defect has no evidence"),
            RuleKind::Forbid if self.defect.is_empty() => wrong("kind", "a forbidden defect needs `[[defect]]`"),
            RuleKind::Forbid if self.missing.is_some() => wrong("[missing]", "a forbidden defect is never missing"),
            RuleKind::Expect | RuleKind::Forbid => Ok(()),
        }
    }
}

impl EvidenceForm {
    fn compile(self, patterns: &mut Patterns<'_>) -> Result<EvidenceMatcher, Problem> {
        let what = Meant { fact: self.fact, code: self.code, text: self.text };
        let matcher = patterns.matcher(what, self.conditions, self.roles, EVIDENCE_ROLES, &self.detail)?;
        if (self.strength == Strength::Partial) != self.because.is_some() {
            let message = "`strength = \"partial\"` and `because` go together".to_owned();
            return Err((self.detail, message, None));
        }
        if self.limits && self.because.is_none() {
            return Err((self.detail, "only partial evidence `limits`".to_owned(), None));
        }
        Ok(EvidenceMatcher { matcher, partial_because: self.because, limits: self.limits, detail: self.detail })
    }
}

impl DefectForm {
    fn compile(self, patterns: &mut Patterns<'_>) -> Result<DefectMatcher, Problem> {
        let what = Meant { fact: self.fact, code: self.code, text: self.text };
        let matcher = patterns.matcher(what, self.conditions, self.roles, DEFECT_ROLES, &self.message)?;
        if let Some(field) = &self.severity_from {
            check_field(matcher.kind, field)?;
        }
        Ok(DefectMatcher {
            matcher,
            message: self.message,
            severity: self.severity,
            severity_from: self.severity_from,
            counts: self.counts,
        })
    }
}

impl UndecidedForm {
    fn compile(self, patterns: &mut Patterns<'_>) -> Result<UndecidedMatcher, Problem> {
        let what = Meant { fact: self.fact, code: self.code, text: self.text };
        let matcher = patterns.matcher(what, self.conditions, self.roles, EVIDENCE_ROLES, &self.reason)?;
        Ok(UndecidedMatcher { matcher, reason: self.reason })
    }
}

impl MissingForm {
    fn compile(self) -> Result<Missing, Problem> {
        let at = self.at.iter().map(|glob| PathGlob::new(glob)).collect::<Result<_, _>>();
        Ok(Missing {
            message: self.message,
            at: at.map_err(|(glob, message)| (glob, message, None))?,
            adds: self.adds,
            only_at: self.only_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
title = "X"
kind = "expect"
severity = "low"
weight = 1
what = "w"
why = "y"

[[evidence]]
fact = "route"
where = { path = "/health" }
detail = "{path}"

[missing]
message = "no X"

[remedy]
summary = "do X"
horizon = "immediate"
hours = 1
"#;

    #[test]
    fn a_rule_takes_its_id_from_its_path() {
        let (rule, _) = compile("observability/x.toml", RULE).unwrap();
        assert_eq!(rule.id.as_str(), "observability/x");
    }

    #[test]
    fn an_unknown_fact_is_an_error_at_its_line_with_a_hint() {
        let error = compile("a/x.toml", &RULE.replace("\"route\"", "\"rout\"")).unwrap_err();
        assert_eq!((error.line, error.help.as_deref()), (10, Some("did you mean `route`?")));
    }

    #[test]
    fn an_unknown_field_in_a_text_is_an_error() {
        let error = compile("a/x.toml", &RULE.replace("\"{path}\"", "\"{pat}\"")).unwrap_err();
        assert_eq!((error.line, error.help.as_deref()), (12, Some("did you mean `path`?")));
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_hint() {
        let error = compile("a/x.toml", &RULE.replace("roles", "").replace("detail =", "detial =")).unwrap_err();
        assert_eq!((error.line, error.help.as_deref()), (12, Some("did you mean `detail`?")));
    }

    #[test]
    fn an_expected_practice_needs_a_finding_for_its_absence() {
        let error = compile("a/x.toml", &RULE.replace("[missing]\nmessage = \"no X\"\n", "")).unwrap_err();
        assert!(error.message.contains("[missing]"));
    }

    const QUERY: &str = r#"
title = "X"
kind = "forbid"
severity = "low"
weight = 1
what = "w"
why = "y"

[[defect]]
message = "`{text}`"

[defect.code]
query = """
(call_expression
  function: (identifier) @name)
"""
at = "name"
languages = ["typescript"]
literals = ["eval"]

[remedy]
summary = "do X"
horizon = "immediate"
hours = 1
"#;

    #[test]
    fn an_entry_may_bring_a_pattern_of_its_own() {
        let (rule, patterns) = compile("a/x.toml", QUERY).unwrap();
        assert_eq!((rule.defects.len(), patterns.len()), (1, 1));
        assert_eq!(patterns[0].id, "a/x#1");
    }

    #[test]
    fn a_mistake_in_a_query_is_at_its_own_line_and_column() {
        let error = compile("a/x.toml", &QUERY.replace("(identifier)", "(identifer)")).unwrap_err();
        assert_eq!((error.line, error.column), (15, 14));
        assert_eq!(error.help.as_deref(), Some("did you mean `identifier`?"));
        let error = compile("a/x.toml", &QUERY.replace("function:", "functoin:")).unwrap_err();
        assert_eq!((error.line, error.column, error.help.as_deref()), (15, 3, Some("did you mean `function`?")));
        let error = compile("a/x.toml", &QUERY.replace("\"typescript\"", "\"typscript\"")).unwrap_err();
        assert_eq!((error.line, error.help.as_deref()), (18, Some("did you mean `typescript`?")));
    }

    #[test]
    fn the_patterns_of_built_in_rules_compile() {
        for (file, text) in packs::BUILT_IN.iter().filter(|(file, _)| super::super::catalogue::is_rule(file)) {
            let form: RuleForm = packs::parse(file, text).unwrap();
            let compiled = form.compile(RuleId::parse(file.trim_end_matches(".toml")).unwrap(), false);
            assert!(compiled.is_ok(), "{file}: {:?}", compiled.err());
        }
    }

    #[test]
    fn an_entry_means_one_thing() {
        let error = compile("a/x.toml", &QUERY.replace("message =", "fact = \"route\"\nmessage =")).unwrap_err();
        assert!(error.message.contains("one of `fact`, `code` and `text`"));
    }
}
