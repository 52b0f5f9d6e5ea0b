//! Rules: their form in TOML, loading them, and judging the repository by them.

mod accept;
mod catalogue;
mod choice;
mod concern;
mod form;
mod framework;
mod judge;
mod lacking;
mod matcher;
mod outcome;
mod pattern;
mod placing;
mod rule;
mod tune;

pub use catalogue::{Catalogue, Category};
pub use choice::Choice;
pub use framework::{Control, Framework};
pub use judge::judge;
pub use matcher::{Condition, Matcher};
pub use outcome::{Act, Advice, Counts, Evidence, Excerpt, Finding, NewFile, Outcome, Status, Tally};
pub use placing::CONTENT as FINGERPRINT_CONTENT;
pub use rule::{
    Applies, DefectMatcher, Density, DensityUnit, EvidenceMatcher, Missing, Remedy, Rule, RuleKind, UndecidedMatcher,
};
