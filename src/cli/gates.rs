//! Arguments that say when a scan fails.

use std::path::PathBuf;

use clap::Args;

/// What makes a scan fail.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Gates (exit status 1)")]
pub(crate) struct GateArguments {
    /// Fail when the overall score, or that of a category, is lower: `7`, `ci=6` (repeatable)
    #[arg(long, value_name = "[CATEGORY=]SCORE", value_parser = least)]
    pub(crate) fail_under: Vec<(Option<String>, f64)>,

    /// Fail on findings of this severity or worse: critical, high, medium, low
    #[arg(long, value_name = "SEVERITY", value_parser = ["critical", "high", "medium", "low"])]
    pub(crate) fail_on: Option<String>,

    /// Fail on more findings of a rule: `observability/console-logging=50` (repeatable)
    #[arg(long, value_name = "RULE=N", value_parser = most)]
    pub(crate) max: Vec<(String, u32)>,

    /// Fail when less of what applies could be judged, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub(crate) min_coverage: Option<u8>,

    /// Look only at findings that this file of `auditor baseline` does not hold; alone, fail on any
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Look only at findings in lines that differ from where the history parted from this commit; alone, fail on any
    #[arg(long, value_name = "REV")]
    pub(crate) changed_since: Option<String>,

    /// Fail when a score is lower than in this file of `auditor baseline`
    #[arg(long, value_name = "FILE")]
    pub(crate) ratchet: Option<PathBuf>,
}

/// `RULE=N`.
fn most(text: &str) -> Result<(String, u32), String> {
    let wrong = || "write the rule and the most findings: `observability/console-logging=50`".to_owned();
    let (rule, most) = text.split_once('=').ok_or_else(wrong)?;
    Ok((rule.trim().to_owned(), most.trim().parse().map_err(|_| wrong())?))
}

/// `7` or `ci=6`.
fn least(text: &str) -> Result<(Option<String>, f64), String> {
    let (name, score) = match text.split_once('=') {
        Some((name, score)) => (Some(name.trim().to_owned()), score.trim()),
        None => (None, text),
    };
    let wrong = || "a score is a number from 0 to 10".to_owned();
    let score: f64 = score.parse().map_err(|_| wrong())?;
    if (0.0..=10.0).contains(&score) { Ok((name, score)) } else { Err(wrong()) }
}

impl GateArguments {
    /// The arguments as values of the configuration: key, value and what was said.
    pub(super) fn values(&self) -> Vec<(Vec<String>, toml::Value, String)> {
        let mut values = Vec::new();
        for (category, score) in &self.fail_under {
            let (key, said) = match category {
                Some(id) => (
                    vec!["gates".to_owned(), "categories".to_owned(), id.clone()],
                    format!("--fail-under {id}={score}"),
                ),
                None => (vec!["gates".to_owned(), "fail-under".to_owned()], format!("--fail-under {score}")),
            };
            values.push((key, toml::Value::Float(*score), said));
        }
        let gate = |name: &str| vec!["gates".to_owned(), name.to_owned()];
        if let Some(severity) = &self.fail_on {
            values.push((gate("fail-on"), toml::Value::String(severity.clone()), format!("--fail-on {severity}")));
        }
        for (rule, most) in &self.max {
            let key = vec!["gates".to_owned(), "max".to_owned(), rule.clone()];
            values.push((key, toml::Value::Integer(i64::from(*most)), format!("--max {rule}={most}")));
        }
        if let Some(percent) = self.min_coverage {
            let value = toml::Value::Integer(i64::from(percent));
            values.push((gate("min-coverage"), value, format!("--min-coverage {percent}")));
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_may_be_a_categorys() {
        assert_eq!(least("6.5"), Ok((None, 6.5)));
        assert_eq!(least("ci=6"), Ok((Some("ci".to_owned()), 6.0)));
        assert_eq!(most("ci/rollback=3"), Ok(("ci/rollback".to_owned(), 3)));
        assert!(most("ci/rollback").is_err() && most("ci/rollback=x").is_err());
        assert!(least("11").is_err() && least("NaN").is_err() && least("x").is_err() && least("ci=").is_err());
    }
}
