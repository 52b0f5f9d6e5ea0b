//! How the score comes about, with every summand: what a reader needs to add it up himself.

use serde::Serialize;

use crate::report::plain;
use crate::rules::Outcome;
use crate::score::{Assessment, CategoryScore};

#[derive(Serialize)]
pub(super) struct Arithmetic {
    categories: Vec<Category>,
    overall: String,
    weight: u32,
    product: String,
}

#[derive(Serialize)]
struct Category {
    title: String,
    earned: String,
    possible: String,
    score: String,
    weight: u32,
    product: String,
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    status: &'static str,
    weight: String,
    share: String,
    earned: String,
}

impl Arithmetic {
    pub(super) fn new(assessment: &Assessment) -> Self {
        let scored = || assessment.categories.iter().filter_map(|category| Some((category, category.score?)));
        let product: f64 = scored().map(|(category, score)| score * f64::from(category.weight)).sum();
        Self {
            categories: scored().map(|(own, score)| category(own, score, &assessment.outcomes)).collect(),
            overall: assessment.score.overall.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}")),
            weight: scored().map(|(category, _)| category.weight).sum(),
            product: number(product),
        }
    }
}

fn category(category: &CategoryScore, score: f64, outcomes: &[Outcome]) -> Category {
    let own = || {
        let own = outcomes.iter().filter(|own| own.rule.id.category() == &*category.id);
        own.filter(|outcome| outcome.possible() > 0.0)
    };
    Category {
        title: plain::one_line(&category.title),
        earned: number(own().map(Outcome::earned).sum()),
        possible: number(own().map(Outcome::possible).sum()),
        score: format!("{score:.1}"),
        weight: category.weight,
        product: number(score * f64::from(category.weight)),
        rules: own().map(row).collect(),
    }
}

fn row(outcome: &Outcome) -> Row {
    Row {
        id: outcome.rule.id.to_string(),
        title: plain::one_line(&outcome.rule.title),
        status: outcome.status.name(),
        weight: number(outcome.possible()),
        share: number(outcome.earned() / outcome.possible()),
        earned: number(outcome.earned()),
    }
}

/// At most two decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
