//! Rules: their form in TOML, loading them, and judging the repository by them.

mod catalogue;
mod form;
mod judge;
mod matcher;
mod outcome;
mod pattern;
mod placing;
mod rule;
mod tune;

pub use catalogue::{Catalogue, Category};
pub use judge::judge;
pub use matcher::{Condition, Matcher};
pub use outcome::{Counts, Evidence, Finding, Outcome, Status};
pub use rule::{
    Applies, DefectMatcher, Density, DensityUnit, EvidenceMatcher, Missing, Remedy, Rule, RuleKind, UndecidedMatcher,
};
