//! Matching facts: a kind, conditions on its fields, and the roles of files in which it counts.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::facts::{Fact, Kind, Role, Value};
use crate::packs::nearest;
use crate::signals::NamePattern;

/// A matcher as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MatcherForm {
    pub(super) fact: String,
    #[serde(default, rename = "where")]
    pub(super) conditions: BTreeMap<String, ConditionForm>,
    pub(super) roles: Option<Vec<Role>>,
}

/// A condition as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum ConditionForm {
    Flag(bool),
    Text(String),
    Texts(Vec<String>),
    Range(RangeForm),
}

/// Bounds of a number as written.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RangeForm {
    min: Option<u64>,
    max: Option<u64>,
}

/// What a field must be.
#[derive(Debug, Clone)]
pub enum Condition {
    /// That flag.
    Flag(bool),
    /// One of the patterns (any, where there are none), and none of the refused ones.
    Text {
        /// One of these must match.
        any: Vec<NamePattern>,
        /// None of these may match.
        none: Vec<NamePattern>,
    },
    /// A number within bounds, both included.
    Range {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
}

impl Condition {
    fn compile(form: &ConditionForm) -> Self {
        let texts = |list: &[String]| {
            let (none, any): (Vec<_>, Vec<_>) = list.iter().partition(|text| text.starts_with('!'));
            let any = any.into_iter().map(|text| NamePattern::new(text)).collect();
            let none = none.into_iter().map(|text| NamePattern::new(text.trim_start_matches('!'))).collect();
            Self::Text { any, none }
        };
        match form {
            ConditionForm::Flag(flag) => Self::Flag(*flag),
            ConditionForm::Text(text) => texts(std::slice::from_ref(text)),
            ConditionForm::Texts(list) => texts(list),
            ConditionForm::Range(range) => {
                Self::Range { min: range.min.unwrap_or(0), max: range.max.unwrap_or(u64::MAX) }
            }
        }
    }

    /// Whether a value satisfies the condition; an absent value satisfies refusals alone.
    pub fn holds(&self, value: Option<&Value<'_>>) -> bool {
        match (self, value) {
            (Self::Flag(wanted), Some(Value::Flag(flag))) => wanted == flag,
            (Self::Range { min, max }, Some(Value::Number(number))) => (min..=max).contains(&number),
            (Self::Text { any, none }, Some(Value::Text(text))) => Self::holds_for(any, none, &[text]),
            (Self::Text { any, none }, Some(Value::Words(words))) => Self::holds_for(any, none, words),
            (Self::Text { any, .. }, None) => any.is_empty(),
            _ => false,
        }
    }

    fn holds_for(any: &[NamePattern], none: &[NamePattern], words: &[&str]) -> bool {
        let some_of = |patterns: &[NamePattern]| words.iter().any(|word| patterns.iter().any(|p| p.matches(word)));
        (any.is_empty() || some_of(any)) && !some_of(none)
    }
}

/// Which facts are meant.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// The kind of fact.
    pub kind: Kind,
    /// Conditions on its fields: all must hold.
    pub conditions: Vec<(String, Condition)>,
    /// The roles of files in which the fact counts.
    pub roles: Vec<Role>,
}

impl Matcher {
    /// Compiles a matcher. The error is the word to point at, what is wrong and, where one is near, what was meant.
    pub(super) fn compile(
        form: &MatcherForm,
        default_roles: &[Role],
    ) -> Result<Self, (String, String, Option<String>)> {
        let kind = Kind::from_name(&form.fact).ok_or_else(|| {
            let near = nearest(&form.fact, Kind::ALL.iter().map(|kind| kind.name()));
            (form.fact.clone(), format!("no fact is called `{}`", form.fact), near.map(str::to_owned))
        })?;
        for field in form.conditions.keys() {
            check_field(kind, field)?;
        }
        let conditions = form.conditions.iter().map(|(name, form)| (name.clone(), Condition::compile(form))).collect();
        let roles = form.roles.clone().unwrap_or_else(|| default_roles.to_vec());
        Ok(Self { kind, conditions, roles })
    }

    /// Whether it means this fact (whose kind is the matcher's).
    pub fn matches(&self, fact: &Fact) -> bool {
        self.roles.contains(&fact.role)
            && self.conditions.iter().all(|(field, condition)| condition.holds(fact.data.value(field).as_ref()))
    }
}

/// Checks that a kind of fact has a field.
pub(super) fn check_field(kind: Kind, field: &str) -> Result<(), (String, String, Option<String>)> {
    if kind.fields().contains(&field) {
        return Ok(());
    }
    let message = format!("a `{}` has no field `{field}`; it has {}", kind.name(), kind.fields().join(", "));
    Err((field.to_owned(), message, nearest(field, kind.fields().iter().copied()).map(str::to_owned)))
}

/// The names in braces of a text: `{command} on {trigger}`.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A text with the fields of a fact in place of the names in braces.
pub(super) fn fill(text: &str, fact: &Fact) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            break;
        };
        match fact.data.value(name) {
            Some(Value::Text(text)) => out.push_str(text),
            Some(Value::Flag(flag)) => out.push_str(if flag { "yes" } else { "no" }),
            Some(Value::Number(number)) => out.push_str(&number.to_string()),
            Some(Value::Words(words)) => push_list(&mut out, &words),
            None => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Writes `a, b and c`.
fn push_list(out: &mut String, words: &[&str]) {
    for (index, word) in words.iter().enumerate() {
        out.push_str(match words.len() - index {
            _ if index == 0 => "",
            1 => " and ",
            _ => ", ",
        });
        out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ConsoleCall, Data, Place, Span};

    fn texts(list: &[&str]) -> Condition {
        Condition::compile(&ConditionForm::Texts(list.iter().map(|&text| text.to_owned()).collect()))
    }

    #[test]
    fn one_pattern_must_match_and_no_refused_one() {
        let condition = texts(&["*/health", "!/admin/*"]);
        assert!(condition.holds(Some(&Value::Text("/api/health"))));
        assert!(!condition.holds(Some(&Value::Text("/admin/health"))));
        assert!(!condition.holds(Some(&Value::Text("/health-insurance"))));
        assert!(!condition.holds(None));
    }

    #[test]
    fn a_refusal_alone_accepts_everything_else() {
        assert!(texts(&["!GET"]).holds(Some(&Value::Text("POST"))));
        assert!(texts(&["!GET"]).holds(None));
        assert!(!texts(&["!GET"]).holds(Some(&Value::Words(vec!["POST", "GET"]))));
    }

    #[test]
    fn texts_are_filled_from_the_fact() {
        let fact = Fact {
            place: Place { path: "a.ts".into(), span: Span::START },
            role: Role::Product,
            data: Data::ConsoleCall(ConsoleCall { call: "console.log".to_owned(), own_output: false }),
        };
        assert_eq!(fill("`{call}` is left {nowhere", &fact), "`console.log` is left {nowhere");
    }

    #[test]
    fn an_unknown_field_names_the_nearest() {
        let (_, message, near) = check_field(Kind::Route, "pth").unwrap_err();
        assert!(message.contains("method, path"));
        assert_eq!(near.as_deref(), Some("path"));
    }
}
