//! `auditor` answers one question about a repository: is it ready for production, and how do you know?
//!
//! Data goes one way, and a module imports only those that stand above it here; `tests/layers.rs` checks it.

pub mod config;
pub mod extract;
pub mod facts;
pub mod model;
pub mod packs;
pub mod policy;
pub mod report;
pub mod rules;
pub mod scan;
pub mod score;
pub mod signals;
pub mod syntax;
pub mod walk;
