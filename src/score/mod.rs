//! Scores: pure arithmetic on outcomes. No rule's name stands here.

mod arithmetic;
mod assessment;

pub use arithmetic::{Thresholds, categories, overall};
pub use assessment::{Assessment, CategoryScore, CategoryStatus, Score, Summary, Tool, Verdict, Waived};
