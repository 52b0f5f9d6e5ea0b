//! What whole-program tests share.

pub mod fakes;
pub mod fixtures;
