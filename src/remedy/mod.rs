//! How to mend what a rule found, in the terms of the stack that was found: a health route for the framework in use, a
//! workflow with the package manager and the commands of this repository. What stands in `rules/remedies/` is chosen by
//! facts of the component that a finding concerns; where nothing there fits, the rule's own remedy stands.

mod book;
mod commands;
mod job;
mod name;
mod place;
mod probes;
mod setup;
mod stack;
mod steps;
mod updates;

pub use book::Book;
