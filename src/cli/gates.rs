//! Arguments that say when a scan fails.

use clap::Args;

/// What makes a scan fail.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Gates (exit status 1)")]
pub(crate) struct GateArguments {
    /// Fail when the overall score, or that of a category, is lower: `7`, `ci=6` (repeatable)
    #[arg(long, value_name = "[CATEGORY=]SCORE", value_parser = least)]
    pub(crate) fail_under: Vec<(Option<String>, f64)>,
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
        assert!(least("11").is_err() && least("NaN").is_err() && least("x").is_err() && least("ci=").is_err());
    }
}
