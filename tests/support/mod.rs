//! What whole-program tests share.

pub mod fixtures;
