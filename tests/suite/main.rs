//! Whole-program tests, as one binary, so that the program is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics fails, which is what it is for"
)]

mod advice;
mod browser;
mod calibration;
mod catalogue;
mod cli;
mod components;
mod config;
mod determinism;
mod docs;
mod formats;
mod gates;
mod history;
mod hostile;
mod hosts;
mod inspect;
mod layers;
mod migration_tools;
mod named_tools;
mod own_rules;
mod remedies;
mod reports;
mod rules;
mod secrecy;
mod stacks;
mod support;
mod tools;
