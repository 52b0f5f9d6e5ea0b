//! Scores: pure arithmetic on outcomes. No rule's name stands here.

mod assessment;

pub use assessment::{Assessment, CategoryScore, CategoryStatus, Score, Summary, Tool, Verdict, Waived};
