//! Scores: pure arithmetic on outcomes. No rule's name stands here.

mod arithmetic;
mod assessment;
pub mod explain;

pub use arithmetic::{Thresholds, categories, overall, projected};
pub use assessment::{
    Assessment, CategoryScore, CategoryStatus, ControlResult, ControlStatus, FrameworkResult, Gate, Governance, Score,
    Summary, Tool, Verdict, Waived,
};
